"""The pages of the reference about resources: a section for each method, under the name users call.

Directives, for `.rst` pages:

- `resources` documents an attribute of the client with the namespaces below it, except for those
  that the option `elsewhere` names;
- `namespaces` documents such namespaces on a page of their own.

Verb and path come from the endpoint of an operation, the official page from its docstring, and the
examples from `docs/reference/examples`, where the tests run them.
"""

from __future__ import annotations

import inspect
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from docutils.parsers.rst import directives
from quirks import NOTES, QUIRKS
from reference import Generated, arguments, attribute_types, children, methods, paths, tree
from sphinx import addnodes

from scalingo_async import AsyncClient, models
from scalingo_async._core.endpoint import endpoint_of
from scalingo_async._core.operation import API, Auth
from scalingo_async.models.base import Model, fields_of

if TYPE_CHECKING:
    from typing import ClassVar

    from docutils import nodes
    from sphinx.application import Sphinx

    from scalingo_async._core.endpoint import Endpoint

EXAMPLES = Path(__file__).parents[1] / "reference" / "examples"

PLACES = {
    API.REGIONAL: "",
    API.AUTH: "authentication API",
    API.DATABASE: "database API",
    API.BILLING: "billing API",
    API.ABSOLUTE: "",
}
"""What to say of where an operation lives; nothing of the API of a region, which most are in."""

CREDENTIALS = {Auth.NONE: "needs no token", Auth.BASIC: "HTTP basic authentication"}

COMMON = (
    "Every method also takes the :ref:`options of a call <options-of-a-call>`. The "
    ":doc:`blocking client </how-to/blocking>` has the same methods, without ``await``."
)
UNSET = re.compile(r"(?:~?typing\.)?Literal\[[\w.]*_Unset\.UNSET\]")
OPTIONS = re.compile(r"(?<=: )Options of (?:the|each) (?:call|request)s?")
UNDOCUMENTED = "Source: not documented; known to "
LINKED = re.compile(r"Source: API documentation, (.*):((?: https://\S+)+)", re.DOTALL)
"""The line about the source, once its lines are joined."""


# -- what is known of a method ----------------------------------------------------------------


@cache
def endpoints() -> dict[str, Endpoint[object]]:
    """Return the endpoint of each method that performs one operation, by its path on the client."""
    # The methods of an instance: those of classes are behind their checks.
    client = AsyncClient("tk-us-documentation")
    found: dict[str, Endpoint[object]] = {}
    for name, kind in children(AsyncClient).items():
        for path, owner in tree(name, kind):
            resource: object = client
            for step in path.split("."):
                resource = getattr(resource, step)
            for method in methods(owner):
                endpoint = endpoint_of(getattr(resource, method))
                if endpoint is not None:
                    found[f"{path}.{method}"] = endpoint
    return found


def source(text: str) -> tuple[str, list[str]] | None:
    """Return the titles and the addresses of the official pages that a docstring names."""
    for paragraph in text.split("\n\n"):
        match = LINKED.fullmatch(" ".join(paragraph.split()))
        if match:
            return match[1], match[2].split()
    return None


def links(titles: str, addresses: list[str]) -> str:
    """Return the titles as links, in reStructuredText."""
    # A name in `…` is a page without a title.
    names = re.findall(r"“([^”]+)”", titles) or ["the page"]
    pairs = zip(names, addresses, strict=True)
    return ", ".join(f"`{name} <{address}>`__" for name, address in pairs)


@cache
def examples() -> dict[str, str]:
    """Return the examples in reStructuredText, by the path of the method on the client."""
    found: dict[str, str] = {}
    for page in sorted(EXAMPLES.glob("*.md")):
        _, *parts = re.split(r"^## (\S+)\n", page.read_text("utf-8"), flags=re.MULTILINE)
        found.update((path, converted(text)) for path, text in zip(*[iter(parts)] * 2, strict=True))
    return found


def converted(markdown: str) -> str:
    """Turn Markdown with paragraphs and blocks of code into reStructuredText."""
    lines: list[str] = []
    fenced = False
    for line in markdown.strip().splitlines():
        if line.startswith("```"):
            fenced = not fenced
            lines += ["", f".. code-block:: {line[3:]}", ""] if fenced else [""]
        elif fenced:
            lines.append(f"   {line}".rstrip())
        else:
            lines.append(line.replace("`", "``"))
    return "\n".join(lines)


# -- directives -------------------------------------------------------------------------------


