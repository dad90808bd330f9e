"""Tables of cases in one test: a test for each case costs more than the case itself.

    @each("id_", OPERATIONS)
    async def test_something(id_, fixture): ...

is one test that calls the function for each case in turn, in one event loop and with the same
fixtures. All cases are run whatever becomes of the others, and each one that failed is named and
shown. It takes its arguments as `pytest.mark.parametrize` does; two of them make all pairs.

To run some cases only, give a part of their names:

    CASE=apps.get python -m pytest -n0 tests/test_api.py
"""

from __future__ import annotations

import inspect
import os
from functools import wraps
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ONLY = os.environ.get("CASE", "")
"""The part of a name that asks for some cases only."""


class Cases:
    """Runs cases one after the other and keeps what failed."""

    def __init__(self) -> None:
        self.count = 0
        self.name: object = ""
        self.failures: list[BaseException] = []
        self.names: list[str] = []

    def __call__(self, name: object) -> Cases:
        self.name = name
        self.count += 1
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        # What was to be raised and was not is no `Exception` of pytest's.
        if not isinstance(error, Exception | pytest.fail.Exception):
            return False
        error.add_note(f"case: {self.name}")
        self.failures.append(error)
        self.names.append(str(self.name))
        return True

    def check(self) -> None:
        """Raise what has failed."""
        if self.failures:
            names = ", ".join(self.names)
            raise BaseExceptionGroup(
                f"{len(self.failures)} of {self.count} cases failed: {names}", self.failures
            )


def each(
    names: str | tuple[str, ...],
    cases: Iterable[Any],
    ids: Sequence[str] | Callable[[Any], object] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make one test of a function and its cases."""
    parameters = (
        tuple(name.strip() for name in names.split(",")) if isinstance(names, str) else names
    )
    show = ids if callable(ids) else _shown
    table: list[tuple[str, dict[str, Any]]] = []
    for number, case in enumerate(cases):
        named = isinstance(case, type(pytest.param()))
        values = case.values if named else case if len(parameters) > 1 else (case,)
        label = " - ".join(str(show(value)) for value in values)
        if named and case.id:
            label = case.id
        elif ids is not None and not callable(ids):
            label = ids[number]
        table.append((label, dict(zip(parameters, values, strict=True))))
    assert table, "there are no cases"

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        inner = getattr(function, "each_case", None)
        rows = [
            (f"{name} - {other}" if other else name, {**values, **others})
            for name, values in table
            for other, others in (inner[1] if inner else [("", {})])
        ]
        call = inner[0] if inner else function

        def chosen() -> list[tuple[str, dict[str, Any]]]:
            found = [row for row in rows if ONLY in row[0]]
            if not found:
                pytest.skip(f"has no case {ONLY}")
            return found

        if inspect.iscoroutinefunction(call):

            @wraps(call)
            async def test(**fixtures: Any) -> None:
                run = Cases()
                for name, values in chosen():
                    with run(name):
                        await call(**values, **fixtures)
                run.check()
        else:

            @wraps(call)
            def test(**fixtures: Any) -> None:
                run = Cases()
                for name, values in chosen():
                    with run(name):
                        call(**values, **fixtures)
                run.check()

        test.__dict__.update(function.__dict__)
        test.each_case = (call, rows)  # type: ignore[attr-defined]
        of_cases = {name for _, values in rows[:1] for name in values}
        signature = inspect.signature(call)
        unknown = of_cases - signature.parameters.keys()
        assert not unknown, f"{call.__name__} takes no {unknown}"
        test.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[p for name, p in signature.parameters.items() if name not in of_cases]
        )
        return test

    return decorate


def _shown(value: object) -> str:
    named = getattr(value, "__name__", None)
    return str(named) if named else repr(value)[:80].strip("'")
