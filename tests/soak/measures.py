"""What a process holds, and whether it grows: for Linux, which tells of each descriptor."""

import ctypes
import functools
import gc
import os
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import attrs

MOST = {"blocks": 800, "bytes": 512 * 1024}
"""So much more memory for each 1,000 requests is a leak: pieces that Python gives out, and bytes."""

ROOM = {"blocks": 8_000, "bytes": 8 << 20}
"""So much more there may be in any case: connections are pooled, and memory is given out in lumps."""

FEWEST = 4
"""Fewer samples show no trend."""


@attrs.frozen
class Sample:
    """The memory of a process at rest.

    Attributes:
        requests: How many requests there were until then.
        blocks: Pieces of memory that Python has given out.
        bytes: Memory of the process, in bytes.
    """

    requests: int
    blocks: int
    bytes: int

    @classmethod
    def take(cls, requests: int) -> Self:
        forget()
        resident = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return cls(requests, sys.getallocatedblocks(), resident * os.sysconf("SC_PAGESIZE"))


def forget() -> None:
    """Give back what may be given back: garbage, and caches that have a bound."""
    # What one collection frees may hold what the next one can.
    for _ in range(3):
        gc.collect()
    for each in gc.get_objects():
        if is_bounded(each):
            each.cache_clear()
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def is_bounded(thing: Any) -> bool:
    """Tell whether something is a cache that can't grow for ever."""
    return type(thing) is functools._lru_cache_wrapper and thing.cache_info().maxsize is not None


def growth(points: list[tuple[int, int]]) -> float:
    """Return by how much a value grows for each 1,000 requests: the median of all slopes.

    One sample that is out of line changes nothing.
    """
    slopes = [
        1000 * (later[1] - earlier[1]) / (later[0] - earlier[0])
        for index, earlier in enumerate(points)
        for later in points[index + 1 :]
        if later[0] > earlier[0]
    ]
    return statistics.median(slopes) if slopes else 0.0


def second_half(samples: list[Sample]) -> list[Sample]:
    """Return the samples of the second half; in the first one, caches fill."""
    return samples[len(samples) // 2 :]


def leaks(samples: list[Sample]) -> dict[str, str]:
    """Judge the memory by its trend over the second half of the samples; returns what grows."""
    half = second_half(samples)
    if len(half) < FEWEST:
        return {}
    thousands = (half[-1].requests - half[0].requests) / 1000
    found: dict[str, str] = {}
    for name, most in MOST.items():
        slope = growth([(each.requests, getattr(each, name)) for each in half])
        if slope > most and slope * thousands > ROOM[name]:
            found[name] = f"{slope:,.0f} more {name} for each 1,000 requests, at most {most:,} may"
    return found


def descriptors() -> Counter[str]:
    """Count what is open, by its kind; files have their names."""
    kinds: Counter[str] = Counter()
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:
            # That of the listing itself.
            continue
        kind, colon, _ = target.partition(":")
        if target.startswith(("/dev/", "/proc/")):
            continue
        kinds[kind if colon else target] += 1
    return kinds


def threads() -> Counter[str]:
    """Count the threads by their names, without numbers."""
    return Counter(thread.name.rstrip("0123456789-_ ") for thread in threading.enumerate())


def types() -> Counter[str]:
    """Count the objects by their types, to say what has grown."""
    gc.collect()
    return Counter(
        f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects()
    )


def settled(
    look: Callable[[], Mapping[str, int]], wanted: Mapping[str, int], patience: float
) -> Mapping[str, int]:
    """Look until there is no more of anything than wanted, or patience is over; returns it."""
    end = time.monotonic() + patience
    while more(wanted, seen := look()) and time.monotonic() < end:
        gc.collect()
        time.sleep(0.05)
    return seen


def more(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Return what there is more of than before, and how much more."""
    return dict(Counter(after) - Counter(before))
