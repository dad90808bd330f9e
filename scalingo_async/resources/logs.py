"""Logs of an app: where they are, their latest lines, their archives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scalingo_async._core.endpoint import API, Auth, Pages, items, model, text
from scalingo_async._core.session import query_values
from scalingo_async._core.urls import signed_url
from scalingo_async.errors import InvalidArgumentError, NotFoundError
from scalingo_async.models.logs import LogsArchive, LogsUrl
from scalingo_async.resources.base import Resource
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from typing import Unpack

    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async.pagination import Paginator
    from scalingo_async.types import RequestOptions

__all__ = ["Logs"]

DUMP: Final[Endpoint[str]] = text(
    "logs.dump", "GET", "{logs_url}", api=API.ABSOLUTE, auth=Auth.SIGNED, accept="text/plain"
)
GET_URL: Final[Endpoint[LogsUrl]] = model("logs.get_url", "GET", "/apps/{app}/logs", LogsUrl)
ARCHIVES_LIST: Final[Endpoint[list[LogsArchive]]] = items(
    "logs.archives.list",
    "GET",
    "/apps/{app}/logs_archives",
    LogsArchive,
    root="archives",
    pages=Pages.CURSOR,
)


class LogsArchives(Resource):
    """Files of old logs of an app."""

    __slots__ = ()

    def list(
        self,
        app: str,
        *,
        cursor: str | None = None,
        page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[LogsArchive]:
        """List the files of old logs of an app.

        Source: API documentation, page `apps`, “Access to the Application Logs Archives”.

        Args:
            app: Id or name of the app.
            cursor: Where to begin: `next_cursor` of a page.
            page: Number of the page, from 1, in place of a cursor.
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: A request failed.
        """
        return self._list(
            ARCHIVES_LIST, (app,), query={"cursor": cursor, "page": page}, options=options
        )


class Logs(Resource):
    """Logs of an app."""

    __slots__ = ()

    @property
    def archives(self) -> LogsArchives:
        """Files of old logs of an app."""
        return LogsArchives(self._session)

    async def get_url(self, app: str, **options: Unpack[RequestOptions]) -> LogsUrl:
        """Get the URL of an app's logs; it carries its own token.

        Source: API documentation, page `apps`, “Access to the Application Logs”.

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The URL.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        return await self._session.call(GET_URL, (app,), options=options)

    async def dump(
        self,
        logs_url: str | Secret,
        *,
        n: int | None = None,
        filter: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> str:
        """Get the latest lines of a log as text.

        No credential is sent: the URL carries its own. The lines are not always in order.

        Source: API documentation, page `logs`, “Dump logs”.

        Args:
            logs_url: What `get_url` answers, for an app, or `databases.logs_url` for a database.
            n: Number of lines, 0 or more.
            filter: A container (`web-1`), a type (`web`), `router`, or several of them:
                `web|worker`.
            **options: Options of the call.

        Returns:
            The lines; empty when there is no log yet.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            ScalingoError: The call failed.
        """
        logs_url = Secret(logs_url)
        url = signed_url(logs_url.reveal(), await self._session.hosts())
        if n is not None and (isinstance(n, bool) or n < 0):
            raise InvalidArgumentError("n must be a number of lines, 0 or more")
        url = url.with_query(query_values({"n": n, "filter": filter}))
        request = self._session.visit(DUMP, url, options=options)
        try:
            return DUMP.decode(await self._session.send(request))
        except NotFoundError:
            return ""
