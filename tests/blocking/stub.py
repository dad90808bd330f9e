"""Writes the stubs of the blocking client from the source of the async one.

    python -m tests.blocking.stub

They hold the same signatures, without `Awaitable`. Which classes there are, and which of them are
facades, is asked of the package itself; how their methods are annotated is read from the source, in
which annotations are as their authors wrote them. A test compares the result with what is committed.
"""

from __future__ import annotations

import ast
import builtins
import copy
import functools
import importlib
import inspect
from pathlib import Path
from typing import Any, NamedTuple

import scalingo_async
from scalingo_async import bulk
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.blocking.facade import AWAITED, doc_here, is_live
from scalingo_async.client import AsyncClient
from scalingo_async.webhooks import SeenEvents, WebhookReceiver

HOME = Path(scalingo_async.__file__).parent / "blocking"
OURS = "scalingo_async"
WIDTH = 100
RENAMED = {"AsyncClient": "Client"}
"""What is called otherwise on this side."""

INTERNAL = {"bind"}
"""What handles use themselves."""

BLOCKING = {
    "AsyncIterator": "Iterator",
    "AsyncIterable": "Iterable",
    "AbstractAsyncContextManager": "AbstractContextManager",
}
"""What stands here for an async protocol; for an awaitable it is what awaiting it gives."""

AWAITABLE = {"Awaitable": 0, "Coroutine": 2, "Generator": 2}
IGNORED = "  # type: ignore[override]  # pyright: ignore[{}]"
# What is awaited tells the two apart in the source: here a function may be either.
OVERLAP = "  # type: ignore[overload-overlap]"
METHOD = IGNORED.format("reportIncompatibleMethodOverride")
VARIABLE = (
    "  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]"
)


class Symbol(NamedTuple):
    """A name where it is defined."""

    module: str
    name: str


@functools.cache
class Source:
    """A module as it is written."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tree = ast.parse(inspect.getsource(importlib.import_module(name)))
        self.imported: dict[str, Symbol] = {}
        self.defined: dict[str, ast.stmt] = {}
        self._read(self.tree.body)

    def _read(self, statements: list[ast.stmt]) -> None:
        for node in statements:
            match node:
                case ast.ImportFrom(module=str(module)):
                    self.imported |= {
                        one.asname or one.name: Symbol(module, one.name) for one in node.names
                    }
                case ast.Import():
                    self.imported |= {
                        one.asname or one.name: Symbol(one.name, "") for one in node.names
                    }
                case ast.If():
                    self._read(node.body)
                    if ast.unparse(node.test) != "TYPE_CHECKING":
                        self._read(node.orelse)
                case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.defined[node.name] = node
                case ast.Assign(targets=[ast.Name(id=target)]):
                    self.defined[target] = node
                case ast.AnnAssign(target=ast.Name(id=target)):
                    self.defined[target] = node
                case _:
                    pass

    def find(self, name: str) -> Symbol:
        """Return where a name that is used here is defined."""
        if name in self.imported and name not in self.defined:
            symbol = self.imported[name]
            if symbol.name and symbol.module.startswith("scalingo_async"):
                home = Source(symbol.module)
                if symbol.name in home.defined or symbol.name in home.imported:
                    return home.find(symbol.name)
                return Symbol(f"{symbol.module}.{symbol.name}", "")
            return symbol
        return Symbol(self.name if name in self.defined else "builtins", name)


def class_of(symbol: Symbol) -> type[Any] | None:
    """Return the class of a symbol of the package, if it is one."""
    if not symbol.module.startswith("scalingo_async"):
        return None
    found = getattr(importlib.import_module(symbol.module), symbol.name, None)
    return found if isinstance(found, type) else None


def node_of(cls: type[Any]) -> ast.ClassDef:
    node = Source(cls.__module__).defined[cls.__name__]
    assert isinstance(node, ast.ClassDef), cls
    return node


Function = ast.FunctionDef | ast.AsyncFunctionDef


def decorators(node: Function) -> set[str]:
    called = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return {ast.unparse(one).rpartition(".")[2] for one in called}


def functions(cls: type[Any], name: str) -> list[Function]:
    """Return a function as a class defines it: with its overloads, if it has some."""
    return functions_in(node_of(cls).body, name)


def functions_in(body: list[ast.stmt], name: str) -> list[Function]:
    """Return a function as it is defined among statements, or its overloads."""
    found = [node for node in walked(body) if isinstance(node, Function) and node.name == name]
    overloads = [node for node in found if "overload" in decorators(node)]
    return overloads or found[-1:]


def walked(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body, those for type checkers included."""
    out: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.If):
            out += walked(node.body if ast.unparse(node.test) == "TYPE_CHECKING" else [])
        else:
            out.append(node)
    return out


