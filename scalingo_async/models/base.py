"""Models: the base of all: unknown keys are kept, and secrets stay out of `repr`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

import attrs

from scalingo_async._core.door import DOOR, blocks
from scalingo_async.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from scalingo_async._core.door import Door
    from scalingo_async.types import JSONValue

__all__ = [
    "Bindable",
    "Derivation",
    "Extra",
    "Fitting",
    "Model",
    "Waitable",
    "Waiter",
    "bound",
    "fields_of",
    "key_of",
    "masked",
    "span",
    "unit_of",
]

_B = TypeVar("_B", bound="Bindable")
_M = TypeVar("_M", bound="Model")


class Fitting(Protocol):
    """Decodes data as a model, if it fits."""

    def __call__(self, cls: type[_M], data: JSONValue, /) -> _M | None:
        """Return the model, or `None` when the data does not fit."""
        ...


class Derivation(Protocol):
    """Works a field out from the others; a field names it in its metadata, as `derived`."""

    def __call__(self, model: Any, fitting: Fitting, /) -> object:
        """Return the value of the field."""
        ...


class Extra(Mapping[str, "JSONValue"]):
    """The keys of an answer that the model does not know: read-only, values as they came."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, JSONValue] | None = None) -> None:
        self._items: dict[str, JSONValue] = dict(items or {})

    def __getitem__(self, key: str) -> JSONValue:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        # Values may be secrets that nobody has declared as such.
        return f"Extra(keys={sorted(self._items)!r})"


def masked(value: object) -> str:
    """Return what `repr` shows of a secret field."""
    return "None" if value is None else "'***'"


def span(number: int | None, *, per: int = 1, **unit: int) -> timedelta | None:
    """Return a number of some unit as a duration: `span(8, hours=1)`.

    Args:
        number: The number.
        per: How many of them make one unit; what is left over is cut off.
        **unit: The unit, as `timedelta` takes it.

    Returns:
        The duration; `None` for `None`, and for what is too long to be one.
    """
    if number is None:
        return None
    try:
        return number // per * timedelta(**unit)
    except OverflowError:
        return None


@attrs.define(kw_only=True)
class Model:
    """The base of every model."""

    # The object as it came. Looking for unknown keys costs as much as decoding a model, and few
    # programs ask for them. `attrs.evolve` and `copy.replace` hand it on.
    _received: dict[str, JSONValue] | None = attrs.field(
        default=None, alias="_received", repr=False, eq=False
    )

    def __replace__(self, **changes: Any) -> Self:
        # What attrs adds to each class since 25.1, for `copy.replace`.
        return attrs.evolve(self, **changes)

    @property
    def extra(self) -> Extra:
        """Keys of the answer that the model does not know, with their values as they came.

        A nested object that is only hinted at (some answers reduce an app to its name) does not
        fit its model: its field is `None` then, and what came is here.
        """
        received = self._received
        if not received:
            return Extra()
        known = {key_of(field): field for field in fields_of(type(self))}
        return Extra(
            {
                key: value
                for key, value in received.items()
                if key not in known or _is_misfit(self, known[key], value)
            }
        )


class Waiter(Protocol):
    """Waits for what a resource has handed out; models know no more of it."""

    async def __call__(
        self, thing: Any, limit: float | None, on_progress: Callable[[Any], object] | None, /
    ) -> Any:
        """Wait for a thing, so many seconds at most; returns it in its final state."""
        ...


class Bindable(Model):
    """The base of models that remember whom to ask how they get on.

    That is no field: a copy, or one that was pickled, does not remember.
    """

    # Decoders know nothing of it, so nothing is in the slots until a resource puts it there.
    __slots__ = ("_door", "_waiter")
    _door: Door | None
    _waiter: Waiter
    _source: ClassVar[str] = ""

    async def _settle(
        self, limit: float | None, on_progress: Callable[[Any], object] | None
    ) -> Any:
        waiter: Waiter | None = getattr(self, "_waiter", None)
        if waiter is None:
            raise InvalidArgumentError(
                f"this {type(self).__name__} can't be waited for: it is a copy, or came from "
                f"elsewhere. Wait for one that the client returned, such as {self._source} does"
            )
        return await waiter(self, limit, on_progress)


class Waitable(Bindable):
    """The base of models of what takes a while."""

    __slots__ = ()

    @blocks
    async def wait(
        self,
        *,
        timeout: float | None = 3600.0,  # noqa: ASYNC109 - it is not a cancel scope: it names the thing
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has come to its end, as the class describes it.

        It is asked for after 1 s, then after pauses that grow to 10 s; each request counts on the
        rate limit. One that is at its end already is returned, and nothing is sent. Waiting can be
        cancelled at any time, and begun again. The object itself stays as it is.

        Args:
            timeout: Seconds that it may take, `None` for any time. Those in which the client itself
                holds the requests back, for the rate limit for example, do not count. When they are
                over it is asked for once more, so 0 asks once.
            on_progress: Called with a fresh object each time its state was fetched.

        Returns:
            It in its final state; it can be waited for, too.

        Raises:
            OperationFailedError: It ended badly; `thing` of the error is its final state.
            OperationTimeoutError: It did not end in time; `thing` is what was last seen, `looks`
                says how many times it was asked for.
            InvalidArgumentError: The timeout is negative or not a number, or the object did not
                come from a method of the client.
            ScalingoError: A request failed.
        """
        return await self._settle(timeout, on_progress)  # type: ignore[no-any-return]


def bound(thing: _B, waiter: Waiter) -> _B:
    """Let a model know how it is waited for, and through which door; returns it."""
    thing._door = DOOR.get()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    thing._waiter = waiter  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return thing


def _is_misfit(model: Model, field: attrs.Attribute[Any], value: JSONValue) -> bool:
    lenient = field.metadata.get("lenient", False)
    return lenient and value is not None and getattr(model, field.name) is None


def key_of(field: attrs.Attribute[Any]) -> str:
    """Return the key of a field in the answer."""
    key: str = field.metadata.get("key", field.name)
    return key


def unit_of(field: attrs.Attribute[Any]) -> str:
    """Return the unit that a field's durations come in."""
    unit: str = field.metadata.get("unit", "seconds")
    return unit


def fields_of(cls: type[Model]) -> tuple[attrs.Attribute[Any], ...]:
    """Return the fields that come from the answer, those that are worked out left out."""
    return tuple(
        f for f in attrs.fields(cls) if f.name != "_received" and "derived" not in f.metadata
    )
