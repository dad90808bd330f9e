"""Everything that takes a while is waited for in one way: against the sandbox, in virtual time."""

import copy
import inspect
import pickle
from contextlib import asynccontextmanager
from functools import wraps

import anyio
import pytest
from instruments.virtual_time import VIRTUAL
from sandbox_client import client_of
from tables import each

from scalingo_async import (
    DeploymentFailedError,
    InvalidArgumentError,
    OperationFailedError,
    OperationTimeoutError,
    RateLimitError,
    ResponseDecodeError,
    ScalingoError,
)
from scalingo_async.models import DatabaseOperation, DatabaseUpgrade, DedicatedDatabase
from scalingo_async.sandbox import LoopClock, Sandbox

pytestmark = [pytest.mark.anyio, VIRTUAL]

ARCHIVE = "https://github.com/example/shop/archive/v1.tar.gz"

TIME = 20.0
"""Seconds that everything takes in the sandbox."""

MOMENTS = [1.0, 2.5, 4.75, 8.125, 13.1875, 20.78125]
"""When it is asked for, then: the first of them past its end is the last."""


class World:
    """A sandbox in which everything takes a while, a client of it, an app, and its database."""

    def __init__(self, sandbox, client):
        self.sandbox = sandbox
        self.client = client
        self.app = next(app.name for app in sandbox.apps() if app.addons)
        self.addon_id = next(
            addon.id
            for addon in sandbox.get_app(self.app).addons.values()
            if addon.provider.type_name == "postgresql"
        )

    @property
    def database(self):
        return self.client.database(self.app, self.addon_id)

    async def plan(self, name, provider="postgresql"):
        return (await self.client.addons.providers.find_plan(provider, name)).id

    # What can be waited for, and what a call of the sandbox makes of it:

    async def restart(self):
        started = await self.client.apps.restart(self.app)
        return await self.client.operations.get(self.app, started.id)

    async def deployment(self):
        return await self.client.deployments.create(self.app, source_url=ARCHIVE)

    async def addon(self):
        plan = await self.plan("starter-512", "redis")
        return await self.client.addons.create(self.app, addon_provider_id="redis", plan_id=plan)

    async def plan_change(self):
        plan = await self.plan("starter-1024")
        return await self.client.addons.update(self.app, self.addon_id, plan_id=plan)

    async def backup(self):
        return await self.database.backups.create()

    async def restoration(self):
        for backup in self.sandbox.get_app(self.app).addons[self.addon_id].database.backups:
            return await self.database.backups.restore(backup)
        return None

    async def upgrade(self):
        return await self.database.upgrade()

    async def recovery(self):
        window = await self.database.pitr_recovery_window()
        return await self.database.pitr_restore(restore_time=window.earliest_recoverable_at)

    async def feature(self):
        self.sandbox.get_app(self.app).addons[self.addon_id].database.features.clear()
        return await self.database.enable_feature(name="force-ssl")

    async def no_feature(self):
        database = self.sandbox.get_app(self.app).addons[self.addon_id].database
        database.features["force-ssl"] = "ACTIVATED"
        return await self.database.disable_feature(feature="force-ssl")

    async def busy_database(self):
        await self.plan_change()
        return await self.database.get()

    async def dedicated(self):
        return await self.client.dedicated_databases.create(
            name="my-database", technology="postgresql-ng", plan="postgresql-dr-starter-4096"
        )


@asynccontextmanager
async def new_world():
    sandbox = Sandbox(apps=2, rate_limit=None, operation_time=TIME, clock=LoopClock())
    async with client_of(sandbox) as client:
        yield World(sandbox, client)


@pytest.fixture
async def world():
    async with new_world() as world:
        yield world


def in_a_new_world(test):
    """Each case of a table has a world of its own."""

    @wraps(test)
    async def in_it(**case):
        async with new_world() as world:
            await test(world=world, **case)

    signature = inspect.signature(test)
    in_it.__signature__ = signature.replace(
        parameters=[p for p in signature.parameters.values() if p.name != "world"]
    )
    return in_it


