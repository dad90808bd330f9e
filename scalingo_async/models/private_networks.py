"""Models: private networks of projects, and the domain names in them."""

import attrs

from scalingo_async.models.base import Model
from scalingo_async.models.pagination import PaginationMeta

__all__ = [
    "PrivateNetworkDomainNamesPage",
    "ProjectPrivateNetwork",
]


@attrs.define(kw_only=True)
class ProjectPrivateNetwork(Model):
    """The private network of a project.

    Attributes:
        id: Id (`pn-…`).
        subnet: Its address range, in CIDR form.
        gateway: Address of the gateway.
        max_ips_count: Number of addresses.
        used_ips_count: Number of used addresses.
        used_ips: The used addresses.
    """

    id: str
    subnet: str | None = None
    gateway: str | None = None
    max_ips_count: int | None = None
    used_ips_count: int | None = None
    used_ips: list[str] | None = None


@attrs.define(kw_only=True)
class PrivateNetworkDomainNamesPage(Model):
    """A page of host names in a private network, in the format of the platform.

    Attributes:
        data: Host names, with a trailing dot: `1.web.ap-….pn-….private-network.internal.`
        meta: Position of the page.
    """

    data: list[str]
    meta: PaginationMeta | None = None
