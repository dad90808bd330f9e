"""A file that is not whole yet: under a name of its own next to the final one.

Blocking calls run in threads, a megabyte at a time.
"""

from __future__ import annotations

import json
import os
import re
import stat
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import anyio
import anyio.to_thread
import attrs

from scalingo_async._core.cancellation import finish
from scalingo_async.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PartialFile", "Target", "is_strong", "safe_name"]

T = TypeVar("T")

_GATHERED: Final = 1024 * 1024
"""Bytes that are gathered before they are written: a thread costs as much as copying these."""

_PATIENCE: Final = 0.5
"""Seconds after which fewer are written, so that a slow transfer shows that it goes on."""

_LONGEST_NAME: Final = 150
_UNUSUAL: Final = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*]')
_STRONG: Final = re.compile(r'"[\x21\x23-\x7e]*"', re.ASCII).fullmatch
_FLAGS: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def safe_name(text: str | None) -> str | None:
    """Make the name of a file of what a server says: no folders, not hidden, not too long.

    Args:
        text: What it says; it may be anything.

    Returns:
        The name, or `None` when nothing usable is left.
    """
    base = re.split(r"[/\\]", text or "")[-1]
    base = base.encode("ascii", "replace").decode()
    base = _UNUSUAL.sub("_", base).lstrip(". ")
    if len(base) > _LONGEST_NAME:
        # The end says what it is.
        base = base[: _LONGEST_NAME - 20] + base[-20:]
    return base.rstrip(". ") or None


@attrs.frozen
class Target:
    """Where a file is to be.

    Attributes:
        folder: The folder.
        name: Its name there; `None` when that is left to the platform.
        overwrite: Whether a file of that name may be replaced.
    """

    folder: Path
    name: str | None
    overwrite: bool

    @classmethod
    async def of(cls, path: str | os.PathLike[str], *, overwrite: bool, resume: bool) -> Target:
        """Look at where a file is to be, before anything is sent.

        Raises:
            InvalidArgumentError: It can't be there.
        """
        return await anyio.to_thread.run_sync(partial(cls._look, path, overwrite, resume))

    @classmethod
    def _look(cls, given: str | os.PathLike[str], overwrite: bool, resume: bool) -> Target:  # noqa: FBT001
        try:
            text = os.fspath(given)
        except TypeError:
            text = None
        if not isinstance(text, str) or not text or "\0" in text:
            raise InvalidArgumentError("path must be the path of a file or of a folder")
        path = Path(text)
        if path.is_dir():
            if resume:
                raise InvalidArgumentError(
                    f"resume=True needs the path of a file, and {path} is a folder: what is there "
                    "of the file is found by its name"
                )
            return cls(path, None, overwrite)
        if text.endswith(("/", os.sep)) or not path.parent.is_dir():
            folder = path if text.endswith(("/", os.sep)) else path.parent
            raise InvalidArgumentError(f"there is no folder {folder}: make it first")
        target = cls(path.parent, path.name, overwrite)
        target.check(path.name)
        return target

    def check(self, name: str) -> Path:
        """Return the path of the file under a name, if the file may be there.

        Raises:
            InvalidArgumentError: It may not.
        """
        path = self.folder / name
        try:
            kind = path.stat().st_mode
        except OSError:
            return path
        if not stat.S_ISREG(kind):
            raise InvalidArgumentError(f"{path} is there, and is not a file")
        if not self.overwrite:
            raise InvalidArgumentError(f"{path} is there: overwrite=True replaces it")
        return path


