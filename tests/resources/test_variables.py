"""`client.variables`: as a dict, and set in the fewest requests."""

from typing import Any

import pytest
from sandbox_client import client_of
from tables import each

from scalingo_async import InvalidArgumentError
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


def calls(sandbox: Sandbox) -> list[str]:
    return [
        record.operation for record in sandbox.requests if record.operation != "tokens.exchange"
    ]


async def test_variables_are_a_dict():
    sandbox = Sandbox(apps=1, rate_limit=None)
    app = sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        await client.variables.set(app, {"A": "1", "B": "2"})
        found = await client.variables.as_dict(app)
    assert found["A"] == "1"
    assert found["B"] == "2"


async def test_setting_and_deleting_take_the_fewest_requests():
    sandbox = Sandbox(apps=1, rate_limit=None)
    app = sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        sandbox.forget_requests()
        changes = await client.variables.set(app, {"A": "1", "B": "2", "C": "3"})
        assert [v.name for v in changes.updated] == ["A", "B", "C"]
        assert calls(sandbox) == ["variables.bulk_update"]

        sandbox.forget_requests()
        changes = await client.variables.set(app, {"A": "1", "D": "4"}, delete=["B", "MISSING"])
        assert [v.name for v in changes.updated] == ["D"]
        assert changes.deleted == ("B",)
        assert calls(sandbox) == [
            "variables.list",
            "variables.bulk_update",
            "variables.bulk_delete",
        ]

        sandbox.forget_requests()
        changes = await client.variables.set(app, {"A": "1"}, delete=["B"])
        assert (changes.updated, changes.deleted) == ((), ())
        assert calls(sandbox) == ["variables.list"]

        sandbox.forget_requests()
        assert (await client.variables.set(app, {}, delete=["C"])).deleted == ("C",)
        assert calls(sandbox) == ["variables.list", "variables.bulk_delete"]
        left = await client.variables.as_dict(app)
        assert {"A", "D"} <= left.keys()
        assert not {"B", "C"} & left.keys()


@each(
    ("variables", "delete", "said"),
    [
        ({}, [], "nothing to set"),
        ({"A": "1"}, ["A"], "A can't be both set and deleted"),
        ({"_A": "1"}, [], "_A"),
        ({"A": "1"}, ["B-C"], "B-C"),
        ({"A": "1"}, "BC", r"delete must be a list such as .*: write \['BC'\]"),
        ({"A": 5}, [], "str"),
    ],
)
async def test_wrong_variables_are_refused_before_anything_is_sent(
    variables: Any, delete: Any, said: str
):
    sandbox = Sandbox(apps=1, rate_limit=None)
    async with client_of(sandbox) as client:
        with pytest.raises(InvalidArgumentError, match=said):
            await client.variables.set("my-app", variables, delete=delete)
    assert list(sandbox.requests) == []
