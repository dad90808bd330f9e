"""Models: regions of the platform, and the URLs of their APIs."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "Region",
]


@attrs.define(kw_only=True)
class Region(Model):
    """A region of the platform, and the URLs of its APIs.

    The URLs don't include the `/v1` and `/api` that paths begin with.

    Attributes:
        name: Name, such as `osc-fr1`.
        display_name: Display name.
        api: URL of the regional API.
        database_api: URL of the database API.
        dashboard: URL of the dashboard.
        ssh: Address for git and SSH, as `host:port`.
        default: Whether it is the account's default region.
    """

    name: str
    display_name: str
    api: str
    database_api: str
    dashboard: str
    ssh: str
    default: bool | None = None
