"""Codes of refusals: each sentence in the table is one that somebody says, and nothing else fits."""

import ast
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from api_facts import OPERATIONS, recordings
from core.fakes import answer, request
from sandbox_client import client_of, served
from tables import each

import scalingo_async
import scalingo_async.errors
from scalingo_async import APIStatusError, APIToken, UserPassword
from scalingo_async.error_codes import KNOWN_REFUSALS, ErrorCode, code_of
from scalingo_async.middleware.error_mapping import error_for
from scalingo_async.sandbox import Sandbox
from scalingo_async.sandbox.world.apps import Collaborator

SANDBOX = Path(scalingo_async.__file__).parent / "sandbox"
PAGE = Path(scalingo_async.__file__).parents[1] / "docs" / "how-to" / "errors.md"
CODES = set(get_args(ErrorCode))
WEBSITE = "https://github.com/example-user/website"
PROFILE = {
    "name": "A",
    "address_line1": "B",
    "address_zip": "1",
    "address_city": "C",
    "address_country": "FR",
}


def refused(operation, status, body):
    """Return the error for an answer to an operation."""
    sent = request(OPERATIONS.get(operation, {}).get("method", "GET"))
    object.__setattr__(sent.endpoint, "id", operation)
    return error_for(answer(status, body), sent)


# -- what the sandbox says ---------------------------------------------------------------------


class Stage:
    """A sandbox with a deployed app and a PostgreSQL database."""

    def __init__(self, sandbox, client):
        self.sandbox = sandbox
        self.client = client
        self.row = next(app for app in sandbox.apps() if app.containers)
        self.app = self.row.name
        rows = (addon for addon in self.row.addons.values() if addon.database is not None)
        self.addon = next(addon for addon in rows if addon.provider.id == "postgresql")
        self.database = (self.app, self.addon.id)

    def join(self, user, *, app=None, limited=False):
        row = Collaborator(f"row-{user.id}", user.email, limited, user.id, self.sandbox.user, user)
        self.sandbox.get_app(app or self.app).collaborators[row.id] = row

    def other(self, email="other@example.com", *, limited=None):
        """Return a client of somebody else's, who works on the app if it is said how."""
        user = self.sandbox.add_user(email)
        if limited is not None:
            self.join(user, limited=limited)
        return client_of(self.sandbox, api_token=user.api_token)

    async def shared_project(self):
        """Return the id of a project with an app, and who may take it over."""
        project = await self.client.projects.create(name="shared")
        await self.client.apps.create(name="shared-app", project_id=project.id)
        heir = self.sandbox.add_user("heir@example.com")
        self.join(heir, app="shared-app")
        return project.id, heir

    async def invitation(self):
        project_id, heir = await self.shared_project()
        invitations = self.client.projects.transfer_invitations
        return project_id, await invitations.create(project_id, invited_user_id=heir.id)

    async def dedicated(self):
        made = await self.client.dedicated_databases.create(
            name="my-postgres-db", technology="postgresql-ng", plan="postgresql-dr-starter-4096"
        )
        (addon,) = await self.client.addons.list(made.name)
        return made.name, addon.id


SCENES = []


def scene(code, operation):
    """Note what brings a refusal about."""

    def note(act):
        SCENES.append((code, operation, act))
        return act

    return note


@scene("nothing_changed", "apps.scale")
async def _(on):
    await on.client.apps.scale(on.app, containers={"web": on.row.formation["web"].amount})


@scene("up_to_date", "databases.upgrade")
async def _(on):
    for _ in range(9):
        await on.client.databases.upgrade(*on.database)


@scene("already_running", "databases.backups.create")
async def _(on):
    on.sandbox.settings.operation_time = 1000
    for _ in range(2):
        await on.client.databases.backups.create(*on.database)


@scene("already_pending", "projects.transfer_invitations.create")
async def _(on):
    project_id, sent = await on.invitation()
    await on.client.projects.transfer_invitations.create(
        project_id, invited_user_id=sent.invited_user_id
    )


@scene("already_answered", "projects.transfer_invitations.cancel")
async def _(on):
    project_id, sent = await on.invitation()
    for _ in range(2):
        await on.client.projects.transfer_invitations.cancel(project_id, sent.id)


