"""The instruments of the soak test: each finds what it is there to find."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import threading
import warnings
from functools import lru_cache, partial

import pytest

from .leaking import LEAKS
from .measures import Sample, descriptors, growth, is_bounded, leaks, more, settled, threads
from .watch import Watch, said

if not sys.platform.startswith("linux"):
    pytest.skip("/proc tells what is open", allow_module_level=True)

STEADY = [Sample(1_000 * n, 300_000, 80_000_000) for n in range(12)]


def growing(name, step, noise=()):
    """Samples of which one figure grows by a step for each 1,000 requests."""
    values = [getattr(STEADY[0], name) + step * n for n in range(12)]
    for index, value in noise:
        values[index] += value
    return [
        Sample(1_000 * n, **{"blocks": 300_000, "bytes": 80_000_000, name: value})
        for n, value in enumerate(values)
    ]


# -- memory --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "step"), [("blocks", 5_000), ("bytes", 3 << 20)])
def test_what_grows_with_each_request_is_a_leak(name, step):
    assert list(leaks(growing(name, step))) == [name]
    # Whatever one sample says.
    assert list(leaks(growing(name, step, [(9, -20 * step)]))) == [name]
    assert list(leaks(growing(name, step, [(11, 20 * step)]))) == [name]


@pytest.mark.parametrize(
    "samples",
    [
        STEADY,
        growing("blocks", 0, [(9, 90_000)]),
        growing("bytes", 0, [(11, 50 << 20)]),
        growing("blocks", -5_000),
        # Caches fill in the first half.
        growing("blocks", 0, [(n, -9_000 * (6 - n)) for n in range(6)]),
        # Of a run that is so short that anything may be.
        [Sample(10 * n, 300_000 + 1_000 * n, 80_000_000) for n in range(12)],
        growing("bytes", 90 << 20)[:3],
        [],
    ],
)
def test_what_does_not_grow_with_each_request_is_none(samples):
    assert leaks(samples) == {}


def test_growth_is_the_median_of_all_slopes():
    assert growth([(0, 0), (1_000, 7), (2_000, 14), (3_000, 900), (4_000, 28), (5_000, 35)]) == 7
    assert growth([(5, 1), (5, 9)]) == growth([]) == 0


def test_caches_that_have_a_bound_are_no_leaks():
    assert is_bounded(lru_cache(maxsize=5)(len))
    assert not any(map(is_bounded, [lru_cache(maxsize=None)(len), len, lru_cache, {}, []]))


# -- what is open --------------------------------------------------------------------------------


def test_sockets_files_and_threads_are_counted(tmp_path):
    before, running = descriptors(), threads()
    over = threading.Event()
    with socket.socket() as one, (tmp_path / "file").open("w") as file:
        thread = threading.Thread(target=over.wait, name="soaking-7")
        thread.start()
        try:
            assert one.fileno() > 0
            assert more(before, descriptors()) == {"socket": 1, file.name: 1}
            assert more(running, threads()) == {"soaking": 1}
        finally:
            over.set()
            thread.join()
    assert more(before, descriptors()) == more(running, threads()) == {}


def test_what_goes_is_waited_for_and_less_is_enough():
    seen = iter([{"sockets": 3}, {"sockets": 2}, {"sockets": 1}])
    assert settled(partial(next, seen), {"sockets": 2}, 60) == {"sockets": 2}
    assert settled(dict, {"sockets": 2}, 60) == {}
    assert settled(lambda: {"sockets": 3}, {"sockets": 2}, 0) == {"sockets": 3}


# -- what is said --------------------------------------------------------------------------------


@pytest.fixture
def watch():
    watch = Watch()
    with watch.on():
        yield watch


def test_nothing_is_wrong_with_what_is_harmless(watch):
    logging.getLogger("anything").debug("GET /apps/{app}: 200")
    assert watch.lines >= 1
    assert watch.problems == {}


@pytest.mark.parametrize(
    "text",
    [
        "a canary-value",
        "tk-us-0123",
        "Bearer eyJhbGciOiJIUzI1NiJ9.x.y",
        "/logs?token=abc",
        "the password",
    ],
)
def test_a_secret_in_a_log_line_is_found_wherever_it_is(watch, text):
    watch.also("the password")
    logger = logging.getLogger("anything")
    logger.debug("with %s", text)
    logger.debug("in an attribute", extra={"somewhere": [text]})
    try:
        raise LookupError(text)
    except LookupError:
        logger.exception("in a traceback")
    assert watch.counts == {"secrets in log lines": 3}


def test_what_nobody_retrieves_is_found(watch):
    async def fails():
        raise LookupError

    async def main():
        task = asyncio.ensure_future(fails())
        await asyncio.wait([task])
        del task

    asyncio.run(main())
    fails()
    assert set(watch.problems) == {"errors that nobody retrieved", "warnings"}


def test_what_nobody_can_catch_is_found(watch):
    class Broken:
        def __del__(self):
            raise LookupError

    def fail():
        raise LookupError

    del Broken
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    warnings.warn("left open", ResourceWarning, stacklevel=1)
    warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert watch.counts == {"errors that ended a thread": 1, "warnings": 1}


def test_a_record_is_read_with_all_that_it_holds():
    record = logging.LogRecord("a", logging.INFO, "", 0, "%s", ("one",), None)
    record.other = "two"
    assert {"one", "other='two'"} <= set(said(record).split(" "))


def test_each_leak_can_be_tried():
    assert all(callable(make()) for make in LEAKS.values())
