"""Every operation that the sandbox knows answers as the API facts say."""

import pytest
from sweeps import sweep

from scalingo_async.sandbox.routes import FAMILIES

from . import account_samples, database_samples
from .bare_client import Api, bearer
from .decoding import ENDPOINTS, decode
from .shapes import OPERATIONS, check_event, check_model

pytestmark = pytest.mark.anyio

KNOWN = {
    name
    for family in FAMILIES
    for route in family.routes
    for name in (route.operation, *({"apps.update": ["apps.transfer"]}.get(route.operation, ())))
} | {"tokens.login"}

PREFIXES = {"regional": "/v1", "auth": "/auth/v1", "database": "/api", "billing": "/billing"}

PEM = {
    "tlscert": "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----",
    "tlskey": "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----",
}

BODIES = {
    "tokens.create": {"token": {"name": "deploys"}},
    "tokens.login": {"token": {"name": "laptop"}},
    "apps.create": {"app": {"name": "a-new-app"}},
    "apps.firewall_rules.create": {"firewall_rule": {"cidr": "203.0.113.0/24", "label": "home"}},
    "apps.children.create": {"app": {"name": "a-child-app"}},
    "apps.update": {"app": {"force_https": True, "sticky_session": True}},
    "apps.transfer": {"app": {"owner": "ada.martin@example.com"}},
    "apps.rename": {"current_name": "{app_name}", "new_name": "another-name"},
    "apps.scale": {"containers": [{"name": "web", "amount": 4, "size": "L"}]},
    "apps.restart": {"scope": ["web"]},
    "apps.run": {"command": "python manage.py migrate", "detached": False},
    "variables.create": {"variable": {"name": "NEW", "value": "1"}},
    "variables.bulk_update": {"variables": [{"name": "NEW", "value": "1"}]},
    "variables.update": {"variable": {"value": "2"}},
    "variables.bulk_delete": {"variable_ids": ["{variable_id}"]},
    "deployments.create": {"deployment": {"source_url": "https://example.com/a.tgz"}},
    "domains.create": {"domain": {"name": "shop.example.com"}},
    "domains.update": {"domain": PEM},
    "collaborators.create": {"collaborator": {"email": "new@example.com"}},
    "collaborators.update": {"collaborator": {"is_limited": True}},
    "addons.create": {"addon": {"addon_provider_id": "mysql", "plan_id": "{mysql_plan}"}},
    "addons.update": {"addon": {"plan_id": "{plan_id}"}},
    "addons.log_drains.create": {"drain": {"type": "papertrail", "host": "logs.org", "port": "5"}},
    **account_samples.BODIES,
    **database_samples.BODIES,
}

QUERIES = {
    "apps.delete": {"current_name": "{app_name}"},
    "addons.log_drains.delete": {"url": "papertrail://old.org:1"},
    "collaborators.accept": {"token": "{invitation}"},
    **account_samples.QUERIES,
    **database_samples.QUERIES,
}


def fill(value, context):
    if isinstance(value, str):
        return value.format_map(context) if "{" in value else value
    if isinstance(value, dict):
        return {key: fill(item, context) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, context) for item in value]
    return value


@pytest.fixture
async def context(sandbox, api, clock):
    """Ids of things that exist: of an app with all there is, and of what takes a while."""
    app = next(row for row in sandbox.apps() if len(row.addons) == 2 and len(row.domains) == 2)
    addon = next(row for row in app.addons.values() if row.provider.id == "postgresql")
    addon.log_drains.append("papertrail://old.org:1")
    invited = await api.ok(
        "POST", f"/v1/apps/{app.id}/collaborators", {"collaborator": {"email": "b@example.com"}}
    )
    child = {"app": {"name": "first-child"}}
    await api.ok("POST", f"/v1/apps/{app.id}/child_apps", child)
    restarted = await api.send("POST", f"/v1/apps/{app.id}/restart", {})
    addon_token = await api.addon_token(app.id, addon.id)
    backup_id = next(iter(addon.database.backups))
    restoration = await api.ok(
        "POST",
        f"/api/databases/{addon.id}/backups/{backup_id}/restore",
        headers=bearer(addon_token),
    )
    more = await database_samples.make(api, app, addon)
    clock.advance(10)
    sandbox.forget_requests()
    return {
        **more,
        "app": app.id,
        "app_name": app.name,
        "variable_id": next(row.id for row in app.variables.values()),
        "domain_id": next(iter(app.domains)),
        "collaborator_id": next(iter(app.collaborators)),
        "deployment_id": next(iter(app.deployments)),
        "operation_id": restarted.headers["location"].rpartition("/")[2],
        "project_id": app.project.id,
        "addon_id": addon.id,
        "addon_token": addon_token,
        "addon_provider": "postgresql",
        "plan_id": addon.provider.plans[3].id,
        "mysql_plan": "5cc45d3e3e6b3b0012492001",
        "backup_id": backup_id,
        "restoration_id": restoration["id"],
        "token_id": next(iter(sandbox.world.tokens)),
        "invitation": invited["collaborator"]["invitation_link"].partition("token=")[2],
    }


