"""Databases on dedicated resources, and their networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypedDict, Unpack

from scalingo_async._core.decoding.shapes import member
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.names import id_or_name
from scalingo_async._core.resource_property import resource_property
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.addons import Addon
from scalingo_async.models.base import Waiter, bound
from scalingo_async.models.dedicated_databases import (
    DatabaseEndpoint,
    DatabaseNetPeering,
    DatabaseNetworkConfiguration,
    DedicatedDatabase,
)
from scalingo_async.pagination import Paginator
from scalingo_async.resources.addons import Addons, watch
from scalingo_async.resources.base import Resource
from scalingo_async.resources.organizations import ORGANIZATION
from scalingo_async.resources.projects import PROJECT
from scalingo_async.types import UNSET, AppRef, RequestOptions, Unset
from scalingo_async.waiting import waiters

__all__ = ["DedicatedDatabases"]


class PostProvisioning(TypedDict, total=False):
    """Settings applied when a new database runs.

    Attributes:
        regional_network_access: Open the firewall to the apps of the region.
        app_ids: Ids of the apps that get the variable with its URL.
    """

    regional_network_access: bool
    app_ids: Sequence[str]


def _flat(data: Any) -> Any:
    """Some responses are `[{"database": …, "app": …, "addon": …}]`: only the database is needed."""
    listed = data if data.__class__ is list else member(data, "databases")
    return data if listed.__class__ is not list else {"databases": [*map(_flat_item, listed)]}


def _flat_item(item: Any) -> Any:
    inner = member(item, "database")
    if inner.__class__ is not dict or "id" in item:
        return item
    return {**inner, **{key: value for key, value in item.items() if key != "database"}}


def _of_app(data: Any) -> Any:
    """A new database may still be empty: its id, name and project are those of its app."""
    database, app = member(data, "database"), member(data, "app")
    if app.__class__ is not dict or member(database, "id"):
        return data
    known: Any = {"project_id": member(member(app, "project"), "id")}
    known.update(database or {})
    known.update({key: app[key] for key in ("id", "name") if key in app})
    return {**data, "database": known}


LIST: Final[Endpoint[list[DedicatedDatabase]]] = items(
    "dedicated_databases.list",
    "GET",
    "/databases",
    DedicatedDatabase,
    root="databases",
    reshape=_flat,
)
CREATE: Final[Endpoint[DedicatedDatabase]] = model(
    "dedicated_databases.create",
    "POST",
    "/databases",
    DedicatedDatabase,
    root="database",
    wrap="database",
    siblings=(("app", "app"), ("addon", "addon")),
    reshape=_of_app,
)
GET: Final[Endpoint[DedicatedDatabase]] = model(
    "dedicated_databases.get",
    "GET",
    "/databases/{database}",
    DedicatedDatabase,
    root="database",
    siblings=(("app", "app"), ("addon", "addon")),
)
NETWORK_CONFIGURATION: Final[Endpoint[DatabaseNetworkConfiguration]] = model(
    "dedicated_databases.network_configuration",
    "GET",
    "/databases/{database}/network_configuration",
    DatabaseNetworkConfiguration,
    root="network_configuration",
)
ENDPOINTS_LIST: Final[Endpoint[list[DatabaseEndpoint]]] = items(
    "dedicated_databases.endpoints.list",
    "GET",
    "/databases/{database}/endpoints",
    DatabaseEndpoint,
    root="endpoints",
)
NET_PEERINGS_LIST: Final[Endpoint[list[DatabaseNetPeering]]] = items(
    "dedicated_databases.net_peerings.list",
    "GET",
    "/databases/{database}/net_peerings",
    DatabaseNetPeering,
    root="net_peerings",
)
NET_PEERINGS_CREATE: Final[Endpoint[DatabaseNetPeering]] = model(
    "dedicated_databases.net_peerings.create",
    "POST",
    "/databases/{database}/net_peerings",
    DatabaseNetPeering,
    root="net_peering",
)
NET_PEERINGS_GET: Final[Endpoint[DatabaseNetPeering]] = model(
    "dedicated_databases.net_peerings.get",
    "GET",
    "/databases/{database}/net_peerings/{net_peering_id}",
    DatabaseNetPeering,
    root="net_peering",
)
NET_PEERINGS_DELETE: Final[Endpoint[None]] = nothing(
    "dedicated_databases.net_peerings.delete",
    "DELETE",
    "/databases/{database}/net_peerings/{net_peering_id}",
)


class DedicatedDatabasesEndpoints(Resource):
    """Endpoints of databases on dedicated resources."""

    __slots__ = ()

    @performs(ENDPOINTS_LIST)
    def list(
        self,
        database: str,
        *,
        include_default_credentials: bool | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DatabaseEndpoint]:
        """List the endpoints of a database.

        Source: not documented; known to the official Go, Terraform and command line clients.

        Args:
            database: Id or name of the database.
            include_default_credentials: If true, endpoints include the `credentials` of the default
                user, if they have any; these are secrets.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such database.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        query = {"include_default_credentials": include_default_credentials}
        return self._list(ENDPOINTS_LIST, (database,), query=query, options=options)


