"""Small wrong changes to the source of a module, each of which a test has to notice.

A mutant is a replacement of a few bytes of the source. Lines keep their numbers. Text of messages
(strings with a space, and f-strings) is left alone, as are annotations, decorators, docstrings and
what only type checkers read; and the table of known refusals, which is facts, no decisions.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE: Final = Path(__file__).parents[2] / "scalingo_async"

_COMPARISONS: Final[dict[type[ast.cmpop], tuple[bytes, tuple[bytes, ...]]]] = {
    ast.Lt: (rb"<", (b"<=", b">=")),
    ast.LtE: (rb"<=", (b"<", b">")),
    ast.Gt: (rb">", (b">=", b"<=")),
    ast.GtE: (rb">=", (b">", b"<")),
    ast.Eq: (rb"==", (b"!=",)),
    ast.NotEq: (rb"!=", (b"==",)),
    ast.Is: (rb"\bis\b", (b"is not",)),
    ast.IsNot: (rb"\bis\s+not\b", (b"is",)),
    ast.In: (rb"\bin\b", (b"not in",)),
    ast.NotIn: (rb"\bnot\s+in\b", (b"in",)),
}
_ARITHMETIC: Final[dict[type[ast.operator], tuple[bytes, bytes]]] = {
    ast.Add: (rb"\+", b"-"),
    ast.Sub: (rb"-", b"+"),
    ast.Mult: (rb"\*", b"/"),
    ast.Div: (rb"/", b"*"),
    ast.FloorDiv: (rb"//", b"/"),
    ast.Mod: (rb"%", b"*"),
    ast.Pow: (rb"\*\*", b"*"),
    ast.BitOr: (rb"\|", b"&"),
    ast.BitAnd: (rb"&", b"|"),
    ast.LShift: (rb"<<", b">>"),
    ast.RShift: (rb">>", b"<<"),
}
_TWINS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_UNTOUCHED: Final = {
    "KnownRefusal",
    "TypeVar",
    "ParamSpec",
    "TypeVarTuple",
    "NewType",
    "getLogger",
    "LazyModule",
}
_LISTS: Final = {"__all__", "__slots__", "__match_args__"}


@attrs.frozen
class Mutant:
    """One change of one module.

    Attributes:
        module: The path below the package.
        function: Where in the module, such as `Retry.__call__`; empty outside of functions.
        line: The text of the line that changes.
        change: What becomes of what, such as `< -> <=`.
        nth: Which one, from 0, of those that are alike in all of that.
        number: The line's number, from 1.
        start: Where the change begins, in bytes.
        end: Where it ends.
        text: What is there instead.
        lines: The first and the last line of the statement.
    """

    module: str
    function: str
    line: str
    change: str
    nth: int = attrs.field(kw_only=True, default=0)
    number: int = attrs.field(kw_only=True, eq=False)
    start: int = attrs.field(kw_only=True, eq=False)
    end: int = attrs.field(kw_only=True, eq=False)
    text: bytes = attrs.field(kw_only=True, eq=False)
    lines: tuple[int, int] = attrs.field(kw_only=True, eq=False)

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What it is recognized by, wherever its line has moved."""
        return self.module, self.function, self.line, self.change, self.nth

    def applied(self, source: bytes) -> bytes:
        """Return the changed source."""
        return source[: self.start] + self.text + source[self.end :]

    def __str__(self) -> str:
        where = f" in {self.function}" if self.function else ""
        return f"{self.module}:{self.number}{where}: {self.change}\n    {self.line}"


