"""Checks answers against what the API facts say of their models."""

import json
from datetime import date, datetime
from pathlib import Path

FACTS = Path(__file__).parents[1] / "api"

OPERATIONS = {row["id"]: row for row in json.loads((FACTS / "operations.json").read_text())}
MODELS = json.loads((FACTS / "models.json").read_text())
EVENT_TYPES = json.loads((FACTS / "event_types.json").read_text())

# Keys that real answers have been recorded with, though no model lists them.
MORE = {
    "Addon": {"message", "variables"},
    "Operation": {"message"},
    "Variable": {"app_id"},
    "Token": set(),
    "Container": set(),
    "PaginationMeta": {"previous_page"},
}

PRIMITIVES = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "any": lambda value: True,
    "date": lambda value: isinstance(value, str) and date.fromisoformat(value),
    "datetime": lambda value: isinstance(value, str) and is_date(value),
}


def is_date(text):
    moment = datetime.fromisoformat(text)
    # A service that is written in Go says "never" with the first day of its calendar.
    return moment.tzinfo is not None and ("." in text or moment.year == 1)


def check(value, kind, path="$"):
    """Fail unless a JSON value is of a type: `string`, `map:integer`, `array:object:App`…"""
    outer, _, inner = kind.partition(":")
    if outer == "array":
        assert isinstance(value, list), (path, value)
        for index, item in enumerate(value):
            check(item, inner, f"{path}[{index}]")
    elif outer == "map":
        assert isinstance(value, dict), (path, value)
        for key, item in value.items():
            check(item, inner, f"{path}.{key}")
    elif outer == "object":
        check_model(value, inner, path)
    else:
        assert PRIMITIVES[outer](value), (path, kind, value)


def check_model(value, name, path="$"):
    """Fail unless a JSON object has what a model says, and nothing that it doesn't know."""
    assert isinstance(value, dict), (path, value)
    fields = {field["name"]: field for field in MODELS[name]["fields"]}
    unknown = set(value) - set(fields) - MORE.get(name, set())
    assert not unknown, (path, name, unknown)
    for key, field in fields.items():
        if key not in value:
            assert field["optional"], (path, name, key)
        elif value[key] is None:
            assert field["nullable"], (path, name, key)
        else:
            check(value[key], field["type"], f"{path}.{key}")


def check_event(event):
    """Fail unless an event is one, payload included."""
    check_model(event, "Event")
    check_model(event["type_data"], EVENT_TYPES[event["type"]]["model"], event["type"])
