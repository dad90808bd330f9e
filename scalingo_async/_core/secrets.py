"""Keep secrets out of tracebacks: error reporters record the variables of each frame.

There are two ways, one for what goes in and one for what comes out:

- `@conceals("token", ...)` wraps arguments before the frame of the function exists. Texts arrive
  as `Secret`, mappings as `RedactedDict`, bytes and collections as `Hidden`. It goes with
  functions, coroutine functions, functions that make async generators, and above
  `@asynccontextmanager`. Stack it below decorators that mark a function, above all others.
- `hidden_frames` takes the traceback off the exceptions that leave it: `with hidden_frames:`
  around statements, in whatever kind of function, or `@hidden_frames` on a function or a
  coroutine function. The frame that holds the `with` does not show either. Use it where a variable
  has to hold a secret or an answer. `without_frames` does it to an exception that is kept.

What else is hidden, and where to say so:

- Fields of models: `repr=masked` (`models.base`). Headers: `types._SENSITIVE_HEADERS`.
- A library's own exceptions lose the tracebacks of all that led to them, and some a request that
  they hold: `transports.failures.strip` and `transports._httpx.failures.ErrorTable`.
- The exceptions of a caller's own function keep their tracebacks. Where they pass a library, what
  it has added is taken off, and what they had is put back: `transports._httpx.upload.Upload` and
  `transports.aiohttp._Upload`. They must be raised outside of `hidden_frames`.
- Errors about an answer that can't be read are raised outside of the `except` clause
  (`_core.endpoint`, `pagination`, `streams.decoding`), so that they have no context.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, ParamSpec, TypeVar, cast

from scalingo_async._core.arguments import refuse_masked
from scalingo_async._core.unlisted import ShownByRepr, unlisted
from scalingo_async.errors import ScalingoError
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")
E = TypeVar("E", bound=BaseException)

_COLLECTIONS: Final = cast(
    "tuple[type[object], ...]", (bytes, bytearray, memoryview, list, tuple, set, frozenset)
)

_NOTED: Final = "__concealed_by__"

mark_coroutine: Callable[[Any], Any] | None = getattr(inspect, "markcoroutinefunction", None)
"""Makes a function count as a coroutine function; there since Python 3.12."""


class RedactedDict(ShownByRepr, dict[str, V]):
    """A dict that doesn't show its values."""

    def __repr__(self) -> str:
        return f"RedactedDict({sorted(map(str, self))})"


@unlisted("_value")
class Hidden(Generic[T]):
    """What does not show itself and is no text, for which there is `Secret`.

    Args:
        value: Bytes, a collection, or whatever it is.
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """Return the thing itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"<Hidden {type(self._value).__name__}>"


_REVEALING: Final[Any] = (Hidden, Secret)


def reveal(value: T) -> T:
    """Return the content of a `Hidden` or a `Secret`; anything else unchanged.

    Arguments are annotated as what the caller gives. Don't keep the result in a variable.
    """
    holder: Any = value
    return holder.reveal() if isinstance(holder, _REVEALING) else value


def hide(value: T | str) -> T | Secret:
    """Make a secret of a text; return anything else as it is, to be refused by who knows why."""
    return Secret(value) if isinstance(value, str) else value


def _concealed(value: object, name: str) -> object:
    refuse_masked(value, name)
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, object]", value)
        return RedactedDict({name: hide(each) for name, each in mapping.items()})
    if isinstance(value, _COLLECTIONS):
        return Hidden(value)
    return hide(value)


