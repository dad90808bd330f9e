"""Downloads against a storage on a real socket: whole under the final name, or not there."""

import asyncio
import errno
import os
from functools import partial
from pathlib import Path

import anyio
import pytest
from instruments.wire import PATIENCE, answer, chunked, endless, serving, then_close, then_stall
from storage import CONTENT, HEADER, TOKEN, Storage, client_of, left_in

from scalingo_async import (
    APIConnectionError,
    ClientClosedError,
    DeadlineExceededError,
    IncompleteDownloadError,
    InvalidArgumentError,
    OversizedDownloadError,
    PermissionDeniedError,
    TransferError,
    UntrustedURLError,
)
from scalingo_async.transports.httpx import HttpxTransport

pytestmark = pytest.mark.anyio

over_httpx = pytest.mark.parametrize(
    "case", [(HttpxTransport, "asyncio"), (HttpxTransport, "trio")], indirect=True
)
"""For how much is there when a connection breaks: aiohttp forgets what nobody has read by then."""

SIZE = len(CONTENT)
CUT = 100_000
QUERY = "?token=canary-url-0123456789"


@pytest.fixture
def fetch(transport, tmp_path):
    """Download from a server into `tmp_path/file`."""

    async def fetch(wire, path="file", *, settings=None, **options):
        async with client_of(wire.url, transport=transport, **(settings or {})) as client:
            url = f"{wire.url}/backup.tar.gz{QUERY}"
            return await client.sources.download(url, tmp_path / path, **options)

    return fetch


def ranges(wire):
    return ["".join(request.all("range")) for request in wire.requests]


async def test_a_file_comes_whole_and_no_secret_leaves(fetch, tmp_path):
    async with serving(Storage()) as wire:
        path = await fetch(wire)
    assert path == tmp_path / "file"
    assert path.read_bytes() == CONTENT
    assert left_in(tmp_path) == {"file": SIZE}
    (request,) = wire.requests
    assert (request.method, request.target) == ("GET", f"/backup.tar.gz{QUERY}")
    assert {name.lower() for name, _ in request.headers} <= {
        "accept", "accept-encoding", "connection", "host", "user-agent",
    }  # fmt: skip
    assert request.all("accept-encoding") == ["identity"]
    assert TOKEN not in str(request.headers)
    assert HEADER not in str(request.headers)


@over_httpx
async def test_progress_is_told(fetch):
    seen = []
    async with serving(Storage(script=[CUT, None])) as wire:
        await fetch(wire, on_progress=seen.append)
    assert [seen[0].done, seen[-1].done] == [0, SIZE]
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert {p.total for p in seen} == {SIZE}
    assert (seen[0].interruptions, seen[-1].interruptions) == (0, 1)
    assert (seen[0].fraction, seen[-1].fraction) == (0.0, 1.0)


async def test_what_the_callback_raises_ends_the_download(fetch, tmp_path):
    def refuse(progress):
        raise LookupError

    async with serving(Storage()) as wire:
        with pytest.raises(LookupError):
            await fetch(wire, on_progress=refuse)
        await wire.all_closed()
    assert left_in(tmp_path) == {}


# -- cut off --------------------------------------------------------------------------------


@over_httpx
async def test_a_download_goes_on_where_it_was_cut_off(fetch, tmp_path):
    async with serving(Storage(script=[CUT, CUT, None])) as wire:
        path = await fetch(wire, max_retries=1)
    assert path.read_bytes() == CONTENT
    assert left_in(tmp_path) == {"file": SIZE}
    assert ranges(wire) == ["", f"bytes={CUT}-", f"bytes={2 * CUT}-"]
    assert [r.all("if-range") for r in wire.requests] == [[], ['"v1"'], ['"v1"']]


