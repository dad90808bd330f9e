"""Runs the tests of a group against its mutants, each in a process of its own.

Starting Python and collecting tests takes seconds, and a mutant is noticed in milliseconds. So a
worker collects the tests once and forks for each mutant: the child puts the changed code into the
functions that are there, and runs the tests that reach the line, the quickest first, until one
fails. What a change of a function's body can't say (constants, defaults, classes) is loaded anew:
there the child forks before the package is imported, and collects for itself.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs
import coverage
import pytest

from tests.mutation.mutants import PACKAGE, Mutant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.mutation.groups import Group

ROOT: Final = PACKAGE.parent
NAME: Final = PACKAGE.name

_NEEDED: Final = (
    "aiohttp",
    "anyio",
    "asyncio",
    "attrs",
    "cattrs",
    "fastapi",
    "h11",
    "httpx",
    "hypothesis",
    "orjson",
    "pydantic",
    "respx",
    "starlette.applications",
    "trio",
    "trustme",
    "uvicorn",
    "wsproto",
)

Result: TypeAlias = Literal["killed", "hung", "survived"]

_HUNG: Final = 6.0
"""Seconds that any test may take, and what it took without a mutant ten times over."""

_QUICK: Final = 30
"""How many tests a constant meets that is put in: most are noticed by then."""

_CPU: Final = 240
_MEMORY: Final = 4 << 30
_OPTIMIZED: Final = 0x01
"""The flag of the code of functions; that of modules and classes hasn't it."""

_FOUND: Final = 97
"""The status of a child whose tests failed; any other but 0 says that it came to grief."""


@attrs.frozen
class Known:
    """What the tests do without a mutant.

    Attributes:
        seconds: How long each test takes.
        reached: The tests that reach a line, by module and number; `""` is the import.
    """

    seconds: dict[str, float] = attrs.field(factory=dict)
    reached: dict[str, dict[int, set[str]]] | None = None


@attrs.frozen
class Verdict:
    """What became of a mutant.

    Attributes:
        mutant: The mutant.
        result: Whether a test noticed it, or hung.
        test: The test that noticed.
    """

    mutant: Mutant
    result: Result
    test: str = ""


def preload() -> None:
    """Import what the package and the tests need, but nothing of theirs: children have it then."""
    for name in _NEEDED:
        importlib.import_module(name)
    # One example that fails is enough. The profiles of the tests are made from this one.
    from hypothesis import Phase, settings

    settings.register_profile("mutation", phases=(Phase.explicit, Phase.generate))
    settings.load_profile("mutation")


def steady() -> None:
    """Let chance take the same way in each child."""
    from trio._core import _run

    random.seed(0)
    _run._r.seed(0)


def arguments(group: Group) -> list[str]:
    """Return the arguments of pytest."""
    paths = [str(ROOT / "tests" / path) for path in group.tests]
    without = [
        word for name in ("cacheprovider", "xdist", "randomly") for word in ("-p", f"no:{name}")
    ]
    # Rewriting assertions would change the code of the package, whose plugin for pytest is found.
    return ["-q", "-x", "--assert=plain", *without, *paths]


# -- children ---------------------------------------------------------------------------------------


