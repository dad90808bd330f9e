"""The models: attrs classes, one file for each family, loaded on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scalingo_async.models.addons import (
        Addon as Addon,
    )
    from scalingo_async.models.addons import (
        AddonCategory as AddonCategory,
    )
    from scalingo_async.models.addons import (
        AddonProvider as AddonProvider,
    )
    from scalingo_async.models.addons import (
        Plan as Plan,
    )
    from scalingo_async.models.addons import (
        PlanPricing as PlanPricing,
    )
    from scalingo_async.models.alerts import Alert as Alert
    from scalingo_async.models.apps import (
        App as App,
    )
    from scalingo_async.models.apps import (
        AppLinks as AppLinks,
    )
    from scalingo_async.models.apps import (
        AppProject as AppProject,
    )
    from scalingo_async.models.apps import (
        Owner as Owner,
    )
    from scalingo_async.models.audit_logs import AuditLogEntry as AuditLogEntry
    from scalingo_async.models.autoscalers import Autoscaler as Autoscaler
    from scalingo_async.models.base import Extra as Extra
    from scalingo_async.models.base import Model as Model
    from scalingo_async.models.base import Waitable as Waitable
    from scalingo_async.models.billing import (
        AccountUsage as AccountUsage,
    )
    from scalingo_async.models.billing import (
        AddonUsage as AddonUsage,
    )
    from scalingo_async.models.billing import (
        BillingOperation as BillingOperation,
    )
    from scalingo_async.models.billing import (
        BillingProfile as BillingProfile,
    )
    from scalingo_async.models.billing import (
        Invoice as Invoice,
    )
    from scalingo_async.models.billing import (
        InvoiceDetailedItem as InvoiceDetailedItem,
    )
    from scalingo_async.models.billing import (
        InvoiceItem as InvoiceItem,
    )
    from scalingo_async.models.billing import (
        PaypalPaymentMethod as PaypalPaymentMethod,
    )
    from scalingo_async.models.billing import (
        RuntimeUsage as RuntimeUsage,
    )
    from scalingo_async.models.billing import (
        StripePaymentMethod as StripePaymentMethod,
    )
    from scalingo_async.models.collaborators import Collaborator as Collaborator
    from scalingo_async.models.containers import (
        Container as Container,
    )
    from scalingo_async.models.containers import (
        ContainerSize as ContainerSize,
    )
    from scalingo_async.models.containers import (
        ContainerType as ContainerType,
    )
    from scalingo_async.models.containers import (
        Pricing as Pricing,
    )
    from scalingo_async.models.contracts import Contract as Contract
    from scalingo_async.models.contracts import ContractAcceptance as ContractAcceptance
    from scalingo_async.models.contracts import ContractDocument as ContractDocument
    from scalingo_async.models.contracts import ContractRefusal as ContractRefusal
    from scalingo_async.models.contracts import LocalizedText as LocalizedText
    from scalingo_async.models.cron_tasks import CronJob as CronJob
    from scalingo_async.models.cron_tasks import CronTasks as CronTasks
    from scalingo_async.models.data_access_consents import DataAccessConsent as DataAccessConsent
    from scalingo_async.models.databases.actions import (
        DatabaseActionResult as DatabaseActionResult,
    )
    from scalingo_async.models.databases.actions import (
        DatabaseExtension as DatabaseExtension,
    )
    from scalingo_async.models.databases.actions import (
        DatabaseLogical as DatabaseLogical,
    )
    from scalingo_async.models.databases.actions import (
        DatabaseQuery as DatabaseQuery,
    )
    from scalingo_async.models.databases.actions import (
        DatabaseRetentionPolicy as DatabaseRetentionPolicy,
    )
    from scalingo_async.models.databases.actions import (
        DatabaseStatement as DatabaseStatement,
    )
    from scalingo_async.models.databases.backup_restorations import (
        DatabaseBackupRestoration as DatabaseBackupRestoration,
    )
    from scalingo_async.models.databases.backups import (
        DatabaseBackup as DatabaseBackup,
    )
    from scalingo_async.models.databases.backups import (
        DatabaseBackupArchive as DatabaseBackupArchive,
    )
    from scalingo_async.models.databases.databases import (
        Database as Database,
    )
    from scalingo_async.models.databases.databases import (
        DatabaseFeature as DatabaseFeature,
    )
    from scalingo_async.models.databases.databases import (
        DatabaseFeatureChange as DatabaseFeatureChange,
    )
    from scalingo_async.models.databases.databases import (
        DatabaseInstance as DatabaseInstance,
    )
    from scalingo_async.models.databases.databases import (
        DatabaseMaintenanceWindow as DatabaseMaintenanceWindow,
    )
    from scalingo_async.models.databases.databases import (
        DatabasePostgresqlConfig as DatabasePostgresqlConfig,
    )
    from scalingo_async.models.databases.databases import (
        DatabaseRecoveryWindow as DatabaseRecoveryWindow,
    )
    from scalingo_async.models.databases.databases import (
        DatabaseUpgrade as DatabaseUpgrade,
    )
    from scalingo_async.models.databases.firewall_managed_ranges import (
        DatabaseFirewallManagedRange as DatabaseFirewallManagedRange,
    )
    from scalingo_async.models.databases.firewall_rules import (
        DatabaseFirewallRule as DatabaseFirewallRule,
    )
    from scalingo_async.models.databases.logs import DatabaseLogsUrl as DatabaseLogsUrl
    from scalingo_async.models.databases.maintenances import (
        DatabaseMaintenance as DatabaseMaintenance,
    )
    from scalingo_async.models.databases.metrics import (
        DatabaseHealth as DatabaseHealth,
    )
    from scalingo_async.models.databases.metrics import (
        DatabaseInstanceCpuMetrics as DatabaseInstanceCpuMetrics,
    )
    from scalingo_async.models.databases.metrics import (
        DatabaseInstanceMemoryMetrics as DatabaseInstanceMemoryMetrics,
    )
    from scalingo_async.models.databases.metrics import (
        DatabaseInstanceMetrics as DatabaseInstanceMetrics,
    )
    from scalingo_async.models.databases.metrics import (
        DatabaseInstanceStatus as DatabaseInstanceStatus,
    )
    from scalingo_async.models.databases.metrics import (
        DatabaseMemoryMetrics as DatabaseMemoryMetrics,
    )
    from scalingo_async.models.databases.metrics import (
        DatabaseMetrics as DatabaseMetrics,
    )
    from scalingo_async.models.databases.operations import DatabaseOperation as DatabaseOperation
    from scalingo_async.models.databases.plans import DatabasePlan as DatabasePlan
    from scalingo_async.models.databases.type_versions import (
        DatabaseTypeVersion as DatabaseTypeVersion,
    )
    from scalingo_async.models.databases.type_versions import (
        DatabaseTypeVersionPlugin as DatabaseTypeVersionPlugin,
    )
    from scalingo_async.models.databases.types import (
        DatabaseType as DatabaseType,
    )
    from scalingo_async.models.databases.users import DatabaseUser as DatabaseUser
    from scalingo_async.models.databases.users import (
        DatabaseUserAttributes as DatabaseUserAttributes,
    )
    from scalingo_async.models.dedicated_databases import (
        DatabaseEndpoint as DatabaseEndpoint,
    )
    from scalingo_async.models.dedicated_databases import (
        DatabaseNetPeering as DatabaseNetPeering,
    )
    from scalingo_async.models.dedicated_databases import (
        DatabaseNetworkConfiguration as DatabaseNetworkConfiguration,
    )
    from scalingo_async.models.dedicated_databases import (
        DedicatedDatabase as DedicatedDatabase,
    )
    from scalingo_async.models.deployments import (
        Deployment as Deployment,
    )
    from scalingo_async.models.deployments import (
        DeploymentLinks as DeploymentLinks,
    )
    from scalingo_async.models.deployments import (
        DeploymentPusher as DeploymentPusher,
    )
    from scalingo_async.models.deployments import (
        DeploymentStreamLog as DeploymentStreamLog,
    )
    from scalingo_async.models.deployments import (
        DeploymentStreamMessage as DeploymentStreamMessage,
    )
    from scalingo_async.models.deployments import (
        DeploymentStreamNew as DeploymentStreamNew,
    )
    from scalingo_async.models.deployments import (
        DeploymentStreamPing as DeploymentStreamPing,
    )
    from scalingo_async.models.deployments import (
        DeploymentStreamStatus as DeploymentStreamStatus,
    )
    from scalingo_async.models.domains import AcmeDnsError as AcmeDnsError
    from scalingo_async.models.domains import Domain as Domain
    from scalingo_async.models.events.account import (
        AuthorizeGithubData as AuthorizeGithubData,
    )
    from scalingo_async.models.events.account import (
        DeleteIntegrationData as DeleteIntegrationData,
    )
    from scalingo_async.models.events.account import (
        DeleteKeyData as DeleteKeyData,
    )
    from scalingo_async.models.events.account import (
        DeleteTokenData as DeleteTokenData,
    )
    from scalingo_async.models.events.account import (
        EditKeyData as EditKeyData,
    )
    from scalingo_async.models.events.account import (
        EventGithubUser as EventGithubUser,
    )
    from scalingo_async.models.events.account import (
        EventIntegrationData as EventIntegrationData,
    )
    from scalingo_async.models.events.account import (
        LoginFailureData as LoginFailureData,
    )
    from scalingo_async.models.events.account import (
        LoginLockData as LoginLockData,
    )
    from scalingo_async.models.events.account import (
        LoginSuccessData as LoginSuccessData,
    )
    from scalingo_async.models.events.account import (
        LoginUnlockSuccessData as LoginUnlockSuccessData,
    )
    from scalingo_async.models.events.account import (
        NewIntegrationData as NewIntegrationData,
    )
    from scalingo_async.models.events.account import (
        NewKeyData as NewKeyData,
    )
    from scalingo_async.models.events.account import (
        NewTokenData as NewTokenData,
    )
    from scalingo_async.models.events.account import (
        NewUserData as NewUserData,
    )
    from scalingo_async.models.events.account import (
        PasswordResetQueryData as PasswordResetQueryData,
    )
    from scalingo_async.models.events.account import (
        PasswordResetSuccessData as PasswordResetSuccessData,
    )
    from scalingo_async.models.events.account import (
        RegenerateTokenData as RegenerateTokenData,
    )
    from scalingo_async.models.events.account import (
        RevokeGithubData as RevokeGithubData,
    )
    from scalingo_async.models.events.account import (
        TfaDisabledData as TfaDisabledData,
    )
    from scalingo_async.models.events.account import (
        TfaEnabledData as TfaEnabledData,
    )
    from scalingo_async.models.events.addons import (
        AddonUpdatedData as AddonUpdatedData,
    )
    from scalingo_async.models.events.addons import (
        DeleteAddonData as DeleteAddonData,
    )
    from scalingo_async.models.events.addons import (
        NewAddonData as NewAddonData,
    )
    from scalingo_async.models.events.addons import (
        ResumeAddonData as ResumeAddonData,
    )
    from scalingo_async.models.events.addons import (
        SuspendAddonData as SuspendAddonData,
    )
    from scalingo_async.models.events.addons import (
        UpgradeAddonData as UpgradeAddonData,
    )
    from scalingo_async.models.events.apps import (
        CrashData as CrashData,
    )
    from scalingo_async.models.events.apps import (
        CreateDataAccessConsentData as CreateDataAccessConsentData,
    )
    from scalingo_async.models.events.apps import (
        DeleteAppData as DeleteAppData,
    )
    from scalingo_async.models.events.apps import (
        DeleteDomainData as DeleteDomainData,
    )
    from scalingo_async.models.events.apps import (
        DeploymentData as DeploymentData,
    )
    from scalingo_async.models.events.apps import (
        EditAppData as EditAppData,
    )
    from scalingo_async.models.events.apps import (
        EditDomainData as EditDomainData,
    )
    from scalingo_async.models.events.apps import (
        EditHdsContactData as EditHdsContactData,
    )
    from scalingo_async.models.events.apps import (
        EventLastCommits as EventLastCommits,
    )
    from scalingo_async.models.events.apps import (
        NewAppData as NewAppData,
    )
    from scalingo_async.models.events.apps import (
        NewDomainData as NewDomainData,
    )
    from scalingo_async.models.events.apps import (
        RenameAppData as RenameAppData,
    )
    from scalingo_async.models.events.apps import (
        RepeatedCrashData as RepeatedCrashData,
    )
    from scalingo_async.models.events.apps import (
        RestartData as RestartData,
    )
    from scalingo_async.models.events.apps import (
        RunData as RunData,
    )
    from scalingo_async.models.events.apps import (
        ScaleData as ScaleData,
    )
    from scalingo_async.models.events.apps import (
        StackChangedData as StackChangedData,
    )
    from scalingo_async.models.events.apps import (
        StartRegionMigrationData as StartRegionMigrationData,
    )
    from scalingo_async.models.events.apps import (
        StopAppData as StopAppData,
    )
    from scalingo_async.models.events.apps import (
        TransferAppData as TransferAppData,
    )
    from scalingo_async.models.events.apps import (
        UpdateAppProjectData as UpdateAppProjectData,
    )
    from scalingo_async.models.events.billing import (
        AddCreditData as AddCreditData,
    )
    from scalingo_async.models.events.billing import (
        AddPaymentMethodData as AddPaymentMethodData,
    )
    from scalingo_async.models.events.billing import (
        AddVoucherData as AddVoucherData,
    )
    from scalingo_async.models.events.billing import (
        EventBillingProfile as EventBillingProfile,
    )
    from scalingo_async.models.events.billing import (
        EventStripeCard as EventStripeCard,
    )
    from scalingo_async.models.events.billing import (
        PaymentAttemptData as PaymentAttemptData,
    )
    from scalingo_async.models.events.collaborators import (
        AcceptCollaboratorData as AcceptCollaboratorData,
    )
    from scalingo_async.models.events.collaborators import (
        ChangeCollaboratorRoleData as ChangeCollaboratorRoleData,
    )
    from scalingo_async.models.events.collaborators import (
        DeleteCollaboratorData as DeleteCollaboratorData,
    )
    from scalingo_async.models.events.collaborators import (
        EventCollaborator as EventCollaborator,
    )
    from scalingo_async.models.events.collaborators import (
        EventInviter as EventInviter,
    )
    from scalingo_async.models.events.collaborators import (
        NewCollaboratorData as NewCollaboratorData,
    )
    from scalingo_async.models.events.data import (
        EventData as EventData,
    )
    from scalingo_async.models.events.data import (
        GenericData as GenericData,
    )
    from scalingo_async.models.events.databases import (
        CompleteDatabaseMaintenanceData as CompleteDatabaseMaintenanceData,
    )
    from scalingo_async.models.events.databases import (
        DatabaseAddFeatureData as DatabaseAddFeatureData,
    )
    from scalingo_async.models.events.databases import (
        DatabaseBackupFailedData as DatabaseBackupFailedData,
    )
    from scalingo_async.models.events.databases import (
        DatabaseBackupSucceededData as DatabaseBackupSucceededData,
    )
    from scalingo_async.models.events.databases import (
        DatabaseContinuousBackupDelayedData as DatabaseContinuousBackupDelayedData,
    )
    from scalingo_async.models.events.databases import (
        DatabaseContinuousBackupHealthyData as DatabaseContinuousBackupHealthyData,
    )
    from scalingo_async.models.events.databases import (
        DatabaseContinuousBackupStaleData as DatabaseContinuousBackupStaleData,
    )
    from scalingo_async.models.events.databases import (
        DatabaseRemoveFeatureData as DatabaseRemoveFeatureData,
    )
    from scalingo_async.models.events.databases import (
        PlanDatabaseMaintenanceData as PlanDatabaseMaintenanceData,
    )
    from scalingo_async.models.events.databases import (
        StartDatabaseMaintenanceData as StartDatabaseMaintenanceData,
    )
    from scalingo_async.models.events.databases import (
        UpgradeDatabaseData as UpgradeDatabaseData,
    )
    from scalingo_async.models.events.event import (
        Event as Event,
    )
    from scalingo_async.models.events.event import (
        EventCategory as EventCategory,
    )
    from scalingo_async.models.events.event import (
        EventType as EventType,
    )
    from scalingo_async.models.events.event import (
        EventUser as EventUser,
    )
    from scalingo_async.models.events.notifiers import (
        DeleteNotifierData as DeleteNotifierData,
    )
    from scalingo_async.models.events.notifiers import (
        EditNotifierData as EditNotifierData,
    )
    from scalingo_async.models.events.notifiers import (
        NewNotifierData as NewNotifierData,
    )
    from scalingo_async.models.events.projects import (
        AcceptProjectTransferInvitationData as AcceptProjectTransferInvitationData,
    )
    from scalingo_async.models.events.projects import (
        AcceptProjectTransferInvitationErrorData as AcceptProjectTransferInvitationErrorData,
    )
    from scalingo_async.models.events.projects import (
        CancelProjectTransferInvitationData as CancelProjectTransferInvitationData,
    )
    from scalingo_async.models.events.projects import (
        DeclineProjectTransferInvitationData as DeclineProjectTransferInvitationData,
    )
    from scalingo_async.models.events.projects import (
        DeleteProjectData as DeleteProjectData,
    )
    from scalingo_async.models.events.projects import (
        EditProjectData as EditProjectData,
    )
    from scalingo_async.models.events.projects import (
        EventUpdatedValue as EventUpdatedValue,
    )
    from scalingo_async.models.events.projects import (
        NewProjectData as NewProjectData,
    )
    from scalingo_async.models.events.projects import (
        NewProjectTransferInvitationData as NewProjectTransferInvitationData,
    )
    from scalingo_async.models.events.scaling import (
        AlertData as AlertData,
    )
    from scalingo_async.models.events.scaling import (
        DeleteAlertData as DeleteAlertData,
    )
    from scalingo_async.models.events.scaling import (
        DeleteAutoscalerData as DeleteAutoscalerData,
    )
    from scalingo_async.models.events.scaling import (
        EditAutoscalerData as EditAutoscalerData,
    )
    from scalingo_async.models.events.scaling import (
        NewAlertData as NewAlertData,
    )
    from scalingo_async.models.events.scaling import (
        NewAutoscalerData as NewAutoscalerData,
    )
    from scalingo_async.models.events.scm import (
        CreateReviewAppData as CreateReviewAppData,
    )
    from scalingo_async.models.events.scm import (
        DestroyReviewAppData as DestroyReviewAppData,
    )
    from scalingo_async.models.events.scm import (
        LinkGithubData as LinkGithubData,
    )
    from scalingo_async.models.events.scm import (
        LinkScmData as LinkScmData,
    )
    from scalingo_async.models.events.scm import (
        UnlinkGithubData as UnlinkGithubData,
    )
    from scalingo_async.models.events.scm import (
        UnlinkScmData as UnlinkScmData,
    )
    from scalingo_async.models.events.scm import (
        UpdateScmData as UpdateScmData,
    )
    from scalingo_async.models.events.types import EVENT_TYPES as EVENT_TYPES
    from scalingo_async.models.events.variables import (
        DeleteAddonLogDrainData as DeleteAddonLogDrainData,
    )
    from scalingo_async.models.events.variables import (
        DeleteLogDrainData as DeleteLogDrainData,
    )
    from scalingo_async.models.events.variables import (
        DeleteVariableData as DeleteVariableData,
    )
    from scalingo_async.models.events.variables import (
        EditVariableData as EditVariableData,
    )
    from scalingo_async.models.events.variables import (
        EditVariablesData as EditVariablesData,
    )
    from scalingo_async.models.events.variables import (
        EventVariable as EventVariable,
    )
    from scalingo_async.models.events.variables import (
        NewAddonLogDrainData as NewAddonLogDrainData,
    )
    from scalingo_async.models.events.variables import (
        NewLogDrainData as NewLogDrainData,
    )
    from scalingo_async.models.events.variables import (
        NewVariableData as NewVariableData,
    )
    from scalingo_async.models.hds_contacts import HDSContact as HDSContact
    from scalingo_async.models.keys import Key as Key
    from scalingo_async.models.log_drains import LogDrain as LogDrain
    from scalingo_async.models.logs import (
        LogEvent as LogEvent,
    )
    from scalingo_async.models.logs import (
        LogsArchive as LogsArchive,
    )
    from scalingo_async.models.logs import (
        LogsUrl as LogsUrl,
    )
    from scalingo_async.models.metrics import (
        MetricPoint as MetricPoint,
    )
    from scalingo_async.models.metrics import (
        MetricType as MetricType,
    )
    from scalingo_async.models.notification_platforms import (
        NotificationPlatform as NotificationPlatform,
    )
    from scalingo_async.models.notifiers import (
        Notifier as Notifier,
    )
    from scalingo_async.models.notifiers import (
        NotifierTypeData as NotifierTypeData,
    )
    from scalingo_async.models.one_offs import OneOffExit as OneOffExit
    from scalingo_async.models.operations import (
        Operation as Operation,
    )
    from scalingo_async.models.operations import (
        StartOneOffData as StartOneOffData,
    )
    from scalingo_async.models.organizations import Organization as Organization
    from scalingo_async.models.pagination import PaginationMeta as PaginationMeta
    from scalingo_async.models.private_networks import (
        PrivateNetworkDomainNamesPage as PrivateNetworkDomainNamesPage,
    )
    from scalingo_async.models.private_networks import (
        ProjectPrivateNetwork as ProjectPrivateNetwork,
    )
    from scalingo_async.models.projects import (
        EligibleNewOwner as EligibleNewOwner,
    )
    from scalingo_async.models.projects import (
        Project as Project,
    )
    from scalingo_async.models.projects import (
        ProjectTransferInvitation as ProjectTransferInvitation,
    )
    from scalingo_async.models.provider_apps import ProviderApp as ProviderApp
    from scalingo_async.models.referrals import ReferralStats as ReferralStats
    from scalingo_async.models.regions import Region as Region
    from scalingo_async.models.review_apps import ReviewApp as ReviewApp
    from scalingo_async.models.review_apps import ReviewAppDeployment as ReviewAppDeployment
    from scalingo_async.models.review_apps import ReviewAppPullRequest as ReviewAppPullRequest
    from scalingo_async.models.scm_integrations import (
        SCMBranch as SCMBranch,
    )
    from scalingo_async.models.scm_integrations import (
        SCMIntegration as SCMIntegration,
    )
    from scalingo_async.models.scm_integrations import (
        SCMOrganization as SCMOrganization,
    )
    from scalingo_async.models.scm_integrations import (
        SCMPullRequest as SCMPullRequest,
    )
    from scalingo_async.models.scm_integrations import (
        SCMRepository as SCMRepository,
    )
    from scalingo_async.models.scm_repo_links import SCMRepoLink as SCMRepoLink
    from scalingo_async.models.scm_repo_links import SCMRepoLinkLinker as SCMRepoLinkLinker
    from scalingo_async.models.sources import Source as Source
    from scalingo_async.models.stacks import Stack as Stack
    from scalingo_async.models.stats import ContainerStat as ContainerStat
    from scalingo_async.models.tokens import Token as Token
    from scalingo_async.models.two_factor_auth import TwoFactorAuth as TwoFactorAuth
    from scalingo_async.models.two_factor_auth import (
        TwoFactorAuthInitiation as TwoFactorAuthInitiation,
    )
    from scalingo_async.models.two_factor_auth import (
        TwoFactorAuthValidation as TwoFactorAuthValidation,
    )
    from scalingo_async.models.users import (
        GithubProfile as GithubProfile,
    )
    from scalingo_async.models.users import (
        User as User,
    )
    from scalingo_async.models.users import (
        UserPreferences as UserPreferences,
    )
    from scalingo_async.models.variables import Variable as Variable

_HOMES: Final = {
    "AcceptCollaboratorData": "events.collaborators",
    "AcceptProjectTransferInvitationData": "events.projects",
    "AcceptProjectTransferInvitationErrorData": "events.projects",
    "AccountUsage": "billing",
    "AcmeDnsError": "domains",
    "AddCreditData": "events.billing",
    "AddPaymentMethodData": "events.billing",
    "AddVoucherData": "events.billing",
    "Addon": "addons",
    "AddonCategory": "addons",
    "AddonProvider": "addons",
    "AddonUpdatedData": "events.addons",
    "AddonUsage": "billing",
    "Alert": "alerts",
    "AlertData": "events.scaling",
    "App": "apps",
    "AppLinks": "apps",
    "AppProject": "apps",
    "AuditLogEntry": "audit_logs",
    "AuthorizeGithubData": "events.account",
    "Autoscaler": "autoscalers",
    "BillingOperation": "billing",
    "BillingProfile": "billing",
    "CancelProjectTransferInvitationData": "events.projects",
    "ChangeCollaboratorRoleData": "events.collaborators",
    "Collaborator": "collaborators",
    "CompleteDatabaseMaintenanceData": "events.databases",
    "Container": "containers",
    "ContainerSize": "containers",
    "ContainerStat": "stats",
    "ContainerType": "containers",
    "Contract": "contracts",
    "ContractAcceptance": "contracts",
    "ContractDocument": "contracts",
    "ContractRefusal": "contracts",
    "CrashData": "events.apps",
    "CreateDataAccessConsentData": "events.apps",
    "CreateReviewAppData": "events.scm",
    "CronJob": "cron_tasks",
    "CronTasks": "cron_tasks",
    "DataAccessConsent": "data_access_consents",
    "Database": "databases.databases",
    "DatabaseActionResult": "databases.actions",
    "DatabaseAddFeatureData": "events.databases",
    "DatabaseBackup": "databases.backups",
    "DatabaseBackupArchive": "databases.backups",
    "DatabaseBackupFailedData": "events.databases",
    "DatabaseBackupRestoration": "databases.backup_restorations",
    "DatabaseBackupSucceededData": "events.databases",
    "DatabaseContinuousBackupDelayedData": "events.databases",
    "DatabaseContinuousBackupHealthyData": "events.databases",
    "DatabaseContinuousBackupStaleData": "events.databases",
    "DatabaseEndpoint": "dedicated_databases",
    "DatabaseExtension": "databases.actions",
    "DatabaseFeature": "databases.databases",
    "DatabaseFeatureChange": "databases.databases",
    "DatabaseFirewallManagedRange": "databases.firewall_managed_ranges",
    "DatabaseFirewallRule": "databases.firewall_rules",
    "DatabaseHealth": "databases.metrics",
    "DatabaseInstance": "databases.databases",
    "DatabaseInstanceCpuMetrics": "databases.metrics",
    "DatabaseInstanceMemoryMetrics": "databases.metrics",
    "DatabaseInstanceMetrics": "databases.metrics",
    "DatabaseInstanceStatus": "databases.metrics",
    "DatabaseLogical": "databases.actions",
    "DatabaseLogsUrl": "databases.logs",
    "DatabaseMaintenance": "databases.maintenances",
    "DatabaseMaintenanceWindow": "databases.databases",
    "DatabaseMemoryMetrics": "databases.metrics",
    "DatabaseMetrics": "databases.metrics",
    "DatabaseNetPeering": "dedicated_databases",
    "DatabaseNetworkConfiguration": "dedicated_databases",
    "DatabaseOperation": "databases.operations",
    "DatabasePlan": "databases.plans",
    "DatabasePostgresqlConfig": "databases.databases",
    "DatabaseQuery": "databases.actions",
    "DatabaseRecoveryWindow": "databases.databases",
    "DatabaseRemoveFeatureData": "events.databases",
    "DatabaseRetentionPolicy": "databases.actions",
    "DatabaseStatement": "databases.actions",
    "DatabaseType": "databases.types",
    "DatabaseTypeVersion": "databases.type_versions",
    "DatabaseTypeVersionPlugin": "databases.type_versions",
    "DatabaseUpgrade": "databases.databases",
    "DatabaseUser": "databases.users",
    "DatabaseUserAttributes": "databases.users",
    "DeclineProjectTransferInvitationData": "events.projects",
    "DedicatedDatabase": "dedicated_databases",
    "DeleteAddonData": "events.addons",
    "DeleteAddonLogDrainData": "events.variables",
    "DeleteAlertData": "events.scaling",
    "DeleteAppData": "events.apps",
    "DeleteAutoscalerData": "events.scaling",
    "DeleteCollaboratorData": "events.collaborators",
    "DeleteDomainData": "events.apps",
    "DeleteIntegrationData": "events.account",
    "DeleteKeyData": "events.account",
    "DeleteLogDrainData": "events.variables",
    "DeleteNotifierData": "events.notifiers",
    "DeleteProjectData": "events.projects",
    "DeleteTokenData": "events.account",
    "DeleteVariableData": "events.variables",
    "Deployment": "deployments",
    "DeploymentData": "events.apps",
    "DeploymentLinks": "deployments",
    "DeploymentPusher": "deployments",
    "DeploymentStreamLog": "deployments",
    "DeploymentStreamMessage": "deployments",
    "DeploymentStreamNew": "deployments",
    "DeploymentStreamPing": "deployments",
    "DeploymentStreamStatus": "deployments",
    "DestroyReviewAppData": "events.scm",
    "Domain": "domains",
    "EVENT_TYPES": "events.types",
    "EditAppData": "events.apps",
    "EditAutoscalerData": "events.scaling",
    "EditDomainData": "events.apps",
    "EditHdsContactData": "events.apps",
    "EditKeyData": "events.account",
    "EditNotifierData": "events.notifiers",
    "EditProjectData": "events.projects",
    "EditVariableData": "events.variables",
    "EditVariablesData": "events.variables",
    "EligibleNewOwner": "projects",
    "Event": "events.event",
    "EventBillingProfile": "events.billing",
    "EventCategory": "events.event",
    "EventCollaborator": "events.collaborators",
    "EventData": "events.data",
    "EventGithubUser": "events.account",
    "EventIntegrationData": "events.account",
    "EventInviter": "events.collaborators",
    "EventLastCommits": "events.apps",
    "EventStripeCard": "events.billing",
    "EventType": "events.event",
    "EventUpdatedValue": "events.projects",
    "EventUser": "events.event",
    "EventVariable": "events.variables",
    "Extra": "base",
    "GenericData": "events.data",
    "GithubProfile": "users",
    "HDSContact": "hds_contacts",
    "Invoice": "billing",
    "InvoiceDetailedItem": "billing",
    "InvoiceItem": "billing",
    "Key": "keys",
    "LinkGithubData": "events.scm",
    "LinkScmData": "events.scm",
    "LocalizedText": "contracts",
    "LogDrain": "log_drains",
    "LogEvent": "logs",
    "LoginFailureData": "events.account",
    "LoginLockData": "events.account",
    "LoginSuccessData": "events.account",
    "LoginUnlockSuccessData": "events.account",
    "LogsArchive": "logs",
    "LogsUrl": "logs",
    "MetricPoint": "metrics",
    "MetricType": "metrics",
    "Model": "base",
    "NewAddonData": "events.addons",
    "NewAddonLogDrainData": "events.variables",
    "NewAlertData": "events.scaling",
    "NewAppData": "events.apps",
    "NewAutoscalerData": "events.scaling",
    "NewCollaboratorData": "events.collaborators",
    "NewDomainData": "events.apps",
    "NewIntegrationData": "events.account",
    "NewKeyData": "events.account",
    "NewLogDrainData": "events.variables",
    "NewNotifierData": "events.notifiers",
    "NewProjectData": "events.projects",
    "NewProjectTransferInvitationData": "events.projects",
    "NewTokenData": "events.account",
    "NewUserData": "events.account",
    "NewVariableData": "events.variables",
    "NotificationPlatform": "notification_platforms",
    "Notifier": "notifiers",
    "NotifierTypeData": "notifiers",
    "OneOffExit": "one_offs",
    "Operation": "operations",
    "Organization": "organizations",
    "Owner": "apps",
    "PaginationMeta": "pagination",
    "PasswordResetQueryData": "events.account",
    "PasswordResetSuccessData": "events.account",
    "PaymentAttemptData": "events.billing",
    "PaypalPaymentMethod": "billing",
    "Plan": "addons",
    "PlanDatabaseMaintenanceData": "events.databases",
    "PlanPricing": "addons",
    "Pricing": "containers",
    "PrivateNetworkDomainNamesPage": "private_networks",
    "Project": "projects",
    "ProjectPrivateNetwork": "private_networks",
    "ProjectTransferInvitation": "projects",
    "ProviderApp": "provider_apps",
    "ReferralStats": "referrals",
    "RegenerateTokenData": "events.account",
    "Region": "regions",
    "RenameAppData": "events.apps",
    "RepeatedCrashData": "events.apps",
    "RestartData": "events.apps",
    "ResumeAddonData": "events.addons",
    "ReviewApp": "review_apps",
    "ReviewAppDeployment": "review_apps",
    "ReviewAppPullRequest": "review_apps",
    "RevokeGithubData": "events.account",
    "RunData": "events.apps",
    "RuntimeUsage": "billing",
    "SCMBranch": "scm_integrations",
    "SCMIntegration": "scm_integrations",
    "SCMOrganization": "scm_integrations",
    "SCMPullRequest": "scm_integrations",
    "SCMRepoLink": "scm_repo_links",
    "SCMRepoLinkLinker": "scm_repo_links",
    "SCMRepository": "scm_integrations",
    "ScaleData": "events.apps",
    "Source": "sources",
    "Stack": "stacks",
    "StackChangedData": "events.apps",
    "StartDatabaseMaintenanceData": "events.databases",
    "StartOneOffData": "operations",
    "StartRegionMigrationData": "events.apps",
    "StopAppData": "events.apps",
    "StripePaymentMethod": "billing",
    "SuspendAddonData": "events.addons",
    "TfaDisabledData": "events.account",
    "TfaEnabledData": "events.account",
    "Token": "tokens",
    "TransferAppData": "events.apps",
    "TwoFactorAuth": "two_factor_auth",
    "TwoFactorAuthInitiation": "two_factor_auth",
    "TwoFactorAuthValidation": "two_factor_auth",
    "UnlinkGithubData": "events.scm",
    "UnlinkScmData": "events.scm",
    "UpdateAppProjectData": "events.apps",
    "UpdateScmData": "events.scm",
    "UpgradeAddonData": "events.addons",
    "UpgradeDatabaseData": "events.databases",
    "User": "users",
    "UserPreferences": "users",
    "Variable": "variables",
    "Waitable": "base",
}

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    "EVENT_TYPES",
    "AcceptCollaboratorData",
    "AcceptProjectTransferInvitationData",
    "AcceptProjectTransferInvitationErrorData",
    "AccountUsage",
    "AcmeDnsError",
    "AddCreditData",
    "AddPaymentMethodData",
    "AddVoucherData",
    "Addon",
    "AddonCategory",
    "AddonProvider",
    "AddonUpdatedData",
    "AddonUsage",
    "Alert",
    "AlertData",
    "App",
    "AppLinks",
    "AppProject",
    "AuditLogEntry",
    "AuthorizeGithubData",
    "Autoscaler",
    "BillingOperation",
    "BillingProfile",
    "CancelProjectTransferInvitationData",
    "ChangeCollaboratorRoleData",
    "Collaborator",
    "CompleteDatabaseMaintenanceData",
    "Container",
    "ContainerSize",
    "ContainerStat",
    "ContainerType",
    "Contract",
    "ContractAcceptance",
    "ContractDocument",
    "ContractRefusal",
    "CrashData",
    "CreateDataAccessConsentData",
    "CreateReviewAppData",
    "CronJob",
    "CronTasks",
    "DataAccessConsent",
    "Database",
    "DatabaseActionResult",
    "DatabaseAddFeatureData",
    "DatabaseBackup",
    "DatabaseBackupArchive",
    "DatabaseBackupFailedData",
    "DatabaseBackupRestoration",
    "DatabaseBackupSucceededData",
    "DatabaseContinuousBackupDelayedData",
    "DatabaseContinuousBackupHealthyData",
    "DatabaseContinuousBackupStaleData",
    "DatabaseEndpoint",
    "DatabaseExtension",
    "DatabaseFeature",
    "DatabaseFeatureChange",
    "DatabaseFirewallManagedRange",
    "DatabaseFirewallRule",
    "DatabaseHealth",
    "DatabaseInstance",
    "DatabaseInstanceCpuMetrics",
    "DatabaseInstanceMemoryMetrics",
    "DatabaseInstanceMetrics",
    "DatabaseInstanceStatus",
    "DatabaseLogical",
    "DatabaseLogsUrl",
    "DatabaseMaintenance",
    "DatabaseMaintenanceWindow",
    "DatabaseMemoryMetrics",
    "DatabaseMetrics",
    "DatabaseNetPeering",
    "DatabaseNetworkConfiguration",
    "DatabaseOperation",
    "DatabasePlan",
    "DatabasePostgresqlConfig",
    "DatabaseQuery",
    "DatabaseRecoveryWindow",
    "DatabaseRemoveFeatureData",
    "DatabaseRetentionPolicy",
    "DatabaseStatement",
    "DatabaseType",
    "DatabaseTypeVersion",
    "DatabaseTypeVersionPlugin",
    "DatabaseUpgrade",
    "DatabaseUser",
    "DatabaseUserAttributes",
    "DeclineProjectTransferInvitationData",
    "DedicatedDatabase",
    "DeleteAddonData",
    "DeleteAddonLogDrainData",
    "DeleteAlertData",
    "DeleteAppData",
    "DeleteAutoscalerData",
    "DeleteCollaboratorData",
    "DeleteDomainData",
    "DeleteIntegrationData",
    "DeleteKeyData",
    "DeleteLogDrainData",
    "DeleteNotifierData",
    "DeleteProjectData",
    "DeleteTokenData",
    "DeleteVariableData",
    "Deployment",
    "DeploymentData",
    "DeploymentLinks",
    "DeploymentPusher",
    "DeploymentStreamLog",
    "DeploymentStreamMessage",
    "DeploymentStreamNew",
    "DeploymentStreamPing",
    "DeploymentStreamStatus",
    "DestroyReviewAppData",
    "Domain",
    "EditAppData",
    "EditAutoscalerData",
    "EditDomainData",
    "EditHdsContactData",
    "EditKeyData",
    "EditNotifierData",
    "EditProjectData",
    "EditVariableData",
    "EditVariablesData",
    "EligibleNewOwner",
    "Event",
    "EventBillingProfile",
    "EventCategory",
    "EventCollaborator",
    "EventData",
    "EventGithubUser",
    "EventIntegrationData",
    "EventInviter",
    "EventLastCommits",
    "EventStripeCard",
    "EventType",
    "EventUpdatedValue",
    "EventUser",
    "EventVariable",
    "Extra",
    "GenericData",
    "GithubProfile",
    "HDSContact",
    "Invoice",
    "InvoiceDetailedItem",
    "InvoiceItem",
    "Key",
    "LinkGithubData",
    "LinkScmData",
    "LocalizedText",
    "LogDrain",
    "LogEvent",
    "LoginFailureData",
    "LoginLockData",
    "LoginSuccessData",
    "LoginUnlockSuccessData",
    "LogsArchive",
    "LogsUrl",
    "MetricPoint",
    "MetricType",
    "Model",
    "NewAddonData",
    "NewAddonLogDrainData",
    "NewAlertData",
    "NewAppData",
    "NewAutoscalerData",
    "NewCollaboratorData",
    "NewDomainData",
    "NewIntegrationData",
    "NewKeyData",
    "NewLogDrainData",
    "NewNotifierData",
    "NewProjectData",
    "NewProjectTransferInvitationData",
    "NewTokenData",
    "NewUserData",
    "NewVariableData",
    "NotificationPlatform",
    "Notifier",
    "NotifierTypeData",
    "OneOffExit",
    "Operation",
    "Organization",
    "Owner",
    "PaginationMeta",
    "PasswordResetQueryData",
    "PasswordResetSuccessData",
    "PaymentAttemptData",
    "PaypalPaymentMethod",
    "Plan",
    "PlanDatabaseMaintenanceData",
    "PlanPricing",
    "Pricing",
    "PrivateNetworkDomainNamesPage",
    "Project",
    "ProjectPrivateNetwork",
    "ProjectTransferInvitation",
    "ProviderApp",
    "ReferralStats",
    "RegenerateTokenData",
    "Region",
    "RenameAppData",
    "RepeatedCrashData",
    "RestartData",
    "ResumeAddonData",
    "ReviewApp",
    "ReviewAppDeployment",
    "ReviewAppPullRequest",
    "RevokeGithubData",
    "RunData",
    "RuntimeUsage",
    "SCMBranch",
    "SCMIntegration",
    "SCMOrganization",
    "SCMPullRequest",
    "SCMRepoLink",
    "SCMRepoLinkLinker",
    "SCMRepository",
    "ScaleData",
    "Source",
    "Stack",
    "StackChangedData",
    "StartDatabaseMaintenanceData",
    "StartOneOffData",
    "StartRegionMigrationData",
    "StopAppData",
    "StripePaymentMethod",
    "SuspendAddonData",
    "TfaDisabledData",
    "TfaEnabledData",
    "Token",
    "TransferAppData",
    "TwoFactorAuth",
    "TwoFactorAuthInitiation",
    "TwoFactorAuthValidation",
    "UnlinkGithubData",
    "UnlinkScmData",
    "UpdateAppProjectData",
    "UpdateScmData",
    "UpgradeAddonData",
    "UpgradeDatabaseData",
    "User",
    "UserPreferences",
    "Variable",
    "Waitable",
]


def __getattr__(name: str) -> object:
    """Load a model when it is first asked for (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
