"""The client and the sandbox together: state, operations, the rate limit, and faults."""

from functools import partial

import anyio
import pytest
from instruments.virtual_time import VIRTUAL
from sandbox_client import UNSERVED, at_once, client_of, served

from scalingo_async import (
    APIConnectionError,
    APIToken,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    OperationFailedError,
    OperationTimeoutError,
    PaymentRequiredError,
    RateLimitError,
    ResponseDecodeError,
    ScalingoError,
    ServerError,
    UserPassword,
    ValidationFailedError,
)
from scalingo_async.models import (
    DeploymentData,
    EditVariablesData,
    NewAppData,
    RenameAppData,
)
from scalingo_async.sandbox import LoopClock, Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox():
    return Sandbox(apps=4, rate_limit=None, operation_time=0)


@pytest.fixture
async def client(sandbox):
    async with client_of(sandbox) as client:
        yield client


@pytest.fixture
def app(sandbox):
    """The name of an app that runs."""
    return next(app.name for app in sandbox.apps() if app.containers)


# -- state: what is created is listed, what is deleted is gone ---------------------------------


async def test_the_account_and_its_tokens(sandbox, client):
    user = await client.users.self()
    assert user.email == "user@example.com"
    made = await client.tokens.create(name="a label")
    assert made.token.startswith("tk-us-")
    listed = {token.id: token for token in await client.tokens.list()}
    assert (listed[made.id].name, listed[made.id].token) == ("a label", None)
    assert (await client.tokens.get(made.id)).name == "a label"
    renewed = await client.tokens.renew(made.id)
    assert renewed.token != made.token
    bearer = await client.tokens.exchange(renewed.token)
    assert len(bearer.reveal().split(".")) == 3
    with pytest.raises(ScalingoError, match="Invalid credentials"):
        await client.tokens.exchange(made.token)
    sandbox.user.password = "the password"
    logged_in = await client.tokens.login("example-user", "the password", name="by password")
    assert logged_in.token
    await client.tokens.delete(made.id)
    assert made.id not in {token.id for token in await client.tokens.list()}
    with pytest.raises(NotFoundError):
        await client.tokens.delete(made.id)


async def test_apps(client, sandbox):
    app = await client.apps.create(name="some-example-app", hds_resource=True)
    assert app.hds_resource
    assert app.id in {listed.id for listed in await client.apps.list()}
    assert await client.apps.get(app.id) == await client.apps.get("some-example-app")
    updated = await client.apps.update(app.id, force_https=True, sticky_session=True)
    assert (updated.force_https, updated.sticky_session, updated.router_logs) == (True, True, False)
    with pytest.raises(ValidationFailedError) as caught:
        await client.apps.create(name="Some--App-")
    assert set(caught.value.errors) == {"name"}
    renamed = await client.apps.rename(
        app.id, current_name="some-example-app", new_name="another-example-app"
    )
    assert renamed.name == "another-example-app"
    with pytest.raises(NotFoundError, match="app not found"):
        await client.apps.get("some-example-app")
    child = await client.apps.children.create(app.id, name="a-child-app")
    assert [listed.id for listed in await client.apps.children.list(app.id)] == [child.id]
    events = [event.data async for event in client.events.list(app.id)]
    assert [type(data) for data in events if type(data) in {NewAppData, RenameAppData}] == [
        RenameAppData,
        NewAppData,
    ]
    with pytest.raises(ValidationFailedError):
        await client.apps.delete(app.id, current_name="some-example-app")
    await client.apps.delete(app.id, current_name="another-example-app")
    for gone in (app.id, child.id):
        with pytest.raises(NotFoundError):
            await client.apps.get(gone)


async def test_an_app_changes_hands(client, sandbox, app):
    other = sandbox.add_user("other@example.com")
    invited = await client.collaborators.create(app, email=other.email, is_limited=False)
    token = invited.invitation_link.partition("=")[2]
    async with client_of(sandbox, api_token=other.api_token) as theirs:
        with pytest.raises(AuthenticationError, match="not a collaborator"):
            await theirs.apps.get(app)
        assert (await theirs.collaborators.accept(token)).name == app
        with pytest.raises(BadRequestError) as caught:
            await theirs.collaborators.accept(token)
        assert caught.value.code == "already-collaborator"
        assert (await client.apps.transfer(app, owner=other.email)).owner.email == other.email
        assert (await theirs.apps.get(app)).owner.email == other.email


