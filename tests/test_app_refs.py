"""`AppRef`: the region of an app goes wherever its name goes, and calls go where the app is."""

import copy
import inspect
import json
import pickle
import re
from contextlib import suppress
from urllib.parse import urlsplit

import anyio
import attrs
import pytest
from api_facts import (
    CALLS,
    MODELS,
    OPERATIONS,
    FakeTransport,
    answer_to,
    arguments,
    client_of,
    made,
    method_of,
    methods,
    model_named,
    sample_of,
)
from instruments.virtual_time import VIRTUAL
from sandbox_client import client_of as sandbox_client_of
from tables import each
from test_headers_given import given, use
from twins import HERE, NAME, THERE, asked, twin_sandbox

from scalingo_async import (
    AppRef,
    Headers,
    InvalidArgumentError,
    Page,
    PendingOperation,
    Response,
    ScalingoError,
    UnknownRegionError,
    bulk,
)
from scalingo_async._core.annotations import NAMES_OF_APPS
from scalingo_async._core.decoding.converters import structure
from scalingo_async.models import App, AppSummary, ChildApp, DedicatedDatabase, Event
from scalingo_async.models.base import Model, fields_of, placed
from scalingo_async.sandbox import LoopClock

ID = "6343eccf7aff7c0001fe0a12"
TWIN = AppRef(NAME, region=THERE)


# -- the value ---------------------------------------------------------------------------------


def test_it_is_the_text_and_knows_more():
    ref = AppRef("shop", region=THERE, id=ID)
    assert isinstance(ref, str)
    assert (ref.name, ref.id, ref.region) == ("shop", ID, THERE)
    assert f"{ref}" == str(ref) == "shop"
    assert type(str(ref)) is str
    assert repr(ref) == f"AppRef('shop', region='{THERE}')"
    assert repr(AppRef("shop")) == "AppRef('shop')"
    assert (AppRef("shop").region, AppRef("shop").id) == (None, None)
    assert AppRef(ID, name="shop", id=ID).name == "shop"
    assert json.dumps({ref: [ref]}) == '{"shop": ["shop"]}'
    assert ref.upper() == "SHOP"


def test_apps_of_one_name_are_kept_apart():
    here, there = AppRef("shop", region=HERE), AppRef("shop", region=THERE)
    assert here != there
    assert not here == there  # noqa: SIM201 - both operators are of its own
    assert here == AppRef("shop", region=HERE, id=ID)
    assert {here, there, AppRef("shop", region=HERE)} == {here, there}
    assert len(dict.fromkeys([here, there])) == 2
    for ref in (here, there, AppRef("shop")):
        assert ref == "shop"
        assert "shop" == ref  # noqa: SIM300 - either side
        assert ref != "other"
        assert ref == AppRef("shop")
        assert ref != 5
        assert {"shop": 1}[ref] == 1
        assert hash(ref) == hash("shop")


@each("again", [copy.copy, copy.deepcopy, lambda ref: pickle.loads(pickle.dumps(ref))])
def test_copies_keep_the_region(again):
    ref = AppRef(ID, region=THERE, name="shop", id=ID)
    made = again(ref)
    assert type(made) is AppRef
    assert (made, made.region, made.name, made.id) == (ref, THERE, "shop", ID)


@each("wrong", [{"text": 5}, {"region": 5}, {"name": 5}, {"id": 5}])
def test_other_kinds_are_refused(wrong):
    with pytest.raises(InvalidArgumentError, match=f"{next(iter(wrong))} must be a str"):
        AppRef(**{"text": "shop", **wrong})


# -- every method ------------------------------------------------------------------------------

REGIONS = json.dumps(
    {
        "regions": [
            {
                "name": name,
                "display_name": name,
                "api": f"https://api.{name}.scalingo.com",
                "database_api": f"https://db-api.{name}.scalingo.com",
                "dashboard": "",
                "ssh": "",
            }
            for name in (HERE, THERE)
        ]
    }
).encode()


class Regions(FakeTransport):
    """Answers with the list of regions where that is asked for, and notes all the rest."""

    async def send(self, request):
        if request.endpoint.id == "regions.list":
            return Response(200, Headers(), REGIONS)
        if request.endpoint.id == "addons.token":
            self.requests.append(request)
        return await super().send(request)

    @property
    def regions(self) -> set[str]:
        """The regions that anything was asked of."""
        hosts = [urlsplit(request.url).hostname or "" for request in self.requests]
        return {host.split(".")[1] for host in hosts if host.startswith(("api.", "db-api."))}


def names_of_apps(method):
    parameters = inspect.signature(method).parameters.values()
    return [p.name for p in parameters if p.name in NAMES_OF_APPS]