class ResourcesDirective(Generated):
    """`.. resources:: apps` documents an attribute of the client."""

    option_spec: ClassVar = {"elsewhere": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        (name,) = self.names()
        elsewhere = {f"{name}.{part}" for part in self.options.get("elsewhere", "").split()}
        known = children(AsyncClient)[name]
        lines = [*class_lines(known)]
        parts = [(path, kind) for path, kind in tree(name, known) if path not in elsewhere]
        lines += overview(parts)
        for path, kind in parts:
            if path != name:
                lines += [*title(f"client.{path}", "-"), *class_lines(kind)]
            for method in methods(kind):
                lines += method_lines(path, kind, method, "-" if path == name else "^")
        extra = arguments(known)
        if extra:
            lines += title("Arguments", "-")
        for argument in extra:
            lines += [f".. autoclass:: {argument}", ""]
        note_dependencies(self)
        return self.parse(lines)


class NamespacesDirective(Generated):
    """`.. namespaces:: databases.backups` documents namespaces below an attribute of the client."""

    def run(self) -> list[nodes.Node]:
        parts: list[tuple[str, type]] = []
        for path in self.names():
            kind: type = AsyncClient
            for step in path.split("."):
                kind = children(kind)[step]
            parts.append((path, kind))
        lines = overview(parts)
        for path, kind in parts:
            lines += [*title(f"client.{path}", "-"), *class_lines(kind)]
            for method in methods(kind):
                lines += method_lines(path, kind, method, "^")
        note_dependencies(self)
        return self.parse(lines)


def note_dependencies(directive: Generated) -> None:
    for page in EXAMPLES.glob("*.md"):
        directive.env.note_dependency(str(page))


def title(text: str, marker: str) -> list[str]:
    literal = f"``{text}``" if text.startswith("client.") else text
    return [literal, marker * len(literal), ""]


def class_lines(kind: type) -> list[str]:
    return [f".. autoclass:: {kind.__module__}.{kind.__qualname__}", "   :no-members:", ""]


def overview(parts: list[tuple[str, type]]) -> list[str]:
    """Return a table of the methods, and what is true for all of them."""
    lines = [".. list-table::", "   :class: overview", "   :widths: auto", ""]
    for path, kind in parts:
        for method in methods(kind):
            full = f"{kind.__module__}.{kind.__qualname__}.{method}"
            first = " ".join((inspect.getdoc(getattr(kind, method)) or "").split("\n\n")[0].split())
            lines += [f"   * - :py:meth:`client.{path}.{method}() <{full}>`", f"     - {first}"]
    return [*lines, "", COMMON, ""]


def method_lines(path: str, kind: type, method: str, marker: str) -> list[str]:
    """Return the section about one method."""
    name = f"{path}.{method}"
    lines = title(f"client.{name}()", marker)
    endpoint = endpoints().get(name)
    if endpoint is not None:
        facts = [f"``{endpoint.method}`` ``{endpoint.path}``", PLACES[endpoint.api]]
        facts.append(CREDENTIALS.get(endpoint.auth, ""))
        found = source(inspect.getdoc(getattr(kind, method)) or "")
        facts.append(f"documentation: {links(*found)}" if found else "not documented")
        lines += [".. container:: request", "", f"   {' · '.join(filter(None, facts))}", ""]
    lines += [f".. automethod:: {kind.__module__}.{kind.__qualname__}.{method}", ""]
    if name in examples():
        lines += [
            ".. rubric:: Example",
            "   :class: example",
            "",
            *examples()[name].splitlines(),
            "",
        ]
    return lines


# -- docstrings and signatures ----------------------------------------------------------------


def with_notes(path: str, paragraphs: list[str]) -> list[str]:
    """Return the paragraphs about a method, with notes of what is not as expected at their end."""
    text = paragraphs[:1]
    notes: list[str] = []
    for paragraph in paragraphs[1:]:
        joined = " ".join(paragraph.split())
        linked = LINKED.fullmatch(joined)
        if linked:
            if path not in endpoints():
                text.append(f"API documentation: {links(linked[1], linked[2].split())}.")
        elif joined.startswith(UNDOCUMENTED):
            known = joined.removeprefix(UNDOCUMENTED)
            notes.append(f"This is not in the official documentation. It is known to {known}")
        elif paragraph.startswith("    "):
            # Code goes on, stands below a text that announces it, or is marked as such.
            goes_on = text[-1].startswith((" ", ".. code-block")) or text[-1].endswith(":")
            text.append(paragraph if goes_on else f".. code-block:: python\n\n{paragraph}")
        elif path in QUIRKS and not paragraph.startswith("-") and joined[-1] != ":":
            notes.append(joined)
        else:
            text.append(paragraph)
    notes += [NOTES[path]] if path in NOTES else []
    if notes:
        text.append(".. note::\n\n" + "\n\n".join(f"   {note}" for note in notes))
    return text


def process_docstring(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Make notes of what is not as expected, and links of sources and of options of the call."""
    del app, obj, options
    path = paths().get(name)
    if what != "method" or path is None:
        return
    head, found, rest = "\n".join(lines).partition("\nArgs:\n")
    if not found:
        head, found, rest = "\n".join(lines).partition("\nReturns:\n")
    text = with_notes(path, head.rstrip().split("\n\n"))
    rest = OPTIONS.sub(lambda match: f":ref:`{match[0]} <options-of-a-call>`", rest)
    # In reStructuredText, `from_` is a reference.
    rest = re.sub(r"^(    \w+)_: ", r"\1\\_: ", rest, flags=re.MULTILINE)
    lines[:] = ("\n\n".join(text) + "\n" + found + rest).splitlines()


@cache
def returned() -> dict[str, list[str]]:
    """Return which methods return each model, as references, by the model's name."""
    found: dict[str, list[str]] = {}
    for full, path in paths().items():
        module, owner, method = full.rsplit(".", 2)
        function = getattr(getattr(import_module(module), owner, None), method, None)
        annotation = getattr(function, "__annotations__", {}).get("return", "")
        for name in {*re.findall(r"\w+", annotation)} & {*models.__all__}:
            found.setdefault(name, []).append(f":py:meth:`client.{path}() <{full}>`")
    return found


@cache
def held() -> dict[str, list[str]]:
    """Return which attributes of models hold each model, as references, by the model's name."""
    found: dict[str, list[str]] = {}
    named = ((name, getattr(models, name)) for name in models.__all__)
    kinds = {name: kind for name, kind in named if isinstance(kind, type)}
    for name, owner in kinds.items():
        types = attribute_types(owner)
        for field in fields_of(owner) if issubclass(owner, Model) else ():
            attribute, annotation = field.name, types[field.name]
            for kind in {*re.findall(r"\w+", annotation)} & kinds.keys() - {name}:
                target = f"scalingo_async.models.{name}.{attribute}"
                found.setdefault(kind, []).append(f":py:attr:`{name}.{attribute} <{target}>`")
    return found


def say_where_from(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Tell in the text of a model which methods return it, or where it is part of another one."""
    del app, what, options
    module, _, model = name.rpartition(".")
    if module != "scalingo_async.models" or not isinstance(obj, type):
        return
    where = []
    if model in returned():
        where = [f"Returned by {', '.join(returned()[model])}.", ""]
    elif model in held():
        where = [f"Found in {', '.join(held()[model])}.", ""]
    place = next((n for n, line in enumerate(lines) if line.startswith(".. attribute::")), None)
    place = len(lines) if place is None else place
    lines[place:place] = ["", *where]


def process_signature(
    app: Sphinx,
    what: str,
    name: str,
    obj: object,
    options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str, str | None] | None:
    """Write `Unset` as its module does."""
    del app, what, name, obj, options
    return UNSET.sub("Unset", signature) if signature else signature, returns


def show_as_called(app: Sphinx, domain: str, objtype: str, content: addnodes.desc_content) -> None:
    """Show a method as it is called on the client, and not as one of a class."""
    del app
    if domain != "py" or objtype not in {"method", "class"}:
        return
    for signature in content.parent.findall(addnodes.desc_signature):
        full = f"{signature.get('module')}.{signature.get('fullname')}"
        path = paths().get(full)
        if path is None:
            continue
        # Its section is in the table of contents already.
        signature["_toc_name"] = ""
        if objtype == "class":
            continue
        owner = addnodes.desc_sig_name("", f"client.{path.rpartition('.')[0]}.")
        for part in signature.findall(addnodes.desc_addname):
            part.clear()
            part.append(owner)
        for part in signature.findall(addnodes.desc_annotation):
            if part.astext().strip() == "async":
                part.clear()
                part.extend([addnodes.desc_sig_keyword("", "await"), addnodes.desc_sig_space()])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register everything."""
    app.add_directive("resources", ResourcesDirective)
    app.add_directive("namespaces", NamespacesDirective)
    app.connect("autodoc-process-docstring", process_docstring, priority=300)
    app.connect("autodoc-process-docstring", say_where_from, priority=450)
    app.connect("autodoc-process-signature", process_signature, priority=600)
    app.connect("object-description-transform", show_as_called)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
