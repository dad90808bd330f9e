"""Contacts for apps with health data."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, model, performs
from scalingo_async.models.hds_contacts import HDSContact
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Unset

__all__ = ["HdsContacts"]

UPDATE: Final[Endpoint[HDSContact]] = model(
    "hds_contacts.update",
    "PUT",
    "/apps/{app}/hds_contact",
    HDSContact,
    root="hds_contact",
    wrap="hds_contact",
)


class HdsContacts(Resource):
    """Contacts for apps with health data (HDS)."""

    __slots__ = ()

    @performs(UPDATE)
    async def update(
        self,
        app: str,
        *,
        org_type: str | Unset | None = UNSET,
        name: str | Unset | None = UNSET,
        email: str | Unset | None = UNSET,
        phone_number: str | Unset | None = UNSET,
        company: str | Unset | None = UNSET,
        address_line1: str | Unset | None = UNSET,
        address_line2: str | Unset | None = UNSET,
        address_city: str | Unset | None = UNSET,
        address_zip: str | Unset | None = UNSET,
        address_country: str | Unset | None = UNSET,
        notes: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> HDSContact:
        """Set the contact for an app with health data.

        To read the contact, get the app: it is in `hds_contact`.

        Source: not documented; known to the official JavaScript client.

        Args:
            app: Id or name of the app.
            org_type: Kind of organization: `company`, `non-profit` or `administration`.
            name: Name of the person.
            email: E-mail address of the person.
            phone_number: Telephone number of the person.
            company: Name of the company.
            address_line1: Address, first line.
            address_line2: Address, second line.
            address_city: City.
            address_zip: Postal code.
            address_country: Country.
            notes: Free text.
            **options: Options of the call.

        Returns:
            The contact.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (app,),
            body={
                "org_type": org_type,
                "name": name,
                "email": email,
                "phone_number": phone_number,
                "company": company,
                "address_line1": address_line1,
                "address_line2": address_line2,
                "address_city": address_city,
                "address_zip": address_zip,
                "address_country": address_country,
                "notes": notes,
            },
            options=options,
        )
