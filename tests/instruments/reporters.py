"""What reporters of errors, debuggers and pretty printers show of an object.

They look past `repr`. The ways of those that are not installed here are gone as they go them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pprint
import types
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from rich.pretty import pretty_repr

CONTAINERS = (list, tuple, set, frozenset, deque)
PLAIN = (str, bytes, bytearray, int, float, complex, type(None))
CODE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)


def entries(mapping: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in mapping.items():
        yield "{}", key
        yield f"[{key!r}]", value


def as_sentry_does(thing: Any) -> Iterator[tuple[str, Any]]:
    """Sentry and devtools: what a container has in it, unless it says how it is shown."""
    if callable(shown := getattr(type(thing), "__sentry_repr__", None)):
        assert callable(getattr(type(thing), "__pretty__", None)), "devtools asks for it, too"
        yield " to Sentry", shown(thing)
        yield " to devtools", "".join(thing.__pretty__(fmt=repr))
    elif isinstance(thing, Mapping):
        yield from entries(thing)
    elif isinstance(thing, CONTAINERS):
        yield from (("[]", each) for each in thing)


def as_printers_do(thing: Any) -> Iterator[tuple[str, Any]]:
    """rich, of what it calls attrs and data classes, and by itself; pprint."""
    yield " to rich", pretty_repr(thing, max_string=80, max_depth=3)
    yield " to pprint", pprint.pformat(thing)


def as_fields(thing: Any) -> Iterator[tuple[str, Any]]:
    """`attrs.asdict`, `dataclasses.asdict`: all fields, whatever `repr` they have."""
    if attrs.has(type(thing)):
        for field in attrs.fields(type(thing)):
            value = getattr(thing, field.name)
            if type(value) is not dict or not isinstance(value, Mapping):
                yield f".{field.name} as a field", value
    if dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield f".{field.name} as a field", getattr(thing, field.name)


def as_kept(thing: Any) -> Iterator[tuple[str, Any]]:
    """`vars`, and walkers of `__slots__`."""
    for name, value in getattr(thing, "__dict__", {}).items():
        yield f".{name}", value
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            mangled = (
                f"_{kind.__name__.lstrip('_')}{name}" if name[:2] == "__" != name[-2:] else name
            )
            with contextlib.suppress(AttributeError):
                yield f".{name}", getattr(thing, mangled)


def as_listed(thing: Any) -> Iterator[tuple[str, Any]]:
    """`inspect.getmembers`, `rich.inspect`: all that `dir` names, properties as well."""
    for name in dir(thing):
        if not name.startswith("__"):
            with contextlib.suppress(Exception):
                yield f".{name} as a member", getattr(thing, name)


def seen(where: str, thing: object, inside: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """Walk through an object and all that it leads to, as far as those of the packages `inside`.

    Yields:
        Where something is, and the thing.
    """
    known: dict[int, object] = {}
    todo: list[tuple[str, Any]] = [(where, thing)]
    while todo:
        place, each = todo.pop()
        if isinstance(each, CODE) or id(each) in known:
            continue
        # It is kept, so that no other gets its id.
        known[id(each)] = each
        yield place, each
        if isinstance(each, types.MethodType):
            todo.append((f"{place}.__self__", each.__self__))
            continue
        if isinstance(each, PLAIN):
            continue
        ways = [as_sentry_does(each)]
        if type(each).__module__.partition(".")[0] in inside:
            ways += [as_fields(each), as_kept(each), as_listed(each)]
        for way in ways:
            todo += [(f"{place}{step}", value) for step, value in way]
