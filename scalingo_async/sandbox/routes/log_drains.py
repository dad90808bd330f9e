"""`log_drains.*`: the log drains of apps."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.log_drains import drain_url
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes

__all__ = ["routes"]

routes = Routes()

_PATH = "/apps/{app}/log_drains"


@routes("log_drains.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List the log drains of an app."""
    app = call.app()
    return json_response({"drains": [{"app_id": app.id, "url": url} for url in app.log_drains]})


@routes("log_drains.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Add a log drain to an app."""
    app = call.app()
    url = drain_url(call.rooted("drain"))
    if url in app.log_drains:
        raise Refusal.invalid(url=["has already been taken"])
    app.log_drains.append(url)
    call.record("new_log_drain", {"url": url}, app)
    return json_response({"drain": {"url": url}}, 201)


@routes("log_drains.delete", "DELETE", _PATH)
def delete(call: Call) -> Response:
    """Remove a log drain; the URL is in the query or in the body."""
    app = call.app()
    url = call.query("url") or call.json().get("url")
    if not url:
        raise Refusal.bad_request("url is required")
    if url not in app.log_drains:
        raise Refusal.not_found("log_drain")
    app.log_drains.remove(url)
    call.record("delete_log_drain", {"url": url}, app)
    return Response(status_code=204)