KINDS = {
    # what is waited for: what it ends as, how it is made to fail, what it fails as, what asks
    "restart": ("done", "fail_next_operation", "error", "operations.get"),
    "deployment": ("success", "fail_next_deployment", "build-error", "deployments.get"),
    "addon": ("running", "fail_next_addon", "suspended", "addons.get"),
    "plan_change": ("running", "fail_next_addon", "suspended", "addons.get"),
    "backup": ("done", "fail_next_backup", "error", "databases.backups.get_by_id"),
    "restoration": ("done", "fail_next_restoration", "error", "databases.backup_restorations.get"),
    "upgrade": ("finished", "fail_next_operation", "error", "databases.operations.get_by_url"),
    "recovery": ("finished", "fail_next_operation", "error", "databases.operations.get_by_url"),
    "feature": ("ACTIVATED", "fail_next_operation", "FAILED", "databases.get"),
    "no_feature": (None, "fail_next_operation", "FAILED", "databases.get"),
    "busy_database": ("running", "fail_next_addon", "stopped", "databases.get"),
    "dedicated": ("postgresql-ng", "fail_next_addon", "suspended", "dedicated_databases.get"),
}


def state_of(thing):
    return thing.technology if isinstance(thing, DedicatedDatabase) else thing.status


@each("kind", KINDS)
@in_a_new_world
async def test_it_ends_well(kind, world):
    end, _, _, asks = KINDS[kind]
    thing = await getattr(world, kind)()
    before = copy.copy(thing)
    world.sandbox.forget_requests()
    start, moments, seen = anyio.current_time(), [], []

    def note(state):
        moments.append(anyio.current_time() - start)
        seen.append(state)

    last = await thing.wait(on_progress=note)

    expected = DatabaseOperation if isinstance(thing, DatabaseUpgrade) else type(thing)
    assert {type(state) for state in seen} == {expected}
    assert last is seen[-1]
    assert thing == before, "what was waited for stays as it was"
    assert last is not thing
    assert state_of(last) == end
    if kind != "plan_change":
        # The addon never leaves `running` here: it is asked for once.
        assert moments == pytest.approx(MOMENTS)
    assert world.sandbox.count(asks) == len(moments)
    # It is at its end, and can be waited for all the same.
    assert state_of(await last.wait()) == end


@each("kind", KINDS)
@in_a_new_world
async def test_it_ends_badly(kind, world):
    _, fail, end, _ = KINDS[kind]
    if kind == "restart":
        world.sandbox.fail_next_operation("no room")
        thing = await world.restart()
    elif kind == "plan_change":
        world.sandbox.fail_next_addon()
        thing = await world.plan_change()
        # The addon never leaves `running` on its way here.
        world.sandbox.get_app(world.app).addons[world.addon_id].status = "provisioning"
    else:
        getattr(world.sandbox, fail)()
        thing = await getattr(world, kind)()
    with pytest.raises(OperationFailedError) as caught:
        await thing.wait()
    error = caught.value
    failed = error.thing.addon if kind == "dedicated" else error.thing
    assert failed.status == end
    assert getattr(error.thing, "id", "") in str(error) or kind in {"dedicated", "busy_database"}
    if kind in {"restart", "upgrade", "recovery"}:
        assert failed.error in str(error)
    else:
        assert f"failed: {end}" in str(error)
    assert (error.operation is error.thing) == (kind == "restart")
    assert isinstance(error, DeploymentFailedError) == (kind == "deployment")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.thing) == (str(error), error.thing)
    # What failed can be waited for, and fails again.
    with pytest.raises(OperationFailedError):
        await error.thing.wait()


@each("kind", sorted({*KINDS} - {"plan_change"}))
@in_a_new_world
async def test_it_takes_too_long_or_is_given_up_and_is_waited_for_again(kind, world):
    thing = await getattr(world, kind)()
    start, seen = anyio.current_time(), []
    with pytest.raises(OperationTimeoutError, match="did not end within 6 s") as caught:
        await thing.wait(timeout=6, on_progress=seen.append)
    assert anyio.current_time() - start == pytest.approx(6.0)
    assert caught.value.thing is seen[-1]
    assert pickle.loads(pickle.dumps(caught.value)).thing == seen[-1]
    with anyio.move_on_after(4) as scope:
        await thing.wait(timeout=100)
    assert scope.cancelled_caught, "the caller's own limit is not this one's"
    assert anyio.current_time() - start == pytest.approx(10.0)
    with pytest.raises(OperationTimeoutError) as caught:
        await thing.wait(timeout=0)
    assert isinstance(caught.value, TimeoutError)
    assert state_of(await thing.wait(timeout=None)) == KINDS[kind][0]


