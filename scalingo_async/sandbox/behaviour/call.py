"""A request in the sandbox, as the handlers see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response

from scalingo_async.sandbox.behaviour.tokens import Authority, Principal
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.world.accounts import User
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.events import Event
from scalingo_async.sandbox.world.one_offs import OneOff
from scalingo_async.sandbox.world.projects import Project
from scalingo_async.sandbox.world.state import Region, World

__all__ = ["Call", "Handover", "Later", "json_response", "text_response"]

JSON_TYPE = "application/json; charset=utf-8"


def json_response(
    content: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Create a JSON response."""
    return Response(orjson.dumps(content), status, {"content-type": JSON_TYPE, **(headers or {})})


def text_response(content: str, status: int = 200, kind: str = "text/plain") -> Response:
    """Create a text response."""
    return Response(content.encode(), status, {"content-type": f"{kind}; charset=utf-8"})


class Later(Response):
    """A response that isn't ready yet.

    Args:
        look: Returns the response, or `None` while it isn't ready; it is called repeatedly.
    """

    def __init__(self, look: Callable[[], Response | None]) -> None:
        super().__init__()
        self.look = look


class Handover(Response):
    """A response after which the connection is handed over to a one-off container."""

    def __init__(self, one_off: OneOff) -> None:
        super().__init__()
        self.one_off = one_off


@dataclass(slots=True, eq=False)
class Call:
    """One request.

    Attributes:
        world: The state.
        region: The requested region; the default region for the auth and billing APIs.
        authority: Issues and checks credentials.
        operation: The id of the operation.
        request: The request itself.
        params: The path parameters, decoded.
        raw: The body.
        principal: The authenticated caller; `None` where no authentication is needed.
    """

    world: World
    region: Region
    authority: Authority
    operation: str
    request: Request
    params: dict[str, str]
    raw: bytes
    principal: Principal | None

    # Caller and address ---------------------------------------------------------------------

    @property
    def user(self) -> User:
        """The user who makes the request."""
        if self.principal is None:
            raise Refusal.unauthorized()
        return self.principal.user

    @property
    def trial_exceeded(self) -> bool:
        """Whether the user's free trial forbids paid resources."""
        return self.world.settings.free_trial_exceeded and self.user.account.trial_ended_at is None

    @property
    def origin(self) -> str:
        """The scheme, host and port that the client used, for URLs in responses."""
        host = self.request.headers.get("host") or "localhost"
        return f"{self.request.url.scheme}://{host}"

    @property
    def api_url(self) -> str:
        """The regional API's URL, including `/v1`."""
        return f"{self.origin}{self.region.prefix}/v1"

    @property
    def now(self) -> float:
        """The time on the sandbox's clock."""
        return self.world.clock.time()

    # Query and body -------------------------------------------------------------------------

    def query(self, name: str) -> str | None:
        """Return a query parameter."""
        return self.request.query_params.get(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean query parameter."""
        value = self.query(name)
        return default if value is None else value.lower() in {"true", "1", "yes"}

    def json(self) -> Json:
        """Return the body, which must be a JSON object; no body counts as an empty object."""
        if not self.raw.strip():
            return {}
        try:
            body: Any = orjson.loads(self.raw)
        except orjson.JSONDecodeError as error:
            shown = self.raw[:200].decode(errors="replace")
            raise Refusal.bad_request(
                f"There was a problem in the JSON you submitted: {error.pos}: "
                f"unexpected token at '{shown}'"
            ) from None
        if not isinstance(body, dict):
            raise Refusal.bad_request(
                "There was a problem in the JSON you submitted: not an object"
            )
        return cast("Json", body)

    def rooted(self, root: str, *, lenient: bool = False) -> Json:
        """Return the value of the body's root key; `lenient` also accepts a body without it."""
        body = self.json()
        inner: Any = body.get(root)
        if isinstance(inner, dict):
            return cast("Json", inner)
        if lenient and inner is None:
            return body
        raise Refusal.missing(root)

    def items(self, name: str) -> list[object]:
        """Return a required list, from the body or from `name[]` in the query."""
        value: object = self.json().get(name)
        if value is None:
            value = self.request.query_params.getlist(f"{name}[]") or None
        if not isinstance(value, list):
            raise Refusal.missing(name)
        return cast("list[object]", value)

    # Resources ------------------------------------------------------------------------------

    def app(self) -> App:
        """Return the app in the path, by id or by name."""
        app = self.region.find(self.params["app"])
        if app is None:
            raise Refusal.not_found("app")
        if self.user.id not in app.members():
            raise Refusal.unauthorized("You are not a collaborator of this application")
        return app

    def of_organization(self, app: App) -> bool:
        """Return whether an app belongs to the organization in the query, if one is given."""
        return self.query("organization_id") in {None, app.project.organization_id}

    def project(self) -> Project:
        """Return the project in the path, which must be owned by the user."""
        project = self.region.projects.get(self.params["project_id"])
        if project is None or project.owner is not self.user:
            raise Refusal.not_found("project")
        return project

    def addon(self) -> tuple[App, Addon]:
        """Return the app and the addon in the path."""
        app = self.app()
        addon = app.addons.get(self.params["addon_id"])
        if addon is None:
            raise Refusal.not_found("addon")
        return app, addon

    def record(self, kind: str, data: Json | Callable[[], Json], app: App | None = None) -> Event:
        """Record an event caused by the user who makes the request."""
        return self.region.record(kind, data, user=self.user, app=app)