async def test_a_download_over_any_transport_goes_on_somewhere(fetch):
    content = CONTENT * 16
    async with serving(Storage(content=content, script=[len(content) // 2, None])) as wire:
        path = await fetch(wire)
    assert path.read_bytes() == content
    assert int(ranges(wire)[1].strip("bytes=-")) > len(content) // 4


@over_httpx
async def test_cuts_without_progress_are_counted(fetch, tmp_path):
    async with serving(Storage(script=[CUT, 10, 10, None])) as wire:
        with pytest.raises(IncompleteDownloadError, match="max_retries") as caught:
            await fetch(wire, max_retries=2)
    assert (caught.value.done, caught.value.total) == (CUT + 20, SIZE)
    assert isinstance(caught.value.__cause__, APIConnectionError)
    assert "canary" not in f"{caught.value!r} {caught.value.__dict__}"
    assert left_in(tmp_path) == {}
    assert wire.connections == 3


async def test_no_retries_means_none(fetch):
    async with serving(Storage(script=[CUT, None])) as wire:
        with pytest.raises(IncompleteDownloadError):
            await fetch(wire, max_retries=0)
    assert len(wire.requests) == 1


@over_httpx
@pytest.mark.parametrize("etag", ["", 'W/"v1"'], ids=["none", "weak"])
async def test_without_a_strong_etag_a_download_begins_anew(fetch, etag):
    async with serving(Storage(etag=etag, script=[CUT, CUT, None])) as wire:
        path = await fetch(wire, max_retries=2)
    assert path.read_bytes() == CONTENT
    assert ranges(wire) == ["", "", ""]


@over_httpx
async def test_beginning_anew_is_no_progress(fetch):
    """Cut at the same place again and again, it ends."""
    async with serving(Storage(etag="", script=[CUT])) as wire:
        with pytest.raises(IncompleteDownloadError):
            await fetch(wire, max_retries=2)
    assert len(wire.requests) == 3


async def test_a_file_that_has_changed_is_taken_from_its_beginning(fetch):
    other = CONTENT[::-1]

    def change(storage, received):
        storage.content, storage.etag = other, '"v2"'
        return storage.respond(received)

    async with serving(Storage(script=[CUT, change])) as wire:
        path = await fetch(wire)
    assert path.read_bytes() == other


REST = f"Content-Range: bytes {CUT}-{SIZE - 1}/{SIZE}"


@over_httpx
@pytest.mark.parametrize(
    "wrong",
    [
        answer(CONTENT[CUT:], "206 Partial Content", REST, 'ETag: "v2"'),
        answer(CONTENT[CUT:], "206 Partial Content", 'ETag: "v1"'),
        answer(CONTENT, "206 Partial Content", f"Content-Range: bytes 0-{SIZE - 1}/{SIZE}"),
        answer(b"x", "206 Partial Content", f"Content-Range: bytes {CUT}-{CUT}/{SIZE + 1}"),
        answer(b"x", "206 Partial Content", f"Content-Range: bytes {CUT}-{CUT}/*"),
        answer(b"", "206 Partial Content", f"Content-Range: bytes {CUT}-{CUT - 1}/{SIZE}"),
        answer(b"", "416 Range Not Satisfiable", f"Content-Range: bytes */{SIZE}"),
        answer(b"", "416 Range Not Satisfiable"),
    ],
)
async def test_a_part_that_does_not_fit_is_not_used(fetch, wrong):
    async with serving(Storage(script=[CUT, lambda *_: wrong, None])) as wire:
        path = await fetch(wire)
    assert path.read_bytes() == CONTENT
    assert ranges(wire) == ["", f"bytes={CUT}-", ""]


@over_httpx
async def test_a_part_that_is_shorter_than_asked_for_is_added_to(fetch):
    def some(storage, received):
        where = f"Content-Range: bytes {CUT}-{CUT + 9}/{SIZE}"
        return answer(CONTENT[CUT : CUT + 10], "206 Partial Content", where, 'ETag: "v1"')

    async with serving(Storage(script=[CUT, some, None])) as wire:
        path = await fetch(wire)
    assert path.read_bytes() == CONTENT


@over_httpx
async def test_a_server_that_is_down_for_a_while(fetch):
    down = answer(b"", "503 Service Unavailable")
    async with serving(Storage(script=[lambda *_: down, CUT, lambda *_: down, None])) as wire:
        path = await fetch(wire)
    assert path.read_bytes() == CONTENT


async def test_a_server_that_never_answers(fetch, tmp_path):
    async with serving(then_close()) as wire:
        with pytest.raises(APIConnectionError):
            await fetch(wire)
    assert left_in(tmp_path) == {}


@over_httpx
async def test_a_server_that_stalls_half_way(fetch, tmp_path):
    stalling = then_stall(answer(CONTENT[:CUT], length=SIZE))
    async with serving(stalling) as wire:
        with pytest.raises(IncompleteDownloadError) as caught:
            await fetch(wire, timeout=0.05, max_retries=1)
        await wire.all_closed()
    assert caught.value.done == CUT
    assert left_in(tmp_path) == {}


# -- sizes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "error"), [(SIZE - 1, OversizedDownloadError), (SIZE + 1, IncompleteDownloadError)]
)
async def test_a_file_of_another_size_than_promised(fetch, tmp_path, size, error):
    async with serving(Storage()) as wire:
        with pytest.raises(error, match=f"there should be {size}"):
            await fetch(wire, size=size)
        await wire.all_closed()
    assert left_in(tmp_path) == {}


@pytest.mark.parametrize(
    ("size", "error"), [(7, OversizedDownloadError), (9, IncompleteDownloadError)]
)
async def test_a_file_of_another_size_whose_server_says_none(fetch, tmp_path, size, error):
    body = chunked(b"four", b"more") + b"0\r\n\r\n"
    async with serving(then_close(body)) as wire:
        with pytest.raises(error):
            await fetch(wire, size=size)
    assert left_in(tmp_path) == {}


@pytest.mark.parametrize("size", [None, 8])
async def test_a_file_whose_server_says_no_size(fetch, size):
    seen = []
    async with serving(then_close(chunked(b"four", b"more") + b"0\r\n\r\n")) as wire:
        path = await fetch(wire, size=size, on_progress=seen.append)
    assert path.read_bytes() == b"fourmore"
    assert seen[-1].total == size
    assert seen[-1].fraction == (None if size is None else 1.0)


async def test_an_endless_file_ends_at_the_size_that_it_has_to_have(fetch, tmp_path):
    async with serving(endless(chunked(), then=b"2\r\nab\r\n")) as wire:
        with pytest.raises(OversizedDownloadError):
            await fetch(wire, size=1_000)
    assert left_in(tmp_path) == {}


async def test_an_empty_file(fetch, tmp_path):
    async with serving(Storage(content=b"")) as wire:
        await fetch(wire, size=0)
    assert left_in(tmp_path) == {"file": 0}


async def test_what_comes_compressed_all_the_same_is_unpacked(fetch):
    import gzip

    body = gzip.compress(CONTENT)
    head = ("200 OK", "Content-Encoding: gzip", 'ETag: "v1"')
    cut = answer(body[:1000], *head, length=len(body))
    async with serving(Storage(script=[lambda *_: cut, lambda *_: answer(body, *head)])) as wire:
        path = await fetch(wire)
    assert path.read_bytes() == CONTENT
    assert ranges(wire) == ["", ""]


@pytest.mark.parametrize(
    "status", ["204 No Content", "206 Partial Content", "416 Range Not Satisfiable"]
)
async def test_an_answer_that_is_no_file(fetch, tmp_path, status):
    async with serving(then_close(answer(b"", status))) as wire:
        with pytest.raises(TransferError, match=status[:3]):
            await fetch(wire)
    assert left_in(tmp_path) == {}


# -- where it may lead ----------------------------------------------------------------------


async def test_redirects_are_followed_without_a_secret(fetch):
    async with serving(Storage()) as other:
        to = f"Location: {other.url}/there{QUERY}"
        script = [lambda *_: answer(b"", "307 Temporary Redirect", "Location: /here?token=1")]
        script += [lambda *_: answer(b"", "302 Found", to)]
        async with serving(Storage(script=script)) as wire:
            path = await fetch(wire)
        assert path.read_bytes() == CONTENT
        assert [r.target for r in wire.requests] == [f"/backup.tar.gz{QUERY}", "/here?token=1"]
        for request in (*wire.requests, *other.requests):
            assert "canary" not in str(request.headers)
            assert request.method == "GET"


@pytest.mark.parametrize(
    "target",
    [
        "http://storage.example.com/file",
        "https://127.0.0.1/file",
        "https://10.0.0.1/file",
        "https://169.254.169.254/latest",
        "https://[::1]/file",
        "https://metadata.internal/file",
        "https://user:password@storage.example.com/file",
        "https://2130706433/",
        "ftp://storage.example.com/file",
        "file:///etc/passwd",
        "wss://storage.example.com/file",
        "",
    ],
)
async def test_neither_a_url_nor_a_redirect_may_lead_astray(fetch, transport, tmp_path, target):
    to = answer(b"", "302 Found", f"Location: {target}?token=canary-url")
    async with serving(Storage(script=[lambda *_: to])) as wire:
        async with client_of(wire.url, transport=transport) as client:
            with pytest.raises(UntrustedURLError) as refused:
                await client.sources.download(f"{target}?token=canary-url", tmp_path / "file")
            assert wire.requests == []
            if target:
                with pytest.raises(UntrustedURLError) as caught:
                    await client.sources.download(wire.url + "/file", tmp_path / "file")
                assert "canary" not in str(caught.value)
    assert "canary" not in str(refused.value)
    assert left_in(tmp_path) == {}


async def test_redirects_have_an_end(fetch, tmp_path):
    to = answer(b"", "302 Found", "Location: /again")
    async with serving(Storage(script=[lambda *_: to])) as wire:
        with pytest.raises(TransferError, match="3 times"):
            await fetch(wire)
    assert len(wire.requests) == 4
    assert left_in(tmp_path) == {}


async def test_headers_of_the_call_are_refused(fetch):
    async with serving(Storage()) as wire:
        with pytest.raises(InvalidArgumentError, match="headers"):
            await fetch(wire, headers={"X-Mine": "1"})
    assert wire.requests == []


async def test_a_url_that_has_expired_and_can_not_be_renewed(fetch, tmp_path):
    gone = answer(b"<Error>AccessDenied</Error>", "403 Forbidden")
    async with serving(Storage(script=[CUT, lambda *_: gone])) as wire:
        with pytest.raises(PermissionDeniedError):
            await fetch(wire)
    assert left_in(tmp_path) == {}


# -- where it is to be ----------------------------------------------------------------------


async def test_what_can_not_be_written_is_refused_before_anything_is_sent(fetch, tmp_path):
    (tmp_path / "there").write_bytes(b"mine")
    os.mkfifo(tmp_path / "pipe")
    before = left_in(tmp_path)
    async with serving(Storage()) as wire:
        for path, options, words in [
            ("there", {}, "overwrite=True"),
            ("pipe", {"overwrite": True}, "not a file"),
            ("none/file", {}, "there is no directory"),
            ("there/file", {}, "there is no directory"),
            ("", {"resume": True}, "resume=True needs the path of a file"),
            ("file", {"size": -1}, "size"),
            ("file", {"max_retries": -1}, "max_retries"),
            ("file", {"deadline": -1}, "deadline"),
        ]:
            with pytest.raises(InvalidArgumentError, match=words):
                await fetch(wire, path, **options)
    assert wire.requests == []
    assert left_in(tmp_path) == before


@pytest.mark.parametrize("path", ["none/", "", "a\0b", 7, b"file"])
async def test_what_is_no_path(backend, path):
    async with client_of("http://localhost:1") as client:
        with pytest.raises(InvalidArgumentError):
            await client.sources.download("http://localhost:1/file", path)


async def test_a_file_is_replaced_when_asked_to_and_only_once_whole(fetch, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    async with serving(Storage(script=[CUT, None])) as wire:
        with pytest.raises(IncompleteDownloadError):
            await fetch(wire, overwrite=True, max_retries=0)
        assert path.read_bytes() == b"before"
    async with serving(Storage()) as wire, client_of(wire.url) as client:
        await client.sources.download(wire.url, path, overwrite=True)
    assert path.read_bytes() == CONTENT
    assert left_in(tmp_path) == {"file": SIZE}


async def test_a_file_that_comes_into_being_meanwhile_is_not_replaced(fetch, tmp_path):
    def meanwhile(progress):
        (tmp_path / "file").write_bytes(b"mine")

    async with serving(Storage()) as wire:
        with pytest.raises(InvalidArgumentError, match="overwrite"):
            await fetch(wire, on_progress=meanwhile)
    assert left_in(tmp_path) == {"file": 4}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('attachment; filename="20300102_shop.tar.gz"', "20300102_shop.tar.gz"),
        ("attachment; filename*=UTF-8''caf%C3%A9%2F..%2F.b%0A.gz", "b_.gz"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="..\\\\..\\\\evil.exe"', "evil.exe"),
        ('attachment; filename=".bashrc"', "bashrc"),
        (f'attachment; filename="{"n" * 300}.tar.gz"', f"{'n' * 130}{'n' * 13}.tar.gz"),
        ('attachment; filename=".."', "backup.tar.gz"),
        ("inline", "backup.tar.gz"),
        (None, "backup.tar.gz"),
    ],
)
async def test_in_a_folder_a_file_gets_a_harmless_name(fetch, tmp_path, said, name):
    headers = [f"Content-Disposition: {said}"] if said else []
    async with serving(then_close(answer(b"x", "200 OK", *headers))) as wire:
        path = await fetch(wire, "")
    assert path == tmp_path / name
    assert left_in(tmp_path) == {name: 1}


async def test_in_a_folder_a_file_is_not_replaced_either(fetch, tmp_path):
    (tmp_path / "backup.tar.gz").write_bytes(b"mine")
    async with serving(Storage()) as wire:
        with pytest.raises(InvalidArgumentError, match="overwrite"):
            await fetch(wire, "")
    assert left_in(tmp_path) == {"backup.tar.gz": 4}


# -- the disk -------------------------------------------------------------------------------


async def test_a_disk_that_is_full_half_way(fetch, tmp_path, monkeypatch):
    write = os.write

    def full(file, data):
        written = os.fstat(file).st_size
        if Path(f"/proc/self/fd/{file}").readlink().suffix != ".part":
            return write(file, data)
        if written >= CUT:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, bytes(data)[: CUT - written])

    monkeypatch.setattr(os, "write", full)
    async with serving(Storage()) as wire:
        with pytest.raises(OSError, match="No space left") as caught:
            await fetch(wire)
        await wire.all_closed()
    assert caught.value.errno == errno.ENOSPC
    assert f"after {CUT} of {SIZE} bytes" in caught.value.__notes__[0]
    assert left_in(tmp_path) == {}


# -- going on with what an earlier call kept ---------------------------------------------------


async def part_of(transport_of, wire, path, **options):
    async with client_of(wire.url, transport=transport_of(trust_env=False)) as client:
        return await client.sources.download(f"{wire.url}/x", path, resume=True, **options)


@pytest.fixture
def again(case, tmp_path):
    return partial(part_of, case[0], path=tmp_path / "file")


@over_httpx
async def test_what_was_kept_is_gone_on_with(again, tmp_path):
    async with serving(Storage(script=[CUT, None])) as wire:
        with pytest.raises(IncompleteDownloadError):
            await again(wire=wire, max_retries=0)
        kept = left_in(tmp_path)
        assert (kept["file.part"], set(kept)) == (CUT, {"file.part", "file.part.json"})
        path = await again(wire=wire)
    assert path.read_bytes() == CONTENT
    assert left_in(tmp_path) == {"file": SIZE}
    assert ranges(wire) == ["", f"bytes={CUT}-"]


async def test_what_was_kept_of_another_version_is_not_used(again, tmp_path):
    async with serving(Storage(script=[CUT, None])) as wire:
        with pytest.raises(IncompleteDownloadError):
            await again(wire=wire, max_retries=0)
    async with serving(Storage(content=CONTENT[::-1], etag='"v2"')) as wire:
        path = await again(wire=wire)
    assert path.read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize(
    "note",
    [
        '{"etag": null, "total": null}',
        '{"etag": "v\\n", "total": 262144}',
        '{"etag": "\\"v1\\"", "total": 5}',
    ],
)
async def test_a_part_of_which_nothing_is_known_is_not_used(again, tmp_path, note):
    (tmp_path / "file.part").write_bytes(b"something else")
    (tmp_path / "file.part.json").write_text(note)
    async with serving(Storage()) as wire:
        path = await again(wire=wire)
    assert path.read_bytes() == CONTENT
    assert ranges(wire) == [""]


@pytest.mark.parametrize("note", [None, "", "[1]", "{}", "null", '{"etag": "v1"}', "\x00" * 8])
async def test_a_part_that_no_download_has_kept_stays_as_it_is(again, tmp_path, note):
    (tmp_path / "file.part").write_bytes(b"something else")
    if note is not None:
        (tmp_path / "file.part.json").write_text(note)
    before = left_in(tmp_path)
    async with serving(Storage()) as wire:
        with pytest.raises(InvalidArgumentError, match=r"file\.part exists, but was not kept"):
            await again(wire=wire)
    assert wire.requests == []
    assert left_in(tmp_path) == before
    assert (tmp_path / "file.part").read_bytes() == b"something else"


async def test_a_part_that_is_whole_already_is_checked_with_the_server(again, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT)
    (tmp_path / "file.part.json").write_text(f'{{"etag": "\\"v1\\"", "total": {SIZE}}}')
    async with serving(Storage()) as wire:
        path = await again(wire=wire)
    assert path.read_bytes() == CONTENT
    assert ranges(wire) == [f"bytes={SIZE - 1}-"]


async def test_without_an_etag_nothing_is_kept(again, tmp_path):
    async with serving(Storage(etag="", script=[CUT])) as wire:
        with pytest.raises(IncompleteDownloadError):
            await again(wire=wire, max_retries=0)
    assert left_in(tmp_path) == {}


async def test_two_downloads_do_not_write_to_one_part(again, case, tmp_path):
    stalling = then_stall(answer(CONTENT[:CUT], "200 OK", 'ETag: "v1"', length=SIZE))
    async with serving(stalling) as wire, anyio.create_task_group() as tasks:
        tasks.start_soon(partial(again, wire=wire))
        await wire.stalled.wait()
        with pytest.raises(InvalidArgumentError, match="another download"):
            await again(wire=wire)
        assert "file.part" in left_in(tmp_path)
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize("name", ["file.part", "file.part.json"])
@pytest.mark.parametrize("there", [True, False])
async def test_what_is_kept_goes_through_no_link(again, tmp_path, name, there):
    victim = tmp_path / "victim"
    if there:
        victim.write_bytes(b"mine")
    (tmp_path / name).symlink_to(victim)
    async with serving(Storage()) as wire:
        with pytest.raises(InvalidArgumentError, match=f"{name} exists, and is not a file"):
            await again(wire=wire)
    assert wire.requests == []
    assert victim.exists() == there
    assert not there or victim.read_bytes() == b"mine"


# -- ended from outside ------------------------------------------------------------------------


async def test_cancelled_half_way_it_leaves_nothing_and_closes_the_connection(fetch, tmp_path):
    async with serving(then_stall(answer(CONTENT[:CUT], length=SIZE))) as wire:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fetch, wire)
            await wire.stalled.wait()
            tasks.cancel_scope.cancel()
        await wire.all_closed()
    assert left_in(tmp_path) == {}


