"""Hooks, transports and tracing of the caller's that read an answer, or make exceptions of it."""

import gzip
import json
from contextlib import suppress

import aiohttp
import anyio
import httpx
import pytest
from api_facts import sample_of
from instruments.wire import PATIENCE, always, answer, chunked, serving
from sandbox_client import QUICK, served
from sandbox_client import client_of as client_of_sandbox

from scalingo_async import AsyncClient
from scalingo_async.errors import (
    APIConnectionError,
    NotFoundError,
    ResponseDecodeError,
    ResponseTooLargeError,
    ValidationFailedError,
)
from scalingo_async.sandbox import Sandbox
from scalingo_async.transports.aiohttp import AiohttpTransport
from transports.sending import KINDS, at_rest, read, request_to

pytestmark = pytest.mark.anyio

FAMILY = [kind for kind in KINDS if kind.name != "aiohttp"]
CASES = [(kind, backend) for kind in FAMILY for backend in kind.backends]


@pytest.fixture(params=CASES, ids=[f"{kind.name}-{backend}" for kind, backend in CASES])
def case(request):
    return request.param


BODY = json.dumps({"apps": [{"name": "one"}] * 50}).encode()
PACKED = gzip.compress(BODY)


# -- what reads: a hook of a client, and a transport of the caller's -----------------------


async def reads(response):
    await response.aread()


async def reads_json(response):
    await response.aread()
    if response.content.startswith(b"{"):
        response.json()


async def iterates(response):
    async for _ in response.aiter_bytes():
        pass


LEFT = []
"""What was begun to be read: left to the garbage, it would be reported."""


async def reads_a_part(response):
    LEFT.append(response.aiter_raw(10))
    await anext(LEFT[-1])


async def closes(response):
    await response.aclose()


async def reads_json_too_soon(response):
    response.json()


def in_a_transport(lib, hook):
    """Make a transport that does with answers what a hook does."""

    class Wrapper(lib.AsyncBaseTransport):
        def __init__(self):
            self.inner = lib.AsyncHTTPTransport()

        async def handle_async_request(self, message):
            response = await self.inner.handle_async_request(message)
            response.request = message
            await hook(response)
            return response

        async def aclose(self):
            await self.inner.aclose()

    return Wrapper()


def caching(lib):
    """Make a transport that keeps what it was answered, whole."""

    class Cache(lib.AsyncBaseTransport):
        def __init__(self):
            self.inner = lib.AsyncHTTPTransport()
            self.kept = {}

        async def handle_async_request(self, message):
            key = (message.method, str(message.url))
            if key not in self.kept:
                response = await self.inner.handle_async_request(message)
                raw = b"".join([part async for part in response.aiter_raw()])
                self.kept[key] = (response.status_code, response.headers, raw)
            status, headers, raw = self.kept[key]
            return lib.Response(status, headers=headers, content=raw)

        async def aclose(self):
            await self.inner.aclose()

    return Cache()


READERS = {
    "a hook that reads": lambda lib: {"client": client_of(lib, reads)},
    "a hook that wants JSON": lambda lib: {"client": client_of(lib, reads_json)},
    "two hooks": lambda lib: {"client": client_of(lib, reads, reads_json)},
    "a transport that reads": lambda lib: {"transport": in_a_transport(lib, reads)},
    "a client over one": lambda lib: {
        "client": lib.AsyncClient(transport=in_a_transport(lib, reads))
    },
    "a cache": lambda lib: {"transport": caching(lib)},
    "a client with a cache": lambda lib: {"client": lib.AsyncClient(transport=caching(lib))},
    "nobody": lambda lib: {"client": lib.AsyncClient(trust_env=False)},
}


def client_of(lib, *hooks):
    return lib.AsyncClient(event_hooks={"response": [*hooks]}, trust_env=False)


@pytest.mark.parametrize("reader", READERS)
async def test_what_was_read_already_is_what_came(kind, reader):
    answers = {
        "/plain": answer(BODY),
        "/packed": answer(PACKED, "200 OK", "Content-Encoding: gzip"),
        "/chunks": chunked(BODY[:100], BODY[100:]) + b"0\r\n\r\n",
        "/empty": answer(b""),
        "/nothing": b"HTTP/1.1 204 No Content\r\n\r\n",
        "/odd": answer(PACKED, "200 OK", "Content-Encoding: x-gzip"),
    }

    async def behave(peer):
        while True:
            await peer.send(answers[(await peer.request()).target])

    async with serving(behave) as wire:
        given = READERS[reader](kind.family)
        (owner,) = given.values()
        async with owner, kind.open(**given) as transport:
            for path in answers:
                body = b"" if path in {"/empty", "/nothing"} else BODY
                for stream in (False, True):
                    with anyio.fail_after(PATIENCE):
                        response = await transport.send(request_to(wire.url + path, stream=stream))
                        content = await read(response) if stream else response.content
                    assert content == body, (path, stream)
                    if path == "/packed" and reader != "nobody":
                        # What they say fits the body.
                        assert "content-encoding" not in response.headers
                        assert response.headers["content-length"] == str(len(BODY))
            assert at_rest(transport)