async def test_collaborators(client, app):
    before = {person.id for person in await client.collaborators.list(app)}
    person = await client.collaborators.create(app, email="new@example.com")
    assert person.is_limited
    assert {p.id for p in await client.collaborators.list(app)} - before == {person.id}
    assert person.id in {p.id for p in await client.collaborators.list_all()}
    changed = await client.collaborators.update(app, person.id, is_limited=False)
    assert not changed.is_limited
    await client.collaborators.delete(app, person.id)
    assert {p.id for p in await client.collaborators.list(app)} == before


async def test_variables(client, app):
    one = await client.variables.create(app, name="ONE", value="1")
    assert (await client.variables.create(app, name="ONE", value="uno")).id == one.id
    await client.variables.bulk_update(app, variables={"ONE": "eins", "TWO": "2", "SUM": "$ONE"})
    values = {v.name: v for v in await client.variables.list(app)}
    assert (values["ONE"].value, values["TWO"].value, values["SUM"].value) == ("eins", "2", "$ONE")
    resolved = {v.name: v.value for v in await client.variables.list(app, aliases=False)}
    assert resolved["SUM"] == "eins"
    event = (await client.events.list(app))[0]
    assert isinstance(event.data, EditVariablesData)
    assert {v.name for v in event.data.new_vars} == {"TWO", "SUM"}
    changed = await client.variables.update(app, one.id, value="1")
    assert (changed.name, changed.value) == ("ONE", "1")
    await client.variables.delete(app, one.id)
    await client.variables.bulk_delete(app, variable_ids=[values["TWO"].id, values["SUM"].id])
    assert not {"ONE", "TWO", "SUM"} & {v.name for v in await client.variables.list(app)}


async def test_domains(client, app):
    made = await client.domains.create(app, name="www.example.org", canonical=True)
    assert made.id in {domain.id for domain in await client.domains.list(app)}
    assert (await client.domains.get(app, made.id)).canonical
    changed = await client.domains.update(app, made.id, canonical=False)
    assert changed.canonical is False
    with pytest.raises(ValidationFailedError):
        await client.domains.create(app, name="www.example.org")
    await client.domains.delete(app, made.id)
    assert made.id not in {domain.id for domain in await client.domains.list(app)}


async def test_containers(client, app):
    web = next(row for row in await client.containers.types.list(app) if row.name == "web")
    scaled = await client.apps.scale(app, containers=[{"name": "web", "amount": web.amount + 1}])
    assert next(row for row in scaled.value if row.name == "web").amount == web.amount + 1
    await client.operations.get(app, scaled.id)
    running = [row for row in await client.containers.list(app) if row.type == "web"]
    assert len(running) == web.amount + 1
    one_off = await client.apps.run(app, command="ls -l", detached=True)
    assert one_off.command == "ls -l"
    with pytest.raises(NotFoundError):
        await client.operations.get(app, "not-found")


