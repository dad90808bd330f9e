"""The reference pages: models by family and public names, under the names that users write.

Directives, for `.rst` pages:

- `models` documents all models of the named modules, as `scalingo_async.models.Name`;
- `public` documents names of `scalingo_async`.

The role `op` names an operation by its place on the client: {op}`apps.create` leads to
`Apps.create`. Docstrings are made ready for Sphinx here, so that they read well in an editor: the
types of attributes come from the code, and single backticks become links where there is something
to link to.
"""

from __future__ import annotations

import builtins
import inspect
import operator
import re
import sys
from functools import cache, cached_property
from importlib import import_module
from itertools import takewhile
from typing import TYPE_CHECKING, Any, is_typeddict

import attrs
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.roles import XRefRole
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.parsing import nested_parse_to_nodes
from sphinx.util.typing import stringify_annotation

import scalingo_async
from scalingo_async import AsyncClient, models, sandbox
from scalingo_async._core.endpoint import endpoint_of
from scalingo_async.models.base import Model
from scalingo_async.resources.base import Resource
from scalingo_async.resources.databases.handle import DatabaseHandle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

FOREIGN = {
    "APIRouter",
    "AbstractAsyncContextManager",
    "FastAPI",
    "MeterProvider",
    "Redis",
    "TracerProvider",
    "aiohttp",
    "anyio",
    "attrs",
    "cattrs",
    "fastapi",
    "httpx",
    "httpx2",
    "opentelemetry",
    "pytest",
    "redis",
    "rich",
    "starlette",
    "web",
}
"""Packages whose names may stand in signatures without a page to link to."""

INNER = {
    "BinaryFile",
    "ByteStream",
    "CallOptions",
    "CallState",
    "Connection",
    "DeploymentQuestions",
    "Door",
    "Endpoint",
    "OperationFacts",
    "Cause",
    "Feed",
    "Hidden",
    "PassedOver",
    "Route",
    "ServerURL",
    "Session",
    "Link",
    "MakeClient",
    "OnFailure",
    "Waiter",
}
"""Types of attributes that no user makes; the attributes' own texts say what is in them."""

PAGELESS = {"A", "I", "K", "R", "R_co", "T", "T_co", "Console", "Status", "Work"}
"""Type variables, a class of rich, words that attributes spell out, what `bulk.map` makes."""

INSIDE = "scalingo_async.sandbox.world.apps"
"""What the sandbox keeps has names that models have, too."""

OPEN_ENUMERATION = re.compile(r"(?:~?typing\.)?Literal\[[^\]]*\] \| (?=str\b)")


# -- the client as a tree ---------------------------------------------------------------------


def _returned(owner: type, name: str) -> type | None:
    """Return the resource class that an attribute of a class holds."""
    member = inspect.getattr_static(owner, name)
    getter = member.func if isinstance(member, cached_property) else getattr(member, "fget", None)
    annotation = getattr(getter, "__annotations__", {}).get("return")
    if not isinstance(annotation, str) or name.startswith("_"):
        return None
    # Through their package, for names that are looked up at run time.
    found = _resource_classes().get(annotation.rpartition(".")[2])
    return found if isinstance(found, type) else None


@cache
def _resource_classes() -> dict[str, type]:
    import pkgutil

    from scalingo_async import resources

    classes: dict[str, type] = {}
    for info in pkgutil.walk_packages(resources.__path__, f"{resources.__name__}."):
        module = import_module(info.name)
        classes.update(
            (name, value)
            for name, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, Resource) and value is not Resource
        )
    return classes


def children(owner: type) -> dict[str, type]:
    """Return the resources that hang on a class, by attribute, in alphabetical order."""
    found = {name: _returned(owner, name) for kind in owner.__mro__ for name in vars(kind)}
    return {name: kind for name, kind in sorted(found.items()) if kind is not None}


def tree(prefix: str, owner: type) -> Iterator[tuple[str, type]]:
    """Return a resource and all that hang on it, by their path on the client."""
    yield prefix, owner
    for name, kind in children(owner).items():
        yield from tree(f"{prefix}.{name}", kind)


