"""Looks at the built site: its links, its search, and the headings of all operations.

    python -m tests.docs.site docs/_build/html

`nox -s docs` runs this after the build. The search is that of `_static/searchtools.js`, which
counts the same: what it needs from Sphinx is there where the site is built.
"""

from __future__ import annotations

import html
import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sphinx.search.en import SearchEnglish

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTS = Path(__file__).parents[1] / "api" / "operations.json"

NEAR_THE_TOP = 5
"""How many pages somebody who searches looks at."""

SEARCHES = {
    "429": "how-to/rate-limit",
    "anyio": "how-to/asyncio-and-trio",
    "asyncio": "how-to/asyncio-and-trio",
    "atomic": "how-to/transfers",
    "backoff": "how-to/timeouts-and-retries",
    "backup": "reference/resources/databases-backups",
    "blocking": "how-to/blocking",
    "celery": "how-to/celery",
    "client.apps.scale": "reference/resources/apps",
    "csv": "how-to/tables",
    "deadline": "how-to/timeouts-and-retries",
    "deployments": "reference/resources/deployments",
    "django": "how-to/django",
    "environment variables": "reference/resources/variables",
    "exception": "how-to/errors",
    "fastapi": "how-to/fastapi",
    "flask": "how-to/flask",
    "http2": "how-to/transports",
    "json": "how-to/serialization",
    "jupyter": "how-to/notebook",
    "mock": "how-to/testing",
    "notifiers": "reference/resources/notifiers",
    "one-off": "how-to/one-off",
    "opentelemetry": "how-to/opentelemetry",
    "pagination": "how-to/pagination",
    "pandas": "how-to/tables",
    "postgresql": "how-to/databases",
    "proxy": "how-to/transports",
    "pydantic": "how-to/fastapi",
    "pytest": "how-to/testing",
    "rate limit": "how-to/rate-limit",
    "redis": "how-to/several-workers",
    "resume": "how-to/transfers",
    "retry": "how-to/timeouts-and-retries",
    "scale": "reference/resources/apps",
    "serialize": "how-to/serialization",
    "streaming": "how-to/logs",
    "sync": "how-to/blocking",
    "timeout": "how-to/timeouts-and-retries",
    "token": "how-to/authentication",
    "trio": "how-to/asyncio-and-trio",
    "upload": "how-to/transfers",
    "webhook": "how-to/webhooks",
    "websocket": "how-to/logs",
}
"""What people type, and the page that they look for."""


# -- links ------------------------------------------------------------------------------------


def parts(page: Path) -> tuple[set[str], list[str]]:
    """Return the ids of a page, and what its links and images lead to."""
    text = page.read_text("utf-8")
    # Examples may show tags; `<` in a text is written otherwise.
    tags = re.findall(r"<[a-zA-Z][^>]*>", text)
    ids: set[str] = set()
    targets: list[str] = []
    for tag in tags:
        for name, value in re.findall(r'\s(id|href|src)="([^"]*)"', tag):
            if name == "id":
                ids.add(html.unescape(value))
            else:
                targets.append(html.unescape(value))
    return ids, targets


def broken_links(site: Path) -> Iterator[str]:
    """Return links within the site that lead to no file, or to no place on a page."""
    pages = {page.resolve(): parts(page) for page in site.rglob("*.html")}
    for page, (ids, targets) in pages.items():
        for target in sorted({*targets}):
            split = urlsplit(target)
            if split.scheme or split.netloc:
                continue
            file = (page.parent / unquote(split.path)).resolve() if split.path else page
            anchor = unquote(split.fragment)
            where = f"{page.relative_to(site.resolve())}: {target}"
            if not file.is_file():
                yield f"{where} leads to no file"
            elif anchor and file in pages and anchor not in (pages[file][0] if split.path else ids):
                yield f"{where} leads to no place on that page"


# -- the search -------------------------------------------------------------------------------


