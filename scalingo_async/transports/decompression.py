"""Decompression: the body of an answer, piece by piece, never more than is allowed."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final, Protocol

from scalingo_async._core.answer_text import one_line
from scalingo_async.errors import ResponseDecodeError, ResponseTooLargeError

__all__ = ["MAX_RESPONSE", "Decompressor", "check_declared", "read_body", "within"]

_PIECE: Final = 256 * 1024
"""The most that is decompressed at once: a few bytes can stand for megabytes."""

_MEMBERS: Final = 1000
"""How many gzip files may follow each other in one body."""

_GZIP: Final = zlib.MAX_WBITS | 16
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS


class _Decompress(Protocol):
    """What `zlib.decompressobj` returns; its class has no public name."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class Decompressor:
    """Decompresses a body as it comes.

    Args:
        encoding: The `Content-Encoding` header.
        limit: Bytes that may be taken in; `None` for any number.

    Raises:
        ResponseDecodeError: The encoding is not one that was asked for.
    """

    __slots__ = ("_format", "_held", "_inflate", "_limit", "_members", "_plain", "_taken")

    def __init__(self, encoding: str, limit: int | None) -> None:
        name = encoding.strip().lower()
        self._plain = name in {"", "identity"}
        if not self._plain and name not in {"gzip", "x-gzip", "deflate"}:
            raise ResponseDecodeError(
                f"the answer is compressed in a way that was not asked for: {one_line(name, 40)}"
            )
        self._format = _ZLIB if name == "deflate" else _GZIP
        self._inflate: _Decompress | None = None
        self._held = b""
        self._limit = limit
        self._members = 0
        self._taken = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take a part of the body, yield what it decompresses to, in pieces of bounded size.

        Raises:
            ResponseTooLargeError: More was taken than the limit.
            ResponseDecodeError: It is not what its encoding says.
        """
        # A body can go on for ever and decompress to nothing.
        self._taken += len(data)
        if self._limit is not None and self._taken > self._limit:
            raise too_large(self._limit)
        return iter((data,)) if self._plain else self._decompressed(data)

    def _decompressed(self, data: bytes) -> Iterator[bytes]:
        more = False
        while data or more:
            inflate = self._inflate
            if inflate is None or inflate.eof:
                data, inflate = self._next_member(data)
                if inflate is None:
                    return
            try:
                piece = inflate.decompress(data, _PIECE)
            except zlib.error:
                raise ResponseDecodeError("the answer's compression is broken") from None
            data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            # What was taken in may not all have come out.
            more = len(piece) == _PIECE and not inflate.eof
            if piece:
                yield piece

    def _next_member(self, data: bytes) -> tuple[bytes, _Decompress | None]:
        """Begin with the compressed data, or with what follows its end."""
        if self._inflate is not None:
            if self._format != _GZIP:
                raise ResponseDecodeError("something follows the answer's compressed data")
            # A gzip body is any number of gzip files, and zeros may fill it up.
            data = data.lstrip(b"\0")
            if not data:
                return b"", None
        elif self._format == _ZLIB:
            data = self._held + data
            if len(data) < 2:  # noqa: PLR2004 - the header of zlib
                self._held = data
                return b"", None
            if data[0] & 0x0F != 8 or (data[0] << 8 | data[1]) % 31:  # noqa: PLR2004
                # Some servers call raw deflate data deflate.
                self._format = _RAW
        self._members += 1
        if self._members > _MEMBERS:
            raise ResponseDecodeError("the answer is compressed in too many parts")
        self._inflate = zlib.decompressobj(self._format)
        return data, self._inflate

    def finish(self) -> None:
        """Check that the compressed data came to its end.

        Raises:
            ResponseDecodeError: It did not.
        """
        if self._held and self._inflate is None:
            raise ResponseDecodeError("the answer's compression is cut short")
        if self._inflate is not None and not self._inflate.eof:
            raise ResponseDecodeError("the answer's compression is cut short")


def too_large(limit: int) -> ResponseTooLargeError:
    """Make the exception for an answer that is larger than allowed."""
    return ResponseTooLargeError(f"the answer is larger than {limit} bytes")


def within(content: bytes, limit: int) -> bytes:
    """Return a body that was read at once.

    Raises:
        ResponseTooLargeError: It is more than the limit.
    """
    if len(content) > limit:
        raise too_large(limit)
    return content


def check_declared(declared: str, limit: int) -> None:
    """Refuse an answer that says itself that it is too large.

    Args:
        declared: Its `Content-Length`.
        limit: Bytes allowed.

    Raises:
        ResponseTooLargeError: It does.
    """
    if len(declared) > len(str(limit)) or (declared.isdecimal() and int(declared) > limit):
        raise too_large(limit)


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """Read a body into memory, decompressed.

    Args:
        chunks: The body as it comes, compressed.
        encoding: Its `Content-Encoding`.
        limit: Bytes allowed in all.

    Returns:
        The body.

    Raises:
        ResponseTooLargeError: It is more than the limit.
        ResponseDecodeError: Its compression is broken.
    """
    inflater = Decompressor(encoding, limit) if encoding else None
    first = b""
    # Not a list: a body that comes byte by byte would take fifty times its size.
    rest: bytearray | None = None
    size = 0
    async for chunk in chunks:
        for piece in (chunk,) if inflater is None else inflater.feed(chunk):
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            if not first:
                first = piece
            elif rest is None:
                rest = bytearray(first)
                rest += piece
            else:
                rest += piece
    if inflater is not None:
        inflater.finish()
    return first if rest is None else bytes(rest)


MAX_RESPONSE: Final = 16 * 1024 * 1024
"""The largest answer that is read into memory, in bytes, decompressed."""
