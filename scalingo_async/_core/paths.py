"""Paths of URLs, with one function that encodes every id and name."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from scalingo_async._core.arguments import refuse_masked, shown, string
from scalingo_async.errors import InvalidArgumentError

_PLAIN: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", re.ASCII).fullmatch
_FORBIDDEN: Final = re.compile(r"[/\\?#%\x00-\x1f\x7f]").search


def encode_segment(value: object, name: str) -> str:
    """Encode one value as one path segment.

    Args:
        value: The id or name.
        name: What it is, for the message.

    Returns:
        The percent-encoded segment.

    Raises:
        InvalidArgumentError: It is not a `str`, is the mask of a secret, or could change which URL
            is meant.
    """
    value = string(value, name)
    if _PLAIN(value):
        return value
    refuse_masked(value, name)
    if not value or value.isspace():
        raise InvalidArgumentError(f"{name} is empty; give an id or a name")
    if value in {".", ".."}:
        raise InvalidArgumentError(f"{name} can't be {value!r}: it would name another URL")
    bad = _FORBIDDEN(value)
    if bad:
        raise InvalidArgumentError(
            f"{name} can't contain {bad.group()!r} (at position {bad.start()})"
        )
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise InvalidArgumentError(
            f"{name} contains a lone surrogate, which is not valid text"
        ) from None


class PathTemplate:
    """A path such as `/apps/{app}/addons/{addon_id}`, taken apart once.

    Args:
        template: The path, with the names of its values in braces.
    """

    __slots__ = ("_first", "_rest", "names", "template")

    def __init__(self, template: str) -> None:
        pieces = re.split(r"\{([^}]+)\}", template)
        self.template = template
        self.names = tuple(pieces[1::2])
        self._first = pieces[0]
        self._rest = tuple(zip(self.names, pieces[2::2], strict=True))

    def expand(self, values: tuple[object, ...]) -> str:
        """Put encoded values in the place of the names.

        Raises:
            InvalidArgumentError: A value can't be part of a path.
        """
        out = self._first
        for (name, literal), value in zip(self._rest, values, strict=True):
            out += encode_segment(value, name) + literal
        return out

    def __repr__(self) -> str:
        return f"PathTemplate({self.template!r})"


# Not compiled before a caller writes a path by hand.
_WHOLE_PATH: Final = r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+/?|/"
_DOT_SEGMENT: Final = r"/(?:\.|%2[eE]){1,2}(?:/|$)"
_BAD_PERCENT: Final = r"%(?![0-9A-Fa-f]{2})"


def check_path(path: object, prefix: str | None = None) -> str:
    """Check a path that a caller wrote by hand.

    Args:
        path: The path.
        prefix: What the client puts in front of the path by itself, such as `/v1`.

    Raises:
        InvalidArgumentError: It can't be sent as it is.
    """
    path = string(path, "path")
    refuse_masked(unquote(path), "path")
    if not path.startswith("/"):
        raise InvalidArgumentError("path must begin with a slash, such as /apps")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        rest = path.removeprefix(prefix) or "/"
        raise InvalidArgumentError(
            f"path is what comes behind {prefix}, which the client puts in front: "
            f"write {shown(rest)}"
        )
    if re.search(_DOT_SEGMENT, path):
        raise InvalidArgumentError("path has dot segments: it would name another URL")
    if not re.fullmatch(_WHOLE_PATH, path) or re.search(_BAD_PERCENT, path):
        raise InvalidArgumentError(
            "path holds characters that must be percent-encoded, an empty segment or a query "
            "(give query= instead)"
        )
    return path


def check_method(method: object) -> str:
    """Check an HTTP verb.

    Raises:
        InvalidArgumentError: It is not one that makes sense here.
    """
    if not isinstance(method, str) or method.upper() not in _VERBS:
        raise InvalidArgumentError(f"method must be one of {', '.join(sorted(_VERBS))}")
    return method.upper()


_VERBS: Final = frozenset({"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"})
