"""When what takes a while is at its end, with a platform that is made up for each test."""

import itertools
import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import anyio
import pytest
from api_facts import client_of, made, sample_of
from instruments.virtual_time import VIRTUAL
from tables import each

from scalingo_async import (
    DeploymentFailedError,
    Headers,
    InvalidArgumentError,
    NotFoundError,
    OperationFailedError,
    OperationTimeoutError,
    Response,
    UntrustedURLError,
)
from scalingo_async.models import Addon
from scalingo_async.waiting.final_states import SETTLING, PlanChange
from scalingo_async.waiting.polling import Completion

pytestmark = [pytest.mark.anyio]

DATE = "2030-01-02T03:04:05Z"


class Platform:
    """Answers each path with its states, one after another, and the last one for ever.

    A state is an answer; a number is a status without one. Paths that it does not know are 404.
    """

    def __init__(self):
        self.paths = {}
        self.asked = []
        self.hosts = set()
        self.tokens = set()

    async def send(self, request):
        if request.endpoint.id == "addons.token":
            return self.answer({"addon": {"id": "ad-1", "token": "addon-token"}})
        url = urlsplit(request.url)
        path = url.path.removeprefix("/v1").removeprefix("/api").strip("/")
        self.asked.append((f"{request.method} {path}", anyio.current_time()))
        self.hosts.add(url.hostname)
        self.tokens.add(request.headers.get("authorization"))
        states = self.paths.get(path)
        if not states:
            return self.answer({"error": "not found"}, 404)
        state = states.pop(0) if len(states) > 1 else states[0]
        return self.answer({}, state) if isinstance(state, int) else self.answer(state)

    @staticmethod
    def answer(data, status=200):
        if isinstance(data, str):
            return Response(status, Headers(), data.encode())
        return Response(status, Headers(), json.dumps(data).encode())

    async def aclose(self):
        pass

    def paths_asked(self):
        return [path for path, _ in self.asked]


def deployment(status):
    return {"deployment": {"id": "d-1", "app_id": "a", "created_at": DATE, "status": status}}


def addon(status, plan="new", provider="postgresql-ng", at=None):
    return {
        "addon": {
            "id": "ad-1",
            "app_id": "a",
            "status": status,
            "updated_at": at and f"2030-01-02T03:04:{at:02}Z",
            "plan": {"id": f"{plan}-id", "name": plan, "display_name": plan},
            "addon_provider": {"id": provider, "name": provider},
        }
    }


def database(status, operation=None, features=(), plan="new"):
    row = sample_of("Database", full=False) | {
        "resource_id": "my_app_1",
        "plan": plan,
        "status": status,
        "current_operation_id": operation,
        "features": [{"name": name, "status": state} for name, state in features],
    }
    return {"database": row}


def backup(status):
    row = sample_of("DatabaseBackup", full=False) | {"id": "b-1", "status": status}
    return {"database_backup": row}


def operation(status, **more):
    return {"operation": {"id": "op-1", "status": status, **more}}


# -- deployments -------------------------------------------------------------------------------


@VIRTUAL
@each("end", ["aborted", "crashed-error", "timeout-error", "a-new-word", ""])
async def test_every_other_word_for_a_deployment_is_a_failure(end):
    platform = Platform()
    platform.paths["apps/a/deployments/d-1"] = [
        deployment(None),
        *map(deployment, ("queued", "building", "pushing", "starting", end)),
    ]
    platform.paths["apps/a/deployments/d-1/output"] = ["\x1b[1mone\x1b[0m\ntwo\n"]
    async with client_of(platform) as client:
        one = await client.deployments.get("a", "d-1")
        start, seen = anyio.current_time(), []
        with pytest.raises(DeploymentFailedError) as caught:
            await one.wait(on_progress=lambda state: seen.append(state.status))
    assert seen == ["queued", "building", "pushing", "starting", end]
    assert anyio.current_time() - start == pytest.approx(13.1875)
    assert (caught.value.status, caught.value.output) == (end, "one\ntwo")
    assert caught.value.message == (
        f"deployment d-1 of a failed: {end}; its log ends with: one | two"
    )
    assert platform.paths_asked()[-1] == "GET apps/a/deployments/d-1/output"
    assert len(platform.asked) == 7


