"""`hds_contacts.update`."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import hds_contact_view
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.compliance import HDSContact

if TYPE_CHECKING:
    from scalingo_async.sandbox.json_types import Json

__all__ = ["routes"]

routes = Routes()

_ORGANISATIONS = ("company", "non-profit", "administration")
_FIELDS = (
    "name",
    "email",
    "phone_number",
    "company",
    "address_line1",
    "address_line2",
    "address_city",
    "address_zip",
    "address_country",
    "notes",
)


@routes("hds_contacts.update", "PUT", "/apps/{app}/hds_contact", also=["PATCH"])
def update(call: Call) -> Response:
    """Change the health data contact of an app; missing fields are kept."""
    app = call.app()
    body = call.rooted("hds_contact")
    fields = Fields(body)
    kind = fields.text("org_type", among=_ORGANISATIONS)
    texts = {name: fields.text(name) for name in _FIELDS}
    fields.check()
    contact = app.hds_contact
    if contact is None:
        nothing: dict[str, str | None] = dict.fromkeys(("org_type", *_FIELDS))
        contact = app.hds_contact = HDSContact(call.world.ids.hex(), call.now, nothing)
    contact.fields |= {name: texts[name] for name in _FIELDS if name in body}
    contact.fields["org_type"] = kind or contact.fields["org_type"]
    contact.updated_at = call.now
    data: Json = {name: contact.fields[name] for name in _FIELDS}
    call.record("edit_hds_contact", data, app)
    return json_response({"hds_contact": hds_contact_view(contact)})
