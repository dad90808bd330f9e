"""`databases.types.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.catalogue.addons import Provider
from scalingo_async.sandbox.catalogue.databases import ENGINES
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes("database")

_SINCE = "2020-07-29T13:41:14.326Z"


def _view(engine: Provider) -> Json:
    return {
        "id": engine.type_id,
        "name": engine.type_name,
        "logo_url": engine.logo_url,
        "short_description": engine.short_description,
        "description": f"<p>{engine.short_description}</p>",
        "created_at": _SINCE,
        "updated_at": _SINCE,
    }


@routes("databases.types.list", "GET", "/database_types")
def list_(call: Call) -> Response:
    """List the engines."""
    _ = call
    return json_response({"database_types": [_view(row) for row in ENGINES.values()]})


@routes("databases.types.get", "GET", "/database_types/{database_type_id}")
def get(call: Call) -> Response:
    """Show an engine."""
    engine = ENGINES.get(call.params["database_type_id"])
    if engine is None:
        raise Refusal.not_found("database_type")
    return json_response({"database_type": _view(engine)})
