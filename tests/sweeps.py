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
from typing import Any, Final

LONG: Final = "SCALINGO_ASYNC_LONG_TESTS"
"""The variable that asks for the full forms; workers and programs that tests start inherit it."""

SWEEPS: Final[dict[str, tuple[Any, Any, str]]] = {
    "MiB of a bomb": (
        16,
        100,
        "bombs of 100 MiB; those of 16 MiB are four times what may be in memory at most.",
    ),
    "MiB of a large backup, and of each part": (
        (80, 24),
        (200, 60),
        "a backup of 200 MiB in parts of 60; one part of the shorter one is more than may be in memory.",
    ),
    "MiB of each file in a large tree": (
        24,
        100,
        "files of 100 MiB; one of 24 MiB is more than may be in memory.",
    ),
    "any JSON in any place of a model": (
        8,
        60,
        "fewer values drawn at random, besides one of each kind of JSON.",
    ),
    "any JSON in any place of an event": (
        8,
        60,
        "fewer values drawn at random, besides one of each kind of JSON.",
    ),
    "copies, calls and clients whose memory is measured": (
        (3_000, 1_000, 200),
        (10_000, 5_000, 1_000),
        "fewer of them: what each leaves behind shows, what one in a thousand leaves does not.",
    ),
    "event loops of a call that may leak": (
        2,
        1,
        "calls and outcomes take turns on the two event loops, so that each pair is seen on one of them.",
    ),
    "event loops of a call that is cancelled": (
        2,
        1,
        "what is cancelled at its ticks takes turns on the two event loops.",
    ),
    "event loops of a changing operation": (
        1,
        2,
        "operations of the sandbox that change something take turns on the two event loops.",
    ),
    "items of a job on a clock that jumps": (
        4_000,
        10_000,
        "a job of 10,000 items; one of 4,000 waits for 67 windows of the limit, not 169.",
    ),
    "items of a job whose memory is measured": (
        8_000,
        200_000,
        "fewer items: what is held for each shows, what is held for one in many does not.",
    ),
    "kills of a bulk job": (
        7,
        25,
        "fewer points at which the job is killed, on each of the two event loops.",
    ),
    "hundreds of directories with rules of git": (
        2,
        40,
        "fewer directories drawn at random, for git to say what it leaves out; a table says most of it.",
    ),
    "lines of a long log": (
        30_000,
        100_000,
        "a log of 100,000 lines; what may be held for each line is the same.",
    ),
    "loops of calls in any order": (
        {"trio": ["everything"]},
        {},
        "on trio, only the calls of all kinds together; on asyncio, all of them.",
    ),
    "outcomes of every method that may leak": (
        1,
        None,
        "the ways to fail take turns: each method is seen to succeed, and to fail in one of them.",
    ),
    "rounds of cancellations on one transport": (
        1,
        2,
        "a second round of cancellations at each tick on the same transport.",
    ),
    "steps of one of two downloads": (
        13,
        1,
        "the second download is stopped in front of every thirteenth of its steps.",
    ),
    "ticks of everything that is cancelled, and whether in every way": (
        (8, False),
        (None, True),
        "eight ticks of each scenario, on which the ways to cancel take turns.",
    ),
    "ways to cancel a request at each tick": (
        True,
        False,
        "the ways to cancel take turns, so that each tick is tried in one of them.",
    ),
    "worlds with random faults": (
        15,
        50,
        "fewer random worlds: 3,000 calls, not 10,000.",
    ),
}
"""By name: the short form, the full form, and what the short one leaves out."""


def sweep(name: str) -> Any:
    """Return the form of a sweep that is to be run."""
    short, full, _ = SWEEPS[name]
    return full if os.environ.get(LONG) else short
