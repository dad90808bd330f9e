"""The id of what a program is doing now, which goes along with the requests that it makes."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from scalingo_async.errors import InvalidArgumentError

__all__ = ["current_request_id", "new_request_id", "request_id_context"]

_CURRENT: Final[ContextVar[str | None]] = ContextVar("scalingo_async.request_id", default=None)
_FITTING: Final = r"[\x21-\x7e]{1,128}"


def current_request_id() -> str | None:
    """Return the id that requests carry now; `None` outside of a `request_id_context`."""
    return _CURRENT.get()


def new_request_id() -> str:
    """Return an id that nobody else has: 32 hexadecimal digits."""
    import uuid

    return uuid.uuid4().hex


@contextmanager
def request_id_context(request_id: str | None) -> Generator[None]:
    """Let all requests within carry an id, in the header `X-Request-ID`.

        with request_id_context("order-4711"):
            await client.apps.restart("my-app")

    It holds for the task that enters it, and for the tasks that are started within. A header
    `X-Request-ID` that a call is given goes first.

    Args:
        request_id: The id: 1 to 128 printable characters of ASCII, without spaces. `None` lets
            requests go without one.

    Raises:
        InvalidArgumentError: It can't be an id.
    """
    # What does not fit may come from anywhere, and is not repeated.
    if request_id is not None and not (
        isinstance(request_id, str)  # pyright: ignore[reportUnnecessaryIsInstance]
        and re.fullmatch(_FITTING, request_id)
    ):
        raise InvalidArgumentError(
            "a request id must be 1 to 128 printable ASCII characters without spaces"
        )
    mark = _CURRENT.set(request_id)
    try:
        yield
    finally:
        _CURRENT.reset(mark)
