"""`keys.*`, on the authentication API."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.users import user_view
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import Key

__all__ = ["add_key", "key_view", "routes"]

routes = Routes("auth")

_SHORTEST = 10


def key_view(call: Call, key: Key) -> Json:
    """Show an SSH key."""
    return {
        "id": key.id,
        "name": key.name,
        "content": key.content,
        "fingerprint": key.fingerprint,
        "created_at": iso(key.created_at),
        "owner": user_view(call.user),
    }


def add_key(call: Call, name: str, content: str) -> Key:
    """Add an SSH key to the user's account."""
    key = Key(call.world.ids.uuid(), name, content, call.now)
    call.user.account.keys[key.id] = key
    call.record("new_key", {"name": name, "fingerprint": key.fingerprint})
    return key


@routes("keys.list", "GET", "/keys")
def list_(call: Call) -> Response:
    """List the user's SSH keys."""
    return json_response({"keys": [key_view(call, key) for key in call.user.account.keys.values()]})


@routes("keys.get", "GET", "/keys/{key_id}")
def get(call: Call) -> Response:
    """Show an SSH key."""
    return json_response({"key": key_view(call, _find(call))})


@routes("keys.create", "POST", "/keys")
def create(call: Call) -> Response:
    """Add an SSH key; the JavaScript client sends it without the root key."""
    fields = call.rooted("key", lenient=True)
    name, content = fields.get("name"), fields.get("content")
    errors: dict[str, list[str]] = {}
    if not isinstance(name, str) or not name.strip():
        errors["name"] = ["can't be blank"]
    text = content.strip() if isinstance(content, str) else ""
    wrong: list[str] = [] if text else ["can't be blank"]
    if len(text) < _SHORTEST:
        wrong.append(f"is too short (minimum is {_SHORTEST} characters)")
    elif any(key.content == text for key in call.user.account.keys.values()):
        wrong.append("has already been taken")
    if wrong:
        errors["content"] = wrong
    if errors:
        raise Refusal.invalid(**errors)
    return json_response({"key": key_view(call, add_key(call, str(name), text))}, 201)


@routes("keys.delete", "DELETE", "/keys/{key_id}")
def delete(call: Call) -> Response:
    """Remove an SSH key from the account."""
    key = _find(call)
    del call.user.account.keys[key.id]
    call.record("delete_key", {"name": key.name})
    return Response(status_code=204)


def _find(call: Call) -> Key:
    key = call.user.account.keys.get(call.params["key_id"])
    if key is None:
        raise Refusal.not_found("key")
    return key
