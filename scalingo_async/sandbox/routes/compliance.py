"""`data_access_consents.*`, `hds_contacts.update` and `audit_logs.get`."""

from datetime import UTC, datetime

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import consent_view, hds_contact_view
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.compliance import Consent, HDSContact

__all__ = ["routes"]

routes = Routes()

_DAY = 86_400
_MOST_DAYS = 30
_CONSENT = "/apps/{app}/data_access_consent"
_KINDS = ("databases_until", "containers_until")
_ORGANISATIONS = ("company", "non-profit", "administration")
_CONTACT = (
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


@routes("data_access_consents.create", "POST", _CONSENT)
def create_consent(call: Call) -> Response:
    """Let the platform's people look into an app; a consent that is there already is replaced."""
    app = call.app()
    body = call.rooted("data_access_consent")
    until = _until(call, body)
    ends = [moment for moment in until.values() if moment is not None]
    if not ends:
        raise Refusal.invalid(**{name: ["can't be blank"] for name in _KINDS})
    app.consent = Consent(call.user.id, **until)
    data: Json = {
        "end_at": iso(max(ends)),
        "databases": until["databases_until"] is not None,
        "containers": until["containers_until"] is not None,
    }
    call.record("create_data_access_consent", data, app)
    return json_response({"data_access_consent": consent_view(app, app.consent)}, 201)


@routes("data_access_consents.update", "PATCH", _CONSENT, also=["PUT"])
def update_consent(call: Call) -> Response:
    """Change a consent; a date that isn't named stays, one that is null ends it."""
    app, consent = _find(call)
    body = call.rooted("data_access_consent")
    until = _until(call, body)
    for name in _KINDS:
        if name in body:
            setattr(consent, name, until[name])
    return json_response({"data_access_consent": consent_view(app, consent)})


@routes("data_access_consents.delete", "DELETE", _CONSENT)
def delete_consent(call: Call) -> Response:
    """Take a consent back."""
    app, _ = _find(call)
    app.consent = None
    return Response(status_code=204)


@routes("hds_contacts.update", "PUT", "/apps/{app}/hds_contact", also=["PATCH"])
def update_contact(call: Call) -> Response:
    """Say whom to ask about an app; what isn't named stays."""
    app = call.app()
    body = call.rooted("hds_contact")
    fields = Fields(body)
    kind = fields.text("org_type", among=_ORGANISATIONS)
    texts = {name: fields.text(name) for name in _CONTACT}
    fields.check()
    contact = app.hds_contact
    if contact is None:
        nothing: dict[str, str | None] = dict.fromkeys(("org_type", *_CONTACT))
        contact = app.hds_contact = HDSContact(call.world.ids.hex(), call.now, nothing)
    contact.fields |= {name: texts[name] for name in _CONTACT if name in body}
    contact.fields["org_type"] = kind or contact.fields["org_type"]
    contact.updated_at = call.now
    data: Json = {name: contact.fields[name] for name in _CONTACT}
    call.record("edit_hds_contact", data, app)
    return json_response({"hds_contact": hds_contact_view(contact)})


@routes("audit_logs.get", "GET", "/apps/{app}/audit_logs/{audit_log_id}")
def get_audit_log(call: Call) -> Response:
    """Show what was typed into a one-off container, and what it said."""
    log = call.app().audit_logs.get(call.params["audit_log_id"])
    if log is None:
        raise Refusal.not_found("audit_log")
    rows = [
        {"time": _nanoseconds(time), "content": text, "type": direction}
        for time, direction, text in log.entries
    ]
    return json_response(rows)


def _find(call: Call) -> tuple[App, Consent]:
    app = call.app()
    if app.consent is None:
        raise Refusal.not_found("data_access_consent")
    return app, app.consent


def _until(call: Call, body: Json) -> dict[str, float | None]:
    fields = Fields(body)
    until = {name: fields.moment(name) for name in _KINDS}
    for name, moment in until.items():
        if moment is not None and moment <= call.now:
            fields.wrong(name, "must be in the future")
        if moment is not None and moment > call.now + _MOST_DAYS * _DAY:
            fields.wrong(name, f"must be within {_MOST_DAYS} days")
    fields.check()
    return until


def _nanoseconds(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000+00:00")
