"""`scm_integrations.*`, on the authentication API."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import person
from scalingo_async.sandbox.behaviour.git_hosts import (
    organizations,
    public_keys,
    pull_view,
    repositories,
    repository_exists,
)
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.catalogue.git_hosts import (
    HOSTED,
    SELF_HOSTED,
    Repository,
    branches,
    pulls,
)
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.keys import add_key, key_view
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import Integration, Key

__all__ = ["routes"]

routes = Routes("auth")

_PATH = "/scm_integrations/{integration_id}"


def _view(call: Call, row: Integration, *, secret: bool = True) -> Json:
    view: Json = {
        "id": row.id,
        "scm_type": row.scm_type,
        "url": row.url,
        "created_at": iso(row.created_at),
        "uid": row.uid,
        "username": row.username,
        "avatar_url": f"{row.url}/avatars/u/{row.uid}",
        "email": row.email,
        "profile_url": f"{row.url}/{row.username}",
        "owner": person(call.user),
    }
    if secret:
        view["access_token"] = row.access_token
    return view


@routes("scm_integrations.list", "GET", "/scm_integrations")
def list_(call: Call) -> Response:
    """List the linked platforms, including their access tokens."""
    rows = [_view(call, row) for row in call.user.account.integrations.values()]
    return json_response({"scm_integrations": rows})


@routes("scm_integrations.get", "GET", _PATH)
def get(call: Call) -> Response:
    """Serialize a linked platform."""
    return json_response({"scm_integration": _view(call, _find(call))})


@routes("scm_integrations.create", "POST", "/scm_integrations")
def create(call: Call) -> Response:
    """Link a self-hosted platform. Any access token is accepted."""
    fields = call.rooted("scm_integration")
    known = call.user.account.integrations
    kind, url, token = fields.get("scm_type"), fields.get("url"), fields.get("access_token")
    errors: dict[str, list[str]] = {}
    if kind in HOSTED:
        errors["scm_type"] = ["has to be linked in a browser"]
    elif kind not in SELF_HOSTED:
        errors["scm_type"] = ["Unknown scm integration type"]
    elif any(row.scm_type == kind for row in known.values()):
        errors["scm_type"] = ["has already been taken"]
    if not isinstance(url, str) or not url:
        errors["url"] = ["can't be blank"]
    elif not url.startswith(("https://", "http://")):
        errors["url"] = ["is invalid"]
    if not isinstance(token, str) or not token:
        errors["access_token"] = ["can't be blank"]
    if errors:
        raise Refusal.invalid(**errors)
    ids, user = call.world.ids, call.user
    row = Integration(
        ids.uuid(),
        str(kind),
        str(url).rstrip("/"),
        str(token),
        call.now,
        str(ids.random.randrange(1, 100_000)),
        user.username,
        user.email,
    )
    known[row.id] = row
    call.record("new_integration", _event_data(row))
    return json_response({"scm_integration": _view(call, row, secret=False)}, 201)


@routes("scm_integrations.delete", "DELETE", _PATH)
def delete(call: Call) -> Response:
    """Unlink a platform; its repository links lose their access."""
    row = _find(call)
    del call.user.account.integrations[row.id]
    for region in call.world.regions.values():
        for app in region.apps.values():
            if app.repo_link is not None and app.repo_link.integration is row:
                app.repo_link.integration = None
    call.record("delete_integration", _event_data(row))
    return Response(status_code=204)


@routes("scm_integrations.import_keys", "POST", f"{_PATH}/import_keys")
def import_keys(call: Call) -> Response:
    """Import the SSH keys from the platform; the response contains only new ones."""
    row = _find(call)
    known = {key.content for key in call.user.account.keys.values()}
    imported: list[Key] = [
        add_key(call, f"{row.scm_type}-{name}", content)
        for name, content in public_keys(row)
        if content not in known
    ]
    return json_response({"keys": [key_view(call, key) for key in imported]}, 201)


# The documentation's examples send these searches with POST, all other sources with GET.


@routes("scm_integrations.search_repositories", "GET", f"{_PATH}/search_repos", also=["POST"])
def search_repositories(call: Call) -> Response:
    """Search the repositories by words, `user:` and `fork:true`."""
    row = _find(call)
    words, qualifiers = _query(call)
    rows = [
        {
            "id": found.id,
            "name": found.name,
            "fullName": found.full_name,
            "url": f"{row.url}/{found.full_name}",
            "description": found.description,
        }
        for found in repositories(row)
        if _fits(found, words, qualifiers)
    ]
    return json_response({"repositories": rows})


@routes("scm_integrations.organizations", "GET", f"{_PATH}/orgs", also=["POST"])
def list_organizations(call: Call) -> Response:
    """List the organizations of the user on the platform, paginated."""
    row = _find(call)
    rows = [
        {
            "id": number,
            "login": name,
            "avatarUrl": f"{row.url}/avatars/o/{number}",
            "url": f"{row.url}/api/orgs/{name}",
            "description": f"The organization {name}",
        }
        for number, name in enumerate(organizations(row), start=4_698_196)
    ]
    page, meta = paginate(call, rows, per_page=20)
    return json_response({"organizations": page, "meta": meta})


@routes(
    "scm_integrations.search_pull_requests", "GET", f"{_PATH}/search_pull_requests", also=["POST"]
)
def search_pull_requests(call: Call) -> Response:
    """Search the pull requests by words, `repo:`, `is:open` and `is:closed`."""
    row = _find(call)
    words, qualifiers = _query(call)
    wanted = qualifiers.get("repo")
    names = [wanted] if wanted else [found.full_name for found in repositories(row)]
    state = qualifiers.get("is")
    rows = [
        pull_view(pull)
        for name in names
        if repository_exists(row, name)
        for pull in pulls(row.url, row.scm_type, name)
        if state in {None, "open" if pull.open else "closed"}
        and all(word in pull.title.lower() for word in words)
    ]
    return json_response({"pull_requests": rows})


@routes("scm_integrations.branches", "GET", f"{_PATH}/branches")
def list_branches(call: Call) -> Response:
    """List the branches of a repository."""
    row = _find(call)
    name = call.query("repo_name")
    if not name:
        raise Refusal.bad_request("repo_name is required")
    if not repository_exists(row, name):
        raise Refusal.not_found("repository")
    return json_response({"branches": [{"name": branch} for branch in branches(name)]})


def _find(call: Call) -> Integration:
    """Return the linked platform with that id or, as the command-line tool sends, type."""
    wanted = call.params["integration_id"]
    for row in call.user.account.integrations.values():
        if wanted in {row.id, row.scm_type}:
            return row
    raise Refusal(404, {"error": "SCM integration not found"})


def _query(call: Call) -> tuple[list[str], dict[str, str]]:
    """Split a search into its words and its `name:value` qualifiers."""
    text = call.query("query")
    if not text:
        raise Refusal.bad_request("query is required")
    terms = text.split()
    words = [term.lower() for term in terms if ":" not in term]
    pairs = (term.partition(":") for term in terms if ":" in term)
    return words, {name: value for name, _, value in pairs}


def _fits(found: Repository, words: list[str], qualifiers: dict[str, str]) -> bool:
    text = f"{found.full_name} {found.description}".lower()
    return (
        all(word in text for word in words)
        and qualifiers.get("user") in {None, found.owner}
        and (not found.fork or qualifiers.get("fork") in {"true", "only"})
    )


def _event_data(row: Integration) -> Json:
    return {
        "integration_id": row.id,
        "integration_type": row.scm_type,
        "data": {
            "login": row.username,
            "avatar_url": f"{row.url}/avatars/u/{row.uid}",
            "url": row.url,
        },
    }
