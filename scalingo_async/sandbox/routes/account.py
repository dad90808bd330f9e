"""`users.self`, `regions.*` and `tokens.*`, on the authentication API."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Peek, Routes
from scalingo_async.sandbox.world.accounts import ApiToken, User
from scalingo_async.sandbox.world.state import Region

__all__ = ["referral_url", "routes", "user_view"]

routes = Routes("auth")


def referral_url(user: User) -> str:
    """Return the link with which a user recommends the platform."""
    return f"https://sclng.io/r/{user.id[-12:]}"


def user_view(user: User) -> Json:
    """Show an account to its owner."""
    account = user.account
    return {
        "id": user.id,
        "uuid": user.id,
        "email": user.email,
        "username": user.username,
        "fullname": user.fullname,
        "company": account.company,
        "location": account.location,
        "created_at": iso(user.created_at),
        "free_trial_started_at": iso(user.created_at),
        "free_trial_end_time": iso(account.trial_ended_at or user.created_at + 30 * 86_400),
        "suspended_at": None,
        "suspension_reason": None,
        "tos_accepted": account.tos_accepted,
        "email_newsletter": account.email_newsletter,
        "profile_valid": True,
        "confirmed": True,
        "unconfirmed_email": account.unconfirmed_email,
        "referral_url": referral_url(user),
        "referral_clicks": 0,
        "flags": {},
        "limits": {"free_trial_apps": "10"},
        "github": None,
    }


def _token_view(token: ApiToken, *, secret: bool = False) -> Json:
    view: Json = {
        "id": token.id,
        "name": token.name,
        "created_at": iso(token.created_at),
        "issued_at": iso(token.issued_at),
        "last_used_at": None if token.last_used_at is None else iso(token.last_used_at),
    }
    if secret:
        view["token"] = token.secret
    return view


def _region_view(region: Region, origin: str) -> Json:
    base = origin + region.prefix
    host = origin.partition("://")[2].rpartition(":")[0] or origin.partition("://")[2]
    return {
        "name": region.name,
        "display_name": region.display_name,
        "api": base,
        "database_api": base,
        "dashboard": f"https://dashboard.scalingo.com/apps/{region.name}",
        "ssh": f"{host}:22",
        "default": region.default,
    }


@routes("users.self", "GET", "/users/self")
def self_(call: Call) -> Response:
    """Show the account that the bearer token belongs to."""
    return json_response({"user": user_view(call.user)})


@routes("regions.list", "GET", "/regions", auth="optional")
def regions(call: Call) -> Response:
    """List the regions; those that aren't public only to those who have signed in."""
    shown = [
        _region_view(region, call.origin)
        for region in call.world.regions.values()
        if region.public or call.principal is not None
    ]
    return json_response({"regions": shown})


@routes("tokens.exchange", "POST", "/tokens/exchange", auth="none")
def exchange(call: Call) -> Response:
    """Give a bearer token for an API token."""
    bearer = call.authority.exchange(call.request.headers.get("authorization"))
    return json_response({"token": bearer})


@routes("tokens.list", "GET", "/tokens")
def list_(call: Call) -> Response:
    """List one's API tokens, without their secrets."""
    return json_response({"tokens": [_token_view(token) for token in _own(call)]})


@routes("tokens.get", "GET", "/tokens/{token_id}")
def get(call: Call) -> Response:
    """Show an API token, without its secret."""
    return json_response({"token": _token_view(_find(call))})


def _login_or_create(peek: Peek) -> str | None:
    scheme = (peek.authorization or "").partition(" ")[0].lower()
    return "tokens.login" if scheme == "basic" else None


@routes("tokens.create", "POST", "/tokens", auth="none", other=_login_or_create)
def create(call: Call) -> Response:
    """Make an API token, asked for with a bearer token or with a password."""
    headers = call.request.headers
    if call.operation == "tokens.login":
        user = call.authority.login(
            headers.get("authorization"), headers.get("x-authorization-otp")
        )
    else:
        principal = call.authority.principal(headers.get("authorization"))
        if principal is None or principal.addon is not None:
            raise Refusal.unauthorized()
        user = principal.user
    name = call.rooted("token", lenient=True).get("name")
    if not isinstance(name, str) or not name.strip():
        raise Refusal.invalid(name=["can't be blank"])
    token = call.world.add_token(user, name)
    _record(call, "new_token", token)
    return json_response({"token": _token_view(token, secret=True)}, 201)


@routes("tokens.renew", "PATCH", "/tokens/{token_id}/renew", also=["PUT"])
def renew(call: Call) -> Response:
    """Give an API token a new secret; the old one stops working."""
    token = _find(call)
    token.secret = call.world.new_secret()
    token.issued_at = call.now
    _record(call, "regenerate_token", token)
    return json_response({"token": _token_view(token, secret=True)})


@routes("tokens.delete", "DELETE", "/tokens/{token_id}")
def delete(call: Call) -> Response:
    """Delete an API token; bearer tokens that came from it stay good until they expire."""
    token = _find(call)
    del call.world.tokens[token.id]
    _record(call, "delete_token", token)
    return Response(status_code=204)


def _own(call: Call) -> list[ApiToken]:
    return [token for token in call.world.tokens.values() if token.user is call.user]


def _find(call: Call) -> ApiToken:
    token = call.world.tokens.get(call.params["token_id"])
    if token is None or token.user is not call.user:
        raise Refusal.not_found("token")
    return token


def _record(call: Call, kind: str, token: ApiToken) -> None:
    data: Json = {"token_name": token.name, "token_id": token.id}
    call.region.record(kind, data, user=token.user)
