"""Pagination: lists that come in pages, awaitable for the first page, iterable for everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn, TypeVar, cast, overload

import attrs

from scalingo_async._core.arguments import at_least, is_integer
from scalingo_async._core.decoding import decoder
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.door import DETACHED, DOOR, blocks
from scalingo_async._core.endpoint import decode_error
from scalingo_async._core.misuse import OnlyAsyncFor
from scalingo_async._core.operation import Pages
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.errors import InvalidArgumentError, PaginationError
from scalingo_async.models.base import bound
from scalingo_async.models.pagination import PaginationMeta

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterator

    from scalingo_async._core.door import Door
    from scalingo_async._core.endpoint import Endpoint
    from scalingo_async.models.base import Bindable, Waiter
    from scalingo_async.request import Response

__all__ = ["Page", "Paginator"]

T = TypeVar("T")

_IDS_KEPT: Final = 1000

EMPTY_PAGES: Final = 100
"""So many empty pages in a row, each with one that follows, are a list without an end."""


@attrs.frozen(eq=False)
class Page(Sequence[T], Generic[T]):
    """One page of a list; a sequence of its items.

    Attributes:
        items: The items.
        meta: Which page it is and how many there are; `None` for lists that the platform does
            not paginate, or paginates by cursor.
        next_cursor: What the following page is asked for with, for lists by cursor.
    """

    items: list[T]
    meta: PaginationMeta | None = None
    next_cursor: str | None = None
    _following: Paginator[T] | None = attrs.field(default=None, repr=False)
    # Whether there was one before this was pickled.
    _cut: bool = attrs.field(default=False, repr=False)
    _door: Door | None = attrs.field(factory=DOOR.get, repr=False)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __eq__(self, other: object) -> bool:
        return self.items == getattr(other, "items", other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return self._following is not None or self._cut

    @property
    def following(self) -> Paginator[T] | None:
        """The following page, not fetched yet; `None` after the last.

        It is `None` as well on a page that was pickled or copied deeply: `next` says so then.
        """
        following = self._following
        return following if self._door is None else self._door.facade(following)

    @blocks
    async def next(self) -> Page[T] | None:
        """Fetch the following page, with the options of this one; `None` after the last.

        Raises:
            InvalidArgumentError: The page was pickled, or copied deeply, and does not know how to
                fetch another one.
            ScalingoError: The request failed.
        """
        if self._following is not None:
            return await self._following
        if not self._cut:
            return None
        raise InvalidArgumentError(
            "this Page can't fetch the one that follows: it is a copy, or came from a pickle. Ask "
            f"the client for the list again, with {self._position_of_next()}"
        )

    def _position_of_next(self) -> str:
        if self.meta is None:
            return "cursor=page.next_cursor"
        return f"page={self.meta.next_page}"

    def __copy__(self) -> Page[T]:
        return Page(self.items, self.meta, self.next_cursor, self._following, self._cut, self._door)

    def __reduce__(self) -> tuple[object, ...]:
        # What follows belongs to a client, which stays where it is.
        door = None if self._door is None else DETACHED
        return Page, (self.items, self.meta, self.next_cursor, None, self.has_next, door)


class Paginator(OnlyAsyncFor, Uncopyable, Generic[T]):
    """A list that was asked for, but not fetched yet.

    Await it for its first page, iterate over it for all items of all pages:

        page = await client.events.list("my-app")
        async for event in client.events.list("my-app"): ...

    Each page is one request, made when it is needed. Where a coroutine is due, as for
    `asyncio.create_task` or `asyncio.run`, give `collect()`.
    """

    __slots__ = ("_empty", "_endpoint", "_fetch", "_past", "_position", "_waiter")

    def __init__(
        self,
        endpoint: Endpoint[list[T]],
        fetch: Callable[[dict[str, Any]], Awaitable[Response]],
        position: dict[str, Any] | None = None,
        past: frozenset[str] = frozenset(),
        *,
        waiter: Waiter | None = None,
        empty: int = 0,
    ) -> None:
        self._endpoint = endpoint
        self._fetch = fetch
        self._position = position or {}
        # How the items are waited for, if they can be.
        self._waiter = waiter
        # The cursors that led here.
        self._past = past
        # How many pages before this one, without a gap, were empty.
        self._empty = empty

    @property
    def model(self) -> type[T]:
        """The class of the items."""
        return cast("type[T]", self._endpoint.model)

    def __await__(self) -> Generator[Any, Any, Page[T]]:
        return self._page().__await__()

    async def _page(self) -> Page[T]:
        response = await self._fetch(self._position)
        items = self._endpoint.decode(response)
        waiter = self._waiter
        if waiter is not None:
            for item in items:
                bound(cast("Bindable", item), waiter)
        if self._endpoint.pages is Pages.NONE:
            return Page(items)
        # Parsed a second time for what stands beside the items: pages are small.
        body = self._endpoint.load(response)
        if not isinstance(body, dict):
            return Page(items)
        body = cast("dict[str, Any]", body)
        if self._endpoint.pages is Pages.CURSOR:
            return self._by_cursor(items, body, response)
        return self._by_number(items, body, response)

    def _by_number(self, items: list[T], body: dict[str, Any], response: Response) -> Page[T]:
        meta = _meta(body, response)
        # Some lists never say null for the next page, so its number is not believed alone.
        if meta is None or meta.next_page is None or meta.current_page >= meta.total_pages:
            return Page(items, meta)
        if meta.next_page <= self._position.get("page", 1):
            raise _stuck(self._endpoint, f"page {meta.next_page}")
        return Page(items, meta, None, self._after(items, {"page": meta.next_page}, self._past))

    def _by_cursor(self, items: list[T], body: dict[str, Any], response: Response) -> Page[T]:
        cursor = body.get("next_cursor")
        if is_integer(cursor):
            cursor = str(cursor)
        if cursor is not None and not isinstance(cursor, str):
            raise decode_error(response, "next_cursor should be a string", "$.next_cursor")
        if not cursor or body.get("has_more") is False:
            return Page(items, None, cursor or None)
        past = self._past | {self._position.get("cursor", "")}
        if cursor in past:
            raise _stuck(self._endpoint, "the same cursor")
        return Page(items, None, cursor, self._after(items, {"cursor": cursor}, past))

    def _after(
        self, items: list[T], position: dict[str, Any], past: frozenset[str]
    ) -> Paginator[T]:
        """Return the page that follows; one that is empty ends nothing, a long row of them does."""
        empty = 0 if items else self._empty + 1
        if empty >= EMPTY_PAGES:
            raise PaginationError(
                f"{self._endpoint.id}: the platform answers with page after page, and the last "
                f"{empty} were empty"
            )
        return Paginator(
            self._endpoint,
            self._fetch,
            {**self._position, **position},
            past,
            waiter=self._waiter,
            empty=empty,
        )

    def pages(self, *, max_pages: int | None = None) -> AsyncIterator[Page[T]]:
        """Iterate over the pages.

        Each is fetched when it is asked for; one that is empty is not always the last.
        `PaginationError` is raised when they lead in a circle, or when a hundred in a row are
        empty and the platform still names another.

        Args:
            max_pages: Stop after so many, `None` for all.

        Returns:
            The pages.

        Raises:
            InvalidArgumentError: The number is none, or negative.
        """
        if max_pages is not None:
            at_least(max_pages, "max_pages", 0)
        return _Pages(self, max_pages)

    def __aiter__(self) -> AsyncIterator[T]:
        return _Items(_Pages(self, None))

    async def collect(self, *, limit: int | None = None) -> list[T]:
        """Fetch the items into a list.

        Args:
            limit: Stop after so many items, `None` for all of them.

        Returns:
            The items.

        Raises:
            InvalidArgumentError: The limit is no whole number, or negative.
        """
        if limit is not None:
            at_least(limit, "limit", 0)
        out: list[T] = []
        if limit == 0:
            return out
        async for item in self:
            out.append(item)
            if limit is not None and len(out) >= limit:
                break
        return out

    def __repr__(self) -> str:
        # Event loops show this to those who give them a list where a coroutine is due.
        return (
            f"<Paginator {self._endpoint.id}: await it, read it with `async for`, or give its "
            ".collect(), which is a coroutine>"
        )

    if not TYPE_CHECKING:
        _hint = (
            ", awaited for its first page, or collected: `async for item in ...`, "
            "`page = await ...`, `items = await ....collect()`"
        )

        def __bool__(self) -> NoReturn:
            raise TypeError(
                "a Paginator is neither true nor false before it is fetched: await it for its "
                "first page, or `.collect()` for all items"
            )


class _Pages(OnlyAsyncFor, Uncopyable, AsyncIterator[Page[T]]):
    """Goes from page to page.

    It is not a generator: whoever leaves one half way leaves its end to the garbage collector,
    which trio complains about.
    """

    __slots__ = ("_following", "_left")

    def __init__(self, first: Paginator[T], max_pages: int | None) -> None:
        self._following: Paginator[T] | None = first
        self._left = max_pages

    async def __anext__(self) -> Page[T]:
        if self._following is None or self._left == 0:
            raise StopAsyncIteration
        page = await self._following
        self._following = page._following  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        if self._left is not None:
            self._left -= 1
        return page


class _Items(OnlyAsyncFor, Uncopyable, AsyncIterator[T]):
    """Goes from item to item.

    What is created while one reads moves items on to the following page: they come twice, and
    are left out the second time.
    """

    __slots__ = ("_items", "_many", "_pages", "_seen")

    def __init__(self, pages: _Pages[T]) -> None:
        self._pages = pages
        self._items: Iterator[T] = iter(())
        self._many = False
        self._seen: dict[str, None] = {}

    async def __anext__(self) -> T:
        while True:
            for item in self.at_hand():
                return item
            page = await anext(self._pages)
            self._many = self._many or page.has_next
            self._items = iter(page)

    def at_hand(self) -> Iterator[T]:
        """Iterate over the items that no page has to be fetched for."""
        return (item for item in self._items if not self._many or self._is_new(item))

    def _is_new(self, item: T) -> bool:
        id_ = getattr(item, "id", None)
        if not isinstance(id_, str) or not id_:
            return True
        if id_ in self._seen:
            return False
        self._seen[id_] = None
        if len(self._seen) > _IDS_KEPT:
            del self._seen[next(iter(self._seen))]
        return True


def _meta(body: dict[str, Any], response: Response) -> PaginationMeta | None:
    meta = body.get("meta")
    data = cast("dict[str, Any]", meta).get("pagination") if isinstance(meta, dict) else None
    if not isinstance(data, dict):
        return None
    data = cast("dict[str, Any]", data)
    if "previous_page" in data and "prev_page" not in data:
        # Two spellings are in use.
        data = {**data, "prev_page": data["previous_page"]}
        del data["previous_page"]
    try:
        return decoder.structure(data, PaginationMeta)
    except MismatchError as misfit:
        where = misfit.where().replace("$", "$.meta.pagination", 1)
        problem = decode_error(
            response, f"{where} should be {misfit.expected}, but is {misfit.found}", where
        )
    raise problem


def _stuck(endpoint: Endpoint[Any], what: str) -> PaginationError:
    return PaginationError(f"{endpoint.id}: the platform answers with {what} again and again")
