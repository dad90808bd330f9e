"""JSON to models and back: nothing invented, nothing lost, and one kind of error."""

import json
import pkgutil
from datetime import UTC, date, datetime, timedelta, timezone
from importlib import import_module
from typing import Any, Literal

import attrs
import pytest
from api_facts import answer_to
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import each

import scalingo_async.models
from scalingo_async._core.decoding import decoder as codec
from scalingo_async._core.decoding.converters import converter, hook, structure
from scalingo_async._core.decoding.decoder import (
    ModelDecoder,
    decoder_of,
    plan_of,
)
from scalingo_async._core.decoding.encoder import encode_model
from scalingo_async._core.decoding.json import dumps, loads, stop_of
from scalingo_async._core.decoding.masking import _SHORT, sounds_secret
from scalingo_async._core.decoding.mismatch import MismatchError, mismatch
from scalingo_async._core.decoding.plans import split_optional
from scalingo_async.errors import ResponseTooLargeError
from scalingo_async.models.addons import Addon, Plan
from scalingo_async.models.apps import App
from scalingo_async.models.base import Model
from scalingo_async.models.billing import Invoice
from scalingo_async.models.containers import Container
from scalingo_async.models.databases.databases import Database
from scalingo_async.models.deployments import Deployment
from scalingo_async.models.domains import Domain
from scalingo_async.models.events import types
from scalingo_async.models.events.apps import RestartData
from scalingo_async.models.events.data import GenericData
from scalingo_async.models.events.event import Event
from scalingo_async.models.logs import LogsUrl
from scalingo_async.models.operations import Operation
from scalingo_async.models.pagination import PaginationMeta
from scalingo_async.models.projects import Project
from scalingo_async.models.users import User
from scalingo_async.types import UNSET, Secret

from .json_strategies import ANY_JSON, fitting, nearly, objects

DOZEN = [
    Addon, App, Container, Database, Deployment, Domain, Event, Invoice, LogsUrl, Operation,
    PaginationMeta, Plan, Project, User,
]  # fmt: skip

for _module in pkgutil.walk_packages(scalingo_async.models.__path__, "scalingo_async.models."):
    import_module(_module.name)


def below(cls):
    for child in cls.__subclasses__():
        yield child
        yield from below(child)


ALL = sorted(
    {cls for cls in below(Model) if cls.__module__.startswith("scalingo_async.models")},
    key=lambda cls: cls.__name__,
)
MODELS = st.one_of(st.sampled_from(DOZEN), st.sampled_from(ALL))


@attrs.define(kw_only=True)
class Inner(Model):
    id: str
    at: datetime | None = None


@attrs.define(kw_only=True)
class Sample(Model):
    """One field of every kind."""

    text: str
    whole: int
    yes: bool
    number: float
    at: datetime
    day: date
    inner: Inner
    texts: list[str]
    lasts: timedelta
    maybe: str | None = None
    done: datetime | None = None
    kind: Literal["a", "b"] | str | None = attrs.field(default=None, metadata={"key": "type"})
    free: Any = None
    either: int | str | None = None
    inners: list[Inner] | None = None
    gaps: list[str | None] | None = None
    counts: dict[str, int] | None = None
    named: dict[str, Inner] | None = None
    bag: dict[str, Any] | None = None
    days: list[date] | None = None
    took: timedelta | None = None
    charged: timedelta | None = attrs.field(default=None, metadata={"unit": "minutes"})


@attrs.define(kw_only=True)
class Lenient(Model):
    inner: Inner | None = attrs.field(default=None, metadata={"lenient": True})


@attrs.define(kw_only=True)
class Absent(Model):
    place: str = attrs.field(default="", metadata={"absent": ""})
    rest: str | None = None


GOOD = {
    "text": "a", "whole": 1, "yes": True, "number": 1.5, "at": "2026-01-02T03:04:05Z",
    "day": "2026-01-02", "inner": {"id": "i"}, "texts": ["x"], "lasts": 3,
}  # fmt: skip


FULL = {
    **GOOD, "number": 2, "maybe": "m", "done": "2026-01-02T03:04:05", "type": "unheard of",
    "free": [{"x": None}], "either": 5, "gaps": ["a", None], "counts": {"a": 1},
    "named": {"n": {"id": "i"}}, "inners": [{"id": "i"}], "bag": {"x": [1, None]},
    "days": ["2026-03-04"], "took": 90, "charged": 90,
}  # fmt: skip


