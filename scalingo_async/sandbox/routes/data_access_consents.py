"""`data_access_consents.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import consent_view
from scalingo_async.sandbox.behaviour.fields import Fields
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.apps import App
from scalingo_async.sandbox.world.compliance import Consent

__all__ = ["routes"]

routes = Routes()

_DAY = 86_400
_MOST_DAYS = 30
_PATH = "/apps/{app}/data_access_consent"
_KINDS = ("databases_until", "containers_until")


@routes("data_access_consents.create", "POST", _PATH)
def create(call: Call) -> Response:
    """Allow Scalingo's staff to access an app; an existing consent is replaced."""
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


@routes("data_access_consents.update", "PATCH", _PATH, also=["PUT"])
def update(call: Call) -> Response:
    """Change a consent; a missing date is kept, `null` ends the consent."""
    app, consent = _find(call)
    body = call.rooted("data_access_consent")
    until = _until(call, body)
    for name in _KINDS:
        if name in body:
            setattr(consent, name, until[name])
    return json_response({"data_access_consent": consent_view(app, consent)})


@routes("data_access_consents.delete", "DELETE", _PATH)
def delete(call: Call) -> Response:
    """Revoke a consent."""
    app, _ = _find(call)
    app.consent = None
    return Response(status_code=204)


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
