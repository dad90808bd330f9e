"""Models: the base of all: unknown keys are kept, and secrets stay out of `repr`."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, Protocol, Self, TypeVar, cast

import attrs

from scalingo_async._core.decoding.adapted import Adapted
from scalingo_async._core.decoding.converters import encoded
from scalingo_async._core.decoding.given import data_of_text, model_of
from scalingo_async._core.decoding.json import text_of
from scalingo_async._core.decoding.record import (
    Derivation,
    Fitting,
    Record,
    fields_of,
    key_of,
    masked,
    received_of,
    unit_of,
    unknown_of,
)
from scalingo_async._core.display import Shown
from scalingo_async._core.door import DOOR, Door, blocks
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import AppRef, JSONValue

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
    "placed",
    "received_of",
    "span",
    "unit_of",
]

_NAMES_OF_APPS: Final = frozenset(
    {"app", "app_id", "app_name", "parent_app_id", "parent_app_name", "review_app_name"}
)
"""Fields of models that name an app."""

_OF_AN_APP: Final = frozenset({"id", "name", "uuid"})
"""Fields of a model that is an app, which name it itself."""

_B = TypeVar("_B", bound="Bindable")


class Extra(Mapping[str, JSONValue]):
    """The keys of an answer that the model does not know: read-only, values as they came."""

    __slots__ = ("_items", "_received")

    def __init__(self, items: Mapping[str, JSONValue] | None = None) -> None:
        self._items: dict[str, JSONValue] = dict(items or {})
        self._received: Mapping[str, JSONValue] = self._items

    @classmethod
    def _of(cls, model: "Model") -> Self:
        """Return that of a model; one that it is handed on to looks again for itself."""
        extra = cls(unknown_of(model))
        received = received_of(model)
        if received is not None:
            extra._received = received
        return extra

    def __getitem__(self, key: str) -> JSONValue:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        # Values may be secrets that nobody has declared as such.
        return f"Extra(keys={sorted(self._items)!r})"


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
class Model(Shown, Adapted, Record):
    """The base of every model.

    Attributes:
        extra: Keys of the answer that the model does not know, with their values as they came.
            `attrs.evolve` and `copy.replace` hand them on. A nested object that is only hinted at
            (some answers reduce an app to its name) does not fit its model: its field is `None`
            then, and what came is here.
    """

    extra: Extra = attrs.field(default=cast("Any", None), alias="_extra", repr=False, eq=False)

    def to_dict(self, *, secrets: bool = False) -> dict[str, Any]:
        """Return the model as JSON data, under the API's own keys.

        Dates are ISO 8601 texts, durations numbers in the API's unit. Keys that the model does not
        know are there as they came. What is `None` is there only if the API sent the key, and what
        is worked out from other fields is not.

        Args:
            secrets: Whether secrets are written out. Otherwise each is `types.MASK`, and so are
                unknown keys whose names look like a secret's (`password`, `token`); `from_dict`
                and all methods refuse that text.

        Returns:
            The data, in dicts and lists of its own.

        Raises:
            InvalidArgumentError: A value is nested too deeply, or in itself; or
                `secrets` is no `bool`.
        """
        return encoded(self, secrets=secrets)

    def to_json(self, *, secrets: bool = False, indent: int | None = None) -> str:
        """Return the model as a JSON text, as `to_dict` does as data.

        Args:
            secrets: Whether secrets are written out; otherwise each is `types.MASK`.
            indent: How many spaces each level is indented by; `None` writes one line.

        Returns:
            The text.

        Raises:
            InvalidArgumentError: A field was given a value that has no JSON form, or an argument is
                of another kind.
        """
        return text_of(self.to_dict(secrets=secrets), indent)

    @classmethod
    def from_dict(cls, data: Mapping[str, JSONValue]) -> Self:
        """Make the model of JSON data: what `to_dict` returned, or an object of the API.

        `App.from_dict(app.to_dict(secrets=True))` equals `app`. It is strict about types and keeps
        the keys that it does not know, as the client does with answers.

        Args:
            data: The object, under the API's own keys. It is copied.

        Returns:
            The model. It is not attached to a client, so it can't be waited for.

        Raises:
            InvalidArgumentError: The data does not fit, or holds `types.MASK` in the place of a
                secret; the message says where.
        """
        return model_of(cls, data)._at_home()  # noqa: SLF001

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Make the model of a JSON text, as `from_dict` does of data.

        Args:
            text: A JSON object.

        Returns:
            The model.

        Raises:
            InvalidArgumentError: It is not JSON, does not fit, or holds `types.MASK` in the place
                of a secret; the message says where.
        """
        return model_of(cls, data_of_text(cls.__name__, text))._at_home()  # noqa: SLF001

    def __replace__(self, **changes: Any) -> Self:
        # What attrs adds to each class since 25.1, for `copy.replace`.
        return attrs.evolve(self, **changes)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return how pydantic validates and writes it, which FastAPI does, too."""
        from scalingo_async._core.decoding.schemas import model_schema

        return model_schema(cls, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        """Return its JSON schema, which an OpenAPI document holds."""
        from scalingo_async._core.decoding.schemas import described_model

        return described_model(cls, schema, handler)

    def _repr_html_(self) -> str:
        """Return it as a table of two columns, which notebooks show."""
        from scalingo_async._core.tables import table_of_fields

        return table_of_fields(self)

    # Whether it is an app, so that its own id and name are those of one.
    _is_app: ClassVar[bool] = False

    def _at_home(self) -> Self:
        """Return it; an app of a caller's data that says its region is known by that."""
        region: str | None = getattr(self, "region", None)
        if self._is_app and region:
            self._place(region)
        return self

    def _place(self, region: str) -> None:
        """Have the texts that name an app say which region it is in, those within included."""
        own: dict[str, AppRef] = {}
        if self._is_app:
            texts = {name: str(getattr(self, name, None) or "") for name in _OF_AN_APP}
            known = {"name": texts["name"] or None, "id": texts["id"] or None}
            own = {name: AppRef(text, region=region, **known) for name, text in texts.items()}
        for field in attrs.fields(type(self)):
            if field.name == "extra":
                continue
            value: object = getattr(self, field.name)
            if isinstance(value, str) and field.name in own:
                # A class of a user's may be frozen.
                object.__setattr__(self, field.name, own[field.name])
            elif isinstance(value, str) and field.name in _NAMES_OF_APPS:
                object.__setattr__(self, field.name, AppRef(value, region=region))
            else:
                placed(value, region)


def _keep(model: Model, extra: Mapping[str, JSONValue] | None) -> None:
    """Keep what came with another model, or nothing."""
    received = extra._received if isinstance(extra, Extra) else extra  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    # A class of a user's may be frozen.
    object.__setattr__(model, "_received", received)


# The slot of the field `extra` holds what came. So decoding sets it at once, and what is not known
# is looked for when `extra` is asked for; yet to attrs it is a field, which copies take along and
# `attrs.asdict` shows once.
setattr(Model, "_received", vars(Model)["extra"])  # noqa: B010
setattr(Model, "extra", property(Extra._of, _keep))  # noqa: B010, SLF001 # pyright: ignore[reportPrivateUsage]


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
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._settle(timeout, on_progress)  # type: ignore[no-any-return]


def placed(value: object, region: str | None) -> None:
    """Have a model, or each of a list, say which region the apps that it names are in."""
    if region is None:
        return
    for each in cast("list[object]", value) if isinstance(value, list) else [value]:
        if isinstance(each, Model):
            each._place(region)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def bound(thing: _B, waiter: Waiter) -> _B:
    """Let a model know how it is waited for, and through which door; returns it."""
    thing._door = DOOR.get()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    thing._waiter = waiter  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return thing
