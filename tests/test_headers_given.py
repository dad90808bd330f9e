"""Headers that callers give, in every place that takes some: what can't be sent is refused."""

import inspect
from typing import Any

import pytest
from api_facts import CALLS, FakeTransport, answer_to, arguments, client_of, method_of, methods
from tables import each

from scalingo_async import (
    AsyncClient,
    ConfigurationError,
    InvalidArgumentError,
    UserPassword,
    request_id_context,
)
from scalingo_async._core.misuse import NotAwaitable

pytestmark = pytest.mark.anyio

CANARY = "canary-0123456789"
PLACE = len(CANARY) + 1
BAD_VALUES = {
    # a value → what the error says of it, and never what it is
    f"{CANARY}é": f"its character {PLACE} is not ASCII",
    f"{CANARY}€": f"its character {PLACE} is not ASCII",
    f"{CANARY}\ud83d": f"its character {PLACE} is not ASCII",
    f"{CANARY}\x85": f"its character {PLACE} is not ASCII",
    f"{CANARY}\r\nX-Evil: 1": f"its character {PLACE} is a line end",
    f"{CANARY}\n": f"its character {PLACE} is a line end",
    f"{CANARY}\0": f"its character {PLACE} is a control character",
    f"{CANARY}\x1b[31m": f"its character {PLACE} is a control character",
    f"{CANARY}\x7f": f"its character {PLACE} is a control character",
    f" {CANARY}": "it has white space around",
    f"{CANARY}\t": "it has white space around",
}
BAD_NAMES = ("", "X Y", "X:", "É", "X\n", "X\0", "x-ü", f"X: {CANARY}", " X", "X ")
BAD_HEADERS = [
    *(
        ({"X-Trace": value}, f"the header X-Trace can't be sent: {why}")
        for value, why in BAD_VALUES.items()
    ),
    *(({name: "1"}, "can't be the name of a header") for name in BAD_NAMES),
]


def check(error: BaseException, why: str) -> None:
    assert why in str(error), str(error)
    assert CANARY not in f"{error}{error!r}{error.__cause__}{error.__context__}"


async def use(result: Any) -> None:
    """Do with what a method returned what it is for."""
    if inspect.isawaitable(result) and not isinstance(result, NotAwaitable):
        await result
    elif hasattr(result, "__aenter__"):
        async with result as opened:
            if hasattr(opened, "__anext__"):
                await anext(opened)
    else:
        await anext(aiter(result))


ELSEWHERE = "headers can't be used here"
"""What methods say whose requests go to a URL that the platform handed out."""

OTHERS: dict[str, dict[str, Any]] = {
    "deployments.deploy": {"source_url": "https://example.com/a.tar.gz"},
    "one_offs.upload_file": {"name": "file"},
    "one_offs.resize": {"width": 80, "height": 24},
    "variables.set": {"variables": {"NAME": "value"}},
}
FILES = {"source": "/no/such/place", "file": b"content", "content": b"content"}


def given(path: str, method: Any) -> tuple[list[Any], dict[str, Any]]:
    """Make arguments for a method that belongs to no operation, or to one that flows."""
    ids: list[Any] = []
    rest: dict[str, Any] = {}
    for parameter in inspect.signature(method).parameters.values():
        if parameter.default is not parameter.empty or parameter.kind in {
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        }:
            continue
        value: Any = FILES.get(parameter.name, f"a-{parameter.name}")
        if parameter.name.endswith("_url"):
            value = "https://x.osc-fr1.scalingo.com/one"
        if parameter.kind is parameter.KEYWORD_ONLY:
            rest[parameter.name] = value
        else:
            ids.append(value)
    more = OTHERS.get(path, {})
    names = list(inspect.signature(method).parameters)
    ids = [more.get(name, value) for name, value in zip(names, ids, strict=False)]
    return ids, {**rest, **{k: v for k, v in more.items() if k not in names[: len(ids)]}}


def takers() -> list[str]:
    """Return the methods of the client that take options."""
    return [
        path
        for path, method in methods(client_of(FakeTransport()))
        if any(p.kind is p.VAR_KEYWORD for p in inspect.signature(method).parameters.values())
    ]