ABOUT_APPS = [path for path, method in methods(client_of(FakeTransport())) if names_of_apps(method)]


async def called(client, path, refs):
    """Call a method with a ref for each argument that names an app."""
    method = method_of(client, path)
    ids, rest = arguments(client, path) if path in CALLS else given(path, method)
    names = list(inspect.signature(method).parameters)
    ids = [refs.get(name, value) for name, value in zip(names, ids, strict=False)]
    rest.update({name: ref for name, ref in refs.items() if name not in names[: len(ids)]})
    with suppress(ScalingoError, StopAsyncIteration), anyio.move_on_after(5):
        made = method(*ids, **rest)
        await (made.refresh() if path == "operations.pending" else use(made))


@pytest.mark.anyio
@each("path", ABOUT_APPS)
async def test_every_call_about_an_app_goes_to_its_region(path):
    """The answers don't matter: what does is where the requests went."""
    for region in (THERE, HERE):
        transport = Regions(404)
        async with client_of(transport) as client:
            method = method_of(client, path)
            refs = {name: AppRef("web-api", region=region) for name in names_of_apps(method)}
            await called(client, path, refs)
            assert transport.regions == {region}
            # The same from a client of the other region.
            transport.requests.clear()
            await called(client.region(THERE), path, refs)
            assert transport.regions == {region}


def test_arguments_that_name_an_app_are_known():
    """What a docstring calls an app is one of the arguments that decide about the region."""
    missed = []
    for path, method in methods(client_of(FakeTransport())):
        for name, text in re.findall(
            r"^ +(\w+): (.*)$", inspect.getdoc(method) or "", re.MULTILINE
        ):
            about = re.search(r"\b(?:[Ii]d|[Nn]ame)\b[^.]* of (?:the|an) (?:app|parent)\b", text)
            if about and name in inspect.signature(method).parameters:
                missed += [] if name in NAMES_OF_APPS else [f"{path}({name}): {text}"]
    assert len(ABOUT_APPS) > 150
    assert missed == []


@pytest.mark.anyio
async def test_apps_of_two_regions_in_one_call_are_refused():
    transport = Regions()
    here, there = AppRef("web-api", region=HERE), AppRef("web-api", region=THERE)
    async with client_of(transport) as client:
        with pytest.raises(InvalidArgumentError, match=f"app is in {HERE} and current_name in"):
            await client.apps.delete(here, current_name=there)
        with pytest.raises(InvalidArgumentError, match=r"app_ids\[1\] is in osc-secnum-fr1"):
            await client.dedicated_databases.create(
                name="a-database",
                technology="postgresql-ng",
                plan="p",
                post_provisioning_configuration={"app_ids": [here, there]},
            )
        with pytest.raises(InvalidArgumentError, match="must be the name of a region"):
            await client.apps.get(AppRef("web-api", region="../x"))
        with pytest.raises(InvalidArgumentError, match="must be the name of a region"):
            client.domains.list(AppRef("web-api", region="../x"))
    assert transport.requests == []


@pytest.mark.anyio
async def test_what_confirms_a_call_does_not_say_where_it_goes(sandbox, client):
    with pytest.raises(InvalidArgumentError, match=f"own region, but current_name is in {THERE}"):
        await client.apps.delete(NAME, current_name=TWIN)
    assert asked(sandbox) == []
    await client.apps.delete(NAME, current_name=AppRef(NAME, region=HERE))
    renamed = await client.apps.rename(TWIN, current_name=NAME, new_name="other-api")
    assert renamed.region == THERE


@pytest.mark.anyio
async def test_values_that_name_no_app_of_the_call_are_text():
    transport = Regions(200, answer_to("variables.create"))
    async with client_of(transport) as client:
        await client.variables.create("web-api", name="PEER", value=TWIN)
        await client.variables.create(AppRef("web-api", region=HERE), name="PEER", value=TWIN)
    assert transport.regions == {HERE}
    assert b'"value":"web-api"' in transport.requests[0].content


class Named(AppRef):
    """One of a program's own."""


@pytest.mark.anyio
async def test_subclasses_are_refs_as_well():
    transport = Regions(200, answer_to("apps.get"))
    async with client_of(transport) as client:
        for _ in range(2):
            await client.apps.get(Named("web-api", region=THERE))
            await client.apps.exists(app=Named("web-api", region=THERE))
    assert transport.regions == {THERE}


