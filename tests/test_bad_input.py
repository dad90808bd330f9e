"""What can't be right is refused with one clear error, before anything is sent."""

import asyncio
import gc
import inspect
import math
from typing import Any
from urllib.parse import unquote

import anyio
import pytest
import trio
from api_facts import CALLS, FakeTransport, answer_to, arguments, client_of, method_of
from platform_routes import connected
from tables import each

from scalingo_async import (
    AsyncClient,
    ClientClosedError,
    ConfigurationError,
    EventLoopError,
    InvalidArgumentError,
    ScalingoError,
    UntrustedURLError,
)
from scalingo_async.integrations.failures import check_statuses
from scalingo_async.webhooks import RecentEvents, WebhookReceiver

pytestmark = pytest.mark.anyio

TOKENS_NOT_IDS = {
    "collaborators.accept": {"token"},
    "databases.operations.get_by_url": {"operation_url"},
    "operations.get_by_url": {"operation_url"},
    "tokens.exchange": {"api_token"},
    "tokens.login": {"username", "password"},
}
"""Positional arguments that are not part of a path."""

BAD_IDS = [
    "",
    " ",
    "\t",
    ".",
    "..",
    "a/b",
    "/",
    "../other-app",
    "a?b=c",
    "a#b",
    "a%2Fb",
    "%2e%2e",
    "a\0b",
    "a\nb",
    "a\x7fb",
    "a\\b",
    "\ud800",
    5,
    0,
    None,
    True,
    b"bytes",
    ["list"],
]


async def result_of(call: Any) -> Any:
    """Await what a method returned, if it is to be awaited."""
    return await call if inspect.isawaitable(call) else call


@each("id_", CALLS)
async def test_every_id_of_every_method_is_checked(id_):
    transport = FakeTransport()
    async with client_of(transport) as client:
        method = method_of(client, id_)
        parameters = inspect.signature(method).parameters
        names = list(parameters)
        good, rest = arguments(client, id_)
        for position, name in enumerate(names[: len(good)]):
            if name in TOKENS_NOT_IDS.get(id_, ()):
                continue
            numbers = "int" in parameters[name].annotation
            for bad in BAD_IDS:
                if numbers and type(bad) is int:
                    continue
                ids = [*good[:position], bad, *good[position + 1 :]]
                with pytest.raises(InvalidArgumentError) as caught:
                    await result_of(method(*ids, **rest))
                assert type(caught.value) is InvalidArgumentError
                assert name in str(caught.value), f"{bad!r}: {caught.value}"
                assert isinstance(caught.value, ValueError)
    assert transport.requests == []


@each("bad", ["name with spaces", "naïve", "a+b", "a:b", "a@b", "...", "-", "🦄"])
async def test_other_names_are_sent_as_one_segment(bad, platform):
    platform.answers("apps.get", answer_to("apps.get"))
    async with connected() as client:
        await client.apps.get(bad)
    (request,) = platform.requests
    segment = request.url.raw_path.removeprefix(b"/v1/apps/")
    assert b"/" not in segment
    assert unquote(segment.decode("ascii")) == bad


@each(
    "call",
    [
        lambda c: c.tokens.exchange(""),
        lambda c: c.tokens.exchange(" tk"),
        lambda c: c.tokens.exchange(5),
        lambda c: c.tokens.login("", "password", name="n"),
        lambda c: c.tokens.login("a:b", "password", name="n"),
        lambda c: c.tokens.login("user", "", name="n"),
        lambda c: c.tokens.login("user", 5, name="n"),
        lambda c: c.collaborators.accept(5),
        lambda c: c.variables.create("my-app", name="", value="v"),
        lambda c: c.variables.create("my-app", name="A-B", value="v"),
        lambda c: c.variables.create("my-app", name="A" * 65, value="v"),
        lambda c: c.variables.create("my-app", name="A", value="v" * 32_769),
        lambda c: c.variables.create("my-app", name="A", value=5),
        lambda c: c.variables.bulk_update("my-app", variables={}),
        lambda c: c.variables.bulk_update("my-app", variables={"A": None}),
        lambda c: c.variables.bulk_delete("my-app", variable_ids=[]),
        lambda c: c.apps.scale("my-app", containers=[]),
        lambda c: c.apps.scale("my-app", containers=[{"name": "web", "amount": -1}]),
        lambda c: c.apps.scale("my-app", containers=[{"name": "", "amount": 1}]),
        lambda c: c.apps.scale("my-app", containers=[{"name": "web", "amount": "+1"}]),
        lambda c: c.apps.create(name=object()),
        lambda c: c.apps.create(name="\ud800"),
        lambda c: c.events.list("my-app", page="\ud800"),
        lambda c: c.events.list("my-app", page=object()),
        lambda c: c.logs.dump("https://logs.example.com/?token=t", n=-1),
        lambda c: c.request("GET", "apps"),
        lambda c: c.request("GET", "/apps/../users"),
        lambda c: c.request("GET", "/apps/%2e%2E/x"),
        lambda c: c.request("GET", "/apps//x"),
        lambda c: c.request("GET", "/apps?x=1"),
        lambda c: c.request("GET", "/apps/a b"),
        lambda c: c.request("GET", "/apps/%"),
        lambda c: c.request("GET", "https://evil.example/apps"),
        lambda c: c.request("GET", "//evil.example/apps"),
        lambda c: c.request("GET", None),
        lambda c: c.request("TRACE", "/apps"),
        lambda c: c.request("GET\r\nX: y", "/apps"),
        lambda c: c.request("POST", "/apps", json={"a": object()}),
        lambda c: c.request("GET", "/apps", query={"a": object()}),
        lambda c: c.operations.pending("..", "op-1"),
        lambda c: c.operations.pending("my-app", "a/b"),
        lambda c: c.region(""),
        lambda c: c.region("osc.fr1"),
        lambda c: c.region("evil.example/"),
        lambda c: c.region(None),
    ],
)
async def test_other_arguments_are_checked_before_anything_is_sent(call):
    transport = FakeTransport()
    async with client_of(transport) as client:
        with pytest.raises((InvalidArgumentError, ConfigurationError)):
            await result_of(call(client))
    assert transport.requests == []


