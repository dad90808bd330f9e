"""Old import paths of names: they work for one more minor version, with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["moved"]


def moved(module: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Make the `__getattr__` of a module whose names have moved.

    Args:
        module: Name of the module.
        homes: Where each name is now: the module that defines it.

    Returns:
        The function.
    """

    def find(name: str) -> object:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        warnings.warn(
            f"{module}.{name} has moved: import it from {home}. The old address goes with 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(import_module(home), name)

    return find
