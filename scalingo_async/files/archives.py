"""Pack a directory as a gzipped tar with one directory at its root, for the platform."""

from __future__ import annotations

import gzip
import os
import stat
import tarfile
import tempfile
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import anyio
import attrs

from scalingo_async._core.arguments import wrong_kind
from scalingo_async._core.cancellation import finish
from scalingo_async.errors import ArchiveError, InvalidArgumentError
from scalingo_async.files.archive_check import check_war, checking
from scalingo_async.files.folders import ChangedError, Folder
from scalingo_async.files.gitignore import NAME, Rules, is_own
from scalingo_async.log import logger

__all__ = ["ROOT", "Archive", "Packed", "ready_archive"]

T = TypeVar("T")

ROOT: Final = "app"
"""The name of the directory at the root of the archive."""

_CHUNK: Final = 1 << 20
_STEP: Final = 4 << 20
_STEP_FILES: Final = 256
_BLOCK: Final = 512
_RECORD: Final = 20 * _BLOCK
_SHOWN: Final = 3


@attrs.frozen
class Packed:
    """The progress of packing a directory.

    Attributes:
        files: How many files are in the archive.
        bytes: Their size, before compression.
    """

    files: int
    bytes: int


@attrs.frozen
class Archive:
    """An archive that is ready to be uploaded.

    Attributes:
        path: Where it is.
        size: Its size in bytes.
    """

    path: Path
    size: int


@attrs.frozen
class _Entry:
    """A file to pack: its location, and its path in the directory, with slashes."""

    folder: Folder
    base: str
    name: str


@asynccontextmanager
async def ready_archive(
    source: str | os.PathLike[str],
    *,
    max_size: int | None,
    report: Callable[[Packed], object],
) -> AsyncGenerator[Archive]:
    """Make an archive that can be uploaded from a directory or an archive.

    All work on files is done in threads, in small steps, so that it can be cancelled between two
    steps. Temporary files are removed when the context ends.

    Args:
        source: A directory; a gzipped tar; or a WAR, which is wrapped in one.
        max_size: The largest archive that is allowed, in bytes; `None` for no limit.
        report: Called while a directory is packed.

    Raises:
        ArchiveError: It can't be deployed.
    """
    path = _path_of(source)
    kind = await anyio.to_thread.run_sync(_kind_of, path)
    if kind == "archive":
        size = await _drive(checking(path, max_size))
        yield Archive(path, size)
        return
    made: list[Path] = []
    try:
        size = await _drive(_packing(path, made, max_size), report)
        yield Archive(made[0], size)
    finally:
        await finish(partial(_remove, made))


def _path_of(source: object) -> Path:
    if not isinstance(source, str | os.PathLike):
        raise wrong_kind(source, "source", "the path of a directory or of an archive")
    path = os.fspath(source)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if not isinstance(path, str) or not path or "\0" in path:
        raise InvalidArgumentError("source must be a path, a str that is not empty")
    if path.startswith(("https://", "http://")):
        raise InvalidArgumentError("source is a path, and this is a URL: pass it as source_url=")
    return Path(path)


