"""A partial file, under a temporary name next to the final one.

Blocking calls run in threads, a megabyte at a time.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, cast

import anyio
import anyio.to_thread
import attrs

from scalingo_async._core.cancellation import finish
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.files.folders import is_at, is_strangers

__all__ = ["PartialFile", "Target", "is_strong", "safe_name"]

T = TypeVar("T")

_GATHERED: Final = 1024 * 1024
"""Bytes that are buffered before a write: starting a thread costs as much as copying them."""

_PATIENCE: Final = 0.5
"""Seconds after which fewer are written, so that a slow transfer shows progress."""

_LONGEST_NAME: Final = 150
_UNUSUAL: Final = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*]')
_STRONG: Final = re.compile(r'"[\x21\x23-\x7e]*"', re.ASCII).fullmatch
_MOST_TRIES: Final = 100
_NOTED: Final = frozenset({"etag", "total"})
_LONGEST_NOTE: Final = 64 * 1024
_NO_LINK: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_READ: Final = os.O_RDONLY | _NO_LINK
_OLD: Final = os.O_RDWR | _NO_LINK
_NEW: Final = _OLD | os.O_CREAT | os.O_EXCL
_OURS: Final = 0o600
"""The mode: backups and archives of logs are private."""

_OPEN_FILES_MOVE: Final = os.name != "nt"
"""Whether an open file can be renamed and removed; if not, other processes can't do it either."""


def safe_name(text: str | None) -> str | None:
    """Make a safe file name from a server's: no directories, not hidden, not too long.

    Args:
        text: The server's name; it may be anything.

    Returns:
        The name, or `None` if nothing usable is left.
    """
    base = re.split(r"[/\\]", text or "")[-1]
    base = base.encode("ascii", "replace").decode()
    base = _UNUSUAL.sub("_", base).lstrip(". ")
    if len(base) > _LONGEST_NAME:
        # The end has the file extension.
        base = base[: _LONGEST_NAME - 20] + base[-20:]
    return base.rstrip(". ") or None


@attrs.frozen
class Target:
    """The target of a download.

    Attributes:
        folder: The directory.
        name: The name of the file; `None` if the platform names it.
        overwrite: Whether an existing file may be replaced.
        given: The path as the caller wrote it.
    """

    folder: Path
    name: str | None
    overwrite: bool
    given: str

    @classmethod
    async def of(cls, path: str | os.PathLike[str], *, overwrite: bool, resume: bool) -> Target:
        """Check the target before anything is sent.

        Raises:
            InvalidArgumentError: No file can be there.
            OSError: Its status can't be read.
        """
        return await anyio.to_thread.run_sync(partial(cls._look, path, overwrite, resume))

    @classmethod
    def _look(cls, given: str | os.PathLike[str], overwrite: bool, resume: bool) -> Target:  # noqa: FBT001
        try:
            text = os.fspath(given)
        except TypeError:
            text = None
        if not isinstance(text, str) or not text or "\0" in text:
            raise InvalidArgumentError("path must be the path of a file or a directory")
        path = Path(text)
        if _kind_of(text, text) == stat.S_IFDIR:
            if resume:
                raise InvalidArgumentError(
                    f"resume=True needs the path of a file, but {text} is a directory: a "
                    "partial "
                    "file is found by its name"
                )
            return cls(path, None, overwrite, text)
        folder = path if text.endswith(("/", os.sep)) else path.parent
        if _kind_of(str(folder), text) != stat.S_IFDIR:
            raise InvalidArgumentError(f"there is no directory {folder}: create it first")
        target = cls(folder, path.name, overwrite, text)
        target.check(path.name)
        return target

    def check(self, name: str) -> Path:
        """Return the path of the file under a name, if it may be created there.

        Raises:
            InvalidArgumentError: It may not.
            OSError: Its status can't be read.
        """
        path = self.folder / name
        shown = self.given if self.name is not None else str(path)
        kind = _kind_of(str(path), shown)
        if kind is None and _kind_of(str(path), shown, follow=False) is None:
            return path
        if kind not in {stat.S_IFREG, None}:
            raise InvalidArgumentError(f"{shown} exists, and is not a file")
        if not self.overwrite:
            what = "exists already" if kind else "is a broken symbolic link"
            raise InvalidArgumentError(f"{shown} {what}: overwrite=True replaces it")
        return path