def fork(work: Callable[[], int]) -> tuple[int, str]:
    """Run something in a child; return its status, negative for a signal, and what it wrote."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            os.setsid()
            _quiet()
            steady()
            with os.fdopen(writing, "w") as out:
                _Child.out = out
                status = work()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as stream:
        # Programs that a test has started may hold the other end: the child's end counts.
        _, waited = os.waitpid(pid, 0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        said = stream.read()
    return os.waitstatus_to_exitcode(waited), said


def _quiet() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU, _CPU))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Child:
    """A plugin: ends the process with the first test that fails, or that hangs."""

    out: Any

    def __init__(self, known: Known) -> None:
        self._seconds = known.seconds

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.out.write(f"{item.nodeid}\n")
        self.out.flush()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, _HUNG + 10 * self._seconds.get(item.nodeid, 1.0))
        yield
        signal.setitimer(signal.ITIMER_REAL, 0)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[Any]) -> None:
        # Before pytest makes a report of it, which takes longer than most tests.
        if call.excinfo is not None:
            os._exit(_FOUND)

    def pytest_runtest_setup(self) -> None:
        """Let tables of cases end with the first that fails."""
        tables = sys.modules.get("tables")
        if tables is not None:
            tables.Cases.__exit__ = _noticed

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            os._exit(_FOUND)


def _noticed(_: object, kind: type[BaseException] | None, *rest: object) -> None:
    if kind is not None and issubclass(kind, Exception | pytest.fail.Exception):
        os._exit(_FOUND)


def _verdict(mutant: Mutant, status: int, said: str) -> Verdict:
    last = said.rstrip("\n").rpartition("\n")[2]
    if status == 0:
        return Verdict(mutant, "survived")
    hung = status in {-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL}
    return Verdict(mutant, "hung" if hung else "killed", last)


# -- what the tests do without a mutant ---------------------------------------------------------------


def learn(group: Group, path: Path) -> None:
    """Run the tests once, in this process; write how long each takes and which lines it reaches.

    Raises:
        RuntimeError: They fail without a mutant.
    """
    watch = coverage.Coverage(
        data_file=None, source=[str(PACKAGE)], config_file=False, messages=False
    )
    spent: dict[str, float] = {}

    memories: list[functools._lru_cache_wrapper[Any]] = []

    class Watching:
        def pytest_collection_finish(self) -> None:
            memories.extend(
                each
                for each in gc.get_objects()
                if isinstance(each, functools._lru_cache_wrapper)
                and (each.__module__ or "").startswith(NAME)
            )

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
            # What is kept of an earlier test is a line that this one reaches, too.
            for each in memories:
                each.cache_clear()
            watch.switch_context(item.nodeid)
            began = time.perf_counter()
            yield
            spent[item.nodeid] = time.perf_counter() - began

    steady()
    watch.start()
    status = pytest.main([*arguments(group), "--no-header"], plugins=[Watching()])
    watch.stop()
    if status:
        raise RuntimeError("the tests fail without a mutant")
    data = watch.get_data()
    reached = {module: data.contexts_by_lineno(str(PACKAGE / module)) for module in group.modules}
    path.write_text(json.dumps({"seconds": spent, "reached": reached}), "utf-8")


def known(path: Path) -> Known:
    """Return what has been learned about the tests of a group."""
    told = json.loads(path.read_text("utf-8"))
    reached = {
        module: {int(line): set(tests) for line, tests in lines.items()}
        for module, lines in told["reached"].items()
    }
    return Known(told["seconds"], reached)


# -- loaded anew --------------------------------------------------------------------------------------


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a changed source in the place of the one in the file."""

    source: bytes

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._path = PACKAGE / mutant.module
        self._name = f"{NAME}.{mutant.module.removesuffix('.py').replace('/', '.')}"
        self._source = mutant.applied(self._path.read_bytes())

    def find_spec(self, fullname: str, path: object, target: object = None):
        if fullname != self._name:
            return None
        loader = _Loader(fullname, str(self._path))
        loader.source = self._source
        return importlib.util.spec_from_loader(fullname, loader)


class _Order:
    """A plugin: the likely tests first, then the quick ones."""

    def __init__(self, known: Known, first: str) -> None:
        self._known, self._first = known, first

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: _rank(item, self._known, self._first))


def _rank(item: pytest.Item, known: Known, first: str) -> tuple[bool, float]:
    # A new test is likely to be about what is new.
    return item.nodeid != first, known.seconds.get(item.nodeid, 0.0)


