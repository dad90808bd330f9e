"""The states of a deployment: which are passed through, which are its end."""

from __future__ import annotations

from typing import Final

__all__ = ["is_final", "rank"]

_ORDER: Final = {"queued": 0, "building": 1, "pushing": 2, "starting": 3}
"""The states of a deployment under way, in their order; all other words are final."""

_FINAL: Final = len(_ORDER)


def is_final(status: str | None) -> bool:
    """Tell whether a state is one that a deployment does not leave."""
    return status is not None and status not in _ORDER


def rank(status: str | None) -> int:
    """Return how far on a state is; a deployment never goes back."""
    return -1 if status is None else _ORDER.get(status, _FINAL)
