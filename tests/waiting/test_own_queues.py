"""What the client itself holds back does not count on the timeout of a wait."""

import pickle
from functools import partial
from types import SimpleNamespace

import anyio
import anyio.lowlevel
import api_facts
import pytest
from core.fakes import Script, answer, request
from instruments.virtual_time import VIRTUAL
from sandbox_client import client_of
from tables import each
from test_absent import Answers

from scalingo_async import APIConnectionError, OperationTimeoutError, Secret, UntrustedURLError
from scalingo_async._core.fetched_once import FetchedOnce
from scalingo_async._core.wait_budget import WaitBudget, held_back
from scalingo_async.middleware.authentication.token_cache import TokenCache
from scalingo_async.middleware.chain import compose
from scalingo_async.middleware.rate_limit import limiters
from scalingo_async.middleware.rate_limit.middleware import RateLimiting
from scalingo_async.middleware.rate_limit.status import RateLimit
from scalingo_async.middleware.rate_limit.window import Limiter
from scalingo_async.middleware.retry import Retry
from scalingo_async.models.operations import Operation
from scalingo_async.sandbox import LoopClock, Sandbox
from scalingo_async.streams.deployments import DeploymentQuestions, DeploymentStream
from scalingo_async.streams.reconnecting import FAILURES
from scalingo_async.transports.connection_limit import ConnectionLimit
from scalingo_async.waiting.polling import LAST_LOOK, operation_completion, poll_until_final

pytestmark = [pytest.mark.anyio, VIRTUAL]

ARCHIVE = "https://github.com/example/shop/archive/v1.tar.gz"


@pytest.fixture(autouse=True)
def _limiters_follow_the_loop(monkeypatch):
    clock = SimpleNamespace(monotonic=lambda: anyio.current_time())
    monkeypatch.setattr(limiters, "time", clock)


def sandbox_of(apps: int) -> tuple[Sandbox, list[str]]:
    sandbox = Sandbox(apps=apps, clock=LoopClock())
    return sandbox, [app.name for app in sandbox.apps()]


# -- many calls, one limit ---------------------------------------------------------------------


async def test_forty_five_apps_and_thirty_seconds():
    sandbox, names = sandbox_of(100)
    ended = []
    async with client_of(sandbox, rate_limit="60/60s") as client:

        async def scale(name):
            started = await client.apps.scale(name, containers={"web": 7})
            operation = await started.wait(timeout=30)
            ended.append(operation.status)

        running = [name for name in names if sandbox.get_app(name).status == "running"]
        async with anyio.create_task_group() as tasks:
            for name in running[:45]:
                tasks.start_soon(scale, name)
    assert ended == ["done"] * 45
    assert sandbox.refused == 0


async def test_an_operation_behind_fifty_nine_other_calls():
    sandbox, names = sandbox_of(2)
    async with client_of(sandbox, rate_limit="60/60s") as client:
        for _ in range(59):
            await client.apps.get(names[0])
        operation = await client.apps.restart(names[1])
        start = anyio.current_time()
        assert (await operation.wait(timeout=5)).status == "done"
        assert anyio.current_time() - start == pytest.approx(60, abs=1)
    assert sandbox.count("operations.get") == 1


@each("kind", ["deployment", "addon", "backup", "dedicated"])
async def test_models_behind_fifty_nine_other_calls(kind):
    """Some take several requests for a look, and some a token; one goes each quarter of an hour."""
    sandbox, (name,) = sandbox_of(1)
    async with client_of(sandbox, rate_limit=None) as client:
        redis = await client.addons.providers.find_plan("redis", "starter-512")
        database = await client.addons.create(name, addon_provider_id="redis", plan_id=redis.id)
        await database.wait()
    async with client_of(sandbox, rate_limit=(1, 900)) as client:
        if kind == "deployment":
            thing = await client.deployments.create(name, source_url=ARCHIVE)
        elif kind == "addon":
            thing = await client.addons.create(name, addon_provider_id="redis", plan_id=redis.id)
        elif kind == "backup":
            thing = await client.databases.backups.create(name, database.id)
        else:
            thing = await client.dedicated_databases.create(
                name="my-database", technology="postgresql-ng", plan="postgresql-dr-starter-4096"
            )
        seen = []
        await thing.wait(timeout=3, on_progress=seen.append)
    assert len(seen) == 1


@each("limit", ["60/60s", None])
async def test_a_look_that_is_refused_with_429(limit):
    """By the gate of the limiter, or by a pause before the next attempt."""
    sandbox, (name,) = sandbox_of(1)
    sandbox.inject("operations.get", status=429, headers={"Retry-After": "50"}, times=2)
    async with client_of(sandbox, rate_limit=limit) as client:
        operation = await client.apps.restart(name)
        start = anyio.current_time()
        assert (await operation.wait(timeout=5)).status == "done"
        assert anyio.current_time() - start == pytest.approx(101, abs=1)


