"""The index of the how-to pages has a line for each page, under its own title."""

import re

from docs_pages import DOCS

FOLDER = DOCS / "how-to"
INDEX = (FOLDER / "index.md").read_text("utf-8")
LINE = re.compile(r"^- \[(?P<title>.+)\]\((?P<page>[\w/-]+)\.md\): (?P<text>.+)$", re.MULTILINE)


def title(page):
    return (FOLDER / f"{page}.md").read_text("utf-8").splitlines()[0].removeprefix("# ")


def test_each_page_has_one_line_with_its_title():
    pages = {p.relative_to(FOLDER).with_suffix("").as_posix() for p in FOLDER.rglob("*.md")}
    lines = [(match["page"], match["title"]) for match in LINE.finditer(INDEX)]
    assert lines == [(page, title(page)) for page, _ in lines]
    assert sorted(page for page, _ in lines) == sorted(pages - {"index"})


def test_lines_and_sidebar_have_the_same_groups():
    for group in INDEX.split("\n## ")[1:]:
        caption = group.partition("\n")[0]
        (shown,) = re.findall(r":caption: (.+)", group)
        listed = re.findall(r"^([\w/-]+)$", group.partition(":hidden:")[2], re.MULTILINE)
        assert shown == caption
        assert listed == [match["page"] for match in LINE.finditer(group)]
