"""Links from classes and methods to their lines in the source.

`sphinx.ext.viewcode` does this too, and takes as long as all the rest: each of its pages goes
through the theme and through Pygments. These pages are the text of the modules, with numbered
lines.
"""

from __future__ import annotations

import ast
import html
import pkgutil
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

import scalingo_async

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

KINDS = {"class", "exception", "function", "method"}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{module}</title>
<style>
:root {{ color-scheme: light dark; font-family: system-ui, sans-serif; }}
body {{ margin: 1rem; }}
pre {{ line-height: 1.5; overflow-x: auto; }}
pre span {{ display: block; min-height: 1.5em; }}
pre span::before {{
  content: attr(id); color: gray; display: inline-block; padding-right: 1.5em; text-align: right;
  user-select: none; width: 4ch;
}}
pre span:target {{ background: #ffd54f55; }}
</style>
</head>
<body>
<p><a href="{root}reference/index.html">Reference</a> · <code>{module}</code></p>
<pre>{lines}</pre>
</body>
</html>
"""


def page_of(module: str) -> str:
    return f"_modules/{module.replace('.', '/')}"


@cache
def text_of(module: str) -> str:
    spec = find_spec(module)
    return Path(spec.origin).read_text("utf-8") if spec and spec.origin else ""


@cache
def lines_of(module: str) -> dict[str, int]:
    """Return the first line of each class and function of a module, by its qualified name."""

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, int]]:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                yield f"{prefix}{node.name}", first
                if isinstance(node, ast.ClassDef):
                    yield from walk(node.body, f"{prefix}{node.name}.")

    return dict(walk(ast.parse(text_of(module)).body, ""))


def place(module: str, name: str) -> tuple[str, int] | None:
    """Return the module and the line where something that is documented as `name` is defined."""
    found: object = import_module(module)
    for step in name.split("."):
        found = getattr(found, step, None)
    home = getattr(found, "__module__", None)
    if not isinstance(home, str) or not home.startswith(scalingo_async.__name__):
        return None
    line = lines_of(home).get(getattr(found, "__qualname__", ""))
    return None if line is None else (home, line)


def add_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put a link behind each signature."""
    if app.builder.format != "html":
        return
    for described in doctree.findall(addnodes.desc):
        if described.get("domain") != "py" or described.get("objtype") not in KINDS:
            continue
        for signature in described.findall(addnodes.desc_signature):
            module, name = signature.get("module"), signature.get("fullname")
            found = place(module, name) if module and name else None
            if found is None or signature.parent is not described:
                continue
            uri = app.builder.get_relative_uri(docname, page_of(found[0]))
            text = nodes.inline("", "[source]", classes=["viewcode-link"])
            link = nodes.reference("", "", text, internal=True, refuri=f"{uri}#{found[1]}")
            signature.append(link)


def write_pages(app: Sphinx, problem: Exception | None) -> None:
    """Write the modules as pages, once all is there."""
    if problem or app.builder.format != "html":
        return
    package = scalingo_async.__name__
    names = [package]
    names += [info.name for info in pkgutil.walk_packages(scalingo_async.__path__, f"{package}.")]
    for module in names:
        target = Path(app.outdir) / f"{page_of(module)}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(
            f'<span id="{number}">{html.escape(line, quote=False)}</span>'
            for number, line in enumerate(text_of(module).splitlines(), 1)
        )
        root = "../" * (module.count(".") + 1)
        target.write_text(PAGE.format(module=module, lines=lines, root=root), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register everything."""
    app.connect("doctree-resolved", add_links)
    app.connect("build-finished", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
