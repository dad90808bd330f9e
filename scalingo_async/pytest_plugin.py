"""Fixtures for testing code that uses Scalingo; pytest finds them automatically.

The sandbox and the client aren't imported before a test uses one of them.
"""

import inspect
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from scalingo_async import AsyncClient
    from scalingo_async.sandbox.sandbox import Sandbox

__all__ = ["scalingo_client", "scalingo_sandbox", "scalingo_server"]

_ANYIO: Final = "anyio.pytest_plugin"
_PYTEST_ASYNCIO: Final = "pytest_asyncio.plugin"
_PYTEST_TRIO: Final = "pytest_trio.plugin"

_PLAIN: Final = "_scalingo_client_of_the_test"
_IN_ASYNCIO: Final = "_scalingo_client_in_{}_loop"
_LOOPS: Final = ("function", "class", "module", "package", "session")
"""The loop scopes of pytest-asyncio."""


@pytest.fixture
def scalingo_sandbox() -> "Sandbox":
    """A new sandbox in process, with an app `my-app` and no rate limit.

    Pass its `app` to `httpx.ASGITransport`.
    """
    from scalingo_async.sandbox import Sandbox

    return Sandbox(names=["my-app"], rate_limit=None)


@pytest.fixture
def scalingo_server() -> "Generator[Sandbox]":
    """A new sandbox on a free port of this machine, with an app `my-app` and no rate limit."""
    from scalingo_async.sandbox import Sandbox

    with Sandbox(names=["my-app"], rate_limit=None).running() as sandbox:
        yield sandbox


@pytest.fixture
def scalingo_client(request: pytest.FixtureRequest) -> "AsyncClient":
    """An open client for `scalingo_server`, without a rate limit and without pauses before retries.

    It uses the event loop of the test: from pytest-asyncio, with any loop scope, from anyio's
    plugin, on asyncio or trio, or from pytest-trio. It is closed after the test.
    """
    client: AsyncClient = request.getfixturevalue(_fixture_for(request))
    return client


def _fixture_for(request: pytest.FixtureRequest) -> str:
    """Return the fixture that opens a client in the event loop of a test."""
    # pytest doesn't have a type for the function of a test.
    test: Any = request.node
    config = request.config
    of_the_test = "scalingo_client" in inspect.signature(test.function).parameters
    if of_the_test and not _is_async(test):
        pytest.fail(_what_to_do(test), pytrace=False)
    on_trio = test.get_closest_marker("trio") is not None and _has(config, _PYTEST_TRIO)
    if on_trio or "anyio_backend" in request.fixturenames:
        return _PLAIN
    if _has(config, _PYTEST_ASYNCIO):
        marker = test.get_closest_marker("asyncio")
        if marker is not None and _is_async(test):
            scope = marker.kwargs.get("loop_scope") or marker.kwargs.get("scope")
            return _IN_ASYNCIO.format(scope or config.getini("asyncio_default_test_loop_scope"))
        if not of_the_test:
            # For the caller's async fixture, in a test that isn't async itself.
            scope = config.getini("asyncio_default_fixture_loop_scope")
            return _IN_ASYNCIO.format(scope if scope in _LOOPS else "function")
    pytest.fail(_what_to_do(test), pytrace=False)


def _is_async(test: Any) -> bool:
    """Return whether a test is an `async def`, with or without Hypothesis."""
    inner = getattr(getattr(test.function, "hypothesis", None), "inner_test", test.function)
    return inspect.iscoroutinefunction(inner)


def _has(config: pytest.Config, module: str) -> bool:
    """Return whether a plugin is registered, under any name."""
    plugin = sys.modules.get(module)
    return plugin is not None and config.pluginmanager.is_registered(plugin)


def _what_to_do(test: Any) -> str:
    """Return advice on how to run a test in an event loop."""
    asyncio, anyio = _has(test.config, _PYTEST_ASYNCIO), _has(test.config, _ANYIO)
    ways = ["mark it with `@pytest.mark.asyncio`"] if asyncio else []
    ways += ["mark it with `@pytest.mark.anyio`"] if anyio else []
    ways += [] if asyncio else ["install pytest-asyncio and mark it with `@pytest.mark.asyncio`"]
    ways += [] if anyio else ["enable anyio's plugin and mark it with `@pytest.mark.anyio`"]
    why = "no plugin runs it in an event loop"
    if not _is_async(test):
        why, ways[0] = "it is not an `async def`", f"make it one and {ways[0]}"
    return f"{test.name} can't use scalingo_client, because {why}: {', or '.join(ways)}"


async def _open(sandbox: "Sandbox") -> "AsyncGenerator[AsyncClient]":
    from scalingo_async import AsyncClient, RetryPolicy

    quick = RetryPolicy(base=0.0, cap=0.0)
    async with AsyncClient.from_env(
        environ=sandbox.environ(), rate_limit=None, retry=quick
    ) as client:
        yield client


@pytest.fixture(name=_PLAIN)
async def _plain(scalingo_server: "Sandbox") -> "AsyncGenerator[AsyncClient]":
    async for client in _open(scalingo_server):
        yield client


def _in_asyncio() -> ModuleType:
    """Return a plugin with the fixtures for pytest-asyncio, one for each loop scope."""
    import pytest_asyncio

    def opening() -> "Callable[[Sandbox], AsyncGenerator[AsyncClient]]":
        async def client(scalingo_server: "Sandbox") -> "AsyncGenerator[AsyncClient]":
            async for client in _open(scalingo_server):
                yield client

        return client

    fixtures = ModuleType(f"{__name__}_asyncio")
    for scope in _LOOPS:
        name = _IN_ASYNCIO.format(scope)
        setattr(fixtures, name, pytest_asyncio.fixture(opening(), loop_scope=scope, name=name))
    return fixtures


def pytest_configure(config: pytest.Config) -> None:
    """Register the fixtures for pytest-asyncio if it is installed."""
    if _has(config, _PYTEST_ASYNCIO):
        fixtures = _in_asyncio()
        config.pluginmanager.register(fixtures, fixtures.__name__)
