"""The Python blocks of the documentation pass mypy and pyright, both strict.

`nox -s typing` runs this. Each page becomes one module: the names that a page takes for granted
have types, and its blocks stand in async functions, one within the other, so that each sees the
names of those before it and may use them anew. What a type checker finds is reported by the line
of the page.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from docs_pages import PAGES, ROOT, Block, blocks, name, python

pytestmark = pytest.mark.checkers

GIVEN = "client: AsyncClient"
"""What the first block finds (test_examples.py runs them), and the type."""

UNTYPED = {"celery.md", "django.md", "flask.md"}
"""They show the programs in `examples/`, over libraries that are not installed where types are
checked; two of them have no types."""

NOT_FOR_PAGES = {
    # In a function these are leftovers; at the top of a program they are not.
    "reportUnusedVariable",
    "reportUnusedFunction",
    "reportUnusedClass",
    # The last line of a cell of a notebook.
    "reportUnusedExpression",
    # A page shows the cases that it is about.
    "reportMatchNotExhaustive",
    # Other libraries leave types of theirs open, or have none.
    "reportUnknownMemberType",
    "reportMissingTypeStubs",
}
"""Rules of pyright that object to the functions around the blocks, or to their being short."""

WRONG_PAGE = """\
# A page that is wrong

```python
app = await client.apps.get("my-app")
app.nmae
```

```python
length = app.name + 1
for word in "several words":
    await client.apps.get(5)
```

```python
import asyncio

from scalingo_async import AsyncClient


async def main() -> int:
    async with AsyncClient() as client:
        return (await client.apps.list())[0].name


asyncio.run(main())
```

```python
def test_name(scalingo_sandbox) -> None:
    assert scalingo_sandbox
```

```python
app = 5  # right: a name may be used anew
print(app + 1)
```

