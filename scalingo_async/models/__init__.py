"""The models: attrs classes, one module per resource, loaded on first use."""

from typing import TYPE_CHECKING, Final

from scalingo_async._core.lazy import loading

# Packed lines, one statement or entry per file: a test checks that all three lists agree.
# fmt: off
# isort: off
if TYPE_CHECKING:
    from scalingo_async.models.addons import (
        Addon, AddonCategory, AddonProvider, AddonSummary, Plan, PlanPricing,
    )
    from scalingo_async.models.alerts import Alert
    from scalingo_async.models.apps import (
        App, AppFirewallRule, AppLinks, AppProject, AppSummary, ChildApp, Owner,
    )
    from scalingo_async.models.audit_logs import AuditLogEntry
    from scalingo_async.models.autoscalers import Autoscaler
    from scalingo_async.models.base import Extra, Model, Waitable
    from scalingo_async.models.billing import (
        AccountUsage, AddonUsage, BillingOperation, BillingProfile, Invoice, InvoiceDetailedItem,
        InvoiceItem, PaypalPaymentMethod, RuntimeUsage, StripePaymentMethod,
    )
    from scalingo_async.models.collaborators import Collaborator
    from scalingo_async.models.containers import Container, ContainerSize, ContainerType, Pricing
    from scalingo_async.models.contracts import (
        Contract, ContractAcceptance, ContractDocument, ContractRefusal, LocalizedText,
    )
    from scalingo_async.models.conversion import converter
    from scalingo_async.models.cron_tasks import CronJob, CronTasks
    from scalingo_async.models.data_access_consents import DataAccessConsent
    from scalingo_async.models.databases.actions import (
        DatabaseActionResult, DatabaseExtension, DatabaseLogical, DatabaseQuery,
        DatabaseRetentionPolicy, DatabaseStatement,
    )
    from scalingo_async.models.databases.backup_restorations import DatabaseBackupRestoration
    from scalingo_async.models.databases.backups import DatabaseBackup, DatabaseBackupArchive
    from scalingo_async.models.databases.databases import (
        Database, DatabaseFeature, DatabaseFeatureChange, DatabaseInstance,
        DatabaseMaintenanceWindow, DatabasePostgresqlConfig, DatabaseRecoveryWindow,
        DatabaseUpgrade,
    )
    from scalingo_async.models.databases.firewall_managed_ranges import DatabaseFirewallManagedRange
    from scalingo_async.models.databases.firewall_rules import DatabaseFirewallRule
    from scalingo_async.models.databases.logs import DatabaseLogsUrl
    from scalingo_async.models.databases.maintenances import DatabaseMaintenance
    from scalingo_async.models.databases.metrics import (
        DatabaseHealth, DatabaseInstanceCpuMetrics, DatabaseInstanceMemoryMetrics,
        DatabaseInstanceMetrics, DatabaseInstanceStatus, DatabaseMemoryMetrics, DatabaseMetrics,
    )
    from scalingo_async.models.databases.operations import DatabaseOperation
    from scalingo_async.models.databases.plans import DatabasePlan
    from scalingo_async.models.databases.type_versions import (
        DatabaseTypeVersion, DatabaseTypeVersionPlugin,
    )
    from scalingo_async.models.databases.types import DatabaseType
    from scalingo_async.models.databases.users import DatabaseUser, DatabaseUserAttributes
    from scalingo_async.models.dedicated_databases import (
        DatabaseEndpoint, DatabaseEndpointCredentials, DatabaseNetPeering,
        DatabaseNetworkConfiguration, DedicatedDatabase,
    )
    from scalingo_async.models.deployments import (
        Deployment, DeploymentLinks, DeploymentPusher, DeploymentStreamLog, DeploymentStreamMessage,
        DeploymentStreamNew, DeploymentStreamPing, DeploymentStreamStatus,
    )
    from scalingo_async.models.domains import AcmeDnsError, Domain
    from scalingo_async.models.events.account import (
        AuthorizeGithubData, DeleteIntegrationData, DeleteKeyData, DeleteTokenData, EditKeyData,
        EventGithubUser, EventIntegrationData, LoginFailureData, LoginLockData, LoginSuccessData,
        LoginUnlockSuccessData, NewIntegrationData, NewKeyData, NewTokenData, NewUserData,
        PasswordResetQueryData, PasswordResetSuccessData, RegenerateTokenData, RevokeGithubData,
        TfaDisabledData, TfaEnabledData,
    )
    from scalingo_async.models.events.addons import (
        AddonUpdatedData, DeleteAddonData, NewAddonData, ResumeAddonData, SuspendAddonData,
        UpgradeAddonData,
    )
    from scalingo_async.models.events.apps import (
        CrashData, CreateDataAccessConsentData, DeleteAppData, DeleteDomainData, DeploymentData,
        EditAppData, EditDomainData, EditHdsContactData, EventLastCommits, NewAppData,
        NewDomainData, RenameAppData, RepeatedCrashData, RestartData, RunData, ScaleData,
        StackChangedData, StartRegionMigrationData, StopAppData, TransferAppData,
        UpdateAppProjectData,
    )
    from scalingo_async.models.events.billing import (
        AddCreditData, AddPaymentMethodData, AddVoucherData, EventBillingProfile, EventStripeCard,
        PaymentAttemptData,
    )
    from scalingo_async.models.events.collaborators import (
        AcceptCollaboratorData, ChangeCollaboratorRoleData, DeleteCollaboratorData,
        EventCollaborator, EventInviter, NewCollaboratorData,
    )
    from scalingo_async.models.events.data import EventData, GenericData
    from scalingo_async.models.events.databases import (
        CompleteDatabaseMaintenanceData, DatabaseAddFeatureData, DatabaseBackupFailedData,
        DatabaseBackupSucceededData, DatabaseContinuousBackupDelayedData,
        DatabaseContinuousBackupHealthyData, DatabaseContinuousBackupStaleData,
        DatabaseRemoveFeatureData, MissedDatabaseMaintenanceData, PlanDatabaseMaintenanceData,
        StartDatabaseMaintenanceData,
        UpgradeDatabaseData,
    )
    from scalingo_async.models.events.event import Event, EventCategory, EventType, EventUser
    from scalingo_async.models.events.notifiers import (
        DeleteNotifierData, EditNotifierData, NewNotifierData,
    )
    from scalingo_async.models.events.projects import (
        AcceptProjectTransferInvitationData, AcceptProjectTransferInvitationErrorData,
        CancelProjectTransferInvitationData, DeclineProjectTransferInvitationData,
        DeleteProjectData, EditProjectData, EventUpdatedValue, NewProjectData,
        NewProjectTransferInvitationData,
    )
    from scalingo_async.models.events.scaling import (
        AlertData, DeleteAlertData, DeleteAutoscalerData, EditAutoscalerData, NewAlertData,
        NewAutoscalerData,
    )
    from scalingo_async.models.events.scm import (
        CreateReviewAppData, DestroyReviewAppData, LinkGithubData, LinkScmData, UnlinkGithubData,
        UnlinkScmData, UpdateScmData,
    )
    from scalingo_async.models.events.types import EVENT_TYPES
    from scalingo_async.models.events.variables import (
        DeleteAddonLogDrainData, DeleteLogDrainData, DeleteVariableData, EditVariableData,
        EditVariablesData, EventVariable, NewAddonLogDrainData, NewLogDrainData, NewVariableData,
    )
    from scalingo_async.models.hds_contacts import HDSContact
    from scalingo_async.models.keys import Key
    from scalingo_async.models.log_drains import LogDrain
    from scalingo_async.models.logs import LogEvent, LogsArchive, LogsUrl
    from scalingo_async.models.metrics import MetricPoint, MetricType
    from scalingo_async.models.notification_platforms import NotificationPlatform
    from scalingo_async.models.notifiers import Notifier, NotifierTypeData
    from scalingo_async.models.one_offs import OneOffExit
    from scalingo_async.models.operations import Operation, StartOneOffData
    from scalingo_async.models.organizations import (
        Organization, OrganizationEvent, OrganizationEventActor, OrganizationEventTarget,
        OrganizationPermission,
    )
    from scalingo_async.models.pagination import PaginationMeta
    from scalingo_async.models.private_networks import (
        PrivateNetworkDomainNamesPage, ProjectPrivateNetwork,
    )
    from scalingo_async.models.projects import EligibleNewOwner, Project, ProjectTransferInvitation
    from scalingo_async.models.provider_apps import ProviderApp
    from scalingo_async.models.referrals import ReferralStats
    from scalingo_async.models.regions import Region
    from scalingo_async.models.review_apps import (
        ReviewApp, ReviewAppDeployment, ReviewAppPullRequest,
    )
    from scalingo_async.models.scm_integrations import (
        SCMBranch, SCMIntegration, SCMOrganization, SCMPullRequest, SCMRepository,
    )
    from scalingo_async.models.scm_repo_links import SCMRepoLink, SCMRepoLinkLinker
    from scalingo_async.models.sources import Source
    from scalingo_async.models.stacks import Stack
    from scalingo_async.models.stats import ContainerStat
    from scalingo_async.models.tokens import Token
    from scalingo_async.models.two_factor_auth import (
        TwoFactorAuth, TwoFactorAuthInitiation, TwoFactorAuthValidation,
    )
    from scalingo_async.models.users import GithubProfile, User, UserPreferences
    from scalingo_async.models.variables import Variable