def methods(owner: type) -> list[str]:
    """Return the methods of a resource that users call, as they stand in its modules."""
    names = dict.fromkeys(
        name
        for kind in owner.__mro__
        if issubclass(kind, Resource) and kind is not Resource
        for name in vars(kind)
        if not name.startswith("_")
    )
    below = children(owner)
    return [
        name
        for name in names
        if name not in below and callable(inspect.getattr_static(owner, name))
    ]


@cache
def paths() -> dict[str, str]:
    """Return the path on the client of each method and resource, by its full name."""
    found: dict[str, str] = {}
    for name, kind in children(AsyncClient).items():
        for path, owner in tree(name, kind):
            full = f"{owner.__module__}.{owner.__qualname__}"
            found[full] = path
            found.update((f"{full}.{method}", f"{path}.{method}") for method in methods(owner))
    return found


@cache
def full_names() -> dict[str, str]:
    """Return the full name of each method and nested resource, by its path on the client."""
    # A path of one word may be anything.
    return {path: full for full, path in paths().items() if "." in path}


def arguments(owner: type) -> list[str]:
    """Return what else a resource's modules have: what its methods take and return."""
    homes = {kind.__module__ for kind in owner.__mro__ if issubclass(kind, Resource)}
    return [
        f"{value.__module__}.{name}"
        for module in map(import_module, sorted(homes - {Resource.__module__}))
        for name, value in vars(module).items()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and (is_typeddict(value) or name in module.__all__)
        and not (name.startswith("_") or issubclass(value, Resource))
    ]


def operation(path: str) -> str:
    """Return the full name of the method that is `path` on the client."""
    owner: type = AsyncClient
    *steps, name = path.split(".")
    for step in steps:
        owner = children(owner)[step]
    return f"{owner.__module__}.{owner.__qualname__}.{name}"


@cache
def performed() -> dict[str, str]:
    """Return the full name of the method that performs each operation, by the operation's id."""
    client = AsyncClient("tk-us-documentation")
    found: dict[str, str] = {}
    for name, kind in children(AsyncClient).items():
        for path, owner in tree(name, kind):
            resource = operator.attrgetter(path)(client)
            for method in methods(owner):
                endpoint = endpoint_of(getattr(resource, method))
                if endpoint is not None:
                    found[endpoint.id] = f"{owner.__module__}.{owner.__qualname__}.{method}"
    return found


# -- directives -------------------------------------------------------------------------------


class Generated(SphinxDirective):
    """A directive that writes reStructuredText."""

    has_content = True
    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True

    def names(self) -> list[str]:
        return " ".join([*self.arguments, *self.content]).split()

    def parse(self, lines: list[str]) -> list[nodes.Node]:
        source = StringList(lines, source=self.get_source_info()[0])
        return nested_parse_to_nodes(self.state, source, allow_section_headings=True)


class ModelsDirective(Generated):
    """`.. models:: apps containers` documents the models of these modules."""

    def run(self) -> list[nodes.Node]:
        lines: list[str] = []
        for family in self.names():
            module = import_module(f"scalingo_async.models.{family}")
            for name in module.__all__:
                kind = getattr(module, name)
                if isinstance(kind, type):
                    lines += [f".. autoclass:: scalingo_async.models.{name}", ""]
                    private = private_bases(kind)
                    if private:
                        public = ", ".join(b.__name__ for b in kind.__mro__[1 + len(private) :])
                        lines[-1:] = [f"   :inherited-members: {public}", ""]
        return self.parse(lines)


class PublicDirective(Generated):
    """`.. public:: Page Paginator` documents names of the package."""

    def run(self) -> list[nodes.Node]:
        lines: list[str] = []
        for name in self.names():
            value = getattr(scalingo_async, name)
            kind = "autoclass" if isinstance(value, type) else "autodata"
            lines += [f".. {kind}:: scalingo_async.{name}", ""]
            if isinstance(value, type) and issubclass(value, Exception):
                lines[-1:] = ["   :show-inheritance:", ""]
            if value is AsyncClient:
                # Its resources hang on a class that no user knows.
                lines[-1:] = ["   :inherited-members:", ""]
        return self.parse(lines)


# -- docstrings -------------------------------------------------------------------------------


