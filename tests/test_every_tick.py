"""Everything that can be awaited is cancelled at its ticks, in all ways, and leaves nothing behind."""

import asyncio
import os
import tempfile
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from instruments import ticks
from instruments.platform import Platform
from instruments.scenarios import FAILING, ON_ASYNCIO, SCENARIOS, script_more
from instruments.surface import calls_of_methods, coroutines, watched
from instruments.ticks import Rig, swept, whole
from sweeps import sweep
from tables import Cases, each

from scalingo_async.bulk import journal as journals
from scalingo_async.waiting import polling

pytestmark = pytest.mark.anyio

METHODS = calls_of_methods()

RESUMED = {"bulk.inventory, with a journal", "logs.archives.download"}
"""Those that keep what has come of a file, to go on with it."""

ELSEWHERE = {
    "AiohttpTransport.aclose": "transports/test_cancellation.py",
    "AiohttpTransport.send": "transports/test_cancellation.py",
    "HttpxTransport.aclose": "transports/test_cancellation.py",
    "HttpxTransport.send": "transports/test_cancellation.py",
}
"""Public coroutines that other tests cancel at each tick: the platform here is in memory."""


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch):
    """Wait for nothing that is slow on purpose."""
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(journals, "_ROUNDS", 1)


def scripted() -> Platform:
    platform = Platform()
    script_more(platform)
    return platform


def mine(names, backend):
    """Return those that are for this event loop, with their numbers: they take turns."""
    turns = sweep("event loops of a call that is cancelled")
    turn = backend == "trio"
    return [(number, name) for number, name in enumerate(names) if (number + turn) % turns == 0]


# -- nothing is left out -------------------------------------------------------------------------


async def missing(folder, backend):
    """Return the public coroutines that nothing here awaits."""
    rig = Rig(scripted, folder)
    with watched() as seen:
        for name, scenario in SCENARIOS.items():
            if backend == "asyncio" or name not in ON_ASYNCIO:
                await whole(rig, scenario, FAILING.get(name))
    await rig.client.aclose()
    return {name for code, name in coroutines().items() if code not in seen} - METHODS.keys()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_every_public_coroutine_is_in_the_sweep(tmp_path, anyio_backend_name):
    """A new one that is no operation of the API's needs a line in instruments/scenarios.py."""
    assert await missing(tmp_path, anyio_backend_name) == ELSEWHERE.keys()
    for file in ELSEWHERE.values():
        assert (Path(__file__).parent / file).is_file()


# -- the sweep -----------------------------------------------------------------------------------


@pytest.mark.sweep
async def test_a_method_at_each_tick(anyio_backend_name):
    most, every_way = sweep("ticks of everything that is cancelled, and whether in every way")
    run = Cases()
    rig = Rig()
    for number, path in mine(METHODS, anyio_backend_name):
        with run(path):
            runs = await swept(
                METHODS[path], rig=rig, most=most, turn=number // 2, every_way=every_way
            )
            assert runs >= 3
    await rig.client.aclose()
    run.check()


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(2))
async def test_a_scenario_at_each_tick(part, tmp_path, anyio_backend_name):
    most, every_way = sweep("ticks of everything that is cancelled, and whether in every way")
    run = Cases()
    for number, name in mine(SCENARIOS, anyio_backend_name)[part::2]:
        if anyio_backend_name == "trio" and name in ON_ASYNCIO:
            continue
        with run(name):
            await swept(
                SCENARIOS[name],
                rig=Rig(scripted, tmp_path, resumes=name in RESUMED),
                raises=FAILING.get(name),
                most=most,
                turn=number // 2,
                every_way=every_way,
            )
    run.check()


