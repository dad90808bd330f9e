"""Billing profiles, transactions, invoices and usage of the account."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final, Unpack

import attrs

from scalingo_async._core.decoding.shapes import list_of_one
from scalingo_async._core.endpoint import Endpoint, decode_error, items, model, performs
from scalingo_async._core.operation import API, Auth, Pages
from scalingo_async._core.resource_property import resource_property
from scalingo_async._core.urls import ServerURL
from scalingo_async.files.downloads import FILE_ANSWERS, Origin, download
from scalingo_async.files.transfers import Progress, handed_out
from scalingo_async.models.billing import AccountUsage, BillingOperation, BillingProfile, Invoice
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

__all__ = ["Billing"]

USAGE: Final[Endpoint[list[AccountUsage]]] = items(
    "billing.usage",
    "GET",
    "/account/usage",
    AccountUsage,
    root="usage",
    reshape=list_of_one("usage"),
)
PROFILES_GET: Final[Endpoint[BillingProfile]] = model(
    "billing.profiles.get", "GET", "/profile", BillingProfile, root="profile", api=API.BILLING
)
PROFILES_CREATE: Final[Endpoint[BillingProfile]] = model(
    "billing.profiles.create",
    "POST",
    "/profiles",
    BillingProfile,
    root="profile",
    api=API.BILLING,
    wrap="profile",
)
PROFILES_UPDATE: Final[Endpoint[BillingProfile]] = model(
    "billing.profiles.update",
    "PUT",
    "/profiles/{profile_id}",
    BillingProfile,
    root="profile",
    api=API.BILLING,
    wrap="profile",
)
PROFILES_GET_REGIONAL: Final[Endpoint[BillingProfile]] = model(
    "billing.profiles.get_regional",
    "GET",
    "/account/billing/profile",
    BillingProfile,
    root="billing_profile",
)
OPERATIONS_LIST: Final[Endpoint[list[BillingOperation]]] = items(
    "billing.operations.list",
    "GET",
    "/account/billing/operations",
    BillingOperation,
    root="billing-operations",
    pages=Pages.NUMBERS,
)
INVOICES_LIST: Final[Endpoint[list[Invoice]]] = items(
    "billing.invoices.list",
    "GET",
    "/account/invoices",
    Invoice,
    root="invoices",
    pages=Pages.NUMBERS,
)
INVOICES_GET: Final[Endpoint[Invoice]] = model(
    "billing.invoices.get", "GET", "/account/invoices/{invoice_id}", Invoice, root="invoice"
)
INVOICES_DOWNLOAD: Final[Endpoint[bytes]] = Endpoint(
    "billing.invoices.download",
    "GET",
    "/account/invoices/{invoice_id}/download",
    "bytes",
    accept="application/pdf,application/json",
    success=302,
)


class BillingProfiles(Resource):
    """Billing profiles: the recipient of the invoices and the payment method."""

    __slots__ = ()

    @performs(PROFILES_GET)
    async def get(self, **options: Unpack[RequestOptions]) -> BillingProfile:
        """Get the billing profile of the account.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            **options: Options of the call.

        Returns:
            The profile.

        Raises:
            NotFoundError: The account has no billing profile yet.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(PROFILES_GET, (), options=options)

    @performs(PROFILES_CREATE)
    async def create(
        self,
        *,
        name: str,
        address_line1: str,
        address_zip: str,
        address_city: str,
        address_country: str,
        address_line2: str | Unset = UNSET,
        address_state: str | Unset = UNSET,
        email: str | Unset = UNSET,
        vat_number: str | Unset = UNSET,
        company: str | Unset = UNSET,
        first_name: str | Unset = UNSET,
        siren: str | Unset = UNSET,
        profile_type: str | Unset = UNSET,
        invoice_additional_info: str | Unset = UNSET,
        payment_method: str | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> BillingProfile:
        """Create the billing profile of the account; an account has at most one.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            name: Name on invoices.
            address_line1: Address, first line.
            address_zip: Postal code.
            address_city: City.
            address_country: Country: its name or its code; stored as a two-letter code.
            address_line2: Address, second line.
            address_state: State.
            email: E-mail address for invoices.
            vat_number: VAT number.
            company: Company.
            first_name: First name. That it, `siren` and `profile_type` are writable is inferred
                from the official JavaScript client, which reads them.
            siren: SIREN number of a French company.
            profile_type: Kind of customer: `individual` or `business`.
            invoice_additional_info: Free text on invoices.
            payment_method: Kind of payment method; it may be read-only.
            **options: Options of the call.

        Returns:
            The new profile.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            PROFILES_CREATE,
            (),
            body={
                "name": name,
                "address_line1": address_line1,
                "address_zip": address_zip,
                "address_city": address_city,
                "address_country": address_country,
                "address_line2": address_line2,
                "address_state": address_state,
                "email": email,
                "vat_number": vat_number,
                "company": company,
                "first_name": first_name,
                "siren": siren,
                "profile_type": profile_type,
                "invoice_additional_info": invoice_additional_info,
                "payment_method": payment_method,
            },
            options=options,
        )

    @performs(PROFILES_UPDATE)
    async def update(
        self,
        profile_id: str,
        *,
        name: str | Unset | None = UNSET,
        address_line1: str | Unset | None = UNSET,
        address_zip: str | Unset | None = UNSET,
        address_city: str | Unset | None = UNSET,
        address_country: str | Unset | None = UNSET,
        address_line2: str | Unset | None = UNSET,
        address_state: str | Unset | None = UNSET,
        email: str | Unset | None = UNSET,
        vat_number: str | Unset | None = UNSET,
        company: str | Unset | None = UNSET,
        first_name: str | Unset | None = UNSET,
        siren: str | Unset | None = UNSET,
        profile_type: str | Unset | None = UNSET,
        invoice_additional_info: str | Unset | None = UNSET,
        payment_method: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> BillingProfile:
        """Change a billing profile.

        Omitted fields don't change.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            profile_id: Id of the profile.
            name: Name on invoices.
            address_line1: Address, first line.
            address_zip: Postal code.
            address_city: City.
            address_country: Country: its name or its code; stored as a two-letter code.
            address_line2: Address, second line.
            address_state: State.
            email: E-mail address for invoices.
            vat_number: VAT number.
            company: Company.
            first_name: First name. That it, `siren` and `profile_type` are writable is inferred
                from the official JavaScript client, which reads them.
            siren: SIREN number of a French company.
            profile_type: Kind of customer: `individual` or `business`.
            invoice_additional_info: Free text on invoices.
            payment_method: Kind of payment method; it may be read-only.
            **options: Options of the call.

        Returns:
            The profile.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            PROFILES_UPDATE,
            (profile_id,),
            body={
                "name": name,
                "address_line1": address_line1,
                "address_zip": address_zip,
                "address_city": address_city,
                "address_country": address_country,
                "address_line2": address_line2,
                "address_state": address_state,
                "email": email,
                "vat_number": vat_number,
                "company": company,
                "first_name": first_name,
                "siren": siren,
                "profile_type": profile_type,
                "invoice_additional_info": invoice_additional_info,
                "payment_method": payment_method,
            },
            options=options,
        )

    @performs(PROFILES_GET_REGIONAL)
    async def get_regional(self, **options: Unpack[RequestOptions]) -> BillingProfile:
        """Get the billing profile of the account from the regional API.

        This is the documented way; the official clients call `billing.profiles.get`.

        Source: API documentation, “Billing Profile”:
        https://developers.scalingo.com/billing#billing-profile

        Args:
            **options: Options of the call.

        Returns:
            The profile.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(PROFILES_GET_REGIONAL, (), options=options)


class BillingOperations(Resource):
    """Transactions of the account."""

    __slots__ = ()

    @performs(OPERATIONS_LIST)
    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[BillingOperation]:
        """List the transactions of the account.

        Source: API documentation, “List your billing operations”:
        https://developers.scalingo.com/billing#list-your-billing-operations

        Args:
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
            OPERATIONS_LIST, (), query={"page": page, "per_page": per_page}, options=options
        )