async def test_addons_and_their_databases(client, sandbox):
    app = (await client.apps.create(name="some-example-app")).name
    categories = {category.id for category in await client.addons.categories.list()}
    providers = {provider.id: provider for provider in await client.addons.providers.list()}
    assert {provider.category.id for provider in providers.values()} <= categories
    small, large, *_ = await client.addons.providers.plans("postgresql")
    addon = await client.addons.create(app, addon_provider_id="postgresql", plan_id=small.id)
    assert "DATABASE_URL" in addon.variables or addon.variables
    assert (await client.addons.get(app, addon.id)).status == "running"
    assert [listed.id for listed in await client.addons.list(app)] == [addon.id]
    changed = await client.addons.update(app, addon.id, plan_id=large.id)
    assert changed.plan.id == large.id
    assert (await client.addons.sso(app, addon.id)).sso_url.startswith("http")
    assert (await client.addons.token(app, addon.id)).token

    database = await client.databases.get(app, addon.id)
    assert database.app_name == app
    backup = await client.databases.backups.create(app, addon.id)
    assert backup.id in {row.id for row in await client.databases.backups.list(app, addon.id)}
    done = await client.databases.backups.get_by_id(app, addon.id, backup.id)
    assert done.status == "done"
    archive = await client.databases.backups.archive_url(app, addon.id, backup.id)
    assert archive.download_url.startswith("http")

    drain = await client.addons.log_drains.create(
        app, addon.id, type="syslog", host="logs.example.com", port="1234"
    )
    assert [row.url for row in await client.addons.log_drains.list(app, addon.id)] == [drain.url]
    await client.addons.log_drains.delete(app, addon.id, url=drain.url)
    assert await client.addons.log_drains.list(app, addon.id) == []

    await client.addons.delete(app, addon.id)
    assert await client.addons.list(app) == []
    with pytest.raises(NotFoundError):
        await client.databases.get(app, addon.id)


async def test_a_free_trial_has_its_bounds(client, sandbox):
    sandbox.world.settings.free_trial_exceeded = True
    with pytest.raises(PaymentRequiredError) as caught:
        await client.apps.create(name="some-example-app")
    assert caught.value.payment_url == "https://dashboard.scalingo.com/billing"
    assert caught.value.name.endswith("free-trial-exceeded")


async def test_a_deployment_from_source_to_output(client, sandbox, app):
    source = await client.sources.create()
    upload = source.upload_url
    assert upload != source.download_url
    made = await client.deployments.create(
        app, source_url="https://example.com/source.tar.gz", git_ref="v1.2"
    )
    assert made.git_ref == "v1.2"
    assert (await client.deployments.list(app))[0].id == made.id
    deployment = await client.deployments.get(app, made.id)
    assert deployment.status == "success"
    assert "-----> " in await client.deployments.output(app, made.id)
    events = [event.data async for event in client.events.list(app)]
    data = next(data for data in events if isinstance(data, DeploymentData))
    assert (data.deployment_uuid, data.status) == (made.id, "success")
    assert any(event.type == "deployment" for event in await client.events.list_for_user())
    with pytest.raises(NotFoundError):
        await client.deployments.output(app, "not-found")


async def test_logs(client, app, sandbox):
    url = (await client.logs.get_url(app)).logs_url
    lines = (await client.logs.dump(url, n=5)).splitlines()
    assert len(lines) == 5
    assert all("[web-" in line for line in (await client.logs.dump(url, filter="web")).splitlines())
    # The URL carries its own token: no credential of ours went along.
    assert {r.authorization for r in sandbox.requests if r.operation == "logs.dump"} == {None}
    assert await client.logs.archives.list(app)


# -- dry run and operations --------------------------------------------------------------------


async def test_a_dry_run_checks_and_creates_nothing(sandbox, client):
    number = len(sandbox.apps())
    app = await client.apps.create(name="some-example-app", dry_run=True)
    assert app.name == "some-example-app"
    with pytest.raises(ScalingoError, match="name"):
        await client.apps.create(name="x", dry_run=True)
    assert len(sandbox.apps()) == number
    assert sandbox.count("apps.create") == 1
    assert {request.headers["x-dry-run"] for request in sandbox.requests[-2:]} == {"true"}


@pytest.fixture
async def slow():
    """A sandbox whose operations take 20 seconds, and a client of it."""
    sandbox = Sandbox(apps=2, rate_limit=None, operation_time=20, clock=LoopClock())
    async with client_of(sandbox) as client:
        yield sandbox, client, sandbox.apps()[0].name


