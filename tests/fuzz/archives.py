"""Archives that are to be deployed, and folders that are to be packed."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

import anyio
import hypothesis
from hypothesis import strategies as st

from scalingo_async import ArchiveError
from scalingo_async.files.archive_check import check_war, checking
from scalingo_async.files.archives import ready_archive

from .running import drawn, found, target
from .strategies import spoiled

TYPES = st.sampled_from(
    [
        *([tarfile.REGTYPE] * 6),
        tarfile.DIRTYPE,
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.FIFOTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_SPARSE,
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
    ]
) | st.binary(min_size=1, max_size=1)
STEPS = st.sampled_from(["app", "app", "app", "lib", ".", "..", "", "é", "\udce9", "x" * 120])
NAMES = st.lists(STEPS, min_size=1, max_size=4).map("/".join)
FORMATS = st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
PAX = [b"30 mtime=1350244992.02\n", b"20 path=app/../x\n", b"x", b"99999999999 a=b\n", b"5 =\n"]
CONTENTS = st.binary(max_size=30) | st.sampled_from([*PAX, b"x" * 1500])


@st.composite
def tars(draw) -> bytes:
    """Draw a tar whose heads are right, as a rule."""
    made = b""
    form = draw(FORMATS)
    for name, kind, content in draw(st.lists(st.tuples(NAMES, TYPES, CONTENTS), max_size=5)):
        info = tarfile.TarInfo(name)
        info.type = kind
        info.size = draw(st.sampled_from([len(content)] * 8 + [0, 700, 1 << 40, (1 << 63) - 1]))
        info.linkname = draw(STEPS)
        try:
            head = info.tobuf(form, "utf-8", "surrogateescape")
        except (ValueError, UnicodeError):
            continue
        made += head + content + b"\0" * (-len(content) % 512)
    return made + b"\0" * draw(st.sampled_from([1024, 1024, 10240, 0, 512]))


def checked(path: Path) -> bool:
    """Check an archive to the end; tells whether it may be deployed."""
    steps = checking(path, 1 << 30)
    said = ""
    try:
        while (size := next(steps, None)) is not None:
            assert size > 0
    except ArchiveError as error:
        said = str(error)
    assert not said or str(path) in said
    return not said


@target("archives", 25)
@drawn(tars(), st.data(), st.sampled_from([True, True, True, False]))
def archives(tar, data, compressed):
    content = data.draw(spoiled(tar)) if data.draw(st.booleans()) else tar
    if compressed:
        content = gzip.compress(content, 1, mtime=0)
    content = data.draw(spoiled(content)) if data.draw(st.integers(0, 3)) == 0 else content
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "app.tar.gz")
        path.write_bytes(content)
        if checked(path):
            # What is taken can be read by others, and is one folder.
            with tarfile.open(path, "r:gz") as other:
                names = [member.name for member in other.getmembers()]
            roots = {
                step for name in names for step in name.split("/")[:3] if step not in ("", ".")
            }
            assert ".." not in roots
            hypothesis.target(float(len(names)))
        with suppress(ArchiveError):
            check_war(path)


@st.composite
def trees(draw) -> dict[str, bytes | str]:
    """Draw what is in a folder: bytes are those of a file, text is where a link leads."""
    steps = st.sampled_from(
        ["a", "b", "é", "\udce9", "-x", " ", "x" * 200, "a\n", "*.log", "c.log"]
    )
    names = st.lists(steps, min_size=1, max_size=3).map("/".join)
    links = st.sampled_from(["a", "../a", "../../etc", "/etc", "b/..", ".", "nowhere"])
    files = draw(st.dictionaries(names, st.binary(max_size=2_000) | links, max_size=6))
    if draw(st.booleans()):
        files[".gitignore"] = draw(st.sampled_from([b"*.log\n", b"!*\n", b"/a\n", b"a/\n!a/b\n"]))
    return {n: c for n, c in files.items() if not any(o.startswith(f"{n}/") for o in files)}


def pack(root: Path) -> bytes | None:
    async def packed() -> bytes:
        async with ready_archive(root, max_size=None, report=lambda _: None) as archive:
            assert checked(archive.path)
            return archive.path.read_bytes()

    try:
        return anyio.run(packed)
    except ArchiveError:
        return None


@target("folders to be packed", 6)
@drawn(trees())
@found({"a\n": b"", "\udce9": b"x", ("x" * 200 + "/") * 2 + "é": b"y"})
def folders(files):
    """What is packed is unpacked as it was, but for what is left out; twice the same."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        root.mkdir()
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                path.symlink_to(content)
            else:
                path.write_bytes(content)
        made = pack(root)
        assert pack(root) == made
        if made is None:
            return
        with tarfile.open(fileobj=io.BytesIO(made), mode="r:gz") as tar:
            for member in tar.getmembers():
                if member.isdir():
                    continue
                name = member.name.removeprefix("app/")
                content = files[name]
                if isinstance(content, str):
                    assert member.linkname == content
                    assert not content.startswith("/")
                else:
                    read = tar.extractfile(member)
                    assert read is not None
                    assert read.read() == content
        hypothesis.target(float(len(files)))
