"""Waiting for operations: they end, fail, take too long, or are given up, on a virtual clock."""

import anyio
import pytest
import trio
from anyio.lowlevel import checkpoint
from core.fakes import answer, virtual
from tables import each

from scalingo_async.errors import InvalidArgumentError, ServerError
from scalingo_async.models.operations import Operation
from scalingo_async.waiting.failures import OperationFailedError, OperationTimeoutError
from scalingo_async.waiting.pending import PendingOperation, operation_id


class Platform:
    """Answers with states, the last one for ever; notes when it was asked."""

    def __init__(self, *states):
        self.states = states
        self.asked = []

    async def __call__(self, app, id_):
        assert (app, id_) == ("my-app", "op-1")
        self.asked.append(anyio.current_time())
        await checkpoint()
        state = self.states[min(len(self.asked), len(self.states)) - 1]
        if isinstance(state, Exception):
            raise state
        return Operation(id=id_, status=state, error="no space" if state == "error" else None)


def pending(platform, id_="op-1"):
    return PendingOperation("my-app", id_, "value", platform)


def test_a_success():
    async def main():
        platform = Platform("pending", "running", "done")
        one, seen = pending(platform), []
        assert (one.done, one.value) == (False, "value")
        assert repr(one) == "<PendingOperation op-1 of my-app: not fetched yet>"
        start = trio.current_time()
        done = await one.wait(on_progress=lambda operation: seen.append(operation.status))
        assert (done.status, one.operation, one.done) == ("done", done, True)
        assert [round(at - start, 3) for at in platform.asked] == [1.0, 2.5, 4.75]
        assert seen == ["pending", "running", "done"]
        assert repr(one) == "<PendingOperation op-1 of my-app: done>"
        assert await one.wait(timeout=0) is done, "it is not asked for again"
        assert len(platform.asked) == 3

    virtual(main)


def test_pauses_grow_to_ten_seconds():
    async def main():
        platform = Platform(*["running"] * 20, "done")
        await pending(platform).wait()
        pauses = [b - a for a, b in zip(platform.asked, platform.asked[1:], strict=False)]
        assert pauses[:5] == pytest.approx([1.5, 2.25, 3.375, 5.0625, 7.59375])
        assert pauses[5:] == pytest.approx([10.0] * 15)

    virtual(main)


def test_a_failure():
    async def main():
        one = pending(Platform("running", "error"))
        with pytest.raises(OperationFailedError, match="op-1 of my-app failed: no space") as caught:
            await one.wait()
        assert caught.value.operation is one.operation
        with pytest.raises(OperationFailedError):
            await one.wait()
        one.operation.error = None
        with pytest.raises(OperationFailedError, match="no reason given"):
            await one.wait()

    virtual(main)


def test_it_takes_too_long():
    async def main():
        platform = Platform("running")
        one = pending(platform)
        start = trio.current_time()
        with pytest.raises(OperationTimeoutError, match="did not end within 6 s") as caught:
            await one.wait(timeout=6)
        assert trio.current_time() - start == pytest.approx(6.0)
        assert caught.value.operation.status == "running"
        with pytest.raises(OperationTimeoutError) as caught:
            await pending(platform).wait(timeout=0)
        assert (caught.value.operation.status, caught.value.looks) == ("running", 1)
        # It can be waited for again.
        platform.states = ("done",)
        assert (await one.wait(timeout=None)).status == "done"

    virtual(main)


def test_a_state_that_can_not_be_fetched():
    async def main():
        platform = Platform(ServerError("down", status_code=503), "done")
        one = pending(platform)
        with pytest.raises(ServerError):
            await one.wait()
        assert (await one.wait()).status == "done"

    virtual(main)


@pytest.mark.anyio
async def test_waiting_can_be_cancelled_and_taken_up_again():
    platform = Platform("done")
    one = pending(platform)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await one.wait()
    assert scope.cancelled_caught
    assert platform.asked == []
    with anyio.move_on_after(0) as scope:
        await one.wait(timeout=100)
    assert scope.cancelled_caught, "the caller's own limit is not this one's"
    assert (await one.refresh()).status == "done"
    assert (await one.wait()).status == "done"


@pytest.mark.anyio
async def test_work_that_was_done_at_once_needs_no_waiting():
    platform = Platform("done")
    one = pending(platform, None)
    assert one.done
    assert await one.wait() is None
    assert await one.refresh() is None
    assert platform.asked == []


@pytest.mark.anyio
@each("limit", [-1, float("nan"), float("inf"), "5", True])
async def test_bad_timeouts(limit):
    with pytest.raises(InvalidArgumentError, match="timeout must be"):
        await pending(Platform("done")).wait(timeout=limit)


@each(
    ("location", "expected"),
    [
        ("https://api.osc-fr1.scalingo.com/v1/apps/x/operations/52fd2357-356330032b020000", "52fd2357-356330032b020000"),
        ("http://evil.example/apps/x/operations/abc", "abc"),
        ("/v1/apps/x/operations/abc/", "abc"),
        ("/v1/apps/x/operations/abc?x=1", "abc"),
        ("/v1/apps/x/operations/", None),
        ("/v1/apps/x/operations/a/b", None),
        ("/v1/apps/x/operations/..", None),
        ("/v1/apps/x/operations/a%2fb", None),
        (f"/operations/{'a' * 65}", None),
        ("/v1/apps/x", None),
        ("", None),
    ],
)  # fmt: skip
def test_only_the_id_of_a_location_is_taken(location, expected):
    assert operation_id(answer(202, location=location)) == expected
    assert operation_id(answer(202)) is None
