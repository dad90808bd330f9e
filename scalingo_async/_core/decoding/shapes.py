"""Responses with more than one shape: each is converted to the declared one before decoding.

The documentation and the official clients disagree about some answers. These functions make what
an endpoint's `reshape` wants; data that they do not recognize passes as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    Reshape: TypeAlias = Callable[[Any], Any]


def member(data: Any, key: str) -> Any:
    """Return what an object holds under a key; `None` when it does not, or is no object."""
    return data.get(key) if data.__class__ is dict else None


def with_root(root: str, sign: str) -> Reshape:
    """Accept an object that lacks its root.

    Args:
        root: The root.
        sign: A key by which the bare object is known.

    Returns:
        A function that puts the root back.
    """

    def reshape(data: Any) -> Any:
        bare = member(data, root) is None and member(data, sign) is not None
        return {root: data} if bare else data

    return reshape


def without_root(root: str) -> Reshape:
    """Accept an object under a root that is not declared.

    Args:
        root: The root.

    Returns:
        A function that takes the root off.
    """

    def reshape(data: Any) -> Any:
        inner = member(data, root)
        return inner if inner.__class__ is dict else data

    return reshape


def one_of_list(root: str) -> Reshape:
    """Accept a list of one where an object is declared.

    Args:
        root: The root that it is under.

    Returns:
        A function that takes the object out of the list.
    """

    def reshape(data: Any) -> Any:
        inner = member(data, root)
        alone = inner.__class__ is list and len(inner) == 1
        return {**data, root: inner[0]} if alone else data

    return reshape


def list_of_one(root: str) -> Reshape:
    """Accept an object where a list is declared.

    Args:
        root: The root that it is under.

    Returns:
        A function that makes a list of the object.
    """

    def reshape(data: Any) -> Any:
        inner = member(data, root)
        return {**data, root: [inner]} if inner.__class__ is dict else data

    return reshape


def nested_page(root: str) -> Reshape:
    """Accept a page whose items and position are both under the root.

    Args:
        root: The root that they are under.

    Returns:
        A function that puts the items under the root, and the position where other lists have it.
    """

    def reshape(data: Any) -> Any:
        page = member(data, root)
        if page.__class__ is not dict or "data" not in page:
            return data
        return {root: page.get("data"), "meta": {"pagination": page.get("meta")}}

    return reshape
