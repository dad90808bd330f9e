"""`scm_repo_links.*`."""

from typing import Any

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import person
from scalingo_async.sandbox.behaviour.git_hosts import pull_view, repository_exists
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.behaviour.review_apps import deploy_branch, linked, review_app
from scalingo_async.sandbox.behaviour.validation import text_field
from scalingo_async.sandbox.catalogue.git_hosts import HOSTED, Pull, branches, pulls
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.deployments import deployment_view
from scalingo_async.sandbox.routes.review_apps import review_app_view
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import Integration
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.repositories import RepoLink

__all__ = ["routes"]

routes = Routes()

_PATH = "/apps/{app}/scm_repo_link"
_SWITCHES = (
    "auto_deploy_enabled",
    "deploy_review_apps_enabled",
    "delete_on_close_enabled",
    "delete_stale_enabled",
    "automatic_creation_from_forks_allowed",
)
_HOURS = ("hours_before_delete_on_close", "hours_before_delete_stale")


def _view(app: App, link: RepoLink) -> Json:
    integration_id = None if link.integration is None else link.integration.id
    return {
        "id": link.id,
        "app_id": app.id,
        "auth_integration_uuid": integration_id,
        "linker": person(link.linker),
        "created_at": iso(link.created_at),
        "updated_at": iso(link.updated_at),
        "owner": link.owner,
        "repo": link.repo,
        "branch": link.branch,
        "scm_type": link.scm_type,
        "url": link.url,
        **{name: getattr(link, name) for name in (*_SWITCHES, *_HOURS)},
        "last_auto_deploy_at": None,
        "github_integration_uuid": integration_id,
    }


@routes("scm_repo_links.list", "GET", "/scm_repo_links")
def list_(call: Call) -> Response:
    """List the links that the user created, paginated; optionally of one linked platform."""
    wanted = call.query("auth_integration_uuid")
    rows = [
        (app, app.repo_link)
        for app in call.region.visible_to(call.user)
        if app.repo_link is not None and app.repo_link.linker is call.user
    ]
    if wanted is not None:
        rows = [
            (app, link)
            for app, link in rows
            if link.integration is not None and link.integration.id == wanted
        ]
    page, meta = paginate(call, rows, per_page=20)
    return json_response({"scm_repo_links": [_view(app, link) for app, link in page], "meta": meta})


@routes("scm_repo_links.get", "GET", _PATH)
def get(call: Call) -> Response:
    """Show the link of an app."""
    return json_response({"scm_repo_link": _view(*linked(call))})


