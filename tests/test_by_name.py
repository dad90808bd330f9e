"""Names in the place of ids: looked up once, with no more requests than by hand."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import attrs
import pytest
from anyio.lowlevel import checkpoint
from api_facts import (
    OPERATIONS,
    FakeTransport,
    answer_to,
    arguments,
    client_of,
    is_by_name,
    method_of,
    sample_of,
)
from instruments.virtual_time import VIRTUAL
from sandbox_client import client_of as client_of_sandbox
from tables import each

from scalingo_async import (
    AmbiguousMatchError,
    ClientClosedError,
    DeadlineExceededError,
    Headers,
    InvalidArgumentError,
    NotFoundError,
    Response,
    Secret,
    ServerError,
)
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


# -- every argument --------------------------------------------------------------------------------


@attrs.frozen
class Case:
    """An argument that takes names.

    Attributes:
        id: The operation.
        argument: The argument.
        other: The one that takes the id instead.
        field: What is sent.
        lists: The operation that has both names and ids.
        name: A name that is in that list.
        kept: Whether the list is kept for the life of the client.
        more: What the method needs besides.
    """

    id: str
    argument: str
    other: str
    field: str
    lists: str
    name: str = "a name"
    kept: bool = False
    more: dict[str, Any] = attrs.field(factory=dict)

    def __str__(self) -> str:
        return f"{self.id}({self.argument})"


ORGANIZATION = ("organization", "organization_id", "organization_id", "organizations.list")
PROJECT = ("project", "project_id", "project_id", "projects.list")
STACK = ("stack", "stack_id", "stack_id", "stacks.list")
EVENTS = ("events", "selected_event_ids", "selected_event_ids", "events.types.list")
NOTIFIERS = ("notifier_names", "notifiers", "notifiers", "notifiers.list")
INTEGRATION = ("integration", "auth_integration_uuid", "auth_integration_uuid")
PLAN = ("plan", "plan_id", "plan_id", "addons.providers.list", "a-plan-of-its-own")
SOMEBODY = {"platform_id": "np-1"}

CASES = [
    Case("addons.create", *PLAN, kept=True, more={"provider": "a-provider"}),
    Case("addons.create", *PLAN, kept=True, more={"addon_provider_id": "a-provider"}),
    Case(
        "addons.create",
        "provider",
        "addon_provider_id",
        "addon_provider_id",
        "addons.providers.list",
        "A Provider",
        kept=True,
        more={"plan_id": "p"},
    ),
    Case("addons.update", *PLAN, kept=True),
    Case(
        "addons.providers.list",
        "category",
        "category_id",
        "category_id",
        "addons.categories.list",
        kept=True,
    ),
    Case("alerts.create", *NOTIFIERS),
    Case("alerts.update", *NOTIFIERS),
    Case("apps.create", *PROJECT),
    Case("apps.create", *STACK, kept=True),
    Case("apps.list", *ORGANIZATION),
    Case("apps.update", *PROJECT),
    Case("apps.update", *STACK, kept=True),
    Case("collaborators.list_all", *ORGANIZATION),
    Case(
        "databases.firewall_rules.create",
        "managed_range",
        "range_id",
        "range_id",
        "databases.firewall_managed_ranges.list",
    ),
    Case("dedicated_databases.create", *PROJECT),
    Case("dedicated_databases.list", *ORGANIZATION),
    Case(
        "notifiers.create",
        "platform",
        "platform_id",
        "platform_id",
        "notification_platforms.list",
        kept=True,
    ),
    Case("notifiers.create", *EVENTS, kept=True, more=SOMEBODY),
    Case("notifiers.update", *EVENTS, kept=True),
    Case("projects.create", *ORGANIZATION),
    Case("projects.list", *ORGANIZATION),
    Case("projects.update", *ORGANIZATION),
    Case(
        "projects.transfer_invitations.create",
        "invited_user",
        "invited_user_id",
        "invited_user_id",
        "projects.list_eligible_new_owners",
    ),
    Case("scm_repo_links.create", *INTEGRATION, "scm_integrations.list", "gitlab-self-hosted"),
    Case("scm_repo_links.create", *INTEGRATION, "scm_integrations.list", "https://git.example"),
    Case("scm_repo_links.list", *INTEGRATION, "scm_integrations.list", "gitlab-self-hosted"),
]


def items_of(id_: str) -> list[dict[str, Any]]:
    """Return a list with two items of other names and ids."""
    body = json.loads(answer_to(id_))
    sample = body[OPERATIONS[id_]["response"]["root"]][0]
    if id_ == "addons.providers.list":
        plans = [{"id": "the-id", "name": "a-plan-of-its-own"}, {"id": "p", "name": "p-plan"}]
        plans = [{**sample["plans"][0], **plan} for plan in plans]
        first = {"id": "a-provider", "name": "A Provider", "plans": plans}
        second = {"id": "other", "name": "Other", "plans": None}
    elif id_ == "scm_integrations.list":
        first = {"id": "the-id", "scm_type": "gitlab-self-hosted", "url": "https://git.example"}
        second = {"id": "other-id", "scm_type": "github", "url": None}
    else:
        first = {"id": "the-id", "name": "a name", "slug": "a-slug", "deprecated_at": None}
        second = {"id": "other-id", "name": "another", "slug": "x", "deprecated_at": "2030-01-02"}
        first |= {"user_id": "the-id", "user_name": "a name"}
        second |= {"user_id": "other-id", "user_name": "another"}
    known = sample.keys()
    return [
        {**sample, **{key: value for key, value in item.items() if key in known}}
        for item in (first, second)
    ]


class Platform(FakeTransport):
    """Answers each operation with what it answers; lists of names with two items.

    Attributes:
        asked: The ids of the operations.
        lists: Other items of a list, by its operation.
        status: The status of the answers to lists.
    """

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names = names
        self.asked: list[str] = []
        self.lists: dict[str, list[Any]] = {}
        self.status = 200

    async def send(self, request):
        await checkpoint()
        id_ = request.endpoint.id
        if id_ == "addons.token":
            return await super().send(request)
        self.requests.append(request)
        self.asked.append(id_)
        if id_ in self.names or id_ in self.lists:
            items = self.lists.get(id_) or items_of(id_)
            body = json.dumps({OPERATIONS[id_]["response"]["root"]: items}).encode()
            return Response(self.status, Headers(), body, request=request)
        return Response(OPERATIONS[id_]["status"], Headers(), answer_to(id_), request=request)


def needed(client, case: Case) -> tuple[list[str], dict[str, Any]]:
    """Return what the method needs besides the argument."""
    ids, rest = arguments(client, case.id)
    others = {other.other for other in CASES} | {"page", "per_page", "selected_events"}
    return ids, {**{name: v for name, v in rest.items() if name not in others}, **case.more}


def value(case: Case, text: str) -> Any:
    return [text] if case.argument in {"events", "notifier_names"} else text


async def called(client, case: Case, **given: Any) -> None:
    ids, rest = needed(client, case)
    await method_of(client, case.id)(*ids, **{**rest, **given})


def sent(request: Any, case: Case) -> Any:
    """Return what a request has for the id."""
    if request.content is None:
        return parse_qs(urlsplit(request.url).query)[case.field][0]
    body = json.loads(request.content)
    root = OPERATIONS[case.id]["body"]["root"]
    return (body[root] if root else body)[case.field]


@each("case", CASES)
async def test_a_name_is_looked_up_with_one_request(case):
    transport = Platform(case.lists)
    async with client_of(transport) as client:
        await called(client, case, **{case.argument: value(case, case.name)})
        assert transport.asked == [case.lists, case.id]
        wanted = "a-provider" if case.argument == "provider" else "the-id"
        assert sent(transport.requests[-1], case) == value(case, wanted)
        # The platform's catalogues are kept; what belongs to the account may change.
        await called(client, case, **{case.argument: value(case, case.name)})
        again = [case.id] if case.kept else [case.lists, case.id]
        assert transport.asked[2:] == again
        assert sent(transport.requests[-1], case) == value(case, wanted)


@each("case", CASES)
async def test_an_id_is_not_looked_up(case):
    transport = Platform(case.lists)
    async with client_of(transport) as client:
        given = value(case, "the-id")
        if "provider" in case.more:
            case = attrs.evolve(case, more={"addon_provider_id": "a-provider"})
        await called(client, case, **{case.other: given})
        assert transport.asked == [case.id]
        assert sent(transport.requests[-1], case) == given


@each("case", CASES)
async def test_a_name_and_an_id_are_not_both_given(case):
    transport = Platform(case.lists)
    both = {case.argument: value(case, case.name), case.other: value(case, "the-id")}
    async with client_of(transport) as client:
        said = f"give {case.argument} or {case.other}, not both"
        with pytest.raises(InvalidArgumentError, match=said):
            await called(client, case, **both)
        with pytest.raises(InvalidArgumentError, match=rf"{case.argument}.* is empty"):
            await called(client, case, **{case.argument: value(case, " ")})
        with pytest.raises(InvalidArgumentError, match=rf"{case.argument}.* must be"):
            await called(client, case, **{case.argument: value(case, 5)})  # type: ignore[arg-type]
    assert transport.asked == []


@each("case", CASES)
async def test_a_name_that_is_not_there_is_an_error_that_names_those_that_are(case):
    transport = Platform(case.lists, "addons.providers.list")
    async with client_of(transport) as client:
        with pytest.raises(NotFoundError, match=r"there is no .*; there are ") as caught:
            await called(client, case, **{case.argument: value(case, "a nam")})
    assert case.id not in transport.asked
    assert set(transport.asked) == {case.lists}
    # A plan to change to may be in either of two lists.
    assert len(transport.asked) == (2 if case.id == "addons.update" else 1)
    known = caught.value.known
    assert case.name in known or case.argument in {"provider", "integration"}
    assert all(name in caught.value.message for name in known)
    assert caught.value.status_code is None


@each("case", CASES)
async def test_a_call_that_can_not_be_right_looks_nothing_up(case):
    transport = Platform(case.lists)
    async with client_of(transport) as client:
        ids, _ = arguments(client, case.id)
        given = {case.argument: value(case, case.name)}
        with pytest.raises(InvalidArgumentError):
            await called(client, case, **given, headers={"bad name": "x"})
        if ids:
            rest = {**needed(client, case)[1], **given}
            with pytest.raises(InvalidArgumentError):
                await method_of(client, case.id)(*["..", *ids[1:]], **rest)
    assert transport.asked == []


async def test_every_argument_that_takes_names_is_tested():
    """Those that are not in the facts are either names, or objects that were listed."""
    import inspect

    async with client_of(FakeTransport()) as client:
        found = {
            (id_, name)
            for id_ in OPERATIONS
            for name in inspect.signature(method_of(client, id_)).parameters
            if is_by_name(id_, name)
        }
    drains = {("log_drains.delete", "drain"), ("addons.log_drains.delete", "drain")}
    assert found - drains == {(case.id, case.argument) for case in CASES}


# -- what is kept ----------------------------------------------------------------------------------


async def test_many_at_once_look_a_catalogue_up_once():
    transport = Platform("stacks.list")
    async with client_of(transport) as client, anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(lambda n=number: client.apps.create(name=f"app-{n}", stack="a name"))
    assert transport.asked.count("stacks.list") == 1
    assert transport.asked.count("apps.create") == 20


async def test_copies_share_a_catalogue_and_regions_do_not():
    regions = [
        {
            **items_of("regions.list")[0],
            "name": name,
            "api": f"https://api.{name}.scalingo.com",
            "database_api": f"https://db-api.{name}.scalingo.com",
        }
        for name in ("osc-fr1", "osc-secnum-fr1")
    ]  # fmt: skip
    transport = Platform("stacks.list")
    transport.lists["regions.list"] = regions
    async with client_of(transport) as client:
        elsewhere = client.region("osc-secnum-fr1")
        for each_ in (client, client.with_options(timeout=3), client.region("osc-fr1")):
            await each_.apps.update("my-app", stack="a name")
        assert transport.asked.count("stacks.list") == 1
        for each_ in (
            elsewhere,
            elsewhere.with_options(timeout=3),
            client.region("osc-secnum-fr1"),
        ):
            await each_.apps.update("my-app", stack="a name")
    hosts = [urlsplit(r.url).hostname for r in transport.requests if r.endpoint.id == "stacks.list"]
    assert hosts == ["api.osc-fr1.scalingo.com", "api.osc-secnum-fr1.scalingo.com"]


class Held(Platform):
    """Answers lists of names only when it is told to."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.begun = anyio.Event()
        self.go = anyio.Event()

    async def send(self, request):
        if request.endpoint.id in self.names:
            self.begun.set()
            await self.go.wait()
        return await super().send(request)


