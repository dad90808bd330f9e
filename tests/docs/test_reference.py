"""The reference leaves nothing out, and the commands on the pages exist."""

import argparse
import inspect
import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from docs_pages import DOCS, PAGES, ROOT, Block, blocks, name
from nox_sessions import sessions
from tables import each

import scalingo_async
from scalingo_async import AsyncClient, models
from scalingo_async.config import read_environment
from scalingo_async.models.base import Model, fields_of
from scalingo_async.resources.base import Resource
from scalingo_async.sandbox.__main__ import _parser as sandbox_parser

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def directives(kind: str) -> list[str]:
    """Return what the directives of a kind name, on all pages of the reference."""
    found: list[str] = []
    for page in sorted((DOCS / "reference").rglob("*.rst")):
        text = page.read_text("utf-8")
        for match in re.finditer(rf"^\.\. {kind}::((?:.*)(?:\n   +.*)*)", text, re.MULTILINE):
            names, _, _ = match[1].partition("\n   :")
            found += names.split()
    return found


def options(kind: str, option: str) -> list[str]:
    """Return what an option of the directives of a kind names, behind their own names."""
    found: list[str] = []
    for page in sorted((DOCS / "reference").rglob("*.rst")):
        text = page.read_text("utf-8")
        pattern = rf"^\.\. {kind}:: (\w+)\n   :{option}:((?:.*)(?:\n      .*)*)"
        for match in re.finditer(pattern, text, re.MULTILINE):
            found += [f"{match[1]}.{name}" for name in match[2].split()]
    return found


def test_namespaces_that_a_page_leaves_out_have_another_page():
    assert sorted(options("resources", "elsewhere")) == sorted(directives("namespaces"))


def test_every_resource_is_in_the_reference():
    named = directives("resources")
    properties = {
        key
        for kind in AsyncClient.__mro__
        for key, value in vars(kind).items()
        if isinstance(value, cached_property)
    }
    assert sorted(named) == sorted(properties)


def test_every_resource_has_a_page_of_its_own_in_a_group():
    folder = DOCS / "reference" / "resources"
    pages = {page.stem for page in folder.glob("*.rst")}
    assert {*directives("resources")} <= pages
    index = (folder / "index.md").read_text("utf-8")
    toctrees = re.findall(r"```{toctree}\n(.*?)```", index, re.DOTALL)
    assert all(":caption:" in toctree for toctree in toctrees)
    listed = [line for toctree in toctrees for line in toctree.splitlines() if line in pages]
    assert sorted(listed) == sorted(pages)


@cache
def methods() -> dict[str, Callable[..., object]]:
    """Return the methods of all resources, by their paths on the client."""
    client = AsyncClient("tk-us-documentation")
    found: dict[str, Callable[..., object]] = {}

    def walk(path: str, resource: object) -> None:
        for member in dir(resource):
            if member.startswith("_"):
                continue
            value = getattr(resource, member)
            if isinstance(value, Resource):
                walk(f"{path}{member}.", value)
            elif callable(value) and path:
                found[f"{path}{member}"] = value

    for resource in directives("resources"):
        walk(f"{resource}.", getattr(client, resource))
    return found


@cache
def operations() -> list[dict[str, Any]]:
    """Return what is known of all operations."""
    return json.loads((ROOT / "tests" / "api" / "operations.json").read_text("utf-8"))


FACTS = {fact["id"]: fact["sources"]["docs"] for fact in operations()}


@each("operation", FACTS)
def test_each_docstring_has_the_address_of_the_official_page(operation):
    """The page and the title are the facts', the anchor is made as the documentation makes it."""
    text = inspect.getdoc(methods()[operation]) or ""
    addresses = set(re.findall(r"https://developers\.scalingo\.com/(\S+)", text))
    if FACTS[operation] is None:
        assert re.search(
            r"^Source: (?:not documented; known to |the official )", text, re.MULTILINE
        )
        assert not addresses
        return
    known: set[str] = set()
    for source in FACTS[operation].split("; "):
        page, _, title = source.partition(": ")
        page = (
            page.removesuffix(".md").lstrip("_").replace("addon_provider_api", "addon-provider-api")
        )
        anchor = re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        known |= {page, f"databases/{page}", f"{page}#{anchor}", f"databases/{page}#{anchor}"}
    assert addresses & known


def test_pages_of_the_database_api_are_those_of_its_operations():
    """Both APIs have pages called `logs` and `metrics`."""
    found = methods()
    for fact in operations():
        text = inspect.getdoc(found[fact["id"]]) or ""
        for page in re.findall(r"https://developers\.scalingo\.com/(\S+)", text):
            if fact["api"] != "absolute":
                assert page.startswith("databases/") == (fact["api"] == "database"), fact["id"]


