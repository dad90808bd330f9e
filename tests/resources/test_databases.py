"""`client.databases`: handles, and operations of upgrades."""

import inspect

import pytest
from api_facts import (
    CALLS,
    OPERATIONS,
    answer_to,
    arguments,
    method_of,
)
from platform_routes import connected
from tables import each

from scalingo_async import InvalidArgumentError

OF_A_DATABASE = [id_ for id_ in CALLS if OPERATIONS[id_]["auth"] == "addon_token"]


def bound_method(client, id_):
    handle = client.database("a-app", "a-addon_id")
    for name in id_.split(".")[1:]:
        handle = getattr(handle, name)
    return handle


@pytest.mark.anyio
@each("id_", OF_A_DATABASE)
async def test_a_handle_does_what_the_resource_does(id_, platform):
    platform.answers(id_, answer_to(id_))
    async with connected() as client:
        method, bound = method_of(client, id_), bound_method(client, id_)
        ids, rest = arguments(client, id_)
        assert ids[:2] == ["a-app", "a-addon_id"]
        expected, found = await method(*ids, **rest), await bound(*ids[2:], **rest)
        names = list(inspect.signature(method).parameters)
        assert list(inspect.signature(bound).parameters) == names[2:]
        assert bound.__doc__ == method.__doc__
    first, second = platform.requests
    assert found == expected
    assert (second.method, second.url, second.content) == (first.method, first.url, first.content)
    assert second.headers == first.headers
    assert first.headers["authorization"] == "Bearer addon-token"


def test_a_handle_names_its_database_and_refuses_wrong_ids():
    client = connected()
    assert repr(client.database("my-app", "ad-1").users) == "<UsersHandle ad-1 of my-app>"
    for wrong in ("", "..", "a/b", None, 1):
        with pytest.raises(InvalidArgumentError, match="app"):
            client.database(wrong, "ad-1")
        with pytest.raises(InvalidArgumentError, match="addon_id"):
            client.database("my-app", wrong)


@pytest.mark.anyio
@pytest.mark.parametrize("told", ["in the answer", "in the header", "nowhere"])
async def test_an_upgrade_knows_its_operation(told, platform):
    answer = {"message": "soon"} | ({"operation_id": "op-1"} if told == "in the answer" else {})
    headers = {"location": "https://db/api/operations/op-1"} if told == "in the header" else {}
    platform.answers("databases.upgrade", answer, headers=headers)
    async with connected() as client:
        upgrade = await client.databases.upgrade("my-app", "ad-1")
    assert upgrade.operation_id == (None if told == "nowhere" else "op-1")
