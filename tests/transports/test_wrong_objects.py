"""Objects that stand where they can't be used: refused at once, with what to write instead."""

import ssl
from functools import partial

import aiohttp
import httpx
import httpx2
import pytest
import redis
import redis.asyncio
from cryptography.fernet import Fernet
from tables import each

from scalingo_async import AsyncClient
from scalingo_async.errors import ConfigurationError
from scalingo_async.integrations.redis import RedisLimiters, RedisTokens
from scalingo_async.transports.aiohttp import AiohttpTransport
from scalingo_async.transports.httpx import HttpxTransport
from scalingo_async.transports.httpx2 import Httpx2Transport

KEY = Fernet.generate_key()


def client(**settings):
    return AsyncClient("tk-us-x", **settings)


class Half:
    """Sends, and can't be closed."""

    async def send(self, request):
        raise NotImplementedError


def own(cls, name):
    return lambda value: cls(**{name: value})


PLACES = {
    "AsyncClient(transport)": lambda value: client(transport=value),
    "AsyncClient(http_client)": lambda value: client(http_client=value),
    "HttpxTransport(client)": own(HttpxTransport, "client"),
    "HttpxTransport(transport)": own(HttpxTransport, "transport"),
    "Httpx2Transport(client)": own(Httpx2Transport, "client"),
    "Httpx2Transport(transport)": own(Httpx2Transport, "transport"),
    "AiohttpTransport(session)": AiohttpTransport,
}
OBJECTS = {
    # an object → where it may stand, and what an error says of it elsewhere
    "httpx.AsyncClient": (httpx.AsyncClient, ("http_client", "HttpxTransport(client)")),
    "httpx2.AsyncClient": (httpx2.AsyncClient, ("Httpx2Transport(client)",)),
    "httpx.AsyncHTTPTransport": (httpx.AsyncHTTPTransport, ("HttpxTransport(transport)",)),
    "httpx2.AsyncHTTPTransport": (httpx2.AsyncHTTPTransport, ("Httpx2Transport(transport)",)),
    "httpx.MockTransport": (lambda: httpx.MockTransport(print), ("HttpxTransport(transport)",)),
    "aiohttp.ClientSession": (aiohttp.ClientSession, ("AiohttpTransport(session)",)),
    "HttpxTransport": (HttpxTransport, ("AsyncClient(transport)",)),
    "Httpx2Transport": (Httpx2Transport, ("AsyncClient(transport)",)),
    "AiohttpTransport": (AiohttpTransport, ("AsyncClient(transport)",)),
    "httpx.Client": (httpx.Client, ()),
    "httpx2.Client": (httpx2.Client, ()),
    "httpx.HTTPTransport": (httpx.HTTPTransport, ()),
    "httpx.WSGITransport": (lambda: httpx.WSGITransport(print), ()),
    "aiohttp.TCPConnector": (aiohttp.TCPConnector, ()),
    "ssl.SSLContext": (ssl.create_default_context, ()),
    "a text": (lambda: "httpx", ()),
    "a number": (lambda: 1, ()),
    "a flag": (lambda: False, ()),
    "half a transport": (Half, ()),
    "the class httpx.AsyncClient": (lambda: httpx.AsyncClient, ()),
    "the class httpx2.AsyncClient": (lambda: httpx2.AsyncClient, ()),
    "the class httpx.AsyncHTTPTransport": (lambda: httpx.AsyncHTTPTransport, ()),
    "the class aiohttp.ClientSession": (lambda: aiohttp.ClientSession, ()),
    "the class HttpxTransport": (lambda: HttpxTransport, ()),
    "the class AiohttpTransport": (lambda: AiohttpTransport, ()),
}
ADVISED = ("httpx", "Httpx", "aiohttp", "Aiohttp", "ssl.SSL")