def owner_of(cls: type[Any], name: str) -> type[Any]:
    return next(each for each in cls.__mro__ if name in vars(each))


def parameters_of(cls: type[Any], base: type[Any]) -> dict[str, tuple[str, str]]:
    """Return what the type variables of a base are for a class, each with the module it is from."""
    if cls is base:
        return {}
    for entry in node_of(cls).bases:
        name = entry.value if isinstance(entry, ast.Subscript) else entry
        found = class_of(Source(cls.__module__).find(ast.unparse(name)))
        if found is None or base not in found.__mro__:
            continue
        inner = parameters_of(found, base)
        if found is not base or not isinstance(entry, ast.Subscript):
            return inner
        given = entry.slice.elts if isinstance(entry.slice, ast.Tuple) else [entry.slice]
        variables = [variable.__name__ for variable in getattr(base, "__parameters__", ())]
        texts = [(ast.unparse(one), cls.__module__) for one in given]
        return dict(zip(variables, texts, strict=False))
    return {}


class Stub:
    """One stub file."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.names: dict[str, Symbol] = {}
        self.variables: dict[str, str] = {}
        self.body: list[str] = []

    # -- names ---------------------------------------------------------------------------------

    def use(self, symbol: Symbol) -> str:
        """Return what a symbol is called in this file, and see that it is there."""
        name = symbol.name
        if symbol.module == "builtins" and name:
            return name
        if not name:
            self.names[symbol.module] = symbol
            return symbol.module
        cls = class_of(symbol)
        if cls is not None and self.surface.differs(cls):
            return self.own(RENAMED.get(name, name.lstrip("_")))
        if cls is None and symbol.module.startswith("scalingo_async"):
            node = Source(symbol.module).defined.get(name)
            if node is not None and is_variable(node):
                self.variables[name] = ast.unparse(node)
                called = ast.unparse(node.value.func)  # type: ignore[union-attr]
                self.names[called] = Symbol("typing", called)
                return name
            if node is not None and self.surface.alias_differs(symbol):
                return self.own(name.lstrip("_"))
        local = name if name not in self.names or self.names[name] == symbol else f"_{name}"
        self.names[local] = symbol
        return local

    def own(self, name: str) -> str:
        """Return a name of the stub of the package."""
        return name

    # -- annotations ---------------------------------------------------------------------------

    def type(self, node: ast.expr | None, module: str, hidden: set[str], given: Any = None) -> str:
        """Write an annotation, without what is async about it.

        Args:
            node: As it stands in the source.
            module: Where.
            hidden: Names that mean something else inside of the class.
            given: What type variables stand for.
        """
        assert node is not None, module
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body
        rewriting = Rewriting(self, module, hidden, given or {})
        return ast.unparse(rewriting.visit(copy.deepcopy(node)))

    def write(self, text: str, indent: str = "") -> None:
        self.body += [f"{indent}{line}" if line else "" for line in text.split("\n")]

    # -- functions -----------------------------------------------------------------------------

    def function(
        self,
        node: Function,
        module: str,
        *,
        name: str = "",
        indent: str = "",
        hidden: set[str] = frozenset(),  # type: ignore[assignment]
        given: Any = None,
        skip: int = 0,
        mark: str = "",
    ) -> None:
        """Write a function."""
        arguments = node.args
        told = decorators(node)
        parts: list[str] = []
        plain = [*arguments.posonlyargs, *arguments.args]
        defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
        for place, (one, default) in enumerate(zip(plain, defaults, strict=True)):
            if 0 < place <= skip:
                continue
            parts.append(self.parameter(one, default, module, hidden, given))
            if arguments.posonlyargs and one is arguments.posonlyargs[-1]:
                parts.append("/")
        if arguments.vararg:
            parts.append("*" + self.parameter(arguments.vararg, None, module, hidden, given))
        elif arguments.kwonlyargs:
            parts.append("*")
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            parts.append(self.parameter(one, default, module, hidden, given))
        if arguments.kwarg:
            parts.append("**" + self.parameter(arguments.kwarg, None, module, hidden, given))
        if "asynccontextmanager" not in told:
            returns = self.type(node.returns, module, hidden, given)
        else:
            inner = node.returns.slice  # type: ignore[union-attr]
            what = self.type(inner, module, hidden, given)
            block = self.use(Symbol("contextlib", "AbstractContextManager"))
            returns = f"{block}[{what}]"
        for kind in ("overload", "classmethod", "staticmethod", "property"):
            if kind in told or (kind == "property" and is_property(told)):
                if kind == "overload":
                    self.names["overload"] = Symbol("typing", "overload")
                self.write(f"@{kind}", indent)
        head = f"def {name or node.name}("
        line = f"{head}{', '.join(parts)}) -> {returns}:"
        doc = ast.get_docstring(node)
        end = f'"""{first_line(doc)}"""' if doc else "..."
        self.write(f"{indent}{line}{mark}" if len(indent + line) <= WIDTH or not parts else "")
        if not self.body[-1]:
            self.body.pop()
            self.write(f"{head}{mark}", indent)
            for part in parts:
                self.write(f"{part},", indent + "    ")
            self.write(f") -> {returns}:", indent)
        self.write(end, indent + "    ")

    def parameter(
        self, one: ast.arg, default: Any, module: str, hidden: set[str], given: Any
    ) -> str:
        if one.annotation is None:
            return one.arg
        text = f"{one.arg}: {self.type(one.annotation, module, hidden, given)}"
        if default is None:
            return text
        simple = isinstance(default, ast.Constant | ast.UnaryOp)
        if isinstance(default, ast.Name) and default.id == "UNSET":
            simple = True
            self.names["UNSET"] = Symbol("scalingo_async.types", "UNSET")
        return f"{text} = {ast.unparse(default) if simple else '...'}"

    # -- the file ------------------------------------------------------------------------------

    def text(self) -> str:
        """Return the file."""
        groups: dict[str, list[str]] = {}
        for local, (module, name) in sorted(self.names.items()):
            if not name:
                groups.setdefault("", []).append(module)
            else:
                groups.setdefault(module, []).append(
                    name if name == local else f"{name} as {local}"
                )
        lines = [f"import {module}" for module in sorted(set(groups.pop("", [])))]
        for module, names in sorted(groups.items()):
            line = f"from {module} import {', '.join(names)}"
            if len(line) > WIDTH:
                inner = "".join(f"    {name},\n" for name in names)
                line = f"from {module} import (\n{inner})"
            lines.append(line)
        variables = [text for _, text in sorted(self.variables.items())]
        header = "# Written by tests/blocking/stub.py from the source of the async client."
        return "\n".join([header, "", *lines, "", *variables, *self.body, ""])


class Rewriting(ast.NodeTransformer):
    """Rewrites an annotation for the blocking side."""

    def __init__(self, stub: Stub, module: str, hidden: set[str], given: Any) -> None:
        self.stub, self.source, self.hidden, self.given = stub, Source(module), hidden, given

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        symbol = self.source.find(ast.unparse(node.value))
        if symbol.name == "Literal":
            self.stub.use(symbol)
            return node
        if symbol.name in AWAITABLE and symbol.module in {"collections.abc", "typing"}:
            if symbol.name == "Awaitable":
                return self.visit(node.slice)
            assert isinstance(node.slice, ast.Tuple)
            return self.visit(node.slice.elts[AWAITABLE[symbol.name]])
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        # What is async or not in the source is the same thing here.
        different: dict[str, ast.expr] = {}
        for each in union(self.generic_visit(node)):
            different.setdefault(ast.unparse(each), each)
        return functools.reduce(
            lambda left, right: ast.BinOp(left, ast.BitOr(), right), different.values()
        )

    def visit_Constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, str):
            return self.visit(ast.parse(node.value, mode="eval").body)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        inner = self.source.find(ast.unparse(node.value))
        if inner.module.startswith("scalingo_async") and not inner.name:
            return ast.Name(self.stub.use(Source(inner.module).find(node.attr)))
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> Any:
        if node.id in self.given:
            text, module = self.given[node.id]
            written = self.stub.type(ast.parse(text, mode="eval").body, module, self.hidden)
            return ast.parse(written, mode="eval").body
        symbol = self.source.find(node.id)
        if symbol.name in BLOCKING and not symbol.module.startswith("scalingo_async"):
            symbol = Symbol(symbol.module, BLOCKING[symbol.name])
        if symbol.module == "builtins" and symbol.name:
            if node.id in self.hidden and hasattr(builtins, node.id):
                self.stub.names["builtins"] = Symbol("builtins", "")
                return ast.Name(f"builtins.{node.id}")
            return node
        return ast.Name(self.stub.use(symbol))


def union(node: ast.expr) -> list[ast.expr]:
    """Return the members of a union."""
    if isinstance(node, ast.BinOp):
        return [*union(node.left), *union(node.right)]
    return [node]


def is_variable(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign) else None
    return isinstance(value, ast.Call) and ast.unparse(value.func) in {"TypeVar", "ParamSpec"}


def is_property(told: set[str]) -> bool:
    return bool(told & {"property", "cached_property", "resource_property"})


def first_line(doc: str) -> str:
    return doc_here(doc).split("\n")[0]


def names_in(node: ast.AST) -> set[str]:
    """Return all names in an annotation, those in quotes included, those of literals not."""
    names: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            names.add(each.id)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            try:
                names |= names_in(ast.parse(each.value, mode="eval"))
            except SyntaxError:
                continue
    return names


class Surface:
    """Which classes and aliases are others on the blocking side."""

    def __init__(self) -> None:
        self._differs: dict[type[Any], bool] = {}

    def differs(self, cls: type[Any]) -> bool:
        """Tell whether a class is another one here, or has attributes of such a class."""
        if is_live(cls) or cls is WebhookReceiver:
            return cls is not Uncopyable
        if cls not in self._differs:
            self._differs[cls] = False  # Circles lead nowhere.
            self._differs[cls] = bool(self.changes(cls))
        return self._differs[cls]

    def changes(self, cls: type[Any]) -> dict[str, tuple[type[Any], ast.stmt]]:
        """Return the attributes and methods of a value that are others here: where, and how."""
        changed: dict[str, tuple[type[Any], ast.stmt]] = {}
        if issubclass(cls, BaseException) or getattr(cls, "_is_protocol", False):
            return changed
        for each in reversed(cls.__mro__):
            if not each.__module__.startswith("scalingo_async"):
                continue
            source = Source(each.__module__)
            if each.__name__ not in source.defined:
                continue
            for node in walked(node_of(each).body):
                match node:
                    case ast.AsyncFunctionDef() if "blocks" in decorators(node):
                        changed[node.name] = each, node
                    case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
                        if self._mentions(node.annotation, source):
                            changed[name] = each, node
                    case ast.FunctionDef() if is_property(
                        decorators(node)
                    ) and not node.name.startswith("_"):
                        if self._mentions(node.returns, source):
                            changed[node.name] = each, node
                    case _:
                        pass
        return changed

    def _mentions(self, annotation: ast.expr | None, source: Source) -> bool:
        for name in names_in(annotation) if annotation else ():
            symbol = source.find(name)
            cls = class_of(symbol)
            if cls is not None and self.differs(cls):
                return True
            if cls is None and self.alias_differs(symbol):
                return True
        return False

    def alias_differs(self, symbol: Symbol) -> bool:
        """Tell whether an alias of the package stands for something else here."""
        node = self.alias(symbol)
        if node is None:
            return False
        source = Source(symbol.module)
        async_ = {*BLOCKING, *AWAITABLE} & names_in(node)
        return bool(async_) or self._mentions(node, source)

    @staticmethod
    def alias(symbol: Symbol) -> ast.expr | None:
        """Return what an alias of the package stands for."""
        if not symbol.module.startswith("scalingo_async"):
            return None
        node = Source(symbol.module).defined.get(symbol.name)
        if isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation):
            return node.value
        return None


class PackageStub(Stub):
    """The stub of `scalingo_async.blocking`: all classes and aliases that are others here."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self.homes: dict[str, Symbol] = {}
        self.waiting: list[Symbol] = []
        self._done: set[Symbol] = set()

    def own(self, name: str) -> str:
        return name

    def use(self, symbol: Symbol) -> str:
        name = super().use(symbol)
        cls = class_of(symbol)
        if (cls is not None and self.surface.differs(cls)) or (
            cls is None and self.surface.alias_differs(symbol)
        ):
            self.add(symbol, name)
        return name

    def add(self, symbol: Symbol, name: str) -> None:
        """See that a class or an alias is written, once."""
        if symbol not in self._done:
            self._done.add(symbol)
            assert name not in self.homes, f"{name} is at {self.homes[name]} and {symbol}"
            self.homes[name] = symbol
            self.waiting.append(symbol)

    def complete(self) -> None:
        """Write what is waiting, and what comes up meanwhile."""
        while self.waiting:
            symbol = self.waiting.pop(0)
            cls = class_of(symbol)
            if cls is None:
                value = self.surface.alias(symbol)
                name = symbol.name.lstrip("_")
                self.names["TypeAlias"] = Symbol("typing", "TypeAlias")
                written = self.type(value, symbol.module, set())
                self.write(f"\n{name}: TypeAlias = {written}")
            elif is_live(cls) or cls is WebhookReceiver:
                self.facade(cls)
            else:
                self.value(cls)

    def head(self, cls: type[Any], bases: list[str]) -> None:
        variables = [variable.__name__ for variable in getattr(cls, "__parameters__", ())]
        for variable in variables:
            super().use(Source(cls.__module__).find(variable))
        if variables:
            self.names["Generic"] = Symbol("typing", "Generic")
            bases = [*bases, f"Generic[{', '.join(variables)}]"]
        name = RENAMED.get(cls.__name__, cls.__name__.lstrip("_"))
        listed = f"({', '.join(bases)})" if bases else ""
        self.write(f"\nclass {name}{listed}:")
        if cls.__doc__:
            self.write(f'"""{first_line(cls.__doc__)}"""\n', "    ")

    def value(self, cls: type[Any]) -> None:
        """Write a value: what is another here, on top of what it is anyway."""
        base = f"_{cls.__name__}"
        self.names[base] = Symbol(cls.__module__, cls.__name__)
        variables = [variable.__name__ for variable in getattr(cls, "__parameters__", ())]
        self.head(cls, [f"{base}[{', '.join(variables)}]" if variables else base])
        for name, (owner, node) in self.surface.changes(cls).items():
            given = parameters_of(cls, owner)
            if isinstance(node, ast.AnnAssign):
                written = self.type(node.annotation, owner.__module__, set(), given)
                # What can be changed is invariant.
                mark = "  # type: ignore[assignment]" if "list[" in written else ""
                self.write(f"    {name}: {written}{mark}{VARIABLE}")
            else:
                assert isinstance(node, Function)
                mark = METHOD
                self.function(node, owner.__module__, indent="    ", given=given, mark=mark)

    def facade(self, cls: type[Any]) -> None:
        """Write a facade: all public members of what it stands for."""
        self.head(cls, [])
        names = sorted(
            name
            for name in dir(cls)
            if not name.startswith("_")
            and owner_of(cls, name).__module__.startswith(OURS)
            and name not in INTERNAL
        )
        hidden = {*names} & {*dir(builtins)}
        if cls in {AsyncClient, WebhookReceiver}:
            self.function(functions(cls, "__init__")[0], cls.__module__, indent="    ")
        for name, written in instance_attributes(cls, names).items():
            node, module, given = written
            self.write(f"    {name}: {self.type(node, module, hidden, given)}")
        for name in names:
            self.member(cls, name, hidden)
        self.protocols(cls, hidden)

    def member(self, cls: type[Any], name: str, hidden: set[str]) -> None:
        owner = owner_of(cls, name)
        given = parameters_of(cls, owner)
        called = "close" if name == "aclose" else name
        nodes = functions(owner, name)
        skip, module = 0, owner.__module__
        if not nodes:
            bound = bound_method(owner, name)
            if bound is None:
                for node in walked(node_of(owner).body):
                    if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name:
                        text = self.type(node.annotation, module, hidden, given)
                        self.write(f"    {name}: {text}")
                return
            original, function = bound
            nodes, skip, module = functions(original, function), 2, original.__module__
        for node in nodes:
            self.function(
                node,
                module,
                name=called,
                mark=OVERLAP if called == "map" and node is nodes[0] else "",
                indent="    ",
                hidden=hidden,
                given=given,
                skip=skip,
            )

    def protocol(self, cls: type[Any], name: str) -> None:
        """Write a protocol whose methods block, for what may be given in place of an async one."""
        self.names["Protocol"] = Symbol("typing", "Protocol")
        self.write(f"\nclass {name}(Protocol):")
        for node in node_of(cls).body:
            if isinstance(node, Function):
                self.function(node, cls.__module__, indent="    ")

    def protocols(self, cls: type[Any], hidden: set[str]) -> None:
        """Write how it is entered, iterated over, and what awaiting it is called."""
        if cls in AWAITED:
            node, module, given = self.dunder(cls, "__await__")
            self.write(f"    def {AWAITED[cls]}(self) -> {self.type(node, module, hidden, given)}:")
            self.write('        """Do all of it, as awaiting it does in an async program."""')
        if hasattr(cls, "__aenter__"):
            node, module, given = self.dunder(cls, "__aenter__")
            self.write(f"    def __enter__(self) -> {self.type(node, module, hidden, given)}: ...")
            self.names["TracebackType"] = Symbol("types", "TracebackType")
            owner = owner_of(cls, "__aexit__")
            ours = owner.__module__.startswith(OURS)
            returned = functions(owner, "__aexit__")[-1].returns if ours else None
            self.write(
                "    def __exit__(\n"
                "        self,\n"
                "        kind: type[BaseException] | None,\n"
                "        error: BaseException | None,\n"
                "        traceback: TracebackType | None,\n"
                "        /,\n"
                f"    ) -> {ast.unparse(returned) if returned else 'None'}: ..."
            )
        if hasattr(cls, "__aiter__") and not issubclass(cls, blocks()):
            node, module, given = self.dunder(cls, "__aiter__")
            self.write(f"    def __iter__(self) -> {self.type(node, module, hidden, given)}: ...")
        if hasattr(cls, "__anext__"):
            node, module, given = self.dunder(cls, "__anext__")
            self.write(f"    def __next__(self) -> {self.type(node, module, hidden, given)}: ...")

    @staticmethod
    def dunder(cls: type[Any], name: str) -> Any:
        """Return what a protocol's method returns."""
        owner = owner_of(cls, name)
        if name in {"__aenter__", "__aiter__"} and not owner.__module__.startswith(OURS):
            return ast.Name("Self"), "typing", {}
        if not owner.__module__.startswith(OURS):
            return ast.Name(str(inspect.signature(getattr(cls, name)).return_annotation)), OURS, {}
        node = functions(owner, name)[-1]
        given = parameters_of(cls, owner)
        return node.returns, owner.__module__, given


