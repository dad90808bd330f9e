"""Events of apps, projects and the account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Unpack

from scalingo_async._core.durations import hours
from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.names import Kind
from scalingo_async._core.operation import Auth, Pages
from scalingo_async._core.resource_property import resource_property
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.events.event import Event, EventCategory, EventType
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["Events"]

LIST: Final[Endpoint[list[Event]]] = items(
    "events.list", "GET", "/apps/{app}/events", Event, root="events", pages=Pages.NUMBERS
)
GET: Final[Endpoint[Event]] = model(
    "events.get", "GET", "/apps/{app}/events/{event_id}", Event, root="event"
)
LIST_FOR_USER: Final[Endpoint[list[Event]]] = items(
    "events.list_for_user", "GET", "/events", Event, root="events", pages=Pages.NUMBERS
)
LIST_FOR_PROJECT: Final[Endpoint[list[Event]]] = items(
    "events.list_for_project",
    "GET",
    "/projects/{project_id}/events",
    Event,
    root="events",
    pages=Pages.NUMBERS,
)
TYPES_LIST: Final[Endpoint[list[EventType]]] = items(
    "events.types.list", "GET", "/event_types", EventType, root="event_types", auth=Auth.NONE
)
CATEGORIES_LIST: Final[Endpoint[list[EventCategory]]] = items(
    "events.categories.list",
    "GET",
    "/event_categories",
    EventCategory,
    root="event_categories",
    auth=Auth.NONE,
)


EVENT_TYPE: Final = Kind("event type", TYPES_LIST, kept=True)


class EventsTypes(Resource):
    """Event types for notifiers."""

    __slots__ = ()

    @performs(TYPES_LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[EventType]:
        """List the event types that a notifier can send.

        No token is required. Their names differ from the `type` of events; their ids differ between
        installations of the platform, so look them up by name.

        Source: API documentation, “List the event types”:
        https://developers.scalingo.com/event_types#list-the-event-types

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(TYPES_LIST, (), options=options)

    async def by_name(self, *names: str, **options: Unpack[RequestOptions]) -> Sequence[EventType]:
        """Find event types by name, for their ids: one request.

        Args:
            *names: Names, such as `app_deployed`.
            **options: Options of the call.

        Returns:
            The event types, in the order of the names.

        Raises:
            InvalidArgumentError: No event type has one of the names.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        known = {kind.name: kind for kind in await self.list(**options)}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise InvalidArgumentError(
                f"no event type {', '.join(unknown)}; choose from {', '.join(sorted(known))}"
            )
        return [known[name] for name in names]


class EventsCategories(Resource):
    """Categories of event types."""

    __slots__ = ()

    @performs(CATEGORIES_LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[EventCategory]:
        """List the categories of event types.

        No token is required.

        Source: API documentation, “List the event categories”:
        https://developers.scalingo.com/event_categories#list-the-event-categories

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(CATEGORIES_LIST, (), options=options)


class Events(Resource):
    """Events of apps, projects and the account."""

    __slots__ = ()

    @resource_property
    def types(self) -> EventsTypes:
        """Event types for notifiers."""
        return EventsTypes(self._session)

    @resource_property
    def categories(self) -> EventsCategories:
        """Categories of event types."""
        return EventsCategories(self._session)

    @performs(LIST)
    def list(
        self,
        app: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        from_: int | timedelta | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Event]:
        """List the events of an app, newest first.

        By default, a page has 30 events. `from_` replaces `page` and `per_page`.

        Source: API documentation, “List the Events of an App”:
        https://developers.scalingo.com/events#list-the-events-of-an-app

        Args:
            app: Id or name of the app, or of a database on dedicated resources.
            page: Number of the first page to fetch, from 1.
            per_page: Items per page; the platform has a maximum.
            from_: How far to look back: a duration, or a number of hours, 1 to 72.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            LIST,
            (app,),
            query={"page": page, "per_page": per_page, "from": hours(from_, "from_")},
            options=options,
        )

    @performs(GET)
    async def get(self, app: str, event_id: str, **options: Unpack[RequestOptions]) -> Event:
        """Get one event of an app.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            event_id: Id of the event.
            **options: Options of the call.

        Returns:
            The event.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or event.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (app, event_id), options=options)

    @performs(LIST_FOR_USER)
    def list_for_user(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        from_: int | timedelta | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Event]:
        """List the events of the account and of its apps, newest first.

        Events of the account have no app. Each region has its own list.

        Source: API documentation, “List Current User Events”:
        https://developers.scalingo.com/events#list-current-user-events

        Args:
            page: Number of the first page to fetch, from 1.
            per_page: Items per page; the platform has a maximum.
            from_: How far to look back: a duration, or a number of hours, 1 to 72.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            LIST_FOR_USER,
            (),
            query={"page": page, "per_page": per_page, "from": hours(from_, "from_")},
            options=options,
        )

    @performs(LIST_FOR_PROJECT)
    def list_for_project(
        self,
        project_id: str,
        *,
        page: int | None = None,
        per_page: int | None = None,
        from_: int | timedelta | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Event]:
        """List the events of a project, newest first.

        Source: not documented; known to the official JavaScript client.

        Args:
            project_id: Id of the project (`pr-…`).
            page: Number of the first page to fetch, from 1.
            per_page: Items per page; the platform has a maximum.
            from_: How far to look back: a duration, or a number of hours, 1 to 72.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such project.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            LIST_FOR_PROJECT,
            (project_id,),
            query={"page": page, "per_page": per_page, "from": hours(from_, "from_")},
            options=options,
        )
