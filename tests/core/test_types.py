"""Small shared types: secrets that stay hidden, headers, UNSET, seconds and timeouts."""

import copy
import json
import math
import pickle
import traceback

import pytest
from tables import each

from scalingo_async._core.arguments import optional_seconds, seconds
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import UNSET, Headers, Secret, Timeout

CANARY = "canary-value"


def test_a_secret_shows_itself_nowhere():
    secret = Secret(CANARY)
    shown = [
        repr(secret), str(secret), f"{secret}", f"{secret:>20}", f"{secret!r}", f"{secret} {secret!r}",
        repr([secret]), repr({"token": secret}), f"{secret:.3}",
    ]  # fmt: skip
    try:
        raise ValueError(secret)
    except ValueError as error:
        shown += traceback.TracebackException.from_exception(error, capture_locals=True).format()
    assert CANARY not in "".join(text for text in shown if "CANARY" not in text)
    assert secret.reveal() == CANARY
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_secrets_are_compared_by_value_with_secrets_only():
    assert Secret("a") == Secret("a") == Secret(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), "a"}) == 2
    assert Secret("a")
    assert not Secret("")
    assert pickle.loads(pickle.dumps(Secret("a"))) == copy.deepcopy(Secret("a")) == Secret("a")


@each("value", [None, 7, b"bytes", ["a"]])
def test_a_secret_is_text(value):
    with pytest.raises(InvalidArgumentError, match="a secret must be a str"):
        Secret(value)


def test_headers_are_case_insensitive_and_read_only():
    headers = Headers({"Content-Type": "text/plain", "X-A": "1"})
    assert headers["content-type"] == headers["CONTENT-TYPE"] == "text/plain"
    assert headers.get("missing") is None
    assert ("x-a" in headers, "X-A" in headers, "x-b" in headers, 7 in headers) == (
        True, True, False, False,
    )  # fmt: skip
    assert (list(headers), len(headers)) == (["content-type", "x-a"], 2)
    with pytest.raises(KeyError):
        headers["missing"]
    with pytest.raises(TypeError):
        headers["x-a"] = "2"  # type: ignore[index]
    more = headers.with_values({"x-a": "2", "x-b": "3"})
    assert dict(more) == {"content-type": "text/plain", "x-a": "2", "x-b": "3"}
    assert headers["x-a"] == "1"
    assert headers == {"content-type": "text/plain", "x-a": "1"}
    assert not Headers()


def test_headers_that_come_twice_are_joined():
    assert Headers([("Vary", "a"), ("vary", "b")])["vary"] == "a, b"


@each(
    "name",
    ["Authorization", "Cookie", "Proxy-Authorization", "Set-Cookie", "X-Authorization-OTP"],
)
def test_headers_with_credentials_do_not_show(name):
    headers = Headers({name: CANARY, "Accept": "shown"})
    assert CANARY not in repr(headers)
    assert "shown" in repr(headers)
    assert headers[name] == CANARY


def test_unset_is_falsy_and_the_only_one():
    assert not UNSET
    assert repr(UNSET) == "<UNSET>"
    for same in (copy.copy(UNSET), copy.deepcopy(UNSET), pickle.loads(pickle.dumps(UNSET))):
        assert same is UNSET
    assert UNSET is not None


@each("value", [0, 1, 1.5, 10**9])
def test_seconds(value):
    assert seconds(value, "deadline") == value
    assert isinstance(seconds(value, "deadline"), float)
    assert optional_seconds(value, "deadline") == value


BAD_SECONDS = [-1, -0.001, math.nan, math.inf, -math.inf, 10**400, True, "5", None, [1], 1j]


@each("value", BAD_SECONDS)
def test_bad_seconds_name_the_argument(value):
    with pytest.raises(InvalidArgumentError, match="deadline must be a"):
        seconds(value, "deadline")


def test_timeouts():
    assert Timeout.of(None) == Timeout(connect=None, read=None, write=None, pool=None)
    assert Timeout.of(2) == Timeout(connect=2.0, read=2.0, write=2.0, pool=2.0)
    given = Timeout(read=None)
    assert Timeout.of(given) is given
    assert (given.connect, given.pool) == (5.0, 10.0)
    assert optional_seconds(None, "deadline") is None


@each("value", [value for value in BAD_SECONDS if value is not None])
def test_bad_timeouts(value):
    with pytest.raises(InvalidArgumentError, match="timeout must be a"):
        Timeout.of(value)
    for phase in ("connect", "read", "write", "pool"):
        with pytest.raises(InvalidArgumentError, match=rf"timeout\.{phase} must be a"):
            Timeout(**{phase: value})
