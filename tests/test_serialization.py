"""Models as JSON data and back: nothing is lost, nothing is invented, and secrets are masked."""

import contextlib
import copy
import inspect
import json
import sys
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

import attrs
import cattrs
import pytest
from core.json_samples import Samples
from core.json_strategies import ANY_JSON
from core.test_every_model import ALL, WHOLE
from hypothesis import given
from hypothesis import strategies as st
from tables import each

import scalingo_async.models
from scalingo_async import (
    AppRef,
    InvalidArgumentError,
    LogLine,
    NotFoundError,
    Page,
    PendingOperation,
    Secret,
)
from scalingo_async._core.decoding import converters
from scalingo_async._core.decoding.decoder import HOT
from scalingo_async._core.decoding.record import fields_of, is_secret, key_of
from scalingo_async.bulk import AppInventory, Outcome, Progress, Report, Summary
from scalingo_async.models import (
    AppSummary,
    Container,
    Deployment,
    Event,
    Model,
    Operation,
    PaginationMeta,
    Variable,
    converter,
)
from scalingo_async.models.base import masked
from scalingo_async.resources.variables import VariableChanges
from scalingo_async.types import MASK


@attrs.define(kw_only=True)
class Owner(Model):
    """An owner that needs little."""

    id: str
    username: str


@attrs.define(kw_only=True)
class App(Model):
    """An app that needs little."""

    id: str
    name: str
    uuid: str | None = None
    region: str | None = None
    created_at: datetime | None = None
    owner: Owner | None = None
    url: str | None = None
    flags: dict[str, bool] | None = None
    private_networks_ids: list[str] | None = None


CANARY = "canary-Fq7k"
NOW = "2030-01-02T03:04:05.678000+00:00"
EXTRA = {"brand_new": {"x": [1, None, {"y": "z"}]}, "newer": None}


def planted(data: Any) -> Any:
    """Put the canary in the place of every text."""
    if isinstance(data, dict):
        return {key: planted(value) for key, value in data.items()}
    if isinstance(data, list):
        return [planted(value) for value in data]
    return CANARY if isinstance(data, str) else data


def with_secrets(cls: type[Model], data: dict[str, Any]) -> dict[str, Any]:
    """Return data of a model with the canary in its secret fields."""
    return data | {
        key_of(field): planted(data[key_of(field)])
        for field in fields_of(cls)
        if is_secret(field) and key_of(field) in data
    }


# -- there and back ------------------------------------------------------------------------------


@each("name", ALL)
def test_every_model_comes_back_the_same(name):
    cls = ALL[name]
    for data in (WHOLE[name], Samples(name, 1).fitting(cls), Samples(name, 2).fitting(cls)):
        thing = cls.from_dict(data | EXTRA)
        for again in (
            cls.from_dict(thing.to_dict(secrets=True)),
            cls.from_json(thing.to_json(secrets=True)),
            cls.from_json(thing.to_json(secrets=True, indent=2).encode()),
        ):
            assert again == thing
            assert type(again) is cls
            assert again.extra == thing.extra
            assert again.to_dict(secrets=True) == thing.to_dict(secrets=True)
        assert dict(thing.extra).items() >= EXTRA.items()


@each("name", ALL)
def test_what_is_written_is_what_came(name):
    cls = ALL[name]
    data = WHOLE[name] | EXTRA
    out = cls.from_dict(data).to_dict(secrets=True)
    assert set(out) == set(data)
    assert json.loads(json.dumps(out)) == out
    # In dicts and lists of its own.
    thing = cls.from_dict(data)
    before = copy.deepcopy(thing.to_dict(secrets=True))
    thing.to_dict(secrets=True)["brand_new"]["x"].append(CANARY)
    assert thing.to_dict(secrets=True) == before


def test_the_data_is_copied():
    data = {"id": "a", "name": "b", "flags": {"x": True}, "new": [1]}
    app = App.from_dict(data)
    data["flags"]["y"] = True
    data["new"].append(2)
    assert app.flags == {"x": True}
    assert app.extra["new"] == [1]


def test_the_form_is_the_apis_own():
    out = Deployment.from_dict(
        {"id": "d", "app_id": "a", "created_at": "2030-01-02T03:04:05Z", "duration": 90, "x": 1}
    ).to_dict()
    assert out == {
        "id": "d",
        "app_id": "a",
        "created_at": "2030-01-02T03:04:05+00:00",
        "duration": 90,
        "x": 1,
    }
    made = Deployment(
        id="d",
        app_id="a",
        created_at=datetime(2030, 1, 2, tzinfo=UTC),
        duration=timedelta(seconds=2),
    )
    assert made.to_dict() == {
        "id": "d",
        "app_id": "a",
        "created_at": "2030-01-02T00:00:00+00:00",
        "duration": 2,
    }
    assert (
        made.to_json()
        == '{"id":"d","app_id":"a","created_at":"2030-01-02T00:00:00+00:00","duration":2}'
    )
    assert made.to_json(indent=1).splitlines()[:2] == ["{", ' "id": "d",']
    assert App(id="a", name="é").to_json() == '{"id":"a","name":"é"}'


