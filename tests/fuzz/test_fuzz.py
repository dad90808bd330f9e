"""All targets."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from . import __main__ as runner
from . import answers, archives, gitignores, journals, redis_answers, streaming, tokens, uploads
from .running import EXAMPLES, SECONDS, TARGETS, drawn, run, target

MODULES = (answers, archives, gitignores, journals, redis_answers, streaming, tokens, uploads)


def test_there_is_a_target_for_all_that_strangers_send():
    assert set(TARGETS) == {
        "answers of any shape",
        "answers of any bytes",
        "archives",
        "deployment events",
        "errors",
        "events",
        "folders to be packed",
        "gitignore",
        "journals",
        "journals without checksums",
        "JWTs",
        "log events",
        "multipart",
        "patterns of any bytes",
        "Redis replies",
        "server-sent events",
        "websocket frames",
        "websocket of any bytes",
    }
    assert len(TARGETS) == runner.TARGETS
    # What is not imported here is not run.
    assert {each.function.__module__ for each in TARGETS.values()} == {
        one.__name__ for one in MODULES
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_nothing_but_what_is_documented_comes_out(name, record_property):
    record_property("examples", run(name))


def test_what_breaks_is_found():
    """The runner runs: a target that fails does so in each way of running it."""

    @target("broken", 20)
    @drawn(st.integers(0, 5))
    def broken(value):
        if value == 5:
            raise LookupError

    try:
        for environ in ({}, {EXAMPLES: "2"}, {SECONDS: "60"}):
            with pytest.raises(LookupError):
                run("broken", environ)
        assert run("broken", {SECONDS: "0"}) == 0
    finally:
        del TARGETS["broken"]
