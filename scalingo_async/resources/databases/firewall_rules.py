"""Firewall rules of a database on dedicated resources."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.names import id_or_name
from scalingo_async.models.databases.firewall_rules import DatabaseFirewallRule
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.resources.databases.firewall_managed_ranges import MANAGED_RANGE
from scalingo_async.types import UNSET, RequestOptions, Unset

__all__ = ["DatabasesFirewallRules"]

LIST: Final[Endpoint[list[DatabaseFirewallRule]]] = items(
    "databases.firewall_rules.list",
    "GET",
    "/databases/{addon_id}/firewall_rules",
    DatabaseFirewallRule,
    root="rules",
    **DATABASE_API,
)
# The official Go client sends the fields without a root key here; the JavaScript client, which uses
# another host, sends one.
CREATE: Final[Endpoint[DatabaseFirewallRule]] = model(
    "databases.firewall_rules.create",
    "POST",
    "/databases/{addon_id}/firewall_rules",
    DatabaseFirewallRule,
    root="rule",
    **DATABASE_API,
)
UPDATE: Final[Endpoint[DatabaseFirewallRule]] = model(
    "databases.firewall_rules.update",
    "PATCH",
    "/databases/{addon_id}/firewall_rules/{rule_id}",
    DatabaseFirewallRule,
    root="rule",
    **DATABASE_API,
    wrap="firewall_rule",
)
DELETE: Final[Endpoint[None]] = nothing(
    "databases.firewall_rules.delete",
    "DELETE",
    "/databases/{addon_id}/firewall_rules/{rule_id}",
    **DATABASE_API,
)


class DatabasesFirewallRules(Resource):
    """Firewall rules of a database on dedicated resources."""

    __slots__ = ()

    @performs(LIST)
    def list(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[DatabaseFirewallRule]:
        """List the firewall rules of a database.

        Source: not documented; known to the official Go, JavaScript and command line clients.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (addon_id,), subject=(app, addon_id), options=options)

    @performs(CREATE)
    async def create(
        self,
        app: str,
        addon_id: str,
        *,
        type: str,
        cidr: str | Unset = UNSET,
        label: str | Unset = UNSET,
        managed_range: str | Unset = UNSET,
        range_id: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFirewallRule:
        """Allow addresses to connect to a database.

        Pass exactly one of `cidr`, `managed_range` and `range_id`. It takes effect after about two
        minutes; the limit is 30 rules per database. It takes one request, or two with the name of a
        managed range.

        Source: not documented; known to the official Go, JavaScript and command line clients.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            type: Kind: `custom_range` or `managed_range`.
            cidr: Addresses in CIDR form, such as `203.0.113.0/24`, for `custom_range`.
            label: Free text, for `custom_range`.
            managed_range: Name of one of the `firewall_managed_ranges`, for `managed_range`.
            range_id: Its id, instead of the name.
            **options: Options of the call.

        Returns:
            The new rule.

        Raises:
            InvalidArgumentError: An argument is invalid, or both a name and an id were given for
                the same range; nothing was sent.
            NotFoundError: There is no such app, addon or managed range; the message lists the
                managed ranges that exist.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        range_ = id_or_name(
            MANAGED_RANGE, "managed_range", managed_range, range_id, subject=(app, addon_id)
        )
        return await self._call(
            CREATE,
            (addon_id,),
            body={"type": type, "cidr": cidr, "label": label, "range_id": range_},
            subject=(app, addon_id),
            options=options,
        )

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        addon_id: str,
        rule_id: str,
        *,
        label: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseFirewallRule:
        """Change the label of a firewall rule.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            rule_id: Id of the rule.
            label: Free text.
            **options: Options of the call.

        Returns:
            The rule.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (addon_id, rule_id),
            body={"label": label},
            subject=(app, addon_id),
            options=options,
        )

    @performs(DELETE)
    async def delete(
        self, app: str, addon_id: str, rule_id: str, **options: Unpack[RequestOptions]
    ) -> None:
        """Remove a firewall rule.

        Source: not documented; known to the official Go, JavaScript and command line clients.

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            rule_id: Id of the rule.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(
            DELETE, (addon_id, rule_id), subject=(app, addon_id), options=options
        )