async def test_a_leader_that_is_cancelled_hangs_nobody():
    transport = Held("stacks.list")
    done = []

    async def create(number: int, scope: anyio.CancelScope) -> None:
        with scope:
            await client.apps.create(name=f"app-{number}", stack="a name")
            done.append(number)

    async with client_of(transport) as client, anyio.create_task_group() as tasks:
        leader = anyio.CancelScope()
        tasks.start_soon(create, 0, leader)
        await transport.begun.wait()
        for number in (1, 2, 3):
            tasks.start_soon(create, number, anyio.CancelScope())
        await anyio.wait_all_tasks_blocked()
        leader.cancel()
        await anyio.wait_all_tasks_blocked()
        transport.go.set()
    assert sorted(done) == [1, 2, 3]
    assert transport.asked.count("stacks.list") == 1


async def test_a_failure_is_that_of_all_who_waited_and_is_not_kept():
    transport = Held("stacks.list")
    transport.status = 500
    failed = []

    async def create(**options: Any) -> None:
        with pytest.raises(ServerError) as caught:
            await client.apps.create(name="an-app", stack="a name", **options)
        failed.append(caught.value)

    async with client_of(transport) as client:
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(create)
            await transport.begun.wait()
            await anyio.wait_all_tasks_blocked()
            # Who asks in another way might get another answer.
            tasks.start_soon(lambda: create(timeout=99))
            await anyio.wait_all_tasks_blocked()
            transport.go.set()
        assert transport.asked == ["stacks.list"] * 2
        assert len({id(error) for error in failed}) == 6
        transport.status = 200
        await client.apps.create(name="an-app", stack="a name")
        assert transport.asked[2:] == ["stacks.list", "apps.create"]
    with pytest.raises(ClientClosedError):
        await client.apps.create(name="an-app", stack="a name")