def test_a_name_that_knows_its_region_is_written_as_a_plain_text():
    app = App(id=AppRef("a", region="osc-secnum-fr1"), name=AppRef("b", region="osc-secnum-fr1"))
    data = app.to_dict()
    assert {type(value) for value in data.values()} == {str}
    assert App.from_dict(data) == app
    assert {type(value) for value in converter().unstructure(app).values()} == {str}


def test_what_the_platform_left_out_stays_out_and_what_was_null_stays_null():
    app = App.from_dict({"id": "a", "name": "b", "region": None, "private_networks_ids": None})
    assert app.to_dict() == {"id": "a", "name": "b", "region": None, "private_networks_ids": []}


def test_a_field_that_was_changed_counts():
    app = App.from_dict({"id": "a", "name": "b", "region": "r", "flags": {"x": True}, "new": 1})
    app.name, app.region, app.uuid = "c", None, "ap-1"
    assert app.to_dict() == {
        "id": "a",
        "name": "c",
        "region": None,
        "flags": {"x": True},
        "new": 1,
        "uuid": "ap-1",
    }
    app = attrs.evolve(app, owner=Owner(id="o", username="u"))
    assert app.to_dict()["owner"] == {"id": "o", "username": "u"}
    container = Container.from_dict(WHOLE["Container"] | {"app": {"name": "a hint"}})
    assert container.to_dict()["app"] == {"name": "a hint"}
    container.app = AppSummary(id="a", name="b")
    assert container.to_dict()["app"] == {"id": "a", "name": "b"}


def test_an_event_is_written_with_its_payload():
    data = {
        "id": "e",
        "created_at": NOW,
        "type": "restart",
        "type_data": {"scope": ["web"], "new": 1},
    }
    event = Event.from_dict(data)
    assert type(event.data).__name__ == "RestartData"
    assert event.to_dict() == data
    again = Event.from_json(event.to_json())
    assert (again, again.data) == (event, event.data)


# -- what is refused -----------------------------------------------------------------------------

GOOD = {"id": "a", "name": "b"}
REFUSED = {
    "a wrong type": ({**GOOD, "created_at": 3}, r"App: \$\.created_at should be a date and time \(ISO 8601\), but is an integer"),
    "a wrong type below": ({**GOOD, "owner": {"id": 1}}, r"App: \$\.owner\.id should be a string, but is an integer"),
    "a missing key": ({"id": "a"}, r"App: \$\.name should be a string, but is nothing"),
    "no object": ([], "what App is made of must be a dict, not list"),
    "a model": (App(id="a", name="b"), r"what App is made of must be a dict, not App: give its to_dict\(secrets=True\)"),
    "a date": ({**GOOD, "created_at": datetime(2030, 1, 1, tzinfo=UTC)}, r"\$\.created_at should be a JSON value, but is a datetime"),
    "an object": ({**GOOD, "new": [1, {"x": object()}]}, r"App: \$\.new\[1\]\.x should be a JSON value, but is a object"),
    "keys that are no text": ({**GOOD, "new": {"x": {1: 2}}}, r"App: \$\.new\.x should be an object whose keys are strings"),
    "the mask": ({**GOOD, "name": MASK}, r"App: \$\.name should be the secret itself, but is its mask"),
    "the mask inside": ({**GOOD, "new": ["x", {"y": f"a {MASK} b"}]}, r"App: \$\.new\[1\]\.y should be the secret"),
}  # fmt: skip


@each("name", REFUSED)
def test_data_that_does_not_fit_is_refused_with_its_place(name):
    data, message = REFUSED[name]
    with pytest.raises(InvalidArgumentError, match=message) as caught:
        App.from_dict(data)
    assert CANARY not in str(caught.value)


def test_no_frame_of_the_error_holds_the_data():
    with pytest.raises(InvalidArgumentError) as caught:
        Variable.from_dict({"id": "v", "name": "A", "value": CANARY, "new": MASK})
    trace, frames = caught.value.__traceback__.tb_next, []
    while trace is not None:
        frames.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    assert not any("model_of" in frame for frame in frames)
    assert caught.value.__context__ is None


TEXTS = {
    '{"id": ': r"App: no valid JSON: it stops at line 1, column 8",
    "[]": "the JSON that App is made of must be an object, not list",
    '{"id": "a", "name": 1}': r"App: \$\.name should be a string, but is an integer",
}


@each("text", TEXTS)
def test_text_that_is_no_model_is_refused(text):
    for given_text in (text, text.encode()):
        with pytest.raises(InvalidArgumentError, match=TEXTS[text]):
            App.from_json(given_text)


def test_other_things_are_no_text():
    with pytest.raises(
        InvalidArgumentError, match="what App is made of must be a str or bytes, not dict"
    ):
        App.from_json({})


def test_what_is_nested_too_deeply_is_refused():
    data: Any = []
    for _ in range(sys.getrecursionlimit() + 100):
        data = [data]
    with pytest.raises(InvalidArgumentError, match="nested too deeply"):
        App.from_dict({**GOOD, "new": data})


@given(data=st.dictionaries(st.text(), ANY_JSON))
def test_nothing_else_is_ever_raised(data):
    with contextlib.suppress(InvalidArgumentError):
        assert App.from_dict(GOOD | data).to_json()