def mutants(module: str) -> list[Mutant]:
    """Return the mutants of a module, given as its path below the package."""
    source = (PACKAGE / module).read_bytes()
    found: list[Mutant] = []
    seen: Counter[tuple[object, ...]] = Counter()
    lines = source.split(b"\n")
    for function, start, end, text, statement in sorted(
        set(_Finder(source).all()), key=lambda each: (each[1], each[2], each[3])
    ):
        number = source.count(b"\n", 0, start) + 1
        before, after = (_short(each) for each in (source[start:end], text))
        mutant = Mutant(
            module,
            function,
            lines[number - 1].decode().strip(),
            f"{before} -> {after}",
            number=number,
            start=start,
            end=end,
            text=text,
            lines=statement,
        )
        nth = seen[mutant.key]
        seen[mutant.key] += 1
        found.append(attrs.evolve(mutant, nth=nth))
    return found


def _short(text: bytes) -> str:
    words = " ".join(text.decode().split())
    return words if len(words) <= 60 else f"{words[:57]}..."


Change: TypeAlias = tuple[str, int, int, bytes, tuple[int, int]]


class _Finder:
    """Finds what can be changed in a source: `(function, start, end, text, lines)`."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._starts = [0]
        for line in source.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def all(self) -> Iterator[Change]:
        yield from self._body(ast.parse(self._source), "", (0, 0))

    def _start(self, node: ast.AST) -> int:
        return self._starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self._starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def _body(self, node: ast.AST, function: str, lines: tuple[int, int]) -> Iterator[Change]:
        """Walk over a node; `function` is the name of what it is in, `lines` of its statement."""
        for child in self._parts(node):
            inside, within = function, lines
            if isinstance(child, ast.stmt):
                # Of an `if`, only what stands before its body.
                body = getattr(child, "body", None)
                last = body[0].lineno - 1 if body else child.end_lineno
                within = child.lineno, max(child.lineno, last or 0)
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inside = f"{function}.{child.name}".lstrip(".")
            for start, end, text in self._changes(child):
                yield function, start, end, self._padded(start, end, text), within
            yield from self._body(child, inside, within)

    def _padded(self, start: int, end: int, text: bytes) -> bytes:
        """Keep the number of lines."""
        missing = self._source.count(b"\n", start, end) - text.count(b"\n")
        return text + b"\n" * missing

    def _parts(self, node: ast.AST) -> Iterator[ast.AST]:
        """The children that may be changed."""
        skipped = self._skipped(node)
        for child in ast.iter_child_nodes(node):
            if not any(child is each for each in skipped) and not self._left_alone(child):
                yield child

    def _skipped(self, node: ast.AST) -> list[ast.AST | None]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return [*node.decorator_list, node.returns, *self._docstring(node)]
            case ast.ClassDef():
                return [*node.decorator_list, *self._docstring(node)]
            case ast.Module():
                return self._docstring(node)
            case ast.arg():
                return [node.annotation]
            case ast.AnnAssign():
                return [node.annotation]
            case ast.If(test=ast.Compare(left=ast.Attribute(attr="platform"), ops=[operator])):
                # What other systems do, no test of this one sees.
                other = node.body if isinstance(operator, ast.Eq) else node.orelse
                return [node.test, *other]
            case ast.Call(func=ast.Name(id="cast")):
                return [node.args[0]]
            case ast.Call(func=ast.Name(id="zip")):
                # Only an assertion.
                return [keyword for keyword in node.keywords if keyword.arg == "strict"]
            case _:
                return []

    @staticmethod
    def _docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        """Strings that stand alone; those behind an attribute as well."""
        return [
            each
            for each in node.body
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
        ]

    @staticmethod
    def _left_alone(node: ast.AST) -> bool:
        match node:
            case ast.JoinedStr() | ast.Import() | ast.ImportFrom() | ast.Assert():
                return True
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                return True
            case ast.Subscript(value=ast.Name(id="Literal" | "Callable" | "Annotated")):
                return True
            case ast.Call(func=ast.Name(id=name)) if name in _UNTOUCHED:
                return True
            case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
                return True
            case ast.Assign(targets=[ast.Name(id=name)]) if name in _LISTS:
                return True
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return any(
                    isinstance(each, ast.Name) and each.id == "overload"
                    for each in node.decorator_list
                )
            case _:
                return False

    # -- the changes ------------------------------------------------------------------------------

    def _changes(self, node: ast.AST) -> Iterator[tuple[int, int, bytes]]:
        yield from self._of_statement(node)
        match node:
            case ast.Compare():
                operands = [node.left, *node.comparators]
                for operator, (left, right) in zip(node.ops, pairwise(operands), strict=True):
                    pattern, others = _COMPARISONS[type(operator)]
                    for other in others:
                        yield from self._between(left, right, pattern, other)
            case ast.BoolOp():
                word, other = (b"and", b"or") if isinstance(node.op, ast.And) else (b"or", b"and")
                for left, right in pairwise(node.values):
                    yield from self._between(left, right, rb"\b" + word + rb"\b", other)
            case ast.BinOp() if type(node.op) in _ARITHMETIC:
                yield from self._between(node.left, node.right, *_ARITHMETIC[type(node.op)])
            case ast.UnaryOp(op=ast.Not()):
                yield self._start(node), self._start(node) + 3, b"   "
            case ast.UnaryOp(op=ast.USub()):
                yield self._start(node), self._start(node) + 1, b" "
            case ast.Constant():
                yield from self._of_constant(node)
            case ast.Call(func=ast.Name(id=name)) if name in _TWINS:
                yield self._start(node), self._end(node.func), _TWINS[name].encode()
            case ast.IfExp() | ast.comprehension():
                for test in getattr(node, "ifs", None) or [getattr(node, "test", None)]:
                    yield from self._negated(test)
            case _:
                pass

    def _of_statement(self, node: ast.AST) -> Iterator[tuple[int, int, bytes]]:
        match node:
            case ast.If() | ast.While():
                yield from self._negated(node.test)
            case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise() | ast.Delete():
                yield self._start(node), self._end(node), b"pass"
            case ast.Return(value=None):
                yield self._start(node), self._end(node), b"pass"
            case ast.Return(value=ast.Constant(value=None | False)):
                pass
            case ast.Return():
                yield self._start(node), self._end(node), b"return None"
            case ast.Break():
                yield self._start(node), self._end(node), b"continue"
            case ast.Continue():
                yield self._start(node), self._end(node), b"break"
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign(value=ast.expr()):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(each, ast.Attribute | ast.Subscript) for each in targets):
                    yield self._start(node), self._end(node), b"pass"
                if isinstance(node, ast.AugAssign) and type(node.op) in _ARITHMETIC:
                    pattern, other = _ARITHMETIC[type(node.op)]
                    yield from self._between(node.target, node.value, pattern + b"=", other + b"=")
            case _:
                pass

    def _between(
        self, left: ast.AST, right: ast.AST, pattern: bytes, other: bytes
    ) -> Iterator[tuple[int, int, bytes]]:
        start, end = self._end(left), self._start(right)
        gap = self._source[start:end]
        found = re.search(pattern, gap)
        if found and b"#" not in gap:
            yield start + found.start(), start + found.end(), other

    def _negated(self, test: ast.expr | None) -> Iterator[tuple[int, int, bytes]]:
        """Turn a test round where no other change does."""
        if test is None or isinstance(test, ast.Compare | ast.BoolOp | ast.Constant):
            return
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return
        start, end = self._start(test), self._end(test)
        yield start, end, b"(not (" + self._source[start:end] + b"))"

    def _of_constant(self, node: ast.Constant) -> Iterator[tuple[int, int, bytes]]:
        start, end = self._start(node), self._end(node)
        match node.value:
            case bool():
                yield start, end, str(not node.value).encode()
            case int() | float():
                yield start, end, repr(node.value + 1).encode()
            case str() | bytes() if node.lineno == node.end_lineno:
                if re.search(r"\S\s+\S", _text(node.value)):
                    return
                changed = "XX" + node.value if isinstance(node.value, str) else b"XX" + node.value
                yield start, end, ascii(changed).encode()
            case _:
                pass


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
