"""`deployments.*`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response, text_response
from scalingo_async.sandbox.behaviour.deployments import start
from scalingo_async.sandbox.behaviour.embedded import person
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.clock import iso, iso_offset
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import WEBSOCKET, Routes
from scalingo_async.sandbox.server.streams import Stream
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.deployments import Deployment

__all__ = ["deployment_view", "routes", "stream_routes"]

routes = Routes()
stream_routes = Routes("deployments")

_PER_PAGE = 20
#: The number of frames per batch.
_FRAMES = 50


def deployment_view(call: Call, app: App, deployment: Deployment) -> Json:
    """Show a deployment."""
    finished = deployment.finished_at
    registry = f"registry.{call.region.name}.scalingo.com"
    return {
        "id": deployment.id,
        "app_id": deployment.app_id,
        "created_at": iso(deployment.created_at),
        "finished_at": None if finished is None else iso_offset(finished),
        "status": deployment.status,
        "git_ref": deployment.git_ref,
        "previous_git_ref": deployment.previous_git_ref,
        "type": deployment.type,
        "image": f"{registry}/app-{app.id}:{deployment.id[:8]}",
        "registry": registry,
        "duration": deployment.duration,
        "postdeploy_hook": deployment.postdeploy_hook,
        "image_size": deployment.image_size,
        "stack_base_image": deployment.stack.base_image,
        "pusher": person(deployment.pusher),
        "links": {"output": f"{call.api_url}/apps/{app.id}/deployments/{deployment.id}/output"},
    }


@routes("deployments.list", "GET", "/apps/{app}/deployments")
def list_(call: Call) -> Response:
    """List an app's deployments, newest first, paginated."""
    app = call.app()
    newest = list(app.deployments.values())[::-1]
    page, meta = paginate(call, newest, per_page=_PER_PAGE)
    return json_response(
        {"deployments": [deployment_view(call, app, row) for row in page], "meta": meta}
    )


@routes("deployments.get", "GET", "/apps/{app}/deployments/{deployment_id}")
def get(call: Call) -> Response:
    """Show a deployment."""
    app, deployment = _find(call)
    return json_response({"deployment": deployment_view(call, app, deployment)})


@routes("deployments.create", "POST", "/apps/{app}/deployments")
def create(call: Call) -> Response:
    """Deploy an archive. For one of the sandbox's own sources, it must have been uploaded."""
    app = call.app()
    fields = call.rooted("deployment")
    source_url = fields.get("source_url")
    git_ref = fields.get("git_ref")
    if not isinstance(source_url, str) or not source_url:
        raise Refusal.invalid(source_url=["can't be blank"])
    if isinstance(git_ref, str) and git_ref.startswith("-"):
        raise Refusal.invalid(git_ref=["is invalid"])
    hook = fields.get("postdeploy_hook")
    last = next(reversed(app.deployments.values()), None)
    deployment = Deployment(
        id=call.world.ids.uuid(),
        event_id=call.world.ids.hex(),
        app_id=app.id,
        created_at=call.now,
        pusher=call.user,
        git_ref=git_ref if isinstance(git_ref, str) else None,
        previous_git_ref=None if last is None else last.git_ref,
        type="archive",
        stack=app.stack,
        postdeploy_hook=hook if isinstance(hook, str) else None,
        failure=None if _fetched(call, source_url) else "build-error",
    )
    start(call.region, app, deployment)
    return json_response({"deployment": deployment_view(call, app, deployment)}, 201)


@routes("deployments.output", "GET", "/apps/{app}/deployments/{deployment_id}/output")
def output(call: Call) -> Response:
    """Return a deployment's output so far, including colours."""
    _, deployment = _find(call)
    if not deployment.output:
        raise Refusal.not_found("deployment")
    return text_response("\n".join(deployment.output) + "\n")


@routes("deployments.reset_cache", "DELETE", "/apps/{app}/caches/deployment")
def reset_cache(call: Call) -> Response:
    """Empty the cache of an app's builds."""
    call.app()
    return Response(status_code=204)


def _find(call: Call) -> tuple[App, Deployment]:
    app = call.app()
    deployment = app.deployments.get(call.params["deployment_id"])
    if deployment is None:
        raise Refusal.not_found("deployment")
    return app, deployment


def _fetched(call: Call, url: str) -> bool:
    """Return whether an archive exists at a URL; URLs outside of the sandbox are assumed to."""
    if not url.startswith(f"{call.api_url}/sources/"):
        return True
    path, _, query = url.removeprefix(f"{call.api_url}/sources/").partition("?")
    source = call.region.sources.get(path)
    return (
        source is not None
        and source.content is not None
        and query == f"token={source.download_token}"
        and source.expires_at > call.now
    )


@stream_routes("deployments.stream", WEBSOCKET, "/apps/{app}", auth="none")
def stream(call: Call) -> Response:
    """Stream all deployments of an app, after the first frame has authenticated the client.

    If the client has no access to the app, or the app doesn't exist, the stream is just closed.
    """
    app = call.region.find(call.params["app"])

    def admit(message: str) -> bool:
        principal = call.authority.principal(f"Bearer {_token(message)}")
        return (
            principal is not None
            and principal.addon is None
            and app is not None
            and principal.user.id in app.members()
        )

    return Stream(call.world, _DeploymentFeed(call, app), call.request, admit=admit)


@dataclass(slots=True, eq=False)
class _DeploymentFeed:
    """The output of the running deployments so far, then everything new."""

    call: Call
    app: App | None
    next: int = -1

    def read(self) -> Iterable[str] | None:
        app = self.app
        if app is None:
            return None
        if self.next < 0:
            self.next = app.deployment_news.end
            return [
                _frame("log", {"content": f"{line}\n"}, deployment)
                for deployment in app.deployments.values()
                if deployment.finished_at is None
                for line in deployment.output or ()
            ]
        rows, self.next = app.deployment_news.read(self.next, _FRAMES)
        if not rows and self.call.region.apps.get(app.id) is not app:
            return None
        return [self._tell(app, row.kind, row.deployment, row.text) for row in rows]

    def keepalive(self) -> str:
        return _frame("ping", {"ts": int(self.call.now)})

    def _tell(self, app: App, kind: str, deployment: Deployment, text: str) -> str:
        match kind:
            case "new":
                whole = self.call.world.settings.deployment_objects
                shown = deployment_view(self.call, app, deployment) if whole else deployment.id
                return _frame(kind, {"deployment": shown})
            case "log":
                return _frame(kind, {"content": f"{text}\n"}, deployment)
            case _:
                return _frame(kind, {"status": text}, deployment)


def _frame(kind: str, data: Json, deployment: Deployment | None = None) -> str:
    which = {} if deployment is None else {"id": deployment.id}
    return orjson.dumps({"type": kind, **which, "data": data}).decode()


def _token(message: str) -> str:
    """Return the token in the first frame, or `None` if it isn't an authentication frame."""
    try:
        frame: Any = orjson.loads(message)
        token = frame["data"]["token"] if frame["type"] == "auth" else None
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return ""
    return token if isinstance(token, str) else ""