@VIRTUAL
async def test_pauses_grow_to_ten_seconds():
    platform = Platform()
    platform.paths["apps/a/deployments/d-1"] = [
        *[deployment("building")] * 20,
        deployment("success"),
    ]
    async with client_of(platform) as client:
        await (await client.deployments.get("a", "d-1")).wait()
    moments = [moment for _, moment in platform.asked]
    pauses = [b - a for a, b in itertools.pairwise(moments)]
    assert pauses[:7] == pytest.approx([1.0, 1.5, 2.25, 3.375, 5.0625, 7.59375, 10.0])
    assert pauses[7:] == pytest.approx([10.0] * 13)


# -- what the host knows -----------------------------------------------------------------------


@VIRTUAL
@each("known", ["backups/b-1", "databases/ad-1/backups/b-1"])
async def test_a_backup_is_asked_for_where_the_host_knows_it(known):
    platform = Platform()
    platform.paths[known] = [*map(backup, ("pending", "a-new-word", "cancelling", "done"))]
    platform.paths["databases/ad-1/backups"] = [backup("scheduled")]
    async with client_of(platform) as client:
        made = await client.databases.backups.create("a", "ad-1")
        platform.asked.clear()
        seen = []
        assert (await made.wait(on_progress=seen.append)).status == "done"
        assert [one.status for one in seen] == ["pending", "a-new-word", "cancelling", "done"]
        asked = [f"GET {known}"] * 4
        missed = [] if known == "backups/b-1" else ["GET backups/b-1"]
        assert platform.paths_asked() == missed + asked, "404 is found out once"
        del platform.paths[known]
        platform.asked.clear()
        with pytest.raises(NotFoundError):
            await made.wait()
        assert platform.paths_asked() == [f"GET {known}"]
    assert platform.tokens == {"Bearer addon-token"}


@VIRTUAL
async def test_a_backup_that_is_cancelled():
    platform = Platform()
    platform.paths["backups/b-1"] = [*map(backup, ("running", "cancelling", "cancelled"))]
    async with client_of(platform) as client:
        one = await client.databases.backups.get_by_id("a", "ad-1", "b-1")
        with pytest.raises(OperationFailedError, match="b-1 of database ad-1 failed: cancelled"):
            await one.wait()


@VIRTUAL
@each("known", ["operations/op-1", "databases/ad-1/operations/op-1"])
@each("end", ["done", "finished"])
async def test_an_upgrade_is_followed_by_its_id(known, end):
    platform = Platform()
    platform.paths["databases/ad-1/upgrade"] = [{"message": "m", "operation_id": "op-1"}]
    platform.paths[known] = [*map(operation, ("pending", "running", "a-new-word", end))]
    async with client_of(platform) as client:
        upgrade = await client.databases.upgrade("a", "ad-1")
        seen = []
        ended = await upgrade.wait(on_progress=seen.append)
    assert ended is seen[-1]
    assert [one.status for one in seen] == ["pending", "running", "a-new-word", end]
    assert platform.paths_asked()[-4:] == [f"GET {known}"] * 4


@VIRTUAL
@each("end", ["error", "user-error", "cancelled"])
@each("reason", [None, "the disk is full"])
async def test_a_way_back_in_time_that_fails(end, reason):
    platform = Platform()
    platform.paths["databases/ad-1/pitr/restore"] = [{"operation_id": "op-1"}]
    platform.paths["operations/op-1"] = [operation("cancelling"), operation(end, error=reason)]
    async with client_of(platform) as client:
        started = await client.databases.pitr_restore(
            "a", "ad-1", restore_time=datetime(2030, 1, 2, tzinfo=UTC)
        )
        assert started.status is None
        with pytest.raises(OperationFailedError) as caught:
            await started.wait()
    expected = f"operation op-1 of database ad-1 failed: {reason or end}"
    assert str(caught.value) == expected
    assert (caught.value.thing.status, caught.value.operation) == (end, None)


# -- features, databases, addons ---------------------------------------------------------------


