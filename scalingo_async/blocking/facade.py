"""What stands for the things of a client on the blocking side: one class for each of theirs.

A facade knows the thing that it stands for and how it was come by, so that a forked process comes
by another one. What is awaited there blocks here, and what comes of it is a facade again, or a
value, which passes as it is. Nothing is known here of what there is: it is read off the classes.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterable, Collection
from types import CoroutineType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from scalingo_async._core.door import DOOR
from scalingo_async._core.misuse import Block
from scalingo_async._core.secrets import Hidden, RedactedDict, concealed_by
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.blocking.held import Held
from scalingo_async.blocking.threads import Pulled, in_threads
from scalingo_async.bulk.job import Outcomes
from scalingo_async.errors import EventLoopError
from scalingo_async.pagination import Paginator
from scalingo_async.resources.databases.handle import Bound

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_async._core.secrets import Concealed
    from scalingo_async.blocking.portal import Door

AWAITED: Final[dict[type, str]] = {Paginator: "page", Outcomes: "report"}
"""What awaiting a thing is called where there is nothing to await."""

_FILLED_IN: Final = 3
"""So many arguments of a method are not given when it is bound to a database."""


class Facade(Uncopyable):
    """Stands for a thing of an async client.

    Args:
        door: The way to it.
        thing: What it stands for.
        recipe: Makes it anew in a forked process; `None` for what can't be.
    """

    __slots__ = ("__dict__", "__weakref__", "_age", "_begun", "_door", "_held", "_recipe", "_thing")

    def __init__(self, door: Door, thing: Any, recipe: Callable[[], Any] | None) -> None:
        self._door = door
        self._age = door.look_around()
        self._thing = thing
        # It may hold secrets that the call was given.
        self._recipe = Hidden(recipe)
        self._begun = False
        self._held: list[Held] = []

    def _target(self) -> Any:
        """Return what it stands for in this process.

        Raises:
            EventLoopError: That was begun in the parent of this process.
        """
        age = self._door.look_around()
        if self._age != age:
            recipe = self._recipe.reveal()
            if self._begun or recipe is None:
                raise EventLoopError(
                    f"this {type(self).__name__} was begun in another process, before that was "
                    "forked: begin it anew in this one"
                )
            self._thing, self._age = recipe(), age
        return self._thing

    def _attribute(self, name: str) -> Any:
        value = getattr(self._target(), name)
        return self._door_to(value, _reader(self, name))

    def _door_to(self, thing: Any, recipe: Callable[[], Any] | None) -> Any:
        """Return the facade of what comes of it; a value as it is."""
        return facade(self._door, thing, recipe, type(self))

    def __getattr__(self, name: str) -> Any:
        # Attributes that the thing itself has, and not its class.
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self._attribute(name)

    def __dir__(self) -> list[str]:
        own = [name for name in getattr(self._thing, "__dict__", ()) if not name.startswith("_")]
        return sorted({*object.__dir__(self), *own})

    def __repr__(self) -> str:
        return f"<blocking {type(self).__name__}>"


def facade(
    door: Door, thing: Any, recipe: Callable[[], Any] | None, owner: type[Facade] | None = None
) -> Any:
    """Return the facade of a thing; a value as it is.

    Args:
        door: The way to it.
        thing: The thing.
        recipe: Makes it anew in a forked process; `None` for what can't be.
        owner: The class of the facade that it comes of.
    """
    kind = type(thing)
    if is_live(kind):
        made = facade_class(kind)
        # A subclass of the caller's own stays one.
        made = owner if owner is not None and issubclass(owner, made) else made
        return _standing_for(made, door, thing, recipe)
    if kind is FunctionType and "raw_response_of" in vars(thing):
        return Function(door, thing, recipe)
    return thing


def _standing_for(
    kind: type[Facade], door: Door, thing: Any, recipe: Callable[[], Any] | None
) -> Facade:
    made = kind.__new__(kind)
    Facade.__init__(made, door, thing, recipe)
    return made


def is_live(kind: type) -> bool:
    """Tell whether things of a class belong to a client and its loop; all others are values."""
    return issubclass(kind, Uncopyable) and not issubclass(kind, Facade)


@functools.cache
def facade_class(kind: type) -> type[Facade]:
    """Return the class of the facades of a class."""
    members: dict[str, Any] = {"__doc__": kind.__doc__, "__module__": "scalingo_async.blocking"}
    for name in dir(kind):
        if not name.startswith("_"):
            member = inspect.getattr_static(kind, name)
            members["close" if name == "aclose" else name] = _member(name, member)
    if hasattr(kind, "__aenter__"):
        members.update(__enter__=_enter, __exit__=_exit)
    if hasattr(kind, "__aiter__") and not issubclass(kind, Block):
        members["__iter__"] = _iter
    if hasattr(kind, "__anext__"):
        members["__next__"] = _next
    if kind in AWAITED:
        members[AWAITED[kind]] = _awaited
    if issubclass(kind, Paginator):
        members["__bool__"] = _no_truth
    return type(kind.__name__.lstrip("_"), (Facade,), {**members, "__slots__": ()})


def _member(name: str, member: Any) -> Any:
    if isinstance(member, functools.cached_property):
        part = functools.cached_property(lambda self: self._attribute(name))
        part.__doc__ = member.__doc__
        return part
    if isinstance(member, FunctionType):
        return _method(name, member, 1)
    if isinstance(member, Bound):
        return _method(name, member._method, _FILLED_IN)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return property(lambda self: self._attribute(name), doc=member.__doc__)


def _method(name: str, function: Callable[..., Any], behind: int) -> Any:
    """Make the method that does what one of an async client does.

    Args:
        name: Its name.
        function: The function that is called in the end.
        behind: How many arguments are filled in.
    """
    concealed, kinds = concealment(function), kinds_of(function, behind)

    def call(self: Facade, /, *args: Any, **kwargs: Any) -> Any:
        kwargs = RedactedDict(kwargs)
        if concealed is not None:
            filled = (None,) * (behind - 1)
            args = concealed.conceal((*filled, *args), kwargs)[behind - 1 :]
        door = door_among(self._door, args, kwargs)
        recipe = functools.partial(ask, door, _reader(self, name), kinds, args, kwargs)
        made = recipe()
        # While it waits, no frame holds what may be secret.
        del args, kwargs
        return finish(door, made, recipe, type(self))

    return dressed(call, name, function, behind)


def dressed(call: Any, name: str, function: Callable[..., Any], behind: int) -> Any:
    """Let a function show what it stands for."""
    call.__name__ = name
    call.__qualname__ = function.__qualname__
    call.__module__ = function.__module__
    call.__doc__ = function.__doc__
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    call.__signature__ = signature.replace(
        parameters=parameters[: behind > 0] + parameters[behind:]
    )
    return call


def _reader(self: Facade, name: str) -> Callable[[], Any]:
    return lambda: getattr(self._target(), name)


def ask(
    door: Door,
    function: Callable[[], Callable[..., Any]],
    kinds: dict[str | int, str],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Call a function of the async side; returns what came of it, which may have to be awaited.

    Args:
        door: The way there.
        function: Returns the function.
        kinds: Which of its arguments are async ones.
        args: Its arguments, as they were given here.
        kwargs: The named ones.
    """
    there = tuple(_given(door, kinds.get(n), each) for n, each in enumerate(args))
    named = RedactedDict({n: _given(door, kinds.get(n), each) for n, each in kwargs.items()})
    mark = DOOR.set(door)
    try:
        return function()(*there, **named)
    finally:
        DOOR.reset(mark)