@each("kind", KINDS)
@in_a_new_world
async def test_a_copy_does_not_know_whom_to_ask(kind, world):
    thing = await getattr(world, kind)()
    assert "wait" not in repr(thing)
    assert not hasattr(thing, "__dict__"), "models are slotted"
    for made in (copy.copy(thing), copy.deepcopy(thing), pickle.loads(pickle.dumps(thing))):
        assert made == thing
        with pytest.raises(InvalidArgumentError, match=r"such as client\.[a-z_.]+$") as caught:
            await made.wait()
        assert type(thing).__name__ in str(caught.value)


@each("limit", [-1, float("nan"), "5", True])
@in_a_new_world
async def test_bad_timeouts(limit, world):
    with pytest.raises(InvalidArgumentError, match="timeout must be"):
        await (await world.deployment()).wait(timeout=limit)


async def test_items_of_lists_can_be_waited_for(world):
    deployment = await world.deployment()
    addon = await world.addon()
    backup = await world.backup()
    dedicated = await world.dedicated()
    lists = {
        deployment.id: world.client.deployments.list(world.app, per_page=1),
        addon.id: world.client.addons.list(world.app),
        backup.id: world.database.backups.list(),
        dedicated.id: world.client.dedicated_databases.list(),
    }
    for id_, items in lists.items():
        (found,) = [found async for found in items if found.id == id_]
        assert (await found.wait()).id == id_


async def test_items_of_later_pages_can_be_waited_for(world):
    older = [await world.deployment() for _ in range(3)]
    pages = [
        page
        async for page in world.client.deployments.list(world.app, per_page=1).pages(max_pages=3)
    ]
    assert [page[0].id for page in pages] == [one.id for one in reversed(older)]
    for page in pages:
        assert (await page[0].wait()).status == "success"


async def test_what_is_at_its_end_is_not_asked_for(world):
    deployment = (await world.client.deployments.list(world.app))[0]
    addon = await world.client.addons.get(world.app, world.addon_id)
    database = await world.database.get()
    world.sandbox.forget_requests()
    for thing in (deployment, addon, database):
        assert await thing.wait(timeout=0) is thing
    assert world.sandbox.requests == []


async def test_a_failed_deployment_says_how_its_log_ends(world):
    world.sandbox.fail_next_deployment("build-error")
    deployment = await world.deployment()
    with pytest.raises(DeploymentFailedError) as caught:
        await deployment.wait()
    error = caught.value
    assert (error.deployment, error.status) == (error.thing, "build-error")
    assert error.output.splitlines()[-2:] == [
        " !     The build failed",
        " !     Your application could not be deployed",
    ]
    assert "       Python found" in error.output.splitlines()
    assert "build-error; its log ends with: " in str(error)
    assert str(error).endswith(
        "!     The build failed | !     Your application could not be deployed"
    )
    assert "\x1b" not in error.output + str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (again.output, again.deployment) == (error.output, error.deployment)


@each("fault", [{"status": 404}, {"kind": "garbage"}, {"status": 500}])
@in_a_new_world
async def test_a_deployment_without_a_log_fails_all_the_same(fault, world):
    world.sandbox.fail_next_deployment("hook-error")
    world.sandbox.inject("deployments.output", times=None, **fault)
    with pytest.raises(DeploymentFailedError, match="failed: hook-error") as caught:
        await (await world.deployment()).wait()
    assert caught.value.status == "hook-error"
    if fault != {"kind": "garbage"}:
        assert caught.value.output == ""
        assert caught.value.message.endswith("failed: hook-error")


async def test_a_request_that_fails_ends_the_wait_and_not_the_thing(world):
    backup = await world.backup()
    world.sandbox.inject("databases.backups.get_by_id", status=422, body={"error": "no"})
    with pytest.raises(ScalingoError, match="422"):
        await backup.wait()
    assert (await backup.wait()).status == "done"


