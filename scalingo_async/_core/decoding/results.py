"""Results that aren't models, as JSON data: pages, operations, outcomes of bulk jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, cast

import attrs

from scalingo_async._core.arguments import MASK, truth
from scalingo_async._core.decoding.adapted import Adapted
from scalingo_async._core.decoding.converters import encoded
from scalingo_async._core.decoding.json import text_of
from scalingo_async._core.decoding.record import Record
from scalingo_async._core.lazy import LazyModule
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import JSONValue, Secret

if TYPE_CHECKING:
    from scalingo_async._core.decoding import masking
else:
    # Most programs only read.
    masking = LazyModule("scalingo_async._core.decoding.masking")

_PLAIN = (str, int, float, bool, type(None))


class Result(Adapted):
    """The base class of results that can be serialized as JSON; a `Page` can also be read back."""

    __slots__ = ()

    # The attributes that are written; those of an attrs class when it names none.
    _written: ClassVar[tuple[str, ...]] = ()

    def to_dict(self, *, secrets: bool = False) -> dict[str, Any]:
        """Return it as JSON data, with the names of its attributes as keys.

        Models in it are serialized like in their own `to_dict`, durations as seconds, and an error
        as its `type`, `message`, `code`, `status_code` and `request_id`.

        Args:
            secrets: Whether secrets are written out; otherwise each is `types.MASK`.

        Returns:
            The data, in new dicts and lists.

        Raises:
            InvalidArgumentError: Something in it is nested too deeply, or contains itself; or
                `secrets` isn't a `bool`.
        """
        truth(secrets, "secrets")
        names = self._written_names()
        try:
            return {name: written(getattr(self, name), secrets=secrets) for name in names}
        except RecursionError:
            name = type(self).__name__
            problem = InvalidArgumentError(f"{name}: something in it is nested too deeply")
        raise problem

    @classmethod
    def _written_names(cls) -> tuple[str, ...]:
        return cls._written or _names_of(cls)

    def to_json(self, *, secrets: bool = False, indent: int | None = None) -> str:
        """Return it as a JSON text, with the data of `to_dict`.

        Args:
            secrets: Whether secrets are written out; otherwise each is `types.MASK`.
            indent: How many spaces each level is indented by; `None` writes one line.

        Returns:
            The text.

        Raises:
            InvalidArgumentError: Something in it can't be serialized as JSON, or an argument has
                the wrong type.
        """
        return text_of(self.to_dict(secrets=secrets), indent)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from scalingo_async._core.decoding.schemas import result_schema

        return result_schema(cls, source, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        from scalingo_async._core.decoding.schemas import described_result

        return described_result(cls, schema, handler)


def _names_of(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls) if not field.name.startswith("_"))


def written(value: object, *, secrets: bool) -> Any:
    """Return anything as JSON data; other objects as their `str`."""
    if isinstance(value, Record):
        return encoded(value, secrets=secrets)
    if isinstance(value, Result):
        return value.to_dict(secrets=secrets)
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        data = {_key(key): written(each, secrets=secrets) for key, each in members.items()}
        return data if secrets else masking.mask_unknown(data)
    if isinstance(value, list | tuple | set | frozenset):
        items = cast("Iterable[object]", value)
        return [written(each, secrets=secrets) for each in items]
    if isinstance(value, BaseException):
        return error_data(value, secrets=secrets)
    return _leaf(value, secrets=secrets)


def _key(key: object) -> str:
    return key if isinstance(key, str) else str(written(key, secrets=False))


def _leaf(value: object, *, secrets: bool) -> Any:
    if value.__class__ in _PLAIN:
        return value if secrets or not isinstance(value, str) else masking.mask_text(value)
    if isinstance(value, Secret):
        return value.reveal() if secrets else MASK
    if isinstance(value, bytes | bytearray):
        return _leaf(value.decode(errors="replace"), secrets=secrets)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return (
        written(value.value, secrets=secrets)
        if isinstance(value, Enum)
        else _leaf(str(value), secrets=secrets)
    )


def error_data(error: BaseException, *, secrets: bool) -> dict[str, JSONValue]:
    """Return an error as JSON data: its type and message, and nothing of the response."""
    message = getattr(error, "message", None)
    text = message if isinstance(message, str) else str(error)
    details = {name: getattr(error, name, None) for name in ("code", "status_code", "request_id")}
    return {
        "type": type(error).__name__,
        "message": text if secrets else masking.mask_text(text),
        **{
            name: value if isinstance(value, str | int) else None for name, value in details.items()
        },
    }
