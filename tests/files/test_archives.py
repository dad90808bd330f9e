"""Packing a directory: what is in the archive, what is refused, and what is left behind."""

import asyncio
import gzip
import hashlib
import io
import os
import socket
import tarfile
import threading
import zipfile

import anyio
import pytest
from instruments.memory import traced
from sweeps import sweep

from scalingo_async import ArchiveError, InvalidArgumentError
from scalingo_async.files import archives
from scalingo_async.files.archives import Packed, ready_archive

pytestmark = pytest.mark.slow

SIZE = 1 << 30


def nothing(step):
    pass


async def packed(source, *, max_size=SIZE, report=nothing):
    """Return the bytes of the archive of something."""
    async with ready_archive(source, max_size=max_size, report=report) as archive:
        data = await anyio.to_thread.run_sync(archive.path.read_bytes)
        assert archive.size == len(data)
    return data


def members(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz", errorlevel=2) as tar:
        return {member.name: member for member in tar}


def contents(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isreg()}


@pytest.fixture
def tree(tmp_path):
    """A directory with a bit of everything."""
    root = tmp_path / "shop"
    (root / "bin").mkdir(parents=True)
    (root / "lib" / "empty").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / "Procfile").write_text("web: bin/start\n")
    (root / "bin" / "start").write_text("#!/bin/sh\n")
    (root / "bin" / "start").chmod(0o700)
    (root / "bin" / "current").symlink_to("start")
    (root / "lib" / "code.py").write_bytes(b"x" * 5000)
    (root / "lib" / "code.py").chmod(0o600)
    (root / ".slugignore").write_text("lib\n")
    (root / ".gitignore").write_text("*.pyc\n.env\n")
    (root / ".env").write_text("SECRET=1\n")
    for path in sorted(root.rglob("*")):
        if not path.is_symlink():
            os.utime(path, (1_700_000_000.75, 1_700_000_000.75))
    os.utime(root / "bin" / "current", (1_700_000_000, 1_700_000_000), follow_symlinks=False)
    return root


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Where temporary files go: nothing may be left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


# -- what is in it ---------------------------------------------------------------------------


@pytest.mark.anyio
async def test_one_folder_holds_everything_that_git_would_take(tree):
    data = await packed(tree)
    found = members(data)
    assert list(found) == [
        "app",
        "app/.gitignore",
        "app/.slugignore",
        "app/Procfile",
        "app/bin",
        "app/bin/current",
        "app/bin/start",
        "app/lib",
        "app/lib/code.py",
    ]
    assert contents(data)["app/lib/code.py"] == b"x" * 5000
    assert {m.mode for m in found.values() if m.isdir()} == {0o755}
    assert found["app/bin/start"].mode == 0o755
    assert found["app/lib/code.py"].mode == 0o644
    assert found["app/bin/current"].issym()
    assert found["app/bin/current"].linkname == "start"
    assert {m.mtime for m in found.values() if not m.isdir()} == {1_700_000_000}
    owners = {(m.uid, m.gid, m.uname, m.gname) for m in found.values()}
    assert owners == {(0, 0, "", "")}


@pytest.mark.anyio
async def test_the_same_files_give_the_same_archive(tree, tmp_path):
    # Known to the byte: neither the directory's name, nor its order, nor the time goes in.
    first = await packed(tree)
    other = tmp_path / "elsewhere"
    tree.rename(other)
    (other / "lib" / "code.py").chmod(0o644)
    (other / ".env").write_text("changed, but left out")
    assert await packed(str(other)) == first
    assert first[4:10] == b"\0\0\0\0\0\xff"
    unzipped = gzip.decompress(first)
    assert len(unzipped) % 10240 == 0
    assert hashlib.sha256(unzipped).hexdigest() == (
        "630dd882ead14bb2d97d9283cd0a1b2f254301e12a567c4ea2030026b7fdd685"
    )


@pytest.mark.anyio
async def test_names_of_all_kinds_arrive_as_they_are(tmp_path):
    root = tmp_path / "names"
    root.mkdir()
    names = ["é🚀", "with space", "new\nline", "-dash", "x" * 200, "d" * 100 + "/" + "e" * 150]
    names += [os.fsdecode(b"latin-\xe9"), "back\\slash", "'quote\""]
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(os.fsencode(name))
    found = contents(await packed(root))
    assert {name: os.fsdecode(data) for name, data in found.items()} == {
        f"app/{name}": name for name in names
    }


