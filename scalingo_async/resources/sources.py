"""Uploads of source code."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, model, nothing, performs
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.secrets import conceals
from scalingo_async._core.urls import ServerURL
from scalingo_async.files.downloads import FILE_ANSWERS, Origin, download
from scalingo_async.files.transfers import Progress, handed_out, no_headers
from scalingo_async.files.uploads import Content, upload
from scalingo_async.models.sources import Source
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions, Secret

__all__ = ["Sources"]

CREATE: Final[Endpoint[Source]] = model("sources.create", "POST", "/sources", Source, root="source")
UPLOAD: Final[Endpoint[None]] = nothing(
    "sources.upload", "PUT", "{upload_url}", api=API.ABSOLUTE, auth=Auth.SIGNED
)
DOWNLOAD: Final[Endpoint[bytes]] = Endpoint(
    "sources.download",
    "GET",
    "{download_url}",
    "bytes",
    api=API.ABSOLUTE,
    auth=Auth.SIGNED,
    handled=FILE_ANSWERS,
)


class Sources(Resource):
    """Uploads of source code."""

    __slots__ = ()

    @performs(CREATE)
    async def create(self, **options: Unpack[RequestOptions]) -> Source:
        """Get a pair of URLs: one to upload source code to, one to deploy it from.

        Both last 10 minutes, and the file goes with them. Give `upload_url` and a gzipped tar with
        one folder at its root to `upload`, then `download_url` to `deployments.create`.

        Source: API documentation, “Create a source”:
        https://developers.scalingo.com/sources#create-a-source

        Args:
            **options: Options of the call.

        Returns:
            The pair of URLs.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(CREATE, (), options=options)

    @performs(UPLOAD)
    @conceals("upload_url")
    async def upload(
        self,
        upload_url: str | Secret,
        content: Content,
        *,
        size: int | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Upload source code: a gzipped tar with one folder at its root.

        It is sent as it is read, never whole in memory, with its exact size. When the connection
        is cut, all of it is sent again. No credential is sent: the URL carries its own.

        Source: API documentation, “Create a source”:
        https://developers.scalingo.com/sources#create-a-source

        Args:
            upload_url: `upload_url` of what `create` answers.
            content: The path of a file; or bytes; or a function that returns an async iterator of
                bytes, called for each attempt. An async iterator itself is sent once at most.
            size: How large the content is, in bytes; needed unless it is a path or bytes.
            on_progress: Called with a `Progress` about every quarter of a megabyte; a second
                attempt begins at 0 again.
            **options: Options of the call. `deadline` bounds the upload as a whole. `headers` are
                refused: the URL is not the platform's own API.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            TransferError: The content is not of the size that was given.
            OSError: The file can't be read.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        options = no_headers(options)
        await upload(
            self._session,
            UPLOAD,
            await handed_out(self._session, upload_url),
            content,
            content_type="application/x-gzip",
            size=size,
            on_progress=on_progress,
            options=options,
        )

    @performs(DOWNLOAD)
    @conceals("download_url")
    async def download(
        self,
        download_url: str | Secret,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download source code that was uploaded, into a file.

        It is written under another name first, and gets its own when it is whole. When the
        connection is cut, the download goes on where it was. No credential is sent: the URL
        carries its own.

        Source: API documentation, “Create a source”:
        https://developers.scalingo.com/sources#create-a-source

        Args:
            download_url: `download_url` of what `create` answers.
            path: Where the file is to be: its path, or that of a folder, where it gets the name
                that its server gives it.
            size: How large the file has to be, in bytes; by default what its server says.
            overwrite: Replace a file that is there.
            resume: Keep what came when the download fails, as `<path>.part`, and go on with what
                an earlier call kept, if the file is still the same.
            on_progress: Called with a `Progress` about every megabyte.
            **options: Options of the call. `deadline` bounds the download as a whole, and
                `max_retries` how often it is taken up again without getting any further.
                `headers` are refused: the URL is not the platform's own API.

        Returns:
            The path of the file, which its owner alone may read.

        Raises:
            InvalidArgumentError: An argument can't be right, or there is such a file already.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            IncompleteDownloadError: The file did not come whole.
            OversizedDownloadError: The file is larger than it should be.
            OSError: The file can't be written, such as on a full disk.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """

        async def locate() -> ServerURL:
            return await handed_out(self._session, download_url)

        return await download(
            self._session,
            DOWNLOAD,
            Origin(locate),
            path,
            size=size,
            overwrite=overwrite,
            resume=resume,
            on_progress=on_progress,
            options=no_headers(options),
        )