@VIRTUAL
async def test_an_operation_is_waited_for(slow):
    sandbox, client, app = slow
    seen = []
    started = await client.apps.restart(app, scope=["web"])
    assert not started.done
    operation = await started.wait(on_progress=lambda operation: seen.append(operation.status))
    assert (operation.status, operation.type, started.done) == ("done", "restart", True)
    assert set(seen[:-1]) <= {"pending", "running"}
    assert seen[-1] == "done"
    # 1 s, then pauses that grow: not a request a second.
    assert len(seen) == sandbox.count("operations.get") < 8
    assert await started.wait() is operation
    assert sandbox.count("operations.get") == len(seen)


@VIRTUAL
async def test_an_operation_that_fails_says_why(slow):
    sandbox, client, app = slow
    sandbox.fail_next_operation("no room")
    started = await client.apps.scale(app, containers=[{"name": "web", "amount": 2}])
    assert {row.name for row in started.value} >= {"web"}
    with pytest.raises(OperationFailedError, match="no room") as caught:
        await started.wait()
    assert caught.value.operation.status == "error"


@VIRTUAL
async def test_an_operation_that_takes_too_long_may_be_waited_for_again(slow):
    _, client, app = slow
    started = await client.apps.restart(app)
    with pytest.raises(OperationTimeoutError) as caught:
        await started.wait(timeout=3)
    assert caught.value.operation.status != "done"
    assert (await started.wait(timeout=30)).status == "done"
    again = client.operations.pending(app, started.id)
    assert (await again.wait()).status == "done"
    by_url = await client.operations.get_by_url(
        f"http://evil.example/apps/{app}/operations/{started.id}"
    )
    assert by_url.id == started.id


# -- the rate limit ----------------------------------------------------------------------------


async def test_calls_beyond_the_limit_wait_and_none_is_refused():
    sandbox = Sandbox(apps=1, rate_limit="10/80ms", operation_time=0)
    async with client_of(sandbox, rate_limit=(10, 0.08)) as client:
        name = sandbox.apps()[0].name
        results = await at_once(*[partial(client.apps.get, name)] * 35)
    assert {result.name for result in results} == {name}
    assert sandbox.refused == 0
    assert sandbox.max_requests_in_window(0.08) <= 10


async def test_a_429_is_waited_out(sandbox):
    sandbox.inject("apps.get", kind="429", times=3)
    async with client_of(sandbox, rate_limit=(100, 0.05)) as client:
        name = sandbox.apps()[0].name
        results = await at_once(*[partial(client.apps.get, name)] * 20)
    assert {result.name for result in results} == {name}
    assert sandbox.count("apps.get", executed=False) == 23


async def test_a_429_may_say_how_long_and_is_raised_when_that_is_too_long(sandbox, client):
    sandbox.inject("apps.*", kind="429", headers={"Retry-After": "0.01"})
    assert await client.apps.list()
    sandbox.inject("apps.list", kind="429", headers={"Retry-After": "3600"})
    with pytest.raises(RateLimitError, match="Retry later") as caught:
        await client.apps.list()
    assert caught.value.retry_after == 3600
    assert sandbox.count("apps.list", executed=False) == 3


async def test_who_can_not_wait_is_told_before_anything_is_sent(sandbox):
    async with client_of(sandbox, rate_limit=(2, 60)) as client:
        await client.apps.list()
        await client.apps.list()
        sandbox.forget_requests()
        with pytest.raises(RateLimitError, match="max_wait=5 s") as caught:
            await client.apps.list(max_wait=5)
    assert caught.value.status_code is None
    assert 50 < caught.value.retry_after <= 60
    assert sandbox.requests == []


# -- what goes wrong on the way ----------------------------------------------------------------

FAULTS = {
    # kind: (what a GET becomes after retries, what a POST raises, how often a POST arrives)
    "close_before": (None, APIConnectionError, 1),
    "close_after": (None, APIConnectionError, 1),
    "half_body": (None, APIConnectionError, 1),
    "garbage": (ResponseDecodeError, ResponseDecodeError, 1),
    "html": (None, ServerError, 1),
    "429": (None, None, 2),
}


