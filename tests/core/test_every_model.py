"""Every model there is, and every event payload: any JSON at all, and back again."""

import pkgutil
import typing
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from api_facts import MODELS, SHORT_FORMS, answer_to, declared, losses
from hypothesis import example, given, settings
from sweeps import sweep
from tables import ONLY, Cases, each

import scalingo_async.models
from scalingo_async import Headers, Response, ResponseDecodeError
from scalingo_async._core.decoding.converters import converter, decoder_by_hook, structure
from scalingo_async._core.decoding.decoder import ModelDecoder
from scalingo_async._core.decoding.encoder import encode_model
from scalingo_async._core.decoding.json import dumps, loads
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.decoding.plans import split_optional
from scalingo_async._core.endpoint import Endpoint, items, model
from scalingo_async.models.base import Model, fields_of, key_of
from scalingo_async.models.events.data import GenericData
from scalingo_async.models.events.types import EVENT_TYPES

from .json_samples import Samples
from .json_strategies import ANY_JSON

pytestmark = pytest.mark.slow


def _models() -> dict[str, type[Model]]:
    modules = [
        import_module(info.name)
        for info in pkgutil.walk_packages(scalingo_async.models.__path__, "scalingo_async.models.")
        if not info.ispkg
    ]
    public = {name: getattr(module, name) for module in modules for name in module.__all__}
    return {
        name: value
        for name, value in sorted(public.items())
        if isinstance(value, type) and issubclass(value, Model)
    }


ALL = _models()
ENDPOINTS: dict[str, Endpoint[Any]] = {
    name: model(f"any.{name}", "GET", "/", cls, root="it") for name, cls in ALL.items()
}
LISTS: dict[str, Endpoint[Any]] = {
    name: items(f"any.{name}.list", "GET", "/", cls) for name, cls in ALL.items()
}
PAYLOADS: dict[str, type[Model]] = {type_: ALL[name] for type_, (_, name) in EVENT_TYPES.items()}

_PLAIN: dict[Any, Any] = {
    str: "text",
    int: 3,
    bool: True,
    float: 1.5,
    datetime: "2030-01-02T03:04:05.678+02:00",
    date: "2030-01-02",
    timedelta: 90,
}


def simple(kind: Any) -> Any:
    """Make JSON that a type is decoded from; nested objects have what they need and no more."""
    inner, _ = split_optional(kind)
    if isinstance(inner, type) and issubclass(inner, Model):
        needed = (field for field in fields_of(inner) if not split_optional(field.type)[1])
        return {key_of(field): simple(field.type) for field in needed}
    if typing.get_origin(inner) is list:
        return [simple(typing.get_args(inner)[0])]
    if typing.get_origin(inner) is dict:
        return {"key": simple(typing.get_args(inner)[1])}
    return _PLAIN.get(inner, "anything")


WHOLE: dict[str, dict[str, Any]] = {
    name: {key_of(field): simple(field.type) for field in fields_of(cls)}
    for name, cls in ALL.items()
}
"""An object with all keys for each model."""


