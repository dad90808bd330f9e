"""A bad answer becomes one typed exception, whatever its body is."""

import base64
import copy
import json
import pickle
from pathlib import Path

import anyio
import pytest
import trio
from anyio.lowlevel import checkpoint
from core.fakes import Body, Script, answer, request, virtual
from hypothesis import given
from hypothesis import strategies as st
from tables import each

from scalingo_async import errors
from scalingo_async._core.operation import API, Auth
from scalingo_async.middleware.error_mapping import ErrorMapping, error_for
from scalingo_async.request import Response
from scalingo_async.types import Headers

KINDS = {
    300: errors.APIStatusError,
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    402: errors.PaymentRequiredError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    418: errors.APIStatusError,
    422: errors.ValidationFailedError,
    429: errors.RateLimitError,
    500: errors.ServerError,
    503: errors.ServerError,
}
DEEP = b"[" * 3000 + b"]" * 3000
# The body, its content type, and what is said of it.
BODIES = [
    (b"", "", "no message"),
    (b"null", "application/json", "null"),
    (b"[]", "application/json", "[]"),
    (b"{}", "application/json", "{}"),
    (b"Retry later\n", "text/plain", "Retry later"),
    (b"<!DOCTYPE html><html><body>Oops", "", "the answer is an HTML page"),
    (b"<h1>Bad gateway</h1>", "text/html; charset=utf-8", "the answer is an HTML page"),
    (b'{"error": "it broke"}', "text/html", "it broke"),
    (b"\xff\xfe\x00caf\xc3\xa9", "application/octet-stream", "\ufffd\ufffd café"),
    (DEEP, "application/json", "[" * 200 + "…"),
]


@pytest.mark.anyio
@each("status", KINDS)
async def test_every_body_with_every_status(status):
    assert len(BODIES) * len(KINDS) == 120
    for content, kind, message in BODIES:
        sent = request("POST")
        sent.state.attempts = 3
        response = answer(status, content, content_type=kind, x_request_id="r-1")
        with pytest.raises(errors.APIStatusError) as caught:
            await ErrorMapping()(sent, Script(response))
        error = caught.value
        assert type(error) is KINDS[status]
        assert (error.status_code, error.method, error.request_id) == (status, "POST", "r-1")
        assert (error.url, error.retries_taken) == ("https://api.example.com/v1/apps/my-app", 2)
        assert error.message == message
        assert str(error) == (
            f"POST https://api.example.com/v1/apps/my-app → {status}: {message} (request id r-1)"
        )
        assert len(str(error).splitlines()) == 1
        for other in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
            assert (str(other), vars(other)) == (str(error), vars(error))


@each(
    ("content", "message", "body"),
    [
        ({"error": "not found", "resource": "app"}, "app not found", ...),
        ({"message": "no way"}, "no way", ...),
        ({"error": {"message": "inner", "code": "x"}}, "inner", ...),
        ({"error": {"other": 1}}, "other 1", ...),
        ({"error": ""}, '{"error": ""}', ...),
        ({"error": 7}, "7", ...),
        ({"error": ["one", ["two"]]}, "one, two", ...),
        ({"error": {"name": ["is taken"]}, "resource": "app"}, "app name is taken", ...),
        ({"errors": {"name": ["is taken", "is bad"], "url": "is long"}},
         "name is taken, is bad; url is long", ...),
        ({"errors": {}}, '{"errors": {}}', ...),
        ({"errors": {"base": None}}, '{"errors": {"base": null}}', ...),
        ({"errors": {"base": ["is full"]}}, "is full", ...),
        ({"errors": {"container-web-amount": [["can't scale over 10"]]}},
         "container-web-amount can't scale over 10", ...),
        ({"errors": ["app is already scaling"]}, "app is already scaling", ...),
        ({"errors": {"app": {"name": ["is taken"], "region": [{"message": "is full"}]}}},
         "app.name is taken; app.region is full", ...),
        ({"errors": [{"field": "name", "message": "name"}, {"detail": "no"}]}, "name name; no", ...),
        ({"errors": {"message": ["is long"], "quota": True}}, "message is long; quota true", ...),
        ({"detail": "no way", "password": "p w"}, '{"detail": "no way", "password": "***"}', ...),
        (["no way"], '["no way"]', ...),
        ({"errors": "all wrong"}, "all wrong", ...),
        ({"error": "two\nlines\r\n\x1b[31m\u2028and\x00more"}, "two lines [31m and more", ...),
        ({"errors": {"a\nb": ["c\td"]}}, "a b c d", ...),
        ({"errors": {"app": {"base": ["is full"], "errors": ["x"]}}}, "app.base is full; app x", ...),
        ({"error": "x" * 500}, "x" * 200 + "…", ...),
        (b"two\nlines\tof text", "two lines of text", "two\nlines\tof text"),
        (b"x" * 100_000, "x" * 200 + "…", "x" * 65536),
        (json.dumps({"error": "x" * 70_000}).encode(), '{"error": "' + "x" * 189 + "…",
         '{"error": "' + "x" * 65525),
        (b'"' + b"x" * 65534 + b'"', '"' + "x" * 199 + "…", "x" * 65534),
        (b'"' + b"x" * 65535 + b'"', '"' + "x" * 199 + "…", '"' + "x" * 65535),
        (b" " * 55 + b"<!DOCTYPE html>", "the answer is an HTML page", " " * 55 + "<!DOCTYPE html>"),
        (b" " * 56 + b"<!DOCTYPE html>", "<!DOCTYPE html>", " " * 56 + "<!DOCTYPE html>"),
        (b'"text"', '"text"', "text"),
        (b"7", "7", 7),
    ],
)  # fmt: skip
def test_what_is_said_and_what_is_kept(content, message, body):
    error = error_for(answer(400, content), request())
    assert error.message == message
    assert error.body == (content if body is ... else body)
    assert str(error).isprintable()


