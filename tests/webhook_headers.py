"""The headers of a request as libraries have them, each made by the library's own class."""

from __future__ import annotations

import email
import http.client
import io
import wsgiref.headers
from types import MappingProxyType

NAME, KIND = "Content-Type", "application/json; charset=utf-8"
PAIRS = [("Host", "example.com"), (NAME, KIND), ("X-Twice", "1"), ("X-Twice", "2")]
RAW = [(name.lower().encode(), value.encode()) for name, value in PAIRS]
TEXT = "".join(f"{name}: {value}\r\n" for name, value in PAIRS) + "\r\n"
ENVIRON = {"CONTENT_TYPE": KIND, "HTTP_HOST": "example.com", "HTTP_X_TWICE": "1,2"}


class OnlyItems:
    """As werkzeug's: no mapping, although it has what mappings have."""

    def __init__(self, pairs):
        self.pairs = pairs

    def items(self):
        return iter(self.pairs)


def _aiohttp():
    from multidict import CIMultiDict, CIMultiDictProxy

    return CIMultiDictProxy(CIMultiDict(PAIRS))


def _h11():
    import h11

    server = h11.Connection(h11.SERVER)
    server.receive_data(f"POST / HTTP/1.1\r\n{TEXT}".encode())
    return server.next_event().headers


def _httpx():
    import httpx

    return httpx.Headers(PAIRS)


def _starlette():
    from starlette.datastructures import Headers

    return Headers(raw=RAW)


FORMS = {
    "dict": lambda: dict(PAIRS),
    "proxy": lambda: MappingProxyType(dict(PAIRS)),
    "pairs": lambda: list(PAIRS),
    "lists of two": lambda: tuple(map(list, PAIRS)),
    "generator": lambda: (pair for pair in PAIRS),
    "ASGI scope": lambda: list(RAW),
    "only items": lambda: OnlyItems(PAIRS),
    "items of bytes": lambda: OnlyItems(RAW),
    "http.server": lambda: http.client.parse_headers(io.BytesIO(TEXT.encode())),
    "email": lambda: email.message_from_string(TEXT),
    "wsgiref": lambda: wsgiref.headers.Headers(PAIRS),
    "aiohttp": _aiohttp,
    "h11": _h11,
    "httpx": _httpx,
    "starlette": _starlette,
}


def django():
    from django.http.request import HttpHeaders

    return HttpHeaders(ENVIRON)


def flask():
    from werkzeug.datastructures import EnvironHeaders

    return EnvironHeaders(ENVIRON)


FRAMEWORKS = {"django": django, "flask": flask}
"""Those that are not installed with the other tests."""
