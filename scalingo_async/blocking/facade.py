"""Facades: the blocking counterparts of the objects of a client, one class for each of theirs.

A method that is awaited there blocks here; its result is a facade again, or a value, which is
returned unchanged. Nothing about the objects is written down here: everything is derived from their
classes.
"""

# A facade's own attributes have names that no object of a client has.
# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

from __future__ import annotations

import functools
import inspect
import re
import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from importlib import import_module
from itertools import chain, repeat
from types import CoroutineType, FunctionType
from typing import Any, Final, NoReturn, cast

from scalingo_async._core.door import DOOR
from scalingo_async._core.misuse import Block
from scalingo_async._core.secrets import Hidden
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.blocking.portal import Door, Held, Portal
from scalingo_async.blocking.threads import in_threads, pulled
from scalingo_async.bulk.job import Outcomes
from scalingo_async.errors import EventLoopError
from scalingo_async.pagination import Paginator
from scalingo_async.resources.databases.handle import Bound

AWAITED: Final[dict[type, str]] = {Paginator: "page", Outcomes: "report"}
"""The name of the blocking method that replaces awaiting an object."""

FUNCTIONS: Final = frozenset({"function", "handler", "method", "on_unknown"})
"""The arguments that are async functions there, and blocking ones here."""

ITEMS: Final = frozenset({"apps", "body", "content", "items"})
"""The arguments with async iterables there, and blocking ones here."""

_FILLED_IN: Final = 3
"""How many arguments of a method are filled in if it is bound to a database."""


class Facade(Uncopyable):
    """The counterpart of an object of an async client.

    Args:
        door: The door to the client.
        thing: The async object.
        portal: The portal where it was started; `None` if it was not started, so that a forked
            process may use it.
    """

    def __init__(self, door: Door, thing: Any, portal: Portal | None = None) -> None:
        self._door, self._thing, self._portal = door, thing, portal
        self._held: list[Held] = []
        self._turn = threading.RLock()

    def _target(self) -> Any:
        """Return the async object.

        Raises:
            EventLoopError: It was started in the parent of this process.
        """
        if self._portal is not None and self._portal is not self._door.portal:
            name = type(self).__name__
            raise EventLoopError(
                f"this {name} was started before the process was forked: start a new one"
            )
        return self._thing

    def _begin(self) -> Any:
        """Return the async object, which belongs to this process from now on."""
        target, self._portal = self._target(), self._door.running()
        return target

    def _come_by(self, made: Any, door: Door | None = None) -> Any:
        """Wait for the result, if it is awaitable, and return its facade."""
        door, portal = door or self._door, self._portal
        if isinstance(cast("object", made), CoroutineType):
            made, portal = door.run(made), door.portal
        return facade(door, made, portal, type(self))

    def __getattr__(self, name: str) -> Any:
        # Attributes of the object itself; this class has those of its class.
        if name.startswith("_") or name not in getattr(self._thing, "__dict__", ()):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self._come_by(getattr(self._target(), name))

    def __dir__(self) -> list[str]:
        names = {*super().__dir__(), *getattr(self._thing, "__dict__", ())}
        return sorted(name for name in names if not name.startswith("_") or "__" in name)

    def __repr__(self) -> str:
        return f"<blocking {type(self).__name__}>"


def is_live(kind: Any) -> bool:
    """Return whether objects of a class belong to a client and its loop; all others are values."""
    return issubclass(kind, Uncopyable) and not issubclass(kind, Facade)


def facade(
    door: Door, thing: Any, portal: Portal | None = None, owner: type[Facade] = Facade
) -> Any:
    """Return the facade of an object, or a value unchanged.

    Args:
        door: The door to the client.
        thing: The object.
        portal: The portal where it was started, if it was.
        owner: The class of the facade that it comes from.
    """
    kind = cast("Any", type(thing))
    # A function that a client has made, such as by `client.with_raw_response`.
    if not is_live(kind) and "raw_response_of" not in getattr(thing, "__dict__", ()):
        return thing
    cls = facade_class(kind)
    # A subclass of the caller keeps its class.
    made = object.__new__(owner if issubclass(owner, cls) else cls)
    Facade.__init__(made, door, thing, portal)
    return made


