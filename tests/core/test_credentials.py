"""Credentials: what can't be right is refused by name, and never shown."""

import base64
import json
import traceback

import pytest
from tables import each

from scalingo_async.credentials import (
    APIToken,
    BearerToken,
    UserPassword,
    basic,
    check_token,
    stored_login,
)
from scalingo_async.errors import ConfigurationError, InvalidArgumentError
from scalingo_async.types import Secret

CANARY = "tk-us-canary"


def test_credentials_hide_what_they_hold():
    for credential in (
        APIToken(CANARY), BearerToken(Secret(CANARY)), UserPassword("u", CANARY, otp=CANARY),
    ):  # fmt: skip
        assert CANARY not in repr(credential) + str(credential)
    assert APIToken(CANARY).token == BearerToken(CANARY).token == Secret(CANARY)
    login = UserPassword("user@example.com", CANARY)
    assert (login.otp, login.token_name) == (None, "scalingo_async")


@each(
    ("value", "message"),
    [
        ("", "SOURCE is empty"),
        ("  \t\n", "SOURCE is empty"),
        (Secret(""), "SOURCE is empty"),
        (f" {CANARY}", "SOURCE has whitespace around"),
        (f"{CANARY}\n", "SOURCE has whitespace around"),
        (f"{CANARY} x", "SOURCE contains characters that no token has"),
        (f"{CANARY}\r\nX: y", "SOURCE contains characters"),
        (f"{CANARY}\x00x", "SOURCE contains characters"),
        (f"{CANARY}é", "SOURCE contains characters"),
        (f"{CANARY}\ud800", "SOURCE contains characters"),
        (None, "SOURCE must be a str, not None"),
        (7, "SOURCE must be a str, not int"),
        (CANARY.encode(), "SOURCE must be a str, not bytes"),
    ],
)
def test_bad_tokens(value, message):
    with pytest.raises(ConfigurationError, match=message) as caught:
        check_token(value, "SOURCE")
    assert CANARY not in str(caught.value)
    for kind, name in ((APIToken, "the API token"), (BearerToken, "the bearer token")):
        with pytest.raises(ConfigurationError, match=name):
            kind(value)


@each(
    ("user", "password", "message"),
    [
        ("", CANARY, "the user name is empty"),
        ("a:b", CANARY, "contains a colon"),
        (None, CANARY, "the user name must be a str"),
        ("u", "", "the password is empty"),
        ("\ud800", CANARY, "not valid text"),
        ("u", f"{CANARY}\ud800", "not valid text"),
    ],
)
def test_bad_logins(user, password, message):
    with pytest.raises(ConfigurationError, match=message) as caught:
        UserPassword(user, Secret(password))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    inside = [frame for frame in shown.stack if "test_credentials" not in frame.filename]
    assert CANARY not in str(caught.value)
    assert CANARY not in "".join(str(frame.locals) for frame in inside)
    assert caught.value.__context__ is None, "the cause would hold the password"


def test_a_password_is_text():
    for options in ({"password": 7}, {"password": "p", "otp": 123456}):
        with pytest.raises(InvalidArgumentError, match="a secret must be a str"):
            UserPassword("u", **options)


def test_basic():
    assert base64.b64decode(basic("", Secret("t")).removeprefix("Basic ")) == b":t"
    assert base64.b64decode(basic("é", Secret("p:w")).removeprefix("Basic ")).decode() == "é:p:w"


HOST = "auth.scalingo.com"


def stored(token, host=HOST):
    return {"auth_config_data": {host: {"tokens": {"token": token}, "user": {}}}}


@pytest.fixture
def login_file(tmp_path):
    path = tmp_path / ".config" / "scalingo" / "auth"
    path.parent.mkdir(parents=True)
    return path


def test_the_login_of_the_command_line_tool(tmp_path, login_file, monkeypatch):
    login_file.write_text(json.dumps(stored("tk-us-home")))
    other = tmp_path / "other"
    other.mkdir()
    (other / "auth").write_text(json.dumps(stored("tk-us-dir")))
    (other / "file").write_text(json.dumps(stored("tk-us-file")))
    home = {"HOME": str(tmp_path)}
    for environ, expected in (
        (home, "tk-us-home"),
        ({**home, "CONFIG_DIR": str(other)}, "tk-us-dir"),
        ({**home, "CONFIG_DIR": str(other), "AUTH_FILE": str(other / "file")}, "tk-us-file"),
    ):
        assert stored_login(HOST, environ) == APIToken(expected)
    for name in ("CONFIG_DIR", "AUTH_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert stored_login(HOST) == APIToken("tk-us-home")
    assert stored_login(HOST, {}) == APIToken("tk-us-home"), "the account's own home"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no stored login at .*run `scalingo login`"),
        (b"", "is not readable JSON"),
        (b"{", "is not readable JSON"),
        (b"\xff\xfe", "is not readable JSON"),
        (b"[]", "has no token for auth.scalingo.com"),
        (b"null", "has no token"),
        (stored(CANARY, "auth.example.com"), "has no token for auth.scalingo.com"),
        ({"auth_config_data": {HOST: {"tokens": [CANARY]}}}, "has no token"),
        ({"auth_config_data": {HOST: {"tokens": {}}}}, "has no token"),
        (stored([CANARY]), "the stored login at .* must be a str"),
        (stored(""), "the stored login at .* is empty"),
        (stored(f"{CANARY}\n"), "the stored login at .* has whitespace"),
    ],
)
def test_stored_logins_that_can_not_be_used(tmp_path, login_file, content, message):
    if content is not None:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        login_file.write_bytes(data)
    with pytest.raises(ConfigurationError, match=message) as caught:
        stored_login(HOST, {"HOME": str(tmp_path)})
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None