def _kind_of(path: str, shown: str, *, follow: bool = True) -> int | None:
    """Return the type of a file; `None` if it doesn't exist.

    Raises:
        InvalidArgumentError: The path is invalid.
        OSError: Its status can't be read.
    """
    try:
        return stat.S_IFMT(Path(path).stat(follow_symlinks=follow).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
        if error.errno == errno.ENAMETOOLONG:
            raise InvalidArgumentError(f"{shown} can't be a file: {error.strerror}") from None
        raise _about(error, shown) from None
    except ValueError:
        raise InvalidArgumentError(f"{shown!a} can't be the path of a file") from None


def _about(error: OSError, path: str) -> OSError:
    """Return an `OSError` with the path as the caller wrote it."""
    return OSError(error.errno, error.strerror, path)


class PartialFile:
    """The partial file of a download.

    Args:
        target: The target of the download.
        keep: Keep the partial file if the transfer fails, so that another one can resume it.

    Attributes:
        done: Bytes that were received.
        etag: The ETag of their version, in quotes; `None` if the download can't be resumed.
        total: Bytes in total, if known.
    """

    def __init__(self, target: Target, *, keep: bool) -> None:
        self._target = target
        self._keep = keep
        name = f"{target.name}.part" if keep else f".{os.urandom(8).hex()}.part"
        self._path = target.folder / name
        self._note = target.folder / f"{name}.json"
        self._file: int | None = None
        self._noted: os.stat_result | None = None
        self._ours = False
        self._over = False
        # A thread keeps running if asyncio itself cancels the task that waits for it.
        self._alone = threading.Lock()
        self._gathered = bytearray()
        self._written = 0
        self._last = 0.0
        self.etag: str | None = None
        self.total: int | None = None

    @property
    def done(self) -> int:
        """Bytes that were received, including those that are still buffered."""
        return self._written + len(self._gathered)

    async def open(self) -> None:
        """Create the file, or open the partial one.

        Raises:
            InvalidArgumentError: Another transfer writes to it, or it may belong to another user.
            OSError: It can't be created.
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
        try:
            self._file = self._open_kept() if self._keep else os.open(self._path, _NEW, _OURS)
        except OSError as error:
            raise _about(error, self._target.given) from None
        self._ours = True
        if self._keep:
            os.ftruncate(self._file, self._written)
            os.lseek(self._file, self._written, os.SEEK_SET)

    def _open_kept(self) -> int:
        """Open the file that an earlier transfer has kept, or create it, and lock it."""
        for _ in range(_MOST_TRIES):
            for path in (self._path, self._note):
                shown = f"{self._target.given}{path.name.removeprefix(self._target.name or '')}"
                if _kind_of(str(path), shown, follow=False) not in {stat.S_IFREG, None}:
                    raise InvalidArgumentError(f"{shown} exists, and is not a file: move it away")
            try:
                file, made = self._open_or_make()
            except FileNotFoundError:
                if not self._target.folder.is_dir():
                    raise
                # It was renamed or removed at this very moment.
                continue
            try:
                if self._take(file, made=made):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)
        raise InvalidArgumentError(f"other downloads are writing to {self._path}")

    def _open_or_make(self) -> tuple[int, bool]:
        """Open the file; return whether it was just created."""
        try:
            return os.open(self._path, _NEW, _OURS), True
        except FileExistsError:
            return os.open(self._path, _OLD), False

    def _take(self, file: int, *, made: bool) -> bool:
        """Lock a file; return whether it is still the one to write to."""
        if not _lock(file):
            raise InvalidArgumentError(f"another download is writing to {self._path}")
        # Between opening and locking, another download may have given it its final name.
        if not is_at(file, self._path, follow=False):
            return False
        found = os.fstat(file)
        if not made:
            self._check_owner(self._path, found)
            if sys.platform != "win32":
                # Earlier versions left the mode to the umask; some file systems have no modes.
                with suppress(OSError):
                    os.fchmod(file, _OURS)
        try:
            self._recall(found.st_size)
        except InvalidArgumentError:
            if made:
                with suppress(OSError):
                    self._path.unlink()
            raise
        return True

    @staticmethod
    def _check_owner(path: Path, found: os.stat_result) -> None:
        """Refuse to resume a file that another user may have put there.

        Raises:
            InvalidArgumentError: One may have.
        """
        if is_strangers(path, found):
            raise InvalidArgumentError(
                f"{path} may belong to another user, who could read or change the file: move "
                "it "
                "away, or download to a directory that others can't write to"
            )

    def _recall(self, size: int) -> None:
        """Read the note about the partial file.

        Raises:
            InvalidArgumentError: No download has kept it.
        """
        note = self._read_note()
        if (size or note is not None) and (note is None or not note.keys() >= _NOTED):
            raise InvalidArgumentError(
                f"{self._path} exists, but was not kept by a download with resume=True: move "
                "it "
                f"away, together with {self._note.name}"
            )
        match note:
            case {"etag": str(etag), "total": int(total)} if 0 < size <= total and is_strong(etag):
                self.etag, self.total = etag, total
                # A part is left to request, so that the server tells whether the file is the same.
                self._written = min(size, total - 1)
            case _:
                pass

    def _read_note(self) -> dict[str, object] | None:
        """Return the content of the note, empty if it isn't ours; `None` if there is no note."""
        try:
            file = os.open(self._note, _READ)
        except FileNotFoundError:
            return None
        with open(file, "rb") as noted:  # noqa: PTH123 - of a handle
            self._noted = os.fstat(file)
            self._check_owner(self._note, self._noted)
            note: object = None
            with suppress(ValueError):
                note = json.loads(noted.read(_LONGEST_NOTE))
        return cast("dict[str, object]", note) if isinstance(note, dict) else {}

    async def begin(self, etag: str | None, total: int | None) -> None:
        """Discard the content, and start with another version.

        Args:
            etag: The ETag of the version.
            total: Bytes in total.

        Raises:
            OSError: The file can't be written.
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
            self._write_note(json.dumps({"etag": self.etag, "total": self.total}).encode())

    def _write_note(self, note: bytes) -> None:
        # Replaced atomically: there is never half a note.
        new = self._target.folder / f".{os.urandom(8).hex()}.part"
        file = os.open(new, _NEW, _OURS)
        try:
            with open(file, "wb") as written:  # noqa: PTH123 - of a handle
                written.write(note)
                self._noted = os.fstat(file)
            new.replace(self._note)
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def _remove_note(self) -> None:
        """Remove the note, unless another download has replaced it by its own."""
        with suppress(FileNotFoundError):
            found = self._note.lstat()
            if self._noted is not None and os.path.samestat(found, self._noted):
                self._note.unlink()

    @property
    def _opened(self) -> int:
        if self._file is None:
            raise RuntimeError("the file is not open")
        return self._file

    async def add(self, data: bytes) -> bool:
        """Buffer bytes; return whether the buffer was written.

        Raises:
            OSError: The file can't be written.
        """
        self._gathered += data
        if len(self._gathered) < _GATHERED and anyio.current_time() - self._last < _PATIENCE:
            return False
        await self.flush()
        return True

    async def flush(self) -> None:
        """Write the buffer.

        Raises:
            OSError: The file can't be written.
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
        """Flush everything to the disk and rename the file to its final name.

        Args:
            name: The name, if the platform names it.

        Returns:
            The path of the file.

        Raises:
            InvalidArgumentError: A file with that name exists, and may not be replaced.
            OSError: The file can't be written.
        """
        return await self._run(partial(self._finish, name))

    def _finish(self, name: str) -> Path:
        self._write()
        file = self._opened
        os.fsync(file)
        path = self._target.check(self._target.name or name)
        if not is_at(file, self._path, follow=False):
            why = "it was removed or replaced while it was being written"
            raise FileNotFoundError(errno.ENOENT, why, str(self._path))
        if not _OPEN_FILES_MOVE:
            self._close()
        # The lock is kept: another process that opens the file by its old name can't write.
        if self._target.overwrite or not self._link(path):
            self._path.replace(path)
        self._ours = False
        if self._keep:
            self._remove_note()
        self._close()
        _sync_folder(self._target.folder)
        return path

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _link(self, path: Path) -> bool:
        """Rename the file unless the name is taken; return whether the system can do this."""
        try:
            os.link(self._path, path)
        except FileExistsError:
            self._target.check(path.name)
            raise
        except OSError:
            # Some file systems can't do this.
            return False
        self._path.unlink()
        return True

    async def drop(self, *, worthless: bool = False) -> None:
        """Close the file and remove it, unless it is kept; also if the task is cancelled.

        Args:
            worthless: Whether the partial file can't be resumed.
        """
        await finish(partial(self._locked, partial(self._drop, worthless)))

    def _drop(self, worthless: bool) -> None:  # noqa: FBT001
        self._over = True
        ours, self._ours = self._ours, False
        try:
            if ours and (worthless or self.etag is None or not self._keep):
                self._remove()
        finally:
            self._close()

    def _remove(self) -> None:
        there = self._file is not None and is_at(self._file, self._path, follow=False)
        if not _OPEN_FILES_MOVE:
            self._close()
        if there:
            self._path.unlink(missing_ok=True)
        if self._keep:
            self._remove_note()


def is_strong(etag: str | None) -> bool:
    """Return whether an ETag guarantees identical bytes."""
    return etag is not None and _STRONG(etag) is not None


def _lock(file: int) -> bool:
    """Lock a file while it is open; return whether nobody else has locked it."""
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
    """Flush the entries of a directory to the disk, if the system can do that."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