async def test_what_was_read_already_has_a_limit(kind):
    bomb = gzip.compress(b"x" * 100_001)
    async with serving(always(answer(bomb, "200 OK", "Content-Encoding: gzip"))) as wire:
        async with client_of(kind.family, reads) as client:
            async with kind.open(client=client, max_response=100_000) as transport:
                with pytest.raises(ResponseTooLargeError):
                    await transport.send(request_to(wire.url + "/"))
                assert at_rest(transport)


async def test_an_encoding_that_nobody_knows_is_refused_as_ever(kind):
    async with serving(always(answer(PACKED, "200 OK", "Content-Encoding: lzma"))) as wire:
        async with client_of(kind.family, reads) as client, kind.open(client=client) as transport:
            with pytest.raises(ResponseDecodeError, match="compressed in a way"):
                await transport.send(request_to(wire.url + "/"))


@pytest.mark.parametrize("hook", [iterates, reads_a_part, closes])
@pytest.mark.parametrize("where", ["hook", "transport"])
async def test_a_body_that_is_lost_is_said_to_be(kind, hook, where):
    lib = kind.family
    async with serving(always(answer(BODY))) as wire:
        if where == "hook":
            given = {"client": client_of(lib, hook)}
        else:
            given = {"transport": in_a_transport(lib, hook)}
        (owner,) = given.values()
        async with owner, kind.open(**given) as transport:
            for stream in (False, True):
                with (
                    anyio.fail_after(PATIENCE),
                    pytest.raises(
                        ResponseDecodeError, match=r"there was a response \(200\).*aread"
                    ),
                ):
                    await transport.send(request_to(wire.url + "/", "POST", stream=stream))
            assert at_rest(transport)
            while LEFT:
                with suppress(Exception):
                    await read_out(LEFT.pop())
    assert len(wire.requests) == 2


async def read_out(parts):
    async for _ in parts:
        pass


async def test_a_hook_that_is_too_soon_is_told_so(kind):
    async with serving(always(answer(BODY))) as wire:
        async with client_of(kind.family, reads_json_too_soon) as client:
            async with kind.open(client=client) as transport:
                with pytest.raises(ResponseDecodeError, match="aread"):
                    await transport.send(request_to(wire.url + "/", "POST"))
                assert at_rest(transport)


# -- what raises ---------------------------------------------------------------------------


async def raises(response):
    response.raise_for_status()


async def reads_and_raises(response):
    await response.aread()
    response.raise_for_status()


def wrapped(lib, hook):
    return {"transport": in_a_transport(lib, hook)}


RAISING = {
    "a hook": lambda lib: {"client": client_of(lib, raises)},
    "a hook behind one that reads": lambda lib: {"client": client_of(lib, reads_and_raises)},
    "a transport": lambda lib: {"transport": in_a_transport(lib, raises)},
    "a client over one": lambda lib: {
        "client": lib.AsyncClient(transport=in_a_transport(lib, raises))
    },
}


@pytest.mark.parametrize("raiser", RAISING)
async def test_a_status_is_a_status_whoever_raises_for_it(kind, raiser):
    async def behave(peer):
        while True:
            status = (await peer.request()).target.strip("/")
            where = ["Location: /elsewhere"] if status == "302" else []
            await peer.send(answer(b'{"error": "why"}', f"{status} Said", *where))

    async with serving(behave) as wire:
        given = RAISING[raiser](kind.family)
        (owner,) = given.values()
        async with owner, kind.open(**given) as transport:
            for status in (200, 302, 400, 401, 404, 422, 429, 500, 503):
                for stream in (False, True):
                    request = request_to(f"{wire.url}/{status}", "POST", stream=stream)
                    response = await transport.send(request)
                    content = await read(response) if stream else response.content
                    assert response.status_code == status
                    assert content == b'{"error": "why"}'
            assert at_rest(transport)
            assert wire.connections <= 10


