"""Lists in pages: every item once, every stop rule, and no circle without an end."""

import gc
import warnings

import attrs
import pytest
from anyio.lowlevel import checkpoint
from tables import each

from scalingo_async._core.client_state import ClientState
from scalingo_async._core.endpoint import items
from scalingo_async._core.operation import Pages
from scalingo_async._core.session import Session
from scalingo_async.errors import InvalidArgumentError, PaginationError, ResponseDecodeError
from scalingo_async.hosts import HostLookup
from scalingo_async.models.base import Model
from scalingo_async.pagination import EMPTY_PAGES, Page, Paginator
from scalingo_async.request import CallOptions
from scalingo_async.resources.base import Resource
from scalingo_async.types import Headers

from .fakes import answer
from .test_session import HOSTS

pytestmark = pytest.mark.anyio


@attrs.define(kw_only=True)
class Thing(Model):
    id: str | int | None = None


NUMBERS = items("things.list", "GET", "/things", Thing, root="things", pages=Pages.NUMBERS)
CURSOR = items("things.old", "GET", "/things", Thing, root="things", pages=Pages.CURSOR)
SINGLE = items("things.all", "GET", "/things", Thing, root="things")


def numbered(page, ids, *, following, total_pages=9, **more):
    pagination = {
        "current_page": page, "next_page": following, "prev_page": None,
        "total_pages": total_pages, "total_count": 99, **more,
    }  # fmt: skip
    return {"things": [{"id": i} for i in ids], "meta": {"pagination": pagination}}


