"""Models: contacts for apps with health data (HDS)."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "HDSContact",
]


@attrs.define(kw_only=True)
class HDSContact(Model):
    """The contact for an app with health data (HDS).

    Attributes:
        id: Id of the contact.
        org_type: Kind of organization: `company`, `non-profit`, `administration` or another value.
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
        updated_at: When it was last changed.
        up_to_date: Whether it was reviewed recently; the platform asks for a review every 12
            months.
    """

    id: str
    org_type: Literal["company", "non-profit", "administration"] | str | None = None
    name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    company: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_city: str | None = None
    address_zip: str | None = None
    address_country: str | None = None
    notes: str | None = None
    updated_at: datetime | None = None
    up_to_date: bool | None = None
