"""The sessions of the noxfile, read without nox."""

import ast
from pathlib import Path

NOXFILE = Path(__file__).parents[1] / "noxfile.py"


def sessions() -> set[str]:
    """Return the names of the sessions."""
    tree = ast.parse(NOXFILE.read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any("session" in ast.unparse(decorator) for decorator in node.decorator_list)
    }
