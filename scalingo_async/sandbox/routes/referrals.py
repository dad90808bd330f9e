"""`referrals.stats`."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import User

if TYPE_CHECKING:
    from scalingo_async.sandbox.json_types import Json

__all__ = ["referral_url", "routes"]

routes = Routes()


def referral_url(user: User) -> str:
    """Return the referral link of a user."""
    return f"https://sclng.io/r/{user.id[-12:]}"


@routes("referrals.stats", "GET", "/account/referrals/stats")
def stats(call: Call) -> Response:
    """Show how often the referral link was used: never, since nobody follows it."""
    view: Json = {"clicks": 0, "signups": 0, "amount_earned": 0.0, "url": referral_url(call.user)}
    return json_response({"referral_stats": view})
