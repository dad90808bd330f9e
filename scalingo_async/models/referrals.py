"""Models: statistics of the account's referrals."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "ReferralStats",
]


@attrs.define(kw_only=True)
class ReferralStats(Model):
    """The statistics of the account's referral link.

    Attributes:
        clicks: How many people followed the link.
        signups: How many of them signed up.
        amount_earned: Credit earned, in euros.
        url: The link.
    """

    clicks: int
    signups: int
    amount_earned: float
    url: str
