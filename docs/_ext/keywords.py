"""Words that people search for, and the pages that they look for.

The search of the site puts these pages first. It needs an entry for a number such as `429` in any
case: numbers are left out where it looks at the text of pages. What a page has in its title is
found without an entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx import addnodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

KEYWORDS = {
    "how-to/asyncio-and-trio": ["anyio", "asyncio", "event loop", "trio"],
    "how-to/authentication": ["401", "api key", "login", "token"],
    "how-to/blocking": ["sync", "synchronous"],
    "how-to/databases": ["mongodb", "mysql", "postgresql"],
    "how-to/errors": ["403", "404", "422", "500", "exception"],
    "how-to/logs": ["streaming", "websocket"],
    "how-to/notebook": ["ipython", "jupyter"],
    "how-to/one-off": ["one-off", "terminal"],
    "how-to/pagination": ["pagination"],
    "how-to/rate-limit": ["429", "rate limit", "throttle"],
    "how-to/serialization": ["json", "serialize"],
    "how-to/several-workers": ["redis"],
    "how-to/tables": ["csv", "dataframe", "pandas", "polars"],
    "how-to/testing": ["mock", "pytest", "unit test"],
    "how-to/timeouts-and-retries": ["backoff", "deadline", "retry", "timeout"],
    "how-to/transfers": ["atomic", "download", "resume", "upload"],
    "how-to/transports": ["aiohttp", "http2", "httpx", "proxy"],
    "how-to/webhooks": ["signature", "webhook"],
    "reference/resources/apps": ["scale"],
    "reference/resources/databases-backups": ["backup", "restore"],
}


class Keywords(SphinxTransform):
    """Puts the entries of a page into the index."""

    default_priority = 500

    def apply(self, **kwargs: object) -> None:
        del kwargs
        words = KEYWORDS.get(self.env.docname, [])
        if words:
            entries = [("single", word, "", "main", None) for word in words]
            self.document.insert(0, addnodes.index(entries=entries))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform."""
    app.add_transform(Keywords)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