def finish(
    door: Door, made: Any, recipe: Callable[[], Any], owner: type[Facade] | None = None
) -> Any:
    """Wait for what a call has begun, if it has; returns what comes of it, on this side."""
    if isinstance(made, CoroutineType):
        return facade(door, door.run(cast("Any", made)), None, owner)
    return facade(door, made, recipe, owner)


# -- protocols -----------------------------------------------------------------------------------


def _awaited(self: Facade) -> Any:
    """Do all of it, and return what awaiting it gives an async program."""

    async def wait() -> Any:
        return await target

    target = self._target()
    self._begun = True
    return self._door_to(self._door.run(wait()), None)


def _iter(self: Facade) -> Any:
    target = self._target()
    source = aiter(target)
    if source is target:
        return self
    return self._door_to(source, None)


def _next(self: Facade) -> Any:
    target = self._target()
    self._begun = True
    for item in getattr(target, "at_hand", tuple)():
        return item
    try:
        return self._door_to(self._door.run(anext(target)), None)
    except StopAsyncIteration:
        raise StopIteration from None


def _enter(self: Facade) -> Any:
    target, door = self._target(), self._door
    self._begun = True
    held = Held(target)
    value = door.run(held.enter(door))
    self._held.append(held)
    return self if value is target else self._door_to(value, None)


