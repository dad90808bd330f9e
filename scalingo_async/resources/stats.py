"""What the containers of an app use now."""

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
    """What the containers of an app use now."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[ContainerStat]:
        """List what each container of an app uses now: processor, memory and swap.

        Source: API documentation, “Get Real Time Stats of an Application”:
        https://developers.scalingo.com/apps#get-real-time-stats-of-an-application

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (app,), options=options)
