"""Apps and their parts."""

from dataclasses import dataclass, field

from scalingo_async.sandbox.catalogue.stacks import Stack
from scalingo_async.sandbox.world.accounts import User
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.compliance import AuditLog, Consent, HDSContact
from scalingo_async.sandbox.world.cron_jobs import CronJob
from scalingo_async.sandbox.world.deployments import Deployment, DeploymentNews
from scalingo_async.sandbox.world.events import Event
from scalingo_async.sandbox.world.logs import Journal, Log, LogArchive
from scalingo_async.sandbox.world.monitoring import Alert, Autoscaler
from scalingo_async.sandbox.world.notifiers import Notifier
from scalingo_async.sandbox.world.projects import Project
from scalingo_async.sandbox.world.repositories import RepoLink, ReviewApp

__all__ = [
    "App",
    "AppFirewallRule",
    "Collaborator",
    "Container",
    "Domain",
    "Formation",
    "Operation",
    "Variable",
]


#: The number of deployment messages that an app keeps for streams.
_MOST_NEWS = 10_000


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
class AppFirewallRule:
    """A range of addresses that is allowed to reach an app."""

    id: str
    cidr: str
    label: str | None = None


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
    """The desired number and size of the containers of a type."""

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
        """The label, such as `web-1`."""
        return f"{self.type}-{self.index}"


@dataclass(slots=True, eq=False)
class Operation:
    """An operation: a scaling, a restart, the start of a one-off container."""

    id: str
    app_id: str
    type: str
    created_at: float
    status: str = "pending"
    finished_at: float | None = None
    error: str | None = None
    container: Container | None = None


@dataclass(slots=True, eq=False)
class App:
    """An app and everything that belongs to it. Lists and mappings are in order of creation."""

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
    firewall_rules: dict[str, AppFirewallRule] = field(default_factory=dict[str, AppFirewallRule])
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
    deployment_news: Journal[DeploymentNews] = field(
        default_factory=lambda: Journal[DeploymentNews](_MOST_NEWS)
    )
    logs: Log = field(default_factory=Log)
    log_archives: list[LogArchive] = field(default_factory=list[LogArchive])

    def __repr__(self) -> str:
        """Show its name and status only: its contents would fill pages."""
        return f"<App {self.name}: {self.status}>"

    @property
    def dedicated(self) -> bool:
        """Whether it represents a database on dedicated resources."""
        return self.flags.get("dedicated-database", False)

    @property
    def deployed(self) -> bool:
        """Whether a deployment has ever succeeded."""
        return self.last_deployment_id is not None

    def members(self) -> frozenset[str]:
        """Return the ids of the owner and of the collaborators who accepted their invitation."""
        accepted = [row.user.id for row in self.collaborators.values() if row.user is not None]
        return frozenset((self.owner.id, *accepted))

    def variable(self, name: str) -> Variable | None:
        """Return the variable with that name."""
        return next((row for row in self.variables.values() if row.name == name), None)

    def log(self, time: float, source: str, text: str) -> None:
        """Add a line to the app's log."""
        self.logs.write(time, source, text)