# isort: on

_NAMES: Final = {
    "addons": "Addon AddonCategory AddonProvider AddonSummary Plan PlanPricing",
    "alerts": "Alert",
    "apps": "App AppFirewallRule AppLinks AppProject AppSummary ChildApp Owner",
    "audit_logs": "AuditLogEntry",
    "autoscalers": "Autoscaler",
    "base": "Extra Model Waitable",
    "billing": """
        AccountUsage AddonUsage BillingOperation BillingProfile Invoice InvoiceDetailedItem
        InvoiceItem PaypalPaymentMethod RuntimeUsage StripePaymentMethod
    """,
    "collaborators": "Collaborator",
    "containers": "Container ContainerSize ContainerType Pricing",
    "contracts": "Contract ContractAcceptance ContractDocument ContractRefusal LocalizedText",
    "conversion": "converter",
    "cron_tasks": "CronJob CronTasks",
    "data_access_consents": "DataAccessConsent",
    "databases.actions": """
        DatabaseActionResult DatabaseExtension DatabaseLogical DatabaseQuery DatabaseRetentionPolicy
        DatabaseStatement
    """,
    "databases.backup_restorations": "DatabaseBackupRestoration",
    "databases.backups": "DatabaseBackup DatabaseBackupArchive",
    "databases.databases": """
        Database DatabaseFeature DatabaseFeatureChange DatabaseInstance DatabaseMaintenanceWindow
        DatabasePostgresqlConfig DatabaseRecoveryWindow DatabaseUpgrade
    """,
    "databases.firewall_managed_ranges": "DatabaseFirewallManagedRange",
    "databases.firewall_rules": "DatabaseFirewallRule",
    "databases.logs": "DatabaseLogsUrl",
    "databases.maintenances": "DatabaseMaintenance",
    "databases.metrics": """
        DatabaseHealth DatabaseInstanceCpuMetrics DatabaseInstanceMemoryMetrics
        DatabaseInstanceMetrics DatabaseInstanceStatus DatabaseMemoryMetrics DatabaseMetrics
    """,
    "databases.operations": "DatabaseOperation",
    "databases.plans": "DatabasePlan",
    "databases.type_versions": "DatabaseTypeVersion DatabaseTypeVersionPlugin",
    "databases.types": "DatabaseType",
    "databases.users": "DatabaseUser DatabaseUserAttributes",
    "dedicated_databases": """
        DatabaseEndpoint DatabaseEndpointCredentials DatabaseNetPeering
        DatabaseNetworkConfiguration DedicatedDatabase
    """,
    "deployments": """
        Deployment DeploymentLinks DeploymentPusher DeploymentStreamLog DeploymentStreamMessage
        DeploymentStreamNew DeploymentStreamPing DeploymentStreamStatus
    """,
    "domains": "AcmeDnsError Domain",
    "events.account": """
        AuthorizeGithubData DeleteIntegrationData DeleteKeyData DeleteTokenData EditKeyData
        EventGithubUser EventIntegrationData LoginFailureData LoginLockData LoginSuccessData
        LoginUnlockSuccessData NewIntegrationData NewKeyData NewTokenData NewUserData
        PasswordResetQueryData PasswordResetSuccessData RegenerateTokenData RevokeGithubData
        TfaDisabledData TfaEnabledData
    """,
    "events.addons": """
        AddonUpdatedData DeleteAddonData NewAddonData ResumeAddonData SuspendAddonData
        UpgradeAddonData
    """,
    "events.apps": """
        CrashData CreateDataAccessConsentData DeleteAppData DeleteDomainData DeploymentData
        EditAppData EditDomainData EditHdsContactData EventLastCommits NewAppData NewDomainData
        RenameAppData RepeatedCrashData RestartData RunData ScaleData StackChangedData
        StartRegionMigrationData StopAppData TransferAppData UpdateAppProjectData
    """,
    "events.billing": """
        AddCreditData AddPaymentMethodData AddVoucherData EventBillingProfile EventStripeCard
        PaymentAttemptData
    """,
    "events.collaborators": """
        AcceptCollaboratorData ChangeCollaboratorRoleData DeleteCollaboratorData EventCollaborator
        EventInviter NewCollaboratorData
    """,
    "events.data": "EventData GenericData",
    "events.databases": """
        CompleteDatabaseMaintenanceData DatabaseAddFeatureData DatabaseBackupFailedData
        DatabaseBackupSucceededData DatabaseContinuousBackupDelayedData
        DatabaseContinuousBackupHealthyData DatabaseContinuousBackupStaleData
        DatabaseRemoveFeatureData MissedDatabaseMaintenanceData PlanDatabaseMaintenanceData
        StartDatabaseMaintenanceData UpgradeDatabaseData
    """,
    "events.event": "Event EventCategory EventType EventUser",
    "events.notifiers": "DeleteNotifierData EditNotifierData NewNotifierData",
    "events.projects": """
        AcceptProjectTransferInvitationData AcceptProjectTransferInvitationErrorData
        CancelProjectTransferInvitationData DeclineProjectTransferInvitationData DeleteProjectData
        EditProjectData EventUpdatedValue NewProjectData NewProjectTransferInvitationData
    """,
    "events.scaling": """
        AlertData DeleteAlertData DeleteAutoscalerData EditAutoscalerData NewAlertData
        NewAutoscalerData
    """,
    "events.scm": """
        CreateReviewAppData DestroyReviewAppData LinkGithubData LinkScmData UnlinkGithubData
        UnlinkScmData UpdateScmData
    """,
    "events.types": "EVENT_TYPES",
    "events.variables": """
        DeleteAddonLogDrainData DeleteLogDrainData DeleteVariableData EditVariableData
        EditVariablesData EventVariable NewAddonLogDrainData NewLogDrainData NewVariableData
    """,
    "hds_contacts": "HDSContact",
    "keys": "Key",
    "log_drains": "LogDrain",
    "logs": "LogEvent LogsArchive LogsUrl",
    "metrics": "MetricPoint MetricType",
    "notification_platforms": "NotificationPlatform",
    "notifiers": "Notifier NotifierTypeData",
    "one_offs": "OneOffExit",
    "operations": "Operation StartOneOffData",
    "organizations": """
        Organization OrganizationEvent OrganizationEventActor OrganizationEventTarget
        OrganizationPermission
    """,
    "pagination": "PaginationMeta",
    "private_networks": "PrivateNetworkDomainNamesPage ProjectPrivateNetwork",
    "projects": "EligibleNewOwner Project ProjectTransferInvitation",
    "provider_apps": "ProviderApp",
    "referrals": "ReferralStats",
    "regions": "Region",
    "review_apps": "ReviewApp ReviewAppDeployment ReviewAppPullRequest",
    "scm_integrations": "SCMBranch SCMIntegration SCMOrganization SCMPullRequest SCMRepository",
    "scm_repo_links": "SCMRepoLink SCMRepoLinkLinker",
    "sources": "Source",
    "stacks": "Stack",
    "stats": "ContainerStat",
    "tokens": "Token",
    "two_factor_auth": "TwoFactorAuth TwoFactorAuthInitiation TwoFactorAuthValidation",
    "users": "GithubProfile User UserPreferences",
    "variables": "Variable",
}
"""The models of each file."""