def test_a_field_without_a_json_form_is_refused_when_it_is_written():
    app = App(id="a", name="b", url=b"bytes")
    assert app.to_dict()["url"] == b"bytes"
    with pytest.raises(InvalidArgumentError, match="this has no JSON form"):
        app.to_json()
    app.url = float("nan")
    with pytest.raises(InvalidArgumentError, match="this has no JSON form"):
        app.to_json()


# -- secrets -------------------------------------------------------------------------------------


@each("name", [name for name, cls in ALL.items() if any(map(is_secret, fields_of(cls)))])
def test_secret_fields_are_masked(name):
    cls = ALL[name]
    thing = cls.from_dict(with_secrets(cls, WHOLE[name]))
    out = thing.to_dict()
    assert CANARY not in json.dumps(out)
    assert CANARY not in thing.to_json()
    assert CANARY in thing.to_json(secrets=True)
    for field in filter(is_secret, fields_of(cls)):
        value = out[key_of(field)]
        values = (
            value
            if isinstance(value, list)
            else value.values()
            if isinstance(value, dict)
            else [value]
        )
        assert {*values} == {MASK}
    with pytest.raises(InvalidArgumentError, match="its mask"):
        cls.from_dict(out)
    # Where it is nested, and where attrs shows it.
    assert CANARY not in repr(thing)
    assert thing.to_dict() == cls.from_dict(thing.to_dict(secrets=True)).to_dict()


def test_an_absent_secret_needs_no_mask():
    assert "webhook_url" not in ALL["NotifierTypeData"].from_dict({}).to_dict()
    assert ALL["NotifierTypeData"].from_dict({"webhook_url": None}).to_dict() == {
        "webhook_url": None
    }


UNKNOWN = {
    "api_token": CANARY,
    "newPassword": CANARY,
    "SECRET_KEY": CANARY,
    "credentials": {"user": CANARY, "list": [CANARY]},
    "deeper": [{"private-key": CANARY, "x": {"authorization": CANARY}}],
    "database_url": f"postgres://me:{CANARY}@example.com/db",
    "plain": f"tk-us-{CANARY}",
    "pin_otp": 123456,
}


def test_unknown_keys_that_look_like_secrets_are_masked():
    app = App.from_dict(GOOD | UNKNOWN)
    assert CANARY not in app.to_json()
    assert app.to_dict()["pin_otp"] == MASK
    assert app.to_dict(secrets=True) == GOOD | UNKNOWN


def test_other_unknown_keys_stay_as_they_came():
    harmless = {
        "author": "me",
        "monkey": "x",
        "passenger": "y",
        "count": 3,
        "has_token": True,
        "keyboard": ["z"],
    }
    assert App.from_dict(GOOD | harmless).to_dict() == GOOD | harmless


def test_the_payload_of_an_event_is_masked_by_what_is_known_of_it():
    head = {"id": "e", "created_at": NOW}
    for type_, payload in {
        "new_variable": {"name": "A", "value": CANARY, "api_token": CANARY},
        "edit_variables": {"new_vars": [{"name": "A", "value": CANARY}]},
        # Not known here: by the names of its keys.
        "unheard_of": {"variable": {"name": "A", "value": CANARY, "old_value": CANARY}},
        "new_log_drain": {"url": CANARY},
        # Of an unexpected shape.
        "new_key": {"id": 3, "token": CANARY},
    }.items():
        event = Event.from_dict({**head, "type": type_, "type_data": payload})
        for each_event in (event, copy.deepcopy(event), attrs.evolve(event, id="x")):
            assert CANARY not in each_event.to_json(), type_
        assert event.to_dict(secrets=True)["type_data"] == payload
        assert CANARY not in event.data.to_json()


def test_attrs_shows_everything_once():
    variable = Variable.from_dict({"id": "v", "name": "A", "value": CANARY, "new": 1})
    shown = attrs.asdict(variable)
    assert repr(shown).count(CANARY) == 1
    assert shown == {"extra": {"new": 1}, "id": "v", "name": "A", "value": CANARY}
    assert "new': 1" not in repr(variable)
    assert {field.name for field in attrs.fields(Variable)} == {*shown}


def test_a_model_can_be_made_with_extra_keys():
    made = App(id="a", name="b", _extra={"new": 1})
    assert dict(made.extra) == {"new": 1}
    assert made.to_dict() == {"id": "a", "name": "b", "new": 1}
    assert not App(id="a", name="b").extra


# -- cattrs --------------------------------------------------------------------------------------


@each("name", ALL)
def test_the_public_converter_makes_what_the_client_makes(name):
    cls = ALL[name]
    mine = converter()
    assert mine is not converter()
    assert type(mine) is type(converters.converter()) is cattrs.Converter
    for data in (WHOLE[name] | EXTRA, Samples(name, 1).fitting(cls)):
        decoded = converters.structure(copy.deepcopy(data), cls)
        for one in (mine, mine.copy(), converters.converter()):
            made = one.structure(data, cls)
            assert made == decoded
            assert made.extra == decoded.extra
            assert one.unstructure(made) == decoded.to_dict(secrets=True)
            assert one.structure(one.unstructure(made), cls) == decoded
            assert one.structure([data, data], list[cls]) == [decoded, decoded]
            assert one.structure({"x": data, "y": None}, dict[str, cls | None]) == {
                "x": decoded,
                "y": None,
            }
        safe = converter(secrets=False)
        assert safe.unstructure(decoded) == decoded.to_dict()
        assert safe.unstructure([decoded]) == [decoded.to_dict()]