async def test_a_one_off_container_that_starts_behind_the_limit():
    there = {"operation": "op-7", "attach_url": ""}
    done = {
        "status": "done",
        "start_one_off_data": {"attach_url": "https://127.0.0.1:1/elsewhere"},
    }
    transport = Answers(
        {
            "apps.run": lambda body: body.update(there),
            "operations.get": lambda body: body["operation"].update(done),
        }
    )
    async with api_facts.client_of(transport, rate_limit=(1, 300)) as client:
        # The place that it may be attached at is known, and no credential may go there.
        with pytest.raises(UntrustedURLError, match=r"127\.0\.0\.1"):
            await client.one_offs.run("app", "ls", start_timeout=2)


# -- what is held back, and what takes its time ------------------------------------------------

TAKES = 40.0


def limited(window: float = TAKES) -> Limiter:
    return Limiter(RateLimit(1, window), clock=anyio.current_time)


async def in_the_queue_of_the_limit():
    limiter = limited()
    handler = compose([RateLimiting(lambda _: limiter)], Script(200))
    await handler(request())
    await handler(request())


async def behind_a_refusal():
    refused = answer(429, retry_after=f"{TAKES:g}")
    limiter = limited(1.0)
    await compose([RateLimiting(lambda _: limiter)], Script(refused))(request())
    await compose([RateLimiting(lambda _: limiter)], Script(200))(request())


async def in_a_pause_after_a_refusal():
    refused = answer(429, retry_after=f"{TAKES:g}")
    await compose([Retry()], Script(refused, 200))(request())


async def in_the_line_for_a_connection():
    limit = ConnectionLimit(1)
    await limit.acquire(None)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.sleep, TAKES)
        tasks.start_soon(partial(later, limit.release))
        await limit.acquire(None)


async def later(function):
    await anyio.sleep(TAKES)
    function()


async def while_another_call_exchanges_the_token():
    begun = anyio.Event()

    async def exchange():
        begun.set()
        await anyio.sleep(TAKES)
        return Secret("a-token")

    cache = TokenCache(exchange)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(cache.get)
        # The other call belongs to nothing that is waited for, so this must be it.
        await begun.wait()
        await cache.get()


async def while_another_call_fetches_the_list():
    begun = anyio.Event()

    async def fetch():
        begun.set()
        await anyio.sleep(TAKES)
        return ["osc-fr1"]

    regions = FetchedOnce()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(regions.get, fetch)
        await begun.wait()
        await regions.get(fetch)


async def in_two_queues_at_once():
    async with anyio.create_task_group() as tasks:
        for seconds in (TAKES / 2, TAKES):
            tasks.start_soon(held_for, seconds)


async def held_for(seconds):
    with held_back(), held_back():
        await anyio.sleep(seconds)


HELD = [
    in_the_queue_of_the_limit,
    behind_a_refusal,
    in_a_pause_after_a_refusal,
    in_the_line_for_a_connection,
    while_another_call_exchanges_the_token,
    while_another_call_fetches_the_list,
    in_two_queues_at_once,
]


async def on_the_wire():
    await anyio.sleep(TAKES)


async def in_a_pause_after_a_failure():
    failed = answer(503, retry_after=f"{TAKES:g}")
    await compose([Retry()], Script(failed, 200))(request())


COUNTED = [on_the_wire, in_a_pause_after_a_failure]


def polled(*steps, limit, status="running", on_progress=None):
    """Wait for an operation whose looks take one step each; the last one stays."""
    left = list(steps)

    async def fetch():
        step = left.pop(0) if len(left) > 1 else left[0]
        found = await step()
        return Operation(id="op-1", status=found or status)

    return poll_until_final(
        fetch,
        operation_completion,
        name="operation op-1 of my-app",
        last=None,
        limit=limit,
        on_progress=on_progress,
    )


async def at_once():
    return None


async def done():
    return "done"


@each("step", HELD)
async def test_what_the_client_holds_back_does_not_count(step):
    start = anyio.current_time()
    with pytest.raises(OperationTimeoutError) as caught:
        await polled(step, at_once, limit=5)
    assert anyio.current_time() - start == pytest.approx(TAKES + 5)
    assert caught.value.held == pytest.approx(TAKES)
    # After 1, 2.5 and 4.75 s, and when the time is over.
    assert caught.value.looks == 4
    assert str(caught.value) == (
        "operation op-1 of my-app did not end within 5 s: polled 4 times, its last state was "
        "'running'; 40.0 s in the client's own queues do not count"
    )
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.looks, again.held) == (caught.value.looks, caught.value.held)


@each("step", COUNTED)
async def test_what_the_platform_takes_counts(step):
    start = anyio.current_time()
    with pytest.raises(OperationTimeoutError) as caught:
        await polled(step, limit=50)
    # The second look begins when 6.5 s are left, and may take those and some more.
    assert anyio.current_time() - start == pytest.approx(50 + LAST_LOOK)
    assert (caught.value.looks, caught.value.held) == (2, 0.0)


