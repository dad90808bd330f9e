"""Models: payloads of the events of apps: life cycle, scaling, deployments, domains."""

from datetime import datetime, timedelta
from typing import Literal

import attrs

from scalingo_async.models.base import Model, masked
from scalingo_async.models.events.data import EventData
from scalingo_async.models.events.event import EventUser
from scalingo_async.types import JSONValue

__all__ = [
    "CrashData",
    "CreateDataAccessConsentData",
    "DeleteAppData",
    "DeleteDomainData",
    "DeploymentData",
    "EditAppData",
    "EditDomainData",
    "EditHdsContactData",
    "EventLastCommits",
    "NewAppData",
    "NewDomainData",
    "RenameAppData",
    "RepeatedCrashData",
    "RestartData",
    "RunData",
    "ScaleData",
    "StackChangedData",
    "StartRegionMigrationData",
    "StopAppData",
    "TransferAppData",
    "UpdateAppProjectData",
]


@attrs.define(kw_only=True)
class NewAppData(EventData):
    """The payload of `new_app` events: an app was created.

    Attributes:
        git_source: Repository of a one-click deployment; `None` otherwise.
    """

    git_source: str | None = None


@attrs.define(kw_only=True)
class EditAppData(EventData):
    """The payload of `edit_app` events: settings of an app changed.

    Attributes:
        force_https: Whether plain HTTP is now redirected to HTTPS; `None` if something else
            changed.
    """

    force_https: bool | None = None


@attrs.define(kw_only=True)
class DeleteAppData(EventData):
    """The payload of `delete_app` events: an app was deleted."""


@attrs.define(kw_only=True)
class RenameAppData(EventData):
    """The payload of `rename_app` events: an app was renamed.

    Attributes:
        old_name: Old name.
        new_name: New name.
    """

    old_name: str
    new_name: str


@attrs.define(kw_only=True)
class UpdateAppProjectData(EventData):
    """The payload of `update_app_project` events: an app moved to another project.

    Attributes:
        old_project_id: Id of the old project.
        old_project_name: Name of the old project.
        new_project_id: Id of the new project.
        new_project_name: Name of the new project.
    """

    old_project_id: str | None = None
    old_project_name: str | None = None
    new_project_id: str
    new_project_name: str


@attrs.define(kw_only=True)
class TransferAppData(EventData):
    """The payload of `transfer_app` events: an app has a new owner.

    Attributes:
        old_owner: Old owner.
        new_owner: New owner.
    """

    old_owner: EventUser | None = None
    new_owner: EventUser


@attrs.define(kw_only=True)
class RestartData(EventData):
    """The payload of `restart` events: an app, or some of its containers, were restarted.

    The event has no user if an addon caused it.

    Attributes:
        scope: Container types that were restarted; `None` or empty for all.
        addon_name: Addon that caused it.
        addon_provider: Addon that caused it, under another key.
        reason: Reason: `user_restart`, `unexpected_failure`, `rebalancing_operation`,
            `security_maintenance` or another value.
    """

    scope: list[str] | None = None
    addon_name: str | None = None
    addon_provider: str | None = None
    reason: (
        Literal[
            "user_restart", "unexpected_failure", "rebalancing_operation", "security_maintenance"
        ]
        | str
        | None
    ) = None


@attrs.define(kw_only=True)
class ScaleData(EventData):
    """The payload of `scale` events: the formation of an app changed.

    The values are strings with number and size, such as `1:S`; some are numbers.

    Attributes:
        previous_containers: Old containers by type; may be empty.
        containers: New containers by type.
    """

    previous_containers: dict[str, JSONValue] | None = None
    containers: dict[str, JSONValue] | None = None


@attrs.define(kw_only=True)
class StopAppData(EventData):
    """The payload of `stop_app` events: an app was stopped.

    Attributes:
        reason: Reason.
    """

    reason: str | None = None


@attrs.define(kw_only=True)
class CrashData(EventData):
    """The payload of `crash` events: a container crashed.

    They are sent for the 2nd, the 5th and the 12th crash.

    Attributes:
        container_type: Container type.
        crash_logs: Last lines of its log; empty if there are none.
        logs_url: URL of its log; a secret.
    """

    container_type: str
    crash_logs: str | None = None
    logs_url: str | None = attrs.field(default=None, repr=masked)


@attrs.define(kw_only=True)
class RepeatedCrashData(EventData):
    """The payload of `repeated_crash` events: a container crashed again.

    They are sent for each crash.

    Attributes:
        container_type: Container type.
        crash_logs: Last lines of its log; empty if there are none.
        logs_url: URL of its log; a secret.
    """

    container_type: str
    crash_logs: str | None = None
    logs_url: str | None = attrs.field(default=None, repr=masked)


@attrs.define(kw_only=True)
class EventLastCommits(Model):
    """The new commits of a deployment.

    Attributes:
        commits: Some of the commits; their format is not documented.
        remaining: How many more there are.
    """

    commits: list[JSONValue] | None = None
    remaining: int | None = None


