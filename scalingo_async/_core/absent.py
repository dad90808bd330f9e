"""Required values of responses, without which a helper can't continue: an id, a URL, a token.

Go writes `""` for a missing value, so `""` counts as absent. If a required value is absent, the
error blames the response, not the caller's arguments or an untrusted URL.
"""

from __future__ import annotations

from scalingo_async._core.paths import encode_segment
from scalingo_async.errors import InvalidArgumentError, ResponseDecodeError


def present(value: str | None, source: str, path: str) -> str:
    """Return a required string of a response.

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
    """Return a required id of a response, for a path.

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
