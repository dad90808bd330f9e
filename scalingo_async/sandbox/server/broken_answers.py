"""Broken responses: an incomplete body, or a body of the wrong length."""

from collections.abc import Iterable, Iterator

from starlette.responses import Response
from starlette.types import Message, Send

from scalingo_async.sandbox.behaviour.files import FileResponse, body_of
from scalingo_async.sandbox.server.faults import Fault

__all__ = ["PARTIAL", "resized", "send_some"]

PARTIAL = frozenset({"half_body", "cut", "stall"})
"""The kinds of faults that send only part of the body."""

_ZEROS = 64 * 1024


async def send_some(response: Response, fault: Fault, send: Send) -> None:
    """Send the head of a response and as much of the body as a fault allows."""
    left = fault.bytes or 0
    if fault.kind == "half_body":
        left = int(response.headers.get("content-length", 0)) // 2
    head: Message = {"type": "http.response.start", "status": response.status_code}
    await send({**head, "headers": response.raw_headers})
    for piece in body_of(response):
        part = piece[:left]
        left -= len(part)
        await send({"type": "http.response.body", "body": part, "more_body": True})
        if left <= 0:
            return


def resized(response: Response, size: int) -> Response:
    """Return a response with a body of another size: truncated, or padded with zeros."""
    headers = dict(response.headers)
    headers["content-length"] = str(size)
    return FileResponse(_filled(body_of(response), size), response.status_code, headers)


def _filled(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:size]
        size -= len(piece)
        if size <= 0:
            return
    while size > 0:
        yield bytes(min(size, _ZEROS))
        size -= _ZEROS