@VIRTUAL
async def test_a_feature_is_looked_for_among_those_of_the_database():
    platform = Platform()
    platform.paths["databases/ad-1/features"] = [{"name": "force-ssl", "status": "PENDING"}]
    platform.paths["databases/ad-1"] = [
        database("running"),
        database("running", features=[("redis-rdb", "FAILED")]),
        database("running", features=[("force-ssl", "PENDING_TO_ACTIVATE")]),
        database("running", features=[("force-ssl", "ACTIVATED")]),
    ]
    async with client_of(platform) as client:
        feature = await client.databases.enable_feature("a", "ad-1", name="force-ssl")
        seen = []
        ended = await feature.wait(on_progress=lambda one: seen.append(one.status))
    assert seen == [None, None, "PENDING_TO_ACTIVATE", "ACTIVATED"]
    assert (ended.name, ended.status) == ("force-ssl", "ACTIVATED")


@VIRTUAL
async def test_a_feature_that_is_on_at_once():
    platform = Platform()
    platform.paths["databases/ad-1/features"] = [{"name": "force-ssl", "status": "ACTIVATED"}]
    async with client_of(platform) as client:
        feature = await client.databases.enable_feature("a", "ad-1", name="force-ssl")
        assert await feature.wait() is feature
    assert len(platform.asked) == 1


@VIRTUAL
async def test_a_stopped_database_runs_again_only_while_something_is_under_way():
    platform = Platform()
    platform.paths["databases/ad-1"] = [
        database("stopped", "op-1"),
        database("migrating"),
        database("running"),
    ]
    async with client_of(platform) as client:
        one = await client.databases.get("a", "ad-1")
        assert (await one.wait()).status == "running"
        platform.paths["databases/ad-1"] = [database("updating"), database("stopped")]
        one = await client.databases.get("a", "ad-1")
        with pytest.raises(OperationFailedError, match="my_app_1 of a failed: stopped") as caught:
            await one.wait()
    assert caught.value.thing.status == "stopped"


@VIRTUAL
async def test_an_addon_that_is_resumed_may_be_suspended_for_a_while():
    platform = Platform()
    platform.paths["apps/a/addons/ad-1/resume"] = [addon("suspended")]
    platform.paths["apps/a/addons/ad-1"] = [addon("suspended"), addon("running")]
    async with client_of(platform) as client:
        resumed = await client.addons.resume("a", "ad-1")
        assert (await resumed.wait()).status == "running"
        platform.paths["apps/a/addons/ad-1"] = [addon("provisioning"), addon("suspended")]
        one = await client.addons.get("a", "ad-1")
        with pytest.raises(OperationFailedError, match="addon ad-1 of a failed: suspended"):
            await one.wait()


@VIRTUAL
async def test_a_change_of_plan_is_over_when_the_addon_is_on_it():
    platform = Platform()
    platform.paths["apps/a/addons/ad-1"] = [
        addon("running", "old", "redis"),
        addon("running", "old", "redis"),
        addon("provisioning", "new", "redis"),
        addon("running", "new", "redis"),
    ]
    async with client_of(platform) as client:
        changed = await client.addons.update("a", "ad-1", plan_id="new-id")
        seen = []
        ended = await changed.wait(on_progress=seen.append)
        assert [(one.status, one.plan.name) for one in seen] == [
            ("running", "old"),
            ("provisioning", "new"),
            ("running", "new"),
        ]
        assert await ended.wait() is ended
        assert "GET databases/ad-1" not in platform.paths_asked()
        platform.paths["apps/a/addons/ad-1"] = [addon("running", "old", "redis")]
        with pytest.raises(OperationTimeoutError) as caught:
            await changed.wait(timeout=100)
    assert caught.value.thing.plan.name == "old"


@VIRTUAL
async def test_a_database_that_has_not_begun_to_change_its_plan_is_given_time_to():
    platform = Platform()
    platform.paths["apps/a/addons/ad-1"] = [addon("running")]
    platform.paths["databases/ad-1"] = [
        *[database("running")] * 3,
        *[database("stopped")] * 2,
        database("running"),
    ]
    async with client_of(platform) as client:
        changed = await client.addons.update("a", "ad-1", plan_id="new-id")
        start = anyio.current_time()
        await changed.wait()
        assert anyio.current_time() - start == pytest.approx(20.78125)
        # And one that never seems to.
        changed = await client.addons.update("a", "ad-1", plan_id="new-id")
        start = anyio.current_time()
        await changed.wait()
        assert SETTLING <= anyio.current_time() - start <= SETTLING + 10


