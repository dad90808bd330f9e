"""Every list is searched for one item: `find` and `first`."""

import json
import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest
from api_facts import CALLS, OPERATIONS, FakeTransport, answer_to, client_of
from list_pages import PAGED, listed, page_of
from sandbox_client import client_of as sandbox_client_of
from tables import each
from twins import HERE, NAME, THERE, twin_sandbox

from scalingo_async import (
    AmbiguousMatchError,
    AppRef,
    Headers,
    InvalidArgumentError,
    NotFoundError,
    Paginator,
    Response,
    Secret,
)
from scalingo_async._core.matching import searchable
from scalingo_async.models.base import Model

pytestmark = pytest.mark.anyio

LISTS = [
    id_
    for id_ in CALLS
    if OPERATIONS[id_]["response"]["kind"] in {"list", "array"}
    and OPERATIONS[id_]["method"] == "GET"
]


class Pages(FakeTransport):
    """Answers with the pages of a list: so many items on each."""

    def __init__(self, id_, counts):
        super().__init__()
        self.id = id_
        self.counts = counts
        self.asked = []

    async def send(self, request):
        if request.endpoint.id == "addons.token":
            return await super().send(request)
        query = parse_qs(urlsplit(request.url).query)
        number = int(query.get("page", query.get("cursor", ["1"]))[0])
        self.asked.append(number)
        body = page_of(self.id, self.counts, number)
        return Response(200, Headers(), json.dumps(body).encode())


class Items(FakeTransport):
    """Answers with a list of one page: the same item so many times."""

    def __init__(self, id_, count):
        super().__init__()
        body = json.loads(answer_to(id_))
        root = OPERATIONS[id_]["response"]["root"]
        items = (body[root] if root else body)[:1] * count
        self._answer = (200, json.dumps({root: items} if root else items).encode(), {})


@each("id_", LISTS)
async def test_the_first_item_of_every_list_takes_one_request(id_):
    for count in (2, 0):
        transport = Items(id_, count)
        async with client_of(transport) as client:
            found = await listed(client, id_).first()
            assert (found is None) is (count == 0)
            assert await listed(client, id_).first(lambda item: item is None) is None
            assert len(transport.requests) == 2
            said = f"none of its {count} items matches" if count else "it is empty"
            with pytest.raises(NotFoundError, match=f"{re.escape(id_)} has no such item: {said}"):
                await listed(client, id_).first(lambda _: False, required=True)


def values_of(item):
    """Return the values of an item's fields that it can be found by."""
    return {name: getattr(item, name) for name in searchable(type(item))}


@each("id_", LISTS)
async def test_an_item_of_every_list_is_found_by_each_of_its_fields(id_):
    async with client_of(Items(id_, 1)) as client:
        item = await listed(client, id_).first()
        values = values_of(item)
        assert bool(values) is isinstance(item, Model)
        for name, value in values.items():
            assert await listed(client, id_).find(**{name: value}) == item
            assert await listed(client, id_).find(**{name: value}, required=True) == item
        if values:
            assert await listed(client, id_).find(**values) == item


@each("id_", LISTS)
async def test_two_items_with_the_same_values_are_not_chosen_from(id_):
    async with client_of(Items(id_, 2)) as client:
        for name, value in values_of(await listed(client, id_).first()).items():
            with pytest.raises(
                AmbiguousMatchError, match=f"2 items of {re.escape(id_)} have {name}"
            ) as caught:
                await listed(client, id_).find(**{name: value})
            assert caught.value.count == 2


@each("id_", LISTS)
async def test_what_is_not_in_a_list_is_none_or_an_error_that_names_what_is(id_):
    async with client_of(Items(id_, 1)) as client:
        item = await listed(client, id_).first()
        texts = {name: value for name, value in values_of(item).items() if isinstance(value, str)}
        secret = (
            {f.name for f in attrs.fields(type(item)) if f.repr is not True} if texts else set()
        )
        for name, value in texts.items():
            assert await listed(client, id_).find(**{name: "elsewhere"}) is None
            with pytest.raises(NotFoundError) as caught:
                await listed(client, id_).find(**{name: "elsewhere"}, required=True)
            assert ("elsewhere" in str(caught.value)) is (name not in secret)
            assert caught.value.known == (() if name in secret else (value,))


@each("id_", LISTS)
async def test_no_list_is_asked_for_what_its_items_can_not_have(id_):
    async with client_of(transport := Items(id_, 1)) as client:
        fields = searchable(listed(client, id_).model)
        assert "required" not in fields
        with pytest.raises(InvalidArgumentError, match=r"find\(\) takes|use first\(\)"):
            await listed(client, id_).find(nonsense="x")
        with pytest.raises(InvalidArgumentError, match=r"find\(\) takes|use first\(\)"):
            await listed(client, id_).find()
        for name in fields:
            with pytest.raises(InvalidArgumentError, match=f"{name} must be .*, not complex"):
                await listed(client, id_).find(**{name: 1j})
        for wrong in (1, "id", None):
            with pytest.raises(InvalidArgumentError, match="required must be True or False"):
                await listed(client, id_).first(required=wrong)
        with pytest.raises(InvalidArgumentError, match="predicate must be a function"):
            await listed(client, id_).first("name")
        assert transport.requests == []


