"""Transfers: the common parts of uploads and downloads with URLs of the platform.

No credential and no header of the caller is sent to such a URL, which has its own token.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import unquote, urljoin

import anyio
import attrs

from scalingo_async._core.absent import present
from scalingo_async._core.arguments import optional_seconds
from scalingo_async._core.endpoint import Endpoint
from scalingo_async._core.secrets import conceals, hidden_frames
from scalingo_async._core.session import Session
from scalingo_async._core.urls import ServerURL, signed_url
from scalingo_async.errors import (
    DeadlineExceededError,
    InvalidArgumentError,
    UntrustedURLError,
)
from scalingo_async.request import Phase, Request
from scalingo_async.types import Headers, RequestOptions, Secret

__all__ = [
    "Progress",
    "handed_out",
    "last_segment",
    "no_headers",
    "prepare_absolute",
    "redirected",
    "within_deadline",
]

_SCHEMES: Final = frozenset({"https", "http"})


@attrs.frozen
class Progress:
    """The progress of a transfer.

    Attributes:
        done: Bytes that were transferred: written to the disk, or handed to the connection.
        total: Bytes in total; `None` if unknown.
        interruptions: How many times the transfer was resumed.
    """

    done: int
    total: int | None = None
    interruptions: int = 0

    @property
    def fraction(self) -> float | None:
        """The part that is done, from 0 to 1; `None` if the total is unknown."""
        if self.total is None:
            return None
        return min(1.0, self.done / self.total) if self.total else 1.0


@conceals("url")
async def handed_out(session: Session, url: str | Secret) -> ServerURL:
    """Check the URL of an upload or a download.

    Raises:
        UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
    """
    return signed_url(Secret(url).reveal(), await session.hosts(), _SCHEMES)


@hidden_frames
def redirected(url: ServerURL, headers: Headers, hosts: frozenset[str]) -> ServerURL:
    """Check a redirect; the new URL has to pass the same checks as the first one.

    Raises:
        UntrustedURLError: It doesn't.
        ResponseDecodeError: There is no new URL.
    """
    location = present(headers.get("location"), "a redirect", "Location")
    try:
        target = urljoin(url.reveal(), location)
    except ValueError:
        raise UntrustedURLError("the URL is malformed") from None
    return signed_url(target, hosts, _SCHEMES)


def last_segment(url: ServerURL) -> str:
    """Return the last segment of a URL's path, which may be the name of a file."""
    return unquote(url.path.rpartition("/")[2])


def prepare_absolute(
    session: Session,
    endpoint: Endpoint[Any],
    url: ServerURL,
    headers: dict[str, str],
    options: RequestOptions,
    *,
    stream: bool = False,
) -> Request:
    """Make a request to a URL of the platform, for an uncompressed file.

    The client's deadline is not meant for files: a transfer may take any time, unless the call
    itself has a deadline.
    """
    given = options.copy()
    given.setdefault("deadline", None)
    # A compressed response has another size, and can't be resumed.
    bare = {"accept": "*/*", "accept-encoding": "identity", **headers}
    return session.prepare_absolute(endpoint, url, headers=bare, stream=stream, options=given)


def no_headers(options: RequestOptions) -> RequestOptions:
    """Refuse headers in the options of a call that sends no request to the platform itself.

    Raises:
        InvalidArgumentError: There are some.
    """
    if options.get("headers"):
        raise InvalidArgumentError(
            "headers can't be used here: no header is sent to a URL that the platform returned"
        )
    return options


@contextmanager
def within_deadline(options: RequestOptions) -> Generator[None]:
    """Apply the deadline of a call to the whole transfer.

    Raises:
        DeadlineExceededError: It took longer.
    """
    limit = optional_seconds(options.get("deadline"), "deadline")
    with anyio.move_on_after(limit) as scope:
        yield
    if scope.cancelled_caught:
        raise DeadlineExceededError(
            f"the transfer took longer than its deadline of {limit:g} s",
            phase=Phase.READ,
            sent=True,
        )