@scene("expired", "projects.transfer_invitations.cancel")
async def _(on):
    project_id, sent = await on.invitation()
    (row,) = on.sandbox.world.default_region.projects[project_id].invitations.values()
    row.expires_at = 0.0
    await on.client.projects.transfer_invitations.cancel(project_id, sent.id)


@scene("name_taken", "apps.create")
async def _(on):
    await on.client.apps.create(name=on.app)


@scene("name_taken", "apps.rename")
async def _(on):
    other = await on.client.apps.create(name="another-app-of-mine")
    await on.client.apps.rename(other.id, current_name=other.name, new_name=on.app)


@scene("name_taken", "apps.children.create")
async def _(on):
    await on.client.apps.children.create(on.app, name=on.app)


@scene("name_taken", "projects.create")
async def _(on):
    await on.client.projects.create(name="default")


@scene("name_taken", "domains.create")
async def _(on):
    for _ in range(2):
        await on.client.domains.create(on.app, name="www.taken.example")


@scene("name_taken", "databases.users.create")
async def _(on):
    for _ in range(2):
        await on.client.databases.users.create(*on.database, name="metabase", read_only=True)


@scene("name_taken", "users.update")
async def _(on):
    on.sandbox.add_user("a@example.com", username="somebody")
    await on.client.users.update(username="somebody")


@scene("already_exists", "users.update")
async def _(on):
    on.sandbox.add_user("taken@example.com")
    await on.client.users.update(email="taken@example.com")


@scene("already_exists", "collaborators.create")
async def _(on):
    for _ in range(2):
        await on.client.collaborators.create(on.app, email="new@example.com")


@scene("already_exists", "autoscalers.create")
async def _(on):
    for _ in range(2):
        await on.client.autoscalers.create(
            on.app, container_type="worker", min_containers=1, max_containers=2, metric="cpu",
            target=0.5,
        )  # fmt: skip


@scene("already_exists", "scm_repo_links.create")
async def _(on):
    for _ in range(2):
        await on.client.scm_repo_links.create(on.app, source=WEBSITE)


@scene("already_exists", "apps.firewall_rules.create")
async def _(on):
    for _ in range(2):
        await on.client.apps.firewall_rules.create(on.app, cidr="10.0.0.0/24")


@scene("already_exists", "billing.profiles.create")
async def _(on):
    await on.client.billing.profiles.create(**PROFILE)


@scene("already-collaborator", "collaborators.accept")
async def _(on):
    invited = await on.client.collaborators.create(on.app, email="other@example.com")
    async with on.other() as theirs:
        for _ in range(2):
            await theirs.collaborators.accept(invited.invitation_link.partition("=")[2])


@scene("quota_reached", "apps.scale")
async def _(on):
    await on.client.apps.scale(on.app, containers={"web": 1000})


@scene("quota_reached", "domains.create")
async def _(on):
    for number in range(30):
        await on.client.domains.create(on.app, name=f"www{number}.example.org")


@scene("quota_reached", "apps.firewall_rules.create")
async def _(on):
    for number in range(30):
        await on.client.apps.firewall_rules.create(on.app, cidr=f"10.0.{number}.0/24")


@scene("quota_reached", "databases.firewall_rules.create")
async def _(on):
    database = await on.dedicated()
    for number in range(200):
        await on.client.databases.firewall_rules.create(
            *database, type="custom_range", cidr=f"10.0.{number}.0/24", label="x"
        )


@scene("free_trial_exceeded", "apps.create")
async def _(on):
    on.sandbox.settings.free_trial_exceeded = True
    await on.client.apps.create(name="one-too-many")


@scene("not_running", "databases.upgrade")
async def _(on):
    on.addon.database.status = "stopped"
    await on.client.databases.upgrade(*on.database)


@scene("not_finished", "databases.backups.archive_url")
async def _(on):
    on.sandbox.settings.operation_time = 1000
    backup = await on.client.databases.backups.create(*on.database)
    await on.client.databases.backups.archive_url(*on.database, backup.id)


@scene("not_suspended", "addons.resume")
async def _(on):
    await on.client.addons.resume(*on.database)