CHANGES = {
    # what the addon and its database are, look by look: when the change counts as over
    "it was seen at work": ([addon("running")], [database("updating"), database("running")], 2.5),
    "its addon was": (
        [addon("provisioning"), addon("running")], [database("running")], 2.5,
    ),
    "an operation is under way": (
        [addon("running")], [*[database("running", "op-1")] * 6, database("running")], 30.78125,
    ),
    "it had ended before it was looked at": ([addon("running", at=6)], [database("running")], 2.5),
    "the date is that of the answer": ([addon("running", at=5)], [database("running")], 13.1875),
    "one date is not enough": (
        [addon("running", at=6), addon("running", at=5), addon("running", at=7)],
        [database("running")],
        8.125,
    ),
    "the addon was touched as it began": (
        [addon("running", at=6)],
        [database("running"), *[database("stopped")] * 4, database("running")],
        20.78125,
    ),
    "the database is on the old plan": (
        [addon("running", at=6)],
        [*[database("running", plan="old")] * 6, database("running")],
        30.78125,
    ),
    "it is for ever": ([addon("running", at=6)], [database("running", plan="old")], None),
    "the addon is": ([addon("running", "old", at=6)], [database("running")], None),
    "an operation is for ever": ([addon("running", at=6)], [database("running", "op-1")], None),
    "it calls the plan otherwise": (
        [addon("running")],
        [database("running", plan="x"), database("updating", plan="x"), database("running", plan="y")],
        13.1875,
    ),
    "no dates, no work": ([addon("running")], [database("running")], 13.1875),
}  # fmt: skip


@VIRTUAL
@each("case", CHANGES)
async def test_when_a_change_of_plan_is_over(case):
    addons, databases, expected = CHANGES[case]
    platform = Platform()
    platform.paths["apps/a/addons/ad-1"] = [addon("running", "old", at=5), *addons]
    platform.paths["databases/ad-1"] = [*databases]
    async with client_of(platform) as client:
        changed = await client.addons.update("a", "ad-1", plan_id="new-id")
        start = anyio.current_time()
        if expected is not None:
            await changed.wait()
            assert anyio.current_time() - start == pytest.approx(expected)
            return
        with pytest.raises(OperationTimeoutError, match="its last state was 'running'") as caught:
            await changed.wait(timeout=300)
        # What was seen last is waited for as this was, and is not taken for an end.
        with pytest.raises(OperationTimeoutError):
            await caught.value.thing.wait(timeout=300)


def test_a_change_of_plan():
    def one(status="running", plan="new"):
        called = {"id": f"{plan}-id", "name": plan, "display_name": plan}
        provider = {"id": "redis", "name": "redis"}
        return made(Addon, status=status, plan=called, addon_provider=provider)

    for plan_id in ("new", "new-id"):
        for seen, expected in [
            (one(), Completion.SUCCESS),
            (one(plan="old"), Completion.PENDING),
            (one("provisioning"), Completion.PENDING),
            (one("suspended"), Completion.FAILURE),
        ]:
            change = PlanChange(plan_id, 0.0)
            assert change.completion(seen) is Completion.PENDING, "it was not looked at"
            change.look(seen, None, 1.0)
            assert change.completion(seen) is expected
            assert change.completion(one()) is Completion.PENDING, "another"


# -- databases on dedicated resources ----------------------------------------------------------


@VIRTUAL
async def test_the_addon_of_a_dedicated_database_is_found():
    """An answer that does not hold the addon: the list of addons has it, after a while."""
    row = {"id": "x", "name": "my-database", "technology": "postgresql-ng", "plan": "p"}
    platform = Platform()
    platform.paths["databases"] = [{"database": row}]
    platform.paths["databases/x"] = [404, {"database": row}]
    platform.paths["apps/x/addons"] = [
        404,
        {"addons": []},
        {"addons": [addon("provisioning")["addon"]]},
        {"addons": [addon("running")["addon"]]},
    ]
    platform.paths["databases/ad-1"] = [404, database("creating"), database("running")]
    async with client_of(platform) as client:
        made = await client.dedicated_databases.create(
            name="my-database", technology="postgresql-ng", plan="p"
        )
        platform.asked.clear()
        seen = []
        ended = await made.wait(on_progress=lambda one: seen.append(one.addon and one.addon.status))
    assert seen == [None, None, "provisioning", "running", "running", "running"]
    assert ended.addon.id == "ad-1"
    looks = ["GET databases/x", "GET apps/x/addons", "GET databases/ad-1"]
    assert platform.paths_asked() == [looks[0], *looks[:2] * 3, *looks * 3]


