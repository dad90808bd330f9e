"""Every argument of every method is refused when it is of a wrong kind, before anything is sent."""

import gc
import inspect
import json
import math
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from api_facts import URLS, FakeTransport, answer_to, client_of, made, methods
from tables import each

from scalingo_async import (
    UNSET,
    AsyncClient,
    BadRequestError,
    ConfigurationError,
    InvalidArgumentError,
    RateLimit,
    RecentEvents,
    RetryPolicy,
    ScalingoError,
    Secret,
    Timeout,
    UserPassword,
    WebhookReceiver,
    webhooks,
)
from scalingo_async._core.misuse import NotAwaitable
from scalingo_async.integrations import aiohttp as on_aiohttp
from scalingo_async.integrations import fastapi as on_fastapi
from scalingo_async.models.apps import App
from scalingo_async.models.base import Model
from scalingo_async.waiting.pending import PendingOperation

pytestmark = pytest.mark.anyio

# -- values of all kinds -------------------------------------------------------------------------


def _app() -> Model:
    return made(App, id="app-1", name="my-app")


KINDS: dict[str, Callable[[AsyncClient], Any]] = {
    "text": lambda _: "some text",
    "digits": lambda _: "7",
    "int": lambda _: 7,
    "bool": lambda _: True,
    "float": lambda _: 0.5,
    "nan": lambda _: math.nan,
    "infinity": lambda _: math.inf,
    "None": lambda _: None,
    "UNSET": lambda _: UNSET,
    "bytes": lambda _: b"abc",
    "bytearray": lambda _: bytearray(b"abc"),
    "date": lambda _: date(2030, 1, 2),
    "datetime": lambda _: datetime(2030, 1, 2, tzinfo=UTC),
    "timedelta": lambda _: timedelta(hours=1),
    "path": lambda _: Path("some-path"),
    "secret": lambda _: Secret("text"),
    "list of texts": lambda _: ["abc"],
    "tuple of texts": lambda _: ("abc",),
    "set of texts": lambda _: {"abc"},
    "generator of texts": lambda _: (text for text in ["abc"]),
    "list of ints": lambda _: [1],
    "list of Nones": lambda _: [None],
    "list of pairs": lambda _: [("a", "b")],
    "list of dicts": lambda _: [{"a": "b"}],
    "dict of texts": lambda _: {"A": "b"},
    "dict of ints": lambda _: {"A": 1},
    "dict of Nones": lambda _: {"A": None},
    "dict with int keys": lambda _: {1: "b"},
    "dict of objects": lambda _: {"A": object()},
    "object": lambda _: object(),
    "class": lambda _: dict,
    "function": lambda _: lambda *_: None,
    "coroutine function": lambda client: client.apps.get,
    "coroutine": lambda client: client.apps.get("my-app"),
    "paginator": lambda client: client.apps.list(),
    "model": lambda _: _app(),
    "list of models": lambda _: [_app()],
    "client": lambda client: client,
}

LISTS = {"list of texts", "tuple of texts", "set of texts", "generator of texts"}
TEXTS = {"text", "digits"}
JSON = {"bool", "int", "float", "list of texts", "tuple of texts", "list of ints", "list of Nones"}
JSON |= {"list of pairs", "list of dicts", "dict of texts", "dict of ints", "dict of Nones", "None"}

RIGHT: dict[str, set[str]] = {
    "Callable[[DeployProgress], object]": {"function", "class"},
    "Callable[[Progress], object]": {"function", "class"},
    "DatabaseFeature": set(),
    "DatabaseUser": set(),
    "Content": {*TEXTS, "bytes", "bytearray", "path", "function", "class"},
    "Iterable[str]": LISTS,
    "JSONValue": {*JSON, *TEXTS, "secret"},
    "Literal['SIGUSR1', 'SIGUSR2']": set(),
    "LogDrain": set(),
    "LogsArchive": set(),
    "MaintenanceWindowTime": set(),
    "Mapping[str, int]": {"dict of ints"},
    "Mapping[str, str | Secret]": {"dict of texts"},
    "Mapping[str, str]": {"dict of texts"},
    "None": {"None"},
    "NotifierSettings": set(),
    "PostProvisioning": set(),
    "Secret": {"secret"},
    "Sequence[ContainerAmount]": set(),
    "Sequence[FileSource]": LISTS,
    "Sequence[str]": LISTS,
    "Sink": {"function", "class", "coroutine function"},
    "Unset": {"UNSET"},
    "Via": set(),
    "bool": {"bool"},
    "bytes": {"bytes"},
    "date": {"date"},
    "datetime": {"datetime"},
    "float": {"int", "float"},
    "int": {"int"},
    "os.PathLike[str]": {"path"},
    "str": TEXTS,
    "timedelta": {"timedelta"},
}
"""Which of the values are right where an annotation names a kind."""


