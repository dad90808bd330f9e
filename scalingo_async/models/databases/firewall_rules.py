"""Models: firewall rules of databases."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "DatabaseFirewallRule",
]


@attrs.define(kw_only=True)
class DatabaseFirewallRule(Model):
    """A rule that allows addresses to connect to a database.

    Attributes:
        id: Id of the rule.
        type: Kind: `custom_range`, `managed_range` or another value.
        cidr: Addresses in CIDR form, for `custom_range`.
        range_id: Id of the range, for `managed_range`.
        label: Free text.
        database_id: Internal id of the database.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: str
    type: Literal["custom_range", "managed_range"] | str
    cidr: str | None = None
    range_id: str | None = None
    label: str | None = None
    database_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
