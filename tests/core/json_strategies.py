"""Strategies for JSON: anything at all, and what nearly fits a model."""

import typing
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

from hypothesis import strategies as st

from scalingo_async._core.decoding.plans import split_optional
from scalingo_async.models.base import Model, fields_of, key_of

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["false", "None", "0001-01-01T00:00:00Z", "2026-02-30", "2026-01-02", "2026-01-02T03:04:05"]
    ),
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
_ZONES = st.one_of(st.just(UTC), st.sampled_from([timezone(timedelta(hours=2)), None]))
_PRIMITIVES = {
    str: st.text(max_size=6),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-5, 5)),
    datetime: st.datetimes(timezones=_ZONES).map(datetime.isoformat),
    date: st.dates().map(date.isoformat),
    timedelta: st.integers(-(10**9), 10**9),
}


# Each strategy is made once: making and checking one costs far more than drawing from it.


@cache
def fitting(kind: typing.Any) -> st.SearchStrategy[typing.Any]:
    """JSON that a type is decoded from."""
    inner, nullable = split_optional(kind)
    if isinstance(inner, type) and issubclass(inner, Model):
        strategy = objects(inner, fitting)
    elif typing.get_origin(inner) is list:
        strategy = st.lists(fitting(typing.get_args(inner)[0]), max_size=2)
    elif typing.get_origin(inner) is dict:
        item = fitting(typing.get_args(inner)[1])
        strategy = st.dictionaries(st.text(max_size=4), item, max_size=2)
    else:
        strategy = _PRIMITIVES.get(inner, ANY_JSON)
    return st.one_of(st.none(), strategy) if nullable else strategy


@cache
def nearly(kind: typing.Any) -> st.SearchStrategy[typing.Any]:
    """JSON that a type may be decoded from, or not."""
    return st.integers(0, 9).flatmap(lambda n: fitting(kind) if n else ANY_JSON)


@cache
def objects(
    cls: type[Model],
    value: typing.Callable[[typing.Any], st.SearchStrategy[typing.Any]],
) -> st.SearchStrategy[dict[str, typing.Any]]:
    """JSON objects with the keys of a model, optional ones left out at times, and others."""
    fields = fields_of(cls)
    required = {key_of(f): value(f.type) for f in fields if not split_optional(f.type)[1]}
    optional = {key_of(f): value(f.type) for f in fields if split_optional(f.type)[1]}
    known = st.fixed_dictionaries(required, optional=optional)
    extra = st.dictionaries(st.text("xyz", min_size=4, max_size=5), ANY_JSON, max_size=2)
    return st.builds(lambda a, b: {**b, **a}, known, extra)
