"""Pagination: lists in pages, awaitable for the first page, iterable for all items."""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterator,
    Mapping,
    Sequence,
)
from operator import is_
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    NoReturn,
    TypeVar,
    cast,
    overload,
)

import attrs

from scalingo_async import models
from scalingo_async._core.arguments import (
    at_least,
    is_integer,
    plain_answer,
    plain_function,
    wrong_kind,
)
from scalingo_async._core.decoding import converters
from scalingo_async._core.decoding.given import data_of_text, made_of, member
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.decoding.results import Result
from scalingo_async._core.door import DETACHED, DOOR, Door, blocks, call_back
from scalingo_async._core.endpoint import Endpoint, decode_error
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.misuse import OnlyAsyncFor
from scalingo_async._core.operation import Pages
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.errors import InvalidArgumentError, NotFoundError, PaginationError
from scalingo_async.models.base import Bindable, Waiter, bound, placed
from scalingo_async.request import Response
from scalingo_async.types import JSONValue

if TYPE_CHECKING:
    from scalingo_async._core import matching
else:
    # Most lists are never searched.
    matching = LazyModule("scalingo_async._core.matching")

__all__ = ["Page", "Paginator"]

T = TypeVar("T")
K = TypeVar("K")

_IDS_KEPT: Final = 1000

EMPTY_PAGES: Final = 100
"""This many consecutive empty pages with a next page count as an endless list."""