@scene("not_linked", "scm_repo_links.get")
async def _(on):
    await on.client.scm_repo_links.get(on.app)


@scene("not_empty", "projects.delete")
async def _(on):
    project_id, _ = await on.shared_project()
    await on.client.projects.delete(project_id)


@scene("not_empty", "users.request_deletion")
async def _(on):
    await on.client.users.request_deletion()


@scene("default_project", "projects.delete")
async def _(on):
    async with on.other() as theirs:
        (project,) = await theirs.projects.list()
        await theirs.projects.delete(project.id)


@scene("default_project", "projects.update")
async def _(on):
    (project,) = await on.client.projects.list()
    await on.client.projects.update(project.id, default=False)


@scene("force_ssl_needed", "databases.enable_feature")
async def _(on):
    on.addon.database.features.clear()
    await on.client.databases.enable_feature(*on.database, name="publicly-available")


@scene("force_ssl_needed", "databases.disable_feature")
async def _(on):
    on.addon.database.features |= {"force-ssl": "ACTIVATED", "publicly-available": "ACTIVATED"}
    await on.client.databases.disable_feature(*on.database, feature="force-ssl")


@scene("protected", "databases.users.delete")
async def _(on):
    users = await on.client.databases.users.list(*on.database)
    (name,) = [user.name for user in users if user.protected]
    await on.client.databases.users.delete(*on.database, name)


@scene("not_supported", "databases.pitr_restore")
async def _(on):
    (redis,) = [row for row in on.row.addons.values() if row.provider.id == "redis"]
    when = datetime(2025, 1, 1, tzinfo=UTC)
    await on.client.databases.pitr_restore(on.app, redis.id, restore_time=when)


@scene("not_supported", "databases.firewall_rules.list")
async def _(on):
    await on.client.databases.firewall_rules.list(*on.database)


@scene("not_supported", "addons.log_drains.list")
async def _(on):
    on.addon.database = None
    await on.client.addons.log_drains.list(*on.database)


@scene("not_supported", "containers.stop")
async def _(on):
    await on.client.containers.stop(on.app, on.row.containers[0].id)


@scene("unknown_container_type", "apps.restart")
async def _(on):
    await on.client.apps.restart(on.app, scope=["wrong", "as wrong"])


@scene("unknown_container_type", "apps.scale")
async def _(on):
    await on.client.apps.scale(on.app, containers={"wrong": 1})


@scene("name_mismatch", "apps.delete")
async def _(on):
    await on.client.apps.delete(on.app, current_name="another-name")


@scene("invalid_credentials", "tokens.exchange")
async def _(on):
    async with client_of(on.sandbox, credential=APIToken("tk-us-wrong")) as theirs:
        await theirs.apps.get(on.app)


@scene("otp_required", "tokens.login")
async def _(on):
    on.sandbox.user.password = "the password"
    await on.client.two_factor_auth.initiate(provider="totp")
    await on.client.two_factor_auth.validate(attempt=on.sandbox.one_time_code())
    login = UserPassword(on.sandbox.user.email, "the password")
    async with client_of(on.sandbox, credential=login) as theirs:
        await theirs.apps.get(on.app)


@scene("not_collaborator", "apps.get")
async def _(on):
    async with on.other() as theirs:
        await theirs.apps.get(on.app)


@scene("not_collaborator", "apps.transfer")
async def _(on):
    await on.client.apps.transfer(on.app, owner="nobody@example.com")


@scene("not_collaborator", "projects.transfer_invitations.create")
async def _(on):
    project_id, _ = await on.shared_project()
    await on.client.projects.transfer_invitations.create(project_id, invited_user_id="us-nobody")


@scene("limited_collaborator", "apps.firewall_rules.create")
async def _(on):
    async with on.other(limited=True) as theirs:
        await theirs.apps.firewall_rules.create(on.app, cidr="10.0.0.0/24")


@scene("scm_token_refused", "scm_repo_links.create")
async def _(on):
    next(iter(on.sandbox.user.account.integrations.values())).revoked = True
    await on.client.scm_repo_links.create(on.app, source=WEBSITE)


