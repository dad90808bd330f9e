"""`private_networks.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.networks import domain_names, network_view
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes()

_PER_PAGE = 20
_MOST_PER_PAGE = 50


@routes("private_networks.get", "GET", "/projects/{project_id}/private_network")
def get(call: Call) -> Response:
    """Show the private network of a project; the response has no root key."""
    return json_response(network_view(call.region, call.project()))


@routes("private_networks.domain_names.list", "GET", "/apps/{app}/private_network_domain_names")
def list_domain_names(call: Call) -> Response:
    """List the host names of an app's containers, with a different pagination than elsewhere.

    The `meta` is next to the names, and the numbers of the previous and next pages are clamped to
    the first and last page instead of being null.
    """
    names = domain_names(call.app())
    size = max(1, min(_number(call.query("per_page"), _PER_PAGE), _MOST_PER_PAGE))
    page = max(1, _number(call.query("page"), 1))
    total = max(1, -(-len(names) // size))
    meta = {
        "current_page": page,
        "prev_page": max(1, page - 1),
        "next_page": min(total, page + 1),
        "total_pages": total,
        "total_count": len(names),
        "per_page": size,
    }
    rows = names[(page - 1) * size : page * size]
    return json_response({"domain_names": {"data": rows, "meta": meta}})


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default