async def test_an_exception_for_another_answer_is_not_taken_for_ours(kind):
    lib = kind.family

    async def asks_elsewhere(response):
        async with lib.AsyncClient(trust_env=False) as other:
            (await other.get(wire.url + "/elsewhere")).raise_for_status()

    async def behave(peer):
        while True:
            status = "404 No" if (await peer.request()).target == "/elsewhere" else "200 OK"
            await peer.send(answer(BODY, status))

    async with serving(behave) as wire:
        for given in ({"client": client_of(lib, asks_elsewhere)}, wrapped(lib, asks_elsewhere)):
            (owner,) = given.values()
            async with owner, kind.open(**given) as transport:
                with pytest.raises(Exception, match=r"HTTPStatusError|hook|transport") as caught:
                    await transport.send(request_to(wire.url + "/"))
                assert getattr(caught.value, "status_code", None) is None
                assert at_rest(transport)


@pytest.mark.parametrize("name", ["ConnectError", "PoolTimeout", "ReadTimeout"])
@pytest.mark.parametrize("when", ["request", "response"])
async def test_what_a_hook_s_own_network_does_says_nothing_of_the_request(kind, name, when):
    """A request that was answered has left, and one that was not sent has not."""

    async def fails(message):
        raise getattr(kind.family, name)("of the hook")

    async with serving(always(answer(BODY))) as wire:
        client = kind.family.AsyncClient(event_hooks={when: [fails]}, trust_env=False)
        async with client, kind.open(client=client) as transport:
            with pytest.raises(APIConnectionError) as caught:
                await transport.send(request_to(wire.url + "/", "POST"))
            assert at_rest(transport)
    assert caught.value.sent is (when == "response")
    assert len(wire.requests) == (when == "response")


async def test_hooks_that_are_added_later_count_and_others_still_see_their_own(kind):
    seen = []

    async def note(message):
        seen.append(message)

    async with serving(always(answer(BODY, "404 Not Found"))) as wire:
        async with client_of(kind.family) as client, kind.open(client=client) as transport:
            await transport.send(request_to(wire.url + "/"))
            client.event_hooks["response"].append(note)
            client.event_hooks["request"].append(note)
            client.event_hooks["response"].append(raises)
            client.event_hooks["response"].append(note)
            await transport.send(request_to(wire.url + "/"))
            # What stands behind one that raises is not called, as ever.
            assert len(seen) == 2
            with pytest.raises(kind.family.HTTPStatusError):
                await client.get(wire.url)
            assert len(seen) == 4
            assert not client.is_closed
    assert wire.connections == 1


# -- aiohttp -------------------------------------------------------------------------------


def tracing(*hooks):
    trace = aiohttp.TraceConfig()
    for hook in hooks:

        async def call(session, context, said, hook=hook):
            await hook(said.response)

        trace.on_request_end.append(call)
    return trace


async def aiohttp_reads(response):
    await response.read()


async def aiohttp_reads_a_part(response):
    await response.content.read(10)


async def aiohttp_iterates(response):
    async for _ in response.content.iter_any():
        pass


async def aiohttp_closes(response):
    response.close()


async def aiohttp_raises(response):
    response.raise_for_status()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("deadline", [None, PATIENCE], ids=["", "deadline"])
async def test_tracing_that_reads(deadline):
    answers = {
        "/plain": (answer(BODY), BODY),
        "/packed": (answer(PACKED, "200 OK", "Content-Encoding: gzip"), BODY),
        "/chunks": (chunked(BODY[:100], BODY[100:]) + b"0\r\n\r\n", BODY),
        "/empty": (answer(b""), b""),
        "/nothing": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    }

    async def behave(peer):
        while True:
            await peer.send(answers[(await peer.request()).target][0])

    async with serving(behave) as wire:
        async with aiohttp.ClientSession(trace_configs=[tracing(aiohttp_reads)]) as session:
            transport = AiohttpTransport(session)
            for path, (_, body) in answers.items():
                for stream in (False, True):
                    request = request_to(wire.url + path, stream=stream, deadline=deadline)
                    response = await transport.send(request)
                    assert (await read(response) if stream else response.content) == body
            assert at_rest(transport)
            assert not transport.traced
            await transport.aclose()
            small = AiohttpTransport(session, max_response=50)
            with pytest.raises(ResponseTooLargeError):
                await small.send(request_to(wire.url + "/packed"))
            await small.aclose()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("hook", [aiohttp_reads_a_part, aiohttp_iterates, aiohttp_closes])
async def test_tracing_that_loses_a_body(hook):
    async with serving(always(answer(BODY))) as wire:
        async with aiohttp.ClientSession(trace_configs=[tracing(hook)]) as session:
            transport = AiohttpTransport(session)
            for stream in (False, True):
                with pytest.raises(ResponseDecodeError, match=r"there was a response \(200\)"):
                    await transport.send(request_to(wire.url + "/", "POST", stream=stream))
            assert at_rest(transport)
            await transport.aclose()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("hooks", [(aiohttp_raises,), (aiohttp_reads, aiohttp_raises)])