def right_for(annotation: str) -> set[str]:
    kinds = re.split(r" \| (?![^\[]*\])", annotation)
    return set().union(*(RIGHT[kind] for kind in kinds))


# -- calls ---------------------------------------------------------------------------------------

NAMED = {
    "archive": "https://logs.example.com/a?token=t",
    "attach_url": "https://one-off.example.com/1",
    "containers": {"web": 1},
    "download_url": "https://storage.scalingo.com/a?sig=x",
    "logs_url": "https://logs.example.com/?token=t",
    "signal": "SIGUSR1",
    "upload_url": "https://storage.scalingo.com/a?sig=x",
    "variables": {"NAME": "value"},
    "via": "sse",
}
"""Arguments whose values have a form."""

BY_KIND: dict[str, Any] = {
    "Mapping[str, JSONValue]": {"k": 1},
    "Mapping[str, str | Secret]": {"NAME": "value"},
    "Sequence[str]": ["one"],
    "bool": True,
    "bytes": b"abc",
    "date": date(2030, 1, 2),
    "datetime": datetime(2030, 1, 2, tzinfo=UTC),
    "float": 0.5,
    "int": 7,
    "str": "text",
}


def value_for(name: str, annotation: str) -> Any:
    first = annotation.partition(" | ")[0]
    return NAMED[name] if name in NAMED else BY_KIND.get(annotation, BY_KIND.get(first, "text"))


def calls(client: AsyncClient) -> Iterator[tuple[str, inspect.Parameter, Callable[..., Any]]]:
    """Yield each argument of each method, with a function that calls it with a value for that."""
    for path, method in methods(client):
        parameters = inspect.signature(method).parameters.values()
        needed = {
            each.name: value_for(each.name, each.annotation)
            for each in parameters
            if each.default is each.empty
            and each.kind in {each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY}
        }
        if "operation_url" in needed:
            needed["operation_url"] = URLS[path]
        for parameter in parameters:
            if parameter.kind is parameter.VAR_KEYWORD:
                continue

            def call(value: Any, parameter=parameter, method=method, needed=needed) -> Any:
                if parameter.kind is parameter.VAR_POSITIONAL:
                    return method("one", value, **needed)
                return method(**{**needed, parameter.name: value})

            yield path, parameter, call


def begin(called: Any) -> None:
    """Take what a method returned to where it would wait for something."""
    if hasattr(called, "__aenter__") and isinstance(
        called, NotAwaitable | AbstractAsyncContextManager
    ):
        called = called.__aenter__()
    if inspect.iscoroutine(called):
        try:
            # There is no event loop: what looks at files, say, has gone too far already.
            called.send(None)
        except StopIteration:
            pass
        finally:
            called.close()


def test_every_argument_of_every_method_is_checked():
    """By its kind, before anything is waited for, and with an error that names the argument."""
    transport = FakeTransport(200, answer_to("apps.get"))
    client = client_of(transport)
    wrong: list[str] = []
    count = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path, parameter, call in calls(client):
            right = right_for(parameter.annotation)
            for label, make in KINDS.items():
                if label in right:
                    continue
                count += 1
                where = f"{path}({parameter.name}: {parameter.annotation} = {label})"
                try:
                    begin(call(make(client)))
                except InvalidArgumentError as error:
                    if parameter.name not in str(error):
                        wrong.append(f"{where} is not named: {error}")
                    if "canary" in str(error):
                        wrong.append(f"{where} is shown: {error}")
                except BaseException as error:
                    wrong.append(f"{where} raises {error!r}")
                else:
                    wrong.append(f"{where} is taken")
        gc.collect()
    assert count > 10_000
    assert transport.requests == []
    assert not wrong, "\n".join(wrong[:200]) + f"\n{len(wrong)} of {count}"