def examples() -> dict[str, str]:
    found: dict[str, str] = {}
    for page in sorted((DOCS / "reference" / "examples").glob("*.md")):
        for part in page.read_text("utf-8").split("\n## ")[1:]:
            title, _, text = part.partition("\n")
            assert title not in found
            found[title] = text
    return found


def test_examples_are_of_methods_and_show_them():
    """The tests run them, as they run all pages; the reference puts them below their methods."""
    assert len(examples()) >= 25
    for title, text in examples().items():
        assert title in methods()
        method = title.rpartition(".")[2]
        assert f".{method}(" in text
        # So much fits into a block on the page.
        assert max(map(len, text.splitlines())) <= 84


def test_quirks_are_of_methods():
    quirks: dict[str, Iterable[str]] = {}
    exec((DOCS / "_ext" / "quirks.py").read_text("utf-8"), quirks)
    with_quirks = {fact["id"] for fact in operations() if fact["quirks"]}
    assert {*quirks["NOTES"]} <= with_quirks
    for path in quirks["QUIRKS"]:
        paragraphs = (inspect.getdoc(methods()[path]) or "").split("\nArgs:")[0].split("\n\n")
        told = [text for text in paragraphs[1:] if not text.startswith(("Source:", "Returns:"))]
        assert told, f"{path} tells nothing after its first paragraph"


def test_every_model_is_in_the_reference():
    folder = Path(scalingo_async.models.__path__[0])
    files = {
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in folder.rglob("*.py")
        if path.stem != "__init__"
    }
    assert sorted(directives("models")) == sorted(files - {"base", "conversion", "events.types"})


def test_every_public_name_is_in_the_reference():
    assert sorted(directives("public")) == sorted(set(scalingo_async.__all__) - {"__version__"})


@each("name", [n for n in models.__all__ if isinstance(getattr(models, n), type)])
def test_every_attribute_of_a_model_is_described(name):
    """By its own docstring or by that of a base; the reference shows it in one place."""
    cls = getattr(models, name)
    # Python 3.13 takes the indentation off a docstring, others do not.
    texts = "\n".join(inspect.cleandoc(owner.__doc__ or "") for owner in cls.__mro__)
    fields = fields_of(cls) if issubclass(cls, Model) else ()
    described = re.findall(r"^    (\w+): ", texts, re.MULTILINE)
    assert {field.name for field in fields} <= {*described}


# -- commands ---------------------------------------------------------------------------------


def check_nox(words: list[str]) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("-s", nargs="+", default=[])
    parser.add_argument("-l", action="store_true")
    before, _, _ = " ".join(words).partition(" -- ")
    assert set(parser.parse_args(before.split()).s) <= sessions()


TOOLS = {"jupyter", "pytest", "pytest-asyncio", "uvicorn"}


def check_pip(words: list[str]) -> None:
    assert words[0] == "install"
    shown = [*PROJECT["dependency-groups"]["tables"], *PROJECT["dependency-groups"]["frameworks"]]
    others = {row.partition(">=")[0] for row in shown if isinstance(row, str)}
    for word in words[1:]:
        match = re.fullmatch(r"(?:scalingo-async|\.)(?:\[([a-z0-9,]+)\])?", word)
        assert match or word in {"-e", "pre-commit", *TOOLS} | others, word
        extras = set(match[1].split(",")) if match and match[1] else set()
        assert extras <= set(PROJECT["project"]["optional-dependencies"])


def check_python(words: list[str]) -> None:
    if words[0] == "noxfile.py":
        check_nox(words[1:])
    elif words[:2] == ["-m", "scalingo_async.sandbox"]:
        sandbox_parser().parse_args(words[2:])
    elif words[:2] == ["-m", "benchmarks"]:
        known = (ROOT / "benchmarks" / "__main__.py").read_text("utf-8")
        assert all(f'"{word}"' in known for word in words[2:] if word.startswith("--"))
    elif words[0] == "examples/run.py":
        known = (ROOT / words[0]).read_text("utf-8")
        assert all(f'"{word}"' in known for word in words[1:] if word.startswith("--"))
    elif words[:2] == ["-m", "pip"]:
        check_pip(words[2:])
    elif words[0].startswith("examples/"):
        known = (ROOT / words[0]).read_text("utf-8")
        assert all(f'"{word}"' in known for word in words[1:] if word.startswith("--"))
    elif (cookbook := ROOT / "examples/cookbook" / words[0]).exists():
        known = cookbook.read_text("utf-8")
        assert all(f'"{word}"' in known for word in words[1:] if word.startswith("--"))
    elif words[0] == "manage.py":
        commands = ROOT / "examples/django_project/hosting/management/commands"
        assert words[1] == "test" or (commands / f"{words[1]}.py").exists()
    elif words[:2] in (["-m", "asyncio"], ["-m", "pytest"], ["-m", "venv"]):
        pass
    else:
        # What the pages tell to save under these names.
        assert words in (["apps.py"], ["main.py"]), words


