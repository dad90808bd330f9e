"""Referrals of the account."""

from __future__ import annotations

import re
from typing import Any, Final, Unpack

from scalingo_async._core.decoding.shapes import member
from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async.models.referrals import ReferralStats
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Referrals"]

_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII).fullmatch


def _counted(data: Any) -> Any:
    """The documentation shows the number of clicks as a string."""
    stats = member(data, "referral_stats")
    clicks = member(stats, "clicks")
    if clicks.__class__ is not str or not _NUMBER(clicks):
        return data
    return {"referral_stats": {**stats, "clicks": int(clicks)}}


STATS: Final[Endpoint[ReferralStats]] = model(
    "referrals.stats",
    "GET",
    "/account/referrals/stats",
    ReferralStats,
    root="referral_stats",
    reshape=_counted,
)


class Referrals(Resource):
    """Statistics of the account's referral link."""

    __slots__ = ()

    @performs(STATS)
    async def stats(self, **options: Unpack[RequestOptions]) -> ReferralStats:
        """Get the statistics of the account's referral link.

        Source: API documentation, “Display Your Referral Statistics”:
        https://developers.scalingo.com/referral#display-your-referral-statistics

        Args:
            **options: Options of the call.

        Returns:
            The statistics.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(STATS, (), options=options)
