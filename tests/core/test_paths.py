"""Path values: each is one segment, or refused before anything is sent."""

import re
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tables import each

from scalingo_async._core.arguments import IS_MASKED, MASK
from scalingo_async._core.paths import PathTemplate, check_method, check_path, encode_segment
from scalingo_async.errors import InvalidArgumentError

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
@example("..")
@example("...")
@example("%2e%2e")
@example("a/b")
@example("\ud800")
@example("é ~_.-")
def test_a_value_is_one_segment_or_refused(value):
    try:
        segment = encode_segment(value, "app")
    except InvalidArgumentError:
        return
    assert unquote(segment, errors="strict") == value
    sent = f"/apps/{segment}/addons"
    # What httpx sends is what was meant: nothing was resolved, cut or encoded again.
    assert httpx.URL(f"https://api.example.com{sent}").raw_path.decode() == sent


@each(
    ("value", "message"),
    [
        ("", "app is empty"),
        (" ", "app is empty"),
        ("\t\n", "app is empty"),
        ("\u2003", "app is empty"),
        (".", "app can't be '.'"),
        ("..", "app can't be '..'"),
        ("a/b", "can't contain '/' (at position 1)"),
        ("/", "can't contain '/'"),
        ("../users", "can't contain '/'"),
        ("a\\b", "can't contain '\\\\'"),
        ("a?b", "can't contain '?'"),
        ("a#b", "can't contain '#'"),
        ("a%b", "can't contain '%'"),
        ("%2e%2e", "can't contain '%'"),
        ("%2F", "can't contain '%'"),
        ("a\x00", "can't contain '\\x00' (at position 1)"),
        ("a\r\nHost: x", "can't contain '\\r'"),
        ("a\x7f", "can't contain '\\x7f'"),
        ("\ud800", "lone surrogate"),
        ("a\udfff", "lone surrogate"),
        (None, "app must be a str, not None"),
        (7, "app must be a str, not int"),
        (True, "app must be a str, not bool"),
        (b"app", "app must be a str, not bytes"),
        (["app"], "app must be a str, not list"),
    ],
)
def test_bad_values_are_refused_with_their_name(value, message):
    with pytest.raises(InvalidArgumentError) as caught:
        encode_segment(value, "app")
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


@each("value", [MASK, f"my-{MASK}"])
def test_the_mask_of_a_secret_is_no_id(value):
    with pytest.raises(InvalidArgumentError, match=f"^app {re.escape(IS_MASKED)}"):
        encode_segment(value, "app")
    with pytest.raises(InvalidArgumentError, match=f"^path {re.escape(IS_MASKED)}"):
        check_path("/apps/" + value.replace("*", "%2A"))


@each(
    ("path", "message"),
    [
        (None, "path must be a str"),
        ("apps", "path must begin with a slash"),
        ("/apps/..", "path has dot segments"),
        ("/apps?x=1", "path holds characters that must be percent-encoded"),
    ],
)
def test_a_bad_path_is_told_what_is_wrong_with_it(path, message):
    with pytest.raises(InvalidArgumentError, match=f"^{message}"):
        check_path(path)


def test_a_template_is_filled_in_order():
    template = PathTemplate("/apps/{app}/addons/{addon_id}/sso")
    assert template.names == ("app", "addon_id")
    assert template.expand(("my-app", "ad é")) == "/apps/my-app/addons/ad%20%C3%A9/sso"
    assert PathTemplate("/users").expand(()) == "/users"
    assert repr(template) == "PathTemplate('/apps/{app}/addons/{addon_id}/sso')"
    with pytest.raises(InvalidArgumentError, match="addon_id is empty"):
        template.expand(("my-app", ""))
    with pytest.raises(ValueError, match="shorter"):
        template.expand(("my-app",))


@each("path", ["/", "/apps", "/apps/", "/apps/my-app/x.y", "/a%20b/c", "/a;b=1/@c", "/...", "/.x"])
def test_paths_by_hand_are_sent_as_they_are(path):
    assert check_path(path) == path
    assert httpx.URL(f"https://api.example.com{path}").raw_path.decode() == path


@each(
    "path",
    [
        "", "apps", "//evil.example", "/apps//x", "/apps/../users", "/..", "/.", "/a/%2e%2E/b",
        "/a/.%2e", "/apps?x=1", "/apps#x", "/a b", "/a\r\nb", "/é", "/a%", "/a%zz", "/a\\b",
        "https://evil.example/", "/a\x00", None, 7, b"/apps",
    ],
)  # fmt: skip
def test_bad_paths_by_hand_are_refused(path):
    with pytest.raises(InvalidArgumentError, match="path"):
        check_path(path)


@given(ANY_TEXT.map(lambda text: f"/{text}"))
def test_any_path_by_hand_is_sent_unchanged_or_refused(path):
    try:
        checked = check_path(path)
    except InvalidArgumentError:
        return
    assert httpx.URL(f"https://api.example.com{checked}").raw_path.decode() == path


@each("method", ["GET", "get", "Post", "DELETE", "HEAD", "PATCH", "PUT"])
def test_methods(method):
    assert check_method(method) == method.upper()


@each("method", ["", "CONNECT", "GET /", "TRACE", None, 1, b"GET", "GET\r\n"])
def test_bad_methods(method):
    with pytest.raises(InvalidArgumentError, match="DELETE, GET, HEAD, PATCH, POST, PUT"):
        check_method(method)


@each(
    ("path", "write"),
    [("/v1/apps", "'/apps'"), ("/v1", "'/'"), ("/v1/", "'/'")],
)
def test_what_the_client_puts_in_front_is_left_out(path, write):
    with pytest.raises(InvalidArgumentError) as caught:
        check_path(path, "/v1")
    assert str(caught.value).endswith(f"write {write}")
    assert check_path("/v1beta/apps", "/v1") == "/v1beta/apps"
    assert check_path(path, None) == path