def test_durations_are_written_as_the_numbers_that_they_were():
    model = structure(FULL, Sample)
    assert {k: v for k, v in encode_model(model).items() if k in {"lasts", "took", "charged"}} == {
        "lasts": 3, "took": 90, "charged": 90,
    }  # fmt: skip
    model.took = timedelta(milliseconds=1500)
    model.charged = timedelta(seconds=30)
    assert (encode_model(model)["took"], encode_model(model)["charged"]) == (1.5, 0.5)
    assert structure([1, None], list[timedelta | None]) == [timedelta(seconds=1), None]


INNER = {"id": "i", "at": "2026-01-02T03:04:05Z"}
EVENT = {"id": "e", "created_at": "2026-01-02T03:04:05Z"}
SEEN = {
    Sample: FULL, Inner: INNER, Lenient: {"inner": INNER},
    Event: {**EVENT, "type": "restart", "type_data": {"scope": ["web"]}},
}  # fmt: skip


def compiled(cls):
    return ModelDecoder(cls).compiled()


def looped(cls):
    return ModelDecoder(cls).slow


def compiled_for_others(cls):
    """A decoder made for objects with all keys, and some more."""
    return ModelDecoder(cls).compiled([{**SEEN[cls], "unheard of": 1}])


BOTH = each("decoder", [looped, compiled, compiled_for_others])


def outcome(decode, data):
    """What decoding gives: the model, or where and why it does not fit."""
    try:
        model = decode(data)
    except MismatchError as error:
        return (error.where(), error.expected, error.found)
    return model, dict(model.extra)


@settings(max_examples=200)
@given(MODELS.flatmap(lambda cls: st.tuples(st.just(cls), st.one_of(ANY_JSON, nearly(cls)))))
def test_any_json_is_decoded_or_a_mismatch_by_loop_and_compiled_alike(case):
    cls, data = case
    assert outcome(looped(cls), data) == outcome(compiled(cls), data)
    assert outcome(lambda value: structure(value, cls), data) == outcome(looped(cls), data)


@settings(max_examples=150)
@given(st.one_of(nearly(Sample), objects(Sample, nearly)))
def test_the_loop_and_the_compiled_decoder_agree_on_every_kind_of_field(data):
    assert outcome(looped(Sample), data) == outcome(compiled(Sample), data)


@settings(max_examples=200)
@given(st.one_of(MODELS, st.just(Sample)).flatmap(lambda c: st.tuples(st.just(c), fitting(c))))
def test_what_was_decoded_comes_back_the_same(case):
    cls, data = case
    model = structure(data, cls)
    again = structure(loads(dumps(encode_model(model))), cls)
    assert again == model
    assert dict(again.extra) == dict(model.extra)
    assert converter().unstructure(model) == encode_model(model)


@BOTH
@each(
    ("key", "value", "expected", "found"),
    [
        ("text", None, "a string", "null"),
        ("text", 1, "a string", "an integer"),
        ("text", ["a"], "a string", "an array"),
        ("whole", "1", "an integer", "a string"),
        ("whole", 3.9, "an integer", "a number"),
        ("whole", 3.0, "an integer", "a number"),
        ("whole", True, "an integer", "a boolean"),
        ("yes", "false", "a boolean", "a string"),
        ("yes", 0, "a boolean", "an integer"),
        ("yes", None, "a boolean", "null"),
        ("number", "1.5", "a number", "a string"),
        ("number", True, "a number", "a boolean"),
        ("at", "yesterday", "a date and time (ISO 8601)", "a string"),
        ("at", 1_700_000_000, "a date and time (ISO 8601)", "an integer"),
        ("at", None, "a date and time (ISO 8601)", "null"),
        ("day", "2026-02-30", "a date (ISO 8601)", "a string"),
        ("day", 20260102, "a date (ISO 8601)", "an integer"),
        ("inner", [], "an object", "an array"),
        ("inner", None, "an object", "null"),
        ("texts", "abc", "an array", "a string"),
        ("texts", {}, "an array", "an object"),
        ("maybe", 0, "a string", "an integer"),
        ("done", "never", "a date and time (ISO 8601)", "a string"),
        ("done", {}, "a date and time (ISO 8601)", "an object"),
        ("type", 7, "a string", "an integer"),
        ("inners", {}, "an array", "an object"),
        ("counts", [], "an object", "an array"),
        ("bag", [], "an object", "an array"),
        ("lasts", None, "a duration in whole seconds", "null"),
        ("took", True, "a duration in whole seconds", "a boolean"),
        ("took", "90", "a duration in whole seconds", "a string"),
        ("took", 90.0, "a duration in whole seconds", "a number"),
        ("took", float("nan"), "a duration in whole seconds", "a number"),
        ("took", 86_400 * 10**9, "a duration in whole seconds", "too large an integer"),
        ("took", -(10**400), "a duration in whole seconds", "too large an integer"),
        ("charged", "1m", "a duration in whole minutes", "a string"),
        ("charged", 1440 * 10**9, "a duration in whole minutes", "too large an integer"),
        ("named", "x", "an object", "a string"),
    ],
)
def test_nothing_is_coerced(decoder, key, value, expected, found):
    with pytest.raises(MismatchError) as caught:
        decoder(Sample)({**GOOD, key: value})
    assert (caught.value.where(), caught.value.expected, caught.value.found) == (
        f"$.{key}",
        expected,
        found,
    )


