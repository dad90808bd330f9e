"""Error mapping, the outermost middleware: an error response becomes a typed exception."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import anyio

from scalingo_async._core.answer_text import excerpt, one_line
from scalingo_async._core.lazy import LazyModule
from scalingo_async._core.operation import API, Auth, OperationFacts
from scalingo_async.errors import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
    ResponseTooLargeError,
    ScalingoError,
    ServerError,
    ValidationFailedError,
)
from scalingo_async.middleware.retry_after import parse_retry_after
from scalingo_async.request import ByteStream, Handler, Request, Response

if TYPE_CHECKING:
    from scalingo_async import error_codes
    from scalingo_async._core.decoding import json
else:
    # It is a long table, for refusals.
    error_codes = LazyModule("scalingo_async.error_codes")
    # It brings orjson along, which a client that is made has no use for yet.
    json = LazyModule("scalingo_async._core.decoding.json")

_BODY_KEPT: Final = 64 * 1024
_BODY_AWAITED: Final = 5.0
_FIELD: Final = 200
_HOST: Final = 100
_BASE: Final = "base"
_PAYMENT_REQUIRED: Final = 402
_NOT_FOUND: Final = 404
_SPEECH: Final = frozenset({"detail", "details", "error", "errors", "message", "messages"})
"""Keys below a field that aren't names of fields."""

