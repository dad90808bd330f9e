"""Whatever a storage says, a download ends with the file or with an error of this package."""

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instruments.wire import answer, serving, then_close
from storage import CONTENT, client_of, left_in
from tables import each

from scalingo_async import (
    APIError,
    Headers,
    ResponseDecodeError,
    ScalingoError,
    UntrustedURLError,
)
from scalingo_async._core.urls import parse_url
from scalingo_async.files.downloads import disposition_name
from scalingo_async.files.partial_file import safe_name
from scalingo_async.files.transfers import redirected

LONG = "9" * 5000
HERE = parse_url("https://storage.example.com/file?token=canary", frozenset({"https"}))

DISPOSITIONS = [
    "attachment; filename*=utf-8''a; filename*0=b",
    "attachment; filename*0=a; filename*=utf-8''b",
    f"attachment; filename*{LONG}=a",
    "attachment; filename*=idna''%ff",
    "attachment; filename*=undefined''a",
    "attachment; filename*=rot13''a",
    "attachment; filename*=%00''a",
    "attachment; filename*=utf-8''%",
    "attachment; filename*=utf-8''%00%0d%0a%2f..%2f",
    'attachment; filename="',
    'attachment; filename="\\',
    'attachment; x="' + ";" * 60_000,
    "a" + ";" * 60_000,
    'a;filename="' + '\\"' * 30_000,
    "=" * 1000,
    "\u202e",
]
"""The first ones raise something else, or take seconds, where the standard library parses them."""

LOCATIONS = [
    "https://[x",
    "//[::1",
    "https://[v1.a]/",
    "https://x\u2100y.example.com/",
    "https://a\uff0fb.example.com/",
    "https://storage.example.com:" + LONG,
    "https://storage.example.com:x/",
    "https://%00/",
    "\ud800",
    "\\\\evil.example.com\\x",
    "a" * 20_000,
]


@each("header", DISPOSITIONS)
def test_any_disposition_is_read(header):
    name = safe_name(disposition_name(header))
    assert name is None or ("/" not in name and name.isprintable())


PIECES = ["attachment", "filename", "filename*", "*0", "*", "=", ";", '"', "\\", "'", "utf-8''"]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5))).map("".join))
def test_any_text_is_read(header):
    name = safe_name(disposition_name(header))
    assert name is None or (name.isprintable() and not set(name) & set('/\\<>:"|?*'))


NAMES = st.text(string.printable, min_size=1, max_size=30)


@given(NAMES)
def test_a_name_in_quotes_comes_through(name):
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    assert disposition_name(f'attachment; size=1; filename="{quoted}"; x=y') == name


@each(
    ("header", "name"),
    [
        ("attachment; filename=my file.gz ; x=y", "my file.gz"),
        ("attachment; FileName=a; filename=b", "a"),
        ("attachment; filename=a; filename*=UTF-8'en'%e2%82%ac", "\u20ac"),
        ("attachment; filename*=iso-8859-1''caf%e9; filename=a", "caf\xe9"),
        ("attachment; filename*=utf-8''; filename=a", "a"),
        ('attachment; x="; filename=b"; filename=a', "a"),
        ("attachment", None),
        ("", None),
        (None, None),
    ],
)
def test_the_name_is_the_one_that_is_meant(header, name):
    assert disposition_name(header) == name


@each("location", LOCATIONS)
def test_a_redirect_that_makes_no_sense_is_refused(location):
    with pytest.raises(UntrustedURLError) as caught:
        redirected(HERE, Headers({"location": location}), frozenset())
    assert "canary" not in str(caught.value)


@given(st.text())
def test_a_redirect_leads_to_an_encrypted_url_or_is_refused(location):
    try:
        url = redirected(HERE, Headers({"location": location}), frozenset())
    except ScalingoError:
        return
    assert urlsplit(url.reveal()).scheme == "https"


HEADERS = {
    "Location": [each for each in LOCATIONS if each.isascii()],
    "Content-Disposition": [each for each in DISPOSITIONS if each.isascii() and len(each) < 5100],
    "ETag": ['"', 'W/"', '"' + LONG + '"', '"\x7f"', "v1"],
    "Content-Range": ["bytes", "bytes 0-1/*", f"bytes {LONG}-{LONG}/{LONG}", "bytes 5-1/3"],
    "Content-Encoding": ["gzip, gzip", "br", "x" * 1000, ","],
    "Content-Type": ["", ";" * 1000, "text/html; charset=idna"],
    "Retry-After": [LONG, "-1", "nan", "Mon, 99 Foo"],
    "Set-Cookie": ["a=" + LONG],
}
STATUSES = ["200 OK", "206 Partial Content", "302 Found", "416 Range Not Satisfiable"]


@pytest.mark.anyio
@pytest.mark.parametrize("name", HEADERS)
async def test_a_download_ends_as_downloads_do(backend, tmp_path, name):
    """In a folder, where the name of the file is the storage's."""
    for value in HEADERS[name]:
        for status in STATUSES:
            raw = answer(CONTENT[:64], status, f"{name}: {value}")
            async with serving(then_close(raw)) as wire, client_of(wire.url) as client:
                try:
                    path = await client.sources.download(f"{wire.url}/x", tmp_path, max_retries=0)
                except (APIError, UntrustedURLError, ResponseDecodeError):
                    assert left_in(tmp_path) == {}, (status, value)
                else:
                    assert path.parent == tmp_path, (status, value)
                    assert left_in(tmp_path) == {path.name: 64}, (status, value)
                    path.unlink()