LAST = datetime(9999, 1, 1, tzinfo=UTC)


class Moment(datetime):
    """A user's own class of dates."""


def customized() -> cattrs.Converter:
    mine = converter()
    mine.register_structure_hook(datetime, lambda value, _: Moment.fromisoformat(value))
    mine.register_unstructure_hook(Moment, lambda value: int(value.timestamp()))
    return mine


def dated(data: Any) -> list[datetime]:
    """Return all dates in a model, wherever they are."""
    if isinstance(data, Model):
        return [
            d
            for f in attrs.fields(type(data))
            if f.name != "extra"
            for d in dated(getattr(data, f.name))
        ]
    if isinstance(data, list):
        return [d for value in data for d in dated(value)]
    return [data] if isinstance(data, datetime) else []


@each("name", [name for name, cls in ALL.items() if dated(cls.from_dict(WHOLE[name]))])
def test_a_hook_for_dates_counts_in_every_model(name):
    cls = ALL[name]
    for mine in (customized(), customized().copy()):
        made = mine.structure(WHOLE[name], cls)
        assert made == cls.from_dict(WHOLE[name])
        assert {type(value) for value in dated(made)} == {Moment}
        text = json.dumps(mine.unstructure(made))
        assert "2030-01-02T" not in text or not any(
            isinstance(v, str) and v.startswith("2030") for v in WHOLE[name].values()
        )
    # Neither the client nor others see it.
    assert Moment not in {type(value) for value in dated(cls.from_dict(WHOLE[name]))}
    assert Moment not in {type(value) for value in dated(converter().structure(WHOLE[name], cls))}


def test_a_hook_for_dates_counts_in_the_payloads_of_events():
    data = {"id": "e", "created_at": NOW, "type": "plan_database_maintenance",
            "type_data": WHOLE["PlanDatabaseMaintenanceData"]}  # fmt: skip
    made = customized().structure(data, Event)
    assert type(made.created_at) is Moment
    assert {type(value) for value in dated(made.data)} <= {Moment}
    assert customized().unstructure(made)["created_at"] == 1893553445


def test_a_hook_that_is_registered_later_counts_from_then_on():
    mine = converter()
    assert type(mine.structure(GOOD | {"created_at": NOW}, App).created_at) is datetime
    mine.register_structure_hook(datetime, lambda value, _: Moment.fromisoformat(value))
    assert type(mine.structure(GOOD | {"created_at": NOW}, App).created_at) is Moment


@attrs.define(kw_only=True)
class Dates(Model):
    one: datetime
    other: datetime | None = None


@attrs.define(kw_only=True)
class OneDate(Model):
    one: datetime


def test_a_hook_counts_in_a_model_of_nothing_else():
    assert type(customized().structure({"one": NOW}, OneDate).one) is Moment
    made = customized().structure({"one": NOW, "other": NOW}, Dates)
    assert (type(made.one), type(made.other)) == (Moment, Moment)


def test_a_hook_for_a_model_counts_although_all_in_it_has_hooks_too():
    mine = customized()
    mine.register_structure_hook(OneDate, lambda value, _: OneDate(one=LAST))
    assert mine.structure([{"one": NOW}], list[OneDate])[0].one == LAST


@attrs.define(kw_only=True)
class Loose(Model):
    names: list[str] | None
    data: dict[str, Any] | None = attrs.field(default=None, repr=False)


def test_a_list_that_was_taken_away_is_absent():
    made = Loose.from_dict({"names": ["a"]})
    made.names = None
    assert "names" not in made.to_dict()


def test_data_that_is_not_shown_is_written_with_its_secrets_masked():
    made = Loose.from_dict({"names": [], "data": {"a": 1, "password": "p"}})
    assert made.to_dict()["data"] == {"a": 1, "password": MASK}


def test_what_only_looks_like_a_result_is_written_as_it_is():
    class Foreign:
        def to_dict(self):
            raise NotImplementedError

    foreign = Foreign()
    assert converter().unstructure(foreign) is foreign


def test_a_hook_is_asked_what_null_is():
    mine = converter()
    mine.register_structure_hook(
        datetime, lambda value, _: Moment.fromisoformat(NOW if value is None else value)
    )
    assert mine.structure({"one": None}, Dates).one == Moment.fromisoformat(NOW)


class Colour(Enum):
    RED = "red"


@attrs.define
class Team:
    name: str
    size: int = 0


@attrs.define(kw_only=True)
class MyOwner(Owner):
    nickname: str | None = None


@attrs.define(kw_only=True)
class MyApp(App):
    """A user's own model."""

    owner: MyOwner | None = None
    team: Team | None = None
    colour: Colour | None = None
    label: Literal["x", "y"] | None = None
    anything: int | str | None = None
    since: date | None = None

    @property
    def loud(self) -> str:
        return self.name.upper()


MINE = GOOD | {
    "owner": {"id": "o", "username": "u", "nickname": "n", "new": 1},
    "team": {"name": "t", "size": 2},
    "colour": "red",
    "label": "x",
    "anything": 3,
    "since": "2030-01-02",
    "created_at": NOW,
    "newer": 1,
}


