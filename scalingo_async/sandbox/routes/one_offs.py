"""`one_offs.*`: the requests to the URL of a one-off container."""

import re
from typing import cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, Handover, Later, json_response
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.one_offs import STOPPED, OneOff

__all__ = ["routes"]

routes = Routes("one_offs")

_LARGEST_FILE = 100 * 1024 * 1024
_LARGEST_SIDE = 65_535
_BOUNDARY = re.compile(r'multipart/form-data\s*;.*boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb';\s*name="file"', re.IGNORECASE)
_FILE_NAME = re.compile(rb';\s*filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


@routes("one_offs.attach", "CONNECT", "/{container_id}")
def attach(call: Call) -> Response:
    """Hand the connection over to the container, which starts its command."""
    one_off = _alive(call)
    if one_off.attached:
        raise Refusal(409, {"error": "somebody is attached to the container already"})
    if "tunnel" not in call.request.scope.get("extensions", {}):
        raise Refusal(501, {"error": "the sandbox hands connections over only when it is served"})
    one_off.attached = True
    return Handover(one_off)


@routes("one_offs.resize", "PUT", "/{container_id}")
def resize(call: Call) -> Response:
    """Resize the terminal."""
    one_off = _alive(call)
    fields = call.json()
    one_off.resize(_side(fields.get("width"), "width"), _side(fields.get("height"), "height"))
    return Response(status_code=200)


@routes("one_offs.upload_file", "POST", "/{container_id}/files")
def upload_file(call: Call) -> Response:
    """Upload a file, before a client attaches."""
    one_off = _alive(call)
    if one_off.attached:
        raise Refusal.bad_request("files have to come before somebody attaches")
    name, content = _part(call)
    if len(content) > _LARGEST_FILE:
        raise Refusal(413, {"error": "a file can't be larger than 100 MiB"})
    one_off.files[name] = content
    return Response(status_code=200)


@routes("one_offs.wait", "GET", "/{container_id}/wait")
def wait(call: Call) -> Response:
    """Return the exit code once there is one."""
    one_off = _find(call)

    def look() -> Response | None:
        if one_off.stopped:
            one_off.end(STOPPED)
        if one_off.inactive:
            return json_response({"error": "the connection was closed for inactivity"}, 408)
        if one_off.exit_code is None:
            return None
        return json_response({"exit_code": one_off.exit_code})

    return Later(look)


def _find(call: Call) -> OneOff:
    one_off = call.region.one_offs.get(call.params["container_id"])
    if one_off is None or one_off.container.state == "booting":
        raise Refusal.not_found("container")
    if call.user.id not in one_off.app.members():
        raise Refusal.unauthorized("You are not a collaborator of this application")
    return one_off


def _alive(call: Call) -> OneOff:
    one_off = _find(call)
    if one_off.ended or one_off.stopped:
        raise Refusal.not_found("container")
    return one_off


def _side(value: object, name: str) -> int:
    """Parse a length in characters: a number, or a string as the official CLI sends it."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LARGEST_SIDE:
        raise Refusal.invalid(**{name: ["is not a number of characters"]})
    return value


def _part(call: Call) -> tuple[str, bytes]:
    """Return the file in a body that must have exactly one part."""
    found = _BOUNDARY.match(call.request.headers.get("content-type", ""))
    if found is None:
        raise Refusal(415, {"error": "the body has to be multipart/form-data"})
    mark = b"--" + found[1].encode()
    body = call.raw
    last = body.rfind(b"\r\n" + mark + b"--")
    head, blank, _ = body.partition(b"\r\n\r\n")
    start = len(head) + len(blank)
    if not head.startswith(mark + b"\r\n") or not blank or last < start - 2:
        raise Refusal.bad_request("the multipart body is malformed")
    content = body[start : max(start, last)]
    name = _FILE_NAME.search(head)
    if _NAME.search(head) is None or name is None or b"\r\n" + mark in content:
        raise Refusal.bad_request("the body has to have one part, a file named file")
    return _base_name(cast("bytes", name[1])), content


def _base_name(quoted: bytes) -> str:
    name = re.sub(rb"\\(.)", rb"\1", quoted).decode(errors="replace").rpartition("/")[2]
    if name in {"", ".", ".."} or "\0" in name:
        raise Refusal.bad_request("the file needs a name")
    return name
