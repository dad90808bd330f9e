"""Items that cancel themselves, and what ends the program: neither is taken for the other."""

import asyncio
import json
from contextlib import suppress

import anyio
import pytest
import trio
from anyio.lowlevel import checkpoint
from sandbox_client import client_of
from tables import each

from bulk.test_map import WAYS, awaited, block, job, loop
from scalingo_async import StrayCancellationError, bulk
from scalingo_async.bulk import Journal
from scalingo_async.bulk.tasks import Tasks
from scalingo_async.sandbox import Sandbox

on_asyncio = pytest.mark.asyncio
"""Only there is a cancellation an exception that anybody may raise."""


# -- an item that ends in a cancellation of its own ----------------------------------------------


async def awaits_what_is_cancelled():
    task = asyncio.ensure_future(asyncio.sleep(60))
    task.cancel()
    await task


async def awaits_a_cancelled_future():
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


async def gathers_one_that_is_cancelled():
    child = asyncio.ensure_future(asyncio.sleep(60))
    other = asyncio.ensure_future(asyncio.sleep(0))
    gathered = asyncio.gather(child, other)
    await checkpoint()
    child.cancel()
    await gathered


async def raises_one():
    raise asyncio.CancelledError


async def cancels_its_task():
    asyncio.current_task().cancel()
    await asyncio.sleep(60)


async def cancels_its_task_twice():
    asyncio.current_task().cancel()
    try:
        await asyncio.sleep(60)
    finally:
        asyncio.current_task().cancel()
        await asyncio.sleep(60)


async def takes_it_back_and_raises():
    asyncio.current_task().cancel()
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        asyncio.current_task().uncancel()
        raise


async def waits_for_a_shielded_one():
    inner = asyncio.ensure_future(asyncio.sleep(60))
    outer = asyncio.shield(inner)
    await checkpoint()
    inner.cancel()
    await outer


async def raises_a_group():
    raise BaseExceptionGroup("several", [asyncio.CancelledError(), asyncio.CancelledError()])


STRAYS = [
    awaits_what_is_cancelled,
    awaits_a_cancelled_future,
    gathers_one_that_is_cancelled,
    raises_one,
    cancels_its_task,
    cancels_its_task_twice,
    takes_it_back_and_raises,
    waits_for_a_shielded_one,
    raises_a_group,
]


def check(outcomes, bad):
    assert {outcome.item for outcome in outcomes if not outcome.ok} == bad
    assert sorted(outcome.item for outcome in outcomes) == list(range(10)), "none has vanished"
    for outcome in outcomes:
        if outcome.ok:
            assert outcome.unwrap() == outcome.item
        else:
            with pytest.raises(StrayCancellationError, match="although nobody asked"):
                outcome.unwrap()


@on_asyncio
@each("concurrency", [1, 3, 10])
@each("stray", STRAYS)
@each("way", WAYS)
async def test_an_item_that_ends_in_a_cancellation_has_failed(way, stray, concurrency):
    async def work(item):
        await checkpoint()
        if item in {3, 4}:
            await stray()
        await checkpoint()
        return item

    check(await way(work, range(10), concurrency=concurrency), {3, 4})
    assert asyncio.current_task().cancelling() == 0


@on_asyncio
@each("way", WAYS)
async def test_what_an_item_does_to_its_task_ends_with_it(way):
    """A cancellation that it asked for and that has not come yet, or that it has swallowed."""

    async def work(item):
        if item == 2:
            asyncio.current_task().cancel()
        if item == 5:
            asyncio.current_task().cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
        if item == 7:
            asyncio.current_task().cancel()
            raise LookupError
        if item == 8:
            await awaits_what_is_cancelled()
        return item

    outcomes = await way(work, range(10), concurrency=2)
    assert [o.item for o in sorted(outcomes, key=lambda o: o.index) if not o.ok] == [7, 8]
    errors = {outcome.item: outcome.error for outcome in outcomes if not outcome.ok}
    assert isinstance(errors[7], LookupError)
    assert isinstance(errors[8], StrayCancellationError)


