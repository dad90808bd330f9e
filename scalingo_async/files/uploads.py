"""Uploads: a file, bytes, or an iterator of bytes, to a URL of the platform."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any, BinaryIO, Final, TypeAlias, cast

import anyio
import anyio.to_thread
import attrs

from scalingo_async._core.arguments import integer, wrong_kind
from scalingo_async._core.cancellation import finish
from scalingo_async._core.door import advice
from scalingo_async._core.endpoint import Endpoint
from scalingo_async._core.session import Session
from scalingo_async._core.urls import ServerURL
from scalingo_async.errors import InvalidArgumentError, TransferError
from scalingo_async.files.folders import open_file
from scalingo_async.files.transfers import Progress, prepare_absolute, within_deadline
from scalingo_async.types import RequestOptions

__all__ = ["Content", "upload"]

Content: TypeAlias = (
    str | os.PathLike[str] | bytes | AsyncIterable[bytes] | Callable[[], AsyncIterable[bytes]]
)
"""The content of an upload: the path of a file, bytes, or a function that yields them."""

_PART: Final = 256 * 1024
"""Bytes that are handed to the connection at a time, each with the whole write timeout."""


async def upload(
    session: Session,
    endpoint: Endpoint[None],
    url: ServerURL,
    content: Content,
    *,
    content_type: str,
    size: int | None,
    on_progress: Callable[[Progress], object] | None,
    options: RequestOptions,
) -> None:
    """Upload a file with its exact size; it is opened again for each attempt.

    Args:
        session: The client's session.
        endpoint: The endpoint.
        url: The target.
        content: The content.
        content_type: Its media type.
        size: Its size in bytes.
        on_progress: Called with each `Progress`.
        options: Options of the call.

    Raises:
        InvalidArgumentError: An argument is invalid; nothing was sent.
        TransferError: The content did not have the announced size.
        ScalingoError: The request failed.
        OSError: The file can't be read.
    """
    options = options.copy()
    body = await _body_of(content, size, on_progress)
    if not body.again:
        # An iterator that was read can't be sent again.
        options["max_retries"] = 0
    headers = {"content-type": content_type, "content-length": str(body.size)}
    request = prepare_absolute(session, endpoint, url, headers, options)
    try:
        with within_deadline(options):
            await session.send(attrs.evolve(request, content=body.open))
    finally:
        await body.close()


async def _body_of(
    content: Content, size: int | None, on_progress: Callable[[Progress], object] | None
) -> _Body:
    """Check the content of an upload.

    Raises:
        InvalidArgumentError: It can't be uploaded, or its size is missing or wrong.
    """
    known: int | None = None
    again = True
    source: Callable[[], AsyncIterable[bytes]]
    if isinstance(content, bytes | bytearray | memoryview):
        data = memoryview(content).cast("B")
        known, source = len(data), partial(_Pieces, data)
    elif isinstance(content, str | os.PathLike):
        path: str = os.fspath(content)
        known = await anyio.to_thread.run_sync(_size_of, path)
        source = partial(FilePieces, path)
    elif isinstance(content, AsyncIterable):
        # An iterator is its own source, and used up once it was read.
        again = not isinstance(content, AsyncIterator)
        source = partial(_itself, content)
    elif callable(content):
        source = content
    else:
        read = advice("an async iterator", "an iterator")
        called = f"a path, bytes, or a function that returns {read} of bytes"
        raise wrong_kind(content, "content", called)
    size = known if size is None else size
    if size is None:
        raise InvalidArgumentError("size is missing: pass the number of bytes of the content")
    integer(size, "size", 0, called="a number of bytes")
    if known is not None and known != size:
        raise InvalidArgumentError(f"size is {size}, but the content has {known} bytes")
    return _Body(source, size, on_progress, again=again)


def _itself(content: AsyncIterable[bytes]) -> AsyncIterable[bytes]:
    return content


def _size_of(path: str) -> int:
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError) as error:
        raise InvalidArgumentError(f"content can't be read: {error}") from None
    if not stat.S_ISREG(found.st_mode):
        raise InvalidArgumentError(f"content must be a file, but {path} is not")
    return found.st_size


class _Body:
    """The body of an upload.

    Args:
        source: Opens the content.
        size: The announced size.
        on_progress: Called with the progress.
        again: Whether it can be opened a second time.
    """

    def __init__(
        self,
        source: Callable[[], AsyncIterable[bytes]],
        size: int,
        on_progress: Callable[[Progress], object] | None,
        *,
        again: bool,
    ) -> None:
        self._source = source
        self._on_progress = on_progress
        self._opened: list[_Parts] = []
        self.size = size
        self.again = again

    def open(self) -> AsyncIterator[bytes]:
        """Open it for one attempt."""
        parts = _Parts(self._source(), self.size, len(self._opened), self._on_progress)
        self._opened.append(parts)
        return parts

    async def close(self) -> None:
        """Close everything that the attempts have opened, even if the transport didn't."""
        with anyio.CancelScope(shield=True):
            async with AsyncExitStack() as stack:
                # Close all of them, even if one fails.
                for parts in self._opened:
                    stack.push_async_callback(parts.aclose)