@each("path", takers())
async def test_every_method_refuses_what_can_t_be_sent(path):
    transport = FakeTransport()
    async with client_of(transport) as client:
        method = method_of(client, path)
        ids, rest = arguments(client, path) if path in CALLS else given(path, method)
        # All of them for one: the check is the same for each.
        for headers, why in BAD_HEADERS if path == "apps.get" else BAD_HEADERS[::8]:
            with pytest.raises(InvalidArgumentError) as caught:
                await use(method(*ids, **rest, headers=headers))
            check(caught.value, ELSEWHERE if ELSEWHERE in str(caught.value) else why)
    assert transport.requests == []


def of_client(**settings: Any) -> AsyncClient:
    return AsyncClient("tk-us-x", **settings)


def from_env(**settings: Any) -> AsyncClient:
    return AsyncClient.from_env(environ={"SCALINGO_API_TOKEN": "tk-us-x"}, **settings)


def with_options(**settings: Any) -> AsyncClient:
    return of_client().with_options(**settings)


@each("make", [of_client, from_env, with_options])
def test_clients_refuse_what_can_t_be_sent(make):
    for headers, why in BAD_HEADERS:
        with pytest.raises(InvalidArgumentError) as caught:
            make(headers=headers)
        check(caught.value, why)
    for value, why in BAD_VALUES.items():
        with pytest.raises(InvalidArgumentError) as caught:
            make(user_agent=value)
        check(caught.value, f"user_agent can't be sent: {why}")
    assert make(headers={"X-Trace": "a b\tc"}, user_agent="tool/1 (linux)")


async def test_calls_by_hand_refuse_what_can_t_be_sent():
    transport = FakeTransport()
    async with client_of(transport) as client:
        for headers, why in BAD_HEADERS:
            for call in (
                lambda headers=headers: client.request("GET", "/apps", headers=headers),
                lambda headers=headers: client.with_raw_response(client.apps.get)(
                    "my-app", headers=headers
                ),
            ):
                with pytest.raises(InvalidArgumentError) as caught:
                    await call()
                check(caught.value, why)
    assert transport.requests == []


async def test_items_of_a_job_refuse_what_can_t_be_sent():
    transport = FakeTransport()
    async with client_of(transport) as client, client.bulk() as job:

        async def restart(name):
            await client.apps.restart(name, headers={"X-Item": f"{CANARY}é"})

        outcomes = [outcome async for outcome in job.map(restart, ["one", "two"])]
        outcomes += [
            outcome
            async for outcome in job.map(
                client.apps.restart, ["three"], headers={"X-Item": f"{CANARY}é"}
            )
        ]
    assert len(outcomes) == 3
    for outcome in outcomes:
        assert isinstance(outcome.error, InvalidArgumentError)
        check(outcome.error, f"its character {PLACE} is not ASCII")
    assert transport.requests == []


async def test_one_time_codes_are_headers_too():
    transport = FakeTransport()
    async with client_of(transport) as client:
        for value, why in BAD_VALUES.items():
            with pytest.raises(InvalidArgumentError) as caught:
                await client.tokens.create(name="name", otp=value)
            check(caught.value, f"otp can't be sent: {why}")
            with pytest.raises(ConfigurationError) as refused:
                UserPassword("me", "password", otp=value)
            check(refused.value, f"otp can't be sent: {why}")
            with pytest.raises(ConfigurationError) as refused:
                await client.tokens.login("me", "password", name="n", otp=value)
            check(refused.value, f"otp can't be sent: {why}")
    assert transport.requests == []


def test_request_ids_are_headers_too():
    for value in BAD_VALUES:
        with pytest.raises(InvalidArgumentError) as caught, request_id_context(value):
            pass
        check(caught.value, "a request id must be")


async def test_what_a_middleware_puts_on_is_checked_as_well():
    answer = FakeTransport(200, answer_to("apps.get"))
    added: dict[str, str] = {}

    async def add(request, call_next):
        return await call_next(request.with_headers(added))

    async with client_of(answer, middlewares=[add]) as client:
        for headers, why in BAD_HEADERS:
            added = {name.lower(): value for name, value in headers.items()}
            with pytest.raises(InvalidArgumentError) as caught:
                await client.apps.get("my-app")
            check(caught.value, why.rpartition("sent: ")[2])
        assert answer.requests == []
        for fine in ("a | b", "a\tb", "a  b", "", "~!{}|"):
            added = {"x_odd.name": fine}
            await client.apps.get("my-app")
            assert answer.requests.pop().headers["x_odd.name"] == fine