class Platform:
    """Answers by position; remembers what was asked for."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    async def __call__(self, position):
        self.asked.append(position)
        await checkpoint()
        key = str(position.get("page", position.get("cursor", "first")))
        found = self.answers[key if key in self.answers else f"p{key}"]
        if isinstance(found, Exception):
            raise found
        return answer(200, found)


THREE = {
    "first": numbered(1, "ab", following=2, total_pages=3),
    "p2": numbered(2, "cd", following=3, total_pages=3),
    "p3": numbered(3, "e", following=None, total_pages=3),
}


def ids(things):
    return [thing.id for thing in things]


async def test_awaiting_gives_the_first_page_iterating_everything():
    platform = Platform(**THREE)
    paginator = Paginator(NUMBERS, platform)
    assert platform.asked == []
    page = await paginator
    assert (ids(page), page.has_next, page.meta.total_count) == (["a", "b"], True, 99)
    assert platform.asked == [{}]
    assert ids([thing async for thing in paginator]) == list("abcde")
    assert platform.asked == [{}, {}, {"page": 2}, {"page": 3}]
    assert repr(paginator).startswith("<Paginator things.list: await it")


async def test_a_page_is_a_sequence():
    page = await Paginator(NUMBERS, Platform(**THREE))
    assert (len(page), page[0], page[-1:], list(page)) == (
        2, Thing(id="a"), [Thing(id="b")], [Thing(id="a"), Thing(id="b")],
    )  # fmt: skip
    assert Thing(id="b") in page
    assert page == [Thing(id="a"), Thing(id="b")]
    assert page == Page([Thing(id="a"), Thing(id="b")])
    assert page != []
    with pytest.raises(TypeError):
        hash(page)


async def test_page_after_page():
    page = await Paginator(NUMBERS, Platform(**THREE))
    seen = []
    while page is not None:
        seen.append((page.meta.current_page, ids(page), page.has_next))
        page = await page.next()
    assert seen == [(1, ["a", "b"], True), (2, ["c", "d"], True), (3, ["e"], False)]


@each(("limit", "count", "requests"), [
    (None, 5, 3), (0, 0, 0), (1, 1, 1), (2, 2, 1), (3, 3, 2), (5, 5, 3), (50, 5, 3),
])  # fmt: skip
async def test_collecting_up_to_a_limit_asks_for_no_page_too_many(limit, count, requests):
    platform = Platform(**THREE)
    things = await Paginator(NUMBERS, platform).collect(limit=limit)
    assert ids(things) == list("abcde")[:count]
    assert len(platform.asked) == requests


@each(("most", "requests"), [(None, 3), (0, 0), (1, 1), (2, 2), (9, 3)])
async def test_no_more_pages_than_asked_for(most, requests):
    platform = Platform(**THREE)
    pages = [page async for page in Paginator(NUMBERS, platform).pages(max_pages=most)]
    assert len(pages) == len(platform.asked) == requests


async def test_negative_limits():
    paginator = Paginator(NUMBERS, Platform())
    with pytest.raises(InvalidArgumentError, match="limit must be 0 or more"):
        await paginator.collect(limit=-1)
    with pytest.raises(InvalidArgumentError, match="max_pages must be 0 or more"):
        paginator.pages(max_pages=-1)


@each(
    "last",
    [
        numbered(2, "c", following=None),
        numbered(2, "", following=None),
        numbered(2, "", following=3, total_pages=2),
        numbered(2, "", following=2, total_pages=2),
        numbered(2, "c", following=3, total_pages=2),
        numbered(2, "c", following=2, total_pages=2),
        {"things": [{"id": "c"}]},
        {"things": [{"id": "c"}], "meta": None},
        {"things": [{"id": "c"}], "meta": {"pagination": []}},
        {"things": [{"id": "c"}], "meta": []},
    ],
)
async def test_the_end_by_numbers(last):
    platform = Platform(first=numbered(1, "ab", following=2), p2=last)
    things = await Paginator(NUMBERS, platform).collect()
    assert ids(things) == ["a", "b"] + (["c"] if last["things"] else [])
    assert len(platform.asked) == 2


def by_number(*pages):
    """Pages by number, each with the one that follows, up to the last."""
    count = len(pages)
    answers = {
        f"p{n}": numbered(n, ids, following=n + 1 if n < count else None, total_pages=count)
        for n, ids in enumerate(pages, 1)
    }
    return NUMBERS, {**answers, "first": answers["p1"]}


def by_cursor(*pages, **more):
    """Pages by cursor, each with the one that follows, up to the last."""
    count = len(pages)
    answers = {
        f"pc{n}": cursor(ids, f"c{n + 1}" if n < count else None, **(more if n < count else {}))
        for n, ids in enumerate(pages, 1)
    }
    return CURSOR, {**answers, "first": answers["pc1"]}


def by_cursor_and_word(*pages):
    return by_cursor(*pages, has_more=True)


KINDS = [by_number, by_cursor, by_cursor_and_word]


@each("kind", KINDS)
@each("pages", [("a", "", "c"), ("", "", "a"), ("a", "", "", ""), ("", ""), ("",)])
async def test_an_empty_page_that_names_another_is_not_the_last(kind, pages):
    endpoint, answers = kind(*pages)
    platform = Platform(**answers)
    assert ids(await Paginator(endpoint, platform).collect()) == list("".join(pages))
    assert len(platform.asked) == len(pages)
    page, seen = await Paginator(endpoint, platform), []
    while page is not None:
        seen.append("".join(ids(page)))
        page = await page.next()
    assert tuple(seen) == pages


@each("kind", KINDS)
async def test_empty_pages_without_an_end(kind):
    endpoint, answers = kind("a", *[""] * (EMPTY_PAGES - 1), "b", *[""] * EMPTY_PAGES, "c")
    platform = Platform(**answers)
    read = []
    with pytest.raises(PaginationError, match=f"things.* the last {EMPTY_PAGES} were empty"):
        async for thing in Paginator(endpoint, platform):
            read.append(thing.id)
    assert read == ["a", "b"]
    assert len(platform.asked) == 1 + EMPTY_PAGES + EMPTY_PAGES


@each("kind", KINDS)
async def test_empty_pages_up_to_the_end_are_no_error(kind):
    endpoint, answers = kind("a", *[""] * EMPTY_PAGES)
    assert ids(await Paginator(endpoint, Platform(**answers)).collect()) == ["a"]


@each(("at", "following"), [(None, 1), (None, 0), (3, 3), (3, 2)])
async def test_pages_that_lead_nowhere(at, following):
    platform = Platform(
        first=numbered(1, "a", following=following), p3=numbered(3, "a", following=following)
    )
    paginator = Paginator(NUMBERS, platform, {"page": at} if at else None)
    with pytest.raises(PaginationError, match=f"things.list: .* page {following} again and again"):
        await paginator.collect()
    assert len(platform.asked) == 1


@each("key", ["prev_page", "previous_page"])
async def test_both_spellings_of_the_previous_page(key):
    first = numbered(1, "a", following=None)
    del first["meta"]["pagination"]["prev_page"]
    first["meta"]["pagination"][key] = 7
    page = await Paginator(NUMBERS, Platform(first=first))
    assert page.meta.prev_page == 7
    assert dict(page.meta.extra) == {}


async def test_a_position_that_makes_no_sense():
    first = numbered("one", "a", following=None)
    with pytest.raises(
        ResponseDecodeError, match="should be an integer, but is a string"
    ) as caught:
        await Paginator(NUMBERS, Platform(first=first))
    assert caught.value.path == "$.meta.pagination.current_page"


def cursor(letters, following, **more):
    return {"things": [{"id": i} for i in letters], "next_cursor": following, **more}


@each(
    ("last", "requests"),
    [
        (cursor("c", None), 2), (cursor("c", ""), 2), (cursor("", ""), 2),
        (cursor("c", "y", has_more=False), 2), (cursor("", "y", has_more=False), 2), ({"things": [{"id": "c"}]}, 2),
    ],
)  # fmt: skip
async def test_the_end_by_cursor(last, requests):
    platform = Platform(first=cursor("ab", 123, has_more=True), p123=last)
    things = await Paginator(CURSOR, platform).collect()
    assert ids(things) == ["a", "b"] + (["c"] if last["things"] else [])
    assert platform.asked == [{}, {"cursor": "123"}]
    assert (await Paginator(CURSOR, platform)).next_cursor == "123"


@each(
    ("answers", "requests"),
    [
        ({"first": cursor("a", "x"), "px": cursor("b", "x")}, 2),
        ({"first": cursor("", "x"), "px": cursor("", "x")}, 2),
        ({"first": cursor("a", "x"), "px": cursor("b", "y"), "py": cursor("c", "x")}, 3),
        ({"first": cursor("a", "x"), "px": cursor("b", "y"), "py": cursor("c", "z"),
          "pz": cursor("d", "y")}, 4),
    ],
)  # fmt: skip
async def test_a_cursor_that_came_before(answers, requests):
    platform = Platform(**answers)
    with pytest.raises(PaginationError, match=r"things\.old: .* the same cursor again and again"):
        await Paginator(CURSOR, platform).collect()
    assert len(platform.asked) == requests


async def test_a_cursor_that_leads_back_to_where_the_caller_began():
    platform = Platform(px=cursor("a", "y"), py=cursor("b", "x"))
    with pytest.raises(PaginationError):
        await Paginator(CURSOR, platform, {"cursor": "x"}).collect()
    assert len(platform.asked) == 2


@each("bad", [True, 1.5, [], {}])
async def test_a_cursor_that_makes_no_sense(bad):
    with pytest.raises(ResponseDecodeError, match="next_cursor should be a string"):
        await Paginator(CURSOR, Platform(first=cursor("a", bad)))


async def test_a_list_without_pages_has_one():
    platform = Platform(first={"things": [{"id": "a"}], "meta": {"pagination": {"next_page": 2}}})
    page = await Paginator(SINGLE, platform)
    assert (ids(page), page.has_next, page.meta, await page.next()) == (["a"], False, None, None)
    bare = attrs.evolve(NUMBERS, root=None)
    page = await Paginator(bare, Platform(first=[{"id": "a"}]))
    assert (ids(page), page.has_next) == (["a"], False)


async def test_items_that_moved_to_the_following_page_come_once():
    platform = Platform(
        first=numbered(1, ["a", "b"], following=2), p2=numbered(2, ["b", "c"], following=3),
        p3=numbered(3, ["c", "a", "d"], following=None),
    )  # fmt: skip
    assert ids(await Paginator(NUMBERS, platform).collect()) == list("abcd")


async def test_only_ids_tell_items_apart():
    twice = numbered(1, ["a", "a", 7, None], following=None)
    assert ids(await Paginator(NUMBERS, Platform(first=twice)).collect()) == ["a", "a", 7, None]
    platform = Platform(
        first=numbered(1, [7, None], following=2), p2=numbered(2, [7, None], following=None)
    )
    assert ids(await Paginator(NUMBERS, platform).collect()) == [7, None, 7, None]


async def test_the_last_thousand_ids_are_remembered():
    many = [f"i{n}" for n in range(1200)]
    platform = Platform(
        first=numbered(1, many, following=2),
        p2=numbered(2, ["i1199", "i250", "i0"], following=None),
    )
    assert ids(await Paginator(NUMBERS, platform).collect())[1200:] == ["i0"]


async def test_a_page_that_failed_is_asked_for_again():
    platform = Platform(first=THREE["first"], p2=OSError("cut"), p3=THREE["p3"])
    pages = Paginator(NUMBERS, platform).pages()
    await anext(pages)
    with pytest.raises(OSError, match="cut"):
        await anext(pages)
    platform.answers["p2"] = THREE["p2"]
    assert ids(await anext(pages)) == ["c", "d"]


async def test_leaving_half_way_leaves_nothing_behind():
    paginator = Paginator(NUMBERS, Platform(**THREE))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async for _ in paginator:
            break
        async for _ in paginator.pages():
            break
        await paginator.collect(limit=1)
        gc.collect()
        await checkpoint()


async def test_the_next_page_has_the_options_of_the_first():
    sent = []

    async def handler(request):
        sent.append(request)
        page = 2 if "page=2" in request.url else 1
        return answer(200, numbered(page, "ab"[page - 1], following=2 if page == 1 else None))

    session = Session(
        handler=handler, lookup=HostLookup(HOSTS, known=True), defaults=CallOptions(), headers=Headers(),
        state=ClientState(None, None), bearer=None, retry=None,
        limiter=None, sister=None,
    )  # fmt: skip
    options = {"deadline": 7.0, "max_retries": 0, "headers": {"X-Trace": "t"}}
    paginator = Resource(session)._list(NUMBERS, query={"per_page": 1}, options=options)
    assert ids(await paginator.collect()) == ["a", "b"]
    assert [request.url for request in sent] == [
        "https://api.example.com/v1/things?per_page=1",
        "https://api.example.com/v1/things?per_page=1&page=2",
    ]
    for request in sent:
        assert (request.options.deadline, request.options.max_retries) == (7.0, 0)
        assert request.headers["x-trace"] == "t"
    assert sent[0].state is not sent[1].state
    with pytest.raises(InvalidArgumentError, match="unknown argument: colour"):
        Resource(session)._list(NUMBERS, options={"colour": "red"})
