"""What errors tell a program that blocks: nothing that only one that awaits could do."""

import ast
import functools
import inspect
import itertools
import re
import warnings
from pathlib import Path

import pytest
from api_facts import URLS, FakeTransport, answer_to, client_of, method_of, methods
from tables import each
from test_argument_kinds import right_for, value_for

import scalingo_async
from scalingo_async import (
    ClientClosedError,
    ConfigurationError,
    EventLoopError,
    InvalidArgumentError,
    ScalingoError,
)
from scalingo_async.blocking import Client, WebhookReceiver, bulk
from scalingo_async.sandbox import Sandbox

ROOT = Path(scalingo_async.__file__).parent
AWAITING = re.compile(r"\bawait|\basync (?:with|for|def)\b|\baclose\b|\bAsyncClient")
SECRET = "s" * 32


# -- in the source -------------------------------------------------------------------------------

NEVER_MET = {
    "_core/client_state.py": "the warning of an async client that was forgotten",
    "_core/misuse.py": "a facade stands for these things, and has messages of its own",
    "blocking": "the door itself",
    "client.py": "the name of the class",
    "integrations": "async frameworks",
    "middleware/chain.py": "a middleware is an async function in each program",
    "pagination.py": "a facade stands for a list, and has messages of its own",
    "pytest_plugin.py": "fixtures of async tests",
    "sandbox": "it belongs to no client",
    "transports": "hooks and HTTP clients are async in each program",
    "webhooks.py": "a handler that blocks is made an async one",
    "bulk/work.py": "a function that blocks is made an async one",
}
"""Where texts say `await` to nobody who blocks, and why."""


def texts(tree):
    """Yield the texts of a module, but for docstrings, those that are names, and what advice says."""
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "advice":
            skipped.update(ast.walk(node.args[0]))
        if isinstance(node, ast.ClassDef):
            for each_ in node.body:
                # What a thing says that a facade stands for.
                if isinstance(each_, ast.Assign) and ast.unparse(each_.targets[0]) in {
                    "_awaited",
                    "_hint",
                }:
                    skipped.add(each_.value)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or node in skipped:
            continue
        # A name alone is looked up somewhere.
        if isinstance(node.value, str) and not node.value.isidentifier():
            yield node.lineno, node.value


def test_each_text_that_says_await_has_another_for_those_who_block():
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if any(name == known or name.startswith(f"{known}/") for known in NEVER_MET):
            continue
        source = path.read_text(encoding="utf-8")
        told = texts(ast.parse(source)) if AWAITING.search(source) else ()
        found += [f"{name}:{line}: {text}" for line, text in told if AWAITING.search(text)]
    assert not found, "use scalingo_async._core.door.advice:\n" + "\n".join(found)


# -- arguments -----------------------------------------------------------------------------------


async def fetched():
    pass


GIVEN = {
    "coroutine": lambda _: fetched(),
    "coroutine function": lambda _: fetched,
    "paginator": lambda client: client.apps.list(),
    "client": lambda client: client,
    "object": lambda _: object(),
}


def needed_by(path, parameters):
    """Return values for the arguments that a method can't do without."""
    needed = {
        each_.name: value_for(each_.name, each_.annotation)
        for each_ in parameters
        if each_.default is each_.empty
        and each_.kind in {each_.POSITIONAL_OR_KEYWORD, each_.KEYWORD_ONLY}
    }
    return needed | ({"operation_url": URLS[path]} if "operation_url" in needed else {})


def refused(function):
    """Return what calling a function raises; what comes of it is entered or read."""
    try:
        made = function()
        with made if hasattr(made, "__enter__") else warnings.catch_warnings():
            return None
    except Exception as error:
        return error


