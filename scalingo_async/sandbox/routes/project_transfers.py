"""`projects.transfer_invitations.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import person
from scalingo_async.sandbox.behaviour.ownership import eligible, hand_over
from scalingo_async.sandbox.behaviour.validation import text_field
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.projects import Invitation, Project

__all__ = ["routes"]

routes = Routes()

_PATH = "/projects/{project_id}/transfer_invitations"
_ONE = f"{_PATH}/{{invitation_id}}"
_LIFETIME = 3 * 86_400.0
_NOT_EVERYWHERE = "You must be collaborator on all resources"


def _view(row: Invitation) -> Json:
    return {
        "id": row.id,
        "project_id": row.project_id,
        "invited_user_id": row.invited.id,
        "invited_user_name": row.invited.username,
        "inviter_user_id": row.inviter.id,
        "status": row.status,
        "status_reason": row.reason,
        "expires_at": iso(row.expires_at),
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
    }


@routes("projects.transfer_invitations.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List the invitations that can be answered, or those of a status, or `all`."""
    rows = _visible(call)
    status = call.query("status")
    if status is None:
        rows = [row for row in rows if row.open(call.now)]
    elif status != "all":
        rows = [row for row in rows if row.status == status]
    return json_response({"transfer_invitations": [_view(row) for row in rows]})


@routes("projects.transfer_invitations.get", "GET", _ONE)
def get(call: Call) -> Response:
    """Show an invitation to who sent it and to who got it."""
    _, row = _find(call)
    return json_response({"transfer_invitation": _view(row)})


@routes("projects.transfer_invitations.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Invite somebody who collaborates on everything to take the project over."""
    project = call.project()
    user_id = text_field(call.rooted("transfer_invitation"), "invited_user_id")
    if any(row.open(call.now) for row in project.invitations.values()):
        raise Refusal(409, {"error": "Another invitation is pending"})
    invited = next((row for row in eligible(call.region, project) if row.id == user_id), None)
    if invited is None:
        raise Refusal.invalid(invited_user_id=["must be collaborator on all resources"])
    now = call.now
    row = Invitation(
        call.world.ids.prefixed("tin"), project.id, call.user, invited, now, now + _LIFETIME, now
    )
    project.invitations[row.id] = row
    _record(call, "new", project, row)
    return json_response({"transfer_invitation": _view(row)}, 201)


@routes("projects.transfer_invitations.accept", "POST", f"{_ONE}/accept")
def accept(call: Call) -> Response:
    """Take the project over with everything in it, or fail for want of a collaboration."""
    project, row = _pending(call, by_owner=False)
    if row.invited not in eligible(call.region, project):
        _close(call, row, "failed", _NOT_EVERYWHERE)
        _record(call, "accept", project, row, "_error")
        return json_response({"transfer_invitation": _view(row)})
    _close(call, row, "accepted")
    _record(call, "accept", project, row)
    for app in [app for app in call.region.apps.values() if app.project is project]:
        data = hand_over(call.region, app, row.invited, project)
        call.record("transfer_app", data, app)
    if project.default:
        _move_default(call, project)
    project.owner, project.updated_at = row.invited, call.now
    return json_response({"transfer_invitation": _view(row)})


@routes("projects.transfer_invitations.decline", "POST", f"{_ONE}/decline")
def decline(call: Call) -> Response:
    """Say no."""
    project, row = _pending(call, by_owner=False)
    _close(call, row, "declined")
    _record(call, "decline", project, row)
    return json_response({"transfer_invitation": _view(row)})


@routes("projects.transfer_invitations.cancel", "POST", f"{_ONE}/cancel")
def cancel(call: Call) -> Response:
    """Take an invitation back."""
    project, row = _pending(call, by_owner=True)
    _close(call, row, "canceled")
    _record(call, "cancel", project, row)
    return json_response({"transfer_invitation": _view(row)})


def _move_default(call: Call, leaving: Project) -> None:
    """Let another project of the owner be the default one; if there is none, one will be made."""
    leaving.default = False
    for project in call.region.projects.values():
        if project.owner is leaving.owner and project is not leaving:
            project.default = True
            return


def _visible(call: Call) -> list[Invitation]:
    """Return the invitations of the project that the user sent or got."""
    project = call.region.projects.get(call.params["project_id"])
    if project is None:
        raise Refusal.not_found("project")
    rows = [row for row in project.invitations.values() if call.user in (row.inviter, row.invited)]
    if not rows and project.owner is not call.user:
        raise Refusal.not_found("project")
    return rows


def _find(call: Call) -> tuple[Project, Invitation]:
    for row in _visible(call):
        if row.id == call.params["invitation_id"]:
            return call.region.projects[row.project_id], row
    raise Refusal.not_found("transfer_invitation")


def _pending(call: Call, *, by_owner: bool) -> tuple[Project, Invitation]:
    project, row = _find(call)
    if call.user is not (project.owner if by_owner else row.invited):
        who = "owner" if by_owner else "invited user"
        raise Refusal(403, {"error": f"Only the {who} can do this"})
    if row.status != "pending":
        raise Refusal(409, {"error": f"The invitation is {row.status}"})
    if not row.open(call.now):
        raise Refusal(409, {"error": "The invitation has expired"})
    return project, row


def _close(call: Call, row: Invitation, status: str, reason: str = "") -> None:
    row.status, row.reason, row.updated_at = status, reason, call.now


def _record(call: Call, verb: str, project: Project, row: Invitation, suffix: str = "") -> None:
    data: Json = {
        "transfer_invitation_id": row.id,
        "invited_user": person(row.invited),
        "inviter": person(row.inviter),
        "status": row.status,
        "status_reason": row.reason,
        "expires_at": iso(row.expires_at),
    }
    kind = f"{verb}_project_transfer_invitation{suffix}"
    call.region.record(kind, data, user=call.user, project=project)
