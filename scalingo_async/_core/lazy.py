"""Modules that annotations name, loaded when somebody resolves the annotations."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class LazyModule:
    """Stands for a module until something of it is asked for.

    Annotations are texts, and `typing.get_type_hints` looks their names up in the globals of the
    module that they stand in. For type checkers it is imported in the other branch:

        if TYPE_CHECKING:
            import httpx
        else:
            httpx = LazyModule("httpx")

    Args:
        name: Name of the module.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)

    def __repr__(self) -> str:
        return f"LazyModule({self._name!r})"