def blocks() -> type[Any]:
    from scalingo_async._core.misuse import Block

    return Block


def bound_method(owner: type[Any], name: str) -> tuple[type[Any], str] | None:
    """Return the method behind one that has the ids of a database filled in."""
    for node in node_of(owner).body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=target)],
                value=ast.Call(func=ast.Name(id="Bound"), args=[ast.Attribute() as method]),
            ) if target == name:
                kind = class_of(Source(owner.__module__).find(ast.unparse(method.value)))
                assert kind is not None
                return owner_of(kind, method.attr), method.attr
            case _:
                pass
    return None


def instance_attributes(cls: type[Any], names: list[str]) -> dict[str, Any]:
    """Return the public attributes that constructors set, with their annotations."""
    found: dict[str, Any] = {}
    for owner in reversed(cls.__mro__):
        if not owner.__module__.startswith("scalingo_async") or "__init__" not in vars(owner):
            continue
        function = functions(owner, "__init__")
        if not function:
            continue
        given = parameters_of(cls, owner)
        arguments = [*function[-1].args.args, *function[-1].args.kwonlyargs]
        known = {one.arg: one.annotation for one in arguments}
        for node in ast.walk(function[-1]):
            match node:
                case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                    annotation: ast.expr | None = node.annotation
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)]):
                    annotation = known.get(ast.unparse(node.value))
                    if annotation is None and isinstance(node.value, ast.Constant):
                        annotation = ast.Name(type(node.value.value).__name__)
                case _:
                    continue
            slot = inspect.ismemberdescriptor(inspect.getattr_static(cls, name, None))
            if not name.startswith("_") and annotation is not None and (name not in names or slot):
                found[name] = annotation, owner.__module__, given
    return found


