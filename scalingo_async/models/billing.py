"""Models: billing profiles, operations, invoices and usage."""

from datetime import date, datetime, timedelta
from typing import Literal

import attrs

from scalingo_async.models.addons import AddonSummary
from scalingo_async.models.base import Model, masked
from scalingo_async.models.containers import ContainerSize

__all__ = [
    "AccountUsage",
    "AddonUsage",
    "BillingOperation",
    "BillingProfile",
    "Invoice",
    "InvoiceDetailedItem",
    "InvoiceItem",
    "PaypalPaymentMethod",
    "RuntimeUsage",
    "StripePaymentMethod",
]


@attrs.define(kw_only=True)
class StripePaymentMethod(Model):
    """A payment card or bank account, through Stripe.

    Attributes:
        id: Id of the payment method.
        default_card_last4: Last four digits of the card.
        default_card_exp: Expiry of the card, as `MM/YYYY`.
        default_card_brand: Brand of the card.
        default_card_name: Name on the card.
        sepa_bank_code: Code of the bank.
        sepa_country: Country of the bank.
        sepa_last4: Last four digits of the bank account.
        sepa_mandate_reference: Reference of the SEPA mandate.
        sepa_mandate_url: URL of the SEPA mandate; a secret.
    """

    id: str
    default_card_last4: str | None = None
    default_card_exp: str | None = None
    default_card_brand: str | None = None
    default_card_name: str | None = None
    sepa_bank_code: str | None = None
    sepa_country: str | None = None
    sepa_last4: str | None = None
    sepa_mandate_reference: str | None = None
    sepa_mandate_url: str | None = attrs.field(default=None, repr=masked)


@attrs.define(kw_only=True)
class PaypalPaymentMethod(Model):
    """A PayPal account for payments.

    Attributes:
        id: Id of the payment method.
    """

    id: str


@attrs.define(kw_only=True)
class BillingProfile(Model):
    """A billing profile: the recipient of the invoices and the payment method.

    Attributes:
        id: Id: a UUID, or 24 hex digits.
        name: Name on invoices.
        email: E-mail address for invoices.
        address_line1: Address, first line.
        address_line2: Address, second line.
        address_zip: Postal code.
        address_city: City.
        address_state: State.
        address_country: Country: a code of two letters, or a name.
        vat_number: VAT number.
        invoice_additional_info: Free text on invoices.
        company: Company.
        first_name: First name.
        siren: SIREN number of a French company.
        profile_type: Kind of customer: `individual`, `business` or another value.
        credit: Credit in euros.
        balance: Balance in euros.
        payment_method: Kind of payment method, such as `stripe` or `sepa`.
        stripe_payment_method: The card or the bank account.
        paypal_payment_method: The PayPal account.
        flags: Flags.
        created_at: When it was created.
        updated_at: When it was last changed.
    """

    id: str
    name: str
    email: str | None = None
    address_line1: str
    address_line2: str | None = None
    address_zip: str
    address_city: str
    address_state: str | None = None
    address_country: str
    vat_number: str | None = None
    invoice_additional_info: str | None = None
    company: str | None = None
    first_name: str | None = None
    siren: str | None = None
    profile_type: Literal["individual", "business"] | str | None = None
    credit: float | None = None
    balance: float | None = None
    payment_method: str | None = None
    stripe_payment_method: StripePaymentMethod | None = None
    paypal_payment_method: PaypalPaymentMethod | None = None
    flags: list[str] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.define(kw_only=True)
class BillingOperation(Model):
    """A transaction of the account.

    Attributes:
        id: Id, a UUID.
        created_at: When it was created.
        amount: Amount in euros.
        source: Source, such as `invoicing`.
        description: Description.
        invoice_id: Id of its invoice.
        invoice_url: URL of its invoice, which may be plain http; a secret.
    """

    id: str
    created_at: datetime
    amount: float
    source: str
    description: str | None = None
    invoice_id: str | None = None
    invoice_url: str | None = attrs.field(default=None, repr=masked)


@attrs.define(kw_only=True)
class InvoiceItem(Model):
    """A line of an invoice.

    Attributes:
        id: Id of the line.
        label: Text.
        price: Price in cents; it may be negative.
    """

    id: str
    label: str
    price: int


@attrs.define(kw_only=True)
class InvoiceDetailedItem(Model):
    """An item of usage on an invoice.

    Attributes:
        id: Id of the entry.
        label: Text.
        price: Price in cents.
        app: Name of the app.
        duration: Charged time, in whole minutes.
    """

    id: str
    label: str
    price: int
    app: str | None = None
    duration: timedelta | None = attrs.field(default=None, metadata={"unit": "minutes"})


@attrs.define(kw_only=True)
class Invoice(Model):
    """An invoice.

    Attributes:
        id: Id, a UUID.
        total_price: Total in cents, without VAT.
        total_price_with_vat: Total in cents, with VAT.
        billing_month: First day of the billed month.
        pdf_url: URL of the PDF file; a secret.
        invoice_number: Number, such as `2020-09-1442`.
        state: State: `new`, `paid`, `failed` or another value.
        vat_rate: VAT in thousandths: 200 is 20 %.
        items: Its lines.
        detailed_items: The usage in detail.
    """

    id: str
    total_price: int
    total_price_with_vat: int
    billing_month: date | None = None
    pdf_url: str | None = attrs.field(default=None, repr=masked)
    invoice_number: str | None = None
    state: Literal["new", "paid", "failed"] | str
    vat_rate: int
    items: list[InvoiceItem]
    detailed_items: list[InvoiceDetailedItem]


@attrs.define(kw_only=True)
class RuntimeUsage(Model):
    """The running time of the containers of a size.

    Attributes:
        size: The size, in part. Its `hourly_price` is apparently in thousandths of a euro here.
        price: Price in euros; deprecated.
        duration: Duration, apparently in minutes.
    """

    size: ContainerSize
    price: float | None = None
    duration: int


@attrs.define(kw_only=True)
class AddonUsage(Model):
    """The usage time of an addon.

    Attributes:
        addon: The addon, as a summary.
        price: Price in euros; deprecated.
        runtime: Duration, apparently in minutes.
        status: State of the addon.
        provisioned_at: When it was added.
        deprovisioned_at: When it was removed; `None` while it is in use.
    """

    addon: AddonSummary
    price: float | None = None
    runtime: int
    status: str | None = None
    provisioned_at: datetime | None = None
    deprovisioned_at: datetime | None = None


@attrs.define(kw_only=True)
class AccountUsage(Model):
    """The usage of an app.

    Attributes:
        app: Name of the app.
        app_id: Id of the app.
        status: State of the app.
        runtimes: Usage of containers.
        addon_usages: Usage of addons.
        first_month: First month of usage, such as `8/2020`.
    """

    app: str
    app_id: str | None = None
    status: str | None = None
    runtimes: list[RuntimeUsage] | None = None
    addon_usages: list[AddonUsage] | None = None
    first_month: str | None = None
