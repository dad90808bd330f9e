"""One call over many items: the ways to use it, and that nothing outlives its block."""

import asyncio
import gc
import inspect
import traceback
from contextlib import suppress
from functools import partial, wraps
from unittest.mock import AsyncMock

import anyio
import pytest
from anyio.lowlevel import checkpoint
from api_facts import made, methods
from core.fakes import virtual
from sandbox_client import client_of
from tables import each

from scalingo_async import InvalidArgumentError, NotFoundError, ScalingoError, bulk
from scalingo_async._core.annotations import NAMES_OF_APPS
from scalingo_async.models import App, Project
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


class Worker:
    """A function that takes a while; it fails for some items."""

    def __init__(self, *failing, ticks=3):
        self.failing = failing
        self.ticks = ticks
        self.running = self.most = 0
        self.started, self.ended = [], []

    async def __call__(self, item, **kwargs):
        self.running += 1
        self.most = max(self.most, self.running)
        self.started.append(item)
        try:
            for _ in range(self.ticks):
                await checkpoint()
            if item in self.failing:
                raise LookupError(item)
            self.ended.append(item)
            return (item, *kwargs.values())
        finally:
            self.running -= 1


async def generated(number, closed=None):
    try:
        for item in range(number):
            await checkpoint()
            yield item
    finally:
        if closed is not None:
            closed.append(True)
        await checkpoint()


async def loop(work, items, **options):
    return [outcome async for outcome in bulk.map(work, items, **options)]


async def block(work, items, **options):
    async with bulk.map(work, items, **options) as outcomes:
        return [outcome async for outcome in outcomes]


async def awaited(work, items, **options):
    return list(await bulk.map(work, items, **options))


async def job(work, items, *, concurrency=10, ordered=False, **kwargs):
    async with bulk.Job(None, {"concurrency": concurrency, "ordered": ordered}) as job:
        return [outcome async for outcome in job.map(work, items, **kwargs)]


WAYS = [loop, block, awaited, job]


@each("way", WAYS)
@each("concurrency", [1, 3, 100])
async def test_every_item_has_an_outcome(way, concurrency):
    work = Worker(3, 7)
    outcomes = await way(work, range(20), concurrency=concurrency, size="M")
    assert sorted(outcome.index for outcome in outcomes) == list(range(20))
    assert work.most == min(20, concurrency)
    for outcome in outcomes:
        assert outcome.item == outcome.index
        assert outcome.attempts == 1
        if outcome.item in {3, 7}:
            assert (outcome.status, outcome.ok, outcome.value) == ("failed", False, None)
            with pytest.raises(LookupError):
                outcome.unwrap()
        else:
            assert (outcome.status, outcome.ok, outcome.error) == ("done", True, None)
            assert outcome.unwrap() == (outcome.item, "M")


@each("way", [block, awaited, job])
async def test_items_may_come_from_an_async_generator(way):
    closed = []
    outcomes = await way(Worker(), generated(20, closed), concurrency=3)
    assert sorted(outcome.item for outcome in outcomes) == list(range(20))
    assert closed == [True]


@each("way", WAYS)
async def test_no_items_are_no_outcomes(way):
    assert await way(Worker(), []) == []


async def test_a_report_is_in_order_and_raises_when_asked():
    report = await bulk.map(Worker(3, 7, ticks=5), range(20), concurrency=4)
    assert [outcome.item for outcome in report] == list(range(20))
    assert [outcome.item for outcome in report[2:4]] == [2, 3]
    assert (len(report), report.summary.done, report.summary.failed) == (20, 18, 2)
    assert not report.summary.ok
    with pytest.raises(ExceptionGroup, match=r"2 of 20 items failed$") as caught:
        report.raise_for_failures()
    assert [str(error) for error in caught.value.exceptions] == ["3", "7"]
    fine = await bulk.map(Worker(), range(3))
    fine.raise_for_failures()
    assert fine.summary.ok


async def test_a_summary_keeps_a_hundred_errors():
    report = await bulk.map(Worker(*range(150)), range(200))
    assert len(report.summary.errors) == 100
    with pytest.raises(ExceptionGroup, match="150 of 200 items failed; these are the first 100"):
        report.raise_for_failures()


# -- order and room ----------------------------------------------------------------------------


@each("way", [block, job])
async def test_in_order_when_asked(way):
    async def work(item):
        for _ in range((7 * item) % 13):
            await checkpoint()

    outcomes = await way(work, range(60), concurrency=5, ordered=True)
    assert [outcome.item for outcome in outcomes] == list(range(60))