class DedicatedDatabasesNetPeerings(Resource):
    """Network peerings between a database's network and others at Outscale."""

    __slots__ = ()

    @performs(NET_PEERINGS_LIST)
    def list(
        self, database: str, **options: Unpack[RequestOptions]
    ) -> Paginator[DatabaseNetPeering]:
        """List the peerings of a database's network.

        Source: not documented; known to the official Go and command line clients.

        Args:
            database: Id or name of the database.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such database.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(NET_PEERINGS_LIST, (database,), options=options)

    @performs(NET_PEERINGS_CREATE)
    async def create(
        self, database: str, *, outscale_net_peering_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseNetPeering:
        """Accept a peering with the network of a database.

        It takes effect after a while.

        Source: not documented; known to the official Go and command line clients.

        Args:
            database: Id or name of the database.
            outscale_net_peering_id: Id of the peering at Outscale, such as `pcx-123456789`.
            **options: Options of the call.

        Returns:
            The new peering.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such database.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            NET_PEERINGS_CREATE,
            (database,),
            body={"outscale_net_peering_id": outscale_net_peering_id},
            options=options,
        )

    @performs(NET_PEERINGS_GET)
    async def get(
        self, database: str, net_peering_id: str, **options: Unpack[RequestOptions]
    ) -> DatabaseNetPeering:
        """Get one peering of a database's network.

        Source: not documented; known to the official Go client.

        Args:
            database: Id or name of the database.
            net_peering_id: Id of the peering.
            **options: Options of the call.

        Returns:
            The peering.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such database or peering.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            NET_PEERINGS_GET, (database, net_peering_id), options=options
        )

    @performs(NET_PEERINGS_DELETE)
    async def delete(
        self, database: str, net_peering_id: str, **options: Unpack[RequestOptions]
    ) -> None:
        """Remove a peering of a database's network.

        It takes effect after a while.

        Source: not documented; known to the official Go and command line clients.

        Args:
            database: Id or name of the database.
            net_peering_id: Id of the peering.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such database or peering.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(NET_PEERINGS_DELETE, (database, net_peering_id), options=options)


