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
    "Exactly once",
    "Cancellation",
    "Deadlines",
    "Tokens",
    "Pacing",
    "Memory",
    "Secrets",
    "URLs",
    "TLS",
    "Injection",
    "Streams",
    "Files",
    "The journal",
    "Redis",
    "The blocking client",
]
ENTRY = re.compile(
    r"\*\*(?P<promise>.+)\*\*\n\n"
    r"\*Not promised:\* (?P<limits>(?:.+\n)+)\n"
    r"<details><summary>Proof</summary>\n\n"
    r"(?P<proofs>(?:- `[^`\n]+`\n)+)\n"
    r"</details>\n\n?"
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
            proofs = re.findall(r"`(.+)`", entry["proofs"])
            found.append(Entry(area, entry["promise"], entry["limits"], proofs))
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
    assert text.count("*Not promised:*") == text.count("<details>") == len(ENTRIES)


def test_each_promise_is_one_sentence():
    for entry in ENTRIES:
        assert re.fullmatch(r"[A-Z`][^.!?]*(?:\.\w[^.!?]*)*\.", entry.promise), entry.promise
    promises = [entry.promise for entry in ENTRIES]
    assert len({*promises}) == len(promises)


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


@pytest.mark.parametrize("missing", ["*Not promised:*", "<details>", "- `tests/", "**"])
def test_an_entry_that_lacks_something_is_noticed(missing):
    text = PAGE.read_text("utf-8")
    assert missing in text
    with pytest.raises(AssertionError, match="this is no entry"):
        entries_of(text.replace(missing, "", 1))