def test_a_users_own_model_is_a_model():
    for made in (
        MyApp.from_dict(MINE),
        converter().structure(MINE, MyApp),
        customized().structure(MINE, MyApp),
    ):
        assert type(made) is MyApp
        assert made.owner == MyOwner(id="o", username="u", nickname="n")
        assert (made.team, made.colour, made.loud) == (Team("t", 2), Colour.RED, "B")
        assert (made.label, made.anything, made.since) == ("x", 3, date(2030, 1, 2))
        assert dict(made.extra) == {"newer": 1}
    assert MyApp.from_dict(MINE).to_dict() == MINE
    assert converter().unstructure(MyApp.from_dict(MINE)) == MINE
    assert customized().unstructure(customized().structure(MINE, MyApp)) == MINE | {
        "created_at": 1893553445
    }
    assert MyApp.from_json(MyApp.from_dict(MINE).to_json()) == MyApp.from_dict(MINE)
    with pytest.raises(
        InvalidArgumentError, match=r"MyApp: \$\.owner\.nickname should be a string"
    ) as caught:
        MyApp.from_dict(MINE | {"owner": MINE["owner"] | {"nickname": 3}})
    assert caught.value.__cause__ is None


def low(_: object, field: object, value: int) -> None:
    if value < 0:
        raise ValueError("too low")


@attrs.define(kw_only=True)
class Scored(App):
    """A user's own model, whose class does more than to hold what it is given."""

    stars: int = 3
    tags: list[str] = attrs.field(factory=list)
    code: str = attrs.field(default="X", converter=str.lower)
    level: int = attrs.field(default=0, validator=low)
    unset: int | None = 1
    loud: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.loud = self.name.upper()


@attrs.define(kw_only=True)
class Checked(App):
    """One with nothing but a step of its own at the end."""

    def __attrs_post_init__(self) -> None:
        self.name = f"{self.name}!"


@attrs.frozen(kw_only=True)
class Firm(App):
    """One that can't be changed."""


@attrs.define(kw_only=True)
class ScoredEvent(Event):
    stars: int = 3


@attrs.define(kw_only=True)
class Holder(App):
    scored: Scored | None = None
    firm: list[Firm] | None = None


MANY = range(HOT + 2)
"""So many times that a decoder that can be compiled is."""


def test_the_class_of_a_user_is_made_by_its_init():
    for _ in MANY:
        made = Scored.from_dict(GOOD | {"new": 1})
        assert (made.stars, made.tags, made.code, made.level, made.loud) == (3, [], "x", 0, "B")
        assert (made.unset, dict(made.extra)) == (1, {"new": 1})
        made = converter().structure(GOOD | {"stars": 4, "tags": ["t"], "code": "ABC"}, Scored)
        assert (made.stars, made.tags, made.code) == (4, ["t"], "abc")
        made.unset = None
        assert Scored.from_dict(made.to_dict()) == made
        assert Checked.from_dict(GOOD).name == "b!"
        with pytest.raises(InvalidArgumentError, match="what Scored takes") as caught:
            Scored.from_dict(GOOD | {"level": -1})
        assert isinstance(caught.value.__cause__, ValueError)
        with pytest.raises(InvalidArgumentError, match=r"\$\.stars should be an integer"):
            Scored.from_dict(GOOD | {"stars": "4"})


def test_a_frozen_class_of_a_user_is_a_model():
    for _ in MANY:
        made = Firm.from_dict(GOOD | {"new": 1})
        assert Firm.from_dict(made.to_dict()) == made
        assert attrs.evolve(made, name="c").to_dict() == GOOD | {"new": 1, "name": "c"}
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            made.name = "c"


def test_such_classes_may_be_in_others_and_be_events():
    for _ in MANY:
        holder = Holder.from_dict(GOOD | {"scored": GOOD, "firm": [GOOD] * 9})
        assert (holder.scored, holder.firm) == (Scored.from_dict(GOOD), [Firm.from_dict(GOOD)] * 9)
        data = {"id": "e", "created_at": NOW, "type": "new_variable", "type_data": {"name": "A"}}
        event = ScoredEvent.from_dict(data)
        assert (event.stars, event.data) == (3, Event.from_dict(data).data)


@attrs.define
class Vault:
    """A user's own class, which is no model, with models in it."""

    variable: Variable
    password: str
    others: list[Variable]


@attrs.define(kw_only=True)
class WithVault(App):
    vault: Vault | None = None
    token: Secret | None = None
    sorts: set[str] | None = None
    free: Any = None


def test_secrets_are_masked_wherever_models_are():
    variable = {"id": "v", "name": "A", "value": CANARY}
    vault = {"variable": variable, "password": CANARY, "others": [variable]}
    data = GOOD | {"vault": vault, "token": CANARY, "sorts": ["s"]}
    made = WithVault.from_dict(data)
    assert (made.token, made.sorts) == (Secret(CANARY), {"s"})
    assert made.to_dict(secrets=True) == data
    made.free = (VARIABLE, {"t": (VARIABLE, Secret(CANARY))}, AppRef("shop", region="osc-fr1"))
    for written in (
        made.to_dict(),
        converter(secrets=False).unstructure(made),
        Page([made]).to_dict(),
        Outcome(0, made, "done", value=made).to_dict(),
    ):
        assert CANARY not in repr(written)
        assert CANARY not in json.dumps(written)
    assert type(made.to_dict()["free"][2]) is str
    assert converter().unstructure([Secret(CANARY)]) == [CANARY]
    assert converter(secrets=False).unstructure([Secret(CANARY)]) == [MASK]
    assert type(converter().unstructure([AppRef("shop", region="osc-fr1")])[0]) is str


