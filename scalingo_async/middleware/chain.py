"""The chain: middlewares around a transport."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import FunctionType, MethodType
from typing import Any, TypeAlias, cast

from scalingo_async._core.arguments import wrong_kind
from scalingo_async.errors import ConfigurationError
from scalingo_async.request import Handler, Middleware, Request, Response

Link: TypeAlias = Callable[[Request, Handler], Awaitable[Response]]
"""A middleware, or a function that returns the awaitable of the next one unchanged."""


def compose(middlewares: Iterable[Link], terminal: Handler) -> Handler:
    """Build the chain: the first middleware is the outermost, `terminal` ends it."""
    handler = terminal
    for middleware in reversed(tuple(middlewares)):
        handler = _link(middleware, handler)
    return handler


def _link(middleware: Link, following: Handler) -> Handler:
    of_class = getattr(type(middleware), "__call__", None)  # noqa: B004 - the method itself
    if isinstance(of_class, FunctionType):
        # Calling the method takes half as long as calling its object.
        middleware = MethodType(of_class, middleware)

    def handle(request: Request) -> Awaitable[Response]:
        return middleware(request, following)

    return handle


def check_middlewares(middlewares: object) -> tuple[Middleware, ...]:
    """Check a user's middlewares.

    Raises:
        InvalidArgumentError: They aren't a list.
        ConfigurationError: One isn't an async callable with two arguments.
    """
    if not isinstance(middlewares, Iterable) or isinstance(middlewares, str | bytes | Mapping):
        given: object = cast("Any", middlewares)
        hint = f"write [{getattr(given, '__name__', 'it')}]" if callable(given) else None
        raise wrong_kind(given, "middlewares", "a list such as [my_middleware]", hint)
    checked: list[Middleware] = []
    for middleware in cast("Iterable[object]", middlewares):
        call = getattr(middleware, "__call__", None)  # noqa: B004 - the method itself is looked at
        if not (inspect.iscoroutinefunction(middleware) or inspect.iscoroutinefunction(call)):
            raise ConfigurationError(
                f"middlewares: {middleware!r} must be an async function of (request, call_next)"
            )
        checked.append(middleware)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    return tuple(checked)