@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(max_size=40).map(lambda t: json.dumps({"error": t}).encode()),
    )
)
def test_any_body_makes_one_line(content):
    error = error_for(answer(500, content), request())
    assert str(error).isprintable()
    assert len(str(error)) < 400


@each(
    ("status", "content", "headers", "expected"),
    [
        (422, {"errors": {"name": ["is taken"], "url": "bad", "x": [1, None]}}, {},
         {"errors": {"name": ["is taken"], "url": ["bad"], "x": ["1"]}}),
        (422, {"errors": ["name"]}, {}, {"errors": {"base": ["name"]}}),
        (422, {"errors": "bad"}, {}, {"errors": {"base": ["bad"]}}),
        (422, {"errors": {"base": None}}, {}, {"errors": {}}),
        (422, {"errors": {"app": {"name": [["is taken"], "is bad"]}}}, {},
         {"errors": {"app.name": ["is taken", "is bad"]}}),
        (422, {"error": {"name": ["is taken"]}}, {}, {"errors": {"name": ["is taken"]}}),
        (422, {"error": "bad"}, {}, {"errors": {}}),
        (422, b"no JSON", {}, {"errors": {}}),
        (404, {"resource": "app", "error": "not found"}, {}, {"resource": "app"}),
        (404, {"resource": 7}, {}, {"resource": None}),
        (402, {"name": "payment-method", "url": "https://dashboard.example"}, {},
         {"name": "payment-method", "payment_url": "https://dashboard.example"}),
        (402, b"", {}, {"name": None, "payment_url": None}),
        (401, {"error": "OTP Required"}, {}, {"otp_required": True}),
        (401, {"error": "Unauthorized"}, {}, {"otp_required": False}),
        (429, b"Retry later", {"retry_after": "7"}, {"retry_after": 7.0}),
        (429, b"Retry later", {"retry_after": "soon"}, {"retry_after": None}),
        (429, b"Retry later", {}, {"retry_after": None}),
        (403, {"code": "region_disabled"}, {}, {"code": "region_disabled"}),
        (400, {"type": "bad_request"}, {}, {"code": "bad_request"}),
        (400, {"code": 7}, {}, {"code": None}),
        (500, b"", {}, {"request_id": None, "body": None}),
    ],
)  # fmt: skip
def test_what_a_status_adds(status, content, headers, expected):
    error = error_for(answer(status, content, **headers), request())
    for name, value in expected.items():
        assert getattr(error, name) == value


@each("key", ["detail", "details", "error", "errors", "message", "messages"])
def test_a_key_that_only_says_that_a_text_follows_names_no_field(key):
    content = {"errors": {"name": {key: ["is taken"]}, "app": {"x": {key: "is full"}}}}
    error = error_for(answer(422, content), request())
    assert error.errors == {"name": ["is taken"], "app.x": ["is full"]}
    assert error.message == "name is taken; app.x is full"


@each("length", [199, 200, 201, 500])
def test_the_name_of_a_field_is_cut_at_200_characters(length):
    name = "a." + "b" * (length - 2)
    content = {"errors": {"a": {"b" * (length - 2): "is taken"}}}
    assert error_for(answer(422, content), request()).errors == {name[:200]: ["is taken"]}


