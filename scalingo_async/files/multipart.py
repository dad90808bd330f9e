"""A file as the only part of a multipart form, sent while it is read."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator
from secrets import token_hex
from typing import Final, Self

import anyio

from scalingo_async._core.arguments import string, wrong_kind
from scalingo_async._core.secrets import Hidden, conceals, reveal
from scalingo_async._core.unlisted import unlisted
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.files.uploads import FilePieces

__all__ = ["MAX_FILE", "FilePart"]

MAX_FILE: Final = 100 * 1024 * 1024
"""The largest file that the platform accepts for a one-off container, in bytes."""

_PIECE: Final = 64 * 1024
_LONGEST_NAME: Final = 255


@unlisted("_source")
class FilePart:
    """A file and the form around it; it is checked by `of`, and can be sent more than once.

    Args:
        name: Name of the file in the container.
        source: Its path, or its content.
        size: Number of bytes.
    """

    __slots__ = ("_head", "_source", "_tail", "headers", "name", "size")

    def __init__(self, name: str, source: str | bytes, size: int) -> None:
        self.name = name
        self.size = size
        self._source = source
        # Long enough that no file contains it by chance.
        mark = f"scalingo-async-{token_hex(16)}"
        # Quoted like in the official client; a checked name has nothing that can't be quoted.
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        self._head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{mark}--\r\n".encode()
        self.headers = {
            "content-type": f"multipart/form-data; boundary={mark}",
            "content-length": str(len(self._head) + size + len(self._tail)),
        }

    @classmethod
    @conceals("file")
    async def of(
        cls, file: str | os.PathLike[str] | bytes | Hidden[bytes], name: str | None = None
    ) -> Self:
        """Check that the platform can accept a file, without reading it.

        Raises:
            InvalidArgumentError: It isn't a file, is too large, or has an invalid name.
            OSError: Its status can't be read.
        """
        content, path = _content(file), ""
        if content is not None:
            if name is None:
                raise InvalidArgumentError("content needs a name: pass name= as well")
            size = len(content.reveal())
        else:
            path = _path(reveal(file))
            found = await anyio.Path(path).stat()
            if not stat.S_ISREG(found.st_mode):
                raise InvalidArgumentError(
                    f"{path} is not a file; make an archive of a directory and upload that"
                )
            name, size = os.path.basename(path) if name is None else name, found.st_size  # noqa: PTH119
        if size > MAX_FILE:
            raise InvalidArgumentError(
                f"{name} has {size} bytes; the platform takes at most {MAX_FILE} (100 MiB)"
            )
        return cls(_checked(name), path if content is None else content.reveal(), size)

    async def open(self) -> AsyncIterator[bytes]:
        """Yield the form in chunks."""
        yield self._head
        if isinstance(self._source, bytes):
            for start in range(0, self.size, _PIECE):
                yield self._source[start : start + _PIECE]
        else:
            left = self.size
            pieces = FilePieces(self._source, _PIECE)
            try:
                while left:
                    piece = (await anext(pieces, b""))[:left]
                    if not piece:
                        raise InvalidArgumentError(
                            f"{self.name} became shorter while it was being sent"
                        )
                    left -= len(piece)
                    yield piece
            finally:
                await pieces.aclose()
        yield self._tail


def _content(file: object) -> Hidden[bytes] | None:
    """Return the argument if it isn't a path, but the content of a file."""
    given = reveal(file)
    return Hidden(given) if isinstance(given, bytes) else None


def _path(file: str | os.PathLike[str] | bytes | Hidden[bytes]) -> str:
    path = os.fspath(file) if isinstance(file, str | os.PathLike) else None  # pyright: ignore[reportUnnecessaryIsInstance]
    if not isinstance(path, str) or not path or "\0" in path:
        raise wrong_kind(file, "file", "a path, or bytes with a name")
    return path


def _checked(name: object) -> str:
    """Check the name of a file: it must be valid in the container.

    Raises:
        InvalidArgumentError: It is invalid.
    """
    name = string(name, "the name of a file", called="text")
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise InvalidArgumentError("the name of a file must be valid text") from None
    if name in {"", ".", ".."} or "/" in name or length > _LONGEST_NAME or not name.isprintable():
        raise InvalidArgumentError(
            f"{name[:80]!r} is not a valid name for a file: no slash, no control character, "
            f"at most {_LONGEST_NAME} bytes"
        )
    return name
