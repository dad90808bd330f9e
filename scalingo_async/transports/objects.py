"""Check that callers pass objects of HTTP libraries for the right arguments."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final

from scalingo_async._core.arguments import able
from scalingo_async._core.lazy import LazyModule
from scalingo_async.errors import ConfigurationError
from scalingo_async.types import Secret

if TYPE_CHECKING:
    import ssl
else:
    ssl = LazyModule("ssl")

_INSTEAD: Final = {
    # What an object's class, or one above it, is called → how to use it.
    **{
        f"{lib}.{name}": what.format(lib=lib, ours=ours)
        for lib, ours in (("httpx", "HttpxTransport"), ("httpx2", "Httpx2Transport"))
        for name, what in {
            "AsyncClient": "transport={ours}(client=...)",
            "Client": "transport={ours}(client={lib}.AsyncClient())",
            "AsyncBaseTransport": "transport={ours}(transport=...)",
            "BaseTransport": "transport={ours}(transport={lib}.AsyncHTTPTransport())",
        }.items()
    },
    "httpx.AsyncClient": "http_client=...",
    "httpx.Client": "http_client=httpx.AsyncClient()",
    "aiohttp.ClientSession": "transport=AiohttpTransport(session)",
    "aiohttp.BaseConnector": (
        "transport=AiohttpTransport(aiohttp.ClientSession(connector=connector))"
    ),
    "requests.Session": "http_client=httpx.AsyncClient()",
    "urllib3.PoolManager": "http_client=httpx.AsyncClient()",
    "ssl.SSLContext": "ssl_context=...",
    "scalingo_async.HttpxFamilyTransport": "transport=..., for the client itself",
    "scalingo_async.AiohttpTransport": "transport=..., for the client itself",
}


def check_transport(value: object) -> None:
    """Check what is to be a transport of this package.

    Raises:
        ConfigurationError: It is something else.
    """
    ours = ("scalingo_async.HttpxFamilyTransport", "scalingo_async.AiohttpTransport")
    if value is None or (not inspect.isclass(value) and _known(value) in ours):
        return
    if _known(value):
        raise _misplaced(value, "transport", "a transport of this package")
    able(value, "transport", ("send", "aclose"), "a transport, such as HttpxTransport()")


def check_client(lib: Any, value: Any, name: str = "client") -> None:
    """Check what is to be an open client of httpx or httpx2.

    Args:
        lib: The module.
        value: What was given.
        name: The name of the argument.

    Raises:
        ConfigurationError: It is something else, or closed.
    """
    if value is None:
        return
    wanted = f"an open {lib.__name__}.AsyncClient"
    if inspect.isclass(value) or not isinstance(value, lib.AsyncClient):
        raise _misplaced(value, name, wanted)
    if value.is_closed is True:
        raise ConfigurationError(
            f"{name} must be {wanted}, and this one is closed: keep it open as long as this client"
        )


def check_lower_transport(lib: Any, value: Any) -> None:
    """Check what is to be an asynchronous transport of httpx or httpx2.

    Args:
        lib: The module.
        value: What was given.

    Raises:
        ConfigurationError: It is something else.
    """
    if value is None:
        return
    known = _known(value)
    if known and (known != f"{lib.__name__}.AsyncBaseTransport" or inspect.isclass(value)):
        raise _misplaced(value, "transport", f"a transport of {lib.__name__}")
    called = f"an asynchronous transport of {lib.__name__}, such as AsyncHTTPTransport()"
    able(value, "transport", ("handle_async_request",), called)


def check_session(kind: Any, value: Any) -> None:
    """Check what is to be an open session of aiohttp.

    Args:
        kind: The class.
        value: What was given.

    Raises:
        ConfigurationError: It is something else, or closed.
    """
    if value is None:
        return
    wanted = "an open aiohttp.ClientSession"
    if inspect.isclass(value) or not isinstance(value, kind):
        raise _misplaced(value, "session", wanted)
    if value.closed is True:
        raise ConfigurationError(
            f"session must be {wanted}, and this one is closed: keep it open as long as this client"
        )


def check_ssl_context_kind(value: object) -> None:
    """Check what is to be TLS settings.

    Raises:
        ConfigurationError: It is something else, such as what other libraries call `verify`.
    """
    if value is not None and not isinstance(value, ssl.SSLContext):
        raise ConfigurationError(
            f"ssl_context must be an ssl.SSLContext, not {_said(value)}: write "
            "ssl.create_default_context(cafile='authority.pem'), or pass an existing context"
        )


def check_proxy(value: object) -> None:
    """Check what is to be the URL of a proxy.

    Raises:
        ConfigurationError: It is something else; nothing of it is shown, it may hold a password.
    """
    if value is not None and not isinstance(value, str | Secret):
        raise ConfigurationError(
            f"proxy must be a str, not {_said(value)}: write its URL, such as "
            "'http://proxy.example.com:3128'"
        )


def _known(value: object) -> str:
    """Return under which name an object, or a class, is known here."""
    kind: Any = value if inspect.isclass(value) else type(value)
    for each in kind.__mro__:
        name = f"{each.__module__.partition('.')[0]}.{each.__name__}"
        if name in _INSTEAD:
            return name
    return ""


def _said(value: object) -> str:
    return f"the class {value.__name__}" if inspect.isclass(value) else type(value).__name__


def _misplaced(value: object, name: str, wanted: str) -> ConfigurationError:
    """Make the error for an object that belongs elsewhere."""
    known = _known(value)
    problem = f"{name} must be {wanted}, not {_said(value)}"
    if inspect.isclass(value):
        return ConfigurationError(f"{problem} itself: write {value.__name__}()")
    return ConfigurationError(f"{problem}: write {_INSTEAD[known]}" if known else problem)