class DedicatedDatabases(Resource):
    """Databases on dedicated resources."""

    __slots__ = ()

    @resource_property
    def endpoints(self) -> DedicatedDatabasesEndpoints:
        """Endpoints of a database."""
        return DedicatedDatabasesEndpoints(self._session)

    @resource_property
    def net_peerings(self) -> DedicatedDatabasesNetPeerings:
        """Peerings of a database's network."""
        return DedicatedDatabasesNetPeerings(self._session)

    @performs(LIST)
    def list(
        self,
        *,
        dashboard: bool | None = None,
        organization: str | None = None,
        organization_id: str | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[DedicatedDatabase]:
        """List the databases on dedicated resources that the account owns or collaborates on.

        Source: API documentation, “List Your Dedicated Resource Databases”:
        https://developers.scalingo.com/databases_dr#list-your-dedicated-resource-databases

        Args:
            dashboard: Get the items in the format for the dashboard; the results have the same
                type.
            organization: Only databases of the organization with this name; it takes one more
                request.
            organization_id: Only databases of this organization; only known to the official
                JavaScript client.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such organization; the message lists the organizations that
                exist.
            AmbiguousMatchError: Several organizations have the name.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        query = {
            "dashboard": dashboard,
            "organization_id": id_or_name(
                ORGANIZATION, "organization", organization, organization_id, unset=None
            ),
        }
        return self._list(LIST, (), query=query, options=options, waiter=self._waiter())

    @performs(CREATE)
    async def create(
        self,
        *,
        name: str,
        technology: str,
        plan: str,
        project: str | Unset = UNSET,
        project_id: str | Unset = UNSET,
        hds_resource: bool | Unset = UNSET,
        ip_range: str | Unset = UNSET,
        post_provisioning_configuration: PostProvisioning | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DedicatedDatabase:
        """Create a database on dedicated resources.

        It takes 15 to 30 minutes: `wait` on the result waits until it runs. To rename, move or
        delete it, use `apps` with its name; to change its plan, `addons.update`.

        It takes one request, or two with the name of a project.

        Source: API documentation, “Create a Database as a Dedicated Resource”:
        https://developers.scalingo.com/databases_dr#create-a-database-as-a-dedicated-resource

        Args:
            name: Name: 6 to 48 lowercase letters, digits and hyphens.
            technology: Id of the provider; the platform only accepts `postgresql-ng`.
            plan: Name or id of the plan, such as `postgresql-dr-starter-4096`.
            project: Name of a project that the account owns; by default, its default project.
            project_id: Its id (`pr-…`), instead of the name.
            hds_resource: Create a database that may store health data (HDS).
            ip_range: Address range of its network in CIDR form, at least a `/25`.
            post_provisioning_configuration: Settings applied when it runs.
            **options: Options of the call.

        Returns:
            The new database.

        Raises:
            InvalidArgumentError: An argument is invalid, or both a name and an id were given for
                the same object; nothing was sent.
            NotFoundError: There is no such project; the message lists the projects that exist.
            AmbiguousMatchError: Several projects have the name.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        if post_provisioning_configuration is not UNSET:
            self._check_region(post_provisioning_configuration.get("app_ids", ()))
        made = await self._call(
            CREATE,
            (),
            body={
                "name": name,
                "technology": technology,
                "plan": plan,
                "project_id": id_or_name(PROJECT, "project", project, project_id),
                "hds_resource": hds_resource,
                "ip_range": ip_range,
                "post_provisioning_configuration": post_provisioning_configuration,
            },
            options=options,
        )
        return bound(made, self._waiter())

    def _check_region(self, apps: Sequence[str]) -> None:
        own = self._session.region
        for at, app in enumerate(apps):
            if isinstance(app, AppRef) and app.region not in {None, own}:
                raise InvalidArgumentError(
                    f"app_ids[{at}] is in {app.region}, but the database is created in {own}: "
                    f"use client.region({app.region!r}).dedicated_databases.create"
                )

    @performs(GET)
    async def get(self, database: str, **options: Unpack[RequestOptions]) -> DedicatedDatabase:
        """Get one database on dedicated resources.

        Source: API documentation, “Get a Dedicated Resource Database”:
        https://developers.scalingo.com/databases_dr#get-a-dedicated-resource-database

        Args:
            database: Id or name of the database.
            **options: Options of the call.

        Returns:
            The database.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such database.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        found = await self._session.call(GET, (database,), options=options)
        if found.addon is not None:
            bound(found.addon, watch(self._session, database))
        return bound(found, self._waiter())

    @performs(NETWORK_CONFIGURATION)
    async def network_configuration(
        self, database: str, **options: Unpack[RequestOptions]
    ) -> DatabaseNetworkConfiguration:
        """Get the network of a database at Outscale.

        Source: not documented; known to the official Go and command line clients.

        Args:
            database: Id or name of the database.
            **options: Options of the call.

        Returns:
            The network.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such database.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(NETWORK_CONFIGURATION, (database,), options=options)

    def _waiter(self) -> Waiter:
        from scalingo_async.resources.databases.databases import DatabaseCalls

        addons = Addons(self._session)

        async def addon_of(database: str) -> Addon | None:
            return next(iter(await addons.list(database)), None)

        return waiters.dedicated_database(self.get, addon_of, DatabaseCalls(self._session).get)
