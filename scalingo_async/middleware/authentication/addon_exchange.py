"""Authentication: the tokens of addons, for the database API.

It is imported when the first one is needed.
"""

from __future__ import annotations

from typing import Final

from scalingo_async._core.endpoint import Endpoint, model
from scalingo_async._core.session import Session
from scalingo_async.errors import ResponseDecodeError
from scalingo_async.models.addons import Addon
from scalingo_async.types import Secret

TOKEN: Final[Endpoint[Addon]] = model(
    "addons.token",
    "POST",
    "/apps/{app}/addons/{addon_id}/token",
    Addon,
    root="addon",
    exchange=True,
)


async def addon_token(session: Session, app: str, addon_id: str) -> Secret:
    """Fetch the token of an addon.

    Raises:
        ScalingoError: The request failed.
    """
    addon = await session.call(TOKEN, (app, addon_id))
    if not addon.token:
        raise ResponseDecodeError("the answer to addons.token holds no token", path="$")
    return Secret(addon.token)
