"""`billing.*`: profiles on the billing API, the rest on the regional API."""

import math
from datetime import UTC, date, datetime, time
from typing import Any, cast

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.embedded import addon_view, size_view
from scalingo_async.sandbox.behaviour.files import file_response, whole
from scalingo_async.sandbox.behaviour.pages import paginate
from scalingo_async.sandbox.behaviour.usage import addons, invoices, month_start, runtimes
from scalingo_async.sandbox.catalogue.countries import country_code
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import BillingProfile, Invoice
from scalingo_async.sandbox.world.apps import App

__all__ = ["regional_routes", "routes"]

routes = Routes("billing")
regional_routes = Routes()

_NEEDED = ("name", "address_line1", "address_zip", "address_city", "address_country")
_FIELDS = (
    *_NEEDED,
    "address_line2",
    "address_state",
    "email",
    "vat_number",
    "company",
    "first_name",
    "siren",
    "profile_type",
    "invoice_additional_info",
    "payment_method",
)
_VAT = 200
_LINK_LIFETIME = 600.0


# Profiles -----------------------------------------------------------------------------------


def _profile_view(profile: BillingProfile) -> Json:
    return {
        "id": profile.id,
        **{name: profile.fields.get(name) for name in _FIELDS},
        "credit": profile.credit,
        "balance": 0,
        "stripe_payment_method": None,
        "paypal_payment_method": None,
        "created_at": iso(profile.created_at),
        "updated_at": iso(profile.updated_at),
    }


@routes("billing.profiles.get", "GET", "/profile")
def get_profile(call: Call) -> Response:
    """Show the user's billing profile."""
    return json_response({"profile": _profile_view(_profile(call))})


@regional_routes("billing.profiles.get_regional", "GET", "/account/billing/profile")
def get_profile_regional(call: Call) -> Response:
    """Show the user's billing profile, under another root key."""
    return json_response({"billing_profile": _profile_view(_profile(call))})


@routes("billing.profiles.create", "POST", "/profiles")
def create_profile(call: Call) -> Response:
    """Create the user's billing profile, if there is none yet."""
    fields = _sent(call)
    if call.user.account.billing_profile is not None:
        raise Refusal.bad_request("a billing profile already exists")
    missing = [name for name in _NEEDED if not fields.get(name)]
    if missing:
        raise Refusal.invalid(**{name: ["can't be blank"] for name in missing})
    profile = BillingProfile(call.world.ids.uuid(), fields, call.now, call.now)
    call.user.account.billing_profile = profile
    return json_response({"profile": _profile_view(profile)}, 201)


@routes("billing.profiles.update", "PUT", "/profiles/{profile_id}")
def update_profile(call: Call) -> Response:
    """Change only the fields that were sent."""
    profile = _profile(call)
    if profile.id != call.params["profile_id"]:
        raise Refusal(404, {"error": "no billing profile"})
    fields = _sent(call)
    blank = [name for name in _NEEDED if name in fields and not fields[name]]
    if blank:
        raise Refusal.invalid(**{name: ["can't be blank"] for name in blank})
    profile.fields |= fields
    profile.updated_at = call.now
    return json_response({"profile": _profile_view(profile)})


def _profile(call: Call) -> BillingProfile:
    profile = call.user.account.billing_profile
    if profile is None:
        raise Refusal(404, {"error": "no billing profile"})
    return profile


def _sent(call: Call) -> dict[str, str | None]:
    """Return the fields that were sent; a country is stored as its two-letter code."""
    sent: Any = call.json().get("profile")
    if not isinstance(sent, dict):
        raise Refusal.bad_request("profile is required")
    body = cast("Json", sent)
    fields: dict[str, str | None] = {}
    for name in _FIELDS:
        value: Any = body.get(name)
        if value is not None and not isinstance(value, str):
            raise Refusal.invalid(**{name: ["should be a string"]})
        if name in body:
            fields[name] = value
    country = fields.get("address_country")
    if country:
        fields["address_country"] = country_code(country)
        if fields["address_country"] is None:
            raise Refusal.invalid(address_country=["is not a valid country"])
    return fields


# Invoices -----------------------------------------------------------------------------------


