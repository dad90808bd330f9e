"""`addons.log_drains.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.log_drains import drain_url
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.addons import Addon
from scalingo_async.sandbox.world.apps import App

__all__ = ["routes"]

routes = Routes()

_PATH = "/apps/{app}/addons/{addon_id}/log_drains"


@routes("addons.log_drains.list", "GET", _PATH)
def list_(call: Call) -> Response:
    """List where the logs of an addon go."""
    app, addon = _find(call)
    return json_response({"drains": [{"app_id": app.id, "url": url} for url in addon.log_drains]})


@routes("addons.log_drains.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Send the logs of an addon somewhere as well."""
    app, addon = _find(call)
    url = drain_url(call.rooted("drain"))
    if url in addon.log_drains:
        raise Refusal.invalid(url=["has already been taken"])
    addon.log_drains.append(url)
    call.record("new_addon_log_drain", _event_data(addon, url), app)
    return json_response({"drain": {"url": url}}, 201)


@routes("addons.log_drains.delete", "DELETE", _PATH)
def delete(call: Call) -> Response:
    """Stop sending the logs somewhere; the URL comes in the query or in the body."""
    app, addon = _find(call)
    url = call.query("url") or call.json().get("url")
    if not url:
        raise Refusal.bad_request("url is required")
    if url not in addon.log_drains:
        raise Refusal.not_found("log_drain")
    addon.log_drains.remove(url)
    call.record("delete_addon_log_drain", _event_data(addon, url), app)
    return Response(status_code=204)


def _find(call: Call) -> tuple[App, Addon]:
    app, addon = call.addon()
    if addon.database is None:
        raise Refusal.bad_request("only databases can forward their logs")
    return app, addon


def _event_data(addon: Addon, url: str) -> Json:
    return {"url": url, "addon_uuid": addon.id, "addon_name": addon.provider.name}