class BulkStub(Stub):
    """The stub of `scalingo_async.blocking.bulk`."""

    def __init__(self, surface: Surface, package: PackageStub) -> None:
        super().__init__(surface)
        self._package = package

    def use(self, symbol: Symbol) -> str:
        name = super().use(symbol)
        if name not in self.names and name not in self.variables and symbol.module != "builtins":
            self._package.use(symbol)
            self.names[name] = Symbol("scalingo_async.blocking", name)
        return name


def generate() -> dict[Path, str]:
    """Return all that is written, by its path."""
    surface = Surface()
    package = PackageStub(surface)
    for root in (AsyncClient, WebhookReceiver):
        package.use(Symbol(root.__module__, root.__name__))
    module = BulkStub(surface, package)
    for name in bulk.__all__:
        symbol = Source("scalingo_async.bulk").find(name)
        node = Source(symbol.module).defined[name]
        if isinstance(node, Function):
            forms = functions_in(Source(symbol.module).tree.body, name)
            for form in forms:
                module.write("")
                hidden = set(bulk.__all__) & set(dir(builtins))
                mark = OVERLAP if name == "map" and form is forms[0] else ""
                module.function(form, symbol.module, hidden=hidden, mark=mark)
        else:
            module.use(symbol)
    package.complete()
    # What remembers events may block.
    package.protocol(SeenEvents, "_BlockingSeenEvents")
    package.body = [
        line.replace("seen: SeenEvents |", "seen: SeenEvents | _BlockingSeenEvents |")
        for line in package.body
    ]
    exported = sorted({*package.homes, "bulk"})
    package.names["bulk"] = Symbol("scalingo_async.blocking", "bulk")
    texts = {
        HOME / "__init__.pyi": package.text() + listed(exported),
        HOME / "bulk.pyi": module.text() + listed(bulk.__all__),
    }
    ours = {
        "Client": Symbol("scalingo_async.blocking.client", "Client"),
        "WebhookReceiver": Symbol("scalingo_async.blocking.client", "WebhookReceiver"),
    }
    homes = "".join(
        f'    "{name}": "{symbol.module}:{symbol.name}",\n'
        for name, symbol in sorted({**package.homes, **ours}.items())
    )
    texts[HOME / "homes.py"] = (
        '"""The modules of all public names; written by tests/blocking/stub.py."""\n\n'
        f"from typing import Final\n\nHOMES: Final = {{\n{homes}}}\n"
    )
    return texts


def listed(names: list[str]) -> str:
    inner = "".join(f'    "{name}",\n' for name in sorted(names))
    return f"\n__all__ = [\n{inner}]\n"


if __name__ == "__main__":
    for path, text in generate().items():
        path.write_text(text, encoding="utf-8")
