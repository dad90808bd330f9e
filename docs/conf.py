"""How the documentation is built: `nox -s docs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from scalingo_async import __version__

project = "scalingo_async"
author = "The scalingo_async developers"
project_copyright = author
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "reference",
    "operations",
    "coverage",
    "sources",
    "sidebar",
    "keywords",
]
# Examples are on the pages of their resources.
exclude_patterns = ["_build", "reference/examples"]

nitpicky = True
default_role = "maybe"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True}
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"

napoleon_numpy_docstring = False

copybutton_prompt_text = "$ "
copybutton_exclude = ".linenos, .go"

html_theme = "furo"
html_title = f"scalingo_async {release}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_copyright = False