def anew(group: Group, mutant: Mutant, known: Known, first: str) -> Verdict:
    """Try a mutant in a process that has not imported the package."""

    def work(tests: Sequence[str]) -> int:
        sys.meta_path.insert(0, _Finder(mutant))
        return int(pytest.main([*tests], plugins=[_Child(known), _Order(known, first)]))

    every = arguments(group)
    if first:
        # That test alone, as collecting takes longer than running it.
        alone = [*every[: -len(group.tests)], str(ROOT / first)]
        status, said = fork(lambda: work(alone))
        # A test that is not there any more is an error of pytest's, and says nothing.
        if status == _FOUND or status < 0:
            return _verdict(mutant, status, said)
    return _verdict(mutant, *fork(lambda: work(every)))


# -- put into what is loaded --------------------------------------------------------------------------


def _nested(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _same(old: CodeType, new: CodeType) -> bool:
    """Whether two codes are the same but for those within them."""

    def plain(code: CodeType) -> object:
        consts = [repr(each) for each in code.co_consts if not isinstance(each, CodeType)]
        return code.co_code, consts, code.co_names, code.co_varnames

    return plain(old) == plain(new)


def changed(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType] | None]:
    """Find the functions of a module that differ, and those within them that do.

    `None` stands for what is not in a function.
    """
    if not _same(old, new) or len(_nested(old)) != len(_nested(new)):
        yield None
        return
    for before, after in zip(_nested(old), _nested(new), strict=True):
        if before == after:
            continue
        if before.co_flags & _OPTIMIZED:
            yield before, after
            # Those that were made when something was imported are there already.
            yield from filter(None, changed(before, after))
        else:
            yield from changed(before, after)


