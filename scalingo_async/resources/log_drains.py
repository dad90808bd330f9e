"""Log drains of an app."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.secrets import conceals
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.log_drains import LogDrain
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

__all__ = ["LogDrains"]

LIST: Final[Endpoint[list[LogDrain]]] = items(
    "log_drains.list", "GET", "/apps/{app}/log_drains", LogDrain, root="drains"
)
CREATE: Final[Endpoint[LogDrain]] = model(
    "log_drains.create", "POST", "/apps/{app}/log_drains", LogDrain, root="drain", wrap="drain"
)
DELETE: Final[Endpoint[None]] = nothing("log_drains.delete", "DELETE", "/apps/{app}/log_drains")


def url_of(drain: LogDrain | None, url: Secret | str | None) -> Secret:
    """Return the URL of a drain, given as the listed drain or as its URL.

    Raises:
        InvalidArgumentError: Both or neither were given.
    """
    if (drain is None) is (url is None):
        raise InvalidArgumentError("pass exactly one of drain and url")
    return Secret(drain.url if drain is not None else url or "")


class LogDrains(Resource):
    """External services that receive the logs of an app."""

    __slots__ = ()

    @performs(LIST)
    def list(self, app: str, **options: Unpack[RequestOptions]) -> Paginator[LogDrain]:
        """List the log drains of an app.

        Source: API documentation, “List Log Drains of an App”:
        https://developers.scalingo.com/log_drains#list-log-drains-of-an-app

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
    @conceals("token", "url")
    async def create(
        self,
        app: str,
        *,
        type: str,
        token: str | Secret | Unset = UNSET,
        host: str | Unset = UNSET,
        port: str | Unset = UNSET,
        drain_region: str | Unset = UNSET,
        url: str | Secret | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> LogDrain:
        """Send the logs of an app to an external service.

        Source: API documentation, “Add a new Log Drain”:
        https://developers.scalingo.com/log_drains#add-a-new-log-drain

        Args:
            app: Id or name of the app.
            type: Service: `appsignal`, `betterstack`, `datadog`, `elk`, `logtail`, `ovh-graylog`,
                `papertrail` or `syslog`.
            token: Token of the service, for `appsignal`, `betterstack`, `datadog`, `ovh-graylog`
                and `syslog`.
            host: Host of the service, for `betterstack`, `ovh-graylog`, `papertrail` and `syslog`.
            port: Port of the service as a string, for `papertrail` and `syslog`.
            drain_region: Region of the service, for `datadog`.
            url: URL of the service, for `elk`.
            **options: Options of the call.

        Returns:
            The new drain.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE,
            (app,),
            body={
                "type": type,
                "token": token,
                "host": host,
                "port": port,
                "drain_region": drain_region,
                "url": url,
            },
            options=options,
        )

    @performs(DELETE)
    @conceals("url")
    async def delete(
        self,
        app: str,
        drain: LogDrain | None = None,
        *,
        url: str | Secret | None = None,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Remove a log drain of an app.

        A drain has no id: pass the listed drain, or its URL.

            async for drain in client.log_drains.list("my-app"):
                await client.log_drains.delete("my-app", drain)

        Source: API documentation, “Delete a Log Drain”:
        https://developers.scalingo.com/log_drains#delete-a-log-drain

        Args:
            app: Id or name of the app.
            drain: The drain, as `list` or `create` returns it.
            url: Its URL exactly as listed, instead of the drain.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid, or not exactly one of `drain` and `url`
                was given; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app,), query={"url": url_of(drain, url)}, options=options)
