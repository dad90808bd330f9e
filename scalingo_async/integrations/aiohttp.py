"""A client in an aiohttp service: one for each application, as long as it runs.

It needs `pip install "scalingo-async[aiohttp]"`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, Protocol

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from scalingo_async import (
    AsyncClient,
    ConfigurationError,
    InvalidArgumentError,
    ScalingoError,
    WebhookError,
    WebhookReceiver,
    new_request_id,
    request_id_context,
)
from scalingo_async.integrations.failures import (
    MAX_WAIT,
    ErrorAnswer,
    Statuses,
    answer_to,
    bounded,
    check_maker,
    check_statuses,
    check_webhook,
    refusal_of,
)
from scalingo_async.models import Event
from scalingo_async.transports.base import Transport


class MakeClient(Protocol):
    """Makes a client that uses a transport."""

    def __call__(self, *, transport: Transport) -> AsyncClient:
        """Make the client."""
        ...


__all__ = [
    "CLIENT",
    "client_context",
    "client_sharing",
    "error_middleware",
    "get_client",
    "request_id_middleware",
    "webhook_routes",
]

CLIENT: Final = web.AppKey("scalingo_client", AsyncClient)
"""The key of the client in an application: `app[CLIENT]`."""

_HEADER: Final = "X-Request-ID"


def client_context(
    make: Callable[[], AsyncClient] = AsyncClient.from_env,
    *,
    max_wait: float | None = MAX_WAIT,
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Make a cleanup context that opens a client at startup and closes it at shutdown.

        app.cleanup_ctx.append(client_context())

    Args:
        make: Makes the client; by default from the environment.
        max_wait: The longest wait for the rate limit, in seconds, for a client without its own;
            `None` waits as long as necessary. A call that would wait longer raises
            `RateLimitError`, which `error_middleware` answers with 503 and `Retry-After`. For work
            in the background, use `client.with_options(max_wait=None)`.

    Returns:
        The context, for `app.cleanup_ctx`.

    Raises:
        InvalidArgumentError: `make` isn't a function.
    """
    check_maker(make)

    async def context(app: web.Application) -> AsyncIterator[None]:
        async with make() as client:
            app[CLIENT] = bounded(client, max_wait)
            yield

    return context


def client_sharing(
    session: web.AppKey[aiohttp.ClientSession],
    make: MakeClient = AsyncClient.from_env,
    *,
    max_connections: int = 10,
    max_wait: float | None = MAX_WAIT,
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Make a cleanup context for a client that uses the application's `aiohttp.ClientSession`.

        app.cleanup_ctx.append(own_session_context)
        app.cleanup_ctx.append(client_sharing(SESSION))

    The session has to be in the application by then. It is not closed, and its headers and cookies
    are not used.

    Args:
        session: The key of the `aiohttp.ClientSession` in the application.
        make: Makes the client from a transport.
        max_connections: How many requests may be in flight at a time.
        max_wait: As in `client_context`.

    Returns:
        The context, for `app.cleanup_ctx`.

    Raises:
        InvalidArgumentError: `make` isn't a function.
    """
    check_maker(make)

    async def context(app: web.Application) -> AsyncIterator[None]:
        from scalingo_async.transports.aiohttp import AiohttpTransport

        if session not in app:
            raise ConfigurationError(
                "this application has no aiohttp session under that key yet: "
                "the context that makes it must come first in cleanup_ctx"
            )
        transport = AiohttpTransport(app[session], max_connections=max_connections)
        async with make(transport=transport) as client:
            app[CLIENT] = bounded(client, max_wait)
            yield

    return context


def get_client(request: web.Request) -> AsyncClient:
    """Return the client of the application of a request, or of its parent application.

    Args:
        request: The request.

    Returns:
        The client.

    Raises:
        ConfigurationError: The application has no client.
    """
    client: AsyncClient | None = request.config_dict.get(CLIENT)
    if client is None:
        raise ConfigurationError(
            "this application has no Scalingo client: "
            "app.cleanup_ctx.append(client_context()) gives it one"
        )
    return client


def error_middleware(statuses: Statuses | None = None) -> Middleware:
    """Make a middleware that returns a suitable status if a call to the platform fails.

    The responses are problem details (RFC 9457), and contain nothing of the platform's response. An
    error without a status, such as a `ConfigurationError`, stays a 500. An exception group, as
    raised by task groups, is answered like a single error if all its errors have the same status; a
    mixed group stays a 500.

    Args:
        statuses: Other statuses for some classes of errors; `None` makes a class a 500.

    Returns:
        The middleware, for `web.Application(middlewares=[...])`.

    Raises:
        ConfigurationError: A status is invalid.
    """
    checked = check_statuses(statuses)

    @web.middleware
    async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except (ScalingoError, ExceptionGroup) as error:
            answer = answer_to(error, checked)
            if answer is None:
                raise
            return _response(answer)

    return answer_errors


def request_id_middleware(*, trust: bool = True) -> Middleware:
    """Make a middleware that gives each request an id.

    The response and all requests to the platform carry it. It is the id in the header
    `X-Request-ID` of the request, or a new one. Put this middleware first.

    Args:
        trust: Whether to use the id of an incoming request. Without it, each request gets a new
            one.

    Returns:
        The middleware, for `web.Application(middlewares=[...])`.
    """

    @web.middleware
    async def carry_id(request: web.Request, handler: Handler) -> web.StreamResponse:
        request_id = (_given(request) if trust else None) or new_request_id()
        with request_id_context(request_id):
            try:
                response = await handler(request)
            except web.HTTPException as answer:
                answer.headers[_HEADER] = request_id
                raise
        if not response.prepared:
            response.headers[_HEADER] = request_id
        return response

    return carry_id


def _given(request: web.Request) -> str | None:
    found = request.headers.getall(_HEADER, [])
    if len(found) != 1:
        return None
    try:
        with request_id_context(found[0]):
            return found[0]
    except InvalidArgumentError:
        return None


def _response(answer: ErrorAnswer) -> web.Response:
    return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


def webhook_routes(
    receiver: WebhookReceiver,
    handler: Callable[[Event], Awaitable[object]],
    *,
    path: str = "/webhooks/scalingo",
    check_back: bool = False,
) -> list[web.RouteDef]:
    """Make a route for a notifier: `POST {path}/{secret}`.

    It returns 204 if the event was handled, now or before, and the receiver's status if the request
    is refused. Errors of the handler are treated like those of any request handler.

    Args:
        receiver: The receiver that checks the requests.
        handler: Handles an event. If it fails, the event may come again.
        path: The path of the route.
        check_back: Fetch each event from the platform, with the client of the application.

    Returns:
        The routes, for `app.add_routes`.

    Raises:
        InvalidArgumentError: An argument is invalid.
    """
    check_webhook(receiver, handler, path)

    async def receive(request: web.Request) -> web.Response:
        client = get_client(request) if check_back else None
        secret = request.match_info["secret"]
        body = request.content.iter_any()
        try:
            await receiver.deliver(handler, request.headers, body, secret=secret, check_back=client)
        except WebhookError as error:
            return _response(refusal_of(error))
        return web.Response(status=204)

    return [web.post(f"{path.rstrip('/')}/{{secret}}", receive)]
