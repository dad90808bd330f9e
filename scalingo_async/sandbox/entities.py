"""The things that live in the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scalingo_async.sandbox.catalog import Plan, Provider, Stack
from scalingo_async.sandbox.entities_account import Account
from scalingo_async.sandbox.entities_apps import (
    Alert,
    AuditLog,
    Autoscaler,
    Consent,
    CronJob,
    HDSContact,
)
from scalingo_async.sandbox.entities_databases import DatabaseOperation, Dbms
from scalingo_async.sandbox.entities_projects import Invitation
from scalingo_async.sandbox.entities_scm import Notifier, RepoLink, ReviewApp
from scalingo_async.sandbox.journal import Journal, Log

__all__ = [
    "Addon",
    "ApiToken",
    "App",
    "Backup",
    "Collaborator",
    "Container",
    "Database",
    "Deployment",
    "Domain",
    "Event",
    "Formation",
    "LogArchive",
    "News",
    "Operation",
    "Project",
    "Restoration",
    "Source",
    "User",
    "Variable",
]

Json = dict[str, Any]

#: What an app keeps of its deployments for those who follow them.
_MOST_NEWS = 10_000


@dataclass(slots=True, eq=False)
class User:
    """An account.

    Attributes:
        otp: A one-time code that never changes, for tests: once it is set, a login with the
            password needs it, or a code of the account's second factor if that is on, too.
    """

    id: str
    email: str
    username: str
    fullname: str
    password: str = field(repr=False)
    created_at: float
    api_token: str = field(default="", repr=False)
    otp: str | None = field(default=None, repr=False)
    account: Account = field(default_factory=Account, repr=False)

    @property
    def two_factor(self) -> bool:
        """Whether a login with the password needs a code as well."""
        factor = self.account.two_factor
        return self.otp is not None or (factor is not None and factor.enabled)

    def accepts(self, attempt: str, now: float) -> bool:
        """Check a code for the second factor."""
        factor = self.account.two_factor
        return attempt == self.otp or (
            factor is not None and factor.enabled and factor.accepts(attempt, now)
        )


@dataclass(slots=True, eq=False)
class ApiToken:
    """An API token; `secret` is the `tk-us-…` text."""

    id: str
    name: str
    user: User
    secret: str = field(repr=False)
    created_at: float
    issued_at: float
    last_used_at: float | None = None


@dataclass(slots=True, eq=False)
class Project:
    """A project. Every user has a default one in every region."""

    id: str
    name: str
    owner: User
    default: bool
    created_at: float
    updated_at: float | None = None
    invitations: dict[str, Invitation] = field(default_factory=dict[str, Invitation])


@dataclass(slots=True)
class Event:
    """An entry of a timeline.

    Attributes:
        data: The payload, or a function that makes it, for those that change afterwards.
        audience: The ids of the users whose timelines show it.
    """

    id: str
    created_at: float
    type: str
    user: Json | None
    app_id: str | None
    app_name: str | None
    project_id: str | None
    project_name: str | None
    data: Json | Callable[[], Json]
    audience: frozenset[str]


@dataclass(slots=True, eq=False)
class Variable:
    """An environment variable."""

    id: str
    name: str
    value: str = field(repr=False)
    addon_id: str | None = None


@dataclass(slots=True, eq=False)
class Domain:
    """A custom domain."""

    id: str
    name: str
    created_at: float
    canonical: bool = False
    letsencrypt_enabled: bool = True
    letsencrypt: bool = False
    letsencrypt_status: str = "new"
    tlscert: str | None = None
    tlskey: str | None = field(default=None, repr=False)
    validity: float | None = None


@dataclass(slots=True, eq=False)
class Collaborator:
    """A collaborator; `user` is `None` until the invitation is accepted."""

    id: str
    email: str
    is_limited: bool
    token: str = field(repr=False)
    inviter: User
    user: User | None = None


@dataclass(slots=True, eq=False)
class Formation:
    """How many containers of a type there are to be, and of which size."""

    name: str
    amount: int
    size: str
    command: str = ""

    def __str__(self) -> str:
        return f"{self.amount}:{self.size}"


@dataclass(slots=True, eq=False)
class Container:
    """A running container."""

    id: str
    type: str
    index: int
    size: str
    created_at: float
    command: str = ""
    state: str = "running"

    @property
    def label(self) -> str:
        """The name that people use, such as `web-1`."""
        return f"{self.type}-{self.index}"


@dataclass(slots=True, eq=False)
class Operation:
    """Something that takes time: a scale, a restart, the start of a one-off container."""

    id: str
    app_id: str
    type: str
    created_at: float
    status: str = "pending"
    finished_at: float | None = None
    error: str | None = None
    container: Container | None = None


@dataclass(slots=True, eq=False)
class Deployment:
    """A deployment. `event_id` is the other id that it has in events."""

    id: str
    event_id: str
    app_id: str
    created_at: float
    pusher: User
    git_ref: str | None
    previous_git_ref: str | None
    type: str
    stack: Stack
    status: str = "queued"
    finished_at: float | None = None
    postdeploy_hook: str | None = None
    image_size: int | None = None
    failure: str | None = None
    output: list[str] | None = field(default_factory=list[str])

    @property
    def duration(self) -> int:
        """Whole seconds it took; 0 while it runs."""
        return 0 if self.finished_at is None else round(self.finished_at - self.created_at)


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """Something about a deployment: it is `new`, or it has another `status`, or a line of `log`."""

    kind: str
    deployment: Deployment
    text: str = ""


@dataclass(slots=True, eq=False)
class Backup:
    """A backup of a database; `payload` is how many bytes of data its archive holds."""

    id: str
    name: str
    method: str
    payload: int
    created_at: float
    status: str = "scheduled"
    started_at: float | None = None
    size: int | None = None


@dataclass(slots=True, eq=False)
class Restoration:
    """A restoration of a backup."""

    id: str
    backup_id: str
    created_at: float
    status: str = "scheduled"
    started_at: float | None = None
    ended_at: float | None = None


@dataclass(slots=True, eq=False)
class Database:
    """What is behind the addon of a database.

    Attributes:
        version_id: Its version, if it isn't the provider's first any more.
        maintenance: The day of the week (0 is Sunday) and the hour of its maintenance, UTC.
        ip_range: The addresses of the network of a dedicated one.
        inside: What is inside of it, once somebody has looked.
    """

    id: str
    created_at: float
    instance_id: str
    hostname: str
    port: int
    password: str = field(repr=False)
    status: str = "creating"
    features: dict[str, str] = field(default_factory=dict[str, str])
    periodic_backups_enabled: bool = True
    periodic_backups_scheduled_at: list[int] = field(default_factory=lambda: [3])
    backups: dict[str, Backup] = field(default_factory=dict[str, Backup])
    restorations: dict[str, Restoration] = field(default_factory=dict[str, Restoration])
    version_id: str = ""
    maintenance: tuple[int, int] = (3, 21)
    ip_range: str | None = None
    current_operation_id: str | None = None
    operations: dict[str, DatabaseOperation] = field(default_factory=dict[str, DatabaseOperation])
    inside: Dbms | None = None


@dataclass(slots=True, eq=False)
class Addon:
    """An addon of an app, with its database when it is one."""

    id: str
    app_id: str
    resource_id: str
    provider: Provider
    plan: Plan
    provisioned_at: float
    updated_at: float
    status: str = "provisioning"
    ready_at: float = 0.0
    database: Database | None = None
    log_drains: list[str] = field(default_factory=list[str])


@dataclass(slots=True, eq=False)
class LogArchive:
    """An hour or more of old log lines."""

    id: str
    since: float
    until: float
    lines: int


@dataclass(slots=True, eq=False)
class Source:
    """A place for an archive to deploy."""

    id: str
    expires_at: float
    upload_token: str = field(repr=False)
    download_token: str = field(repr=False)
    content: bytes | None = field(default=None, repr=False)


@dataclass(slots=True, eq=False)
class App:
    """An app and all that belongs to it. Lists and mappings are in the order of creation."""

    id: str
    uuid: str
    name: str
    owner: User
    project: Project
    created_at: float
    updated_at: float
    stack: Stack
    status: str = "new"
    git_source: str | None = None
    parent_id: str | None = None
    hds_resource: bool = False
    force_https: bool = False
    sticky_session: bool = False
    router_logs: bool = False
    flags: dict[str, bool] = field(default_factory=dict[str, bool])
    limits: dict[str, int] = field(default_factory=dict[str, int])
    last_deployed_at: float | None = None
    last_deployed_by: str | None = None
    last_deployment_id: str | None = None
    one_offs_started: int = 0
    deploying_until: float = 0.0
    variables: dict[str, Variable] = field(default_factory=dict[str, Variable])
    domains: dict[str, Domain] = field(default_factory=dict[str, Domain])
    collaborators: dict[str, Collaborator] = field(default_factory=dict[str, Collaborator])
    formation: dict[str, Formation] = field(default_factory=dict[str, Formation])
    containers: list[Container] = field(default_factory=list[Container])
    operations: dict[str, Operation] = field(default_factory=dict[str, Operation])
    deployments: dict[str, Deployment] = field(default_factory=dict[str, Deployment])
    addons: dict[str, Addon] = field(default_factory=dict[str, Addon])
    autoscalers: dict[str, Autoscaler] = field(default_factory=dict[str, Autoscaler])
    alerts: dict[str, Alert] = field(default_factory=dict[str, Alert])
    log_drains: list[str] = field(default_factory=list[str])
    cron_jobs: list[CronJob] = field(default_factory=list[CronJob])
    audit_logs: dict[str, AuditLog] = field(default_factory=dict[str, AuditLog])
    consent: Consent | None = None
    hds_contact: HDSContact | None = None
    repo_link: RepoLink | None = None
    review_apps: dict[str, ReviewApp] = field(default_factory=dict[str, ReviewApp])
    notifiers: dict[str, Notifier] = field(default_factory=dict[str, Notifier])
    events: list[Event] = field(default_factory=list[Event])
    deployment_news: Journal[News] = field(default_factory=lambda: Journal[News](_MOST_NEWS))
    logs: Log = field(default_factory=Log)
    log_archives: list[LogArchive] = field(default_factory=list[LogArchive])

    @property
    def dedicated(self) -> bool:
        """Whether it stands for a database on dedicated resources."""
        return self.flags.get("dedicated-database", False)

    @property
    def deployed(self) -> bool:
        """Whether a deployment has ever succeeded."""
        return self.last_deployment_id is not None

    def members(self) -> frozenset[str]:
        """Return the ids of the owner and of those who accepted an invitation."""
        accepted = [row.user.id for row in self.collaborators.values() if row.user is not None]
        return frozenset((self.owner.id, *accepted))

    def variable(self, name: str) -> Variable | None:
        """Return the variable of that name."""
        return next((row for row in self.variables.values() if row.name == name), None)

    def log(self, time: float, source: str, text: str) -> None:
        """Add a line to the app's log."""
        self.logs.write(time, source, text)
