"""Long-running operations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeVar, Unpack

import attrs

from scalingo_async._core.arguments import string
from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.session import Session
from scalingo_async.errors import UntrustedURLError
from scalingo_async.models.base import bound
from scalingo_async.models.operations import Operation
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions
from scalingo_async.waiting import pending
from scalingo_async.waiting.pending import PendingOperation
from scalingo_async.waiting.polling import Polling

if TYPE_CHECKING:
    from scalingo_async.waiting import waiters
else:
    # These import all models that can be waited for: thirty, which most calls don't need.
    waiters = LazyModule("scalingo_async.waiting.waiters")

__all__ = ["Operations"]

T = TypeVar("T")

_IDS: Final = re.compile(
    r"[^?#]*/apps/([A-Za-z0-9_-]{1,64})/operations/([A-Za-z0-9_-]{1,64})/?(?:\?.*)?"
).fullmatch

GET: Final[Endpoint[Operation]] = model(
    "operations.get", "GET", "/apps/{app}/operations/{operation_id}", Operation, root="operation"
)
GET_BY_URL: Final[Endpoint[Operation]] = attrs.evolve(GET, id="operations.get_by_url")


class Operations(Resource):
    """Long-running operations."""

    __slots__ = ()

    @performs(GET)
    async def get(
        self, app: str, operation_id: str, **options: Unpack[RequestOptions]
    ) -> Operation:
        """Get the state of an operation.

        Source: API documentation, “Get an operation”:
        https://developers.scalingo.com/operations#get-an-operation

        Args:
            app: Id or name of the app.
            operation_id: Id of the operation.
            **options: Options of the call.

        Returns:
            The operation; it has ended if its status is `done` or `error`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or operation.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        found = await self._session.call(GET, (app, operation_id), options=options)
        return bound(found, self._watch(app))

    @performs(GET_BY_URL)
    async def get_by_url(self, operation_url: str, **options: Unpack[RequestOptions]) -> Operation:
        """Get the state of an operation by the URL that a call returned.

        Only the ids of the app and the operation are taken from the URL. The request goes to the
        configured API, so the credential is never sent to the URL's host. A URL without an app,
        such as that of an operation on a database, is refused.

        Source: API documentation, “Access your container”:
        https://developers.scalingo.com/one-off#access-your-container

        Args:
            operation_url: A `Location` header, or `operation_url` of a one-off container.
            **options: Options of the call.

        Returns:
            The operation.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or operation.
            UntrustedURLError: The URL does not name an operation of an app; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        ids = _IDS(string(operation_url, "operation_url", called="text"))
        if ids is None:
            raise UntrustedURLError(
                "operation_url does not name an operation of an app: it should end with "
                "/apps/<app>/operations/<id>. For a database, see databases.operations.get_by_url"
            )
        found = await self._session.call(GET_BY_URL, (ids[1], ids[2]), options=options)
        return bound(found, self._watch(ids[1]))

    def _watch(self, app: str) -> Polling[Operation]:
        return waiters.operation(app, self.get)

    def pending(self, app: str, operation_id: str) -> PendingOperation[None]:
        """Return a handle for waiting for an operation whose id you know.

        Args:
            app: Id or name of the app.
            operation_id: Id of the operation.

        Returns:
            The operation to wait for; no request is sent yet.

        Raises:
            InvalidArgumentError: An id is invalid.
        """
        GET.template.expand((app, operation_id))
        return PendingOperation(self._session.ref(app), operation_id, None, self.get)


async def start(
    session: Session,
    endpoint: Endpoint[T],
    app: str,
    *,
    body: Mapping[str, object],
    options: RequestOptions,
) -> PendingOperation[T]:
    """Perform an operation that continues after the response."""
    request = session.prepare(endpoint, (app,), body=body, options=options)
    response = await session.send(request)
    id_, value = pending.operation_id(response), session.decode(endpoint, response)
    return PendingOperation(session.ref(app), id_, value, Operations(session).get)
