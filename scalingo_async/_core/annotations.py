"""Checks of a method's arguments, derived from its annotations.

`@checked` refuses an argument whose type doesn't match the annotation before the method starts,
with an error that names the argument and says what to write instead. `Resource` applies it to every
public method of its subclasses, so none can be forgotten. The method itself checks the value beyond
its type, such as an empty id or a number that is too large.

Annotations are compiled when the method is first called. After that, most arguments are accepted by
their class alone; only the others are checked more closely.
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast, is_typeddict

from scalingo_async._core.arguments import (
    as_dict,
    as_text,
    is_integer,
    plain_function,
    shown,
    wrong_kind,
)
from scalingo_async._core.secrets import concealed_by, mark_coroutine
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.types import UNSET, AppRef, RequestOptions, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Look: TypeAlias = Callable[["Place", object], object]

Method = TypeVar("Method", bound="Callable[..., Any]")

_OPTIONS: Final = frozenset(RequestOptions.__annotations__)
_OWN_CHECKS: Final = "__checks_itself__"
_OLD_NAMES: Final = "__old_names__"


class Place(NamedTuple):
    """The place of a value: its argument, and whether it may be shown."""

    name: str
    open: bool = True

    def item(self, position: int) -> Place:
        """Return the place of an item of a list."""
        return Place(f"{self.name}[{position}]", self.open)

    def key(self, key: str) -> Place:
        """Return the place of a value of a dict whose keys are known."""
        return Place(f"{self.name}[{key!r}]", self.open)


class Kind:
    """One of the kinds of values in an annotation.

    Attributes:
        called: What a message calls it; nothing for what is not worth naming.
        example: How one is written.
        admits: Tells whether a value looks like one.
        exact: Classes whose objects need no closer look.
        look: Looks into it; returns the value to go on with.
        write: Returns what to write for a value of another kind, if that is plain.
        among: The values that there are, where there are few.
    """

    __slots__ = ("admits", "among", "called", "exact", "example", "look", "write")

    def __init__(
        self,
        called: str,
        admits: Callable[[object], bool],
        exact: tuple[type, ...] = (),
        look: Look | None = None,
        write: Callable[[object], str | None] | None = None,
        among: tuple[object, ...] = (),
        example: str = "...",
    ) -> None:
        self.called = called
        self.admits = admits
        self.exact = exact
        self.look = look
        self.write = write
        self.among = among
        self.example = example


class Expected:
    """The values that an annotation accepts: one of several kinds.

    Attributes:
        kinds: The kinds.
        exact: Classes whose objects need no closer look.
    """

    __slots__ = ("exact", "kinds")

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self.kinds = kinds
        self.exact = frozenset(cls for kind in kinds for cls in kind.exact)

    @property
    def called(self) -> str:
        """What a message calls it."""
        kinds = [kind for kind in self.kinds if kind is not _STR or _PATH not in self.kinds]
        return " or ".join(dict.fromkeys(kind.called for kind in kinds if kind.called))

    @property
    def example(self) -> str:
        """How one is written."""
        return self.kinds[0].example

    def check(self, place: Place, value: object) -> object:
        """Return the value, or another one that means the same.

        Raises:
            InvalidArgumentError: It is of no such kind.
        """
        for kind in self.kinds:
            if kind.admits(value):
                return value if kind.look is None else kind.look(place, value)
        among = [option for kind in self.kinds for option in kind.among]
        if place.open and any(type(value) is type(option) for option in among):
            raise InvalidArgumentError(f"{place.name} must be {self.called}, not {shown(value)}")
        write = None
        if value is None and any(kind is _UNSET for kind in self.kinds):
            write = "leave it out instead"
        elif place.open:
            kinds = self.kinds if _PATH not in self.kinds else ()
            texts = (kind.write(value) for kind in kinds if kind.write is not None)
            write = next((f"write {text}" for text in texts if text), None)
        elif _is_number(value) and _STR in self.kinds:
            write = "write it in quotes"
        raise wrong_kind(value, place.name, self.called, write)


# -- the kinds -----------------------------------------------------------------------------------


def _digits(value: object) -> str | None:
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return value.strip()
    return None


def _truth(value: object) -> str | None:
    if isinstance(value, int | float) and value in {0, 1}:
        return str(bool(value))
    known = {"true": "True", "yes": "True", "1": "True", "false": "False", "no": "False"}
    return known.get(value.lower()) if isinstance(value, str) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _not_nan(place: Place, value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidArgumentError(f"{place.name} must be a finite number, not {value}")
    return value


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def _plain(called: str, cls: type | tuple[type, ...], **more: Any) -> Kind:
    return Kind(called, lambda value: isinstance(value, cls), **more)


_NONE: Final = Kind("None", lambda value: value is None, (type(None),))
_UNSET: Final = Kind("", lambda value: value is UNSET, (type(UNSET),))
_PATH: Final = _plain("a path", os.PathLike)
_STR: Final = _plain("a str", str, exact=(str, AppRef), write=as_text, example="'...'")

_NAMED: Final[dict[str, Kind]] = {
    "None": _NONE,
    "Unset": _UNSET,
    "Secret": _plain("", Secret, exact=(Secret,)),
    "bool": _plain("True or False", bool, exact=(bool,), write=_truth, example="True"),
    "bytes": _plain("bytes", bytes, exact=(bytes,)),
    "date": Kind(
        "a date", lambda value: isinstance(value, date) and not isinstance(value, datetime), (date,)
    ),
    "datetime": _plain("a datetime", datetime, exact=(datetime,)),
    "float": Kind("a number", _is_number, (int,), _not_nan, _digits, example="0.5"),
    "int": Kind("an int", is_integer, (int,), None, _digits, example="1"),
    "str": _STR,
    "timedelta": _plain("a timedelta", timedelta, exact=(timedelta,)),
}


def kinds_named(names: Iterable[str]) -> tuple[Kind, ...]:
    """Return the kinds that annotations have these names for."""
    return tuple(_NAMED[name] for name in names)


def _is_many(value: object) -> bool:
    """Return whether a value is a list, or an iterable that can become one."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping)


