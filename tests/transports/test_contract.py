"""What holds for every transport, over sockets: answers, headers, failures, streams, the end."""

import gc
import logging
import traceback

import anyio
import pytest
from instruments.wire import (
    PATIENCE,
    always,
    answer,
    chunked,
    endless,
    in_turn,
    serving,
    then_close,
    then_stall,
)

from scalingo_async import AsyncClient, RetryPolicy
from scalingo_async.errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    ResponseTooLargeError,
    ScalingoError,
)
from scalingo_async.types import Timeout
from transports.sending import HEADERS, TOKEN, at_rest, read, request_to

pytestmark = pytest.mark.anyio

SHORT = 0.05
"""A limit that is meant to be reached, in seconds."""


async def test_answers_and_one_connection_for_all(kind):
    body = b'{"n": 1}'
    async with serving(always(answer(body, "201 Created", "X-Request-Id: r1"))) as wire:
        async with kind.open() as transport:
            for method in ("GET", "POST", "DELETE"):
                response = await transport.send(request_to(f"{wire.url}/one?a=%2F", method))
                assert (response.status_code, response.content) == (201, body)
                assert response.request_id == "r1"
                assert response.body is None
                assert response.request is None  # it carries the credential
            assert wire.connections == 1
            assert at_rest(transport)
        await wire.all_closed()


@pytest.mark.parametrize(
    ("method", "content", "length"),
    [("GET", None, []), ("HEAD", None, []), ("POST", None, ["0"]), ("PUT", b"", ["0"]),
     ("PATCH", b"{}", ["2"]), ("POST", b"x" * 200_000, ["200000"]), ("DELETE", b"{}", ["2"])],
)  # fmt: skip
async def test_what_is_on_the_wire(kind, method, content, length):
    async with serving(always(answer(b"" if method == "HEAD" else b"{}", length=2))) as wire:
        async with kind.open() as transport:
            await transport.send(
                request_to(f"{wire.url}/a%2Fb/%C3%A9?q=%20%3D", method, content=content)
            )
    (seen,) = wire.requests
    assert (seen.method, seen.target) == (method, "/a%2Fb/%C3%A9?q=%20%3D")
    assert seen.body == (content or b"")
    for name, value in HEADERS.items():
        assert seen.all(name) == [value]
    assert seen.all("host") == [f"localhost:{wire.port}"]
    allowed = {*HEADERS, "host", "connection", "content-length"}
    assert {name.lower() for name, _ in seen.headers} <= allowed
    if length or method != "DELETE":
        assert seen.all("content-length") == length


async def test_nothing_is_added_where_a_request_says_nothing(kind):
    async with serving(always(answer())) as wire, kind.open() as transport:
        for method in ("GET", "POST"):
            await transport.send(request_to(wire.url + "/", method, headers={}))
    for seen in wire.requests:
        names = {name.lower() for name, _ in seen.headers}
        assert names <= {"host", "connection", "content-length"}


async def test_cookies_and_redirects_are_left_alone(kind):
    moved = answer(b"", "302 Found", "Location: /elsewhere", "Set-Cookie: a=1; Path=/")
    async with serving(always(moved)) as wire, kind.open() as transport:
        for _ in range(2):
            response = await transport.send(request_to(wire.url + "/"))
            assert response.status_code == 302
            assert response.headers["location"] == "/elsewhere"
    assert [seen.target for seen in wire.requests] == ["/", "/"]
    assert not any(seen.all("cookie") for seen in wire.requests)


async def test_answers_before_the_answer_and_odd_headers(kind):
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    odd = answer(b"ok", "200 OK", "X-Odd: caf\xe9", "X-Two: a", "X-Two: b")
    async with serving(always(early, early + odd)) as wire, kind.open() as transport:
        response = await transport.send(request_to(wire.url + "/"))
    assert response.content == b"ok"
    assert (response.headers["x-odd"], response.headers["x-two"]) == ("caf\xe9", "a, b")


# -- failures -----------------------------------------------------------------------------


async def close_at_once(peer):
    pass


async def close_after_the_head(peer):
    await peer.head()


async def close_a_kept_connection(peer):
    await peer.request()
    await peer.send(answer())
    await peer.request()