def misplaced(name: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Put a value in the place of each key of a model, and into a list and an object there."""
    for key in WHOLE[name]:
        for form in (value, [value], {"key": value}):
            yield key, {**WHOLE[name], key: form}


def decoded(endpoint: Endpoint[Any], content: bytes) -> Any:
    """Decode an answer as a call does; returns the error when it is refused."""
    try:
        return endpoint.decode(Response(200, Headers(), content))
    except ResponseDecodeError as error:
        return error


KINDS = [None, True, 7, 1.5, "text", "2026-01-02T03:04:05Z", "2026-01-02", [], [None], {},
         {"key": {"key": []}}]  # fmt: skip


def with_every_kind(test):
    """Whatever is drawn besides, each kind of JSON is there."""
    for value in KINDS:
        test = example(value)(test)
    return test


def test_no_model_is_left_out():
    named = {
        name.removesuffix("EventData") + "Data" * name.endswith("EventData") for name in MODELS
    }
    assert len(named) == len(MODELS) == 245 + len(SHORT_FORMS)
    assert named <= set(ALL)
    assert len(PAYLOADS) == len(set(PAYLOADS.values())) == 97


@each("name", ALL)
def test_the_client_decodes_as_the_cattrs_converter_does(name):
    """It takes the decoder behind the converter's hook, without making the converter for that."""
    hook = converter().get_structure_hook(ALL[name])
    assert hook.decode is decoder_by_hook(ALL[name])


@each("name", ALL)
def test_a_whole_object_is_decoded_without_loss(name):
    content = dumps({"it": WHOLE[name]})
    assert losses(WHOLE[name], decoded(ENDPOINTS[name], content)) == []


def lists_in(cls: type[Model]) -> Iterator[tuple[str, bool]]:
    """Return the keys of a model's lists, and whether each may be left out."""
    for field in fields_of(cls):
        kind, nullable = split_optional(field.type)
        if typing.get_origin(kind) is list:
            yield key_of(field), nullable


WITH_LISTS = {name: dict(lists_in(cls)) for name, cls in ALL.items() if dict(lists_in(cls))}


def ways_of(cls: type[Model], *seen: Any) -> dict[str, Any]:
    """Return the ways in which a model is decoded; compiled for what was seen, or for nothing."""
    return {
        "looped": ModelDecoder(cls).slow,
        "compiled": ModelDecoder(cls).compiled(),
        "compiled for others": ModelDecoder(cls).compiled(seen),
    }


@each("name", WITH_LISTS)
def test_null_is_an_empty_list_where_a_list_is_declared(name):
    """The platform's services are in Go, which writes an empty list so."""
    cls, whole = ALL[name], WHOLE[name]
    fields = {key_of(field): field.name for field in fields_of(cls)}
    for key, optional in WITH_LISTS[name].items():
        data = {**whole, key: None}
        for way, decode in ways_of(cls, whole, data).items():
            made = decode(data)
            assert getattr(made, fields[key]) == [], way
            assert structure(encode_model(made), cls) == made, way
        # A list that is not there is no list.
        missing = {k: v for k, v in whole.items() if k != key}
        for way, decode in ways_of(cls, whole, missing).items():
            if optional:
                assert getattr(decode(missing), fields[key]) is None, way
            else:
                with pytest.raises(MismatchError) as caught:
                    decode(missing)
                assert caught.value.where() == f"$.{key}", way


@each("name", ALL)
def test_null_is_an_empty_list_inside_of_others_and_nothing_else(name):
    """Each required field that is no list stays required, whatever the model is part of."""
    cls, whole = ALL[name], WHOLE[name]
    nulls = {**whole, **dict.fromkeys(WITH_LISTS.get(name, ()))}
    for many in (1, 30):
        assert len(LISTS[name].decode(Response(200, Headers(), dumps([nulls] * many)))) == many
    for field in fields_of(cls):
        kind, nullable = split_optional(field.type)
        if not nullable and typing.get_origin(kind) is not list:
            made = decoded(LISTS[name], dumps([{**whole, key_of(field): None}]))
            assert isinstance(made, ResponseDecodeError)
            assert made.path == f"$[0].{key_of(field)}"


@each("endpoint", [one for one in declared() if one.kind == "list"], ids=lambda one: one.id)
def test_null_is_an_empty_list_in_the_answer_of_every_list(endpoint):
    body = loads(answer_to(endpoint.id))
    root = endpoint.root
    empty = None if root is None else {**body, root: None}
    assert endpoint.decode(Response(200, Headers(), dumps(empty))) == []
    if root is not None:
        for other in ({}, {"something": None}, None, {root: [None]}):
            assert isinstance(decoded(endpoint, dumps(other)), ResponseDecodeError)


@settings(derandomize=True, max_examples=40)
@given(ANY_JSON)
def test_any_json_instead_of_any_model_is_decoded_or_refused(value):
    content = dumps({"it": value})
    for name, endpoint in ENDPOINTS.items():
        made = decoded(endpoint, content)
        if isinstance(made, ResponseDecodeError):
            assert made.path == "$.it" or made.path.startswith("$.it."), name
        else:
            assert type(made) is ALL[name]
            assert losses(value, made) == []


@pytest.mark.sweep
@settings(derandomize=True, max_examples=sweep("any JSON in any place of a model"))
@given(ANY_JSON)
@with_every_kind
def test_any_json_in_any_place_is_decoded_without_loss_or_refused_by_its_path(value):
    for name, endpoint in ENDPOINTS.items():
        for key, data in misplaced(name, value):
            made = decoded(endpoint, dumps({"it": data}))
            if isinstance(made, ResponseDecodeError):
                assert made.path.startswith(f"$.it.{key}"), name
            else:
                assert losses(data, made) == [], name


@pytest.mark.sweep
@settings(derandomize=True, max_examples=sweep("any JSON in any place of an event"))
@given(ANY_JSON)
@with_every_kind
def test_an_event_is_decoded_whatever_its_payload_is(value):
    for type_, cls in PAYLOADS.items():
        places = misplaced(cls.__name__, value)
        for type_data in (value, *(data for _, data in places)):
            event = {"id": "e", "created_at": _PLAIN[datetime], "type": type_}
            content = dumps({"it": {**event, "type_data": type_data}})
            data = decoded(ENDPOINTS["Event"], content).data
            try:
                expected: Model = structure({} if type_data is None else type_data, cls)
            except MismatchError:
                expected = GenericData(data=type_data)
            assert data == expected, type_


ODD = [
    b"",
    b"nothing",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-0.0",
    b"1" * 5000,
    b"1" * 20,
    b'"\\ud800"',
    b'"\xe9"',
    b"\xef\xbb\xbf1",
    b'{"a": 1, "a": 2}',
    b"[" * 100_000,
    b"[" * 2000 + b"]" * 2000,
    b'{"a":' * 2000 + b"1" + b"}" * 2000,
    b"1 2",
    b'"' + b"x" * 100_000 + b'"',
    b'"9999-12-31T23:59:59.999999999+23:59"',
    b'"0000-00-00T00:00:00Z"',
    b'"2030-01-02T03:04:05+99:99"',
    b'"\\u0662030-01-02"',
]
"""What is no JSON, or only just."""


@each("odd", ODD, ids=lambda odd: odd[:20])
def test_odd_text_in_an_answer_is_decoded_or_refused(odd):
    for name in ALL:
        for content in (
            odd,
            b"[%s]" % odd,
            *(
                dumps([{**WHOLE[name], key: "in-its-place"}]).replace(b'"in-its-place"', odd)
                for key in WHOLE[name]
            ),
        ):
            made = decoded(LISTS[name], content)
            if isinstance(made, ResponseDecodeError):
                assert made.path.startswith("$"), name
            else:
                assert losses(loads(content), made) == [], name


def test_what_was_decoded_comes_back_the_same():
    """The name of a case is a model and a seed: `CASE="App, 3" pytest ...` runs that alone."""
    run = Cases()
    for name, cls in ALL.items():
        for seed in range(20):
            if ONLY not in f"{name}, {seed}":
                continue
            draw = Samples(name, seed)
            with run(f"{name}, {seed}"):
                data = draw.fitting(cls)
                made = structure(data, cls)
                assert losses(data, made) == []
                written = loads(dumps(encode_model(made)))
                again = structure(written, cls)
                assert again == made
                assert dict(again.extra) == dict(made.extra)
                assert loads(dumps(encode_model(again))) == written
    run.check()