class Search:
    """The index of the site, asked as the page of the search asks it."""

    def __init__(self, site: Path) -> None:
        text = (site / "searchindex.js").read_text("utf-8")
        self.index: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
        self.language = SearchEnglish({})

    def find(self, query: str) -> list[str]:
        """Return the pages that are found, the best first."""
        best: dict[int, tuple[int, int]] = {}
        asked = query.lower().strip()
        words = [word for word in re.split(r"\W+", asked) if word]
        found = [*self._titles(asked), *self._entries(asked), *self._texts(words)]
        for word in words:
            found += self._objects(word, [other for other in words if other != word])
        for page, main, score in found:
            best[page] = max(best.get(page, (0, -10)), (main, score))
        names, titles = self.index["docnames"], self.index["titles"]
        by_title = sorted(best, key=lambda page: titles[page].lower())
        return [names[page] for page in sorted(by_title, key=best.__getitem__, reverse=True)]

    def _titles(self, asked: str) -> Iterator[tuple[int, int, int]]:
        for title, places in self.index["alltitles"].items():
            if asked in title.lower() and len(asked) >= len(title) / 2:
                for page, _ in places:
                    boost = self.index["titles"][page] == title
                    yield page, 1, round(15 * len(asked) / len(title)) + boost

    def _entries(self, asked: str) -> Iterator[tuple[int, int, int]]:
        for entry, places in self.index["indexentries"].items():
            if asked in entry and len(asked) >= len(entry) / 2:
                for page, _, main in places:
                    # What is not the main place comes after all others.
                    yield page, int(main), round(100 * len(asked) / len(entry))

    def _objects(self, word: str, others: list[str]) -> Iterator[tuple[int, int, int]]:
        priorities = {0: 15, 1: 5, 2: -5}
        for prefix, members in self.index["objects"].items():
            for page, kind, priority, _, name in members:
                full = f"{prefix}.{name}".lstrip(".").lower()
                if word not in full:
                    continue
                last = full.rpartition(".")[2]
                score = 11 if word in {full, last} else 6 if word in last else 0
                label = self.index["objnames"][str(kind)][2]
                beside = f"{prefix} {name} {label} {self.index['titles'][page]}".lower()
                if all(other in beside for other in others):
                    yield page, 1, score + priorities.get(priority, 0)

    def _texts(self, words: list[str]) -> Iterator[tuple[int, int, int]]:
        stems = [
            self.language.stem(word)
            for word in words
            if word not in self.language.stopwords and not re.fullmatch(r"\d+", word)
        ]
        scores: dict[int, dict[str, int]] = {}
        for stem in stems:
            for table, whole, part in (("terms", 5, 2), ("titleterms", 15, 7)):
                terms = self.index[table]
                same = {stem: whole} if stem in terms else {}
                near = {} if same or len(stem) < 3 else {t: part for t in terms if stem in t}
                for term, score in (same or near).items():
                    pages = terms[term]
                    for page in pages if isinstance(pages, list) else [pages]:
                        scores.setdefault(page, {})[stem] = score
        for page, found in scores.items():
            if stems and len(found) == len({*stems}):
                yield page, 1, max(found.values())


def searches_in_vain(site: Path) -> Iterator[str]:
    """Return what people type without finding, near the top, the page that they look for."""
    search = Search(site)
    for query, page in SEARCHES.items():
        found = search.find(query)[:NEAR_THE_TOP]
        if page not in found:
            yield f"search for {query!r}: {page} is not among {found}"


# -- the reference ----------------------------------------------------------------------------


@cache
def headings(site: Path) -> str:
    folder = site / "reference" / "resources"
    texts = (page.read_text("utf-8") for page in sorted(folder.glob("*.html")))
    found = re.findall(r"<h[1-6]>(.*?)</h[1-6]>", "\n".join(texts), re.DOTALL)
    return "\n".join(re.sub(r"<[^>]*>", "", heading) for heading in found)


def operations_without_heading(site: Path) -> Iterator[str]:
    """Return the operations that no page of the reference has a heading for, or that two have."""
    for fact in json.loads(FACTS.read_text("utf-8")):
        lines = re.findall(rf"^client\.{re.escape(fact['id'])}\(\)", headings(site), re.MULTILINE)
        if len(lines) != 1:
            yield f"client.{fact['id']}() is a heading of {len(lines)} sections of the reference"


def main(site: Path) -> int:
    """Say what is wrong with a site; returns how much that is."""
    problems = [
        *broken_links(site),
        *searches_in_vain(site),
        *operations_without_heading(site),
    ]
    for problem in problems:
        print(problem)
    pages = len(list(site.rglob("*.html")))
    print(f"{pages} pages, {len(SEARCHES)} searches: {len(problems) or 'no'} problems")
    return len(problems)


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1]))))
