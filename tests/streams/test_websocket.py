"""Our end of a websocket against a peer of another make, and against one that misbehaves."""

import asyncio
import json
from base64 import b64encode
from contextlib import suppress
from hashlib import sha1

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instruments.wire import serving, then_close
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage

from scalingo_async import AsyncClient
from scalingo_async._core.urls import parse_url
from scalingo_async.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ClientClosedError,
    NotFoundError,
    ResponseTooLargeError,
)
from scalingo_async.streams import websocket
from scalingo_async.streams.log_feeds import WEBSOCKET
from scalingo_async.streams.websocket import MAX_MESSAGE, WebSocket, open_websocket
from scalingo_async.types import Headers

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
WORDS = ["hello", "é🚀", "", "x" * 70_000]


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


async def accept(peer):
    """Do the server's part of the handshake."""
    received = await peer.head()
    (key,) = received.all("sec-websocket-key")
    answer = b64encode(sha1(key.encode() + MAGIC).digest()).decode()
    await peer.send(
        (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {answer}\r\n\r\n"
        ).encode()
    )
    return Connection(ConnectionType.SERVER)


def sending(*events, stay=False):
    async def behave(peer):
        frames = await accept(peer)
        for event in events:
            data = event if isinstance(event, bytes) else frames.send(event)
            await peer.send(data)
        if stay:
            await peer.stall()

    return behave


def client_of(wire, **settings):
    return AsyncClient(
        bearer_token="bearer", api_url=wire.url, auth_url=wire.url, database_url=wire.url,
        max_retries=0, **settings,
    )  # fmt: skip


async def opened(client, wire, **settings):
    url = parse_url(f"ws://localhost:{wire.port}/logs?token=canary", frozenset({"ws"}))
    return await open_websocket(client._session, WEBSOCKET, url, **settings)


async def messages(socket):
    found = []
    while (message := await socket.receive()) is not None:
        found.append(message)
    return found


@pytest.mark.anyio
async def test_messages_arrive_whole_and_in_order():
    parts = [TextMessage("he", message_finished=False), TextMessage("llo")]
    events = [*map(TextMessage, WORDS), *parts, BytesMessage(b"\xff"), CloseConnection(1000)]
    async with serving(sending(*events)) as wire, client_of(wire) as client:
        socket = await opened(client, wire)
        assert await messages(socket) == [*WORDS, "hello", "\ufffd"]
        assert socket.close_code == 1000
        (head,) = wire.heads
        assert head.target == "/logs?token=canary"
        assert head.all("authorization") == []
        await wire.all_closed()


@pytest.mark.anyio
async def test_pings_are_answered_and_messages_sent():
    heard = []

    async def behave(peer):
        frames = await accept(peer)
        await peer.send(frames.send(Ping(b"are you there")) + frames.send(TextMessage("go on")))
        while "".join(e.data for e in heard[1:]) != "é":
            frames.receive_data(await peer.take(1))
            heard.extend(frames.events())
        await peer.send(frames.send(CloseConnection(1000)))

    async with serving(behave) as wire, client_of(wire) as client:
        socket = await opened(client, wire)
        assert await socket.receive() == "go on"
        await socket.send("é")
        assert await socket.receive() is None
        await wire.all_closed()
    assert heard[0].payload == b"are you there"


@pytest.mark.anyio
async def test_closing_says_goodbye():
    heard = []

    async def behave(peer):
        frames = await accept(peer)
        while not heard:
            frames.receive_data(await peer.take(1))
            heard.extend(frames.events())

    async with serving(behave) as wire, client_of(wire) as client:
        socket = await opened(client, wire)
        await socket.aclose()
        await socket.aclose()
        with pytest.raises(ClientClosedError):
            await socket.receive()
        with pytest.raises(ClientClosedError):
            await socket.send("late")
        await wire.all_closed()
    assert heard[0].code == 1000


@pytest.mark.anyio
async def test_an_end_without_a_word():
    async with serving(sending(TextMessage("one"))) as wire, client_of(wire) as client:
        socket = await opened(client, wire)
        assert await messages(socket) == ["one"]
        assert socket.close_code == 1006
        assert await socket.receive() is None, "and it stays at its end"


@pytest.mark.anyio
async def test_silence_counts_as_dead():
    async with serving(sending(TextMessage("one"), stay=True)) as wire, client_of(wire) as client:
        socket = await opened(client, wire, silence=0.05)
        assert await socket.receive() == "one"
        with pytest.raises(APITimeoutError, match=r"nothing came for 0\.05 s"):
            await socket.receive()
        await wire.all_closed()


@pytest.mark.anyio
@pytest.mark.parametrize(
    "event",
    [
        TextMessage("x" * (MAX_MESSAGE + 1)),
        b"".join(
            Connection(ConnectionType.SERVER).send(TextMessage("x" * 1000, message_finished=False))
            for _ in range(2)
        )
        + b"\x00\x7f\x00\x00\x00\x7f\xff\xff\xff\xff" + b"x" * (MAX_MESSAGE + 1),
    ],
    ids=["one frame", "a frame without end"],
)  # fmt: skip
async def test_a_message_that_is_too_long(event):
    async with serving(sending(event, stay=True)) as wire, client_of(wire) as client:
        socket = await opened(client, wire)
        with pytest.raises((ResponseTooLargeError, APIConnectionError)):
            await messages(socket)
        await wire.all_closed()


