"""No credential in a traceback, whatever goes wrong and however deep."""

import asyncio
import traceback

import anyio
import pytest
from instruments.wire import always, answer, chunked, endless, serving, then_close, then_stall

from scalingo_async.types import Timeout
from transports.sending import TOKEN, read, request_to

pytestmark = pytest.mark.anyio

QUERY = "canary-in-the-query"


def shown(error: BaseException) -> str:
    """Write all that a traceback can show: the variables of all frames, causes, attributes."""
    lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    return "".join(lines) + repr(error) + repr(vars(error))


def check(error: BaseException) -> None:
    # What the test itself holds does not count.
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename == __file__:
        frame = frame.tb_next
    text = shown(error.with_traceback(frame))
    assert TOKEN not in text
    assert QUERY not in text


async def own_failure():
    yield b"one"
    raise ZeroDivisionError("of the caller")


FAILURES = {
    "closed": (then_close(), {}),
    "not HTTP": (then_close(b"SSH-2.0\r\n\r\n"), {}),
    "cut": (then_close(answer(b"0123456789")[:-4]), {}),
    "timed out": (then_stall(), {"timeout": Timeout(read=0.05)}),
    "too large": (endless(chunked(), then=b"400\r\n%b\r\n" % (b"x" * 1024)), {}),
    "unknown encoding": (always(answer(b"", "200 OK", "Content-Encoding: br")), {}),
    "broken encoding": (always(answer(b"text", "200 OK", "Content-Encoding: gzip")), {}),
    "own failure": (always(answer()), {"method": "PUT", "content": own_failure}),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("name", FAILURES)
async def test_failures(kind, name, stream):
    if stream and name == "too large":
        name = "cut"  # a stream has no limit
    behaviour, options = FAILURES[name]
    async with serving(behaviour) as wire, kind.open(max_response=50_000) as transport:
        request = request_to(f"{wire.url}/?token={QUERY}", stream=stream, **options)
        with pytest.raises(Exception) as caught:
            await read(await transport.send(request))
        check(caught.value)


async def test_a_connection_that_can_t_be_made(kind):
    async with serving(always(answer())) as wire:
        url = wire.url
    for base in (url, "http://no-such-host.invalid", f"http://{'a' * 70}.example"):
        async with kind.open() as transport:
            with pytest.raises(Exception) as caught:
                await transport.send(request_to(f"{base}/?token={QUERY}"))
            check(caught.value)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_cancellation(kind, case, stream):
    behaviour = then_stall(answer(b"0123456789")[:-4]) if stream else then_stall()
    async with serving(behaviour) as wire, kind.open() as transport:
        request = request_to(f"{wire.url}/?token={QUERY}", stream=stream)
        errors = []

        async def one():
            try:
                await read(await transport.send(request))
            except anyio.get_cancelled_exc_class() as error:
                errors.append(error)
                raise

        if case[1] == "asyncio":
            task = asyncio.ensure_future(one())
            await wire.stalled.wait()
            task.cancel()
            await asyncio.wait([task])
        else:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(one)
                await wire.stalled.wait()
                tasks.cancel_scope.cancel()
        check(errors[0])
