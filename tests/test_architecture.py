"""Who may import whom: the arrows of the architecture, read from the source."""

import ast
import graphlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tables import each

import scalingo_async

ROOT = Path(scalingo_async.__file__).parent
PACKAGE = "scalingo_async"

FLOORS = (
    {
        "_core.answer_text",
        "_core.lazy",
        "_core.display",
        "_core.door",
        "_core.misuse",
        "_core.moved",
        "_core.resource_property",
        "_core.tables",
        "_core.uncopyable",
        "_core.unlisted",
        "_version",
    },
    {"error_codes", "errors"},
    {"_core.arguments"},
    {"types"},
    {
        "_core.cancellation",
        "_core.absent",
        "_core.durations",
        "_core.event_loop",
        "_core.fetched_once",
        "_core.headers",
        "_core.paths",
        "_core.wait_budget",
        "_core.secrets",
        "_core.urls",
        "_core.user_agent",
        "log",
        "long_waits",
        "request_ids",
    },
    {"_core.annotations"},
    {"_core.decoding"},
    {"models"},
    {"_core.matching"},
    {"_core.operation"},
    {"request"},
    {"_core.encoding", "_core.endpoint", "_core.tracing"},
    {"_core.region_list", "credentials", "hosts", "middleware.rate_limit.status"},
    {"sharing"},
    {"middleware", "transports"},
    {"_core.client_state", "_core.names", "_core.session"},
    {
        "middleware.authentication.addon_exchange",
        "middleware.authentication.exchange",
        "middleware.authentication.sources",
    },
    {"pagination", "waiting"},
    {"files", "streams"},
    {"resources"},
    {"config", "readiness"},
    {
        "bulk.checks",
        "bulk.endings",
        "bulk.forecasts",
        "bulk.job",
        "bulk.journal",
        "bulk.journal_file",
        "bulk.options",
        "bulk.outcomes",
        "bulk.repeating",
        "bulk.tasks",
        "bulk.work",
    },
    {"client"},
    {"bulk", "webhooks"},
    {"blocking"},
    {"integrations", "pytest_plugin", "sandbox"},
)
"""From the ground up: a module imports what stands on its own floor or below.

A name stands for a module, or for a package and all that is in it but what another floor names.
"""

SANDBOX_FLOORS = (
    {"clock", "extras", "ids", "json_types", "refusals", "settings"},
    {"catalogue"},
    {"world"},
    {"behaviour"},
    {"server"},
    {"routes"},
    {"seed"},
    {"__init__", "__main__", "sandbox"},
)
"""The same inside of the sandbox."""

GUESTS = {"sandbox", "integrations", "pytest_plugin"}
"""They use the package as its users do, and nothing in the package knows them."""

LIBRARIES = {
    "aiohttp": {"transports.aiohttp", "integrations.aiohttp"},
    "asyncio": {"_core.cancellation", "blocking.portal"},
    "cattrs": {"_core.decoding.converters", "models.conversion"},
    "certifi": {"transports.tls"},
    "cryptography": {"integrations.redis"},
    "fastapi": {"integrations.fastapi"},
    "h11": {"transports.upgrade"},
    "httpx": {"transports.httpx"},
    "httpx2": {"transports.httpx2"},
    "multidict": {"transports.aiohttp"},
    "opentelemetry": {"integrations.opentelemetry"},
    "pydantic": {"_core.decoding.schemas"},
    "pydantic_core": {"_core.decoding.schemas"},
    "redis": {"integrations.redis"},
    "requests": set(),
    "rich": {"integrations.rich"},
    "sniffio": {"_core.event_loop"},
    "trio": set(),
    "wsproto": {"streams.websocket"},
    "yarl": {"transports.aiohttp"},
}
"""Libraries that only the named modules may import."""

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted(ROOT.rglob("*.py"))
}


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


@cache
def imports(module: str, *, types: bool = False) -> tuple[tuple[str, str], ...]:
    """Return what a module imports when it runs: (module, name); with `types`, all it imports."""
    return tuple(_imports(parsed(module), types=types))


def _imports(node: ast.AST, *, types: bool) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not types:
        for other in node.orelse:
            yield from _imports(other, types=types)
        return
    if isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        yield from ((node.module or "", alias.name) for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, types=types)


