"""The surface of the client against the API facts in tests/api: one rule, no exceptions."""

import inspect
import json

import pytest
from api_facts import (
    CALLS,
    ONE_OFFS,
    OPERATIONS,
    STREAMS,
    TRANSFERS,
    answer_to,
    arguments,
    declared,
    endpoints,
    flat,
    losses,
    method_of,
    path_names,
)
from platform_routes import BASES, connected
from tables import each

from scalingo_async import Page, Paginator, PendingOperation, ResponseDecodeError, Secret
from scalingo_async.models.base import Model

KINDS = {"array": "list", "bytes": "bytes", "empty": "empty", "list": "list", "text": "text"}

LISTS = {"array", "list"}

NOT_IN_PATH = {
    # The credential itself, the token of an invitation, a URL that was handed out.
    "collaborators.accept": ["token"],
    "databases.operations.get_by_url": ["app", "addon_id", "operation_url"],
    "addons.log_drains.delete": ["app", "addon_id", "drain"],
    "deployments.stream": ["deployments_stream_url"],
    "log_drains.delete": ["app", "drain"],
    "logs.dump": ["logs_url"],
    "logs.stream_sse": ["logs_url"],
    "logs.stream_websocket": ["logs_url"],
    "one_offs.upload_file": ["attach_url", "file"],
    "operations.get_by_url": ["operation_url"],
    # Where the file is to be, or what is sent.
    "billing.invoices.download": ["invoice_id", "path"],
    "databases.backups.download": ["app", "addon_id", "backup_id", "path"],
    "logs.archives.download": ["archive", "path"],
    "sources.download": ["download_url", "path"],
    "sources.upload": ["upload_url", "content"],
    "tokens.exchange": ["api_token"],
    "tokens.login": ["username", "password"],
}
"""Positional arguments that no path names."""

OPTIONS_NAME = {"addons.create": "call"}
"""This operation has a field called `options`."""

OWN_HEADERS = {
    "apps.create": {"x-dry-run"},
    "tokens.create": {"x-authorization-otp"},
    "tokens.login": {"x-authorization-otp"},
}


@pytest.fixture
async def client():
    async with connected() as client:
        yield client


@pytest.fixture
def surface():
    """A client that sends nothing."""
    return connected()


def test_every_operation_is_of_one_kind():
    assert len(OPERATIONS) == 251
    kinds = (CALLS, {"logs.dump"}, ONE_OFFS, STREAMS, TRANSFERS)
    assert sorted(id_ for kind in kinds for id_ in kind) == sorted(OPERATIONS)


@each("id_", OPERATIONS)
def test_an_operation_id_is_a_path_on_the_client(id_, surface):
    method = method_of(surface, id_)
    assert callable(method)
    assert method.__doc__, f"{id_} has no docstring"


def test_every_operation_is_declared_and_no_other():
    assert sorted(endpoint.id for endpoint in declared()) == sorted(OPERATIONS)


def test_every_operation_is_bound_once_to_the_method_of_its_id():
    """Its id is the path of the method; what is bound is what is declared, each once."""
    assert {path: endpoint.id for path, endpoint in endpoints().items()} == {
        id_: id_ for id_ in OPERATIONS
    }
    assert {id(endpoint) for endpoint in endpoints().values()} == set(map(id, declared()))


@each("id_", OPERATIONS)
def test_the_declaration_equals_the_facts(id_):
    fact, endpoint = OPERATIONS[id_], endpoints()[id_]
    response = fact["response"]
    shown = {
        "method": endpoint.method,
        "path": endpoint.path,
        "api": endpoint.api.value,
        "auth": endpoint.auth.value,
        "root": endpoint.root,
        "wrap": endpoint.wrap,
        "pages": endpoint.pages.value,
    }
    assert shown == {
        "method": fact["method"],
        "path": fact["path"],
        "api": fact["api"],
        "auth": fact["auth"],
        "root": response["root"],
        "wrap": (fact["body"] or {}).get("root"),
        "pages": fact["pagination"],
    }
    kinds = {KINDS.get(response["kind"], "model")}
    if response["model"] is None and response["kind"] == "object":
        kinds = {"json", "secret"}
    if response["model"] is None and response["kind"] == "stream":
        # Bytes of nobody's shape.
        kinds = {"empty"}
    assert endpoint.kind in kinds
    if response["model"] is not None:
        assert endpoint.model.__name__ == response["model"]