@attrs.define(kw_only=True)
class DeploymentData(EventData):
    """The payload of `deployment` events: an app was deployed.

    The event is created when the deployment starts; its payload is completed when it ends.

    Attributes:
        deployment_id: Internal id, 24 hex digits; not for `deployments.get`.
        deployment_uuid: Id for `deployments.get`.
        deployment_type: Kind: `deployment`, `archive` or another value.
        pusher: User name of the user who deployed.
        git_ref: Commit, or the free text given with an archive.
        git_ref_url: URL of the commit's page.
        status: State, as that of a `Deployment`: `queued`, `building`, `pushing`, `starting`,
            `success`, `crashed-error`, `timeout-error`, `build-error`, `hook-error`, `aborted` or
            another value.
        stack: Name of the stack, such as `scalingo-22`.
        duration: Duration, in whole seconds.
        finished_at: When it ended.
        last_commits: Its new commits.
    """

    deployment_id: str
    deployment_uuid: str | None = None
    deployment_type: Literal["deployment", "archive"] | str | None = None
    pusher: str | None = None
    git_ref: str | None = None
    git_ref_url: str | None = None
    status: (
        Literal[
            "queued",
            "building",
            "pushing",
            "starting",
            "success",
            "crashed-error",
            "timeout-error",
            "build-error",
            "hook-error",
            "aborted",
        ]
        | str
        | None
    ) = None
    stack: str | None = None
    duration: timedelta | None = None
    finished_at: datetime | None = None
    last_commits: EventLastCommits | None = None


@attrs.define(kw_only=True)
class RunData(EventData):
    """The payload of `run` events: a one-off container was started.

    Scalingo operators appear as the user `deploy@scalingo.com`.

    Attributes:
        command: Command; empty if an operator ran it.
        audit_log_id: Id for `audit_logs.get`.
        audit_log_size: Size of the audit log in bytes.
        detached: Whether it ran in the background.
    """

    command: str | None = None
    audit_log_id: str | None = None
    audit_log_size: int | None = None
    detached: bool | None = None


@attrs.define(kw_only=True)
class StackChangedData(EventData):
    """The payload of `stack_changed` events: an app moved to another stack.

    Attributes:
        previous_stack_id: Id of the old stack.
        current_stack_id: Id of the new stack.
        previous_stack_name: Name of the old stack.
        current_stack_name: Name of the new stack.
    """

    previous_stack_id: str | None = None
    current_stack_id: str
    previous_stack_name: str | None = None
    current_stack_name: str


@attrs.define(kw_only=True)
class StartRegionMigrationData(EventData):
    """The payload of `start_region_migration` events: an app moved to another region.

    Only in old lists.

    Attributes:
        migration_id: Id of the migration.
        source: Name of the old region.
        destination: Name of the new region.
        dst_app_name: Name of the app in the new region.
    """

    migration_id: str
    source: str
    destination: str
    dst_app_name: str


@attrs.define(kw_only=True)
class EditHdsContactData(EventData):
    """The payload of `edit_hds_contact` events: an app's health-data contact changed.

    Attributes:
        name: Name of the person.
        email: E-mail address of the person.
        phone_number: Telephone number of the person.
        company: Name of the company.
        address_line1: Address, first line.
        address_line2: Address, second line.
        address_city: City.
        address_zip: Postal code.
        address_country: Country.
        notes: Free text.
        remote_ip: IP address of the request.
    """

    name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    company: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_city: str | None = None
    address_zip: str | None = None
    address_country: str | None = None
    notes: str | None = None
    remote_ip: str | None = None


@attrs.define(kw_only=True)
class CreateDataAccessConsentData(EventData):
    """The payload of `create_data_access_consent` events: staff may access an app.

    Attributes:
        end_at: When the consent ends.
        databases: Whether it includes the databases.
        containers: Whether it includes the containers.
        remote_ip: IP address of the request.
    """

    end_at: datetime
    databases: bool
    containers: bool
    remote_ip: str | None = None


@attrs.define(kw_only=True)
class NewDomainData(EventData):
    """The payload of `new_domain` events: a custom domain was added.

    Attributes:
        hostname: Host name.
        name: Host name, under another key.
        ssl: Whether it has a certificate of yours.
    """

    hostname: str | None = None
    name: str | None = None
    ssl: bool | None = None


@attrs.define(kw_only=True)
class EditDomainData(EventData):
    """The payload of `edit_domain` events: the certificate of a custom domain changed.

    If `ssl` and `old_ssl` are both true, the certificate was replaced.

    Attributes:
        hostname: Host name.
        ssl: Whether it now has a certificate of yours.
        old_ssl: Whether it had one before.
    """

    hostname: str
    ssl: bool | None = None
    old_ssl: bool | None = None


@attrs.define(kw_only=True)
class DeleteDomainData(EventData):
    """The payload of `delete_domain` events: a custom domain was removed.

    Attributes:
        hostname: Host name.
    """

    hostname: str
