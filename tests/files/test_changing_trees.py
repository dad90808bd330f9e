"""Trees that somebody changes while they are packed: nothing from outside of them gets in."""

import gzip
import os
from pathlib import Path

import pytest

from scalingo_async import ArchiveError
from scalingo_async.files import archives, folders
from scalingo_async.files.archive_check import checking
from scalingo_async.files.gitignore import Rules
from scalingo_async.files.multipart import FilePart
from scalingo_async.files.uploads import _body_of

SECRET = "the secret outside"
STEPS = ["open", "stat", "scandir", "readlink", "fstat"]


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))


def make(root, victim):
    """Make a tree, and something outside that looks like it."""
    for folder, text in [("tree", "x"), ("outside", SECRET)]:
        for path in ["lib/deep/file", "lib/file"]:
            (root / folder / path).parent.mkdir(parents=True, exist_ok=True)
            (root / folder / path).write_text(text)
        if victim == "lib/link":
            # Elsewhere it would be refused, and nothing be seen of the rest.
            (root / folder / "lib" / "link").symlink_to("deep/file")
        (root / folder / "lib" / ".gitignore").write_text("nothing\n")
    (root / "outside" / "lib" / "outside").write_text(SECRET)
    (root / "outside" / "lib" / "deep" / "outside").write_text(SECRET)


def by_link(path, outside):
    path.rename(path.with_name("moved"))
    path.symlink_to(outside)


def by_pipe(path, outside):
    path.rename(path.with_name("moved"))
    os.mkfifo(path)


def away(path, outside):
    path.rename(path.with_name("moved"))


def back(path):
    moved = path.with_name("moved")
    if os.path.lexists(moved):
        path.unlink(missing_ok=True)
        moved.rename(path)


def open_files():
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def pack(root, monkeypatch, act):
    """Pack the tree, acting in front of each step; returns what is packed and how many steps."""
    steps = 0
    acting = walking = False

    def around(directory):
        # What is above the tree is none of its business.
        nonlocal walking
        walking = True
        return Rules()

    def stepwise(real):
        def step(*args, **kwargs):
            nonlocal steps, acting
            if walking and not acting:
                acting = True
                try:
                    act(steps)
                finally:
                    acting = False
                steps += 1
            return real(*args, **kwargs)

        return step

    made = []
    opened = open_files()
    with monkeypatch.context() as patch:
        patch.setattr(Rules, "around", around)
        for name in STEPS:
            patch.setattr(os, name, stepwise(getattr(os, name)))
        try:
            for _ in archives._packing(root / "tree", made, None):
                pass
            data = gzip.decompress(made[0].read_bytes())
        except ArchiveError as error:
            data = str(error).replace(str(root), "").encode() if SECRET in str(error) else b""
    for path in made:
        path.unlink()
    assert open_files() == opened
    return data, steps


SWAPS = [
    (victim, how, descriptors)
    for victim in ("lib", "lib/deep", "lib/file", "lib/.gitignore", "lib/link")
    for how, descriptors in ((by_link, True), (by_pipe, True), (away, True), (by_link, False))
    if how is by_link or victim in {"lib", "lib/file"}
]


@pytest.mark.parametrize(("victim", "how", "descriptors"), SWAPS)
def test_what_is_swapped_at_any_step_is_not_followed(
    tmp_path, monkeypatch, victim, how, descriptors
):
    root = tmp_path.resolve() / "r"
    monkeypatch.setattr(folders, "DESCRIPTORS", descriptors)
    make(root, victim)
    whole, steps = pack(root, monkeypatch, lambda step: None)
    assert b"app/lib/deep/file" in whole
    path = root / "tree" / victim
    packed = 0
    for stop in range(steps):

        def act(step, stop=stop):
            if step == stop:
                how(path, root / "outside" / victim)

        data, _ = pack(root, monkeypatch, act)
        assert SECRET.encode() not in data, stop
        assert b"outside" not in data, stop
        packed += bool(data)
        back(path)
    assert packed < steps


@pytest.mark.parametrize("victim", ["lib", "lib/deep", "lib/file", "lib/.gitignore"])
def test_what_is_swapped_for_a_moment_is_not_followed_either(tmp_path, monkeypatch, victim):
    """Where there are descriptors; without them, nothing shows what was there in between."""
    root = tmp_path.resolve() / "r"
    assert folders.DESCRIPTORS
    make(root, victim)
    _, steps = pack(root, monkeypatch, lambda step: None)
    path = root / "tree" / victim
    for stop in range(steps):

        def act(step, stop=stop):
            if step == stop:
                by_link(path, root / "outside" / victim)
            elif step == stop + 1:
                back(path)

        data, _ = pack(root, monkeypatch, act)
        assert SECRET.encode() not in data, stop
        assert b"outside" not in data, stop
        back(path)


def test_what_changed_is_named_by_its_path_in_the_tree(tmp_path, monkeypatch):
    make(tmp_path / "r", "lib/deep")
    real = os.open
    tree = (tmp_path / "r" / "tree").resolve()

    def swapping(path, *args, **kwargs):
        if path == "deep":
            by_link(tree / "lib" / "deep", tmp_path)
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", swapping)
    with pytest.raises(
        ArchiveError, match=f"{tree}/lib/deep changed while .*tree was being packed"
    ):
        list(archives._packing(tree, [], None))


@pytest.mark.anyio
async def test_a_file_that_became_a_pipe_is_not_waited_for(tmp_path):
    """Each was looked at before it is opened; what it has become since is no file."""
    path = tmp_path / "file"
    path.write_bytes(b"x")
    body = await _body_of(str(path), None, None)
    part = await FilePart.of(str(path))
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(OSError, match="Not an ordinary file"):
        await anext(aiter(body.open()))
    await body.close()
    with pytest.raises(OSError, match="Not an ordinary file"):
        _ = [piece async for piece in part.open()]
    with pytest.raises(ArchiveError, match="Not an ordinary file"):
        list(checking(path, None))
