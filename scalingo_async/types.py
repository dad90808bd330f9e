"""Small types used everywhere: the unset marker, secrets, timeouts and per-call options."""

from __future__ import annotations

import enum
from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    Self,
    TypeAlias,
    TypedDict,
    TypeVar,
    cast,
    overload,
)

import attrs

from scalingo_async._core.arguments import MASK, optional_seconds, string, wrong_kind
from scalingo_async._core.moved import moved
from scalingo_async._core.unlisted import ShownByRepr, unlisted

__all__ = [
    "MASK",
    "UNSET",
    "AppRef",
    "Headers",
    "JSONObject",
    "JSONValue",
    "RequestOptions",
    "Secret",
    "Timeout",
    "Unset",
]

T = TypeVar("T")

if TYPE_CHECKING:
    JSONValue: TypeAlias = (
        "bool | int | float | str | list[JSONValue] | dict[str, JSONValue] | None"
    )
    JSONObject: TypeAlias = dict[str, JSONValue]
else:
    # The decoder reads annotations: any JSON is simply `Any` there.
    JSONValue = Any
    JSONObject = dict[str, Any]


class _Unset(enum.Enum):
    """The type of `UNSET`; an enum, so that type checkers can narrow it."""

    # A value that can't be serialized as JSON, so that it is never sent by accident.
    UNSET = frozenset[str]()

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "<UNSET>"


Unset: TypeAlias = Literal[_Unset.UNSET]
UNSET: Final = _Unset.UNSET
"""The value of an argument that was not passed, so it isn't sent. `None` is sent as `null`."""


@unlisted("_value")
class Secret:
    """A string that is masked in `repr`, `str`, formats, logs and tracebacks.

    Args:
        value: The secret text, or another `Secret`.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str | Secret) -> None:
        text = value.reveal() if isinstance(value, Secret) else value
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise wrong_kind(text, "a secret", "a str")
        self._value = text

    def reveal(self) -> str:
        """Return the secret text itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)


class AppRef(str):
    """The name or id of an app, along with its region.

    It is a `str`, and every method accepts it in place of the name of an app. The call goes to that
    region, even if the client has another one:

        ref = AppRef("my-app", region="osc-secnum-fr1")
        await client.apps.restart(ref)

    Two references with different regions are never equal, so sets and dicts distinguish apps with
    the same name; a plain `str` is compared with the text. `str(ref)`, JSON, slices and
    concatenations are plain text, without the region.

    Args:
        text: Name or id of the app.
        region: Name of its region; `None` stands for that of the client.
        name: Name of the app; by default the text.
        id: Id of the app, if it is known.

    Raises:
        InvalidArgumentError: One of them isn't a str.
    """

    __slots__ = ("_id", "_name", "_region")

    _id: str | None
    _name: str
    _region: str | None

    def __new__(
        cls,
        text: str,
        *,
        region: str | None = None,
        name: str | None = None,
        id: str | None = None,
    ) -> Self:
        """Make one."""
        ref = super().__new__(cls, string(text, "text"))
        ref._region = None if region is None else str(string(region, "region"))
        ref._name = str(text if name is None else string(name, "name"))
        ref._id = None if id is None else str(string(id, "id"))
        return ref

    @property
    def name(self) -> str:
        """The name of the app, if it is known; otherwise the text."""
        return self._name

    @property
    def id(self) -> str | None:
        """The id of the app, if it is known."""
        return self._id

    @property
    def region(self) -> str | None:
        """The name of the app's region; `None` for that of the client."""
        return self._region

    def __eq__(self, other: object) -> bool:
        if isinstance(other, AppRef) and None not in {self._region, other._region}:
            return self._region == other._region and str.__eq__(self, other)
        return isinstance(other, str) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[object, ...]:
        return _app_ref, (str(self), self._region, self._name, self._id)

    def __repr__(self) -> str:
        region = "" if self._region is None else f", region={self._region!r}"
        return f"AppRef({str(self)!r}{region})"


def _app_ref(text: str, region: str | None, name: str, id_: str | None) -> AppRef:
    return AppRef(text, region=region, name=name, id=id_)


_URL_HEADERS: Final = frozenset({"location", "content-location"})
"""Headers with a URL, which may be relative."""

_SENSITIVE_HEADERS: Final = frozenset(
    {
        "authorization",
        "cookie",
        "proxy-authorization",
        "set-cookie",
        "x-authorization-otp",
    }
)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    store: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        store[key] = f"{store[key]}, {value}" if key in store else value
    return store


