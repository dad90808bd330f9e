"""Models: pagination: the position of a page in its list."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "PaginationMeta",
]


@attrs.define(kw_only=True)
class PaginationMeta(Model):
    """The position of a page in a list, and the size of the list.

    Most lists have `None` for the page before the first and after the last; some repeat the number
    of the first or the last page.

    Attributes:
        current_page: Number of this page, from 1.
        prev_page: Number of the previous page.
        next_page: Number of the next page.
        total_pages: Total number of pages.
        total_count: Total number of items.
        per_page: Number of items per page, in some responses.
    """

    current_page: int
    prev_page: int | None = None
    next_page: int | None = None
    total_pages: int
    total_count: int
    per_page: int | None = None