class BillingInvoices(Resource):
    """Invoices of the account."""

    __slots__ = ()

    @performs(INVOICES_LIST)
    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[Invoice]:
        """List the invoices of the account.

        Source: API documentation, “List Your Invoices”:
        https://developers.scalingo.com/invoices#list-your-invoices

        Args:
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
            INVOICES_LIST, (), query={"page": page, "per_page": per_page}, options=options
        )

    @performs(INVOICES_GET)
    async def get(self, invoice_id: str, **options: Unpack[RequestOptions]) -> Invoice:
        """Get one invoice with its lines.

        Source: API documentation, “Get a Precise Invoice”:
        https://developers.scalingo.com/invoices#get-a-precise-invoice

        Args:
            invoice_id: Id of the invoice.
            **options: Options of the call.

        Returns:
            The invoice.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such invoice.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(INVOICES_GET, (invoice_id,), options=options)

    async def download_url(self, invoice_id: str, **options: Unpack[RequestOptions]) -> Secret:
        """Get the URL of an invoice as a PDF file; it contains its own token.

        Source: API documentation, page `invoices`:
        https://developers.scalingo.com/invoices

        Args:
            invoice_id: Id of the invoice.
            **options: Options of the call.

        Returns:
            The URL.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such invoice.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        request = self._session.prepare(INVOICES_DOWNLOAD, (invoice_id,), options=options)
        response = await self._session.send(request)
        location = response.headers.get("location")
        if not location:
            raise decode_error(response, "the response has no URL of the file", "Location")
        return Secret(location)

    @performs(INVOICES_DOWNLOAD)
    async def download(
        self,
        invoice_id: str,
        path: str | os.PathLike[str],
        *,
        size: int | None = None,
        overwrite: bool = False,
        resume: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
        **options: Unpack[RequestOptions],
    ) -> Path:
        """Download an invoice as a PDF file.

        It is written under a temporary name, and renamed when it is complete. If the connection
        breaks, the download resumes; if the URL has expired, a new one is fetched.

        Source: API documentation, page `invoices`:
        https://developers.scalingo.com/invoices

        Args:
            invoice_id: Id of the invoice.
            path: Path of the file; or of a folder, in which the file gets the name sent by the
                server.
            size: Expected size of the file in bytes; by default, the size sent by the server.
            overwrite: Replace an existing file.
            resume: Keep a partial download as `<path>.part` if the download fails, and resume the
                partial download of an earlier call if the file is unchanged.
            on_progress: Called with a `Progress` about every megabyte.
            **options: Options of the call. `deadline` limits the whole download, and `max_retries`
                how often it is resumed without progress.

        Returns:
            The path of the file, which only its owner can read.

        Raises:
            InvalidArgumentError: An argument is invalid, or the file already exists.
            NotFoundError: There is no such invoice.
            UntrustedURLError: The URL is malformed, unencrypted, or leads into a private network.
            IncompleteDownloadError: The file did not come whole.
            OversizedDownloadError: The file is larger than it should be.
            OSError: The file can't be written, such as on a full disk.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """

        async def locate() -> ServerURL:
            return await handed_out(self._session, await self.download_url(invoice_id, **options))

        self._session.prepare(INVOICES_DOWNLOAD, (invoice_id,))
        # The second half of the operation: the target of the redirect.
        file = attrs.evolve(
            INVOICES_DOWNLOAD,
            path="{location}",
            api=API.ABSOLUTE,
            auth=Auth.SIGNED,
            handled=FILE_ANSWERS,
        )
        return await download(
            self._session,
            file,
            Origin(locate, renewable=True, name=f"{invoice_id}.pdf"),
            path,
            size=size,
            overwrite=overwrite,
            resume=resume,
            on_progress=on_progress,
            options=options,
        )


class Billing(Resource):
    """The usage and costs of the account."""

    __slots__ = ()

    @resource_property
    def profiles(self) -> BillingProfiles:
        """Billing profiles: the recipient of the invoices and the payment method."""
        return BillingProfiles(self._session)

    @resource_property
    def operations(self) -> BillingOperations:
        """Transactions of the account."""
        return BillingOperations(self._session)

    @resource_property
    def invoices(self) -> BillingInvoices:
        """Invoices of the account."""
        return BillingInvoices(self._session)

    @performs(USAGE)
    def usage(
        self,
        *,
        from_: date | None = None,
        to: date | None = None,
        **options: Unpack[RequestOptions],
    ) -> Paginator[AccountUsage]:
        """List the usage of each app of the account between two days.

        Source: API documentation, “Get Account Usage”:
        https://developers.scalingo.com/user#get-account-usage

        Args:
            from_: First day.
            to: Last day.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(USAGE, (), query={"from": from_, "to": to}, options=options)
