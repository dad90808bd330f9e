"""The file of a journal: one line when an item starts, and one when it has ended.

Each line ends with a checksum of itself and of all lines before it, so that damage is detected.
Only a torn last line, after a kill or a crash, is accepted: nothing had been done about it yet.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
import threading
import zlib
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, TypeAlias, cast, get_args

import anyio
import anyio.lowlevel
import anyio.to_thread
import attrs

from scalingo_async._core.decoding import json as decoding_json
from scalingo_async.bulk.journal import Journal, canonical, fingerprint
from scalingo_async.errors import InvalidArgumentError, JournalError
from scalingo_async.files.folders import NotOrdinaryError, is_at, is_strangers, open_descriptor

VERSION: Final = 2

_WITHOUT_SUMS: Final = 1
"""The previous version, whose lines have no checksums: its journals are continued as they are."""

_SALT: Final = re.compile(r"[0-9a-f]{32}").fullmatch
_SUM: Final = re.compile(rb',"sum":"([0-9a-f]{8})"}')
_SUM_LENGTH: Final = len(b',"sum":"01234567"}')

# The beginnings of the lines of a journal, to recognize a torn line.
_HEADER: Final = b'{"journal":%d,"job":"' % VERSION
_ENTRY: Final = b'{"key":"'

_SHOWN: Final = 100
"""How many characters of a string from the file go into a message."""


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    _FAR: Final = 1 << 40

    def _lock(file: BinaryIO) -> bool:
        """Lock a byte far behind the content, for as long as the file is open."""
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

    def _sync_folder(path: str) -> None:
        """Do nothing: Windows can't do this."""

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        """Lock a file for as long as it is open; a kill releases the lock as well."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _sync_folder(path: str) -> None:
        """Write the directory entry of a new file to the disk."""
        descriptor = os.open(Path(path).absolute().parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class JournalFile:
    """An open journal; only one process can have it open at a time.

    Args:
        journal: The settings of the caller.
        job: Name of the job.
        parameters: What distinguishes the job from others.

    Raises:
        InvalidArgumentError: The parameters can't be serialized as JSON.
    """

    def __init__(self, journal: Journal, job: str, parameters: Mapping[str, object]) -> None:
        self.path = os.fspath(journal.path)
        self.keep = journal.keep
        self.entries: dict[str, Entry] = {}
        self._job = job
        self._parameters = canonical(parameters)
        self._file: BinaryIO | None = None
        self._end = 0
        self._version = VERSION
        # The checksum of the lines that were written or queued.
        self._sum = 0
        self._claimed: set[str] = set()
        # The queue of lines: filled by the event loop, emptied by a thread.
        self._pending: deque[tuple[int, bytes]] = deque()
        self._queued = self._written = 0
        self._broken: OSError | None = None
        self._committing = threading.Lock()
        self._closed = False
        self._turn = anyio.Lock()

    # -- opening and closing: in a thread --------------------------------------------------

    def open(self) -> None:
        """Open or create the file, and read its content.

        Raises:
            JournalError: Another process uses it, it belongs to another job, or it is damaged.
            OSError: The file can't be opened or written.
        """
        try:
            with self._committing:
                if not self._closed:
                    self._open()
        finally:
            self._close_if_idle()

    def _open(self) -> None:
        self._file = file = self._opened_or_made()
        if not _lock(file):
            raise JournalError(f"the journal {self._name} is in use by another run of the job")
        if not is_at(file.fileno(), self.path, follow=True):
            # Removed or replaced since it was opened: what is written would be lost.
            raise JournalError(
                f"the journal {self._name} was replaced while it was opened: try again"
            )
        content = self._read(file.readall())
        if sys.platform != "win32":
            # Only now, since other files are left unchanged.
            os.fchmod(file.fileno(), 0o600)
        self._end, self._version, self._sum = content.end, content.version, content.sum
        file.seek(self._end)
        file.truncate()
        if self._end == 0:
            salt = secrets.token_hex(16)
            header = {
                "journal": VERSION,
                "job": self._job,
                "salt": salt,
                "fingerprint": fingerprint(self._parameters, salt),
            }
            self._put(self._line(header))
            _sync_folder(self.path)
        elif content.unfinished:
            self._put(b"\n")

    def _opened_or_made(self) -> FileIO:
        try:
            return self._opened(os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except FileExistsError:
            self._check_link()
            file = self._opened(os.O_RDWR | os.O_CREAT)
        return self._checked_owner(file)

    def _check_link(self) -> None:
        """Refuse to follow a link that another user may have put there.

        Raises:
            JournalError: One may have.
        """
        with suppress(FileNotFoundError):
            if is_strangers(self.path, Path(self.path).lstat()):
                raise self._strangers()

    def _checked_owner(self, file: FileIO) -> FileIO:
        """Return a file, or close it and refuse it if another user may have put it there.

        Raises:
            JournalError: One may have.
        """
        if is_strangers(self.path, os.fstat(file.fileno())):
            file.close()
            raise self._strangers()
        return file

    def _strangers(self) -> JournalError:
        return JournalError(
            f"the journal {self._name} may belong to another user, who could forge it: use "
            "a file in a directory that others can't write to"
        )

    def _opened(self, flags: int) -> FileIO:
        """Open the file if it is a regular file: a pipe would never end."""
        try:
            descriptor = open_descriptor(self.path, flags)
        except NotOrdinaryError:
            raise JournalError(
                f"{self._name} is not a regular file, so not a journal; it was left unchanged"
            ) from None
        return FileIO(descriptor, "r+" if flags & os.O_RDWR else "r")

    def look(self) -> None:
        """Read the content of the file, if it exists, without changing it.

        Raises:
            JournalError: It belongs to another job, or is damaged.
            OSError: The file can't be read.
        """
        try:
            file = self._checked_owner(self._opened(os.O_RDONLY))
        except FileNotFoundError:
            return
        with file:
            self._read(file.readall())

    @property
    def _name(self) -> str:
        return with_surrogates_escaped(self.path)

    def _read(self, data: bytes) -> Content:
        content = parse(data, self._name)
        if content.lines:
            self._check(content.lines[0])
        for line in content.lines[1:]:
            self._learn(line)
        return content

    def _check(self, header: dict[str, Any]) -> None:
        salt, job = header.get("salt"), header.get("job")
        if not isinstance(salt, str) or not _SALT(salt):
            raise JournalError(
                f"the journal {self._name} is damaged in line 1: the salt is missing"
            )
        if job != self._job:
            raise JournalError(
                f"the journal {self._name} belongs to the job {repr(job)[:_SHOWN]}, not to "
                f"{self._job!r}: use another file"
            )
        if fingerprint(self._parameters, salt) != header.get("fingerprint"):
            raise JournalError(
                f"the journal {self._name} was written with other parameters: finish that job with "
                "them, or use another file"
            )

    def _learn(self, line: dict[str, Any]) -> None:
        key, state = line.get("key"), line.get("state")
        if not isinstance(key, str) or not isinstance(state, str) or state not in _STATES:
            raise JournalError(f"the journal {self._name} contains an invalid line")
        entry = self.entries.setdefault(key, Entry("dropped"))
        entry.state = cast("State", state)
        if state == "started":
            entry.attempts += 1
        elif state == "dropped":
            entry.attempts = max(0, entry.attempts - 1)
        entry.redo = line.get("redo") is True
        entry.value = line.get("value")

    def close(self) -> None:
        """Close the file, which releases its lock.

        If asyncio cancels the task of a thread that is writing, the thread keeps running and closes
        the file when it ends.
        """
        self._closed = True
        self._close_if_idle()

    def _close_if_idle(self) -> None:
        if self._closed and self._committing.acquire(blocking=False):
            try:
                file, self._file = self._file, None
                if file is not None:
                    file.close()
            finally:
                self._committing.release()

    # -- items -----------------------------------------------------------------------------

    @property
    def done(self) -> int:
        """How many items earlier runs have done."""
        return sum(entry.state == "done" for entry in self.entries.values())

    def claim(self, key: str, *older: str) -> Entry | None:
        """Claim an item; return the entry that earlier runs have left.

        Args:
            key: Its key.
            *older: Other keys that an earlier run may have used for it.

        Raises:
            InvalidArgumentError: Another item has the same key.
        """
        if key in self._claimed:
            raise InvalidArgumentError(
                f"two items have the key {key!r}, so the journal can't tell them apart: leave "
                "one "
                "out, or pass key="
            )
        self._claimed.add(key)
        for known in (key, *older):
            entry = self.entries.get(known)
            if entry is not None and (known == key or known not in self._claimed):
                self._claimed.add(known)
                return entry
        return None

    async def append(self, key: str, state: State, **facts: object) -> None:
        """Write a line, and return when it is on the disk.

        Queued lines are written together. If the caller is cancelled, the line is still written
        before the cancellation propagates.

        Raises:
            OSError: It could not be written.
        """
        line = self._line({"key": key, "state": state, **facts})
        self._queued += 1
        ticket = self._queued
        self._pending.append((ticket, line))
        # If it were cut short, nothing would write the lines that are queued.
        with anyio.CancelScope(shield=True):
            async with self._turn:
                if self._written < ticket:
                    await anyio.to_thread.run_sync(self._commit)
        if self._broken is not None:
            raise OSError(self._broken.errno, os.strerror(self._broken.errno or 0), self.path)
        await anyio.lowlevel.checkpoint_if_cancelled()

    def _commit(self) -> None:
        with self._committing:
            lines: list[bytes] = []
            ticket = self._written
            while self._pending:
                ticket, line = self._pending.popleft()
                lines.append(line)
            if self._broken is None:
                try:
                    self._put(b"".join(lines))
                except OSError as error:
                    # No line may follow half a line.
                    self._broken = error
            self._written = ticket
        self._close_if_idle()

    def _line(self, record: Mapping[str, object]) -> bytes:
        """Serialize a record as the next line of the journal."""
        text = _written(record)
        if self._version != _WITHOUT_SUMS:
            self._sum = zlib.crc32(text, self._sum)
            text = b'%b,"sum":"%08x"}' % (text[:-1], self._sum)
        return text + b"\n"

    def _put(self, data: bytes) -> None:
        file = self._file
        if file is None:
            raise OSError(9, "the journal is closed")
        try:
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(self._end)
            raise
        self._end += len(data)


State: TypeAlias = Literal["started", "done", "failed", "dropped"]
_STATES: Final = frozenset(get_args(State))


@attrs.define
class Entry:
    """What a journal knows about an item.

    Attributes:
        state: `started`, `done`, `failed`, or `dropped`, as if it had never been started.
        attempts: How often it was started.
        redo: Whether it failed without leaving anything behind.
        value: The part of its value that was kept.
    """

    state: State
    attempts: int = 0
    redo: bool = False
    value: object = None


@attrs.frozen
class Content:
    """The content of a journal file.

    Attributes:
        lines: The lines, the header first; empty if only the torn beginning of a header is there.
        end: How many bytes of the file they take.
        version: The version of the format.
        sum: The checksum of all lines.
        unfinished: Whether the last line is complete except for its line break.
    """

    lines: list[dict[str, Any]]
    end: int = 0
    version: int = VERSION
    sum: int = 0
    unfinished: bool = False


def parse(data: bytes, name: str) -> Content:
    """Read the lines of a journal.

    The last line may be torn if the program or the machine died: nothing had been done about it
    yet, and it is left out. Anything else that doesn't fit the format is damage.

    Args:
        data: The file.
        name: Its name in error messages.

    Raises:
        JournalError: It isn't a journal, has another version, or is damaged.
    """
    *texts, rest = data.split(b"\n")
    first = _record(texts[0] if texts else rest)
    if first is None or "journal" not in first:
        if not texts and _is_torn(rest, _HEADER):
            return Content([])
        raise JournalError(f"{name} is not a journal; it was left unchanged")
    version = first["journal"]
    if type(version) is not int or version not in {VERSION, _WITHOUT_SUMS}:
        raise JournalError(f"{name} is a journal of a version that this release can't read")
    if version == _WITHOUT_SUMS:
        return _without_sums(first, texts, name)
    total = end = 0
    lines: list[dict[str, Any]] = []
    for number, text in enumerate(texts, 1):
        checked = _checked(text, total)
        if checked is None:
            raise _damaged(name, number)
        record, total = checked
        lines.append(record)
        end += len(text) + 1
    rest = rest.rstrip(b"\0")
    last = _checked(rest, total)
    if last is not None:
        return Content([*lines, last[0]], end + len(rest), sum=last[1], unfinished=True)
    if not lines or not _is_torn(rest, _ENTRY):
        raise _damaged(name, len(texts) + 1)
    return Content(lines, end, sum=total)


def _without_sums(first: dict[str, Any], texts: list[bytes], name: str) -> Content:
    """Read lines without checksums: unreadable lines at the end count as torn."""
    if "sum" in first:
        raise _damaged(name, 1)
    lines: list[dict[str, Any]] = []
    damaged = end = 0
    for number, text in enumerate(texts, 1):
        record = _record(text)
        if record is None:
            damaged = damaged or number
        elif damaged:
            raise _damaged(name, damaged)
        else:
            lines.append(record)
            end += len(text) + 1
    return Content(lines, end, version=_WITHOUT_SUMS)


def _checked(text: bytes, total: int) -> tuple[dict[str, Any], int] | None:
    """Read a line that follows this checksum; return its record and the next checksum."""
    found = _SUM.fullmatch(text, len(text) - _SUM_LENGTH) if len(text) > _SUM_LENGTH else None
    if found is None:
        return None
    total = zlib.crc32(text[:-_SUM_LENGTH] + b"}", total)
    record = _record(text) if int(found[1], 16) == total else None
    return None if record is None else (record, total)


def _is_torn(rest: bytes, start: bytes) -> bool:
    """Return whether something is only the beginning of a line."""
    return start.startswith(rest[: len(start)]) and _SUM.search(rest) is None


def _damaged(name: str, number: int) -> JournalError:
    return JournalError(
        f"the journal {name} is damaged in line {number}, so it can't be relied on; it was "
        "left "
        "unchanged"
    )


def _record(text: bytes) -> dict[str, Any] | None:
    try:
        value = decoding_json.loads(text, None)
    except ValueError:
        value = _with_surrogates(text)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _with_surrogates(text: bytes) -> object:
    """Read JSON with lone surrogates in it, as names of files may have."""
    if b"\\ud" not in text:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _written(record: Mapping[str, object]) -> bytes:
    """Write JSON, with lone surrogates in it if necessary.

    Raises:
        TypeError: A value can't be serialized as JSON.
    """
    try:
        return decoding_json.dumps(record)
    except TypeError:
        try:
            json.dumps(record, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return json.dumps(record, separators=(",", ":")).encode()
        raise


def with_surrogates_escaped(text: str) -> str:
    """Return text that can be encoded: lone surrogates are escaped."""
    return text.encode(errors="backslashreplace").decode()
