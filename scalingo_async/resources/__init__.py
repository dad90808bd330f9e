"""The operations of the API, one module per resource.

Each class is also available here, loaded on first use: annotations refer to them.
"""

from typing import TYPE_CHECKING, Final

from scalingo_async._core.lazy import loading

if TYPE_CHECKING:
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

_HOMES: Final = {
    "Addons": "addons",
    "Alerts": "alerts",
    "Apps": "apps",
    "AuditLogs": "audit_logs",
    "Autoscalers": "autoscalers",
    "Billing": "billing",
    "Collaborators": "collaborators",
    "Containers": "containers",
    "Contracts": "contracts",
    "CronTasksResource": "cron_tasks",
    "DataAccessConsents": "data_access_consents",
    "Databases": "databases.by_kind",
    "DatabaseHandle": "databases.handle",
    "DedicatedDatabases": "dedicated_databases",
    "Deployments": "deployments",
    "Domains": "domains",
    "Events": "events",
    "HdsContacts": "hds_contacts",
    "Keys": "keys",
    "LogDrains": "log_drains",
    "Logs": "logs",
    "Metrics": "metrics",
    "NotificationPlatforms": "notification_platforms",
    "Notifiers": "notifiers",
    "OneOffs": "one_offs",
    "Operations": "operations",
    "Organizations": "organizations",
    "PrivateNetworks": "private_networks",
    "Projects": "projects",
    "ProviderApps": "provider_apps",
    "Referrals": "referrals",
    "Regions": "regions",
    "ReviewApps": "review_apps",
    "ScmIntegrations": "scm_integrations",
    "ScmRepoLinks": "scm_repo_links",
    "Sources": "sources",
    "Stacks": "stacks",
    "Stats": "stats",
    "Tokens": "tokens",
    "TwoFactorAuthResource": "two_factor_auth",
    "Users": "users",
    "Variables": "variables",
}

__all__ = [
    "Addons",
    "Alerts",
    "Apps",
    "AuditLogs",
    "Autoscalers",
    "Billing",
    "Collaborators",
    "Containers",
    "Contracts",
    "CronTasksResource",
    "DataAccessConsents",
    "DatabaseHandle",
    "Databases",
    "DedicatedDatabases",
    "Deployments",
    "Domains",
    "Events",
    "HdsContacts",
    "Keys",
    "LogDrains",
    "Logs",
    "Metrics",
    "NotificationPlatforms",
    "Notifiers",
    "OneOffs",
    "Operations",
    "Organizations",
    "PrivateNetworks",
    "Projects",
    "ProviderApps",
    "Referrals",
    "Regions",
    "ReviewApps",
    "ScmIntegrations",
    "ScmRepoLinks",
    "Sources",
    "Stacks",
    "Stats",
    "Tokens",
    "TwoFactorAuthResource",
    "Users",
    "Variables",
]


__getattr__ = loading(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
