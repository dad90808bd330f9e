# Written by tests/blocking/stub.py from the source of the async client.

import builtins
import httpx
import os
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from scalingo_async.blocking import bulk
from scalingo_async.bulk.accounts import AppInventory as _AppInventory
from scalingo_async.bulk.options import BulkOptions
from scalingo_async.bulk.outcomes import Outcome, Progress, Report, Summary
from scalingo_async.config import ClientOptions, ClientSettings
from scalingo_async.credentials import Credential
from scalingo_async.files.deploying import DeployProgress
from scalingo_async.files.transfers import Progress as _Progress
from scalingo_async.middleware.rate_limit.status import RateLimit, RateLimitStatus
from scalingo_async.middleware.retry import RetryPolicy
from scalingo_async.models.addons import AddonCategory, AddonProvider, Plan, Addon as _Addon
from scalingo_async.models.alerts import Alert
from scalingo_async.models.apps import App, AppFirewallRule, ChildApp
from scalingo_async.models.audit_logs import AuditLogEntry
from scalingo_async.models.autoscalers import Autoscaler
from scalingo_async.models.billing import AccountUsage, BillingOperation, BillingProfile, Invoice
from scalingo_async.models.collaborators import Collaborator
from scalingo_async.models.containers import Container, ContainerSize, ContainerType
from scalingo_async.models.contracts import Contract
from scalingo_async.models.cron_tasks import CronTasks
from scalingo_async.models.data_access_consents import DataAccessConsent
from scalingo_async.models.databases.actions import DatabaseActionResult
from scalingo_async.models.databases.backup_restorations import (
    DatabaseBackupRestoration as _DatabaseBackupRestoration,
)
from scalingo_async.models.databases.backups import (
    DatabaseBackupArchive,
    DatabaseBackup as _DatabaseBackup,
)
from scalingo_async.models.databases.databases import (
    DatabaseFeature,
    DatabaseRecoveryWindow,
    Database as _Database,
    DatabaseFeatureChange as _DatabaseFeatureChange,
    DatabaseUpgrade as _DatabaseUpgrade,
)
from scalingo_async.models.databases.firewall_managed_ranges import DatabaseFirewallManagedRange
from scalingo_async.models.databases.firewall_rules import DatabaseFirewallRule
from scalingo_async.models.databases.logs import DatabaseLogsUrl
from scalingo_async.models.databases.maintenances import DatabaseMaintenance
from scalingo_async.models.databases.metrics import (
    DatabaseHealth,
    DatabaseInstanceStatus,
    DatabaseMetrics,
)
from scalingo_async.models.databases.operations import DatabaseOperation as _DatabaseOperation
from scalingo_async.models.databases.plans import DatabasePlan
from scalingo_async.models.databases.type_versions import DatabaseTypeVersion
from scalingo_async.models.databases.types import DatabaseType
from scalingo_async.models.databases.users import DatabaseUser
from scalingo_async.models.dedicated_databases import (
    DatabaseEndpoint,
    DatabaseNetPeering,
    DatabaseNetworkConfiguration,
    DedicatedDatabase as _DedicatedDatabase,
)
from scalingo_async.models.deployments import DeploymentStreamMessage, Deployment as _Deployment
from scalingo_async.models.domains import Domain
from scalingo_async.models.events.categories import EventCategory, EventType
from scalingo_async.models.events.event import Event
from scalingo_async.models.hds_contacts import HDSContact
from scalingo_async.models.keys import Key
from scalingo_async.models.log_drains import LogDrain
from scalingo_async.models.logs import LogEvent, LogsArchive, LogsUrl
from scalingo_async.models.metrics import MetricPoint, MetricType
from scalingo_async.models.notification_platforms import NotificationPlatform
from scalingo_async.models.notifiers import Notifier
from scalingo_async.models.one_offs import OneOffExit
from scalingo_async.models.operations import Operation as _Operation
from scalingo_async.models.organizations import (
    Organization,
    OrganizationEvent,
    OrganizationPermission,
)
from scalingo_async.models.private_networks import ProjectPrivateNetwork
from scalingo_async.models.projects import EligibleNewOwner, Project, ProjectTransferInvitation
from scalingo_async.models.provider_apps import ProviderApp
from scalingo_async.models.referrals import ReferralStats
from scalingo_async.models.regions import Region
from scalingo_async.models.review_apps import ReviewApp
from scalingo_async.models.scm_integrations import (
    SCMBranch,
    SCMIntegration,
    SCMOrganization,
    SCMPullRequest,
    SCMRepository,
)
from scalingo_async.models.scm_repo_links import SCMRepoLink
from scalingo_async.models.sources import Source
from scalingo_async.models.stacks import Stack
from scalingo_async.models.stats import ContainerStat
from scalingo_async.models.tokens import Token
from scalingo_async.models.two_factor_auth import (
    TwoFactorAuth,
    TwoFactorAuthInitiation,
    TwoFactorAuthValidation,
)
from scalingo_async.models.users import User
from scalingo_async.models.variables import Variable
from scalingo_async.pagination import Page as _Page
from scalingo_async.readiness import CheckResult
from scalingo_async.request import Middleware, RawResponse, Response
from scalingo_async.resources.apps import ContainerAmount
from scalingo_async.resources.databases.databases import MaintenanceWindowTime
from scalingo_async.resources.dedicated_databases import PostProvisioning
from scalingo_async.resources.notifiers import NotifierSettings
from scalingo_async.resources.one_offs import FileSource
from scalingo_async.resources.variables import VariableChanges
from scalingo_async.sharing import RateLimiters, TokenStore
from scalingo_async.streams.deployment_events import (
    DeploymentLog,
    DeploymentStatus,
    DeploymentStarted as _DeploymentStarted,
)
from scalingo_async.streams.log_feeds import Via
from scalingo_async.streams.log_lines import LogLine
from scalingo_async.streams.terminals import OneOffResult, Sink
from scalingo_async.transports.base import Transport
from scalingo_async.types import JSONValue, RequestOptions, Secret, Timeout, UNSET, Unset
from scalingo_async.waiting.pending import PendingOperation as _PendingOperation
from scalingo_async.webhooks import HeaderItems, SeenEvents
from types import TracebackType
from typing import (
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    Protocol,
    Self,
    TypeAlias,
    TypeVar,
    Unpack,
    overload,
)

A = TypeVar('A', bound='App | str')
I = TypeVar('I')
P = ParamSpec('P')
T = TypeVar('T')