def test_no_argument_is_refused_with_words_of_the_async_client():
    transport = FakeTransport(200, answer_to("apps.get"))
    wrong, count = [], 0
    with Client(transport=transport, bearer_token="b", rate_limit=None, max_retries=0) as client:
        for path, _ in methods(client_of(FakeTransport())):
            method = method_of(client, path)
            parameters = [
                each_
                for each_ in inspect.signature(method).parameters.values()
                if each_.kind in {each_.POSITIONAL_OR_KEYWORD, each_.KEYWORD_ONLY}
            ]
            needed = needed_by(path, parameters)
            for parameter, (label, make) in itertools.product(parameters, GIVEN.items()):
                if label in right_for(parameter.annotation):
                    continue
                value = make(client)
                given = {**needed, parameter.name: value}
                error = refused(functools.partial(method, **given))
                if inspect.iscoroutine(value):
                    value.close()
                if isinstance(error, ScalingoError):
                    count += 1
                    if AWAITING.search(str(error)):
                        wrong.append(f"{path}({parameter.name} = {label}): {error}")
    assert count > 1000
    assert not wrong, "\n".join(wrong[:50])


# -- what a program does wrong ------------------------------------------------------------------


@pytest.fixture
def sandbox():
    with Sandbox(apps=1, rate_limit=None, operation_time=0).running() as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox):
    with Client.from_env(environ=sandbox.environ()) as client:
        yield client


async def pieces():
    yield b""


def restarted(client):
    return client.apps.restart(client.apps.list().collect()[0].id)


WRONG = {
    "a log that is not open": lambda c, _: next(iter(c.logs.stream("a"))),
    "a feed that is not open": lambda c, _: next(iter(c.logs.events("a"))),
    "a deployment that is not open": lambda c, _: next(iter(c.deployments.follow("a", "b"))),
    "a terminal that is not open": lambda c, _: next(iter(c.one_offs.terminal("a", "b"))),
    "a list that is entered": lambda c, _: c.apps.list().__enter__(),
    "a list that is measured": lambda c, _: len(c.apps.list()),
    "a list by number": lambda c, _: c.apps.list()[0],
    "a list as a truth": lambda c, _: bool(c.apps.list()),
    "a journal in a loop": lambda c, f: next(iter(bulk.map(c.apps.get, ["a"], journal=f / "j"))),
    "an async generator": lambda c, _: next(iter(bulk.map(c.apps.get, pieces()))),
    "a coroutine as items": lambda c, _: bulk.map(c.apps.get, fetched()),
    "a coroutine as a function": lambda c, _: bulk.map(fetched(), ["a"]),
    "items of another kind": lambda c, _: bulk.map(c.apps.get, c.domains.list("a")),
    "a job that is not open": lambda c, _: next(iter(bulk.Job(c).map(c.apps.get, ["a"]))),
    "no client": lambda *_: bulk.inventory(5),
    "no credential": lambda *_: Client(),
    "an async callback": lambda c, _: restarted(c).wait(on_progress=fetched),
    "an async predicate": lambda c, _: c.apps.list().first(fetched),
    "no handler": lambda *_: RECEIVER.deliver(5, {}, b"{}", secret=SECRET),
    "no content": lambda c, _: c.sources.upload("https://storage.scalingo.com/a?sig=x", 5),
    "a closed client": lambda c, _: (c.close(), c.apps.get("a")),
}
RECEIVER = WebhookReceiver(SECRET)
KINDS = (AttributeError, TypeError, ClientClosedError, ConfigurationError, InvalidArgumentError)


@each("wrong", WRONG)
def test_errors_say_what_a_program_that_blocks_can_do(wrong, client, tmp_path):
    with pytest.raises(KINDS) as caught:
        WRONG[wrong](client, tmp_path)
    assert not AWAITING.search(str(caught.value)), caught.value


# -- callbacks -----------------------------------------------------------------------------------


def test_a_value_can_not_be_waited_for_in_a_callback(client, sandbox):
    """It would return a coroutine that nobody awaits, or wait for itself."""
    name = sandbox.apps()[0].name
    other = client.apps.restart(name)
    seen = []

    def look(_):
        seen.extend((refused(other.wait), refused(other.refresh)))

    client.apps.restart(name).wait(on_progress=look)
    client.deployments.list(name).first(lambda one: look(one) or seen.append(refused(one.wait)))
    assert len(seen) > 4
    assert {type(error) for error in seen} == {EventLoopError}
    assert "callbacks" in str(seen[0])
    # Outside it is what it was.
    assert other.refresh() is not None
