"""Long sweeps: their full form, and the short one that `nox -s tests` runs.

Each sweep has a name and both forms here, so this table is the list of what the short forms leave
out. `nox -s tests_long` runs all of them in full; so does `pytest --long`.

    @pytest.mark.sweep
    def test_cancelled_at_every_tick():
        for tick in sweep("ticks of a cancelled request"):
            ...
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

LONG: Final = "SCALINGO_ASYNC_LONG_TESTS"
"""The variable that asks for the full forms; workers and programs that tests start inherit it."""

SWEEPS: Final[dict[str, tuple[Any, Any, str]]] = {}
"""By name: the short form, the full form, and what the short one leaves out."""


def sweep(name: str) -> Any:
    """Return the form of a sweep that is to be run."""
    short, full, _ = SWEEPS[name]
    return full if os.environ.get(LONG) else short


def thinned(full: Sequence[Any], dense: int, step: int) -> list[Any]:
    """Return the first values, where most happens, and every so-manyth after them."""
    return [*full[:dense], *full[dense::step]]
