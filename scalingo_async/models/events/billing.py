"""Models: payloads of the events of billing: payments, credit, vouchers."""

import attrs

from scalingo_async.models.base import Model
from scalingo_async.models.events.data import EventData

__all__ = [
    "AddCreditData",
    "AddPaymentMethodData",
    "AddVoucherData",
    "EventBillingProfile",
    "EventStripeCard",
    "PaymentAttemptData",
]


@attrs.define(kw_only=True)
class AddCreditData(EventData):
    """The payload of `add_credit` events: credit was added to the account.

    Attributes:
        payment_method: Kind of payment method, such as `paypal`.
        amount: Amount in euros.
        value: Amount in euros, under another key.
    """

    payment_method: str | None = None
    amount: float | None = None
    value: float | None = None


@attrs.define(kw_only=True)
class EventStripeCard(Model):
    """The payment card in an event.

    Attributes:
        brand: Brand.
        last4: Last four digits.
        exp: Expiry, as `MM/YYYY`.
    """

    brand: str | None = None
    last4: str | None = None
    exp: str | None = None


@attrs.define(kw_only=True)
class EventBillingProfile(Model):
    """The billing profile in an event.

    Attributes:
        company: Company.
        vat_number: VAT number.
        payment_method_type: Kind of payment method, such as `stripe` or `paypal`.
        stripe: The card.
    """

    company: str | None = None
    vat_number: str | None = None
    payment_method_type: str | None = None
    stripe: EventStripeCard | None = None


@attrs.define(kw_only=True)
class AddPaymentMethodData(EventData):
    """The payload of `add_payment_method` events: a payment method was registered.

    Attributes:
        company: Company.
        vat_number: VAT number.
        payment_method_type: Kind of payment method, such as `stripe` or `paypal`.
        stripe: The card.
        billing_profile: The same data in a nested object; an event has one form or the other.
    """

    company: str | None = None
    vat_number: str | None = None
    payment_method_type: str | None = None
    stripe: EventStripeCard | None = None
    billing_profile: EventBillingProfile | None = None


@attrs.define(kw_only=True)
class AddVoucherData(EventData):
    """The payload of `add_voucher` events: a voucher was used.

    Attributes:
        code: Code of the voucher.
    """

    code: str


@attrs.define(kw_only=True)
class PaymentAttemptData(EventData):
    """The payload of `payment_attempt` events: a payment was attempted.

    Attributes:
        amount: Amount in euros.
        payment_method: Kind of payment method: `credit`, or a card.
        status: State: `new` is pending, `paid` is a success, any other value is a failure.
    """

    amount: float | None = None
    payment_method: str | None = None
    status: str | None = None