async def test_the_oldest_item_holds_the_others_up_when_in_order():
    release = anyio.Event()
    started = []

    async def work(item):
        started.append(item)
        if item == 0:
            await release.wait()

    async with bulk.map(work, range(100), concurrency=4, ordered=True) as outcomes:
        async with anyio.create_task_group() as group:
            found = []

            async def read():
                found.extend([outcome.item async for outcome in outcomes])

            group.start_soon(read)
            await anyio.wait_all_tasks_blocked()
            assert sorted(started) == list(range(8)), "as many as there is room for, and no more"
            assert found == []
            release.set()
    assert found == list(range(100))


async def test_a_slow_reader_holds_the_work_up():
    work, pulled = Worker(), []

    def items():
        for item in range(100):
            pulled.append(item)
            yield item

    async with bulk.map(work, items(), concurrency=4) as outcomes:
        await anext(outcomes)
        await anyio.wait_all_tasks_blocked()
        assert len(pulled) == 9, "the one that was read, and as many as there is room for"
        assert len(pulled) == len(work.ended)


async def test_items_are_pulled_as_places_come_free():
    release, pulled = anyio.Event(), []

    async def items():
        for item in range(100):
            pulled.append(item)
            yield item

    async with bulk.map(lambda item: release.wait(), items(), concurrency=4) as outcomes:
        async with anyio.create_task_group() as group:
            group.start_soon(anext, outcomes)
            await anyio.wait_all_tasks_blocked()
            assert pulled == [0, 1, 2, 3]
            release.set()


# -- when to stop ------------------------------------------------------------------------------


@each("way", [loop, block, awaited])
@each("stop_after", [1, 2, 5])
async def test_stop_after_so_many_failures(way, stop_after):
    work = Worker(*range(4, 100))
    outcomes = await way(work, range(100), concurrency=2, stop_after=stop_after)
    failed = sum(outcome.status == "failed" for outcome in outcomes)
    assert stop_after <= failed <= stop_after + 1, "what was under way is finished"
    assert sorted(outcome.item for outcome in outcomes) == sorted(work.started)
    assert len(work.started) < 12


async def test_what_stopped_says_so():
    report = await bulk.map(Worker(0), range(100), concurrency=1, stop_after=1)
    assert (report.summary.stopped, report.summary.failed, len(report)) == (True, 1, 1)
    with pytest.raises(ExceptionGroup, match="1 of 1 items failed; the others were not started"):
        report.raise_for_failures()
    report = await bulk.map(Worker(99), range(100), stop_after=1)
    assert not report.summary.stopped, "there was nothing left to stop"


async def test_stopping_does_not_wait_for_a_source_that_is_silent():
    closed = []

    async def items():
        try:
            yield 0
            await anyio.sleep_forever()
        finally:
            closed.append(True)

    with anyio.fail_after(5):
        report = await bulk.map(Worker(0), items(), stop_after=1)
    assert [outcome.status for outcome in report] == ["failed"]
    assert closed == [True]


# -- what is not the failure of an item --------------------------------------------------------


@each("way", WAYS)
async def test_a_source_that_fails_raises_after_the_outcomes_before_it(way):
    work = Worker()

    def items():
        yield from range(5)
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        await way(work, items(), concurrency=2)
    assert sorted(work.ended) == list(range(5))


@each("way", [loop, block, awaited])
async def test_a_callback_that_fails_ends_the_job(way):
    def show(progress):
        raise LookupError("the screen is full")

    work = Worker()
    with pytest.raises(LookupError, match="the screen is full"):
        await way(work, range(100), concurrency=2, on_progress=show)
    assert len(work.started) <= 4


@each("way", [block, job])
async def test_an_exception_of_the_body_comes_out_as_it_is(way):
    with pytest.raises(LookupError, match="of the body"):
        async with bulk.map(Worker(ticks=100), range(10)) as outcomes:
            async for _ in outcomes:
                raise LookupError("of the body")


# -- leaving -----------------------------------------------------------------------------------


async def test_leaving_a_block_cancels_what_runs():
    work, closed = Worker(), []
    async with bulk.map(work, generated(100, closed), concurrency=4) as outcomes:
        async for _ in outcomes:
            break
    assert (work.running, closed) == (0, [True])
    assert len(work.started) < 15
    with pytest.raises(StopAsyncIteration):
        while True:
            await anext(outcomes)