@BOTH
@each(
    ("changes", "where"),
    [
        ({"texts": ["a", 1]}, "$.texts[1]"),
        ({"gaps": ["a", None, 1]}, "$.gaps[2]"),
        ({"counts": {"a": 1, "b": "canary"}}, "$.counts.b"),
        ({"inner": {"id": 7}}, "$.inner.id"),
        ({"inner": {}}, "$.inner.id"),
        ({"inners": [{"id": "a"}, {"id": "b", "at": "canary"}]}, "$.inners[1].at"),
        ({"named": {"x": {"id": "a"}, "y": "canary"}}, "$.named.y"),
        ({"named": {"x": {"id": ["canary"]}}}, "$.named.x.id"),
        ({"days": ["2026-01-01", "canary"]}, "$.days[1]"),
    ],
)
def test_a_mismatch_says_where_and_never_what(decoder, changes, where):
    with pytest.raises(MismatchError) as caught:
        decoder(Sample)({**GOOD, **changes})
    assert caught.value.where() == where
    assert "canary" not in repr(caught.value)


@BOTH
@each("key", GOOD)
def test_what_is_required_must_be_there(decoder, key):
    if key == "texts":
        assert decoder(Sample)({**FULL, key: None}).texts == []
    else:
        with pytest.raises(MismatchError):
            decoder(Sample)({**FULL, key: None})
    data = {name: value for name, value in GOOD.items() if name != key}
    with pytest.raises(MismatchError) as caught:
        decoder(Sample)(data)
    assert caught.value.where() == f"$.{key}"
    assert caught.value.found == "nothing"
    assert caught.value.expected == next(p.expected for p in plan_of(Sample) if p.key == key)


@BOTH
def test_what_is_optional_becomes_none(decoder):
    model = decoder(Sample)(GOOD)
    optional = ["maybe", "done", "kind", "free", "either", "inners", "counts", "named", "bag"]
    assert [getattr(model, name) for name in optional] == [None] * 9
    assert decoder(Sample)({**GOOD, **dict.fromkeys([*optional[:2], "type"])}) == model


@BOTH
def test_values_are_kept_as_they_are(decoder):
    model = decoder(Sample)(FULL)
    assert model.number == 2
    assert model.kind == "unheard of"
    assert model.free == [{"x": None}]
    assert model.either == 5
    assert model.gaps == ["a", None]
    assert model.counts == {"a": 1}
    assert model.named == {"n": Inner(id="i")}
    assert model.inners == [Inner(id="i")]
    assert model.bag == {"x": [1, None]}
    assert model.days == [date(2026, 3, 4)]
    assert model.day == date(2026, 1, 2)
    assert model.lasts == timedelta(seconds=3)
    assert model.took == timedelta(seconds=90)
    assert model.charged == timedelta(minutes=90)


@BOTH
@each(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05.678+02:00",
         datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_dates_are_aware(decoder, text, expected):
    model = decoder(Sample)({**GOOD, "at": text, "done": text})
    assert model.at == model.done == expected
    assert model.at.utcoffset() == model.done.utcoffset() == expected.utcoffset()


@BOTH
@each(
    "never",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00",
        "0001-01-01T00:09:21+00:09",
        "0002-W01-1T00:00:00Z",
    ],
)
def test_year_one_means_never(decoder, never):
    assert decoder(Sample)({**GOOD, "done": never}).done is None
    assert decoder(Sample)({**GOOD, "at": never}).at.year == 1, "there is nothing else to say"


@BOTH
def test_unknown_keys_are_kept(decoder):
    model = decoder(Inner)({"id": "i", "new": {"a": 1}, "type": None})
    assert dict(model.extra) == {"new": {"a": 1}, "type": None}
    assert encode_model(model) == {"id": "i", "new": {"a": 1}, "type": None}
    assert dict(Inner(id="made by hand").extra) == {}


