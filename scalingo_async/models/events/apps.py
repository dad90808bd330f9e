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
        force_https: Whether plain HTTP is redirected to HTTPS now; `None` when something else
            changed.
    """

    force_https: bool | None = None


@attrs.define(kw_only=True)
class DeleteAppData(EventData):
    """The payload of `delete_app` events: an app was deleted."""


@attrs.define(kw_only=True)
class RenameAppData(EventData):
    """The payload of `rename_app` events: an app got a new name.

    Attributes:
        old_name: Name before.
        new_name: Name after.
    """

    old_name: str
    new_name: str


@attrs.define(kw_only=True)
class UpdateAppProjectData(EventData):
    """The payload of `update_app_project` events: an app moved to another project.

    Attributes:
        old_project_id: Id of the project before.
        old_project_name: Name of the project before.
        new_project_id: Id of the project after.
        new_project_name: Name of the project after.
    """

    old_project_id: str | None = None
    old_project_name: str | None = None
    new_project_id: str
    new_project_name: str


@attrs.define(kw_only=True)
class TransferAppData(EventData):
    """The payload of `transfer_app` events: an app has a new owner.

    Attributes:
        old_owner: Owner before.
        new_owner: Owner after.
    """

    old_owner: EventUser | None = None
    new_owner: EventUser


@attrs.define(kw_only=True)
class RestartData(EventData):
    """The payload of `restart` events: an app, or some of its containers, were restarted.

    The event has no user when an addon did it.

    Attributes:
        scope: Container types that were restarted; `None` or empty for all.
        addon_name: Addon that did it.
        addon_provider: Addon that did it, under another key.
        reason: Why: `user_restart`, `unexpected_failure`, `rebalancing_operation`,
            `security_maintenance` or another word.
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

    The values are text of number and size, such as `1:S`; some are numbers.

    Attributes:
        previous_containers: Containers before, by type; may be empty.
        containers: Containers after, by type.
    """

    previous_containers: dict[str, JSONValue] | None = None
    containers: dict[str, JSONValue] | None = None


@attrs.define(kw_only=True)
class StopAppData(EventData):
    """The payload of `stop_app` events: an app was stopped.

    Attributes:
        reason: Why.
    """

    reason: str | None = None


@attrs.define(kw_only=True)
class CrashData(EventData):
    """The payload of `crash` events: a container crashed.

    They come for the 2nd, the 5th and the 12th crash.

    Attributes:
        container_type: Container type.
        crash_logs: Last lines of its log; empty when there are none.
        logs_url: URL of its log; a secret.
    """

    container_type: str
    crash_logs: str | None = None
    logs_url: str | None = attrs.field(default=None, repr=masked)


@attrs.define(kw_only=True)
class RepeatedCrashData(EventData):
    """The payload of `repeated_crash` events: a container crashed again.

    They come for each crash.

    Attributes:
        container_type: Container type.
        crash_logs: Last lines of its log; empty when there are none.
        logs_url: URL of its log; a secret.
    """

    container_type: str
    crash_logs: str | None = None
    logs_url: str | None = attrs.field(default=None, repr=masked)


@attrs.define(kw_only=True)
class EventLastCommits(Model):
    """The commits that a deployment brought.

    Attributes:
        commits: Some of them; their shape is not documented.
        remaining: How many more there are.
    """

    commits: list[JSONValue] | None = None
    remaining: int | None = None


@attrs.define(kw_only=True)
class DeploymentData(EventData):
    """The payload of `deployment` events: an app was deployed.

    The event is as old as the start of the deployment; its payload is completed at the end.

    Attributes:
        deployment_id: Internal id, 24 hex digits; `deployments.get` does not take it.
        deployment_uuid: Id that `deployments.get` takes.
        deployment_type: Kind: `deployment`, `archive` or another word.
        pusher: User name of who deployed.
        git_ref: Commit, or the free text that was given with an archive.
        git_ref_url: URL of the commit's page.
        status: State, as that of a `Deployment`: `queued`, `building`, `pushing`, `starting`,
            `success`, `crashed-error`, `timeout-error`, `build-error`, `hook-error`, `aborted` or
            another word.
        stack: Name of the stack, such as `scalingo-22`.
        duration: How long it took, in whole seconds.
        finished_at: End.
        last_commits: The commits that it brought.
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

    Operators of the platform appear as the user `deploy@scalingo.com`.

    Attributes:
        command: Command; empty when an operator ran it.
        audit_log_id: Id that `audit_logs.get` takes.
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
        previous_stack_id: Id of the stack before.
        current_stack_id: Id of the stack after.
        previous_stack_name: Name of the stack before.
        current_stack_name: Name of the stack after.
    """

    previous_stack_id: str | None = None
    current_stack_id: str
    previous_stack_name: str | None = None
    current_stack_name: str


@attrs.define(kw_only=True)
class StartRegionMigrationData(EventData):
    """The payload of `start_region_migration` events: an app moved to another region.

    In old lists only.

    Attributes:
        migration_id: Id of the migration.
        source: Name of the region before.
        destination: Name of the region after.
        dst_app_name: Name of the app after.
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
        remote_ip: Address that it came from.
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
    """The payload of `create_data_access_consent` events: staff may look into an app.

    Attributes:
        end_at: End of the permission.
        databases: Whether it is for the databases.
        containers: Whether it is for the containers.
        remote_ip: Address that it came from.
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

    Both true: the certificate was replaced.

    Attributes:
        hostname: Host name.
        ssl: Whether it has a certificate of yours now.
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