async def test_a_bare_loop_may_be_left_at_any_time():
    work = Worker()
    async for _ in bulk.map(work, range(100), concurrency=4):
        assert work.running == 0, "nothing runs between two batches"
        break
    gc.collect()
    await checkpoint()
    assert sorted(work.ended) == [0, 1, 2, 3]


async def test_what_has_to_be_closed_is_not_for_a_bare_loop(tmp_path):
    items = generated(3)
    with pytest.raises(InvalidArgumentError, match=r"async generator.*`async with"):
        await loop(Worker(), items)
    await items.aclose()
    with pytest.raises(InvalidArgumentError, match=r"journal has to be closed.*`async with"):
        await loop(Worker(), ["a"], journal=tmp_path / "journal")
    assert not (tmp_path / "journal").exists()


@each("way", [loop, block, awaited, job])
@each("tick", range(40))
async def test_cancelled_at_any_tick_nothing_leaks(way, tick):
    """Cancelled after so many steps of the event loop, wherever it is then."""
    work, closed = Worker(2), []
    items = range(30) if way is loop else generated(30, closed)
    over = False

    async def run():
        nonlocal over
        with scope:
            with suppress(LookupError):
                await way(work, items, concurrency=3)
        over = True

    scope = anyio.CancelScope()
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            for _ in range(tick):
                await checkpoint()
            scope.cancel()
    assert over
    assert work.running == 0
    assert way is loop or tick < 3 or closed == [True]
    if hasattr(items, "aclose"):
        # One that was never begun has nothing to close.
        await items.aclose()


async def test_a_generator_may_have_scopes_of_its_own():
    """All its steps and its end are in one task, as scopes demand it."""

    async def items():
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep_forever)
            for item in range(30):
                with anyio.fail_after(5):
                    await checkpoint()
                    yield item
            group.cancel_scope.cancel()

    assert len(await bulk.map(Worker(), items(), concurrency=3)) == 30
    async with bulk.map(Worker(), items(), concurrency=3) as outcomes:
        async for _ in outcomes:
            break


async def test_a_job_has_room_for_several_maps():
    work = Worker()
    async with bulk.Job(None, {"concurrency": 2}) as job:
        first = await job.map(work, range(5))
        second, third = job.map(work, range(5)), job.map(work, range(5))
        a, b = await anext(second), await anext(third)
        await second
    assert (len(first), a.ok, b.ok) == (5, True, True)
    assert work.running == 0
    with pytest.raises(InvalidArgumentError, match="use `async with`"):
        await job.map(work, range(5))


# -- refused at once ---------------------------------------------------------------------------


@each(
    ("options", "message"),
    [
        ({"concurrency": 0}, "concurrency must be an int, 1 or more"),
        ({"concurrency": None}, "concurrency must be"),
        ({"concurrency": True}, "concurrency must be"),
        ({"stop_after": 0}, "stop_after must be an int, 1 or more"),
        ({"total": -1}, "total must be an int, 0 or more"),
        ({"key": "id"}, "key must be a function"),
        ({"on_unknown": True}, "on_unknown must be a function"),
        ({"on_progress": 1}, "on_progress must be a function"),
        ({"journal": 5}, "journal must be the path of a file or a Journal"),
    ],
)
def test_options_that_make_no_sense(options, message):
    with pytest.raises(InvalidArgumentError, match=message):
        bulk.map(Worker(), [], **options)
    with pytest.raises(InvalidArgumentError, match=message):
        client_of(Sandbox(apps=0)).bulk(**options)


def test_arguments_that_make_no_sense():
    with pytest.raises(InvalidArgumentError, match="no option concurency; it has concurrency"):
        bulk.Job(None, {"concurency": 3})
    with pytest.raises(InvalidArgumentError, match=r"items must be a list.*not str"):
        bulk.map(Worker(), "my-app")
    with pytest.raises(InvalidArgumentError, match=r"items must be a list.*not int"):
        bulk.map(Worker(), 5)
    with pytest.raises(InvalidArgumentError, match="function must be callable"):
        bulk.map("restart", [])


