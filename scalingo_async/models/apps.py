"""Models: apps, their owners, links and projects."""

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
    """A summary of the project that an app belongs to.

    Attributes:
        id: Id of the project (`pr-…`).
        name: Name of the project.
    """

    id: str
    name: str


@attrs.define(kw_only=True)
class AppLinks(Model):
    """Links to an app's related resources.

    Attributes:
        deployments_stream: URL of the stream of deployments (`wss://…`); it may change, so don't
            construct it yourself.
    """

    deployments_stream: str


@attrs.define(kw_only=True)
class AppSummary(Model):
    """A summary of an app, as in objects that refer to an app; `apps.get` returns the rest.

    Other keys of the app in the response are in `extra`. `App` is a subclass.

    Attributes:
        id: Id, 24 hex digits.
        name: Name; methods accept it instead of the id.
    """

    _is_app: ClassVar[bool] = True

    id: str
    name: str


@attrs.define(kw_only=True)
class ChildApp(AppSummary):
    """A summary of a child app, as in the list of an app's children.

    Attributes:
        id: Id, 24 hex digits.
        name: Name; methods accept it instead of the id.
        created_at: When it was created.
        parent_app_name: Name of the parent.
    """

    created_at: datetime
    parent_app_name: str


@attrs.define(kw_only=True)
class App(AppSummary):
    """An app: its deployment, region and settings.

    Objects that refer to an app contain an `AppSummary`; the list of an app's children contains
    `ChildApp` objects.

    Attributes:
        id: Id, 24 hex digits.
        uuid: Id in the form `ap-…`.
        name: Name; methods accept it instead of the id.
        region: Name of its region, such as `osc-fr1`; empty if a response omits it, as those of
            2020 did.
        status: State: `new`, `running`, `stopped`, `crashed`, `restarting`, `scaling`, `booting` or
            another value.
        created_at: When it was created.
        updated_at: When it was last changed.
        git_url: Git remote to push to.
        git_source: Repository given when it was created.
        owner: Its owner.
        project: Its project, as a summary.
        url: URL of the running app.
        base_url: URL assigned by the platform.
        links: Links to related resources.
        force_https: Whether plain HTTP is redirected to HTTPS.
        sticky_session: Whether requests of a visitor always go to the same container.
        router_logs: Whether its logs include those of the router.
        flags: Flags by name.
        limits: Limits changed by a Scalingo operator, by name; `None` if there are none.
        last_deployed_at: When the last deployment was attempted.
        last_deployed_by: User name of the user who attempted the last deployment.
        last_deployment_id: Id of the last successful deployment.
        stack_id: Id of its stack.
        parent_app_name: Name of the parent, for child apps.
        data_access_consent: The consent for Scalingo's staff to access it.
        hds_resource: Whether it may store health data (HDS).
        hds_contact: The contact for an app with health data.
        private_networks_ids: Ids of its private networks (`pn-…`).
        last_event: Its latest event.
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
        """A reference to it with its region, for methods: the request goes to that region."""
        if isinstance(self.name, AppRef):
            return self.name
        # Some responses lack one or the other.
        return AppRef(self.name, region=self.region or None, id=self.id or None)


@attrs.define(kw_only=True)
class AppFirewallRule(Model):
    """A range of addresses that is allowed to reach an app; there are no deny rules.

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
