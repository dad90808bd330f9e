"""Functions compiled for models that are decoded often.

The text is made for the objects at hand: the keys that all of them have are taken at once, which
costs a third of asking for each. It asks for the others one by one, and for all of them when one of
those keys is not there: what comes out never depends on which objects came first.
"""

from __future__ import annotations

import functools
import typing
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.decoding.primitives import (
    LENGTHS,
    anything,
    in_utc,
    odd_date,
    optional_datetime,
    required_datetime,
)
from scalingo_async._core.decoding.record import NamedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scalingo_async._core.decoding.plans import ObjectDecoder, Plan
    from scalingo_async._core.decoding.primitives import Decoder
    from scalingo_async._core.decoding.record import Derivation, Fitting, Record

    FastOf = Callable[[type[Record]], Decoder | None]

_MISFITS: Final[dict[Any, str]] = {
    str: "{v}.__class__ is not str",
    int: "{v}.__class__ is not int",
    # There are two of them; looking at the class takes longer.
    bool: "{v} is not True and {v} is not False",
    list: "{v}.__class__ is not list",
    dict: "{v}.__class__ is not dict",
}
"""What is true of a value that is not of a type."""

_GIVE_UP: Final = ": return slow(value)"

_FEW: Final = 6
"""Up to so many keys are taken faster one by one than at once."""


def compile_decoder(
    model: ObjectDecoder, fitting: Fitting, fast_of: FastOf, seen: Iterable[Any] = ()
) -> Decoder:
    """Compile a decoder for one model: no call for a primitive, nor for most nested objects.

    What does not fit is left to `ObjectDecoder.slow`, for its message.

    Args:
        model: The model.
        fitting: Decodes what fields are worked out from.
        fast_of: Returns the compiled decoder of a model, if it has one by now.
        seen: Objects at hand, to be fastest for those like them. It decodes all others, too.
    """
    if model.lenient:
        return model.slow
    text = _Text(model, fitting, fast_of)
    source = [
        "def decode(value):",
        "    try:",
        *("        " + line for line in text.of_model(model, "value", list(seen))),
        "        return m1",
        "    except (MismatchError, TypeError, ValueError, OverflowError)" + _GIVE_UP,
    ]
    exec("\n".join(source), text.space)  # noqa: S102 - the text is made of our own field names
    compiled: Decoder = text.space["decode"]
    return compiled