@each("id_", PAGED)
async def test_pages_are_read_as_far_as_is_needed(id_):
    async def asked(pages, search):
        transport = Pages(id_, pages)
        async with client_of(transport) as client:
            paginator = listed(client, id_)
            assert isinstance(paginator, Paginator)
            return await search(paginator), transport.asked

    item, pages = await asked([0, 2, 1], lambda it: it.first())
    assert pages == [1, 2]
    identified = getattr(item, "id", None) in {20, "20"}
    if identified and isinstance(item.id, str):
        found, pages = await asked([1, 2, 1], lambda it: it.find(id="21"))
        assert (found.id, pages) == ("21", [1, 2])
        _, pages = await asked([1, 2, 1], lambda it: it.find(id="99"))
        assert pages == [1, 2, 3]
    others = {n: v for n, v in values_of(item).items() if n != "id"}
    for name, value in others.items():
        with pytest.raises(AmbiguousMatchError) as caught:
            await asked([1, 0, 2], lambda it, name=name, value=value: it.find(**{name: value}))
        assert caught.value.count == 3
        assert caught.value.differ_in == (("id",) if identified else ())


async def test_an_item_that_moves_on_while_the_list_is_read_is_one():
    class Moving(Pages):
        async def send(self, request):
            response = await super().send(request)
            if self.asked[-1] == 2:
                response = Response(200, Headers(), response.content.replace(b'"20"', b'"10"'))
            return response

    async with client_of(Moving("deployments.list", [1, 1])) as client:
        status = (await client.deployments.list("my-app").first()).status
        found = await client.deployments.list("my-app").find(status=status, required=True)
        assert found.id == "10"


async def test_an_empty_list_is_said_to_be_empty():
    async with client_of(FakeTransport(200, b'{"stacks": []}')) as client:
        with pytest.raises(
            NotFoundError, match=r"stacks\.list has no item with name='x': it is em"
        ):
            await client.stacks.list().find(name="x", required=True)


@each(
    ("field", "value", "said"),
    [
        ("plan", "starter-512", "plan of Addon is more than a plain value"),
        (
            "stat",
            "running",
            r"Addon has no field stat \(did you mean status\?\); find\(\) takes id",
        ),
        ("_received", {}, "Addon has no field _received"),
        ("hds_resource", 1, "hds_resource must be True or False or None, not int: write True"),
        ("resource_id", 1, "resource_id must be a str or None, not int: write '1'"),
        ("status", 1, "status must be a str, not int: write '1'"),
        ("updated_at", datetime(2030, 1, 2), "updated_at has no time zone"),  # noqa: DTZ001
    ],
)
async def test_what_a_field_can_not_be_is_said(field, value, said):
    async with client_of(transport := FakeTransport()) as client:
        with pytest.raises(InvalidArgumentError, match=said):
            await client.addons.list("my-app").find(**{field: value})
    assert transport.requests == []


class Name(str):
    """A name that carries something else, and is equal to nothing else."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other):
        return self is other

    def __str__(self):
        return "in other words"


async def test_a_text_of_another_class_is_the_text_that_it_is():
    async with client_of(Items("stacks.list", 1)) as client:
        name = (await client.stacks.list().first()).name
        assert await client.stacks.list().find(name=Name(name)) is not None


async def test_required_is_true_or_false():
    async with client_of(transport := FakeTransport()) as client:
        with pytest.raises(InvalidArgumentError, match="required must be True or False, not str"):
            await client.stacks.list().find(name="scalingo-24", required="yes")
    assert transport.requests == []


async def test_a_secret_is_found_and_shown_nowhere():
    url = "https://user:hidden@drains.example.com"
    transport = FakeTransport(200, json.dumps({"drains": [{"url": url}]}).encode())
    async with client_of(transport) as client:
        drains = client.log_drains.list("my-app")
        assert (await drains.find(url=url, required=True)).url == url
        assert (await drains.find(url=Secret(url), required=True)).url == url
        with pytest.raises(NotFoundError, match=r"with url=\*\*\*, of 1$") as caught:
            await drains.find(url="https://user:hidden@elsewhere", required=True)
        with pytest.raises(InvalidArgumentError, match="must be a str") as refused:
            await drains.find(url=["hidden"])
        for error in (caught.value, refused.value):
            frames = []
            trace = error.__traceback__.tb_next
            while trace is not None:
                frames.append(repr(trace.tb_frame.f_locals))
                trace = trace.tb_next
            assert not any("hidden" in text for text in (str(error), *frames))


async def test_a_function_that_hides_an_async_one_is_refused():
    """What it returns is always true: the first item would be taken, whatever it is."""

    async def no(_):
        return False

    class Later:
        def __await__(self):
            yield

    for predicate in (lambda item: no(item), lambda _: Later()):
        async with client_of(Pages("apps.list", [2])) as client:
            with pytest.raises(InvalidArgumentError, match="predicate must be a plain function"):
                await client.apps.list().first(predicate)


# -- regions -----------------------------------------------------------------------------------


async def test_an_app_of_another_region_is_not_its_namesake():
    async with sandbox_client_of(twin_sandbox()) as client:
        there = client.region(THERE)
        for name in (AppRef(NAME, region=THERE), (await there.apps.get(NAME)).name):
            assert await client.apps.list().find(name=name) is None
            assert (await there.apps.list().find(name=name)).region == THERE
        for name in (AppRef(NAME, region=HERE), AppRef(NAME), NAME):
            assert (await client.apps.list().find(name=name)).region == HERE
        # What a client of another region lists says where its apps are, too.
        foreign = AppRef(NAME, region=HERE)
        assert (
            await there.collaborators.list(AppRef(NAME, region=THERE)).find(app_name=foreign)
            is None
        )
