"""The pages of the documentation, and the blocks of code in them."""

import ast
import inspect
import io
import json
import os
from contextlib import redirect_stdout
from dataclasses import dataclass
from doctest import ELLIPSIS, OutputChecker
from functools import cache
from pathlib import Path
from textwrap import indent

import anyio.to_thread
from sybil import Document
from sybil.parsers.myst import CodeBlockParser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(p for p in sorted(DOCS.rglob("*.md")) if "_build" not in p.parts),
]
PROGRAMS = {
    "docs/how-to/celery.md": "celery_worker/tasks.py",
    "docs/how-to/cookbook.md": "cookbook/*.py",
    "docs/how-to/django.md": "django_project/**/*.py",
    "docs/how-to/flask.md": "flask_service/flask_app.py",
    "docs/how-to/notebook.md": "notebook.ipynb",
    "docs/how-to/script.md": "versions.py",
}
"""Pages that show pieces of a program in examples/, which is run for itself, and that program."""

LANGUAGES = ("python", "text", "console", "toml", "yaml", "ini")


@dataclass
class Block:
    """One block of code.

    Attributes:
        page: The page it is on.
        line: Number of its first line of code.
        language: What is behind the fence.
        source: The code.
        output: For Python: what the page says that it prints, `None` when it does not say.
    """

    page: Path
    line: int
    language: str
    source: str
    output: str | None = None

    @property
    def is_test(self) -> bool:
        """Whether it is a test for pytest."""
        return "def test_" in self.source

    @property
    def is_program(self) -> bool:
        """Whether it runs an event loop of its own."""
        return "asyncio.run(" in self.source or "anyio.run(" in self.source

    @property
    def is_blocking(self) -> bool:
        """Whether it is of a page about code that blocks, and awaits nothing itself."""
        awaits = any(word in self.source for word in ("await ", "async with", "async for"))
        return not awaits and "scalingo_async.blocking" in self.page.read_text("utf-8")

    @property
    def is_quoted(self) -> bool:
        """Whether it is a piece of the program that its page shows, to the letter."""
        # Its own indentation was taken off.
        forms = [indent(self.source, " " * depth) for depth in (0, 4, 8)]
        return any(form in text for text in program_texts(name(self.page)) for form in forms)

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}"


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def program_texts(page: str) -> list[str]:
    """Return the files, or the cells, of the program that a page shows."""
    files = list((ROOT / "examples").glob(PROGRAMS[page])) if page in PROGRAMS else []
    texts = [path.read_text("utf-8") for path in files]
    if page in PROGRAMS and PROGRAMS[page].endswith(".ipynb"):
        texts = ["".join(cell["source"]) + "\n" for cell in json.loads(texts[0])["cells"]]
    return texts


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page; `text` right behind Python is what the Python prints."""
    parsers = [CodeBlockParser(language, lambda _: None) for language in LANGUAGES]
    document = Document.parse(str(page), *parsers)
    found: list[Block] = []
    end = 0
    for example in document.examples():
        language = str(example.region.lexemes["arguments"]).strip()
        line = example.line + example.parsed.line_offset + 1
        beside = not document.text[end : example.start].strip()
        if language == "text" and beside and found and found[-1].language == "python":
            found[-1].output = str(example.parsed)
        else:
            found.append(Block(page, line, language, str(example.parsed)))
        end = example.end
    return found


def python(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.language == "python"]


async def run(block: Block, space: dict) -> None:
    """Run a block as if it stood in an async function, and compare what it prints."""
    source = "\n" * (block.line - 1) + block.source
    flags = 0 if block.is_program or block.is_blocking else ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(source, block.page, "exec", flags=flags, dont_inherit=True)
    printed = io.StringIO()
    with redirect_stdout(printed):
        if block.is_program:
            await anyio.to_thread.run_sync(exec, code, {"__name__": "__main__"})
        elif block.is_blocking:
            # Where no event loop runs.
            await anyio.to_thread.run_sync(exec, code, space)
        else:
            result = eval(code, space)
            if inspect.iscoroutine(result):
                await result
    if block.output is not None:
        checker = OutputChecker()
        if not checker.check_output(block.output, printed.getvalue(), ELLIPSIS):
            raise AssertionError(
                f"{block} does not print what the page says{os.linesep}"
                f"--- the page:\n{block.output}\n--- printed:\n{printed.getvalue()}"
            )
