"""Containers, their types and their sizes."""

from __future__ import annotations

from typing import Final, Literal, Unpack

from scalingo_async._core.endpoint import Endpoint, items, nothing, performs
from scalingo_async._core.resource_property import resource_property
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.containers import Container, ContainerSize, ContainerType
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Containers"]

_SIGNALS: Final = ("SIGUSR1", "SIGUSR2")

LIST: Final[Endpoint[list[Container]]] = items(
    "containers.list", "GET", "/apps/{app}/ps", Container, root="containers"
)
STOP: Final[Endpoint[None]] = nothing(
    "containers.stop", "POST", "/apps/{app}/containers/{container_id}/stop"
)
KILL: Final[Endpoint[None]] = nothing(
    "containers.kill", "POST", "/apps/{app}/containers/{container_id}/kill"
)
TYPES_LIST: Final[Endpoint[list[ContainerType]]] = items(
    "containers.types.list", "GET", "/apps/{app}/containers", ContainerType, root="containers"
)
SIZES_LIST: Final[Endpoint[list[ContainerSize]]] = items(
    "containers.sizes.list",
    "GET",
    "/features/container_sizes",
    ContainerSize,
    root="container_sizes",
)


class ContainersTypes(Resource):
    """Container types of an app, with the number and size of their containers."""

    __slots__ = ()

    @performs(TYPES_LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[ContainerType]:
        """List the container types of an app, with the number and size of their containers.

        Types without containers are included.

        Source: API documentation, “Get Container Types List”:
        https://developers.scalingo.com/apps#get-container-types-list

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(TYPES_LIST, (app,), options=options)


class ContainersSizes(Resource):
    """Container sizes."""

    __slots__ = ()

    @performs(SIZES_LIST)
    def list(
        self, *, app_id: str | None = None, **options: Unpack[RequestOptions]
    ) -> Paginator[ContainerSize]:
        """List the container sizes with price and resources.

        Source: API documentation, “List the container sizes available”:
        https://developers.scalingo.com/container_sizes#list-the-container-sizes-available

        Args:
            app_id: Id of an app, to list the sizes available to it.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(SIZES_LIST, (), query={"app_id": app_id}, options=options)


class Containers(Resource):
    """Running containers of an app."""

    __slots__ = ()

    @resource_property
    def types(self) -> ContainersTypes:
        """Container types of an app, with the number and size of their containers."""
        return ContainersTypes(self._session)

    @resource_property
    def sizes(self) -> ContainersSizes:
        """Container sizes."""
        return ContainersSizes(self._session)

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Container]:
        """List the running containers of an app, including one-off containers.

        Source: API documentation, “Get Containers List”:
        https://developers.scalingo.com/apps#get-containers-list

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (app,), options=options)

    @performs(STOP)
    async def stop(self, app: str, container_id: str, **options: Unpack[RequestOptions]) -> None:
        """Ask a one-off container to stop.

        The container is `stopping` for a while, then disappears from the list.

        Source: API documentation, “Stop a Container”:
        https://developers.scalingo.com/apps#stop-a-container

        Args:
            app: Id or name of the app.
            container_id: Id of the container, not its label.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or container.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(STOP, (app, container_id), options=options)

    @performs(KILL)
    async def kill(
        self,
        app: str,
        container_id: str,
        *,
        signal: Literal["SIGUSR1", "SIGUSR2"],
        **options: Unpack[RequestOptions],
    ) -> None:
        """Send a signal to the first process of a container.

        Source: API documentation, “Send Signal to a Container”:
        https://developers.scalingo.com/apps#send-signal-to-a-container

        Args:
            app: Id or name of the app.
            container_id: Id of the container, not its label.
            signal: `SIGUSR1` or `SIGUSR2`.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or container.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        if signal not in _SIGNALS:
            raise InvalidArgumentError(f"signal must be {' or '.join(_SIGNALS)}")
        await self._session.call(
            KILL, (app, container_id), body={"signal": signal}, options=options
        )
