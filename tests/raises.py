"""Writes the `Raises` sections of the resources from the table of failures.

    python tests/raises.py

The table is `tests/api/failures.toml`: what each operation can be refused with, and how that is
known. A section has what the code checks itself, in words of its author (those lines stay as they
are), then what the table has for the operation, then one line for what every call can raise. That
list is in the docstring of `scalingo_async.errors`, and comes from the table too.
"""

from __future__ import annotations

import ast
import textwrap
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import attrs
from api_facts import FACTS, OPERATIONS, FakeTransport, client_of, methods, path_names

import scalingo_async
from scalingo_async import errors

HOME = Path(scalingo_async.__file__).parents[1]
WIDTH = 100
EVERY = "What every call can raise: see `scalingo_async.errors`."
ON_ENTRY = "When it is entered, what every call can raise: see `scalingo_async.errors`."
TABLE: dict[str, Any] = tomllib.loads((FACTS / "failures.toml").read_text(encoding="utf-8"))
SOURCES: dict[str, dict[str, str]] = TABLE["sources"]
FIRST = ("NotFoundError", "AmbiguousMatchError", "ValidationFailedError")
ENTERED: list[str] = TABLE["entered"]["methods"]
LATER: list[str] = TABLE["later"]["methods"]


@attrs.frozen(kw_only=True)
class Failure:
    """One way in which the platform refuses an operation, or the package does.

    Attributes:
        error: Name of the exception class.
        source: How it is known: a key of `SOURCES`.
        when: When it is raised, in a sentence.
        things: What there is none of, for a `NotFoundError`.
        named: The same, when it was given by name and is looked up in a list.
        general: Whether it is left out where the operation has a sentence of its own for the class.
        status: Status of the answer, if that is known.
        answer: What it says.
        answered_by: Id of the operation whose answer it is; the operation itself without.
    """

    error: str
    source: str
    when: str = ""
    things: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    general: bool = False
    status: int | None = None
    answer: Any = None
    answered_by: str = ""


def _failure(row: dict[str, Any]) -> Failure:
    names = {field.name for field in attrs.fields(Failure)}
    lists = {key: tuple(row[key]) for key in ("things", "named") if key in row}
    return Failure(**{key: value for key, value in row.items() if key in names} | lists)


def _reaches(row: dict[str, Any], id_: str) -> bool:
    """Tell whether a row of the table is about an operation, or a method."""
    if id_ in row.get("operations", ()):
        return True
    fact = OPERATIONS.get(id_)
    if fact is None or any(fnmatchcase(id_, pattern) for pattern in row.get("except", ())):
        return False
    if "auth" in row:
        return bool(fact["auth"] == row["auth"])
    return fact["api"] in row.get("body", ()) and bool(fact["body"] and fact["body"]["fields"])


@cache
def own_failures(id_: str) -> tuple[Failure, ...]:
    """Return what the table has for one operation, or one method."""
    found: list[Failure] = []
    fact = OPERATIONS.get(id_)
    if fact is not None and fact["api"] in {"auth", "regional"}:
        for name in path_names(id_):
            row = TABLE["missing"].get(name)
            if row is not None and id_ not in row.get("except", ()):
                answer = {"resource": row["thing"].replace(" ", "_"), "error": "not found"}
                given = {"answer": answer, **row, "things": [row["thing"]]}
                found.append(_failure({"error": "NotFoundError", "status": 404, **given}))
    found += [_failure(row) for row in TABLE["failure"] if _reaches(row, id_)]
    return tuple(found)


@cache
def failures(path: str) -> tuple[Failure, ...]:
    """Return what the table has for a method, by its place on the client."""
    found = list(own_failures(path))
    for id_ in TABLE["calls"].get(path, ()):
        found += [one for one in own_failures(id_) if one not in found]
    handled = TABLE["handled"].get(path, ())
    return tuple(one for one in found if one.error not in handled)


def _plural(thing: str) -> str:
    return f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"