@pytest.mark.anyio
async def test_pipes_and_sockets_are_passed_over(tmp_path, monkeypatch, caplog):
    root = tmp_path / "r"
    root.mkdir()
    (root / "a").write_text("a")
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as left_behind, caplog.at_level("INFO"):
        left_behind.bind("server.sock")
        assert list(members(await packed(root))) == ["app", "app/a"]
    assert [r.getMessage().split(" ")[0] for r in caplog.records] == ["pipe", "server.sock"]


@pytest.mark.anyio
async def test_a_directory_may_be_named_through_a_link(tree, tmp_path):
    (tmp_path / "link").symlink_to(tree)
    assert await packed(tmp_path / "link") == await packed(tree)


@pytest.mark.anyio
async def test_a_war_is_wrapped(tmp_path):
    war = tmp_path / "shop.war"
    with zipfile.ZipFile(war, "w") as file:
        file.writestr("index.html", "hello")
    data = await packed(war)
    assert contents(data) == {"app/shop.war": war.read_bytes()}
    assert list(members(data)) == ["app", "app/shop.war"]


# -- what is refused -------------------------------------------------------------------------

LINKS = {
    "absolute": "/etc/hostname",
    "to the root of the machine": "/",
    "absolute, but inside": "{root}/a",
    "above": "../secret",
    "above and back": "../r/a",
    "through a directory": "d/../../secret",
    "to the directory above": "..",
    "through another link": "inner/../../secret",
    "through a link that leads up": "d/e/up/../secret",
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", LINKS)
async def test_links_that_lead_out_are_refused(name, tmp_path):
    root = tmp_path / "r"
    (root / "d" / "e").mkdir(parents=True)
    (root / "a").write_text("a")
    (tmp_path / "secret").write_text("secret")
    (root / "inner").symlink_to("d")
    (root / "d" / "e" / "up").symlink_to("../..")
    (root / "link").symlink_to(LINKS[name].format(root=root))
    with pytest.raises(ArchiveError, match="link is a symbolic link to something outside"):
        await packed(root)
    # Left out, it does no harm.
    (root / ".gitignore").write_text("/link\n")
    assert "app/link" not in members(await packed(root))


@pytest.mark.anyio
async def test_links_that_stay_inside_are_kept(tmp_path):
    root = tmp_path / "r"
    (root / "d" / "e").mkdir(parents=True)
    (root / "d" / "e" / "x").write_text("x")
    links = {"d/up": "../d/e/x", "d/e/self": ".", "top": "d", "lost": "nowhere", "d/loop": "loop"}
    for name, target in links.items():
        (root / name).symlink_to(target)
    found = members(await packed(root))
    assert {name: found[f"app/{name}"].linkname for name in links} == links


@pytest.mark.anyio
@pytest.mark.parametrize("ignored", [False, True])
async def test_an_empty_directory_is_refused(ignored, tmp_path):
    root = tmp_path / "r"
    (root / "nothing" / "here").mkdir(parents=True)
    if ignored:
        (root / ".gitignore").write_text("*\n")
        (root / "a").write_text("a")
    with pytest.raises(
        ArchiveError, match=r"contains no file to deploy: it is empty, or \.gitignore"
    ):
        await packed(root)


@pytest.mark.anyio
async def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="nothing-here can't be deployed: No such file"):
        await packed(tmp_path / "nothing-here")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArchiveError, match="pipe is neither a directory nor a file"):
        await packed(tmp_path / "pipe")


@pytest.mark.anyio
@pytest.mark.parametrize("source", [b"bytes", 1, None, "", "a\0b", io.BytesIO()])
async def test_what_is_no_path_is_refused(source):
    with pytest.raises(InvalidArgumentError, match="must be"):
        await packed(source)


@pytest.mark.anyio
async def test_a_large_archive_is_refused_and_says_what_makes_it_large(tmp_path):
    root = tmp_path / "r"
    (root / "node_modules").mkdir(parents=True)
    (root / "node_modules" / "big").write_bytes(os.urandom(6 << 20))
    (root / "small").write_text("x")
    with pytest.raises(ArchiveError, match=r"larger than 1000000 bytes.*node_modules \(\d MiB\)"):
        await packed(root, max_size=1_000_000)
    assert len(await packed(root, max_size=None)) > 6 << 20


def overwrite(path):
    with path.open("r+b") as file:
        file.write(b"new")