NO_BRACKET = st.characters(exclude_characters="[")
TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.just("")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        # A bracket in a message would be Python's way to write a list.
        st.dictionaries(st.text(NO_BRACKET, max_size=3), inner, max_size=3),
    ),
    max_leaves=6,
)


@given(TREES, st.lists(st.one_of(st.integers(0, 2), st.sampled_from("xyz")), max_size=5))
def test_a_text_is_found_wherever_it_is(tree, path):
    """A text is put somewhere into any tree, under any keys: it is said, and so is its field."""
    planted = "is already taken"
    for step in reversed(path):
        planted = {step: planted} if isinstance(step, str) else [*[tree] * step, planted]
    error = error_for(answer(422, {"errors": {"name": planted}}), request())
    field = ".".join(["name", *[step for step in path if isinstance(step, str)]])
    assert "is already taken" in error.errors[field]
    assert all(isinstance(text, str) for texts in error.errors.values() for text in texts)
    assert "None" not in error.message
    assert "[" not in error.message
    assert str(error).isprintable()


@each("content", [b'{"errors": ' + b'{"k": [' * 400 + b'"deep"' + b"]}" * 400 + b"}",
                  b'{"errors": [' + b"[]," * 9000 + b'"deep"]}',
                  b'{"errors": {' + b'"a": [1, {"b": 2}],' * 2000 + b'"c": "deep"}}'])  # fmt: skip
def test_hostile_nesting(content):
    error = error_for(answer(422, content), request())
    assert "deep" in [text for texts in error.errors.values() for text in texts]
    assert len(error.message) <= 201


@each(
    ("location", "said"),
    [
        ("https://user:pw@login.example.com/in?token=canary", "login.example.com"),
        ("//other.example.com/x", "other.example.com"),
        ("/v2/apps?token=canary", "another path of the same host"),
        ("https://[::1", "no valid URL"),
        ("https://evil\x1b31m\r\n.example.com/", "evil 31m.example.com"),
        ("https://" + "x" * 500, "x" * 100 + "…"),
    ],
)
def test_a_redirect_says_where_it_leads(location, said):
    for status in (301, 302, 303, 307, 308):
        for content in (b"", b"<html>moved", {"error": "moved"}):
            error = error_for(answer(status, content, location=location), request())
            assert f"leads to {said}" in error.message
            assert "canary" not in error.message
            assert "pw" not in error.message
            assert str(error).isprintable()
            assert isinstance(content, bytes) or error.message.endswith(": moved")
    assert error_for(answer(302), request()).message == "no message"


@each(("status", "leads"), [(299, False), (300, True), (399, True), (400, False)])
def test_only_an_answer_of_the_300s_leads_elsewhere(status, leads):
    error = error_for(answer(status, b"moved", location="/v2/apps"), request())
    assert error.message.startswith("the answer leads to") == leads


def test_what_was_sent_a_password_is_not_repeated():
    for content in (b"you sent hunter2", {"sent": "hunter2"}):
        error = error_for(answer(400, content), request(facts={"auth": Auth.BASIC}))
        assert error.message == "no message"


@each(
    ("facts", "body", "kept"),
    [
        # A login: by a password, at an API of ours.
        ({"auth": Auth.BASIC, "api": API.AUTH}, {"error": "not hunter2"}, False),
        ({"auth": Auth.BASIC, "api": API.AUTH}, {"error": "not YTpodW50ZXIy"}, False),
        ({"auth": Auth.BASIC, "api": API.AUTH}, {"error": "no"}, True),
        ({"auth": Auth.BASIC, "api": API.AUTH}, b"no", False),
        ({"auth": Auth.BASIC, "api": API.AUTH}, b"<!doctype html>", False),
        ({"auth": Auth.BEARER, "exchange": True}, {"error": "not hunter2"}, False),
        # A terminal has an address of its own, and other calls exchange nothing.
        ({"auth": Auth.BASIC, "api": API.ABSOLUTE}, {"error": "not hunter2"}, True),
        ({"auth": Auth.BEARER}, {"error": "not hunter2"}, True),
    ],
)
def test_what_may_repeat_a_credential_is_not_kept(facts, body, kept):
    basic = base64.b64encode(b"a:hunter2").decode()
    sent = request(facts=facts).with_headers({"authorization": f"Basic {basic}"})
    error = error_for(answer(401, body), sent)
    assert (error.body is not None) == kept
    if not kept:
        html = isinstance(body, bytes) and b"html" in body
        assert error.message == ("the answer is an HTML page" if html else "no message")
        assert "hunter2" not in str(vars(error))


