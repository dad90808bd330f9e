"""The table of files on the architecture page is complete, and what it names exists."""

import re

import pytest
from docs_pages import DOCS, ROOT

PACKAGE = ROOT / "scalingo_async"
PAGE = (DOCS / "explanation" / "architecture.md").read_text("utf-8")


def rows(page):
    """Return the first cells of the table of files."""
    _, _, rest = page.partition("## Which file does what\n")
    table, _, _ = rest.partition("**One name, five places.**")
    return [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]


def named(page):
    """Return what a page's table names: files and folders, below the package."""
    found = set()
    for row in rows(page):
        first, *others = re.findall(r"`([^`]+)`", row)
        folder = "_core/" if first.startswith("_core/") else ""
        found |= {first, *(folder + other for other in others)}
    return found


def there():
    """Return the modules and packages at the top, and those of `_core`."""
    paths = [*PACKAGE.iterdir(), *(PACKAGE / "_core").iterdir()]
    names = {
        path.relative_to(PACKAGE).as_posix() + "/" * path.is_dir()
        for path in paths
        if (path / "__init__.py").exists() or path.suffix == ".py"
    }
    return {name for name in names if not name.endswith(("__init__.py", "_version.py"))} - {
        "_core/"
    }


def test_the_table_names_every_file():
    assert named(PAGE) == there()


@pytest.mark.parametrize(("old", "new"), [("`client.py`", "`clients.py`"), (", `urls.py`", "")])
def test_a_file_that_is_missing_is_noticed(old, new):
    assert old in PAGE
    assert named(PAGE.replace(old, new)) != there()