def process_signature(
    app: Sphinx,
    what: str,
    name: str,
    obj: object,
    options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str, str] | None:
    """Leave out how models, resources and errors are made: users don't make them."""
    del app, what, name, options, signature, returns
    made_inside = (Model, Resource, scalingo_async.ScalingoError)
    if isinstance(obj, type) and issubclass(obj, made_inside):
        return "", ""
    return None


def process_docstring(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Add the types of attributes, and mark code as such."""
    del app, what, name, options
    text, types = lines, dict[str, str]()
    if isinstance(obj, type):
        text = _with_inherited(obj) if private_bases(obj) else lines
        types = attribute_types(obj)
    out = _sections(text, types)
    _mark_code(out)
    lines[:] = out


def restore_text(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Put the text of a property back: napoleon takes what is before a colon for its type."""
    del app, name, options
    text = inspect.getdoc(obj)
    if what == "property" and text:
        lines[:] = [*text.splitlines(), ""]


def private_bases(kind: type) -> list[type]:
    """Return the classes that a class has its attributes from, and that have no place of their own.

    They come first in its order of resolution; what is behind a public base is documented there.
    """
    return list(takewhile(lambda base: base.__name__.startswith("_"), kind.__mro__[1:]))


def _with_inherited(kind: type) -> list[str]:
    """Return a class's docstring with the attributes of its private bases, in their order.

    What the class says itself of such an attribute takes the place of the base's text.
    """
    text = ""
    attributes: dict[str, list[str]] = {}
    for owner in [*reversed(private_bases(kind)), kind]:
        text, _, listed = inspect.cleandoc(owner.__doc__ or "").partition("\nAttributes:\n")
        entry: list[str] = []
        for line in listed.splitlines():
            match = re.match(r"    (\w+): ", line)
            if match:
                entry = attributes[match[1]] = []
            entry.append(line)
    listed_lines = [line for entry in attributes.values() for line in entry]
    return [*text.rstrip().splitlines(), "", "Attributes:", *listed_lines, ""]


def _sections(lines: list[str], types: dict[str, str]) -> list[str]:
    """Write the sections that napoleon reads in its own way: what is returned, and attributes."""
    out: list[str] = []
    section = ""
    for line in lines:
        if line and not line.startswith(" "):
            section = line if line in {"Returns:", "Yields:", "Attributes:"} else ""
        if not section:
            out.append(line)
        elif section == "Attributes:":
            out += _attribute(line, types)
        elif line != section:
            # As one field: napoleon takes what stands before a colon for a type.
            field = f":{section[:-1].lower()}:"
            first = out[-1] == "" and bool(line)
            out.append(f"{field} {line.strip()}" if first else line)
    return out


def _attribute(line: str, types: dict[str, str]) -> list[str]:
    """Turn a line of an `Attributes:` section into a directive, or into its text."""
    if line == "Attributes:":
        return []
    match = re.match(r"    (\w+): (.*)", line)
    if match is None:
        return [f"   {line.strip()}" if line else ""]
    name, text = match.groups()
    kind = [f"   :type: {types[name]}"] if name in types else []
    return ["", f".. attribute:: {name}", *kind, "", f"   {text}"]


def _mark_code(lines: list[str]) -> None:
    """Turn `text:`, an empty line and an indented block into a literal block."""
    for number in range(len(lines) - 2):
        line, gap, block = lines[number : number + 3]
        text = line.strip()
        if not text.endswith(":") or text.startswith((":", "..")) or gap.strip():
            continue
        if not text.endswith("::") and _indent(block) > _indent(line) and block.strip():
            lines[number] = line.rstrip() + ":"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def attribute_types(kind: type) -> dict[str, str]:
    """Return the types of the attributes of a class, as they are shown."""
    found: dict[str, Any] = {}
    for owner in reversed(kind.__mro__):
        found.update(vars(owner).get("__annotations__", {}))
    if attrs.has(kind):
        found.update((field.name, field.type) for field in attrs.fields(kind))
    types = {
        name: value if isinstance(value, str) else stringify_annotation(value, "smart")
        for name, value in found.items()
    }
    return {name: OPEN_ENUMERATION.sub("", text) for name, text in types.items()}


# -- references -------------------------------------------------------------------------------


class MaybeRole(XRefRole):
    """The role of single backticks in docstrings: code, and a link if it is a public name."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: nodes.Element,
        has_explicit_title: bool,  # noqa: FBT001 - of the base class
        title: str,
        target: str,
    ) -> tuple[str, str]:
        del has_explicit_title
        refnode["refdomain"] = "py"
        refnode["reftype"] = "obj"
        refnode["quiet"] = True
        refnode["py:module"] = env.ref_context.get("py:module")
        refnode["py:class"] = env.ref_context.get("py:class")
        return title, full_names().get(target.removeprefix("client."), target)


class OperationRole(XRefRole):
    """A link to an operation by its place on the client."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: nodes.Element,
        has_explicit_title: bool,  # noqa: FBT001 - of the base class
        title: str,
        target: str,
    ) -> tuple[str, str]:
        del env
        refnode["refdomain"] = "py"
        refnode["reftype"] = "meth"
        return (title if has_explicit_title else f"client.{title}"), operation(target)