```python
app = app + 2  # right, too
app = app + "2"
```
"""
WRONG_LINES = {5, 9, 11, 22, 29, 40}


@dataclass
class Module:
    """The source of a module, and which line of a page each of its lines is."""

    lines: list[str] = field(default_factory=list)
    origins: dict[int, str] = field(default_factory=dict)

    def add(self, text: str, depth: int = 0) -> None:
        self.lines += textwrap.indent(text, "    " * depth).splitlines()

    def add_block(self, block: Block, depth: int = 0) -> None:
        start = len(self.lines) + 1
        self.add(block.source.rstrip("\n") + "\n", depth)
        for number in range(len(self.lines) - start + 1):
            self.origins[start + number] = f"{name(block.page)}:{block.line + number}"


class Names(ast.NodeVisitor):
    """The names of a block's own scope: those that it binds, and those that it reads first."""

    def __init__(self, source: str) -> None:
        self.bound: set[str] = set()
        self.read_first: set[str] = set()
        self.visit(ast.parse(source))

    def visit(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=id_, ctx=ast.Store()):
                self.bound.add(id_)
            case ast.Name(id=id_):
                self.read_first |= {id_} - self.bound
            case ast.Assign(targets=targets, value=value):
                for part in (value, *targets):
                    self.visit(part)
            case ast.AugAssign(target=ast.Name(id=id_)):
                self.read_first |= {id_} - self.bound
                self.generic_visit(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.bound.add(node.name)
            case (
                ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() | ast.Lambda()
            ):
                pass  # a scope of its own
            case _:
                self.generic_visit(node)


def modules_of(page: Path, found: list[Block]) -> dict[str, Module]:
    """Return the modules that the blocks of a page make; programs and tests have one each."""
    stem = re.sub(r"\W+", "_", name(page).removesuffix(".md"))
    whole = Module()
    # What a page on blocking code uses, it shows.
    blocking = "scalingo_async.blocking" in found[0].source
    if not blocking:
        whole.add("from scalingo_async import AsyncClient")
    modules = {stem: whole}
    given = "" if blocking else GIVEN
    depth = 0
    known: set[str] = set()
    pieces: Module | None = None
    for block in found:
        if block.source.startswith("from __future__"):
            # A program in pieces begins; the rest of the page is of it.
            pieces = modules[f"{stem}_{block.line}"] = Module()
        if pieces is not None:
            pieces.add_block(block)
        elif block.is_program or block.is_test or "\nfrom __future__" in block.source:
            modules[f"{stem}_{block.line}"] = alone = Module()
            alone.add_block(block)
        else:
            kind = "def" if blocking and block.is_blocking else "async def"
            whole.add(f"{kind} block_{block.line}({given}) -> None:", depth)
            depth += 1
            names = Names(block.source)
            if goes_on := sorted(known & names.bound & names.read_first):
                whole.add(f"nonlocal {', '.join(goes_on)}", depth)
            known |= names.bound
            whole.add_block(block, depth)
            given = ""
    if not depth:
        del modules[stem]
    return modules


@dataclass(frozen=True)
class Problem:
    """What a type checker says: where on which page, and what."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


@dataclass
class Checked:
    """A folder of modules, and what there is to say of them."""

    folder: Path
    modules: dict[str, Module]

    def origin(self, file: str, line: int) -> str:
        module = self.modules.get(Path(file).stem)
        return (module and module.origins.get(line)) or f"{Path(file).name}:{line}"

    def mypy(self) -> list[Problem]:
        # The settings of the project, and with them its cache.
        done = subprocess.run(
            [
                tool("mypy"),
                f"--python-executable={sys.executable}",
                "--output=json",
                *sorted(str(path) for path in self.folder.glob("*.py")),
            ],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "MYPYPATH": str(ROOT)},
            check=False,
        )
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return [
            Problem(self.origin(each["file"], each["line"]), f"{each['message']} [{each['code']}]")
            for each in said
            if each["severity"] == "error"
        ]

    def pyright(self) -> list[Problem]:
        settings = {
            "include": ["."],
            "extraPaths": [str(ROOT)],
            "pythonVersion": "3.11",
            "typeCheckingMode": "strict",
            **dict.fromkeys(NOT_FOR_PAGES, False),
        }
        (self.folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
        done = subprocess.run(
            [
                tool("pyright"),
                f"--project={self.folder}",
                f"--pythonpath={sys.executable}",
                "--outputjson",
            ],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        report = json.loads(done.stdout)
        assert report["summary"]["filesAnalyzed"] == len(self.modules)
        return [
            Problem(
                self.origin(each["file"], each["range"]["start"]["line"] + 1),
                f"{each['message']} [{each.get('rule', 'pyright')}]",
            )
            for each in report["generalDiagnostics"]
            if each["severity"] == "error"
        ]


def tool(program: str) -> str:
    beside = Path(sys.executable).parent / program
    found = str(beside) if beside.exists() else shutil.which(program)
    assert found, f"{program} is missing: these tests are for `nox -s typing`"
    return found


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """All pages as modules, and with them a page that is wrong."""
    folder = tmp_path_factory.mktemp("pages")
    wrong = ROOT / "wrong.md"
    written = tmp_path_factory.mktemp("wrong") / "wrong.md"
    written.write_text(WRONG_PAGE, "utf-8")
    found = [Block(wrong, b.line, b.language, b.source) for b in blocks(written)]
    modules = modules_of(wrong, found)
    for page in PAGES:
        blocks_of_page = python(page)
        if blocks_of_page and page.name not in UNTYPED:
            modules |= modules_of(page, blocks_of_page)
    for stem, module in modules.items():
        (folder / f"{stem}.py").write_text("\n".join(module.lines) + "\n", "utf-8")
    return Checked(folder, modules)


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_the_blocks_pass(checked, checker):
    """And those of a page that is wrong do not: each wrong line is found, and no other."""
    problems = getattr(checked, checker)()
    wrong = [problem for problem in problems if problem.where.startswith("wrong.md:")]
    assert {int(each.where.rpartition(":")[2]) for each in wrong} == WRONG_LINES, wrong
    left = [each for each in problems if each not in wrong]
    assert not left, "\n".join(["", *map(str, left)])
