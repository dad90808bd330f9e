"""Stacks that apps run on."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, performs
from scalingo_async._core.names import Kind
from scalingo_async._core.operation import Auth
from scalingo_async.models.stacks import Stack
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Stacks"]

LIST: Final[Endpoint[list[Stack]]] = items(
    "stacks.list", "GET", "/features/stacks", Stack, root="stacks", auth=Auth.NONE
)


def _label(stack: Stack) -> str:
    return f"{stack.name} (deprecated)" if stack.deprecated_at else stack.name


STACK: Final = Kind("stack", LIST, kept=True, label=_label)


class Stacks(Resource):
    """Base images that apps are built and run on."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[Stack]:
        """List the stacks, including deprecated ones.

        No token is required.

        Source: API documentation, “List available stacks”:
        https://developers.scalingo.com/stacks#list-available-stacks

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)
