"""A file that is not whole yet: under a name of its own next to the final one.

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
"""Bytes that are gathered before they are written: a thread costs as much as copying these."""

_PATIENCE: Final = 0.5
"""Seconds after which fewer are written, so that a slow transfer shows that it goes on."""

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
"""A backup or an archive of logs is nobody else's business."""

_OPEN_FILES_MOVE: Final = os.name != "nt"
"""Whether a file can be renamed and removed while it is open; where not, nobody else's can be."""


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
        given: The path as the caller wrote it.
    """

    folder: Path
    name: str | None
    overwrite: bool
    given: str

    @classmethod
    async def of(cls, path: str | os.PathLike[str], *, overwrite: bool, resume: bool) -> Target:
        """Look at where a file is to be, before anything is sent.

        Raises:
            InvalidArgumentError: It can't be there.
            OSError: It may not be looked at.
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
        if _kind_of(text, text) == stat.S_IFDIR:
            if resume:
                raise InvalidArgumentError(
                    f"resume=True needs the path of a file, and {text} is a folder: what is there "
                    "of the file is found by its name"
                )
            return cls(path, None, overwrite, text)
        folder = path if text.endswith(("/", os.sep)) else path.parent
        if _kind_of(str(folder), text) != stat.S_IFDIR:
            raise InvalidArgumentError(f"there is no folder {folder}: make it first")
        target = cls(folder, path.name, overwrite, text)
        target.check(path.name)
        return target

    def check(self, name: str) -> Path:
        """Return the path of the file under a name, if the file may be there.

        Raises:
            InvalidArgumentError: It may not.
            OSError: It may not be looked at.
        """
        path = self.folder / name
        shown = self.given if self.name is not None else str(path)
        kind = _kind_of(str(path), shown)
        if kind is None and _kind_of(str(path), shown, follow=False) is None:
            return path
        if kind not in {stat.S_IFREG, None}:
            raise InvalidArgumentError(f"{shown} is there, and is not a file")
        if not self.overwrite:
            what = "there" if kind else "a symbolic link that leads nowhere"
            raise InvalidArgumentError(f"{shown} is {what}: overwrite=True replaces it")
        return path


def _kind_of(path: str, shown: str, *, follow: bool = True) -> int | None:
    """Return of which kind something is; `None` when it is not there.

    Raises:
        InvalidArgumentError: Nothing can have that path.
        OSError: It may not be looked at.
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
    """Return an error of the disk that speaks of a path as the caller knows it."""
    return OSError(error.errno, error.strerror, path)


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
        self._noted: os.stat_result | None = None
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
            InvalidArgumentError: Another transfer writes to it, or it is somebody else's.
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
        try:
            self._file = self._open_kept() if self._keep else os.open(self._path, _NEW, _OURS)
        except OSError as error:
            raise _about(error, self._target.given) from None
        self._ours = True
        if self._keep:
            os.ftruncate(self._file, self._written)
            os.lseek(self._file, self._written, os.SEEK_SET)

    def _open_kept(self) -> int:
        """Open what an earlier transfer has kept, or make it, and keep others away from it."""
        for _ in range(_MOST_TRIES):
            for path in (self._path, self._note):
                shown = f"{self._target.given}{path.name.removeprefix(self._target.name or '')}"
                if _kind_of(str(path), shown, follow=False) not in {stat.S_IFREG, None}:
                    raise InvalidArgumentError(f"{shown} is there, and is not a file: move it away")
            try:
                file, made = self._open_or_make()
            except FileNotFoundError:
                if not self._target.folder.is_dir():
                    raise
                # It has got its final name, or was removed, this very moment.
                continue
            try:
                if self._take(file, made=made):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)
        raise InvalidArgumentError(f"other downloads write to {self._path}")

    def _open_or_make(self) -> tuple[int, bool]:
        """Open the file; tell whether it was made just now."""
        try:
            return os.open(self._path, _NEW, _OURS), True
        except FileExistsError:
            return os.open(self._path, _OLD), False

    def _take(self, file: int, *, made: bool) -> bool:
        """Keep others away from a file; tell whether it is still the one to write to."""
        if not _lock(file):
            raise InvalidArgumentError(f"another download writes to {self._path}")
        # Between the opening and the lock, another one may have given it its final name.
        if not is_at(file, self._path, follow=False):
            return False
        found = os.fstat(file)
        if not made:
            self._check_owner(self._path, found)
            if sys.platform != "win32":
                # Earlier versions have left them to the umask; some file systems have no modes.
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
        """Refuse to go on with what another user may have put there.

        Raises:
            InvalidArgumentError: One may have.
        """
        if is_strangers(path, found):
            raise InvalidArgumentError(
                f"{path} may be another user's, who could read or change the file: move it away, "
                "or download into a folder that others can't write to"
            )

    def _recall(self, size: int) -> None:
        """Find out what the file is a part of.

        Raises:
            InvalidArgumentError: No download has kept it.
        """
        note = self._read_note()
        if (size or note is not None) and (note is None or not note.keys() >= _NOTED):
            raise InvalidArgumentError(
                f"{self._path} is there, but no download with resume=True has kept it: move it "
                f"away, and {self._note.name} with it"
            )
        match note:
            case {"etag": str(etag), "total": int(total)} if 0 < size <= total and is_strong(etag):
                self.etag, self.total = etag, total
                # Something is left to ask for, so that the server says whether it is the same.
                self._written = min(size, total - 1)
            case _:
                pass

    def _read_note(self) -> dict[str, object] | None:
        """Return what is noted, nothing if it is not ours; `None` when there is no note."""
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
            self._write_note(json.dumps({"etag": self.etag, "total": self.total}).encode())

    def _write_note(self, note: bytes) -> None:
        # In one step: there is never half a note.
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
        """Remove the note, unless another download has put its own in its place."""
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
        path = self._target.check(self._target.name or name)
        if not is_at(file, self._path, follow=False):
            why = "it was removed or replaced while it was written"
            raise FileNotFoundError(errno.ENOENT, why, str(self._path))
        if not _OPEN_FILES_MOVE:
            self._close()
        # The lock is held on: whoever opens the file by its old name can't write to it.
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
