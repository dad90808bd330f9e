"""Who may import whom: the arrows of the architecture, read from the source."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tables import each

import scalingo_async

ROOT = Path(scalingo_async.__file__).parent
PACKAGE = "scalingo_async"

LAYERS = (
    {"client"},
    {"bulk", "webhooks"},
    {"resources"},
    {"config", "streams", "pagination", "operations", "raw"},
    {"middleware", "transports"},
    {"credentials"},
    {"_core"},
    {"models"},
    {"types", "log", "request_ids", "sharing"},
    {"errors", "_version"},
)
"""From top to bottom: what is above may import what is below, and its own folder."""

GUESTS = {"sandbox", "integrations"}
"""They use the package as its users do, and nothing in the package knows them."""

LIBRARIES = {
    "aiohttp": {"transports.aiohttp", "integrations.aiohttp"},
    "asyncio": {"_core.cancellation"},
    "cattrs": {"_core.codec"},
    "cryptography": {"integrations.redis"},
    "fastapi": {"integrations.fastapi"},
    "h11": {"transports.raw"},
    "httpx": {"transports.httpx"},
    "httpx2": {"transports.httpx2"},
    "pathspec": {"streams.ignore"},
    "opentelemetry": {"integrations.opentelemetry"},
    "redis": {"integrations.redis"},
    "requests": set(),
    "rich": {"integrations.rich"},
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
def imports(module: str) -> tuple[tuple[str, str], ...]:
    """Return what a module imports when it runs: (module, name)."""
    return tuple(_imports(parsed(module)))


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        for other in node.orelse:
            yield from _imports(other)
        return
    if isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        yield from ((node.module or "", alias.name) for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child)


def own_imports(module: str) -> set[str]:
    """Return which parts of this package a module imports: `_core`, `types`..."""
    parts: set[str] = set()
    for source, name in imports(module):
        if source == PACKAGE and name in scalingo_async.__all__:
            parts.add(scalingo_async._HOMES.get(name, "_version").partition(".")[0])
        elif source == PACKAGE:
            parts.add(name)
        elif source.startswith(f"{PACKAGE}."):
            parts.add(source.split(".")[1])
    return parts


def layer_of(part: str) -> int:
    return next(n for n, layer in enumerate(LAYERS) if part in layer)


@each("module", [m for m in MODULES if m.split(".")[0] not in GUESTS])
def test_imports_lead_downwards(module):
    part = module.split(".")[0]
    if part == "__init__":
        # Its names load on first use, through importlib.
        assert own_imports(module) == {"_version"}
        return
    for other in own_imports(module):
        assert other not in GUESTS, f"{module} imports {other}"
        assert other == part or layer_of(other) > layer_of(part), f"{module} imports {other}"


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
