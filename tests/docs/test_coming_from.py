"""What the pages for users of other clients name exists, there and here."""

import re
from functools import reduce

from api_facts import OPERATIONS
from docs_pages import DOCS

from scalingo_async import AsyncClient

PAGES = {"js": "javascript.md", "go": "go.md"}

BESIDE = {
    # They make URLs, ask them, or wait: no operation of the API is theirs.
    "js": {"Logs.for", "Logs.listenerFor"},
    "go": {"Logs"},
}

CALLS = {"js": r"client\.([A-Z]\w+\.\w+)\(", "go": r"client\.([A-Z]\w+)\("}


def names(key):
    """Return the methods of another client that are known, by the facts about the API."""
    known = set(BESIDE[key])
    for operation in OPERATIONS.values():
        known |= set(re.findall(r"[\w.]+", operation["sources"].get(key) or ""))
    return known


def rows(page):
    """Return the table of a page: what stands left and right in code, line by line."""
    text = (DOCS / "how-to" / "coming-from" / page).read_text("utf-8")
    table = text.partition("## The names\n")[2]
    for line in table.splitlines():
        if line.startswith("| `"):
            left, right = line.strip("| ").split(" | ")
            yield re.findall(r"`([\w.]+)`", left), re.findall(r"`([\w.]+)`", right)


def test_the_methods_of_the_other_clients_exist():
    for key, page in PAGES.items():
        text = (DOCS / "how-to" / "coming-from" / page).read_text("utf-8")
        foreign = re.findall(rf"```{key}\n(.*?)```", text, re.DOTALL)
        used = {name for block in foreign for name in re.findall(CALLS[key], block)}
        used |= {name for left, _ in rows(page) for name in left}
        assert len(used) > 15, page
        assert not used - names(key), page


def test_each_stands_beside_what_performs_it_here():
    for key, page in PAGES.items():
        for left, right in rows(page):
            for name in right:
                assert callable(reduce(getattr, name.split("."), AsyncClient("tk-us-x"))), name
            performed = " ".join(
                OPERATIONS[name]["sources"].get(key) or "" for name in right if name in OPERATIONS
            )
            for name in set(left) - BESIDE[key]:
                assert name in re.findall(r"[\w.]+", performed) or name == "LogsURL", (page, name)