async def test_cancelled_at_any_tick_the_file_is_whole_or_not_there(case, tmp_path):
    """From before anything was sent until all is done."""
    cancels = ["scope", "task"] if case[1] == "asyncio" else ["scope"]
    async with serving(Storage(content=CONTENT[:5000], script=[1000, None] * 10_000)) as wire:
        for how in cancels:
            ticks = 0
            done = False
            while not done:
                folder = tmp_path / f"{how}-{ticks}"
                folder.mkdir()
                async with client_of(wire.url, transport=case[0](trust_env=False)) as client:
                    work = partial(client.sources.download, wire.url, folder / "file")
                    done = await ENDINGS[how](work, ticks)
                names = left_in(folder)
                assert names in ({}, {"file": 5000}), f"{how} after {ticks} ticks: {names}"
                if done:
                    assert names
                ticks += 1 if ticks < 60 else 7
        await wire.all_closed()


async def in_a_scope(work, ticks):
    done = False

    async def run():
        nonlocal done
        await work()
        done = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        for _ in range(ticks):
            await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    return done


async def in_a_task(work, ticks):
    task = asyncio.ensure_future(work())
    for _ in range(ticks):
        await asyncio.sleep(0)
    if not task.done():
        task.cancel()
    done = True
    try:
        await task
    except asyncio.CancelledError:
        done = False
    return done