# -- what is no method of a resource -------------------------------------------------------------

SECRET = "a-secret-of-16-characters"
NUMBERS = {"int", "float"}
SECONDS = {"int", "float", "None"}
HEADERS = {"dict of texts"}
RECEIVER = WebhookReceiver(SECRET)
BODY = b"{}"


async def handle(event: Any) -> None:
    pass


def make(**settings: Any) -> AsyncClient:
    return AsyncClient(**{"bearer_token": "bearer", **settings})


def option(name: str) -> Callable[..., Any]:
    return lambda _, value: make(**{name: value})


def another(name: str) -> Callable[..., Any]:
    return lambda client, value: client.with_options(**{name: value})


def of_a_call(name: str) -> Callable[..., Any]:
    return lambda client, value: client.apps.get("my-app", **{name: value})


OPTIONS = {
    "timeout": SECONDS,
    "deadline": SECONDS,
    "max_wait": SECONDS,
    "max_retries": {"int"},
    "priority": {"None"},
    # Who passes them on may have none.
    "headers": {*HEADERS, "None"},
}
SETTINGS = {
    **OPTIONS,
    "retry": set(),
    "rate_limit": {"None"},
    "user_agent": {"None", *TEXTS},
    "middlewares": set(),
}
URL = {"None"}
ALONE = {
    "region": {"digits"},
    "api_url": URL,
    "auth_url": URL,
    "database_url": URL,
    "billing_url": URL,
    "max_connections": {"int"},
    "http2": {"bool"},
    "trust_env": {"bool"},
}

