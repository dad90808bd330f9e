"""What an app can have beyond the usual: alerts, autoscalers, cron jobs, consents."""

from dataclasses import dataclass, field

__all__ = ["Alert", "AuditLog", "Autoscaler", "Consent", "CronJob", "HDSContact"]


@dataclass(slots=True, eq=False)
class Autoscaler:
    """What adds and removes containers of a type, on paper: in the sandbox it never fires."""

    id: str
    created_at: float
    updated_at: float
    container_type: str
    min_containers: int
    max_containers: int
    metric: str
    target: float
    alert_id_scale_up: str
    alert_id_scale_down: str
    disabled: bool = False


@dataclass(slots=True, eq=False)
class Alert:
    """A limit of a metric, on paper: in the sandbox it never fires.

    Attributes:
        duration_before_trigger: Nanoseconds.
        remind_every: A duration as Go writes it, such as `5m30s`.
    """

    id: str
    created_at: float
    updated_at: float
    container_type: str
    metric: str
    limit: float
    disabled: bool = False
    send_when_below: bool = False
    duration_before_trigger: int = 0
    remind_every: str | None = None
    notifiers: list[str] = field(default_factory=list[str])


@dataclass(slots=True, eq=False)
class CronJob:
    """A task of an app's `cron.json`; `command` begins with the five fields of its times."""

    command: str
    size: str | None = None


@dataclass(slots=True, eq=False)
class AuditLog:
    """What was typed into a one-off container and what it said: (time, direction, text)."""

    id: str
    entries: list[tuple[float, str, str]]

    @property
    def size(self) -> int:
        """How many bytes the text has."""
        return sum(len(text.encode()) for _, _, text in self.entries)


@dataclass(slots=True, eq=False)
class Consent:
    """Until when the platform's people may look into an app."""

    user_id: str
    databases_until: float | None = None
    containers_until: float | None = None


@dataclass(slots=True, eq=False)
class HDSContact:
    """Whom to ask about an app with health data; `fields` are the texts that were given."""

    id: str
    updated_at: float
    fields: dict[str, str | None]
