"""Models: dedicated databases, their endpoints, networks and network peerings."""

from datetime import datetime
from typing import ClassVar, Literal

import attrs

from scalingo_async.models.addons import Addon
from scalingo_async.models.apps import AppSummary
from scalingo_async.models.base import Model, Waitable, masked
from scalingo_async.types import JSONValue

__all__ = [
    "DatabaseEndpoint",
    "DatabaseEndpointCredentials",
    "DatabaseNetPeering",
    "DatabaseNetworkConfiguration",
    "DedicatedDatabase",
]


@attrs.define(kw_only=True)
class DedicatedDatabase(Waitable):
    """A database on dedicated resources.

    It is also an app with one addon: `addons.list` with its name returns the addon id for the
    methods of `databases`, and `databases.get` its status.

    `wait` returns when the database is `running`, which takes 15 to 30 minutes for a new one, and
    fails if it or its addon was stopped. The object it returns has the `addon`.

    Attributes:
        id: Id, the same as that of its app.
        name: Name, the same as that of its app.
        project_id: Id of its project.
        technology: Id of its provider, such as `postgresql-ng`; missing in the response that
            creates it.
        plan: Name of its plan; missing in the response that creates it.
        app: Its app, as a summary, in some responses.
        addon: Its addon, in some responses; also `None` if the response has only a summary, which
            is then in `extra`.
        database: More details, in some responses.
    """

    _source: ClassVar[str] = "client.dedicated_databases.get"
    _is_app: ClassVar[bool] = True

    id: str
    name: str
    project_id: str | None = None
    technology: str | None = None
    plan: str | None = None
    app: AppSummary | None = attrs.field(default=None, metadata={"lenient": True})
    addon: Addon | None = attrs.field(default=None, metadata={"lenient": True})
    database: JSONValue = None


@attrs.define(kw_only=True)
class DatabaseEndpointCredentials(Model):
    """The credentials of a database's default user, for an endpoint.

    The names of the attributes are inferred from the official Go client.

    Attributes:
        username: User name.
        password: Password; a secret.
    """

    username: str
    password: str = attrs.field(repr=masked)


@attrs.define(kw_only=True)
class DatabaseEndpoint(Model):
    """A network endpoint of a database on dedicated resources.

    Attributes:
        id: Id of the endpoint.
        database_id: Id of the database.
        hostname: Host name.
        port: Port.
        type: Kind of access: `public-rw`, `private-peering-rw` or another value.
        credentials: The default user, if the endpoint has one and the call requested it.
    """

    id: str
    database_id: str | None = None
    hostname: str
    port: int
    type: Literal["public-rw", "private-peering-rw"] | str
    credentials: DatabaseEndpointCredentials | None = None


@attrs.define(kw_only=True)
class DatabaseNetPeering(Model):
    """A network peering between a database's network and one of yours at Outscale.

    Attributes:
        id: Id of the peering.
        database_id: Id of the database.
        status: State: `active`, `deleted` or another value.
        outscale_net_peering_id: Id of the peering at Outscale, such as `pcx-123456789`.
        outscale_source_net_id: Id of your network at Outscale.
        outscale_source_net_ip_range: Address range of your network, in CIDR form.
        outscale_source_account_id: Id of your account at Outscale.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: str
    database_id: str | None = None
    status: Literal["active", "deleted"] | str | None = None
    outscale_net_peering_id: str
    outscale_source_net_id: str | None = None
    outscale_source_net_ip_range: str | None = None
    outscale_source_account_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.define(kw_only=True)
class DatabaseNetworkConfiguration(Model):
    """The network of a database at Outscale.

    Attributes:
        outscale_account_id: Id of the account that owns it.
        outscale_net_id: Id of the network.
        ip_range: Its address range, in CIDR form.
    """

    outscale_account_id: str
    outscale_net_id: str
    ip_range: str
