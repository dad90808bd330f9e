"""Uploads to a server on a real socket: exactly what was promised, once or anew."""

import os
from contextlib import suppress
from pathlib import Path

import anyio
import pytest
from instruments.wire import PATIENCE, always, answer, in_turn, serving
from storage import CONTENT, HEADER, TOKEN, client_of

from scalingo_async import (
    APIConnectionError,
    APIStatusError,
    DeadlineExceededError,
    InvalidArgumentError,
    PermissionDeniedError,
    TransferError,
    UntrustedURLError,
)

pytestmark = pytest.mark.anyio

SIZE = len(CONTENT)
OK = answer(b"")


@pytest.fixture
def send(transport):
    """Upload to a server."""

    async def send(wire, content, **options):
        async with client_of(wire.url, transport=transport) as client:
            url = f"{wire.url}/upload?token=canary-url"
            assert await client.sources.upload(url, content, **options) is None

    return send


async def parts_of(content, step=50_001):
    for start in range(0, len(content), step):
        yield content[start : start + step]


async def cut_half_way(peer):
    """Read the head and some of the body, and close the connection."""
    await peer.head()
    await peer.take(70_000)


def opened_files():
    """Return what this process has open."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(link.readlink())
    return found


class Again:
    """An iterable that can be gone through any number of times."""

    def __aiter__(self):
        return parts_of(CONTENT)


CONTENTS = {
    "path": (lambda path: path, None),
    "str": (str, None),
    "bytes": (lambda path: CONTENT, None),
    "bytearray": (lambda path: bytearray(CONTENT), SIZE),
    "function": (lambda path: lambda: parts_of(CONTENT), SIZE),
    "one large part": (lambda path: lambda: parts_of(CONTENT, SIZE), SIZE),
    "iterable": (lambda path: Again(), SIZE),
    "iterator": (lambda path: parts_of(CONTENT), SIZE),
}


@pytest.fixture(params=CONTENTS)
def content(request, tmp_path):
    """What to upload, and its size where that has to be said."""
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(CONTENT)
    make, size = CONTENTS[request.param]
    return make(path), size


async def test_any_content_goes_with_its_exact_length_and_no_secret(send, content):
    async with serving(always(OK)) as wire:
        await send(wire, content[0], size=content[1])
    (request,) = wire.requests
    assert (request.method, request.target) == ("PUT", "/upload?token=canary-url")
    assert request.body == CONTENT
    assert request.all("content-length") == [str(SIZE)]
    assert request.all("transfer-encoding") == []
    assert request.all("content-type") == ["application/x-gzip"]
    assert TOKEN not in str(request.headers)
    assert HEADER not in str(request.headers)
    assert request.all("authorization") == []


async def test_what_can_be_opened_again_is_sent_again(send, content):
    once = hasattr(content[0], "__anext__")
    async with serving(in_turn(cut_half_way, always(OK))) as wire:
        if once:
            with pytest.raises(APIConnectionError):
                await send(wire, content[0], size=content[1])
        else:
            await send(wire, content[0], size=content[1])
    assert [request.body for request in wire.requests] == ([] if once else [CONTENT])


async def test_an_upload_that_is_cut_each_time(send, tmp_path):
    async with serving(cut_half_way) as wire:
        with pytest.raises(APIConnectionError) as caught:
            await send(wire, CONTENT, max_retries=1)
    assert wire.connections == 2
    assert "canary" not in str(caught.value)


async def test_progress_is_told_and_begins_again(send):
    seen = []
    async with serving(in_turn(cut_half_way, always(OK))) as wire:
        await send(wire, lambda: parts_of(CONTENT), size=SIZE, on_progress=seen.append)
    last = [p.done for p in seen if p.interruptions == 1]
    assert last == sorted(last)
    assert (last[0], last[-1]) == (50_001, SIZE)
    assert {p.total for p in seen} == {SIZE}


async def test_an_empty_file(send):
    seen = []
    async with serving(always(OK)) as wire:
        await send(wire, b"", on_progress=seen.append)
    assert wire.requests[0].all("content-length") == ["0"]
    assert [p.done for p in seen] == [0]


@pytest.mark.parametrize(("size", "words"), [(SIZE - 1, "more"), (SIZE + 1, "no more")])
async def test_content_of_another_size_than_promised(send, size, words):
    async with serving(always(OK)) as wire:
        with pytest.raises(TransferError, match=words):
            await send(wire, lambda: parts_of(CONTENT), size=size)
        await wire.all_closed()
    assert wire.requests == []


async def test_a_file_that_shrinks_while_it_is_sent(send, tmp_path):
    path = tmp_path / "shrinking"
    path.write_bytes(CONTENT * 4)

    def shrink(progress):
        os.truncate(path, 300_000)

    async with serving(always(OK)) as wire:
        with pytest.raises(TransferError, match="announced"):
            await send(wire, path, on_progress=shrink)
        await wire.all_closed()
    assert wire.requests == []


async def test_what_the_content_raises_comes_through(send):
    async def broken():
        yield b"a"
        raise LookupError("mine")

    async with serving(always(OK)) as wire:
        with pytest.raises(LookupError, match="mine"):
            await send(wire, broken, size=2)
        await wire.all_closed()
    assert wire.requests == []


async def test_what_can_not_be_sent_is_refused_before_anything_is(send, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    async with serving(always(OK)) as wire:
        for content, options, words in [
            (tmp_path / "none", {}, "No such file"),
            (tmp_path, {}, "must be a file"),
            (tmp_path / "pipe", {}, "must be a file"),
            (7, {}, "not int"),
            (lambda: parts_of(b""), {}, "size is missing"),
            (lambda: parts_of(b""), {"size": -1}, "size"),
            (b"abc", {"size": 4}, "size is 4, but the content has 3"),
            (b"abc", {"headers": {"X-Mine": "1"}}, "headers"),
        ]:
            with pytest.raises(InvalidArgumentError, match=words):
                await send(wire, content, **options)
    assert wire.requests == []


@pytest.mark.parametrize(
    "url", ["http://storage.example.com/x", "https://10.0.0.1/x", "ftp://a.example/x", "/x"]
)
async def test_a_url_that_may_not_be_visited(transport, url):
    async with client_of("http://localhost:1", transport=transport) as client:
        with pytest.raises(UntrustedURLError) as caught:
            await client.sources.upload(f"{url}?token=canary", b"abc")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [("403 Forbidden", PermissionDeniedError), ("307 Temporary Redirect", APIStatusError)],
)
async def test_a_refusal_is_no_success(send, status, error):
    """Neither is a redirect: the body would go where nobody has looked."""
    async with serving(always(answer(b"", status, "Location: https://a.example/"))) as wire:
        with pytest.raises(error):
            await send(wire, CONTENT)
    assert len(wire.requests) == 1


async def test_cancelled_half_way_it_closes_the_file_and_the_connection(send, tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024)

    async def stall(peer):
        await peer.head()
        peer.wire.stalled.set()
        await anyio.sleep_forever()

    async with serving(stall) as wire:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send, wire, path)
            await wire.stalled.wait()
            tasks.cancel_scope.cancel()
        assert path not in opened_files()


async def test_the_deadline_of_the_call(send):
    async def stall(peer):
        await peer.request()
        await peer.stall()

    async with serving(stall) as wire:
        with anyio.fail_after(PATIENCE):
            with pytest.raises(DeadlineExceededError):
                await send(wire, CONTENT, deadline=0.2)
        await wire.all_closed()