class Swap:
    """Puts the changed code into the functions of a module that is loaded."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._codes = {
            module: compile(
                (PACKAGE / module).read_bytes(), str(PACKAGE / module), "exec", dont_inherit=True
            )
            for module in modules
        }
        self._names = {
            module: f"{NAME}.{module.removesuffix('.py').replace('/', '.')}" for module in modules
        }
        for name in self._names.values():
            # Some are only loaded when they are needed.
            importlib.import_module(name)
        files = {code.co_filename for code in self._codes.values()}
        self._functions: dict[CodeType, list[FunctionType]] = {}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in files:
                self._functions.setdefault(each.__code__, []).append(each)

    def of(self, mutant: Mutant) -> Callable[[], None] | None:
        """Return what puts a mutant in, or `None` where it has to be loaded anew."""
        old = self._codes[mutant.module]
        source = mutant.applied((PACKAGE / mutant.module).read_bytes())
        if not mutant.function:
            return self._constant(mutant, source)
        pairs = list(changed(old, compile(source, old.co_filename, "exec", dont_inherit=True)))
        if not pairs:
            return None
        todo: list[tuple[FunctionType, CodeType]] = []
        for pair in pairs:
            if pair is None:
                return None
            before, after = pair
            if before.co_freevars != after.co_freevars:
                return None
            todo += [(function, after) for function in self._functions.get(before, ())]
        if not todo:
            return None

        def put() -> None:
            for function, code in todo:
                function.__code__ = code

        return put

    def _constant(self, mutant: Mutant, source: bytes) -> Callable[[], None] | None:
        """Assign a constant anew, in its module and wherever it has been imported.

        What has been made of it meanwhile stays as it was: one that survives is loaded anew.
        """
        first, last = mutant.lines
        found = [
            each
            for each in ast.parse(source).body
            if isinstance(each, ast.Assign | ast.AnnAssign) and each.lineno == first
        ]
        if not found or found[0].end_lineno != last:
            return None
        code = compile(ast.Module(list(found), []), mutant.module, "exec", dont_inherit=True)
        home = vars(sys.modules[self._names[mutant.module]])

        def put() -> None:
            before = dict(home)
            exec(code, home)
            new = {name: value for name, value in home.items() if value is not before.get(name)}
            for module in list(sys.modules.values()):
                for name, value in new.items():
                    there = getattr(module, "__dict__", {})
                    if name in there and there[name] is before.get(name):
                        there[name] = value

        return put


class _Serving:
    """A plugin: forks for each mutant once the tests are collected."""

    def __init__(
        self,
        group: Group,
        mutants: Sequence[Mutant],
        known: Known,
        killers: dict[tuple[object, ...], str],
        told: Callable[[Verdict | Mutant], None],
    ) -> None:
        self._group, self._mutants, self._known, self._killers = group, mutants, known, killers
        self._told = told
        # Who has noticed a change of a function is likely to notice the next one.
        self._noticed: dict[str, Counter[str]] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        swap = Swap(self._group.modules)
        for mutant in self._mutants:
            put = swap.of(mutant)
            items = self._chosen(mutant, session.items)
            if put is None or items is None:
                self._told(mutant)
                continue
            verdict = self._tried(mutant, put, items)
            if verdict.result == "killed":
                self._noticed.setdefault(mutant.function, Counter())[verdict.test] += 1
            # Without knowing what imports have called, a survivor may only have come too late.
            known = mutant.function and self._known.reached is not None
            sure = known or verdict.result != "survived"
            self._told(verdict if sure else mutant)
        return True

    def _chosen(self, mutant: Mutant, items: list[pytest.Item]) -> list[pytest.Item] | None:
        """Return the tests to run; `None` if the function has been called by an import."""
        first = self._killers.get(mutant.key, "")
        tests = None
        if self._known.reached is not None:
            lines = self._known.reached[mutant.module]
            first_line, last_line = mutant.lines
            tests = set[str]().union(
                *(lines.get(number, ()) for number in range(first_line, last_line + 1))
            )
            if not mutant.function:
                tests = set[str]().union(*lines.values())
            elif "" in tests:
                return None
        learned = self._known.seconds
        chosen = [
            item
            for item in items
            if tests is None or item.nodeid in tests or item.nodeid not in learned
        ]
        noticed = self._noticed.get(mutant.function, Counter())
        chosen.sort(key=lambda item: (-noticed[item.nodeid], _rank(item, self._known, first)))
        # A constant that survives these is loaded anew, and meets all of them.
        return chosen if mutant.function else chosen[:_QUICK]

    def _tried(self, mutant: Mutant, put: Callable[[], None], items: list[pytest.Item]) -> Verdict:
        def work() -> int:
            gc.freeze()
            child = _Child(self._known)
            items[0].config.pluginmanager.register(child)
            put()
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            return 0

        return _verdict(mutant, *fork(work)) if items else Verdict(mutant, "survived")


def serve(
    group: Group,
    mutants: Sequence[Mutant],
    known: Known,
    killers: dict[tuple[object, ...], str],
) -> Iterator[Verdict]:
    """Try mutants, one after the other: first those that can be put in, then the others.

    Args:
        group: Whose mutants.
        mutants: Which.
        known: What is known of the tests.
        killers: The test that is likely to notice, by the mutant's key.
    """
    reading, writing = os.pipe()
    by_key = {mutant.key: mutant for mutant in mutants}
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            out = os.fdopen(writing, "w")

            def told(what: Verdict | Mutant) -> None:
                mutant = what if isinstance(what, Mutant) else what.mutant
                rest = (what.result, what.test) if isinstance(what, Verdict) else ("", "")
                out.write(json.dumps([mutant.key, *rest]) + "\n")
                out.flush()

            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 1)
            steady()
            serving = _Serving(group, mutants, known, killers, told)
            pytest.main(arguments(group), plugins=[serving])
        finally:
            os._exit(0)
    os.close(writing)
    later: list[Mutant] = []
    left = set(by_key)
    with os.fdopen(reading) as stream:
        for line in stream:
            key, result, test = json.loads(line)
            mutant = by_key[tuple(key)]
            left.discard(mutant.key)
            if result:
                yield Verdict(mutant, result, test)
            else:
                later.append(mutant)
    os.waitpid(pid, 0)
    later += [by_key[key] for key in left]
    for mutant in later:
        yield anew(group, mutant, known, killers.get(mutant.key, ""))
