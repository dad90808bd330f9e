"""`stacks.list`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.catalogue.stacks import STACKS
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes()


@routes("stacks.list", "GET", "/features/stacks", auth="none")
def list_(call: Call) -> Response:
    """List the stacks, including deprecated ones."""
    _ = call
    rows = [
        {
            "id": stack.id,
            "name": stack.name,
            "base_image": stack.base_image,
            "default": stack.default,
            "created_at": f"20{stack.name[-2:]}-04-15T16:15:00.147Z",
            "description": f"Runtime stack based on Ubuntu {stack.name[-2:]}.04",
            "deprecated_at": stack.deprecated_at,
        }
        for stack in STACKS.values()
    ]
    return json_response({"stacks": rows})
