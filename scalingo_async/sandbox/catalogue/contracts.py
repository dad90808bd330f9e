"""The contracts. They are examples, not the platform's own."""

from dataclasses import dataclass

__all__ = ["CONTRACTS", "Contract"]


@dataclass(frozen=True, slots=True)
class Contract:
    """A version of a contract; dates are seconds since 1970."""

    id: str
    version: str
    name: tuple[str, str]
    required_for: tuple[str, ...]
    published_at: float
    next_version_id: str | None = None
    depends_on_id: str | None = None

    @property
    def latest(self) -> bool:
        """Whether it is the latest version."""
        return self.next_version_id is None


_TERMS = ("Terms of service", "Conditions générales d'utilisation")
_HEALTH = ("Health data hosting", "Hébergement de données de santé")

CONTRACTS = {
    row.id: row
    for row in (
        Contract(
            "6f1c9a52-0b43-4c0e-9c55-1d2f3a000001",
            "1.0",
            _TERMS,
            ("platform",),
            1_577_836_800.0,
            "6f1c9a52-0b43-4c0e-9c55-1d2f3a000002",
        ),
        Contract(
            "6f1c9a52-0b43-4c0e-9c55-1d2f3a000002",
            "2.0",
            _TERMS,
            ("platform",),
            1_704_067_200.0,
        ),
        Contract(
            "6f1c9a52-0b43-4c0e-9c55-1d2f3a000003",
            "1.0",
            _HEALTH,
            ("hds",),
            1_704_067_200.0,
            depends_on_id="6f1c9a52-0b43-4c0e-9c55-1d2f3a000002",
        ),
    )
}
