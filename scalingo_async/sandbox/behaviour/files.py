"""Files that the sandbox serves: in chunks, with ranges, never completely in memory."""

import hashlib
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from dataclasses import dataclass

import anyio.lowlevel
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

__all__ = ["File", "FileResponse", "body_of", "file_response", "whole"]

_PIECE = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})|bytes=-(\d{1,18})", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class File:
    """A file that is generated on request.

    Attributes:
        size: Its size in bytes.
        pieces: Returns its bytes in chunks, from a position.
        version: Identifies the contents; it changes whenever the bytes do.
    """

    size: int
    pieces: Callable[[int], Iterable[bytes]]
    version: str

    @property
    def etag(self) -> str:
        """Its strong ETag."""
        return f'"{hashlib.sha256(self.version.encode()).hexdigest()[:32]}"'

    def sha256(self) -> str:
        """Its checksum."""
        total = hashlib.sha256()
        for piece in self.pieces(0):
            total.update(piece)
        return total.hexdigest()


def whole(content: bytes) -> File:
    """Create a file from bytes."""

    def pieces(start: int) -> Iterator[bytes]:
        return (content[at : at + _PIECE] for at in range(start, len(content), _PIECE))

    return File(len(content), pieces, hashlib.sha256(content).hexdigest())


class FileResponse(StreamingResponse):
    """A response with a file, or a range of it."""

    def __init__(self, pieces: Iterable[bytes], status: int, headers: dict[str, str]) -> None:
        self.pieces = pieces
        super().__init__(_sent(pieces), status, headers)


def file_response(request: Request, file: File, kind: str, name: str | None = None) -> Response:
    """Respond with a file, or with a range of it if requested, as object storage does.

    Args:
        request: The request; `Range` and `If-Range` are honoured.
        file: The file.
        kind: Its media type.
        name: The file name for downloads.
    """
    headers = {"content-type": kind, "accept-ranges": "bytes", "etag": file.etag}
    if name is not None:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    wanted = _RANGE(request.headers.get("range", ""))
    if wanted is None or request.headers.get("if-range", file.etag) != file.etag:
        headers["content-length"] = str(file.size)
        return FileResponse(file.pieces(0), 200, headers)
    first, last = _bounds(wanted, file.size)
    if first > last:
        return Response(b"", 416, {**headers, "content-range": f"bytes */{file.size}"})
    headers["content-range"] = f"bytes {first}-{last}/{file.size}"
    headers["content-length"] = str(last - first + 1)
    return FileResponse(_limited(file.pieces(first), last - first + 1), 206, headers)


def body_of(response: Response) -> Iterable[bytes]:
    """Return the body of any response, in chunks."""
    return response.pieces if isinstance(response, FileResponse) else (bytes(response.body),)


def _bounds(wanted: re.Match[str], size: int) -> tuple[int, int]:
    first, last, suffix = wanted.groups()
    if suffix is not None:
        return (max(0, size - int(suffix)), size - 1) if int(suffix) else (size, size - 1)
    return int(first), min(size - 1, int(last)) if last else size - 1


def _limited(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:size]
        size -= len(piece)
        if size <= 0:
            return


async def _sent(pieces: Iterable[bytes]) -> AsyncGenerator[bytes]:
    for piece in pieces:
        yield piece
        # Other tasks must run for a disconnect to be noticed.
        await anyio.lowlevel.checkpoint()