def _any_of(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _unique(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _rank(error: str) -> int:
    """Return what sorts classes: those that most operations have come first."""
    return FIRST.index(error) if error in FIRST else len(FIRST)


def sentences(path: str) -> dict[str, str]:
    """Return the entries that the table gives a method: the text for each class."""
    entries: dict[str, str] = {}
    every = failures(path)
    for error in sorted(_unique([one.error for one in every]), key=_rank):
        mine = [one for one in every if one.error == error]
        if not all(one.general for one in mine):
            mine = [one for one in mine if not one.general]
        named = _unique([name for one in mine for name in one.named])
        things = _unique([thing for one in mine for thing in (*one.things, *one.named)])
        said = _unique([one.when for one in mine])
        if things:
            there_is = f"There is no such {_any_of(things)}"
            if named:
                there_is += f"; the message lists the {_any_of([_plural(name) for name in named])}"
                there_is += " that exist"
            said = [f"{there_is}.", *said]
        entries[error] = " Or ".join([said[0], *(one[0].lower() + one[1:] for one in said[1:])])
    return entries


OWNED = frozenset(one["error"] for one in TABLE["failure"])
"""The classes whose entries come from the table, and from nowhere else."""


class Place(NamedTuple):
    """Where a docstring is: a module's file, and the name of the method in it."""

    file: Path
    qualname: str


@cache
def places() -> dict[Place, str]:
    """Return where each method is defined, with its place on the client."""
    found: dict[Place, str] = {}
    for path, method in methods(client_of(FakeTransport())):
        function: Any = getattr(method, "__func__", method)
        module = function.__module__.replace(".", "/")
        found.setdefault(Place(HOME / f"{module}.py", function.__qualname__), path)
    return found


class Entry(NamedTuple):
    """An entry of a `Raises` section.

    Attributes:
        error: The class.
        said: The text, in one line.
        lines: Its lines in the file; none for one that is to be written.
    """

    error: str
    said: str
    lines: tuple[str, ...] = ()


class Section(NamedTuple):
    """The `Raises` section of a docstring: its lines in the file, and its entries.

    Attributes:
        start: Number of its first line after the heading, from 0.
        end: Number of the line after its last one.
        indent: Columns before an entry.
        entries: The entries.
    """

    start: int
    end: int
    indent: int
    entries: list[Entry]


def section_of(lines: list[str], node: ast.expr) -> Section | None:
    """Read the `Raises` section of a docstring."""
    first, last = node.lineno - 1, node.end_lineno or node.lineno
    for number in range(first, last):
        if lines[number].strip() == "Raises:":
            break
    else:
        return None
    indent = len(lines[number]) - len(lines[number].lstrip()) + 4
    entries: list[Entry] = []
    end = number + 1
    while end < last and lines[end].startswith(" " * indent):
        text = lines[end][indent:]
        if text.startswith(" "):
            error, said, before = entries[-1]
            entries[-1] = Entry(error, f"{said} {text.strip()}", (*before, lines[end]))
        else:
            error, _, said = text.partition(": ")
            entries.append(Entry(error, said, (lines[end],)))
        end += 1
    return Section(number + 1, end, indent, entries)


def docstrings(text: str) -> dict[str, ast.expr]:
    """Return the docstrings of the methods of a module, by the qualified name of each.

    Of a method with overloads, it is that of the last one, which is the method itself.
    """
    found: dict[str, ast.expr] = {}
    for outer in ast.parse(text).body:
        if isinstance(outer, ast.ClassDef):
            for inner in outer.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    first = inner.body[0]
                    if isinstance(first, ast.Expr) and ast.get_docstring(inner):
                        found[f"{outer.name}.{inner.name}"] = first.value
    return found


def wanted(path: str, there: list[Entry]) -> list[Entry]:
    """Return the entries that a method should have, for those that it has."""
    if path in LATER:
        return there
    hand = [entry for entry in there if entry.error not in OWNED]
    checks = [entry for entry in hand if entry.error in {"ArchiveError", "InvalidArgumentError"}]
    others = [entry for entry in hand if entry not in checks and entry.error != "ScalingoError"]
    last = [one for one in hand if one.error == "ScalingoError" and not _is_generic(one.said)]
    ours = [Entry(error, said) for error, said in sentences(path).items()]
    every = Entry("ScalingoError", ON_ENTRY if path in ENTERED else EVERY)
    return [*checks, *ours, *others, *(last or [every])]


def _is_generic(said: str) -> bool:
    return said in {
        EVERY,
        ON_ENTRY,
        "A call failed.",
        "A request failed.",
        "The call failed.",
        "The request failed.",
    }


def written(entries: list[Entry], indent: int) -> list[str]:
    """Return entries as lines of a docstring."""
    lines: list[str] = []
    for entry in entries:
        lines += entry.lines or textwrap.wrap(
            f"{entry.error}: {entry.said}",
            WIDTH,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + 4),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def rewritten(file: Path, paths: dict[str, str]) -> str:
    """Return the text of a module with the sections that its methods should have."""
    text = file.read_text(encoding="utf-8")
    lines = text.split("\n")
    changes: list[tuple[Section, list[str]]] = []
    for qualname, node in docstrings(text).items():
        section = section_of(lines, node) if qualname in paths else None
        if section is not None:
            entries = wanted(paths[qualname], section.entries)
            changes.append((section, written(entries, section.indent)))
    for section, new in sorted(changes, key=lambda change: -change[0].start):
        lines[section.start : section.end] = new
    return "\n".join(lines)


def _every_call() -> list[str]:
    """Return the list of what every call can raise, as lines of a docstring."""
    lines: list[str] = []
    for row in TABLE["every"]:
        names = _any_of([f"`{name}`" for name in row["errors"]])
        status = row.get("statuses") or row.get("status")
        lines += textwrap.wrap(
            f"- {names}{f' ({status})' if status else ''}: {row['when']}",
            WIDTH,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def rewritten_errors() -> str:
    """Return the text of `scalingo_async/errors.py` with the list that it should have."""
    lines = Path(errors.__file__).read_text(encoding="utf-8").split("\n")
    marked = [number for number, line in enumerate(lines) if line.startswith(("- ", '"""'))]
    start = next(number for number in marked if lines[number].startswith("- "))
    end = next(number for number in marked if lines[number] == '"""')
    return "\n".join([*lines[:start], *_every_call(), *lines[end:]])


def generate() -> dict[Path, str]:
    """Return the text of each file that has something of the table."""
    paths: dict[Path, dict[str, str]] = {}
    for place, path in places().items():
        paths.setdefault(place.file, {})[place.qualname] = path
    texts = {file: rewritten(file, names) for file, names in sorted(paths.items())}
    return {**texts, Path(errors.__file__): rewritten_errors()}


if __name__ == "__main__":
    for path, text in generate().items():
        path.write_text(text, encoding="utf-8")
