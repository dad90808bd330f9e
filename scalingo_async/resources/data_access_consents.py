"""Consents for Scalingo's staff to access an app."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Unpack

from scalingo_async._core.arguments import aware_time
from scalingo_async._core.endpoint import Endpoint, model, nothing, performs
from scalingo_async.models.data_access_consents import DataAccessConsent
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Unset

__all__ = ["DataAccessConsents"]


def _checked(**dates: datetime | Unset | None) -> dict[str, datetime | Unset | None]:
    """Check the dates of a consent.

    Raises:
        InvalidArgumentError: One has no time zone.
    """
    for name, value in dates.items():
        if value is not None and value is not UNSET:
            aware_time(value, name)
    return dates


CREATE: Final[Endpoint[DataAccessConsent]] = model(
    "data_access_consents.create",
    "POST",
    "/apps/{app}/data_access_consent",
    DataAccessConsent,
    root="data_access_consent",
    wrap="data_access_consent",
)
UPDATE: Final[Endpoint[DataAccessConsent]] = model(
    "data_access_consents.update",
    "PATCH",
    "/apps/{app}/data_access_consent",
    DataAccessConsent,
    root="data_access_consent",
    wrap="data_access_consent",
)
DELETE: Final[Endpoint[None]] = nothing(
    "data_access_consents.delete", "DELETE", "/apps/{app}/data_access_consent"
)


class DataAccessConsents(Resource):
    """Consents for Scalingo's staff to access an app; an app has at most one."""

    __slots__ = ()

    @performs(CREATE)
    async def create(
        self,
        app: str,
        *,
        databases_until: datetime | Unset | None = UNSET,
        containers_until: datetime | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DataAccessConsent:
        """Allow Scalingo's staff to access an app until a date.

        To read the consent, get the app: it is in `data_access_consent`.

        Source: API documentation, “Create a New DataAccessConsent”:
        https://developers.scalingo.com/data_access_consents#create-a-new-dataaccessconsent

        Args:
            app: Id or name of the app.
            databases_until: When the consent for the databases ends, with a time zone, at most 30
                days ahead.
            containers_until: When the consent for the containers ends, with a time zone, at most 30
                days ahead.
            **options: Options of the call.

        Returns:
            The new consent.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE,
            (app,),
            body=_checked(databases_until=databases_until, containers_until=containers_until),
            options=options,
        )

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        *,
        databases_until: datetime | Unset | None = UNSET,
        containers_until: datetime | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DataAccessConsent:
        """Change until when Scalingo's staff may access an app.

        Pass both dates: it isn't known whether an omitted one is kept.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            databases_until: When the consent for the databases ends, with a time zone, at most 30
                days ahead.
            containers_until: When the consent for the containers ends, with a time zone, at most 30
                days ahead.
            **options: Options of the call.

        Returns:
            The consent.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (app,),
            body=_checked(databases_until=databases_until, containers_until=containers_until),
            options=options,
        )

    @performs(DELETE)
    async def delete(self, app: str, **options: Unpack[RequestOptions]) -> None:
        """Withdraw the consent for Scalingo's staff to access an app.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (app,), options=options)
