"""Cancelled, and cancelled again while it is cleaned up: no file is left behind, and none open."""

import asyncio
import tempfile
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from api_facts import FakeTransport, client_of
from tables import each

from scalingo_async import bulk
from scalingo_async._core.cancellation import finish
from scalingo_async.bulk import Journal
from scalingo_async.files.archives import ready_archive
from scalingo_async.files.multipart import FilePart
from scalingo_async.files.partial_file import PartialFile, Target
from scalingo_async.files.uploads import FilePieces

pytestmark = pytest.mark.asyncio


def left_in(folder):
    """Return the files of a folder that are there, but for journals, and those that are open."""
    here = {path.name for path in folder.iterdir() if not path.name.startswith("journal-")}
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            links.append(str(descriptor.readlink()))
    return here, sorted(link for link in links if link.startswith(str(folder)))


@asynccontextmanager
async def no_threads():
    """Let no thread begin: whoever cleans up waits for one."""
    limiter = anyio.to_thread.current_default_thread_limiter()
    total, limiter.total_tokens = limiter.total_tokens, 1
    other = object()
    limiter.acquire_on_behalf_of_nowait(other)
    try:
        yield
    finally:
        limiter.release_on_behalf_of(other)
        limiter.total_tokens = total


# Each goes as far as to have a file, says so, and waits.


async def archive(folder, ready):
    async with ready_archive(folder / "tree", max_size=None, report=lambda _: None):
        ready()
        await anyio.sleep_forever()


async def upload(folder, ready):
    pieces = FilePieces(str(folder / "large"))
    try:
        await anext(pieces)
        ready()
        await anyio.sleep_forever()
    finally:
        await pieces.aclose()


class Stalled(FakeTransport):
    """Takes the first piece of a body, and no other."""

    def __init__(self, ready):
        super().__init__()
        self.ready = ready

    async def send(self, request):
        content = request.content()
        await anext(content)
        await anext(content)
        self.ready()
        await anyio.sleep_forever()


async def upload_with_a_client(folder, ready):
    async with client_of(Stalled(ready)) as client:
        url = "https://storage.example/upload?signature=x"
        await client.sources.upload(url, folder / "large")


async def file_of_a_form(folder, ready):
    form = (await FilePart.of(folder / "large")).open()
    try:
        await anext(form)
        await anext(form)
        ready()
        await anyio.sleep_forever()
    finally:
        await form.aclose()


async def download(folder, ready):
    target = await Target.of(folder / "target", overwrite=False, resume=False)
    file = PartialFile(target, keep=False)
    try:
        await file.open()
        ready()
        await anyio.sleep_forever()
    finally:
        await file.drop(worthless=True)


NUMBERS = count()


async def journal(folder, ready):
    # A thread of an earlier case may only now open its own.
    path = folder / f"journal-{next(NUMBERS)}"

    async def work(item):
        ready()
        await anyio.sleep_forever()

    await bulk.map(work, ["a"], journal=Journal(path, job="work"))


USERS = [archive, upload, upload_with_a_client, file_of_a_form, download, journal]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_bytes(b"x" * 100)
    (tmp_path / "large").write_bytes(b"x" * (1 << 20))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


async def begun(user, folder):
    event = asyncio.Event()
    task = asyncio.create_task(user(folder, event.set))
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    assert event.is_set(), task
    return task


@each("user", USERS)
@each("again", range(6))
async def test_nothing_is_left_when_no_thread_is_free_to_clean_up(user, again, folder):
    task = await begun(user, folder)
    async with no_threads():
        task.cancel()
        for _ in range(again):
            await asyncio.sleep(0)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        if user is not journal:
            await asyncio.wait([task], timeout=60)
    with pytest.raises(asyncio.CancelledError):
        await task
    here, opened = left_in(folder)
    assert opened == []
    assert here == {"tree", "large"}


@each("user", USERS)
@each("tick", [*range(0, 40, 3)])
async def test_nothing_is_left_however_often_it_is_cancelled(user, tick, folder):
    """From its first step on."""
    task = asyncio.create_task(user(folder, lambda: None))
    for _ in range(tick):
        await asyncio.sleep(0)
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)
    with suppress(asyncio.CancelledError):
        await task
    # A thread that was begun goes on, and cleans up after itself.
    for _ in range(10_000):
        here, opened = left_in(folder)
        if opened == [] and here == {"tree", "large"}:
            break
        await asyncio.sleep(0.001)
    assert opened == []
    assert here == {"tree", "large"}


async def test_what_cleans_up_may_fail():
    def work():
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        await finish(work)