CLIENTLESS: Final = Door(None, facade)
"""The door for objects that belong to no client."""


def ask(owner: Facade, function: Any, names: Sequence[str], given: Hidden[Any]) -> Any:
    """Call a function of an async client, and wait for its result.

    Args:
        owner: The facade that it belongs to.
        function: The function.
        names: The names of its positional arguments.
        given: The arguments, which may be secret: no waiting frame shows them.
    """
    door = _door_among(owner._door, given.reveal())

    def call() -> Any:
        args, named = given.reveal()
        placed = zip(chain(names, repeat("")), args, strict=False)
        DOOR.set(door)
        args = [_given(door, name, value) for name, value in placed]
        return function(*args, **{n: _given(door, n, value) for n, value in named.items()})

    def there() -> Any:
        # In its own context, so that an interruption leaves no door in the caller's context.
        return copy_context().run(call)

    # A call that doesn't await may read what the loop is changing.
    made = there() if inspect.iscoroutinefunction(function) else door.look(there)
    return owner._come_by(made, door)


# -- classes -------------------------------------------------------------------------------------


def facade_class(kind: Any) -> type[Facade]:
    """Return the facade class of a class."""
    # Threads that create one at the same time all get the first one.
    return _CLASSES.get(kind) or _CLASSES.setdefault(kind, _class(kind))


_CLASSES: Final[dict[Any, type[Facade]]] = {}


def _class(kind: Any) -> type[Facade]:
    members: dict[str, Any] = {
        "close" if name == "aclose" else name: _member(kind, name)
        for name in dir(kind)
        if not name.startswith("_")
    }
    if kind is FunctionType:
        members["__call__"] = _call
    if hasattr(kind, "__aenter__"):
        members.update(__enter__=_enter, __exit__=_exit)
    if hasattr(kind, "__aiter__") and kind is not Block:
        members["__iter__"] = _iter
    if hasattr(kind, "__anext__"):
        members["__next__"] = _next
    if kind in AWAITED:
        members[AWAITED[kind]] = _awaited
    if kind is Paginator:
        members.update(dict.fromkeys(("__bool__", "__getitem__", "__len__"), _not_fetched))
    members.update(__doc__=doc_here(kind.__doc__), __module__="scalingo_async.blocking")
    return type(kind.__name__.lstrip("_"), (Facade,), members)


def doc_here(doc: str | None) -> str:
    """Return a docstring for the blocking side, without `await`."""
    plain = re.sub(r"\basync (with|for|def)\b", r"\1", inspect.cleandoc(doc or ""))
    return re.sub(r"(?m)^( {4}.*?)\bawait ", r"\1", plain)


def _member(kind: Any, name: str) -> Any:
    member = inspect.getattr_static(kind, name)
    if isinstance(member, FunctionType):
        return _method(name, member, 1)
    if isinstance(member, Bound):
        return _method(name, vars(member)["_method"], _FILLED_IN)
    if isinstance(member, functools.cached_property):
        return _Part(kind, name, member.__doc__)
    return property(lambda self: _look(self, name), doc=member.__doc__)


def _look(self: Facade, name: str) -> Any:
    return self._come_by(self._door.look(lambda: getattr(self._target(), name)))


class _Part:
    """An attribute that is computed once, and cached. The class has it too, for mocks.

    It isn't a `cached_property`: before Python 3.12, threads wait for each other in it, and so
    would the loop, in a callback, for a thread that waits for the loop.
    """

    def __init__(self, kind: Any, name: str, doc: str | None) -> None:
        self._kind, self._name, self.__doc__ = kind, name, doc

    def __get__(self, owner: Facade | None, _: type[Facade] | None = None) -> Any:
        if owner is None:
            return facade(CLIENTLESS, getattr(self._kind, self._name))
        return vars(owner).setdefault(self._name, _look(owner, self._name))


def _method(name: str, function: Callable[..., Any], behind: int) -> Any:
    """Make the blocking counterpart of a method of an async client.

    Args:
        name: Its name.
        function: The async function.
        behind: How many arguments are filled in, `self` included.
    """
    names = list(inspect.signature(function).parameters)[behind:]

    def call(self: Facade, /, *args: Any, **kwargs: Any) -> Any:
        given = Hidden((args, kwargs))
        del args, kwargs
        return ask(self, getattr(self._target(), name), names, given)

    return dressed(call, function, behind)


