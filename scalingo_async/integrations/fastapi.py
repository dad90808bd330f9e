"""A client in a FastAPI service: one for each process, as long as the service runs.

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
    """Make a lifespan that opens a client at startup and closes it at shutdown.

        app = FastAPI(lifespan=client_lifespan())

    Each worker process has its own client. It is also available as `app.state.scalingo_client`, for
    code outside of requests.

    Args:
        make: Makes the client; by default from the environment.
        then: Your own lifespan. It starts when the client is open, and ends before the client is
            closed; the state that it yields is added to the requests as well.
        max_wait: The longest wait for the rate limit, in seconds, for a client without its own;
            `None` waits as long as necessary. A call that would wait longer raises
            `RateLimitError`, which the error handlers answer with 503 and `Retry-After`. For work
            in the background, use `client.with_options(max_wait=None)`.

    Returns:
        The lifespan, for `FastAPI(lifespan=...)`.

    Raises:
        InvalidArgumentError: `make` isn't a function.
        ConfigurationError: At startup: a path operation has a model as a parameter without
            `Body()`, so FastAPI would look for it in the query.
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
    """Refuse models that FastAPI takes for query parameters, which no request can have."""
    for route in routes:
        if isinstance(route, APIRoute):
            for field in route.dependant.query_params:
                _check_body(route.path, field.name, field.field_info.annotation)
        # In newer versions of FastAPI, an included router is one of the routes.
        router = getattr(route, "original_router", None)
        if isinstance(router, APIRouter):
            _check_bodies(router.routes)


def _check_body(path: str, name: str, kind: object) -> None:
    for arm in get_args(kind) or (kind,):
        if isinstance(arm, type) and issubclass(arm, Model):
            raise ConfigurationError(
                f"{path}: FastAPI looks for {name} in the query, because {arm.__name__} is not "
                "a "
                f"pydantic model. For the body, write Annotated[{arm.__name__}, Body()]"
            )


def get_client(connection: HTTPConnection) -> AsyncClient:
    """Return the client of the application of a request or a websocket.

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
    """Let an application return a suitable status if a call to the platform fails.

    The responses are problem details (RFC 9457), and contain nothing of the platform's response. An
    error without a status, such as a `ConfigurationError`, stays a 500. An exception group, as
    raised by task groups, is answered like a single error if all its errors have the same status; a
    mixed group stays a 500.

    Args:
        app: The application.
        statuses: Other statuses for some classes of errors; `None` makes a class a 500.

    Raises:
        ConfigurationError: A status is invalid.
    """
    checked = check_statuses(statuses)

    async def handle(_: Request, error: Exception) -> Response:
        answer = answer_to(error, checked)
        if answer is None:
            raise error
        return _response(answer)

    app.add_exception_handler(ScalingoError, handle)
    # The application's own lifespan comes first.
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
    """Make a route for a notifier: `POST {path}/{secret}`.

    It returns 204 if the event was handled, now or before, and the receiver's status if the request
    is refused. Errors of the handler are treated like those of any path operation. The route is not
    in the OpenAPI schema.

    Args:
        receiver: The receiver that checks the requests.
        handler: Handles an event. If it fails, the event may come again.
        path: The path of the route.
        check_back: Fetch each event from the platform, with the client of the application.

    Returns:
        The router, for `app.include_router`.

    Raises:
        InvalidArgumentError: An argument is invalid.
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