@pytest.mark.sweep
@each("name", ["a read", "databases.get", "deployments.stream", "bulk.map"])
async def test_the_first_call_of_a_client_at_each_tick(name, tmp_path):
    """The exchange of its token, and of an addon's, is cancelled with it."""
    _, every_way = sweep("ticks of everything that is cancelled, and whether in every way")
    rig = Rig(scripted, tmp_path, fresh=True)
    await swept(SCENARIOS[name], rig=rig, every_way=every_way)


# -- the sweep finds what it looks for -----------------------------------------------------------


async def a_request_that_is_not_given_back(client, platform):
    platform.under_way += 1
    await client.apps.get("my-app")
    platform.under_way -= 1


async def a_lost_place(client, platform):
    await client.apps.get("my-app")
    (limiter,) = client._state.limiters.values()
    await limiter.acquire()
    await anyio.lowlevel.checkpoint()
    await limiter.release("unsent")


class Locked:
    """A lock that is left behind by who is cancelled."""

    held = False

    async def __call__(self, client, platform):
        assert not self.held, "it is locked"
        self.held = True
        await client.apps.get("my-app")
        self.held = False


async def a_swallowed_cancellation(client, platform):
    try:
        await client.apps.get("my-app")
    except anyio.get_cancelled_exc_class() as error:
        raise ValueError("it becomes an error") from error


async def a_file_left_open(client, platform):
    file = Path("/dev/null").open()  # noqa: SIM115, ASYNC230
    LEFT.append(file)
    await client.apps.get("my-app")
    file.close()


async def a_temporary_file(client, platform):
    descriptor, name = tempfile.mkstemp()
    os.close(descriptor)
    await client.apps.get("my-app")
    os.unlink(name)  # noqa: PTH108


async def half_a_file(client, platform):
    path = platform.folder / "backup.tar.gz.part"
    path.write_bytes(b"half")
    await client.apps.get("my-app")
    path.unlink()


async def a_task_left(client, platform):
    task = asyncio.ensure_future(asyncio.sleep(3600))
    LEFT.append(task)
    await client.apps.get("my-app")
    task.cancel()


LEFT = []
BROKEN = {
    "a request": (a_request_that_is_not_given_back, "open: 'a request'"),
    "a place": (a_lost_place, "places of the rate limit: 1 taken"),
    "a lock": (Locked, "it is locked"),
    "a cancellation": (a_swallowed_cancellation, "it ended with ValueError"),
    "a file": (a_file_left_open, "files are left open"),
    "a temporary file": (a_temporary_file, "the file tmp"),
    "half a file": (half_a_file, "the file backup.tar.gz.part"),
    "a task": (a_task_left, "tasks are left"),
}


@each("broken", BROKEN)
async def test_what_is_left_behind_is_found(broken, tmp_path, anyio_backend_name, monkeypatch):
    if broken == "a task" and anyio_backend_name == "trio":
        # There it can't be done.
        return
    monkeypatch.setattr(ticks, "SETTLING", 20)
    scenario, said = BROKEN[broken]
    scenario = Locked() if scenario is Locked else scenario
    with pytest.raises(AssertionError) as caught:
        await swept(scenario, rig=Rig(folder=tmp_path))
    assert said in str(caught.value)
    assert " at tick " in caught.value.__notes__[0]
    while LEFT:
        left = LEFT.pop()
        (left.cancel if hasattr(left, "cancel") else left.close)()
        await anyio.lowlevel.checkpoint()


async def test_every_way_cancels():
    """Each of them comes to what it cancels, and a second time while that cleans up."""
    ended = []

    async def scenario(client, platform):
        try:
            await client.apps.get("my-app")
            await anyio.lowlevel.checkpoint()
            ended.append("whole")
        except BaseException as error:
            try:
                with anyio.CancelScope(shield=True):
                    await anyio.lowlevel.checkpoint()
            finally:
                ended.append(type(error).__name__)
            raise

    runs = await swept(scenario, every_way=True)
    cut = len([end for end in ended if end != "whole"])
    assert runs >= 20
    # What is cancelled at its last tick may come to its end.
    assert cut > runs / 2
