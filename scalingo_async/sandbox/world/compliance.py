"""Consents, contacts for health data, audit logs."""

from dataclasses import dataclass

__all__ = [
    "AuditLog",
    "Consent",
    "HDSContact",
]


@dataclass(slots=True, eq=False)
class AuditLog:
    """The input and output of a one-off container: (time, direction, text)."""

    id: str
    entries: list[tuple[float, str, str]]

    @property
    def size(self) -> int:
        """The size of the text in bytes."""
        return sum(len(text.encode()) for _, _, text in self.entries)


@dataclass(slots=True, eq=False)
class Consent:
    """The consent to access an app for Scalingo's staff, until a date."""

    user_id: str
    databases_until: float | None = None
    containers_until: float | None = None


@dataclass(slots=True, eq=False)
class HDSContact:
    """The contact for an app with health data; `fields` are the strings as sent."""

    id: str
    updated_at: float
    fields: dict[str, str | None]