@unlisted("_held", "_items")
class Headers(ShownByRepr, Mapping[str, str]):
    """HTTP headers: case-insensitive, read-only, with credentials masked in `repr`.

    Args:
        items: Names and values; the values of a repeated name are joined with a comma.
    """

    __slots__ = ("_held",)

    def __init__(self, items: Mapping[str, str] | list[tuple[str, str]] | None = None) -> None:
        # Checking whether a list is a mapping takes longer than everything else.
        pairs = items.items() if type(items) is not list and isinstance(items, Mapping) else items
        self._held: dict[str, str] | Sequence[tuple[bytes, bytes]] = _joined(pairs or ())

    @classmethod
    def _of(cls, store: dict[str, str]) -> Headers:
        """Wrap a dict whose names are already in lower case."""
        headers = cls.__new__(cls)
        headers._held = store  # noqa: SLF001 - it is one of this class
        return headers

    @classmethod
    def _received(cls, raw: Sequence[tuple[bytes, bytes]]) -> Headers:
        """Wrap the headers of a response; they are decoded on first use, which is rare."""
        headers = cls.__new__(cls)
        headers._held = raw  # noqa: SLF001 - it is one of this class
        return headers

    @property
    def _items(self) -> dict[str, str]:
        held = self._held
        if not isinstance(held, dict):
            # The result is always the same, so several threads may do this at once.
            pairs = [(k.decode("ascii", "replace"), v.decode("latin-1")) for k, v in held]
            self._held = held = _joined(pairs)
        return held

    def with_values(self, values: Mapping[str, str]) -> Headers:
        """Return a copy in which `values` (names in lower case) replace existing headers."""
        return Headers._of({**self._items, **values})

    def __getitem__(self, name: str) -> str:
        return self._items[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._items

    # The methods of `Mapping` would look up each value, with an exception for a missing one.

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str | T) -> str | T: ...
    def get(self, name: str, /, default: object = None) -> object:
        """Return a value, or the default."""
        return self._items.get(name.lower(), default)

    def items(self) -> ItemsView[str, str]:
        """Return a view on names and values."""
        return _Items(self)

    def __repr__(self) -> str:
        shown = {name: _shown(name, value) for name, value in self._items.items()}
        return f"Headers({shown!r})"


class _Items(ItemsView[str, str]):
    """Names and values, masked in `repr` like the headers."""

    __slots__ = ()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        headers = cast("Headers", self._mapping)  # type: ignore[attr-defined]
        return iter(headers._items.items())  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def _shown(name: str, value: str) -> str:
    """Return the part of a header that may be shown; the query of a URL may contain a token."""
    if name in _SENSITIVE_HEADERS:
        return "***"
    url, mark, _ = value.partition("?")
    return f"{url}?…" if mark and ("://" in url or name in _URL_HEADERS) else value


@attrs.frozen
class Timeout:
    """How long the phases of one attempt may take, each in seconds; `None` is no limit.

    Attributes:
        connect: Opening the connection, TLS included.
        read: The longest silence while waiting for the response or reading it.
        write: The longest stall while the request is sent.
        pool: Waiting for a free connection.
    """

    connect: float | None = 5.0
    read: float | None = 30.0
    write: float | None = 30.0
    pool: float | None = 10.0

    def __attrs_post_init__(self) -> None:
        for name in ("connect", "read", "write", "pool"):
            optional_seconds(getattr(self, name), f"timeout.{name}")

    @classmethod
    def of(cls, value: float | Timeout | None) -> Timeout:
        """Make a `Timeout` from a caller's argument.

        Args:
            value: A `Timeout`; a number of seconds for each phase; or `None` for no limits.

        Returns:
            The timeout.

        Raises:
            InvalidArgumentError: The value is negative, not finite, or not a number.
        """
        if isinstance(value, Timeout):
            return value
        limit = optional_seconds(value, "timeout")
        return cls(connect=limit, read=limit, write=limit, pool=limit)


class RequestOptions(TypedDict, total=False):
    """The options of every call, after its own arguments.

    Attributes:
        timeout: Seconds for each phase of an attempt, a `Timeout`, or `None` for no limit.
        deadline: Seconds for the call as a whole: waiting for the rate limit, the token
            exchange, all attempts and the pauses between them. `None` is no limit.
        max_retries: How many times the call may be retried, 0 or more.
        max_wait: The longest wait for the rate limit, in seconds; a longer wait raises
            `RateLimitError` before anything is sent. `None` waits as long as necessary.
        priority: `"low"` lets `"normal"` calls go first at the rate limit, but not forever. `None`
            is low for bulk work, and normal for everything else.
        max_json_values: How many values the JSON of a response may have, 500,000 by default; a
            response with more raises `ResponseTooLargeError` before it is parsed. The characters
            `{`, `[` and `,` are counted, including those in strings.
        headers: Headers to add to the request.
    """

    timeout: float | Timeout | None
    deadline: float | None
    max_retries: int
    max_wait: float | None
    priority: Literal["normal", "low"] | None
    max_json_values: int
    headers: Mapping[str, str]


Priority: TypeAlias = Literal["normal", "low"]
"""The order of calls at the rate limit."""

__getattr__ = moved(
    __name__,
    {"ClientOptions": "scalingo_async.config", "ClientSettings": "scalingo_async.config"},
)
