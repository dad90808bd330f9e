"""Models: the base class, which keeps unknown keys and hides secrets in `repr`."""

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
"""The fields of models that refer to an app."""

_OF_AN_APP: Final = frozenset({"id", "name", "uuid"})
"""The fields of a model of an app that identify the app itself."""

_B = TypeVar("_B", bound="Bindable")


class Extra(Mapping[str, JSONValue]):
    """The unknown keys of a response: read-only, with their values unchanged."""

    __slots__ = ("_items", "_received")

    def __init__(self, items: Mapping[str, JSONValue] | None = None) -> None:
        self._items: dict[str, JSONValue] = dict(items or {})
        self._received: Mapping[str, JSONValue] = self._items

    @classmethod
    def _of(cls, model: "Model") -> Self:
        """Return the `Extra` of a model; a copied one is computed again."""
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
        # Values may be secrets that aren't declared as such.
        return f"Extra(keys={sorted(self._items)!r})"


def span(number: int | None, *, per: int = 1, **unit: int) -> timedelta | None:
    """Return a number of units as a duration: `span(8, hours=1)`.

    Args:
        number: The number.
        per: How many make one unit; the remainder is dropped.
        **unit: The unit, as a `timedelta` argument.

    Returns:
        The duration; `None` for `None` and for values that are out of range.
    """
    if number is None:
        return None
    try:
        return number // per * timedelta(**unit)
    except OverflowError:
        return None


@attrs.define(kw_only=True)
class Model(Shown, Adapted, Record):
    """The base class of all models.

    Attributes:
        extra: Unknown keys of the response, with their values unchanged. `attrs.evolve` and
            `copy.replace` keep them. If a nested object is incomplete (some responses reduce an app
            to its name) and doesn't fit its model, its field is `None` and the original value is
            here.
    """

    extra: Extra = attrs.field(default=cast("Any", None), alias="_extra", repr=False, eq=False)

    def to_dict(self, *, secrets: bool = False) -> dict[str, Any]:
        """Serialize the model to JSON data, with the API's keys.

        Dates are ISO 8601 strings, durations are numbers in the API's unit. Unknown keys are
        included unchanged. A field that is `None` is included only if the API sent its key. Values
        computed from other fields are not included.

        Args:
            secrets: Whether to include secrets. Otherwise each is replaced by `types.MASK`, and so
                are unknown keys whose names look like secrets (`password`, `token`). `from_dict`
                and all methods refuse `types.MASK`.

        Returns:
            The data, in new dicts and lists.

        Raises:
            InvalidArgumentError: A value is nested too deeply or contains itself, or `secrets` is
                not a `bool`.
        """
        return encoded(self, secrets=secrets)

    def to_json(self, *, secrets: bool = False, indent: int | None = None) -> str:
        """Serialize the model to a JSON string; see `to_dict`.

        Args:
            secrets: Whether to include secrets; otherwise each is replaced by `types.MASK`.
            indent: Number of spaces to indent each level with; `None` for a single line.

        Returns:
            The JSON string.

        Raises:
            InvalidArgumentError: The value of a field can't be represented in JSON, or an argument
                has the wrong type.
        """
        return text_of(self.to_dict(secrets=secrets), indent)

    @classmethod
    def from_dict(cls, data: Mapping[str, JSONValue]) -> Self:
        """Create the model from JSON data: the result of `to_dict`, or an object of the API.

        `App.from_dict(app.to_dict(secrets=True))` equals `app`. Types are checked strictly and
        unknown keys are kept, as in responses.

        Args:
            data: The object, with the API's keys. It is copied.

        Returns:
            The model. It isn't attached to a client, so it can't be waited for.

        Raises:
            InvalidArgumentError: The data doesn't fit the model, or contains `types.MASK` instead
                of a secret; the message says where.
        """
        return model_of(cls, data)._at_home()  # noqa: SLF001

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Create the model from a JSON string; see `from_dict`.

        Args:
            text: A JSON object.

        Returns:
            The model.

        Raises:
            InvalidArgumentError: The text is not JSON, doesn't fit the model, or contains
                `types.MASK` instead of a secret; the message says where.
        """
        return model_of(cls, data_of_text(cls.__name__, text))._at_home()  # noqa: SLF001

    def __replace__(self, **changes: Any) -> Self:
        # attrs adds this method to each class since 25.1, for `copy.replace`.
        return attrs.evolve(self, **changes)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return the schema for pydantic, and so for FastAPI, to validate and serialize it."""
        from scalingo_async._core.decoding.schemas import model_schema

        return model_schema(cls, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        """Return its JSON schema, as in an OpenAPI document."""
        from scalingo_async._core.decoding.schemas import described_model

        return described_model(cls, schema, handler)

    def _repr_html_(self) -> str:
        """Return a table with two columns, for notebooks."""
        from scalingo_async._core.tables import table_of_fields

        return table_of_fields(self)

    # Whether the model is an app, so that its own id and name identify an app.
    _is_app: ClassVar[bool] = False

    def _at_home(self) -> Self:
        """Return it; an app from the caller's data with a region is bound to that region."""
        region: str | None = getattr(self, "region", None)
        if self._is_app and region:
            self._place(region)
        return self

    def _place(self, region: str) -> None:
        """Add the region to the strings that refer to an app, including nested ones."""
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
                # A user's class may be frozen.
                object.__setattr__(self, field.name, own[field.name])
            elif isinstance(value, str) and field.name in _NAMES_OF_APPS:
                object.__setattr__(self, field.name, AppRef(value, region=region))
            else:
                placed(value, region)


def _keep(model: Model, extra: Mapping[str, JSONValue] | None) -> None:
    """Set the received data to that of another model, or to nothing."""
    received = extra._received if isinstance(extra, Extra) else extra  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    # A user's class may be frozen.
    object.__setattr__(model, "_received", received)


# The slot of the field `extra` holds the received data. Decoding sets it directly, and unknown keys
# are computed when `extra` is accessed. To attrs it is still a field, which copies include and
# `attrs.asdict` shows once.
setattr(Model, "_received", vars(Model)["extra"])  # noqa: B010
setattr(Model, "extra", property(Extra._of, _keep))  # noqa: B010, SLF001 # pyright: ignore[reportPrivateUsage]


class Waiter(Protocol):
    """Waits for an object that a resource returned; models only know this interface."""

    async def __call__(
        self, thing: Any, limit: float | None, on_progress: Callable[[Any], object] | None, /
    ) -> Any:
        """Wait for an object, with a time limit in seconds; returns it in its final state."""
        ...


class Bindable(Model):
    """The base class of models that are attached to a client, so that their state can be polled.

    The client isn't a field: copies and unpickled objects aren't attached.
    """

    # Decoders don't set these slots; a resource does.
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
                f"this {type(self).__name__} can't be waited for: it isn't attached to a client. "
                f"Wait for one that a method of the client returned, such as {self._source}"
            )
        return await waiter(self, limit, on_progress)