@VIRTUAL
async def test_who_waits_for_another_call_does_so_until_its_own_deadline():
    transport = Held("stacks.list")
    async with client_of(transport) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: client.apps.create(name="an-app", stack="a name"))
        await transport.begun.wait()
        began = anyio.current_time()
        with (
            anyio.fail_after(60),
            pytest.raises(DeadlineExceededError, match="another call was fetching") as caught,
        ):
            await client.apps.create(name="another-app", stack="a name", deadline=2)
        assert anyio.current_time() - began == pytest.approx(2)
        assert caught.value.sent is False
        transport.go.set()
    assert transport.asked == ["stacks.list", "apps.create"]


async def test_the_raw_response_is_that_of_the_call_itself():
    async with client_of(Platform("stacks.list")) as client:
        create = client.with_raw_response(client.apps.create)
        answer = await create(name="an-app", stack="a name")
    assert answer.status_code == 201


# -- names -----------------------------------------------------------------------------------------


async def test_a_stack_that_is_deprecated_is_said_to_be():
    async with client_of(Platform("stacks.list")) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.apps.create(name="an-app", stack="scalingo-99")
    assert caught.value.message == (
        "there is no stack 'scalingo-99'; there are a name, another (deprecated)"
    )
    assert (caught.value.resource, caught.value.known) == ("stack", ("a name", "another"))


