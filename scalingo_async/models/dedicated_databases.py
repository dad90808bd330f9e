"""Models: dedicated databases, their endpoints, networks and net peerings."""

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

    It is an app with one addon as well: `addons.list` with its name gives the addon id that the
    calls of `databases` take, and `databases.get` its status.

    `wait` ends when the database is `running`, which takes 15 to 30 minutes for a new one, and
    fails when it, or its addon, was stopped. What it returns has the `addon`.

    Attributes:
        id: Id, the same as that of the app behind it.
        name: Name, the same as that of the app behind it.
        project_id: Id of its project.
        technology: Id of its provider, such as `postgresql-ng`; missing from the answer that
            creates one.
        plan: Name of its plan; missing from the answer that creates one.
        app: The app behind it, in short, in some answers.
        addon: Its addon, in some answers; `None` as well when it came in short, and then in
            `extra`.
        database: More about it, in some answers.
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
    """The default user of a database, with whom an endpoint can be used.

    The names of the attributes are inferred from the official Go client.

    Attributes:
        username: User name.
        password: Password; a secret.
    """

    username: str
    password: str = attrs.field(repr=masked)


@attrs.define(kw_only=True)
class DatabaseEndpoint(Model):
    """Where a database on dedicated resources can be reached.

    Attributes:
        id: Id of the endpoint.
        database_id: Id of the database.
        hostname: Host name.
        port: Port.
        type: Way to the network: `public-rw`, `private-peering-rw` or another word.
        credentials: The default user, where the endpoint has one and the call asked for it.
    """

    id: str
    database_id: str | None = None
    hostname: str
    port: int
    type: Literal["public-rw", "private-peering-rw"] | str
    credentials: DatabaseEndpointCredentials | None = None


@attrs.define(kw_only=True)
class DatabaseNetPeering(Model):
    """A peering between the network of a database and one of yours at Outscale.

    Attributes:
        id: Id of the peering.
        database_id: Id of the database.
        status: State: `active`, `deleted` or another word.
        outscale_net_peering_id: Id of the peering at Outscale, such as `pcx-123456789`.
        outscale_source_net_id: Id of your network at Outscale.
        outscale_source_net_ip_range: Addresses of your network, in CIDR form.
        outscale_source_account_id: Id of your account at Outscale.
        created_at: Creation.
        updated_at: Last change.
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
        outscale_account_id: Id of the account that holds it.
        outscale_net_id: Id of the network.
        ip_range: Its addresses, in CIDR form.
    """

    outscale_account_id: str
    outscale_net_id: str
    ip_range: str
