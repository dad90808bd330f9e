"""The tree of pages in the sidebar, with the captions of all groups.

Sphinx shows captions on the first level alone. It also copies the sections of all pages for each
page, to throw them away again, which took half of the time of writing.
"""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from sphinx import addnodes

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def groups(app: Sphinx, docname: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the captions on a page, with titles and names of the pages below each."""
    titles = app.env.titles
    return [
        (
            toctree.get("caption") or "",
            [(title or titles[name].astext(), name) for title, name in toctree["entries"]],
        )
        for toctree in app.env.tocs[docname].findall(addnodes.toctree)
    ]


def rendered(app: Sphinx, docname: str, **options: object) -> str:
    """Return the tree as HTML, as seen from a page."""
    del options
    above = {docname}
    for parent, below in list(app.env.toctree_includes.items()) * 3:
        if above & {*below}:
            above.add(parent)
    tree = partial(_items, app, docname, above)
    blocks: list[str] = []
    for caption, pages in groups(app, app.config.root_doc):
        if caption:
            text = f'<span class="caption-text">{escape(caption)}</span>'
            blocks.append(f'<p class="caption" role="heading">{text}</p>')
        blocks.append(f"<ul>{tree(pages, 1)}</ul>")
    return "\n".join(blocks)


def _items(
    app: Sphinx, docname: str, above: set[str], pages: list[tuple[str, str]], level: int
) -> str:
    out: list[str] = []
    for title, name in pages:
        current = " current" if name in above else ""
        target = "#" if name == docname else app.builder.get_relative_uri(docname, name)
        below = ""
        for caption, children in groups(app, name):
            if caption:
                below += f'<li class="toctree-l{level + 1} group">{escape(caption)}</li>'
            below += _items(app, docname, above, children, level + 1)
        out.append(
            f'<li class="toctree-l{level}{current}">'
            f'<a class="reference internal{current}" href="{target}">{escape(title)}</a>'
            f"{below and f'<ul>{below}</ul>'}</li>"
        )
    return "\n".join(out)


def replace_tree(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    del templatename, doctree
    context["toctree"] = partial(rendered, app, pagename)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the tree, before the theme asks for it."""
    app.connect("html-page-context", replace_tree, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
