"""`organizations.list`, on the authentication API."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.server.routing import Routes

if TYPE_CHECKING:
    from scalingo_async.sandbox.json_types import Json

__all__ = ["routes"]

routes = Routes("auth")


@routes("organizations.list", "GET", "/organizations")
def list_(call: Call) -> Response:
    """List the organization that everybody has, since nothing is known to make one."""
    user = call.user
    row: Json = {
        "id": Ids(f"organization {user.id}").uuid(),
        "name": f"{user.fullname}'s organization",
        "slug": f"{user.username}-organization",
        "created_at": iso(user.created_at),
        "flags": {},
    }
    return json_response({"organizations": [row]})