@scene("already_enabled", "two_factor_auth.initiate")
async def _(on):
    await on.client.two_factor_auth.initiate(provider="totp")
    await on.client.two_factor_auth.validate(attempt=on.sandbox.one_time_code())
    await on.client.two_factor_auth.initiate(provider="totp")


@scene("not_enabled", "two_factor_auth.disable")
async def _(on):
    await on.client.two_factor_auth.disable(attempt="000000")


@scene("not_initiated", "two_factor_auth.validate")
async def _(on):
    await on.client.two_factor_auth.validate(attempt="000000")


@scene("otp_wrong", "two_factor_auth.validate")
async def _(on):
    await on.client.two_factor_auth.initiate(provider="totp")
    await on.client.two_factor_auth.validate(attempt="wrong")


@scene("token_refused", "databases.get")
async def _(on):
    on.sandbox.settings.addon_token_lifetime = -1
    await on.client.databases.get(*on.database)


async def caught_at(act, code, operation):
    sandbox = Sandbox(apps=4, rate_limit=None, operation_time=0)
    async with client_of(sandbox) as client:
        on = Stage(sandbox, client)
        with pytest.raises(APIStatusError) as caught:
            await act(on)
    error = caught.value
    assert error.code == code, f"{operation}: {error}"
    return error


@pytest.mark.anyio
@each(("code", "operation", "act"), SCENES, ids=[f"{code}-{id_}" for code, id_, _ in SCENES])
async def test_what_the_sandbox_says_has_its_code(code, operation, act):
    error = await caught_at(act, code, operation)
    assert pickle.loads(pickle.dumps(error)).code == code


@pytest.mark.anyio
async def test_a_container_that_somebody_is_attached_to():
    sandbox = Sandbox(apps=4, rate_limit=None, operation_time=0)
    async with served(sandbox), client_of(sandbox) as client:
        app = next(app.name for app in sandbox.apps() if app.containers)
        container = await client.apps.run(app, command="bash", has_uploads=True)
        operation = await client.operations.pending(app, container.operation_id).wait()
        url = operation.start_one_off_data.attach_url
        sandbox.world.default_region.one_offs[container.id].attached = True
        with pytest.raises(APIStatusError) as caught:
            await client.one_offs.upload_file(url, b"x", name="x")
        assert caught.value.code == "already_attached"
        with pytest.raises(APIStatusError) as caught:
            async with client.one_offs.attach(url):
                pass
        assert (caught.value.status_code, caught.value.code) == (409, "already_attached")


# -- the table ---------------------------------------------------------------------------------

ATTACHED = [("already_attached", "one_offs.attach"), ("already_attached", "one_offs.upload_file")]


def test_every_row_is_met_by_an_answer():
    met = {*ATTACHED, *((code, operation) for code, operation, _ in SCENES)}
    met |= {("otp_required", ""), ("region_disabled", "")}
    unmet = [
        row
        for row in KNOWN_REFUSALS
        if not any(
            code == row.code and (not row.operations or operation in row.operations)
            for code, operation in met
        )
    ]
    assert unmet == []


def test_every_code_is_in_the_table_and_every_operation_exists():
    assert {row.code for row in KNOWN_REFUSALS} == CODES
    named = {operation for row in KNOWN_REFUSALS for operation in row.operations}
    assert named <= set(OPERATIONS)


RECORDED = {
    "auth.two_factor_auth.disable-not-initiated": "not_enabled",
    "auth.two_factor_auth.validate-not-initiated": "not_initiated",
    "auth.two_factor_auth.validate-wrong": "otp_wrong",
    "regional.containers.restart-422": "unknown_container_type",
    "regional_database.databases.find-400": "token_refused",
    "regional_database.databases.upgrade-400": "token_refused",
}
"""Recordings of refusals that have a code."""


def test_recorded_refusals_have_theirs():
    found = {}
    for name, id_, exchange in recordings():
        recorded = exchange["response"]
        if recorded["status"] >= 400:
            body = recorded.get("json_body")
            content = recorded.get("body", "").encode() if body is None else body
            code = refused(id_, recorded["status"], content).code
            if code is not None:
                found[name] = code
    assert found == RECORDED