@BOTH
@each("hint", [{"name": "my-app"}, "my-app", 7])
def test_a_nested_object_that_is_only_hinted_at_is_none(decoder, hint):
    model = decoder(Lenient)({"inner": hint})
    assert model.inner is None
    assert dict(model.extra) == {"inner": hint}
    assert encode_model(model) == {"inner": hint}
    assert decoder(Lenient)({"inner": {"id": "i"}}).inner == Inner(id="i")
    assert decoder(Lenient)({}) == Lenient()


@BOTH
@each("data", [None, [], "x", 1, True, 1.5])
def test_a_model_is_an_object(decoder, data):
    with pytest.raises(MismatchError) as caught:
        decoder(Inner)(data)
    assert (caught.value.where(), caught.value.expected) == ("$", "an object")


@each("seen", [[], [{"place": "p"}], [{"rest": "r"}], [{"place": "p"}, {}]])
def test_an_absent_key_stands_for_something_and_null_for_nothing(seen):
    decoder = ModelDecoder(Absent)
    for decode in (decoder.slow, ModelDecoder(Absent).compiled(seen)):
        assert decode({}) == Absent(place="")
        assert decode({"rest": "r"}) == Absent(place="", rest="r")
        assert decode({"place": "p"}) == Absent(place="p")
        for wrong in (None, 7):
            with pytest.raises(MismatchError) as caught:
                decode({"place": wrong})
            assert (caught.value.where(), caught.value.expected) == ("$.place", "a string")


class WithoutLoop(ModelDecoder):
    def slow(self, value):
        raise AssertionError(f"{value!r} fits, and was decoded twice")


def test_what_may_not_fit_is_left_to_the_loop():
    lenient = ModelDecoder(Lenient)
    assert lenient.compiled() == lenient.slow


def test_a_model_in_use_gets_a_compiled_decoder():
    decoder = ModelDecoder(Inner)
    for _ in range(codec.HOT):
        decoder({"id": "i"})
    assert decoder.fast is None
    assert decoder({"id": "i"}) == Inner(id="i")
    assert decoder.fast is decoder.compiled()
    assert decoder({"id": "j"}) == Inner(id="j")
    with pytest.raises(MismatchError):
        decoder({"id": None})
    many = ModelDecoder(Inner)
    assert many.for_many([{"id": "i"}] * codec.HOT) == many.slow
    assert many.for_many([{"id": "i"}]) is many.compiled()
    assert many.for_many([]) is many.compiled()


@BOTH
def test_event_payloads_have_the_class_of_their_type(decoder):
    decode = decoder(Event)
    restart = decode({**EVENT, "type": "restart", "type_data": {"scope": ["web"]}})
    assert isinstance(restart.data, RestartData)
    unknown = decode({**EVENT, "type": "unheard_of", "type_data": {"a": 1}})
    assert unknown.data == GenericData(data={"a": 1})
    # Nobody knows its payload yet.
    migrated = decode({**EVENT, "type": "complete_redis_to_valkey_migration", "type_data": {}})
    assert migrated.data == GenericData(data={})
    misfit = decode({**EVENT, "type": "restart", "type_data": ["no", "object"]})
    assert misfit.data == GenericData(data=["no", "object"])
    nothing = decode({**EVENT, "type": "restart"})
    assert isinstance(nothing.data, RestartData)
    assert "data" not in encode_model(restart)
    assert "unheard_of" not in types._CLASSES, "what an answer names is not collected"


def test_every_event_type_has_a_payload_class():
    for type_ in types.EVENT_TYPES:
        event = structure({**EVENT, "type": type_, "type_data": {}}, Event)
        assert type(event.data).__name__ in {types.EVENT_TYPES[type_][1], "GenericData"}


@each(
    ("kind", "expected"),
    [
        (str, (str, False)),
        (str | None, (str, True)),
        (Literal["a"] | str, (str, False)),
        (Literal["a"] | str | None, (str, True)),
        (int | str, (Any, False)),
        (int | str | None, (Any, True)),
        (Any, (Any, True)),
        (list[int] | None, (list[int], True)),
    ],
)
def test_optional_types(kind, expected):
    assert split_optional(kind) == expected


def test_the_converter_is_strict_and_takes_any_declared_shape():
    assert structure([{"id": "a"}], list[Inner]) == [Inner(id="a")]
    assert structure({"x": [1, None]}, dict[str, list[int | None]]) == {"x": [1, None]}
    assert structure([None, "2026-01-01"], list[date | None]) == [None, date(2026, 1, 1)]
    assert structure([1, None, "a"], list[Any]) == [1, None, "a"]
    strict = [
        ("false", bool),
        (None, str),
        (3.9, int),
        ("1", float),
        (0, datetime),
        ("abc", list[str]),
    ]
    for data, kind in strict:
        with pytest.raises(MismatchError):
            structure(data, kind)
    assert converter() is converter()
    assert decoder_of(object)(7) == 7


