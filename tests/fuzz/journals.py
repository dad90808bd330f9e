"""Journals of bulk work that something has damaged: nothing is read that was not written."""

import json
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from unittest.mock import patch

import hypothesis
from core.json_strategies import ANY_JSON
from hypothesis import strategies as st

from scalingo_async import JournalError
from scalingo_async.bulk import journal
from scalingo_async.bulk.journal_file import Content, JournalFile, parse

from .running import drawn, found, target
from .strategies import misspelled, spoiled

SALT = "00" * 16
with patch.object(journal, "_ROUNDS", 1):
    MARK = journal.fingerprint(journal.canonical({}), SALT)
HEADER = {"journal": 2, "job": "work", "salt": SALT, "fingerprint": "ab" * 32}
STATES = st.sampled_from(["started", "done", "failed", "dropped"])
KEYS = st.sampled_from(["a", "b", 'c"}', "é\ud83d", "\\", ',"sum":"00000000"}'])
ENTRIES = st.fixed_dictionaries(
    {"key": KEYS, "state": STATES}, optional={"redo": st.booleans(), "value": ANY_JSON}
)


def written(records: list[dict]) -> bytes:
    """Write a journal as the client does."""
    total, lines = 0, []
    for record in (HEADER, *records):
        text = json.dumps(record, separators=(",", ":")).encode()
        total = zlib.crc32(text, total)
        lines.append(b'%b,"sum":"%08x"}\n' % (text[:-1], total))
    return b"".join(lines)


@contextmanager
def refused() -> Generator[None]:
    """Let pass that a journal is refused, with a message that is one line."""
    said = ""
    try:
        yield
    except JournalError as error:
        said = str(error)
    assert said.isprintable()


def read(content: bytes) -> Content | None:
    with refused():
        return parse(content, "it")
    return None


def learned(content: bytes) -> None:
    """Take what was read to be the journal of a job, as far as it makes sense."""
    file = JournalFile(journal.Journal("it"), "work", {})
    # A fingerprint is slow to make, on purpose.
    with refused(), patch.object(journal, "_ROUNDS", 1):
        file._read(content)
    assert all(entry.attempts >= 0 for entry in file.entries.values())


@st.composite
def damaged(draw) -> tuple[list[dict], bytes, bytes]:
    """Draw what was written, the file of it, and what became of that."""
    records = draw(st.lists(ENTRIES, max_size=6))
    whole = written(records)
    content = whole[: draw(st.integers(0, len(whole)))] if draw(st.booleans()) else whole
    match draw(st.sampled_from(["bytes", "letter", "lines"])):
        case "bytes":
            content = draw(spoiled(content, 2))
        case "letter":
            content = draw(misspelled(content))
        case "lines":
            lines = content.splitlines(keepends=True)
            order = draw(st.lists(st.sampled_from(range(len(lines))), max_size=8)) if lines else []
            content = b"".join(lines[number] for number in order)
    return records, whole, content + draw(st.sampled_from([b"", b"", b"\0" * 40]))


ONE = [{"key": "a", "state": "started"}, {"key": "a", "state": "done"}]


@target("journals", 33)
@drawn(damaged())
@found(([], written([]), b""))
@found((ONE, written(ONE), written(ONE).replace(b'"key":"a"', b'"key":"b"')))
@found((ONE, written(ONE), b"".join(written(ONE).splitlines(keepends=True)[::2])))
def journals(case):
    """What is read is what was written, up to some line; or the journal is refused."""
    records, whole, content = case
    assert [line["key"] for line in parse(whole, "it").lines[1:]] == [r["key"] for r in records]
    found = read(content)
    if found is None:
        return
    lines = [{k: v for k, v in line.items() if k != "sum"} for line in found.lines]
    assert lines == [HEADER, *records][: len(lines)]
    assert found.end <= len(content)
    # What is kept of the file is read as the same, and so it is the next time.
    assert parse(content[: found.end], "it").lines == found.lines
    hypothesis.target(float(len(lines)))


FIELDS = ["journal", "job", "salt", "fingerprint", "key", "state", "value", "redo", "sum"]
LINES = st.one_of(
    st.just({**HEADER, "journal": 1}),
    st.dictionaries(st.sampled_from(FIELDS), ANY_JSON | STATES | KEYS),
    ENTRIES,
    ANY_JSON,
).map(lambda line: json.dumps(line, separators=(",", ":")).encode())


@target("journals without checksums", 33)
@drawn(
    st.lists(LINES, max_size=5).map(lambda lines: b"".join(line + b"\n" for line in lines)),
    st.data(),
    st.booleans(),
)
def older_journals(text, data, ours):
    """Nobody vouches for what is in one of an earlier version, or for one that somebody made."""
    mark = MARK if ours else "no"
    head = json.dumps({"journal": 1, "job": "work", "salt": SALT, "fingerprint": mark}).encode()
    content = data.draw(spoiled(head + b"\n" + text) | spoiled(text))
    read(content)
    learned(content)