def test_the_page_on_errors_has_the_table():
    page = PAGE.read_text("utf-8")
    shown = re.findall(
        r"^\| `([a-z_-]+)` \| ([0-9, ]+) \| .+ \| ([a-z, ]+) \|$", page, re.MULTILINE
    )
    rows = {}
    for row in KNOWN_REFUSALS:
        statuses, sources = rows.setdefault(row.code, (set(), set()))
        statuses.add(str(row.status))
        sources.add(row.known_from)
    assert shown == [
        (code, ", ".join(sorted(statuses)), ", ".join(sorted(sources)))
        for code, (statuses, sources) in rows.items()
    ]


def test_the_names_of_statuses_are_other_names():
    assert {
        name: getattr(scalingo_async, name).__name__
        for name in scalingo_async.errors.__all__
        if getattr(scalingo_async, name).__name__ != name
    } == {
        "ForbiddenError": "PermissionDeniedError",
        "InternalServerError": "ServerError",
        "TooManyRequestsError": "RateLimitError",
        "UnauthorizedError": "AuthenticationError",
        "UnprocessableEntityError": "ValidationFailedError",
    }


@each("length", [500, 501])
def test_only_a_sentence_of_at_most_500_characters_is_looked_at(length):
    sentence = " a backup is running".rjust(length, "x")
    code = code_of(400, "databases.backups.create", {"base": [sentence]})
    assert code == ("already_running" if length == 500 else None)


def test_what_the_platform_has_a_code_for_is_not_told_by_its_words():
    rows = [row for row in KNOWN_REFUSALS if row.known_from == "platform"]
    assert rows
    for row in rows:
        for operation in row.operations or ("apps.get",):
            assert code_of(row.status, operation, {row.field: [row.words]}) is None, row


# -- the sandbox's words -----------------------------------------------------------------------


