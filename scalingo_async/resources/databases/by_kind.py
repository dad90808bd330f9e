"""Running databases: found by kind, or by their app and addon."""

from __future__ import annotations

from typing import Literal, Unpack, overload

from scalingo_async._core.matching import listing
from scalingo_async._core.names import checked_name
from scalingo_async.errors import AmbiguousMatchError
from scalingo_async.models.addons import Addon
from scalingo_async.resources.addons import LIST, no_addon
from scalingo_async.resources.databases.databases import DatabaseCalls
from scalingo_async.resources.databases.handle import DatabaseHandle
from scalingo_async.types import RequestOptions

__all__ = ["Databases"]


def _names(addon: Addon) -> tuple[str, ...]:
    """Return the names of an addon's kind, in lower case."""
    provider = addon.addon_provider
    id_ = provider.id.casefold()
    return (id_, provider.name.casefold(), id_.removeprefix("scalingo-").removesuffix("-ng"))


class Databases(DatabaseCalls):
    """Running databases, by their app and addon."""

    __slots__ = ()

    @overload
    async def find(
        self,
        app: str,
        kind: str,
        *,
        required: Literal[True] = True,
        **options: Unpack[RequestOptions],
    ) -> DatabaseHandle: ...
    @overload
    async def find(
        self, app: str, kind: str, *, required: bool, **options: Unpack[RequestOptions]
    ) -> DatabaseHandle | None: ...
    async def find(
        self, app: str, kind: str, *, required: bool = True, **options: Unpack[RequestOptions]
    ) -> DatabaseHandle | None:
        """Find the database of an app by its kind, to call its methods: one request.

            shop = await client.databases.find("my-app", "postgresql")
            backup = await shop.backups.create()

        Args:
            app: Id or name of the app; for a database on dedicated resources, its own.
            kind: Id or name of the addon's provider, such as `postgresql` or `redis`;
                case-insensitive. `redis` also matches `scalingo-redis`, and `postgresql` matches
                `postgresql-ng`, unless there is an exact match.
            required: Raise an error if there is none.
            **options: Options of the call.

        Returns:
            The database, as `client.database` returns it; `None` if there is none and `required` is
            not set.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app. Or the app has no database of that kind, and
                `required` is set; the message lists its kinds.
            AmbiguousMatchError: There are several of that kind; the message lists their ids, for
                `client.database`.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        wanted = checked_name(kind, "kind").casefold()
        addons = await self._session.call(LIST, (app,), options=options)
        found = [addon for addon in addons if wanted in _names(addon)[:2]]
        found = found or [addon for addon in addons if wanted in _names(addon)]
        if len(found) > 1:
            raise _several(app, kind, found)
        if found:
            return DatabaseHandle(self, app, found[0].id)
        if required:
            raise no_addon(app, kind, addons)
        return None


def _several(app: str, kind: str, found: list[Addon]) -> AmbiguousMatchError:
    matches = tuple(f"{addon.id} ({addon.resource_id or addon.plan.name})" for addon in found)
    return AmbiguousMatchError(
        f"{app} has {len(found)} addons of the kind {kind}: {listing(matches)}. Choose one with "
        "client.database(app, addon_id)",
        count=len(found),
        matches=tuple(addon.id for addon in found),
        differ_in=("id",),
    )