@routes("scm_repo_links.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Link an app to a repository, if it has no link yet."""
    app = call.app()
    fields = call.rooted("scm_repo_link")
    _check_trial(call)
    source = text_field(fields, "source").removesuffix("/").removesuffix(".git")
    integration = _integration(call, fields.get("auth_integration_uuid"), source)
    root = next((url for url in _roots(integration) if source.startswith(f"{url}/")), None)
    if root is None:
        raise Refusal.invalid(source=["is invalid"])
    owner, _, repo = source.removeprefix(f"{root}/").rpartition("/")
    if not owner or not repo:
        raise Refusal.invalid(source=["is invalid"])
    if app.repo_link is not None:
        raise Refusal.invalid(app_id=["has already been taken"])
    if integration is not None and integration.revoked:
        raise Refusal(403, {"error": f"{integration.scm_type} refused the access token"})
    if integration is not None and not repository_exists(integration, f"{owner}/{repo}"):
        raise Refusal.not_found("repository")
    scm_type = _type(root) if integration is None else integration.scm_type
    changes = _changes(fields)
    link = RepoLink(
        call.world.ids.uuid(),
        integration,
        call.user,
        scm_type,
        root,
        owner,
        repo,
        call.now,
        call.now,
    )
    _apply(link, changes)
    app.repo_link = link
    call.record("link_scm", _event_data(link), app)
    return json_response({"scm_repo_link": _view(app, link)}, 201)


@routes("scm_repo_links.update", "PATCH", _PATH, also=["PUT"])
def update(call: Call) -> Response:
    """Change the settings of a link, except its repository."""
    app, link = linked(call)
    changes = _changes(call.rooted("scm_repo_link"))
    _check_trial(call)
    _apply(link, changes)
    link.updated_at = call.now
    call.record("update_scm", _event_data(link), app)
    return json_response({"scm_repo_link": _view(app, link)})


@routes("scm_repo_links.delete", "DELETE", _PATH)
def delete(call: Call) -> Response:
    """Unlink an app; its review apps are kept."""
    app, link = linked(call)
    app.repo_link = None
    data: Json = {
        "repo_name": link.repository,
        "linker_username": link.linker.username,
        "unlinker_username": call.user.username,
        "source": link.source,
    }
    call.record("unlink_scm", data, app)
    return Response(status_code=204)


@routes("scm_repo_links.manual_deploy", "POST", f"{_PATH}/manual_deploy")
def manual_deploy(call: Call) -> Response:
    """Deploy a branch: the status is 200, not 201 as for an archive."""
    app, link = linked(call)
    branch = text_field(call.json(), "branch")
    if branch not in _branches(link):
        raise Refusal.not_found("branch")
    deployment = deploy_branch(call, app, link, link.repository, branch, call.user)
    return json_response({"deployment": deployment_view(call, app, deployment)})


@routes("scm_repo_links.manual_review_app", "POST", f"{_PATH}/manual_review_app")
def manual_review_app(call: Call) -> Response:
    """Create a review app from an open pull request; its number may be a string."""
    app, link = linked(call)
    number: Any = call.json().get("pull_request_id")
    if not isinstance(number, (int, str)) or isinstance(number, bool) or number == "":
        raise Refusal.invalid(pull_request_id=["can't be blank"])
    row = review_app(call, app, link, _pull(link, str(number)))
    return json_response({"review_app": review_app_view(app, row)})


@routes("scm_repo_links.list_pulls", "GET", f"{_PATH}/pulls")
def list_pulls(call: Call) -> Response:
    """List the open pull requests."""
    _, link = linked(call)
    return json_response({"pulls": [pull_view(row) for row in _pulls(link) if row.open]})


@routes("scm_repo_links.get_pull", "GET", f"{_PATH}/pulls/{{number}}")
def get_pull(call: Call) -> Response:
    """Show an open pull request."""
    _, link = linked(call)
    return json_response({"pull": pull_view(_pull(link, call.params["number"]))})


@routes("scm_repo_links.list_branches", "GET", f"{_PATH}/branches")
def list_branches(call: Call) -> Response:
    """List the branches of the repository."""
    _, link = linked(call)
    return json_response({"branches": [{"name": name} for name in _branches(link)]})


@routes("scm_repo_links.list_deployments", "GET", f"{_PATH}/deployments")
def list_deployments(call: Call) -> Response:
    """List the deployments that came from the link, newest first."""
    app, link = linked(call)
    rows = [app.deployments[name] for name in reversed(link.deployments)]
    return json_response({"deployments": [deployment_view(call, app, row) for row in rows]})


def _pulls(link: RepoLink) -> list[Pull]:
    return pulls(link.url, link.scm_type, link.repository)


def _pull(link: RepoLink, number: str) -> Pull:
    for pull in _pulls(link):
        if pull.open and str(pull.number) == number:
            return pull
    raise Refusal.not_found("pull_request")


def _branches(link: RepoLink) -> list[str]:
    known = branches(link.repository)
    return known if link.branch in {None, *known} else [*known, str(link.branch)]


def _check_trial(call: Call) -> None:
    if call.trial_exceeded:
        raise Refusal.free_trial("link a repository")


def _integration(call: Call, wanted: object, source: str) -> Integration | None:
    """Return the linked platform in the request, or else the one that matches the source."""
    rows = call.user.account.integrations.values()
    if wanted:
        found = next((row for row in rows if row.id == wanted), None)
        if found is None:
            raise Refusal.not_found("scm_integration")
        return found
    return next((row for row in rows if source.startswith(f"{row.url}/")), None)


def _roots(integration: Integration | None) -> list[str]:
    return [*HOSTED.values()] if integration is None else [integration.url]


def _type(root: str) -> str:
    return next(name for name, url in HOSTED.items() if url == root)


def _changes(fields: Json) -> Json:
    """Return the validated settings that were sent."""
    errors: dict[str, list[str]] = {}
    changes: Json = {}
    for name in ("branch", *_SWITCHES, *_HOURS):
        value = fields.get(name)
        if value is None:
            continue
        changes[name] = value
        if name == "branch":
            if not isinstance(value, str) or not value:
                errors[name] = ["is invalid"]
        elif name in _SWITCHES:
            if not isinstance(value, bool):
                errors[name] = ["should be a boolean"]
        elif not isinstance(value, int) or isinstance(value, bool):
            errors[name] = ["is not a number"]
        elif value < 0:
            errors[name] = ["must be greater than or equal to 0"]
    if errors:
        raise Refusal.invalid(**errors)
    return changes


def _apply(link: RepoLink, changes: Json) -> None:
    for name, value in changes.items():
        setattr(link, name, value)


def _event_data(link: RepoLink) -> Json:
    return {
        "repo_name": link.repository,
        "linker_username": link.linker.username,
        "source": link.source,
        "branch": link.branch,
        "auto_deploy": link.auto_deploy_enabled,
        "auto_deploy_review_apps": link.deploy_review_apps_enabled,
        "delete_on_close": link.delete_on_close_enabled,
        "delete_stale": link.delete_stale_enabled,
        "hours_before_delete_on_close": link.hours_before_delete_on_close,
        "hours_before_delete_stale": link.hours_before_delete_stale,
        "creation_from_forks_allowed": link.automatic_creation_from_forks_allowed,
    }
