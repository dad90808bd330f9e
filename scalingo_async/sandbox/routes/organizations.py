"""`organizations.*`, on the authentication API."""

import re

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.behaviour.organizations import organizations_of
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import Organization, OrganizationEvent

__all__ = ["routes"]

routes = Routes("auth")

_PATH = "/organizations/{organization_id}"
_EVENTS_PER_PAGE = 20


def _view(row: Organization) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "slug": row.slug,
        "created_at": iso(row.created_at),
        "flags": {},
    }


@routes("organizations.list", "GET", "/organizations")
def list_(call: Call) -> Response:
    """List the user's organizations: every user has one from the start."""
    return json_response({"organizations": [_view(row) for row in organizations_of(call.user)]})


@routes("organizations.create", "POST", "/organizations")
def create(call: Call) -> Response:
    """Create an organization owned by the user."""
    known = organizations_of(call.user)
    name = _name(call)
    slug = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-") or "organization"
    if slug in {row.slug for row in known}:
        raise Refusal.invalid(name=["has already been taken"])
    row = Organization(call.world.ids.uuid(), name, slug, call.now)
    call.user.account.organizations[row.id] = row
    _record(call, row, "organization.create", {"name": (None, name)})
    return json_response({"organization": _view(row)}, 201)


@routes("organizations.update", "PATCH", _PATH)
def update(call: Call) -> Response:
    """Rename an organization; its slug is kept."""
    row = _find(call)
    name = _name(call)
    if name != row.name:
        _record(call, row, "organization.update", {"name": (row.name, name)})
        row.name = name
    return json_response({"organization": _view(row)})


@routes("organizations.can", "GET", f"{_PATH}/can")
def can(call: Call) -> Response:
    """Return whether the user has a permission: all of them in their own organizations."""
    scope = call.query("scope")
    if not scope:
        raise Refusal.bad_request("scope is required")
    return json_response({"can": call.params["organization_id"] in _ids(call)})


@routes("organizations.events.list", "GET", f"{_PATH}/events")
def list_events(call: Call) -> Response:
    """List the events of an organization, newest first, paginated."""
    row = _find(call)
    newest = row.events[::-1]
    page, meta = paginate(call, newest, per_page=_EVENTS_PER_PAGE)
    views = [_event_view(call, row, event) for event in page]
    return json_response({"events": views, "meta": meta})


def _event_view(call: Call, row: Organization, event: OrganizationEvent) -> Json:
    user = call.user
    return {
        "id": event.id,
        "event_name": event.name,
        "actor": {"id": user.id, "username": user.username, "email": user.email},
        "target": {"id": row.id, "type": "organization"},
        "changes": {name: list(values) for name, values in event.changes.items()},
        "created_at": iso(event.time),
    }


def _record(
    call: Call, row: Organization, name: str, changes: dict[str, tuple[str | None, str]]
) -> None:
    row.events.append(OrganizationEvent(call.world.ids.uuid(), name, call.now, changes))


def _name(call: Call) -> str:
    fields = Fields(call.rooted("organization"))
    name = fields.text("name", required=True)
    fields.check()
    return str(name)


def _ids(call: Call) -> set[str]:
    return {row.id for row in organizations_of(call.user)}


def _find(call: Call) -> Organization:
    for row in organizations_of(call.user):
        if row.id == call.params["organization_id"]:
            return row
    raise Refusal.not_found("organization")