@each(
    ("function", "message"),
    [
        ("restart", "function must be callable with an item, not str"),
        (None, "not NoneType"),
        (generated, "generated is a generator"),
        (lambda: None, "too many positional arguments"),
        (lambda item, other: None, "missing a required argument: 'other'"),
        (partial(lambda item, other: None, 1, 2), "too many positional arguments"),
    ],
)
@each("way", [bulk.map, bulk.Job(None, {}).map])
def test_a_function_that_can_not_be_called_with_an_item_is_refused(way, function, message):
    with pytest.raises(InvalidArgumentError, match=message):
        way(function, [])


def test_a_call_in_the_place_of_the_function_is_refused():
    for way in (bulk.map, bulk.Job(None, {}).map):
        with pytest.raises(
            InvalidArgumentError, match=r"must be Worker.__call__ itself, not the result"
        ):
            way(Worker()("a"), ["a"])


def awaitable():
    return Worker()("a")


@each(
    ("items", "message"),
    [
        (lambda: "my-app", "not str"),
        (lambda: b"my-app", "not bytes"),
        (lambda: {"a": 1}, r"not dict: pass a list, such as list\(it\)"),
        (lambda: None, "not NoneType"),
        (lambda: 5, "not int"),
        (lambda: generated, "not function: call it"),
        (awaitable, "not coroutine: await it first"),
        (lambda: made(App), "not App"),
    ],
    ids=["str", "bytes", "dict", "None", "int", "function", "coroutine", "App"],
)
def test_what_is_not_several_items_is_refused(items, message):
    for way in (bulk.map, bulk.Job(None, {}).map):
        with pytest.raises(InvalidArgumentError, match=rf"^items must be a list .*{message}"):
            way(Worker(), items())
    client = client_of(Sandbox(apps=0))
    for way in (bulk.inventory, lambda client, apps: client.bulk().map(Worker(), apps)):
        given = items()
        if given is None and way is bulk.inventory:
            continue
        with pytest.raises(InvalidArgumentError):
            way(client, apps=given)
    given = items()
    if given is not None:
        with pytest.raises(InvalidArgumentError):
            bulk.all_apps(client, regions=given)


async def test_a_future_is_not_several_items_but_a_list_of_the_client_is():
    if anyio.get_cancelled_exc_class().__module__.startswith("asyncio"):
        future = asyncio.get_running_loop().create_future()
        with pytest.raises(InvalidArgumentError, match="await it first"):
            bulk.map(Worker(), future)
    async with client_of(Sandbox(apps=2, rate_limit=None)) as client:
        report = await bulk.map(lambda app: client.apps.get(app.id), client.apps.list())
        assert [outcome.ok for outcome in report] == [True, True]


@each("way", WAYS)
async def test_a_function_that_is_not_async_fails_with_a_word_about_it(way):
    (outcome,) = await way(lambda item: item, ["a"])
    assert isinstance(outcome.error, InvalidArgumentError)
    assert "it returned str, which can't be awaited" in str(outcome.error)


@each("value", ["no", 1, 0.0])
@each("name", ["ordered", "dry_run", "idempotent"])
def test_a_choice_is_true_or_false(name, value):
    with pytest.raises(InvalidArgumentError, match=f"{name} must be True or False, not"):
        bulk.map(Worker(), [], **{name: value})


def test_a_client_is_a_client():
    for call in (bulk.all_apps, bulk.inventory, lambda client: bulk.estimate(5, client)):
        with pytest.raises(InvalidArgumentError, match="must be an AsyncClient, not str"):
            call("client")


async def test_apps_of_an_inventory_are_names_or_apps():
    async with client_of(Sandbox(apps=1, rate_limit=None)) as client:
        with pytest.raises(InvalidArgumentError, match="names, ids or apps, not int"):
            async with bulk.inventory(client, apps=[5]):
                pass


# -- methods of the client -----------------------------------------------------------------------


CLIENT = client_of(Sandbox(apps=0))
"""Nothing is sent: what is tested is refused before."""

METHODS = dict(methods(CLIENT))


def taking(id_):
    """Return the parameters of a method: the first, and what else it needs."""
    first, *others = inspect.signature(METHODS[id_]).parameters.values()
    needed = [
        parameter
        for parameter in others
        if parameter.default is parameter.empty
        and parameter.kind not in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}
    ]
    return first, needed


OF_AN_ITEM = [
    id_
    for id_ in METHODS
    if inspect.signature(METHODS[id_]).parameters
    and taking(id_)[0].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
]

FORMS = {
    "itself": lambda client, method: method,
    "partial": lambda client, method: partial(method),
    "with raw response": lambda client, method: client.with_raw_response(method),
    "both": lambda client, method: partial(client.with_raw_response(partial(method))),
}


