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
from scalingo_async.errors import AuthenticationError, ResponseDecodeError

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
        self.exchanged = None
        self.given = 0
        self.sent = []
        self.bodies = []

    async def send(self, request):
        id_ = request.endpoint.id
        await checkpoint()
        if id_ == "addons.token":
            self.given += 1
            if self.exchanged is not None:
                return Response(*self.exchanged)
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


@each("content", [b'{"addon": {"id": "ad-1"}}', b'{"addon": {"token": ""}}', b"{}", b"[]",
                  b'{"addon": {"token": 7}}', b'{"addon": {"token": ["t"]}}', b'{"token": "t"}'])  # fmt: skip
async def test_an_answer_without_a_token_says_so(content):
    transport = Refusing()
    transport.exchanged = 200, Headers(), content
    async with client_of(transport) as client:
        with pytest.raises(ResponseDecodeError, match="holds no token") as caught:
            await client.databases.get("app", "ad-1")
    assert caught.value.path == "$"
    assert not transport.sent


@each(
    ("addon", "exchanges"),
    [
        ({"id": "ad-1", "app_id": "a-1"}, 1),
        ({"id": "ad-1", "app_id": ""}, 2),
        ({"id": "ad-1", "app_id": 7}, 2),
        ({"id": "ad-1"}, 2),
        ({"id": "ad-2", "app_id": "a-1"}, 2),
        ({"app_id": "a-1"}, 2),
    ],
)
async def test_a_name_is_learned_from_an_exchange_that_tells_its_app(addon, exchanges):
    transport = Refusing()
    content = json.dumps({"addon": {**addon, "token": "token-9"}}).encode()
    transport.exchanged = 200, Headers(), content
    async with client_of(transport) as client:
        for app in ("app", "app", "a-1", "a-1", "app"):
            await client.databases.get(app, "ad-1")
    assert transport.given == exchanges
    assert {token for _, token in transport.sent} == {"Bearer token-9"}


async def test_an_exchange_that_is_refused_repeats_no_text_that_may_be_a_credential():
    transport = Refusing()
    transport.exchanged = 500, Headers(), b"the token is tk-us-1"
    async with client_of(transport, max_retries=0) as client:
        with pytest.raises(ServerError) as caught:
            await client.databases.get("app", "ad-1")
    assert (caught.value.message, caught.value.body) == ("no message", None)


@each(("size", "exchanges"), [(1024, 2), (1025, 1)])
async def test_only_a_short_answer_is_taken_for_a_refusal(size, exchanges):
    transport = Refusing(content=REFUSAL.ljust(size))
    async with client_of(transport) as client:
        with suppress(BadRequestError):
            await client.databases.get("app", "ad-1")
    assert transport.given == exchanges


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
