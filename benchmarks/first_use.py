"""The cost of the first use of all models; run it in a new process, it prints seconds."""

from __future__ import annotations

import pkgutil
import time
import typing
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import scalingo_async.models
from scalingo_async._core.decoding.converters import structure
from scalingo_async._core.decoding.plans import split_optional
from scalingo_async.models.base import Model, fields_of, key_of

PLAIN: dict[Any, Any] = {
    str: "text",
    int: 3,
    bool: True,
    float: 1.5,
    datetime: "2030-01-02T03:04:05.678Z",
    date: "2030-01-02",
    timedelta: 90,
}


def models() -> list[type[Model]]:
    """Define all models, including the payloads of events."""
    modules = [
        import_module(info.name)
        for info in pkgutil.walk_packages(scalingo_async.models.__path__, "scalingo_async.models.")
        if not info.ispkg
    ]
    public = (getattr(module, name) for module in modules for name in module.__all__)
    return [value for value in public if isinstance(value, type) and issubclass(value, Model)]


def sample(kind: Any, *, whole: bool = False) -> Any:
    """Make JSON for a type: an object with all keys, inner ones with the required keys."""
    inner, _ = split_optional(kind)
    if isinstance(inner, type) and issubclass(inner, Model):
        return {
            key_of(field): sample(field.type)
            for field in fields_of(inner)
            if whole or not split_optional(field.type)[1]
        }
    if typing.get_origin(inner) is list:
        return [sample(typing.get_args(inner)[0])]
    if typing.get_origin(inner) is dict:
        return {"key": sample(typing.get_args(inner)[1])}
    return PLAIN.get(inner, "anything")


def main() -> None:
    """Define the models, then decode one object of each; only the decoding is timed."""
    found = models()
    if len(found) < 238:
        raise RuntimeError(f"only {len(found)} models")
    objects = [(cls, sample(cls, whole=True)) for cls in found]
    start = time.process_time()
    for cls, data in objects:
        structure(data, cls)
    print(time.process_time() - start)


if __name__ == "__main__":
    main()
