"""What an answer has to name so that a helper can go on: an id, a URL, a token.

Go writes `""` for what is not there, so `""` is absent. When what is needed is absent, the answer
is to blame: not the caller's arguments, nor a URL that is not trusted.
"""

from __future__ import annotations

from scalingo_async._core.paths import encode_segment
from scalingo_async.errors import InvalidArgumentError, ResponseDecodeError


def present(value: str | None, source: str, path: str) -> str:
    """Return a text of an answer that is needed to go on.

    Args:
        value: The text.
        source: What it stands in, for the message: `the answer to logs.get_url`.
        path: Where it stands there.

    Raises:
        ResponseDecodeError: It is absent.
    """
    if value:
        return value
    raise ResponseDecodeError(
        f"{source} does not say how to go on: {path} is empty or missing", path=path
    )


def present_id(value: str | None, source: str, path: str) -> str:
    """Return an id of an answer that is needed to go on, as part of a path.

    Raises:
        ResponseDecodeError: It is absent, or no id.
    """
    value = present(value, source, path)
    try:
        encode_segment(value, path)
    except InvalidArgumentError as error:
        problem = ResponseDecodeError(f"{source} does not say how to go on: {error}", path=path)
    else:
        return value
    raise problem
