"""The database API says 400 for a token that it does not take: it is renewed once, as for a 401."""

import json
from contextlib import suppress

import anyio
import httpx
import pytest
from anyio.lowlevel import checkpoint
from api_facts import CALLS, OPERATIONS, FakeTransport, answer_to, arguments, client_of, method_of
from core.fakes import Body
from platform_routes import connected
from tables import each

from scalingo_async import BadRequestError, Headers, Response, ScalingoError, ServerError
from scalingo_async.errors import AuthenticationError

pytestmark = pytest.mark.anyio

REFUSAL = b'{"error": "unauthorized"}'
OF_DATABASES = [id_ for id_ in CALLS if OPERATIONS[id_]["auth"] == "addon_token"]


class Refusing(FakeTransport):
    """Refuses so many tokens of addons, and gives out others."""

    def __init__(self, refused=1, content=REFUSAL, status=400, as_stream=False):
        super().__init__()
        self.refused = {f"Bearer token-{n + 1}" for n in range(refused)}
        self.content = content
        self.status = status
        self.as_stream = as_stream
        self.given = 0
        self.sent = []
        self.bodies = []

    async def send(self, request):
        id_ = request.endpoint.id
        await checkpoint()
        if id_ == "addons.token":
            self.given += 1
            token = {"addon": {"id": "ad-1", "token": f"token-{self.given}"}}
            return Response(200, Headers(), json.dumps(token).encode())
        token = request.headers.get("authorization")
        self.sent.append((id_, token))
        if token in self.refused:
            if self.as_stream:
                self.bodies.append(Body(self.content[:5], self.content[5:]))
                return Response(self.status, Headers(), body=self.bodies[-1])
            return Response(self.status, Headers(), self.content)
        content = answer_to(id_, full=False) if id_ in OPERATIONS else b"{}"
        return Response(200, Headers(), content)


@each("id_", OF_DATABASES)
async def test_every_call_of_the_database_api_renews_its_token_once(id_, platform):
    platform.mock.clear()
    tokens = [{"addon": {"id": "ad-1", "token": f"token-{n}"}} for n in (1, 2)]
    given = platform.also("addons.token", lambda _: tokens[given.call_count])
    good = httpx.Response(OPERATIONS[id_]["status"], content=answer_to(id_, full=False))
    asked = platform.on(id_).mock(side_effect=[httpx.Response(400, content=REFUSAL), good])
    async with connected() as client:
        ids, rest = arguments(client, id_)
        await method_of(client, id_)(*ids, **rest)
    assert given.call_count == 2
    sent = [call.request.headers["authorization"] for call in asked.calls]
    assert sent == ["Bearer token-1", "Bearer token-2"]


@each("as_stream", [False, True])
async def test_a_second_refusal_is_an_answer(as_stream):
    transport = Refusing(refused=5, as_stream=as_stream)
    async with client_of(transport) as client:
        for _ in range(3):
            with pytest.raises(BadRequestError, match="unauthorized") as caught:
                await client.databases.get("app", "ad-1")
            assert caught.value.body == {"error": "unauthorized"}
    # A token fresh from the exchange is not to blame: the ones after it cost none for a minute.
    assert transport.given == 2
    assert len(transport.sent) == 4
    assert all(body.closed for body in transport.bodies)


@each("content", [b'{"error": "a backup is running"}', b'"unauthorized"', b"unauthorized", b"",
                  b'{"error": ["unauthorized"]}', b'{"message": "unauthorized"}', b"[" * 5000,
                  b'{"error": "unauthorized", "x": "%s"}' % (b"x" * 2000)],
      ids=lambda content: content[:20])  # fmt: skip
@each("as_stream", [False, True])
async def test_what_else_is_a_bad_request_stays_one(content, as_stream):
    transport = Refusing(content=content, as_stream=as_stream)
    async with client_of(transport) as client:
        with pytest.raises(BadRequestError):
            await client.databases.get("app", "ad-1")
    assert (transport.given, len(transport.sent)) == (1, 1)


async def test_another_status_or_another_api_renews_nothing():
    transport = Refusing(status=500)
    async with client_of(transport) as client:
        with pytest.raises(ServerError):
            await client.databases.get("app", "ad-1")
    assert transport.given == 1
    transport = Refusing()
    transport.refused = {"Bearer bearer"}
    async with client_of(transport) as client:
        with pytest.raises(BadRequestError):
            await client.apps.get("app")
    assert len(transport.sent) == 1


async def test_a_401_is_a_refusal_as_ever():
    transport = Refusing(refused=2, status=401)
    async with client_of(transport) as client:
        with pytest.raises(AuthenticationError):
            await client.databases.get("app", "ad-1")
    assert (transport.given, len(transport.sent)) == (2, 2)


async def test_a_hundred_refusals_cost_one_exchange():
    transport = Refusing()
    async with client_of(transport) as client:
        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(client.databases.get, "app", "ad-1")
    assert transport.given == 2
    assert len(transport.sent) == 200


def helpers(client, tmp_path):
    """Return what goes through the database API on its way to something else."""
    return {
        "request": lambda: client.request(
            "GET", "/databases/ad-1", api="database", addon=("app", "ad-1")
        ),
        "lines": lambda: client.databases.log_lines("app", "ad-1"),
        "stream": lambda: client.databases.stream_logs("app", "ad-1").__aenter__(),
        "download": lambda: client.databases.backups.download("app", "ad-1", "b", tmp_path / "b"),
    }


@each("name", ["request", "lines", "stream", "download"])
async def test_streams_and_downloads_renew_it_too(name, tmp_path):
    transport = Refusing()
    async with client_of(transport) as client:
        call = helpers(client, tmp_path)[name]
        # Where it leads to is nowhere.
        with suppress(ScalingoError):
            await call()
    tokens = [token for _, token in transport.sent if token and token.startswith("Bearer token")]
    assert tokens[:2] == ["Bearer token-1", "Bearer token-2"]
    assert transport.given == 2