async def test_two_projects_of_a_name_are_not_chosen_from():
    transport = Platform("projects.list")
    transport.lists["projects.list"] = [
        {**items_of("projects.list")[0], "id": f"pr-{n}", "name": "shop"} for n in (1, 2)
    ]
    async with client_of(transport) as client:
        with pytest.raises(
            AmbiguousMatchError, match=r"project 'shop' is not one but 2; .*pr-1, pr-2"
        ):
            await client.apps.create(name="an-app", project="shop")
        await client.apps.create(name="an-app", project="pr-2")
    assert json.loads(transport.requests[-1].content)["app"]["project_id"] == "pr-2"


async def test_an_account_without_projects_is_told_so():
    transport = Platform("projects.list")
    async with client_of(transport) as client:
        transport.send = answering(transport, b'{"projects": []}')
        with pytest.raises(NotFoundError, match="there is no project 'shop'; there are none"):
            await client.apps.create(name="an-app", project="shop")


def answering(transport: Platform, content: bytes) -> Any:
    async def send(request):
        transport.asked.append(request.endpoint.id)
        return Response(200, Headers(), content, request=request)

    return send


async def test_several_names_are_looked_up_at_once():
    transport = Platform("notifiers.list", "events.types.list")
    async with client_of(transport) as client:
        names = ["another", "a name"]
        await client.alerts.update("my-app", "al-1", notifier_names=names)
        assert transport.asked == ["notifiers.list", "alerts.update"]
        assert json.loads(transport.requests[-1].content)["alert"] == {
            "notifiers": ["other-id", "the-id"]
        }
        await client.alerts.update("my-app", "al-1", notifier_names=[])
        await client.notifiers.update("my-app", "no-1", events=())
        assert transport.asked[2:] == ["alerts.update", "notifiers.update"]
        assert json.loads(transport.requests[-1].content)["notifier"] == {"selected_event_ids": []}


