"""A client in a FastAPI service: one for each process, for as long as the service runs.

It needs `pip install "scalingo-async[fastapi]"`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Final, TypeAlias, get_args

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from scalingo_async import (
    AsyncClient,
    ConfigurationError,
    ScalingoError,
    WebhookError,
    WebhookReceiver,
)
from scalingo_async.integrations.asgi import RequestIdMiddleware
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
from scalingo_async.models import Event, Model

__all__ = [
    "Client",
    "RequestIdMiddleware",
    "add_error_handlers",
    "client_lifespan",
    "get_client",
    "webhook_router",
]

_STATE: Final = "scalingo_client"


def client_lifespan(
    make: Callable[[], AsyncClient] = AsyncClient.from_env,
    *,
    then: Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, object] | None]]
    | None = None,
    max_wait: float | None = MAX_WAIT,
) -> Callable[[FastAPI], AbstractAsyncContextManager[dict[str, object]]]:
    """Make a lifespan that opens a client when the application starts, and closes it at the end.

        app = FastAPI(lifespan=client_lifespan())

    Each worker process has a client of its own. It is also there as `app.state.scalingo_client`,
    for what runs outside of requests.

    Args:
        make: Makes the client; by default from the environment.
        then: A lifespan of yours. It begins when the client is open, and ends before the client
            is closed; what it yields becomes state of the requests as well.
        max_wait: The longest wait for the rate limit, in seconds, for a client that has none of
            its own; `None` waits as long as it takes. A call that would wait for longer raises
            `RateLimitError`, which the error handlers answer with 503 and `Retry-After`. Work in
            the background takes `client.with_options(max_wait=None)`.

    Returns:
        The lifespan, for `FastAPI(lifespan=...)`.

    Raises:
        InvalidArgumentError: `make` is no function.
        ConfigurationError: When it begins: a path operation has a model as a parameter without
            `Body()`, so that FastAPI would look for it in the query.
    """
    check_maker(make)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, object]]:
        _check_bodies(app.routes)
        async with make() as made:
            client = bounded(made, max_wait)
            setattr(app.state, _STATE, client)
            try:
                if then is None:
                    yield {_STATE: client}
                else:
                    async with then(app) as more:
                        yield {**(more or {}), _STATE: client}
            finally:
                delattr(app.state, _STATE)

    return lifespan


def _check_bodies(routes: Iterable[BaseRoute]) -> None:
    """Refuse models that FastAPI takes for query parameters: no request could ever have one."""
    for route in routes:
        if isinstance(route, APIRoute):
            for field in route.dependant.query_params:
                _check_body(route.path, field.name, field.field_info.annotation)
        # A router that was included is one of the routes, for newer versions of FastAPI.
        router = getattr(route, "original_router", None)
        if isinstance(router, APIRouter):
            _check_bodies(router.routes)


def _check_body(path: str, name: str, kind: object) -> None:
    for arm in get_args(kind) or (kind,):
        if isinstance(arm, type) and issubclass(arm, Model):
            raise ConfigurationError(
                f"{path}: FastAPI looks for {name} in the query, since {arm.__name__} is no class "
                f"of pydantic's own. As the body it is Annotated[{arm.__name__}, Body()]"
            )


def get_client(connection: HTTPConnection) -> AsyncClient:
    """Return the client of the application that a request or a websocket belongs to.

    Args:
        connection: The request or the websocket.

    Returns:
        The client.

    Raises:
        ConfigurationError: The application has no client.
    """
    client = getattr(connection.state, _STATE, None)
    if not isinstance(client, AsyncClient):
        raise ConfigurationError(
            "this application has no Scalingo client: make it with "
            "FastAPI(lifespan=client_lifespan()), and let its lifespan run"
        )
    return client


Client: TypeAlias = Annotated[AsyncClient, Depends(get_client)]
"""The client, as a parameter of a path operation: `async def show(client: Client)`."""


def add_error_handlers(app: FastAPI, statuses: Statuses | None = None) -> None:
    """Let an application answer with a fitting status when a call to the platform fails.

    The answers are problem details (RFC 9457), and hold nothing of what the platform said. An
    error without a status of its own, such as a `ConfigurationError`, remains a 500. A group of
    errors, as task groups raise it, is answered like one of them when all lead to the same status;
    a mixed group remains a 500.

    Args:
        app: The application.
        statuses: What to answer instead to some kinds of errors; `None` for a kind makes it a
            500.

    Raises:
        ConfigurationError: A status makes no sense.
    """
    checked = check_statuses(statuses)

    async def handle(_: Request, error: Exception) -> Response:
        answer = answer_to(error, checked)
        if answer is None:
            raise error
        return _response(answer)

    app.add_exception_handler(ScalingoError, handle)
    # One of the application's own comes first.
    if ExceptionGroup not in app.exception_handlers:
        app.add_exception_handler(ExceptionGroup, handle)


def _response(answer: ErrorAnswer) -> Response:
    return Response(answer.body, answer.status, answer.headers)


def webhook_router(
    receiver: WebhookReceiver,
    handler: Callable[[Event], Awaitable[object]],
    *,
    path: str = "/webhooks/scalingo",
    check_back: bool = False,
) -> APIRouter:
    """Make a route for a notifier: a POST to the path, a slash and the secret.

    It answers 204 when the event was handled, now or before, and as the receiver says when it
    refuses. Errors of the handler are those of any path operation. The route is not in the
    OpenAPI schema.

    Args:
        receiver: What checks the requests.
        handler: What to do with an event. When it fails, the event may come again.
        path: Where the route is.
        check_back: Fetch each event from the platform, with the client of the application.

    Returns:
        The router, for `app.include_router`.

    Raises:
        InvalidArgumentError: An argument can't be right.
    """
    check_webhook(receiver, handler, path)
    router = APIRouter()

    async def receive(secret: str, request: Request) -> Response:
        client = get_client(request) if check_back else None
        try:
            await receiver.deliver(
                handler, request.headers, request.stream(), secret=secret, check_back=client
            )
        except WebhookError as error:
            return _response(refusal_of(error))
        return Response(status_code=204)

    router.add_api_route(
        f"{path.rstrip('/')}/{{secret}}", receive, methods=["POST"], include_in_schema=False
    )
    return router
