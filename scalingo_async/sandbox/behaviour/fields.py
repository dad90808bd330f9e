"""Validation of the fields of a body, which reports all errors together."""

import re
from collections.abc import Collection
from datetime import UTC, datetime

from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal

__all__ = ["Fields", "as_moment", "go_duration"]

_DURATION = re.compile(r"0|(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+")
_SECOND = 1_000_000_000


class Fields:
    """The fields of a body, and their errors.

    A missing field is `None`, and so is an invalid one: `check` refuses the body then.

    Args:
        fields: The fields as received.
    """

    def __init__(self, fields: Json) -> None:
        self._fields = fields
        self.errors: dict[str, list[str]] = {}

    def wrong(self, name: str, why: str) -> None:
        """Record an error of a field."""
        self.errors.setdefault(name, []).append(why)

    def check(self) -> None:
        """Refuse the body if there are errors."""
        if self.errors:
            raise Refusal.invalid(**self.errors)

    def text(
        self, name: str, *, required: bool = False, among: Collection[str] | None = None
    ) -> str | None:
        """Return a string; an empty one counts as missing."""
        value = self._fields.get(name)
        if value is None or value == "":
            self._missing(name, required=required)
        elif not isinstance(value, str):
            self.wrong(name, "should be a string")
        elif among is not None and value not in among:
            self.wrong(name, "is not included in the list")
        else:
            return value
        return None

    def number(
        self, name: str, *, required: bool = False, least: float | None = None
    ) -> float | None:
        """Return a number."""
        value = self._fields.get(name)
        if value is None:
            self._missing(name, required=required)
        elif not isinstance(value, int | float) or isinstance(value, bool):
            self.wrong(name, "is not a number")
        elif least is not None and value < least:
            self.wrong(name, f"must be greater than or equal to {least:g}")
        else:
            return value
        return None

    def whole(
        self, name: str, *, required: bool = False, least: int = 0, most: int | None = None
    ) -> int | None:
        """Return a whole number."""
        value = self.number(name, required=required, least=least)
        if value is None:
            return None
        if not isinstance(value, int):
            self.wrong(name, "must be an integer")
        elif most is not None and value > most:
            self.wrong(name, f"must be less than or equal to {most}")
        else:
            return value
        return None

    def flag(self, name: str) -> bool | None:
        """Return a boolean."""
        value = self._fields.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(name, "should be a boolean")
        return None

    def moment(self, name: str, *, required: bool = False) -> float | None:
        """Return a date as seconds since 1970."""
        value = self.text(name, required=required)
        moment = None if value is None else as_moment(value)
        if value is not None and moment is None:
            self.wrong(name, "is not a date")
        return moment

    def duration(self, name: str) -> str | None:
        """Return a duration in Go's format; integers are nanoseconds."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return go_duration(value)
        if isinstance(value, str) and _DURATION.fullmatch(value):
            return value
        self.wrong(name, "is not a duration")
        return None

    def _missing(self, name: str, *, required: bool) -> None:
        if required:
            self.wrong(name, "can't be blank")


def as_moment(text: str) -> float | None:
    """Parse a date to seconds since 1970; without an offset it is in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def go_duration(nanoseconds: int) -> str:
    """Format a duration as Go does: `5m30s`."""
    seconds, rest = divmod(nanoseconds, _SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{seconds + rest / _SECOND:g}s" if rest else f"{seconds}s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text
