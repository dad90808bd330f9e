"""Lazy loading: names of packages, and modules in annotations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def loading(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Make the `__getattr__` of a package that loads a name when it is first asked for (PEP 562).

    Args:
        package: Name of the package.
        homes: The module in it that defines each name.

    Returns:
        The function.
    """

    def load(name: str) -> object:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{home}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load


class LazyModule:
    """A placeholder for a module until an attribute of it is used.

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
