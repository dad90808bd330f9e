"""A field of a model is required when the platform has always said it, and only then."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, get_origin

import attrs
import pytest
from api_facts import MODELS, answer_to, endpoints, model_named, sample_of
from known_answers import Known, known_objects

from scalingo_async import Headers, Response, ResponseDecodeError
from scalingo_async._core.decoding.converters import structure
from scalingo_async._core.decoding.json import dumps
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.decoding.plans import split_optional
from scalingo_async.models import (
    Addon,
    AddonSummary,
    App,
    AppSummary,
    ChildApp,
    Container,
    DedicatedDatabase,
    Event,
    EventCategory,
    EventType,
    EventUser,
    LogsUrl,
)
from scalingo_async.models.base import Model, fields_of, key_of
from scalingo_async.models.events.data import EventData

FEWEST = 2
"""So many known objects make a rule; what was seen once is an example."""

CHANGE = "what has begun must not look like a failure for want of a text about it"
FRESH = "missing while the database is being made: the official tools go by the app beside it"
EVENTS = {Event, EventCategory, EventType, EventUser}
NO_SWAP = "apps have no swap any more since September 2026"

OPTIONAL = {
    "ContainerStat.highest_swap_usage": NO_SWAP,
    "ContainerStat.swap_limit": NO_SWAP,
    "ContainerStat.swap_usage": NO_SWAP,
    "DatabaseFeatureChange.message": CHANGE,
    **{
        f"DatabaseUpgrade.{name}": CHANGE
        for name in [
            "id",
            "database_type_id",
            "major",
            "minor",
            "patch",
            "build",
            "release_number",
            "features",
            "allowed_plugins",
        ]
    },
    "DedicatedDatabase.plan": FRESH,
    "DedicatedDatabase.technology": FRESH,
    "DeploymentStreamMessage.data": "frames are an open set; those to come may have none",
    "LogEvent.name": "the official clients read `event`, the documentation shows `name`",
}
"""What stays optional although no known answer lacks it, and why."""


def known() -> dict[type[Model], list[Known]]:
    objects: defaultdict[type[Model], list[Known]] = defaultdict(list)
    for each in known_objects():
        objects[each.cls].append(each)
    return objects


def is_list(field: "attrs.Attribute[Any]") -> bool:
    return get_origin(split_optional(field.type)[0]) is list


def says(raw: dict[str, Any], field: "attrs.Attribute[Any]") -> bool:
    """Tell whether an object says something; `null` is an empty list."""
    value = raw.get(key_of(field))
    if value is None:
        return key_of(field) in raw and is_list(field)
    return not (isinstance(value, str) and value.startswith("0001-"))


def nullable(cls: type[Model], field: "attrs.Attribute[Any]") -> bool:
    """Tell whether an official client, or the documentation, has `null` in that place."""
    facts = MODELS.get(cls.__name__, {"fields": []})["fields"]
    return any(f["name"] == key_of(field) and f["nullable"] for f in facts) and not is_list(field)


def test_what_is_required_is_in_every_known_answer():
    lacking = [
        f"{cls.__name__}.{field.name}: {one.place}"
        for cls, objects in known().items()
        for field in fields_of(cls)
        if field.default is attrs.NOTHING
        for one in objects
        if not says(one.raw, field)
    ]
    assert lacking == []


def in_payloads(cls: type[Model]) -> bool:
    """Tell whether a model is a payload of events, or a part of one.

    A payload that lacks what is required loses its class, and no error tells of it.
    """
    return cls.__module__.startswith(EventData.__module__.rpartition(".")[0]) and cls not in EVENTS


def always_there() -> Iterator[str]:
    """Yield what is declared optional though every known answer says it."""
    for cls, objects in known().items():
        for field in fields_of(cls):
            if (
                split_optional(field.type)[1]
                and len(objects) >= FEWEST
                and all(says(one.raw, field) for one in objects)
                and not nullable(cls, field)
                and not in_payloads(cls)
            ):
                yield f"{cls.__name__}.{field.name}"


def test_what_every_known_answer_says_is_required():
    assert sorted(always_there()) == sorted(OPTIONAL)


# -- what a caller sees ------------------------------------------------------------------------

NAMED = [
    ("apps.get", "app", App, "created_at updated_at git_url owner url links"),
    ("addons.get", "addon", Addon, "app_id status plan addon_provider"),
    ("apps.children.list", "child_apps", ChildApp, "id name created_at parent_app_name"),
]


def decoded(id_: str, data: Any) -> Any:
    return endpoints()[id_].decode(Response(200, Headers(), dumps(data)))


@pytest.mark.parametrize(
    ("id_", "root", "key"),
    [(id_, root, key) for id_, root, _, keys in NAMED for key in keys.split()],
)
@pytest.mark.parametrize("null", [False, True])
def test_an_answer_without_what_is_required_is_refused(id_, root, key, null):
    data = json.loads(answer_to(id_, full=False))
    inner = data[root][0] if isinstance(data[root], list) else data[root]
    where = f"$.{root}[0].{key}" if isinstance(data[root], list) else f"$.{root}.{key}"
    assert decoded(id_, data)
    if null:
        inner[key] = None
    else:
        del inner[key]
    with pytest.raises(ResponseDecodeError) as caught:
        decoded(id_, data)
    assert caught.value.path == where


@pytest.mark.parametrize("name", MODELS)
def test_a_model_needs_no_more_than_what_is_required(name):
    cls, least = model_named(name), sample_of(name, full=False)
    assert type(structure(least, cls)) is cls
    for field in fields_of(cls):
        if field.default is attrs.NOTHING and split_optional(field.type)[0] is not Any:
            less = {key: value for key, value in least.items() if key != key_of(field)}
            with pytest.raises(MismatchError) as caught:
                structure(less, cls)
            assert caught.value.where() == f"$.{key_of(field)}"


def test_the_region_of_an_app_is_a_text_in_any_case():
    """Recordings of 2020 do not have it; they are the only ones of whole apps."""
    app = sample_of("App", full=False)
    assert "region" not in app
    assert decoded("apps.get", {"app": app}).region == ""
    assert decoded("apps.get", {"app": {**app, "region": "osc-fr1"}}).region == "osc-fr1"
    with pytest.raises(ResponseDecodeError, match=r"\$\.app\.region should be a string"):
        decoded("apps.get", {"app": {**app, "region": None}})


# -- short forms -------------------------------------------------------------------------------


def test_a_whole_one_is_a_short_one_too():
    app, addon = structure(sample_of("App", full=True), App), sample_of("Addon", full=True)
    assert isinstance(app, AppSummary)
    assert isinstance(structure(addon, Addon), AddonSummary)
    assert not isinstance(app, ChildApp)
    assert not issubclass(AppSummary, App)


def test_a_short_app_keeps_what_it_does_not_know():
    raw = {"id": "i", "name": "n", "status": "running"}
    child = {"created_at": "2030-01-02T03:04:05Z", "parent_app_name": "p"}
    (app,) = decoded("apps.children.list", {"child_apps": [{**raw, **child}], "meta": {}})
    assert (type(app), app.name, app.parent_app_name) == (ChildApp, "n", "p")
    assert dict(app.extra) == {"status": "running"}


@pytest.mark.parametrize(
    ("cls", "key"), [(Container, "app"), (LogsUrl, "app"), (DedicatedDatabase, "app")]
)
def test_an_app_beside_what_was_asked_for_is_short_or_only_a_hint(cls, key):
    least = sample_of(cls.__name__, full=False)
    for came in ({"id": "i", "name": "n"}, sample_of("App", full=True)):
        thing = structure({**least, key: came}, cls)
        assert type(thing.app) is AppSummary
        assert thing.app.name == came["name"]
        assert dict(thing.extra) == {}
    for hint in ({}, {"name": "n"}):
        thing = structure({**least, key: hint}, cls)
        assert thing.app is None
        assert dict(thing.extra) == {key: hint}


def test_an_addon_beside_a_dedicated_database_is_whole_or_only_a_hint():
    least = sample_of("DedicatedDatabase", full=False)
    whole = structure({**least, "addon": sample_of("Addon", full=False)}, DedicatedDatabase)
    assert type(whole.addon) is Addon
    hinted = structure({**least, "addon": {"id": "ad-1"}}, DedicatedDatabase)
    assert (hinted.addon, dict(hinted.extra)) == (None, {"addon": {"id": "ad-1"}})
