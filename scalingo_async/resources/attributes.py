"""The attributes of the client: each resource, under the name that it has on the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_async._core.resource_property import resource_property

if TYPE_CHECKING:
    from scalingo_async._core.session import Session
    from scalingo_async.resources.addons import Addons
    from scalingo_async.resources.alerts import Alerts
    from scalingo_async.resources.apps import Apps
    from scalingo_async.resources.audit_logs import AuditLogs
    from scalingo_async.resources.autoscalers import Autoscalers
    from scalingo_async.resources.billing import Billing
    from scalingo_async.resources.collaborators import Collaborators
    from scalingo_async.resources.containers import Containers
    from scalingo_async.resources.contracts import Contracts
    from scalingo_async.resources.cron_tasks import CronTasksResource
    from scalingo_async.resources.data_access_consents import DataAccessConsents
    from scalingo_async.resources.databases.by_kind import Databases
    from scalingo_async.resources.databases.handle import DatabaseHandle
    from scalingo_async.resources.dedicated_databases import DedicatedDatabases
    from scalingo_async.resources.deployments import Deployments
    from scalingo_async.resources.domains import Domains
    from scalingo_async.resources.events import Events
    from scalingo_async.resources.hds_contacts import HdsContacts
    from scalingo_async.resources.keys import Keys
    from scalingo_async.resources.log_drains import LogDrains
    from scalingo_async.resources.logs import Logs
    from scalingo_async.resources.metrics import Metrics
    from scalingo_async.resources.notification_platforms import NotificationPlatforms
    from scalingo_async.resources.notifiers import Notifiers
    from scalingo_async.resources.one_offs import OneOffs
    from scalingo_async.resources.operations import Operations
    from scalingo_async.resources.organizations import Organizations
    from scalingo_async.resources.private_networks import PrivateNetworks
    from scalingo_async.resources.projects import Projects
    from scalingo_async.resources.provider_apps import ProviderApps
    from scalingo_async.resources.referrals import Referrals
    from scalingo_async.resources.regions import Regions
    from scalingo_async.resources.review_apps import ReviewApps
    from scalingo_async.resources.scm_integrations import ScmIntegrations
    from scalingo_async.resources.scm_repo_links import ScmRepoLinks
    from scalingo_async.resources.sources import Sources
    from scalingo_async.resources.stacks import Stacks
    from scalingo_async.resources.stats import Stats
    from scalingo_async.resources.tokens import Tokens
    from scalingo_async.resources.two_factor_auth import TwoFactorAuthResource
    from scalingo_async.resources.users import Users
    from scalingo_async.resources.variables import Variables

__all__ = ["ResourceAttributes"]


class ResourceAttributes:
    """What hangs on a client; a resource is imported and made when it is first asked for."""

    _session: Session

    @resource_property
    def addons(self) -> Addons:
        """Addons of apps, and the catalogue of providers and plans."""
        from scalingo_async.resources.addons import Addons

        return Addons(self._session)

    @resource_property
    def alerts(self) -> Alerts:
        """Alerts on metrics of an app."""
        from scalingo_async.resources.alerts import Alerts

        return Alerts(self._session)

    @resource_property
    def apps(self) -> Apps:
        """Apps."""
        from scalingo_async.resources.apps import Apps

        return Apps(self._session)

    @resource_property
    def audit_logs(self) -> AuditLogs:
        """Audit logs of apps."""
        from scalingo_async.resources.audit_logs import AuditLogs

        return AuditLogs(self._session)

    @resource_property
    def autoscalers(self) -> Autoscalers:
        """Autoscalers of apps."""
        from scalingo_async.resources.autoscalers import Autoscalers

        return Autoscalers(self._session)

    @resource_property
    def billing(self) -> Billing:
        """Billing profiles, invoices, operations and usage."""
        from scalingo_async.resources.billing import Billing

        return Billing(self._session)

    @resource_property
    def collaborators(self) -> Collaborators:
        """People who work on an app."""
        from scalingo_async.resources.collaborators import Collaborators

        return Collaborators(self._session)

    @resource_property
    def containers(self) -> Containers:
        """Containers, their types and sizes."""
        from scalingo_async.resources.containers import Containers

        return Containers(self._session)

    @resource_property
    def contracts(self) -> Contracts:
        """Contracts of the account."""
        from scalingo_async.resources.contracts import Contracts

        return Contracts(self._session)

    @resource_property
    def cron_tasks(self) -> CronTasksResource:
        """Scheduled tasks of an app."""
        from scalingo_async.resources.cron_tasks import CronTasksResource

        return CronTasksResource(self._session)

    @resource_property
    def data_access_consents(self) -> DataAccessConsents:
        """Consents to Scalingo's staff looking into an app."""
        from scalingo_async.resources.data_access_consents import DataAccessConsents

        return DataAccessConsents(self._session)

    @resource_property
    def databases(self) -> Databases:
        """Running databases."""
        from scalingo_async.resources.databases.by_kind import Databases

        return Databases(self._session)

    def database(self, app: str, addon_id: str) -> DatabaseHandle:
        """Return the methods of `databases` with the app and the addon filled in.

            backup = await client.database("my-app", "ad-1234").backups.create()

        Args:
            app: Id or name of the app; the database's own, when it is on dedicated resources.
            addon_id: Id of the addon (`ad-…`).

        Returns:
            The database; nothing is sent yet.

        Raises:
            InvalidArgumentError: An id can't be right.
        """
        from scalingo_async.resources.databases.handle import DatabaseHandle

        return DatabaseHandle(self.databases, app, addon_id)

    @resource_property
    def dedicated_databases(self) -> DedicatedDatabases:
        """Databases on dedicated resources."""
        from scalingo_async.resources.dedicated_databases import DedicatedDatabases

        return DedicatedDatabases(self._session)

    @resource_property
    def deployments(self) -> Deployments:
        """Deployments of an app."""
        from scalingo_async.resources.deployments import Deployments

        return Deployments(self._session)

    @resource_property
    def domains(self) -> Domains:
        """Custom domains of an app."""
        from scalingo_async.resources.domains import Domains

        return Domains(self._session)

    @resource_property
    def events(self) -> Events:
        """What happened to apps, projects and the account."""
        from scalingo_async.resources.events import Events

        return Events(self._session)

    @resource_property
    def hds_contacts(self) -> HdsContacts:
        """Health-data contacts of an app."""
        from scalingo_async.resources.hds_contacts import HdsContacts

        return HdsContacts(self._session)

    @resource_property
    def keys(self) -> Keys:
        """SSH keys of the account."""
        from scalingo_async.resources.keys import Keys

        return Keys(self._session)

    @resource_property
    def log_drains(self) -> LogDrains:
        """Log drains of an app."""
        from scalingo_async.resources.log_drains import LogDrains

        return LogDrains(self._session)

    @resource_property
    def logs(self) -> Logs:
        """Logs of an app."""
        from scalingo_async.resources.logs import Logs

        return Logs(self._session)

    @resource_property
    def metrics(self) -> Metrics:
        """Metrics of an app."""
        from scalingo_async.resources.metrics import Metrics

        return Metrics(self._session)

    @resource_property
    def notification_platforms(self) -> NotificationPlatforms:
        """Kinds of notifiers."""
        from scalingo_async.resources.notification_platforms import NotificationPlatforms

        return NotificationPlatforms(self._session)

    @resource_property
    def notifiers(self) -> Notifiers:
        """Notifiers of an app."""
        from scalingo_async.resources.notifiers import Notifiers

        return Notifiers(self._session)

    @resource_property
    def one_offs(self) -> OneOffs:
        """One-off containers of apps: commands that run beside them."""
        from scalingo_async.resources.one_offs import OneOffs

        return OneOffs(self._session)

    @resource_property
    def operations(self) -> Operations:
        """Operations that go on after the call that started them."""
        from scalingo_async.resources.operations import Operations

        return Operations(self._session)

    @resource_property
    def organizations(self) -> Organizations:
        """Organizations of the account."""
        from scalingo_async.resources.organizations import Organizations

        return Organizations(self._session)

    @resource_property
    def private_networks(self) -> PrivateNetworks:
        """Private networks."""
        from scalingo_async.resources.private_networks import PrivateNetworks

        return PrivateNetworks(self._session)

    @resource_property
    def projects(self) -> Projects:
        """Projects."""
        from scalingo_async.resources.projects import Projects

        return Projects(self._session)

    @resource_property
    def provider_apps(self) -> ProviderApps:
        """Apps as an addon provider sees them."""
        from scalingo_async.resources.provider_apps import ProviderApps

        return ProviderApps(self._session)

    @resource_property
    def referrals(self) -> Referrals:
        """Referrals of the account."""
        from scalingo_async.resources.referrals import Referrals

        return Referrals(self._session)

    @resource_property
    def regions(self) -> Regions:
        """Regions of the platform."""
        from scalingo_async.resources.regions import Regions

        return Regions(self._session)

    @resource_property
    def review_apps(self) -> ReviewApps:
        """Review apps."""
        from scalingo_async.resources.review_apps import ReviewApps

        return ReviewApps(self._session)

    @resource_property
    def scm_integrations(self) -> ScmIntegrations:
        """Links of the account to GitHub, GitLab and the like."""
        from scalingo_async.resources.scm_integrations import ScmIntegrations

        return ScmIntegrations(self._session)

    @resource_property
    def scm_repo_links(self) -> ScmRepoLinks:
        """Links of apps to repositories."""
        from scalingo_async.resources.scm_repo_links import ScmRepoLinks

        return ScmRepoLinks(self._session)

    @resource_property
    def sources(self) -> Sources:
        """Uploads of source code."""
        from scalingo_async.resources.sources import Sources

        return Sources(self._session)

    @resource_property
    def stacks(self) -> Stacks:
        """Stacks that apps run on."""
        from scalingo_async.resources.stacks import Stacks

        return Stacks(self._session)

    @resource_property
    def stats(self) -> Stats:
        """Present use of resources."""
        from scalingo_async.resources.stats import Stats

        return Stats(self._session)

    @resource_property
    def tokens(self) -> Tokens:
        """API tokens of the account, and their exchange for bearer tokens."""
        from scalingo_async.resources.tokens import Tokens

        return Tokens(self._session)

    @resource_property
    def two_factor_auth(self) -> TwoFactorAuthResource:
        """Two-factor authentication of the account."""
        from scalingo_async.resources.two_factor_auth import TwoFactorAuthResource

        return TwoFactorAuthResource(self._session)

    @resource_property
    def users(self) -> Users:
        """The account itself."""
        from scalingo_async.resources.users import Users

        return Users(self._session)

    @resource_property
    def variables(self) -> Variables:
        """Environment variables of an app."""
        from scalingo_async.resources.variables import Variables

        return Variables(self._session)