@each("id_", OPERATIONS)
def test_ids_come_first_the_rest_by_keyword_and_options_last(id_, surface):
    parameters = list(inspect.signature(method_of(surface, id_)).parameters.values())
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert positional == NOT_IN_PATH.get(id_, path_names(id_))
    last = parameters[-1]
    assert last.kind is last.VAR_KEYWORD
    assert last.name == OPTIONS_NAME.get(id_, "options")
    assert last.annotation == "Unpack[RequestOptions]"
    others = {p.kind for p in parameters[len(positional) : -1]}
    assert others <= {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.anyio
@each("id_", CALLS)
async def test_a_call_sends_what_the_facts_say_and_decodes_the_answer(id_, platform, client):
    fact = OPERATIONS[id_]
    answer = answer_to(id_)
    platform.answers(id_, answer)
    ids, rest = arguments(client, id_)
    result = await method_of(client, id_)(*ids, **rest)

    (request,) = platform.requests
    assert request.method == fact["method"]
    path = fact["path"]
    for name in path_names(id_):
        path = path.replace(f"{{{name}}}", f"a-{name}")
    assert str(request.url).partition("?")[0] == BASES[fact["api"]] + path
    assert set(request.url.params) == {q["name"] for q in fact["query"]}

    body = fact["body"]
    headers = dict(request.headers)
    assert headers.pop("host") == request.url.host
    length = headers.pop("content-length", None)
    if body is None:
        assert request.content == b""
        assert length == ("0" if request.method in {"POST", "PUT", "PATCH"} else None)
        assert "content-type" not in headers
    else:
        sent = json.loads(request.content)
        if body["root"]:
            assert list(sent) == [body["root"]]
            sent = sent[body["root"]]
        names = {field["name"] for field in body["fields"]}
        # An object counts by what is in it, where the facts know what that is.
        known = {name for name in names if not any(n.startswith(f"{name}.") for n in names)}
        assert flat(sent, frozenset(known)) == known
        assert headers["content-type"] == "application/json"
        assert length == str(len(request.content))
    usual = {"accept", "accept-encoding", "authorization", "content-type", "user-agent"}
    assert set(headers) - usual == OWN_HEADERS.get(id_, set())
    scheme = {"bearer": "Bearer", "addon_token": "Bearer", "basic": "Basic"}.get(fact["auth"])
    assert headers.get("authorization", "None").partition(" ")[0] == str(scheme)

    _check_result(id_, result, answer)


def _check_result(id_, result, answer):
    """See that the result has the shape that the facts give it, and all of the answer."""
    response = OPERATIONS[id_]["response"]
    if isinstance(result, PendingOperation):
        result = result.value
    if response["kind"] == "empty":
        assert result is None
        return
    if response["kind"] in {"text", "bytes"}:
        assert result == (answer.decode() if response["kind"] == "text" else answer)
        return
    raw = json.loads(answer)
    raw = raw[response["root"]] if response["root"] else raw
    if response["kind"] in LISTS:
        assert isinstance(result, Page | list)
        result = list(result)
    assert losses(raw, result) == []
    for item in result if isinstance(result, list) else [result]:
        if isinstance(item, Model):
            assert type(item).__name__ == response["model"]
            assert dict(item.extra) == {}, f"{id_}: the model lacks these fields"
        else:
            assert response["model"] is None
            assert isinstance(item, str | Secret | dict)


@pytest.mark.anyio
@each("id_", CALLS)
async def test_an_answer_with_nothing_optional_decodes(id_, platform, client):
    answer = answer_to(id_, full=False)
    platform.answers(id_, answer)
    ids, rest = arguments(client, id_)
    _check_result(id_, await method_of(client, id_)(*ids, **rest), answer)


@pytest.mark.anyio
@each(
    "id_",
    [id_ for id_ in CALLS if OPERATIONS[id_]["response"]["kind"] not in {"empty", "text", "bytes"}],
)
async def test_an_answer_of_another_shape_is_refused(id_, platform, client):
    platform.answers(id_, b'"something else"', 200)
    ids, rest = arguments(client, id_)
    if endpoints()[id_].kind == "json":
        assert await method_of(client, id_)(*ids, **rest) == "something else"
        return
    with pytest.raises(ResponseDecodeError, match=id_):
        await method_of(client, id_)(*ids, **rest)


@each("id_", CALLS)
def test_lists_are_paginators_and_nothing_else_is(id_, surface):
    method = method_of(surface, id_)
    fact = OPERATIONS[id_]
    listed = fact["response"]["kind"] in LISTS and fact["method"] == "GET"
    assert inspect.iscoroutinefunction(method) != listed
    if listed:
        ids, rest = arguments(surface, id_)
        assert isinstance(method(*ids, **rest), Paginator)


@pytest.mark.anyio
async def test_optional_fields_that_are_not_given_are_not_sent(platform, client):
    platform.answers("apps.update", answer_to("apps.update"))
    await client.apps.update("my-app", force_https=None, router_logs=True)
    (request,) = platform.requests
    assert json.loads(request.content) == {"app": {"force_https": None, "router_logs": True}}


AT = "https://one-off.scalingo.com:5000/some/path"


@pytest.mark.anyio
@each(
    ("id_", "arguments", "answer"),
    [
        ("one_offs.resize", {"width": 80, "height": 24}, b""),
        ("one_offs.upload_file", {"file": b"content", "name": "a name"}, b""),
        ("one_offs.wait", {}, b'{"exit_code": 3}'),
    ],
)
async def test_a_one_off_gets_what_the_facts_say(id_, arguments, answer, platform, client):
    fact = OPERATIONS[id_]
    platform.answers(id_, answer)
    result = await method_of(client, id_)(AT, **arguments)
    (request,) = platform.requests
    assert request.method == fact["method"]
    assert str(request.url) == fact["path"].replace("{attach_url}", AT)
    # An empty user, and the bearer for a password.
    assert request.headers["authorization"] == "Basic OmJlYXJlcg=="
    if id_ == "one_offs.resize":
        assert json.loads(request.content) == {"width": "80", "height": "24"}
        assert {field["name"]: field["type"] for field in fact["body"]["fields"]} == {
            "width": "string",
            "height": "string",
        }
    elif id_ == "one_offs.upload_file":
        (field,) = fact["body"]["fields"]
        mark = request.headers["content-type"].partition("boundary=")[2]
        assert (
            request.content
            == (
                f'--{mark}\r\nContent-Disposition: form-data; name="{field["name"]}"; '
                'filename="a name"\r\nContent-Type: application/octet-stream\r\n\r\n'
                f"content\r\n--{mark}--\r\n"
            ).encode()
        )
        assert request.headers["content-length"] == str(len(request.content))
    else:
        assert request.content == b""
        assert result.exit_code == 3


@each("id_", STREAMS)
def test_a_stream_takes_the_url_that_was_handed_out(id_, surface):
    method = method_of(surface, id_)
    # Nothing is sent until it is entered.
    stream = method(f"wss://{id_}.scalingo.com/x")
    assert {"__aenter__", "__aexit__", "__aiter__", "__anext__"} <= set(dir(stream))
    status = OPERATIONS[id_]["status"]
    assert endpoints()[id_].success in {status, None if status == 200 else status}
