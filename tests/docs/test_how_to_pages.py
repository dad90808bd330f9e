"""What newcomers need on how-to pages: where the blocks stand, and what to do about each error."""

import ast
import dis
import re
from types import CodeType

import pytest
from docs_pages import DOCS, name, python

import scalingo_async
from scalingo_async import ScalingoError

FOLDER = DOCS / "how-to"
LINE = (
    "The examples stand inside an `async def` with an open `client`; "
    "[try them]({up}index.md) against [the sandbox]({up}sandbox.md).\n"
)
GLOBAL = {"LOAD_NAME", "LOAD_GLOBAL"}
TABLE = (FOLDER / "errors.md").read_text("utf-8").partition("## The exception hierarchy")[0]
FAMILIES = {"WebhookError"}
"""Classes in the table that stand for their subclasses, too."""


def instructions(code):
    for instruction in dis.get_instructions(code):
        yield instruction.opname, instruction.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from instructions(inner)


def first_with_given_client(page):
    """Return the first block that uses a `client` which nothing on the page has made."""
    for block in python(page):
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(block.source, page, "exec", flags=flags, dont_inherit=True)
        found = {done for done, what in instructions(code) if what == "client"}
        if "STORE_NAME" in found:
            return None
        if GLOBAL & found:
            return block
    return None


GIVEN = {page: block for page in FOLDER.rglob("*.md") if (block := first_with_given_client(page))}


@pytest.mark.parametrize("page", sorted(GIVEN), ids=name)
def test_a_page_says_where_its_client_comes_from(page):
    line = LINE.format(up="../" * (len(page.relative_to(FOLDER).parts) - 1))
    text = page.read_text("utf-8")
    before = "".join(text.splitlines(keepends=True)[: GIVEN[page].line - 1])
    assert text.count(line) == before.count(line) == 1


def test_such_pages_are_found():
    assert len(GIVEN) > 25
    assert FOLDER / "bulk.md" in GIVEN
    assert not {FOLDER / "index.md", FOLDER / "script.md"} & set(GIVEN)


def test_each_exception_is_in_the_table_of_what_to_do():
    public = [getattr(scalingo_async, name) for name in scalingo_async.__all__]
    errors = {c for c in public if isinstance(c, type) and issubclass(c, ScalingoError)}
    named = set(re.findall(r"\{py:exc\}`~scalingo_async\.(\w+)`", TABLE))
    assert FAMILIES <= named <= {error.__name__ for error in errors}
    missing = {
        error.__name__
        for error in errors
        # What has subclasses is a kind of error: its kinds are in the table.
        if not error.__subclasses__()
        and error.__name__ not in named
        and not FAMILIES & {base.__name__ for base in error.__mro__}
    }
    assert not missing
