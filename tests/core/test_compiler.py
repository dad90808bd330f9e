"""Compiled decoders: whatever objects they were made for, they do what the loop does."""

from datetime import datetime
from typing import Any

import attrs
import pytest
from api_facts import sample_of
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import ONLY, Cases, each

from scalingo_async._core.decoding.converters import structure
from scalingo_async._core.decoding.decoder import (
    HOT,
    SAMPLE,
    SHARED,
    ModelDecoder,
    model_decoder,
)
from scalingo_async._core.decoding.encoder import encode_model
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.decoding.primitives import list_of
from scalingo_async.models.apps import App
from scalingo_async.models.base import Model
from scalingo_async.models.events.event import Event

from .json_samples import Samples
from .json_strategies import ANY_JSON, fitting, nearly, objects
from .test_decoder import ALL, DOZEN, FULL, GOOD, Inner, Lenient, Sample, WithoutLoop

pytestmark = pytest.mark.slow

MODELS = st.sampled_from([*DOZEN, Sample, *ALL])


@attrs.define(kw_only=True)
class Middle(Model):
    name: str
    inner: Inner
    other: Inner | None = None


@attrs.define(kw_only=True)
class Outer(Model):
    """Objects in objects, needed or not, and in lists."""

    middle: Middle
    id: str | None = None
    maybe: Middle | None = None
    hint: Lenient | None = None
    event: Event | None = None
    many: list[Middle] | None = None


@attrs.define(kw_only=True)
class Twice(Model):
    """Two fields that are told by the same key."""

    first: str
    second: str = attrs.field(metadata={"key": "first"})
    third: str | None = None


def outcome(decode, data):
    """What decoding gives, nested unknown keys included, or where and why it does not fit."""
    try:
        model = decode(data)
    except MismatchError as error:
        return (error.where(), error.expected, error.found)
    return model, type(model), encode_model(model)


def looped(cls):
    """The loop alone: the decoders of objects inside are fresh, so that they loop as well."""
    SHARED._models.clear()
    return ModelDecoder(cls).slow