@attrs.frozen(eq=False)
class Page(Result, Sequence[T], Generic[T]):
    """One page of a list; a sequence of its items.

    Attributes:
        items: The items.
        meta: The page number and the number of pages; `None` for lists that the platform doesn't
            paginate, or paginates by cursor.
        next_cursor: The cursor of the next page, for lists with cursors.
    """

    _written: ClassVar = ("items", "meta", "next_cursor")

    items: list[T]
    meta: models.PaginationMeta | None = None
    next_cursor: str | None = None
    _following: Paginator[T] | None = attrs.field(default=None, repr=False)
    # Whether there was a next page before this was pickled.
    _cut: bool = attrs.field(default=False, repr=False)
    _door: Door | None = attrs.field(factory=DOOR.get, repr=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, JSONValue], kind: type[K]) -> Page[K]:
        """Make a page from JSON data, as returned by `to_dict(secrets=True)`.

        Args:
            data: The object. It is copied.
            kind: The class of its items, such as `App`.

        Returns:
            The page. It knows whether there is a next page, but can't fetch it.

        Raises:
            InvalidArgumentError: The data doesn't fit, or contains `types.MASK` instead of a
                secret; the message says where.
        """

        def make(members: dict[str, JSONValue]) -> Page[K]:
            if "items" not in members:
                raise MismatchError("an object with items", "one without")
            meta = member(members, "meta", models.PaginationMeta | None)
            cursor = member(members, "next_cursor", str | None)
            more = cursor is not None or (meta is not None and meta.next_page is not None)
            items = member(members, "items", cast("Any", list)[kind])
            return Page(items, meta, cursor, None, more)

        return made_of(cls.__name__, data, make)

    @classmethod
    def from_json(cls, text: str | bytes, kind: type[K]) -> Page[K]:
        """Make a page from a JSON text, like `from_dict` from data.

        Args:
            text: A JSON object.
            kind: What its items are, such as `App`.

        Returns:
            The page.

        Raises:
            InvalidArgumentError: It isn't JSON, doesn't fit, or contains `types.MASK` instead of a
                secret; the message says where.
        """
        return cls.from_dict(data_of_text(cls.__name__, text), kind)

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
        """Whether there is a next page."""
        return self._following is not None or self._cut

    @property
    def following(self) -> Paginator[T] | None:
        """The next page, not fetched yet; `None` after the last.

        It is also `None` on a page from a pickle or a deep copy; `next` raises an error then.
        """
        following = self._following
        return following if self._door is None else self._door.facade(following)

    @blocks
    async def next(self) -> Page[T] | None:
        """Fetch the next page, with the options of this one; `None` after the last.

        Raises:
            InvalidArgumentError: The page comes from a pickle or a deep copy, so it isn't attached
                to a client.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        if self._following is not None:
            return await self._following
        if not self._cut:
            return None
        raise InvalidArgumentError(
            "this Page can't fetch the next one: it isn't attached to a client, because it is "
            "a copy "
            f"or came from a pickle. Fetch the list again, with {self._position_of_next()}"
        )

    def _position_of_next(self) -> str:
        if self.meta is None:
            return "cursor=page.next_cursor"
        return f"page={self.meta.next_page}"

    def __repr__(self) -> str:
        kinds = {type(item).__name__ for item in self.items}
        kind = f" {kinds.pop()}" if len(kinds) == 1 else ""
        place = ", more follow" if self.has_next else ""
        if self.meta is not None:
            place = f", page {self.meta.current_page} of {self.meta.total_pages}"
        return f"<Page of {len(self.items)}{kind}{place}>"

    def _repr_html_(self) -> str:
        """Return an HTML table, for notebooks."""
        from scalingo_async._core.tables import table_of_items

        return table_of_items(self.items, repr(self).strip("<>"))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from scalingo_async._core.decoding.schemas import page_schema

        return page_schema(cls, source, cls._made, handler)

    @classmethod
    def _made(cls, page: Page[Any] | None, values: dict[str, Any]) -> Page[Any]:
        """Make a page from validated items, which another page may share."""
        if page is None:
            return cls(**values)
        if len(page.items) == len(values["items"]) and all(map(is_, page.items, values["items"])):
            return page
        return attrs.evolve(page, **values)

    def __copy__(self) -> Page[T]:
        return Page(self.items, self.meta, self.next_cursor, self._following, self._cut, self._door)

    def __reduce__(self) -> tuple[object, ...]:
        # The next page belongs to a client, which can't be pickled.
        door = None if self._door is None else DETACHED
        return Page, (self.items, self.meta, self.next_cursor, None, self.has_next, door)


class Paginator(OnlyAsyncFor, Uncopyable, Generic[T]):
    """A list that has not been fetched yet.

    Await it for its first page, iterate over it for all items of all pages:

        page = await client.events.list("my-app")
        async for event in client.events.list("my-app"): ...

    Find a single item by its fields, or with a function:

        domain = await client.domains.list("my-app").find(name="www.example.com")
        pending = await client.collaborators.list("my-app").first(lambda c: c.user_id is None)

    Each page is one request, sent when it is needed. Where a coroutine is required, as in
    `asyncio.create_task` or `asyncio.run`, pass `collect()`.
    """

    __slots__ = (
        "_empty",
        "_endpoint",
        "_fetch",
        "_noted",
        "_past",
        "_position",
        "_region",
        "_waiter",
    )

    def __init__(
        self,
        endpoint: Endpoint[list[T]],
        fetch: Callable[[dict[str, Any]], Awaitable[Response]],
        position: dict[str, Any] | None = None,
        past: frozenset[str] = frozenset(),
        *,
        waiter: Waiter | None = None,
        noted: Callable[[T], object] | None = None,
        region: str | None = None,
        empty: int = 0,
    ) -> None:
        self._endpoint = endpoint
        self._fetch = fetch
        self._position = position or {}
        # The waiter of the items, if they can be waited for.
        self._waiter = waiter
        # The function that is called with each item, if there is one.
        self._noted = noted
        # The region of the apps in the items, if it isn't the client's.
        self._region = region
        # The cursors that led here.
        self._past = past
        # How many consecutive pages before this one were empty.
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
        self._look_at(items)
        if self._endpoint.pages is Pages.NONE:
            return Page(items)
        # Parsed a second time for the fields besides the items: pages are small.
        body = self._endpoint.load(response)
        if not isinstance(body, dict):
            return Page(items)
        body = cast("dict[str, Any]", body)
        if self._endpoint.pages is Pages.CURSOR:
            return self._by_cursor(items, body, response)
        return self._by_number(items, body, response)

    def _look_at(self, items: list[T]) -> None:
        """Attach the items to the client, and pass them to the function that needs them."""
        waiter = self._waiter
        if waiter is not None:
            for item in items:
                bound(cast("Bindable", item), waiter)
        if self._noted is not None:
            for item in items:
                self._noted(item)
        placed(items, self._region)

    def _by_number(self, items: list[T], body: dict[str, Any], response: Response) -> Page[T]:
        meta = _meta(body, response)
        # Some lists never have null as the next page, so the number alone isn't trusted.
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
        """Return the next page; an empty page doesn't end the list, but too many in a row do."""
        empty = 0 if items else self._empty + 1
        if empty >= EMPTY_PAGES:
            raise PaginationError(
                f"{self._endpoint.id}: the platform returns page after page, and the last "
                f"{empty} were empty"
            )
        return Paginator(
            self._endpoint,
            self._fetch,
            {**self._position, **position},
            past,
            waiter=self._waiter,
            noted=self._noted,
            region=self._region,
            empty=empty,
        )

    def pages(self, *, max_pages: int | None = None) -> AsyncIterator[Page[T]]:
        """Iterate over the pages.

        Each page is fetched when it is needed; an empty page is not always the last.
        `PaginationError` is raised if the pages form a loop, or if a hundred consecutive pages are
        empty and the platform still returns a next page.

        Args:
            max_pages: Stop after this many pages, `None` for all.

        Returns:
            The pages.

        Raises:
            InvalidArgumentError: The number isn't an integer, or is negative.
        """
        if max_pages is not None:
            at_least(max_pages, "max_pages", 0)
        return _Pages(self, max_pages)

    def __aiter__(self) -> AsyncIterator[T]:
        return _Items(_Pages(self, None))

    async def collect(self, *, limit: int | None = None) -> list[T]:
        """Fetch the items into a list.

        Args:
            limit: Stop after this many items, `None` for all of them.

        Returns:
            The items.

        Raises:
            InvalidArgumentError: The limit isn't an integer, or is negative.
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

    @overload
    async def first(
        self, predicate: Callable[[T], object] | None = None, *, required: Literal[True]
    ) -> T: ...
    @overload
    async def first(
        self, predicate: Callable[[T], object] | None = None, *, required: bool = False
    ) -> T | None: ...
    async def first(
        self, predicate: Callable[[T], object] | None = None, *, required: bool = False
    ) -> T | None:
        """Return the first item, or the first one for which a function returns true.

        Pages are fetched up to that item and no further, each with one request; most lists have one
        page.

        Args:
            predicate: Called with each item, and returns whether it matches. `None` matches any
                item.
            required: Raise an error if no item matches.

        Returns:
            The item; `None` if there is none, unless `required` is set.

        Raises:
            InvalidArgumentError: An argument is invalid, and nothing was sent; or the function is
                async.
            NotFoundError: No item matches, and `required` is set.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        if predicate is not None:
            plain_function(predicate, "predicate")
        _check_required(required)
        count = 0
        async for item in self:
            count += 1
            if predicate is None:
                return item
            answer = call_back(predicate, item)
            plain_answer(answer, "predicate")
            if answer:
                return item
        if not required:
            return None
        what = f"none of its {count} items matches" if count else "it is empty"
        raise NotFoundError(f"{self._endpoint.id} has no such item: {what}")

    @overload
    async def find(self, *, required: Literal[True], **fields: object) -> T: ...
    @overload
    async def find(self, *, required: bool = False, **fields: object) -> T | None: ...
    async def find(self, *, required: bool = False, **fields: object) -> T | None:
        """Return the only item whose fields have these values.

            person = await client.collaborators.list("my-app").find(email="jo@example.com")

        All pages are fetched, because a second match may be on the last one; with `id`, only those
        up to the item. Each page is one request, and most lists have one page.

        Args:
            required: Raise an error if no item matches.
            **fields: Fields of the items, by their names in the model, with the values to match.
                Text has to be equal; an `AppRef` with a region doesn't match an app of another
                region. Fields with objects or lists can't be compared: pass a function to `first`.

        Returns:
            The item; `None` if there is none, unless `required` is set.

        Raises:
            InvalidArgumentError: The items have no such field, or it never has a value of that
                type; nothing was sent.
            NotFoundError: No item matches, and `required` is set. The message lists the existing
                ones.
            AmbiguousMatchError: Several items match. The message says how they differ.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        wanted = matching.matching(self._endpoint.id, self.model, fields)
        # They may be secret.
        del fields
        if isinstance(wanted, InvalidArgumentError):
            raise wanted
        _check_required(required)
        found: list[T] = []
        many = False
        async for page in self.pages():
            many = many or page.has_next
            # An item that has moved to this page was found on an earlier one.
            past: set[Any] = {getattr(item, "id", None) for item in found if many} - {None}
            fitting = [item for item in page if wanted.fits(item)]
            found += [item for item in fitting if getattr(item, "id", None) not in past]
            if found and wanted.is_by_id:
                break
        if len(found) > 1:
            raise wanted.ambiguous(found)
        if found:
            return found[0]
        if required:
            raise wanted.missing()
        return None

    def __repr__(self) -> str:
        # Event loops show this if a list is passed where a coroutine is required.
        return (
            f"<Paginator {self._endpoint.id}: await it, read it with `async for`, or pass its "
            ".collect(), which is a coroutine>"
        )

    if not TYPE_CHECKING:
        _hint = (
            ", awaited for its first page, or collected: `async for item in ...`, "
            "`page = await ...`, `items = await ....collect()`"
        )

        def __bool__(self) -> NoReturn:
            raise TypeError(
                "a Paginator has no truth value before it is fetched: await it for its "
                "first page, or `.collect()` for all items"
            )


# The class didn't exist yet when attrs created the method.
cast("Any", Page).__init__.__annotations__["following"] = cast("Any", Paginator)[T] | None


class _Pages(OnlyAsyncFor, Uncopyable, AsyncIterator[Page[T]]):
    """Iterates over pages.

    It isn't a generator: an unfinished generator would be closed by the garbage collector, which
    trio warns about.
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
    """Iterates over items.

    New items in the list move others to the next page while you read: they come twice, and are left
    out the second time.
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
        """Iterate over the items of pages that were fetched already."""
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


def _meta(body: dict[str, Any], response: Response) -> models.PaginationMeta | None:
    meta = body.get("meta")
    data = cast("dict[str, Any]", meta).get("pagination") if isinstance(meta, dict) else None
    if not isinstance(data, dict):
        return None
    data = cast("dict[str, Any]", data)
    if "previous_page" in data and "prev_page" not in data:
        # The platform uses two spellings.
        data = {**data, "prev_page": data["previous_page"]}
        del data["previous_page"]
    try:
        return converters.structure(data, models.PaginationMeta)
    except MismatchError as misfit:
        where = misfit.where().replace("$", "$.meta.pagination", 1)
        problem = decode_error(
            response, f"{where} should be {misfit.expected}, but is {misfit.found}", where
        )
    raise problem


def _check_required(required: object) -> None:
    if not isinstance(required, bool):
        raise wrong_kind(required, "required", "True or False")


def _stuck(endpoint: Endpoint[Any], what: str) -> PaginationError:
    return PaginationError(f"{endpoint.id}: the platform returns {what} again and again")
