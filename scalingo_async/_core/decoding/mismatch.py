"""Errors for JSON data that doesn't fit a model: what was found, and where."""

from __future__ import annotations

from typing import Any, Final, TypeGuard

from scalingo_async._core.answer_text import one_line

_KEY: Final = 80


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Tell whether a value is an array."""
    return isinstance(value, list)


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is an object."""
    return isinstance(value, dict)


class MismatchError(Exception):
    """A value doesn't fit.

    Attributes:
        path: The path to it, from the outside in: keys and positions.
        expected: What was expected, in words.
        found: What was found: its JSON type, never the value.
        cause: The exception of a user's hook, if that refused the value.
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.path: list[str | int] = []
        self.expected = expected
        self.found = found
        self.cause: Exception | None = None

    def of(self, name: str) -> str:
        """Say it of data of a name, which a caller gave."""
        return f"{name}: {self.where()} should be {self.expected}, but is {self.found}"

    def where(self) -> str:
        """Return the path as text: `$.apps[3].created_at`."""
        # Keys of an object may be anything.
        steps = (
            f"[{step}]" if isinstance(step, int) else f".{one_line(step, _KEY)}"
            for step in self.path
        )
        return "$" + "".join(steps)


_JSON_NAMES: Final[dict[type, str]] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
}


def mismatch(expected: str, value: object) -> MismatchError:
    """Make the error for a value of the wrong type."""
    return MismatchError(expected, _JSON_NAMES.get(value.__class__, value.__class__.__name__))
