"""`databases.type_versions.get`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.catalogue.databases import ENGINES, VERSIONS, Version
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes("database")

_SINCE = "2020-07-29T13:41:14.326Z"


def _view(version: Version) -> Json:
    major, minor, patch, build = version.numbers
    following = VERSIONS.get(version.next_id or "")
    return {
        "id": version.id,
        "database_type_id": version.type_id,
        "created_at": _SINCE,
        "updated_at": _SINCE,
        "features": ["tls"],
        "next_upgrade": None if following is None else _view(following),
        "allowed_plugins": [] if ENGINES[version.type_id].id == "elasticsearch" else None,
        "major": major,
        "minor": minor,
        "patch": patch,
        "build": build,
    }


@routes("databases.type_versions.get", "GET", "/database_type_versions/{version_id}")
def get(call: Call) -> Response:
    """Show a version of an engine, including the complete next one."""
    version = VERSIONS.get(call.params["version_id"])
    if version is None:
        raise Refusal.not_found("database_type_version")
    return json_response({"database_type_version": _view(version)})
