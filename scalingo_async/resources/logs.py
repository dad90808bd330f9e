"""Logs of an app: their URL, latest lines, stream and archives."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Unpack

from scalingo_async._core.absent import present
from scalingo_async._core.encoding import query_values
from scalingo_async._core.endpoint import Endpoint, items, model, performs, text
from scalingo_async._core.operation import API, Auth, Pages
from scalingo_async._core.resource_property import resource_property
from scalingo_async._core.secrets import conceals
from scalingo_async._core.session import Session
from scalingo_async._core.urls import ServerURL, signed_url
from scalingo_async.errors import NotFoundError
from scalingo_async.files.downloads import FILE_ANSWERS, Origin, download
from scalingo_async.files.transfers import Progress, handed_out, no_headers
from scalingo_async.models.logs import LogsArchive, LogsUrl
from scalingo_async.pagination import Paginator
from scalingo_async.request import Request
from scalingo_async.resources.base import Resource
from scalingo_async.streams.log_dumps import read_lines
from scalingo_async.streams.log_feeds import (
    SSE,
    WEBSOCKET,
    Feed,
    LogEvents,
    Via,
    check_stream,
    open_feed,
    stream_url,
)
from scalingo_async.streams.log_lines import LogLine
from scalingo_async.streams.logs import LogStream
from scalingo_async.streams.reconnecting import SILENCE
from scalingo_async.types import RequestOptions, Secret

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
ARCHIVES_DOWNLOAD: Final[Endpoint[bytes]] = Endpoint(
    "logs.archives.download",
    "GET",
    "{archive_url}",
    "bytes",
    api=API.ABSOLUTE,
    auth=Auth.SIGNED,
    handled=FILE_ANSWERS,
)


class LogsArchives(Resource):
    """Archives of an app's old logs."""

    __slots__ = ()

    @performs(ARCHIVES_LIST)
    def list(
        self,
        app: str,
        *,
        cursor: str | None = None,
        page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[LogsArchive]:
        """List the archives of an app's old logs.

        Source: API documentation, “Access to the Application Logs Archives”:
        https://developers.scalingo.com/apps#access-to-the-application-logs-archives

        Args:
            app: Id or name of the app.
            cursor: Start position: `next_cursor` of a page.
            page: Number of the page, from 1, instead of a cursor.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            ARCHIVES_LIST, (app,), query={"cursor": cursor, "page": page}, options=options
        )

    @performs(ARCHIVES_DOWNLOAD)
    @conceals("archive")
    async def download(
        self,
        archive: LogsArchive | str | Secret,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download an archive of old logs of an app or a database.

        It is written under a temporary name, and renamed when it is complete. If the connection
        breaks, the download resumes. The URL is valid for 60 minutes. No credential is sent: the
        URL contains its own.

        Source: API documentation, “Access to the Application Logs Archives”:
        https://developers.scalingo.com/apps#access-to-the-application-logs-archives

        Args:
            archive: The archive, from `list` or `databases.logs_archives`, or its URL.
            path: Path of the file; or of a folder, in which the file gets the name sent by the
                server.
            size: Expected size of the file in bytes; by default, the size sent by the server.
            overwrite: Replace an existing file.
            resume: Keep a partial download as `<path>.part` if the download fails, and resume the
                partial download of an earlier call if the file is unchanged.
            on_progress: Called with a `Progress` about every megabyte.
            **options: Options of the call. `deadline` limits the whole download, and `max_retries`
                how often it is resumed without progress. `headers` are refused: the URL is not the
                platform's own API.

        Returns:
            The path of the file, which only its owner can read.

        Raises:
            InvalidArgumentError: An argument is invalid, or the file already exists.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            IncompleteDownloadError: The file did not come whole.
            OversizedDownloadError: The file is larger than it should be.
            OSError: The file can't be written, such as on a full disk.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        about = archive.size if isinstance(archive, LogsArchive) else None
        url = Secret(
            present(archive.url, "the list of archives", "$.archives[].url")
            if isinstance(archive, LogsArchive)
            else archive
        )

        async def locate() -> ServerURL:
            return await handed_out(self._session, url)

        return await download(
            self._session,
            ARCHIVES_DOWNLOAD,
            Origin(locate, size=about),
            path,
            size=size,
            overwrite=overwrite,
            resume=resume,
            on_progress=on_progress,
            options=no_headers(options),
        )


def named_url(found: LogsUrl) -> Secret:
    """Return the URL of an app's log.

    Raises:
        ResponseDecodeError: The answer does not say.
    """
    return Secret(present(found.logs_url, "the response to logs.get_url", "$.logs_url"))


async def dump_request(
    session: Session, logs_url: Secret, n: int | None, filter: str | None, options: RequestOptions
) -> Request:
    """Build the request for the latest lines of a log.

    Raises:
        UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
    """
    url = signed_url(logs_url.reveal(), await session.hosts())
    url = url.with_query(query_values({"n": n, "filter": filter}))
    return session.prepare_absolute(DUMP, url, options=options)


class Logs(Resource):
    """Logs of an app."""

    __slots__ = ()

    @resource_property
    def archives(self) -> LogsArchives:
        """Archives of an app's old logs."""
        return LogsArchives(self._session)

    @performs(GET_URL)
    async def get_url(self, app: str, **options: Unpack[RequestOptions]) -> LogsUrl:
        """Get the URL of an app's logs; it contains its own token.

        Source: API documentation, “Access to the Application Logs”:
        https://developers.scalingo.com/apps#access-to-the-application-logs

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The URL.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET_URL, (app,), options=options)

    @performs(DUMP)
    @conceals("logs_url")
    async def dump(
        self,
        logs_url: str | Secret,
        *,
        n: int | None = None,
        filter: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> str:
        """Get the latest lines of a log as text.

        No credential is sent: the URL contains its own. The lines are not always in order.

        Source: API documentation, “Dump logs”:
        https://developers.scalingo.com/logs#dump-logs

        Args:
            logs_url: The URL from `get_url` for an app, or from `databases.logs_url` for a
                database.
            n: Number of lines, 0 or more.
            filter: A container (`web-1`), a type (`web`), `router`, or several of them:
                `web|worker`.
            **options: Options of the call.

        Returns:
            The lines; empty if there is no log yet.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        check_stream(n, filter)
        request = await dump_request(self._session, Secret(logs_url), n, filter, options)
        try:
            return DUMP.decode(await self._session.send(request))
        except NotFoundError:
            return ""

    async def lines(
        self,
        app: str,
        *,
        n: int | None = None,
        filter: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> list[LogLine]:
        """Get the latest lines of an app's log, parsed: two requests.

        Source: API documentation, “Dump logs”:
        https://developers.scalingo.com/logs#dump-logs

        Args:
            app: Id or name of the app.
            n: Number of lines, 0 or more; `None` for the platform's default.
            filter: A container (`web-1`), a type (`web`), `router`, or several of them:
                `web|worker`.
            **options: Options of the calls.

        Returns:
            The lines, in the platform's order; empty if there is no log yet.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ResponseTooLargeError: They do not fit into 32 MiB.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        check_stream(n, filter)
        session = self._session
        logs_url = named_url(await self.get_url(app, **options))
        return await read_lines(session, await dump_request(session, logs_url, n, filter, options))

    def stream(
        self,
        app: str,
        *,
        n: int | None = None,
        filter: str | None = None,
        via: Via | None = None,
        silence: float = SILENCE,
        **options: Unpack[RequestOptions],
    ) -> LogStream:
        """Stream the log of an app until you stop reading.

            async with client.logs.stream("my-app", filter="web") as lines:
                async for line in lines:
                    print(line.timestamp, line.source, line.message)

        A connection that breaks or stays silent is reopened with a new URL and increasing delays.
        The stream resumes without lost or duplicate lines, as far as the platform's history allows.
        Nothing is read ahead. If the app has no log yet, the stream waits for it.

        Source: API documentation, “Stream logs”:
        https://developers.scalingo.com/logs#stream-logs

        Args:
            app: Id or name of the app.
            n: Number of past lines to start with, 0 or more; `None` for the platform's default.
            filter: A container (`web-1`), a type (`web`), `router`, or several of them:
                `web|worker`.
            via: `"websocket"` or `"sse"`; by default a websocket, with a fallback to server-sent
                events.
            silence: Seconds without a message or keepalive after which the connection counts as
                broken; the platform sends one at least every 30 seconds.
            **options: Options of the calls; a deadline applies to each connection attempt.

        Returns:
            The stream; enter it with `async with`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: When it is entered, what every call can raise: see
                `scalingo_async.errors`.
        """
        check_stream(n, filter, via, silence)
        session = self._session
        session.prepare(GET_URL, (app,), options=options)

        async def fetch_url() -> Secret:
            found = await session.call(GET_URL, (app,), options=options)
            return named_url(found)

        return LogStream(
            session, fetch_url, n=n, filter=filter, via=via, silence=silence, options=options
        )

    @performs(WEBSOCKET)
    @conceals("logs_url")
    def stream_websocket(
        self,
        logs_url: str | Secret,
        *,
        n: int | None = None,
        filter: str | None = None,
        silence: float = SILENCE,
        **options: Unpack[RequestOptions],
    ) -> LogEvents:
        """Stream a log over one websocket; use `stream` to reconnect automatically.

        No credential is sent: the URL contains its own.

        Source: API documentation, “Stream logs”:
        https://developers.scalingo.com/logs#stream-logs

        Args:
            logs_url: The URL from `get_url` for an app, or from `databases.logs_url` for a
                database.
            n: Number of past lines to start with, 0 or more.
            filter: As for `dump`.
            silence: Seconds without a message or keepalive after which the connection counts as
                broken.
            **options: Options of the call.

        Returns:
            The messages, including keepalives; enter it with `async with`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            ScalingoError: When it is entered, what every call can raise: see
                `scalingo_async.errors`.
        """
        return self._events("websocket", Secret(logs_url), n, filter, silence, options)

    @performs(SSE)
    @conceals("logs_url")
    def stream_sse(
        self,
        logs_url: str | Secret,
        *,
        n: int | None = None,
        filter: str | None = None,
        silence: float = SILENCE,
        **options: Unpack[RequestOptions],
    ) -> LogEvents:
        """Stream a log over one connection of server-sent events.

        No credential is sent: the URL contains its own. It works through any proxy.

        Source: API documentation, “Stream logs”:
        https://developers.scalingo.com/logs#stream-logs

        Args:
            logs_url: The URL from `get_url` for an app, or from `databases.logs_url` for a
                database.
            n: Number of past lines to start with, 0 or more.
            filter: As for `dump`.
            silence: Seconds without a message or keepalive after which the connection counts as
                broken.
            **options: Options of the call.

        Returns:
            The messages, including keepalives; enter it with `async with`.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            ScalingoError: When it is entered, what every call can raise: see
                `scalingo_async.errors`.
        """
        return self._events("sse", Secret(logs_url), n, filter, silence, options)

    def _events(
        self,
        via: Via,
        logs_url: Secret,
        n: int | None,
        filter: str | None,
        silence: float,
        options: RequestOptions,
    ) -> LogEvents:
        check_stream(n, filter, via, silence)
        session = self._session
        most = session.options(options).max_json_values

        async def connect() -> Feed:
            hosts = await session.hosts()
            url = stream_url(logs_url.reveal(), hosts, via, {"n": n, "filter": filter})
            return await open_feed(session, url, via, silence, options)

        return LogEvents(connect, most)