def _invoice_view(call: Call, row: Invoice) -> Json:
    return {
        "id": row.id,
        "total_price": row.total,
        "total_price_with_vat": row.total * (1000 + _VAT) // 1000,
        "billing_month": f"{datetime.fromtimestamp(row.month, UTC):%Y-%m-%d}",
        "pdf_url": _file_url(call, row),
        "invoice_number": row.number,
        "state": "paid",
        "vat_rate": _VAT,
        "items": row.items,
        "detailed_items": row.details,
    }


@regional_routes("billing.invoices.list", "GET", "/account/invoices")
def list_invoices(call: Call) -> Response:
    """List the invoices, newest first; the previous page is called `previous_page` here."""
    rows = invoices(call.world, call.user)
    page, meta = paginate(call, rows, per_page=20, previous="previous_page")
    return json_response({"invoices": [_invoice_view(call, row) for row in page], "meta": meta})


@regional_routes("billing.invoices.get", "GET", "/account/invoices/{invoice_id}")
def get_invoice(call: Call) -> Response:
    """Show an invoice."""
    return json_response({"invoice": _invoice_view(call, _invoice(call))})


@regional_routes("billing.invoices.download", "GET", "/account/invoices/{invoice_id}/download")
def download(call: Call) -> Response:
    """Redirect to the file, whose URL is valid for ten minutes."""
    return Response(status_code=302, headers={"location": _file_url(call, _invoice(call))})


@regional_routes("billing.invoices.file", "GET", "/invoice_files/{invoice_id}", auth="none")
def file(call: Call) -> Response:
    """Serve the file of an invoice to anyone with the URL: an empty PDF."""
    invoice_id = call.params["invoice_id"]
    call.authority.check_ticket(call.query("token") or "", "invoice", invoice_id)
    return file_response(call.request, whole(_PDF), "application/pdf", f"{invoice_id}.pdf")


@regional_routes("billing.operations.list", "GET", "/account/billing/operations")
def list_operations(call: Call) -> Response:
    """List an operation for each invoice; the root key has a hyphen."""
    rows: list[Json] = [
        {
            "id": Ids(f"operation {row.id}").uuid(),
            "created_at": iso(row.issued_at),
            "amount": row.total * (1000 + _VAT) // 1000 / 100,
            "source": "invoicing",
            "description": f"Invoice for {datetime.fromtimestamp(row.month, UTC):%B %Y}",
            "invoice_id": row.id,
            "invoice_url": _file_url(call, row),
        }
        for row in invoices(call.world, call.user)
    ]
    page, meta = paginate(call, rows, per_page=20, previous="previous_page")
    return json_response({"billing-operations": page, "meta": meta})


def _invoice(call: Call) -> Invoice:
    for row in invoices(call.world, call.user):
        if row.id == call.params["invoice_id"]:
            return row
    raise Refusal.not_found("invoice")


def _file_url(call: Call, row: Invoice) -> str:
    token = call.authority.ticket("invoice", row.id, _LINK_LIFETIME)
    return f"{call.api_url}/invoice_files/{row.id}?token={token}"


# Usage --------------------------------------------------------------------------------------


@regional_routes("billing.usage", "GET", "/account/usage")
def usage(call: Call) -> Response:
    """Show the usage of each of the user's apps in the region; of this month, by default."""
    since = _day(call, "from", month_start(call.now))
    until = min(_day(call, "to", math.inf) + 86_400, call.now)
    apps = [app for app in call.region.apps.values() if app.owner is call.user]
    return json_response({"usage": [_usage_view(call, app, since, until) for app in apps]})


def _usage_view(call: Call, app: App, since: float, until: float) -> Json:
    first = datetime.fromtimestamp(app.created_at, UTC)
    return {
        "app": app.name,
        "app_id": app.id,
        "status": app.status,
        "runtimes": [
            {
                "size": size_view(call.region.name, row.formation.size),
                "price": row.cents / 100,
                "duration": row.minutes,
            }
            for row in runtimes(app, since, until)
        ],
        "addon_usages": [
            {
                "addon": addon_view(call, row.addon),
                "price": row.cents / 100,
                "runtime": row.minutes,
                "provisioned_at": iso(row.addon.provisioned_at),
                "status": row.addon.status,
                "deprovisioned_at": None,
            }
            for row in addons(app, since, until)
        ],
        "first_month": f"{first.month}/{first.year}",
    }


def _day(call: Call, name: str, default: float) -> float:
    text = call.query(name)
    if not text:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal.bad_request(f"'{name}' is not a date") from None
    return datetime.combine(day, time(), UTC).timestamp()


_PDF = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""
