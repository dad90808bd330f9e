"""Other users of the machine: they read nothing that is written, and nothing of theirs is gone on with."""

import json
import os
import stat
import tempfile
from io import FileIO
from typing import ClassVar

import pytest
from instruments.wire import serving
from sandbox_client import client_of as client_of_sandbox
from storage import CONTENT, Storage, client_of, left_in
from tables import each

from scalingo_async import IncompleteDownloadError, InvalidArgumentError, JournalError, bulk
from scalingo_async.bulk import journal as journals
from scalingo_async.bulk import journal_file
from scalingo_async.files.folders import is_strangers
from scalingo_async.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("backend")]

SOMEBODY_ELSE = os.geteuid() + 1
CUT = 100_000
NOTE = json.dumps({"etag": '"v1"', "total": len(CONTENT)})


@pytest.fixture(autouse=True)
def open_to_all():
    """The least careful umask that there is."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def shared(tmp_path):
    """A folder that others may write to."""
    tmp_path.chmod(0o777)
    return tmp_path


@pytest.fixture
def somebody_else(monkeypatch):
    """Whatever is there was made by another user; so it is with what this test makes from now on."""
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY_ELSE)


@pytest.fixture
def quick(monkeypatch):
    # Fingerprints are slow on purpose.
    monkeypatch.setattr(journals, "_ROUNDS", 1)


def modes(folder):
    return {path.name: stat.S_IMODE(path.lstat().st_mode) for path in folder.iterdir()}


async def fetch(wire, path, **options):
    async with client_of(wire.url) as client:
        return await client.sources.download(f"{wire.url}/x", path, **options)


async def nothing(item):
    return item


# -- what is written is for its owner alone ----------------------------------------------------


@pytest.mark.parametrize("resume", [False, True])
async def test_a_download_on_its_way_and_at_its_end(tmp_path, resume):
    seen = []

    def look(progress):
        seen.extend(modes(tmp_path).values())

    (tmp_path / "file").write_bytes(b"before")
    async with serving(Storage(script=[CUT, None])) as wire:
        options = {"resume": resume, "overwrite": True, "on_progress": look}
        path = await fetch(wire, tmp_path / "file", **options)
    assert path.read_bytes() == CONTENT
    # What was there before is as it was, until it is replaced.
    assert set(seen) == {0o666, 0o600}
    assert modes(tmp_path) == {"file": 0o600}


async def test_what_is_kept_of_a_download(tmp_path):
    async with serving(Storage(script=[CUT, None])) as wire:
        with pytest.raises(IncompleteDownloadError):
            await fetch(wire, tmp_path / "file", resume=True, max_retries=0)
        assert modes(tmp_path) == {"file.part": 0o600, "file.part.json": 0o600}
        # As a version before this one has left it.
        (tmp_path / "file.part").chmod(0o644)
        await fetch(wire, tmp_path / "file", resume=True)
    assert modes(tmp_path) == {"file": 0o600}


async def test_a_journal(tmp_path, quick):
    path = tmp_path / "journal"
    await bulk.map(nothing, ["a"], journal=path)
    assert modes(tmp_path) == {"journal": 0o600}
    path.chmod(0o644)
    await bulk.map(nothing, ["a"], journal=path)
    assert modes(tmp_path) == {"journal": 0o600}


async def test_an_archive_that_is_packed_for_a_deployment(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_bytes(b"pass")
    seen = {}

    def look(progress):
        seen.update(modes(tmp_path))

    sandbox = Sandbox()
    async with client_of_sandbox(sandbox) as client:
        app = sandbox.apps()[0].name
        await client.deployments.deploy(app, tmp_path / "code", on_progress=look)
    packed = {name: mode for name, mode in seen.items() if name.endswith(".tar.gz")}
    assert list(packed.values()) == [0o600]
    assert list(modes(tmp_path)) == ["code"]


async def test_a_file_that_is_no_journal_keeps_its_mode(tmp_path):
    path = tmp_path / "notes"
    path.write_bytes(b"notes\n")
    with pytest.raises(JournalError, match="is not a journal"):
        await bulk.map(nothing, ["a"], journal=path)
    assert modes(tmp_path) == {"notes": 0o666}


# -- what may be another user's is not gone on with --------------------------------------------


@pytest.mark.parametrize("names", [["file.part", "file.part.json"], ["file.part"]])
async def test_a_part_that_another_user_has_put_there(shared, somebody_else, names):
    for name in names:
        (shared / name).write_text(NOTE if name.endswith("json") else "")
    before = left_in(shared), modes(shared)
    async with serving(Storage()) as wire:
        with pytest.raises(InvalidArgumentError, match="may belong to another user"):
            await fetch(wire, shared / "file", resume=True)
    assert wire.requests == []
    assert (left_in(shared), modes(shared)) == before


async def test_a_note_that_another_user_has_put_there(shared, somebody_else):
    (shared / "file.part.json").write_text(NOTE)
    async with serving(Storage()) as wire:
        with pytest.raises(InvalidArgumentError, match=r"json may belong to another user"):
            await fetch(wire, shared / "file", resume=True)
    assert wire.requests == []
    assert left_in(shared) == {"file.part.json": len(NOTE)}


async def test_a_file_of_ours_that_another_user_has_linked_there(shared):
    """A hard link needs no right to write to what it leads to."""
    (shared / "mine").write_bytes(CONTENT[:CUT])
    (shared / "file.part").hardlink_to(shared / "mine")
    (shared / "file.part.json").write_text(NOTE)
    async with serving(Storage(content=b"other", etag='"v2"')) as wire:
        with pytest.raises(InvalidArgumentError, match="may belong to another user"):
            await fetch(wire, shared / "file", resume=True)
    assert (shared / "mine").read_bytes() == CONTENT[:CUT]


class Opened(FileIO):
    """A file that is remembered."""

    all: ClassVar[list[FileIO]] = []

    def __init__(self, *args):
        super().__init__(*args)
        self.all.append(self)


@each("options", [{}, {"dry_run": True}])
async def test_a_journal_that_another_user_has_written(tmp_path, quick, monkeypatch, options):
    path = tmp_path / "journal"
    await bulk.map(nothing, ["a"], journal=path)
    before = path.read_bytes()
    tmp_path.chmod(0o777)
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: SOMEBODY_ELSE)
        patched.setattr(journal_file, "FileIO", Opened)
        with pytest.raises(JournalError, match="may belong to another user"):
            await bulk.map(nothing, ["a", "b"], journal=path, **options)
    # One that would be written to is not even opened.
    assert [file.closed for file in Opened.all] == [True] * len(options)
    Opened.all.clear()
    assert path.read_bytes() == before


async def test_a_link_to_a_journal_that_another_user_has_put_there(shared, somebody_else):
    (shared / "journal").symlink_to(shared / "elsewhere")
    with pytest.raises(JournalError, match="may belong to another user"):
        await bulk.map(nothing, ["a"], journal=shared / "journal")
    assert not (shared / "elsewhere").exists()


async def test_a_journal_behind_a_link_that_has_a_second_name(shared):
    (shared / "elsewhere").touch()
    (shared / "second").hardlink_to(shared / "elsewhere")
    (shared / "journal").symlink_to(shared / "elsewhere")
    with pytest.raises(JournalError, match="may belong to another user"):
        await bulk.map(nothing, ["a"], journal=shared / "journal")
    assert (shared / "second").read_bytes() == b""


async def test_a_file_that_was_made_just_now_is_ours_whoever_owns_it(shared, somebody_else, quick):
    """Some network file systems give all files to one user."""
    async with serving(Storage()) as wire:
        await fetch(wire, shared / "file", resume=True)
    await bulk.map(nothing, ["a"], journal=shared / "journal")
    assert left_in(shared)["file"] == len(CONTENT)


async def test_in_a_folder_of_ones_own_it_does_not_matter(tmp_path, somebody_else):
    """Nobody else can have put it there, whoever owns it."""
    tmp_path.chmod(0o755)
    (tmp_path / "file.part").write_bytes(CONTENT[:CUT])
    (tmp_path / "file.part.json").write_text(NOTE)
    async with serving(Storage()) as wire:
        path = await fetch(wire, tmp_path / "file", resume=True)
    assert path.read_bytes() == CONTENT


async def test_where_the_system_has_no_owners(shared, monkeypatch):
    monkeypatch.delattr(os, "geteuid")
    (shared / "file").touch()
    assert not is_strangers(shared / "file", (shared / "file").stat())
