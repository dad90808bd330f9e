"""The event types that notifiers can select, and the platforms they can send to.

The names are the platform's, and so are the ids that its documentation shows; the other ids and
some of the categories are the sandbox's own.
"""

from dataclasses import dataclass

__all__ = ["EVENT_CATEGORIES", "EVENT_TYPES", "PLATFORMS", "EventCategory", "EventType", "Platform"]


@dataclass(frozen=True, slots=True)
class EventCategory:
    """A category of event types."""

    id: str
    name: str
    display_name: str
    position: int


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type for notifiers; its name differs from the `type` of events."""

    id: str
    name: str
    category: EventCategory

    @property
    def display_name(self) -> str:
        """The display name."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that notifications can be sent to."""

    id: str
    name: str
    display_name: str
    description: str


_NAMES = {
    "app_operations": """
        app_deployed app_restarted app_crashed app_crashed_repeated app_scaled app_stopped
        app_command_ran app_renamed app_transferred app_deleted app_edited app_project_updated
        app_region_migration_started app_alert_triggered alert_added alert_deleted
    """,
    "addons": """
        addon_provisioned addon_plan_changed addon_deleted addon_resumed addon_suspended
        addon_updated addon_db_upgraded database_backup_succeeded database_backup_failed
        database_continuousbackup_healthy database_continuousbackup_delayed
        database_continuousbackup_stale database_maintenance_planned
        database_maintenance_started database_maintenance_completed database_maintenance_missed
    """,
    "collaborators": """
        collaborator_invited collaborator_accepted collaborator_removed collaborator_role_changed
    """,
    "domains": "domain_added domain_edited domain_removed",
    "notifiers": "notifier_added notifier_edited notifier_removed",
    "variables": "variable_added variable_edited variable_bulk_edited variable_removed",
    "github": "github_link github_unlink",
    "projects": "project_created project_edited project_deleted",
}

EVENT_CATEGORIES = {
    name: EventCategory(
        f"5982f139d48c360021b1eb{0x43 + position:x}"
        if position < 8
        else "64f5b1c2d48c360021b1eb44",
        name,
        name.replace("_", " ").capitalize(),
        position,
    )
    for position, name in enumerate(_NAMES, start=1)
}

_PAIRS = [(name, category) for category, names in _NAMES.items() for name in names.split()]

EVENT_TYPES = {
    row.id: row
    for row in (
        EventType(f"5982f139d48c360021b1eb{0x4B + number:x}", name, EVENT_CATEGORIES[category])
        for number, (name, category) in enumerate(_PAIRS)
    )
}

PLATFORMS = {
    row.id: row
    for row in (
        Platform(
            "5982f145d48c3600273ef089",
            "slack",
            "Slack",
            "Send events to your team thanks to Slack Incoming WebHooks.",
        ),
        Platform(
            "5982f145d48c3600273ef08a",
            "webhook",
            "Webhook",
            "Send HTTP requests to any target when events happen.",
        ),
        Platform(
            "5982f145d48c3600273ef08b",
            "rocket_chat",
            "Rocket.Chat",
            "Automatically send chosen events to any RocketChat instance.",
        ),
        Platform(
            "59c52ac27651ce002c1d4620",
            "email",
            "E-mail",
            "Send events to collaborators and to other addresses.",
        ),
    )
}
