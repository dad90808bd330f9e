"""`projects.*`, including transfer invitations."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import person
from scalingo_async.sandbox.behaviour.organizations import organizations_of
from scalingo_async.sandbox.behaviour.ownership import eligible, hand_over
from scalingo_async.sandbox.behaviour.validation import text_field
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.projects import Invitation, Project

__all__ = ["routes"]

routes = Routes()

_PATH = "/projects/{project_id}"
_INVITATIONS = "/projects/{project_id}/transfer_invitations"
_INVITATION = f"{_INVITATIONS}/{{invitation_id}}"
_LIFETIME = 3 * 86_400.0
_NOT_EVERYWHERE = "You must be collaborator on all resources"


def _view(project: Project) -> Json:
    return {
        "id": project.id,
        "name": project.name,
        "default": project.default,
        "created_at": iso(project.created_at),
        "updated_at": iso(project.updated_at or project.created_at),
        "owner": {**person(project.owner), "flags": {}},
        "flags": {"private-network": True},
    }


def _invitation_view(row: Invitation) -> Json:
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


@routes("projects.list", "GET", "/projects")
def list_(call: Call) -> Response:
    """List the projects that the user owns."""
    call.region.project_of(call.user)
    wanted = call.query("organization_id")
    rows = [
        _view(row)
        for row in call.region.projects.values()
        if row.owner is call.user and wanted in {None, row.organization_id}
    ]
    return json_response({"projects": rows})


@routes("projects.create", "POST", "/projects")
def create(call: Call) -> Response:
    """Create a project, as the default project if requested."""
    fields = call.rooted("project")
    name = _name(call, fields, None)
    default = _flag(fields)
    old = call.region.project_of(call.user)
    project = Project(call.world.ids.prefixed("pr"), name, call.user, False, call.now)
    project.organization_id = _organization_id(call, fields)
    call.region.projects[project.id] = project
    if default:
        old.default, project.default = False, True
    _record(call, "new_project", {"default": project.default}, project)
    return json_response({"project": _view(project)}, 201)


@routes("projects.get", "GET", _PATH)
def get(call: Call) -> Response:
    """Show a project."""
    return json_response({"project": _view(call.project())})


@routes("projects.update", "PATCH", _PATH)
def update(call: Call) -> Response:
    """Rename a project, or make it the default one; null isn't accepted."""
    project = call.project()
    fields = call.rooted("project")
    name = _name(call, fields, project) if "name" in fields else project.name
    default = _flag(fields) if "default" in fields else project.default
    organization_id = _organization_id(call, fields) or project.organization_id
    if project.default and not default:
        raise Refusal.invalid(default=["can't be given up, only moved to another project"])
    before: Json = {"name": project.name, "default": project.default}
    after: Json = {"name": name, "default": default}
    if default and not project.default:
        call.region.project_of(call.user).default = False
    project.name, project.default, project.updated_at = name, default, call.now
    project.organization_id = organization_id
    changed = [
        {"name": key, "value": value, "old_value": before[key]}
        for key, value in after.items()
        if value != before[key]
    ]
    if changed:
        _record(call, "edit_project", {"updated_values": changed}, project)
    return json_response({"project": _view(project)})


@routes("projects.delete", "DELETE", _PATH)
def delete(call: Call) -> Response:
    """Delete a project that is empty and isn't the default project."""
    project = call.project()
    if any(app.project is project for app in call.region.apps.values()):
        raise Refusal(409, {"error": "The project still has resources"})
    if project.default:
        raise Refusal(409, {"error": "The default project can't be deleted"})
    _record(call, "delete_project", {"project_id": project.id}, project)
    del call.region.projects[project.id]
    return Response(status_code=204)


@routes("projects.list_eligible_new_owners", "GET", f"{_PATH}/eligible_new_owners")
def list_eligible(call: Call) -> Response:
    """List the users who collaborate on everything in the project."""
    rows = [
        {"user_id": user.id, "user_name": user.username}
        for user in eligible(call.region, call.project())
    ]
    return json_response({"eligible_new_owners": rows})


@routes("projects.transfer_invitations.list", "GET", _INVITATIONS)
def list_invitations(call: Call) -> Response:
    """List the pending invitations, or those with a status, or `all`."""
    rows = _visible(call)
    status = call.query("status")
    if status is None:
        rows = [row for row in rows if row.open(call.now)]
    elif status != "all":
        rows = [row for row in rows if row.status == status]
    return json_response({"transfer_invitations": [_invitation_view(row) for row in rows]})


