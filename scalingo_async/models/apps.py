"""Models: apps, their owners and links, and the project that each belongs to."""

from datetime import datetime
from typing import ClassVar, Literal

import attrs

from scalingo_async.models.base import Model
from scalingo_async.models.data_access_consents import DataAccessConsent
from scalingo_async.models.events.event import Event
from scalingo_async.models.hds_contacts import HDSContact
from scalingo_async.types import AppRef, JSONValue

__all__ = [
    "App",
    "AppFirewallRule",
    "AppLinks",
    "AppProject",
    "AppSummary",
    "ChildApp",
    "Owner",
]


@attrs.define(kw_only=True)
class Owner(Model):
    """The user who owns an app or a project.

    Attributes:
        id: Id of the user (`us-…`).
        username: User name.
        email: E-mail address.
        flags: Flags of the user, by name.
        in_free_trial: Whether the user is in the free trial.
    """

    id: str
    username: str
    email: str
    flags: dict[str, bool] | None = None
    in_free_trial: bool | None = None


@attrs.define(kw_only=True)
class AppProject(Model):
    """The project that an app belongs to, in short.

    Attributes:
        id: Id of the project (`pr-…`).
        name: Name of the project.
    """

    id: str
    name: str


@attrs.define(kw_only=True)
class AppLinks(Model):
    """Where to find what belongs to an app.

    Attributes:
        deployments_stream: URL of the stream of deployments (`wss://…`); it may change, so never
            build it.
    """

    deployments_stream: str


@attrs.define(kw_only=True)
class AppSummary(Model):
    """An app in short, as answers about something else name it; `apps.get` has the rest.

    What else came of the app is in `extra`. Every `App` is an `AppSummary`, too.

    Attributes:
        id: Id, 24 hex digits.
        name: Name; calls take it as well as the id.
    """

    _is_app: ClassVar[bool] = True

    id: str
    name: str


@attrs.define(kw_only=True)
class ChildApp(AppSummary):
    """A child app in short, as the list of an app's children shows it.

    Attributes:
        id: Id, 24 hex digits.
        name: Name; calls take it as well as the id.
        created_at: Creation.
        parent_app_name: Name of the parent.
    """

    created_at: datetime
    parent_app_name: str


@attrs.define(kw_only=True)
class App(AppSummary):
    """An app: what is deployed, where it runs, and its settings.

    Answers about something else hold an `AppSummary`, and the list of an app's children a
    `ChildApp`.

    Attributes:
        id: Id, 24 hex digits.
        uuid: The same app's id in the form `ap-…`.
        name: Name; calls take it as well as the id.
        region: Name of its region, such as `osc-fr1`; empty where an answer leaves it out, as
            those of 2020 did.
        status: State: `new`, `running`, `stopped`, `crashed`, `restarting`, `scaling`, `booting` or
            another word.
        created_at: Creation.
        updated_at: Last change.
        git_url: Git remote to push to.
        git_source: Repository that was given when it was created.
        owner: Its owner.
        project: Its project, in short.
        url: URL that it answers at.
        base_url: URL that the platform made for it.
        links: Where to find what belongs to it.
        force_https: Whether plain HTTP is redirected to HTTPS.
        sticky_session: Whether a visitor stays with one container.
        router_logs: Whether its logs hold the lines of the router.
        flags: Flags, by name.
        limits: Limits that an operator has changed, by name; `None` when there are none.
        last_deployed_at: Last attempt to deploy.
        last_deployed_by: User name behind the last attempt to deploy.
        last_deployment_id: Id of the last deployment that succeeded.
        stack_id: Id of its stack.
        parent_app_name: Name of the parent, for child apps.
        data_access_consent: The permission for Scalingo's staff to look into it.
        hds_resource: Whether it may hold health data (HDS).
        hds_contact: Whom to turn to, for apps with health data.
        private_networks_ids: Ids of its private networks (`pn-…`).
        last_event: The latest that happened to it.
    """

    uuid: str | None = None
    region: str = attrs.field(default="", metadata={"absent": ""})
    status: (
        Literal["new", "running", "stopped", "crashed", "restarting", "scaling", "booting"]
        | str
        | None
    ) = None
    created_at: datetime
    updated_at: datetime
    git_url: str
    git_source: str | None = None
    owner: Owner
    project: AppProject | None = None
    url: str
    base_url: str | None = None
    links: AppLinks
    force_https: bool | None = None
    sticky_session: bool | None = None
    router_logs: bool | None = None
    flags: dict[str, bool] | None = None
    limits: dict[str, JSONValue] | None = None
    last_deployed_at: datetime | None = None
    last_deployed_by: str | None = None
    last_deployment_id: str | None = None
    stack_id: str | None = None
    parent_app_name: str | None = None
    data_access_consent: DataAccessConsent | None = None
    hds_resource: bool | None = None
    hds_contact: HDSContact | None = None
    private_networks_ids: list[str] | None = None
    last_event: Event | None = None

    @property
    def ref(self) -> AppRef:
        """What calls know it by, with its region: a call about it goes there."""
        if isinstance(self.name, AppRef):
            return self.name
        # Some answers lack the one or the other.
        return AppRef(self.name, region=self.region or None, id=self.id or None)


@attrs.define(kw_only=True)
class AppFirewallRule(Model):
    """A range of addresses that may reach an app; there are no rules that forbid.

    Attributes:
        id: Id of the rule.
        app_id: Id of the app.
        cidr: IPv4 range in CIDR form, such as `203.0.113.0/24`; `/32` is one address.
        label: Free text.
    """

    id: str
    app_id: str
    cidr: str
    label: str | None = None