async def test_tracing_that_raises_for_a_status(hooks):
    async def behave(peer):
        while True:
            status = (await peer.request()).target.strip("/")
            await peer.send(answer(b'{"error": "why"}', f"{status} Said"))

    async def never(response):
        raise AssertionError("what the session does with a status is not asked for")

    async with serving(behave) as wire:
        session = aiohttp.ClientSession(trace_configs=[tracing(*hooks)], raise_for_status=never)
        async with session:
            transport = AiohttpTransport(session)
            for status in (200, 302, 400, 401, 404, 422, 429, 500, 503):
                for stream in (False, True):
                    request = request_to(f"{wire.url}/{status}", "POST", stream=stream)
                    response = await transport.send(request)
                    content = await read(response) if stream else response.content
                    assert (response.status_code, content) == (status, b'{"error": "why"}')
            assert at_rest(transport)
            await transport.aclose()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_what_tracing_s_own_network_does_says_nothing_of_the_request():
    async def fails(response):
        raise aiohttp.ConnectionTimeoutError("of the tracing")

    async with serving(always(answer(BODY))) as wire:
        async with aiohttp.ClientSession(trace_configs=[tracing(fails)]) as session:
            transport = AiohttpTransport(session)
            with pytest.raises(APIConnectionError) as caught:
                await transport.send(request_to(wire.url + "/", "POST"))
            assert caught.value.sent
            await transport.aclose()


# -- a whole client ------------------------------------------------------------------------

TOKEN = {"token": "header.eyJleHAiOjQxMDI0NDQ4MDB9.signature"}
APP = {"app": sample_of("App", full=False)}
SCRIPTS = {
    # what the API says to a read, in turn → what comes of the call, requests to the API
    "404": ([(404, {"error": "not found", "resource": "app"})], NotFoundError, 1),
    "422": ([(422, {"errors": {"name": ["is taken"]}})], ValidationFailedError, 1),
    "401, renewed": ([(401, {"error": "expired"}), (200, APP)], None, 2),
    "429, waited for": ([(429, b"Retry later"), (200, APP)], None, 2),
    "503, repeated": ([(503, b"<html>"), (200, APP)], None, 2),
    "200": ([(200, APP)], None, 1),
}


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("hooks", [(raises,), (reads, raises), (reads_json,)])
async def test_a_client_with_hooks_behaves_as_one_without(hooks):
    for name, (script, error, number) in SCRIPTS.items():
        asked, exchanges, said = iter(script), [], []

        def say(message, asked=asked, exchanges=exchanges, said=said):
            if message.url.path.endswith("/tokens/exchange"):
                exchanges.append(message)
                return httpx.Response(200, json=TOKEN)
            status, body = next(asked)
            said.append(status)
            headers = {"retry-after": "0"} if status == 429 else {}
            given = {"content": body} if isinstance(body, bytes) else {"json": body}
            return httpx.Response(status, headers=headers, **given)

        http = httpx.AsyncClient(
            transport=httpx.MockTransport(say), event_hooks={"response": [*hooks]}
        )
        async with (
            http,
            AsyncClient("tk-us-x", http_client=http, retry=QUICK, rate_limit=None) as client,
        ):
            if error is None:
                assert (await client.apps.get("my-app")).name == "text"
            else:
                with pytest.raises(error) as caught:
                    await client.apps.get("my-app")
                if name == "422":
                    assert caught.value.errors == {"name": ["is taken"]}
        assert len(said) == number, name
        assert len(exchanges) == (2 if name.startswith("401") else 1), name


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("hooks", [(raises,), (reads, raises)])
async def test_what_flows_over_a_client_with_hooks(hooks, tmp_path):
    async with served(Sandbox(apps=2, rate_limit=None)) as sandbox:
        app = sandbox.apps()[0].name
        sandbox.write_log(app, "a line")
        async with (
            client_of(httpx, *hooks) as http,
            client_of_sandbox(sandbox, http_client=http) as client,
        ):
            assert "a line" in (await client.logs.lines(app, n=1))[0].message
            async with client.logs.stream(app, n=1) as lines:
                assert "a line" in (await anext(lines)).message
            result = await client.one_offs.run(app, "echo hello")
            assert b"hello" in result.output
            number = (await client.billing.invoices.list())[0].id
            path = await client.billing.invoices.download(number, tmp_path / "invoice")
            assert path.read_bytes().startswith(b"%PDF")
