"""`deployments.stream`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.routes.deployments import deployment_view
from scalingo_async.sandbox.server.routing import WEBSOCKET, Routes
from scalingo_async.sandbox.server.streams import Stream
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.deployments import Deployment

__all__ = ["routes"]

routes = Routes("deployments")

#: How many frames are made at a time.
_FRAMES = 50


@routes("deployments.stream", WEBSOCKET, "/apps/{app}", auth="none")
def stream(call: Call) -> Response:
    """Follow all deployments of an app, once the first frame has told who asks.

    Whoever may not see the app, or any app of that name, is only hung up on.
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
    """What the running deployments have printed, and then all that is new."""

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
    """Return the token in the first frame, or nothing if it isn't one that signs in."""
    try:
        frame: Any = orjson.loads(message)
        token = frame["data"]["token"] if frame["type"] == "auth" else None
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return ""
    return token if isinstance(token, str) else ""