@pytest.fixture(params=["in process", "over sockets"])
async def way(request, sandbox):
    """A sandbox and its client, once in process and once over real sockets."""
    if request.param == "in process":
        async with client_of(sandbox) as client:
            yield sandbox, client
    else:
        async with served(sandbox), client_of(sandbox) as client:
            yield sandbox, client


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_fault_on_the_way_of_a_read_is_overcome_where_that_is_possible(way, kind):
    sandbox, client = way
    outcome, _, _ = FAULTS[kind]
    name = sandbox.apps()[0].name
    sandbox.inject("apps.get", kind=kind)
    if outcome is None:
        assert (await client.apps.get(name)).name == name
        assert sandbox.count("apps.get", executed=False) == 2
    else:
        with pytest.raises(outcome):
            await client.apps.get(name)
    assert (await client.apps.get(name)).name == name


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_fault_never_makes_a_post_twice(way, kind):
    sandbox, client = way
    _, outcome, arrivals = FAULTS[kind]
    sandbox.inject("apps.create", kind=kind)
    call = partial(client.apps.create, name="some-example-app")
    if outcome is None:
        assert (await call()).name == "some-example-app"
    else:
        with pytest.raises(outcome):
            await call()
    assert sandbox.count("apps.create", executed=False) == arrivals
    assert sandbox.count("apps.create") <= 1
    await client.apps.list()


@pytest.mark.parametrize(
    ("status", "error", "get", "post"),
    [
        (400, BadRequestError, 1, 1),
        (500, ServerError, 3, 1),
        (502, ServerError, 3, 1),
        (503, ServerError, 3, 1),
        (504, ServerError, 3, 1),
        (429, RateLimitError, 3, 3),
    ],
)
async def test_an_error_status_is_retried_where_that_is_safe(
    sandbox, client, status, error, get, post
):
    sandbox.inject("apps.*", status=status, times=None)
    with pytest.raises(error) as caught:
        await client.apps.get("my-app")
    assert caught.value.retries_taken == get - 1
    with pytest.raises(error) as caught:
        await client.apps.create(name="some-example-app")
    assert caught.value.retries_taken == post - 1
    assert sandbox.count("apps.get", executed=False) == get
    assert sandbox.count("apps.create", executed=False) == post


async def test_a_deletion_whose_answer_was_lost_is_a_deletion(way):
    sandbox, client = way
    name = sandbox.apps()[0].name
    sandbox.inject("apps.delete", kind="close_after")
    await client.apps.delete(name, current_name=name)
    with pytest.raises(NotFoundError):
        await client.apps.delete(name, current_name=name)
    assert sandbox.count("apps.delete") == 1


async def test_a_fault_of_the_exchange_is_overcome_too(way):
    sandbox, client = way
    sandbox.inject("tokens.exchange", kind="close_after")
    assert await client.apps.list()
    sandbox.expire_bearers()
    sandbox.inject("tokens.exchange", status=503, times=None)
    with pytest.raises(ServerError):
        await client.apps.list()


async def test_many_first_calls_make_one_exchange(way):
    sandbox, client = way
    results = await at_once(*[client.users.self] * (1000 if sandbox.url == UNSERVED else 200))
    assert {result.username for result in results} == {"example-user"}
    assert sandbox.exchanges == 1


async def test_a_cancelled_call_leaves_the_connections_usable(way):
    sandbox, client = way
    sandbox.inject("apps.get", delay=30, times=20)
    name = sandbox.apps()[0].name
    with anyio.move_on_after(0.05):
        await at_once(*[partial(client.apps.get, name)] * 20)
    results = await at_once(*[client.users.self] * 20)
    assert {result.username for result in results} == {"example-user"}


@pytest.mark.parametrize(
    ("credential", "hint"),
    [
        (APIToken("tk-us-wrong"), "the API token is wrong, or was revoked"),
        (UserPassword("nobody", "not this"), "the user name or the password is wrong"),
    ],
)
async def test_who_is_refused_learns_what_is_wrong(sandbox, credential, hint):
    async with client_of(sandbox, credential=credential) as client:
        with pytest.raises(AuthenticationError) as refused:
            await client.users.self()
    assert refused.value.message == f"Invalid credentials; {hint}"
    assert refused.value.body == {"error": "Invalid credentials"}
