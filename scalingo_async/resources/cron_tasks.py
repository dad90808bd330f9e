"""Scheduled tasks of an app."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async.models.cron_tasks import CronTasks
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["CronTasksResource"]

GET: Final[Endpoint[CronTasks]] = model(
    "cron_tasks.get", "GET", "/apps/{app}/cron_tasks", CronTasks
)


class CronTasksResource(Resource):
    """Scheduled tasks of an app, from the `cron.json` of its deployment."""

    __slots__ = ()

    @performs(GET)
    async def get(self, app: str, **options: Unpack[RequestOptions]) -> CronTasks:
        """Get the scheduled tasks of an app.

        Source: API documentation, “Get Cron Tasks”:
        https://developers.scalingo.com/cron_tasks#get-cron-tasks

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The tasks.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (app,), options=options)