def _list_of(item: Expected) -> Kind:
    def look(place: Place, values: object) -> object:
        given = cast("Iterable[object]", values)
        return [item.check(place.item(at), value) for at, value in enumerate(given)]

    def write(value: object) -> str | None:
        return f"[{shown(value)}]" if any(kind.admits(value) for kind in item.kinds) else None

    example = f"[{item.example}]"
    return Kind(f"a list such as {example}", _is_many, (), look, write, example=example)


def _dict_of(values: Expected) -> Kind:
    def look(place: Place, value: object) -> object:
        mapping = cast("Mapping[object, object]", value)
        for key, each in mapping.items():
            if not isinstance(key, str):
                raise wrong_kind(key, f"each key of {place.name}", "a str")
            # No text is shown where a text is right.
            shows = place.open or _STR in values.kinds
            values.check(Place(f"{place.name}: the value of {key}", shows), each)
        return mapping

    example = f"{{'NAME': {values.example}}}"
    return Kind(f"a dict such as {example}", _is_mapping, (), look, as_dict, example=example)


def _typed_dict(cls: Any, scope: Mapping[str, Any]) -> Kind:
    """Return the kind of a dict whose keys are known."""
    fields = {
        key: compiled(getattr(each, "__forward_arg__", each), scope)
        for key, each in cls.__annotations__.items()
    }
    required = sorted(cls.__required_keys__)

    def look(place: Place, value: object) -> object:
        mapping = cast("Mapping[object, object]", value)
        known = ", ".join(fields)
        for key, each in mapping.items():
            if not isinstance(key, str) or key not in fields:
                raise InvalidArgumentError(
                    f"{place.name} has no key {shown(key)}; its keys are {known}"
                )
            expected = fields[key]
            if expected is not None:
                expected.check(place.key(key), each)
        missing = [key for key in required if key not in mapping]
        if missing:
            raise InvalidArgumentError(f"{place.name} needs {missing[0]!r}; its keys are {known}")
        return mapping

    examples = [
        f"{key!r}: {field.example}"
        for key, field in fields.items()
        if field is not None and key in (required or fields)
    ]
    example = f"{{{', '.join(examples)}}}"
    return Kind(f"a dict such as {example}", _is_mapping, (), look, as_dict, example=example)


def _one_of(options: tuple[object, ...]) -> Kind:
    def admits(value: object) -> bool:
        return any(value.__class__ is option.__class__ and value == option for option in options)

    return Kind(" or ".join(map(repr, options)), admits, among=options)


def _function(result: str) -> Kind:
    def look(place: Place, value: object) -> object:
        if "Awaitable" not in result:
            plain_function(value, place.name)
        return value

    return Kind("a function", callable, (), look)


def _json(place: Place, value: object) -> object:
    """Look whether a value has a JSON form."""
    try:
        wrong = next(_without_json(place.name, value), None)
    except RecursionError:
        raise InvalidArgumentError(f"{place.name} is nested too deeply") from None
    if wrong is not None:
        name, found = wrong
        if isinstance(found, float):
            raise InvalidArgumentError(f"{name} must be a finite number, not {found}")
        raise wrong_kind(found, name, "a JSON value")
    return value


