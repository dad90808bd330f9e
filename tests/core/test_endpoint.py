"""Hosts: what an answer is decoded to, and what is said of one that can't be."""

import json
import traceback
from contextlib import suppress
from types import MethodType

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import each

from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.endpoint import (
    Endpoint,
    endpoint_of,
    items,
    model,
    nothing,
    performed_as,
    performs,
    text,
)
from scalingo_async._core.operation import API, Auth, Pages
from scalingo_async.errors import ResponseDecodeError
from scalingo_async.models.base import Model
from scalingo_async.request import Response
from scalingo_async.types import Headers, Secret

from .fakes import answer, request
from .json_strategies import ANY_JSON

CANARY = "canary-value"


@attrs.define(kw_only=True)
class Thing(Model):
    id: str
    note: str | None = None


ONE = model("things.get", "GET", "/things/{id}", Thing, root="thing")
BARE = model("things.raw", "GET", "/things", Thing)
MANY = items("things.list", "GET", "/things", Thing, root="things", pages=Pages.NUMBERS)
BESIDE = model(
    "things.add", "POST", "/things", Thing, root="thing", siblings=(("message", "note"),)
)


@each(
    ("endpoint", "content", "expected"),
    [
        (ONE, {"thing": {"id": "a"}}, Thing(id="a")),
        (BARE, {"id": "a"}, Thing(id="a")),
        (MANY, {"things": [{"id": "a"}]}, [Thing(id="a")]),
        (MANY, {"things": []}, []),
        (BESIDE, {"thing": {"id": "a"}, "message": "hello"}, Thing(id="a", note="hello")),
        (BESIDE, {"thing": {"id": "a", "note": "own"}, "message": None}, Thing(id="a", note="own")),
        (nothing("x", "DELETE", "/x"), b"anything at all", None),
        (nothing("x", "DELETE", "/x"), b"", None),
        (text("x", "GET", "/x"), b"caf\xc3\xa9 \xff", "café \ufffd"),
        (Endpoint("x", "GET", "/x", "bytes"), b"\x00\xff", b"\x00\xff"),
        (Endpoint("x", "GET", "/x", "json"), {"a": [1, None]}, {"a": [1, None]}),
        (Endpoint("x", "GET", "/x", "json", root="a"), {"a": [1]}, [1]),
        (Endpoint("x", "GET", "/x", "secret", root="token"), {"token": "t"}, Secret("t")),
        (
            model("x", "GET", "/x", Thing, root="thing", reshape=lambda data: {"thing": data[0]}),
            [{"id": "a"}],
            Thing(id="a"),
        ),
    ],
)
def test_answers_are_decoded(endpoint, content, expected):
    assert endpoint.decode(answer(200, content)) == expected


