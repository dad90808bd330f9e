"""What a transport is, and what all transports share: a line for places, calls, streams."""

from __future__ import annotations

import errno
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

import anyio

from scalingo_async._core.cancellation import closing, is_cancelled
from scalingo_async.errors import (
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    ScalingoError,
)
from scalingo_async.request import Response
from scalingo_async.transports.bodies import Inflater, check_declared, read_body

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scalingo_async.request import Request
    from scalingo_async.types import Headers

__all__ = ["MAX_RESPONSE", "Call", "OwnedStream", "Slots", "Transport", "exchange"]

MAX_RESPONSE: Final = 16 * 1024 * 1024
"""The largest answer that is read into memory, in bytes, decompressed."""

KEEPALIVE: Final = 20.0
"""How long an idle connection is kept, in seconds."""

CLOSING: Final = 2.0
"""How long closing a connection may take, in seconds."""


class Transport(Protocol):
    """Sends requests over a network.

    It raises `APIConnectionError` and its kinds, and nothing of the library beneath.
    """

    async def send(self, request: Request, /) -> Response:
        """Send a request and read its answer; `request.stream` leaves the body unread."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class Slots:
    """A bounded number of places; whoever finds none waits for one, first in, first out.

    Libraries let hundreds of tasks race for a few connections; a line in front costs less.

    Args:
        number: How many there are.

    Raises:
        ConfigurationError: It is less than 1.
    """

    __slots__ = ("_free", "_line")

    def __init__(self, number: int) -> None:
        if isinstance(number, bool) or number < 1:
            raise ConfigurationError("max_connections must be 1 or more")
        self._free = number
        self._line: deque[anyio.Event] = deque()

    @property
    def free(self) -> int:
        """How many places nobody has."""
        return self._free

    async def acquire(self, patience: float | None) -> None:
        """Take a place.

        Args:
            patience: The longest wait, in seconds; `None` is no limit.

        Raises:
            APITimeoutError: No place came free in that time.
        """
        if self._free:
            self._free -= 1
            return
        turn = anyio.Event()
        self._line.append(turn)
        try:
            with anyio.move_on_after(patience):
                await turn.wait()
        except BaseException:
            self._leave(turn)
            raise
        if not turn.is_set():
            self._leave(turn)
            raise APITimeoutError(
                "no connection came free in time; nothing was sent", sent=False, phase="pool"
            )

    def _leave(self, turn: anyio.Event) -> None:
        if turn.is_set():
            # The place came and is not wanted any more.
            self.release()
        else:
            self._line.remove(turn)

    def release(self) -> None:
        """Give the place back: to the first in the line."""
        if self._line:
            self._line.popleft().set()
        else:
            self._free += 1


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
        if request.method != "HEAD":
            check_declared(headers, limit)
        response = Response(status, headers, await read_body(call, headers, limit))
        await call.end(whole=True)
        return response  # noqa: TRY300 - the clauses below are for failures of the above
    except ScalingoError as error:
        await call.end(whole=False)
        # The frames below hold the answer in their variables.
        raise error.with_traceback(None)  # noqa: B904
    except Exception as error:  # noqa: BLE001 - the libraries have many kinds
        await call.end(whole=False)
        problem = call.translate(error)
    except BaseException as error:  # noqa: BLE001
        await call.end(whole=False)
        # The frames of the library below hold the credential in their variables.
        problem = await _interrupted(error.with_traceback(None), call)
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

    __slots__ = ("_call", "_ended", "_inflater", "_over", "_pieces")

    def __init__(self, call: Call, headers: Headers) -> None:
        self._call = call
        self._inflater = Inflater(headers.get("content-encoding", ""), None)
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
                self._pieces = self._inflater.feed(await self._call.__anext__())
            except StopAsyncIteration:
                self._over = True
                await self._end(whole=True)
                self._inflater.finish()
                raise
            except ScalingoError as error:
                await self.aclose()
                raise error.with_traceback(None)  # noqa: B904
            except Exception as error:  # noqa: BLE001 - the libraries have many kinds
                problem = self._call.translate(error)
            except BaseException as error:  # noqa: BLE001
                problem = await _interrupted(error.with_traceback(None), self._call)
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
