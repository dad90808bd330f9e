"""Error mapping, the outermost middleware: a bad answer becomes one typed exception."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

import anyio

from scalingo_async._core.decoding import json
from scalingo_async.errors import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
    ScalingoError,
    ServerError,
    ValidationFailedError,
)
from scalingo_async.middleware.retry_after import parse_retry_after

if TYPE_CHECKING:
    from scalingo_async._core.operation import OperationFacts
    from scalingo_async.request import ByteStream, Handler, Request, Response

_BODY_KEPT: Final = 64 * 1024
_BODY_AWAITED: Final = 5.0
_TEXT_SHOWN: Final = 200

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
    """Raises for every answer that is not a success; completes errors that come from below."""

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send the request on and look at the answer."""
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
    """Read the body of a refused stream: as much as an error keeps and time allows.

    Args:
        body: The body; it is closed.
        expires: When the call has to be over.
    """
    kept = bytearray()
    pieces = aiter(body)
    try:
        with anyio.CancelScope(deadline=min(expires, anyio.current_time() + _BODY_AWAITED)):
            async for chunk in pieces:
                kept += chunk
                if len(kept) >= _BODY_KEPT:
                    break
    except Exception:  # noqa: BLE001, S110 - the status says more than a body that broke off
        pass
    finally:
        # A generator that is left half way must not be left to the garbage collector.
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()
        await body.aclose()
    return bytes(kept)


def describe(error: ScalingoError, request: Request) -> None:
    """Note the request in an error that does not know it yet."""
    if error.method is None:
        error.method = request.method
        error.url = request.safe_url
        error.retries_taken = request.state.retries_taken


def error_for(response: Response, request: Request) -> APIStatusError:
    """Make the exception for an answer that is not a success."""
    status = response.status_code
    kind = _BY_STATUS.get(status) or (ServerError if status >= 500 else APIStatusError)  # noqa: PLR2004
    body = _body(response)
    fields = _fields(body)
    error = kind(
        _message(fields, response),
        status_code=status,
        method=request.method,
        url=request.safe_url,
        request_id=response.request_id,
        body=body,
        retries_taken=request.state.retries_taken,
        code=_text(fields.get("code") or fields.get("type")),
    )
    _complete(error, fields, response)
    return error


def _complete(error: APIStatusError, fields: dict[str, Any], response: Response) -> None:
    """Fill in what the status adds."""
    if isinstance(error, ValidationFailedError):
        error.errors = _field_errors(fields.get("errors"))
    elif isinstance(error, NotFoundError):
        error.resource = _text(fields.get("resource"))
    elif isinstance(error, PaymentRequiredError):
        error.payment_url = _text(fields.get("url"))
        error.name = _text(fields.get("name"))
    elif isinstance(error, AuthenticationError):
        error.otp_required = fields.get("error") == "OTP Required"
    elif isinstance(error, RateLimitError):
        error.retry_after = parse_retry_after(response.headers.get("retry-after"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _fields(body: object) -> dict[str, Any]:
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def _body(response: Response) -> object:
    content = response.content
    if not content:
        return None
    if len(content) <= _BODY_KEPT:
        with suppress(ValueError):
            return json.loads(content)
    return content[:_BODY_KEPT].decode("utf-8", "replace")


def _field_errors(value: object) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        return {}
    out: dict[str, list[str]] = {}
    for field, messages in cast("dict[str, object]", value).items():
        listed = cast("list[object]", messages) if isinstance(messages, list) else [messages]
        out[field] = [str(message) for message in listed]
    return out


def _message(fields: dict[str, Any], response: Response) -> str:
    """Say in one line what the platform said."""
    printable = "".join(c if c.isprintable() else " " for c in _said(fields, response))
    line = " ".join(printable.split())
    return f"{line[:_TEXT_SHOWN]}…" if len(line) > _TEXT_SHOWN else line or "no message"


def _said(fields: dict[str, Any], response: Response) -> str:
    problems = _field_errors(fields.get("errors"))
    if problems:
        return "; ".join(f"{field} {', '.join(texts)}" for field, texts in problems.items())
    said = fields.get("error") or fields.get("message") or fields.get("errors")
    if isinstance(said, dict):
        said = cast("dict[str, object]", said).get("message")
    if isinstance(said, str) and said:
        resource = _text(fields.get("resource"))
        return f"{resource} {said}" if resource else said
    if _is_html(response):
        return "the answer is an HTML page"
    return "" if fields else response.content[:_BODY_KEPT].decode("utf-8", "replace")


def _is_html(response: Response) -> bool:
    kind = response.headers.get("content-type", "")
    return "html" in kind or response.content[:64].lstrip().lower().startswith(b"<!doctype")
