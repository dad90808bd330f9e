"""`tokens.*`, on the authentication API."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Peek, Routes
from scalingo_async.sandbox.world.accounts import ApiToken

__all__ = ["routes"]

routes = Routes("auth")


def _view(token: ApiToken, *, secret: bool = False) -> Json:
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


@routes("tokens.exchange", "POST", "/tokens/exchange", auth="none")
def exchange(call: Call) -> Response:
    """Exchange an API token for a bearer token."""
    bearer = call.authority.exchange(call.request.headers.get("authorization"))
    return json_response({"token": bearer})


@routes("tokens.list", "GET", "/tokens")
def list_(call: Call) -> Response:
    """List the user's API tokens, without their secrets."""
    return json_response({"tokens": [_view(token) for token in _own(call)]})


@routes("tokens.get", "GET", "/tokens/{token_id}")
def get(call: Call) -> Response:
    """Show an API token, without its secret."""
    return json_response({"token": _view(_find(call))})


def _login_or_create(peek: Peek) -> str | None:
    scheme = (peek.authorization or "").partition(" ")[0].lower()
    return "tokens.login" if scheme == "basic" else None


@routes("tokens.create", "POST", "/tokens", auth="none", other=_login_or_create)
def create(call: Call) -> Response:
    """Create an API token, authenticated with a bearer token or a password."""
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
    return json_response({"token": _view(token, secret=True)}, 201)


@routes("tokens.renew", "PATCH", "/tokens/{token_id}/renew", also=["PUT"])
def renew(call: Call) -> Response:
    """Renew the secret of an API token; the old one stops working."""
    token = _find(call)
    token.secret = call.world.new_secret()
    token.issued_at = call.now
    _record(call, "regenerate_token", token)
    return json_response({"token": _view(token, secret=True)})


@routes("tokens.delete", "DELETE", "/tokens/{token_id}")
def delete(call: Call) -> Response:
    """Delete an API token; its bearer tokens stay valid until they expire."""
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