@cache
def arrows() -> dict[str, set[str]]:
    """Return which modules each module imports, those for type checkers included."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        if module == "__init__":
            continue
        targets: set[str] = set()
        for source, name in imports(module, types=True):
            if source == PACKAGE and name in scalingo_async.__all__:
                targets.add(scalingo_async._HOMES.get(name, "_version"))
            elif source.partition(".")[0] == PACKAGE:
                home = source.removeprefix(PACKAGE).removeprefix(".")
                inner = f"{home}.{name}".removeprefix(".")
                # A name of a package is a module of it, or something in its __init__.
                targets.add(inner if {inner, f"{inner}.__init__"} & set(MODULES) else home)
        names = (t if t in MODULES else f"{t}.__init__" for t in targets)
        found[module] = {name for name in names if name != module}
    return found


def floor_of(module: str, floors: tuple[set[str], ...] = FLOORS) -> int:
    """Return the floor that a module stands on: that of its longest name among the floors."""
    parts = module.removesuffix(".__init__").split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        for number, floor in enumerate(floors):
            if name in floor:
                return number
    pytest.fail(f"{module} has no floor: enter it where the floors are listed")


def test_imports_lead_downwards():
    """File by file, imports for type checkers included."""
    upwards = []
    for module, targets in arrows().items():
        upwards += [
            f"{module} imports {target}"
            for target in targets
            if floor_of(target) > floor_of(module)
        ]
    assert upwards == []


def test_imports_lead_downwards_in_the_sandbox():
    upwards = []
    for module, targets in arrows().items():
        if module.startswith("sandbox."):
            floor = floor_of(module.removeprefix("sandbox."), SANDBOX_FLOORS)
            upwards += [
                f"{module} imports {target}"
                for target in targets
                if target.startswith("sandbox.")
                and floor_of(target.removeprefix("sandbox."), SANDBOX_FLOORS) > floor
            ]
    assert upwards == []


def test_the_sandbox_knows_nothing_of_the_client():
    """It is an independent witness: what the client takes for granted, it does not."""
    strangers = [
        f"{module} imports {source}"
        for module in MODULES
        if module.startswith("sandbox.")
        for source, name in imports(module, types=True)
        if source.partition(".")[0] == PACKAGE
        and not f"{source}.{name}.".startswith(f"{PACKAGE}.sandbox.")
    ]
    assert strangers == []


def test_the_public_names_load_on_first_use():
    """Through importlib: importing the package costs nothing but its version."""
    assert set(imports("__init__")) >= {(f"{PACKAGE}._version", "__version__")}
    assert {s for s, _ in imports("__init__") if s.startswith(PACKAGE)} == {f"{PACKAGE}._version"}


def test_there_is_no_circle():
    """Whoever reads a module has read all that it needs when he has read what is below."""
    try:
        graphlib.TopologicalSorter(arrows()).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@each("module", [m for m in MODULES if m.split(".")[0] in GUESTS])
def test_guests_use_public_names(module):
    part = module.split(".")[0]
    for source, name in imports(module):
        if source == PACKAGE:
            assert name in scalingo_async.__all__ or name == part
        elif source.startswith(f"{PACKAGE}."):
            folders = source.split(".")[1:]
            assert folders[0] == part or not any(f.startswith("_") for f in folders), (
                f"{module} imports {source}"
            )


@each("module", MODULES)
def test_libraries_are_imported_where_they_belong(module):
    for source, _ in imports(module):
        library = source.partition(".")[0]
        if module.split(".")[0] not in GUESTS or library in {"asyncio", "trio"}:
            allowed = LIBRARIES.get(library)
            assert allowed is None or module in allowed, f"{module} imports {library}"


def test_every_third_party_library_is_known():
    known = {"anyio", "attrs", "orjson", PACKAGE, *LIBRARIES}
    for module in MODULES:
        if module.split(".")[0] not in GUESTS:
            roots = {source.partition(".")[0] for source, _ in imports(module)}
            assert roots - sys.stdlib_module_names <= known, f"{module} imports something else"


@each("module", MODULES)
def test_importing_a_module_starts_nothing(module):
    """Nothing but declarations at the top level: no call of the network, of files, of logging."""
    for node in parsed(module).body:
        for call in (c for c in ast.walk(node) if isinstance(c, ast.Call)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If):
                break
            name = ast.unparse(call.func)
            assert name not in {"open", "os.getenv", "logging.basicConfig"}, f"{module}: {name}"
            assert not name.startswith(("os.environ", "socket.", "subprocess.")), (
                f"{module}: {name}"
            )
