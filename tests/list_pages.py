"""Lists of the facts: which there are, and their pages as the platform answers with them."""

import json
from typing import Any

from api_facts import OPERATIONS, answer_to, arguments, method_of

PAGED = sorted(id_ for id_, fact in OPERATIONS.items() if fact["pagination"] != "none")
BY_CURSOR = {id_ for id_ in PAGED if OPERATIONS[id_]["pagination"] == "cursor"}


def page_of(id_: str, counts: list[int], number: int) -> Any:
    """Return a page of a list, from 1, where the pages have so many items each."""
    body = json.loads(answer_to(id_, full=False))
    root = next(key for key, value in body.items() if isinstance(value, list))
    item = body[root][0]
    ids = [number * 10 + n for n in range(counts[number - 1])]
    if isinstance(item, dict) and "id" in item:
        body[root] = [{**item, "id": type(item["id"])(one)} for one in ids]
    else:
        body[root] = [item] * len(ids)
    following = number + 1 if number < len(counts) else None
    if id_ in BY_CURSOR:
        return body | {"next_cursor": following, "has_more": following is not None}
    position = {
        "current_page": number,
        "next_page": following,
        "prev_page": number - 1 or None,
        "total_pages": len(counts),
        "total_count": sum(counts),
    }
    return body | {"meta": {"pagination": position}}


def listed(client: Any, id_: str) -> Any:
    """Call a list method for all that it has."""
    ids, rest = arguments(client, id_)
    parts = {"page", "per_page", "cursor", "from_"}
    return method_of(client, id_)(*ids, **{k: v for k, v in rest.items() if k not in parts})
