"""Archives that were made elsewhere: which of them can be deployed, and what is said of others."""

import gzip
import io
import lzma
import os
import tarfile
import zipfile
from bz2 import compress as bzip2

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from instruments.memory import traced

from scalingo_async import ArchiveError
from scalingo_async.files.archive_check import checking
from scalingo_async.files.archives import ready_archive

PAX, GNU = tarfile.PAX_FORMAT, tarfile.GNU_FORMAT


def tar(*members, form=GNU, pax_headers=None):
    """Make a tar; a member is a name, a name with a content, or a whole `TarInfo`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form, pax_headers=pax_headers) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            name, content = member if isinstance(member, tuple) else (member, b"")
            info = tarfile.TarInfo(name)
            if name.endswith("/"):
                info.type = tarfile.DIRTYPE
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return buffer.getvalue()


def check(path, max_size=1 << 30):
    """Check a file to the end; returns its size."""
    steps = checking(path, max_size)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


ZIP = gzip.compress

GOOD = {
    "a folder and a file": ZIP(tar("app/", "app/Procfile")),
    "without an entry for the folder": ZIP(tar("app/Procfile", "app/lib/code.py")),
    "with a dot in front": ZIP(tar("./app/", "./app/Procfile")),
    "with an entry for the dot": ZIP(tar("./", "./app/", "./app/Procfile")),
    "of git archive": ZIP(tar("app/x", form=PAX, pax_headers={"comment": "5" * 40})),
    "long names": ZIP(tar("app/" + "d" * 120 + "/" + "é" * 120)),
    "long names, as pax": ZIP(tar("app/" + "d" * 120 + "/" + "é" * 120, form=PAX)),
    "links": ZIP(tar("app/x", special("app/l", tarfile.SYMTYPE, "/anywhere"))),
    "two members of gzip": ZIP(tar("app/x")[:512]) + ZIP(tar("app/x")[512:]),
    "without its last blocks": ZIP(tar(("app/x", b"content"))[:1024]),
    "only the folder": ZIP(tar("app/")),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_archives_pass(name, tmp_path):
    path = tmp_path / "app.tar.gz"
    path.write_bytes(GOOD[name])
    assert check(path) == len(GOOD[name])


TWO = tar("app/x", "README")
BAD = {
    "empty file": (b"", "is empty; the platform deploys a gzipped tar with one directory at its root"),
    "text": (b"hello", "is in an unknown format; the platform deploys"),
    "zip": (zipped(a="b"), "is a ZIP file; .* pass the directory itself"),
    "bzip2": (bzip2(tar("app/x")), "is compressed with bzip2"),
    "xz": (lzma.compress(tar("app/x")), "is compressed with xz"),
    "zstd": (b"\x28\xb5\x2f\xfd" + bytes(300), "is compressed with zstd"),
    "not compressed": (tar("app/x"), "is a tar that is not compressed"),
    "no tar inside": (ZIP(b"hello" * 200), "contains no readable tar"),
    "nothing inside": (ZIP(b""), "contains no readable tar"),
    "a short tar": (ZIP(tar("app/x")[:300]), "contains no readable tar"),
    "no entries": (ZIP(tar()), "is a tar without a file in it"),
    "only a dot": (ZIP(tar("./")), "is a tar without a file in it"),
    "a file and a folder": (ZIP(TWO), "has at its root: app/, README; there must be one directory"),
    "only a file": (ZIP(tar("Procfile")), "has at its root: Procfile; there must be one directory"),
    "no folder": (ZIP(tar("./", "./Procfile", "./app.py", "./lib/x")), "Procfile, app.py, lib/; th"),
    "two folders": (ZIP(tar("a/x", "b/x")), "has at its root: a/, b/; there must be"),
    "a hundred folders": (
        ZIP(tar(*[f"d{n}/x" for n in range(100)])), "root: d0/, d1/, d2/, d3/, d4/, …; there",
    ),
    "absolute": (ZIP(tar("app/x", "/etc/passwd")), "contains /etc/passwd, which is outside"),
    "above": (ZIP(tar("app/x", "app/../../x")), r"contains app/\.\./\.\./x, which is outside"),
    "only above": (ZIP(tar("../x")), r"contains \.\./x, which is outside of its directory"),
    "cut off": (ZIP(tar(("app/x", os.urandom(9000))))[:-3000], "is damaged or cut off"),
    "cut in its sum": (ZIP(tar("app/x"))[:-5], "is damaged or cut off"),
    "a wrong sum": (ZIP(tar("app/x"))[:-8] + bytes(8), "is damaged or cut off: CRC"),
    "a wrong bit": (
        (lambda data: data[:40] + bytes([data[40] ^ 255]) + data[41:])(ZIP(tar("app/x" * 9))),
        "is damaged or cut off|contains no readable tar",
    ),
    "rubbish behind it": (ZIP(tar("app/x")) + b"rubbish", "is damaged or cut off: Not a gzipped"),
    "an entry that ends early": (ZIP(tar(("app/x", bytes(9000)))[:2048]), "in the middle of an en"),
    "heads in heads without end": (
        ZIP((special("x", tarfile.GNUTYPE_LONGNAME).tobuf(GNU)) * 2000), "contains no readable tar",
    ),
    "a name that is no text": (ZIP(tar("app/x", "b\udce9")), r"root: app/, b\\udce9; there"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_archives_are_refused_with_what_is_wrong(name, tmp_path):
    content, message = BAD[name]
    path = tmp_path / "app.tar.gz"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=message) as caught:
        check(path)
    assert str(caught.value).startswith(f"{path} ")


def test_a_large_archive_is_refused(tmp_path):
    path = tmp_path / "app.tar.gz"
    path.write_bytes(GOOD["links"])
    with pytest.raises(
        ArchiveError,
        match=r"larger than 10 bytes: it has \d+\. Raise max_size to allow",
    ):
        check(path, 10)
    assert check(path, None) == len(GOOD["links"])


def test_a_bomb_is_not_unpacked_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("scalingo_async.files.archive_check._MOST_UNPACKED", 50 << 20)
    path = tmp_path / "app.tar.gz"
    path.write_bytes(ZIP(tar(("app/x", bytes(60 << 20))), compresslevel=1))
    with pytest.raises(ArchiveError, match="unpacks to more than 0 GiB"):
        check(path)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_head_without_end_is_not_read_into_memory(kind, tmp_path):
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, 100 << 20
    path = tmp_path / "app.tar.gz"
    path.write_bytes(ZIP(info.tobuf(GNU) + bytes(100 << 20), compresslevel=1))
    with traced() as memory:
        with pytest.raises(ArchiveError, match="an entry whose header is too long"):
            check(path)
        assert memory.peak < 8 << 20


def test_entries_are_not_kept(tmp_path):
    path = tmp_path / "app.tar.gz"

    def peak(entries):
        """Return how much memory checking takes; gzip and tarfile have buffers of their own."""
        path.write_bytes(ZIP(tar(*[f"app/{n}" for n in range(entries)]), compresslevel=1))
        with traced() as memory:
            check(path)
            return memory.peak

    # Four thousand of them would take several megabytes.
    assert peak(4400) - peak(400) < 256 << 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=2000), st.booleans(), st.integers(0, 3000))
def test_no_file_leads_to_another_error(tmp_path, noise, compressed, at):
    good = tar("app/x", ("app/y", b"content" * 99))
    data = good[:at] + noise + good[at:]
    path = tmp_path / "app.tar.gz"
    path.write_bytes(ZIP(data) if compressed else noise)
    try:
        check(path)
    except ArchiveError as error:
        assert str(path) in str(error)  # noqa: PT017 - either way is right


@pytest.mark.anyio
async def test_an_archive_is_sent_as_it_is(tmp_path):
    path = tmp_path / "app.tgz"
    path.write_bytes(GOOD["links"])
    async with ready_archive(path, max_size=None, report=print) as archive:
        assert archive.path == path
        assert archive.size == len(GOOD["links"])
    assert path.read_bytes() == GOOD["links"]


@pytest.mark.anyio
async def test_a_war_that_is_none_is_refused(tmp_path):
    path = tmp_path / "shop.war"
    path.write_bytes(b"hello")
    with pytest.raises(ArchiveError, match=r"shop\.war is not a WAR: it is not a ZIP file"):
        async with ready_archive(path, max_size=None, report=print):
            pass


@pytest.mark.anyio
async def test_checking_can_be_cancelled_half_way(tmp_path, monkeypatch):
    path = tmp_path / "app.tar.gz"
    path.write_bytes(ZIP(tar(("app/x", bytes(99 << 20))), compresslevel=1))
    hops = []
    real = anyio.to_thread.run_sync
    scope = anyio.CancelScope()

    async def counting(*args, **kwargs):
        hops.append(args[0])
        if len(hops) == 3:
            scope.cancel()
        return await real(*args, **kwargs)

    monkeypatch.setattr(anyio.to_thread, "run_sync", counting)
    with scope:
        async with ready_archive(path, max_size=None, report=print):
            pass
    assert scope.cancelled_caught
    assert len(hops) <= 5
