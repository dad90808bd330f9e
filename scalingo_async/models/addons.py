"""Models: addons, their providers, plans and categories."""

from datetime import datetime
from typing import ClassVar, Literal

import attrs

from scalingo_async.models.base import Bindable, Model, Waitable, masked
from scalingo_async.types import JSONValue

__all__ = [
    "Addon",
    "AddonCategory",
    "AddonProvider",
    "AddonSummary",
    "Plan",
    "PlanPricing",
]


@attrs.define(kw_only=True)
class AddonCategory(Model):
    """A group of addon providers.

    Attributes:
        id: Id of the category.
        name: Name.
        description: Description in Markdown, may be empty.
        position: Sort position.
    """

    id: str
    name: str
    description: str | None = None
    position: int | None = None


@attrs.define(kw_only=True)
class PlanPricing(Model):
    """The price of a plan.

    Attributes:
        price: Price per period: a decimal number as a string.
        currency: Currency: `EUR` or another value.
        period: Period of the price: `minute` or another value.
    """

    price: str
    currency: Literal["EUR"] | str
    period: Literal["minute"] | str


@attrs.define(kw_only=True)
class Plan(Model):
    """A plan of an addon provider.

    Inside an addon it is a summary without prices.

    Attributes:
        id: Id, for `plan_id`.
        name: Name, such as `postgresql-starter-512`.
        display_name: Display name.
        price: Price in euros; deprecated, see `pricings`.
        description: Description in HTML or Markdown.
        position: Sort position.
        on_demand: Whether it is only available on request from Scalingo.
        disabled: Whether it is no longer available.
        disabled_alternative_plan_id: Id of the plan to use instead, if it is no longer available.
        sku: Id in the price catalogue.
        pricings: Prices by catalogue; `default` is the usual one.
        hds_available: Whether it may store health data (HDS).
        to_be_discontinued: Whether it will be discontinued.
        trial_available: Whether it is available in the free trial.
        properties: Properties by name; numbers, strings or booleans.
    """

    id: str
    name: str
    display_name: str
    price: float | None = None
    description: str | None = None
    position: int | None = None
    on_demand: bool | None = None
    disabled: bool | None = None
    disabled_alternative_plan_id: str | None = None
    sku: str | None = None
    pricings: dict[str, PlanPricing] | None = None
    hds_available: bool | None = None
    to_be_discontinued: bool | None = None
    trial_available: bool | None = None
    properties: dict[str, JSONValue] | None = None


@attrs.define(kw_only=True)
class AddonProvider(Model):
    """A provider of addons, such as `postgresql`.

    Inside an addon it is a summary: id, name and logo.

    Attributes:
        id: Id such as `postgresql` or `scalingo-redis`, for `addon_provider_id` and `technology`.
        name: Display name.
        logo_url: URL of the logo, without a scheme (`//…`).
        short_description: One-line description.
        description: Description in HTML or Markdown.
        category: Its category.
        provider_name: Company that provides it.
        provider_url: URL of a page about it.
        hds_available: Whether it may store health data (HDS).
        plans: Its plans.
    """

    id: str
    name: str
    logo_url: str | None = None
    short_description: str | None = None
    description: str | None = None
    category: AddonCategory | None = None
    provider_name: str | None = None
    provider_url: str | None = None
    hds_available: bool | None = None
    plans: list[Plan] | None = None


@attrs.define(kw_only=True)
class AddonSummary(Bindable):
    """A summary of an addon, as in the account's usage; `addons.get` returns the rest.

    `Addon` is a subclass.

    Attributes:
        id: Id (`ad-…`; old ones have 24 hex digits).
        app_id: Id of the app.
        resource_id: Name of the resource at the addon provider, such as `my-app-3083`.
        plan: Its plan, as a summary.
        addon_provider: Its provider, as a summary.
    """

    # Bindable because of `Addon`: Python can't combine two bases that both have slots.

    id: str
    app_id: str
    resource_id: str | None = None
    plan: Plan
    addon_provider: AddonProvider


@attrs.define(kw_only=True)
class Addon(AddonSummary, Waitable):
    """An addon of an app, such as its database.

    `wait` returns at `running` and fails at `suspended`. On the result of `addons.update`, it waits
    until the addon runs on its new plan; for a database on dedicated resources, until the database
    is `running` again.

    Attributes:
        id: Id (`ad-…`; old ones have 24 hex digits).
        app_id: Id of the app.
        resource_id: Name of the resource at the addon provider, such as `my-app-3083`.
        status: State: `running`, `provisioning`, `suspended` or another value.
        plan: Its plan, as a summary.
        addon_provider: Its provider, as a summary.
        provisioned_at: When it was provisioned.
        deprovisioned_at: When it was removed or replaced.
        updated_at: When it was last changed.
        hds_resource: Whether it may store health data (HDS).
        token: Token for the database API, valid for one hour; only in the result of `addons.token`.
            A secret.
        sso_url: URL of its dashboard, valid for one hour; only in the result of `addons.sso`. A
            secret.
        message: Message of the provider; only in the results of `create`, `update` and `resume`.
        variables: Names of the app's variables that changed; only in the results of `create` and
            `update`.
    """

    _source: ClassVar[str] = "client.addons.get"

    status: Literal["running", "provisioning", "suspended"] | str
    provisioned_at: datetime | None = None
    deprovisioned_at: datetime | None = None
    updated_at: datetime | None = None
    hds_resource: bool | None = None
    token: str | None = attrs.field(default=None, repr=masked)
    sso_url: str | None = attrs.field(default=None, repr=masked)
    message: str | None = None
    variables: list[str] | None = None
