"""Types that say something: no `Any` in a public signature, and nothing without a type."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from operator import attrgetter

from api_facts import CALLS, FakeTransport, client_of, method_of
from instruments.surface import PUBLIC
from tables import each

import scalingo_async
import scalingo_async.integrations.rich
import scalingo_async.sandbox

MODULES = (*PUBLIC, scalingo_async.integrations.rich, scalingo_async.sandbox)

ALLOWED = {
    # Which model an endpoint answers with is of no concern to a middleware.
    # Made by methods that list, not by users.
    "scalingo_async.Paginator.__init__(fetch)",
    "scalingo_async.Paginator.__init__(position)",
    # Whatever JSON can express.
    "scalingo_async.sandbox.Fault.body",
    "scalingo_async.sandbox.Sandbox.inject(body)",
    # What is nested in it has to be read without a cast.
    "scalingo_async.models.Model.to_dict ->",
}


def annotations_of(name: str, thing: object) -> Iterator[tuple[str, ast.expr]]:
    """Yield the annotations of a function, or of a class with its public methods, as written.

    Those at run time say less: the type of JSON is any type there.
    """
    if getattr(thing, "__module__", "").startswith("scalingo_async") and (
        inspect.isclass(thing) or inspect.isfunction(thing)
    ):
        (node,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
        yield from _annotations_in(name, node)


def _annotations_in(name: str, node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.ClassDef):
        for part in node.body:
            field = getattr(part, "name", None)
            if isinstance(part, ast.AnnAssign):
                field = ast.unparse(part.target)
            if field and (field == "__init__" or not field.startswith("_")):
                yield from _annotations_in(f"{name}.{field}", part)
    elif isinstance(node, ast.AnnAssign):
        yield name, node.annotation
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        every += [each for each in (node.args.vararg, node.args.kwarg) if each]
        for argument in every:
            if argument.annotation is not None:
                yield f"{name}({argument.arg})", argument.annotation
        if node.returns is not None:
            yield f"{name} ->", node.returns


def says_any(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    return any(getattr(n, "id", getattr(n, "attr", "")) == "Any" for n in ast.walk(annotation))


def everything_public() -> Iterator[tuple[str, ast.expr]]:
    for module in MODULES:
        for name in module.__all__:
            yield from annotations_of(f"{module.__name__}.{name}", getattr(module, name))
    client = client_of(FakeTransport())
    for name in sorted({id_.rpartition(".")[0] for id_ in CALLS}):
        yield from annotations_of(name, type(attrgetter(name)(client)))


def test_no_public_signature_says_any():
    found = dict(everything_public())
    assert len(found) > 2500
    assert {name for name, annotation in found.items() if says_any(annotation)} == ALLOWED


@each("id_", CALLS)
def test_every_method_says_what_it_returns(id_):
    method = method_of(client_of(FakeTransport()), id_)
    signature = inspect.signature(method)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter.name
