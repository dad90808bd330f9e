"""`variables.*`."""

from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.validation import check_value, check_variable
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App, Variable

__all__ = ["routes"]

routes = Routes()

_MOST_HOPS = 10


def _view(app: App, variable: Variable, *, aliases: bool = True) -> Json:
    value = variable.value if aliases else _resolved(app, variable.value)
    return {"id": variable.id, "app_id": app.id, "name": variable.name, "value": value}


def _resolved(app: App, value: str) -> str:
    """Resolve `$OTHER` to the value of OTHER; a circular reference is kept unresolved."""
    found = value
    for _ in range(_MOST_HOPS):
        target = app.variable(found[1:]) if found.startswith("$") else None
        if target is None:
            return found
        found = target.value
    return value


@routes("variables.list", "GET", "/apps/{app}/variables")
def list_(call: Call) -> Response:
    """List an app's variables."""
    app = call.app()
    aliases = call.flag("aliases", default=True)
    rows = [_view(app, variable, aliases=aliases) for variable in app.variables.values()]
    return json_response({"variables": rows})


@routes("variables.create", "POST", "/apps/{app}/variables")
def create(call: Call) -> Response:
    """Set a variable: 201 for a new one, 200 if it exists."""
    app = call.app()
    fields = call.rooted("variable")
    name, value = check_variable(fields.get("name"), fields.get("value"))
    known = app.variable(name)
    if known is not None:
        return _edit(call, app, known, value)
    variable = _add(call, app, name, value)
    data: Json = {"name": name, "value": value, "addon_name": None}
    call.record("new_variable", data, app)
    return json_response({"variable": _view(app, variable)}, 201)


@routes("variables.bulk_update", "PUT", "/apps/{app}/variables")
def bulk_update(call: Call) -> Response:
    """Set several variables: all, or none if one is refused. Other variables are kept."""
    app = call.app()
    wanted = dict(_name_and_value(row) for row in call.items("variables"))
    added: list[Json] = []
    updated: list[Json] = []
    result: list[Variable] = []
    for name, value in wanted.items():
        variable = app.variable(name)
        if variable is None:
            variable = _add(call, app, name, value)
            added.append({"name": name, "value": value})
        elif variable.value != value:
            updated.append({"name": name, "value": value, "old_value": variable.value})
            variable.value = value
        result.append(variable)
    if added or updated:
        data: Json = {"new_vars": added, "updated_vars": updated, "deleted_vars": []}
        call.record("edit_variables", data, app)
    return json_response({"variables": [_view(app, variable) for variable in result]})


@routes("variables.update", "PATCH", "/apps/{app}/variables/{variable_id}", also=["PUT"])
def update(call: Call) -> Response:
    """Change the value of a variable."""
    app = call.app()
    variable = _find(app, call.params["variable_id"])
    value = check_value(call.rooted("variable").get("value"))
    return _edit(call, app, variable, value)


@routes("variables.delete", "DELETE", "/apps/{app}/variables/{variable_id}")
def delete(call: Call) -> Response:
    """Delete a variable."""
    app = call.app()
    variable = _find(app, call.params["variable_id"])
    del app.variables[variable.id]
    call.record("delete_variable", {"name": variable.name, "value": variable.value}, app)
    return Response(status_code=204)


@routes("variables.bulk_delete", "DELETE", "/apps/{app}/variables")
def bulk_delete(call: Call) -> Response:
    """Delete several variables by id: all, or none if one doesn't exist."""
    app = call.app()
    found = [_find(app, str(item)) for item in call.items("variable_ids")]
    gone = {row.id: row for row in found}
    for variable in gone.values():
        del app.variables[variable.id]
    if gone:
        rows = [{"name": row.name, "value": row.value} for row in gone.values()]
        data: Json = {"new_vars": [], "updated_vars": [], "deleted_vars": rows}
        call.record("edit_variables", data, app)
    return Response(status_code=204)


def _name_and_value(row: object) -> tuple[str, str]:
    fields = cast("Json", row) if isinstance(row, dict) else {}
    return check_variable(fields.get("name"), fields.get("value"))


def _add(call: Call, app: App, name: str, value: str) -> Variable:
    variable = Variable(call.world.ids.hex(), name, value)
    app.variables[variable.id] = variable
    return variable


def _edit(call: Call, app: App, variable: Variable, value: str) -> Response:
    old, variable.value = variable.value, value
    data: Json = {
        "name": variable.name,
        "value": value,
        "old_value": old,
        "addon_name": None,
    }
    call.record("edit_variable", data, app)
    return json_response({"variable": _view(app, variable)})


def _find(app: App, variable_id: str) -> Variable:
    variable = app.variables.get(variable_id)
    if variable is None:
        raise Refusal.not_found("variable")
    return variable
