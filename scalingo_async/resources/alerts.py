"""Alerts on metrics of an app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Unpack

from scalingo_async._core.durations import go_text, nanoseconds
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.names import ids_or_names
from scalingo_async.models.alerts import Alert
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.resources.notifiers import NOTIFIER
from scalingo_async.types import UNSET, RequestOptions, Unset

__all__ = ["Alerts"]

LIST: Final[Endpoint[list[Alert]]] = items(
    "alerts.list", "GET", "/apps/{app}/alerts", Alert, root="alerts"
)
CREATE: Final[Endpoint[Alert]] = model(
    "alerts.create", "POST", "/apps/{app}/alerts", Alert, root="alert", wrap="alert"
)
GET: Final[Endpoint[Alert]] = model(
    "alerts.get", "GET", "/apps/{app}/alerts/{alert_id}", Alert, root="alert"
)
UPDATE: Final[Endpoint[Alert]] = model(
    "alerts.update", "PATCH", "/apps/{app}/alerts/{alert_id}", Alert, root="alert", wrap="alert"
)
DELETE: Final[Endpoint[None]] = nothing("alerts.delete", "DELETE", "/apps/{app}/alerts/{alert_id}")


class Alerts(Resource):
    """Alerts: notifications when a metric of an app passes a limit."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Alert]:
        """List the alerts of an app.

        Source: API documentation, “List Alerts of an App”:
        https://developers.scalingo.com/alerts#list-alerts-of-an-app

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (app,), options=options)

    @performs(CREATE)
    async def create(
        self,
        app: str,
        *,
        container_type: str,
        metric: str,
        limit: float,
        disabled: bool | Unset = UNSET,
        send_when_below: bool | Unset = UNSET,
        duration_before_trigger: int | timedelta | Unset = UNSET,
        remind_every: str | timedelta | Unset = UNSET,
        notifier_names: Sequence[str] | Unset = UNSET,
        notifiers: Sequence[str] | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Alert:
        """Create an alert on a metric of an app: one request, or two with the names of notifiers.

        Source: API documentation, “Create a New Alert”:
        https://developers.scalingo.com/alerts#create-a-new-alert

        Args:
            app: Id or name of the app.
            container_type: Container type to watch, such as `web`.
            metric: Id of the metric to watch, one of `metrics.list`.
            limit: Value that triggers it; a fraction for `cpu`, `memory` and `swap`: 0.8 is 80 %.
            disabled: Create it disabled.
            send_when_below: Trigger below the limit instead of above it.
            duration_before_trigger: How long the value must stay past the limit: a duration, or
                nanoseconds.
            remind_every: Interval between reminders: a duration, or a string such as `5m30s`.
            notifier_names: Names of the notifiers that send it.
            notifiers: Their ids, instead of the names.
            **options: Options of the call.

        Returns:
            The new alert.

        Raises:
            InvalidArgumentError: An argument is invalid, or both names and ids were given for the
                same objects; nothing was sent.
            NotFoundError: There is no such app or notifier; the message lists the notifiers that
                exist.
            AmbiguousMatchError: Several notifiers have the same name.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._call(
            CREATE,
            (app,),
            body={
                "container_type": container_type,
                "metric": metric,
                "limit": limit,
                "disabled": disabled,
                "send_when_below": send_when_below,
                "duration_before_trigger": nanoseconds(
                    duration_before_trigger, "duration_before_trigger"
                ),
                "remind_every": go_text(remind_every, "remind_every"),
                "notifiers": ids_or_names(
                    NOTIFIER, "notifier_names", notifier_names, notifiers, ids=(app,)
                ),
            },
            options=options,
        )

    @performs(GET)
    async def get(self, app: str, alert_id: str, **options: Unpack[RequestOptions]) -> Alert:
        """Get one alert.

        Source: API documentation, “Get an Alert”:
        https://developers.scalingo.com/alerts#get-an-alert

        Args:
            app: Id or name of the app.
            alert_id: Id of the alert (`al-…`).
            **options: Options of the call.

        Returns:
            The alert.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or alert.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (app, alert_id), options=options)

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        alert_id: str,
        *,
        container_type: str | Unset | None = UNSET,
        metric: str | Unset | None = UNSET,
        limit: float | Unset | None = UNSET,
        disabled: bool | Unset | None = UNSET,
        send_when_below: bool | Unset | None = UNSET,
        duration_before_trigger: int | timedelta | Unset | None = UNSET,
        remind_every: str | int | timedelta | Unset | None = UNSET,
        notifier_names: Sequence[str] | Unset = UNSET,
        notifiers: Sequence[str] | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Alert:
        """Change an alert: one request, or two with the names of notifiers.

        Source: API documentation, “Update an Alert”:
        https://developers.scalingo.com/alerts#update-an-alert

        Args:
            app: Id or name of the app.
            alert_id: Id of the alert (`al-…`).
            container_type: Container type to watch, such as `web`.
            metric: Id of the metric to watch, one of `metrics.list`.
            limit: Value that triggers it; a fraction for `cpu`, `memory` and `swap`: 0.8 is 80 %.
            disabled: Disable or enable it.
            send_when_below: Trigger below the limit instead of above it.
            duration_before_trigger: How long the value must stay past the limit: a duration, or
                nanoseconds.
            remind_every: Interval between reminders: a duration, a string such as `5m30s`, or
                nanoseconds; official clients send one of the last two.
            notifier_names: Names of the notifiers that send it.
            notifiers: Their ids, instead of the names.
            **options: Options of the call.

        Returns:
            The alert.

        Raises:
            InvalidArgumentError: An argument is invalid, or both names and ids were given for the
                same objects; nothing was sent.
            NotFoundError: There is no such app, alert or notifier; the message lists the notifiers
                that exist.
            AmbiguousMatchError: Several notifiers have the same name.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._call(
            UPDATE,
            (app, alert_id),
            body={
                "container_type": container_type,
                "metric": metric,
                "limit": limit,
                "disabled": disabled,
                "send_when_below": send_when_below,
                "duration_before_trigger": nanoseconds(
                    duration_before_trigger, "duration_before_trigger"
                ),
                "remind_every": go_text(remind_every, "remind_every"),
                "notifiers": ids_or_names(
                    NOTIFIER, "notifier_names", notifier_names, notifiers, ids=(app,)
                ),
            },
            options=options,
        )

    @performs(DELETE)
    async def delete(self, app: str, alert_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete an alert.

        Source: API documentation, “Delete an Alert”:
        https://developers.scalingo.com/alerts#delete-an-alert

        Args:
            app: Id or name of the app.
            alert_id: Id of the alert (`al-…`).
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or alert.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app, alert_id), options=options)
