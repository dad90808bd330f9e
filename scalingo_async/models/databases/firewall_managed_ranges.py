"""Models: IP ranges that Scalingo maintains for firewall rules of databases."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "DatabaseFirewallManagedRange",
]


@attrs.define(kw_only=True)
class DatabaseFirewallManagedRange(Model):
    """A range of addresses that Scalingo maintains, for firewall rules.

    Attributes:
        id: Id, such as `mr-scalingo-osc-fr1`.
        name: Display name.
    """

    id: str
    name: str