@each("step", HELD)
async def test_the_caller_bounds_all_of_it(step):
    start = anyio.current_time()
    with anyio.move_on_after(7) as scope:
        await polled(step, limit=5)
    assert scope.cancelled_caught
    assert anyio.current_time() - start == pytest.approx(7)


async def test_work_that_a_look_leaves_behind_holds_nothing_up():
    async with anyio.create_task_group() as tasks:

        async def leaves_work():
            tasks.start_soon(held_for, 100)

        start = anyio.current_time()
        with pytest.raises(OperationTimeoutError):
            await polled(leaves_work, at_once, limit=5)
        assert anyio.current_time() - start == pytest.approx(5)
    await polled(done, limit=5)


# -- the last look -----------------------------------------------------------------------------


async def test_there_is_a_last_look_when_the_time_is_over():
    async def after(seconds, moment):
        return "done" if anyio.current_time() >= moment + seconds else None

    for limit in (0, 0.5, 3, 4, 6):
        step = partial(after, limit, anyio.current_time())
        last, _ = await polled(step, limit=limit)
        assert last.status == "done"


async def test_there_is_one_last_look_and_no_more():
    for tenths in range(26, 47):
        with pytest.raises(OperationTimeoutError) as caught:
            await polled(at_once, limit=tenths / 10)
        assert caught.value.looks == 3, tenths


async def test_no_time_is_enough_for_one_look():
    assert (await polled(done, limit=0))[0].status == "done"
    with pytest.raises(OperationTimeoutError, match=r"within 0 s: polled once, it") as caught:
        await polled(at_once, limit=0)
    assert (caught.value.looks, caught.value.thing.status) == (1, "running")


async def test_a_look_under_way_when_the_time_is_over_is_the_last():
    async def slow():
        await anyio.sleep(LAST_LOOK)
        return "done"

    start = anyio.current_time()
    assert (await polled(at_once, slow, limit=3))[0].status == "done"
    assert anyio.current_time() - start == pytest.approx(2.5 + LAST_LOOK)

    async def slow_and_pending():
        await anyio.sleep(LAST_LOOK)

    with pytest.raises(OperationTimeoutError) as caught:
        await polled(at_once, slow_and_pending, limit=3)
    assert caught.value.looks == 2


@each("limit", [0, 1, 3, 100])
async def test_a_look_without_an_end_is_given_up(limit):
    start = anyio.current_time()
    with pytest.raises(OperationTimeoutError, match=r"no response came in time$") as caught:
        await polled(anyio.sleep_forever, limit=limit)
    assert anyio.current_time() - start == pytest.approx(limit + LAST_LOOK)
    assert (caught.value.thing, caught.value.looks) == (None, 1)
    # What was seen before is told all the same.
    with pytest.raises(OperationTimeoutError) as caught:
        await polled(at_once, anyio.sleep_forever, limit=limit + 1)
    assert caught.value.thing.status == "running"
    assert "its last state was 'running'" in str(caught.value)


async def test_what_was_never_there():
    async def fetch():
        await anyio.lowlevel.checkpoint()

    with pytest.raises(OperationTimeoutError) as caught:
        await poll_until_final(
            fetch,
            operation_completion,
            name="database x",
            last=None,
            limit=2,
            on_progress=None,
        )
    assert str(caught.value) == (
        "database x did not end within 2 s: polled 2 times, it did not exist"
    )


async def test_any_time():
    last, _ = await polled(in_the_queue_of_the_limit, *[at_once] * 50, done, limit=None)
    assert last.status == "done"


async def test_a_call_outside_of_a_wait_is_held_back_like_any():
    with held_back():
        await anyio.sleep(1)
    budget = WaitBudget(10)
    with held_back(), budget.question(0):
        await anyio.sleep(1)
    assert (budget.left, budget.held) == (9, 0)


# -- streams -----------------------------------------------------------------------------------


def stream_of(client, *, url, get):
    questions = DeploymentQuestions(url=url, get=get, newest=None, output=None)
    stream = DeploymentStream(client._session, questions, "d-1")
    stream._state = "open"
    return stream


async def test_getting_connected_slowly_is_no_connection_that_lasted():
    """Else a stream that never comes about would be made again for ever."""
    tried = []

    async def url():
        tried.append(anyio.current_time())
        await anyio.sleep(100)
        raise APIConnectionError("no", sent=False)

    async with api_facts.client_of(Answers()) as client:
        with pytest.raises(APIConnectionError), anyio.fail_after(10_000):
            await anext(stream_of(client, url=url, get=None))
    assert len(tried) == FAILURES + 1


async def test_the_silence_of_a_stream_begins_when_the_state_is_known():
    async def get(id_):
        await anyio.sleep(100)
        return SimpleNamespace(id=id_, status="building")

    async with api_facts.client_of(Answers()) as client:
        stream = stream_of(client, url=None, get=get)
        await stream._look()
    assert stream._silent_since == anyio.current_time()