@on_asyncio
async def test_the_failure_leads_to_the_code_that_awaited():
    async def work(item):
        await awaits_what_is_cancelled()

    report = await bulk.map(work, ["a"])
    error = report[0].error
    assert isinstance(error.__cause__, asyncio.CancelledError)
    frames = []
    trace = error.__cause__.__traceback__
    while trace is not None:
        frames.append(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    assert "awaits_what_is_cancelled" in frames
    with pytest.raises(ExceptionGroup, match="1 of 1 items failed"):
        report.raise_for_failures()


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["trio"])
@each("way", WAYS)
async def test_on_trio_a_cancellation_of_another_task_is_none(way):
    """As whoever waits for the outcome of another task may raise it."""
    kept = []
    with trio.CancelScope() as scope:
        scope.cancel()
        try:
            await trio.lowlevel.checkpoint()
        except trio.Cancelled as error:
            kept.append(error)
            raise

    async def work(item):
        await checkpoint()
        if item == 3:
            raise kept[0]
        if item == 4:
            raise BaseExceptionGroup("several", [kept[0]])
        return item

    check(await way(work, range(10), concurrency=3), {3, 4})


@pytest.mark.anyio
async def test_failures_beside_cancellations_are_the_failure():
    cancelled = anyio.get_cancelled_exc_class()

    async def work(item):
        if cancelled is asyncio.CancelledError:
            raise BaseExceptionGroup("several", [cancelled(), LookupError("why")])
        raise ExceptionGroup("several", [LookupError("why")])

    report = await bulk.map(work, ["a"])
    assert report[0].error.exceptions[0].args == ("why",)


@on_asyncio
async def test_what_it_does_to_its_task_does_not_get_into_the_journals_way(tmp_path):
    async def work(item):
        asyncio.current_task().cancel()
        if item == "b":
            raise LookupError
        if item == "c":
            raise asyncio.CancelledError

    journal = Journal(tmp_path / "journal.jsonl", job="work")
    for concurrency in (1, 3):
        (tmp_path / "journal.jsonl").unlink(missing_ok=True)
        items = ["a", "b", "c", "d"]
        report = await bulk.map(work, items, concurrency=concurrency, journal=journal)
        assert [outcome.status for outcome in report] == ["done", "failed", "failed", "done"]
        lines = (tmp_path / "journal.jsonl").read_text().splitlines()[1:]
        states = {line["key"]: line["state"] for line in map(json.loads, lines)}
        assert states == {"a": "done", "b": "failed", "c": "failed", "d": "done"}


@on_asyncio
async def test_it_is_in_doubt_whatever_its_calls_were(tmp_path):
    """What it did by other means than the client is not known."""
    sandbox = Sandbox(apps=1, rate_limit=None)
    async with client_of(sandbox) as client:

        async def work(item):
            await client.apps.get(item)
            await awaits_what_is_cancelled()

        names = [app.name for app in sandbox.apps()]
        for status in ("failed", "unknown"):
            report = await bulk.map(work, names, journal=tmp_path / "journal.jsonl")
            assert report[0].status == status


@on_asyncio
async def test_in_the_journal_it_is_in_doubt(tmp_path):
    async def work(item):
        if item == "b":
            await awaits_what_is_cancelled()

    journal = Journal(tmp_path / "journal.jsonl", job="work")
    report = await bulk.map(work, ["a", "b", "c"], concurrency=1, journal=journal)
    assert [outcome.status for outcome in report] == ["done", "failed", "done"]
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [line["state"] for line in lines if line.get("key") == "b"] == ["started", "failed"]
    report = await bulk.map(work, ["a", "b", "c"], journal=journal)
    assert [outcome.status for outcome in report] == ["skipped", "unknown", "skipped"]


@pytest.mark.anyio
@each("way", WAYS)
@each("tick", range(25))
async def test_a_cancellation_that_was_asked_for_stays_one(way, tick):
    """Although the items end in cancellations of their own, too."""
    asked = anyio.get_cancelled_exc_class() is asyncio.CancelledError

    async def work(item):
        await checkpoint()
        if asked and item % 2:
            await awaits_what_is_cancelled()
        await checkpoint()

    over = False
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:

            async def cancel():
                for _ in range(tick):
                    await checkpoint()
                scope.cancel()

            group.start_soon(cancel)
            await way(work, range(1000), concurrency=3)
            over = True
    assert not over
    assert scope.cancelled_caught


# -- the other code of the caller that a job runs ------------------------------------------------


def stray():
    raise asyncio.CancelledError


async def items_that_stray():
    yield "a"
    await awaits_what_is_cancelled()


