"""Wait until the operation that the function of a bulk job returned has ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import MethodType
from typing import Any, Final, cast

from scalingo_async._core.arguments import positive_seconds, wrong_kind
from scalingo_async._core.tracing import Trace
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.base import Bindable
from scalingo_async.request import RawResponse
from scalingo_async.waiting.pending import PendingOperation

_READING: Final = frozenset({"GET", "HEAD"})
_INSTEAD: Final = (
    "wait=True needs a result that can be waited for, such as that of client.apps.restart"
)


def check_wait(value: object) -> None:
    """Check the option `wait`.

    Raises:
        InvalidArgumentError: It isn't `True`, `False` or a number of seconds.
    """
    if isinstance(value, bool):
        return
    if not isinstance(value, int | float):
        raise wrong_kind(value, "wait", "True, False or a number of seconds")
    positive_seconds(value, "wait")


def check_waitable(method: MethodType, name: str) -> None:
    """Check that what a method of the client returns can be waited for.

    Args:
        method: The method.
        name: Its name in messages.

    Raises:
        InvalidArgumentError: It can't.
    """
    returned = str(method.__annotations__.get("return", ""))
    known = {PendingOperation.__name__, *(kind.__name__ for kind in _kinds(Bindable))}
    # Its module may stand before it.
    first = re.match(r"(?:\w+\.)*(\w+)", returned)
    # A list can't be waited for as a whole.
    if first is None or first[1] not in known:
        raise InvalidArgumentError(
            f"{name} returns {returned}, which can't be waited for: leave wait out. {_INSTEAD}"
        )


def _kinds(base: type[Bindable]) -> Iterator[type[Bindable]]:
    for kind in base.__subclasses__():
        if hasattr(kind, "wait"):
            yield kind
        yield from _kinds(kind)


async def ended(value: Any, wait: float | bool, trace: Trace) -> Any:  # noqa: FBT001 - as given
    """Wait until the operation that a function returned has ended.

    Args:
        value: Its result: something that can be waited for, a raw response with such a value, or a
            list of them. `None` is accepted if nothing was changed.
        wait: `True`, or how many seconds to wait for each.
        trace: The calls that were made.

    Returns:
        The value; a model in its final state.

    Raises:
        InvalidArgumentError: It can't be waited for.
        OperationFailedError: The operation failed.
        OperationTimeoutError: It did not end in time.
        ScalingoError: What every call can raise: see `scalingo_async.errors`.
    """
    if value is None and all(call.endpoint.method in _READING for call in trace.calls):
        return None
    if isinstance(value, RawResponse):
        raw: Any = value  # pyright: ignore[reportUnknownVariableType]
        raw.value = await ended(raw.value, wait, trace)
        return raw
    kind = cast("type[object]", type(value))
    if kind is list or kind is tuple:
        parts = [await ended(part, wait, trace) for part in cast("Iterable[Any]", value)]
        return parts if kind is list else tuple(parts)
    limit: dict[str, Any] = {}
    if wait is not True:
        limit["timeout"] = None if wait == float("inf") else wait
    if isinstance(value, PendingOperation):
        await value.wait(**limit)
        return value  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, Bindable) and hasattr(value, "wait"):
        final = await cast("Any", value).wait(**limit)
        return final if isinstance(final, type(value)) else value
    raise InvalidArgumentError(
        f"the function returned {'None' if value is None else kind.__name__}, which can't be "
        f"waited for, so it is not known whether the operation has ended. {_INSTEAD}"
    )
