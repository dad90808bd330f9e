"""Authentication: the tokens of addons, for the database API.

It is imported when the first one is needed.
"""

from __future__ import annotations

from typing import Any, Final

from scalingo_async._core.decoding.shapes import member
from scalingo_async._core.endpoint import Endpoint
from scalingo_async._core.session import Session
from scalingo_async.errors import ResponseDecodeError
from scalingo_async.types import Secret

TOKEN_PATH: Final = "/apps/{app}/addons/{addon_id}/token"  # noqa: S105 - it is a path

# Whatever the addon lacks besides: the database API takes the token of it.
_EXCHANGE: Final[Endpoint[Any]] = Endpoint(
    "addons.token", "POST", TOKEN_PATH, "json", exchange=True
)


async def addon_token(session: Session, app: str, addon_id: str) -> tuple[Secret, str | None]:
    """Fetch the token of an addon.

    Returns:
        The token, and the id of the app that the addon belongs to, if the platform says it.

    Raises:
        ScalingoError: The request failed.
    """
    addon = member(await session.call(_EXCHANGE, (app, addon_id)), "addon")
    token = member(addon, "token")
    if not isinstance(token, str) or not token:
        raise ResponseDecodeError("the answer to addons.token holds no token", path="$")
    of_app = member(addon, "app_id") if member(addon, "id") == addon_id else None
    return Secret(token), of_app if isinstance(of_app, str) else None