# The forms take turns: each method has one, and each form many methods.
TURNS = [(id_, list(FORMS)[number % len(FORMS)]) for number, id_ in enumerate(OF_AN_ITEM)]


@each(("id_", "form"), TURNS)
def test_names_of_arguments_are_checked_for_every_method_of_the_client(id_, form):
    function = FORMS[form](CLIENT, METHODS[id_])
    _, needed = taking(id_)
    good = {parameter.name: None for parameter in needed}
    for way in (bulk.map, CLIENT.bulk().map):
        way(function, [], **good)
        with pytest.raises(InvalidArgumentError, match=r"'concurency'.*did you mean concurrency"):
            way(function, [], **good, concurency=3)
        for name in good:
            fewer = {key: value for key, value in good.items() if key != name}
            with pytest.raises(InvalidArgumentError, match=f"missing a required.* '{name}'"):
                way(function, [], **fewer)
    if any(p.kind is p.VAR_KEYWORD for p in inspect.signature(METHODS[id_]).parameters.values()):
        bulk.map(function, [], **good, max_wait=5.0, headers={})
        with pytest.raises(InvalidArgumentError, match="did you mean max_wait in place of maxwait"):
            bulk.map(function, [], **good, maxwait=5.0)


@each(("id_", "form"), TURNS)
def test_kinds_of_items_are_checked_for_every_method_of_the_client(id_, form):
    function = FORMS[form](CLIENT, METHODS[id_])
    first, needed = taking(id_)
    if first.annotation not in {"str", "str | Secret"}:
        return
    good = {parameter.name: None for parameter in needed}
    bulk.map(function, ["a", "b"], **good)
    bulk.map(function, iter([None]), **good)
    app = made(App)
    names_app = first.name in NAMES_OF_APPS
    if names_app:
        bulk.map(function, [app, app.ref, "a"], **good)
        bulk.map(function, CLIENT.apps.list(), **good)
    for wrong in (None, 5, True, b"a", ["a"], object(), *([] if names_app else [app])):
        for items in ([wrong], ["a", wrong], ("a", "b", wrong)):
            with pytest.raises(
                InvalidArgumentError, match=f"item {len(items) - 1} is {type(wrong).__name__}"
            ):
                bulk.map(function, items, **good)
    with pytest.raises(InvalidArgumentError, match="items come as Event"):
        bulk.map(function, CLIENT.events.list("a"), **good)


@each(
    ("items", "method", "form"),
    [
        (
            lambda: [made(Project)],
            "projects.get",
            r"write \[project\.id for project in \.\.\.\]",
        ),
        (
            lambda: CLIENT.projects.list(),
            "projects.get",
            r"write \[project\.id async for project in \.\.\.\]",
        ),
        (
            lambda: [("a", "b")],
            "apps.restart",
            r"write `lambda item: client\.apps\.restart\(\*item\)`",
        ),
        (
            lambda: CLIENT.events.list("a"),
            "apps.restart",
            r"write a `lambda event: client\.apps\.restart\(\.\.\.\)`",
        ),
    ],
    ids=["projects", "a list of projects", "pairs", "a list of events"],
)
def test_the_message_shows_the_form_to_write(items, method, form):
    takes = "an App or a str" if method == "apps.restart" else "a str"
    with pytest.raises(InvalidArgumentError, match=f"^{method} takes {takes} for.*, its .*{form}"):
        bulk.map(METHODS[method], items())


@each("way", [block, awaited])
async def test_items_that_come_later_are_looked_at_as_they_come(way):
    """The first of a generator is like the others, and ends the job; others fail for themselves."""
    sandbox = Sandbox(apps=2, rate_limit=None)
    names = [app.name for app in sandbox.apps()]
    async with client_of(sandbox) as client:

        async def items(*given):
            for item in given:
                yield item

        for given in (
            items(None, *names),
            iter([None, *names]),
            aiter(client.events.list(names[0])),
        ):
            with pytest.raises(InvalidArgumentError, match="item 0 is"):
                await way(client.apps.restart, given, concurrency=1)
        assert sandbox.count("apps.restart") == 0
        outcomes = await way(client.apps.restart, items(names[0], None, names[1]))
        assert {o.index: o.status for o in outcomes} == {0: "done", 1: "failed", 2: "done"}


