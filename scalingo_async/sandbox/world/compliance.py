"""Consents, contacts for health data, audit logs."""

from dataclasses import dataclass

__all__ = [
    "AuditLog",
    "Consent",
    "HDSContact",
]


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