def test_a_hook_is_made_when_it_is_first_called():
    decode = hook(list[Inner])
    assert decode([{"id": "a"}]) == decode([{"id": "a"}]) == [Inner(id="a")]


@attrs.define(kw_only=True)
class HalfResolved(Model):
    plain: int
    named: "datetime"


def test_a_model_may_have_some_annotations_as_text():
    made = HalfResolved.from_dict({"plain": 1, "named": "2026-01-02T03:04:05Z"})
    assert made.named == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_an_app_without_a_region_is_decoded_alike_by_loop_and_compiled():
    data = loads(answer_to("apps.get"))["app"]
    del data["region"]
    decoder = ModelDecoder(App)
    for decode in (decoder.slow, decoder.compiled()):
        assert decode(data).region == ""
        assert decode(data | {"region": "osc-fr1"}).region == "osc-fr1"


@attrs.define(kw_only=True, init=False)
class OwnBeginning(Model):
    one: int = 0

    def __init__(self, text):
        raise NotImplementedError


def test_a_class_whose_init_takes_something_else_is_made_without_it():
    assert ModelDecoder(OwnBeginning)({"one": 1}).one == 1


def test_of_a_key_eighty_characters_are_told():
    for length, told in ((80, "k" * 80), (81, "k" * 80 + "…")):
        problem = mismatch("a string", 7)
        problem.path = ["k" * length]
        assert problem.where() == f"$.{told}"


def test_what_sounds_secret_does_so_in_the_plural():
    for word in sorted(_SHORT):
        assert sounds_secret(f"my_{word}")
        assert sounds_secret(f"my_{word}s")
    assert not sounds_secret("my_name")


def test_json_may_have_so_many_values():
    assert loads(b"[1,2,3]", 3) == [1, 2, 3]
    assert loads(b"12345678", 0) == 12345678
    with pytest.raises(ResponseTooLargeError, match="more than 2 values"):
        loads(b"[1,2,3]", 2)
    assert loads(b"[1,2,3]", None) == [1, 2, 3]


def test_an_empty_text_is_no_secret():
    assert codec.secret("s").reveal() == "s"
    for value in ("", None, 7, ["s"]):
        with pytest.raises(MismatchError):
            codec.secret(value)


def test_where_json_stops_to_be_json_is_said_if_it_is_known():
    with pytest.raises(ValueError, match="line 2") as caught:
        loads(b'{"a":\n!')
    assert stop_of(caught.value) == "it stops at line 2, column 1"
    assert stop_of(RecursionError()) == "it can't be read"


def test_mismatches_name_json_types():
    found = [mismatch("x", v).found for v in ({}, [], "", 1, 1.5, True, None, b"")]
    assert found == [
        "an object", "an array", "a string", "an integer", "a number", "a boolean", "null", "bytes",
    ]  # fmt: skip


def test_secrets_are_written_out_and_decoded_hidden():
    assert dumps({"password": Secret("canary")}) == b'{"password":"canary"}'
    assert codec.secret("canary") == Secret("canary")
    assert "canary" not in repr(codec.secret("canary"))
    for bad in (None, 7, ["canary"]):
        with pytest.raises(MismatchError, match="a string"):
            codec.secret(bad)


def test_dates_are_written_as_iso_8601():
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert dumps({"at": moment, "day": date(2026, 1, 2)}) == (
        b'{"at":"2026-01-02T03:04:05+00:00","day":"2026-01-02"}'
    )


@each("value", [object(), {1: 2}, {"a"}, b"x", 1j, "\ud800", 2**70, UNSET])
def test_what_has_no_json_form_is_refused(value):
    with pytest.raises(TypeError):
        dumps({"x": value})


@each(
    "content",
    [b"", b"{", b"Retry later", b"<html>", b"NaN", b"[1,]", b'"\\ud800"', b"\xff", b"\xef\xbb\xbf{}",
     b"[" * 100_000, b'{"a": 1} x'],
)  # fmt: skip
def test_what_is_not_json_is_a_value_error(content):
    with pytest.raises(ValueError):
        loads(content)


@given(ANY_JSON)
def test_json_is_read_as_the_standard_library_reads_it(data):
    assert loads(json.dumps(data).encode()) == data
    assert loads(dumps(data)) == data
