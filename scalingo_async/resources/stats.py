"""The current resource usage of an app's containers."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, performs
from scalingo_async.models.stats import ContainerStat
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Stats"]

LIST: Final[Endpoint[list[ContainerStat]]] = items(
    "stats.list", "GET", "/apps/{app}/stats", ContainerStat, root="stats"
)


class Stats(Resource):
    """The current resource usage of an app's containers."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[ContainerStat]:
        """List the current CPU, memory and swap usage of each container of an app.

        Source: API documentation, “Get Real Time Stats of an Application”:
        https://developers.scalingo.com/apps#get-real-time-stats-of-an-application

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