class _Parts:
    """The iterator of one attempt: it yields exactly as many bytes as announced.

    It is not a generator: an unfinished one would be closed later, in another task.
    """

    def __init__(
        self,
        source: AsyncIterable[bytes],
        size: int,
        number: int,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        self._source: Any = aiter(source)
        self._size = size
        self._number = number
        self._on_progress = on_progress
        self._rest = memoryview(b"")
        self._done = 0

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._done:
            # The previous chunk was sent when this one is requested.
            self._tell()
        while not self._rest:
            try:
                chunk = await anext(self._source)
            except StopAsyncIteration:
                if self._done != self._size:
                    raise self._problem("there are no more") from None
                if not self._done:
                    self._tell()
                raise
            self._rest = memoryview(chunk).cast("B")
        part, self._rest = bytes(self._rest[:_PART]), self._rest[_PART:]
        if self._done + len(part) > self._size:
            raise self._problem("there are more")
        self._done += len(part)
        return part

    def _tell(self) -> None:
        if self._on_progress is not None:
            self._on_progress(Progress(self._done, self._size, self._number))

    def _problem(self, why: str) -> TransferError:
        return TransferError(
            f"{self._done} of {self._size} bytes of the content were sent: {why}; "
            "the content does not have the announced size",
            done=self._done,
            total=self._size,
        )

    async def aclose(self) -> None:
        """Close the source of the bytes."""
        close = getattr(self._source, "aclose", None)
        if close is not None:
            await close()


class _Pieces:
    """Bytes in memory."""

    def __init__(self, data: memoryview) -> None:
        self._data: memoryview | None = data

    def __aiter__(self) -> AsyncIterator[bytes]:
        return cast("AsyncIterator[bytes]", self)

    async def __anext__(self) -> memoryview:
        data, self._data = self._data, None
        if not data:
            raise StopAsyncIteration
        return data


class FilePieces:
    """A file, read in threads.

    Args:
        path: The file.
        size: How many bytes to read at a time.
    """

    def __init__(self, path: str, size: int = _PART) -> None:
        self._path = path
        self._size = size
        self._file: BinaryIO | None = None
        self._closed = False
        # A thread keeps running if asyncio itself cancels the task that waits for it.
        self._alone = threading.Lock()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        data = await anyio.to_thread.run_sync(self._read)
        if not data:
            raise StopAsyncIteration
        return data

    def _read(self) -> bytes:
        with self._alone:
            if self._closed:
                return b""
            if self._file is None:
                self._file = open_file(self._path)
            return self._file.read(self._size) or b""

    async def aclose(self) -> None:
        await finish(self._close)

    def _close(self) -> None:
        with self._alone, suppress(OSError):
            self._closed = True
            if self._file is not None:
                self._file.close()