ENDINGS = {"scope": in_a_scope, "task": in_a_task}


async def test_the_deadline_of_the_call_is_for_the_whole_download(fetch, tmp_path):
    async with serving(then_stall(answer(CONTENT[:CUT], length=SIZE))) as wire:
        with anyio.fail_after(PATIENCE):
            with pytest.raises(DeadlineExceededError, match="deadline of"):
                await fetch(wire, deadline=0.2)
        await wire.all_closed()
    assert left_in(tmp_path) == {}


async def test_the_deadline_of_the_client_is_not(fetch, tmp_path):
    """It is for calls; files take as long as they take."""
    gate = anyio.Event()

    async def slow(peer):
        await peer.request()
        await peer.send(answer(b"ab", length=4))
        await gate.wait()
        await peer.send(b"cd")

    async def open_gate():
        await anyio.sleep(0.15)
        gate.set()

    async with serving(slow) as wire, anyio.create_task_group() as tasks:
        tasks.start_soon(open_gate)
        path = await fetch(wire, settings={"deadline": 0.05})
    assert path.read_bytes() == b"abcd"


async def test_closing_the_client_ends_a_download(transport, tmp_path):
    async with serving(then_stall(answer(CONTENT[:CUT], length=SIZE))) as wire:
        client = client_of(wire.url, transport=transport)

        async def fetch():
            with pytest.raises(ClientClosedError):
                await client.sources.download(wire.url, tmp_path / "file")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fetch)
            await wire.stalled.wait()
            await client.aclose()
        await wire.all_closed()
    assert left_in(tmp_path) == {}
