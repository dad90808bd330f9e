"""How busy other programs keep the machine during a measurement."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

QUIET: Final = 0.5
"""How many processors other programs may keep busy.

The load average alone isn't enough: with a client and a server at work, it exceeds 1 on an
otherwise idle machine.
"""

SHORTEST: Final = 0.1
"""Seconds: the system counts in hundredths."""

_STAT = Path("/proc/stat")


@dataclass(frozen=True, slots=True)
class Reading:
    """The state of the machine at one moment.

    Attributes:
        clock: Wall-clock seconds.
        busy: Seconds that all processors were busy since the machine started, including time stolen
            by other virtual machines; `None` if unknown.
        own: The part of them that was ours: this process, and its children that have ended.
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
    """Return how many processors other programs kept busy between two readings.

    If that is unknown, it is the higher load average, minus our own work.
    """
    seconds = after.clock - before.clock
    if seconds < SHORTEST:
        return 0.0
    own = after.own - before.own
    if before.busy is None or after.busy is None:
        return max(0.0, max(before.load, after.load) - own / seconds)
    return max(0.0, (after.busy - before.busy - own) / seconds)
