"""Pagination."""

from collections.abc import Sequence
from typing import TypeVar

from scalingo_async.sandbox.behaviour.call import Call
from scalingo_async.sandbox.json_types import Json

__all__ = ["MAX_PER_PAGE", "paginate"]

MAX_PER_PAGE = 100

T = TypeVar("T")


def paginate(
    call: Call, items: Sequence[T], *, per_page: int, previous: str = "prev_page"
) -> tuple[Sequence[T], Json]:
    """Return the page that the query asks for, and the `meta` of the response.

    A value that isn't a number counts as missing. A page past the end is empty. `previous` is the
    key for the previous page's number, for lists that use another name.
    """
    size = min(_number(call.query("per_page")) or per_page, MAX_PER_PAGE)
    page = _number(call.query("page")) or 1
    total = -(-len(items) // size)
    inside = page <= total
    pagination = {
        "current_page": page,
        "next_page": page + 1 if page < total else None,
        previous: page - 1 if inside and page > 1 else None,
        "total_pages": total,
        "total_count": len(items),
    }
    return items[(page - 1) * size : page * size], {"pagination": pagination}


def _number(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return int(text) or None
