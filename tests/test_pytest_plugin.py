"""The fixtures of the package, as tests of users' programs use them: with each plugin for async."""

import os
import subprocess
import sys
from textwrap import dedent

import pytest

ANYIO = ("-p", "anyio.pytest_plugin")
ASYNCIO = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")
AUTO = ("-o", "asyncio_mode=auto")
SESSION = tuple(
    word
    for what in ("fixture", "test")
    for word in ("-o", f"asyncio_default_{what}_loop_scope=session")
)

CONFTEST = """
    import pytest
    from scalingo_async.sandbox import Sandbox

    @pytest.fixture
    def scalingo_server():
        with Sandbox(apps=1, rate_limit=None).running() as sandbox:
            yield sandbox
"""
"""A sandbox of the user's own, which the client is to be one of."""

USE = """
    from scalingo_async import AsyncClient
    from scalingo_async._core.event_loop import current_event_loop

    enter, opened_in = AsyncClient.__aenter__, []

    async def note_and_enter(client):
        opened_in.append(current_event_loop())
        return await enter(client)

    AsyncClient.__aenter__ = note_and_enter

    async def use(client, sandbox):
        assert opened_in[-1] is current_event_loop()
        (app,) = await client.apps.list()
        assert app.name == sandbox.apps()[0].name
        # A retry, without a pause.
        sandbox.inject("apps.get", kind="close_before")
        assert (await client.apps.get(app.name)).id == app.id
        assert sandbox.count("apps.get") == 1
"""


def run(folder, tests: str, *options: str) -> str:
    """Run tests with the given plugins and no others, a warning being an error."""
    for name, source in (("conftest", CONFTEST), ("use", USE), ("test_it", tests)):
        (folder / f"{name}.py").write_text(dedent(source), "utf-8")
    flags = ("-q", "-p", "no:cacheprovider", "-p", "scalingo_async.pytest_plugin")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", *flags, *options],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_strict_with_every_scope_of_a_loop_and_anyio_beside_it(tmp_path):
    tests = """
        import asyncio
        import anyio
        import pytest
        import pytest_asyncio
        import sniffio
        from use import use

        def marked(scope):
            return pytest.mark.asyncio(loop_scope=scope)

        loops = {}

        async def note(scope):
            loops.setdefault(scope, []).append(asyncio.get_running_loop())

        @pytest.mark.asyncio
        async def test_function(scalingo_client, scalingo_server):
            await use(scalingo_client, scalingo_server)

        @marked("class")
        class TestClass:
            async def test_class(self, scalingo_client, scalingo_server):
                await note("class")
                await use(scalingo_client, scalingo_server)

            async def test_class_again(self, scalingo_client, scalingo_server):
                await note("class")
                await use(scalingo_client, scalingo_server)

        @marked("module")
        async def test_module(scalingo_client, scalingo_server):
            await note("module")
            await use(scalingo_client, scalingo_server)

        @marked("module")
        async def test_module_again(scalingo_client, scalingo_server):
            await note("module")
            await use(scalingo_client, scalingo_server)

        @marked("package")
        async def test_package(scalingo_client, scalingo_server):
            await use(scalingo_client, scalingo_server)

        @marked("session")
        async def test_session(scalingo_client, scalingo_server):
            await use(scalingo_client, scalingo_server)

        @pytest_asyncio.fixture
        async def app(scalingo_client):
            return (await scalingo_client.apps.list())[0]

        @pytest.mark.asyncio
        async def test_of_a_fixture(app, scalingo_client):
            assert (await scalingo_client.apps.get(app.name)).id == app.id

        def test_that_awaits_nothing(app, scalingo_server):
            assert app.name == scalingo_server.apps()[0].name

        @pytest.mark.anyio
        async def test_anyio(scalingo_client, scalingo_server, anyio_backend_name):
            assert sniffio.current_async_library() == anyio_backend_name
            await use(scalingo_client, scalingo_server)

        def test_loops_were_shared():
            assert len(loops["class"]) == len(loops["module"]) == 2
            assert all(len(set(of_one)) == 1 for of_one in loops.values())

        def test_not_async(scalingo_client):
            raise AssertionError

        async def test_not_marked(scalingo_client):
            raise AssertionError

        @pytest.mark.asyncio
        def test_marked_and_not_async(scalingo_client):
            raise AssertionError
    """
    shown = run(tmp_path, tests, *ASYNCIO, *ANYIO)
    assert "12 passed, 3 errors" in shown, shown
    asyncio, anyio = "mark it with `@pytest.mark.asyncio`", "mark it with `@pytest.mark.anyio`"
    said = "can't use scalingo_client, because"
    for name in ("test_not_async", "test_marked_and_not_async"):
        assert f"{name} {said} it is not an `async def`: make it one and {asyncio}, or" in shown
    assert f"test_not_marked {said} no plugin runs it in an event loop: {asyncio}, or {anyio}" in (
        shown
    )


@pytest.mark.parametrize("options", [AUTO, (*AUTO, *SESSION)], ids=["function", "session"])
def test_auto(tmp_path, options):
    tests = """
        import pytest
        from use import use

        async def test_one(scalingo_client, scalingo_server):
            await use(scalingo_client, scalingo_server)

        @pytest.fixture
        async def app(scalingo_client):
            return (await scalingo_client.apps.list())[0]

        class TestMore:
            async def test_two(self, app, scalingo_client, scalingo_server):
                assert app.name
                await use(scalingo_client, scalingo_server)
    """
    shown = run(tmp_path, tests, *ASYNCIO, *options)
    assert "2 passed" in shown, shown


def test_without_a_plugin_the_error_says_what_to_do(tmp_path):
    tests = """
        async def test_one(scalingo_client):
            raise AssertionError

        def test_two(scalingo_client):
            raise AssertionError
    """
    shown = run(tmp_path, tests)
    install = "install pytest-asyncio and mark it with `@pytest.mark.asyncio`"
    enable = "enable anyio's plugin and mark it with `@pytest.mark.anyio`"
    said = "can't use scalingo_client, because"
    assert f"test_one {said} no plugin runs it in an event loop: {install}, or {enable}" in shown
    assert (
        f"test_two {said} it is not an `async def`: make it one and {install}, or {enable}" in shown
    )
    assert "Traceback" not in shown
    assert "2 errors" in shown