@each(
    "url",
    [
        "",
        "logs",
        "http://logs.example.com/?token=canary",
        "https://user:canary@logs.example.com/",
        "https://127.0.0.1/?token=canary",
        "https://169.254.169.254/?token=canary",
        "https://[::1]/?token=canary",
        "https://2130706433/?token=canary",
        "file:///etc/passwd?canary",
        "https://logs.example.com/\r\nX: canary",
        "https://logs.example.com/..?token=canary",
    ],
)
async def test_urls_are_checked_before_they_are_visited(url):
    transport = FakeTransport()
    async with client_of(transport) as client:
        with pytest.raises(UntrustedURLError) as caught:
            await client.logs.dump(url)
    assert "canary" not in str(caught.value)
    assert transport.requests == []


OPTIONS: list[dict[str, Any]] = [
    {"timeout": -1},
    {"timeout": math.nan},
    {"timeout": math.inf},
    {"timeout": "5"},
    {"timeout": True},
    {"deadline": -0.5},
    {"deadline": math.nan},
    {"deadline": "soon"},
    {"max_wait": -1},
    {"max_wait": math.nan},
    {"max_retries": -1},
    {"max_retries": 1.5},
    {"max_retries": True},
    {"headers": {"x-name": "canary\r\nHost: evil.example"}},
    {"headers": {"x-name": "canary\n"}},
    {"headers": {"x-name": "canary\0"}},
    {"headers": {"x-name": "canary\u20ac"}},
    {"headers": {"x-name": 5}},
    {"headers": {"": "x"}},
    {"headers": {"x name": "x"}},
    {"headers": {"x\r\n": "x"}},
    {"headers": {"Authorization": "Bearer canary"}},
    {"headers": {"Host": "evil.example"}},
    {"headers": {"content-length": "0"}},
    {"headers": {"Transfer-Encoding": "chunked"}},
]


@each("options", OPTIONS, ids=repr)
async def test_options_are_checked_wherever_they_are_given(options):
    transport = FakeTransport()
    async with client_of(transport) as client:
        ways = [
            lambda: client.apps.get("my-app", **options),
            lambda: client.apps.list(**options),
            lambda: client.databases.get("my-app", "ad-1", **options),
            lambda: client.request("GET", "/apps", **options),
            lambda: client.logs.dump("https://logs.example.com/?token=t", **options),
            lambda: client.with_options(**options),
            lambda: AsyncClient("tk-us-token", **options),
            lambda: AsyncClient.from_env(environ={"SCALINGO_API_TOKEN": "tk"}, **options),
        ]
        for way in ways:
            name = "header" if "headers" in options else next(iter(options))
            with pytest.raises(InvalidArgumentError, match=name) as caught:
                await result_of(way())
            assert "canary" not in str(caught.value)
    assert transport.requests == []


async def test_an_option_that_does_not_exist_is_refused_not_ignored():
    transport = FakeTransport()
    async with client_of(transport) as client:
        with pytest.raises((InvalidArgumentError, TypeError), match="retries"):
            await client.apps.get("my-app", retries=3)
        with pytest.raises((InvalidArgumentError, TypeError), match="retries"):
            client.apps.list(retries=3)
    assert transport.requests == []


@each("token", ["", " ", "\t\n", " canary", "canary\n", "ca nary", "canaré", 5])
@each("source", ["api_token", "bearer_token", "SCALINGO_API_TOKEN"])
def test_a_token_that_can_not_be_one_is_refused_by_the_name_of_its_source(source, token):
    def make() -> AsyncClient:
        if source == "SCALINGO_API_TOKEN":
            return AsyncClient.from_env(environ={source: token})
        return AsyncClient(**{source: token})

    with pytest.raises(ConfigurationError, match=source) as caught:
        make()
    assert "nar" not in str(caught.value)


