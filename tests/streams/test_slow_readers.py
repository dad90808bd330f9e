"""A slow reader holds up its sender: nothing is read ahead, so nothing piles up."""

import json

import anyio
import httpx
import pytest
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import TextMessage

from scalingo_async import AsyncClient, Headers
from scalingo_async.streams.websocket import WebSocket
from scalingo_async.transports.httpx import HttpxTransport

pytestmark = pytest.mark.anyio

LINE = json.dumps({"event": "log", "log": "x" * 1_000})


class Counted(httpx.AsyncByteStream):
    """Events without end, and how many were taken."""

    taken = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.taken += 1
        await anyio.lowlevel.checkpoint()
        return f"data: {LINE}\n\n".encode()


async def test_events_are_taken_as_they_are_read():
    body = Counted()
    headers = {"content-type": "text/event-stream"}
    transport = HttpxTransport(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=body))
    )
    async with AsyncClient(bearer_token="t", transport=transport) as client:
        async with client.logs.stream_sse("https://logs.example.com/?token=t") as events:
            for number in range(1, 50):
                await anext(events)
                # The reader is slow: whoever reads ahead has time to.
                for _ in range(20):
                    await anyio.lowlevel.checkpoint()
                assert body.taken <= number + 1, "an event was read ahead"


class Frames:
    """A connection over which messages come without end, and how many were taken."""

    headers = Headers()

    def __init__(self):
        self.taken = 0
        self.frames = Connection(ConnectionType.SERVER)

    async def receive(self, max_bytes=0):
        self.taken += 1
        await anyio.lowlevel.checkpoint()
        return self.frames.send(TextMessage(LINE))

    async def send(self, item):
        await anyio.lowlevel.checkpoint()

    async def aclose(self):
        pass


async def test_messages_are_taken_as_they_are_read():
    connection = Frames()
    socket = WebSocket(connection)
    for number in range(1, 50):
        assert await socket.receive() == LINE
        for _ in range(20):
            await anyio.lowlevel.checkpoint()
        assert connection.taken <= number + 1, "a message was read ahead"
    await socket.aclose()
