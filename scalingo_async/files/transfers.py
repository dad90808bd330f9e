"""Transfers: what uploads and downloads at a URL that the platform handed out have in common.

No credential and no header of the caller's goes to such a URL: it carries a token of its own.
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
    """How far a file has come.

    Attributes:
        done: Bytes that are on the other side: written to the disk, or handed to the connection.
        total: Bytes that there will be; `None` when nobody says.
        interruptions: How many times the transfer was taken up again.
    """

    done: int
    total: int | None = None
    interruptions: int = 0

    @property
    def fraction(self) -> float | None:
        """How much of it is done, from 0 to 1; `None` when the total is not known."""
        if self.total is None:
            return None
        return min(1.0, self.done / self.total) if self.total else 1.0


@conceals("url")
async def handed_out(session: Session, url: str | Secret) -> ServerURL:
    """Check a URL that a file is to be sent to or fetched from.

    Raises:
        UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
    """
    return signed_url(Secret(url).reveal(), await session.hosts(), _SCHEMES)


@hidden_frames
def redirected(url: ServerURL, headers: Headers, hosts: frozenset[str]) -> ServerURL:
    """Check where an answer leads to; the new URL has to be as good as the first one.

    Raises:
        UntrustedURLError: It is not.
        ResponseDecodeError: It leads nowhere.
    """
    location = present(headers.get("location"), "a redirect", "Location")
    try:
        target = urljoin(url.reveal(), location)
    except ValueError:
        raise UntrustedURLError("the URL is malformed") from None
    return signed_url(target, hosts, _SCHEMES)


def last_segment(url: ServerURL) -> str:
    """Return the last part of a URL's path, which may be the name of a file."""
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
    """Make a request to a URL that was handed out, for a file as it is.

    The client's limit on whole calls is for calls: files take as long as they take, unless this
    call has a deadline of its own.
    """
    given = options.copy()
    given.setdefault("deadline", None)
    # Whatever is sent compressed has another size, and can't be taken up half way.
    bare = {"accept": "*/*", "accept-encoding": "identity", **headers}
    return session.prepare_absolute(endpoint, url, headers=bare, stream=stream, options=given)


def no_headers(options: RequestOptions) -> RequestOptions:
    """Refuse headers in the options of a call that sends nothing to the platform itself.

    Raises:
        InvalidArgumentError: There are some.
    """
    if options.get("headers"):
        raise InvalidArgumentError("headers are for the platform: none go to a URL it handed out")
    return options


@contextmanager
def within_deadline(options: RequestOptions) -> Generator[None]:
    """Bound a transfer as a whole by the deadline of its call.

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