def conceals(*names: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Wrap arguments so that no frame of the function shows them.

    The function is annotated `str | Secret` for a text. It may get anything that is neither text,
    bytes, collection nor mapping as it was given, to be refused.

    Where coroutine functions can be marked, the arguments are wrapped when it is called; before
    Python 3.12, in the first step of the coroutine.

    Args:
        *names: Names of the arguments; those of `**kwargs`, too.

    Returns:
        The decorator. The function keeps its signature, and its kind if that is not an async
        generator's.

    Raises:
        TypeError: The function has no such argument.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        places = _places(function, names)

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            args = _wrapped(places, args, kwargs)
            return function(*args, **kwargs)

        if not inspect.iscoroutinefunction(function):
            return _noted(call, function, places)
        if mark_coroutine is not None:
            mark_coroutine(call)
            return _noted(call, function, places)
        coroutine_function: Callable[P, Any] = function

        @functools.wraps(function)
        async def call_later(*args: P.args, **kwargs: P.kwargs) -> Any:
            args = _wrapped(places, args, kwargs)
            return await coroutine_function(*args, **kwargs)

        return _noted(cast("Callable[P, T]", call_later), function, places)

    return decorate


class Concealed:
    """What `conceals` was told of a function, for who calls that in its place.

    Attributes:
        function: The function itself.
        names: The arguments that it conceals.
    """

    def __init__(
        self, wrapper: object, function: Callable[..., Any], places: list[tuple[str, int]]
    ) -> None:
        self.wrapper = wrapper
        self.function = function
        self.names = tuple(name for name, _ in places)
        self._places = [(name, position - 1) for name, position in places]

    def conceal(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Wrap arguments, those behind `self`: by name in place, the others in the tuple."""
        wrapped: tuple[Any, ...] = _wrapped(self._places, args, kwargs)
        return wrapped


def concealed_by(function: object) -> Concealed | None:
    """Return what `conceals` was told of a function, if it has made it."""
    noted = getattr(function, _NOTED, None)
    return noted if isinstance(noted, Concealed) and noted.wrapper is function else None


def _noted(
    wrapper: Callable[P, T], function: Callable[..., Any], places: list[tuple[str, int]]
) -> Callable[P, T]:
    setattr(wrapper, _NOTED, Concealed(wrapper, function, places))
    return wrapper


def _places(function: Callable[..., object], names: tuple[str, ...]) -> list[tuple[str, int]]:
    """Return where arguments stand: their names and positions, -1 where a name is needed."""
    # What a signature says as well, which takes ten times as long to make.
    code = inspect.unwrap(function).__code__
    taken = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    positions = {
        name: position if position < code.co_argcount else -1 for position, name in enumerate(taken)
    }
    missing = [name for name in names if name not in positions]
    if missing and not code.co_flags & inspect.CO_VARKEYWORDS:
        raise TypeError(f"{function.__qualname__} has no argument {missing[0]!r}")
    return [(name, positions.get(name, -1)) for name in names]


def _wrapped(places: list[tuple[str, int]], args: Any, kwargs: dict[str, Any]) -> Any:
    """Wrap arguments: those that were named in place, the others in the tuple returned.

    Raises:
        InvalidArgumentError: One is the mask of a secret.
    """
    for name, position in places:
        if name in kwargs:
            kwargs[name] = _concealed(kwargs[name], name)
        elif 0 <= position < len(args):
            args = (*args[:position], _concealed(args[position], name), *args[position + 1 :])
    return args


def without_frames(error: E) -> E:
    """Take the traceback off an exception that is kept, and return it.

    An error of this package that was raised `from None` loses its context, too.
    """
    error.__traceback__ = None
    if isinstance(error, ScalingoError) and error.__suppress_context__:
        error.__context__ = None
    return error


def fresh(error: Exception) -> Exception:
    """Return a copy of an exception, without frames, for another task to raise.

    What can't be copied is returned itself.
    """
    if isinstance(error, ScalingoError):
        return error.copy()
    try:
        copied = copy.copy(error)
    except Exception:  # noqa: BLE001 - its class is anybody's
        return without_frames(error)
    return copied if type(copied) is type(error) else without_frames(error)


class _HiddenFrames:
    """See `hidden_frames`."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Literal[False]:
        # Python adds the frame of the `with` when an exception comes in, not when it goes on.
        if error is not None:
            without_frames(error)
        return False

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError("a generator hides its frames with `with hidden_frames:` inside of it")
        if inspect.iscoroutinefunction(function):
            coroutine_function: Callable[P, Any] = function

            @functools.wraps(function)
            async def call_later(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self:
                    return await coroutine_function(*args, **kwargs)

            return cast("Callable[P, T]", call_later)

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            with self:
                return function(*args, **kwargs)

        return call


hidden_frames: Final = _HiddenFrames()
"""Lets exceptions leave without their frames: a context manager, and a decorator."""
