"""Functions compiled for models that are decoded often."""

from __future__ import annotations

import typing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from scalingo_async._core.mismatch import MismatchError
from scalingo_async._core.primitives import (
    LENGTHS,
    anything,
    in_utc,
    odd_date,
    optional_datetime,
    required_datetime,
)

if TYPE_CHECKING:
    from scalingo_async._core.codec import ModelDecoder, Plan
    from scalingo_async._core.primitives import Decoder


_INLINE: Final = {str: "str", int: "int", bool: "bool"}


def compile_decoder(model: ModelDecoder) -> Decoder:
    """Compile a decoder for one model: no call for a primitive, one for a nested object.

    What does not fit is left to `ModelDecoder.slow`, for its message.
    """
    plans, derived = model.parts
    if any(plan.lenient for plan in plans):
        return model.slow
    space: dict[str, Any] = {
        "cls": model.cls,
        "new": model.cls.__new__,
        "slow": model.slow,
        "fromisoformat": datetime.fromisoformat,
        "odd_date": odd_date,
        "in_utc": in_utc,
    }
    lines = ["get = value.get", "self = new(cls)"]
    for plan in plans:
        lines.append(f"v = get({plan.key!r})")
        lines += _compile_field(plan, space)
    lines.append("self._raw = value")
    for name, derive in derived:
        space[f"derive_{name}"] = derive
        lines.append(f"self.{name} = derive_{name}(self)")
    lines.append("return self")
    source = [
        "def decode(value):",
        "    if type(value) is not dict: return slow(value)",
        "    try:",
        *("        " + line for line in lines),
        "    except (MismatchError, TypeError, ValueError, OverflowError): return slow(value)",
    ]
    space["MismatchError"] = MismatchError
    exec("\n".join(source), space)  # noqa: S102 - the text is made of our own field names
    compiled: Decoder = space["decode"]
    return compiled


def _compile_field(plan: Plan, space: dict[str, Any]) -> list[str]:  # noqa: PLR0911 - a table
    """Return the lines that turn `v`, a raw value, into the field."""
    name = f"d_{plan.name}"
    store = f"self.{plan.name} = v"
    if plan.kind in _INLINE:
        allowed = " and v is not None" if plan.nullable else ""
        return [
            f"if type(v) is not {_INLINE[plan.kind]}{allowed}: return slow(value)",
            store,
        ]
    if plan.decode is anything:
        return [store]
    if plan.decode is optional_datetime:
        return [
            "if v is not None:",
            "    v = fromisoformat(v)",
            "    if v.tzinfo is None or v.year == 1: v = odd_date(v)",
            store,
        ]
    if plan.decode is required_datetime:
        return ["v = fromisoformat(v)", "if v.tzinfo is None: v = in_utc(v)", store]
    if plan.kind is timedelta:
        space[name] = LENGTHS[plan.unit]
        allowed = " and v is not None" if plan.nullable else ""
        return [
            f"if type(v) is not int{allowed}: return slow(value)",
            f"self.{plan.name} = None if v is None else v * {name}",
        ]
    container = typing.get_origin(plan.kind)
    if container in {list, dict}:
        item = typing.get_args(plan.kind)[-1]
        if item is Any or item in _INLINE:
            space[name] = frozenset({item})
            return _compile_container(plan, container, name, plain=item is Any)
    decode = plan.decode
    space[name] = getattr(decode, "compiled", lambda: decode)()
    if plan.nullable:
        return [f"self.{plan.name} = None if v is None else {name}(v)"]
    return [f"self.{plan.name} = {name}(v)"]


def _compile_container(plan: Plan, container: type, name: str, *, plain: bool) -> list[str]:
    """Return the lines for a list or a dict whose items need a look at their types at most."""
    kind = container.__name__
    elements = "v" if container is list else "v.values()"
    allowed = " and v is not None" if plan.nullable else ""
    lines = [f"if type(v) is not {kind}{allowed}: return slow(value)"]
    if not plain:
        lines.append(f"if v and not {name}.issuperset(map(type, {elements})): return slow(value)")
    return [*lines, f"self.{plan.name} = v"]