class StrayItems:
    """No generator, so that a bare loop takes it."""

    def __init__(self):
        self.given = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.given:
            await awaits_what_is_cancelled()
        self.given = True
        return "a"


async def look_and_stray(item):
    await cancels_its_task()


async def nothing(item):
    await checkpoint()


@on_asyncio
@each(
    ("ways", "items", "options"),
    [
        ([loop, block, awaited], ["a", "b"], {"on_progress": lambda progress: stray()}),
        ([block, awaited], items_that_stray, {}),
        ([loop, block, awaited], StrayItems, {}),
        ([block, awaited], ["a", "b"], {"key": lambda item: stray(), "journal": True}),
        ([block, awaited], ["a", "b"], {"keep": lambda value: stray(), "journal": True}),
        ([block, awaited], ["a"], {"on_unknown": look_and_stray, "journal": True, "again": True}),
    ],
    ids=["on_progress", "async generator", "iterator", "key", "keep", "on_unknown"],
)
async def test_other_code_of_the_caller_ends_the_job_with_an_error(ways, items, options, tmp_path):
    for number, way in enumerate(ways):
        given = dict(options)
        if given.pop("journal", False):
            path = tmp_path / f"{id(options)}-{number}"
            given["journal"] = Journal(path, job="work", keep=given.pop("keep", None))
            if given.pop("again", False):
                await bulk.map(lambda item: raises_one(), ["a"], journal=given["journal"])
        with pytest.raises(StrayCancellationError):
            source = items() if callable(items) else items
            if given.get("key"):
                source = iter(source)
            await way(nothing, source, **given)
        assert asyncio.current_task().cancelling() == 0


# -- what ends the program -----------------------------------------------------------------------


class Ending(BaseException):
    """As those of test runners are."""


async def body(work, items, **options):
    async with bulk.map(work, items, **options) as outcomes:
        await anext(outcomes)
        await anyio.sleep_forever()


def raising(end):
    async def function(item):
        await checkpoint()
        if item == 3:
            raise end

    async def function_among_patient_ones(item):
        await (function(item) if item == 3 else anyio.sleep(3600 * (item > 1)))

    async def function_with_a_group(item):
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep_forever)
            await function(item)
            group.cancel_scope.cancel()

    async def generator():
        for item in range(3):
            yield item
        raise end

    def progress(progress):
        if progress.finished == 3:
            raise end

    yield "function", [*WAYS, body], function, range(10), {}
    yield "others take long", [*WAYS, body], function_among_patient_ones, range(10), {}
    yield "function with a group", [*WAYS, body], function_with_a_group, range(10), {}
    yield "items", [block, awaited, job, body], nothing, generator, {}
    yield "on_progress", [loop, block, awaited, body], nothing, range(10), {"on_progress": progress}


async def run(way, function, items, options):
    await way(function, items() if callable(items) else items, concurrency=2, **options)


@each("backend", ["asyncio", "trio"])
@each("end", [KeyboardInterrupt, SystemExit, Ending])
def test_what_ends_the_program_arrives_as_itself(end, backend):
    error = end("now")
    for place, ways, function, items, options in raising(error):
        for way in ways:
            with pytest.raises(end) as caught:
                anyio.run(run, way, function, items, options, backend=backend)
            assert caught.value is error, place


@each("backend", ["asyncio", "trio"])
def test_the_journal_is_given_free_and_true_after_it(backend, tmp_path):
    journal = Journal(tmp_path / backend, job="work")

    async def work(item):
        if item == 1:
            raise KeyboardInterrupt
        await checkpoint()

    async def main():
        await bulk.map(work, range(3), concurrency=1, journal=journal)

    async def again():
        return [outcome.status for outcome in await bulk.map(nothing, range(3), journal=journal)]

    with pytest.raises(KeyboardInterrupt):
        anyio.run(main, backend=backend)
    assert anyio.run(again, backend=backend) == ["skipped", "unknown", "done"]


@each("backend", ["asyncio", "trio"])
def test_ctrl_c_arrives_as_itself_wherever_it_comes(backend, monkeypatch):
    """Between two items as well, in code that is ours."""

    def deliver(self, index, outcome):
        raise KeyboardInterrupt

    async def main():
        await bulk.map(nothing, range(3))

    monkeypatch.setattr(Tasks, "_deliver", deliver)
    with pytest.raises(KeyboardInterrupt):
        anyio.run(main, backend=backend)