@pytest.mark.asyncio
@each("name", OBJECTS)
@each("place", PLACES)
async def test_every_object_in_every_place(name, place):
    make, right = OBJECTS[name]
    value = make()
    try:
        if any(each in place for each in right):
            PLACES[place](value)
            return
        with pytest.raises(ConfigurationError) as caught:
            PLACES[place](value)
        said = str(caught.value)
        assert " must be " in said
        if "the class" in name:
            assert f"not the class {value.__name__} itself" in said
        elif any(word in name for word in ADVISED):
            assert ": write " in said
    finally:
        await close(value)


async def close(value):
    if not isinstance(value, type):
        for way in ("aclose", "close"):
            if hasattr(value, way):
                done = getattr(value, way)()
                if done is not None:
                    await done
                return


@pytest.mark.asyncio
@each(
    ("place", "make", "said"),
    [
        ("AsyncClient(http_client)", httpx.Client, "write http_client=httpx.AsyncClient()"),
        ("AsyncClient(http_client)", httpx2.AsyncClient, "write transport=Httpx2Transport(client="),
        ("AsyncClient(http_client)", HttpxTransport, "write transport=..."),
        ("AsyncClient(transport)", httpx.AsyncClient, "write http_client=..."),
        ("AsyncClient(transport)", httpx.AsyncHTTPTransport, "transport=HttpxTransport(transport="),
        ("AsyncClient(transport)", aiohttp.ClientSession, "transport=AiohttpTransport(session)"),
        ("HttpxTransport(transport)", httpx.HTTPTransport, "httpx.AsyncHTTPTransport()"),
    ],
)
async def test_what_is_to_be_written_instead(place, make, said):
    value = make()
    with pytest.raises(ConfigurationError) as caught:
        PLACES[place](value)
    assert said in str(caught.value)
    await close(value)


@pytest.mark.asyncio
async def test_closed_ones():
    for make, place in (
        (httpx.AsyncClient, "AsyncClient(http_client)"),
        (httpx.AsyncClient, "HttpxTransport(client)"),
        (httpx2.AsyncClient, "Httpx2Transport(client)"),
        (aiohttp.ClientSession, "AiohttpTransport(session)"),
    ):
        value = make()
        await close(value)
        with pytest.raises(ConfigurationError, match="this one is closed"):
            PLACES[place](value)


@each("value", [True, False, "authority.pem", ("cert", "key"), ssl.SSLContext])
@each("make", [client, HttpxTransport, Httpx2Transport, AiohttpTransport])
def test_tls_settings_of_another_kind(value, make):
    with pytest.raises(ConfigurationError, match=r"ssl_context must be .*create_default_context"):
        make(ssl_context=value)
    with pytest.raises(ConfigurationError, match="ssl_context must be"):
        client(transport=HttpxTransport(), ssl_context=value)


@each(
    "value", [httpx.URL("http://u:canary@p"), httpx.Proxy("http://u:canary@p"), True, {"all": ""}]
)
@each("make", [HttpxTransport, Httpx2Transport, AiohttpTransport])
def test_proxies_of_another_kind(value, make):
    with pytest.raises(ConfigurationError, match="proxy must be a str") as caught:
        make(proxy=value)
    assert "canary" not in str(caught.value)


@each(
    "settings",
    [
        {"limiters": 1},
        {"limiters": RedisLimiters},
        {"limiters": RedisTokens(redis.asyncio.Redis(), key=KEY)},
        {"limiters": redis.asyncio.Redis},
        {"token_store": {}},
        {"token_store": RedisTokens},
        {"token_store": RedisLimiters(redis.asyncio.Redis())},
        {"token_store": "redis://localhost"},
    ],
)
def test_what_is_shared(settings):
    (name,) = settings
    with pytest.raises(ConfigurationError, match=f"{name} must be .*Redis"):
        client(**settings)


@each("value", [redis.Redis(), redis.asyncio.Redis, "redis://user:canary@localhost", None])
@each("make", [RedisLimiters, partial(RedisTokens, key=KEY)])
def test_redis_of_another_kind(value, make):
    with pytest.raises(ConfigurationError, match=r"redis\.asyncio\.from_url") as caught:
        make(value)
    assert "canary" not in str(caught.value)