def test_what_a_users_own_model_has_a_default_for_may_be_absent():
    made = MyApp.from_dict(GOOD)
    assert (made.team, made.colour, made.label, made.anything, made.since) == (None,) * 5
    assert made.to_dict() == GOOD


def test_what_a_hook_raises_is_the_cause():
    for broken, place in (({"colour": "blue"}, "colour should be what the hook of Colour takes"),
                          ({"created_at": "never"}, "created_at should be what the hook of datetime takes")):  # fmt: skip
        with pytest.raises(
            InvalidArgumentError, match=rf"MyApp: \$\.{place}, but is a string"
        ) as caught:
            customized().structure(MINE | broken, MyApp)
        assert isinstance(caught.value.__cause__, ValueError)


@attrs.define(kw_only=True)
class Tagged(App):
    tag: UUID | None = None


def test_a_type_without_a_hook_is_refused_until_it_has_one():
    data = GOOD | {"tag": "12345678123456781234567812345678"}
    with pytest.raises(InvalidArgumentError, match=r"\$\.tag should be UUID, which has no hook"):
        Tagged.from_dict(data)
    mine = converter()
    mine.register_structure_hook(UUID, lambda value, _: UUID(value))
    mine.register_unstructure_hook(UUID, str)
    made = mine.structure(data, Tagged)
    assert made.tag == UUID(data["tag"])
    assert mine.unstructure(made)["tag"] == str(made.tag)


def test_a_hook_for_a_model_counts_wherever_it_is():
    mine = converter()
    mine.register_structure_hook(Owner, lambda value, _: MyOwner(id=value["id"], username="mine"))
    mine.register_unstructure_hook(MyOwner, lambda value: value.username)
    made = mine.structure(GOOD | {"owner": {"id": "o"}}, App)
    assert made.owner == MyOwner(id="o", username="mine")
    assert mine.unstructure(made) == GOOD | {"owner": "mine"}
    assert mine.structure([GOOD | {"owner": None}], list[App])[0].owner is None


def test_models_may_be_in_a_users_own_classes():
    @attrs.define
    class Fleet:
        apps: list[App]
        main: App | None = None

    mine = converter()
    fleet = mine.structure({"apps": [GOOD | {"new": 1}], "main": None}, Fleet)
    assert fleet == Fleet([App(id="a", name="b")])
    assert dict(fleet.apps[0].extra) == {"new": 1}
    assert mine.unstructure(fleet) == {"apps": [GOOD | {"new": 1}], "main": None}
    with pytest.raises(InvalidArgumentError, match=r"the data: \$\[0\]\.name should be a string"):
        mine.structure({"apps": [{"id": "a"}]}, Fleet)


def test_the_converter_says_where_data_does_not_fit():
    with pytest.raises(
        InvalidArgumentError, match=r"App: \$\.name should be a string, but is nothing"
    ):
        converter().structure({"id": "a"}, App)
    with pytest.raises(InvalidArgumentError, match=r"the data: \$\[1\]\.id should be a string"):
        converter().structure([GOOD, {"id": 1}], list[App])


@attrs.define(kw_only=True)
class Tree(Model):
    """A user's own model that refers to itself, by its name."""

    branches: "list[Tree] | None" = None
    leaf: "datetime | None" = None
    twigs: dict[str, "Tree"] | None = None


def test_a_model_may_refer_to_itself():
    data = {"branches": [{"leaf": NOW}, {"branches": [{"new": 1}]}], "twigs": {"a": {"leaf": NOW}}}
    for made in (Tree.from_dict(data), converter().structure(data, Tree)):
        assert made.branches[0].leaf.year == 2030
        assert dict(made.branches[1].branches[0].extra) == {"new": 1}
        assert made.twigs["a"].leaf.year == 2030
        assert made.to_dict() == data
    assert type(customized().structure(data, Tree).branches[0].leaf) is Moment
    deep: Any = {}
    for _ in range(sys.getrecursionlimit()):
        deep = {"branches": [deep]}
    with pytest.raises(InvalidArgumentError, match="nested too deeply"):
        converter().structure(deep, Tree)


@attrs.define(kw_only=True)
class Unresolvable(Model):
    thing: "list[Nowhere] | None" = None  # noqa: F821


def test_a_name_that_stands_for_nothing_is_said():
    with pytest.raises(
        InvalidArgumentError, match=r"annotations of Unresolvable can't be resolved.*Nowhere"
    ):
        Unresolvable.from_dict({})


def test_a_stock_converter_makes_a_model_or_says_what_it_lacks():
    assert cattrs.structure({"id": "o", "username": "u"}, Owner) == Owner(id="o", username="u")
    # Which one it is, is up to the version of cattrs.
    with pytest.raises((cattrs.StructureHandlerNotFoundError, cattrs.ClassValidationError)):
        cattrs.structure(GOOD | {"created_at": NOW}, App)
    app = App.from_dict(GOOD | {"owner": {"id": "o", "username": "u", "new": 1}})
    out = cattrs.unstructure(app)
    assert out["owner"]["username"] == "u"
    assert out["owner"]["extra"] == {"new": 1}


