"""Every page can be followed: its blocks run in their order, and print what the page says.

A reader has the sandbox that the tutorial starts, its environment variables, an empty folder, and an
open `client`. Nothing else is put before the blocks of a page: what they need, the page shows.
"""

import ast
import base64
import builtins
import importlib.metadata
import logging
import re
import subprocess
import sys
from contextlib import AsyncExitStack, contextmanager

import anyio
import pytest
from docs_pages import DOCS, PAGES, PROGRAMS, ROOT, Block, name, python, run
from redis_server import RedisServer

from scalingo_async import AsyncClient, ClientClosedError
from scalingo_async.sandbox import __main__ as command
from scalingo_async.waiting import polling

BLOCKING = {"docs/how-to/blocking.md", "docs/how-to/script.md"}
"""Pages of code that blocks: they open a client of their own."""

WITH_REDIS = {"docs/how-to/several-workers.md"}
"""Pages that need a Redis, which the session `tests_services` has."""

WITH_TABLES = {"docs/how-to/tables.md"}
"""Pages that need matplotlib, pandas and polars, which the session `tests_tables` has."""

APART = WITH_REDIS | WITH_TABLES
"""Pages that have a test of their own."""

WITH_TOOLS = {"docs/how-to/testing.md"}
"""Pages whose tests need more plugins of pytest."""

RUN = [
    page
    for page in PAGES
    if any(not block.is_test and not block.is_quoted for block in python(page))
]
TESTS = [b for page in PAGES for b in python(page) if b.is_test and not b.is_quoted]


@pytest.fixture
def sandbox():
    """The sandbox as the command line serves it; its operations end sooner."""
    parser = command._parser()
    options = parser.parse_args(["--operation-time", "0.1"])
    with command._sandbox(parser, options).running() as sandbox:
        yield sandbox


@pytest.fixture
def surroundings(sandbox, tmp_path, monkeypatch):
    """What a reader has: the variables that the sandbox prints, and an empty folder."""
    for variable, value in sandbox.environ().items():
        monkeypatch.setenv(variable, value)
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "work")
    # A sandbox is done with an operation long before the platform would be.
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.12)


@contextmanager
def fresh_logging():
    """Logging as a program finds it: nothing is set up, and nothing stays set up."""
    loggers = [logging.getLogger(), logging.getLogger("scalingo_async")]
    before = [(logger.level, logger.handlers[:]) for logger in loggers]
    loggers[0].handlers.clear()
    try:
        yield
    finally:
        for logger, (level, handlers) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.handlers[:] = handlers


@pytest.mark.anyio
@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize("page", [p for p in RUN if name(p) not in APART], ids=name)
async def test_page(page):
    with fresh_logging():
        await run_page(page)


@pytest.mark.anyio
@pytest.mark.tables
@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize("page", [p for p in RUN if name(p) in WITH_TABLES], ids=name)
async def test_page_with_tables(page, tmp_path):
    with fresh_logging():
        await run_page(page)
    plots = sorted(path.name for path in tmp_path.glob("work/*.png"))
    assert plots == ["traffic.png", "usage.png"]


@pytest.mark.asyncio
@pytest.mark.redis
@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize("page", [p for p in RUN if name(p) in WITH_REDIS], ids=name)
async def test_page_with_redis(page, monkeypatch):
    server = RedisServer()
    try:
        server.start()
        monkeypatch.setenv("REDIS_URL", f"unix://{server.socket}")
        with fresh_logging():
            await run_page(page)
    finally:
        server.remove()


async def run_page(page):
    """Do what the page says, from the first block to the last."""
    found = [block for block in python(page) if not block.is_test and not block.is_quoted]
    await follow(found, given_client=name(page) not in BLOCKING)


async def follow(found, *, given_client=True):
    async with AsyncExitStack() as stack:
        space = {"__name__": "example"}
        if given_client:
            space["client"] = await stack.enter_async_context(AsyncClient.from_env())
        for block in found:
            with anyio.fail_after(20):
                await run(block, space)


