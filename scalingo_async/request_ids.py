"""Request ids: the id of the current work of a program, sent along with its requests."""

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
    """Return the current request id; `None` outside of a `request_id_context`."""
    return _CURRENT.get()


def new_request_id() -> str:
    """Return a unique id: 32 hexadecimal digits."""
    import uuid

    return uuid.uuid4().hex


@contextmanager
def request_id_context(request_id: str | None) -> Generator[None]:
    """Send an id with all requests within, in the header `X-Request-ID`.

        with request_id_context("order-4711"):
            await client.apps.restart("my-app")

    It applies to the task that enters it, and to the tasks that are started within. A header
    `X-Request-ID` of a single call takes precedence.

    Args:
        request_id: The id: 1 to 128 printable ASCII characters without spaces. `None` sends
            requests without an id.

    Raises:
        InvalidArgumentError: The id is invalid.
    """
    # An invalid id may come from any source, so it isn't repeated in the message.
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
