"""HTML tables, which notebooks show instead of a `repr`.

Secrets are masked as they are in `repr`, and all text is escaped: names, values and errors come
from the platform and from those who deploy there.
"""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from scalingo_async._core.display import PART, Shown, brief, cut, fields_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROWS: Final = 50
"""How many rows a table shows."""

CELL: Final = 200
"""How long a text in it may be, in characters."""

KEYS: Final = 20
"""How many keys that a model does not know are named."""


def table_of_fields(thing: Shown) -> str:
    """Return an object of an attrs class as a table of two columns."""
    rows = [
        (name, _cell(getattr(thing, name), mask, room=CELL)) for name, mask in _masks(thing).items()
    ]
    if extra := list(islice(getattr(thing, "extra", ()), KEYS + 1)):
        more = ["…"] if len(extra) > KEYS else []
        rows.append(("extra", ", ".join([*map(str, extra[:KEYS]), *more])))
    return _table(type(thing).__name__, ("field", "value"), rows)


def table_of_items(items: Sequence[Any], title: str) -> str:
    """Return items as a table: a column for each field that any of them has."""
    some = items[:ROWS]
    left_out = len(items) - len(some)
    if not some or not all(isinstance(item, Shown) for item in some):
        rows = [(str(number), _cell(item)) for number, item in enumerate(some)]
        return _table(title, ("", "value"), rows, left_out)
    masks = [_masks(item) for item in some]
    filled = {
        name: any(getattr(item, name, None) is not None for item in some)
        for fields in masks
        for name in fields
    }
    names = [name for name, is_filled in filled.items() if is_filled]
    lines: list[Sequence[str]] = []
    for number, (item, fields) in enumerate(zip(some, masks, strict=True)):
        cells = [
            _cell(getattr(item, name), fields[name], "") if name in fields else "" for name in names
        ]
        lines.append((str(number), *cells))
    return _table(title, ("", *names), lines, left_out)


def table_of_outcomes(outcomes: Sequence[Any], title: str) -> str:
    """Return the outcomes of a bulk job as a table; of many, the bad ones come first."""
    if len(outcomes) > ROWS:
        outcomes = sorted(outcomes, key=lambda outcome: outcome.ok)
    rows = [
        (
            str(each.index),
            _cell(each.item),
            each.status,
            "" if each.error is None else f"{type(each.error).__name__}: {each.error}",
            str(each.attempts),
            f"{each.duration:.1f}",
            str(each.requests),
        )
        for each in outcomes[:ROWS]
    ]
    head = ("", "item", "status", "error", "attempts", "seconds", "requests")
    return _table(title, head, rows, len(outcomes) - len(rows))


def _masks(item: object) -> dict[str, Callable[[Any], str] | None]:
    return dict(fields_shown(type(item)))


def _cell(value: object, masked: Any = None, nothing: str = "None", room: int = PART) -> str:
    if value is None:
        return nothing
    if masked:
        return str(masked(value)).strip("'")
    return value if isinstance(value, str) else brief(value, room)


def _table(
    title: str, head: Sequence[str], rows: Iterable[Sequence[str]], left_out: int = 0
) -> str:
    lines = [
        '<div style="overflow-x: auto">',
        "<table>",
        f'<caption style="text-align: left">{_text(title)}</caption>',
        f"<thead><tr>{''.join(map(_head, head))}</tr></thead>",
        "<tbody>",
    ]
    for first, *others in rows:
        cells = "".join(f'<td style="text-align: left">{_text(each)}</td>' for each in others)
        lines.append(f"<tr><th>{_text(first)}</th>{cells}</tr>")
    if left_out > 0:
        lines.append(f'<tr><td colspan="{len(head)}">… {left_out} more</td></tr>')
    lines += ["</tbody>", "</table>", "</div>"]
    return "\n".join(lines)


def _head(name: str) -> str:
    return f'<th style="text-align: left">{_text(name)}</th>'


def _text(text: str) -> str:
    """Escape a text: what is markup, and characters that don't show, or turn others around."""
    text = cut(text, CELL)
    if not text.isprintable():
        text = "".join(
            each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
            for each in text
        )
    return escape(text)