def _exit(self: Facade, *reason: Any) -> bool | None:
    held = self._held.pop()
    # It is over already if the client was closed inside.
    return False if self._door.closed and held.left else self._door.run(held.leave(*reason))


def _no_truth(self: Facade) -> NoReturn:
    raise TypeError(
        f"a {type(self).__name__} is neither true nor false before it is fetched: take its "
        "`.page()`, which is the first, or `.collect()` for all items"
    )


class Function(Facade):
    """A function that a client has made, such as `client.with_raw_response` does."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it, and wait for what it returns."""
        recipe = functools.partial(ask, self._door, self._target, {}, args, RedactedDict(kwargs))
        made = recipe()
        del args, kwargs
        return finish(self._door, made, recipe)


# -- what is given -------------------------------------------------------------------------------


def kinds_of(function: Callable[..., Any], behind: int = 0) -> dict[str | int, str]:
    """Return which arguments of a function are async ones: functions, or items to iterate over.

    Args:
        function: The function.
        behind: So many arguments are not given.
    """
    kinds: dict[str | int, str] = {}
    known = vars(inspect.getmodule(function))
    parameters = list(inspect.signature(function).parameters.values())
    for place, parameter in enumerate(parameters[behind:]):
        told = str(parameter.annotation)
        told += "".join(str(known.get(word, "")) for word in told.split())
        if "AsyncIterable" in told:
            kinds[place] = kinds[parameter.name] = "items"
        elif "Awaitable" in told:
            kinds[place] = kinds[parameter.name] = "function"
    return kinds


def _given(door: Door, kind: str | None, value: Any) -> Any:
    if isinstance(value, Facade):
        if value._door is door:  # noqa: SLF001
            return value._target()  # noqa: SLF001
        return in_threads(value) if callable(value) else Pulled(value) if kind == "items" else value
    if kind == "function" and callable(value):
        known = _async_original(door, value)
        if known is not None:
            return known
        return value if inspect.iscoroutinefunction(value) else in_threads(value)
    if (
        kind == "items"
        and hasattr(value, "__iter__")
        and not isinstance(value, Collection | AsyncIterable)
    ):
        return Pulled(value)
    return value


def _async_original(door: Door, function: Any) -> Any:
    """Return the async method behind one of a facade; `None` if it is none of this door."""
    if isinstance(function, functools.partial):
        inner = _async_original(door, function.func)
        return inner and functools.partial(inner, *function.args, **function.keywords)
    if isinstance(function, Function) and function._door is door:  # noqa: SLF001
        return function._target()  # noqa: SLF001
    owner = getattr(function, "__self__", None)
    if isinstance(function, MethodType) and isinstance(owner, Facade) and owner._door is door:  # noqa: SLF001
        return getattr(owner._target(), function.__name__)  # noqa: SLF001
    return None


def door_among(door: Door, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Door:
    """Return a door; in place of one that leads to no client, that of an argument which does."""
    if door.leads_to_a_client:
        return door
    doors = map(_door_of, (*args, *kwargs.values()))
    return next((each for each in doors if each is not None), door)


def _door_of(value: Any) -> Door | None:
    """Return the door of a facade, or of a method of one."""
    if isinstance(value, functools.partial):
        value = value.func
    owner = value if isinstance(value, Facade) else getattr(value, "__self__", None)
    return owner._door if isinstance(owner, Facade) else None  # noqa: SLF001


def concealment(function: Any) -> Concealed | None:
    """Return what a function conceals, below its other decorators."""
    while function is not None:
        found = concealed_by(function)
        if found is not None:
            return found
        function = getattr(function, "__wrapped__", None)
    return None
