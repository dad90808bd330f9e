"""The models: attrs classes, one file for each family, loaded on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scalingo_async.models.account import (
        AuditLogEntry as AuditLogEntry,
    )
    from scalingo_async.models.account import (
        Contract as Contract,
    )
    from scalingo_async.models.account import (
        ContractAcceptance as ContractAcceptance,
    )
    from scalingo_async.models.account import (
        ContractDocument as ContractDocument,
    )
    from scalingo_async.models.account import (
        ContractRefusal as ContractRefusal,
    )
    from scalingo_async.models.account import (
        Key as Key,
    )
    from scalingo_async.models.account import (
        LocalizedText as LocalizedText,
    )
    from scalingo_async.models.account import (
        Organization as Organization,
    )
    from scalingo_async.models.account import (
        ReferralStats as ReferralStats,
    )
    from scalingo_async.models.account import (
        TwoFactorAuth as TwoFactorAuth,
    )
    from scalingo_async.models.account import (
        TwoFactorAuthInitiation as TwoFactorAuthInitiation,
    )
    from scalingo_async.models.account import (
        TwoFactorAuthValidation as TwoFactorAuthValidation,
    )
    from scalingo_async.models.account_events import (
        AuthorizeGithubData as AuthorizeGithubData,
    )
    from scalingo_async.models.account_events import (
        DeleteIntegrationData as DeleteIntegrationData,
    )
    from scalingo_async.models.account_events import (
        DeleteKeyData as DeleteKeyData,
    )
    from scalingo_async.models.account_events import (
        DeleteTokenData as DeleteTokenData,
    )
    from scalingo_async.models.account_events import (
        EditKeyData as EditKeyData,
    )
    from scalingo_async.models.account_events import (
        EventGithubUser as EventGithubUser,
    )
    from scalingo_async.models.account_events import (
        EventIntegrationData as EventIntegrationData,
    )
    from scalingo_async.models.account_events import (
        LoginFailureData as LoginFailureData,
    )
    from scalingo_async.models.account_events import (
        LoginLockData as LoginLockData,
    )
    from scalingo_async.models.account_events import (
        LoginSuccessData as LoginSuccessData,
    )
    from scalingo_async.models.account_events import (
        LoginUnlockSuccessData as LoginUnlockSuccessData,
    )
    from scalingo_async.models.account_events import (
        NewIntegrationData as NewIntegrationData,
    )
    from scalingo_async.models.account_events import (
        NewKeyData as NewKeyData,
    )
    from scalingo_async.models.account_events import (
        NewTokenData as NewTokenData,
    )
    from scalingo_async.models.account_events import (
        NewUserData as NewUserData,
    )
    from scalingo_async.models.account_events import (
        PasswordResetQueryData as PasswordResetQueryData,
    )
    from scalingo_async.models.account_events import (
        PasswordResetSuccessData as PasswordResetSuccessData,
    )
    from scalingo_async.models.account_events import (
        RegenerateTokenData as RegenerateTokenData,
    )
    from scalingo_async.models.account_events import (
        RevokeGithubData as RevokeGithubData,
    )
    from scalingo_async.models.account_events import (
        TfaDisabledData as TfaDisabledData,
    )
    from scalingo_async.models.account_events import (
        TfaEnabledData as TfaEnabledData,
    )
    from scalingo_async.models.addon_events import (
        AddonUpdatedData as AddonUpdatedData,
    )
    from scalingo_async.models.addon_events import (
        DeleteAddonData as DeleteAddonData,
    )
    from scalingo_async.models.addon_events import (
        NewAddonData as NewAddonData,
    )
    from scalingo_async.models.addon_events import (
        ResumeAddonData as ResumeAddonData,
    )
    from scalingo_async.models.addon_events import (
        SuspendAddonData as SuspendAddonData,
    )
    from scalingo_async.models.addon_events import (
        UpgradeAddonData as UpgradeAddonData,
    )
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
    from scalingo_async.models.addons import (
        ProviderApp as ProviderApp,
    )
    from scalingo_async.models.app_events import (
        CrashData as CrashData,
    )
    from scalingo_async.models.app_events import (
        CreateDataAccessConsentData as CreateDataAccessConsentData,
    )
    from scalingo_async.models.app_events import (
        DeleteAppData as DeleteAppData,
    )
    from scalingo_async.models.app_events import (
        DeleteDomainData as DeleteDomainData,
    )
    from scalingo_async.models.app_events import (
        DeploymentData as DeploymentData,
    )
    from scalingo_async.models.app_events import (
        EditAppData as EditAppData,
    )
    from scalingo_async.models.app_events import (
        EditDomainData as EditDomainData,
    )
    from scalingo_async.models.app_events import (
        EditHdsContactData as EditHdsContactData,
    )
    from scalingo_async.models.app_events import (
        EventLastCommits as EventLastCommits,
    )
    from scalingo_async.models.app_events import (
        NewAppData as NewAppData,
    )
    from scalingo_async.models.app_events import (
        NewDomainData as NewDomainData,
    )
    from scalingo_async.models.app_events import (
        RenameAppData as RenameAppData,
    )
    from scalingo_async.models.app_events import (
        RepeatedCrashData as RepeatedCrashData,
    )
    from scalingo_async.models.app_events import (
        RestartData as RestartData,
    )
    from scalingo_async.models.app_events import (
        RunData as RunData,
    )
    from scalingo_async.models.app_events import (
        ScaleData as ScaleData,
    )
    from scalingo_async.models.app_events import (
        StackChangedData as StackChangedData,
    )
    from scalingo_async.models.app_events import (
        StartRegionMigrationData as StartRegionMigrationData,
    )
    from scalingo_async.models.app_events import (
        StopAppData as StopAppData,
    )
    from scalingo_async.models.app_events import (
        TransferAppData as TransferAppData,
    )
    from scalingo_async.models.app_events import (
        UpdateAppProjectData as UpdateAppProjectData,
    )
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
        DataAccessConsent as DataAccessConsent,
    )
    from scalingo_async.models.apps import (
        HDSContact as HDSContact,
    )
    from scalingo_async.models.apps import (
        Owner as Owner,
    )
    from scalingo_async.models.backups import (
        DatabaseBackup as DatabaseBackup,
    )
    from scalingo_async.models.backups import (
        DatabaseBackupArchive as DatabaseBackupArchive,
    )
    from scalingo_async.models.backups import (
        DatabaseBackupRestoration as DatabaseBackupRestoration,
    )
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
    from scalingo_async.models.billing_events import (
        AddCreditData as AddCreditData,
    )
    from scalingo_async.models.billing_events import (
        AddPaymentMethodData as AddPaymentMethodData,
    )
    from scalingo_async.models.billing_events import (
        AddVoucherData as AddVoucherData,
    )
    from scalingo_async.models.billing_events import (
        EventBillingProfile as EventBillingProfile,
    )
    from scalingo_async.models.billing_events import (
        EventStripeCard as EventStripeCard,
    )
    from scalingo_async.models.billing_events import (
        PaymentAttemptData as PaymentAttemptData,
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
        OneOffExit as OneOffExit,
    )
    from scalingo_async.models.containers import (
        Pricing as Pricing,
    )
    from scalingo_async.models.database_actions import (
        DatabaseActionResult as DatabaseActionResult,
    )
    from scalingo_async.models.database_actions import (
        DatabaseExtension as DatabaseExtension,
    )
    from scalingo_async.models.database_actions import (
        DatabaseLogical as DatabaseLogical,
    )
    from scalingo_async.models.database_actions import (
        DatabaseQuery as DatabaseQuery,
    )
    from scalingo_async.models.database_actions import (
        DatabaseRetentionPolicy as DatabaseRetentionPolicy,
    )
    from scalingo_async.models.database_actions import (
        DatabaseStatement as DatabaseStatement,
    )
    from scalingo_async.models.database_events import (
        CompleteDatabaseMaintenanceData as CompleteDatabaseMaintenanceData,
    )
    from scalingo_async.models.database_events import (
        DatabaseAddFeatureData as DatabaseAddFeatureData,
    )
    from scalingo_async.models.database_events import (
        DatabaseBackupFailedData as DatabaseBackupFailedData,
    )
    from scalingo_async.models.database_events import (
        DatabaseBackupSucceededData as DatabaseBackupSucceededData,
    )
    from scalingo_async.models.database_events import (
        DatabaseContinuousBackupDelayedData as DatabaseContinuousBackupDelayedData,
    )
    from scalingo_async.models.database_events import (
        DatabaseContinuousBackupHealthyData as DatabaseContinuousBackupHealthyData,
    )
    from scalingo_async.models.database_events import (
        DatabaseContinuousBackupStaleData as DatabaseContinuousBackupStaleData,
    )
    from scalingo_async.models.database_events import (
        DatabaseRemoveFeatureData as DatabaseRemoveFeatureData,
    )
    from scalingo_async.models.database_events import (
        PlanDatabaseMaintenanceData as PlanDatabaseMaintenanceData,
    )
    from scalingo_async.models.database_events import (
        StartDatabaseMaintenanceData as StartDatabaseMaintenanceData,
    )
    from scalingo_async.models.database_events import (
        UpgradeDatabaseData as UpgradeDatabaseData,
    )
    from scalingo_async.models.database_metrics import (
        DatabaseHealth as DatabaseHealth,
    )
    from scalingo_async.models.database_metrics import (
        DatabaseInstanceCpuMetrics as DatabaseInstanceCpuMetrics,
    )
    from scalingo_async.models.database_metrics import (
        DatabaseInstanceMemoryMetrics as DatabaseInstanceMemoryMetrics,
    )
    from scalingo_async.models.database_metrics import (
        DatabaseInstanceMetrics as DatabaseInstanceMetrics,
    )
    from scalingo_async.models.database_metrics import (
        DatabaseInstanceStatus as DatabaseInstanceStatus,
    )
    from scalingo_async.models.database_metrics import (
        DatabaseMemoryMetrics as DatabaseMemoryMetrics,
    )
    from scalingo_async.models.database_metrics import (
        DatabaseMetrics as DatabaseMetrics,
    )
    from scalingo_async.models.database_network import (
        DatabaseEndpoint as DatabaseEndpoint,
    )
    from scalingo_async.models.database_network import (
        DatabaseFirewallManagedRange as DatabaseFirewallManagedRange,
    )
    from scalingo_async.models.database_network import (
        DatabaseFirewallRule as DatabaseFirewallRule,
    )
    from scalingo_async.models.database_network import (
        DatabaseNetPeering as DatabaseNetPeering,
    )
    from scalingo_async.models.database_network import (
        DatabaseNetworkConfiguration as DatabaseNetworkConfiguration,
    )
    from scalingo_async.models.database_network import (
        DedicatedDatabase as DedicatedDatabase,
    )
    from scalingo_async.models.database_types import (
        DatabaseType as DatabaseType,
    )
    from scalingo_async.models.database_types import (
        DatabaseTypeVersion as DatabaseTypeVersion,
    )
    from scalingo_async.models.database_types import (
        DatabaseTypeVersionPlugin as DatabaseTypeVersionPlugin,
    )
    from scalingo_async.models.databases import (
        Database as Database,
    )
    from scalingo_async.models.databases import (
        DatabaseFeature as DatabaseFeature,
    )
    from scalingo_async.models.databases import (
        DatabaseFeatureChange as DatabaseFeatureChange,
    )
    from scalingo_async.models.databases import (
        DatabaseInstance as DatabaseInstance,
    )
    from scalingo_async.models.databases import (
        DatabaseLogsUrl as DatabaseLogsUrl,
    )
    from scalingo_async.models.databases import (
        DatabaseMaintenance as DatabaseMaintenance,
    )
    from scalingo_async.models.databases import (
        DatabaseMaintenanceWindow as DatabaseMaintenanceWindow,
    )
    from scalingo_async.models.databases import (
        DatabaseOperation as DatabaseOperation,
    )
    from scalingo_async.models.databases import (
        DatabasePlan as DatabasePlan,
    )
    from scalingo_async.models.databases import (
        DatabasePostgresqlConfig as DatabasePostgresqlConfig,
    )
    from scalingo_async.models.databases import (
        DatabaseRecoveryWindow as DatabaseRecoveryWindow,
    )
    from scalingo_async.models.databases import (
        DatabaseUpgrade as DatabaseUpgrade,
    )
    from scalingo_async.models.databases import (
        DatabaseUser as DatabaseUser,
    )
    from scalingo_async.models.databases import (
        DatabaseUserAttributes as DatabaseUserAttributes,
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
    from scalingo_async.models.deployments import (
        Source as Source,
    )
    from scalingo_async.models.domains import AcmeDnsError as AcmeDnsError
    from scalingo_async.models.domains import Domain as Domain
    from scalingo_async.models.event_types import EVENT_TYPES as EVENT_TYPES
    from scalingo_async.models.events import (
        Event as Event,
    )
    from scalingo_async.models.events import (
        EventCategory as EventCategory,
    )
    from scalingo_async.models.events import (
        EventData as EventData,
    )
    from scalingo_async.models.events import (
        EventType as EventType,
    )
    from scalingo_async.models.events import (
        EventUser as EventUser,
    )
    from scalingo_async.models.events import (
        GenericData as GenericData,
    )
    from scalingo_async.models.logs import (
        LogDrain as LogDrain,
    )
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
        Alert as Alert,
    )
    from scalingo_async.models.metrics import (
        Autoscaler as Autoscaler,
    )
    from scalingo_async.models.metrics import (
        ContainerStat as ContainerStat,
    )
    from scalingo_async.models.metrics import (
        MetricPoint as MetricPoint,
    )
    from scalingo_async.models.metrics import (
        MetricType as MetricType,
    )
    from scalingo_async.models.notifier_events import (
        DeleteNotifierData as DeleteNotifierData,
    )
    from scalingo_async.models.notifier_events import (
        EditNotifierData as EditNotifierData,
    )
    from scalingo_async.models.notifier_events import (
        NewNotifierData as NewNotifierData,
    )
    from scalingo_async.models.notifiers import (
        NotificationPlatform as NotificationPlatform,
    )
    from scalingo_async.models.notifiers import (
        Notifier as Notifier,
    )
    from scalingo_async.models.notifiers import (
        NotifierTypeData as NotifierTypeData,
    )
    from scalingo_async.models.operations import (
        Operation as Operation,
    )
    from scalingo_async.models.operations import (
        StartOneOffData as StartOneOffData,
    )
    from scalingo_async.models.pagination import PaginationMeta as PaginationMeta
    from scalingo_async.models.people_events import (
        AcceptCollaboratorData as AcceptCollaboratorData,
    )
    from scalingo_async.models.people_events import (
        ChangeCollaboratorRoleData as ChangeCollaboratorRoleData,
    )
    from scalingo_async.models.people_events import (
        DeleteCollaboratorData as DeleteCollaboratorData,
    )
    from scalingo_async.models.people_events import (
        EventCollaborator as EventCollaborator,
    )
    from scalingo_async.models.people_events import (
        EventInviter as EventInviter,
    )
    from scalingo_async.models.people_events import (
        NewCollaboratorData as NewCollaboratorData,
    )
    from scalingo_async.models.platform import (
        CronJob as CronJob,
    )
    from scalingo_async.models.platform import (
        CronTasks as CronTasks,
    )
    from scalingo_async.models.platform import (
        Stack as Stack,
    )
    from scalingo_async.models.project_events import (
        AcceptProjectTransferInvitationData as AcceptProjectTransferInvitationData,
    )
    from scalingo_async.models.project_events import (
        AcceptProjectTransferInvitationErrorData as AcceptProjectTransferInvitationErrorData,
    )
    from scalingo_async.models.project_events import (
        CancelProjectTransferInvitationData as CancelProjectTransferInvitationData,
    )
    from scalingo_async.models.project_events import (
        DeclineProjectTransferInvitationData as DeclineProjectTransferInvitationData,
    )
    from scalingo_async.models.project_events import (
        DeleteProjectData as DeleteProjectData,
    )
    from scalingo_async.models.project_events import (
        EditProjectData as EditProjectData,
    )
    from scalingo_async.models.project_events import (
        EventUpdatedValue as EventUpdatedValue,
    )
    from scalingo_async.models.project_events import (
        NewProjectData as NewProjectData,
    )
    from scalingo_async.models.project_events import (
        NewProjectTransferInvitationData as NewProjectTransferInvitationData,
    )
    from scalingo_async.models.projects import (
        EligibleNewOwner as EligibleNewOwner,
    )
    from scalingo_async.models.projects import (
        PrivateNetworkDomainNamesPage as PrivateNetworkDomainNamesPage,
    )
    from scalingo_async.models.projects import (
        Project as Project,
    )
    from scalingo_async.models.projects import (
        ProjectPrivateNetwork as ProjectPrivateNetwork,
    )
    from scalingo_async.models.projects import (
        ProjectTransferInvitation as ProjectTransferInvitation,
    )
    from scalingo_async.models.regions import Region as Region
    from scalingo_async.models.scaling_events import (
        AlertData as AlertData,
    )
    from scalingo_async.models.scaling_events import (
        DeleteAlertData as DeleteAlertData,
    )
    from scalingo_async.models.scaling_events import (
        DeleteAutoscalerData as DeleteAutoscalerData,
    )
    from scalingo_async.models.scaling_events import (
        EditAutoscalerData as EditAutoscalerData,
    )
    from scalingo_async.models.scaling_events import (
        NewAlertData as NewAlertData,
    )
    from scalingo_async.models.scaling_events import (
        NewAutoscalerData as NewAutoscalerData,
    )
    from scalingo_async.models.scm import (
        ReviewApp as ReviewApp,
    )
    from scalingo_async.models.scm import (
        ReviewAppDeployment as ReviewAppDeployment,
    )
    from scalingo_async.models.scm import (
        ReviewAppPullRequest as ReviewAppPullRequest,
    )
    from scalingo_async.models.scm import (
        SCMBranch as SCMBranch,
    )
    from scalingo_async.models.scm import (
        SCMIntegration as SCMIntegration,
    )
    from scalingo_async.models.scm import (
        SCMOrganization as SCMOrganization,
    )
    from scalingo_async.models.scm import (
        SCMPullRequest as SCMPullRequest,
    )
    from scalingo_async.models.scm import (
        SCMRepoLink as SCMRepoLink,
    )
    from scalingo_async.models.scm import (
        SCMRepoLinkLinker as SCMRepoLinkLinker,
    )
    from scalingo_async.models.scm import (
        SCMRepository as SCMRepository,
    )
    from scalingo_async.models.scm_events import (
        CreateReviewAppData as CreateReviewAppData,
    )
    from scalingo_async.models.scm_events import (
        DestroyReviewAppData as DestroyReviewAppData,
    )
    from scalingo_async.models.scm_events import (
        LinkGithubData as LinkGithubData,
    )
    from scalingo_async.models.scm_events import (
        LinkScmData as LinkScmData,
    )
    from scalingo_async.models.scm_events import (
        UnlinkGithubData as UnlinkGithubData,
    )
    from scalingo_async.models.scm_events import (
        UnlinkScmData as UnlinkScmData,
    )
    from scalingo_async.models.scm_events import (
        UpdateScmData as UpdateScmData,
    )
    from scalingo_async.models.tokens import Token as Token
    from scalingo_async.models.users import (
        GithubProfile as GithubProfile,
    )
    from scalingo_async.models.users import (
        User as User,
    )
    from scalingo_async.models.users import (
        UserPreferences as UserPreferences,
    )
    from scalingo_async.models.variable_events import (
        DeleteAddonLogDrainData as DeleteAddonLogDrainData,
    )
    from scalingo_async.models.variable_events import (
        DeleteLogDrainData as DeleteLogDrainData,
    )
    from scalingo_async.models.variable_events import (
        DeleteVariableData as DeleteVariableData,
    )
    from scalingo_async.models.variable_events import (
        EditVariableData as EditVariableData,
    )
    from scalingo_async.models.variable_events import (
        EditVariablesData as EditVariablesData,
    )
    from scalingo_async.models.variable_events import (
        EventVariable as EventVariable,
    )
    from scalingo_async.models.variable_events import (
        NewAddonLogDrainData as NewAddonLogDrainData,
    )
    from scalingo_async.models.variable_events import (
        NewLogDrainData as NewLogDrainData,
    )
    from scalingo_async.models.variable_events import (
        NewVariableData as NewVariableData,
    )
    from scalingo_async.models.variables import Variable as Variable

_HOMES: Final = {
    "AcceptCollaboratorData": "people_events",
    "AcceptProjectTransferInvitationData": "project_events",
    "AcceptProjectTransferInvitationErrorData": "project_events",
    "AccountUsage": "billing",
    "AcmeDnsError": "domains",
    "AddCreditData": "billing_events",
    "AddPaymentMethodData": "billing_events",
    "AddVoucherData": "billing_events",
    "Addon": "addons",
    "AddonCategory": "addons",
    "AddonProvider": "addons",
    "AddonUpdatedData": "addon_events",
    "AddonUsage": "billing",
    "Alert": "metrics",
    "AlertData": "scaling_events",
    "App": "apps",
    "AppLinks": "apps",
    "AppProject": "apps",
    "AuditLogEntry": "account",
    "AuthorizeGithubData": "account_events",
    "Autoscaler": "metrics",
    "BillingOperation": "billing",
    "BillingProfile": "billing",
    "CancelProjectTransferInvitationData": "project_events",
    "ChangeCollaboratorRoleData": "people_events",
    "Collaborator": "collaborators",
    "CompleteDatabaseMaintenanceData": "database_events",
    "Container": "containers",
    "ContainerSize": "containers",
    "ContainerStat": "metrics",
    "ContainerType": "containers",
    "Contract": "account",
    "ContractAcceptance": "account",
    "ContractDocument": "account",
    "ContractRefusal": "account",
    "CrashData": "app_events",
    "CreateDataAccessConsentData": "app_events",
    "CreateReviewAppData": "scm_events",
    "CronJob": "platform",
    "CronTasks": "platform",
    "DataAccessConsent": "apps",
    "Database": "databases",
    "DatabaseActionResult": "database_actions",
    "DatabaseAddFeatureData": "database_events",
    "DatabaseBackup": "backups",
    "DatabaseBackupArchive": "backups",
    "DatabaseBackupFailedData": "database_events",
    "DatabaseBackupRestoration": "backups",
    "DatabaseBackupSucceededData": "database_events",
    "DatabaseContinuousBackupDelayedData": "database_events",
    "DatabaseContinuousBackupHealthyData": "database_events",
    "DatabaseContinuousBackupStaleData": "database_events",
    "DatabaseEndpoint": "database_network",
    "DatabaseExtension": "database_actions",
    "DatabaseFeature": "databases",
    "DatabaseFeatureChange": "databases",
    "DatabaseFirewallManagedRange": "database_network",
    "DatabaseFirewallRule": "database_network",
    "DatabaseHealth": "database_metrics",
    "DatabaseInstance": "databases",
    "DatabaseInstanceCpuMetrics": "database_metrics",
    "DatabaseInstanceMemoryMetrics": "database_metrics",
    "DatabaseInstanceMetrics": "database_metrics",
    "DatabaseInstanceStatus": "database_metrics",
    "DatabaseLogical": "database_actions",
    "DatabaseLogsUrl": "databases",
    "DatabaseMaintenance": "databases",
    "DatabaseMaintenanceWindow": "databases",
    "DatabaseMemoryMetrics": "database_metrics",
    "DatabaseMetrics": "database_metrics",
    "DatabaseNetPeering": "database_network",
    "DatabaseNetworkConfiguration": "database_network",
    "DatabaseOperation": "databases",
    "DatabasePlan": "databases",
    "DatabasePostgresqlConfig": "databases",
    "DatabaseQuery": "database_actions",
    "DatabaseRecoveryWindow": "databases",
    "DatabaseRemoveFeatureData": "database_events",
    "DatabaseRetentionPolicy": "database_actions",
    "DatabaseStatement": "database_actions",
    "DatabaseType": "database_types",
    "DatabaseTypeVersion": "database_types",
    "DatabaseTypeVersionPlugin": "database_types",
    "DatabaseUpgrade": "databases",
    "DatabaseUser": "databases",
    "DatabaseUserAttributes": "databases",
    "DeclineProjectTransferInvitationData": "project_events",
    "DedicatedDatabase": "database_network",
    "DeleteAddonData": "addon_events",
    "DeleteAddonLogDrainData": "variable_events",
    "DeleteAlertData": "scaling_events",
    "DeleteAppData": "app_events",
    "DeleteAutoscalerData": "scaling_events",
    "DeleteCollaboratorData": "people_events",
    "DeleteDomainData": "app_events",
    "DeleteIntegrationData": "account_events",
    "DeleteKeyData": "account_events",
    "DeleteLogDrainData": "variable_events",
    "DeleteNotifierData": "notifier_events",
    "DeleteProjectData": "project_events",
    "DeleteTokenData": "account_events",
    "DeleteVariableData": "variable_events",
    "Deployment": "deployments",
    "DeploymentData": "app_events",
    "DeploymentLinks": "deployments",
    "DeploymentPusher": "deployments",
    "DeploymentStreamLog": "deployments",
    "DeploymentStreamMessage": "deployments",
    "DeploymentStreamNew": "deployments",
    "DeploymentStreamPing": "deployments",
    "DeploymentStreamStatus": "deployments",
    "DestroyReviewAppData": "scm_events",
    "Domain": "domains",
    "EVENT_TYPES": "event_types",
    "EditAppData": "app_events",
    "EditAutoscalerData": "scaling_events",
    "EditDomainData": "app_events",
    "EditHdsContactData": "app_events",
    "EditKeyData": "account_events",
    "EditNotifierData": "notifier_events",
    "EditProjectData": "project_events",
    "EditVariableData": "variable_events",
    "EditVariablesData": "variable_events",
    "EligibleNewOwner": "projects",
    "Event": "events",
    "EventBillingProfile": "billing_events",
    "EventCategory": "events",
    "EventCollaborator": "people_events",
    "EventData": "events",
    "EventGithubUser": "account_events",
    "EventIntegrationData": "account_events",
    "EventInviter": "people_events",
    "EventLastCommits": "app_events",
    "EventStripeCard": "billing_events",
    "EventType": "events",
    "EventUpdatedValue": "project_events",
    "EventUser": "events",
    "EventVariable": "variable_events",
    "Extra": "base",
    "GenericData": "events",
    "GithubProfile": "users",
    "HDSContact": "apps",
    "Invoice": "billing",
    "InvoiceDetailedItem": "billing",
    "InvoiceItem": "billing",
    "Key": "account",
    "LinkGithubData": "scm_events",
    "LinkScmData": "scm_events",
    "LocalizedText": "account",
    "LogDrain": "logs",
    "LogEvent": "logs",
    "LoginFailureData": "account_events",
    "LoginLockData": "account_events",
    "LoginSuccessData": "account_events",
    "LoginUnlockSuccessData": "account_events",
    "LogsArchive": "logs",
    "LogsUrl": "logs",
    "MetricPoint": "metrics",
    "MetricType": "metrics",
    "Model": "base",
    "NewAddonData": "addon_events",
    "NewAddonLogDrainData": "variable_events",
    "NewAlertData": "scaling_events",
    "NewAppData": "app_events",
    "NewAutoscalerData": "scaling_events",
    "NewCollaboratorData": "people_events",
    "NewDomainData": "app_events",
    "NewIntegrationData": "account_events",
    "NewKeyData": "account_events",
    "NewLogDrainData": "variable_events",
    "NewNotifierData": "notifier_events",
    "NewProjectData": "project_events",
    "NewProjectTransferInvitationData": "project_events",
    "NewTokenData": "account_events",
    "NewUserData": "account_events",
    "NewVariableData": "variable_events",
    "NotificationPlatform": "notifiers",
    "Notifier": "notifiers",
    "NotifierTypeData": "notifiers",
    "OneOffExit": "containers",
    "Operation": "operations",
    "Organization": "account",
    "Owner": "apps",
    "PaginationMeta": "pagination",
    "PasswordResetQueryData": "account_events",
    "PasswordResetSuccessData": "account_events",
    "PaymentAttemptData": "billing_events",
    "PaypalPaymentMethod": "billing",
    "Plan": "addons",
    "PlanDatabaseMaintenanceData": "database_events",
    "PlanPricing": "addons",
    "Pricing": "containers",
    "PrivateNetworkDomainNamesPage": "projects",
    "Project": "projects",
    "ProjectPrivateNetwork": "projects",
    "ProjectTransferInvitation": "projects",
    "ProviderApp": "addons",
    "ReferralStats": "account",
    "RegenerateTokenData": "account_events",
    "Region": "regions",
    "RenameAppData": "app_events",
    "RepeatedCrashData": "app_events",
    "RestartData": "app_events",
    "ResumeAddonData": "addon_events",
    "ReviewApp": "scm",
    "ReviewAppDeployment": "scm",
    "ReviewAppPullRequest": "scm",
    "RevokeGithubData": "account_events",
    "RunData": "app_events",
    "RuntimeUsage": "billing",
    "SCMBranch": "scm",
    "SCMIntegration": "scm",
    "SCMOrganization": "scm",
    "SCMPullRequest": "scm",
    "SCMRepoLink": "scm",
    "SCMRepoLinkLinker": "scm",
    "SCMRepository": "scm",
    "ScaleData": "app_events",
    "Source": "deployments",
    "Stack": "platform",
    "StackChangedData": "app_events",
    "StartDatabaseMaintenanceData": "database_events",
    "StartOneOffData": "operations",
    "StartRegionMigrationData": "app_events",
    "StopAppData": "app_events",
    "StripePaymentMethod": "billing",
    "SuspendAddonData": "addon_events",
    "TfaDisabledData": "account_events",
    "TfaEnabledData": "account_events",
    "Token": "tokens",
    "TransferAppData": "app_events",
    "TwoFactorAuth": "account",
    "TwoFactorAuthInitiation": "account",
    "TwoFactorAuthValidation": "account",
    "UnlinkGithubData": "scm_events",
    "UnlinkScmData": "scm_events",
    "UpdateAppProjectData": "app_events",
    "UpdateScmData": "scm_events",
    "UpgradeAddonData": "addon_events",
    "UpgradeDatabaseData": "database_events",
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
