"""Check the function, arguments and items of a bulk job before the first item is done."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import AsyncIterable, Callable, Collection, Iterable, Mapping
from functools import partial
from types import FunctionType, MethodType
from typing import Any, Final, cast

import attrs

from scalingo_async._core.annotations import NAMES_OF_APPS
from scalingo_async._core.arguments import refuse_masked
from scalingo_async._core.door import advice
from scalingo_async._core.endpoint import endpoint_of
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.apps import App
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import AppRef, RequestOptions, Secret

_OF_THE_CALL: Final = frozenset(RequestOptions.__annotations__)

_KINDS: Final[Mapping[object, tuple[type, ...]]] = {"str": (str,), "str | Secret": (str, Secret)}
"""The types that methods of the client accept first, by their annotation."""

_TEXTS: Final = cast("tuple[type[object], ...]", (str, bytes, bytearray, memoryview))

_TEXT_ANNOTATIONS: Final = (str, AppRef, "str", "AppRef", "str | Secret", "AppRef | str")

_SAMPLE: Final = "items must be a list or another iterable"


def check_function(function: object) -> None:
    """Check that something can be called with each item.

    Raises:
        InvalidArgumentError: It can't.
    """
    if inspect.iscoroutine(function):
        name = function.__qualname__
        # Nothing would await it.
        function.close()
        raise InvalidArgumentError(
            f"the function must be {name} itself, not the result of calling it"
        )
    if not callable(function):
        raise InvalidArgumentError(
            f"function must be callable with an item, not {type(function).__name__}"
        )
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise InvalidArgumentError(f"function must return, but {name_of(function)} is a generator")


def check_items(items: object) -> None:
    """Check that something is an iterable of items.

    Raises:
        InvalidArgumentError: It is not.
    """
    kind = type(items).__name__
    if isinstance(items, Mapping):
        raise InvalidArgumentError(
            f"{_SAMPLE}, not {kind}: pass a list, such as list(it) for its keys"
        )
    if isinstance(items, AsyncIterable):
        return
    if inspect.isawaitable(items):
        if inspect.iscoroutine(items):
            items.close()
        raise InvalidArgumentError(
            f"{_SAMPLE}, not {kind}: {advice('await it first', 'give its result')}"
        )
    if isinstance(items, _TEXTS) or not hasattr(items, "__iter__"):
        hint = ": call it" if callable(items) else ""
        raise InvalidArgumentError(f"{_SAMPLE}, not {kind}{hint}")


def check_call(
    function: Callable[..., object],
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
    options: Iterable[str],
) -> None:
    """Check that the signature of a function accepts an item and these arguments.

    Args:
        function: The function.
        args: Further arguments of it.
        kwargs: Keyword arguments of it.
        options: Names of the options of the job, one of which may be meant.

    Raises:
        InvalidArgumentError: It doesn't, or an argument is the mask of a secret.
    """
    method = method_of_the_client(function)
    if method is not None:
        # Otherwise the method would refuse it for each item.
        refuse_masked([*args], "args")
        for name, value in kwargs.items():
            refuse_masked(value, name)
    try:
        # The caller's decorator may pass on other arguments than it accepts.
        signature = inspect.signature(function, follow_wrapped=method is not None)
    except (TypeError, ValueError):
        return
    reason = ""
    try:
        # No frame may show the arguments themselves.
        bound = signature.bind(None, *[None] * len(args), **dict.fromkeys(kwargs))
    except TypeError as error:
        reason = str(error)
    else:
        if method is not None:
            rest = [p.name for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD]
            others = {name for each in rest for name in bound.arguments.get(each, ())}
            unknown = sorted(others - _OF_THE_CALL)
            if unknown:
                reason = f"got an unexpected keyword argument {unknown[0]!r}"
    if not reason:
        return
    meant = {
        name: near[0]
        for name in kwargs
        if name not in signature.parameters
        and (near := difflib.get_close_matches(name, (*options, *_OF_THE_CALL), 1, 0.7))
    }
    hint = "".join(
        f"; {name} is an option of the job: write client.bulk({name}=...)"
        if near == name
        else f"; did you mean {near} in place of {name}?"
        for name, near in meant.items()
    )
    raise InvalidArgumentError(
        f"{name_of(method or function)} can't be called with an item and these arguments: "
        f"{reason}{hint}"
    )


@attrs.frozen
class ItemCheck:
    """The items that a job accepts if its function is a method of the client.

    Attributes:
        method: The name of the method.
        argument: The name of its first argument, the item.
        kinds: The types that the argument accepts.
        names_app: Whether the argument names an app; then it accepts an `App` as well.
    """

    method: str
    argument: str
    kinds: tuple[type, ...]
    names_app: bool = False

    @classmethod
    def of(cls, function: Callable[..., object]) -> ItemCheck | None:
        """Return the check for a function; `None` for a function of the caller."""
        method = method_of_the_client(function)
        if method is None:
            return None
        first = next(iter(inspect.signature(function).parameters.values()))
        kinds = _KINDS.get(first.annotation)
        if kinds is None:
            return None
        names_app = first.name in NAMES_OF_APPS
        return cls(name_of(method), first.name, (*kinds, App) if names_app else kinds, names_app)

    def check_all(self, items: object) -> None:
        """Check items whose type is known before the first is taken.

        Raises:
            InvalidArgumentError: The method doesn't accept them.
        """
        if isinstance(items, Paginator):
            model: type[Any] = cast("Any", items).model
            if issubclass(model, self.kinds):
                return
            self._refuse(model, f"items come as {model.__name__}", advice("async for", "for"))
        elif isinstance(items, Collection):
            for number, item in enumerate(cast("Collection[object]", items)):
                self.check(number, item)

    def check(self, number: int, item: object) -> None:
        """Check one item.

        Raises:
            InvalidArgumentError: The method doesn't accept it.
        """
        if not isinstance(item, self.kinds):
            self._refuse(type(item), f"item {number} is {type(item).__name__}", "for")

    def _refuse(self, kind: type[object], found: str, loop: str) -> None:
        one = kind.__name__.lower()
        if one in {self.argument, self.argument.removesuffix("_id")}:
            hint = f": write [{one}.id {loop} {one} in ...]"
        elif issubclass(kind, tuple | list):
            hint = f": for several arguments write `lambda item: client.{self.method}(*item)`"
        elif attrs.has(kind):
            hint = f": write a `lambda {one}: client.{self.method}(...)`"
        else:
            hint = ""
        raise InvalidArgumentError(
            f"{self.method} takes {'an App or ' if self.names_app else ''}a str for each item, its "
            f"{self.argument}, but {found}{hint}"
        )


def takes_text(function: Callable[..., object]) -> bool:
    """Return whether the first argument of a function is annotated as a string.

    Methods of the client are, and a function of the caller may be: it gets the `ref` of an `App`.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    first = next(iter(parameters), None)
    return first is not None and first.annotation in _TEXT_ANNOTATIONS


def method_of_the_client(function: object) -> MethodType | None:
    """Return the method behind a function, `None` when it is not one of the client's resources."""
    while True:
        if isinstance(function, partial):
            function = cast("partial[object]", function).func
        elif isinstance(function, FunctionType) and "raw_response_of" in vars(function):
            # The wrapper of `client.with_raw_response` knows the method.
            function = cast("object", vars(function)["raw_response_of"])
        else:
            break
    if isinstance(function, MethodType) and isinstance(function.__self__, Resource):
        return function
    return None


def name_of(function: object) -> str:
    """Return the name of a function for messages."""
    endpoint = endpoint_of(function)
    if endpoint is not None:
        return endpoint.id
    return str(getattr(function, "__qualname__", type(function).__name__))