@routes("projects.transfer_invitations.get", "GET", _INVITATION)
def get_invitation(call: Call) -> Response:
    """Show an invitation to its sender or its recipient."""
    _, row = _find_invitation(call)
    return json_response({"transfer_invitation": _invitation_view(row)})


@routes("projects.transfer_invitations.create", "POST", _INVITATIONS)
def create_invitation(call: Call) -> Response:
    """Invite a user who collaborates on everything to become the project's owner."""
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
    _record_invitation(call, "new", project, row)
    return json_response({"transfer_invitation": _invitation_view(row)}, 201)


@routes("projects.transfer_invitations.accept", "POST", f"{_INVITATION}/accept")
def accept_invitation(call: Call) -> Response:
    """Accept the project with everything in it, or fail if a collaboration is missing."""
    project, row = _pending(call, by_owner=False)
    if row.invited not in eligible(call.region, project):
        _close(call, row, "failed", _NOT_EVERYWHERE)
        _record_invitation(call, "accept", project, row, "_error")
        return json_response({"transfer_invitation": _invitation_view(row)})
    _close(call, row, "accepted")
    _record_invitation(call, "accept", project, row)
    for app in [app for app in call.region.apps.values() if app.project is project]:
        data = hand_over(call.region, app, row.invited, project)
        call.record("transfer_app", data, app)
    if project.default:
        _move_default(call, project)
    project.owner, project.updated_at = row.invited, call.now
    return json_response({"transfer_invitation": _invitation_view(row)})


@routes("projects.transfer_invitations.decline", "POST", f"{_INVITATION}/decline")
def decline_invitation(call: Call) -> Response:
    """Decline an invitation."""
    project, row = _pending(call, by_owner=False)
    _close(call, row, "declined")
    _record_invitation(call, "decline", project, row)
    return json_response({"transfer_invitation": _invitation_view(row)})


@routes("projects.transfer_invitations.cancel", "POST", f"{_INVITATION}/cancel")
def cancel_invitation(call: Call) -> Response:
    """Cancel an invitation."""
    project, row = _pending(call, by_owner=True)
    _close(call, row, "canceled")
    _record_invitation(call, "cancel", project, row)
    return json_response({"transfer_invitation": _invitation_view(row)})


def _organization_id(call: Call, fields: Json) -> str | None:
    given = fields.get("organization_id")
    if given is None:
        return None
    if given not in {row.id for row in organizations_of(call.user)}:
        raise Refusal.not_found("organization")
    return str(given)


def _name(call: Call, fields: Json, project: Project | None) -> str:
    name = text_field(fields, "name")
    for row in call.region.projects.values():
        if row.owner is call.user and row.name == name and row is not project:
            raise Refusal.invalid(name=["has already been taken"])
    return name


def _flag(fields: Json) -> bool:
    default = fields.get("default", False)
    if not isinstance(default, bool):
        raise Refusal.invalid(default=["should be a boolean"])
    return default


def _record(call: Call, kind: str, data: Json, project: Project) -> None:
    call.region.record(kind, data, user=call.user, project=project)


def _move_default(call: Call, leaving: Project) -> None:
    """Make another project of the owner the default one; without another, one is created later."""
    leaving.default = False
    for project in call.region.projects.values():
        if project.owner is leaving.owner and project is not leaving:
            project.default = True
            return


def _visible(call: Call) -> list[Invitation]:
    """Return the invitations of the project that the user sent or received."""
    project = call.region.projects.get(call.params["project_id"])
    if project is None:
        raise Refusal.not_found("project")
    rows = [row for row in project.invitations.values() if call.user in (row.inviter, row.invited)]
    if not rows and project.owner is not call.user:
        raise Refusal.not_found("project")
    return rows


def _find_invitation(call: Call) -> tuple[Project, Invitation]:
    for row in _visible(call):
        if row.id == call.params["invitation_id"]:
            return call.region.projects[row.project_id], row
    raise Refusal.not_found("transfer_invitation")


def _pending(call: Call, *, by_owner: bool) -> tuple[Project, Invitation]:
    project, row = _find_invitation(call)
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


def _record_invitation(
    call: Call, verb: str, project: Project, row: Invitation, suffix: str = ""
) -> None:
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
