"""`events.*`."""

from collections.abc import Sequence

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.catalogue.notifications import EVENT_CATEGORIES, EVENT_TYPES
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.events import Event

__all__ = ["routes"]

routes = Routes()

_PER_PAGE = 30
_MOST_HOURS = 72


def _view(event: Event) -> Json:
    view: Json = {
        "id": event.id,
        "created_at": iso(event.created_at),
        "type": event.type,
        "type_data": event.data() if callable(event.data) else event.data,
    }
    more = {
        "user": event.user,
        "app_id": event.app_id,
        "app_name": event.app_name,
        "project_id": event.project_id,
        "project_name": event.project_name,
    }
    return view | {name: value for name, value in more.items() if value is not None}


@routes("events.list", "GET", "/apps/{app}/events")
def list_(call: Call) -> Response:
    """List the events of an app, newest first."""
    return _answer(call, call.app().events)


@routes("events.list_for_user", "GET", "/events")
def list_for_user(call: Call) -> Response:
    """List the events of the user's account and apps in this region, newest first."""
    user = call.user
    return _answer(call, [event for event in call.region.events if user.id in event.audience])


@routes("events.list_for_project", "GET", "/projects/{project_id}/events")
def list_for_project(call: Call) -> Response:
    """List the events of a project, newest first."""
    project = call.project()
    return _answer(call, [event for event in call.region.events if event.project_id == project.id])


@routes("events.get", "GET", "/apps/{app}/events/{event_id}")
def get(call: Call) -> Response:
    """Show an event of an app."""
    for event in call.app().events:
        if event.id == call.params["event_id"]:
            return json_response({"event": _view(event)})
    raise Refusal.not_found("event")


@routes("events.types.list", "GET", "/event_types", auth="optional")
def list_types(call: Call) -> Response:
    """List the event types for notifiers."""
    _ = call
    rows: list[Json] = [
        {
            "id": row.id,
            "category_id": row.category.id,
            "name": row.name,
            "display_name": row.display_name,
            "description": f"When this happens: {row.display_name.lower()}",
            "template": None,
        }
        for row in EVENT_TYPES.values()
    ]
    return json_response({"event_types": rows})


@routes("events.categories.list", "GET", "/event_categories", auth="optional")
def list_categories(call: Call) -> Response:
    """List the categories of event types for notifiers."""
    _ = call
    rows: list[Json] = [
        {
            "id": row.id,
            "name": row.name,
            "display_name": row.display_name,
            "position": row.position,
        }
        for row in EVENT_CATEGORIES.values()
    ]
    return json_response({"event_categories": rows})


def _answer(call: Call, oldest_first: Sequence[Event]) -> Response:
    since = call.query("from")
    if since is None:
        page, meta = paginate(call, oldest_first[::-1], per_page=_PER_PAGE)
        return json_response({"events": [_view(event) for event in page], "meta": meta})
    if not since.isascii() or not since.isdigit() or not 1 <= int(since[:9]) <= _MOST_HOURS:
        raise Refusal.bad_request(f"'from' should be between 1 and {_MOST_HOURS}")
    # With `from`, the events aren't paginated, so there is no `meta`.
    earliest = call.now - 3600 * int(since)
    recent = [event for event in oldest_first[::-1] if event.created_at >= earliest]
    return json_response({"events": [_view(event) for event in recent]})
