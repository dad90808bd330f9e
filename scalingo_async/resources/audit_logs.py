"""Audit logs: the input and output of one-off containers."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, performs
from scalingo_async.models.audit_logs import AuditLogEntry
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["AuditLogs"]

GET: Final[Endpoint[list[AuditLogEntry]]] = items(
    "audit_logs.get", "GET", "/apps/{app}/audit_logs/{audit_log_id}", AuditLogEntry
)


class AuditLogs(Resource):
    """The input and output of one-off containers."""

    __slots__ = ()

    @performs(GET)
    def get(
        self, app: str, audit_log_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[AuditLogEntry]:
        """Get the input and output of a one-off container.

        It may be large: see `audit_log_size` in the payload of the `run` event. The client refuses
        responses over 16 MiB.

        Source: API documentation, “Download an audit log”:
        https://developers.scalingo.com/audit_logs#download-an-audit-log

        Args:
            app: Id or name of the app.
            audit_log_id: Id of the audit log: `audit_log_id` in the payload of a `run` event.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or audit log.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(GET, (app, audit_log_id), options=options)