class _Text:
    """Makes the lines of one function, and knows what they refer to."""

    def __init__(self, model: ObjectDecoder, fitting: Fitting, fast_of: FastOf) -> None:
        self._models = 0
        self._fast_of = fast_of
        self.space: dict[str, Any] = {
            "new": object.__new__,
            "slow": model.slow,
            "fitting": fitting,
            "fromisoformat": datetime.fromisoformat,
            "odd_date": odd_date,
            "in_utc": in_utc,
            "MismatchError": MismatchError,
        }

    def named(self, thing: object) -> str:
        """Return a name for something that the text refers to."""
        name = f"x{len(self.space)}"
        self.space[name] = thing
        return name

    def of_model(self, model: ObjectDecoder, value: str, seen: Sequence[Any]) -> list[str]:
        """Return the lines that decode the object `value` as `m1`, or another number."""
        plans, derived = model.parts
        objects: list[dict[str, Any]] = [each for each in seen if each.__class__ is dict]
        self._models += 1
        me = f"m{self._models}"
        lines = [
            f"if {_MISFITS[dict].format(v=value)}{_GIVE_UP}",
            *self._take(plans, value, f"{me}_", objects),
            f"{me} = new({self.named(model.cls)})",
        ]
        for plan in plans:
            if plan.is_list:
                lines += _null_is_empty(plan, f"{me}_{plan.name}", value)
            if plan.absent is not None:
                v = f"{me}_{plan.name}"
                lines.append(
                    f"if {v} is None and {plan.key!r} not in {value}: {v} = {plan.absent!r}"
                )
            lines += self._field(plan, me, [each.get(plan.key) for each in objects])
        lines.append(f"{me}._received = {value}")
        for name, derive in derived:
            lines += self._derived(name, derive, me)
        return lines

    def _derived(self, field: str, derive: Derivation, me: str) -> list[str]:
        """Return the lines that work a field out: with the compiled decoder that is named."""
        lines = [f"{me}.{field} = {self.named(derive)}({me}, fitting)"]
        if not isinstance(derive, NamedModel):
            return lines
        # By name: those that turned out to be in use.
        chosen: dict[str, Decoder] = {}
        note = functools.partial(_note, chosen, derive.class_of, self._fast_of)
        return [
            f"w = {self.named(chosen)}.get({me}.{derive.name})",
            "if w is None:",
            *_indented([*lines, f"{self.named(note)}({me}.{derive.name})"]),
            "else:",
            f"    data = {me}.{derive.source}",
            "    try:",
            f"        {me}.{field} = w({{}} if data is None else data)",
            "    except MismatchError:",
            f"        {me}.{field} = {self.named(derive.otherwise)}(data)",
        ]

    def _take(
        self, plans: Sequence[Plan], value: str, to: str, objects: Sequence[dict[str, Any]]
    ) -> list[str]:
        """Return the lines that take the JSON values; what is not there becomes `None`."""
        one_by_one = _get(plans, value, to)
        everywhere = [plan for plan in plans if objects and all(plan.key in o for o in objects)]
        if not everywhere:
            return one_by_one
        # orjson makes one text of a key and uses it in all objects. Looking up that very text is
        # faster by half than with an equal one, which has to be compared.
        own = {key: key for key in objects[0] if key.__class__ is str}
        keys = [own.get(plan.key, plan.key) for plan in everywhere]
        if len(keys) > _FEW:
            pick = self.named(itemgetter(*keys))
            lines = [f"{', '.join(to + plan.name for plan in everywhere)} = {pick}({value})"]
        else:
            lines = [
                f"{to}{plan.name} = {value}[{self.named(key)}]"
                for plan, key in zip(everywhere, keys, strict=True)
            ]
        rest = [plan for plan in plans if plan not in everywhere]
        if rest:
            # An object with so many keys has no others.
            lines += [
                f"if len({value}) == {len({plan.key for plan in everywhere})}:",
                f"    {' = '.join(to + plan.name for plan in rest)} = None",
                "else:",
                *_indented(_get(rest, value, to)),
            ]
        return ["try:", *_indented(lines), "except KeyError:", *_indented(one_by_one)]

    def _field(self, plan: Plan, me: str, seen: Sequence[Any]) -> list[str]:
        """Return the lines that turn a JSON value into the field."""
        v = decoded = f"{me}_{plan.name}"
        container = typing.get_origin(plan.kind)
        item = typing.get_args(plan.kind)[-1] if container in {list, dict} else None
        lines: list[str] = []
        if plan.kind in {str, int, bool}:
            lines = [f"if {_misfits(plan, plan.kind, v, seen)}{_GIVE_UP}"]
        elif plan.decode is optional_datetime:
            # The text tells faster than the date does. A year that counts weeks may begin in the
            # one before; `odd_date` looks twice.
            lines = [
                f"if {v} is not None:",
                f"    w = fromisoformat({v})",
                f"    {v} = odd_date(w) if {v} < '0003' or w.tzinfo is None else w",
            ]
        elif plan.decode is required_datetime:
            lines = [f"{v} = fromisoformat({v})", f"if {v}.tzinfo is None: {v} = in_utc({v})"]
        elif plan.kind is timedelta:
            lines = [f"if {_misfits(plan, int, v, seen)}{_GIVE_UP}"]
            decoded = f"None if {v} is None else {v} * {self.named(LENGTHS[plan.unit])}"
        elif item is Any or item in {str, int, bool}:
            lines = [f"if {_misfits(plan, container, v, seen)}{_GIVE_UP}"]
            if item is not Any:
                lines += [
                    f"if {v}:",
                    f"    for w in {v if container is list else v + '.values()'}:",
                    f"        if {_MISFITS[item].format(v='w')}{_GIVE_UP}",
                ]
        elif plan.decode is not anything:
            return self._other(plan, me, seen)
        return [*lines, f"{me}.{plan.name} = {decoded}"]

    def _other(self, plan: Plan, me: str, seen: Sequence[Any]) -> list[str]:
        """Return the lines for what has a decoder of its own: in place for one level of objects."""
        v, model, lines = f"{me}_{plan.name}", plan.model, list[str]()
        in_use = model is not None and dict in map(type, seen)
        if model and in_use and me == "m1" and not model.lenient:
            decoded = f"m{self._models + 1}"
            lines = self.of_model(model, v, seen)
            if plan.nullable:
                lines = [f"if {v} is None: {decoded} = None", "else:", *_indented(lines)]
        else:
            name = self.named(model.compiled(seen) if model and in_use else plan.decode)
            decoded = f"None if {v} is None else {name}({v})" if plan.nullable else f"{name}({v})"
        return [*lines, f"{me}.{plan.name} = {decoded}"]


def _misfits(plan: Plan, kind: Any, v: str, seen: Sequence[Any]) -> str:
    """Return what is true of a value that does not fit; the likely answer is found first."""
    wrong = _MISFITS[kind].format(v=v)
    if not plan.nullable:
        return wrong
    absent = all(each is None for each in seen)
    return f"{v} is not None and {wrong}" if absent else f"{wrong} and {v} is not None"


def _note(
    chosen: dict[str, Decoder],
    class_of: Callable[[str], type[Record] | None],
    fast_of: FastOf,
    name: str,
) -> None:
    """Keep the decoder of what a name stands for, once there is a compiled one."""
    cls = class_of(name)
    fast = None if cls is None else fast_of(cls)
    if fast is not None:
        chosen[name] = fast


def _indented(lines: Iterable[str]) -> list[str]:
    return ["    " + line for line in lines]


def _null_is_empty(plan: Plan, v: str, value: str) -> list[str]:
    """Return the lines that make an empty list of `null`; a key that is absent is no list."""
    if plan.nullable:
        return [f"if {v} is None and {plan.key!r} in {value}: {v} = []"]
    return [f"if {v} is None:", f"    if {plan.key!r} not in {value}{_GIVE_UP}", f"    {v} = []"]


def _get(plans: Iterable[Plan], value: str, to: str) -> list[str]:
    return [f"get = {value}.get", *(f"{to}{plan.name} = get({plan.key!r})" for plan in plans)]
