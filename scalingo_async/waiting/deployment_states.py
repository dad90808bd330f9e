"""The states of a deployment: which are transient, and which are final."""

from __future__ import annotations

from typing import Final

__all__ = ["is_final", "rank"]

_ORDER: Final = {"queued": 0, "building": 1, "pushing": 2, "starting": 3}
"""The states of a deployment in progress, in order; all other states are final."""

_FINAL: Final = len(_ORDER)


def is_final(status: str | None) -> bool:
    """Return whether the state of a deployment is final."""
    return status is not None and status not in _ORDER


def rank(status: str | None) -> int:
    """Return the position of a state; a deployment never goes back."""
    return -1 if status is None else _ORDER.get(status, _FINAL)