_BY_STATUS: Final[dict[int, type[APIStatusError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: PaymentRequiredError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: ValidationFailedError,
    429: RateLimitError,
}


class ErrorMapping:
    """Raises an exception for every error response, and completes exceptions from below."""

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send the request on and check the response."""
        try:
            response = await call_next(request)
        except ScalingoError as error:
            describe(error, request)
            raise
        if _is_success(response.status_code, request.endpoint):
            return response
        if response.body is not None:
            response.content = await read_some(response.body, request.state.expires)
            response.body = None
        raise error_for(response, request)


def _is_success(status: int, endpoint: OperationFacts) -> bool:
    return 200 <= status < 300 or status == endpoint.success or status in endpoint.handled  # noqa: PLR2004


async def read_some(body: ByteStream, expires: float) -> bytes:
    """Read the body of a refused stream, up to the size limit of an error and the deadline.

    Args:
        body: The body; it is closed.
        expires: When the deadline of the call ends.
    """
    kept = bytearray()
    pieces = aiter(body)
    try:
        with anyio.CancelScope(deadline=min(expires, anyio.current_time() + _BODY_AWAITED)):
            async for chunk in pieces:
                kept += chunk
                if len(kept) >= _BODY_KEPT:
                    break
    except Exception:  # noqa: BLE001, S110 - the status matters more than an incomplete body
        pass
    finally:
        # An unfinished generator must not be left to the garbage collector.
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()
        await body.aclose()
    return bytes(kept)


def describe(error: ScalingoError, request: Request) -> None:
    """Add the request to an error that doesn't have it yet."""
    if error.method is None:
        error.method = request.method
        error.url = request.safe_url
        error.retries_taken = request.state.retries_taken


def error_for(response: Response, request: Request) -> APIStatusError:
    """Make the exception for an error response."""
    status = response.status_code
    kind = _BY_STATUS.get(status) or (ServerError if status >= 500 else APIStatusError)  # noqa: PLR2004
    body = _body(response, request.options.max_json_values)
    fields = _fields(body)
    message = _message(fields, response, request)
    if _may_repeat(body, response, request):
        body, fields = None, {}
        message = "the answer is an HTML page" if _is_html(response) else "no message"
    error = kind(
        message,
        status_code=status,
        method=request.method,
        url=request.safe_url,
        request_id=response.request_id,
        body=body,
        retries_taken=request.state.retries_taken,
        code=_code(fields, status, request),
    )
    _complete(error, fields, response)
    return error


def _code(fields: dict[str, Any], status: int, request: Request) -> str | None:
    """Return the platform's own code, or the code of this package for its sentence."""
    own = _text(fields.get("code")) or _text(fields.get("type"))
    return own or error_codes.code_of(status, request.endpoint.id, _reasons(fields, status))


def _reasons(fields: dict[str, Any], status: int) -> dict[str, list[str]]:
    """Return the platform's reasons for a refusal, by field.

    For a 402 that is a name, and for a 404 it includes the type of the resource.
    """
    if status == _PAYMENT_REQUIRED:
        return _texts([("name", fields.get("name"))])
    if status == _NOT_FOUND:
        return _texts([("", _explanation(fields))])
    return _field_errors(fields.get("errors")) or _explained(fields)


def _may_repeat(body: object, response: Response, request: Request) -> bool:
    """Return whether a response may repeat the credential that was exchanged."""
    endpoint = request.endpoint
    login = endpoint.auth is Auth.BASIC and endpoint.api is not API.ABSOLUTE
    if not (endpoint.exchange or login):
        return False
    if not isinstance(body, dict):
        return True
    sent = request.headers.get("authorization", "").removeprefix("Basic ").encode()
    password = b64decode(sent).partition(b":")[2]
    return any(form and form in response.content for form in (sent, password))


def _complete(error: APIStatusError, fields: dict[str, Any], response: Response) -> None:
    """Set the attributes of the status."""
    if isinstance(error, ValidationFailedError):
        error.errors = _field_errors(fields.get("errors") or _structured(fields.get("error")))
    elif isinstance(error, NotFoundError):
        error.resource = _text(fields.get("resource"))
    elif isinstance(error, PaymentRequiredError):
        error.payment_url = _text(fields.get("url"))
        error.name = _text(fields.get("name"))
    elif isinstance(error, AuthenticationError):
        error.otp_required = fields.get("error") == "OTP Required"
    elif isinstance(error, RateLimitError):
        error.retry_after = parse_retry_after(response.headers.get("retry-after"))


def _structured(value: object) -> object:
    return cast("object", value) if isinstance(value, dict | list) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _fields(body: object) -> dict[str, Any]:
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def _body(response: Response, most: int) -> object:
    content = response.content
    if not content:
        return None
    if len(content) <= _BODY_KEPT:
        with suppress(ValueError, ResponseTooLargeError):
            return json.loads(content, most)
    return content[:_BODY_KEPT].decode("utf-8", "replace")


def _field_errors(value: object) -> dict[str, list[str]]:
    """Collect the messages for each field; any key of an object counts as a field."""
    if not isinstance(value, dict):
        return _texts([("", value)])
    fields = cast("dict[str, object]", value)
    return _texts([("" if field == _BASE else field, said) for field, said in fields.items()])


def _texts(said: list[tuple[str, object]]) -> dict[str, list[str]]:
    """Collect all texts in the platform's response, each under its field.

    They may be in nested lists and objects. Nested fields are joined with a dot; a text without a
    field is under `base`, the platform's own name for this.
    """
    found: dict[str, list[str]] = {}
    # Not recursive: there may be a thousand levels.
    waiting = said[::-1]
    while waiting:
        field, inner = waiting.pop()
        if isinstance(inner, dict):
            inner = cast("dict[str, object]", inner)
            named = _text(inner.get("field"))
            if named is not None:
                field = _field(field, named)
            kept = [key for key in inner if named is None or key != "field"]
            waiting += reversed([(_field(field, key), inner[key]) for key in kept])
        elif isinstance(inner, list):
            waiting += reversed([(field, one) for one in cast("list[object]", inner)])
        elif inner is not None:
            text = inner if isinstance(inner, str) else json.dumps(inner).decode()
            if text.strip():
                found.setdefault(field or _BASE, []).append(text)
    return found


def _field(outer: str, key: str) -> str:
    """Return the name of a nested field; some keys only mark a text."""
    if key in _SPEECH or (key == _BASE and not outer):
        return outer
    return f"{outer}.{key}"[:_FIELD] if outer else key


def _sentence(texts: dict[str, list[str]]) -> str:
    return "; ".join(
        ", ".join(said) if field == _BASE else f"{field} {', '.join(said)}"
        for field, said in texts.items()
    )


def _message(fields: dict[str, Any], response: Response, request: Request) -> str:
    """Return the platform's message in one line."""
    return one_line(_said(fields, response, request)) or "no message"


def _said(fields: dict[str, Any], response: Response, request: Request) -> str:
    said = _sentence(_field_errors(fields.get("errors"))) or _explanation(fields)
    if 300 <= response.status_code < 400 and (host := _leads_to(response)):  # noqa: PLR2004
        return f"the answer leads to {host}, and is not followed" + (said and f": {said}")
    if said:
        return said
    if _is_html(response):
        return "the answer is an HTML page"
    if request.endpoint.auth is Auth.BASIC:
        # A server that got a password may repeat it.
        return ""
    return excerpt(response.content[:_BODY_KEPT].decode("utf-8", "replace"))


def _explanation(fields: dict[str, Any]) -> str:
    """Return the value of `error` or `message`."""
    said = _sentence(_explained(fields))
    resource = _text(fields.get("resource"))
    return f"{resource} {said}" if resource and said else said


def _explained(fields: dict[str, Any]) -> dict[str, list[str]]:
    """Return the texts in `error` or `message`, each under its field."""
    for name in ("error", "message"):
        said = fields.get(name)
        if isinstance(said, dict):
            inner = cast("dict[str, object]", said)
            said = _text(inner.get("message")) or inner
        if found := _texts([("", said)]):
            return found
    return {}


def _leads_to(response: Response) -> str:
    """Return the host of a redirect; empty if it has none."""
    location = response.headers.get("location")
    if not location:
        return ""
    try:
        host = urlsplit(location.strip()).hostname
    except ValueError:
        return "no valid URL"
    return one_line(host, _HOST) if host else "another path of the same host"


def _is_html(response: Response) -> bool:
    kind = response.headers.get("content-type", "")
    return "html" in kind or response.content[:64].lstrip().lower().startswith(b"<!doctype")
