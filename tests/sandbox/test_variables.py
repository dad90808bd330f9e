"""Variables: one by one, and many at once."""

import pytest

from .bare_client import latest_event

pytestmark = pytest.mark.anyio


@pytest.fixture
async def path(api):
    await api.ok("POST", "/v1/apps", {"app": {"name": "some-example-app"}})
    return "/v1/apps/some-example-app/variables"


async def values(api, path, **params):
    rows = (await api.ok("GET", path, params=params))["variables"]
    return {row["name"]: row["value"] for row in rows}


async def test_setting_is_creating_or_replacing(api, path):
    body = {"variable": {"name": "LEVEL", "value": "info"}}
    first = await api.send("POST", path, body)
    assert first.status_code == 201
    assert await latest_event(api) == (
        "new_variable",
        {"name": "LEVEL", "value": "info", "addon_name": None},
    )
    body["variable"]["value"] = "debug"
    second = await api.send("POST", path, body)
    assert second.status_code == 200
    assert second.json()["variable"]["id"] == first.json()["variable"]["id"]
    assert await values(api, path) == {"LEVEL": "debug"}
    kind, data = await latest_event(api)
    assert (kind, data["old_value"], data["value"]) == ("edit_variable", "info", "debug")


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        (None, "x", {"name": ["can't be blank", "must start with a letter"]}),
        ("", "x", {"name": ["can't be blank", "must start with a letter"]}),
        (1, "x", {"name": ["can't be blank", "must start with a letter"]}),
        ("9A", "x", {"name": ["must start with a letter"]}),
        ("N" * 65, "x", {"name": ["is too long (maximum is 64 characters)"]}),
        ("A-B", "x", {"name": ["should contain only letters, digits and underscores"]}),
        ("É", "x", {"name": ["should contain only letters, digits and underscores"]}),
        ("A\n", "x", {"name": ["should contain only letters, digits and underscores"]}),
        ("_A", "x", {"name": ["must start with a letter"]}),
        ("A", None, {"value": ["can't be blank"]}),
        ("A", 1, {"value": ["should be a string"]}),
        ("A", "v" * 32769, {"value": ["is too long (maximum is 32768 characters)"]}),
        ("A B", 1, {"name": None, "value": None}),
    ],
)
async def test_what_will_not_do(api, path, name, value, wrong):
    row = {"name": name, "value": value}
    good = {"name": "GOOD", "value": "1"}
    for method, body in (("POST", {"variable": row}), ("PUT", {"variables": [good, row]})):
        answer = await api.send(method, path, body)
        assert answer.status_code == 422
        errors = answer.json()["errors"]
        assert list(errors) == list(wrong)
        assert all(text is None or errors[key] == text for key, text in wrong.items())
    assert await values(api, path) == {}


@pytest.mark.parametrize(("name", "value"), [("N" * 64, ""), ("A", "v" * 32768), ("a_1", "é\n$")])
async def test_what_will_do(api, path, name, value):
    await api.ok("POST", path, {"variable": {"name": name, "value": value}})
    assert await values(api, path) == {name: value}


async def test_ids_to_delete_may_be_in_the_query(api, path):
    for name in ("A", "B", "C"):
        await api.ok("POST", path, {"variable": {"name": name, "value": "1"}})
    rows = (await api.ok("GET", path))["variables"]
    params = {"variable_ids[]": [row["id"] for row in rows[:2]]}
    assert (await api.send("DELETE", path, params=params)).status_code == 204
    assert await values(api, path) == {"C": "1"}
    assert (await api.send("DELETE", path)).status_code == 422


async def test_a_bulk_update_merges(api, path):
    await api.ok("POST", path, {"variable": {"name": "KEPT", "value": "1"}})
    await api.ok("POST", path, {"variable": {"name": "CHANGED", "value": "1"}})
    rows = [
        # The Go client sends an empty id along.
        {"id": "", "name": "CHANGED", "value": "2"},
        {"name": "NEW", "value": "first"},
        {"name": "NEW", "value": "last"},
    ]
    body = await api.ok("PUT", path, {"variables": rows})
    assert {row["name"]: row["value"] for row in body["variables"]} == {
        "CHANGED": "2",
        "NEW": "last",
    }
    assert await values(api, path) == {"KEPT": "1", "CHANGED": "2", "NEW": "last"}
    kind, data = await latest_event(api)
    assert kind == "edit_variables"
    assert data == {
        "new_vars": [{"name": "NEW", "value": "last"}],
        "updated_vars": [{"name": "CHANGED", "value": "2", "old_value": "1"}],
        "deleted_vars": [],
    }
    before = len(await api.events("some-example-app"))
    await api.ok("PUT", path, {"variables": rows[2:]})
    await api.ok("PUT", path, {"variables": []})
    assert len(await api.events("some-example-app")) == before


@pytest.mark.parametrize("body", [{}, {"variables": {}}, {"variables": None}])
async def test_a_bulk_update_needs_a_list(api, path, body):
    answer = await api.send("PUT", path, body)
    assert answer.json() == {"errors": {"variables": ["missing field"]}}
    assert (await api.send("PUT", path, {"variables": ["A=1"]})).status_code == 422


async def test_updating_and_deleting_go_by_id(api, path):
    body = {"variables": [{"name": name, "value": "1"} for name in "ABCD"]}
    ids = {row["name"]: row["id"] for row in (await api.ok("PUT", path, body))["variables"]}
    await api.ok("PATCH", f"{path}/{ids['A']}", {"variable": {"value": "2", "name": "Z"}})
    assert (await values(api, path))["A"] == "2"
    answer = await api.send("PATCH", f"{path}/{ids['A']}", {"variable": {}})
    assert answer.json() == {"errors": {"value": ["can't be blank"]}}
    assert (await api.send("DELETE", f"{path}/{ids['A']}")).status_code == 204
    assert await latest_event(api) == ("delete_variable", {"name": "A", "value": "2"})
    for method in ("DELETE", "PATCH"):
        answer = await api.send(method, f"{path}/{ids['A']}", {"variable": {"value": "3"}})
        assert (answer.status_code, answer.json()["resource"]) == (404, "variable")
    answer = await api.send("DELETE", path, {"variable_ids": [ids["B"], "none"]})
    assert answer.status_code == 404
    assert sorted(await values(api, path)) == ["B", "C", "D"]
    answer = await api.send("DELETE", path, {"variable_ids": [ids["B"], ids["C"]]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert await values(api, path) == {"D": "1"}
    assert (await latest_event(api))[1]["deleted_vars"] == [
        {"name": "B", "value": "1"},
        {"name": "C", "value": "1"},
    ]
    assert (await api.send("DELETE", path)).status_code == 422


async def test_aliases_are_followed_on_request(api, path):
    rows = {"A": "$B", "B": "$C", "C": "end", "D": "$NONE", "E": "$E", "F": "x$C"}
    body = {"variables": [{"name": name, "value": value} for name, value in rows.items()]}
    await api.ok("PUT", path, body)
    assert await values(api, path) == rows
    assert await values(api, path, aliases="true") == rows
    assert await values(api, path, aliases="false") == rows | {"A": "end", "B": "end"}
