"""Models: pagination: the position of a page in its list."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "PaginationMeta",
]


@attrs.define(kw_only=True)
class PaginationMeta(Model):
    """Which page of a list it is, and how many there are.

    Most lists say `None` for the page before the first and after the last; some repeat the first
    and the last.

    Attributes:
        current_page: Number of this page, from 1.
        prev_page: Number of the page before.
        next_page: Number of the page after.
        total_pages: Number of pages.
        total_count: Number of items on all pages.
        per_page: Number of items on a page, in some answers.
    """

    current_page: int
    prev_page: int | None = None
    next_page: int | None = None
    total_pages: int
    total_count: int
    per_page: int | None = None