def disturbed(data: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same object with other keys: in any order, some dropped, some with other values."""
    some = st.permutations(list(data.items())).flatmap(
        lambda pairs: st.integers(0, len(pairs)).map(lambda n: dict(pairs[n // 4 :]))
    )
    wrong = st.dictionaries(
        st.sampled_from([*data, "new", "newer"]) if data else st.just("new"), ANY_JSON, max_size=2
    )
    return st.builds(lambda a, b: {**a, **b}, some, st.one_of(st.just({}), wrong))


@st.composite
def seen_and_next(draw):
    """A model, objects that a decoder is made for, and one that comes later."""
    cls = draw(MODELS)
    seen = draw(st.lists(st.one_of(objects(cls, fitting), nearly(cls)), max_size=3))
    data = draw(
        st.one_of(objects(cls, fitting), objects(cls, nearly), st.sampled_from([*seen, {}]))
    )
    return cls, seen, draw(disturbed(data)) if isinstance(data, dict) else data


@settings(max_examples=200)
@given(seen_and_next())
def test_what_was_seen_before_changes_nothing(case):
    cls, seen, data = case
    decode = ModelDecoder(cls).compiled(seen)
    for value in (data, *seen):
        assert outcome(decode, value) == outcome(looped(cls), value)


@pytest.mark.parametrize("part", range(4))
def test_each_model_is_decoded_alike_with_any_keys(part):
    """The name of a case is a model and a seed: `CASE="App, 3" pytest ...` runs that alone."""
    run = Cases()
    for cls in ALL[part::4]:
        for seed in range(12):
            if ONLY not in f"{cls.__name__}, {seed}":
                continue
            draw = Samples(cls.__name__, seed)
            with run(f"{cls.__name__}, {seed}"):
                seen = draw.object(cls, draw.fitting)
                decode = ModelDecoder(cls).compiled([seen])
                for data in (seen, draw.disturbed(seen), draw.object(cls, draw.nearly)):
                    assert outcome(decode, data) == outcome(looped(cls), data)
    run.check()


@settings(max_examples=100)
@given(st.lists(st.one_of(nearly(Outer), objects(Outer, nearly)), max_size=3), nearly(Outer))
def test_objects_in_objects_are_decoded_alike(seen, data):
    decode = ModelDecoder(Outer).compiled(seen)
    for value in (data, *seen):
        assert outcome(decode, value) == outcome(looped(Outer), value)


NEXT = [
    {"id": "i"},
    {"at": None, "id": "i"},
    {"id": "i", "at": "2026-01-02T03:04:05Z"},
    {"id": "i", "new": 1},
    {"id": "i", "new": 1, "at": "2026-01-02T03:04:05Z"},
    {"at": "2026-01-02T03:04:05Z"},
    {"new": 1},
    {"at": None, "new": 1},
    {"id": "i", "at": "0002-W01-1T00:00:00Z"},
    {"id": "i", "at": "0002-W01-2T00:00:00Z"},
    {"id": None},
    {},
    None,
    [],
    "id",
]  # fmt: skip


@each("seen", NEXT)
@each("data", NEXT)
def test_other_keys_than_those_seen_are_decoded_alike(seen, data):
    assert outcome(ModelDecoder(Inner).compiled([seen]), data) == outcome(looped(Inner), data)


def test_a_key_that_took_the_place_of_an_unknown_one_is_not_missed():
    decode = ModelDecoder(Inner).compiled([{"id": "i", "new": 1}])
    assert decode({"id": "i", "at": "2026-01-02T03:04:05Z"}).at is not None
    twice = ModelDecoder(Twice).compiled([{"first": "a"}])
    assert twice({"first": "a"}) == Twice(first="a", second="a")
    assert twice({"first": "a", "third": "b"}) == Twice(first="a", second="a", third="b")


INNER = {"id": "i", "new": {"x": 1}}
MIDDLE = {"name": "m", "inner": INNER, "other": None}
EVENT = {"id": "e", "created_at": "2026-01-02T03:04:05Z", "type": "restart",
         "type_data": {"scope": ["web"]}}  # fmt: skip
OUTER = {"middle": MIDDLE, "id": "o", "maybe": {**MIDDLE, "other": {"id": "j"}},
         "hint": {"inner": "a hint"}, "event": EVENT, "many": [MIDDLE, MIDDLE]}  # fmt: skip


@each(
    ("changes", "where"),
    [
        ({"middle": None}, "$.middle"),
        ({"middle": []}, "$.middle"),
        ({"middle": {**MIDDLE, "inner": None}}, "$.middle.inner"),
        ({"middle": {**MIDDLE, "inner": {}}}, "$.middle.inner.id"),
        ({"maybe": {**MIDDLE, "other": {"id": 7}}}, "$.maybe.other.id"),
        ({"maybe": "m"}, "$.maybe"),
        ({"event": {**EVENT, "created_at": "canary"}}, "$.event.created_at"),
        ({"event": {**EVENT, "id": None}}, "$.event.id"),
        ({"many": [MIDDLE, {**MIDDLE, "name": None}]}, "$.many[1].name"),
        ({"many": [MIDDLE, MIDDLE, {**MIDDLE, "inner": {"id": ["canary"]}}]}, "$.many[2].inner.id"),
        ({"hint": "a hint"}, "$.hint"),
    ],
)
def test_a_mismatch_in_place_says_where(changes, where):
    decode = ModelDecoder(Outer).compiled([OUTER])
    with pytest.raises(MismatchError) as caught:
        decode({**OUTER, **changes})
    assert caught.value.where() == where
    assert outcome(decode, {**OUTER, **changes}) == outcome(looped(Outer), {**OUTER, **changes})


def test_what_was_left_out_of_the_objects_seen_is_decoded_all_the_same():
    for name in OUTER:
        without = {key: value for key, value in OUTER.items() if key != name}
        for seen in ([without], [{**OUTER, name: None}], [OUTER, without], [without, "odd", OUTER]):
            decode = ModelDecoder(Outer).compiled(seen)
            assert outcome(decode, OUTER) == outcome(looped(Outer), OUTER)
            assert outcome(decode, without) == outcome(looped(Outer), without)


NAIVE = {**FULL, "at": "2026-01-02T03:04:05", "done": "0001-01-01T00:00:00Z"}
REVERSED = dict(reversed(FULL.items()))


@each("seen", [[], [GOOD], [FULL], [GOOD, FULL], [{**FULL, "new": 1}]])
@each(
    "data",
    [GOOD, FULL, REVERSED, NAIVE, {**FULL, "new": 1}, {**FULL, "texts": [], "counts": {}}],
)
def test_what_fits_is_left_to_the_compiled_decoder(seen, data):
    assert WithoutLoop(Sample).compiled(seen)(data) == looped(Sample)(data)


@each("seen", [[], [OUTER], [{"middle": MIDDLE}]])
def test_objects_in_objects_are_left_to_the_compiled_decoder(seen):
    decode = WithoutLoop(Outer).compiled(seen)
    for data in (OUTER, {"middle": MIDDLE}, {"middle": {"inner": INNER, "name": "m"}, "new": 1}):
        assert outcome(decode, data) == outcome(looped(Outer), data)


def test_lists_of_mixed_objects_are_decoded_alike():
    mixed = [{"id": "a"}, {"id": "b", "at": None}, {"new": 1, "id": "c"}, {"at": None, "id": "d"}]
    for first in range(len(mixed)):
        decoder = ModelDecoder(Inner)
        values = (mixed[first:] + mixed) * SAMPLE
        made = list_of(decoder)(values)
        assert decoder.fast is not None
        assert made == [looped(Inner)(value) for value in values]
        assert [dict(model.extra) for model in made] == [
            {"new": 1} if "new" in value else {} for value in values
        ]
        with pytest.raises(MismatchError) as caught:
            list_of(decoder)([*values, {"at": None}])
        assert caught.value.where() == f"$[{len(values)}].id"


def test_one_object_is_not_worth_a_compiler():
    decoder = ModelDecoder(App)
    app = sample_of("App", full=False)
    list_of(decoder)([app] * HOT)
    assert decoder.fast is None
    decoder(app)
    assert decoder.fast is not None


def test_what_was_never_seen_is_not_compiled():
    @attrs.define(kw_only=True)
    class Rare(Model):
        at: datetime | None = None

    @attrs.define(kw_only=True)
    class Common(Model):
        rare: Rare | None = None

    decode = ModelDecoder(Common).compiled([{"rare": None}, {}])
    assert model_decoder(Rare).fast is None
    for _ in range(HOT + 1):
        assert decode({"rare": {}}) == structure({"rare": {}}, Common)
    assert model_decoder(Rare).fast is not None


def an_event(**changes: Any) -> dict[str, Any]:
    fields = {"id": "1", "created_at": "2025-01-01T12:00:00Z", "type": "rename_app"}
    payload = {"old_name": "before", "new_name": "after"}
    return {**fields, "type_data": payload, **changes}


@each(
    "type_data",
    [
        {"old_name": "a", "new_name": "b"},
        {"old_name": "a", "new_name": "b", "reason": "more"},
        {"old_name": "a", "new_name": 5},
        {"old_name": "a"},
        ["a", "b"],
        None,
    ],
)
@each("type_", ["rename_app", "restart", "never heard of"])
def test_payloads_are_decoded_alike_once_their_decoders_are_known(type_data, type_):
    # Those of all these types are in use now.
    decoder = model_decoder(Event)
    compiled = decoder.compiled([an_event()])
    for used in ("rename_app", "restart", "never heard of"):
        for _ in range(2 * HOT):
            compiled(an_event(type=used))
    event = an_event(type=type_, type_data=type_data)
    fast, slow = compiled(event), decoder.slow(event)
    assert fast == slow
    assert type(fast.data) is type(slow.data)
    assert fast.data == slow.data
    assert encode_model(fast) == encode_model(slow)


@attrs.define(kw_only=True)
class Counted(Model):
    """A field that a plain function works out."""

    name: str
    length: int = attrs.field(default=0, metadata={"derived": lambda model, _: len(model.name)})


def test_what_a_function_works_out_is_worked_out_by_compiled_decoders():
    decoder = ModelDecoder(Counted)
    fast = decoder.compiled([{"name": "seen"}])
    assert not decoder.lenient
    assert (fast({"name": "abc"}).length, decoder.slow({"name": "abc"}).length) == (3, 3)
