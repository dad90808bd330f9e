"""Autoscalers of an app."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async.models.autoscalers import Autoscaler
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Unset

__all__ = ["Autoscalers"]

LIST: Final[Endpoint[list[Autoscaler]]] = items(
    "autoscalers.list", "GET", "/apps/{app}/autoscalers", Autoscaler, root="autoscalers"
)
CREATE: Final[Endpoint[Autoscaler]] = model(
    "autoscalers.create",
    "POST",
    "/apps/{app}/autoscalers",
    Autoscaler,
    root="autoscaler",
    wrap="autoscaler",
)
GET: Final[Endpoint[Autoscaler]] = model(
    "autoscalers.get",
    "GET",
    "/apps/{app}/autoscalers/{autoscaler_id}",
    Autoscaler,
    root="autoscaler",
)
UPDATE: Final[Endpoint[Autoscaler]] = model(
    "autoscalers.update",
    "PATCH",
    "/apps/{app}/autoscalers/{autoscaler_id}",
    Autoscaler,
    root="autoscaler",
    wrap="autoscaler",
)
DELETE: Final[Endpoint[None]] = nothing(
    "autoscalers.delete", "DELETE", "/apps/{app}/autoscalers/{autoscaler_id}"
)


class Autoscalers(Resource):
    """Rules that scale the container types of an app automatically."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Autoscaler]:
        """List the autoscalers of an app.

        Source: API documentation, “List Autoscalers of an App”:
        https://developers.scalingo.com/autoscalers#list-autoscalers-of-an-app

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

    @performs(CREATE)
    async def create(
        self,
        app: str,
        *,
        container_type: str,
        min_containers: int,
        max_containers: int,
        metric: str,
        target: float,
        **options: Unpack[RequestOptions],
    ) -> Autoscaler:
        """Create an autoscaler for a container type of an app.

        Source: API documentation, “Create a New Autoscaler”:
        https://developers.scalingo.com/autoscalers#create-a-new-autoscaler

        Args:
            app: Id or name of the app.
            container_type: Container type to scale, such as `web`.
            min_containers: Minimum number of containers.
            max_containers: Maximum number of containers.
            metric: Id of the metric to watch, one of `metrics.list`.
            target: Target value of the metric; a fraction for `cpu`, `memory` and `swap`: 0.8 is 80
                %.
            **options: Options of the call.

        Returns:
            The new autoscaler.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE,
            (app,),
            body={
                "container_type": container_type,
                "min_containers": min_containers,
                "max_containers": max_containers,
                "metric": metric,
                "target": target,
            },
            options=options,
        )

    @performs(GET)
    async def get(
        self, app: str, autoscaler_id: str, **options: Unpack[RequestOptions]
    ) -> Autoscaler:
        """Get one autoscaler.

        Source: API documentation, “Get an Autoscaler”:
        https://developers.scalingo.com/autoscalers#get-an-autoscaler

        Args:
            app: Id or name of the app.
            autoscaler_id: Id of the autoscaler (`au-…`).
            **options: Options of the call.

        Returns:
            The autoscaler.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or autoscaler.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (app, autoscaler_id), options=options)

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        autoscaler_id: str,
        *,
        metric: str | Unset | None = UNSET,
        target: float | Unset | None = UNSET,
        min_containers: int | Unset | None = UNSET,
        max_containers: int | Unset | None = UNSET,
        disabled: bool | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Autoscaler:
        """Change an autoscaler; its container type can't change.

        Source: API documentation, “Update an Autoscaler”:
        https://developers.scalingo.com/autoscalers#update-an-autoscaler

        Args:
            app: Id or name of the app.
            autoscaler_id: Id of the autoscaler (`au-…`).
            metric: Id of the metric to watch, one of `metrics.list`.
            target: Target value of the metric; a fraction for `cpu`, `memory` and `swap`: 0.8 is 80
                %.
            min_containers: Minimum number of containers.
            max_containers: Maximum number of containers.
            disabled: Disable or enable it.
            **options: Options of the call.

        Returns:
            The autoscaler.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or autoscaler.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ServerError: The metric is unknown: the platform responds with 500.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (app, autoscaler_id),
            body={
                "metric": metric,
                "target": target,
                "min_containers": min_containers,
                "max_containers": max_containers,
                "disabled": disabled,
            },
            options=options,
        )

    @performs(DELETE)
    async def delete(self, app: str, autoscaler_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete an autoscaler.

        Source: API documentation, “Delete an Autoscaler”:
        https://developers.scalingo.com/autoscalers#delete-an-autoscaler

        Args:
            app: Id or name of the app.
            autoscaler_id: Id of the autoscaler (`au-…`).
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or autoscaler.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app, autoscaler_id), options=options)