# -- what is no model ----------------------------------------------------------------------------

APP = App.from_dict(GOOD | {"new": 1})
VARIABLE = Variable.from_dict({"id": "v", "name": "A", "value": CANARY})
PLAIN_VARIABLE = {"id": "v", "name": "A", "value": CANARY}
LOST = NotFoundError(
    "gone", status_code=404, code="not_found", request_id="r-1", body={"x": CANARY}
)
LOST_DATA = {
    "type": "NotFoundError",
    "message": "gone",
    "code": "not_found",
    "status_code": 404,
    "request_id": "r-1",
}
PENDING = PendingOperation("shop", "op-1", [APP], None)
PENDING.operation = Operation(id="op-1", status="done")

RESULTS = {
    "a page": (
        Page([VARIABLE], PaginationMeta(current_page=1, total_pages=1, total_count=1), "c"),
        {"items": [PLAIN_VARIABLE], "meta": {"current_page": 1, "total_pages": 1, "total_count": 1}, "next_cursor": "c"},
    ),
    "a page without more": (Page(["x", 3]), {"items": ["x", 3], "meta": None, "next_cursor": None}),
    "an operation": (PENDING, {
        "app": "shop", "id": "op-1", "done": True, "value": [GOOD | {"new": 1}],
        "operation": {"id": "op-1", "status": "done"},
    }),
    "an outcome": (Outcome(2, ("a", APP), "done", value={"v": VARIABLE}, attempts=1), {
        "index": 2, "item": ["a", GOOD | {"new": 1}], "status": "done", "value": {"v": PLAIN_VARIABLE}, "error": None,
        "attempts": 1, "duration": 0.0, "requests": 0,
    }),
    "a failed one": (Outcome(0, "shop", "failed", error=LOST), {
        "index": 0, "item": "shop", "status": "failed", "value": None, "error": LOST_DATA, "attempts": 0,
        "duration": 0.0, "requests": 0,
    }),
    "a report": (Report([Outcome(0, "shop", "done")], Summary(done=1, errors=(ValueError("bad"),))), {
        "summary": {
            "done": 1, "failed": 0, "skipped": 0, "unknown": 0, "planned": 0, "stopped": False, "requests": 0,
            "elapsed": 0.0, "errors": [
                {"type": "ValueError", "message": "bad", "code": None, "status_code": None, "request_id": None}
            ],
        },
        "outcomes": [Outcome(0, "shop", "done").to_dict()],
    }),
    "progress": (Progress(done=1, total=4), {
        "done": 1, "failed": 0, "skipped": 0, "unknown": 0, "planned": 0, "total": 4, "elapsed": 0.0, "requests": 0,
        "rate": 0.0, "eta": None,
    }),
    "an inventory": (AppInventory(APP, variables=(VARIABLE,), errors=MappingProxyType({"domains": LOST})), {
        "app": GOOD | {"new": 1}, "variables": [PLAIN_VARIABLE], "domains": None, "addons": None, "containers": None,
        "collaborators": None, "errors": {"domains": LOST_DATA},
    }),
    "changes": (VariableChanges(updated=(VARIABLE,), deleted=("B",)), {"updated": [PLAIN_VARIABLE], "deleted": ["B"]}),
    "a line of a log": (LogLine(datetime(2030, 1, 2, tzinfo=UTC), "web-1", "hello", "raw"), {
        "timestamp": "2030-01-02T00:00:00+00:00", "source": "web-1", "message": "hello", "raw": "raw",
    }),
    "odd values": (Outcome(0, Colour.RED, "done", value=[Secret(CANARY), timedelta(seconds=3), {1: None}, UUID(int=1), b"out\xff"]), {
        "index": 0, "item": "red", "status": "done", "value": [CANARY, 3.0, {"1": None}, str(UUID(int=1)), "out\ufffd"],
        "error": None, "attempts": 0, "duration": 0.0, "requests": 0,
    }),
}  # fmt: skip


@each("name", RESULTS)
def test_what_methods_return_can_be_written(name):
    thing, expected = RESULTS[name]
    assert thing.to_dict(secrets=True) == expected
    assert json.loads(thing.to_json(secrets=True)) == expected
    assert json.loads(thing.to_json(indent=2)) == thing.to_dict()
    assert CANARY not in thing.to_json()
    assert converter().unstructure(thing) == expected
    assert converter(secrets=False).unstructure(thing) == thing.to_dict()
    if CANARY in repr(expected):
        assert MASK in thing.to_json()


def test_texts_that_hold_a_secret_are_masked_in_part():
    url = f"postgres://me:{CANARY}@db.example.com/x"
    outcome = Outcome(0, url, "failed", value=[url, url.encode()], error=ValueError(f"no: {url}"))
    hidden = f"postgres://{MASK}@db.example.com/x"
    written = outcome.to_dict()
    assert (written["item"], written["value"]) == (hidden, [hidden, hidden])
    assert written["error"]["message"] == f"no: {hidden}"
    assert outcome.to_dict(secrets=True)["error"]["message"] == f"no: {url}"
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----"
    for text in (f"tk-us-{CANARY}", key, key[:50]):
        assert Outcome(0, f"a {text}", "done").to_dict()["item"] == f"a {MASK}"
    assert Outcome(0, f"{key} b", "done").to_dict()["item"] == f"{MASK} b"