@each("host", ["api.example.com", "10.0.0.1", "localhost.example.com", "0.0.0.0"])
@each("name", ["api_url", "auth_url", "database_url", "billing_url"])
def test_plain_http_is_for_this_machine_alone(name, host):
    urls = {"api_url": "https://a.example", "database_url": "https://d.example"}
    with pytest.raises(ConfigurationError, match=f"{name} must be https"):
        AsyncClient("tk-us-token", **{**urls, name: f"http://{host}"})


# -- a client that is closed, or belongs to another event loop -----------------------------------

WAYS: dict[str, Any] = {
    "a call": lambda c: c.apps.get("my-app"),
    "a list": lambda c: c.apps.list(),
    "a database call": lambda c: c.databases.get("my-app", "ad-1"),
    "a call by URL": lambda c: c.logs.dump("https://logs.example.com/?token=t"),
    "a call without a method": lambda c: c.request("GET", "/apps"),
    "a call of a copy": lambda c: c.with_options(max_retries=1).apps.get("my-app"),
    "a call to another region": lambda c: c.region("osc-secnum-fr1").apps.list(),
    "a raw answer": lambda c: c.with_raw_response(c.apps.get)("my-app"),
    "a wait": lambda c: c.operations.pending("my-app", "op-1").refresh(),
}


@each("way", WAYS)
async def test_a_closed_client_sends_nothing(way):
    transport = FakeTransport()
    client = client_of(transport)
    await client.aclose()
    await client.aclose()
    with pytest.raises(ClientClosedError, match="this client is closed"):
        await WAYS[way](client)
    assert transport.requests == []


@each("way", WAYS)
@each("runs", ["asyncio, asyncio", "asyncio, trio", "trio, asyncio"])
def test_a_client_belongs_to_one_event_loop(runs, way):
    transport = FakeTransport(200, answer_to("users.self"))
    client = client_of(transport)

    async def use() -> None:
        await client.users.self()

    async def misuse() -> None:
        with pytest.raises(EventLoopError, match="another event loop"):
            await WAYS[way](client)

    first, second = runs.split(", ")
    anyio.run(use, backend=first)
    anyio.run(misuse, backend=second)
    assert len(transport.requests) == 1
    anyio.run(client.aclose, backend=second)


async def test_calls_that_are_under_way_when_the_client_closes_end_with_one_error():
    class Silent(FakeTransport):
        async def send(self, request: Any) -> Any:
            self.requests.append(request)
            await anyio.sleep_forever()

    transport = Silent()
    client = client_of(transport)
    errors: list[BaseException] = []

    async def call() -> None:
        try:
            await client.apps.get("my-app")
        except ScalingoError as error:
            errors.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        await client.aclose()
    assert [type(error) for error in errors] == [ClientClosedError] * 50


def test_a_forgotten_client_gives_one_warning():
    async def forget() -> None:
        await client_of(FakeTransport(200, answer_to("users.self"))).users.self()

    for run in (asyncio.run, lambda main: trio.run(lambda: main)):
        with pytest.warns(ResourceWarning, match="forgotten") as warned:
            run(forget())
            gc.collect()
        assert len(warned) == 1


NUMBERS = {
    "max_connections": lambda c, n: AsyncClient("tk", max_connections=n),
    "limit of RecentEvents": lambda c, n: RecentEvents(n),
    "max_body": lambda c, n: WebhookReceiver("a-secret-of-16-characters", max_body=n),
    "max_size": lambda c, n: c.deployments.deploy("my-app", ".", max_size=n),
    "size of a download": lambda c, n: c.sources.download(
        "https://storage.scalingo.com/a?sig=x", "unused", size=n
    ),
    "limit": lambda c, n: c.events.list("my-app").collect(limit=n),
    "max_pages": lambda c, n: c.events.list("my-app").pages(max_pages=n),
    "requests": lambda c, n: c.estimate(n),
    "periodic_backups_scheduled_at": lambda c, n: c.databases.update(
        "my-app", "ad-1", periodic_backups_scheduled_at=n
    ),
    "can't be answered": lambda c, n: check_statuses({ScalingoError: n}),
}


@pytest.mark.parametrize("name", NUMBERS)
async def test_numbers_are_whole_ones(name):
    transport = FakeTransport()
    async with client_of(transport) as client:
        for bad in (2.5, math.nan, "2", True):
            with pytest.raises(ScalingoError, match=name.partition(" of ")[0]) as caught:
                await result_of(NUMBERS[name](client, bad))
            assert isinstance(caught.value, InvalidArgumentError | ConfigurationError)
    assert transport.requests == []