async def test_methods_of_copies_and_raw_responses_do_their_work():
    sandbox = Sandbox(apps=3, rate_limit=None)
    names = [app.name for app in sandbox.apps()]
    async with client_of(sandbox) as client:
        copy = client.with_options(max_retries=1)
        for function in (
            copy.apps.get,
            copy.with_raw_response(copy.apps.get),
            partial(copy.apps.get, headers={"x-a": "1"}),
            lambda name: copy.apps.get(name),
        ):
            report = await bulk.map(function, names)
            report.raise_for_failures()
            report = await bulk.map(function, list(await client.apps.list()))
            assert report.summary.ok is (getattr(function, "__name__", "") != "<lambda>")
    assert inspect.signature(copy.with_raw_response(copy.apps.get)) == inspect.signature(
        copy.apps.get
    )


def test_what_is_secret_is_in_no_frame_when_it_is_refused():
    with pytest.raises(InvalidArgumentError) as caught:
        bulk.map(CLIENT.variables.bulk_update, ["a"], variables={"A": "canary"}, concurency=3)
    caught.value.__traceback__ = caught.value.__traceback__.tb_next
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "canary" not in "".join(report.format())


def test_what_a_decorator_passes_on_is_not_guessed():
    """It may give an argument of its own."""

    async def function(client, item):
        return item

    @wraps(function)
    async def decorated(item):
        return await function("client", item)

    bulk.map(decorated, ["a"])
    bulk.map(AsyncMock(), ["a"])
    bulk.map(AsyncMock(spec=decorated), ["a"])
    bulk.map(type("Odd", (), {"__call__": print, "__signature__": 5})(), ["a"])


# -- with a client -----------------------------------------------------------------------------


@pytest.fixture
def sandbox():
    return Sandbox(apps=12, rate_limit=None, operation_time=0)


async def test_with_a_client(sandbox):
    names = [app.name for app in sandbox.apps()]
    async with client_of(sandbox) as client:
        report = await bulk.map(client.variables.bulk_update, names, variables={"A": "canary"})
        assert report.summary.ok
        async with client.bulk(concurrency=3) as job:
            async for outcome in job.map(client.apps.restart, [*names, "no-such-app"]):
                assert outcome.ok is (outcome.item != "no-such-app")
                assert outcome.requests == 1
                assert outcome.ok or isinstance(outcome.error, NotFoundError)
    assert "canary" not in repr(report)
    assert all(app.variable("A").value == "canary" for app in sandbox.apps())
    assert sandbox.count("apps.restart") == 12


async def test_a_dry_run_calls_nothing(sandbox, tmp_path):
    names = [app.name for app in sandbox.apps()]
    journal = tmp_path / "journal"
    async with client_of(sandbox) as client:
        report = await bulk.map(client.apps.restart, names, dry_run=True, journal=journal)
        assert {outcome.status for outcome in report} == {"planned"}
        assert (report.summary.planned, report.summary.ok) == (12, True)
        assert (sandbox.requests, journal.exists()) == ([], False)
        with pytest.raises(ScalingoError, match="was planned, not called"):
            report[0].unwrap()
        await bulk.map(client.apps.restart, names[:5], journal=journal)
        before = journal.read_bytes()
        sandbox.forget_requests()
        outcomes = [
            o async for o in bulk.map(client.apps.restart, names, dry_run=True, journal=journal)
        ]
    assert [outcome.status for outcome in outcomes] == ["skipped"] * 5 + ["planned"] * 7
    assert (sandbox.requests, journal.read_bytes()) == ([], before)


# -- how far it is -----------------------------------------------------------------------------


def test_progress_counts_and_rates():
    async def main():
        seen = []

        async def work(item):
            await anyio.sleep(2.0)
            if item == 3:
                raise LookupError

        def items():
            yield from range(10)

        report = await bulk.map(work, items(), concurrency=1, total=10, on_progress=seen.append)
        assert [progress.finished for progress in seen] == list(range(1, 11))
        assert [progress.remaining for progress in seen] == list(range(9, -1, -1))
        assert seen[3].failed == 1
        assert all(progress.rate == pytest.approx(0.5) for progress in seen)
        assert [progress.eta for progress in seen] == pytest.approx(list(range(18, -1, -2)))
        assert report.summary.elapsed == pytest.approx(20)
        assert {outcome.duration for outcome in report} == {2.0}
        unknown = bulk.map(work, items())
        assert (unknown.progress.total, unknown.progress.remaining, unknown.progress.eta) == (
            None,
        ) * 3

    virtual(main)
