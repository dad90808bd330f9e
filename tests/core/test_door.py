"""What values know of the door that they came through."""

import copy
import inspect
import pickle
import types

import anyio
import anyio.lowlevel
import pytest
import trio
from api_facts import sample_of

from scalingo_async import InvalidArgumentError
from scalingo_async._core.door import DETACHED, blocks
from scalingo_async._core.event_loop import runs_here
from scalingo_async.models import Deployment


@types.coroutine
def suspended():
    yield


class Thing:
    def __init__(self, door=None):
        self._door = door

    @blocks
    async def ask(self, answer, *, wait=False):
        """Ask for something."""
        if wait:
            await suspended()
        return answer


class Door:
    def __init__(self, *, inside):
        self.inside = inside

    def run(self, call):
        call.close()
        return "blocked"


def test_without_a_door_it_is_a_coroutine():
    assert anyio.run(lambda: Thing().ask(1)) == 1
    assert Thing.ask.__doc__ == "Ask for something."
    assert list(inspect.signature(Thing.ask).parameters) == ["self", "answer", "wait"]


def test_through_a_door_it_blocks_but_for_those_who_are_behind_it():
    assert Thing(Door(inside=False)).ask(1) == "blocked"
    assert anyio.run(lambda: Thing(Door(inside=True)).ask(1)) == 1


def test_detached_it_answers_what_needs_nobody():
    for door in (DETACHED, copy.deepcopy(DETACHED), pickle.loads(pickle.dumps(DETACHED))):
        assert door is DETACHED
        assert Thing(door).ask(1) == 1
        with pytest.raises(RuntimeError, match="came from a pickle or a copy"):
            Thing(door).ask(1, wait=True)
    assert DETACHED.facade(7) == 7


def test_a_model_that_came_from_elsewhere_says_so_at_the_call():
    """Where nothing is awaited, a coroutine would say nothing."""
    deployment = Deployment.from_dict(sample_of("Deployment", full=False))
    with pytest.raises(InvalidArgumentError, match="it isn't attached to a client"):
        deployment.wait()


@pytest.mark.anyio
async def test_an_event_loop_runs_in_its_own_thread_alone():
    assert runs_here()
    assert not await anyio.to_thread.run_sync(runs_here)


def test_no_event_loop_runs_elsewhere(monkeypatch):
    assert trio
    assert not runs_here()
    monkeypatch.setattr("sys.modules", {})
    assert not runs_here()