def _kind_of(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ArchiveError(f"{path} can't be deployed: {error.strerror}") from error
    if stat.S_ISDIR(mode):
        return "directory"
    if not stat.S_ISREG(mode):
        raise ArchiveError(f"{path} is neither a directory nor a file")
    if path.suffix.lower() == ".war":
        check_war(path)
        return "war"
    return "archive"


def _new_file() -> Path:
    handle, name = tempfile.mkstemp(prefix="scalingo-", suffix=".tar.gz")
    os.close(handle)
    return Path(name)


def _remove(made: list[Path]) -> None:
    for file in made:
        file.unlink(missing_ok=True)


async def _drive(
    steps: Generator[T, None, int], report: Callable[[T], object] | None = None
) -> int:
    """Run the steps of a generator, each in a thread; return its result."""
    # A thread keeps running if asyncio itself cancels the task that waits for it.
    alone = threading.Lock()

    def advance() -> tuple[T | None, int]:
        with alone:
            try:
                return next(steps), 0
            except StopIteration as end:
                return None, end.value

    def close() -> None:
        with alone:
            steps.close()

    try:
        while True:
            step, result = await anyio.to_thread.run_sync(advance)
            if step is None:
                return result
            if report is not None:
                report(step)
    finally:
        # This closes the files that are open.
        await finish(close)


# -- packing ---------------------------------------------------------------------------------


def _packing(source: Path, made: list[Path], max_size: int | None) -> Generator[Packed, None, int]:
    """Pack a directory or a WAR in steps of a few megabytes; return the size of the archive.

    The file that it creates is recorded in `made` at once, so that it is always removed.

    The same files give the same archive, byte for byte: they are sorted, have no owner, and have
    one of two modes. Their times are kept, in whole seconds, because tools that write ZIP files
    reject times before 1980.

    Raises:
        ArchiveError: It can't be packed.
    """
    try:
        file = _new_file()
        made.append(file)
        with file.open("wb") as packed:
            packer = _Packer(source.resolve(strict=True), packed, max_size)
            yield from packer.run()
            return packed.tell()
    except ChangedError as error:
        raise ArchiveError(
            f"{error.filename} changed while {source} was being packed: try again when it no "
            "longer changes"
        ) from error
    except OSError as error:
        raise ArchiveError(f"{source} can't be packed: {_reason(error)}") from error


class _Packer:
    """Writes one archive.

    Args:
        root: The directory, without symbolic links in its path.
        packed: The file to write to.
        max_size: The largest archive that is allowed, in bytes.
    """

    def __init__(self, root: Path, packed: BinaryIO, max_size: int | None) -> None:
        self._root = root
        self._packed = packed
        self._max_size = max_size
        # Without a name and a time, which would differ between runs.
        self._out = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=packed, mtime=0)
        self._written = 0
        self._files = 0
        self._bytes = 0
        self._sizes: dict[str, int] = {}
        self._folders: set[str] = set()

    def run(self) -> Generator[Packed, None, None]:
        """Write everything."""
        reported = Packed(0, 0)
        with self._out, closing(self._entries()) as entries:
            for entry in entries:
                for _ in self._add(entry):
                    done = Packed(self._files, self._bytes)
                    if (
                        done.bytes - reported.bytes >= _STEP
                        or done.files - reported.files >= _STEP_FILES
                    ):
                        reported = done
                        yield done
                    self._check_size()
            if not self._files:
                raise ArchiveError(
                    f"{self._root} contains no file to deploy: it is empty, or .gitignore leaves "
                    "everything out"
                )
            self._write(b"\0" * (2 * _BLOCK))
            self._write(b"\0" * (-self._written % _RECORD))
        self._check_size()
        yield Packed(self._files, self._bytes)

    def _entries(self) -> Generator[_Entry, None, None]:
        """Walk through the directory in the order of names; a file is one entry."""
        if not self._root.is_dir():
            with closing(Folder.at(self._root.parent)) as folder:
                yield _Entry(folder, self._root.name, self._root.name)
            return
        levels = [self._level(Folder.at(self._root), Rules.around(self._root), "")]
        try:
            while levels:
                found = next(levels[-1], None)
                if found is None:
                    levels.pop()
                elif isinstance(found, _Entry):
                    yield found
                else:
                    levels.append(self._level(*found))
        finally:
            for level in levels:
                level.close()

    @staticmethod
    def _level(
        folder: Folder, rules: Rules, steps: str
    ) -> Generator[_Entry | tuple[Folder, Rules, str], None, None]:
        """Yield the entries and subdirectories of a directory, then close it."""
        with closing(folder):
            with folder.naming(NAME):
                rules = rules.with_file(*folder.place_of(NAME))
            for base, is_folder in folder.entries():
                if is_own(base) or rules.leave_out(base, directory=is_folder):
                    continue
                name = steps + base
                if is_folder:
                    yield folder.below(base), rules.into(base), f"{name}/"
                else:
                    yield _Entry(folder, base, name)

    def _add(self, entry: _Entry) -> Generator[None, None, None]:
        """Write a file or a link; yield after each chunk of it."""
        status = entry.folder.status(entry.base)
        if stat.S_ISLNK(status.st_mode):
            target = entry.folder.link(entry.base)
            self._check_link(entry, target)
            self._head(entry, tarfile.SYMTYPE, 0o777, status, target=target)
        elif stat.S_ISREG(status.st_mode):
            yield from self._add_file(entry)
        else:
            # A socket or pipe of a local server; git skips them as well.
            logger.info("%s is neither a file nor a directory, so it is skipped", entry.name)
            return
        self._files += 1
        yield

    def _add_file(self, entry: _Entry) -> Generator[None, None, None]:
        with entry.folder.open(entry.base) as file:
            before = os.fstat(file.fileno())
            mode = 0o755 if before.st_mode & stat.S_IXUSR else 0o644
            self._head(entry, tarfile.REGTYPE, mode, before, size=before.st_size)
            left = before.st_size
            while left:
                piece = file.read(min(left, _CHUNK))
                if not piece:
                    raise _changed(entry)
                left -= len(piece)
                self._write(piece)
                self._count(entry, len(piece))
                yield
            after = os.fstat(file.fileno())
            if file.read(1) or (after.st_size, after.st_mtime_ns) != (
                before.st_size,
                before.st_mtime_ns,
            ):
                raise _changed(entry)
            self._write(b"\0" * (-before.st_size % _BLOCK))

    def _head(
        self,
        entry: _Entry,
        kind: bytes,
        mode: int,
        status: os.stat_result,
        *,
        size: int = 0,
        target: str = "",
    ) -> None:
        """Write the header of an entry, after those of its parent directories."""
        path = f"{ROOT}/{entry.name}"
        steps = path.split("/")[:-1]
        for depth in range(1, len(steps) + 1):
            folder = "/".join(steps[:depth])
            if folder not in self._folders:
                self._folders.add(folder)
                self._write(_head(folder, tarfile.DIRTYPE, 0o755, 0))
        self._write(_head(path, kind, mode, int(status.st_mtime), size=size, target=target))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._written += len(data)

    def _count(self, entry: _Entry, size: int) -> None:
        self._bytes += size
        top = entry.name.partition("/")[0]
        self._sizes[top] = self._sizes.get(top, 0) + size

    def _check_size(self) -> None:
        if self._max_size is None or self._packed.tell() <= self._max_size:
            return
        largest = sorted(self._sizes.items(), key=lambda item: -item[1])[:_SHOWN]
        shown = ", ".join(f"{name} ({size >> 20} MiB)" for name, size in largest)
        raise ArchiveError(
            f"the archive of {self._root} is larger than {self._max_size} bytes. Largest "
            "parts: "
            f"{shown}. Exclude what is not source code in .gitignore, or raise max_size"
        )

    def _check_link(self, entry: _Entry, target: str) -> None:
        """Check that a symbolic link stays inside the directory, by its text and by its target.

        Raises:
            ArchiveError: It doesn't.
        """
        real = os.path.realpath(os.path.join(entry.folder.path, entry.base))  # noqa: PTH118
        inside = real == str(self._root) or real.startswith(f"{self._root}{os.sep}")
        if os.path.isabs(target) or not inside or _climbs(entry.name, target):  # noqa: PTH117 - text alone
            raise ArchiveError(
                f"{entry.name} is a symbolic link to something outside of the directory: it "
                "would be "
                "broken on the platform. Make it a relative link to something inside, replace it "
                "by a copy, or exclude it in .gitignore"
            )


def _head(
    path: str, kind: bytes, mode: int, mtime: int, *, size: int = 0, target: str = ""
) -> bytes:
    info = tarfile.TarInfo(path)
    info.type, info.mode, info.mtime, info.size, info.linkname = kind, mode, mtime, size, target
    # GNU's format has names of any length, as bytes: names that aren't UTF-8 are kept unchanged.
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _climbs(name: str, target: str) -> bool:
    """Return whether the text of a link leaves the directory at any step."""
    depth = name.count("/")
    for step in target.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            return True
    return False


def _changed(entry: _Entry) -> ArchiveError:
    return ArchiveError(
        f"{entry.name} changed while it was being packed: try again when it no longer changes"
    )


def _reason(error: OSError) -> str:
    name = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{name}"
