"""Rate limit: the limit itself, and its state."""

from __future__ import annotations

import re

import attrs

from scalingo_async._core.arguments import integer, seconds, wrong_kind
from scalingo_async.errors import InvalidArgumentError


@attrs.frozen
class RateLimit:
    """How many requests may be sent in how many seconds.

    Attributes:
        requests: Requests in one window, 1 or more.
        window: Seconds.
    """

    requests: int = 60
    window: float = 60.0

    def __attrs_post_init__(self) -> None:
        if integer(self.requests, "rate_limit: the number of requests") < 1:
            raise InvalidArgumentError("rate_limit: the number of requests must be 1 or more")
        if seconds(self.window, "rate_limit: the window") == 0:
            raise InvalidArgumentError("rate_limit: the window must be longer than 0 s")

    @classmethod
    def of(cls, value: RateLimit | tuple[int, float] | str | None) -> RateLimit | None:
        """Make a limit from a caller's argument.

        Args:
            value: A `RateLimit`; a pair of requests and seconds; a str such as `60/60s`; or `None`
                for no limit.

        Returns:
            The limit, or `None`.

        Raises:
            InvalidArgumentError: It isn't any of these.
        """
        if value is None or isinstance(value, RateLimit):
            return value
        if isinstance(value, str):
            match = re.fullmatch(r"(\d{1,9})/(\d{1,9}(?:\.\d{1,9})?)s?", value.strip())
            if match is None:
                raise InvalidArgumentError(f"rate_limit must look like 60/60s, not {value!r}")
            return cls(int(match[1]), float(match[2]))
        if not isinstance(value, tuple) or len(value) != 2:  # noqa: PLR2004 # pyright: ignore[reportUnnecessaryIsInstance]
            called = "a pair of requests and seconds, a text such as 60/60s, or None"
            raise wrong_kind(value, "rate_limit", called)
        return cls(*value)


@attrs.frozen
class RateLimitStatus:
    """The current state of a rate limit.

    Attributes:
        limit: Requests in one window.
        window: Seconds.
        used: Requests that count now.
        waiting: Calls that wait for their turn.
        wait: Seconds until the next request may be sent; 0 if it may be sent now. A request in
            flight may make it longer.
        closed: Whether the platform has refused a request, so nothing is sent for a while.
    """

    limit: int
    window: float
    used: int
    waiting: int
    wait: float
    closed: bool

    @property
    def remaining(self) -> int:
        """Requests that may be sent at once."""
        return max(0, self.limit - self.used)