@each(
    ("endpoint", "content", "path", "message"),
    [
        (ONE, {"thing": {"id": 7}}, "$.thing.id", "should be a string, but is an integer"),
        (ONE, {"thing": None}, "$.thing", "should be an object, but is null"),
        (ONE, {}, "$.thing", "should be an object, but is null"),
        (ONE, [], "$", "should be an object, but is an array"),
        (ONE, None, "$", "should be an object, but is null"),
        (BARE, "x", "$", "should be an object, but is a string"),
        (MANY, {"things": [{"id": "a"}, {}]}, "$.things[1].id", "a string, but is nothing"),
        (MANY, {}, "$.things", "should be an array, but is nothing (no media type, 2 bytes)"),
        (MANY, {"things": {}}, "$.things", "should be an array, but is an object"),
        (BESIDE, {"thing": [], "message": "x"}, "$.thing", "an object, but is an array"),
        (ONE, b"", "$", "not valid JSON"),
        (ONE, b"Retry later", "$", "not valid JSON"),
        (ONE, b"<html>", "$", "not valid JSON"),
        (ONE, b'{"thing":' * 5000, "$", "not valid JSON"),
        (Endpoint("x", "GET", "/x", "secret", root="token"), {"token": [CANARY]}, "$.token", "a string"),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_where(endpoint, content, path, message):
    with pytest.raises(ResponseDecodeError) as caught:
        endpoint.decode(answer(200, content, x_request_id="r-1"))
    error = caught.value
    assert error.path == path
    assert message in str(error)
    assert endpoint.id in str(error)
    assert (error.status_code, error.request_id) == (200, "r-1")
    assert CANARY not in str(error)


def test_the_error_knows_the_request_and_no_local_variable_the_answer():
    sent = request("POST")
    sent.state.attempts = 3
    response = Response(201, Headers(), json.dumps({"thing": {"id": [CANARY]}}).encode())
    response.request = sent
    with pytest.raises(ResponseDecodeError) as caught:
        ONE.decode(response)
    error = caught.value
    assert (error.method, error.url) == ("POST", "https://api.example.com/v1/apps/my-app")
    assert error.retries_taken == 2
    shown = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    assert CANARY not in "".join(shown)


@each(
    ("content", "kind", "auth", "start"),
    [
        (b"<h1>Retry later</h1>", "text/html; charset=utf-8", Auth.BEARER, "<h1>Retry later</h1>"),
        (b"Retry later", "text/plain", Auth.BEARER, "Retry later"),
        (b"Retry later", "application/json", Auth.BEARER, None),
        (b'{"half": ', "text/plain", Auth.BEARER, None),
        # Who was sent a password may repeat it.
        (b"Retry later", "text/plain", Auth.BASIC, None),
    ],
)
def test_what_is_no_json_is_told_by_its_beginning(content, kind, auth, start):
    asked = model("things.get", "GET", "/things", Thing, auth=auth)
    with pytest.raises(ResponseDecodeError) as caught:
        asked.decode(answer(200, content, content_type=kind))
    error = caught.value
    assert error.body == start
    told = f"({kind.partition(';')[0]}, {len(content)} bytes)"
    assert error.message.endswith(told if start is None else f"{told}; it begins with: {start}")
    assert error.retries_taken == 0, "nothing is known of the request"


@given(st.one_of(ANY_JSON.map(lambda d: json.dumps(d).encode()), st.binary(max_size=40)))
def test_any_answer_is_decoded_or_a_decode_error(content):
    for endpoint in (ONE, BARE, MANY, BESIDE):
        with suppress(ResponseDecodeError):
            endpoint.decode(answer(200, content))


class Methods:
    @performs(ONE)
    def get(self): ...

    def other(self): ...


@each(
    ("method", "endpoint"),
    [
        (Methods().get, ONE),
        (Methods().other, None),
        (Methods.get, None),
        ([].append, None),
        (MethodType(len, []), None),
        (MethodType(MethodType(Methods.get, Methods()), 1), None),
        (7, None),
    ],
)
def test_only_a_bound_method_has_an_operation(method, endpoint):
    assert endpoint_of(method) is endpoint


def test_an_array_that_is_missing_is_no_empty_one():
    with pytest.raises(MismatchError) as caught:
        MANY.unwrap({"other": []})
    problem = caught.value
    assert (problem.where(), problem.expected, problem.found) == ("$.things", "an array", "nothing")


def test_what_takes_the_place_of_a_method_performs_its_operation():
    class Things:
        @performs(ONE)
        def get(self):
            pass

        def other(self):
            pass

        def unbound(self):
            pass

        def in_its_place(self):
            pass

    assert performed_as(Things.get, Things.other) is Things.other
    assert endpoint_of(Things().other) is ONE
    assert endpoint_of(Things().get) is None
    performed_as(Things.unbound, Things.in_its_place)
    assert endpoint_of(Things().in_its_place) is None


def test_what_is_made_of_the_facts_is_no_argument_and_not_shown():
    for name in ("template", "decoder"):
        with pytest.raises(TypeError, match=name):
            Endpoint("things.get", "GET", "/things", "json", **{name: None})
    assert "decoder" not in repr(ONE)


def test_the_repr_names_each_fact_once():
    assert repr(ONE).count("/things/{id}") == 1


def test_declarations():
    endpoint = items("a.list", "GET", "/a/{id}", Thing, root="a", api=API.BILLING, wrap="a")
    assert (endpoint.kind, endpoint.api, endpoint.wrap) == ("list", API.BILLING, "a")
    assert endpoint.template.names == ("id",)
    assert model("a", "GET", "/a", Thing).kind == "model"
    assert nothing("a", "DELETE", "/a").kind == "empty"
    assert text("a", "GET", "/a", accept="text/plain").accept == "text/plain"
