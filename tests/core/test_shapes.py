"""Answers of another known shape are put into the declared one; others pass as they are."""

import pytest
from hypothesis import given
from tables import each

from scalingo_async._core.decoding import shapes

from .json_strategies import ANY_JSON

RESHAPES = {
    "with_root": shapes.with_root("app", "name"),
    "without_root": shapes.without_root("app"),
    "one_of_list": shapes.one_of_list("app"),
    "list_of_one": shapes.list_of_one("app"),
    "nested_page": shapes.nested_page("app"),
}


@each(
    ("name", "data", "expected"),
    [
        ("with_root", {"name": "a"}, {"app": {"name": "a"}}),
        ("with_root", {"app": {"name": "a"}}, {"app": {"name": "a"}}),
        ("with_root", {"id": "a"}, {"id": "a"}),
        ("without_root", {"app": {"name": "a"}}, {"name": "a"}),
        ("without_root", {"name": "a"}, {"name": "a"}),
        ("without_root", {"app": "a"}, {"app": "a"}),
        ("one_of_list", {"app": [{"name": "a"}], "x": 1}, {"app": {"name": "a"}, "x": 1}),
        ("one_of_list", {"app": [1, 2]}, {"app": [1, 2]}),
        ("one_of_list", {"app": {}}, {"app": {}}),
        ("list_of_one", {"app": {"name": "a"}, "x": 1}, {"app": [{"name": "a"}], "x": 1}),
        ("list_of_one", {"app": []}, {"app": []}),
        (
            "nested_page",
            {"app": {"data": [1], "meta": {"current_page": 1}}},
            {"app": [1], "meta": {"pagination": {"current_page": 1}}},
        ),
        ("nested_page", {"app": [1]}, {"app": [1]}),
        ("nested_page", {"app": {"meta": {}}}, {"app": {"meta": {}}}),
        ("one_of_list", {"app": []}, {"app": []}),
    ],
)
def test_shapes(name, data, expected):
    assert RESHAPES[name](data) == expected


@pytest.mark.parametrize("name", RESHAPES)
@given(ANY_JSON)
def test_what_is_not_recognized_passes(name, data):
    if not isinstance(data, dict) or not data.keys() & {"app", "name"}:
        assert RESHAPES[name](data) is data
