"""Answers and events: any JSON, what nearly fits, and bytes that are no JSON."""

from __future__ import annotations

import json as stdlib_json
from typing import Any

from api_facts import losses
from core.fakes import request
from core.json_strategies import ANY_JSON, fitting, nearly, objects
from core.test_every_model import ALL, ENDPOINTS, PAYLOADS, ways_of
from hypothesis import strategies as st

from scalingo_async import (
    APIStatusError,
    Headers,
    Response,
    ResponseDecodeError,
    ResponseTooLargeError,
    ScalingoError,
    webhooks,
)
from scalingo_async._core.decoding.encoder import encode_model
from scalingo_async._core.decoding.json import dumps
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async.errors import WebhookBodyError, WebhookContentTypeError, WebhookTooLargeError
from scalingo_async.middleware.error_mapping import error_for

from .running import drawn, target
from .strategies import spoiled

NAMES = st.sampled_from(sorted(ALL))
WEBHOOK_ERRORS = (WebhookBodyError, WebhookContentTypeError, WebhookTooLargeError)
EVENT = {"id": "an-id", "created_at": "2026-01-02T03:04:05Z"}


def decoded(name: str, content: bytes) -> Any:
    """Decode an answer as a call does; returns the documented error when it is refused."""
    try:
        return ENDPOINTS[name].decode(Response(200, Headers(), content))
    except (ResponseDecodeError, ResponseTooLargeError) as error:
        return error


def result(decode: Any, data: Any) -> Any:
    try:
        return decode(data)
    except MismatchError as error:
        return error.where()


@target("answers of any shape", 5)
@drawn(NAMES, st.data())
def any_shape(name, data):
    cls = ALL[name]
    value = data.draw(st.one_of(objects(cls, fitting), objects(cls, nearly), ANY_JSON))
    made = decoded(name, dumps({"it": value}))
    if isinstance(made, ScalingoError):
        assert str(made).isprintable()
    else:
        assert losses(value, made) == []
        again = decoded(name, dumps({"it": encode_model(made)}))
        assert again == made
    # Whichever way it is decoded, the same comes out.
    ways = [result(decode, value) for decode in ways_of(cls, value).values()]
    assert ways[1:] == ways[:-1]


@target("answers of any bytes", 16)
@drawn(NAMES, st.data())
def any_bytes(name, data):
    value = data.draw(objects(ALL[name], nearly))
    content = data.draw(spoiled(dumps({"it": value})))
    made = decoded(name, content)
    if isinstance(made, ScalingoError):
        assert str(made).isprintable()
        assert len(str(made)) < 2_000


@target("events", 16)
@drawn(
    st.sampled_from(sorted(PAYLOADS)) | st.text(max_size=20),
    st.data(),
    st.dictionaries(
        st.sampled_from(["content-type", "Content-Encoding", "x-other"]),
        st.sampled_from(["application/json", "text/plain", "gzip", "identity"]) | st.text(),
    ),
)
def events(kind, data, headers):
    cls = PAYLOADS.get(kind)
    payload = ANY_JSON if cls is None else st.one_of(objects(cls, nearly), ANY_JSON)
    body = {**EVENT, "type": kind, "type_data": data.draw(payload)}
    body |= data.draw(st.dictionaries(st.sampled_from([*body, "app_id", "user"]), ANY_JSON))
    content = data.draw(spoiled(dumps(body)))
    said = ""
    try:
        event = webhooks.parse(headers, content)
    except WEBHOOK_ERRORS as error:
        said = str(error)
    else:
        event.to_json()
        repr(event)
    assert said.isprintable()


FIELDS = ["error", "errors", "message", "code", "resource", "url", "msg", "title"]
BODIES = st.one_of(
    st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), ANY_JSON).map(
        lambda body: stdlib_json.dumps(body).encode()
    ),
    ANY_JSON.map(lambda body: stdlib_json.dumps(body).encode()),
    st.binary(max_size=200),
    st.text().map(lambda text: f"<html><title>{text}".encode("utf-8", "replace")),
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "location", "retry-after", "x-request-id", "server"]),
    st.text(st.characters(max_codepoint=255), max_size=30)
    | st.sampled_from(["text/html", "application/json", "-1", "1e999", "nan", "//[", "https://a/"]),
)


@target("errors", 33)
@drawn(
    st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    st.integers(300, 599),
    HEADERS,
    BODIES.flatmap(spoiled),
)
def errors(verb, status, headers, content):
    """A bad answer is one line, whatever it says."""
    error = error_for(Response(status, Headers(headers), content), request(verb))
    assert isinstance(error, APIStatusError)
    assert error.status_code == status
    assert str(error).isprintable()
    assert len(str(error)) < 3_000
    repr(error)
