"""Platforms that notifiers send to."""

from __future__ import annotations

from typing import Final, Literal, Unpack, overload

from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.names import Kind
from scalingo_async._core.operation import Auth
from scalingo_async.models.notification_platforms import NotificationPlatform
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions

__all__ = ["NotificationPlatforms"]

LIST: Final[Endpoint[list[NotificationPlatform]]] = items(
    "notification_platforms.list",
    "GET",
    "/notification_platforms",
    NotificationPlatform,
    root="notification_platforms",
    auth=Auth.NONE,
)
GET: Final[Endpoint[NotificationPlatform]] = model(
    "notification_platforms.get",
    "GET",
    "/notification_platforms/{platform_id}",
    NotificationPlatform,
    root="notification_platform",
    auth=Auth.NONE,
)
SEARCH: Final[Endpoint[list[NotificationPlatform]]] = items(
    "notification_platforms.search",
    "GET",
    "/notification_platforms/search",
    NotificationPlatform,
    root="notification_platforms",
    auth=Auth.NONE,
)


PLATFORM: Final = Kind("notification platform", LIST, kept=True)


class NotificationPlatforms(Resource):
    """Platforms that notifiers send to."""

    __slots__ = ()

    @performs(LIST)
    def list(self, **options: Unpack[RequestOptions]) -> Paginator[NotificationPlatform]:
        """List the platforms that notifiers send to.

        No token is required.

        Source: API documentation, “List All Notification Platforms”:
        https://developers.scalingo.com/notification_platforms#list-all-notification-platforms

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (), options=options)

    @performs(GET)
    async def get(
        self, platform_id: str, **options: Unpack[RequestOptions]
    ) -> NotificationPlatform:
        """Get one platform that notifiers send to.

        No token is required.

        Source: API documentation, “Get a Notification Platform”:
        https://developers.scalingo.com/notification_platforms#get-a-notification-platform

        Args:
            platform_id: Id of the platform.
            **options: Options of the call.

        Returns:
            The platform.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such platform.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(GET, (platform_id,), options=options)

    @performs(SEARCH)
    def search(
        self, *, name: str, **options: Unpack[RequestOptions]
    ) -> Paginator[NotificationPlatform]:
        """List the platforms with a name: one, or none.

        No token is required. Their ids differ between installations of the platform.

        Source: API documentation, “Search a Notification Platform”:
        https://developers.scalingo.com/notification_platforms#search-a-notification-platform

        Args:
            name: Name: `email`, `slack`, `webhook` or `rocket_chat`.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(SEARCH, (), query={"name": name}, options=options)

    @overload
    async def find(
        self, name: str, *, required: Literal[True], **options: Unpack[RequestOptions]
    ) -> NotificationPlatform: ...
    @overload
    async def find(
        self, name: str, *, required: bool = False, **options: Unpack[RequestOptions]
    ) -> NotificationPlatform | None: ...
    async def find(
        self, name: str, *, required: bool = False, **options: Unpack[RequestOptions]
    ) -> NotificationPlatform | None:
        """Find a platform by name: one request.

        `notifiers.create` also accepts the name.

        Args:
            name: Name, such as `slack`.
            required: Raise an error if there is none.
            **options: Options of the call.

        Returns:
            The platform; `None` if there is none, unless `required` is set.

        Raises:
            NotFoundError: There is no such platform, and `required` is set; the message lists the
                existing ones.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        platforms = await self.list(**options)
        found = next((platform for platform in platforms if platform.name == name), None)
        if found is None and required:
            return PLATFORM.pick(name, platforms)
        return found
