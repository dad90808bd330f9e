"""Downloads: from a URL of the platform to a file, resumed after a broken connection."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import unquote

import anyio
import anyio.to_thread
import attrs

from scalingo_async._core.arguments import integer
from scalingo_async._core.endpoint import Endpoint
from scalingo_async._core.secrets import without_frames
from scalingo_async._core.session import Session
from scalingo_async._core.urls import ServerURL
from scalingo_async.errors import (
    APIConnectionError,
    APIStatusError,
    DeadlineExceededError,
    IncompleteDownloadError,
    InvalidArgumentError,
    OversizedDownloadError,
    TransferError,
)
from scalingo_async.files.partial_file import PartialFile, Target, is_strong, safe_name
from scalingo_async.files.transfers import (
    Progress,
    last_segment,
    prepare_absolute,
    redirected,
    within_deadline,
)
from scalingo_async.log import logger
from scalingo_async.middleware.retry import pause
from scalingo_async.request import Response
from scalingo_async.types import Headers, RequestOptions

__all__ = ["FILE_ANSWERS", "Origin", "disposition_name", "download"]

E = TypeVar("E", bound=TransferError)

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_WHOLE: Final = 200
_PART: Final = 206
_UNSATISFIABLE: Final = 416

FILE_ANSWERS: Final = _REDIRECTS | {_UNSATISFIABLE}
"""Statuses other than 200 to 299 that a download handles itself."""

_HOPS: Final = 3
"""How many redirects are followed, one after another."""

_EXPIRED: Final = frozenset({401, 403, 404, 410})
"""Statuses with which storages reject an expired signed URL."""

_STEP: Final = 64 * 1024
"""Bytes that count as progress: a server that sends one at a time is a failure as well."""

_LONGEST_DISPOSITION: Final = 4096
_PARAMETER: Final = re.compile(
    # A name, and a quoted string or everything before the next semicolon.
    r"\s*;\s*([a-z0-9!#$&+.^_`|~*-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\"]*))\s*",
    re.ASCII | re.IGNORECASE | re.DOTALL,
).match
_ESCAPED: Final = re.compile(r"\\([\"\\])")
_EXTENDED: Final = re.compile(
    r"\s*(utf-8|iso-8859-1)'[a-z0-9-]*'(\S*)\s*", re.ASCII | re.IGNORECASE
).fullmatch
"""An encoded string with its encoding (RFC 8187)."""

_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII).fullmatch
_LENGTH: Final = re.compile(r"\d{1,18}", re.ASCII).fullmatch


@attrs.frozen
class Origin:
    """The origin of a file.

    Attributes:
        locate: Returns the URL, with a request to the platform if necessary.
        renewable: Whether a new URL can be fetched if that one has expired.
        name: Name of the file if the server doesn't send one; by default the end of the URL.
        size: The approximate size, if the platform reports it.
    """

    locate: Callable[[], Awaitable[ServerURL]]
    renewable: bool = False
    name: str | None = None
    size: int | None = None


async def download(
    session: Session,
    endpoint: Endpoint[Any],
    origin: Origin,
    path: str | os.PathLike[str],
    *,
    size: int | None,
    overwrite: bool,
    resume: bool,
    on_progress: Callable[[Progress], object] | None,
    options: RequestOptions,
) -> Path:
    """Download a file.

    Args:
        session: The client's session.
        endpoint: The endpoint.
        origin: The origin of the file.
        path: The target: a file or a directory.
        size: The expected size in bytes; `None` trusts the server.
        overwrite: Replace an existing file.
        resume: Keep a partial file after a failure, and resume one that an earlier call has kept.
        on_progress: Called with each `Progress`.
        options: Options of the call.

    Returns:
        The path of the file.

    Raises:
        InvalidArgumentError: An argument is invalid; nothing was sent.
        UntrustedURLError: The URL, or one that it redirects to, is not allowed.
        TransferError: The file is incomplete or too large.
        ScalingoError: A request failed.
        OSError: The file can't be written.
    """
    if size is not None:
        integer(size, "size", 0, called="a number of bytes")
    retries = session.options(options).max_retries
    with within_deadline(options):
        target = await Target.of(path, overwrite=overwrite, resume=resume)
        file = PartialFile(target, keep=resume)
        run = _Download(
            session, endpoint, origin, target, file, size, retries, on_progress, options
        )
        worthless = False
        try:
            await file.open()
            await run.fetch()
            return await file.finish(run.name)
        except (OversizedDownloadError, InvalidArgumentError):
            worthless = True
            raise
        finally:
            await file.drop(worthless=worthless)
    raise AssertionError  # pragma: no cover - the deadline raises


class _Download:
    """One download: what is known about the file, and which attempts are left."""

    def __init__(
        self,
        session: Session,
        endpoint: Endpoint[Any],
        origin: Origin,
        target: Target,
        file: PartialFile,
        size: int | None,
        retries: int,
        on_progress: Callable[[Progress], object] | None,
        options: RequestOptions,
    ) -> None:
        self._session = session
        self._endpoint = endpoint
        self._origin = origin
        self._target = target
        self._file = file
        self._size = size
        self._retries = retries
        self._on_progress = on_progress
        self._options = options
        self._url: ServerURL | None = None
        self._fresh = True
        self._left = retries
        self._best = 0
        self._interruptions = 0
        self._began = False
        self._partial = False
        self._shown: str | None = None
        self.name = ""

    async def fetch(self) -> None:
        """Download the whole file, with as many responses as necessary.

        Raises:
            TransferError: It is incomplete or too large.
            ScalingoError: A request failed.
            OSError: The file can't be written.
        """
        self._best = self._file.done
        while True:
            reason: BaseException | None = None
            try:
                response = await self._open()
                if await self._take(response) and self._whole():
                    return
            except DeadlineExceededError:
                raise
            except APIConnectionError as error:
                if not self._began:
                    raise
                reason = without_frames(error)
                await self._file.flush()
                if self._file.done == self._file.total:
                    # It broke after the last byte.
                    return
            await self._again(reason)

    def _whole(self) -> bool:
        total = self._file.total
        return total is None or self._file.done == total

    async def _again(self, reason: BaseException | None) -> None:
        """Pause before the next request.

        Raises:
            IncompleteDownloadError: There are no retries left.
        """
        self._tell()
        done = self._file.done
        if done - self._best >= _STEP:
            self._best, self._left = done, self._retries
        if self._left <= 0:
            why = "the connection was lost, and max_retries are used up"
            raise self._problem(IncompleteDownloadError, why) from reason
        self._left -= 1
        self._interruptions += 1
        wait = pause(self._retries - self._left, self._session.retry, random.uniform)
        logger.info(
            "%s: the connection broke after %d bytes, next attempt in %.2f s",
            self._endpoint.id,
            done,
            wait,
            extra={"scalingo_operation": self._endpoint.id},
        )
        await anyio.sleep(wait)

    # One response --------------------------------------------------------------------------

    async def _open(self) -> Response:
        """Return the next response, its body unread; fetch a new URL if the old one expired."""
        while True:
            if self._url is None:
                self._url = await self._origin.locate()
                self._fresh = True
            try:
                response = await self._follow(self._url)
            except APIStatusError as error:
                if self._fresh or error.status_code not in _EXPIRED or not self._origin.renewable:
                    raise
                self._url = None
            else:
                self._fresh = False
                return response

    async def _follow(self, url: ServerURL) -> Response:
        """Request the missing part of the file, and follow redirects.

        Raises:
            UntrustedURLError: A redirect leads to a URL that is not allowed.
            TransferError: There are too many redirects.
        """
        file, headers = self._file, dict[str, str]()
        if file.done and file.etag is not None:
            headers = {"range": f"bytes={file.done}-", "if-range": file.etag}
        self._partial = bool(headers)
        for _ in range(_HOPS + 1):
            request = prepare_absolute(
                self._session, self._endpoint, url, headers, self._options, stream=True
            )
            self._shown = request.safe_url
            response = await self._session.send(request)
            if response.status_code not in _REDIRECTS:
                return response
            await response.aclose()
            url = redirected(url, response.headers, await self._session.hosts())
        raise self._problem(TransferError, f"the URL redirects more than {_HOPS} times")

    async def _take(self, response: Response) -> bool:
        """Write the body of a response; return whether it was the missing part of the file.

        Raises:
            IncompleteDownloadError: The file is shorter than expected.
            OversizedDownloadError: It is longer.
            APIConnectionError: The connection broke.
        """
        file = self._file
        try:
            if response.body is None or not await self._accept(response):
                return False
            limit = self._size if file.total is None else file.total
            self._tell()
            async for chunk in response.body:
                if limit is not None and file.done + len(chunk) > limit:
                    raise self._problem(OversizedDownloadError, "there are more")
                if await file.add(chunk):
                    self._tell()
        finally:
            await response.aclose()
        await file.flush()
        self._tell()
        if file.total is None and limit is not None and file.done < limit:
            raise self._problem(IncompleteDownloadError, "there are no more")
        return True

    async def _accept(self, response: Response) -> bool:
        """Check the head of a response; return whether its body is the missing part of the file.

        Raises:
            TransferError: It isn't a file, or doesn't have the right size.
            InvalidArgumentError: A file with its name exists.
        """
        file, status, headers = self._file, response.status_code, response.headers
        encoded = headers.get("content-encoding", "").strip().lower() not in {"", "identity"}
        etag = headers.get("etag")
        if self._partial and status in {_PART, _UNSATISFIABLE}:
            same = status == _PART and not encoded and etag in {None, file.etag}
            if not same or not self._continues(headers.get("content-range", "")):
                # Not the requested part: the next request is for the whole file.
                await file.begin(None, None)
                return False
        elif status == _WHOLE:
            length = _LENGTH(headers.get("content-length", ""))
            # The length of compressed content says nothing, and a part of it can't be resumed.
            await file.begin(
                etag if is_strong(etag) and not encoded else None,
                int(length[0]) if length and not encoded else None,
            )
        else:
            raise self._problem(TransferError, f"the response is not a file, but {status}")
        self._began = True
        self._check_total()
        if not self.name:
            await self._christen(headers)
        return True

    def _continues(self, text: str) -> bool:
        """Return whether a `Content-Range` starts where the partial file ends."""
        found = _RANGE(text)
        if found is None:
            return False
        first, last, total = map(int, found.groups())
        return first == self._file.done and first <= last < total and total == self._file.total

    def _check_total(self) -> None:
        """Compare the size that the server reports with the expected size."""
        total, size = self._file.total, self._size
        if total is None or size is None or total == size:
            return
        kind = IncompleteDownloadError if total < size else OversizedDownloadError
        raise self._problem(kind, f"there should be {size}")

    async def _christen(self, headers: Headers) -> None:
        """Find the name of the file, for a target that is a directory."""
        said = (disposition_name(headers.get("content-disposition")), self._origin.name)
        url = self._url
        names = (*said, None if url is None else last_segment(url), "download")
        self.name = next(name for name in map(safe_name, names) if name)
        if self._target.name is None:
            await anyio.to_thread.run_sync(self._target.check, self.name)

    def _tell(self) -> None:
        if self._on_progress is not None:
            total = self._origin.size if self._size is None else self._size
            known = total if self._file.total is None else self._file.total
            self._on_progress(Progress(self._file.done, known, self._interruptions))

    def _problem(self, kind: type[E], why: str) -> E:
        done, total = self._file.done, self._file.total
        of = "" if total is None else f" of {total}"
        return kind(
            f"{done}{of} bytes of the file were received: {why}",
            method="GET",
            url=self._shown,
            done=done,
            total=self._size if total is None else total,
            retries_taken=self._interruptions,
        )


def disposition_name(header: str | None) -> str | None:
    """Return the name of the file in a `Content-Disposition` header.

    The header is untrusted. The parser of the standard library raises `TypeError` for some headers,
    and blocks the event loop for seconds for others.

    Args:
        header: The header; it may be anything.

    Returns:
        The name, which may be anything as well; `None` if there is none.
    """
    if header is None or len(header) > _LONGEST_DISPOSITION:
        return None
    plain: str | None = None
    place = header.find(";")
    while place >= 0 and (found := _PARAMETER(header, place)) is not None:
        place = found.end()
        name, quoted, token = found[1].lower(), found[2], found[3]
        if name == "filename*":
            encoded = _EXTENDED(token or "")
            if encoded is not None and encoded[2]:
                return unquote(encoded[2], encoding=encoded[1], errors="replace")
        elif name == "filename" and plain is None:
            plain = token.strip() if quoted is None else _ESCAPED.sub(r"\1", quoted)
    return plain or None