__all__ = [
    "EVENT_TYPES", "AcceptCollaboratorData", "AcceptProjectTransferInvitationData",
    "AcceptProjectTransferInvitationErrorData", "AccountUsage", "AcmeDnsError", "AddCreditData",
    "AddPaymentMethodData", "AddVoucherData", "Addon", "AddonCategory", "AddonProvider",
    "AddonSummary", "AddonUpdatedData", "AddonUsage", "Alert", "AlertData", "App",
    "AppFirewallRule", "AppLinks", "AppProject", "AppSummary", "AuditLogEntry",
    "AuthorizeGithubData", "Autoscaler", "BillingOperation", "BillingProfile",
    "CancelProjectTransferInvitationData", "ChangeCollaboratorRoleData", "ChildApp",
    "Collaborator", "CompleteDatabaseMaintenanceData", "Container", "ContainerSize",
    "ContainerStat", "ContainerType", "Contract", "ContractAcceptance", "ContractDocument",
    "ContractRefusal", "CrashData", "CreateDataAccessConsentData", "CreateReviewAppData", "CronJob",
    "CronTasks", "DataAccessConsent", "Database", "DatabaseActionResult", "DatabaseAddFeatureData",
    "DatabaseBackup", "DatabaseBackupArchive", "DatabaseBackupFailedData",
    "DatabaseBackupRestoration", "DatabaseBackupSucceededData",
    "DatabaseContinuousBackupDelayedData", "DatabaseContinuousBackupHealthyData",
    "DatabaseContinuousBackupStaleData", "DatabaseEndpoint", "DatabaseEndpointCredentials",
    "DatabaseExtension", "DatabaseFeature", "DatabaseFeatureChange", "DatabaseFirewallManagedRange",
    "DatabaseFirewallRule", "DatabaseHealth", "DatabaseInstance", "DatabaseInstanceCpuMetrics",
    "DatabaseInstanceMemoryMetrics", "DatabaseInstanceMetrics", "DatabaseInstanceStatus",
    "DatabaseLogical", "DatabaseLogsUrl", "DatabaseMaintenance", "DatabaseMaintenanceWindow",
    "DatabaseMemoryMetrics", "DatabaseMetrics", "DatabaseNetPeering",
    "DatabaseNetworkConfiguration", "DatabaseOperation", "DatabasePlan", "DatabasePostgresqlConfig",
    "DatabaseQuery", "DatabaseRecoveryWindow", "DatabaseRemoveFeatureData",
    "DatabaseRetentionPolicy", "DatabaseStatement", "DatabaseType", "DatabaseTypeVersion",
    "DatabaseTypeVersionPlugin", "DatabaseUpgrade", "DatabaseUser", "DatabaseUserAttributes",
    "DeclineProjectTransferInvitationData", "DedicatedDatabase", "DeleteAddonData",
    "DeleteAddonLogDrainData", "DeleteAlertData", "DeleteAppData", "DeleteAutoscalerData",
    "DeleteCollaboratorData", "DeleteDomainData", "DeleteIntegrationData", "DeleteKeyData",
    "DeleteLogDrainData", "DeleteNotifierData", "DeleteProjectData", "DeleteTokenData",
    "DeleteVariableData", "Deployment", "DeploymentData", "DeploymentLinks", "DeploymentPusher",
    "DeploymentStreamLog", "DeploymentStreamMessage", "DeploymentStreamNew", "DeploymentStreamPing",
    "DeploymentStreamStatus", "DestroyReviewAppData", "Domain", "EditAppData", "EditAutoscalerData",
    "EditDomainData", "EditHdsContactData", "EditKeyData", "EditNotifierData", "EditProjectData",
    "EditVariableData", "EditVariablesData", "EligibleNewOwner", "Event", "EventBillingProfile",
    "EventCategory", "EventCollaborator", "EventData", "EventGithubUser", "EventIntegrationData",
    "EventInviter", "EventLastCommits", "EventStripeCard", "EventType", "EventUpdatedValue",
    "EventUser", "EventVariable", "Extra", "GenericData", "GithubProfile", "HDSContact", "Invoice",
    "InvoiceDetailedItem", "InvoiceItem", "Key", "LinkGithubData", "LinkScmData", "LocalizedText",
    "LogDrain", "LogEvent", "LoginFailureData", "LoginLockData", "LoginSuccessData",
    "LoginUnlockSuccessData", "LogsArchive", "LogsUrl", "MetricPoint", "MetricType",
    "MissedDatabaseMaintenanceData", "Model", "NewAddonData", "NewAddonLogDrainData",
    "NewAlertData", "NewAppData", "NewAutoscalerData", "NewCollaboratorData", "NewDomainData",
    "NewIntegrationData", "NewKeyData", "NewLogDrainData", "NewNotifierData", "NewProjectData",
    "NewProjectTransferInvitationData", "NewTokenData", "NewUserData", "NewVariableData",
    "NotificationPlatform", "Notifier", "NotifierTypeData", "OneOffExit", "Operation",
    "Organization", "OrganizationEvent", "OrganizationEventActor", "OrganizationEventTarget",
    "OrganizationPermission", "Owner", "PaginationMeta", "PasswordResetQueryData",
    "PasswordResetSuccessData", "PaymentAttemptData", "PaypalPaymentMethod", "Plan",
    "PlanDatabaseMaintenanceData", "PlanPricing", "Pricing", "PrivateNetworkDomainNamesPage",
    "Project", "ProjectPrivateNetwork", "ProjectTransferInvitation", "ProviderApp", "ReferralStats",
    "RegenerateTokenData", "Region", "RenameAppData", "RepeatedCrashData", "RestartData",
    "ResumeAddonData", "ReviewApp", "ReviewAppDeployment", "ReviewAppPullRequest",
    "RevokeGithubData", "RunData", "RuntimeUsage", "SCMBranch", "SCMIntegration", "SCMOrganization",
    "SCMPullRequest", "SCMRepoLink", "SCMRepoLinkLinker", "SCMRepository", "ScaleData", "Source",
    "Stack", "StackChangedData", "StartDatabaseMaintenanceData", "StartOneOffData",
    "StartRegionMigrationData", "StopAppData", "StripePaymentMethod", "SuspendAddonData",
    "TfaDisabledData", "TfaEnabledData", "Token", "TransferAppData", "TwoFactorAuth",
    "TwoFactorAuthInitiation", "TwoFactorAuthValidation", "UnlinkGithubData", "UnlinkScmData",
    "UpdateAppProjectData", "UpdateScmData", "UpgradeAddonData", "UpgradeDatabaseData", "User",
    "UserPreferences", "Variable", "Waitable", "converter",
]
# fmt: on

_HOMES: Final = {name: home for home, names in _NAMES.items() for name in names.split()}


__getattr__ = loading(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
