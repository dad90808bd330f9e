"""`two_factor_auth.*`, on the authentication API. The codes are real TOTP codes."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import TwoFactor

__all__ = ["routes"]

routes = Routes("auth")

_PATH = "/client/tfa"
_BASE_32 = "abcdefghijklmnopqrstuvwxyz234567"


def _view(call: Call) -> Json:
    user = call.user
    enabled = user.two_factor
    provider = "totp" if enabled else None
    return {"id": user.id, "uuid": user.id, "enabled": enabled, "provider": provider}


@routes("two_factor_auth.get", "GET", _PATH)
def get(call: Call) -> Response:
    """Return whether a login also requires a code."""
    return json_response({"tfa": _view(call)})


@routes("two_factor_auth.initiate", "POST", _PATH)
def initiate(call: Call) -> Response:
    """Return the secret for an authenticator; nothing changes until it is confirmed with a code."""
    provider = call.rooted("tfa").get("provider")
    user = call.user
    if user.two_factor:
        raise Refusal.bad_request("2fa already enabled")
    if provider != "totp":
        raise Refusal.bad_request("invalid provider")
    secret = "".join(call.world.ids.random.choices(_BASE_32, k=24))
    user.account.two_factor = TwoFactor(secret)
    uri = f"otpauth://totp/Scalingo:{user.email}?secret={secret}&issuer=Scalingo"
    return json_response({"tfa": {**_view(call), "uri": uri}}, 201)


@routes("two_factor_auth.validate", "POST", f"{_PATH}/validate")
def validate(call: Call) -> Response:
    """Enable it with a first code; the response contains the recovery codes."""
    attempt = _attempt(call.rooted("tfa"))
    factor = call.user.account.two_factor
    if factor is None:
        raise Refusal.bad_request("otp not created")
    if factor.enabled:
        raise Refusal.bad_request("2fa already enabled")
    if not factor.accepts(attempt, call.now):
        raise Refusal.bad_request("unable to validate otp attempt")
    factor.enabled = True
    factor.codes = [call.world.ids.hex(64) for _ in range(10)]
    call.record("tfa_enabled", {"provider": "totp"})
    return json_response({"tfa": {"codes": factor.codes, "user": _view(call)}}, 201)


@routes("two_factor_auth.disable", "DELETE", _PATH)
def disable(call: Call) -> Response:
    """Disable it. If a code is sent, it must be valid; old clients send none."""
    attempt = _attempt(call.rooted("tfa")) if call.raw.strip() else None
    user = call.user
    if not user.two_factor:
        raise Refusal.bad_request("2fa not enabled for this account")
    if attempt is not None and not user.accepts(attempt, call.now):
        raise Refusal.bad_request("unable to validate otp attempt")
    user.account.two_factor = user.otp = None
    call.record("tfa_disabled", {})
    return json_response({"tfa": _view(call)})


def _attempt(fields: Json) -> str:
    """Return the code; a number has lost its leading zeros."""
    return str(fields.get("attempt", ""))