def check_export(words: list[str]) -> None:
    known = read_environment({}).sources.values()
    assert words[0].partition("=")[0] in known


def check_source(words: list[str]) -> None:
    assert words == [".venv/bin/activate"]


def check_gunicorn(words: list[str]) -> None:
    (application,) = (word for word in words if word.endswith((".wsgi", "()")))
    module = application.partition(":")[0].replace(".", "/")
    assert list((ROOT / "examples").glob(f"*/{module}.py")), words


def check_celery(words: list[str]) -> None:
    assert words[:3] == ["-A", "tasks", "worker"]
    assert {word for word in words[3:] if word.startswith("-")} <= {"--concurrency", "--pool"}


def check_sandbox(words: list[str]) -> None:
    sandbox_parser().parse_args(words)
    if "--" in words:
        command, *arguments = words[words.index("--") + 1 :]
        CHECKS[command](arguments)


def check_uvicorn(words: list[str]) -> None:
    module, _, attribute = words[0].partition(":")
    if module == "main":
        (first, *_) = blocks_of("fastapi", "python")
        assert f"\n{attribute} = FastAPI(" in first.source
        return
    (path,) = (ROOT / "examples").glob(f"*/{module.replace('.', '/')}.py")
    assert f"def {attribute}(" in path.read_text("utf-8")


def blocks_of(page: str, language: str) -> list[Block]:
    found = blocks(DOCS / "how-to" / f"{page}.md")
    return [block for block in found if block.language == language]


def check_curl(words: list[str]) -> None:
    """The services of the pages on frameworks have this route."""
    (url,) = words
    host, _, path = url.partition("/")
    assert host == "localhost:8000"
    route = re.compile(r'"/' + path.replace("my-app", r"(?:\{name\}|<name>)") + '"')
    for page in ("fastapi", "aiohttp", "flask"):
        if any(f"$ curl {url}\n" in block.source for block in blocks_of(page, "console")):
            assert route.search(blocks_of(page, "python")[0].source), page


CHECKS = {
    "celery": check_celery,
    "curl": check_curl,
    "gunicorn": check_gunicorn,
    "nox": check_nox,
    "pip": check_pip,
    "python": check_python,
    "python3": check_python,
    "export": check_export,
    "scalingo-sandbox": check_sandbox,
    "scalingo": lambda words: None,
    "source": check_source,
    "jupyter": lambda words: None,
    "uvicorn": check_uvicorn,
    "pre-commit": lambda words: None,
}

COMMANDS = [
    (f"{block}", line[2:])
    for page in PAGES
    for block in blocks(page)
    if block.language == "console"
    for line in block.source.splitlines()
    if line.startswith("$ ")
]


@pytest.mark.parametrize(("where", "command"), COMMANDS, ids=[w + " " + c for w, c in COMMANDS])
def test_command(where, command):
    words = shlex.split(command, comments=True)
    CHECKS[words[0]](words[1:])


def test_commands_are_written_with_a_prompt():
    for page in PAGES:
        for block in blocks(page):
            if block.language == "console":
                assert block.source.startswith("$ "), f"{block} does not begin with a prompt"


def test_links_between_files():
    """Relative links of the pages outside of docs/ lead somewhere; Sphinx checks the others."""
    for page in [*PAGES[:2], ROOT / "SECURITY.md", ROOT / "CHANGELOG.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (ROOT / target).exists(), f"{name(page)} links to {target}"


# -- errors -----------------------------------------------------------------------------------


def kinds(error: type[Exception], depth: int = 0) -> set[tuple[int, str, str]]:
    """Return the exceptions below one: depth, name, and the name of the one above."""
    found: set[tuple[int, str, str]] = set()
    for kind in error.__subclasses__():
        found |= {(depth, kind.__name__, error.__name__), *kinds(kind, depth + 1)}
    return found


def test_the_page_about_errors_shows_the_whole_tree():
    page = DOCS / "how-to" / "errors.md"
    drawn = next(block.source for block in blocks(page) if block.source.startswith("ScalingoError"))
    shown: set[tuple[int, str, str]] = set()
    above = ["ScalingoError"]
    for line in drawn.splitlines()[1:]:
        branch, kind = re.match(r"([ │├└─]+)(\w+)", line).groups()
        depth = len(branch) // 4 - 1
        above[depth + 1 :] = [kind]
        shown.add((depth, kind, above[depth]))
    # Names load when they are first used, and a class is below another once it is there.
    public = {name for name in scalingo_async.__all__ if getattr(scalingo_async, name)}
    ours = {row for row in kinds(scalingo_async.ScalingoError) if row[1] in public}
    assert shown == ours
