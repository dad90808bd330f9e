"""Pagination: lists that come in pages, awaitable for the first page, iterable for everything."""

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
    # Most lists are not searched.
    matching = LazyModule("scalingo_async._core.matching")

__all__ = ["Page", "Paginator"]

T = TypeVar("T")
K = TypeVar("K")

_IDS_KEPT: Final = 1000

EMPTY_PAGES: Final = 100
"""So many empty pages in a row, each with one that follows, are a list without an end."""


@attrs.frozen(eq=False)
class Page(Result, Sequence[T], Generic[T]):
    """One page of a list; a sequence of its items.

    Attributes:
        items: The items.
        meta: Which page it is and how many there are; `None` for lists that the platform does
            not paginate, or paginates by cursor.
        next_cursor: What the following page is asked for with, for lists by cursor.
    """

    _written: ClassVar = ("items", "meta", "next_cursor")

    items: list[T]
    meta: models.PaginationMeta | None = None
    next_cursor: str | None = None
    _following: Paginator[T] | None = attrs.field(default=None, repr=False)
    # Whether there was one before this was pickled.
    _cut: bool = attrs.field(default=False, repr=False)
    _door: Door | None = attrs.field(factory=DOOR.get, repr=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, JSONValue], kind: type[K]) -> Page[K]:
        """Make the page of JSON data, as `to_dict(secrets=True)` returned it.

        Args:
            data: The object. It is copied.
            kind: What its items are, such as `App`.

        Returns:
            The page. It knows whether another one follows, and can't fetch it.

        Raises:
            InvalidArgumentError: The data does not fit, or holds `types.MASK` in the place of a
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
        """Make the page of a JSON text, as `from_dict` does of data.

        Args:
            text: A JSON object.
            kind: What its items are, such as `App`.

        Returns:
            The page.

        Raises:
            InvalidArgumentError: It is not JSON, does not fit, or holds `types.MASK` in the place
                of a secret; the message says where.
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
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
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

    def __repr__(self) -> str:
        kinds = {type(item).__name__ for item in self.items}
        kind = f" {kinds.pop()}" if len(kinds) == 1 else ""
        place = ", more follow" if self.has_next else ""
        if self.meta is not None:
            place = f", page {self.meta.current_page} of {self.meta.total_pages}"
        return f"<Page of {len(self.items)}{kind}{place}>"

    def _repr_html_(self) -> str:
        """Return it as a table, which notebooks show."""
        from scalingo_async._core.tables import table_of_items

        return table_of_items(self.items, repr(self).strip("<>"))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from scalingo_async._core.decoding.schemas import page_schema

        return page_schema(cls, source, cls._made, handler)

    @classmethod
    def _made(cls, page: Page[Any] | None, values: dict[str, Any]) -> Page[Any]:
        """Make a page of what was validated, which may be what another one holds."""
        if page is None:
            return cls(**values)
        if len(page.items) == len(values["items"]) and all(map(is_, page.items, values["items"])):
            return page
        return attrs.evolve(page, **values)

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

    One of its items is found by what it is called, or by anything else that a function tells:

        domain = await client.domains.list("my-app").find(name="www.example.com")
        pending = await client.collaborators.list("my-app").first(lambda c: c.user_id is None)

    Each page is one request, made when it is needed. Where a coroutine is due, as for
    `asyncio.create_task` or `asyncio.run`, give `collect()`.
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
        # How the items are waited for, if they can be.
        self._waiter = waiter
        # What is told of each item, if anything is.
        self._noted = noted
        # Where the apps are that the items name, when that is not the client's region.
        self._region = region
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
        self._look_at(items)
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

    def _look_at(self, items: list[T]) -> None:
        """Tell the items what they have to know, and those who have to know of the items."""
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
            noted=self._noted,
            region=self._region,
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
        """Return the first item, or the first one that a function says yes to.

        Pages are read up to that item and no further, each with one request; most lists have one
        page.

        Args:
            predicate: Called with an item; whether what it returns is true decides. `None` takes
                any item.
            required: Raise an error when there is none.

        Returns:
            The item; `None` when there is none, unless one is required.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent. Or the function
                returned something to be awaited.
            NotFoundError: There is none, and one is required.
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
        what = f"none of its {count} items fits" if count else "it is empty"
        raise NotFoundError(f"{self._endpoint.id} has no such item: {what}")

    @overload
    async def find(self, *, required: Literal[True], **fields: object) -> T: ...
    @overload
    async def find(self, *, required: bool = False, **fields: object) -> T | None: ...
    async def find(self, *, required: bool = False, **fields: object) -> T | None:
        """Return the one item whose fields have these values.

            person = await client.collaborators.list("my-app").find(email="jo@example.com")

        All pages are read, since a second match may be on the last one; by `id`, those up to the
        item. Each page is one request, and most lists have one page.

        Args:
            required: Raise an error when there is none.
            **fields: Fields of the items, by the names that the model has for them, with the
                values that they must have. Text is compared to the letter; an `AppRef` with a
                region is no app of another one. Fields that hold objects or lists can't be
                compared: `first` takes a function.

        Returns:
            The item; `None` when there is none, unless one is required.

        Raises:
            InvalidArgumentError: The items have no such field, or it never has a value of that
                kind; nothing was sent.
            NotFoundError: There is none, and one is required. The message says which ones there
                are.
            AmbiguousMatchError: There are several. The message says what tells them apart.
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
            # One that has moved on to this page was found on an earlier one.
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


# The class was not there yet when attrs made the method.
cast("Any", Page).__init__.__annotations__["following"] = cast("Any", Paginator)[T] | None


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


def _meta(body: dict[str, Any], response: Response) -> models.PaginationMeta | None:
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
    return PaginationError(f"{endpoint.id}: the platform answers with {what} again and again")
