"""What the documentation shows and what the platform was recorded to answer: all of it decodes."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from api_facts import (
    FACTS,
    OPERATIONS,
    SLICE,
    arguments,
    endpoints,
    load,
    losses,
    method_of,
    path_names,
    path_pattern,
    recordings,
)
from known_answers import ELIDED, OTHER_FORMS, completed
from platform_routes import Platform, connected
from tables import each

from scalingo_async import (
    BadRequestError,
    Headers,
    NotFoundError,
    Page,
    PendingOperation,
    Response,
    Secret,
    ValidationFailedError,
)
from scalingo_async.models.base import Model
from scalingo_async.models.events.data import GenericData
from scalingo_async.models.events.event import Event
from scalingo_async.models.events.types import EVENT_TYPES


@pytest.fixture
async def client():
    async with connected() as client:
        yield client


def examples(*, frames: bool = False) -> Iterator[Any]:
    """Yield the documented answers, or the documented frames of streams."""
    for path in sorted((FACTS / "examples").iterdir()):
        id_ = re.sub(r"(\.\d+)?\.(json|txt)$", "", path.name)
        if id_ not in endpoints() or "error" in path.name:
            continue
        if frames == (OPERATIONS[id_]["response"]["kind"] == "websocket"):
            yield pytest.param(id_, path.read_bytes(), id=path.name)


def lost(id_: str, content: bytes, value: Any, *, documented: bool = False) -> list[str]:
    """Compare what a method returned with the answer."""
    endpoint = endpoints()[id_]
    if isinstance(value, PendingOperation):
        value = value.value
    if endpoint.kind == "empty":
        return [] if value is None else ["something was made of nothing"]
    if endpoint.kind == "text":
        return [] if value == content.decode() else ["the text changed"]
    data = json.loads(content)
    if id_ in OTHER_FORMS and documented:
        raw = OTHER_FORMS[id_](data)
    else:
        raw = data[endpoint.root] if endpoint.root else data
    if isinstance(value, Page):
        value = list(value)
    if isinstance(raw, list) and isinstance(value, Model):
        # One documented answer is a list of one.
        (raw,) = raw
    for key, field in endpoint.siblings:
        if key in data:
            raw[field] = data[key]
    return losses(raw, value)


@pytest.mark.anyio
@each(("id_", "content"), list(examples()))
async def test_a_documented_answer_decodes_without_loss(id_, content, platform, client):
    if id_ in ELIDED:
        content = json.dumps(completed(id_, json.loads(content))).encode()
    platform.answers(id_, content)
    ids, rest = arguments(client, id_)
    if id_ == "logs.dump":
        ids = ["https://logs.example.com/?token=t"]
    rest.pop("page", None)
    value = await method_of(client, id_)(*ids, **rest)
    assert lost(id_, content, value, documented=True) == []


@each(("id_", "content"), list(examples(frames=True)))
def test_a_documented_frame_decodes_without_loss(id_, content):
    # The documentation leaves dates out.
    content = content.replace(b"<date>", b"2026-02-16T02:02:43Z")
    value = endpoints()[id_].decode(Response(101, content=content))
    assert losses(json.loads(content), value) == []
    assert dict(value.extra) == {}


def test_few_operations_of_the_slice_have_no_example():
    shown = {param.values[0] for param in examples()}
    recorded = {id_ for _, id_, _ in recordings()}
    told = {id_ for id_ in SLICE if OPERATIONS[id_]["response"]["kind"] != "empty"}
    assert told - shown - recorded == {
        "apps.firewall_rules.list",
        "apps.firewall_rules.get",
        "apps.firewall_rules.create",
        "addons.providers.plans",
        "addons.resume",
        "databases.backups.get_by_id",
        "tokens.get",
    }


# -- recorded exchanges ------------------------------------------------------------------------


def answer_of(exchange: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
    response = exchange["response"]
    body = response.get("body", "").encode()
    if "json_body" in response:
        body = json.dumps(response["json_body"]).encode()
    return response["status"], body, response["headers"]


async def replay(id_: str, exchange: dict[str, Any], platform: Platform) -> Any:
    """Make the recorded call again; the answer is the recorded one."""
    status, content, headers = answer_of(exchange)
    platform.answers(id_, content, status, headers)
    async with connected() as client:
        ids, rest = arguments(client, id_)
        rest.pop("page", None)
        if id_ == "logs.dump":
            ids = [exchange["url"]]
        elif ids and path_names(id_):
            path = exchange["path"].partition("?")[0]
            found = re.fullmatch(path_pattern(OPERATIONS[id_]["path"]), path).groupdict()
            pairs = zip(path_names(id_), ids, strict=True)
            ids = [unquote(found.get(name, other)) for name, other in pairs]
        try:
            return await method_of(client, id_)(*ids, **rest)
        finally:
            # A token that the database API does not take is renewed once.
            refused = content.strip() == b'{"error": "unauthorized"}' and status == 400
            assert len(platform.requests) == 1 + refused
            assert {one.method for one in platform.requests} == {exchange["method"].upper()}


def of_status(*, error: bool) -> list[Any]:
    return [
        pytest.param(id_, exchange, id=name)
        for name, id_, exchange in recordings()
        if (exchange["response"]["status"] >= 400) == error
    ]


@pytest.mark.anyio
@each(("id_", "exchange"), of_status(error=False))
async def test_a_recorded_answer_decodes_without_loss(id_, exchange, platform):
    value = await replay(id_, exchange, platform)
    if isinstance(value, Secret):
        assert value.reveal() == exchange["response"]["json_body"]["token"]
        return
    _, content, _ = answer_of(exchange)
    assert lost(id_, content, value) == []


ERRORS: dict[str, tuple[type[Exception], str, dict[str, Any]]] = {
    "auth.keys.create-422": (
        ValidationFailedError,
        "content can't be blank, is too short (minimum is 10 characters)",
        {"errors": {"content": ["can't be blank", "is too short (minimum is 10 characters)"]}},
    ),
    "auth.keys.destroy-404": (NotFoundError, "the answer is an HTML page", {"resource": None}),
    "auth.two_factor_auth.disable-not-initiated": (
        BadRequestError,
        "2fa not enabled for this account",
        {},
    ),
    "auth.two_factor_auth.validate-not-initiated": (BadRequestError, "otp not created", {}),
    "auth.two_factor_auth.validate-wrong": (
        BadRequestError,
        "unable to validate otp attempt",
        {},
    ),
    "billing.profile.create-400": (BadRequestError, "profile is required", {}),
    "regional.addons.provision-400": (BadRequestError, "plan_id is required", {}),
    "regional.addons.update-404": (NotFoundError, "plan not found", {"resource": "plan"}),
    "regional.apps.rename-422": (
        ValidationFailedError,
        "name can't end with an hyphen, can't contain 2 consecutive hyphens",
        {"errors": {"name": ["can't end with an hyphen", "can't contain 2 consecutive hyphens"]}},
    ),
    "regional.collaborators.accept-404": (
        NotFoundError,
        "collaborator not found",
        {"resource": "collaborator"},
    ),
    "regional.containers.restart-422": (
        ValidationFailedError,
        "scope 'wrong' → no such process type",
        {"errors": {"scope": ["'wrong' → no such process type"]}},
    ),
    "regional.deployments.find-404": (
        NotFoundError,
        "deployment not found",
        {"resource": "deployment"},
    ),
    "regional.deployments.logs-404": (
        NotFoundError,
        "deployment not found",
        {"resource": "deployment"},
    ),
    "regional.metrics.for-invalid-400": (
        BadRequestError,
        "'container' should be defined",
        {},
    ),
    "regional.notifiers.create-422": (
        ValidationFailedError,
        "name can't be blank; active can't be blank",
        {"errors": {"name": ["can't be blank"], "active": ["can't be blank"]}},
    ),
    "regional.notifiers.find-404": (NotFoundError, "base not found", {"resource": "base"}),
    "regional.notifiers.test-404": (NotFoundError, "base not found", {"resource": "base"}),
    "regional.operations.find-404": (
        NotFoundError,
        "operation not found",
        {"resource": "operation"},
    ),
    "regional_database.databases.find-400": (BadRequestError, "unauthorized", {}),
    "regional_database.databases.upgrade-400": (BadRequestError, "unauthorized", {}),
}


@pytest.mark.anyio
@each(("id_", "exchange"), of_status(error=True))
async def test_a_recorded_error_becomes_the_right_exception(id_, exchange, platform):
    name = next(n for n, _, e in recordings() if e == exchange)
    kind, message, attributes = ERRORS[name]
    with pytest.raises(kind) as caught:
        await replay(id_, exchange, platform)
    error = caught.value
    assert type(error) is kind
    assert error.message == message
    assert error.status_code == exchange["response"]["status"]
    assert error.method == exchange["method"].upper()
    assert error.url.endswith(exchange["path"].partition("?")[0])
    assert {name: getattr(error, name) for name in attributes} == attributes
    body = exchange["response"].get("json_body", exchange["response"].get("body"))
    assert error.body == body


def test_every_recorded_error_is_in_the_table():
    assert {param.id for param in of_status(error=True)} == set(ERRORS)


# -- events ------------------------------------------------------------------------------------

MISTYPED = {
    "accept_collaborator": "edit_collaborator",
    "change_collaborator_role": "delete_collaborator",
    "delete_addon": "new_addon",
    "delete_addon_log_drain": "delete_log_drain",
    "edit_variables": "edit_variable",
    "new_addon_log_drain": "new_log_drain",
    "new_variable": "new_event",
    "transfer_app": "rename_app",
    "upgrade_addon": "new_addon",
}
"""Examples that the documentation gives with the type of another event."""

EVENTS = [
    pytest.param(type_, example, id=f"{type_}-{number}")
    for type_, examples in load("event_examples.json").items()
    for number, example in enumerate(examples)
]


def event_of(raw: dict[str, Any]) -> Event:
    content = json.dumps({"event": raw}).encode()
    return endpoints()["events.get"].decode(Response(200, Headers(), content))


@each(("type_", "example"), EVENTS)
def test_a_documented_event_decodes_with_the_payload_of_its_type(type_, example):
    if type_ in MISTYPED:
        assert example["type"] == MISTYPED[type_]
        assert losses(example, event_of(example)) == []
        example = {**example, "type": type_}
    event = event_of(example)
    assert losses(example, event) == []
    assert event.type_data == example.get("type_data")
    assert type(event.data).__name__ == EVENT_TYPES[type_][1]
    assert losses(example.get("type_data") or {}, event.data) == []


def test_every_known_event_type_has_a_class_for_its_payload():
    assert set(EVENT_TYPES) == set(load("event_types.json"))


def test_an_unknown_event_type_stays_generic():
    raw = {"id": "1", "created_at": "2030-01-02T03:04:05Z", "type": "new", "type_data": {"a": 1}}
    assert event_of(raw).data == GenericData(data={"a": 1})
