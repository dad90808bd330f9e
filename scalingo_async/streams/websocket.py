"""A websocket client: text messages over an upgraded connection."""

from __future__ import annotations

import codecs
from contextlib import suppress
from typing import Any, Final

import anyio
from wsproto.connection import Connection as Frames
from wsproto.connection import ConnectionState, ConnectionType
from wsproto.events import (
    BytesMessage,
    CloseConnection,
    Message,
    Ping,
    Pong,
    TextMessage,
)
from wsproto.utilities import LocalProtocolError, generate_accept_token, generate_nonce

from scalingo_async._core.endpoint import Endpoint
from scalingo_async._core.session import Session
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async._core.urls import ServerURL
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    ResponseTooLargeError,
    ScalingoError,
)
from scalingo_async.request import Connection, Phase
from scalingo_async.streams.reconnecting import SILENCE
from scalingo_async.types import RequestOptions

__all__ = ["MAX_MESSAGE", "WebSocket", "open_websocket"]

MAX_MESSAGE: Final = 1024 * 1024
"""The longest message that is accepted, in characters."""

_CLOSING: Final = 1.0
_ANSWERING: Final = 2.0
_NORMAL: Final = 1000
_TOO_BIG: Final = 1009


async def open_websocket(
    session: Session,
    endpoint: Endpoint[Any],
    url: ServerURL,
    *,
    silence: float | None = SILENCE,
    options: RequestOptions | None = None,
) -> WebSocket:
    """Open a websocket.

    Args:
        session: The client's.
        endpoint: The endpoint.
        url: A checked URL: `wss`, or `ws` on this machine.
        silence: Seconds without a byte after which the connection counts as dead.
        options: Options of the call, up to the handshake.

    Returns:
        The websocket, to be closed with `aclose`.

    Raises:
        ScalingoError: The handshake failed.
    """
    nonce = generate_nonce()
    headers = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": nonce.decode(),
    }
    connection = await session.connect(endpoint, url, headers=headers, options=options)
    accepted = connection.headers.get("sec-websocket-accept")
    if accepted != generate_accept_token(nonce).decode():
        await connection.aclose()
        raise APIConnectionError(
            "the server's response to the websocket handshake is invalid",
            sent=True,
            phase=Phase.READ,
        )
    return WebSocket(connection, silence=silence)


class WebSocket(Uncopyable):
    """An open websocket.

    No extension is used, so there can be no decompression bomb. Only one task may read at a time.

    Args:
        connection: The connection after the handshake.
        silence: Seconds without a byte after which the connection counts as dead.
        max_message: The longest message that is accepted, in characters.

    Attributes:
        close_code: The close code of the other side: 1006 if it sent none, `None` while the
            websocket is open.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        silence: float | None = SILENCE,
        max_message: int = MAX_MESSAGE,
    ) -> None:
        self.close_code: int | None = None
        self._connection = connection
        self._silence = silence
        self._max_message = max_message
        self._frames = Frames(ConnectionType.CLIENT)
        self._parts: list[str] = []
        self._size = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._closed = False
        self._goodbye = _NORMAL

    async def receive(self) -> str | None:
        """Return the next message; `None` when the other side has closed the connection.

        Raises:
            APITimeoutError: Nothing came for too long.
            APIConnectionError: The connection broke, or the data isn't a valid websocket frame.
            ResponseTooLargeError: A message is longer than allowed.
            ClientClosedError: You closed the websocket.
        """
        try:
            while True:
                if self._closed:
                    if self.close_code is not None:
                        return None
                    raise ClientClosedError("this websocket is closed")
                for event in self._frames.events():
                    message = await self._handle(event)
                    if message is not None:
                        return message
                    if self.close_code is not None:
                        await self.aclose()
                        return None
                await self._read()
        except ScalingoError:
            await self.aclose()
            raise

    async def _read(self) -> None:
        data: bytes | None = None
        with anyio.move_on_after(self._silence):
            try:
                data = await self._connection.receive()
            except anyio.EndOfStream:
                data = b""
        if data is None:
            raise APITimeoutError(
                f"nothing came for {self._silence:g} s, not even a keepalive",
                sent=True,
                phase=Phase.READ,
            )
        self._frames.receive_data(data or None)

    async def _handle(self, event: object) -> str | None:
        if isinstance(event, Ping):
            await self._answer(event)
        elif isinstance(event, CloseConnection):
            if self._frames.state is ConnectionState.OPEN:
                # Nothing was closed: this is how the parser reports malformed data.
                raise APIConnectionError(
                    "the data received over the websocket is malformed", sent=True, phase=Phase.READ
                )
            self.close_code = int(event.code)
        elif isinstance(event, TextMessage | BytesMessage):
            return self._assemble(event)
        return None

    async def _answer(self, ping: Ping) -> None:
        """Answer a ping completely or not at all, even if the task is cancelled.

        Raises:
            APITimeoutError: The other side doesn't read.
        """
        pong = self._frames.send(Pong(bytes(ping.payload)))
        # Half a frame, or a TLS record that was made and not sent, would break the connection.
        with anyio.move_on_after(_ANSWERING, shield=True) as scope:
            await self._connection.send(pong)
        if scope.cancelled_caught:
            raise APITimeoutError(
                "the other side of a websocket sends pings, but does not read the pongs",
                sent=True,
                phase=Phase.WRITE,
            )

    def _assemble(self, event: TextMessage | BytesMessage) -> str | None:
        data = event.data
        if isinstance(data, str):
            part = data
        else:
            # A character may be split between two frames.
            part = self._decoder.decode(bytes(data), final=event.message_finished)
        self._size += len(part)
        if self._size > self._max_message:
            self._goodbye = _TOO_BIG
            raise ResponseTooLargeError(f"a message is longer than {self._max_message} characters")
        if part:
            # There may be endless empty frames.
            self._parts.append(part)
        if not event.message_finished:
            return None
        message = "".join(self._parts)
        self._parts.clear()
        self._size = 0
        return message

    async def send(self, text: str) -> None:
        """Send a message.

        Raises:
            APIConnectionError: The connection broke.
            ClientClosedError: The websocket is closed.
        """
        if self._closed:
            raise ClientClosedError("this websocket is closed")
        message: Message[Any] = TextMessage(data=text)
        await self._connection.send(self._frames.send(message))

    async def aclose(self) -> None:
        """Send a close frame and close the connection; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            with (
                anyio.move_on_after(_CLOSING, shield=True),
                suppress(ScalingoError, LocalProtocolError),
            ):
                await self._connection.send(self._frames.send(CloseConnection(self._goodbye)))
        finally:
            # A cancellation by asyncio itself ignores shields.
            await self._connection.aclose()
