"""The table of all operations: which method performs each, and who else knows it.

The directive `coverage` reads the facts that the tests hold the client to, so the page can't say
more than the code does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils.statemachine import StringList
from reference import performed
from sphinx.util.docutils import SphinxDirective
from sphinx.util.parsing import nested_parse_to_nodes

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

FACTS = Path(__file__).parents[2] / "tests" / "api" / "operations.json"
# Of which day the facts are: change it with them.
AS_OF = "October 2026"
VERSIONS = {"Go": "11.7.0", "command line": "1.49.0", "JavaScript": "0.22.3", "Ruby": "4.0.beta4"}
SOURCES = {"docs": "Docs", "go": "Go", "js": "JS", "ruby": "Ruby", "cli": "CLI"}


def table(facts: list[dict[str, Any]]) -> list[str]:
    """Return the table as lines of reStructuredText."""
    lines = [".. list-table::", "   :header-rows: 1", "   :class: coverage", "   :widths: auto", ""]
    lines += _row(["Operation", "Request", *SOURCES.values()])
    for fact in facts:
        method = performed().get(fact["id"])
        name = f"{fact['id']} (not yet)"
        if method is not None:
            name = f":py:meth:`client.{fact['id']} <{method}>`"
        known = ["✓" if fact["sources"].get(source) else "" for source in SOURCES]
        lines += _row([name, f"``{fact['method']} {fact['path']}``", *known])
    return lines


def _row(cells: list[str]) -> list[str]:
    first, *rest = cells
    return [f"   * - {first}", *(f"     - {cell}".rstrip() for cell in rest)]


def summary(facts: list[dict[str, Any]]) -> str:
    """Say in numbers what the table shows."""
    done = sum(fact["id"] in performed() for fact in facts)
    others = ", ".join(
        f"{label} {sum(bool(fact['sources'].get(source)) for fact in facts)}"
        for source, label in SOURCES.items()
    )
    versions = ", ".join(f"{name} {version}" for name, version in VERSIONS.items())
    return (
        f"The facts are of {AS_OF}: the documentation of that time and the official clients in "
        f"their versions {versions}. Of the {len(facts)} operations that any source knows, this "
        f"client has {done}. "
        f"For comparison: {others}. "
        "In the table, *Docs* is the platform's documentation, *JS* the JavaScript client, and "
        "*CLI* the command line tool."
    )


class CoverageDirective(SphinxDirective):
    """`.. coverage::` makes the table."""

    def run(self) -> list[nodes.Node]:
        facts = json.loads(FACTS.read_text("utf-8"))
        self.env.note_dependency(str(FACTS))
        lines = [summary(facts), "", *table(facts)]
        source = StringList(lines, source=self.get_source_info()[0])
        return nested_parse_to_nodes(self.state, source)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("coverage", CoverageDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
