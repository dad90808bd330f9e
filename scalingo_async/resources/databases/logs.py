"""Logs of databases: their URLs, latest lines, streams and archives."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.absent import present
from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.operation import Pages
from scalingo_async.models.databases.logs import DatabaseLogsUrl
from scalingo_async.models.logs import LogsArchive
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.resources.logs import dump_request
from scalingo_async.streams.log_dumps import read_lines
from scalingo_async.streams.log_feeds import Via, check_stream
from scalingo_async.streams.log_lines import LogLine
from scalingo_async.streams.logs import LogStream
from scalingo_async.streams.reconnecting import SILENCE
from scalingo_async.types import RequestOptions, Secret

__all__ = ["DatabasesLogs"]

LOGS_URL: Final[Endpoint[DatabaseLogsUrl]] = model(
    "databases.logs_url", "GET", "/databases/{addon_id}/logs", DatabaseLogsUrl, **DATABASE_API
)
LOGS_ARCHIVES: Final[Endpoint[list[LogsArchive]]] = items(
    "databases.logs_archives",
    "GET",
    "/databases/{addon_id}/logs_archives",
    LogsArchive,
    root="archives",
    **DATABASE_API,
    pages=Pages.CURSOR,
)


class DatabasesLogs(Resource):
    """Logs of running databases."""

    __slots__ = ()

    @performs(LOGS_URL)
    async def logs_url(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseLogsUrl:
        """Get the URL of a database's logs; it contains its own token.

        Pass it to `logs.dump`.

        Source: API documentation, “Get database logs”:
        https://developers.scalingo.com/databases/logs#get-database-logs

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The URL.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            LOGS_URL, (addon_id,), subject=(app, addon_id), options=options
        )

    @performs(LOGS_ARCHIVES)
    def logs_archives(
        self,
        app: str,
        addon_id: str,
        *,
        page: int | None = None,
        cursor: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[LogsArchive]:
        """List the archives of a database's old logs.

        Source: not documented; known to the official Go, JavaScript and command line clients.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            page: Number of the page, from 1, instead of a cursor.
            cursor: Start position: `next_cursor` of a page.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            LOGS_ARCHIVES,
            (addon_id,),
            query={"page": page, "cursor": cursor},
            subject=(app, addon_id),
            options=options,
        )

    async def log_lines(
        self,
        app: str,
        addon_id: str,
        *,
        n: int | None = None,
        filter: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> list[LogLine]:
        """Get the latest lines of a database's log, parsed: two requests.

        Source: API documentation, “Dump logs”:
        https://developers.scalingo.com/logs#dump-logs

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            n: Number of lines, 0 or more; `None` for the platform's default.
            filter: Filter, such as the name of a node.
            **options: Options of the calls.

        Returns:
            The lines, in the platform's order; empty if there is no log yet.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ResponseTooLargeError: They do not fit into 32 MiB.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        check_stream(n, filter)
        session = self._session
        logs_url = _named_url(await self.logs_url(app, addon_id, **options))
        return await read_lines(session, await dump_request(session, logs_url, n, filter, options))

    def stream_logs(
        self,
        app: str,
        addon_id: str,
        *,
        n: int | None = None,
        filter: str | None = None,
        via: Via | None = None,
        silence: float = SILENCE,
        **options: Unpack[RequestOptions],
    ) -> LogStream:
        """Stream the log of a database until you stop reading; see `logs.stream`.

        Source: API documentation, “Stream logs”:
        https://developers.scalingo.com/logs#stream-logs

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            n: Number of past lines to start with, 0 or more; `None` for the platform's default.
            filter: Filter, such as the name of a node.
            via: `"websocket"` or `"sse"`; by default a websocket, with a fallback to server-sent
                events.
            silence: Seconds without a message or keepalive after which the connection counts as
                broken.
            **options: Options of the calls; a deadline applies to each connection attempt.

        Returns:
            The stream; enter it with `async with`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: When it is entered, what every call can raise: see
                `scalingo_async.errors`.
        """
        check_stream(n, filter, via, silence)
        session, subject = self._session, (app, addon_id)
        session.prepare(LOGS_URL, (addon_id,), subject=subject, options=options)

        async def fetch_url() -> Secret:
            found = await session.call(LOGS_URL, (addon_id,), subject=subject, options=options)
            return _named_url(found)

        return LogStream(
            session, fetch_url, n=n, filter=filter, via=via, silence=silence, options=options
        )


def _named_url(found: DatabaseLogsUrl) -> Secret:
    """Return the URL of a database's log.

    Raises:
        ResponseDecodeError: The answer does not say.
    """
    return Secret(present(found.url, "the response to databases.logs_url", "$.url"))
