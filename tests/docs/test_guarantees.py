"""The page of guarantees: each promise has its limits and its proofs, and each proof is a test."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import attrs
import pytest
from docs_pages import DOCS, ROOT

PAGE = DOCS / "explanation" / "guarantees.md"
AREAS = [
    "Retries and duplicates",
    "Cancellation",
    "Deadlines",
    "Tokens",
    "Rate limit",
    "Memory",
    "Secrets",
    "URLs",
    "TLS",
    "Injection",
    "Streams",
    "Files",
    "Journals of bulk jobs",
    "Redis",
    "The blocking client",
]
ENTRY = re.compile(
    r"\*\*(?P<promise>.+)\*\*\n"
    r": \*Limits:\* (?P<limits>\S.*\n(?:  \S.*\n)*)"
    r": <details><summary>Proof</summary><pre>\n"
    r"(?P<proofs>(?:  \S+\n)+)"
    r"  </pre></details>\n(?:\n|\Z)"
)


@attrs.frozen
class Entry:
    """One promise of the page.

    Attributes:
        area: The heading that it is below.
        promise: What is promised.
        limits: What is not.
        proofs: Names of tests, as pytest takes them.
    """

    area: str
    promise: str
    limits: str
    proofs: list[str]


def entries_of(text: str) -> list[Entry]:
    """Read the page; all that is below the heading of an area has to be an entry."""
    found: list[Entry] = []
    for section in text.split("\n## ")[1:]:
        area, _, rest = section.partition("\n\n")
        if area not in AREAS:
            continue
        rest = rest.rstrip("\n") + "\n"
        place = 0
        while place < len(rest):
            entry = ENTRY.match(rest, place)
            assert entry, f"{area}: this is no entry: {rest[place : place + 300]}"
            limits = " ".join(entry["limits"].split())
            found.append(Entry(area, entry["promise"], limits, entry["proofs"].split()))
            place = entry.end()
    return found


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the tests that pytest finds in a file: `name`, or `class::name`."""

    def found(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if node.name.startswith("test"):
                    yield prefix + node.name
            elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
                yield from found(node.body, f"{node.name}::")
            elif isinstance(node, ast.If):
                yield from found([*node.body, *node.orelse], prefix)

    return frozenset(found(ast.parse(path.read_text("utf-8")).body))


def problem_of(proof: str) -> str | None:
    """Say why a proof is none."""
    file, _, name = proof.partition("::")
    path = ROOT / file
    if not re.fullmatch(r"tests/(?:\w+/)*test_\w+\.py", file):
        return "pytest does not collect such a file"
    if not path.is_file():
        return "there is no such file"
    if name not in names_in(path):
        return "there is no such test in the file"
    return None


ENTRIES = entries_of(PAGE.read_text("utf-8"))


def test_each_area_has_promises():
    text = PAGE.read_text("utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [heading for heading in headings if heading in AREAS] == AREAS
    assert list(dict.fromkeys(entry.area for entry in ENTRIES)) == AREAS
    assert text.count("*Limits:*") == text.count("Proof</summary>") == len(ENTRIES)


def test_each_promise_is_one_sentence():
    for entry in ENTRIES:
        assert re.fullmatch(r"[A-Z`][^.!?]*(?:\.\w[^.!?]*)*\.", entry.promise), entry.promise
    promises = [entry.promise for entry in ENTRIES]
    assert len({*promises}) == len(promises)


def test_limits_are_sentences_each_on_its_line():
    text = PAGE.read_text("utf-8")
    for entry in ENTRIES:
        assert re.fullmatch(r"(?:[A-Z`\[].*)\.", entry.limits), entry.limits
        (lines,) = re.findall(
            rf"^\*\*{re.escape(entry.promise)}\*\*\n: \*Limits:\* ((?:[^:].*\n)+)",
            text,
            re.MULTILINE,
        )
        for line in lines.splitlines():
            assert line.endswith("."), line
            assert not re.search(r"\. [A-Z`]", line), line


def test_each_proof_is_a_test():
    wrong = [
        f"{proof}: {problem}, but it proves: {entry.promise}"
        for entry in ENTRIES
        for proof in entry.proofs
        if (problem := problem_of(proof))
    ]
    assert not wrong, "\n".join(wrong)
    for entry in ENTRIES:
        assert len({*entry.proofs}) == len(entry.proofs), entry.promise


def test_a_renamed_test_is_noticed():
    (proof, *_) = ENTRIES[0].proofs
    assert problem_of(proof) is None
    for wrong in (
        f"{proof}_as_well",
        proof[:-1],
        f"{proof}[a case]",
        proof.partition("::")[0],
        proof.replace("test_retry.py", "test_no_such.py"),
        proof.replace("test_retry.py", "retry.py"),
        f"tests/docs/{Path(__file__).name}::problem_of",
    ):
        assert problem_of(wrong), wrong


@pytest.mark.parametrize("missing", [": *Limits:* ", ": <details>", "  tests/", "</pre>", "**"])
def test_an_entry_that_lacks_something_is_noticed(missing):
    text = PAGE.read_text("utf-8")
    assert missing in text
    with pytest.raises(AssertionError, match="this is no entry"):
        entries_of(text.replace(missing, "", 1))
