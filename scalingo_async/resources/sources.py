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
        """Get two URLs: one to upload source code to, one to deploy it from.

        Both are valid for 10 minutes; then the file is deleted. Pass `upload_url` and a gzipped tar
        with one folder at its root to `upload`, then `download_url` to `deployments.create`.

        Source: API documentation, “Create a source”:
        https://developers.scalingo.com/sources#create-a-source

        Args:
            **options: Options of the call.

        Returns:
            The two URLs.

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

        It is streamed with its exact size, never completely in memory. If the connection breaks,
        all of it is sent again. No credential is sent: the URL contains its own.

        Source: API documentation, “Create a source”:
        https://developers.scalingo.com/sources#create-a-source

        Args:
            upload_url: `upload_url` of the result of `create`.
            content: The path of a file; or bytes; or a function that returns an async iterator of
                bytes, called for each attempt. A bare async iterator can't be sent again.
            size: Size of the content in bytes; required unless it is a path or bytes.
            on_progress: Called with a `Progress` about every quarter of a megabyte; a retry begins
                at 0 again.
            **options: Options of the call. `deadline` limits the whole upload. `headers` are
                refused: the URL is not the platform's own API.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
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
        """Download uploaded source code into a file.

        It is written under a temporary name, and renamed when it is complete. If the connection
        breaks, the download resumes. No credential is sent: the URL contains its own.

        Source: API documentation, “Create a source”:
        https://developers.scalingo.com/sources#create-a-source

        Args:
            download_url: `download_url` of the result of `create`.
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