def dressed(call: Any, function: Callable[..., Any], behind: int) -> Any:
    """Copy the metadata of the async function."""
    functools.update_wrapper(call, function, updated=())
    # `__wrapped__` would lead to an async function, with types of the other side.
    del call.__wrapped__
    call.__annotations__, call.__doc__ = {}, doc_here(function.__doc__)
    signature = inspect.signature(function)
    first, rest = behind > 0, list(signature.parameters.values())
    call.__signature__ = signature.replace(parameters=rest[:first] + rest[behind:])
    return call


# -- protocols -----------------------------------------------------------------------------------


def _call(self: Facade, /, *args: Any, **kwargs: Any) -> Any:
    given = Hidden((args, kwargs))
    del args, kwargs
    return ask(self, self._target(), (), given)


def _awaited(self: Facade) -> Any:
    """Return the result of awaiting it, for blocking programs."""
    target = self._begin()

    async def wait() -> Any:
        return await target

    return self._come_by(wait())


def _iter(self: Facade) -> Any:
    source = aiter(self._target())
    return self if source is self._thing else self._come_by(source)


def _next(self: Facade) -> Any:
    target = self._begin()
    # Threads that share it take turns: each item goes to one of them.
    with self._turn:
        for item in getattr(target, "at_hand", tuple)():
            return item
        try:
            return self._come_by(self._door.run(anext(target)))
        except StopAsyncIteration:
            raise StopIteration from None


def _enter(self: Facade) -> Any:
    target = self._begin()
    held = Held(self._door.running(), target, self._door)
    value = held.enter()
    self._held.append(held)
    return self if value is target else self._come_by(value)


def _exit(self: Facade, *reason: Any) -> bool | None:
    held, door = self._held.pop(), self._door
    # There is nothing to leave if the client was closed inside, or if the parent process is in it.
    gone = self._portal is not door.portal or (door.closed and held.ended.done())
    return False if gone else held.leave(*reason)


def _not_fetched(_: Facade, __: object = None) -> NoReturn:
    raise TypeError("this list has not been fetched yet: use .page(), or .collect() for all items")


# -- arguments -----------------------------------------------------------------------------------


def _given(door: Door, name: str, value: Any) -> Any:
    """Convert an argument: a facade to its async object, a blocking function to an async one."""
    if isinstance(value, Facade) and value._door is door:
        return value._target()
    if name in FUNCTIONS and callable(value):
        return _original(door, value) or in_threads(value)
    if name in ITEMS:
        return (lambda: pulled(value())) if callable(value) else pulled(value)
    return value


def _original(door: Door, function: Any) -> Any:
    """Return the async function behind a blocking one; itself if it is async; else `None`."""
    if isinstance(function, functools.partial):
        inner = _original(door, function.func)
        return inner and functools.partial(inner, *function.args, **function.keywords)
    owner = _owner(function)
    if owner is not None and owner._door is door:
        return owner._target() if owner is function else getattr(owner._target(), function.__name__)
    # Generator functions are refused there.
    kept = inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function)
    return function if kept else None


def _owner(function: Any) -> Facade | None:
    if isinstance(function, functools.partial):
        return _owner(function.func)
    owner = function if isinstance(function, Facade) else getattr(function, "__self__", None)
    return owner if isinstance(owner, Facade) else None


def _door_among(door: Door, given: tuple[tuple[Any, ...], dict[str, Any]]) -> Door:
    """Return a door; if it leads to no client, the door of an argument that does."""
    owners = map(_owner, (*given[0], *given[1].values()) if door.client is None else ())
    return next((owner._door for owner in owners if owner is not None), door)


def load(home: str) -> Any:
    """Import an object from its home, `module:name`."""
    module, _, name = home.partition(":")
    return getattr(import_module(module), name)


def on_this_side(thing: Any) -> Any:
    """Return the facade class of a class; anything else unchanged."""
    return facade_class(thing) if isinstance(thing, type) and is_live(thing) else thing
