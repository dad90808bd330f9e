"""The attributes of the client: each resource, under its name on the client."""

from __future__ import annotations

from scalingo_async import resources
from scalingo_async._core.resource_property import resource_property
from scalingo_async._core.session import Session

__all__ = ["ResourceAttributes"]


class ResourceAttributes:
    """The resources of a client; each is imported and created on first use."""

    _session: Session

    @resource_property
    def addons(self) -> resources.Addons:
        """Addons of apps, and the catalogue of providers and plans."""
        from scalingo_async.resources.addons import Addons

        return Addons(self._session)

    @resource_property
    def alerts(self) -> resources.Alerts:
        """Alerts on metrics of an app."""
        from scalingo_async.resources.alerts import Alerts

        return Alerts(self._session)

    @resource_property
    def apps(self) -> resources.Apps:
        """Apps."""
        from scalingo_async.resources.apps import Apps

        return Apps(self._session)

    @resource_property
    def audit_logs(self) -> resources.AuditLogs:
        """Audit logs of apps."""
        from scalingo_async.resources.audit_logs import AuditLogs

        return AuditLogs(self._session)

    @resource_property
    def autoscalers(self) -> resources.Autoscalers:
        """Autoscalers of apps."""
        from scalingo_async.resources.autoscalers import Autoscalers

        return Autoscalers(self._session)

    @resource_property
    def billing(self) -> resources.Billing:
        """Billing profiles, invoices, operations and usage."""
        from scalingo_async.resources.billing import Billing

        return Billing(self._session)

    @resource_property
    def collaborators(self) -> resources.Collaborators:
        """Collaborators of an app."""
        from scalingo_async.resources.collaborators import Collaborators

        return Collaborators(self._session)

    @resource_property
    def containers(self) -> resources.Containers:
        """Containers, their types and sizes."""
        from scalingo_async.resources.containers import Containers

        return Containers(self._session)

    @resource_property
    def contracts(self) -> resources.Contracts:
        """Contracts of the account."""
        from scalingo_async.resources.contracts import Contracts

        return Contracts(self._session)

    @resource_property
    def cron_tasks(self) -> resources.CronTasksResource:
        """Scheduled tasks of an app."""
        from scalingo_async.resources.cron_tasks import CronTasksResource

        return CronTasksResource(self._session)

    @resource_property
    def data_access_consents(self) -> resources.DataAccessConsents:
        """Consents for Scalingo's staff to access an app."""
        from scalingo_async.resources.data_access_consents import DataAccessConsents

        return DataAccessConsents(self._session)

    @resource_property
    def databases(self) -> resources.Databases:
        """Running databases."""
        from scalingo_async.resources.databases.by_kind import Databases

        return Databases(self._session)

    def database(self, app: str, addon_id: str) -> resources.DatabaseHandle:
        """Return the methods of `databases` with the app and the addon already bound.

            backup = await client.database("my-app", "ad-1234").backups.create()

        Args:
            app: Id or name of the app; for a database on dedicated resources, its own.
            addon_id: Id of the addon (`ad-…`).

        Returns:
            The database; no request is sent yet.

        Raises:
            InvalidArgumentError: An id is invalid.
        """
        from scalingo_async.resources.databases.handle import DatabaseHandle

        return DatabaseHandle(self.databases, app, addon_id)

    @resource_property
    def dedicated_databases(self) -> resources.DedicatedDatabases:
        """Databases on dedicated resources."""
        from scalingo_async.resources.dedicated_databases import DedicatedDatabases

        return DedicatedDatabases(self._session)

    @resource_property
    def deployments(self) -> resources.Deployments:
        """Deployments of an app."""
        from scalingo_async.resources.deployments import Deployments

        return Deployments(self._session)

    @resource_property
    def domains(self) -> resources.Domains:
        """Custom domains of an app."""
        from scalingo_async.resources.domains import Domains

        return Domains(self._session)

    @resource_property
    def events(self) -> resources.Events:
        """Events of apps, projects and the account."""
        from scalingo_async.resources.events import Events

        return Events(self._session)

    @resource_property
    def hds_contacts(self) -> resources.HdsContacts:
        """Health-data contacts of an app."""
        from scalingo_async.resources.hds_contacts import HdsContacts

        return HdsContacts(self._session)

    @resource_property
    def keys(self) -> resources.Keys:
        """SSH keys of the account."""
        from scalingo_async.resources.keys import Keys

        return Keys(self._session)

    @resource_property
    def log_drains(self) -> resources.LogDrains:
        """Log drains of an app."""
        from scalingo_async.resources.log_drains import LogDrains

        return LogDrains(self._session)

    @resource_property
    def logs(self) -> resources.Logs:
        """Logs of an app."""
        from scalingo_async.resources.logs import Logs

        return Logs(self._session)

    @resource_property
    def metrics(self) -> resources.Metrics:
        """Metrics of an app."""
        from scalingo_async.resources.metrics import Metrics

        return Metrics(self._session)

    @resource_property
    def notification_platforms(self) -> resources.NotificationPlatforms:
        """Kinds of notifiers."""
        from scalingo_async.resources.notification_platforms import NotificationPlatforms

        return NotificationPlatforms(self._session)

    @resource_property
    def notifiers(self) -> resources.Notifiers:
        """Notifiers of an app."""
        from scalingo_async.resources.notifiers import Notifiers

        return Notifiers(self._session)

    @resource_property
    def one_offs(self) -> resources.OneOffs:
        """One-off containers of apps: commands in separate containers."""
        from scalingo_async.resources.one_offs import OneOffs

        return OneOffs(self._session)

    @resource_property
    def operations(self) -> resources.Operations:
        """Long-running operations."""
        from scalingo_async.resources.operations import Operations

        return Operations(self._session)

    @resource_property
    def organizations(self) -> resources.Organizations:
        """Organizations of the account."""
        from scalingo_async.resources.organizations import Organizations

        return Organizations(self._session)

    @resource_property
    def private_networks(self) -> resources.PrivateNetworks:
        """Private networks."""
        from scalingo_async.resources.private_networks import PrivateNetworks

        return PrivateNetworks(self._session)

    @resource_property
    def projects(self) -> resources.Projects:
        """Projects."""
        from scalingo_async.resources.projects import Projects

        return Projects(self._session)

    @resource_property
    def provider_apps(self) -> resources.ProviderApps:
        """Apps, as seen by an addon provider."""
        from scalingo_async.resources.provider_apps import ProviderApps

        return ProviderApps(self._session)

    @resource_property
    def referrals(self) -> resources.Referrals:
        """Referrals of the account."""
        from scalingo_async.resources.referrals import Referrals

        return Referrals(self._session)

    @resource_property
    def regions(self) -> resources.Regions:
        """Regions of the platform."""
        from scalingo_async.resources.regions import Regions

        return Regions(self._session)

    @resource_property
    def review_apps(self) -> resources.ReviewApps:
        """Review apps."""
        from scalingo_async.resources.review_apps import ReviewApps

        return ReviewApps(self._session)

    @resource_property
    def scm_integrations(self) -> resources.ScmIntegrations:
        """Links between the account and GitHub, GitLab and similar platforms."""
        from scalingo_async.resources.scm_integrations import ScmIntegrations

        return ScmIntegrations(self._session)

    @resource_property
    def scm_repo_links(self) -> resources.ScmRepoLinks:
        """Links of apps to repositories."""
        from scalingo_async.resources.scm_repo_links import ScmRepoLinks

        return ScmRepoLinks(self._session)

    @resource_property
    def sources(self) -> resources.Sources:
        """Uploads of source code."""
        from scalingo_async.resources.sources import Sources

        return Sources(self._session)

    @resource_property
    def stacks(self) -> resources.Stacks:
        """Stacks that apps run on."""
        from scalingo_async.resources.stacks import Stacks

        return Stacks(self._session)

    @resource_property
    def stats(self) -> resources.Stats:
        """Current resource usage."""
        from scalingo_async.resources.stats import Stats

        return Stats(self._session)

    @resource_property
    def tokens(self) -> resources.Tokens:
        """API tokens of the account, and their exchange for bearer tokens."""
        from scalingo_async.resources.tokens import Tokens

        return Tokens(self._session)

    @resource_property
    def two_factor_auth(self) -> resources.TwoFactorAuthResource:
        """Two-factor authentication of the account."""
        from scalingo_async.resources.two_factor_auth import TwoFactorAuthResource

        return TwoFactorAuthResource(self._session)

    @resource_property
    def users(self) -> resources.Users:
        """The account itself."""
        from scalingo_async.resources.users import Users

        return Users(self._session)

    @resource_property
    def variables(self) -> resources.Variables:
        """Environment variables of an app."""
        from scalingo_async.resources.variables import Variables

        return Variables(self._session)