@pytest.mark.anyio
async def test_a_ref_without_a_region_and_one_of_the_own_cost_no_look_up():
    transport = FakeTransport(200, answer_to("apps.get"))
    async with client_of(transport) as client:
        await client.apps.get(AppRef("web-api"))
        await client.apps.get(AppRef("web-api", region=HERE))
        assert len(transport.requests) == 2
        assert {urlsplit(r.url).hostname for r in transport.requests} == {
            "api.osc-fr1.scalingo.com"
        }
    own = {"api_url": "https://api.example.com", "database_url": "https://db.example.com"}
    transport = FakeTransport(200, answer_to("apps.get"))
    async with client_of(transport, **own) as client:
        await client.apps.get(AppRef("web-api", region=HERE))
        # And back to it, from a client of another region.
        await client.region(THERE).apps.get(AppRef("web-api", region=HERE))
        assert {urlsplit(r.url).hostname for r in transport.requests} == {"api.example.com"}


# -- every answer ------------------------------------------------------------------------------

OF_APPS = re.compile(r"(?!dst_).*app(_id|_name)?").fullmatch
"""Fields that name an app of the region; an app that has moved is named where it is now."""


def names_in(thing, seen=()):
    """Yield what names an app in a model, and in the models within."""
    if isinstance(thing, list):
        for item in thing:
            yield from names_in(item)
    elif isinstance(thing, Model):
        is_app = isinstance(thing, AppSummary | DedicatedDatabase)
        for field in attrs.fields(type(thing)):
            value = getattr(thing, field.name)
            if isinstance(value, str):
                if OF_APPS(field.name) or (is_app and field.name in {"id", "name", "uuid"}):
                    yield f"{type(thing).__name__}.{field.name}", value
            elif field.name != "extra":
                yield from names_in(value)


@each("name", sorted(MODELS))
def test_whatever_names_an_app_in_an_answer_knows_the_region(name):
    model = structure(sample_of(name, full=True), model_named(name))
    placed(model, THERE)
    lost = [where for where, text in names_in(model) if getattr(text, "region", None) != THERE]
    assert lost == []


@pytest.mark.anyio
@each("id_", [id_ for id_ in CALLS if id_ != "addons.token"])
async def test_every_answer_of_a_client_elsewhere_knows_the_region(id_):
    async with client_of(Regions(200, answer_to(id_))) as client:
        there = client.region(THERE)
        ids, rest = arguments(there, id_)
        answer = await method_of(there, id_)(*ids, **rest)
    if isinstance(answer, PendingOperation):
        assert answer.app.region == THERE
        answer = answer.value
    found = answer.items if isinstance(answer, Page) else answer
    lost = [where for where, text in names_in(found) if getattr(text, "region", None) != THERE]
    of_a_region = OPERATIONS[id_]["api"] in {"regional", "database"}
    assert lost == [] or not of_a_region


def test_an_app_in_short_is_known_by_all_of_its_texts():
    data = {"id": ID, "name": "shop", "uuid": "ap-1", "created_at": "2026-01-01T00:00:00Z"}
    for cls in (App, AppSummary, ChildApp, DedicatedDatabase):
        model = structure(sample_of(cls.__name__, full=True) | data, cls)
        placed(model, THERE)
        for text in (model.name, model.id, getattr(model, "uuid", model.id)):
            assert (text.region, text.name, text.id) == (THERE, "shop", ID)


@attrs.frozen(kw_only=True)
class Frozen(App):
    """One of a program's own."""


def test_a_frozen_app_knows_its_region_as_well():
    app = structure(sample_of("App", full=False) | {"name": "shop", "id": ID}, App)
    frozen = Frozen.__new__(Frozen)
    for field in fields_of(App):
        object.__setattr__(frozen, field.name, getattr(app, field.name))
    placed(frozen, THERE)
    assert frozen.name.region == frozen.id.region == THERE


def test_the_payload_of_an_event_knows_the_region():
    payload = sample_of("CreateReviewAppEventData", full=True)
    event = made(Event, type="create_review_app", type_data=payload)
    placed(event, THERE)
    assert event.data.review_app_name.region == event.data.app_id.region == THERE


def test_an_app_that_was_written_as_json_knows_its_region():
    app = made(App, name="shop", id=ID, region=THERE)
    data = json.loads(json.dumps(app.to_dict(secrets=True)))
    for again in (App.from_dict(data), App.from_json(json.dumps(data))):
        assert again == app
        assert again.name.region == again.id.region == again.ref.region == THERE
        assert again.to_dict(secrets=True) == data
    data["region"] = ""
    assert type(App.from_dict(data).name) is str


# -- two apps of one name ----------------------------------------------------------------------


@pytest.fixture
def sandbox():
    return twin_sandbox(clock=LoopClock())


@pytest.fixture
async def client(sandbox):
    async with sandbox_client_of(sandbox) as client:
        yield client