class PartialFile:
    """What there is of a file.

    Args:
        target: Where it is to be.
        keep: Keep what there is when the transfer fails, for another one to go on with.

    Attributes:
        done: Bytes of it that are there.
        etag: What the server calls the version that they are of, in quotes; `None` when it
            can't be gone on with.
        total: Bytes that there will be, when known.
    """

    def __init__(self, target: Target, *, keep: bool) -> None:
        self._target = target
        self._keep = keep
        name = f"{target.name}.part" if keep else f".{os.urandom(8).hex()}.part"
        self._path = target.folder / name
        self._note = target.folder / f"{name}.json"
        self._file: int | None = None
        self._ours = False
        self._over = False
        # A thread goes on when the task that waits for it is cancelled by asyncio's own means.
        self._alone = threading.Lock()
        self._gathered = bytearray()
        self._written = 0
        self._last = 0.0
        self.etag: str | None = None
        self.total: int | None = None

    @property
    def done(self) -> int:
        """Bytes that are there, those that are yet to be written included."""
        return self._written + len(self._gathered)

    async def open(self) -> None:
        """Make the file, or find what there is of it.

        Raises:
            InvalidArgumentError: Another transfer writes to it.
            OSError: It can't be made.
        """
        self._last = anyio.current_time()
        await self._run(self._open)

    async def _run(self, work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(self._locked, work)

    def _locked(self, work: Callable[[], T]) -> T:
        with self._alone:
            return work()

    def _open(self) -> None:
        if self._over:
            return
        file = os.open(self._path, _FLAGS | (0 if self._keep else os.O_EXCL), 0o666)
        if self._keep and not _lock(file):
            os.close(file)
            raise InvalidArgumentError(f"another download writes to {self._path}")
        self._file, self._ours = file, True
        if self._keep:
            self._recall(os.fstat(file).st_size)
            os.ftruncate(file, self._written)
            os.lseek(file, self._written, os.SEEK_SET)

    def _recall(self, size: int) -> None:
        """Find out what the file is a part of."""
        note: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            note = cast("dict[str, Any]", json.loads(self._note.read_text(encoding="utf-8")))
        match note:
            case {"etag": str(etag), "total": int(total)} if 0 < size <= total and is_strong(etag):
                self.etag, self.total = etag, total
                # Something is left to ask for, so that the server says whether it is the same.
                self._written = min(size, total - 1)
            case _:
                pass

    async def begin(self, etag: str | None, total: int | None) -> None:
        """Forget what there is; begin with another version.

        Args:
            etag: What the server calls it.
            total: Bytes that there will be.

        Raises:
            OSError: The disk failed.
        """
        self.etag, self.total = etag, total
        self._gathered.clear()
        await self._run(self._begin)

    def _begin(self) -> None:
        file = self._opened
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        self._written = 0
        if self._keep:
            note = json.dumps({"etag": self.etag, "total": self.total})
            # No link to somewhere else either.
            with open(os.open(self._note, _FLAGS | os.O_TRUNC, 0o666), "wb") as written:  # noqa: PTH123 - of a handle
                written.write(note.encode())

    @property
    def _opened(self) -> int:
        if self._file is None:
            raise RuntimeError("the file is not open")
        return self._file

    async def add(self, data: bytes) -> bool:
        """Take bytes; tell whether they were written now.

        Raises:
            OSError: The disk failed.
        """
        self._gathered += data
        if len(self._gathered) < _GATHERED and anyio.current_time() - self._last < _PATIENCE:
            return False
        await self.flush()
        return True

    async def flush(self) -> None:
        """Write what was gathered.

        Raises:
            OSError: The disk failed.
        """
        await self._run(self._write)
        self._last = anyio.current_time()

    def _write(self) -> None:
        file = self._opened
        try:
            while self._gathered:
                count = os.write(file, self._gathered)
                del self._gathered[:count]
                self._written += count
        except OSError as error:
            total = "" if self.total is None else f" of {self.total}"
            error.add_note(f"after {self._written}{total} bytes of {self._path} were written")
            raise

    async def finish(self, name: str) -> Path:
        """Write all to the disk and give the file its final name.

        Args:
            name: The name, when it was left to the platform.

        Returns:
            Where the file is.

        Raises:
            InvalidArgumentError: There is a file of that name, which may not be replaced.
            OSError: The disk failed.
        """
        return await self._run(partial(self._finish, name))

    def _finish(self, name: str) -> Path:
        self._write()
        file = self._opened
        os.fsync(file)
        os.close(file)
        self._file = None
        path = self._target.check(self._target.name or name)
        if self._target.overwrite or not self._link(path):
            self._path.replace(path)
        if self._keep:
            self._note.unlink(missing_ok=True)
        self._ours = False
        _sync_folder(self._target.folder)
        return path

    def _link(self, path: Path) -> bool:
        """Give the file its name unless another has it by now; tell whether that can be done."""
        try:
            os.link(self._path, path)
        except FileExistsError:
            self._target.check(path.name)
            raise
        except OSError:
            # Some file systems have no such thing.
            return False
        self._path.unlink()
        return True

    async def drop(self, *, worthless: bool = False) -> None:
        """Close the file and remove it, unless it is kept; even while the task is cancelled.

        Args:
            worthless: Nothing can go on with what there is.
        """
        await finish(partial(self._locked, partial(self._drop, worthless)))

    def _drop(self, worthless: bool) -> None:  # noqa: FBT001
        self._over = True
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
        if self._ours and (worthless or self.etag is None or not self._keep):
            self._path.unlink(missing_ok=True)
            if self._keep:
                self._note.unlink(missing_ok=True)
        self._ours = False


def is_strong(etag: str | None) -> bool:
    """Tell whether a server's name for a version means the very same bytes."""
    return etag is not None and _STRONG(etag) is not None


def _lock(file: int) -> bool:
    """Keep others away from a file while it is open; tell whether nobody else does."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # Some file systems have no locks.
        return True
    return True


def _sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, where a system can do that."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