@cache
def _public_names() -> dict[str, str]:
    """Return where each public name is documented, by the name alone."""
    names = {name: f"scalingo_async.models.{name}" for name in models.__all__}
    for name, kind in _resource_classes().items():
        full = [f"{kind.__module__}.{name}", *arguments(kind)]
        names.update((each.rpartition(".")[2], each) for each in full)
    names["DatabaseHandle"] = f"{DatabaseHandle.__module__}.DatabaseHandle"
    names.update((name, f"scalingo_async.sandbox.{name}") for name in sandbox.__all__)
    names.update((name, f"scalingo_async.{name}") for name in scalingo_async.__all__)
    names["Via"] = "scalingo_async.streams.log_feeds.Via"
    names["Content"] = "scalingo_async.files.uploads.Content"
    return names


class FullNames(SphinxPostTransform):
    """Completes names that annotations write short, before Sphinx looks for them."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        del kwargs
        objects = self.env.domains.python_domain.objects
        for node in self.document.findall(addnodes.pending_xref):
            target = node.get("reftarget", "")
            if node.get("refdomain") != "py" or target.partition(".")[0] in FOREIGN:
                continue
            if hasattr(builtins, target) and node.hasattr("refspecific"):
                # Models have attributes called `type`: such a name is looked for as it is.
                del node["refspecific"]
                continue
            if target.startswith(INSIDE):
                node["quiet"] = True
                continue
            beside = f"{node.get('py:module')}.{target}"
            full = beside if beside in objects else _public_names().get(target.rpartition(".")[2])
            if full in objects and target not in objects:
                node["reftarget"] = full


def pass_over(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.TextElement
) -> nodes.TextElement | None:
    """Show names that are not ours, or may be anything, without a link."""
    del app, env
    if node.get("refdomain") != "py":
        return None
    return content if node.get("quiet") or not _is_ours(node["reftarget"]) else None


def _is_ours(target: str) -> bool:
    """Tell whether a name should have a page here."""
    head = target.partition(".")[0].strip("'\"")
    foreign = (
        head in FOREIGN
        or head in sys.stdlib_module_names
        or hasattr(builtins, head)
        or not head.isidentifier()
    )
    last = target.rpartition(".")[2]
    return not foreign and last not in PAGELESS and not {target, last} & _standard_names()


@cache
def _standard_names() -> frozenset[str]:
    """Return names that our annotations take from the standard library, or that are no classes."""
    import collections.abc
    import typing

    local = {"P.args", "P.kwargs", "P", "AbstractAsyncContextManager", "Path"}
    local |= {"datetime", "date", "timedelta"}
    return frozenset({*collections.abc.__all__, *typing.__all__, *local, *INNER})


def setup(app: Sphinx) -> dict[str, bool]:
    """Register everything."""
    app.add_directive("models", ModelsDirective)
    app.add_directive("public", PublicDirective)
    app.add_role("maybe", MaybeRole(innernodeclass=nodes.literal))
    app.add_role("op", OperationRole(innernodeclass=nodes.literal))
    app.connect("autodoc-process-signature", process_signature)
    app.connect("autodoc-process-docstring", process_docstring, priority=400)
    app.connect("autodoc-process-docstring", restore_text, priority=600)
    app.add_post_transform(FullNames)
    app.connect("missing-reference", pass_over)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
