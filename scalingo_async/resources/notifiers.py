"""Notifiers of an app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.names import Kind, id_or_name, ids_or_names, needed
from scalingo_async._core.secrets import conceals
from scalingo_async.models.notifiers import Notifier
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.resources.events import EVENT_TYPE
from scalingo_async.resources.notification_platforms import PLATFORM
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

__all__ = ["Notifiers"]


class NotifierSettings(TypedDict, total=False):
    """The settings of a notifier, which depend on its platform.

    Attributes:
        webhook_url: URL to send to, for `slack`, `webhook` and `rocket_chat`; a secret.
        user_ids: Ids of the recipients, for `email`: the owner and collaborators.
        emails: Additional e-mail addresses, for `email`.
        phone_number: Telephone number, for a platform that apparently no longer exists.
    """

    webhook_url: str | Secret
    user_ids: Sequence[str]
    emails: Sequence[str]
    phone_number: str


def _checked(settings: NotifierSettings | Unset) -> NotifierSettings | Unset:
    """Return the settings with the URL as a string."""
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


NOTIFIER: Final = Kind("notifier", LIST)


class Notifiers(Resource):
    """Rules that send the events of an app to notification platforms."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[Notifier]:
        """List the notifiers of an app.

        Each new app has one for e-mail.

        Source: API documentation, “List Application Notifiers”:
        https://developers.scalingo.com/notifiers#list-application-notifiers

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
    @conceals("type_data")
    async def create(
        self,
        app: str,
        *,
        platform: str | Unset = UNSET,
        platform_id: str | Unset = UNSET,
        name: str,
        active: bool = True,
        send_all_alerts: bool | Unset = UNSET,
        send_all_events: bool | Unset = UNSET,
        events: Sequence[str] | Unset = UNSET,
        selected_event_ids: Sequence[str] | Unset = UNSET,
        selected_events: Sequence[str] | Unset = UNSET,
        type_data: NotifierSettings | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Notifier:
        """Add a notifier to an app.

            to = {"webhook_url": "https://example.com/hook"}
            await client.notifiers.create("my-app", platform="webhook", name="x", type_data=to)

        It takes one request. Names of platforms and of event types take one more request each, the
        first time that the client or one of its copies in this region uses such a name.

        Source: API documentation, “Add a Notifier”:
        https://developers.scalingo.com/notifiers#add-a-notifier

        Args:
            app: Id or name of the app.
            platform: Name of the platform: `email`, `slack`, `webhook` or `rocket_chat`.
            platform_id: Its id, instead of the name; it differs between installations of the
                platform.
            name: Display name.
            active: Whether it is active; the platform requires it.
            send_all_alerts: Send all alerts.
            send_all_events: Send all events.
            events: Names of the event types to send, such as `app_deployed`: those of
                `events.types.list`, which differ from the `type` of events.
            selected_event_ids: Their ids, instead of the names.
            selected_events: Names for the platform itself to look up; deprecated by the platform:
                use `events`.
            type_data: Settings, which depend on the platform.
            **options: Options of the call.

        Returns:
            The new notifier.

        Raises:
            InvalidArgumentError: An argument is invalid, or both a name and an id were given for
                the same object; nothing was sent.
            NotFoundError: There is no such app, platform or event type; the message lists the
                platforms or event types that exist.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        needed("platform", platform, platform_id)
        return await self._call(
            CREATE,
            (app,),
            body={
                "platform_id": id_or_name(PLATFORM, "platform", platform, platform_id),
                "name": name,
                "active": active,
                "send_all_alerts": send_all_alerts,
                "send_all_events": send_all_events,
                "selected_event_ids": ids_or_names(
                    EVENT_TYPE, "events", events, selected_event_ids
                ),
                "selected_events": selected_events,
                "type_data": _checked(type_data),
            },
            options=options,
        )

    @performs(GET)
    async def get(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> Notifier:
        """Get one notifier.

        Source: API documentation, “Show a Notifier”:
        https://developers.scalingo.com/notifiers#show-a-notifier

        Args:
            app: Id or name of the app.
            notifier_id: Id of the notifier (`no-…`).
            **options: Options of the call.

        Returns:
            The notifier.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or notifier.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
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
        events: Sequence[str] | Unset = UNSET,
        selected_event_ids: Sequence[str] | Unset | None = UNSET,
        selected_events: Sequence[str] | Unset | None = UNSET,
        type_data: NotifierSettings | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Notifier:
        """Change a notifier; its platform can't change.

        It takes one request. Names of event types take one more, as for `create`.

        Source: API documentation, “Update a Notifier”:
        https://developers.scalingo.com/notifiers#update-a-notifier

        Args:
            app: Id or name of the app.
            notifier_id: Id of the notifier (`no-…`).
            name: Display name.
            active: Whether it is active.
            send_all_alerts: Send all alerts.
            send_all_events: Send all events.
            events: Names of the event types to send, as for `create`.
            selected_event_ids: Their ids, instead of the names.
            selected_events: Names for the platform itself to look up; deprecated by the platform:
                use `events`.
            type_data: Settings, which depend on the platform.
            **options: Options of the call.

        Returns:
            The notifier.

        Raises:
            InvalidArgumentError: An argument is invalid, or both names and ids were given for the
                same objects; nothing was sent.
            NotFoundError: There is no such app, notifier or event type; the message lists the event
                types that exist.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._call(
            UPDATE,
            (app, notifier_id),
            body={
                "name": name,
                "active": active,
                "send_all_alerts": send_all_alerts,
                "send_all_events": send_all_events,
                "selected_event_ids": ids_or_names(
                    EVENT_TYPE, "events", events, selected_event_ids
                ),
                "selected_events": selected_events,
                "type_data": _checked(type_data),
            },
            options=options,
        )

    @performs(TEST)
    async def test(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> None:
        """Send a test notification.

        Source: API documentation, “Test a Notifier”:
        https://developers.scalingo.com/notifiers#test-a-notifier

        Args:
            app: Id or name of the app.
            notifier_id: Id of the notifier (`no-…`).
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or notifier.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(TEST, (app, notifier_id), options=options)

    @performs(DELETE)
    async def delete(self, app: str, notifier_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a notifier.

        Source: API documentation, “Remove a Notifier”:
        https://developers.scalingo.com/notifiers#remove-a-notifier

        Args:
            app: Id or name of the app.
            notifier_id: Id of the notifier (`no-…`).
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or notifier.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app, notifier_id), options=options)
