"""`SCALINGO_LOG`: readable lines of this package on stderr, once each, and nothing else."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from sandbox_client import client_of
from tables import each

from scalingo_async import AsyncClient, ConfigurationError
from scalingo_async.log import logger, set_up_logging
from scalingo_async.sandbox import Sandbox

LOGGERS = [logging.getLogger(), logger, logging.getLogger("httpx"), logging.getLogger("httpcore")]


@pytest.fixture(autouse=True)
def fresh_logging() -> Iterator[None]:
    """Logging as a program finds it: nothing is set up, and nothing stays set up."""
    before = [(one, one.level, one.handlers[:], one.propagate) for one in LOGGERS]
    try:
        yield
    finally:
        for one, level, handlers, propagate in before:
            one.setLevel(level)
            one.handlers[:] = handlers
            one.propagate = propagate


def without_handlers() -> None:
    """Take the handlers of pytest off, which come with each phase of a test."""
    LOGGERS[0].handlers.clear()


def state() -> list[tuple[int, int]]:
    return [(one.level, len(one.handlers)) for one in LOGGERS if one is not logger]


@pytest.mark.anyio
async def test_a_call_is_shown_once_and_without_secrets(monkeypatch, capsys):
    without_handlers()
    sandbox = Sandbox(apps=2, rate_limit=None)
    before = state()
    monkeypatch.setenv("SCALINGO_LOG", "debug")
    async with client_of(sandbox) as client, client_of(sandbox) as other:
        (name, _) = [app.name for app in await client.apps.list()]
        await other.apps.get(name)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4, "two exchanges and two calls"
    for line in lines:
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} DEBUG scalingo_async: (GET|POST) /\S+: 200 in .*",
            line,
        )
    text = "\n".join(lines)
    assert sandbox.api_token not in text
    assert name not in text
    assert state() == before, "the root logger and those of libraries are left alone"


@each(("value", "level"), [("debug", 10), ("info", 20), (" Debug ", 10), ("INFO", 20)])
def test_levels(value, level):
    logger.setLevel(logging.NOTSET)
    logger.handlers[:] = [logging.NullHandler()]
    for _ in range(3):
        set_up_logging(value)
    assert logger.level == level
    assert len(logger.handlers) == 2


@each("value", [None, "", "  "])
def test_without_it_nothing_is_set_up(value, capsys):
    before = logger.level, logger.handlers[:]
    set_up_logging(value)
    assert (logger.level, logger.handlers) == before
    logger.info("a line")
    logger.error("a line")
    assert capsys.readouterr().err == ""


@each("value", ["1", "true", "trace", "debug,info", "warning"])
def test_a_value_that_is_none_is_refused_by_any_client(value):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCALINGO_LOG", value)
        with pytest.raises(ConfigurationError, match="SCALINGO_LOG must be debug or info"):
            AsyncClient("tk-us-theTokenCanary")
    with pytest.raises(ConfigurationError, match="SCALINGO_LOG must be debug or info"):
        AsyncClient.from_env(environ={"SCALINGO_API_TOKEN": "tk-us-1", "SCALINGO_LOG": value})


def test_an_environment_that_is_given_may_switch_it_on(capsys):
    without_handlers()
    AsyncClient.from_env(environ={"SCALINGO_API_TOKEN": "tk-us-1", "SCALINGO_LOG": "info"})
    logger.info("a line")
    logger.debug("too fine")
    assert capsys.readouterr().err.endswith("INFO scalingo_async: a line\n")


def test_what_the_program_writes_itself_is_not_written_twice(capsys):
    without_handlers()
    set_up_logging("debug")
    out = io.StringIO()
    own = logging.StreamHandler(out)
    LOGGERS[0].addHandler(own)
    logger.debug("theirs")
    own.setLevel(logging.WARNING)
    logger.debug("ours")
    logger.warning("theirs again")
    logger.propagate = False
    logger.warning("ours again")
    logger.addHandler(own)
    logger.warning("and theirs")
    assert out.getvalue().split("\n") == ["theirs", "theirs again", "and theirs", ""]
    written = capsys.readouterr().err
    assert [line.rpartition(": ")[2] for line in written.splitlines()] == ["ours", "ours again"]


def test_a_stream_that_is_gone_breaks_no_call(monkeypatch):
    without_handlers()
    set_up_logging("info")
    monkeypatch.setattr("sys.stderr", None)
    logger.info("a line")
