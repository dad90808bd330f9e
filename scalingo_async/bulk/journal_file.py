"""The file of a journal: one line when an item is begun, and one when it has ended."""

from __future__ import annotations

import os
import secrets
import stat
import sys
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, TypeAlias, cast

import anyio
import anyio.to_thread
import attrs

from scalingo_async._core.decoding import json as decoding_json
from scalingo_async.bulk.journal import canonical, fingerprint
from scalingo_async.errors import InvalidArgumentError, JournalError
from scalingo_async.files.folders import open_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_async.bulk.journal import Journal


VERSION: Final = 1


# How each journal begins; a first line that was cut off is not somebody else's file.
_HEADER: Final = b'{"journal":'


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    _FAR: Final = 1 << 40

    def _lock(file: BinaryIO) -> bool:
        """Lock a byte behind all that is ever written, for as long as the file is open."""
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

    def _sync_folder(path: str) -> None:
        """Windows has no such thing."""

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        """Lock a file for as long as it is open; a kill gives it free as well."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _sync_folder(path: str) -> None:
        """Put the name of a new file on the disk."""
        descriptor = os.open(Path(path).absolute().parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


_FLAGS: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def _is_at(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), Path(path).stat())
    except FileNotFoundError:
        return False


class JournalFile:
    """An open journal; one process has it at a time.

    Args:
        journal: What the caller asked for.
        job: Name of the job.
        parameters: What tells it from others.

    Raises:
        InvalidArgumentError: The parameters have no JSON form.
    """

    def __init__(self, journal: Journal, job: str, parameters: Mapping[str, object]) -> None:
        self.path = os.fspath(journal.path)
        self.keep = journal.keep
        self.entries: dict[str, Entry] = {}
        self._job = job
        self._parameters = canonical(parameters)
        self._file: BinaryIO | None = None
        self._end = 0
        self._claimed: set[str] = set()
        # What is to be written: filled by the event loop, emptied by a thread.
        self._pending: deque[tuple[int, bytes]] = deque()
        self._queued = self._written = 0
        self._broken: OSError | None = None
        self._committing = threading.Lock()
        self._turn = anyio.Lock()

    # -- opening and closing: in a thread --------------------------------------------------

    def open(self) -> None:
        """Open the file, or make it, and read what is in it.

        Raises:
            JournalError: Another process has it, or it belongs to another job, or is damaged.
            OSError: The file can't be opened or written.
        """
        descriptor = os.open(self.path, _FLAGS, 0o600)
        self._file = file = os.fdopen(descriptor, "r+b", buffering=0)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise JournalError(f"the journal {self.path} is not a file")
        if not _lock(file):
            raise JournalError(f"the journal {self.path} is in use by another run of the job")
        if not _is_at(descriptor, self.path):
            # Removed, or replaced by another file, since it was opened: it would be lost.
            raise JournalError(
                f"the journal {self.path} was replaced while it was opened: try again"
            )
        if sys.platform != "win32":
            os.fchmod(descriptor, 0o600)
        self._end = self._read(file.readall())
        file.seek(self._end)
        file.truncate()
        if self._end == 0:
            salt = secrets.token_hex(16)
            self._write(
                {
                    "journal": VERSION,
                    "job": self._job,
                    "salt": salt,
                    "fingerprint": fingerprint(self._parameters, salt),
                }
            )
            _sync_folder(self.path)

    def look(self) -> None:
        """Read what is in the file, if there is one, and leave it alone.

        Raises:
            JournalError: It belongs to another job, or is damaged.
            OSError: The file can't be read.
        """
        try:
            with open_file(self.path) as file:
                data = file.read()
        except FileNotFoundError:
            return
        self._read(data)

    def _read(self, data: bytes) -> int:
        lines, end = parse(data, self.path)
        if lines:
            self._check(lines[0])
        elif b"\n" in data or not _HEADER.startswith(data[: len(_HEADER)]):
            raise JournalError(f"{self.path} is no journal: it is left as it is")
        for line in lines[1:]:
            self._learn(line)
        return end

    def _check(self, header: dict[str, Any]) -> None:
        salt, mark = header.get("salt"), header.get("fingerprint")
        if header.get("journal") != VERSION or not isinstance(salt, str):
            raise JournalError(f"{self.path} is no journal that this version can read")
        if header.get("job") != self._job:
            raise JournalError(
                f"the journal {self.path} belongs to the job {header.get('job')!r}, not to "
                f"{self._job!r}: use another file"
            )
        if fingerprint(self._parameters, salt) != mark:
            raise JournalError(
                f"the journal {self.path} was written with other parameters: finish that job with "
                "them, or use another file"
            )

    def _learn(self, line: dict[str, Any]) -> None:
        key, state = line.get("key"), line.get("state")
        if not isinstance(key, str) or state not in {"started", "done", "failed", "dropped"}:
            raise JournalError(f"the journal {self.path} holds a line that makes no sense")
        entry = self.entries.setdefault(key, Entry("dropped"))
        entry.state = state
        if state == "started":
            entry.attempts += 1
        elif state == "dropped":
            entry.attempts = max(0, entry.attempts - 1)
        entry.redo = line.get("redo") is True
        entry.value = line.get("value")

    def close(self) -> None:
        """Close the file, which gives it free for others."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    # -- items -----------------------------------------------------------------------------

    @property
    def done(self) -> int:
        """How many items earlier runs have done."""
        return sum(entry.state == "done" for entry in self.entries.values())

    def claim(self, key: str) -> Entry | None:
        """Take an item up; returns what earlier runs have left of it.

        Raises:
            InvalidArgumentError: Another item has the same key.
        """
        if key in self._claimed:
            raise InvalidArgumentError(
                f"two items have the key {key!r}: the journal could not tell them apart; leave one "
                "out, or give key="
            )
        self._claimed.add(key)
        return self.entries.get(key)

    async def append(self, key: str, state: State, **facts: object) -> None:
        """Write a line, and return when it is on the disk.

        Lines that are waiting go together. When the caller is cancelled the line may be written
        all the same.

        Raises:
            OSError: It could not be written.
        """
        self._queued += 1
        ticket = self._queued
        self._pending.append(
            (ticket, decoding_json.dumps({"key": key, "state": state, **facts}) + b"\n")
        )
        async with self._turn:
            if self._written < ticket:
                # Cut short, it would leave lines behind that others wait for.
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self._commit)
        if self._broken is not None:
            raise OSError(self._broken.errno, os.strerror(self._broken.errno or 0), self.path)

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
                    # After half a line no other may follow.
                    self._broken = error
            self._written = ticket

    def _write(self, line: dict[str, object]) -> None:
        self._put(decoding_json.dumps(line) + b"\n")

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