WHOLE = answer(b"0123456789")
FAILURES = {
    # behaviour → phase
    "closed at once": (close_at_once, "read"),
    "closed after the head": (close_after_the_head, "read"),
    "closed before the answer": (then_close(), "read"),
    "cut in the status line": (then_close(b"HTTP/1.1 2"), "read"),
    "cut in the headers": (then_close(WHOLE[:30]), "read"),
    "cut in the body": (then_close(WHOLE[:-4]), "read"),
    "cut in a chunk": (then_close(chunked(b"0123456789")[:-6]), "read"),
    "cut between chunks": (then_close(chunked(b"0123456789")), "read"),
    "not HTTP": (then_close(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "read"),
    "bad status": (then_close(b"HTTP/1.1 abc OK\r\n\r\n"), "read"),
    "bad header": (then_close(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"), "read"),
    "huge header": (then_close(b"HTTP/1.1 200 OK\r\nA: ", b"a" * 300_000, b"\r\n\r\n"), "read"),
    "endless head": (endless(b"HTTP/1.1 200 OK\r\n", then=b"A: b\r\n" * 100), "read"),
    "endless line": (endless(b"HTTP/1.1 200 OK\r\nA: ", then=b"a" * 1024), "read"),
    "endless trailer": (endless(chunked() + b"0\r\n", then=b"A: b\r\n" * 100), "read"),
    "negative length": (then_close(answer(b"ab", length=-1)), "read"),
    "two lengths": (then_close(answer(b"ab", "200 OK", "Content-Length: 3")), "read"),
    "no number": (then_close(answer(b"ab", length="two")), "read"),
    "bad chunk": (then_close(chunked() + b"zz\r\n"), "read"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("name", FAILURES)
async def test_broken_answers(kind, name, stream):
    behaviour, phase = FAILURES[name]
    async with serving(behaviour) as wire:
        async with kind.open(max_connections=2) as transport:
            for method in ("POST", "DELETE", "GET"):
                with pytest.raises(APIConnectionError) as caught:
                    response = await transport.send(
                        request_to(wire.url + "/", method, stream=stream)
                    )
                    await read(response)
                assert not isinstance(caught.value, APITimeoutError)
                assert (caught.value.sent, caught.value.phase) == (True, phase)
                assert f"at: {phase}" in str(caught.value)
            assert at_rest(transport, 2)
            # Nothing was sent a second time behind our back.
            assert len(wire.heads) <= wire.connections <= 3
        await wire.all_closed()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST", "PATCH"])
async def test_a_kept_connection_that_breaks_is_no_reason_to_send_again(kind, method):
    async with serving(in_turn(close_a_kept_connection, always(answer(b"second")))) as wire:
        async with kind.open() as transport:
            await transport.send(request_to(wire.url + "/"))
            with pytest.raises(APIConnectionError) as caught:
                await transport.send(request_to(wire.url + "/", method, content=b"{}"))
            assert caught.value.sent
            assert [seen.method for seen in wire.requests] == ["GET", method]
            assert (await transport.send(request_to(wire.url + "/"))).content == b"second"


async def test_a_connection_that_was_closed_while_idle_is_not_used(kind):
    async with serving(then_close(answer())) as wire, kind.open() as transport:
        for _ in range(3):
            assert (await transport.send(request_to(wire.url + "/", "POST"))).status_code == 200
            await wire.all_closed()
            # The end of the connection has to reach this side as well.
            for _ in range(5):
                await anyio.lowlevel.checkpoint()
    assert len(wire.requests) == wire.connections == 3


async def test_connections_that_can_t_be_made(kind):
    async with serving(always(answer())) as wire:
        refused = wire.url
    unknown = "http://no-such-host.invalid"
    label = f"http://{'a' * 70}.example"
    async with kind.open() as transport:
        for url, why in ((refused, "refused|failed"), (unknown, ""), (label, "")):
            with pytest.raises(APIConnectionError, match=f"connect.*{why}") as caught:
                await transport.send(request_to(url + "/", "POST"))
            assert (caught.value.sent, caught.value.phase) == (False, "connect")
        assert at_rest(transport)


STALLS = {
    "headers": (then_stall(), False),
    "headers half way": (then_stall(b"HTTP/1.1 200"), False),
    "body": (then_stall(WHOLE[:-4]), False),
    "streamed body": (then_stall(WHOLE[:-4]), True),
}


@pytest.mark.parametrize("where", STALLS)
async def test_read_timeouts(kind, where):
    behaviour, stream = STALLS[where]
    timeout = Timeout(connect=10, read=SHORT, write=10, pool=10)
    async with serving(behaviour) as wire, kind.open() as transport:
        with pytest.raises(APITimeoutError) as caught:
            await read(
                await transport.send(
                    request_to(wire.url + "/", "POST", stream=True, timeout=timeout)
                )
            ) if stream else await transport.send(
                request_to(wire.url + "/", "POST", timeout=timeout)
            )
        assert (caught.value.sent, caught.value.phase) == (True, "read")
        assert at_rest(transport)
        await wire.all_closed()


@pytest.mark.parametrize("whole", [True, False], ids=["bytes", "parts"])
async def test_write_timeouts(kind, whole):
    """The server reads nothing, and there is more than all buffers take."""

    async def parts():
        for _ in range(1000):
            yield b"x" * 65536

    async def behave(peer):
        await peer.head()
        await stop.wait()

    stop = anyio.Event()
    timeout = Timeout(connect=10, read=10, write=SHORT, pool=10)
    async with serving(behave) as wire, kind.open() as transport:
        content = b"x" * 65_536_000 if whole else parts
        with pytest.raises(APITimeoutError) as caught:
            await transport.send(
                request_to(wire.url + "/", "PUT", content=content, timeout=timeout)
            )
        assert (caught.value.sent, caught.value.phase) == (True, "write")
        assert at_rest(transport)
        stop.set()


async def test_waiting_for_a_place_has_a_limit(kind):
    async with serving(then_stall()) as wire, kind.open(max_connections=1) as transport:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(transport.send, request_to(wire.url + "/"))
            await wire.stalled.wait()
            with pytest.raises(APITimeoutError) as caught:
                await transport.send(request_to(wire.url + "/", timeout=Timeout(pool=SHORT)))
            assert (caught.value.sent, caught.value.phase) == (False, "pool")
            tasks.cancel_scope.cancel()
        assert at_rest(transport, 1)
    assert len(wire.requests) == 1


# -- sizes --------------------------------------------------------------------------------

LARGE = {
    "it says so itself": then_stall(answer(b"", length=100_000)),
    "it says so with many digits": then_stall(answer(b"", length="9" * 15)),
    "endless chunks": endless(chunked(), then=b"400\r\n%b\r\n" % (b"x" * 1024)),
    "endless until the end": endless(b"HTTP/1.1 200 OK\r\n\r\n", then=b"x" * 1024),
}


@pytest.mark.parametrize("name", LARGE)
async def test_answers_that_are_too_large(kind, name):
    async with serving(LARGE[name]) as wire:
        async with kind.open(max_response=50_000) as transport:
            with (
                anyio.fail_after(PATIENCE),
                pytest.raises(ResponseTooLargeError, match="50000 bytes"),
            ):
                await transport.send(request_to(wire.url + "/"))
            assert at_rest(transport)
        await wire.all_closed()


async def test_the_most_by_default(kind):
    """16 MiB, and not a byte more."""
    most = 16 * 1024 * 1024
    async with serving(
        in_turn(always(answer(b"x" * most)), then_stall(chunked(b"x" * most, b"x")))
    ) as wire:
        async with kind.open() as transport:
            assert len((await transport.send(request_to(wire.url + "/"))).content) == most
        async with kind.open() as transport:
            with anyio.fail_after(PATIENCE), pytest.raises(ResponseTooLargeError, match=str(most)):
                await transport.send(request_to(wire.url + "/"))


async def test_more_than_the_length_that_was_said_is_not_read(kind):
    async with (
        serving(always(answer(b"abHTTP/1.1 200 OK\r\n", length=2))) as wire,
        kind.open() as transport,
    ):
        assert (await transport.send(request_to(wire.url + "/"))).content == b"ab"


async def test_a_head_has_the_length_of_what_it_stands_for(kind):
    async with serving(always(answer(b"", length=10**9))) as wire, kind.open() as transport:
        response = await transport.send(request_to(wire.url + "/", "HEAD"))
        assert response.content == b""
        assert response.headers["content-length"] == "1000000000"
        await transport.send(request_to(wire.url + "/", "HEAD"))
    assert wire.connections == 1


# -- streams and uploads ------------------------------------------------------------------


async def test_a_stream_keeps_its_connection_but_no_place(kind):
    async def behave(peer):
        while (await peer.request()).target == "/one":
            await peer.send(answer(b"plain"))
        await peer.send(chunked(b"first"))
        await go.wait()
        await peer.send(b"6\r\nsecond\r\n0\r\n\r\n")
        await always(answer(b"again"))(peer)

    go = anyio.Event()
    async with serving(behave) as wire, kind.open(max_connections=1) as transport:
        response = await transport.send(request_to(wire.url + "/log", stream=True))
        assert at_rest(transport, 1) or transport.pool.busy == 1
        parts = aiter(response.body)
        assert await anext(parts) == b"first"
        assert (await transport.send(request_to(wire.url + "/one"))).content == b"plain"
        go.set()
        assert [part async for part in parts] == [b"second"]
        assert at_rest(transport, 1)
        assert [part async for part in response.body] == []
        await response.body.aclose()
        assert (await transport.send(request_to(wire.url + "/one"))).content in {b"plain", b"again"}
        assert wire.connections == 2


@pytest.mark.parametrize("parts", [0, 1])
async def test_a_stream_that_is_left_closes_its_connection(kind, parts):
    async with serving(endless(chunked(), then=b"5\r\nwords\r\n")) as wire:
        async with kind.open() as transport:
            response = await transport.send(request_to(wire.url + "/", stream=True))
            async with response.body:
                for _ in range(parts):
                    await anext(response.body)
            await response.aclose()
            assert at_rest(transport)
            await wire.all_closed()
            with pytest.raises(ClientClosedError, match="stream is closed"):
                await anext(response.body)
            del response
            gc.collect()


async def test_uploads(kind):
    opened = []

    async def parts():
        opened.append(1)
        for part in (b"one", b"", b"two"):
            yield part

    async with serving(always(answer())) as wire, kind.open() as transport:
        for headers in ({}, {"content-length": "6"}):
            request = request_to(wire.url + "/", "PUT", content=parts, headers=headers)
            for _ in range(2):
                assert (await transport.send(request)).status_code == 200
    assert [seen.body for seen in wire.requests] == [b"onetwo"] * 4
    assert len(opened) == 4
    assert [seen.all("transfer-encoding") for seen in wire.requests] == [["chunked"]] * 2 + [[]] * 2
    assert [seen.all("content-length") for seen in wire.requests] == [[]] * 2 + [["6"]] * 2
    assert not any(seen.all("content-type") for seen in wire.requests)


async def test_what_an_upload_raises_is_the_caller_s(kind):
    async def parts():
        yield b"one"
        raise ZeroDivisionError("of the caller")

    async with serving(always(answer())) as wire, kind.open() as transport:
        with pytest.raises(ZeroDivisionError, match="of the caller"):
            await transport.send(request_to(wire.url + "/", "PUT", content=parts))
        assert at_rest(transport)
        assert (await transport.send(request_to(wire.url + "/"))).status_code == 200
    assert not [seen for seen in wire.requests if seen.method == "PUT"]


async def test_an_upload_that_is_answered_early(kind):
    ended = []

    async def parts():
        try:
            while True:
                yield b"x" * 1000
        finally:
            ended.append(1)

    async def behave(peer):
        await peer.head()
        await peer.take(100_000)
        await peer.send(answer(b"no", "413 Content Too Large", "Connection: close"))

    async with serving(behave) as wire, kind.open() as transport:
        with anyio.fail_after(PATIENCE):
            try:
                response = await transport.send(request_to(wire.url + "/", "PUT", content=parts))
                assert response.status_code == 413
            except APIConnectionError as error:
                assert error.sent  # noqa: PT017 - either is right
        assert at_rest(transport)
    if kind.name != "aiohttp":
        assert ended


# -- the end ------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_closing_while_requests_are_under_way(kind, stream):
    errors = []

    async def one():
        try:
            response = await transport.send(request_to(wire.url + "/", stream=stream))
            await read(response)
        except Exception as error:
            errors.append(error)

    behaviour = then_stall(chunked(b"first")) if stream else then_stall()
    async with serving(behaviour) as wire, kind.open(max_connections=5) as transport:
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                for _ in range(4):
                    tasks.start_soon(one)
                while len(wire.requests) < 4:
                    await wire.stalled.wait()
                    await anyio.lowlevel.checkpoint()
                for _ in range(20):
                    await anyio.lowlevel.checkpoint()
                await transport.aclose()
        assert [type(error) for error in errors] == [ClientClosedError] * 4
        assert at_rest(transport, 5)
        await wire.all_closed()
        await transport.aclose()
        with pytest.raises(ClientClosedError, match="closed"):
            await transport.send(request_to(wire.url + "/"))
        assert len(wire.requests) == 4


async def test_transports_share_nothing(kind):
    async with serving(always(answer())) as wire, kind.open() as one, kind.open() as other:
        await one.send(request_to(wire.url + "/"))
        await other.send(request_to(wire.url + "/"))
        assert wire.connections == 2
        await one.aclose()
        assert (await other.send(request_to(wire.url + "/"))).status_code == 200
        assert wire.connections == 2


@pytest.mark.parametrize("number", [0, -1, True])
async def test_bad_settings(kind, number):
    with pytest.raises(ConfigurationError, match="max_connections"):
        kind.make(max_connections=number)


async def test_many_requests_over_few_connections(kind):
    async with serving(always(answer(b"x"))) as wire, kind.open(max_connections=3) as transport:
        async with anyio.create_task_group() as tasks:
            for _ in range(60):
                tasks.start_soon(transport.send, request_to(wire.url + "/"))
        assert len(wire.requests) == 60
        assert wire.connections <= 3
        assert at_rest(transport, 3)


def test_requests_carry_what_the_tests_look_for():
    assert TOKEN in request_to("http://localhost/").headers["authorization"]


HEADS = [
    b"HTTP/1.1 500 ev\x1b[31mil\x85\xff FORGED",
    b"HTTP/1.1 200 OK\r\nX-Request-Id: a\x1b[31m\xc2\x85\xe2\x80\xaeb",
    b"HTTP/1.1 422 No\r\nX-Request-Id: a\r\n FORGED \xff",
    b"HTTP/1.1 302 Found\r\nLocation: https://evil\x1b[31m\xff.example.com/?token=canary",
    b"HTTP/1.1 200 \x1b[31m\r\nX-\x1b[31mName: x",
    b"HTTP/1.1 2\x1b[31m00 OK",
    b"\x1b[31mFORGED\r\nFORGED",
    b"HTTP/9.\xff 200 OK",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/\x1b[31m\xff\xe2\x80\xae",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: \x1b[31m",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: \x1b[31m\xff",
]


@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
async def test_what_a_server_says_is_shown_as_lines_of_printable_text(kind, head, caplog):
    """Whatever becomes of it: an answer, an error, a line of a log, a report of an exception."""
    body = b"<html>\x1b[31m\xe2\x80\xae\r\nFORGED"
    length = b"" if b"Transfer" in head else b"Content-Length: %d\r\n" % len(body)
    said = head + b"\r\n" + length + b"Connection: close\r\n\r\n" + body
    caplog.set_level(logging.DEBUG, "scalingo_async")
    async with serving(then_close(said)) as wire, kind.open() as transport:
        async with AsyncClient(
            bearer_token="bt",
            transport=transport,
            api_url=wire.url,
            database_url=wire.url,
            max_retries=1,
            retry=RetryPolicy(base=0.0, cap=0.0),
        ) as client:
            with anyio.fail_after(PATIENCE), pytest.raises(ScalingoError) as caught:
                await client.apps.get("my-app")
    error = caught.value
    report = "".join(traceback.format_exception_only(error))
    if error.__cause__ is not None:
        report += "".join(traceback.format_exception(error.__cause__))
    assert "canary" not in report
    for line in [*report.split("\n"), *[record.getMessage() for record in caplog.records]]:
        assert line.isprintable(), ascii(line)
    assert len(str(error)) < 1000