def _without_json(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, each in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                yield f"each key of {name}", key
            yield from _without_json(f"{name}[{key!r}]", each)
    elif isinstance(value, list | tuple):
        for at, each in enumerate(cast("list[object]", value)):
            yield from _without_json(f"{name}[{at}]", each)
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield name, value
    elif value is not None and not isinstance(value, str | int | Secret):
        yield name, value


_JSON: Final = Kind("a JSON value", lambda value: value is not UNSET, (str, bool), _json)


# -- from annotations to kinds -------------------------------------------------------------------


def compiled(annotation: object, scope: Mapping[str, Any]) -> Expected | None:
    """Return what an annotation admits; `None` when only the method itself knows."""
    if not isinstance(annotation, str):
        return None
    kinds = _kinds(ast.parse(annotation, mode="eval").body, scope)
    return None if kinds is None else Expected(tuple(kinds))


def _kinds(node: ast.expr, scope: Mapping[str, Any]) -> list[Kind] | None:
    if isinstance(node, ast.BinOp):
        left, right = _kinds(node.left, scope), _kinds(node.right, scope)
        return None if left is None or right is None else left + right
    if isinstance(node, ast.Constant) and node.value is None:
        return [_NONE]
    if isinstance(node, ast.Name):
        return _of_name(node.id, scope)
    if isinstance(node, ast.Subscript):
        return _of_generic(ast.unparse(node.value), node.slice, scope)
    return None


def _of_name(name: str, scope: Mapping[str, Any]) -> list[Kind] | None:
    if name == "JSONValue":
        return [_JSON]
    if name in _NAMED:
        return [_NAMED[name]]
    found = scope.get(name)
    if is_typeddict(found):
        return [_typed_dict(found, vars(sys.modules[found.__module__]))]
    if isinstance(found, type) and found is not Any and not getattr(found, "_is_protocol", False):
        return [_plain(f"a {name}", found, exact=(found,))]
    return None


def _of_generic(name: str, inner: ast.expr, scope: Mapping[str, Any]) -> list[Kind] | None:
    if name == "Literal":
        options = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        return [_one_of(tuple(ast.literal_eval(option) for option in options))]
    if name == "os.PathLike":
        return [_PATH]
    if name == "Callable":
        return [_function(ast.unparse(inner))]
    if name in {"Iterable", "Sequence"}:
        item = _kinds(inner, scope)
        return None if item is None else [_list_of(Expected(tuple(item)))]
    if name == "Mapping" and isinstance(inner, ast.Tuple):
        values = _kinds(inner.elts[1], scope)
        return None if values is None else [_dict_of(Expected(tuple(values)))]
    return None


# -- methods -------------------------------------------------------------------------------------


_MANY: Final = 64
_FRAMES: Final = 5 if mark_coroutine is not None else 6
"""How far above a warning is the code that called the method, or that awaits it."""

_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Arguments:
    """The arguments of one method, compiled when it is first called.

    Attributes:
        known: Classes of the arguments of calls that were right by their classes alone, with the
            names of those that were named; calls like these need no closer look. What is noted of
            them is whether there is an `AppRef` among them.
    """

    def __init__(self, function: Callable[..., Any], secret: tuple[str, ...]) -> None:
        self.known: dict[tuple[object, ...], bool] = {}
        self._function = function
        self._secret = secret
        self._positions: list[str] = []
        self._named: dict[str, Expected | None] = {}
        self._more: str | None = None
        self._expected: dict[str, Expected | None] = {}
        self._places: dict[str, Place] = {}
        self._old: Mapping[str, str] = getattr(function, _OLD_NAMES, {})
        self._compiled = False

    def _compile(self) -> None:
        function = self._function
        scope = vars(sys.modules[function.__module__])
        own = getattr(function, _OWN_CHECKS, ())
        _, *parameters = inspect.signature(function).parameters.values()
        for parameter in parameters:
            name, annotation = parameter.name, parameter.annotation
            if parameter.kind is parameter.VAR_KEYWORD:
                if annotation == "Unpack[RequestOptions]":
                    # They are checked with the client's own.
                    self._named.update(dict.fromkeys(_OPTIONS))
                continue
            expected = None if name in own else compiled(annotation, scope)
            self._expected[name] = expected
            secret = name in self._secret or "Secret" in str(annotation)
            self._places[name] = Place(name, not secret)
            if parameter.kind is parameter.VAR_POSITIONAL:
                self._more = name
                continue
            self._named[name] = expected
            if parameter.kind in _POSITIONAL:
                self._positions.append(name)
        self._compiled = True

    def looked_at(
        self, owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any], key: tuple[object, ...]
    ) -> tuple[Exception | None, Any, tuple[Any, ...], dict[str, Any]]:
        """Look closely; returns what is wrong, if anything is, and what to go on with.

        That is whose method is called, the arguments by position, and those by name.
        """
        try:
            if key not in self.known:
                args, kwargs = self._looked_into(args, kwargs, key)
            if _has_ref(key):
                owner = self._at_home(owner, args, kwargs)
        except (InvalidArgumentError, TypeError) as error:
            # Its frames hold what was given.
            return error.with_traceback(None), owner, (), {}
        return None, owner, args, kwargs

    def _looked_into(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], key: tuple[object, ...]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if not self._compiled:
            self._compile()
        given = kwargs
        names = self._names_of(args)
        kwargs = self._by_new_names(kwargs)
        self._check_names(kwargs)
        args = tuple(map(self._check, names, args))
        kwargs = {name: self._check(name, value) for name, value in kwargs.items()}
        if self._old and not given.keys().isdisjoint(self._old):
            # To be translated each time.
            return args, kwargs
        pairs = [*zip(names, args, strict=True), *kwargs.items()]
        if len(self.known) < _MANY and all(self._is_exact(*pair) for pair in pairs):
            self.known[key] = _has_ref(key)
        return args, kwargs

    def _at_home(self, owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return whose method is to be called: that of the region of the app that it is about.

        Args:
            owner: Whose method was called.
            args: The arguments by position, which were looked at.
            kwargs: Those by name.

        Raises:
            InvalidArgumentError: The arguments name apps of different regions.
        """
        pairs = [*zip(self._names_of(args), args, strict=True), *kwargs.items()]
        refs = [
            (name, value)
            for name, value in pairs
            if name in NAMES_OF_APPS and isinstance(value, AppRef) and value.region is not None
        ]
        if not refs:
            return owner
        # What confirms a call does not say where it goes.
        refs.sort(key=lambda pair: pair[0] in CONFIRMATIONS)
        first, ref = refs[0]
        home = owner._in_region(ref.region)  # noqa: SLF001 - a resource's
        if first in CONFIRMATIONS and home is not owner:
            raise InvalidArgumentError(
                f"{self._called()} is about an app of the client's own region, but {first} is in "
                f"{ref.region}"
            )
        for name, other in refs:
            if other.region != ref.region:
                raise InvalidArgumentError(
                    f"{self._called()} is about one region, but {first} is in {ref.region} and "
                    f"{name} in {other.region}"
                )
        return home

    def _names_of(self, args: tuple[Any, ...]) -> list[str]:
        """Return the name of each argument that was given by position."""
        names = self._positions
        more = len(args) - len(names)
        if more <= 0:
            return names[: len(args)]
        if self._more is None:
            raise TypeError(self._too_many(len(args)))
        return names + [self._more] * more

    def _by_new_names(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the named arguments by the names that they have now, with a warning if need be."""
        for old, new in self._old.items():
            if old not in kwargs:
                continue
            if new in kwargs:
                raise InvalidArgumentError(f"{old} is the old name of {new}: give one of them")
            warnings.warn(
                f"{old} has a new name: {self._called()} takes {new}. The old one goes with 0.3",
                DeprecationWarning,
                stacklevel=_FRAMES,
            )
            kwargs = {(new if name == old else name): value for name, value in kwargs.items()}
        return kwargs

    def _check_names(self, kwargs: dict[str, Any]) -> None:
        unknown = [name for name in kwargs if name not in self._named]
        if unknown:
            raise InvalidArgumentError(self._unknown(unknown))

    def _check(self, name: str, value: object) -> object:
        expected = self._expected.get(name)
        return value if expected is None else expected.check(self._places[name], value)

    def _is_exact(self, name: str, value: object) -> bool:
        expected = self._expected.get(name)
        return expected is None or type(value) in expected.exact

    def _called(self) -> str:
        return f"{self._function.__qualname__.removesuffix('.__init__')}()"

    def _too_many(self, given: int) -> str:
        names = self._positions
        rest = [name for name in self._named if name not in names and name not in _OPTIONS]
        takes = f"{', '.join(names)} by position" if names else "nothing by position"
        named = f"; by name: {', '.join(f'{name}=...' for name in rest)}" if rest else ""
        return f"{self._called()} takes {takes}, but {given} were given{named}"

    def _unknown(self, names: list[str]) -> str:
        own = [name for name in self._named if name not in _OPTIONS]
        takes = f"{self._called()} takes {', '.join(own) or 'none of its own'}"
        options = f". Every call takes: {', '.join(sorted(_OPTIONS))}"
        return (
            f"unknown argument: {', '.join(names)}{self._hint(names[0])}; {takes}"
            f"{options if 'timeout' in self._named else ''}"
        )

    def _hint(self, name: str) -> str:
        from difflib import get_close_matches

        if self._function.__name__ == "list" and name in _PAGING and "page" not in self._named:
            return " (it isn't paginated: one answer holds all items)"
        if name in _PAGING and "page" in self._named:
            return " (`.collect(limit=...)` and `.pages(max_pages=...)` of the list end it early)"
        other = _OTHER_NAMES.get(name)
        close = [other] if other in self._named else get_close_matches(name, self._named, 1)
        return f" (did you mean {close[0]}?)" if close else ""


NAMES_OF_APPS: Final = frozenset({"app", "app_id", "current_name", "database", "parent_id"})
"""Arguments that name an app, or a database that is one; a call goes to the region of that."""

CONFIRMATIONS: Final = frozenset({"current_name"})
"""Those that repeat a name to confirm a call."""


def _has_ref(key: tuple[object, ...]) -> bool:
    return any(isinstance(kind, type) and issubclass(kind, AppRef) for kind in key)


_OTHER_NAMES: Final = {
    "api_key": "api_token",
    "app_id": "app",
    "app_name": "app",
    "base_url": "api_url",
    "retries": "max_retries",
    "token": "api_token",
}
"""What arguments are called elsewhere."""

_PAGING: Final = frozenset(
    {"cursor", "limit", "max_items", "offset", "page", "page_size", "pages", "per_page"}
)


def checked(method: Method) -> Method:
    """Refuse arguments that don't match the annotations of a method.

    It goes above all decorators of the method, in place of `conceals`, whose work it does too: no
    frame holds an argument that this conceals. A coroutine function stays one, and raises when it
    is awaited.
    """
    concealed = concealed_by(method)
    # In place of the function that conceals, so that there is one more call and not two.
    function: Callable[..., Any] = method if concealed is None else concealed.function
    arguments = Arguments(function, () if concealed is None else concealed.names)
    known = arguments.known
    conceal = None if concealed is None else concealed.conceal

    @functools.wraps(function)
    def call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        problem: Exception | None = None
        key: tuple[object, ...] = (*map(type, args),)
        if kwargs:
            key = (*key, *kwargs, *map(type, kwargs.values()))
        if known.get(key) is not False:
            problem, self, args, kwargs = arguments.looked_at(self, args, kwargs, key)
        if problem is None and conceal is not None:
            problem, args, kwargs = _wrapped(conceal, args, kwargs)
        if problem is not None:
            if coroutine:
                return _refused(problem)
            raise problem
        return function(self, *args, **kwargs)

    coroutine = inspect.iscoroutinefunction(function)
    if not coroutine:
        return cast("Method", call)
    if mark_coroutine is not None:
        mark_coroutine(call)
        return cast("Method", call)

    @functools.wraps(function)
    async def call_later(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        # What `call` does for most calls, in a frame less.
        plain = conceal is None and not kwargs and known.get((*map(type, args),)) is False
        try:
            asked = (function if plain else call)(self, *args, **kwargs)
        finally:
            # They may be secret: this frame waits, and is in every traceback.
            del args, kwargs
        return await asked

    return cast("Method", call_later)


def _wrapped(
    conceal: Callable[..., tuple[Any, ...]], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Exception | None, tuple[Any, ...], dict[str, Any]]:
    """Conceal arguments; returns why one can't be, if it can't, and what to go on with."""
    try:
        return None, conceal(args, kwargs), kwargs
    except InvalidArgumentError as error:
        # Its frames hold what was given.
        return error.with_traceback(None), (), {}


async def _refused(problem: Exception) -> Any:
    raise problem


def renamed(**old_names: str) -> Callable[[Method], Method]:
    """Declare the old names of arguments; put it directly above the method.

    Args:
        **old_names: The new name of each; the old one works with a warning.
    """

    def mark(method: Method) -> Method:
        setattr(method, _OLD_NAMES, old_names)
        return method

    return mark


def checks_itself(*names: str) -> Callable[[Method], Method]:
    """Declare that a method checks some arguments itself; put it directly above the method."""

    def mark(method: Method) -> Method:
        setattr(method, _OWN_CHECKS, names)
        return method

    return mark