class Client:
    """A client of the Scalingo API."""

    def __init__(
        self,
        api_token: str | Secret | None = None,
        *,
        bearer_token: str | Secret | None = None,
        credential: Credential | None = None,
        region: str = ...,
        api_url: str | Secret | None = None,
        auth_url: str | Secret | None = None,
        database_url: str | Secret | None = None,
        billing_url: str | Secret | None = None,
        timeout: float | Timeout | Unset | None = UNSET,
        deadline: float | Unset | None = UNSET,
        max_retries: int | Unset = UNSET,
        retry: RetryPolicy | Unset = UNSET,
        rate_limit: RateLimit | tuple[int, float] | str | Unset | None = UNSET,
        max_wait: float | Unset | None = UNSET,
        priority: Literal['normal', 'low'] | Unset | None = UNSET,
        max_json_values: int | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
        user_agent: str | Unset | None = UNSET,
        middlewares: Iterable[Middleware] | Unset = UNSET,
        transport: Transport | None = None,
        http_client: httpx.AsyncClient | None = None,
        max_connections: int = 10,
        http2: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        trust_env: bool = True,
        limiters: RateLimiters | None = None,
        token_store: TokenStore | None = None,
    ) -> None:
        ...
    def close(self) -> None:
        """End the calls in progress and close the connections."""
    @property
    def addons(self) -> Addons:
        """Addons of apps, and the catalogue of providers and plans."""
    @property
    def alerts(self) -> Alerts:
        """Alerts on metrics of an app."""
    @property
    def apps(self) -> Apps:
        """Apps."""
    @property
    def audit_logs(self) -> AuditLogs:
        """Audit logs of apps."""
    @property
    def autoscalers(self) -> Autoscalers:
        """Autoscalers of apps."""
    @property
    def billing(self) -> Billing:
        """Billing profiles, invoices, operations and usage."""
    def bulk(self, **options: Unpack[BulkOptions]) -> Job:
        """Prepare work on many items; nothing starts yet."""
    def check(self, **options: Unpack[RequestOptions]) -> CheckResult:
        """Check whether the token works and the API can be reached."""
    @property
    def closed(self) -> bool:
        """Whether the client is closed."""
    @property
    def collaborators(self) -> Collaborators:
        """Collaborators of an app."""
    @property
    def containers(self) -> Containers:
        """Containers, their types and sizes."""
    @property
    def contracts(self) -> Contracts:
        """Contracts of the account."""
    @property
    def cron_tasks(self) -> CronTasksResource:
        """Scheduled tasks of an app."""
    @property
    def data_access_consents(self) -> DataAccessConsents:
        """Consents for Scalingo's staff to access an app."""
    def database(self, app: str, addon_id: str) -> DatabaseHandle:
        """Return the methods of `databases` with the app and the addon already bound."""
    @property
    def databases(self) -> Databases:
        """Running databases."""
    @property
    def dedicated_databases(self) -> DedicatedDatabases:
        """Databases on dedicated resources."""
    @property
    def deployments(self) -> Deployments:
        """Deployments of an app."""
    @property
    def domains(self) -> Domains:
        """Custom domains of an app."""
    def estimate(self, requests: int) -> float:
        """Return the least time for this many more requests to the regional API, in seconds."""
    @property
    def events(self) -> Events:
        """Events of apps, projects and the account."""
    @classmethod
    def from_env(
        cls,
        *,
        environ: Mapping[str, str] | None = None,
        cli_login: bool = False,
        **settings: Unpack[ClientSettings],
    ) -> Self:
        """Make a client from environment variables."""
    @property
    def hds_contacts(self) -> HdsContacts:
        """Health-data contacts of an app."""
    @property
    def keys(self) -> Keys:
        """SSH keys of the account."""
    @property
    def log_drains(self) -> LogDrains:
        """Log drains of an app."""
    @property
    def logs(self) -> Logs:
        """Logs of an app."""
    @property
    def max_wait(self) -> float | None:
        """The default for the longest wait for the rate limit; `None` for no limit."""
    @property
    def metrics(self) -> Metrics:
        """Metrics of an app."""
    @property
    def notification_platforms(self) -> NotificationPlatforms:
        """Kinds of notifiers."""
    @property
    def notifiers(self) -> Notifiers:
        """Notifiers of an app."""
    @property
    def one_offs(self) -> OneOffs:
        """One-off containers of apps: commands in separate containers."""
    @property
    def operations(self) -> Operations:
        """Long-running operations."""
    @property
    def organizations(self) -> Organizations:
        """Organizations of the account."""
    @property
    def private_networks(self) -> PrivateNetworks:
        """Private networks."""
    @property
    def projects(self) -> Projects:
        """Projects."""
    @property
    def provider_apps(self) -> ProviderApps:
        """Apps, as seen by an addon provider."""
    @property
    def rate_limit(self) -> RateLimitStatus | None:
        """The state of the rate limit of the regional API; `None` if there is no limit."""
    @property
    def referrals(self) -> Referrals:
        """Referrals of the account."""
    def region(self, name: str) -> Self:
        """Return a client for another region that shares this one's connections and token."""
    @property
    def region_name(self) -> str:
        """The name of the client's region."""
    @property
    def regions(self) -> Regions:
        """Regions of the platform."""
    def request(
        self,
        method: str,
        path: str,
        *,
        api: Literal['regional', 'auth', 'database', 'billing'] = 'regional',
        query: Mapping[str, object] | None = None,
        json: Mapping[str, JSONValue] | Unset = UNSET,
        addon: tuple[str, str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Response:
        """Call an operation without a method here, with authentication, retries and limits."""
    @property
    def review_apps(self) -> ReviewApps:
        """Review apps."""
    @property
    def scm_integrations(self) -> ScmIntegrations:
        """Links between the account and GitHub, GitLab and similar platforms."""
    @property
    def scm_repo_links(self) -> ScmRepoLinks:
        """Links of apps to repositories."""
    @property
    def sources(self) -> Sources:
        """Uploads of source code."""
    @property
    def stacks(self) -> Stacks:
        """Stacks that apps run on."""
    @property
    def stats(self) -> Stats:
        """Current resource usage."""
    @property
    def tokens(self) -> Tokens:
        """API tokens of the account, and their exchange for bearer tokens."""
    @property
    def two_factor_auth(self) -> TwoFactorAuthResource:
        """Two-factor authentication of the account."""
    @property
    def users(self) -> Users:
        """The account itself."""
    @property
    def variables(self) -> Variables:
        """Environment variables of an app."""
    def with_options(self, **changes: Unpack[ClientOptions]) -> Self:
        """Return a client with other settings that shares this one's connections and tokens."""
    def with_raw_response(self, method: Callable[P, T]) -> Callable[P, RawResponse[T]]:
        """Wrap a method of this client so that it returns the response along with the value."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...

class WebhookReceiver:
    """Receives the requests of a webhook: checks them, and returns each event once."""

    def __init__(
        self,
        secret: str | Secret | Iterable[str | Secret],
        *,
        max_body: int = ...,
        max_json_values: int = ...,
        seen: SeenEvents | _BlockingSeenEvents | Unset | None = UNSET,
    ) -> None:
        ...
    def admit(
        self,
        headers: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
        *,
        secret: str | Secret,
    ) -> None:
        """Check the request before its body is read."""
    def deliver(
        self,
        handler: Callable[[Event], object],
        headers: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
        body: bytes | Iterable[bytes],
        *,
        secret: str | Secret,
        check_back: Client | None = None,
    ) -> Event | None:
        """Receive one request of a notifier and handle its event, unless it was received before."""
    def forget(self, event: Event) -> None:
        """Note that handling an event failed: if it comes again, it is returned again."""
    def receive(
        self,
        headers: HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]],
        body: bytes | Iterable[bytes],
        *,
        secret: str | Secret,
        check_back: Client | None = None,
    ) -> Event | None:
        """Receive one request of a notifier."""

class AppInventory(_AppInventory):
    """An app and what belongs to it; a part that wasn't asked for, or failed, is `None`."""

    addons: tuple[Addon, ...] | None  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]

class Inventory:
    """An account, read app by app inside of an `with` block; `inventory` makes it."""

    apps: tuple[App, ...]
    @property
    def requests(self) -> int:
        """How many requests to the regional APIs reading takes; apps in the journal take none."""
    @property
    def seconds(self) -> float:
        """How long they take at least under the rate limits, in seconds."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> AppInventory: ...

class Job:
    """Do many items at a time inside of an `with` block."""

    @overload
    def map(self, function: Callable[[I], T], items: Iterable[I]) -> Outcomes[I, T]:  # type: ignore[overload-overlap]
        ...
    @overload
    def map(
        self,
        function: Callable[Concatenate[str, P], T],
        items: Iterable[A],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Outcomes[A, T]:
        ...
    @overload
    def map(
        self,
        function: Callable[Concatenate[I, P], T],
        items: Iterable[I],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Outcomes[I, T]:
        ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...

class Outcomes(Generic[I, T]):
    """The outcome of each item, computed once you ask for it."""

    @property
    def progress(self) -> Progress:
        """The progress so far."""
    @property
    def summary(self) -> Summary:
        """The counts of outcomes so far; of all items at the end."""
    def report(self) -> Report[I, T]:
        """Do all of it, as awaiting it does in an async program."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> Outcome[I, T]: ...

class Addons:
    """Addons of an app."""

    @property
    def categories(self) -> AddonsCategories:
        """Categories of addon providers."""
    def create(
        self,
        app: str,
        *,
        provider: str | Unset = UNSET,
        addon_provider_id: str | Unset = UNSET,
        plan: str | Unset = UNSET,
        plan_id: str | Unset = UNSET,
        options: Mapping[str, str] | Unset = UNSET,
        **call: Unpack[RequestOptions],
    ) -> Addon:
        """Add an addon to an app."""
    def delete(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove an addon and its data."""
    @overload
    def find(
        self,
        app: str,
        provider: str,
        *,
        required: Literal[True],
        **options: Unpack[RequestOptions],
    ) -> Addon:
        ...
    @overload
    def find(
        self,
        app: str,
        provider: str,
        *,
        required: bool = False,
        **options: Unpack[RequestOptions],
    ) -> Addon | None:
        ...
    def get(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Addon:
        """Get one addon of an app."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Addon]:
        """List the addons of an app."""
    @property
    def log_drains(self) -> AddonsLogDrains:
        """Log drains of an addon."""
    @property
    def providers(self) -> AddonsProviders:
        """Providers of addons and their plans."""
    def resume(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Addon:
        """Resume a suspended addon."""
    def sso(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Addon:
        """Get the URL of an addon's dashboard, which logs in automatically."""
    def token(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Addon:
        """Get a token for the database API."""
    def update(
        self,
        app: str,
        addon_id: str,
        *,
        plan: str | Unset = UNSET,
        plan_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Addon:
        """Change the plan of an addon."""

class Alerts:
    """Alerts: notifications when a metric of an app passes a limit."""

    def create(
        self,
        app: str,
        *,
        container_type: str,
        metric: str,
        limit: float,
        disabled: bool | Unset = UNSET,
        send_when_below: bool | Unset = UNSET,
        duration_before_trigger: int | timedelta | Unset = UNSET,
        remind_every: str | timedelta | Unset = UNSET,
        notifier_names: Sequence[str] | Unset = UNSET,
        notifiers: Sequence[str] | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Alert:
        """Create an alert on a metric of an app: one request, or two with the names of notifiers."""
    def delete(self, app: str, alert_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete an alert."""
    def get(self, app: str, alert_id: str, **options: Unpack[RequestOptions]) -> Alert:
        """Get one alert."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Alert]:
        """List the alerts of an app."""
    def update(
        self,
        app: str,
        alert_id: str,
        *,
        container_type: str | Unset | None = UNSET,
        metric: str | Unset | None = UNSET,
        limit: float | Unset | None = UNSET,
        disabled: bool | Unset | None = UNSET,
        send_when_below: bool | Unset | None = UNSET,
        duration_before_trigger: int | timedelta | Unset | None = UNSET,
        remind_every: str | int | timedelta | Unset | None = UNSET,
        notifier_names: Sequence[str] | Unset = UNSET,
        notifiers: Sequence[str] | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Alert:
        """Change an alert: one request, or two with the names of notifiers."""

class Apps:
    """The apps that the account owns or collaborates on."""

    @property
    def children(self) -> AppsChildren:
        """Child apps of an app."""
    def create(
        self,
        *,
        name: str,
        git_source: str | Unset = UNSET,
        stack: str | Unset = UNSET,
        stack_id: str | Unset = UNSET,
        project: str | Unset = UNSET,
        project_id: str | Unset = UNSET,
        parent_id: str | Unset = UNSET,
        hds_resource: bool | Unset = UNSET,
        dry_run: bool = False,
        **options: Unpack[RequestOptions],
    ) -> App:
        """Create an app, or check whether it could be created."""
    def delete(self, app: str, *, current_name: str, **options: Unpack[RequestOptions]) -> None:
        """Delete an app and everything that belongs to it."""
    def exists(self, app: str, **options: Unpack[RequestOptions]) -> bool:
        """Check whether an app exists."""
    @property
    def firewall_rules(self) -> AppsFirewallRules:
        """The firewall of an app."""
    def get(self, app: str, **options: Unpack[RequestOptions]) -> App:
        """Get one app."""
    def list(
        self,
        *,
        organization: str | None = None,
        organization_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[App]:
        """List the apps that the account owns or collaborates on."""
    def rename(
        self,
        app: str,
        *,
        current_name: str,
        new_name: str,
        **options: Unpack[RequestOptions],
    ) -> App:
        """Rename an app."""
    def restart(
        self,
        app: str,
        *,
        scope: Sequence[str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> PendingOperation[None]:
        """Restart an app, some of its types, or single containers."""
    def run(
        self,
        app: str,
        *,
        command: str | Sequence[str],
        env: Mapping[str, str] | Unset = UNSET,
        size: str | Unset = UNSET,
        detached: bool | Unset = UNSET,
        has_uploads: bool | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Container:
        """Start a one-off container, to attach to or in the background."""
    def scale(
        self,
        app: str,
        *,
        containers: Mapping[str, int] | Sequence[ContainerAmount],
        **options: Unpack[RequestOptions],
    ) -> PendingOperation[builtins.list[ContainerType]]:
        """Change the number or the size of an app's containers."""
    def transfer(
        self,
        app: str,
        *,
        owner: str,
        current_name: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> App:
        """Transfer an app to one of its collaborators."""
    def update(
        self,
        app: str,
        *,
        force_https: bool | Unset | None = UNSET,
        sticky_session: bool | Unset | None = UNSET,
        router_logs: bool | Unset | None = UNSET,
        stack: str | Unset = UNSET,
        stack_id: str | Unset | None = UNSET,
        project: str | Unset = UNSET,
        project_id: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> App:
        """Change the settings of an app."""

class AuditLogs:
    """The input and output of one-off containers."""

    def get(
        self,
        app: str,
        audit_log_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[AuditLogEntry]:
        """Get the input and output of a one-off container."""

class Autoscalers:
    """Rules that scale the container types of an app automatically."""

    def create(
        self,
        app: str,
        *,
        container_type: str,
        min_containers: int,
        max_containers: int,
        metric: str,
        target: float,
        **options: Unpack[RequestOptions],
    ) -> Autoscaler:
        """Create an autoscaler for a container type of an app."""
    def delete(self, app: str, autoscaler_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete an autoscaler."""
    def get(self, app: str, autoscaler_id: str, **options: Unpack[RequestOptions]) -> Autoscaler:
        """Get one autoscaler."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Autoscaler]:
        """List the autoscalers of an app."""
    def update(
        self,
        app: str,
        autoscaler_id: str,
        *,
        metric: str | Unset | None = UNSET,
        target: float | Unset | None = UNSET,
        min_containers: int | Unset | None = UNSET,
        max_containers: int | Unset | None = UNSET,
        disabled: bool | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Autoscaler:
        """Change an autoscaler; its container type can't change."""

class Billing:
    """The usage and costs of the account."""

    @property
    def invoices(self) -> BillingInvoices:
        """Invoices of the account."""
    @property
    def operations(self) -> BillingOperations:
        """Transactions of the account."""
    @property
    def profiles(self) -> BillingProfiles:
        """Billing profiles: the recipient of the invoices and the payment method."""
    def usage(
        self,
        *,
        from_: date | None = None,
        to: date | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[AccountUsage]:
        """List the usage of each app of the account between two days."""

class Collaborators:
    """Collaborators of an app, including invited ones."""

    def accept(self, token: str | Secret, **options: Unpack[RequestOptions]) -> App:
        """Accept an invitation to become a collaborator of an app."""
    def create(
        self,
        app: str,
        *,
        email: str,
        is_limited: bool = True,
        **options: Unpack[RequestOptions],
    ) -> Collaborator:
        """Invite a collaborator to an app by e-mail."""
    def delete(self, app: str, collaborator_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a collaborator, or withdraw an invitation."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Collaborator]:
        """List the collaborators of an app, including invited ones, without its owner."""
    def list_all(
        self,
        *,
        organization: str | None = None,
        organization_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Collaborator]:
        """List the collaborators of all apps of the account."""
    def update(
        self,
        app: str,
        collaborator_id: str,
        *,
        is_limited: bool,
        **options: Unpack[RequestOptions],
    ) -> Collaborator:
        """Change the role of a collaborator."""

class Containers:
    """Running containers of an app."""

    def kill(
        self,
        app: str,
        container_id: str,
        *,
        signal: Literal['SIGUSR1', 'SIGUSR2'],
        **options: Unpack[RequestOptions],
    ) -> None:
        """Send a signal to the first process of a container."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Container]:
        """List the running containers of an app, including one-off containers."""
    @property
    def sizes(self) -> ContainersSizes:
        """Container sizes."""
    def stop(self, app: str, container_id: str, **options: Unpack[RequestOptions]) -> None:
        """Ask a one-off container to stop."""
    @property
    def types(self) -> ContainersTypes:
        """Container types of an app, with the number and size of their containers."""

class Contracts:
    """Contracts with Scalingo, such as its terms of service."""

    def accept(
        self,
        contract_id: str,
        *,
        locale: str,
        **options: Unpack[RequestOptions],
    ) -> Contract:
        """Accept a contract; this is binding for the account."""
    def get(self, contract_id: str, **options: Unpack[RequestOptions]) -> Contract:
        """Get one contract."""
    def history(self, **options: Unpack[RequestOptions]) -> Paginator[Contract]:
        """List all versions of the account's contracts."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Contract]:
        """List the contracts of the account."""

class CronTasksResource:
    """Scheduled tasks of an app, from the `cron.json` of its deployment."""

    def get(self, app: str, **options: Unpack[RequestOptions]) -> CronTasks:
        """Get the scheduled tasks of an app."""

class DataAccessConsents:
    """Consents for Scalingo's staff to access an app; an app has at most one."""

    def create(
        self,
        app: str,
        *,
        databases_until: datetime | Unset | None = UNSET,
        containers_until: datetime | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DataAccessConsent:
        """Allow Scalingo's staff to access an app until a date."""
    def delete(self, app: str, **options: Unpack[RequestOptions]) -> None:
        """Withdraw the consent for Scalingo's staff to access an app."""
    def update(
        self,
        app: str,
        *,
        databases_until: datetime | Unset | None = UNSET,
        containers_until: datetime | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DataAccessConsent:
        """Change until when Scalingo's staff may access an app."""

class DatabaseHandle:
    """One database: `client.databases` without passing the app and the addon each time."""

    app: str
    addon_id: str
    def action(
        self,
        *,
        action_name: str,
        params: JSONValue | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseActionResult:
        """Perform an action inside a running database."""
    @property
    def backup_restorations(self) -> BackupRestorationsHandle:
        """Restorations of its backups."""
    @property
    def backups(self) -> BackupsHandle:
        """Its backups."""
    def disable_feature(
        self,
        *,
        feature: str | DatabaseFeature,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFeatureChange:
        """Disable a feature of a database."""
    def enable_feature(
        self,
        *,
        name: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFeatureChange:
        """Enable a feature of a database."""
    @property
    def firewall_managed_ranges(self) -> FirewallManagedRangesHandle:
        """Address ranges for its firewall rules."""
    @property
    def firewall_rules(self) -> FirewallRulesHandle:
        """Its firewall rules."""
    def get(self, **options: Unpack[RequestOptions]) -> Database:
        """Get one database: its state and settings."""
    def health(self, **options: Unpack[RequestOptions]) -> DatabaseHealth:
        """Get the health of an Elasticsearch cluster."""
    @property
    def instances(self) -> InstancesHandle:
        """Its nodes."""
    def instances_status(
        self,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseInstanceStatus]:
        """Get the state and the role of each node of a database."""
    def lag(self, **options: Unpack[RequestOptions]) -> JSONValue:
        """Get the replication lag of a database."""
    def log_lines(
        self,
        *,
        n: int | None = None,
        filter: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> list[LogLine]:
        """Get the latest lines of a database's log, parsed: two requests."""
    def logs_archives(
        self,
        *,
        page: int | None = None,
        cursor: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[LogsArchive]:
        """List the archives of a database's old logs."""
    def logs_url(self, **options: Unpack[RequestOptions]) -> DatabaseLogsUrl:
        """Get the URL of a database's logs; it contains its own token."""
    @property
    def maintenances(self) -> MaintenancesHandle:
        """Its maintenances."""
    def metrics(self, **options: Unpack[RequestOptions]) -> DatabaseMetrics:
        """Get the current metrics of a database."""
    def metrics_series(
        self,
        metric: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> JSONValue:
        """Get a metric of a database over time."""
    @property
    def operations(self) -> OperationsHandle:
        """Operations on it."""
    def ping(self, **options: Unpack[RequestOptions]) -> JSONValue:
        """Check that a database responds."""
    def pitr_recovery_window(self, **options: Unpack[RequestOptions]) -> DatabaseRecoveryWindow:
        """Get the period to which a database can be restored."""
    def pitr_restore(
        self,
        *,
        restore_time: datetime,
        **options: Unpack[RequestOptions],
    ) -> DatabaseOperation:
        """Restore a database to a point in time (point-in-time recovery)."""
    def plan(self, **options: Unpack[RequestOptions]) -> DatabasePlan:
        """Get the plan of a database, as seen by the database API."""
    @property
    def plans(self) -> PlansHandle:
        """Plans of databases."""
    def stream_logs(
        self,
        *,
        n: int | None = None,
        filter: str | None = None,
        via: Via | None = None,
        silence: float = ...,
        **options: Unpack[RequestOptions],
    ) -> LogStream:
        """Stream the log of a database until you stop reading; see `logs.stream`."""
    @property
    def type_versions(self) -> TypeVersionsHandle:
        """Versions of database engines."""
    @property
    def types(self) -> TypesHandle:
        """Database engines."""
    def update(
        self,
        *,
        periodic_backups_enabled: bool | Unset | None = UNSET,
        periodic_backups_scheduled_at: int | Unset | None = UNSET,
        maintenance_window: MaintenanceWindowTime | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Database:
        """Change the backup schedule and the maintenance window of a database."""
    def upgrade(self, **options: Unpack[RequestOptions]) -> DatabaseUpgrade:
        """Upgrade a database to the next version of its engine."""
    @property
    def users(self) -> UsersHandle:
        """Its users."""

class Databases:
    """Running databases, by their app and addon."""

    def action(
        self,
        app: str,
        addon_id: str,
        *,
        action_name: str,
        params: JSONValue | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseActionResult:
        """Perform an action inside a running database."""
    @property
    def backup_restorations(self) -> DatabasesBackupRestorations:
        """Restorations of backups."""
    @property
    def backups(self) -> DatabasesBackups:
        """Backups of a database."""
    def ca_certificate(self, **options: Unpack[RequestOptions]) -> bytes:
        """Get the CA certificate of the region's databases."""
    def disable_feature(
        self,
        app: str,
        addon_id: str,
        *,
        feature: str | DatabaseFeature,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFeatureChange:
        """Disable a feature of a database."""
    def enable_feature(
        self,
        app: str,
        addon_id: str,
        *,
        name: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFeatureChange:
        """Enable a feature of a database."""
    @overload
    def find(
        self,
        app: str,
        kind: str,
        *,
        required: Literal[True] = True,
        **options: Unpack[RequestOptions],
    ) -> DatabaseHandle:
        ...
    @overload
    def find(
        self,
        app: str,
        kind: str,
        *,
        required: bool,
        **options: Unpack[RequestOptions],
    ) -> DatabaseHandle | None:
        ...
    @property
    def firewall_managed_ranges(self) -> DatabasesFirewallManagedRanges:
        """Address ranges that Scalingo maintains."""
    @property
    def firewall_rules(self) -> DatabasesFirewallRules:
        """Firewall rules of a database."""
    def get(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> Database:
        """Get one database: its state and settings."""
    def health(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> DatabaseHealth:
        """Get the health of an Elasticsearch cluster."""
    @property
    def instances(self) -> DatabasesInstances:
        """Nodes of a database."""
    def instances_status(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseInstanceStatus]:
        """Get the state and the role of each node of a database."""
    def lag(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> JSONValue:
        """Get the replication lag of a database."""
    def log_lines(
        self,
        app: str,
        addon_id: str,
        *,
        n: int | None = None,
        filter: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> list[LogLine]:
        """Get the latest lines of a database's log, parsed: two requests."""
    def logs_archives(
        self,
        app: str,
        addon_id: str,
        *,
        page: int | None = None,
        cursor: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[LogsArchive]:
        """List the archives of a database's old logs."""
    def logs_url(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseLogsUrl:
        """Get the URL of a database's logs; it contains its own token."""
    @property
    def maintenances(self) -> DatabasesMaintenances:
        """Maintenances of a database."""
    def metrics(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseMetrics:
        """Get the current metrics of a database."""
    def metrics_series(
        self,
        app: str,
        addon_id: str,
        metric: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> JSONValue:
        """Get a metric of a database over time."""
    @property
    def operations(self) -> DatabasesOperations:
        """Operations on a database."""
    def ping(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> JSONValue:
        """Check that a database responds."""
    def pitr_recovery_window(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseRecoveryWindow:
        """Get the period to which a database can be restored."""
    def pitr_restore(
        self,
        app: str,
        addon_id: str,
        *,
        restore_time: datetime,
        **options: Unpack[RequestOptions],
    ) -> DatabaseOperation:
        """Restore a database to a point in time (point-in-time recovery)."""
    def plan(self, app: str, addon_id: str, **options: Unpack[RequestOptions]) -> DatabasePlan:
        """Get the plan of a database, as seen by the database API."""
    @property
    def plans(self) -> DatabasesPlans:
        """Plans of databases."""
    def stream_logs(
        self,
        app: str,
        addon_id: str,
        *,
        n: int | None = None,
        filter: str | None = None,
        via: Via | None = None,
        silence: float = ...,
        **options: Unpack[RequestOptions],
    ) -> LogStream:
        """Stream the log of a database until you stop reading; see `logs.stream`."""
    @property
    def type_versions(self) -> DatabasesTypeVersions:
        """Versions of database engines."""
    @property
    def types(self) -> DatabasesTypes:
        """Database engines."""
    def update(
        self,
        app: str,
        addon_id: str,
        *,
        periodic_backups_enabled: bool | Unset | None = UNSET,
        periodic_backups_scheduled_at: int | Unset | None = UNSET,
        maintenance_window: MaintenanceWindowTime | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Database:
        """Change the backup schedule and the maintenance window of a database."""
    def upgrade(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUpgrade:
        """Upgrade a database to the next version of its engine."""
    @property
    def users(self) -> DatabasesUsers:
        """Users of a database."""

class DedicatedDatabases:
    """Databases on dedicated resources."""

    def create(
        self,
        *,
        name: str,
        technology: str,
        plan: str,
        project: str | Unset = UNSET,
        project_id: str | Unset = UNSET,
        hds_resource: bool | Unset = UNSET,
        ip_range: str | Unset = UNSET,
        post_provisioning_configuration: PostProvisioning | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DedicatedDatabase:
        """Create a database on dedicated resources."""
    @property
    def endpoints(self) -> DedicatedDatabasesEndpoints:
        """Endpoints of a database."""
    def get(self, database: str, **options: Unpack[RequestOptions]) -> DedicatedDatabase:
        """Get one database on dedicated resources."""
    def list(
        self,
        *,
        dashboard: bool | None = None,
        organization: str | None = None,
        organization_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DedicatedDatabase]:
        """List the databases on dedicated resources that the account owns or collaborates on."""
    @property
    def net_peerings(self) -> DedicatedDatabasesNetPeerings:
        """Peerings of a database's network."""
    def network_configuration(
        self,
        database: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseNetworkConfiguration:
        """Get the network of a database at Outscale."""

class Deployments:
    """Deployments of an app."""

    def create(
        self,
        app: str,
        *,
        source_url: str | Secret,
        git_ref: str | Unset = UNSET,
        postdeploy_hook: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Deployment:
        """Deploy an app from an archive at a URL."""
    def deploy(
        self,
        app: str,
        source: str | os.PathLike[str] | None = None,
        *,
        source_url: str | Secret | None = None,
        branch: str | None = None,
        git_ref: str | Unset = UNSET,
        postdeploy_hook: str | Unset = UNSET,
        max_size: int | None = ...,
        on_progress: Callable[[DeployProgress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Deployment:
        """Deploy an app from a directory, an archive, a URL, or a branch of its repository."""
    def follow(
        self,
        app: str,
        deployment_id: str | None = None,
        *,
        silence: float = ...,
        **options: Unpack[RequestOptions],
    ) -> DeploymentStream:
        """Follow a deployment until its end: its states, and its build log as it is written."""
    def get(self, app: str, deployment_id: str, **options: Unpack[RequestOptions]) -> Deployment:
        """Get one deployment."""
    def latest(self, app: str, **options: Unpack[RequestOptions]) -> Deployment | None:
        """Get the latest deployment of an app, in any state: one request."""
    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Deployment]:
        """List the deployments of an app, newest first."""
    def output(self, app: str, deployment_id: str, **options: Unpack[RequestOptions]) -> str:
        """Get the whole build log of a deployment."""
    def reset_cache(self, app: str, **options: Unpack[RequestOptions]) -> None:
        """Empty the deployment cache of an app."""
    def stream(
        self,
        deployments_stream_url: str,
        *,
        silence: float = ...,
        **options: Unpack[RequestOptions],
    ) -> DeploymentMessages:
        """Stream the messages about all deployments of an app, over one websocket."""

class Domains:
    """Custom domains of an app."""

    def create(
        self,
        app: str,
        *,
        name: str,
        tlscert: str | Unset = UNSET,
        tlskey: str | Secret | Unset = UNSET,
        canonical: bool | Unset = UNSET,
        letsencrypt_enabled: bool | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Domain:
        """Add a custom domain to an app, with or without its certificate."""
    def delete(self, app: str, domain_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a custom domain from an app."""
    def get(self, app: str, domain_id: str, **options: Unpack[RequestOptions]) -> Domain:
        """Get one custom domain."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Domain]:
        """List the custom domains of an app."""
    def update(
        self,
        app: str,
        domain_id: str,
        *,
        tlscert: str | Unset | None = UNSET,
        tlskey: str | Secret | Unset | None = UNSET,
        canonical: bool | Unset | None = UNSET,
        letsencrypt_enabled: bool | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Domain:
        """Change the certificate of a custom domain, or whether it is the canonical domain."""

class Events:
    """Events of apps, projects and the account."""

    @property
    def categories(self) -> EventsCategories:
        """Categories of event types."""
    def get(self, app: str, event_id: str, **options: Unpack[RequestOptions]) -> Event:
        """Get one event of an app."""
    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        from_: int | timedelta | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Event]:
        """List the events of an app, newest first."""
    def list_for_project(
        self,
        project_id: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        from_: int | timedelta | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Event]:
        """List the events of a project, newest first."""
    def list_for_user(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        from_: int | timedelta | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Event]:
        """List the events of the account and of its apps, newest first."""
    @property
    def types(self) -> EventsTypes:
        """Event types for notifiers."""

class HdsContacts:
    """Contacts for apps with health data (HDS)."""

    def update(
        self,
        app: str,
        *,
        org_type: str | Unset | None = UNSET,
        name: str | Unset | None = UNSET,
        email: str | Unset | None = UNSET,
        phone_number: str | Unset | None = UNSET,
        company: str | Unset | None = UNSET,
        address_line1: str | Unset | None = UNSET,
        address_line2: str | Unset | None = UNSET,
        address_city: str | Unset | None = UNSET,
        address_zip: str | Unset | None = UNSET,
        address_country: str | Unset | None = UNSET,
        notes: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> HDSContact:
        """Set the contact for an app with health data."""

class Keys:
    """Public SSH keys of the account."""

    def create(self, *, name: str, content: str, **options: Unpack[RequestOptions]) -> Key:
        """Add a public SSH key to the account."""
    def delete(self, key_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a public SSH key from the account, at once."""
    def get(self, key_id: str, **options: Unpack[RequestOptions]) -> Key:
        """Get one public SSH key."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Key]:
        """List the public SSH keys of the account."""

class LogDrains:
    """External services that receive the logs of an app."""

    def create(
        self,
        app: str,
        *,
        type: str,
        token: str | Secret | Unset = UNSET,
        host: str | Unset = UNSET,
        port: str | Unset = UNSET,
        drain_region: str | Unset = UNSET,
        url: str | Secret | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> LogDrain:
        """Send the logs of an app to an external service."""
    def delete(
        self,
        app: str,
        drain: LogDrain | None = None,
        *,
        url: str | Secret | None = None,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Remove a log drain of an app."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[LogDrain]:
        """List the log drains of an app."""

class Logs:
    """Logs of an app."""

    @property
    def archives(self) -> LogsArchives:
        """Archives of an app's old logs."""
    def dump(
        self,
        logs_url: str | Secret,
        *,
        n: int | None = None,
        filter: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> str:
        """Get the latest lines of a log as text."""
    def get_url(self, app: str, **options: Unpack[RequestOptions]) -> LogsUrl:
        """Get the URL of an app's logs; it contains its own token."""
    def lines(
        self,
        app: str,
        *,
        n: int | None = None,
        filter: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> list[LogLine]:
        """Get the latest lines of an app's log, parsed: two requests."""
    def stream(
        self,
        app: str,
        *,
        n: int | None = None,
        filter: str | None = None,
        via: Via | None = None,
        silence: float = ...,
        **options: Unpack[RequestOptions],
    ) -> LogStream:
        """Stream the log of an app until you stop reading."""
    def stream_sse(
        self,
        logs_url: str | Secret,
        *,
        n: int | None = None,
        filter: str | None = None,
        silence: float = ...,
        **options: Unpack[RequestOptions],
    ) -> LogEvents:
        """Stream a log over one connection of server-sent events."""
    def stream_websocket(
        self,
        logs_url: str | Secret,
        *,
        n: int | None = None,
        filter: str | None = None,
        silence: float = ...,
        **options: Unpack[RequestOptions],
    ) -> LogEvents:
        """Stream a log over one websocket; use `stream` to reconnect automatically."""

class Metrics:
    """Metrics of an app over time."""

    def get(
        self,
        app: str,
        metric: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        status_code: str | None = None,
        statistics_type: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[MetricPoint]:
        """Get a metric of an app as a whole, or of its router, over time."""
    def get_for_container(
        self,
        app: str,
        metric: str,
        container_type: str,
        container_index: int | str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[MetricPoint]:
        """Get a metric of one container over time."""
    def get_for_type(
        self,
        app: str,
        metric: str,
        container_type: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[MetricPoint]:
        """Get a metric of a container type, averaged over its containers, over time."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[MetricType]:
        """List the metrics that alerts and autoscalers can watch."""
    def recommended_value(
        self,
        app: str,
        metric: str,
        *,
        container_type: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> MetricPoint:
        """Get the target that the platform suggests for an autoscaler on a metric."""

class NotificationPlatforms:
    """Platforms that notifiers send to."""

    @overload
    def find(
        self,
        name: str,
        *,
        required: Literal[True],
        **options: Unpack[RequestOptions],
    ) -> NotificationPlatform:
        ...
    @overload
    def find(
        self,
        name: str,
        *,
        required: bool = False,
        **options: Unpack[RequestOptions],
    ) -> NotificationPlatform | None:
        ...
    def get(self, platform_id: str, **options: Unpack[RequestOptions]) -> NotificationPlatform:
        """Get one platform that notifiers send to."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[NotificationPlatform]:
        """List the platforms that notifiers send to."""
    def search(
        self,
        *,
        name: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[NotificationPlatform]:
        """List the platforms with a name: one, or none."""

class Notifiers:
    """Rules that send the events of an app to notification platforms."""

    def create(
        self,
        app: str,
        *,
        platform: str | Unset = UNSET,
        platform_id: str | Unset = UNSET,
        name: str,
        active: bool = True,
        send_all_alerts: bool | Unset = UNSET,
        send_all_events: bool | Unset = UNSET,
        events: Sequence[str] | Unset = UNSET,
        selected_event_ids: Sequence[str] | Unset = UNSET,
        selected_events: Sequence[str] | Unset = UNSET,
        type_data: NotifierSettings | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Notifier:
        """Add a notifier to an app."""
    def delete(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a notifier."""
    def get(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> Notifier:
        """Get one notifier."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Notifier]:
        """List the notifiers of an app."""
    def test(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> None:
        """Send a test notification."""
    def update(
        self,
        app: str,
        notifier_id: str,
        *,
        name: str | Unset | None = UNSET,
        active: bool | Unset | None = UNSET,
        send_all_alerts: bool | Unset | None = UNSET,
        send_all_events: bool | Unset | None = UNSET,
        events: Sequence[str] | Unset = UNSET,
        selected_event_ids: Sequence[str] | Unset | None = UNSET,
        selected_events: Sequence[str] | Unset | None = UNSET,
        type_data: NotifierSettings | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Notifier:
        """Change a notifier; its platform can't change."""

class OneOffs:
    """One-off containers of an app: commands that run with its code and variables."""

    def attach(
        self,
        attach_url: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> AbstractContextManager[Terminal]:
        """Attach to a started one-off container: its command starts now."""
    def resize(
        self,
        attach_url: str | Secret,
        *,
        width: int,
        height: int,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Set the terminal size of a one-off container."""
    def run(
        self,
        app: str,
        command: str | Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        size: str | Unset = UNSET,
        files: Sequence[FileSource] = ...,
        input: str | bytes | None = None,
        stdout: Sink | None = None,
        max_output: int = ...,
        check: bool = False,
        detached: bool = False,
        start_timeout: float | None = ...,
        **options: Unpack[RequestOptions],
    ) -> OneOffResult:
        """Run a command in a one-off container, and return its output and its exit code."""
    def terminal(
        self,
        app: str,
        command: str | Sequence[str],
        *,
        columns: int | None = None,
        rows: int | None = None,
        env: Mapping[str, str] | None = None,
        size: str | Unset = UNSET,
        files: Sequence[FileSource] = ...,
        start_timeout: float | None = ...,
        **options: Unpack[RequestOptions],
    ) -> AbstractContextManager[Terminal]:
        """Run a command in a one-off container and use its terminal interactively."""
    def upload_file(
        self,
        attach_url: str | Secret,
        file: str | os.PathLike[str] | bytes,
        *,
        name: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Upload a file into `/tmp/uploads` of a one-off container, before attaching."""
    def wait(self, attach_url: str | Secret, **options: Unpack[RequestOptions]) -> OneOffExit:
        """Wait for the end of a one-off container, and return its exit code."""

class Operations:
    """Long-running operations."""

    def get(self, app: str, operation_id: str, **options: Unpack[RequestOptions]) -> Operation:
        """Get the state of an operation."""
    def get_by_url(self, operation_url: str, **options: Unpack[RequestOptions]) -> Operation:
        """Get the state of an operation by the URL that a call returned."""
    def pending(self, app: str, operation_id: str) -> PendingOperation[None]:
        """Return a handle for waiting for an operation whose id you know."""

class Organizations:
    """Organizations at Scalingo; those on GitHub are in `scm_integrations`."""

    def can(
        self,
        organization_id: str,
        *,
        scope: str,
        **options: Unpack[RequestOptions],
    ) -> OrganizationPermission:
        """Check whether the user has a permission in an organization."""
    def create(self, *, name: str, **options: Unpack[RequestOptions]) -> Organization:
        """Create an organization that the user owns."""
    @property
    def events(self) -> OrganizationsEvents:
        """Events of an organization."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Organization]:
        """List the organizations of the user."""
    def update(
        self,
        organization_id: str,
        *,
        name: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Organization:
        """Rename an organization."""

class PrivateNetworks:
    """Private networks of projects."""

    @property
    def domain_names(self) -> PrivateNetworksDomainNames:
        """Host names in the private network of an app."""
    def get(self, project_id: str, **options: Unpack[RequestOptions]) -> ProjectPrivateNetwork:
        """Get the private network of a project."""

class Projects:
    """Projects: groups of apps and databases."""

    def create(
        self,
        *,
        name: str,
        default: bool | Unset = UNSET,
        organization: str | Unset = UNSET,
        organization_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Project:
        """Create a project: one request, or two with the name of an organization."""
    def delete(self, project_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a project."""
    def get(self, project_id: str, **options: Unpack[RequestOptions]) -> Project:
        """Get one project."""
    def list(
        self,
        *,
        organization: str | None = None,
        organization_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Project]:
        """List the projects that the account owns."""
    def list_eligible_new_owners(
        self,
        project_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[EligibleNewOwner]:
        """List the users who can become the owner of a project."""
    @property
    def transfer_invitations(self) -> ProjectsTransferInvitations:
        """Invitations to become the owner of a project."""
    def update(
        self,
        project_id: str,
        *,
        name: str | Unset = UNSET,
        default: bool | Unset = UNSET,
        organization: str | Unset = UNSET,
        organization_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Project:
        """Rename a project, or make it the default one."""

class ProviderApps:
    """Apps that use an addon, for its provider, with the credentials of its manifest."""

    def get(
        self,
        app_id: str,
        *,
        username: str,
        password: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> ProviderApp:
        """Get one app that uses an addon."""
    def list(
        self,
        *,
        username: str,
        password: str | Secret,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[ProviderApp]:
        """List the apps that use an addon."""
    def update(
        self,
        app_id: str,
        *,
        username: str,
        password: str | Secret,
        config: Mapping[str, str | Secret],
        **options: Unpack[RequestOptions],
    ) -> ProviderApp:
        """Change variables of an app that uses an addon; the app restarts."""

class Referrals:
    """Statistics of the account's referral link."""

    def stats(self, **options: Unpack[RequestOptions]) -> ReferralStats:
        """Get the statistics of the account's referral link."""

class Regions:
    """Regions of the platform."""

    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Region]:
        """List the regions that are available to the account, with the URLs of their APIs."""
    def names(self) -> tuple[str, ...]:
        """Return the names of the regions that are available to the account."""

class ReviewApps:
    """Apps created for pull requests and merge requests."""

    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[ReviewApp]:
        """List the review apps of an app; an app that isn't linked to a repository has none."""

class ScmIntegrations:
    """Links between the account and source code platforms."""

    def branches(
        self,
        integration_id: str,
        *,
        repo_name: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[SCMBranch]:
        """List the branches of a repository on a source code platform."""
    def create(
        self,
        *,
        scm_type: str,
        url: str,
        access_token: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> SCMIntegration:
        """Link a self-hosted GitHub Enterprise or GitLab to the account."""
    def delete(self, integration_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a link to a source code platform."""
    def get(self, integration_id: str, **options: Unpack[RequestOptions]) -> SCMIntegration:
        """Get one link to a source code platform."""
    def import_keys(self, integration_id: str, **options: Unpack[RequestOptions]) -> Sequence[Key]:
        """Import the public SSH keys of a source code platform into the account."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[SCMIntegration]:
        """List the source code platforms that are linked to the account."""
    def organizations(
        self,
        integration_id: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[SCMOrganization]:
        """List the organizations or groups of the user on a source code platform."""
    def search_pull_requests(
        self,
        integration_id: str,
        *,
        query: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[SCMPullRequest]:
        """Search the pull or merge requests on a source code platform."""
    def search_repositories(
        self,
        integration_id: str,
        *,
        query: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[SCMRepository]:
        """Search the repositories on a source code platform."""

class ScmRepoLinks:
    """Links between apps and repositories; one for each app."""

    def create(
        self,
        app: str,
        *,
        source: str,
        integration: str | Unset = UNSET,
        auth_integration_uuid: str | Unset = UNSET,
        branch: str | Unset = UNSET,
        auto_deploy_enabled: bool | Unset = UNSET,
        deploy_review_apps_enabled: bool | Unset = UNSET,
        delete_on_close_enabled: bool | Unset = UNSET,
        hours_before_delete_on_close: int | timedelta | Unset = UNSET,
        delete_stale_enabled: bool | Unset = UNSET,
        hours_before_delete_stale: int | timedelta | Unset = UNSET,
        automatic_creation_from_forks_allowed: bool | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> SCMRepoLink:
        """Link an app to a repository: one request, or two with `integration`."""
    def delete(self, app: str, **options: Unpack[RequestOptions]) -> None:
        """Remove the link between an app and its repository."""
    def get(self, app: str, **options: Unpack[RequestOptions]) -> SCMRepoLink:
        """Get the link between an app and its repository."""
    def get_pull(
        self,
        app: str,
        number: int | str,
        **options: Unpack[RequestOptions],
    ) -> SCMPullRequest:
        """Get one pull or merge request of an app's repository."""
    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        integration: str | None = None,
        auth_integration_uuid: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[SCMRepoLink]:
        """List the links to repositories that the user has created."""
    def list_branches(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[SCMBranch]:
        """List the branches of an app's repository."""
    def list_deployments(
        self,
        app: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Deployment]:
        """List the deployments that were started through the link to a repository."""
    def list_pulls(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[SCMPullRequest]:
        """List the open pull or merge requests of an app's repository."""
    def manual_deploy(
        self,
        app: str,
        *,
        branch: str,
        **options: Unpack[RequestOptions],
    ) -> Deployment:
        """Deploy a branch of an app's repository now."""
    def manual_review_app(
        self,
        app: str,
        *,
        number: int,
        **options: Unpack[RequestOptions],
    ) -> ReviewApp:
        """Create a review app for a pull request now."""
    def update(
        self,
        app: str,
        *,
        branch: str | Unset | None = UNSET,
        auto_deploy_enabled: bool | Unset | None = UNSET,
        deploy_review_apps_enabled: bool | Unset | None = UNSET,
        delete_on_close_enabled: bool | Unset | None = UNSET,
        hours_before_delete_on_close: int | timedelta | Unset | None = UNSET,
        delete_stale_enabled: bool | Unset | None = UNSET,
        hours_before_delete_stale: int | timedelta | Unset | None = UNSET,
        automatic_creation_from_forks_allowed: bool | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> SCMRepoLink:
        """Change the settings of the link between an app and its repository."""

class Sources:
    """Uploads of source code."""

    def create(self, **options: Unpack[RequestOptions]) -> Source:
        """Get two URLs: one to upload source code to, one to deploy it from."""
    def download(
        self,
        download_url: str | Secret,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[_Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download uploaded source code into a file."""
    def upload(
        self,
        upload_url: str | Secret,
        content: Content,
        *,
        size: int | None = None,
        on_progress: Callable[[_Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Upload source code: a gzipped tar with one folder at its root."""

class Stacks:
    """Base images that apps are built and run on."""

    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Stack]:
        """List the stacks, including deprecated ones."""

class Stats:
    """The current resource usage of an app's containers."""

    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[ContainerStat]:
        """List the current CPU, memory and swap usage of each container of an app."""

class Tokens:
    """API tokens of the account, and their exchange for bearer tokens."""

    def create(
        self,
        *,
        name: str,
        otp: str | Secret | None = None,
        **options: Unpack[RequestOptions],
    ) -> Token:
        """Create an API token."""
    def delete(self, token_id: str, **options: Unpack[RequestOptions]) -> None:
        """Revoke an API token."""
    def exchange(self, api_token: str | Secret, **options: Unpack[RequestOptions]) -> Secret:
        """Exchange an API token for a bearer token (a JWT) that is valid for one hour."""
    def get(self, token_id: str, **options: Unpack[RequestOptions]) -> Token:
        """Get one API token, without its secret."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Token]:
        """List the API tokens of the account."""
    def login(
        self,
        username: str,
        password: str | Secret,
        *,
        name: str,
        otp: str | Secret | None = None,
        **options: Unpack[RequestOptions],
    ) -> Token:
        """Log in with a user name and a password; this creates an API token."""
    def renew(self, token_id: str, **options: Unpack[RequestOptions]) -> Token:
        """Renew the secret of an API token."""

class TwoFactorAuthResource:
    """Two-factor authentication of the account."""

    def disable(self, *, attempt: str | Secret, **options: Unpack[RequestOptions]) -> TwoFactorAuth:
        """Disable two-factor authentication."""
    def get(self, **options: Unpack[RequestOptions]) -> TwoFactorAuth:
        """Get the state of the account's two-factor authentication."""
    def initiate(
        self,
        *,
        provider: str,
        **options: Unpack[RequestOptions],
    ) -> TwoFactorAuthInitiation:
        """Start enabling two-factor authentication."""
    def validate(
        self,
        *,
        attempt: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> TwoFactorAuthValidation:
        """Enable two-factor authentication with a first code."""

class Users:
    """The account's user."""

    def confirm_deletion(
        self,
        deletion_id: str,
        *,
        token: str | Secret,
        reason: str | Unset | None = UNSET,
        details: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Confirm the deletion of the account."""
    def delete(self, **options: Unpack[RequestOptions]) -> None:
        """Delete the account and all apps that it owns, immediately."""
    def request_deletion(self, **options: Unpack[RequestOptions]) -> None:
        """Request the deletion of the account; a confirmation e-mail follows."""
    def roles(self, **options: Unpack[RequestOptions]) -> Paginator[str]:
        """List the roles that a user can choose at sign-up."""
    def self(self, **options: Unpack[RequestOptions]) -> User:
        """Get the user behind the account."""
    def sign_up(
        self,
        *,
        email: str,
        password: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Create an account."""
    def stop_free_trial(self, **options: Unpack[RequestOptions]) -> None:
        """End the free trial: the account is billed from now on."""
    def update(
        self,
        *,
        email: str | Unset | None = UNSET,
        username: str | Unset | None = UNSET,
        company: str | Unset | None = UNSET,
        location: str | Unset | None = UNSET,
        fullname: str | Unset | None = UNSET,
        tos_accepted: bool | Unset | None = UNSET,
        email_newsletter: bool | Unset | None = UNSET,
        password: str | Secret | Unset | None = UNSET,
        password_confirmation: str | Secret | Unset | None = UNSET,
        current_password: str | Secret | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> User:
        """Change the user behind the account."""
    def update_by_id(
        self,
        user_id: str,
        *,
        email: str | Unset | None = UNSET,
        username: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> User:
        """Change the e-mail address or the name of a user."""
    def update_profile(
        self,
        *,
        email: str | Unset | None = UNSET,
        password: str | Secret | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> User:
        """Change the e-mail address or the password of the user."""

class Variables:
    """Environment variables of an app."""

    def as_dict(
        self,
        app: str,
        *,
        aliases: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> dict[str, str]:
        """Fetch the environment variables of an app as a dict: one request."""
    def bulk_delete(
        self,
        app: str,
        *,
        variable_ids: Sequence[str],
        **options: Unpack[RequestOptions],
    ) -> None:
        """Delete several variables in one request."""
    def bulk_update(
        self,
        app: str,
        *,
        variables: Mapping[str, str | Secret],
        **options: Unpack[RequestOptions],
    ) -> Sequence[Variable]:
        """Create or overwrite several variables in one request; others are kept."""
    def create(
        self,
        app: str,
        *,
        name: str,
        value: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> Variable:
        """Create one variable, or overwrite it, by name."""
    def delete(self, app: str, variable_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a variable."""
    def list(
        self,
        app: str,
        *,
        aliases: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Variable]:
        """List the environment variables of an app."""
    def set(
        self,
        app: str,
        variables: Mapping[str, str | Secret],
        *,
        delete: Iterable[str] = ...,
        **options: Unpack[RequestOptions],
    ) -> VariableChanges:
        """Set variables and delete others, both by name, in the fewest requests."""
    def update(
        self,
        app: str,
        variable_id: str,
        *,
        value: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> Variable:
        """Change the value of a variable; its name can't change."""

class Addon(_Addon):
    """An addon of an app, such as its database."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""

class AddonsCategories:
    """Categories of addon providers."""

    def list(self, **options: Unpack[RequestOptions]) -> Paginator[AddonCategory]:
        """List the categories of addon providers."""

class Paginator(Generic[T]):
    """A list that has not been fetched yet."""

    def collect(self, *, limit: int | None = None) -> list[T]:
        """Fetch the items into a list."""
    @overload
    def find(self, *, required: Literal[True], **fields: object) -> T:
        ...
    @overload
    def find(self, *, required: bool = False, **fields: object) -> T | None:
        ...
    @overload
    def first(
        self,
        predicate: Callable[[T], object] | None = None,
        *,
        required: Literal[True],
    ) -> T:
        ...
    @overload
    def first(
        self,
        predicate: Callable[[T], object] | None = None,
        *,
        required: bool = False,
    ) -> T | None:
        ...
    @property
    def model(self) -> type[T]:
        """The class of the items."""
    def pages(self, *, max_pages: int | None = None) -> Iterator[Page[T]]:
        """Iterate over the pages."""
    def page(self) -> Page[T]:
        """Do all of it, as awaiting it does in an async program."""
    def __iter__(self) -> Iterator[T]: ...

class AddonsLogDrains:
    """Log drains of an addon; databases have them."""

    def create(
        self,
        app: str,
        addon_id: str,
        *,
        type: str,
        token: str | Secret | Unset = UNSET,
        host: str | Unset = UNSET,
        port: str | Unset = UNSET,
        drain_region: str | Unset = UNSET,
        url: str | Secret | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> LogDrain:
        """Send the logs of an addon to an external service."""
    def delete(
        self,
        app: str,
        addon_id: str,
        drain: LogDrain | None = None,
        *,
        url: str | Secret | None = None,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Remove a log drain of an addon."""
    def list(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[LogDrain]:
        """List the log drains of an addon."""

class AddonsProviders:
    """Providers of addons and their plans."""

    @overload
    def find_plan(
        self,
        addon_provider: str,
        name: str,
        *,
        required: Literal[True],
        **options: Unpack[RequestOptions],
    ) -> Plan:
        ...
    @overload
    def find_plan(
        self,
        addon_provider: str,
        name: str,
        *,
        required: bool = False,
        **options: Unpack[RequestOptions],
    ) -> Plan | None:
        ...
    def list(
        self,
        *,
        category: str | None = None,
        category_id: str | None = None,
        dedicated: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[AddonProvider]:
        """List the providers of addons with their plans."""
    def plans(
        self,
        addon_provider: str,
        *,
        show_all: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Plan]:
        """List the plans of a provider."""

class AppsChildren:
    """Child apps of an app."""

    def create(self, app: str, *, name: str, **options: Unpack[RequestOptions]) -> App:
        """Create a child app of an app."""
    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[ChildApp]:
        """List the child apps of an app, as summaries: `get` returns the rest."""

class AppsFirewallRules:
    """The firewall of an app: the addresses that are allowed to reach its web containers."""

    def create(
        self,
        app: str,
        *,
        cidr: str,
        label: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> AppFirewallRule:
        """Allow an address range to reach an app, **and block all others**."""
    def delete(self, app: str, rule_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a rule; without any rule, the app is open to all addresses again."""
    def get(self, app: str, rule_id: str, **options: Unpack[RequestOptions]) -> AppFirewallRule:
        """Get one rule of an app's firewall."""
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[AppFirewallRule]:
        """List the address ranges that are allowed to reach an app; none means all."""

class PendingOperation(_PendingOperation[T], Generic[T]):
    """An operation that a call has started."""

    operation: Operation | None  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]
    def refresh(self) -> Operation | None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """Fetch its state; this takes one request."""
    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 600.0,
        on_progress: Callable[[Operation], object] | None = None,
    ) -> Operation | None:
        """Wait until it has ended."""

class BillingInvoices:
    """Invoices of the account."""

    def download(
        self,
        invoice_id: str,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[_Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download an invoice as a PDF file."""
    def download_url(self, invoice_id: str, **options: Unpack[RequestOptions]) -> Secret:
        """Get the URL of an invoice as a PDF file; it contains its own token."""
    def get(self, invoice_id: str, **options: Unpack[RequestOptions]) -> Invoice:
        """Get one invoice with its lines."""
    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Invoice]:
        """List the invoices of the account."""

class BillingOperations:
    """Transactions of the account."""

    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[BillingOperation]:
        """List the transactions of the account."""

class BillingProfiles:
    """Billing profiles: the recipient of the invoices and the payment method."""

    def create(
        self,
        *,
        name: str,
        address_line1: str,
        address_zip: str,
        address_city: str,
        address_country: str,
        address_line2: str | Unset = UNSET,
        address_state: str | Unset = UNSET,
        email: str | Unset = UNSET,
        vat_number: str | Unset = UNSET,
        company: str | Unset = UNSET,
        first_name: str | Unset = UNSET,
        siren: str | Unset = UNSET,
        profile_type: str | Unset = UNSET,
        invoice_additional_info: str | Unset = UNSET,
        payment_method: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> BillingProfile:
        """Create the billing profile of the account; an account has at most one."""
    def get(self, **options: Unpack[RequestOptions]) -> BillingProfile:
        """Get the billing profile of the account."""
    def get_regional(self, **options: Unpack[RequestOptions]) -> BillingProfile:
        """Get the billing profile of the account from the regional API."""
    def update(
        self,
        profile_id: str,
        *,
        name: str | Unset | None = UNSET,
        address_line1: str | Unset | None = UNSET,
        address_zip: str | Unset | None = UNSET,
        address_city: str | Unset | None = UNSET,
        address_country: str | Unset | None = UNSET,
        address_line2: str | Unset | None = UNSET,
        address_state: str | Unset | None = UNSET,
        email: str | Unset | None = UNSET,
        vat_number: str | Unset | None = UNSET,
        company: str | Unset | None = UNSET,
        first_name: str | Unset | None = UNSET,
        siren: str | Unset | None = UNSET,
        profile_type: str | Unset | None = UNSET,
        invoice_additional_info: str | Unset | None = UNSET,
        payment_method: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> BillingProfile:
        """Change a billing profile."""

class ContainersSizes:
    """Container sizes."""

    def list(
        self,
        *,
        app_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[ContainerSize]:
        """List the container sizes with price and resources."""

class ContainersTypes:
    """Container types of an app, with the number and size of their containers."""

    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[ContainerType]:
        """List the container types of an app, with the number and size of their containers."""

class BackupRestorationsHandle:
    """Restorations of backups of one database."""

    app: str
    addon_id: str
    def get(
        self,
        restoration_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackupRestoration:
        """Get one restoration of a backup."""

class BackupsHandle:
    """Backups of one database."""

    app: str
    addon_id: str
    def archive_url(
        self,
        backup_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackupArchive:
        """Get the download URL of a backup; it contains its own token."""
    def create(self, *, adopt: bool = False, **options: Unpack[RequestOptions]) -> DatabaseBackup:
        """Start a backup of a database."""
    def download(
        self,
        backup_id: str,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[_Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download a backup, a gzipped tar, into a file."""
    def get(self, backup_id: str, **options: Unpack[RequestOptions]) -> DatabaseBackup:
        """Get one backup of a database."""
    def get_by_id(self, backup_id: str, **options: Unpack[RequestOptions]) -> DatabaseBackup:
        """Get one backup of a database by its id alone."""
    def latest(
        self,
        *,
        status: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackup | None:
        """Get the latest backup of a database, optionally in a given state: one request."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[DatabaseBackup]:
        """List the backups of a database, newest first."""
    def restore(
        self,
        backup_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackupRestoration:
        """Restore a backup into its database."""

class DatabaseFeatureChange(_DatabaseFeatureChange):
    """The result of enabling or disabling a feature."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""

class FirewallManagedRangesHandle:
    """Address ranges that Scalingo maintains."""

    app: str
    addon_id: str
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[DatabaseFirewallManagedRange]:
        """List the address ranges that Scalingo maintains."""

class FirewallRulesHandle:
    """Firewall rules of one database."""

    app: str
    addon_id: str
    def create(
        self,
        *,
        type: str,
        cidr: str | Unset = UNSET,
        label: str | Unset = UNSET,
        managed_range: str | Unset = UNSET,
        range_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFirewallRule:
        """Allow addresses to connect to a database."""
    def delete(self, rule_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a firewall rule."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[DatabaseFirewallRule]:
        """List the firewall rules of a database."""
    def update(
        self,
        rule_id: str,
        *,
        label: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFirewallRule:
        """Change the label of a firewall rule."""

class Database(_Database):
    """A database, as seen by the database API."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""

class InstancesHandle:
    """Nodes of one database."""

    app: str
    addon_id: str
    def metrics_series(
        self,
        instance_id: str,
        metric: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> JSONValue:
        """Get a metric of a node over time."""

class MaintenancesHandle:
    """Maintenances of one database."""

    app: str
    addon_id: str
    def get(self, maintenance_id: str, **options: Unpack[RequestOptions]) -> DatabaseMaintenance:
        """Get one maintenance of a database."""
    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseMaintenance]:
        """List the maintenances of a database."""

class OperationsHandle:
    """Operations on one database."""

    app: str
    addon_id: str
    def get(self, operation_id: str, **options: Unpack[RequestOptions]) -> DatabaseOperation:
        """Get one operation on a database."""
    def get_by_url(
        self,
        operation_url: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseOperation:
        """Get one operation on a database by the URL that a call returned."""

class DatabaseOperation(_DatabaseOperation):
    """An operation on a database, such as an upgrade."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""

class PlansHandle:
    """Plans of databases."""

    app: str
    addon_id: str
    def get(self, plan_name: str, *, type: str, **options: Unpack[RequestOptions]) -> DatabasePlan:
        """Get one plan by its name."""

class LogStream:
    """The lines of a log as they are written, until you stop reading."""

    reconnects: int
    gaps: int
    @property
    def passed_over(self) -> int:
        """How many unreadable messages were skipped."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __iter__(self) -> Iterator[LogLine]: ...
    def __next__(self) -> LogLine: ...

class TypeVersionsHandle:
    """Versions of database engines."""

    app: str
    addon_id: str
    def get(self, version_id: str, **options: Unpack[RequestOptions]) -> DatabaseTypeVersion:
        """Get one version of a database engine."""

class TypesHandle:
    """Database engines."""

    app: str
    addon_id: str
    def get(self, database_type_id: str, **options: Unpack[RequestOptions]) -> DatabaseType:
        """Get one database engine."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[DatabaseType]:
        """List the database engines."""

class DatabaseUpgrade(_DatabaseUpgrade):
    """A started upgrade, and the version that it installs."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[DatabaseOperation], object] | None = None,
    ) -> DatabaseOperation:
        """Wait until the operation has ended, as `DatabaseOperation.wait` does."""

class UsersHandle:
    """Users of one database."""

    app: str
    addon_id: str
    def create(
        self,
        *,
        name: str,
        database_id: str | Unset = UNSET,
        read_only: bool | Unset = UNSET,
        password: str | Secret | Unset = UNSET,
        password_confirmation: str | Secret | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Create a user of a database."""
    def delete(self, username: str | DatabaseUser, **options: Unpack[RequestOptions]) -> None:
        """Delete a user of a database."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[DatabaseUser]:
        """List the users of a database."""
    def reset_password(
        self,
        username: str | DatabaseUser,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Let the platform generate a new password for a database user."""
    def update(
        self,
        username: str | DatabaseUser,
        *,
        password: str | Secret,
        password_confirmation: str | Secret,
        database_id: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Change the password of a database user."""

class DatabasesBackupRestorations:
    """Restorations of backups of a database."""

    def get(
        self,
        app: str,
        addon_id: str,
        restoration_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackupRestoration:
        """Get one restoration of a backup."""

class DatabasesBackups:
    """Backups of a database."""

    def archive_url(
        self,
        app: str,
        addon_id: str,
        backup_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackupArchive:
        """Get the download URL of a backup; it contains its own token."""
    def create(
        self,
        app: str,
        addon_id: str,
        *,
        adopt: bool = False,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackup:
        """Start a backup of a database."""
    def download(
        self,
        app: str,
        addon_id: str,
        backup_id: str,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[_Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download a backup, a gzipped tar, into a file."""
    def get(
        self,
        app: str,
        addon_id: str,
        backup_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackup:
        """Get one backup of a database."""
    def get_by_id(
        self,
        app: str,
        addon_id: str,
        backup_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackup:
        """Get one backup of a database by its id alone."""
    def latest(
        self,
        app: str,
        addon_id: str,
        *,
        status: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackup | None:
        """Get the latest backup of a database, optionally in a given state: one request."""
    def list(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseBackup]:
        """List the backups of a database, newest first."""
    def restore(
        self,
        app: str,
        addon_id: str,
        backup_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseBackupRestoration:
        """Restore a backup into its database."""

class DatabasesFirewallManagedRanges:
    """Address ranges that Scalingo maintains, for firewall rules."""

    def list(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseFirewallManagedRange]:
        """List the address ranges that Scalingo maintains."""

class DatabasesFirewallRules:
    """Firewall rules of a database on dedicated resources."""

    def create(
        self,
        app: str,
        addon_id: str,
        *,
        type: str,
        cidr: str | Unset = UNSET,
        label: str | Unset = UNSET,
        managed_range: str | Unset = UNSET,
        range_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFirewallRule:
        """Allow addresses to connect to a database."""
    def delete(
        self,
        app: str,
        addon_id: str,
        rule_id: str,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Remove a firewall rule."""
    def list(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseFirewallRule]:
        """List the firewall rules of a database."""
    def update(
        self,
        app: str,
        addon_id: str,
        rule_id: str,
        *,
        label: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFirewallRule:
        """Change the label of a firewall rule."""

class DatabasesInstances:
    """Nodes of a database."""

    def metrics_series(
        self,
        app: str,
        addon_id: str,
        instance_id: str,
        metric: str,
        *,
        since: int | timedelta | None = None,
        last: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> JSONValue:
        """Get a metric of a node over time."""

class DatabasesMaintenances:
    """Maintenances of a database."""

    def get(
        self,
        app: str,
        addon_id: str,
        maintenance_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseMaintenance:
        """Get one maintenance of a database."""
    def list(
        self,
        app: str,
        addon_id: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseMaintenance]:
        """List the maintenances of a database."""

class DatabasesOperations:
    """Operations on a database; their states differ from those of operations on apps."""

    def get(
        self,
        app: str,
        addon_id: str,
        operation_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseOperation:
        """Get one operation on a database."""
    def get_by_url(
        self,
        app: str,
        addon_id: str,
        operation_url: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseOperation:
        """Get one operation on a database by the URL that a call returned."""

class DatabasesPlans:
    """Plans of databases, as seen by the database API."""

    def get(
        self,
        app: str,
        addon_id: str,
        plan_name: str,
        *,
        type: str,
        **options: Unpack[RequestOptions],
    ) -> DatabasePlan:
        """Get one plan by its name."""

class DatabasesTypeVersions:
    """Versions of database engines."""

    def get(
        self,
        app: str,
        addon_id: str,
        version_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseTypeVersion:
        """Get one version of a database engine."""

class DatabasesTypes:
    """Database engines."""

    def get(
        self,
        app: str,
        addon_id: str,
        database_type_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseType:
        """Get one database engine."""
    def list(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseType]:
        """List the database engines."""

class DatabasesUsers:
    """Users of a database: of PostgreSQL, MySQL, MongoDB and InfluxDB."""

    def create(
        self,
        app: str,
        addon_id: str,
        *,
        name: str,
        database_id: str | Unset = UNSET,
        read_only: bool | Unset = UNSET,
        password: str | Secret | Unset = UNSET,
        password_confirmation: str | Secret | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Create a user of a database."""
    def delete(
        self,
        app: str,
        addon_id: str,
        username: str | DatabaseUser,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Delete a user of a database."""
    def list(
        self,
        app: str,
        addon_id: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseUser]:
        """List the users of a database."""
    def reset_password(
        self,
        app: str,
        addon_id: str,
        username: str | DatabaseUser,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Let the platform generate a new password for a database user."""
    def update(
        self,
        app: str,
        addon_id: str,
        username: str | DatabaseUser,
        *,
        password: str | Secret,
        password_confirmation: str | Secret,
        database_id: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Change the password of a database user."""

class DedicatedDatabase(_DedicatedDatabase):
    """A database on dedicated resources."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""
    addon: Addon | None  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]

class DedicatedDatabasesEndpoints:
    """Endpoints of databases on dedicated resources."""

    def list(
        self,
        database: str,
        *,
        include_default_credentials: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseEndpoint]:
        """List the endpoints of a database."""

class DedicatedDatabasesNetPeerings:
    """Network peerings between a database's network and others at Outscale."""

    def create(
        self,
        database: str,
        *,
        outscale_net_peering_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseNetPeering:
        """Accept a peering with the network of a database."""
    def delete(self, database: str, net_peering_id: str, **options: Unpack[RequestOptions]) -> None:
        """Remove a peering of a database's network."""
    def get(
        self,
        database: str,
        net_peering_id: str,
        **options: Unpack[RequestOptions],
    ) -> DatabaseNetPeering:
        """Get one peering of a database's network."""
    def list(
        self,
        database: str,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseNetPeering]:
        """List the peerings of a database's network."""

class Deployment(_Deployment):
    """A deployment of an app: a version of its code that is built and started."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""

class DeploymentStream:
    """The events of one deployment, until it has ended."""

    reconnects: int
    deployment_id: str | None
    status: str | None
    @property
    def passed_over(self) -> int:
        """How many unreadable messages were skipped."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __iter__(self) -> Iterator[DeploymentEvent]: ...
    def __next__(self) -> DeploymentEvent: ...

class DeploymentMessages:
    """The messages of the stream of an app's deployments; it doesn't reconnect."""

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
    def connect(self) -> None:
        """Open the websocket, and authenticate."""
    @property
    def passed_over(self) -> int:
        """How many unreadable messages were skipped."""
    def receive(self, patience: float | None, read: Callable[[str, int], T]) -> T | None:
        """Return the content of the next message, `None` at the end."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __iter__(self) -> Iterator[DeploymentStreamMessage]: ...
    def __next__(self) -> DeploymentStreamMessage: ...

class EventsCategories:
    """Categories of event types."""

    def list(self, **options: Unpack[RequestOptions]) -> Paginator[EventCategory]:
        """List the categories of event types."""

class EventsTypes:
    """Event types for notifiers."""

    def by_name(self, *names: str, **options: Unpack[RequestOptions]) -> Sequence[EventType]:
        """Find event types by name, for their ids: one request."""
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[EventType]:
        """List the event types that a notifier can send."""

class LogsArchives:
    """Archives of an app's old logs."""

    def download(
        self,
        archive: LogsArchive | str | Secret,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[_Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download an archive of old logs of an app or a database."""
    def list(
        self,
        app: str,
        *,
        cursor: str | None = None,
        page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[LogsArchive]:
        """List the archives of an app's old logs."""

class LogEvents:
    """The messages of one connection to a log, as `LogEvent` models; it doesn't reconnect."""

    @property
    def passed_over(self) -> int:
        """How many unreadable messages were skipped."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __iter__(self) -> Iterator[LogEvent]: ...
    def __next__(self) -> LogEvent: ...

class Terminal:
    """The terminal of a one-off container: a stream of bytes, in both directions."""

    container: Container | None
    def close(self) -> None:
        """Close the connection; a second time does nothing."""
    def interrupt(self) -> None:
        """Press Ctrl-C (0x03)."""
    def quit(self) -> None:
        """Press Ctrl and the backslash (0x1c)."""
    def receive(self, max_bytes: int = 65536) -> bytes:
        """Return the next bytes of the container's output; iterating does the same."""
    def resize(self, columns: int, rows: int) -> None:
        """Set the size of the terminal."""
    def send(self, item: bytes) -> None:
        """Type bytes into the terminal."""
    def send_eof(self) -> None:
        """End the input by pressing Ctrl-D (0x04)."""
    def suspend(self) -> None:
        """Press Ctrl-Z (0x1a)."""
    def wait(self) -> int:
        """Wait until the command has ended, without a timeout."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> bytes: ...

class Operation(_Operation):
    """An operation on an app: a restart, a scaling, the start of a one-off container."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""

class OrganizationsEvents:
    """Events of an organization."""

    def list(
        self,
        organization_id: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[OrganizationEvent]:
        """List the events of an organization."""

class PrivateNetworksDomainNames:
    """Host names in the private network of an app."""

    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[str]:
        """List the host names of an app in its private network."""

class ProjectsTransferInvitations:
    """Invitations to become the owner of a project."""

    def accept(
        self,
        project_id: str,
        invitation_id: str,
        **options: Unpack[RequestOptions],
    ) -> ProjectTransferInvitation:
        """Accept an invitation to become the owner of a project."""
    def cancel(
        self,
        project_id: str,
        invitation_id: str,
        **options: Unpack[RequestOptions],
    ) -> ProjectTransferInvitation:
        """Withdraw an invitation to become the owner of a project."""
    def create(
        self,
        project_id: str,
        *,
        invited_user: str | Unset = UNSET,
        invited_user_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> ProjectTransferInvitation:
        """Invite a user to become the owner of a project."""
    def decline(
        self,
        project_id: str,
        invitation_id: str,
        **options: Unpack[RequestOptions],
    ) -> ProjectTransferInvitation:
        """Decline an invitation to become the owner of a project."""
    def get(
        self,
        project_id: str,
        invitation_id: str,
        **options: Unpack[RequestOptions],
    ) -> ProjectTransferInvitation:
        """Get one invitation to become the owner of a project."""
    def list(
        self,
        project_id: str,
        *,
        status: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[ProjectTransferInvitation]:
        """List the invitations to become the owner of a project."""

Content: TypeAlias = str | os.PathLike[str] | bytes | Iterable[bytes] | Callable[[], Iterable[bytes]]

class Page(_Page[T], Generic[T]):
    """One page of a list; a sequence of its items."""

    @property
    def following(self) -> Paginator[T] | None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """The next page, not fetched yet; `None` after the last."""
    def next(self) -> Page[T] | None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """Fetch the next page, with the options of this one; `None` after the last."""

class DatabaseBackupRestoration(_DatabaseBackupRestoration):
    """The restoration of a backup."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""

class DatabaseBackup(_DatabaseBackup):
    """A backup of a database."""

    def wait(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        timeout: float | None = 3600.0,
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class."""

DeploymentEvent: TypeAlias = DeploymentStarted | DeploymentLog | DeploymentStatus

class DeploymentStarted(_DeploymentStarted):
    """The deployment that the stream follows; it comes first, and once."""

    deployment: Deployment  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]

class _BlockingSeenEvents(Protocol):
    def add(self, event_id: str) -> bool:
        """Note an event, and return whether it is new, in one atomic step."""
    def discard(self, event_id: str) -> None:
        """Forget an event: it couldn't be handled, and may come again."""

__all__ = [
    "Addon",
    "Addons",
    "AddonsCategories",
    "AddonsLogDrains",
    "AddonsProviders",
    "Alerts",
    "AppInventory",
    "Apps",
    "AppsChildren",
    "AppsFirewallRules",
    "AuditLogs",
    "Autoscalers",
    "BackupRestorationsHandle",
    "BackupsHandle",
    "Billing",
    "BillingInvoices",
    "BillingOperations",
    "BillingProfiles",
    "Client",
    "Collaborators",
    "Containers",
    "ContainersSizes",
    "ContainersTypes",
    "Content",
    "Contracts",
    "CronTasksResource",
    "DataAccessConsents",
    "Database",
    "DatabaseBackup",
    "DatabaseBackupRestoration",
    "DatabaseFeatureChange",
    "DatabaseHandle",
    "DatabaseOperation",
    "DatabaseUpgrade",
    "Databases",
    "DatabasesBackupRestorations",
    "DatabasesBackups",
    "DatabasesFirewallManagedRanges",
    "DatabasesFirewallRules",
    "DatabasesInstances",
    "DatabasesMaintenances",
    "DatabasesOperations",
    "DatabasesPlans",
    "DatabasesTypeVersions",
    "DatabasesTypes",
    "DatabasesUsers",
    "DedicatedDatabase",
    "DedicatedDatabases",
    "DedicatedDatabasesEndpoints",
    "DedicatedDatabasesNetPeerings",
    "Deployment",
    "DeploymentEvent",
    "DeploymentMessages",
    "DeploymentStarted",
    "DeploymentStream",
    "Deployments",
    "Domains",
    "Events",
    "EventsCategories",
    "EventsTypes",
    "FirewallManagedRangesHandle",
    "FirewallRulesHandle",
    "HdsContacts",
    "InstancesHandle",
    "Inventory",
    "Job",
    "Keys",
    "LogDrains",
    "LogEvents",
    "LogStream",
    "Logs",
    "LogsArchives",
    "MaintenancesHandle",
    "Metrics",
    "NotificationPlatforms",
    "Notifiers",
    "OneOffs",
    "Operation",
    "Operations",
    "OperationsHandle",
    "Organizations",
    "OrganizationsEvents",
    "Outcomes",
    "Page",
    "Paginator",
    "PendingOperation",
    "PlansHandle",
    "PrivateNetworks",
    "PrivateNetworksDomainNames",
    "Projects",
    "ProjectsTransferInvitations",
    "ProviderApps",
    "Referrals",
    "Regions",
    "ReviewApps",
    "ScmIntegrations",
    "ScmRepoLinks",
    "Sources",
    "Stacks",
    "Stats",
    "Terminal",
    "Tokens",
    "TwoFactorAuthResource",
    "TypeVersionsHandle",
    "TypesHandle",
    "Users",
    "UsersHandle",
    "Variables",
    "WebhookReceiver",
    "bulk",
]
