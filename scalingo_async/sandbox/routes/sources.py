"""`sources.create`, and the uploads and downloads at its URLs."""

import hmac

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.files import file_response, whole
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.deployments import Source

__all__ = ["routes"]

routes = Routes()

_LIFETIME = 600.0
_TYPES = frozenset({"application/x-gzip", "application/gzip"})


@routes("sources.create", "POST", "/sources")
def create(call: Call) -> Response:
    """Create a source for an archive; it and its URLs last ten minutes."""
    world = call.world
    source = Source(world.ids.uuid(), call.now + _LIFETIME, world.ids.hex(32), world.ids.hex(32))
    call.region.sources[source.id] = source
    url = f"{call.api_url}/sources/{source.id}?token="
    body = {
        "upload_url": url + source.upload_token,
        "download_url": url + source.download_token,
    }
    return json_response({"source": body}, 201)


@routes("sources.upload", "PUT", "/sources/{source_id}", auth="none")
def upload(call: Call) -> Response:
    """Upload an archive. Its size and type are required, as with a signed URL."""
    source = _find(call)
    _check(call, source.upload_token)
    if "content-length" not in call.request.headers:
        raise Refusal(411, {"error": "Content-Length is required"})
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip()
    if kind not in _TYPES:
        raise Refusal(403, {"error": "the signature doesn't cover this Content-Type"})
    source.content = call.raw
    return Response(status_code=200)


@routes("sources.download", "GET", "/sources/{source_id}", auth="none")
def download(call: Call) -> Response:
    """Download an archive."""
    source = _find(call)
    _check(call, source.download_token)
    if source.content is None:
        raise Refusal.not_found("source")
    return file_response(call.request, whole(source.content), "application/x-gzip")


def _find(call: Call) -> Source:
    source = call.region.sources.get(call.params["source_id"])
    if source is None or source.expires_at <= call.now:
        raise Refusal(403, {"error": "the URL has expired"})
    return source


def _check(call: Call, token: str) -> None:
    if not hmac.compare_digest((call.query("token") or "").encode(), token.encode()):
        raise Refusal(403, {"error": "invalid token"})
