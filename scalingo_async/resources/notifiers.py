"""Notifiers of an app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.secrets import conceals
from scalingo_async.models.notifiers import Notifier
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

__all__ = ["Notifiers"]


class NotifierSettings(TypedDict, total=False):
    """The settings of a notifier, which depend on its platform.

    Attributes:
        webhook_url: URL to send to, for `slack`, `webhook` and `rocket_chat`; a secret.
        user_ids: Ids of the users to write to, for `email`: the owner and collaborators.
        emails: Further e-mail addresses to write to, for `email`.
        phone_number: Telephone number to write to, for a platform that is gone as it seems.
    """

    webhook_url: str | Secret
    user_ids: Sequence[str]
    emails: Sequence[str]
    phone_number: str


def _checked(settings: NotifierSettings | Unset) -> NotifierSettings | Unset:
    """Return the settings with a URL that is text."""
    if settings is UNSET or "webhook_url" not in settings:
        return settings
    return {**settings, "webhook_url": Secret(settings["webhook_url"])}


LIST: Final[Endpoint[list[Notifier]]] = items(
    "notifiers.list", "GET", "/apps/{app}/notifiers", Notifier, root="notifiers"
)
CREATE: Final[Endpoint[Notifier]] = model(
    "notifiers.create", "POST", "/apps/{app}/notifiers", Notifier, root="notifier", wrap="notifier"
)
GET: Final[Endpoint[Notifier]] = model(
    "notifiers.get", "GET", "/apps/{app}/notifiers/{notifier_id}", Notifier, root="notifier"
)
UPDATE: Final[Endpoint[Notifier]] = model(
    "notifiers.update",
    "PATCH",
    "/apps/{app}/notifiers/{notifier_id}",
    Notifier,
    root="notifier",
    wrap="notifier",
)
TEST: Final[Endpoint[None]] = nothing(
    "notifiers.test", "POST", "/apps/{app}/notifiers/{notifier_id}/test"
)
DELETE: Final[Endpoint[None]] = nothing(
    "notifiers.delete", "DELETE", "/apps/{app}/notifiers/{notifier_id}"
)


class Notifiers(Resource):
    """Rules that send the events of an app somewhere."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Notifier]:
        """List the notifiers of an app.

        Each app has one for e-mail from the start.

        Source: API documentation, page `notifiers`, “List Application Notifiers”.

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: A request failed.
        """
        return self._list(LIST, (app,), options=options)

    @performs(CREATE)
    @conceals("type_data")
    async def create(
        self,
        app: str,
        *,
        platform_id: str,
        name: str,
        active: bool = True,
        send_all_alerts: bool | Unset = UNSET,
        send_all_events: bool | Unset = UNSET,
        selected_event_ids: Sequence[str] | Unset = UNSET,
        selected_events: Sequence[str] | Unset = UNSET,
        type_data: NotifierSettings | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Notifier:
        """Add a notifier to an app.

        Source: API documentation, page `notifiers`, “Add a Notifier”.

        Args:
            app: Id or name of the app.
            platform_id: Id of the platform, one of `notification_platforms.list`.
            name: Name for people.
            active: Whether it sends anything; the platform wants to be told.
            send_all_alerts: Send all alerts.
            send_all_events: Send all events.
            selected_event_ids: Ids of the event types to send, from `events.types.list`.
            selected_events: Names of the event types to send; deprecated, use `selected_event_ids`.
            type_data: Settings, which depend on the platform.
            **options: Options of the call.

        Returns:
            The new notifier.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no such platform.
            ScalingoError: The call failed.
        """
        return await self._session.call(
            CREATE,
            (app,),
            body={
                "platform_id": platform_id,
                "name": name,
                "active": active,
                "send_all_alerts": send_all_alerts,
                "send_all_events": send_all_events,
                "selected_event_ids": selected_event_ids,
                "selected_events": selected_events,
                "type_data": _checked(type_data),
            },
            options=options,
        )

    @performs(GET)
    async def get(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> Notifier:
        """Get one notifier.

        Source: API documentation, page `notifiers`, “Show a Notifier”.

        Args:
            app: Id or name of the app.
            notifier_id: Id of the notifier (`no-…`).
            **options: Options of the call.

        Returns:
            The notifier.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        return await self._session.call(GET, (app, notifier_id), options=options)

    @performs(UPDATE)
    @conceals("type_data")
    async def update(
        self,
        app: str,
        notifier_id: str,
        *,
        name: str | Unset | None = UNSET,
        active: bool | Unset | None = UNSET,
        send_all_alerts: bool | Unset | None = UNSET,
        send_all_events: bool | Unset | None = UNSET,
        selected_event_ids: Sequence[str] | Unset | None = UNSET,
        selected_events: Sequence[str] | Unset | None = UNSET,
        type_data: NotifierSettings | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Notifier:
        """Change a notifier; its platform can't change.

        Source: API documentation, page `notifiers`, “Update a Notifier”.

        Args:
            app: Id or name of the app.
            notifier_id: Id of the notifier (`no-…`).
            name: Name for people.
            active: Whether it sends anything.
            send_all_alerts: Send all alerts.
            send_all_events: Send all events.
            selected_event_ids: Ids of the event types to send, from `events.types.list`.
            selected_events: Names of the event types to send; deprecated, use `selected_event_ids`.
            type_data: Settings, which depend on the platform.
            **options: Options of the call.

        Returns:
            The notifier.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        return await self._session.call(
            UPDATE,
            (app, notifier_id),
            body={
                "name": name,
                "active": active,
                "send_all_alerts": send_all_alerts,
                "send_all_events": send_all_events,
                "selected_event_ids": selected_event_ids,
                "selected_events": selected_events,
                "type_data": _checked(type_data),
            },
            options=options,
        )

    @performs(TEST)
    async def test(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> None:
        """Let a notifier send a test message.

        Source: API documentation, page `notifiers`, “Test a Notifier”.

        Args:
            app: Id or name of the app.
            notifier_id: Id of the notifier (`no-…`).
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        await self._session.call(TEST, (app, notifier_id), options=options)

    @performs(DELETE)
    async def delete(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a notifier.

        Source: API documentation, page `notifiers`, “Remove a Notifier”.

        Args:
            app: Id or name of the app.
            notifier_id: Id of the notifier (`no-…`).
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            ScalingoError: The call failed.
        """
        await self._session.call(DELETE, (app, notifier_id), options=options)
