"""`projects.*` but for the transfer invitations."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import person
from scalingo_async.sandbox.behaviour.ownership import eligible
from scalingo_async.sandbox.behaviour.validation import text_field
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.projects import Project

__all__ = ["routes"]

routes = Routes()

_PATH = "/projects/{project_id}"


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


@routes("projects.list", "GET", "/projects")
def list_(call: Call) -> Response:
    """List the projects that the user owns."""
    call.region.project_of(call.user)
    rows = [_view(row) for row in call.region.projects.values() if row.owner is call.user]
    return json_response({"projects": rows})


@routes("projects.create", "POST", "/projects")
def create(call: Call) -> Response:
    """Make a project, the default one if it is asked for."""
    fields = call.rooted("project")
    name = _name(call, fields, None)
    default = _flag(fields)
    old = call.region.project_of(call.user)
    project = Project(call.world.ids.prefixed("pr"), name, call.user, False, call.now)
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
    """Rename a project, or make it the default one; null is not a value here."""
    project = call.project()
    fields = call.rooted("project")
    name = _name(call, fields, project) if "name" in fields else project.name
    default = _flag(fields) if "default" in fields else project.default
    if project.default and not default:
        raise Refusal.invalid(default=["can't be given up, only moved to another project"])
    before: Json = {"name": project.name, "default": project.default}
    after: Json = {"name": name, "default": default}
    if default and not project.default:
        call.region.project_of(call.user).default = False
    project.name, project.default, project.updated_at = name, default, call.now
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
    """Delete a project that nothing is in and that isn't the default one."""
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
    """List who collaborates on everything in the project."""
    rows = [
        {"user_id": user.id, "user_name": user.username}
        for user in eligible(call.region, call.project())
    ]
    return json_response({"eligible_new_owners": rows})


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
