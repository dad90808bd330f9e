"""What the pages about security name exists: modules, classes, functions, options, sessions."""

import inspect
import re
from functools import cache

import pytest
from docs_pages import DOCS, ROOT
from test_reference import sessions

import scalingo_async
from scalingo_async import AsyncClient, blocking, bulk, models, sandbox
from scalingo_async._core import urls
from scalingo_async.config import ClientSettings
from scalingo_async.files import partial_file
from scalingo_async.integrations import redis
from scalingo_async.middleware.authentication import middleware
from scalingo_async.models.base import Model
from scalingo_async.resources.base import Resource
from scalingo_async.resources.tokens import Tokens
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.types import RequestOptions

PAGES = [ROOT / "SECURITY.md", DOCS / "explanation" / "security.md"]
HOMES = (scalingo_async, models, bulk, redis, blocking, sandbox, middleware, urls, partial_file)
"""Where classes and functions that the pages name are."""

INSTANCES = {
    "client": AsyncClient,
    "variable": models.Variable,
    "tokens": Tokens,
}
"""What variables stand for."""

OTHERS = {
    # of HTTP and of addresses
    *("Authorization", "Host", "Cookie", "Retry-After", "If-Range"),
    *("127.0.0.1", "::1", "localhost", "*.scalingo.com"),
    # of paths and of JSON
    *("..", ".", "/", "?", "#", "%", "{", "[", ",", "[{},{},", "/tmp", ".part", ".gitignore"),
    # of the environment and of other programs
    *("HTTPS_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "O_EXCL", "O_NOFOLLOW"),
    *("INFO", "httpx.AsyncClient", "rediss://", "repr", "vars", "dir"),
    *("attrs.asdict", "inspect.getmembers"),
}
"""What is not this package's."""


def spans(page):
    """Return the code spans of a page, those that are broken by a line end included."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)]


@cache
def options():
    """Return the names of all arguments of what is public, with those of all calls."""
    found = {*ClientSettings.__annotations__, *RequestOptions.__annotations__}
    kinds: list[type] = [HttpxTransport, AiohttpTransport]
    for home in HOMES:
        names = getattr(home, "__all__", [])
        kinds += [value for name in names if inspect.isclass(value := getattr(home, name))]
    kinds += Resource.__subclasses__()
    for kind in kinds:
        for member in (kind, *vars(kind).values()):
            if callable(member):
                try:
                    found |= {*inspect.signature(member).parameters}
                except (ValueError, TypeError):
                    continue
    return found


def resolves(name):
    """Tell whether a dotted name leads to something."""
    first, *rest = name.split(".")
    found = INSTANCES.get(first)
    for home in HOMES:
        found = found or getattr(home, first, None)
    for part in rest:
        if isinstance(found, type) and issubclass(found, Model):
            return part in found.__annotations__
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return found is not None


def is_known(span):
    if span in OTHERS:
        return True
    if span.startswith("nox -s "):
        return span.removeprefix("nox -s ") in sessions()
    if re.fullmatch(r"[\w./-]+\.(?:py|md)", span):
        return (ROOT / span).exists() or (ROOT / "scalingo_async" / span).exists()
    if option := re.fullmatch(r"(\w+)=\w+", span):
        return option[1] in options()
    if call := re.fullmatch(r"([\w.]+)\(\)|print\(([\w.]+)\)", span):
        return resolves(call[1] or call[2])
    if not re.fullmatch(r"[A-Za-z_][\w.]*", span):
        return False
    return span in options() or span in vars(Model) or resolves(span)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page):
    assert [span for span in spans(page) if not is_known(span)] == []


def test_what_is_not_this_packages_is_still_named():
    assert OTHERS - {span for page in PAGES for span in spans(page)} == set()


@pytest.mark.parametrize(
    "span",
    [
        "max_respons",
        "_core/url.py",
        "RedisToken",
        "client.token",
        "tokens.exchang",
        "variable.values",
        "nox -s audits",
        "exce=True",
        "Secret.revea()",
        "print(variable.values)",
        "/temp",
    ],
)
def test_a_name_that_does_not_exist_is_found(span):
    assert not is_known(span)
