"""How busy others keep the machine while something is measured."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

QUIET: Final = 0.5
"""So many processors may others keep busy.

The load average alone can't tell: with a client and a server at work it passes 1 when nobody else
is there.
"""

SHORTEST: Final = 0.1
"""Seconds: the system counts in hundredths."""

_STAT = Path("/proc/stat")


@dataclass(frozen=True, slots=True)
class Reading:
    """A moment of the machine.

    Attributes:
        clock: Seconds on the clock.
        busy: Seconds that all processors were busy since the machine started, those that another
            virtual machine took included; `None` where that can't be told.
        own: Seconds of them that were ours: of this process, and of its children that have ended.
        load: The load average of the last minute.
    """

    clock: float
    busy: float | None
    own: float
    load: float

    @classmethod
    def now(cls) -> Self:
        """Read."""
        times = os.times()
        own = times.user + times.system + times.children_user + times.children_system
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        return cls(time.monotonic(), _busy(), own, load)


def _busy() -> float | None:
    try:
        words = _STAT.read_text("ascii").split("\n", 1)[0].split()
    except OSError:
        return None
    user, nice, system, _, _, irq, soft, steal = (int(word) for word in words[1:9])
    ticks: int = os.sysconf("SC_CLK_TCK")
    return (user + nice + system + irq + soft + steal) / ticks


def others(before: Reading, after: Reading) -> float:
    """Return how many processors others kept busy between two readings.

    Where that can't be told it is the higher load average, less what we did ourselves.
    """
    seconds = after.clock - before.clock
    if seconds < SHORTEST:
        return 0.0
    own = after.own - before.own
    if before.busy is None or after.busy is None:
        return max(0.0, max(before.load, after.load) - own / seconds)
    return max(0.0, (after.busy - before.busy - own) / seconds)