CHANGES = {
    "grows": lambda path: os.truncate(path, 10 << 20),
    "shrinks": lambda path: os.truncate(path, 3 << 20),
    "is written again": overwrite,
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", CHANGES)
async def test_a_file_that_changes_meanwhile_is_noticed(name, tmp_path):
    root = tmp_path / "r"
    root.mkdir()
    (root / "big").write_bytes(b"x" * (9 << 20))
    os.utime(root / "big", (1_700_000_000, 1_700_000_000))

    def report(step):
        if step.bytes == 4 << 20:
            CHANGES[name](root / "big")

    with pytest.raises(ArchiveError, match="big changed while it was being packed"):
        await packed(root, report=report)


@pytest.mark.anyio
async def test_a_file_that_became_a_link_is_not_followed(tmp_path):
    root = tmp_path / "r"
    root.mkdir()
    for number in range(300):
        (root / f"f{number:03}").write_text("x")
    (tmp_path / "secret").write_text("secret")

    def report(step):
        # All of the directory has been listed by now, and most of it packed.
        (root / "f299").unlink(missing_ok=True)
        (root / "f299").symlink_to(tmp_path / "secret")

    with pytest.raises(ArchiveError, match="f299"):
        await packed(root, report=report)


@pytest.mark.anyio
async def test_a_disk_that_fails_is_an_error_of_ours(tree, monkeypatch):
    def broken(path):
        raise PermissionError(13, "Permission denied", path)

    # Python itself lists directories in the same way, after the test too.
    with monkeypatch.context() as patch:
        patch.setattr(archives.os, "scandir", broken)
        message = r"shop can't be packed: Permission denied \(.*shop\)"
        with pytest.raises(ArchiveError, match=message):
            await packed(tree)


# -- how it is done --------------------------------------------------------------------------


@pytest.mark.anyio
async def test_files_are_read_outside_of_the_event_loop(tree, monkeypatch):
    threads = set()
    real = os.open

    def noting(*args, **kwargs):
        threads.add(threading.get_ident())
        return real(*args, **kwargs)

    monkeypatch.setattr(archives.os, "open", noting)
    await packed(tree)
    assert threads
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("kind", ["directory", "archive"])
def test_a_cancellation_by_asyncios_own_means_comes_through(tmp_path, monkeypatch, kind):
    """The thread is in the middle of a step when its task is cancelled, and goes on."""
    root = tmp_path / "r"
    root.mkdir()
    (root / "small").write_bytes(b"x" * 100)
    if kind == "archive":
        root = tmp_path / "r.tar.gz"
        root.write_bytes(gzip.compress(b"x" * 1000))
    entered, going_on = threading.Event(), threading.Event()
    real = archives.gzip.GzipFile.__init__

    def slow(*args, **kwargs):
        entered.set()
        assert going_on.wait(20)
        return real(*args, **kwargs)

    monkeypatch.setattr(archives.gzip.GzipFile, "__init__", slow)

    async def main():
        task = asyncio.create_task(packed(root))
        await asyncio.to_thread(entered.wait, 20)
        task.cancel()
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.05, going_on.set)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


@pytest.mark.anyio
async def test_progress_counts_files_and_bytes(tmp_path):
    root = tmp_path / "r"
    root.mkdir()
    (root / "big").write_bytes(b"x" * (9 << 20))
    (root / "small").write_text("y")
    steps = []
    await packed(root, report=steps.append)
    assert steps[0] == Packed(0, 4 << 20)
    assert steps[-1] == Packed(2, (9 << 20) + 1)
    assert steps == sorted(steps, key=lambda step: step.bytes)


@pytest.mark.anyio
async def test_packing_can_be_cancelled_half_way(tmp_path, temporary):
    root = tmp_path / "r"
    root.mkdir()
    (root / "big").write_bytes(b"x" * (64 << 20))
    steps = []
    with anyio.CancelScope() as scope:

        def report(step):
            steps.append(step)
            assert len(list(temporary.iterdir())) == 1
            scope.cancel()

        await packed(root, report=report)
    assert scope.cancelled_caught
    # At the next piece, not at the end of the file.
    assert len(steps) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
async def test_an_error_in_a_callback_leaves_nothing_behind(error, tree):
    def report(step):
        raise error

    with pytest.raises(error):
        await packed(tree, report=report)


@pytest.mark.anyio
@pytest.mark.sweep
async def test_a_large_tree_takes_no_more_memory_than_a_small_one(tmp_path):
    root = tmp_path / "r"
    root.mkdir()
    # Much that takes no room on the disk.
    for number in range(3):
        with (root / f"sparse-{number}").open("wb") as file:
            file.truncate(sweep("MiB of each file in a large tree") << 20)
    with traced() as memory:
        async with ready_archive(root, max_size=SIZE, report=nothing) as archive:
            packing = memory.peak
            memory.forget()
            async with ready_archive(archive.path, max_size=SIZE, report=nothing):
                checking = memory.peak
    assert packing < 16 << 20, "packing"
    assert checking < 16 << 20, "checking"
