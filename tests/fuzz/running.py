"""How the targets are run: the same examples each time, or others until the time is over."""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import hypothesis
from hypothesis import HealthCheck, settings
from hypothesis.strategies import SearchStrategy

EXAMPLES: Final = "SCALINGO_ASYNC_FUZZ_EXAMPLES"
"""The variable that says how many times as many examples are run, the same ones each time."""

SECONDS: Final = "SCALINGO_ASYNC_FUZZ_SECONDS"
"""The variable that says for how many seconds each target is run, with other examples each time."""

SEED: Final = "SCALINGO_ASYNC_FUZZ_SEED"
"""The variable with the seed of these."""

BATCH: Final = 10
"""Hypothesis counts examples, and no time: so many times `few` are run at a time."""


@attrs.frozen
class Target:
    """What is given examples.

    Attributes:
        function: What fails when something else comes out than is documented.
        strategies: Draw its arguments.
        found: Arguments for which it has failed.
        few: How many examples take a fraction of a second.
    """

    function: Callable[..., None]
    strategies: tuple[SearchStrategy[Any], ...]
    found: list[tuple[Any, ...]]
    few: int

    def test(self) -> Callable[[], None]:
        """Make a test; a test that has settings can't have others."""
        made: Any = hypothesis.given(*self.strategies)(self.function)
        for arguments in self.found:
            made = hypothesis.example(*arguments)(made)
        return made


TARGETS: dict[str, Target] = {}
"""All targets, by their names."""


def target(name: str, few: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a target of a function, above `@drawn`.

    Args:
        name: Its name.
        few: How many examples take a fraction of a second.
    """

    def add(function: Callable[..., None]) -> Callable[..., None]:
        facts = vars(function)
        TARGETS[name] = Target(function, facts["drawn"], facts.get("found", []), few)
        return function

    return add


def drawn(*strategies: SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Say what draws the arguments, as `@given` does for a test."""

    def add(function: Callable[..., None]) -> Callable[..., None]:
        vars(function)["drawn"] = strategies
        return function

    return add


def found(*arguments: Any) -> Callable[[Callable[..., None]], Any]:
    """Keep arguments for which a target has failed, or may well fail, as `@example` does."""

    def add(function: Callable[..., None]) -> Callable[..., None]:
        vars(function).setdefault("found", []).insert(0, arguments)
        return function

    return add


def run(name: str, environ: Mapping[str, str] = os.environ) -> int:
    """Run a target as the environment says; returns how many examples were asked for."""
    chosen = TARGETS[name]
    common: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}
    if SECONDS not in environ:
        many = chosen.few * int(environ.get(EXAMPLES, 1))
        settings(**common, derandomize=True, database=None, max_examples=many)(chosen.test())()
        return many
    end = time.monotonic() + float(environ[SECONDS])
    batches, many = 0, BATCH * chosen.few
    while time.monotonic() < end:
        test = hypothesis.seed(f"{environ.get(SEED, 0)} {batches}")(chosen.test())
        # What has failed before is kept in .hypothesis, and tried first.
        settings(**common, print_blob=True, max_examples=many)(test)()
        batches += 1
    return batches * many
