"""The page about the instruments names each of them, with an example that can be written so."""

import ast
import importlib
import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = (TESTS / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_each_instrument_has_an_example():
    there = {path.stem for path in (TESTS / "instruments").glob("*.py")} - {"__init__"}
    used = {
        node.module.removeprefix("instruments.")
        for block in BLOCKS
        for node in ast.walk(ast.parse(block))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert used == there
    assert {f"`{name}.py`" for name in there} <= set(re.findall(r"`[^`\n]+`", PAGE))


def test_what_examples_import_is_there_and_used():
    for block in BLOCKS:
        tree = ast.parse(block)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for node in tree.body:
            if isinstance(node, ast.ImportFrom):
                module = importlib.import_module(str(node.module))
                for alias in node.names:
                    assert hasattr(module, alias.name), f"{node.module}.{alias.name}"
                    assert alias.name in used, f"{alias.name} is imported for nothing"


def test_the_files_that_the_page_names_are_there():
    files = set(re.findall(r"`([\w/]+\.py)`", PAGE))
    for name in files - {"noxfile.py"}:
        assert (TESTS / name).is_file() or (TESTS / "instruments" / name).is_file(), name