def run_tests(folder, blocks, plugins):
    """Run examples of tests with the given plugins and no others, a warning being an error."""
    others = [
        word
        for entry in importlib.metadata.entry_points(group="pytest11")
        if entry.name not in plugins
        for word in ("-p", f"no:{entry.name}")
    ]
    for number, block in enumerate(blocks):
        (folder / f"test_block_{number}.py").write_text(block.source, "utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *others,
            "-W",
            "error",
            folder,
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_tests(tmp_path):
    """The examples of tests pass, with pytest and the plugins of the package and of anyio alone."""
    blocks = [block for block in TESTS if name(block.page) not in WITH_TOOLS]
    passed = sum(block.source.count("def test_") for block in blocks)
    # Those that don't choose an event loop would run on each one that is installed.
    once = 'import pytest\n\n\n@pytest.fixture\ndef anyio_backend():\n    return "asyncio"\n'
    (tmp_path / "conftest.py").write_text(once, "utf-8")
    assert passed, "there is no test in the documentation any more"
    assert f"{passed} passed" in run_tests(tmp_path, blocks, {"scalingo_async", "anyio"})


@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize("page", [DOCS / "how-to" / "testing.md"], ids=name)
def test_tests_with_other_tools(page, sandbox, tmp_path, monkeypatch):
    """The examples with pytest-asyncio, respx, pytest-httpx and VCR pass, and record no secret."""
    blocks = [block for block in TESTS if block.page == page]
    (recording,) = [block for block in blocks if "use_cassette" in block.source]
    # It plays back what it has recorded: the second time, nothing is asked for.
    blocks.append(recording)
    (app, *_) = sandbox.apps()
    monkeypatch.setenv("PYTEST_ADDOPTS", "-o asyncio_default_fixture_loop_scope=function")
    plugins = {"scalingo_async", "asyncio", "pytest_httpx"}
    shown = run_tests(tmp_path, blocks, plugins)
    # Those with several cases count as many.
    at_least = sum(block.source.count("def test_") for block in blocks)
    assert int(re.search(r"(\d+) passed", shown)[1]) >= at_least
    asked = ["tokens.exchange", "apps.list", "variables.list"]
    assert [request.operation for request in sandbox.requests] == asked
    (cassette,) = (tmp_path / "cassettes").iterdir()
    recorded = cassette.read_text("utf-8")
    assert recorded.count("- request:") == len(asked)
    assert app.name in recorded
    basic = base64.b64encode(f":{sandbox.api_token}".encode()).decode()
    # Those of databases have passwords.
    urls = [row.value for row in app.variables.values() if "@" in row.value]
    assert urls
    # Bearer tokens are JWTs.
    for secret in (sandbox.api_token, basic, "authorization", "eyJ", *urls):
        assert secret.lower() not in recorded.lower()


def test_nothing_is_left_out():
    """The pages are found, and blocks are fenced in a way that makes them run."""
    assert DOCS / "tutorial.md" in RUN
    for page in PAGES:
        text = page.read_text("utf-8")
        assert text.count("```python") == len(python(page))
        assert not re.search(r"invisible|^% *skip", text, re.MULTILINE), f"{name(page)} hides code"


@pytest.mark.parametrize("page", PROGRAMS)
def test_what_a_page_shows_of_a_program_is_in_it(page):
    """Such programs are run for themselves, in `tests/services` and `tests/examples`."""
    found = python(ROOT / page)
    others = [str(block) for block in found if not block.is_quoted]
    # The script is run in pieces, too.
    assert len(others) == (1 if page.endswith("script.md") else 0), others
    assert len(found) > len(others)


@pytest.mark.anyio
async def test_a_block_that_fails_is_reported():
    """A wrong page would be noticed: an exception, and an output that differs."""
    page = DOCS / "index.md"
    with pytest.raises(ZeroDivisionError):
        await run(Block(page, 7, "python", "1 / 0"), {})
    with pytest.raises(AssertionError, match=r"docs/index\.md:7"):
        await run(Block(page, 7, "python", "print(1)", "2\n"), {})
    await run(
        Block(page, 7, "python", "import anyio\nawait anyio.sleep(0)\nprint(12)", "1...\n"), {}
    )


@pytest.mark.anyio
@pytest.mark.usefixtures("surroundings")
async def test_a_page_that_cannot_be_followed_is_reported():
    """A name from nowhere, a file that nobody made, a client that is closed and used again."""
    sources = [
        "print(sandbox)",
        "open('shop.crt')",
        "await client.aclose()",
        "await client.users.self()",
    ]
    unknown, no_file, closing, used = (
        Block(ROOT / "README.md", 7, "python", source) for source in sources
    )
    with pytest.raises(NameError, match="sandbox"):
        await follow([unknown])
    with pytest.raises(FileNotFoundError):
        await follow([no_file])
    with pytest.raises(NameError, match="client"):
        await follow([closing], given_client=False)
    with pytest.raises(ClientClosedError):
        await follow([closing, used])


@pytest.mark.parametrize("page", PROGRAMS)
def test_programs_can_be_copied(page):
    """Every name that a page uses in the program that it shows is imported or defined there."""
    known = set(dir(builtins))
    used = set()
    for block in python(ROOT / page):
        for node in ast.walk(ast.parse(block.source)):
            if isinstance(node, ast.Name):
                (used if isinstance(node.ctx, ast.Load) else known).add(node.id)
            elif isinstance(node, ast.arg):
                known.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                known.add(node.name)
            elif isinstance(node, ast.alias):
                known.add(node.asname or node.name.partition(".")[0])
            elif isinstance(node, ast.ExceptHandler) and node.name:
                known.add(node.name)
    assert used - known == set()