@attrs.define
class Entry:
    """What a journal knows of an item.

    Attributes:
        state: `started`, `done`, `failed`, or `dropped`, as if it had never been begun.
        attempts: How often it was begun.
        redo: Whether it failed in a way that left nothing behind.
        value: What was kept of its value.
    """

    state: State
    attempts: int = 0
    redo: bool = False
    value: object = None


def parse(data: bytes, path: str) -> tuple[list[dict[str, Any]], int]:
    """Read the lines of a journal.

    What was written last may be torn, when the program or the machine died: it was not acted on,
    and is left out. Damage in front of good lines is something else.

    Returns:
        The lines, and how many bytes of the file they take.

    Raises:
        JournalError: A line in the midst of others can't be read.
    """
    lines: list[dict[str, Any]] = []
    good = position = number = 0
    damaged: int | None = None
    while (end := data.find(b"\n", position)) >= 0:
        number += 1
        line = _line(data[position:end])
        position = end + 1
        if line is None:
            damaged = damaged or number
        elif damaged is not None:
            raise JournalError(f"the journal {path} is damaged in line {damaged}")
        else:
            lines.append(line)
            good = position
    return lines, good


def _line(text: bytes) -> dict[str, Any] | None:
    try:
        value = decoding_json.loads(text, None)
    except ValueError:
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
