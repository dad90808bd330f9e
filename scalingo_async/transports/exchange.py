"""Exchange: one request and its response over an HTTP library, with its errors and streams."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Iterator
from typing import Protocol, Self

import anyio

from scalingo_async._core.cancellation import closing, is_cancelled
from scalingo_async._core.secrets import hidden_frames, without_frames
from scalingo_async.errors import ClientClosedError, ScalingoError
from scalingo_async.request import Request, Response
from scalingo_async.transports.base import CLOSING
from scalingo_async.transports.decompression import (
    Decompressor,
    check_declared,
    read_body,
    within,
)
from scalingo_async.types import Headers

__all__ = [
    "Call",
    "OwnedStream",
    "exchange",
]


class Call(Protocol):
    """One request in the hands of a library: what `exchange` needs of it.

    It is an iterator over the body of the answer, as it comes. Its `repr` shows nothing of the
    request or the answer, since it stands in the frames that an exception passes.
    """

    async def open(self) -> int:
        """Send the request and read the head of its answer; returns the status."""
        ...

    def headers(self) -> Headers:
        """Return the headers of the answer."""
        ...

    def framing(self) -> tuple[str, str]:
        """Return its `Content-Encoding` and its `Content-Length`, without a look at the others."""
        ...

    def at_hand(self) -> bytes | None:
        """Return the whole body, as it came, if it is here already."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the body."""
        ...

    async def __anext__(self) -> bytes:
        """Return the next bytes of the body."""
        ...

    async def end(self, *, whole: bool) -> None:
        """Give the connection back, or close it when the answer was not read to its end."""
        ...

    def translate(self, error: Exception) -> Exception:
        """Make an exception of this package of one of the library; others stay as they are."""
        ...


async def exchange(call: Call, request: Request, limit: int) -> Response:
    """Send a request, read its answer, and translate whatever goes wrong.

    Args:
        call: The request in the hands of a library.
        request: The request.
        limit: The largest answer read into memory, in bytes.

    Returns:
        The answer.

    Raises:
        APIConnectionError: There was no usable answer.
        ResponseTooLargeError: The answer is larger than allowed.
        ResponseDecodeError: The answer's compression is broken or unknown.
    """
    problem: Exception
    try:
        status = await call.open()
        headers = call.headers()
        if request.stream:
            return Response(status, headers, body=OwnedStream(call, headers))
        encoding, declared = call.framing()
        if request.method != "HEAD":
            check_declared(declared, limit)
        content = None if encoding else call.at_hand()
        content = (
            await read_body(call, encoding, limit) if content is None else within(content, limit)
        )
        response = Response(status, headers, content)
        await call.end(whole=True)
        return response  # noqa: TRY300 - the clauses below are for failures of the above
    except ScalingoError:
        await call.end(whole=False)
        # The frames below hold the answer.
        with hidden_frames:
            raise
    except Exception as error:  # noqa: BLE001 - the libraries have many kinds
        await call.end(whole=False)
        problem = call.translate(error)
    except BaseException as error:  # noqa: BLE001
        await call.end(whole=False)
        # The frames of the library below hold the credential.
        problem = await _interrupted(without_frames(error), call)
    raise problem


async def _interrupted(error: BaseException, call: Call) -> Exception:
    """Raise what ended a call from outside; make an exception for what the library cancelled."""
    if not isinstance(error, anyio.get_cancelled_exc_class()) or await is_cancelled():
        raise error
    return call.translate(ConnectionAbortedError(errno.ECONNABORTED, "the library gave it up"))


class OwnedStream:
    """A body that is still on the wire, with its connection given back once.

    It is its own iterator: a generator that is left half way would be ended later, somewhere
    else.

    Args:
        call: The call that the body belongs to.
        headers: Headers of the answer.
    """

    __slots__ = ("_call", "_decompressor", "_ended", "_over", "_pieces")

    def __init__(self, call: Call, headers: Headers) -> None:
        self._call = call
        self._decompressor = Decompressor(headers.get("content-encoding", ""), None)
        self._pieces: Iterator[bytes] = iter(())
        self._over = False
        self._ended = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while not self._ended:
            problem: Exception
            try:
                for piece in self._pieces:
                    return piece
                self._pieces = self._decompressor.feed(await self._call.__anext__())
            except StopAsyncIteration:
                self._over = True
                await self._end(whole=True)
                self._decompressor.finish()
                raise
            except ScalingoError:
                await self.aclose()
                with hidden_frames:
                    raise
            except Exception as error:  # noqa: BLE001 - the libraries have many kinds
                problem = self._call.translate(error)
            except BaseException as error:  # noqa: BLE001
                problem = await _interrupted(without_frames(error), self._call)
            else:
                continue
            await self.aclose()
            raise problem
        if self._over:
            raise StopAsyncIteration
        raise ClientClosedError("this stream is closed")

    async def aclose(self) -> None:
        """Give the connection back; a second call does nothing."""
        await self._end(whole=False)

    async def _end(self, *, whole: bool) -> None:
        if not self._ended:
            self._ended = True
            await closing(self._call.end(whole=whole), CLOSING)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()
