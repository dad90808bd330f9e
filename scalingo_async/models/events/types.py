"""Models: event types, and the payload class of each."""

from importlib import import_module
from typing import Final

from scalingo_async.models.events.data import EventData

__all__ = ["EVENT_TYPES", "payload_class"]

_CLASSES: Final[dict[str, type[EventData]]] = {}

# type: (module under scalingo_async.models.events, class)
EVENT_TYPES: Final[dict[str, tuple[str, str]]] = {
    "new_app": ("apps", "NewAppData"),
    "edit_app": ("apps", "EditAppData"),
    "delete_app": ("apps", "DeleteAppData"),
    "rename_app": ("apps", "RenameAppData"),
    "update_app_project": ("apps", "UpdateAppProjectData"),
    "transfer_app": ("apps", "TransferAppData"),
    "restart": ("apps", "RestartData"),
    "scale": ("apps", "ScaleData"),
    "stop_app": ("apps", "StopAppData"),
    "crash": ("apps", "CrashData"),
    "repeated_crash": ("apps", "RepeatedCrashData"),
    "deployment": ("apps", "DeploymentData"),
    "run": ("apps", "RunData"),
    "stack_changed": ("apps", "StackChangedData"),
    "start_region_migration": ("apps", "StartRegionMigrationData"),
    "edit_hds_contact": ("apps", "EditHdsContactData"),
    "create_data_access_consent": ("apps", "CreateDataAccessConsentData"),
    "link_scm": ("scm", "LinkScmData"),
    "update_scm": ("scm", "UpdateScmData"),
    "unlink_scm": ("scm", "UnlinkScmData"),
    "link_github": ("scm", "LinkGithubData"),
    "unlink_github": ("scm", "UnlinkGithubData"),
    "create_review_app": ("scm", "CreateReviewAppData"),
    "destroy_review_app": ("scm", "DestroyReviewAppData"),
    "new_domain": ("apps", "NewDomainData"),
    "edit_domain": ("apps", "EditDomainData"),
    "delete_domain": ("apps", "DeleteDomainData"),
    "new_addon": ("addons", "NewAddonData"),
    "upgrade_addon": ("addons", "UpgradeAddonData"),
    "delete_addon": ("addons", "DeleteAddonData"),
    "resume_addon": ("addons", "ResumeAddonData"),
    "suspend_addon": ("addons", "SuspendAddonData"),
    "addon_updated": ("addons", "AddonUpdatedData"),
    "upgrade_database": ("databases", "UpgradeDatabaseData"),
    "database/add_feature": ("databases", "DatabaseAddFeatureData"),
    "database/remove_feature": ("databases", "DatabaseRemoveFeatureData"),
    "database_backup_succeeded": ("databases", "DatabaseBackupSucceededData"),
    "database_backup_failed": ("databases", "DatabaseBackupFailedData"),
    "database_continuousbackup_healthy": ("databases", "DatabaseContinuousBackupHealthyData"),
    "database_continuousbackup_delayed": ("databases", "DatabaseContinuousBackupDelayedData"),
    "database_continuousbackup_stale": ("databases", "DatabaseContinuousBackupStaleData"),
    "plan_database_maintenance": ("databases", "PlanDatabaseMaintenanceData"),
    "start_database_maintenance": ("databases", "StartDatabaseMaintenanceData"),
    "complete_database_maintenance": ("databases", "CompleteDatabaseMaintenanceData"),
    "missed_database_maintenance": ("databases", "MissedDatabaseMaintenanceData"),
    "new_collaborator": ("collaborators", "NewCollaboratorData"),
    "accept_collaborator": ("collaborators", "AcceptCollaboratorData"),
    "delete_collaborator": ("collaborators", "DeleteCollaboratorData"),
    "change_collaborator_role": ("collaborators", "ChangeCollaboratorRoleData"),
    "new_variable": ("variables", "NewVariableData"),
    "edit_variable": ("variables", "EditVariableData"),
    "edit_variables": ("variables", "EditVariablesData"),
    "delete_variable": ("variables", "DeleteVariableData"),
    "new_alert": ("scaling", "NewAlertData"),
    "alert": ("scaling", "AlertData"),
    "delete_alert": ("scaling", "DeleteAlertData"),
    "new_autoscaler": ("scaling", "NewAutoscalerData"),
    "edit_autoscaler": ("scaling", "EditAutoscalerData"),
    "delete_autoscaler": ("scaling", "DeleteAutoscalerData"),
    "new_log_drain": ("variables", "NewLogDrainData"),
    "delete_log_drain": ("variables", "DeleteLogDrainData"),
    "new_addon_log_drain": ("variables", "NewAddonLogDrainData"),
    "delete_addon_log_drain": ("variables", "DeleteAddonLogDrainData"),
    "new_notifier": ("notifiers", "NewNotifierData"),
    "edit_notifier": ("notifiers", "EditNotifierData"),
    "delete_notifier": ("notifiers", "DeleteNotifierData"),
    "new_project": ("projects", "NewProjectData"),
    "edit_project": ("projects", "EditProjectData"),
    "delete_project": ("projects", "DeleteProjectData"),
    "new_project_transfer_invitation": ("projects", "NewProjectTransferInvitationData"),
    "accept_project_transfer_invitation": ("projects", "AcceptProjectTransferInvitationData"),
    "accept_project_transfer_invitation_error": (
        "projects",
        "AcceptProjectTransferInvitationErrorData",
    ),
    "cancel_project_transfer_invitation": ("projects", "CancelProjectTransferInvitationData"),
    "decline_project_transfer_invitation": (
        "projects",
        "DeclineProjectTransferInvitationData",
    ),
    "new_user": ("account", "NewUserData"),
    "new_key": ("account", "NewKeyData"),
    "edit_key": ("account", "EditKeyData"),
    "delete_key": ("account", "DeleteKeyData"),
    "new_token": ("account", "NewTokenData"),
    "regenerate_token": ("account", "RegenerateTokenData"),
    "delete_token": ("account", "DeleteTokenData"),
    "tfa_enabled": ("account", "TfaEnabledData"),
    "tfa_disabled": ("account", "TfaDisabledData"),
    "login_success": ("account", "LoginSuccessData"),
    "login_failure": ("account", "LoginFailureData"),
    "login_lock": ("account", "LoginLockData"),
    "login_unlock_success": ("account", "LoginUnlockSuccessData"),
    "password_reset_query": ("account", "PasswordResetQueryData"),
    "password_reset_success": ("account", "PasswordResetSuccessData"),
    "new_integration": ("account", "NewIntegrationData"),
    "delete_integration": ("account", "DeleteIntegrationData"),
    "authorize_github": ("account", "AuthorizeGithubData"),
    "revoke_github": ("account", "RevokeGithubData"),
    "add_credit": ("billing", "AddCreditData"),
    "add_payment_method": ("billing", "AddPaymentMethodData"),
    "add_voucher": ("billing", "AddVoucherData"),
    "payment_attempt": ("billing", "PaymentAttemptData"),
}
"""All known event types, with the location of their payload class."""


def payload_class(type_: str) -> type[EventData] | None:
    """Return the payload class of an event type; `None` for an unknown type."""
    cls = _CLASSES.get(type_)
    if cls is None and type_ in EVENT_TYPES:
        # Only known types are cached: the types in responses are unbounded.
        home, name = EVENT_TYPES[type_]
        cls = _CLASSES[type_] = getattr(import_module(f"scalingo_async.models.events.{home}"), name)
    return cls
