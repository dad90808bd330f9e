"""`review_apps.list`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.review_apps import linked
from scalingo_async.sandbox.catalogue.git_hosts import pull_url
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.repositories import ReviewApp

__all__ = ["review_app_view", "routes"]

routes = Routes()

_NEVER_CLOSED = "0001-01-01T00:00:00Z"
_NEVER_DELETED = "2135-01-17T08:41:44.000Z"


def review_app_view(parent: App, row: ReviewApp) -> Json:
    """Serialize a review app."""
    pull, deployment = row.pull, row.deployment
    commit = f"{pull.root}/{pull.source}/commit/{deployment.git_ref}"
    return {
        "id": row.id,
        "repo_link_id": row.link_id,
        "app_id": row.app_id,
        "app_name": row.app_name,
        "parent_app_id": parent.id,
        "parent_app_name": parent.name,
        "created_at": iso(row.created_at),
        "stale_deletion_date": (
            _NEVER_DELETED if row.stale_deletion is None else iso(row.stale_deletion)
        ),
        "on_close_deletion_date": _NEVER_DELETED,
        "pull_request": {
            "number": pull.number,
            "branch_name": f"{pull.source.partition('/')[0]}:{pull.branch}",
            "source_repo_id": 0,
            "source_repo_name": "",
            "source_repo_url": "",
            "target_repo_id": 0,
            "title": pull.title,
            "url": f"{pull.root}/api/repos/{pull.repository}/pulls/{pull.number}",
            "html_url": pull_url(pull),
            "ref": deployment.git_ref,
            "base_ref": "",
            "created_at": iso(row.created_at),
            # The Go service behind it has no other representation for a missing date.
            "closed_at": _NEVER_CLOSED,
        },
        "last_deployment": {
            "id": deployment.event_id,
            "upstream_deployment_id": deployment.id,
            "created_at": iso(deployment.created_at),
            "status": deployment.status,
            "git_ref": deployment.git_ref,
            "scm_link": commit,
            "github_link": commit,
            "pusher": {"username": "scalingo-platform-scm", "email": "deploy-scm@scalingo.com"},
        },
    }


@routes("review_apps.list", "GET", "/apps/{app}/scm_repo_link/review_apps")
def list_(call: Call) -> Response:
    """List the review apps that were created from the link."""
    app, link = linked(call)
    rows = [row for row in app.review_apps.values() if row.link_id == link.id]
    return json_response({"review_apps": [review_app_view(app, row) for row in rows]})