# -- operations by their URL -------------------------------------------------------------------

APP_URLS = {
    "https://api.osc-fr1.scalingo.com/v1/apps/a/operations/op-1": ("a", "op-1"),
    "http://evil.example/v1/apps/a/operations/op-1?": ("a", "op-1"),
    "/v1/apps/a/operations/op-1/": ("a", "op-1"),
    "https://api.example.com/v1/operations/op-1": None,
    "https://db-api.example.com/api/databases/ad-1/operations/op-1": None,
    "https://api.example.com/v1/apps/a/operations/": None,
    "https://api.example.com/v1/apps/a/operations/../../users": None,
    "https://api.example.com/v1/apps//operations/op-1": None,
    "https://api.example.com/?x=/apps/a/operations/op-1": None,
    "https://api.example.com/#/apps/a/operations/op-1": None,
    "op-1": None,
    "": None,
}


@each(("url", "ids"), APP_URLS.items())
async def test_an_operation_by_its_url(url, ids):
    platform = Platform()
    platform.paths["apps/a/operations/op-1"] = [operation("done")]
    async with client_of(platform) as client:
        if ids is None:
            with pytest.raises(UntrustedURLError, match="operation_url does not name") as caught:
                await client.operations.get_by_url(url)
            assert not url or url not in str(caught.value), "it may hold a token"
            assert platform.asked == []
            return
        found = await client.operations.get_by_url(url)
        assert await found.wait() is found
    assert platform.paths_asked() == ["GET apps/{}/operations/{}".format(*ids)]
    assert platform.hosts == {"api.osc-fr1.scalingo.com"}


DATABASE_URLS = {
    "https://db-api.osc-fr1.scalingo.com/api/operations/op-1": True,
    "http://evil.example/api/operations/op-1?": True,
    "https://api.osc-fr1.scalingo.com/api/databases/ad-1/operations/op-1": True,
    "/operations/op-1/": True,
    "https://api.osc-fr1.scalingo.com/api/databases/ad-2/operations/op-1": "another database",
    "https://api.osc-fr1.scalingo.com/v1/apps/a/operations/op-1": "does not name",
    "https://db-api.osc-fr1.scalingo.com/api/operations/a/b": "does not name",
    "https://db-api.osc-fr1.scalingo.com/api/operations/..": "does not name",
    "https://db-api.osc-fr1.scalingo.com/?x=/operations/op-1": "does not name",
    "": "does not name",
}


@each(("url", "expected"), DATABASE_URLS.items())
async def test_an_operation_on_a_database_by_its_url(url, expected):
    platform = Platform()
    platform.paths["operations/op-1"] = [operation("finished")]
    async with client_of(platform) as client:
        get = client.database("a", "ad-1").operations.get_by_url
        if expected is not True:
            with pytest.raises(UntrustedURLError, match=expected) as caught:
                await get(url)
            assert not url or url not in str(caught.value)
            assert platform.asked == []
            return
        found = await get(url)
        assert await found.wait() is found
    assert platform.paths_asked() == ["GET operations/op-1"]
    assert platform.hosts == {"db-api.osc-fr1.scalingo.com"}
    assert platform.tokens == {"Bearer addon-token"}


@each("url", [None, 5, b"/v1/apps/a/operations/op-1", ["x"]])
async def test_a_url_is_text(url):
    async with client_of(Platform()) as client:
        with pytest.raises(InvalidArgumentError, match="operation_url must be a str"):
            await client.operations.get_by_url(url)
        with pytest.raises(InvalidArgumentError, match="operation_url must be a str"):
            await client.databases.operations.get_by_url("a", "ad-1", url)