@each("expires", [2.0, 60.0])
def test_a_refused_stream_is_read_for_five_seconds_at_most(expires):
    async def main():
        sent = request()
        sent.state.expires = trio.current_time() + expires
        began = trio.current_time()
        body = Body(b"half", anyio.sleep_forever)
        with pytest.raises(errors.NotFoundError, match="half"):
            await ErrorMapping()(sent, Script(Response(404, body=body)))
        assert trio.current_time() - began == pytest.approx(min(expires, 5.0))
        assert body.closed == 1

    virtual(main)


@pytest.mark.anyio
async def test_no_more_is_read_of_a_refused_stream_than_is_kept():
    more = []

    async def too_much():
        more.append(1)

    body = Body(b"x" * 65536, too_much)
    with pytest.raises(errors.NotFoundError):
        await ErrorMapping()(request(), Script(Response(404, body=body)))
    assert more == []


RECORDED = sorted((Path(__file__).parents[1] / "api" / "recorded").glob("*.json"))


@each("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_errors(path):
    recorded = json.loads(path.read_text())["response"]
    if recorded["status"] < 400:
        return
    body = next((recorded[k] for k in ("json_body", "body", "json") if k in recorded), b"")
    content = body.encode() if isinstance(body, str) else body
    error = error_for(answer(recorded["status"], content), request())
    assert type(error) is KINDS[recorded["status"]]
    assert error.message != "no message" or not content


@pytest.mark.anyio
@each("status", [200, 201, 202, 204, 299, 302, 408, 416])
async def test_what_is_a_success(status):
    sent = request(facts={"success": 408, "handled": frozenset({302, 416})})
    body = Body(b"x")
    response = await ErrorMapping()(sent, Script(Response(status, body=body)))
    assert (response.status_code, response.body, body.closed) == (status, body, 0)


@pytest.mark.anyio
async def test_errors_from_below_learn_of_the_request():
    sent = request("DELETE")
    sent.state.attempts = 2
    with pytest.raises(errors.APIConnectionError) as caught:
        await ErrorMapping()(sent, Script(errors.APIConnectionError("cut", sent=False)))
    error = caught.value
    assert (error.method, error.url, error.retries_taken, error.sent) == (
        "DELETE", "https://api.example.com/v1/apps/my-app", 1, False,
    )  # fmt: skip
    exchange = errors.AuthenticationError(
        "revoked", method="POST", url="https://auth", retries_taken=0
    )
    with pytest.raises(errors.AuthenticationError) as caught:
        await ErrorMapping()(sent, Script(exchange))
    assert (caught.value.method, caught.value.url) == ("POST", "https://auth")
    with pytest.raises(ZeroDivisionError):
        await ErrorMapping()(sent, Script(ZeroDivisionError()))


@pytest.mark.anyio
@each(
    ("pieces", "message", "kept"),
    [
        ([b'{"error":', b' "not found"}'], "not found", {"error": "not found"}),
        ([], "no message", None),
        ([b"half", errors.APIConnectionError("cut")], "half", "half"),
        ([b"half", errors.ResponseDecodeError("broken gzip")], "half", "half"),
        ([OSError("cut")], "no message", None),
        ([b"x" * 40_000] * 1000, "x" * 200 + "…", "x" * 65536),
    ],
)
async def test_the_body_of_a_refused_stream_is_read(pieces, message, kept):
    body = Body(*pieces)
    response = Response(404, Headers({"x-request-id": "r-1"}), body=body)
    with pytest.raises(errors.NotFoundError) as caught:
        await ErrorMapping()(request(), Script(response))
    assert (caught.value.message, caught.value.body) == (message, kept)
    assert caught.value.request_id == "r-1"
    assert body.closed == 1
    assert response.body is None


@pytest.mark.anyio
async def test_a_body_that_is_no_generator_is_read_too():
    class Plain(Body):
        def __aiter__(self):
            self.left = iter(self.pieces)
            return self

        async def __anext__(self):
            await checkpoint()
            for piece in self.left:
                return piece
            raise StopAsyncIteration

    body = Plain(b"not ", b"found")
    with pytest.raises(errors.NotFoundError, match="not found"):
        await ErrorMapping()(request(), Script(Response(404, body=body)))
    assert body.closed == 1


@pytest.mark.anyio
async def test_reading_a_refused_stream_can_be_cancelled():
    body = Body(b"x", anyio.sleep_forever)
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(ErrorMapping(), request(), Script(Response(404, body=body)))
            await anyio.wait_all_tasks_blocked()
            scope.cancel()
    assert scope.cancelled_caught
    assert body.closed == 1