@each(
    ("given", "missing"),
    [
        ({}, "give provider or addon_provider_id"),
        ({"plan": "x"}, "give provider or addon_provider_id"),
        ({"provider": "x"}, "give plan or plan_id"),
        ({"addon_provider_id": "x"}, "give plan or plan_id"),
    ],
)
async def test_what_is_needed_is_asked_for(given, missing):
    async with client_of(transport := Platform()) as client:
        with pytest.raises(InvalidArgumentError, match=missing):
            await client.addons.create("my-app", **given)
        with pytest.raises(InvalidArgumentError, match="give plan or plan_id"):
            await client.addons.update("my-app", "ad-1")
        with pytest.raises(InvalidArgumentError, match="give platform or platform_id"):
            await client.notifiers.create("my-app", name="x")
        with pytest.raises(InvalidArgumentError, match="give invited_user or invited_user_id"):
            await client.projects.transfer_invitations.create("pr-1")
    assert transport.asked == []


# -- with the sandbox, as people think ---------------------------------------------------------------


@pytest.fixture
async def sandbox():
    return Sandbox(apps=2, rate_limit=None, operation_time=0)


class Counted:
    """Counts the requests of a client, by what they are."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, request, call_next):
        self.asked.append(request.endpoint.id)
        return await call_next(request)


@pytest.fixture
def counted():
    return Counted()


@pytest.fixture
async def client(sandbox, counted):
    async with client_of_sandbox(sandbox, middlewares=[counted]) as client:
        yield client


@VIRTUAL
async def test_an_app_is_created_by_the_names_that_people_know(client, counted):
    stacks = {stack.name: stack.id async for stack in client.stacks.list()}
    project = await client.projects.create(name="shop")
    counted.asked.clear()
    app = await client.apps.create(name="a-new-app", stack="scalingo-22", project="shop")
    assert counted.asked == ["stacks.list", "projects.list", "apps.create"]
    assert app.stack_id == stacks["scalingo-22"]
    assert app.project.id == project.id
    counted.asked.clear()
    await client.apps.update("a-new-app", project="default")
    assert counted.asked == ["projects.list", "apps.update"]


@VIRTUAL
@each(
    ("provider", "plan"),
    [
        ("postgresql", "postgresql-starter-512"),
        ("PostgreSQL", "starter-512"),
        ("postgresql", "starter-512"),
    ],
)
async def test_an_addon_is_created_by_the_names_that_people_know(provider, plan):
    counted, sandbox = Counted(), Sandbox(apps=2, rate_limit=None, operation_time=0)
    async with client_of_sandbox(sandbox, middlewares=[counted]) as client:
        await client.apps.create(name="a-new-app")
        counted.asked.clear()
        addon = await client.addons.create("a-new-app", provider=provider, plan=plan)
        assert counted.asked == ["addons.providers.list", "addons.create"]
        assert addon.plan.name == "postgresql-starter-512"
        addon = await client.addons.update("a-new-app", addon.id, plan="postgresql-starter-1024")
        assert counted.asked[2:] == ["addons.update"]
        assert (await addon.wait()).plan.name == "postgresql-starter-1024"


@VIRTUAL
async def test_a_database_on_dedicated_resources_changes_its_plan_by_name(client, counted):
    made = await client.dedicated_databases.create(
        name="shop-database", technology="postgresql-ng", plan="postgresql-dr-starter-4096"
    )
    made = await made.wait()
    counted.asked.clear()
    addon = await client.addons.update(made.name, made.addon.id, plan="postgresql-dr-starter-8192")
    assert counted.asked == ["addons.providers.list", "addons.update"]
    assert addon.plan.name == "postgresql-dr-starter-8192"
    database = await client.databases.find(made.name, "postgresql")
    assert database.addon_id == made.addon.id


# -- databases by their kind ---------------------------------------------------------------------


def addon(id_: str, provider: str, name: str = "A Name") -> dict[str, Any]:
    return sample_of("Addon", full=False) | {
        "id": id_,
        "resource_id": f"res-{id_}",
        "addon_provider": {"id": provider, "name": name},
    }


ADDONS = [
    addon("ad-1", "postgresql", "PostgreSQL"),
    addon("ad-2", "scalingo-redis", "Redis®"),
    addon("ad-3", "mysql", "MySQL"),
    addon("ad-4", "mysql", "MySQL"),
    addon("ad-5", "opensearch", "OpenSearch"),
    addon("ad-6", "opensearch-ng", "OpenSearch on its own"),
]


@each(
    ("kind", "id_"),
    [
        ("postgresql", "ad-1"),
        ("PostgreSQL", "ad-1"),
        ("redis", "ad-2"),
        ("redis®", "ad-2"),
        ("scalingo-redis", "ad-2"),
        ("opensearch", "ad-5"),
        ("opensearch-ng", "ad-6"),
    ],
)
async def test_a_database_is_found_by_its_kind(kind, id_):
    transport = FakeTransport(200, json.dumps({"addons": ADDONS}).encode())
    async with client_of(transport) as client:
        database = await client.databases.find("my-app", kind)
    assert (database.app, database.addon_id) == ("my-app", id_)
    assert [request.endpoint.id for request in transport.requests] == ["addons.list"]


async def test_two_databases_of_a_kind_are_not_chosen_from_and_none_is_said():
    transport = FakeTransport(200, json.dumps({"addons": ADDONS}).encode())
    async with client_of(transport) as client:
        with pytest.raises(AmbiguousMatchError) as caught:
            await client.databases.find("my-app", "mysql")
        assert caught.value.message == (
            "my-app has 2 addons of the kind mysql: ad-3 (res-ad-3), ad-4 (res-ad-4). Choose one "
            "with client.database(app, addon_id)"
        )
        assert (caught.value.count, caught.value.matches) == (2, ("ad-3", "ad-4"))
        with pytest.raises(
            NotFoundError, match=r"did you mean postgresql.*; its addons are"
        ) as none:
            await client.databases.find("my-app", "postgres")
        assert none.value.known[0] == "postgresql"
        assert await client.databases.find("my-app", "mongodb", required=False) is None
        with pytest.raises(NotFoundError, match="its addons are postgresql"):
            await client.addons.find("my-app", "mongodb", required=True)
        with pytest.raises(InvalidArgumentError, match="kind is empty"):
            await client.databases.find("my-app", "")
    async with client_of(FakeTransport(200, b'{"addons": []}')) as client:
        with pytest.raises(NotFoundError, match="it has no addons"):
            await client.databases.find("my-app", "mongodb")


async def test_a_database_without_a_resource_is_named_by_its_plan():
    plan = {"id": "p", "name": "mysql-starter-512", "display_name": "Starter"}
    addons = [
        {**addon("ad-3", "mysql"), "resource_id": None, "plan": plan},
        {**addon("ad-4", "mysql"), "resource_id": None, "plan": {**plan, "name": "mysql-x"}},
    ]
    async with client_of(FakeTransport(200, json.dumps({"addons": addons}).encode())) as client:
        with pytest.raises(
            AmbiguousMatchError, match=r"ad-3 \(mysql-starter-512\), ad-4 \(mysql-x\)"
        ):
            await client.databases.find("my-app", "mysql")


async def test_the_newest_backup_is_the_newest_wherever_it_is_in_the_list():
    sample = json.loads(answer_to("databases.backups.list"))["database_backups"][0]
    days = {"b-old": 1, "b-new": 3, "b-failed": 4, "b-middle": 2}
    backups = [
        {
            **sample,
            "id": id_,
            "status": "error" if id_ == "b-failed" else "done",
            "created_at": f"2026-11-0{day}T02:00:00+00:00",
        }
        for id_, day in days.items()
    ]
    for rows in (backups, backups[::-1]):
        transport = FakeTransport(200, json.dumps({"database_backups": rows}).encode())
        async with client_of(transport) as client:
            latest = client.databases.backups.latest
            assert (await latest("my-app", "ad-1")).id == "b-failed"
            assert (await latest("my-app", "ad-1", status="done")).id == "b-new"
        assert len(transport.requests) == 2


async def test_the_newest_backup_of_a_database_is_one_request():
    sample = json.loads(answer_to("databases.backups.list"))["database_backups"][0]
    states = ["running", "error", "done", "done"]
    backups = [{**sample, "id": f"b-{n}", "status": state} for n, state in enumerate(states)]
    transport = FakeTransport(200, json.dumps({"database_backups": backups}).encode())
    async with client_of(transport) as client:
        database = client.database("my-app", "ad-1")
        for status, id_ in ((None, "b-0"), ("done", "b-2"), ("error", "b-1"), ("pending", None)):
            latest = await client.databases.backups.latest("my-app", "ad-1", status=status)
            assert (latest and latest.id) == id_
            assert await database.backups.latest(status=status) == latest
        assert (await database.backups.latest()).id == "b-0"
        # It knows whom to ask how it gets on.
        done = await database.backups.latest(status="done")
        assert await done.wait() is done
    assert {request.endpoint.id for request in transport.requests} == {"databases.backups.list"}
    assert len(transport.requests) == 10


# -- by the object that was listed -------------------------------------------------------------------


async def test_a_log_drain_is_deleted_by_the_object_that_was_listed():
    url = "https://user:p%40ss@drains.example.com/?a=b&c"
    answer = json.dumps({"drains": [{"url": url}]}).encode()
    transport = FakeTransport(200, answer)
    async with client_of(transport) as client:
        parts = ((client.log_drains, ("my-app",)), (client.addons.log_drains, ("my-app", "ad-1")))
        for drains, ids in parts:
            drain = await drains.list(*ids).first(required=True)
            await drains.delete(*ids, drain)
            by_object = transport.requests[-1]
            for given in (drain.url, Secret(drain.url)):
                await drains.delete(*ids, url=given)
                assert transport.requests[-1].url == by_object.url
            assert parse_qs(urlsplit(by_object.url).query) == {"url": [url]}
            count = len(transport.requests)
            for wrong in ({}, {"drain": drain, "url": url}):
                with pytest.raises(InvalidArgumentError, match="exactly one of drain and url"):
                    await drains.delete(*ids, **wrong)
            with pytest.raises(InvalidArgumentError, match="drain must be a LogDrain or None"):
                await drains.delete(*ids, url)
            assert len(transport.requests) == count


async def test_users_and_features_of_a_database_are_given_as_they_were_listed():
    answer = json.dumps(
        {"database-users": [{"name": "reader", "read_only": True, "protected": False}]}
    ).encode()
    transport = FakeTransport(200, answer)
    async with client_of(transport) as client:
        database = client.database("my-app", "ad-1")
        user = await database.users.list().find(name="reader", required=True)
        transport._answer = (
            200,
            json.dumps({"name": "reader", "read_only": True, "protected": False}).encode(),
            {},
        )
        await database.users.delete(user)
        await database.users.reset_password(user)
        await database.users.update(user, password="p" * 24, password_confirmation="p" * 24)
        for request in transport.requests[1:]:
            assert "/users/reader" in request.url
    transport = FakeTransport(200, answer_to("databases.get"))
    async with client_of(transport) as client:
        database = client.database("my-app", "ad-1")
        (feature, *_) = (await database.get()).features
        transport._answer = (200, b'{"message": "done"}', {})
        await database.disable_feature(feature=feature)
        assert parse_qs(urlsplit(transport.requests[-1].url).query) == {"feature": [feature.name]}