@pytest.mark.anyio
@pytest.mark.parametrize(
    "garbage",
    [b"\x83\x00", b"\xf1\x00", b"\x81\x02\xff\xff", b"\x01\x01\xc3\x81\x01a", b"\x89\x7e\x01\x00"],
    ids=["unknown opcode", "reserved bits", "not UTF-8", "a new message inside", "a long ping"],
)
async def test_what_is_no_websocket(garbage):
    async with serving(sending(garbage, stay=True)) as wire, client_of(wire) as client:
        socket = await opened(client, wire)
        with pytest.raises(APIConnectionError, match="malformed"):
            await socket.receive()
        await wire.all_closed()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", NotFoundError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", APIStatusError),
        (
            b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: nonsense\r\n\r\n",
            APIConnectionError,
        ),
    ],
)
async def test_handshakes_that_fail(answer, error):
    async with serving(then_close(answer)) as wire, client_of(wire) as client:
        with pytest.raises(error) as caught:
            await opened(client, wire)
        assert "canary" not in str(caught.value)
        await wire.all_closed()


class Script:
    """A connection whose pieces are given."""

    headers = Headers()

    def __init__(self, pieces):
        self.pieces = list(pieces)
        self.sent = []
        self.closed = False

    async def receive(self, max_bytes=0):
        if not self.pieces:
            raise anyio.EndOfStream
        return self.pieces.pop(0)

    async def send(self, item):
        # As a socket: who is cancelled has sent nothing.
        await anyio.lowlevel.checkpoint()
        self.sent.append(item)

    async def aclose(self):
        self.closed = True


class Deaf(Script):
    """A connection whose other side reads nothing."""

    async def send(self, item):
        self.sent.append(item)
        await anyio.sleep_forever()


TRANSCRIPT = [json.dumps({"event": "log", "log": f"é🚀 {number}\n"}) for number in range(4)]


def transcript():
    frames = Connection(ConnectionType.SERVER)
    whole = b"".join(frames.send(TextMessage(text)) for text in TRANSCRIPT[:3])
    whole += frames.send(TextMessage(TRANSCRIPT[3][:20], message_finished=False))
    whole += frames.send(TextMessage(TRANSCRIPT[3][20:]))
    return whole + frames.send(CloseConnection(1000))


@pytest.mark.anyio
async def test_the_same_messages_wherever_the_bytes_were_cut():
    whole = transcript()
    for cut in range(1, len(whole)):
        socket = WebSocket(Script([whole[:cut], whole[cut:]]))
        assert await messages(socket) == TRANSCRIPT, cut
    assert await messages(WebSocket(Script(bytes([b]) for b in whole))) == TRANSCRIPT


@given(st.binary(max_size=200))
def test_any_bytes_end_in_messages_or_in_one_of_our_errors(data):
    async def read():
        with suppress(APIConnectionError):
            await messages(WebSocket(Script([data])))

    anyio.run(read)


def frames_of(*events):
    frames = Connection(ConnectionType.SERVER)
    return b"".join(frames.send(event) for event in events)


@pytest.mark.anyio
async def test_a_message_of_nothing_without_end_takes_no_memory():
    frames = Connection(ConnectionType.SERVER)
    begun = frames.send(TextMessage("", message_finished=False))
    socket = WebSocket(Script([begun, *[b"\x00\x00" * 1000] * 10, b"\x80\x01x"]))
    assert await socket.receive() == "x"
    socket = WebSocket(Script([begun, *[b"\x00\x00" * 1000] * 10]))
    assert await socket.receive() is None
    assert socket._parts == []


@pytest.mark.anyio
async def test_the_longest_message_by_default():
    longest = "x" * 1024 * 1024
    assert await WebSocket(Script([frames_of(TextMessage(longest))])).receive() == longest
    with pytest.raises(ResponseTooLargeError):
        await WebSocket(Script([frames_of(TextMessage(f"{longest}x"))])).receive()


@pytest.mark.anyio
async def test_a_character_of_a_binary_message_may_be_cut_in_two():
    parts = [BytesMessage(b"\xc3", message_finished=False), BytesMessage(b"\xa9")]
    broken = [BytesMessage(b"\xc3"), BytesMessage(b"\xa9")]
    socket = WebSocket(Script([frames_of(*parts, *broken)]))
    assert await messages(socket) == ["é", "\ufffd", "\ufffd"]


@pytest.mark.anyio
async def test_a_ping_is_answered_even_when_the_reader_is_cancelled():
    connection = Script([frames_of(TextMessage("one"), Ping(b"still there?"))])
    socket = WebSocket(connection)
    assert await socket.receive() == "one"
    with anyio.move_on_after(0):
        await socket.receive()
    answered = Connection(ConnectionType.SERVER)
    answered.receive_data(b"".join(connection.sent[:1]))
    assert list(answered.events()) == [Pong(b"still there?")]


@pytest.mark.anyio
async def test_a_peer_that_asks_and_does_not_read(monkeypatch):
    monkeypatch.setattr(websocket, "_ANSWERING", 0.05)
    monkeypatch.setattr(websocket, "_CLOSING", 0.05)
    connection = Deaf([frames_of(Ping(b""))])
    with anyio.fail_after(20), pytest.raises(APITimeoutError, match="does not read"):
        await WebSocket(connection).receive()
    assert connection.closed


def test_a_goodbye_that_is_cancelled_by_asyncio_closes_the_connection():
    async def main():
        connection = Deaf([])
        task = asyncio.create_task(WebSocket(connection).aclose())
        while not connection.sent:  # noqa: ASYNC110 - a checkpoint or two
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert connection.closed

    asyncio.run(main())
