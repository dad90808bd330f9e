"""The README: what a package index shows of it, and what its figures are counted from."""

import re
import tomllib
from datetime import timedelta

from api_facts import OPERATIONS
from docs_pages import ROOT, python
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

from scalingo_async import AsyncClient

README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"(?<![\w\])])\[(?P<text>[^\[\]]+)\]\((?P<target>[^()\s]+)\)")


def relative(text):
    """Return the links of a text that lead nowhere when the text stands elsewhere."""
    # Code may look like a link.
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    targets = [match["target"] for match in LINK.finditer(prose)]
    return [target for target in targets if not re.match(r"[a-z]+:|#", target)]


def settings():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    hook = project["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    (substitution,) = hook["substitutions"]
    return substitution


def test_what_a_package_index_shows_has_no_relative_link(monkeypatch):
    # A build runs there.
    monkeypatch.chdir(ROOT)
    core = ProjectMetadata(str(ROOT), PluginManager()).core
    assert core.readme_content_type == "text/markdown"
    assert core.readme.startswith("# scalingo_async\n")
    assert relative(README)
    assert relative(core.readme) == []
    # Only links differ.
    assert LINK.sub(r"\1", core.readme) == LINK.sub(r"\1", README)


def test_one_line_makes_them_links_to_a_repository():
    base = "https://git.example.com/us/scalingo_async/blob/v$HFPR_VERSION/"
    built = re.sub(settings()["pattern"], rf"[\1]({base}\2)", README)
    assert relative(built) == []
    assert built.count(base) == len(relative(README))


LINKS = {
    "see [the guide](docs/index.md#top).": "see the guide.",
    "[one](a.md), [two](b/c.md)": "one, two",
    "[`code`](x.md)": "`code`",
    "[site](https://example.com)": None,
    "[mail](mailto:a@example.com), [below](#below)": None,
    "rows[index](value)": None,
}
"""What can be read of which text; `None` where the text stays as it is."""


def test_links_that_work_anywhere_and_code_are_kept():
    for text, shown in LINKS.items():
        built = re.sub(settings()["pattern"], settings()["replacement"], text)
        assert relative(built) == []
        assert (built if shown is None else LINK.sub(r"\1", built)) == (shown or text)


def test_relative_links_lead_to_files():
    missing = [path for path in relative(README) if not (ROOT / path.partition("#")[0]).exists()]
    assert not missing


def test_figures():
    """What can be counted is what the README says; what is measured is on its page."""
    assert f"All {len(OPERATIONS)} operations" in README
    assert f"allows {AsyncClient('tk-us-x').rate_limit.limit} requests a minute" in README
    assert AsyncClient("tk-us-x").rate_limit.window == timedelta(minutes=1).total_seconds()


def test_it_is_a_tour():
    """Each stop is short, and all of it is read in a few minutes."""
    assert len(README.splitlines()) <= 240
    for block in python(ROOT / "README.md"):
        lines = [
            line
            for line in block.source.splitlines()
            if line and not line.startswith(("import", "from"))
        ]
        assert len(lines) <= 10, f"{block}: {len(lines)} lines"


def test_the_two_commands():
    assert "$ python3 noxfile.py -s demo\n$ python3 noxfile.py -s tests\n" in README
