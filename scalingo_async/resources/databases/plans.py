"""Plans of databases."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async.models.databases.plans import DatabasePlan
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import RequestOptions

__all__ = ["DatabasesPlans"]

GET: Final[Endpoint[DatabasePlan]] = model(
    "databases.plans.get", "GET", "/plans/{plan_name}", DatabasePlan, root="plan", **DATABASE_API
)


class DatabasesPlans(Resource):
    """Plans of databases, as seen by the database API."""

    __slots__ = ()

    @performs(GET)
    async def get(
        self,
        app: str,
        addon_id: str,
        plan_name: str,
        *,
        type: str,
        **options: Unpack[RequestOptions],
    ) -> DatabasePlan:
        """Get one plan by its name.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            plan_name: Name of the plan, such as `redis-starter-512`.
            type: Name of the engine, such as `redis`.
            **options: Options of the call.

        Returns:
            The plan.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            GET, (plan_name,), query={"type": type}, subject=(app, addon_id), options=options
        )
