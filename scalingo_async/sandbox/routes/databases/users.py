"""`databases.users.*`."""

import re

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.databases import dbms_of, find_database, need_engine
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.databases import DatabaseUser, Dbms

__all__ = ["routes"]

routes = Routes("database")

_ENGINES = ("postgresql", "influxdb", "mongodb", "mysql")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_PATH = "/databases/{addon_id}/users"


def _view(addon: Addon, user: DatabaseUser, password: str | None = None) -> Json:
    view: Json = {"name": user.name, "read_only": user.read_only, "protected": user.protected}
    if password is not None:
        view["password"] = password
    if addon.provider.type_name == "postgresql":
        view["dbms_attributes"] = {"password_encryption": "SCRAM-SHA-256"}
    return view


@routes("databases.users.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List a database's users; the platform's user is protected."""
    addon, dbms = _dbms(call)
    return json_response({"database-users": [_view(addon, row) for row in dbms.users.values()]})


@routes("databases.users.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Add a user; without a password, one is generated and shown once."""
    addon, dbms = _dbms(call)
    fields = Fields(call.rooted("database_user", lenient=True))
    name = fields.text("name", required=True)
    if name is not None and not (6 <= len(name) <= 32 and _NAME.fullmatch(name)):
        fields.wrong(
            "name",
            "should be 6 to 32 lower-case letters, digits, hyphens and underscores, a letter first",
        )
    if name in dbms.users:
        fields.wrong("name", "has already been taken")
    read_only = fields.flag("read_only") or False
    given = _password(fields, required=False)
    fields.check()
    made = None if given is not None else call.world.ids.secret(32)
    user = DatabaseUser(str(name), read_only, False, given or made or "")
    dbms.users[user.name] = user
    return json_response({"database_user": _view(addon, user, made)}, 201)


@routes("databases.users.update", "PATCH", f"{_PATH}/{{username}}", also=["PUT"])
def update(call: Call) -> Response:
    """Change a user's password."""
    addon, _, user = _find(call)
    fields = Fields(call.rooted("database_user", lenient=True))
    password = _password(fields, required=True)
    fields.check()
    user.password = password or ""
    return json_response({"database_user": _view(addon, user)})


@routes("databases.users.reset_password", "POST", f"{_PATH}/{{username}}/reset_password")
def reset_password(call: Call) -> Response:
    """Give a user a generated password, and show it."""
    addon, _, user = _find(call)
    user.password = call.world.ids.secret(32)
    return json_response({"database_user": _view(addon, user, user.password)})


@routes("databases.users.delete", "DELETE", f"{_PATH}/{{username}}")
def delete(call: Call) -> Response:
    """Delete a user."""
    _, dbms, user = _find(call)
    del dbms.users[user.name]
    return Response(status_code=204)


def _dbms(call: Call) -> tuple[Addon, Dbms]:
    _, addon, database = find_database(call)
    need_engine(addon, *_ENGINES)
    return addon, dbms_of(addon, database, call.now)


def _find(call: Call) -> tuple[Addon, Dbms, DatabaseUser]:
    """Return the user in the path, if it can be changed."""
    addon, dbms = _dbms(call)
    user = dbms.users.get(call.params["username"])
    if user is None:
        raise Refusal.not_found("database_user")
    if user.protected:
        raise Refusal.bad_request("this user is protected")
    return addon, dbms, user


def _password(fields: Fields, *, required: bool) -> str | None:
    password = fields.text("password", required=required)
    if password is None:
        return None
    if not 24 <= len(password) <= 64:
        fields.wrong("password", "should be 24 to 64 characters long")
    if fields.text("password_confirmation") != password:
        fields.wrong("password_confirmation", "doesn't match the password")
    return password