def test_the_slice_is_there():
    families = {
        "tokens", "apps", "variables", "domains", "collaborators", "addons"
    }  # fmt: skip
    wanted = {name for name in OPERATIONS if name.partition(".")[0] in families}
    assert wanted - KNOWN == set()
    # The file behind the URL of an invoice is no operation of the API's own.
    assert set(OPERATIONS) | {"billing.invoices.file"} >= KNOWN


ALL = sorted(name for name in KNOWN & set(OPERATIONS) if OPERATIONS[name]["api"] != "absolute")

ALONE = {"projects", "review_apps", "scm_repo_links", "two_factor_auth", "users"}
"""Families of which some operations are prepared in a way that others don't get over."""

READS = [
    name
    for name in ALL
    if OPERATIONS[name]["method"] == "GET"
    and name != "collaborators.accept"
    and name.partition(".")[0] not in ALONE
]
"""Operations that leave everything as it was: one sandbox is enough for all of them."""

CHANGES = [name for name in ALL if name not in READS]

BACKENDS = ("asyncio", "trio")


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("name", "anyio_backend"),
    [
        (name, BACKENDS[(number + turn) % 2])
        for number, name in enumerate(CHANGES)
        for turn in range(sweep("event loops of a changing operation"))
    ],
)
async def test_answers_as_documented(name, sandbox, api, context):
    await check_answer(name, sandbox, api, context)


async def test_reads_answer_as_documented(sandbox, api, context):
    assert len(READS) > 80
    for name in READS:
        try:
            await check_answer(name, sandbox, api, dict(context))
        except BaseException as error:
            error.add_note(f"the operation was {name}")
            raise


async def check_answer(name, sandbox, api, context):
    facts = OPERATIONS[name]
    context |= fill(database_samples.INSTEAD.get(name, {}), context)
    api, context = await account_samples.prepare(name, sandbox, api, context)
    path = PREFIXES[facts["api"]] + facts["path"].format_map(context)
    more = {"params": fill(QUERIES.get(name, {}), context)}
    if facts["auth"] == "addon_token":
        more["headers"] = bearer(context["addon_token"])
    if facts["auth"] == "basic":
        more["auth"] = ("postgresql", sandbox.settings.provider_password)
    if name == "tokens.exchange":
        more["auth"] = ("", sandbox.api_token)
    if name == "tokens.login":
        more["auth"] = (sandbox.user.email, sandbox.user.password)
    if name == "collaborators.accept":
        api = Api(sandbox, sandbox.add_user("b@example.com").api_token)
        await api.sign_in()
    if name == "addons.resume":
        sandbox.get_app(context["app"]).addons[context["addon_id"]].status = "suspended"

    before = sandbox.count(name)
    answer = await api.send(facts["method"], path, fill(BODIES.get(name), context), **more)

    assert sandbox.requests[-1].operation == name
    assert sandbox.count(name) == before + 1
    assert answer.status_code == facts["status"], answer.text
    assert answer.headers["x-request-id"]
    response = facts["response"]
    if name == "users.stop_free_trial":
        # Recorded: there is something in the answer, of no use to anybody.
        assert answer.json() == {"message": "ok"}
    elif name == "dedicated_databases.create":
        # The documentation shows the database, official clients read `app.id` instead.
        assert answer.json()["database"] == {}
        check_model(answer.json()["app"], "App")
    elif response["kind"] == "empty":
        assert answer.content == b""
    elif response["kind"] == "text":
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.text
    elif response["kind"] == "bytes":
        assert answer.content or answer.status_code == 302
    else:
        check_body(answer.json(), response)
    assert bool(answer.headers.get("location")) == response["location_header"]
    if name in ENDPOINTS:
        decode(name, answer)


def check_body(body, response):
    root, model = response["root"], response["model"]
    inner = body if root is None else body[root]
    if root is not None:
        # Providers' apps come in pages, though the documentation's example has no `meta`.
        extra = {"meta"} if response["model"] == "ProviderApp" else set(response["extra_keys"])
        assert set(body) - {root} <= extra
    if response["kind"] in {"list", "array"}:
        assert inner, "nothing to look at"
        for item in inner:
            if model is None:
                assert isinstance(item, str)
            else:
                check_event(item) if model == "Event" else check_model(item, model)
    elif model is not None:
        check_model(inner, model)
    if "meta" in body:
        check_model(body["meta"]["pagination"], "PaginationMeta")


@pytest.mark.parametrize("region", [None, "osc-secnum-fr1"])
async def test_every_event_of_the_beginning_is_well_formed(sandbox, region):
    async with Api(sandbox, region=region) as api:
        await api.sign_in()
        kinds = set()
        for page in range(1, 50):
            body = await api.ok("GET", "/v1/events", params={"page": page, "per_page": 100})
            for event in body["events"]:
                check_event(event)
                kinds.add(event["type"])
            if body["meta"]["pagination"]["next_page"] is None:
                break
        assert kinds > {"new_app", "deployment", "restart", "new_addon"}