async def test_a_new_dedicated_database_is_not_found_at_first(world):
    for operation in ("dedicated_databases.get", "databases.get"):
        world.sandbox.inject(operation, status=404, body={"error": "Database not found"}, times=2)
    made = await world.dedicated()
    seen = []
    database = await made.wait(on_progress=seen.append)
    assert [one.addon.status for one in seen] == ["provisioning"] * 3 + ["running"] * 3
    assert (database.id, database.addon.status) == (made.id, "running")
    # Its addon is asked for before the database is.
    assert world.sandbox.count("databases.get", executed=False) == 3
    inside = await world.client.databases.get(database.id, database.addon.id)
    assert inside.status == "running"
    assert await database.addon.wait(timeout=0) is database.addon
    world.sandbox.inject("dedicated_databases.get", status=404, times=None)
    with pytest.raises(OperationTimeoutError, match="my-database") as caught:
        await made.wait(timeout=60)
    assert caught.value.thing is made


async def test_a_change_of_plan_of_a_dedicated_database(world):
    made = await (await world.dedicated()).wait()
    plans = await world.client.addons.providers.plans("postgresql-ng")
    other = next(plan for plan in plans if plan.name != made.plan)
    start = anyio.current_time()
    addon = await world.client.addons.update(made.name, made.addon.id, plan_id=other.id)
    assert addon.status == "running", "which says nothing yet"
    seen = []
    changed = await addon.wait(on_progress=seen.append)
    assert (changed.plan.id, changed.status) == (other.id, "running")
    assert anyio.current_time() - start == pytest.approx(MOMENTS[-1])
    assert seen[-1] is changed
    assert await addon.wait() is not addon


async def test_a_change_of_plan_that_is_over_before_it_is_looked_at():
    """The sandbox as it is by default: what takes a while takes half a second."""
    async with client_of(Sandbox(apps=0, clock=LoopClock())) as client:
        made = await client.dedicated_databases.create(
            name="my-database", technology="postgresql-ng", plan="postgresql-dr-starter-4096"
        )
        made = await made.wait()
        plan = await client.addons.providers.find_plan(
            "postgresql-ng", "postgresql-dr-business-4096"
        )
        start = anyio.current_time()
        addon = await client.addons.update(made.name, made.addon.id, plan_id=plan.id)
        seen = []
        changed = await addon.wait(on_progress=seen.append)
    assert (changed.plan.id, changed.status) == (plan.id, "running")
    assert anyio.current_time() - start == pytest.approx(2.5)
    assert len(seen) == 2


async def test_the_database_of_an_upgrade_is_the_new_one(world):
    before = await world.database.get()
    upgrade = await world.database.upgrade()
    busy = await world.database.get()
    assert busy.status == "upgrading"
    operation = await upgrade.wait()
    assert operation.id == upgrade.operation_id
    assert (await world.database.get()).readable_version > before.readable_version
    assert (await busy.wait()).status == "running"


async def test_an_upgrade_without_an_operation_says_what_to_do(world):
    upgrade = await world.database.upgrade()
    for absent in (None, ""):
        upgrade.operation_id = absent
        with pytest.raises(ResponseDecodeError, match=r"client\.databases\.get"):
            await upgrade.wait()


async def test_a_deployment_of_a_repository(world):
    integration = await world.client.scm_integrations.create(
        scm_type="gitlab-self-hosted", url="https://gitlab.example.com", access_token="secret"
    )
    await world.client.scm_repo_links.create(
        world.app,
        source="https://gitlab.example.com/shop/front",
        auth_integration_uuid=integration.id,
    )
    deployment = await world.client.scm_repo_links.manual_deploy(world.app, branch="main")
    assert (await deployment.wait()).status == "success"
    listed = await world.client.scm_repo_links.list_deployments(world.app)
    assert (await listed[0].wait()).status == "success"


async def test_each_look_counts_on_the_rate_limit(world):
    async with client_of(world.sandbox, rate_limit=(3, 3600), max_wait=0) as client:
        deployment = await client.deployments.create(world.app, source_url=ARCHIVE)
        seen = []
        with pytest.raises(RateLimitError):
            await deployment.wait(on_progress=seen.append)
    assert len(seen) == 2
    assert world.sandbox.count("deployments.get", executed=False) == 2