class Waitable(Bindable):
    """The base class of models that can be waited for."""

    __slots__ = ()

    @blocks
    async def wait(
        self,
        *,
        timeout: float | None = 3600.0,  # noqa: ASYNC109 - it is not a cancel scope: it names the thing
        on_progress: Callable[[Self], object] | None = None,
    ) -> Self:
        """Wait until it has reached a final state, as described in its class.

        The state is polled after 1 s, then at intervals that grow to 10 s; each request counts
        against the rate limit. If it is already final, the object is returned without a request.
        You can cancel waiting at any time, and wait again. The object itself doesn't change.

        Args:
            timeout: Time limit in seconds; `None` for no limit. Time in which the client itself
                delays requests, for example for the rate limit, doesn't count. After the timeout
                the state is fetched once more, so 0 fetches it once.
            on_progress: Called with a new object each time the state has been fetched.

        Returns:
            A new object with the final state; it can be waited for, too.

        Raises:
            OperationFailedError: It failed; `thing` of the error is the object in its final state.
            OperationTimeoutError: It did not end in time; `thing` is the object as last fetched,
                `looks` the number of requests for its state.
            InvalidArgumentError: The timeout is negative or not a number, or the object wasn't
                returned by a method of the client.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._settle(timeout, on_progress)  # type: ignore[no-any-return]


def placed(value: object, region: str | None) -> None:
    """Add the region to the app references of a model, or of each model in a list."""
    if region is None:
        return
    for each in cast("list[object]", value) if isinstance(value, list) else [value]:
        if isinstance(each, Model):
            each._place(region)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def bound(thing: _B, waiter: Waiter) -> _B:
    """Attach a model to its waiter and to the current client; returns it."""
    thing._door = DOOR.get()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    thing._waiter = waiter  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return thing