def template(node):
    """Return a text as it stands in the source, `{}` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(template(part) if isinstance(part, ast.Constant) else "{}"
                       for part in node.values)  # fmt: skip
    return None


def texts_in(node):
    """Yield the texts below a node, the outermost of each."""
    found = template(node)
    if found is not None:
        yield found
        return
    for child in ast.iter_child_nodes(node):
        yield from texts_in(child)


MAKERS = {"bad_request": 400, "unauthorized": 401, "invalid": 422, "wrong": 422, "append": 422}


def sandbox_words():
    """Yield every sentence that the sandbox refuses with: (status, sentence)."""
    for path in sorted({*SANDBOX.rglob("*.py")} - {SANDBOX / "__main__.py"}):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts, status = [], None
            if isinstance(node, ast.Call):
                made = getattr(node.func, "attr", getattr(node.func, "id", ""))
                status = MAKERS.get(made)
                parts = [*node.args, *(keyword.value for keyword in node.keywords)]
                if made == "Refusal" and isinstance(node.args[0], ast.Constant):
                    status = node.args[0].value
                elif made == "append" and getattr(node.func.value, "id", "") != "wrong":
                    status = None
            elif isinstance(node, ast.Assign):
                target = node.targets[0]
                named = target.value if isinstance(target, ast.Subscript) else target
                if getattr(named, "id", "") == ("words" if named is target else "errors"):
                    parts, status = [node.value], 422
            if status is not None:
                # The rest are names of fields.
                found = (said for part in parts for said in texts_in(part))
                yield from (
                    (status, said) for said in found if " " in said.strip(" ,") or status == 400
                )


SELF_EVIDENT = {
    # A value that can't be right: `errors` says which, and only a person can put it right.
    422: [
        r"can't (be blank|contain|end|start)\b.*",
        r"(is|are) (not )?(a|an|in|included|valid|invalid|too|for|within)\b.*",
        r"is not .*",
        r"(must|should|has to|have to|values have to) .*",
        r"doesn't match .*",
        r"missing field",
        r"Unknown scm integration type",
        r"\{\} is not declared in the manifest",
    ],
    # A parameter that is missing or malformed.
    400: [
        r"(\{\}|plan_id|url|name|scope|profile|query|repo_name|feature|type) is required",
        r"'(\{\}|container|container_type|status_code|since|from)' (should|is not) .*",
        r"unknown metric '\{\}'",
        r"There was a problem in the JSON you submitted: .*",
        r"the (multipart )?body (is|has) .*",
        r"the file needs a name",
        r"invalid provider",
        # The platform's own code comes along.
        r"You are already a collaborator of this application|already-collaborator",
    ],
    # Its class says it: `AuthenticationError`.
    401: [r"Not authenticated", r"invalid token"],
    # Of storage, not of the API, of who may answer an invitation, and of the sandbox alone.
    403: [r"the signature doesn't cover this Content-Type", r"the URL has expired",
          r"invalid token", r"Only the \{\} can do this",
          r"a sandbox that runs commands lets nobody sign up"],
    # `NotFoundError` and its `resource` say it.
    404: [r"not found", r"no billing profile", r"Database not found",
          r"SCM integration not found"],
    405: [r"method not allowed"],
    411: [r"Content-Length is required"],
    413: [r"a file can't be larger than 100 MiB"],
    415: [r"the body has to be multipart/form-data"],
    429: [r"Retry later"],
    501: [r"the sandbox hands connections over only when it is served"],
    408: [r"the connection was closed for inactivity"],
}  # fmt: skip
"""What needs no code, by status: patterns."""


def test_every_refusal_of_the_sandbox_has_a_code_or_needs_none():
    words = set(sandbox_words())
    assert len(words) > 100
    neither = []
    for status, said in sorted(words, key=str):
        sample = said.replace("{}", "7")
        sample_word = said.replace("{}", "gitlab")
        known = any(
            row.status == status and refused_as(row, text) == row.code
            for row in KNOWN_REFUSALS
            for text in (sample, sample_word)
            if row.known_from != "platform"
        )
        if not known and not any(re.fullmatch(p, said) for p in SELF_EVIDENT.get(status, ())):
            neither.append((status, said))
    assert neither == []


def refused_as(row, text):
    field = row.field.replace("…", "web")
    operation = row.operations[0] if row.operations else "apps.get"
    body = {"error": text} if field == "base" else {"errors": {field: [text]}}
    return refused(operation, row.status, body).code


# -- nothing else fits -------------------------------------------------------------------------

FORMATION = "no change in containers formation"
TAKEN = "has already been taken"
QUOTA = "can't scale over 10 containers"


@each(
    ("operation", "status", "body", "code"),
    [
        ("apps.scale", 400, {"error": FORMATION}, "nothing_changed"),
        ("apps.scale", 400, {"error": f" {FORMATION}\n"}, "nothing_changed"),
        ("apps.scale", 400, {"errors": [FORMATION]}, "nothing_changed"),
        ("apps.scale", 400, {"error": {"message": FORMATION}}, "nothing_changed"),
        ("apps.scale", 400, {"message": FORMATION}, "nothing_changed"),
        # Another status, another operation, other words.
        ("apps.scale", 422, {"error": FORMATION}, None),
        ("apps.scale", 500, {"error": FORMATION}, None),
        ("apps.restart", 400, {"error": FORMATION}, None),
        ("apps.scale", 400, {"error": f"{FORMATION} yet"}, None),
        ("apps.scale", 400, {"error": f"there is {FORMATION}"}, None),
        ("apps.scale", 400, {"error": FORMATION.upper()}, None),
        ("apps.scale", 400, {"error": "something new"}, None),
        ("apps.scale", 400, {"error": [FORMATION, "the app is asleep"]}, None),
        ("apps.scale", 400, {"error": ""}, None),
        ("apps.scale", 400, {"error": FORMATION + " " * 600}, None),
        ("apps.scale", 400, {}, None),
        ("apps.scale", 400, FORMATION, None),
        ("apps.scale", 400, b"<html>", None),
        ("databases.backups.create", 400, {"error": "a backup is running"}, "already_running"),
        ("databases.backups.create", 400, {"error": "sorry: a backup is running, wait"},
         "already_running"),
        ("databases.backups.create", 400, {"error": "data backup is running"}, None),
        ("databases.backups.create", 400, {"error": "extra backup is runnings"}, None),
        ("databases.backups.restore", 400, {"error": "a backup is running"}, None),
        ("apps.create", 422, {"errors": {"name": [TAKEN]}}, "name_taken"),
        ("apps.create", 422, {"error": {"name": [TAKEN]}}, "name_taken"),
        ("apps.create", 422, {"errors": {"name": TAKEN}}, "name_taken"),
        ("keys.create", 422, {"errors": {"name": [[TAKEN]]}}, "name_taken"),
        ("keys.create", 422, {"errors": {"content": [TAKEN]}}, "already_exists"),
        # Another name would not be enough.
        ("apps.create", 422, {"errors": {"name": [TAKEN, "is too long"]}}, None),
        ("apps.create", 422, {"errors": {"name": [TAKEN], "stack": ["is invalid"]}}, None),
        ("apps.create", 422, {"errors": {"name": [TAKEN], "email": [TAKEN]}}, None),
        ("apps.create", 422, {"errors": {"name": ["is taken"]}}, None),
        ("apps.create", 400, {"errors": {"name": [TAKEN]}}, None),
        ("apps.scale", 422, {"errors": {"container-web-amount": [[QUOTA]]}}, "quota_reached"),
        ("apps.scale", 422, {"errors": {"container-web-amount": [QUOTA + ", sorry"]}},
         "quota_reached"),
        ("apps.scale", 422,
         {"errors": {"container-web-amount": [QUOTA], "container-worker-amount": [QUOTA]}},
         "quota_reached"),
        ("apps.scale", 422, {"errors": {"container-web-amount": [QUOTA + "hips"]}}, None),
        ("apps.scale", 422, {"errors": {"amount": [QUOTA]}}, None),
        ("apps.create", 402, {"error": "pay", "name": "payment-required-free-trial-exceeded"},
         "free_trial_exceeded"),
        ("apps.create", 402, {"error": "pay", "name": "free-trial-exceeded"},
         "free_trial_exceeded"),
        ("apps.create", 402, {"error": "pay", "name": "free-trial-exceeded-not"}, None),
        ("apps.create", 402, {"error": "free-trial-exceeded"}, None),
        ("apps.create", 402, {"error": "free-trial-exceeded", "name": 7}, None),
        ("review_apps.list", 404, {"resource": "scm_repo_link", "error": "not found"},
         "not_linked"),
        ("review_apps.list", 404, {"resource": "app", "error": "not found"}, None),
        ("apps.scale", 404, {"resource": "container_type", "error": "not found"},
         "unknown_container_type"),
        ("projects.transfer_invitations.accept", 409, {"error": "The invitation is canceled"},
         "already_answered"),
        ("projects.transfer_invitations.accept", 409, {"error": "The invitation is not yours"},
         None),
        # The platform's own code stays what it is.
        ("apps.scale", 400, {"error": FORMATION, "code": "their-own"}, "their-own"),
        ("apps.scale", 400, {"error": FORMATION, "type": "their-own"}, "their-own"),
        ("apps.scale", 400, {"error": FORMATION, "code": "", "type": 7}, "nothing_changed"),
        ("apps.scale", 400, {"error": FORMATION, "code": 7, "type": "x"}, "x"),
        ("regions.list", 403, {"error": "closed", "code": "region_disabled"}, "region_disabled"),
        ("regions.list", 403, {"error": "closed"}, None),
        ("collaborators.accept", 400, {"error": "again", "type": "already-collaborator"},
         "already-collaborator"),
        ("collaborators.accept", 400, {"error": "again"}, None),
    ],
)  # fmt: skip
def test_the_words_are_matched_strictly(operation, status, body, code):
    assert refused(operation, status, body).code == code


@pytest.mark.parametrize("row", [row for row in KNOWN_REFUSALS if row.known_from != "platform"])
def test_no_row_fits_what_is_near_it(row):
    """With a word more in front or behind, it is another sentence, unless the row leaves that open."""
    if row.status == 402:
        # A name, not a sentence.
        return
    text = row.words.replace("{number}", "7").replace("{word}", "gitlab").replace(" …", " x")
    text = text.replace("'…'", "'x'").replace("…", "")
    assert refused_as(row, text) == row.code
    if not row.words.endswith("…"):
        assert refused_as(row, f"{text} after all") is None
    if not row.words.startswith("…"):
        assert refused_as(row, f"maybe {text}") is None
