"""`collaborators.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import app_view
from scalingo_async.sandbox.behaviour.validation import check_email
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App, Collaborator

__all__ = ["routes"]

routes = Routes()


def _view(call: Call, app: App, row: Collaborator) -> Json:
    user = row.user
    link = f"{call.origin}{call.region.prefix}/apps/collaboration?token={row.token}"
    return {
        "id": row.id,
        "app_id": app.id,
        "app_name": app.name,
        "email": row.email,
        "user_id": None if user is None else user.id,
        "username": "n/a" if user is None else user.username,
        "status": "pending" if user is None else "accepted",
        "is_limited": row.is_limited,
        "invitation_link": link if user is None else "",
        "tfa_status": None if user is None else user.two_factor,
    }


@routes("collaborators.list", "GET", "/apps/{app}/collaborators")
def list_(call: Call) -> Response:
    """List an app's collaborators, including invited ones."""
    app = call.app()
    rows = [_view(call, app, row) for row in app.collaborators.values()]
    return json_response({"collaborators": rows})


@routes("collaborators.list_all", "GET", "/collaborators")
def list_all(call: Call) -> Response:
    """List the collaborators of all apps that the user owns."""
    rows = [
        _view(call, app, row)
        for app in call.region.visible_to(call.user)
        if app.owner is call.user and call.of_organization(app)
        for row in app.collaborators.values()
    ]
    return json_response({"collaborators": rows})


@routes("collaborators.create", "POST", "/apps/{app}/collaborators")
def create(call: Call) -> Response:
    """Invite a collaborator; the response contains the invitation link."""
    app = call.app()
    fields = call.rooted("collaborator")
    email = check_email(fields.get("email"))
    known = {app.owner.email, *(row.email for row in app.collaborators.values())}
    if email in known:
        raise Refusal.invalid(email=["has already been taken"])
    is_limited = fields.get("is_limited")
    row = Collaborator(
        call.world.ids.hex(),
        email,
        is_limited if isinstance(is_limited, bool) else True,
        call.world.ids.hex(40),
        call.user,
    )
    app.collaborators[row.id] = row
    data: Json = {"collaborator": {"email": email, "is_limited": row.is_limited}}
    call.record("new_collaborator", data, app)
    return json_response({"collaborator": _view(call, app, row)}, 201)


@routes("collaborators.update", "PATCH", "/apps/{app}/collaborators/{collaborator_id}")
def update(call: Call) -> Response:
    """Give a collaborator the limited role, or the full one."""
    app, row = _find(call)
    is_limited = call.rooted("collaborator").get("is_limited")
    if not isinstance(is_limited, bool):
        raise Refusal.invalid(is_limited=["can't be blank"])
    row.is_limited = is_limited
    data = _event_data(row)
    data["collaborator"]["is_limited"] = is_limited
    call.record("change_collaborator_role", data, app)
    return json_response({"collaborator": _view(call, app, row)})


@routes("collaborators.delete", "DELETE", "/apps/{app}/collaborators/{collaborator_id}")
def delete(call: Call) -> Response:
    """Remove a collaborator from an app."""
    app, row = _find(call)
    del app.collaborators[row.id]
    call.record("delete_collaborator", _event_data(row), app)
    return Response(status_code=204)


@routes("collaborators.accept", "GET", "/apps/collaboration")
def accept(call: Call) -> Response:
    """Accept an invitation. It is a GET although it changes state."""
    token = call.query("token")
    for app in call.region.apps.values():
        for row in app.collaborators.values():
            if token and row.token == token:
                return _accept(call, app, row)
    raise Refusal.not_found("collaborator")


def _accept(call: Call, app: App, row: Collaborator) -> Response:
    if call.user.id in app.members():
        raise Refusal.bad_request(
            "You are already a collaborator of this application", type="already-collaborator"
        )
    if row.user is not None:
        raise Refusal.not_found("collaborator")
    row.user = call.user
    row.email = call.user.email
    data: Json = {
        "collaborator": {
            "id": row.id,
            "email": row.email,
            "username": call.user.username,
            "is_limited": row.is_limited,
            "inviter": {
                "id": row.inviter.id,
                "email": row.inviter.email,
                "username": row.inviter.username,
            },
        }
    }
    call.record("accept_collaborator", data, app)
    return json_response({"app": app_view(call, app)})


def _find(call: Call) -> tuple[App, Collaborator]:
    app = call.app()
    row = app.collaborators.get(call.params["collaborator_id"])
    if row is None:
        raise Refusal.not_found("collaborator")
    return app, row


def _event_data(row: Collaborator) -> Json:
    username = None if row.user is None else row.user.username
    return {"collaborator": {"id": row.id, "email": row.email, "username": username}}
