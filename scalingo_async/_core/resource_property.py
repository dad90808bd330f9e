"""The attribute for a resource on its owner, created on first use and cached."""

from __future__ import annotations

import inspect
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    resource_property = cached_property
else:

    class resource_property(cached_property):  # noqa: N801 - it takes the place of a function
        """A `cached_property` that shows the resource on the class as well.

        `unittest.mock` looks at classes to know what there is: `create_autospec(AsyncClient)` finds
        the methods of each resource, and `AsyncMock(spec=AsyncClient)` takes each for something
        whose methods are awaited.
        """

        def __init__(self, function: Any) -> None:
            super().__init__(function)
            mark_awaited(self)

        def __get__(self, owner: Any, kind: Any = None) -> Any:
            if owner is not None:
                return super().__get__(owner, kind)
            resource = self.func(_Nowhere())
            mark_awaited(resource)
            return resource


class _Nowhere:
    """The owner of resources that are looked at, and never called."""

    _session = None


def _mark_by_attribute(thing: Any) -> None:
    # Whoever mocks has imported it.
    known = sys.modules.get("asyncio.coroutines")
    thing._is_coroutine = getattr(known, "_is_coroutine", True)  # noqa: SLF001


mark_awaited: Callable[[Any], object] = getattr(
    inspect, "markcoroutinefunction", _mark_by_attribute
)
"""Marks something for mocks as what is awaited; before Python 3.12 they know it by an attribute."""