OTHERS: dict[str, tuple[Callable[[AsyncClient, Any], Any], set[str]]] = {
    **{
        f"AsyncClient({name})": (option(name), {*right, "UNSET"})
        for name, right in SETTINGS.items()
    },
    **{f"AsyncClient({name})": (option(name), right) for name, right in ALONE.items()},
    **{f"with_options({name})": (another(name), right) for name, right in SETTINGS.items()},
    **{f"a call({name})": (of_a_call(name), right) for name, right in OPTIONS.items()},
    "AsyncClient(api_token)": (lambda _, v: AsyncClient(v), {"secret", "digits"}),
    "AsyncClient(bearer_token)": (
        lambda _, v: AsyncClient(bearer_token=v),
        {"secret", "digits", "None"},
    ),
    "AsyncClient(credential)": (lambda _, v: AsyncClient(credential=v), set()),
    "estimate(requests)": (lambda c, v: c.estimate(v), {"int"}),
    "region(name)": (lambda c, v: c.region(v), {"digits"}),
    "request(method)": (lambda c, v: c.request(v, "/apps"), set()),
    "request(path)": (lambda c, v: c.request("GET", v), set()),
    "request(api)": (lambda c, v: c.request("GET", "/apps", api=v), set()),
    "request(addon)": (lambda c, v: c.request("GET", "/x", api="database", addon=v), set()),
    "request(query)": (
        lambda c, v: c.request("GET", "/apps", query=v),
        {"None", "dict of texts", "dict of ints", "dict of Nones"},
    ),
    "request(json)": (
        lambda c, v: c.request("POST", "/apps", json=v),
        {"UNSET", "dict of texts", "dict of ints", "dict of Nones"},
    ),
    "with_raw_response(method)": (
        lambda c, v: c.with_raw_response(v),
        {"class", "function", "coroutine function"},
    ),
    "wait(timeout)": (
        lambda c, v: PendingOperation("a", None, None, c.operations.get).wait(timeout=v),
        SECONDS,
    ),
    "wait(on_progress)": (
        lambda c, v: PendingOperation("a", None, None, c.operations.get).wait(on_progress=v),
        {"None", "class", "function"},
    ),
    "RateLimit(requests)": (lambda _, v: RateLimit(v), {"int"}),
    "RateLimit(window)": (lambda _, v: RateLimit(1, v), NUMBERS),
    "RetryPolicy(cap)": (lambda _, v: RetryPolicy(cap=v), NUMBERS),
    "Timeout(read)": (lambda _, v: Timeout(read=v), SECONDS),
    "a secret": (lambda _, v: Secret(v), {*TEXTS, "secret"}),
    "UserPassword(name)": (lambda _, v: UserPassword(v, "password"), TEXTS),
    "UserPassword(secret)": (lambda _, v: UserPassword("name", v), {*TEXTS, "secret"}),
    "RecentEvents(limit)": (lambda _, v: RecentEvents(v), {"int"}),
    "RecentEvents(keep)": (lambda _, v: RecentEvents(1, v), NUMBERS),
    "WebhookReceiver(secret)": (lambda _, v: WebhookReceiver(v), set()),
    "WebhookReceiver(max_body)": (lambda _, v: WebhookReceiver(SECRET, max_body=v), {"int"}),
    "WebhookReceiver(seen)": (
        lambda _, v: WebhookReceiver(SECRET, seen=v),
        {"None", "UNSET", "set of texts"},
    ),
    "admit(headers)": (lambda _, v: RECEIVER.admit(v, secret=SECRET), {*HEADERS, "list of pairs"}),
    "admit(secret)": (lambda _, v: RECEIVER.admit({}, secret=v), {*TEXTS, "secret"}),
    "parse(headers)": (lambda _, v: webhooks.parse(v, BODY), {*HEADERS, "list of pairs"}),
    "parse(body)": (lambda _, v: webhooks.parse({}, v), {"bytes", "bytearray"}),
    "receive(body)": (
        lambda _, v: RECEIVER.receive({}, v, secret=SECRET),
        {"bytes", "bytearray", "paginator"},
    ),
    "deliver(handler)": (
        lambda _, v: RECEIVER.deliver(v, {}, BODY, secret=SECRET),
        {"function", "coroutine function"},
    ),
    "deliver(check_back)": (
        lambda _, v: RECEIVER.deliver(handle, {}, BODY, secret=SECRET, check_back=v),
        {"None", "client"},
    ),
    "webhook_router(handler)": (
        lambda _, v: on_fastapi.webhook_router(RECEIVER, v),
        {"function", "coroutine function"},
    ),
    "webhook_router(receiver)": (
        lambda _, v: on_fastapi.webhook_router(v, handle),
        {"coroutine"},
    ),
    "webhook_router(path)": (
        lambda _, v: on_fastapi.webhook_router(RECEIVER, handle, path=v),
        {"coroutine"},
    ),
    "webhook_routes(handler)": (
        lambda _, v: on_aiohttp.webhook_routes(RECEIVER, v),
        {"function", "coroutine function"},
    ),
    "client_lifespan(make)": (
        lambda _, v: on_fastapi.client_lifespan(v),
        {"class", "function"},
    ),
    "client_context(make)": (lambda _, v: on_aiohttp.client_context(v), {"class", "function"}),
    "error_middleware(statuses)": (lambda _, v: on_aiohttp.error_middleware(v), {"None"}),
}


@each("name", OTHERS)
def test_every_other_argument_is_checked(name):
    transport = FakeTransport()
    client = client_of(transport)
    call, right = OTHERS[name]
    argument = name.split("(")[-1].rstrip(")").split()[-1].rstrip("s")
    wrong: list[str] = []
    for label, kind in KINDS.items():
        if label in right:
            continue
        value = kind(client)
        try:
            begin(call(client, value))
        except (InvalidArgumentError, ConfigurationError) as error:
            if argument not in str(error):
                wrong.append(f"{label}: {error}")
        except BaseException as error:
            wrong.append(f"{label} raises {error!r}")
        else:
            wrong.append(f"{label} is taken")
        if inspect.iscoroutine(value):
            # It is closed, unless something else is refused first.
            assert inspect.getcoroutinestate(value) == inspect.CORO_CLOSED, label
    assert not wrong, "\n".join(wrong)
    assert transport.requests == []


# -- what to write instead -----------------------------------------------------------------------