def test_what_is_in_itself_is_refused():
    loop: list[Any] = []
    loop.append(loop)
    for thing in (MyApp.from_dict(GOOD), Outcome(0, loop, "done")):
        if isinstance(thing, MyApp):
            thing.anything = loop  # type: ignore[assignment]
        for write in (thing.to_dict, thing.to_json):
            with pytest.raises(InvalidArgumentError, match="nested too deeply"):
                write()


def test_half_a_character_is_escaped():
    # A name of a file that is no UTF-8.
    text = Outcome(0, b"\xff.csv".decode(errors="surrogateescape"), "done").to_json()
    assert b"\\udcff.csv" in text.encode()
    assert json.loads(text)["item"] == "\udcff.csv"


SWITCHES = {"a text": "false", "a number": 1, "nothing": None}


@each("name", SWITCHES)
def test_secrets_are_written_for_true_alone(name):
    for write in (
        VARIABLE.to_dict,
        VARIABLE.to_json,
        Page([VARIABLE]).to_dict,
        Page([]).to_json,
        converter,
    ):
        with pytest.raises(InvalidArgumentError, match=r"^secrets must be True or False"):
            write(secrets=SWITCHES[name])


def test_an_indent_is_a_number_of_spaces():
    for indent in (-1, True, "x"):
        for thing in (VARIABLE, Page([VARIABLE])):
            with pytest.raises(InvalidArgumentError, match=r"^indent must be an int, 0 or more"):
                thing.to_json(indent=indent)
    assert json.loads(VARIABLE.to_json(indent=0)) == VARIABLE.to_dict()


def test_no_key_is_the_mask():
    with pytest.raises(InvalidArgumentError, match=r"\$\.a should be the secret itself"):
        App.from_dict(GOOD | {"a": {MASK: 1}})


class Number(IntEnum):
    ONE = 1


class Half(float):
    pass


def test_data_may_be_of_derived_classes():
    made = App.from_dict(
        GOOD | {"id": AppRef("a", region="osc-fr1"), "n": Number.ONE, "f": Half(0.5)}
    )
    assert made.to_dict() == GOOD | {"id": "a", "n": 1, "f": 0.5}
    kinds = {key: type(value) for key, value in made.to_dict().items()}
    assert (kinds["id"], kinds["n"], kinds["f"]) == (str, int, float)


@pytest.mark.parametrize("more", [True, False])
def test_a_page_comes_back(more):
    meta = PaginationMeta(
        current_page=1, next_page=2 if more else None, total_pages=2, total_count=1
    )
    for page in (Page([VARIABLE], meta), Page([VARIABLE], None, "c" if more else None)):
        for again in (
            Page.from_dict(page.to_dict(secrets=True), Variable),
            Page.from_json(page.to_json(secrets=True), Variable),
        ):
            assert type(again) is Page
            assert (again, again.meta, again.next_cursor) == (page, page.meta, page.next_cursor)
            assert again.has_next is more
    assert Page.from_dict({"items": ["a"]}, str) == ["a"]


PAGES = {
    "a wrong item": ({"items": [{"id": 1}]}, r"Page: \$\.items\[0\]\.id should be a string"),
    "no items": ({}, r"Page: \$ should be an object with items, but is one without"),
    "a wrong page": ({"items": [], "meta": 1}, r"Page: \$\.meta should be an object"),
    "a mask": (Page([VARIABLE]).to_dict(), r"Page: \$\.items\[0\]\.value should be the secret itself"),
    "a page": (Page([VARIABLE]), r"must be a dict, not Page: give its to_dict\(secrets=True\)"),
}  # fmt: skip


@each("name", PAGES)
def test_a_page_that_does_not_fit_is_refused(name):
    data, message = PAGES[name]
    with pytest.raises(InvalidArgumentError, match=message):
        Page.from_dict(data, Variable)


def test_a_mapping_of_a_users_is_masked_by_its_names():
    assert Outcome(0, "a", "done", value={"password": CANARY}).to_dict()["value"] == {
        "password": MASK
    }


def test_secret_fields_are_those_that_repr_masks():
    models = [
        m
        for m in vars(scalingo_async.models).values()
        if inspect.isclass(m) and issubclass(m, Model)
    ]
    assert models
    assert is_secret(attrs.fields(Variable).value)
    assert attrs.fields(Variable).value.repr is masked


def test_the_converter_knows_what_is_in_models():
    mine = converter()
    assert mine.unstructure([timedelta(seconds=90), datetime(2030, 1, 2, tzinfo=UTC), date(2030, 1, 2)]) == [
        90, "2030-01-02T00:00:00+00:00", "2030-01-02",
    ]  # fmt: skip
    assert mine.structure([90], list[timedelta]) == [timedelta(seconds=90)]
    assert mine.structure(["a", "c"], list[Literal["a", "b"] | str]) == ["a", "c"]
    with pytest.raises(InvalidArgumentError, match=r"the data: \$\[0\] should be a string"):
        mine.structure([1], list[Literal["a", "b"] | str])
