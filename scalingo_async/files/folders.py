"""Read a directory tree that may change meanwhile: never through a link, never endlessly.

A `Folder` is an open directory, not a path: even if the path changes, files are read from the
directory that was opened. On systems without such descriptors, the path is checked again after each
step.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final, Self

import attrs

__all__ = [
    "ChangedError",
    "Folder",
    "NotOrdinaryError",
    "is_at",
    "is_strangers",
    "open_descriptor",
    "open_file",
]

_BASE: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_WAIT: Final = getattr(os, "O_NONBLOCK", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY: Final = getattr(os, "O_DIRECTORY", 0)

DESCRIPTORS: Final = (
    {os.open, os.stat, os.readlink} <= os.supports_dir_fd
    and os.scandir in os.supports_fd
    and bool(_NO_LINK and _DIRECTORY)
)
"""Whether the system has descriptors for directories."""

_OTHER: Final = frozenset(
    {
        errno.ELOOP,
        errno.EMLINK,
        errno.EINVAL,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.ENXIO,
    }
)
"""The errors for a file that has another type than before, or no longer exists."""


class ChangedError(OSError):
    """A file has changed since it was found."""


class NotOrdinaryError(OSError):
    """The path is a directory, a pipe or a device instead of a file."""

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Self:
        """Make it for a path."""
        return cls(errno.EINVAL, "Not an ordinary file", os.fspath(path))


def open_file(
    path: str | os.PathLike[str], *, folder: int | None = None, follow: bool = True
) -> BinaryIO:
    """Open a file for reading, without waiting for a pipe.

    Args:
        path: Its path.
        folder: Descriptor of the directory that the path is relative to.
        follow: Whether it may be a symbolic link.

    Raises:
        OSError: It can't be opened, or isn't a regular file.
    """
    flags = os.O_RDONLY | (0 if follow else _NO_LINK)
    return open(open_descriptor(path, flags, folder=folder), "rb")


def open_descriptor(path: str | os.PathLike[str], flags: int, *, folder: int | None = None) -> int:
    """Open a regular file, without waiting for a pipe; a new one is private to its owner.

    Args:
        path: Its path.
        flags: The flags for `os.open`.
        folder: Descriptor of the directory that the path is relative to.

    Raises:
        NotOrdinaryError: It is a directory, a pipe or a device.
        OSError: It can't be opened.
    """
    try:
        descriptor = os.open(path, flags | _BASE | _NO_WAIT, 0o600, dir_fd=folder)
    except IsADirectoryError:
        raise NotOrdinaryError.of(path) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotOrdinaryError.of(path)
    return descriptor


def is_at(descriptor: int, path: str | os.PathLike[str], *, follow: bool) -> bool:
    """Return whether an open file is the one at a path; `follow` follows a symbolic link."""
    try:
        there = Path(path).stat(follow_symlinks=follow)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)


def is_strangers(path: str | os.PathLike[str], found: os.stat_result) -> bool:
    """Return whether another user may have planted a file, to read or change it later.

    This is checked for files with a guessable name, before anything is written to them. Only a
    directory that others can write to, such as `/tmp`, can hold such a file; this can't be checked
    on Windows.

    Args:
        path: Its path.
        found: Its status, or that of a symbolic link.

    Raises:
        OSError: The status of the directory can't be read.
    """
    if not hasattr(os, "geteuid"):
        return False
    folder = Path(path).absolute().parent.stat().st_mode
    shared = folder & (stat.S_IWGRP | stat.S_IWOTH)
    # A file of ours with a second name is a hard link that somebody has made.
    return bool(shared) and (found.st_uid != os.geteuid() or found.st_nlink > 1)


@attrs.frozen
class Folder:
    """A directory of a tree.

    Attributes:
        path: Its path when it was opened, without symbolic links.
        handle: Its descriptor; `None` on systems that have none.
    """

    path: str
    handle: int | None

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> Self:
        """Open the directory at a path.

        Raises:
            OSError: It can't be opened.
        """
        text = os.fspath(path)
        return cls(text, os.open(text, _BASE | _DIRECTORY | _NO_LINK) if DESCRIPTORS else None)

    def below(self, name: str) -> Folder:
        """Open a subdirectory; it has to be closed as well.

        Raises:
            ChangedError: It is no longer a directory.
            OSError: It can't be opened.
        """
        path = os.path.join(self.path, name)  # noqa: PTH118
        if self.handle is None:
            folder = Folder(path, None)
            folder.check()
            return folder
        with self.naming(name):
            handle = os.open(name, _BASE | _DIRECTORY | _NO_LINK, dir_fd=self.handle)
            return Folder(path, handle)

    def close(self) -> None:
        """Close it."""
        if self.handle is not None:
            os.close(self.handle)

    def entries(self) -> list[tuple[str, bool]]:
        """Return its content: the names in the order of their bytes, and which are directories.

        Raises:
            OSError: It can't be read.
        """
        with self.naming(), os.scandir(self.path if self.handle is None else self.handle) as found:
            entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
        self.check()
        return sorted(entries, key=lambda entry: os.fsencode(entry[0]))

    def status(self, name: str) -> os.stat_result:
        """Return the status of a file in it, without following a link.

        Raises:
            ChangedError: It no longer exists.
        """
        with self.naming(name):
            path, handle = self.place_of(name)
            return os.stat(path, dir_fd=handle, follow_symlinks=False)

    def link(self, name: str) -> str:
        """Return the text of a symbolic link in it.

        Raises:
            ChangedError: It is no longer a link.
        """
        with self.naming(name):
            path, handle = self.place_of(name)
            return os.readlink(path, dir_fd=handle)

    def open(self, name: str) -> BinaryIO:
        """Open a file in it for reading.

        Raises:
            ChangedError: It is no longer a regular file.
            OSError: It can't be opened.
        """
        with self.naming(name):
            path, handle = self.place_of(name)
            file = open_file(path, folder=handle, follow=False)
        try:
            self.check()
        except BaseException:
            file.close()
            raise
        return file

    def check(self) -> None:
        """Check that the path still leads here, on systems without descriptors.

        Raises:
            ChangedError: It doesn't.
        """
        if self.handle is None and os.path.realpath(self.path) != self.path:
            raise ChangedError(errno.ELOOP, os.strerror(errno.ELOOP), self.path)

    def place_of(self, name: str) -> tuple[str, int | None]:
        """Return a path and the descriptor that it is relative to, for functions of `os`."""
        if self.handle is None:
            return os.path.join(self.path, name), None  # noqa: PTH118
        return name, self.handle

    def naming(self, name: str = "") -> _Naming:
        """Use the whole path in errors about the directory or a file in it."""
        return _Naming(os.path.join(self.path, name) if name else self.path)  # noqa: PTH118


class _Naming:
    """Uses the whole path in errors about a part of it."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if (
            isinstance(error, OSError)
            and not isinstance(error, ChangedError)
            and error.errno is not None
        ):
            make = ChangedError if error.errno in _OTHER else OSError
            raise make(error.errno, error.strerror, self._path) from None
