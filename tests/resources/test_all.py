"""What several resources add to the rule of `test_api.py`: other answers, checks."""

import json
import re
from datetime import datetime

import pytest
from api_facts import (
    CALLS,
    FACTS,
    SLICE,
    endpoints,
    method_of,
    sample_of,
)
from known_answers import ELIDED
from platform_routes import connected

from scalingo_async import Headers, InvalidArgumentError, Response
from scalingo_async.resources.base import Resource

# -- answers in other forms --------------------------------------------------------------------

EXAMPLES = [
    pytest.param(id_, path.read_bytes(), id=path.name)
    for path in sorted((FACTS / "examples").iterdir())
    if (id_ := re.sub(r"(\.\d+)?\.(json|txt)$", "", path.name)) in {*CALLS, *SLICE} - {*ELIDED}
]


@pytest.mark.parametrize(("id_", "content"), EXAMPLES)
def test_every_documented_answer_decodes(id_, content):
    endpoints()[id_].decode(Response(200, Headers(), content))


USER = {"name": "u", "read_only": False, "protected": False}
DEDICATED = {"id": "1", "name": "db", "technology": "postgresql-ng", "plan": "p"}
ADDON = {**sample_of("Addon", full=False), "id": "ad"}
MAINTENANCE = {"id": "m", "database_id": "d", "type": "no-op", "status": "done"}


@pytest.mark.parametrize(
    ("id_", "answer", "expected"),
    [
        ("referrals.stats", {"clicks": "165"}, {"clicks": 165}),
        ("referrals.stats", {"clicks": 165}, {"clicks": 165}),
        ("databases.users.create", USER, {"name": "u"}),
        ("databases.users.create", {"database_user": USER}, {"name": "u"}),
        ("databases.users.reset_password", USER, {"name": "u"}),
        ("databases.maintenances.get", MAINTENANCE, {"id": "m"}),
        ("databases.maintenances.get", {"maintenance": MAINTENANCE}, {"id": "m"}),
        ("databases.pitr_restore", {"operation_id": "o"}, {"id": "o", "status": None}),
        (
            "databases.pitr_restore",
            {"operation": {"id": "o", "status": "pending"}, "operation_id": "x"},
            {"id": "o", "status": "pending"},
        ),
        ("dedicated_databases.list", {"databases": [DEDICATED]}, {"name": "db", "app": None}),
        ("dedicated_databases.list", [{"database": DEDICATED}], {"name": "db"}),
        (
            "dedicated_databases.list",
            {"databases": [{"database": DEDICATED, "addon": ADDON}]},
            {"name": "db", "database": None, "addon.id": "ad"},
        ),
        ("dedicated_databases.create", {"database": DEDICATED}, {"name": "db", "app": None}),
        (
            "dedicated_databases.create",
            {"database": {}, "app": {"id": "a", "name": "n", "project": {"id": "pr", "name": "p"}}},
            {"id": "a", "name": "n", "project_id": "pr", "plan": None, "app.id": "a"},
        ),
        (
            "dedicated_databases.create",
            {"app": {"id": "a", "name": "n"}},
            {"id": "a", "name": "n", "project_id": None},
        ),
        (
            "dedicated_databases.get",
            {"database": DEDICATED, "app": {"id": "a", "name": "n"}, "addon": ADDON},
            {"name": "db", "app.name": "n", "addon.id": "ad"},
        ),
        ("billing.usage", {"usage": {"app": "a"}}, {"app": "a"}),
        ("private_networks.domain_names.list", {"domain_names": ["a."]}, {}),
    ],
)
def test_answers_of_another_known_form_decode(id_, answer, expected):
    if id_ == "referrals.stats":
        answer = {"referral_stats": {**answer, "signups": 1, "amount_earned": 1, "url": "u"}}
    value = endpoints()[id_].decode(Response(200, Headers(), json.dumps(answer).encode()))
    if isinstance(value, list):
        (value,) = value
    for path, wanted in expected.items():
        found = value
        for name in path.split("."):
            found = getattr(found, name)
        assert (found, type(found)) == (wanted, type(wanted))


# -- arguments ---------------------------------------------------------------------------------

NAIVE = datetime(2030, 1, 2)  # noqa: DTZ001 - that is the mistake


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("id_", "ids", "rest", "message"),
    [
        ("databases.pitr_restore", 2, {"restore_time": NAIVE}, "restore_time has no time zone"),
        ("databases.pitr_restore", 2, {"restore_time": "2030"}, "restore_time must be a datetime"),
        ("data_access_consents.create", 1, {"databases_until": NAIVE}, "databases_until has no"),
        ("data_access_consents.update", 1, {"containers_until": NAIVE}, "containers_until has no"),
        ("databases.update", 2, {"periodic_backups_scheduled_at": 24}, "from 0 to 23"),
        ("databases.update", 2, {"periodic_backups_scheduled_at": True}, "must be an int"),
        ("databases.update", 2, {"maintenance_window": {"weekday_utc": 7}}, "from 0 to 6"),
        ("databases.update", 2, {"maintenance_window": {"starting_hour_utc": -1}}, "from 0 to 23"),
        ("containers.kill", 2, {"signal": "SIGKILL"}, "SIGUSR1. or .SIGUSR2"),
    ],
)
async def test_what_cannot_be_right_is_refused_before_anything_is_sent(
    id_, ids, rest, message, platform
):
    async with connected() as client:
        with pytest.raises(InvalidArgumentError, match=message):
            await method_of(client, id_)(*["a"] * ids, **rest)
    assert platform.requests == []


@pytest.mark.anyio
async def test_numbers_in_paths_may_be_numbers(platform):
    platform.answers("metrics.get_for_container", [])
    async with connected() as client:
        await client.metrics.get_for_container("my-app", "cpu", "web", 1)
        await client.metrics.get_for_container("my-app", "cpu", "web", "1")
        for wrong in (True, None, "..", 1.5):
            with pytest.raises(InvalidArgumentError, match="container_index"):
                client.metrics.get_for_container("my-app", "cpu", "web", wrong)
            with pytest.raises(InvalidArgumentError, match="number"):
                await client.scm_repo_links.get_pull("my-app", wrong)
    first, second = platform.requests
    assert first.url.path == "/v1/apps/my-app/stats/cpu/web/1"
    assert second.url == first.url


def test_resources_hold_nothing_but_their_session():
    pending = [Resource]
    while pending:
        kind = pending.pop()
        # Tests have some of their own.
        ours = kind.__subclasses__()
        pending += [one for one in ours if one.__module__.startswith("scalingo_async.")]
        # The dict of the base is for parts, and for what tests put in the place of a method.
        assert vars(kind)["__slots__"] == (("__dict__", "_session") if kind is Resource else ()), (
            kind
        )
        assert vars(kind.__new__(kind)) == {}, kind
