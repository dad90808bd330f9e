"""Text of an answer is shown as one short printable line, without what may be secret."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import each

from core.fakes import request
from scalingo_async._core.answer_text import excerpt, media_type, one_line, printable, printable_id
from scalingo_async._core.decoding.json import stop_of
from scalingo_async._core.decoding.mismatch import mismatch
from scalingo_async._core.endpoint import Endpoint, model
from scalingo_async._core.operation import Auth
from scalingo_async.errors import ResponseDecodeError, ScalingoError
from scalingo_async.models.apps import App
from scalingo_async.request import Response
from scalingo_async.types import Headers

ANY = st.text(st.characters(), max_size=300)
"""Any text, lone surrogates and control characters included."""

CANARY = "canaryOf4Secret9xyz"


@given(ANY)
def test_any_text_becomes_one_line(text):
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)
    line = one_line(text, 50)
    assert line.isprintable()
    assert len(line) <= 51
    assert "  " not in line
    shown = printable_id(text)
    assert shown is None or (shown.isascii() and shown.isprintable() and 1 <= len(shown) <= 128)
    assert media_type(text).isascii()
    assert media_type(text).isprintable()
    assert excerpt(text).isprintable()


@each(
    ("given_id", "shown"),
    [
        (None, None),
        ("", None),
        (" \t ", "?"),
        ("b6f8a0c2-e1", "b6f8a0c2-e1"),
        ("a\r\nFORGED\x1b[31m", "a??FORGED?[31m"),
        ("é\u202e\ud800", "???"),
        ("x" * 500, "x" * 128),
    ],
)
def test_ids(given_id, shown):
    assert printable_id(given_id) == shown


@given(ANY)
def test_no_error_is_more_than_a_line(text):
    error = ScalingoError(text, method="GET", url=text, request_id=text, status_code=500)
    for shown in (str(error), repr(error), error.message, *map(str, error.args)):
        assert shown.isprintable()
    error.message += text
    assert str(error).isprintable()


@each(
    "text",
    [
        f"https://user:{CANARY}@example.com/path",
        f"https://example.com/path?signature={CANARY}&x=1",
        f"wss://example.com?{CANARY}",
        f"Authorization: Bearer {CANARY}",
        f"basic {CANARY}=",
        f"the token tk-us-{CANARY} is wrong",
        f'{{"password": "{CANARY}"}}',
        f'{{"user": {{"new_password":"a {CANARY} b \\" {CANARY}", "name": "x"}}}}',
        f'{{"api_tokens": ["{CANARY}", "b {CANARY}"]}}',
        f'{{"token": {{"of": "a {CANARY}"}}}}',
        f'{{"value": "cut off {CANARY}',
        f"password={CANARY}",
        f"api_key: {CANARY}",
        f"a word such as {CANARY}",
    ],
)
def test_secrets_are_not_in_an_excerpt(text):
    shown = excerpt(text)
    assert CANARY not in shown
    assert "***" in shown or "…" in shown


def test_what_is_plain_stays():
    for text in ("Retry later", "<h1>Bad gateway</h1>", '{"errors": {"base": null}}', "café"):
        assert excerpt(text) == text
    assert excerpt("x" * 300) == "x" * 200 + "…"


def test_hostile_texts_take_no_time():
    start = time.process_time()
    for text in ("x" * 65536, '"' * 65536, "\\" * 65536, "a=" * 30000, "1a" * 30000, '"key' * 9000):
        excerpt(text)
        excerpt(f'"token": "{text}')
    # Milliseconds; it would be minutes if a pattern went back and forth.
    assert time.process_time() - start < 20


# -- answers that can't be read ------------------------------------------------------------------

ONE = model("apps.get", "GET", "/apps/{app}", App, root="app")
SECRET = Endpoint("tokens.exchange", "POST", "/x", "secret", root="token", auth=Auth.BASIC)


def refused(endpoint, content, kind=None):
    headers = Headers({} if kind is None else {"content-type": kind})
    with pytest.raises(ResponseDecodeError) as caught:
        endpoint.decode(Response(200, headers, content, request=request()))
    return caught.value


@each(
    ("content", "kind", "start"),
    [
        (b"<html><title>Log in to the hotel", "text/html; charset=utf-8", "<html><title>Log in to"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html>", "application/json", "<!DOCTYPE html>"),
        (b"Retry later\n", "text/plain", "Retry later"),
        (b"Retry later", None, "Retry later"),
        (b"two\r\n\x1b[31mlines", "text/plain", "two [31mlines"),
        (b"x" * 5000, "text/plain", "x" * 200 + "…"),
        (b"log in at https://proxy.example.com/?token=canary", "text/plain", "log in at https"),
        (b"<script>{'token': 'canaryOf4Secret9xyz'}", "text/html", "<script>{'token': '***"),
    ],
)
def test_what_is_no_json_at_all_shows_its_start(content, kind, start):
    error = refused(ONE, content, kind)
    shown = (kind or "no media type").partition(";")[0]
    assert f"({shown}, {len(content)} bytes); it begins with: {start}" in str(error)
    assert error.body == error.message.partition("it begins with: ")[2]
    assert "it stops at line " in error.message
    assert "canary" not in str(error)
    assert str(error).isprintable()


@each(
    "content",
    [
        b"",
        b" \r\n",
        b'{"app": {"token": "canary"',
        b'\xef\xbb\xbf{"app": "canary"}',
        '{"app": "canary"}'.encode("utf-16"),
        '{"app": "canary"}'.encode("utf-16-be"),
        b'"canary',
        b"[canary]",
        b"true canary",
        b"12 canary",
        b"-canary",
        b'{"app": "canary"}{"app": "canary"}',
        b')]}\',\n{"app": "canary"}',
        b'callback({"app" : "canary"})',
        b'\x00\x00{"app": "canary"}',
        b'{"app": "\xff canary"}',
        b'{"app": "\\ud83d canary"}',
    ],
)
def test_of_json_that_is_broken_nothing_shows(content):
    for kind in ("application/json", "text/plain", None):
        error = refused(ONE, content, kind)
        assert "canary" not in str(error)
        assert error.body is None
        assert f"{len(content)} bytes)" in str(error)
        assert "is not valid JSON: it stops at line" in str(error)
    assert "canary" not in str(refused(ONE, b"ken: canary}", "application/problem+json"))


def test_where_it_stops():
    error = refused(ONE, b'{\n"app":\n"x": oops}', "application/json")
    assert "it stops at line 3, column 4 (" in str(error)
    # What nests too deeply is JSON, and can't be read all the same.
    assert "not valid JSON: it stops at" in str(refused(ONE, b"[" * 100_000))
    assert stop_of(RecursionError()) == "it can't be read"


def test_json_of_another_shape_tells_what_came():
    content = json.dumps({"app": {"id": ["canary"], "can\nary": 1}}).encode()
    error = refused(ONE, content, "application/json")
    assert f"(application/json, {len(content)} bytes)" in str(error)
    assert error.path == "$.app.id"
    assert error.body is None
    assert "canary" not in str(error)


def test_nobody_who_was_sent_a_password_is_quoted():
    for content in (b"<html>you sent hunter2", b"you sent hunter2"):
        error = refused(SECRET, content, "text/html")
        assert "hunter2" not in str(error)
        assert error.body is None


def test_an_odd_key_is_one_short_line_in_a_path():
    problem = mismatch("a string", 5)
    problem.path = ["things", 3, "a\r\nFORGED\x1b[31m" + "x" * 500]
    assert problem.where() == f"$.things[3].a FORGED [31m{'x' * 67}…"