@VIRTUAL
@pytest.mark.anyio
async def test_what_a_call_returns_stays_in_the_region(sandbox, client):
    app = await client.apps.get(TWIN)
    assert app.region == app.ref.region == THERE
    for text in (app.name, app.id, app.ref):
        assert (text.region, text.id) == (THERE, app.id)
        assert text.name == "web-api"
    own = await client.apps.get("web-api")
    assert type(own.name) is str
    assert own.ref == AppRef("web-api", region=HERE)
    assert own.ref.id == own.id
    asked(sandbox)
    operation = await client.apps.restart(app.name)
    assert operation.app.region == THERE
    await operation.wait()
    await client.operations.pending(operation.app, operation.id).wait()
    await (await client.operations.get(operation.app, operation.id)).wait()
    assert set(asked(sandbox)) == {THERE}
    async for event in client.events.list(TWIN):
        assert event.app_name.region == event.app_id.region == THERE
        break
    async for container in client.containers.list(TWIN):
        assert container.app_id.region == THERE
    addon = await client.addons.list(TWIN)
    assert {one.app_id.region for one in addon} <= {THERE}
    assert set(asked(sandbox)) == {THERE}


@pytest.mark.anyio
async def test_what_a_client_of_another_region_starts_can_be_asked_for_by_any(sandbox, client):
    for name in (NAME, AppRef(NAME), TWIN):
        operation = await client.region(THERE).apps.restart(name)
        assert (operation.app.region, operation.app.name) == (THERE, NAME)
        pending = client.region(THERE).operations.pending(name, operation.id)
        for one in (operation, pending):
            assert (await client.operations.get(one.app, one.id)).id == operation.id
    assert set(asked(sandbox)) == {THERE}
    operation = await client.apps.restart(NAME)
    assert type(operation.app) is str


@pytest.mark.anyio
async def test_names_of_a_client_of_another_region_say_so(sandbox, client):
    names = []
    for region in await client.regions.names():
        names += [app.name async for app in client.region(region).apps.list()]
    twins = [name for name in names if name == "web-api"]
    assert len(twins) == 2
    asked(sandbox)
    for name in twins:
        assert (await client.apps.get(name)).region == getattr(name, "region", HERE)
    assert sorted(asked(sandbox)) == [HERE, THERE]


@pytest.mark.anyio
async def test_whatever_a_method_is_called_through(sandbox, client):
    raw = await client.with_raw_response(client.apps.get)(TWIN)
    assert raw.value.region == THERE
    assert (await client.with_options(max_retries=0).apps.get(app=TWIN)).region == THERE
    assert await client.apps.exists(TWIN)
    page = await client.events.list(TWIN, per_page=1)
    while page.has_next:
        page = await page.next()
    assert set(asked(sandbox)) == {THERE}
    (addon,) = [a for a in await client.addons.list(TWIN) if "redis" in a.addon_provider.id][
        :1
    ] or [
        await client.addons.create(
            TWIN,
            addon_provider_id="redis",
            plan_id=(await client.addons.providers.find_plan("redis", "redis-starter-256")).id,
        )
    ]
    database = client.database(TWIN, addon.id)
    await database.get()
    await database.backups.list()
    await client.request("GET", "/databases/" + addon.id, api="database", addon=(TWIN, addon.id))
    regions = {r.region for r in sandbox.requests if r.region and "/addon_providers" not in r.path}
    assert regions == {THERE}


@pytest.mark.anyio
async def test_each_region_has_its_own_limit(sandbox):
    async with sandbox_client_of(sandbox, rate_limit="60/60s") as client:
        for _ in range(5):
            await client.apps.get(TWIN)
        assert client.rate_limit.used == 0
        assert client.region(THERE).rate_limit.used == 5


@pytest.mark.anyio
async def test_a_region_that_there_is_not(sandbox, client):
    with pytest.raises(UnknownRegionError, match="osc-mars-1"):
        await client.apps.restart(AppRef("web-api", region="osc-mars-1"))
    assert asked(sandbox) == []


@pytest.mark.anyio
async def test_names_of_all_apps_can_not_be_mistaken(sandbox, client):
    apps = [app async for app in bulk.all_apps(client)]
    for app in apps:
        assert app.region in {HERE, THERE}
        assert app.name.region == app.id.region == app.ref.region == app.region
        assert app.name.id == app.id
        assert app.id.name == app.name
    assert len({app.name for app in apps}) == len(apps)
    asked(sandbox)
    for app in apps:
        if app.name == "web-api":
            assert (await client.apps.get(app.name)).id == app.id
            assert (await client.apps.get(app.id)).id == app.id
