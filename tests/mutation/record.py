"""What is known of mutants: those that survive, and why; the figures; who notices the sample.

`survivors.toml` is written by hand. `figures.json` and `sample.json` are written by
`python -m tests.mutation --write`.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from zlib import crc32

from tests.mutation.groups import GROUPS
from tests.mutation.mutants import mutants
from tests.mutation.runner import Verdict

if TYPE_CHECKING:
    from tests.mutation.mutants import Mutant

HERE: Final = Path(__file__).parent
SURVIVORS: Final = HERE / "survivors.toml"
FIGURES: Final = HERE / "figures.json"
SAMPLE: Final = HERE / "sample.json"

EVERY: Final = 64
"""One mutant of so many is in the sample."""

LEAST: Final = 0.9
"""The share of the mutants of a group that have to be noticed."""

Key: TypeAlias = tuple[str, str, str, str, int]
Found: TypeAlias = Mapping[str, Sequence[Verdict]]


@cache
def reasons() -> dict[Key, str]:
    """Return why mutants survive."""
    told = tomllib.loads(SURVIVORS.read_text("utf-8"))
    found: dict[Key, str] = {}
    for each in told["reason"]:
        for module, function, line, change, nth in each["mutants"]:
            key = (module, function, line, change, nth)
            if key in found:
                raise ValueError(f"{key} is listed twice")
            found[key] = each["why"]
    return found


def reason(mutant: Mutant) -> str:
    """Return why a mutant survives; `""` if nothing is known."""
    return reasons().get(mutant.key, "")


@cache
def _sample() -> dict[Key, str]:
    if not SAMPLE.exists():
        return {}
    return {tuple(key): test for key, test in json.loads(SAMPLE.read_text("utf-8"))}


def killers() -> Mapping[Key, str]:
    """Return the test that notices a mutant of the sample, as far as it is recorded."""
    return {key: test for key, test in _sample().items() if test}


def in_sample(mutant: Mutant) -> bool:
    """Tell whether CI tries a mutant: neither chance nor the date decides.

    Left out are those that are known to survive, and those that make a test hang: waiting takes
    long.
    """
    return _drawn(mutant.key) and not reason(mutant) and _sample().get(mutant.key) != ""


def _drawn(key: Key) -> bool:
    return crc32(repr(key).encode()) % EVERY == 0


def write(found: Found, *, whole: bool) -> None:
    """Record figures, of how many mutants, and who notices those of the sample.

    Args:
        found: What was found.
        whole: Whether these are more than the sample.
    """
    verdicts = [verdict for each in found.values() for verdict in each]
    there = {key for name in GROUPS for key in _keys(name)}
    tried = {verdict.mutant.key for verdict in verdicts}
    sample = {key: test for key, test in _sample().items() if key in there - tried}
    for verdict in verdicts:
        if _drawn(verdict.mutant.key) and verdict.result != "survived":
            sample[verdict.mutant.key] = verdict.test if verdict.result == "killed" else ""
    lines = [json.dumps([key, test]) for key, test in sorted(sample.items())]
    SAMPLE.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    if whole:
        figures = _figures()
        for name, each in found.items():
            figures[name] = {
                "of": len(_keys(name)),
                **Counter(verdict.result for verdict in each),
            }
        ordered = {name: figures[name] for name in GROUPS if name in figures}
        FIGURES.write_text(json.dumps(ordered, indent=2, sort_keys=False) + "\n", "utf-8")


def _keys(name: str) -> set[Key]:
    """Return the keys of a group's mutants."""
    return {mutant.key for module in GROUPS[name].modules for mutant in mutants(module)}


def _figures() -> dict[str, dict[str, int]]:
    """Return the figures that have been recorded, by group."""
    return json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}


def complaints(found: Found, *, whole: bool) -> list[str]:
    """Return what is wrong with a run."""
    wrong = [
        f"survived: {verdict.mutant}"
        for each in found.values()
        for verdict in each
        if verdict.result == "survived" and not reason(verdict.mutant)
    ]
    if not whole:
        return wrong
    for name, each in found.items():
        there = _keys(name)
        wrong += [
            f"survivors.toml lists what is not there any more: {key}"
            for key in reasons()
            if key[0] in GROUPS[name].modules and key not in there
        ]
        share = sum(verdict.result != "survived" for verdict in each) / max(1, len(each))
        if share < LEAST:
            wrong.append(f"{name}: only {share:.1%} are noticed")
    return wrong


def summary(found: Found) -> str:
    """Return one line for each group."""
    lines: list[str] = []
    for name, each in found.items():
        count = Counter(verdict.result for verdict in each)
        lines.append(
            f"{name}: {len(each)} mutants, {count['killed'] + count['hung']} noticed "
            f"({count['hung']} of them by a test that hung), {count['survived']} survived"
        )
        lines += [
            f"  noticed, though listed as a survivor: {verdict.mutant.key}"
            for verdict in each
            if verdict.result != "survived" and reason(verdict.mutant)
        ]
    return "\n".join(lines)


_ABOUT: Final = """\
## Mutation testing

The tests are tested as well.
`nox -s mutation` makes one small wrong change at a time to the core of the package: a `<` becomes a `<=`, a call is left out, a number is one more.
It runs the tests that reach the change until one fails.
A change that no test notices is a survivor.
The session fails on a survivor that is not listed below, and if less than 90 % of a part are noticed.
`nox -s mutation_sample` tries one change in 64, always the same ones, whenever the package changes.
"""


def section() -> str:
    """Return what the page of guarantees says of mutants: figures and survivors, as Markdown."""
    figures = _figures()
    lines = [_ABOUT, "| | tried | of | noticed | | survivors |", "|---|--:|--:|--:|--:|--:|"]
    together: Counter[str] = Counter()
    for count in figures.values():
        together.update(count)
    for name, count in [*figures.items(), ("together", together)]:
        survived, tried = count.get("survived", 0), _tried(count)
        if not tried:
            continue
        noticed = tried - survived
        lines.append(
            f"| {name} | {tried:,} | {count['of']:,} | {noticed:,} | {noticed / tried:.1%} "
            f"| {survived} |"
        )
    if hung := together["hung"]:
        lines += ["", f"{hung} of the noticed changes made a test hang."]
    missing = [f"all of {name}" for name in GROUPS if name not in figures]
    missing += [
        f"{count['of'] - _tried(count):,} of {name}"
        for name, count in figures.items()
        if _tried(count) < count["of"]
    ]
    lines += ["", f"Not tried: {', '.join(missing)}." if missing else "All changes were tried."]
    return "\n".join([*lines, "", *_survivors()])


def _tried(count: Mapping[str, int]) -> int:
    return sum(count.values()) - count["of"]


def _survivors() -> list[str]:
    """Return the survivors, by their reasons and places."""
    lines = ["### Survivors, and why they make no difference"]
    by_reason: dict[str, dict[tuple[str, str, str], list[str]]] = {}
    for (module, function, line, change, _), why in reasons().items():
        by_reason.setdefault(why, {}).setdefault((module, function, line), []).append(change)
    for why, places in by_reason.items():
        lines += ["", why, ""]
        for (module, function, line), changes in places.items():
            where = f"`{module}`, `{function}`" if function else f"`{module}`"
            told = ", ".join(_code(change) for change in changes)
            lines.append(f"- {where}: {_code(line)}: {told}")
    return lines


def _code(text: str) -> str:
    """Return text as code in Markdown."""
    if "`" in text or text.strip() != text:
        return f"`` {text} ``"
    return f"`{text}`"