MISUSE: list[tuple[Callable[[AsyncClient], Any], str]] = [
    (lambda c: c.variables.bulk_delete("a", variable_ids="abc"), "write ['abc']"),
    (lambda c: c.variables.bulk_delete("a", variable_ids=["NAME"]), "delete=['NAME']"),
    (lambda c: c.variables.delete("a", "NAME"), "delete=['NAME']"),
    (
        lambda c: c.variables.update("a", "NAME", value="v"),
        "variables.set(app, {...}) sets by name",
    ),
    (
        lambda c: c.variables.bulk_update("a", variables={"WORKERS": 4}),
        "the value of WORKERS must be a str, not int: write '4'",
    ),
    (
        lambda c: c.variables.set("a", {"DEBUG": True}),
        "the value of DEBUG must be a str, not bool: write 'true'",
    ),
    (
        lambda c: c.variables.set("a", {"KEY": None}),
        "the value of KEY must be a str, not None: to delete it use `delete=['KEY']`",
    ),
    (
        lambda c: c.variables.create("a", name="WORKERS", value=4),
        "the value of WORKERS must be a str, not int: write '4'",
    ),
    (lambda c: c.variables.create("a", "NAME", "v"), "takes app by position"),
    (lambda c: c.apps.list(page=2), "it isn't paginated"),
    (lambda c: c.apps.scale("a", containers=[("web", 2)]), "containers[0] must be a dict such as"),
    (lambda c: c.apps.get("a", headers=[("a", "b")]), "headers must be a dict such as"),
    (lambda c: c.one_offs.run("a", "ls", env=["A=b"]), "env must be a dict such as"),
    (lambda c: c.one_offs.run("a", "ls", files="x.txt"), "write ['x.txt']"),
    (lambda c: c.one_offs.run("a", None), "command must be a str or a list such as"),
    (lambda c: c.one_offs.run("a", "ls", stdout="x"), "write open('x', 'wb')"),
    (lambda c: c.events.list("a", page="2"), "page must be an int or None, not str: write 2"),
    (lambda c: c.with_options(middlewares=handle), "middlewares must be a list such as"),
    (lambda c: c.request("GET", "/v1/apps"), "write '/apps'"),
    (lambda c: c.request("GET", "/api/x", api="database", addon=("a", "b")), "write '/x'"),
    (lambda c: c.with_raw_response(c.apps.get("a")), "write with_raw_response(client.apps.get)"),
    (lambda c: c.apps.get(c.apps.get("a")), "a coroutine (Apps.get): await it first"),
    (lambda c: c.apps.get(_app()), "app must be a str, not App: give its ref"),
    (lambda _: AsyncClient(base_url="https://x"), "did you mean api_url?"),
    (lambda _: AsyncClient(credential="canary"), "pass it as api_token="),
    (lambda c: c.tokens.create(name="a", otp=123456), "write it in quotes"),
    (lambda _: RECEIVER.deliver(print_it, {}, BODY, secret=SECRET), "write `async def print_it`"),
]


def print_it(event: Any) -> None:
    raise AssertionError("it is not called")


@each("case", range(len(MISUSE)))
def test_what_to_write_instead(case):
    transport = FakeTransport()
    call, said = MISUSE[case]
    with pytest.raises((ScalingoError, TypeError)) as caught:
        begin(call(client_of(transport)))
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)
    assert transport.requests == []


@each(
    ("call", "body"),
    [
        (
            lambda c: c.apps.scale("a", containers={"web": 2, "worker": 0}),
            {"containers": [{"name": "web", "amount": 2}, {"name": "worker", "amount": 0}]},
        ),
        (lambda c: c.apps.run("a", command=["ls", "-l", "a b"]), {"command": "ls -l 'a b'"}),
        (lambda c: c.apps.restart("a", scope=("web",)), {"scope": ["web"]}),
        (lambda c: c.variables.bulk_delete("a", variable_ids={"v-1"}), {"variable_ids": ["v-1"]}),
    ],
)
async def test_what_is_plain_is_taken(call, body):
    transport = FakeTransport(400)
    async with client_of(transport) as client:
        with pytest.raises(BadRequestError):
            await call(client)
    (request,) = transport.requests
    assert json.loads(request.content) == body


async def test_a_handler_that_returns_nothing_to_await_is_told_so():
    event = answer_to("events.get")
    inner = json.dumps(json.loads(event)["event"]).encode()
    receiver = WebhookReceiver(SECRET)
    with pytest.raises(InvalidArgumentError, match="the result of handler must be an awaitable"):
        await receiver.deliver(lambda _: None, {}, inner, secret=SECRET)
    assert await receiver.deliver(handle, {}, inner, secret=SECRET) is not None
