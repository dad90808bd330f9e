"""Check before the upload that the platform can deploy an archive."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from scalingo_async.errors import ArchiveError
from scalingo_async.files.folders import open_file

__all__ = ["check_war", "checking"]

_GZIP: Final = b"\x1f\x8b"
_OTHERS: Final = (
    (b"PK\x03\x04", "a ZIP file"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ\x00", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
)
_TAR_MAGIC: Final = slice(257, 262)
_WANTED: Final = "the platform deploys a gzipped tar with one directory at its root"
_HOW: Final = "make it with `tar -czf app.tar.gz app/`, or pass the directory itself"

_CHUNK: Final = 1 << 20
_STEP: Final = 16 << 20
_LONGEST_HEAD: Final = 1 << 20
_MOST_UNPACKED: Final = 64 << 30
_SHOWN: Final = 5


def check_war(path: Path) -> None:
    """Check that a file is a WAR, as its name says.

    Raises:
        ArchiveError: It isn't a WAR, which is a ZIP file.
    """
    if not zipfile.is_zipfile(path):
        raise ArchiveError(f"{path} is not a WAR: it is not a ZIP file, or is damaged")


def checking(path: Path, max_size: int | None) -> Generator[int, None, int]:
    """Check an archive in steps of a few megabytes; return its size.

    It is read once from beginning to end, and nothing is kept in memory.

    Raises:
        ArchiveError: It can't be deployed.
    """
    try:
        with open_file(path) as file:
            size = file.seek(0, 2)
            file.seek(0)
            _check_kind(path, file.read(_TAR_MAGIC.stop))
            _check_size(path, size, max_size)
            file.seek(0)
            yield from _read(path, file)
            return size
    except ArchiveError:
        raise
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveError(f"{path} is damaged or cut off: {error}") from error
    except (tarfile.TarError, ValueError, RecursionError) as error:
        raise ArchiveError(f"{path} contains no readable tar: {error}; {_HOW}") from error
    except OSError as error:
        raise ArchiveError(f"{path} can't be read: {error.strerror}") from error


def _check_size(path: Path, size: int, max_size: int | None) -> None:
    if max_size is not None and size > max_size:
        raise ArchiveError(
            f"{path} is larger than {max_size} bytes: it has {size}. Raise max_size to allow that"
        )


def _check_kind(path: Path, head: bytes) -> None:
    if head.startswith(_GZIP):
        return
    found = next((name for start, name in _OTHERS if head.startswith(start)), None)
    if not head:
        found = "empty"
    elif head[_TAR_MAGIC] == b"ustar":
        found = "a tar that is not compressed"
    raise ArchiveError(f"{path} is {found or 'in an unknown format'}; {_WANTED}: {_HOW}")


def _read(path: Path, file: BinaryIO) -> Generator[int, None, None]:
    with gzip.GzipFile(fileobj=file, mode="rb") as unzipped:
        source = _Forward(path, cast("BinaryIO", unzipped))
        roots: dict[str, bool] = {}
        # Not `tarfile.open`, which would try other compressions.
        tar: Any = tarfile.TarFile(fileobj=cast("Any", source), mode="r", errorlevel=2)
        with tar:
            seen = 0
            while (member := tar.next()) is not None:
                # Otherwise tarfile would keep all members.
                tar.members.clear()
                _note(path, member, roots)
                yield from source.skip_to(tar.offset)
                seen += 1
                if not seen % 1000:
                    yield source.position
        yield from source.skip_to(None)
    _check_roots(path, roots)


def _note(path: Path, member: tarfile.TarInfo, roots: dict[str, bool]) -> None:
    """Record the root of an entry: its name, and whether it is a directory."""
    steps = [step for step in member.name.split("/") if step not in {"", "."}]
    if member.name.startswith("/") or ".." in steps:
        raise ArchiveError(
            f"{path} contains {_shown(member.name)}, which is outside of its directory; {_HOW}"
        )
    if not steps:
        return
    folder = len(steps) > 1 or member.isdir()
    if steps[0] in roots or len(roots) <= _SHOWN:
        roots[steps[0]] = roots.get(steps[0], False) or folder


def _check_roots(path: Path, roots: dict[str, bool]) -> None:
    if not roots:
        raise ArchiveError(f"{path} is a tar without a file in it; {_WANTED}: {_HOW}")
    if len(roots) == 1 and all(roots.values()):
        return
    names = [_shown(name) + ("/" if folder else "") for name, folder in roots.items()]
    if len(names) > _SHOWN:
        names[_SHOWN:] = ["…"]
    raise ArchiveError(
        f"{path} has at its root: {', '.join(names)}; there must be one directory and nothing "
        "else. "
        f"Put everything into a directory: {_HOW}"
    )


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


class _Forward:
    """A file that is read forward only, in small steps.

    tarfile reads headers of any announced size, and doesn't notice when a skipped entry is cut off.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.position = 0
        self._path = path
        self._file = file

    def read(self, size: int) -> bytes:
        if size > _LONGEST_HEAD:
            raise ArchiveError(f"{self._path} contains an entry whose header is too long")
        data = self._file.read(size)
        self.position += len(data)
        self._check()
        return data

    def tell(self) -> int:
        return self.position

    def seek(self, position: int) -> None:
        for _ in self.skip_to(position):
            pass

    def skip_to(self, position: int | None) -> Generator[int, None, None]:
        """Read up to a position, or to the end; yield now and then.

        Raises:
            ArchiveError: It is larger than any app.
            EOFError: It ends before that.
        """
        last = self.position
        while position is None or self.position < position:
            left = _CHUNK if position is None else min(_CHUNK, position - self.position)
            data = self._file.read(left)
            if not data:
                if position is None:
                    return
                raise EOFError("it ends in the middle of an entry")
            self.position += len(data)
            self._check()
            if self.position - last >= _STEP:
                last = self.position
                yield last

    def _check(self) -> None:
        if self.position > _MOST_UNPACKED:
            raise ArchiveError(f"{self._path} unpacks to more than {_MOST_UNPACKED >> 30} GiB")
