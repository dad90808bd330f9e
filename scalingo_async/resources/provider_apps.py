"""Apps, as seen by an addon provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, performs
from scalingo_async._core.operation import Auth, Pages
from scalingo_async._core.secrets import conceals
from scalingo_async.credentials import UserPassword
from scalingo_async.middleware.authentication.exchange import login_headers
from scalingo_async.models.provider_apps import ProviderApp
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import RequestOptions, Secret

__all__ = ["ProviderApps"]


def _credential(username: str, password: Secret) -> dict[str, str]:
    return login_headers(UserPassword(username, password))


LIST: Final[Endpoint[list[ProviderApp]]] = items(
    "provider_apps.list",
    "GET",
    "/provider/apps",
    ProviderApp,
    root="apps",
    auth=Auth.BASIC,
    pages=Pages.NUMBERS,
)
GET: Final[Endpoint[ProviderApp]] = model(
    "provider_apps.get", "GET", "/provider/apps/{app_id}", ProviderApp, root="app", auth=Auth.BASIC
)
UPDATE: Final[Endpoint[ProviderApp]] = model(
    "provider_apps.update",
    "PATCH",
    "/provider/apps/{app_id}",
    ProviderApp,
    root="app",
    auth=Auth.BASIC,
)


class ProviderApps(Resource):
    """Apps that use an addon, for its provider, with the credentials of its manifest."""

    __slots__ = ()

    @performs(LIST)
    @conceals("password")
    def list(
        self,
        *,
        username: str,
        password: str | Secret,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[ProviderApp]:
        """List the apps that use an addon.

        Source: API documentation, “Get applications which are using the addon”:
        https://developers.scalingo.com/addon-provider-api/app#get-applications-which-are-using-the-addon

        Args:
            username: User name from the addon's manifest.
            password: Password from the addon's manifest.
            page: Number of the first page to fetch, from 1.
            per_page: Items per page; the platform has a maximum.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(
            LIST,
            (),
            query={"page": page, "per_page": per_page},
            headers=_credential(username, Secret(password)),
            options=options,
        )

    @performs(GET)
    @conceals("password")
    async def get(
        self,
        app_id: str,
        *,
        username: str,
        password: str | Secret,
        **options: Unpack[RequestOptions],
    ) -> ProviderApp:
        """Get one app that uses an addon.

        Source: API documentation, “Get a precise application which has provisioned the addon”:
        https://developers.scalingo.com/addon-provider-api/app#get-a-precise-application-which-has-provisioned-the-addon

        Args:
            app_id: Id of the app.
            username: User name from the addon's manifest.
            password: Password from the addon's manifest.
            **options: Options of the call.

        Returns:
            The app.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            GET, (app_id,), headers=_credential(username, Secret(password)), options=options
        )

    @performs(UPDATE)
    @conceals("password", "config")
    async def update(
        self,
        app_id: str,
        *,
        username: str,
        password: str | Secret,
        config: Mapping[str, str | Secret],
        **options: Unpack[RequestOptions],
    ) -> ProviderApp:
        """Change variables of an app that uses an addon; the app restarts.

        Source: API documentation, “Update app configuration”:
        https://developers.scalingo.com/addon-provider-api/app#update-app-configuration

        Args:
            app_id: Id of the app.
            username: User name from the addon's manifest.
            password: Password from the addon's manifest.
            config: Values by name, for variables that the addon's manifest declares.
            **options: Options of the call.

        Returns:
            The app.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (app_id,),
            body={"config": {name: Secret(value) for name, value in config.items()}},
            headers=_credential(username, Secret(password)),
            options=options,
        )
