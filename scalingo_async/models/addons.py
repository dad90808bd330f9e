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
        position: Position in an ordered list.
    """

    id: str
    name: str
    description: str | None = None
    position: int | None = None


@attrs.define(kw_only=True)
class PlanPricing(Model):
    """What a plan costs.

    Attributes:
        price: Price for each period: a decimal number as text.
        currency: Currency: `EUR` or another word.
        period: What the price is for: `minute` or another word.
    """

    price: str
    currency: Literal["EUR"] | str
    period: Literal["minute"] | str


@attrs.define(kw_only=True)
class Plan(Model):
    """A plan of an addon provider.

    In an addon it comes in short, without its prices.

    Attributes:
        id: Id, which `plan_id` takes.
        name: Name, such as `postgresql-starter-512`.
        display_name: Name for people.
        price: Price in euros; deprecated, see `pricings`.
        description: Description in HTML or Markdown.
        position: Position in an ordered list.
        on_demand: Whether one has to ask Scalingo for it.
        disabled: Whether it is no longer on offer.
        disabled_alternative_plan_id: Id of the plan to use instead, when it is no longer on offer.
        sku: Id in the catalogue of prices.
        pricings: Prices by catalogue; `default` is the usual one.
        hds_available: Whether it may hold health data (HDS).
        to_be_discontinued: Whether it will be withdrawn.
        trial_available: Whether it may be used in the free trial.
        properties: Characteristics by name; numbers, strings or booleans.
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

    In an addon it comes in short: id, name and logo.

    Attributes:
        id: Id such as `postgresql` or `scalingo-redis`, which `addon_provider_id` and `technology`
            take.
        name: Name for people.
        logo_url: URL of the logo, without a scheme (`//…`).
        short_description: Description of one line.
        description: Description in HTML or Markdown.
        category: Its category.
        provider_name: Company that offers it.
        provider_url: URL of a page about it.
        hds_available: Whether it may hold health data (HDS).
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
    """An addon in short, as the account's usage names it; `addons.get` has the rest.

    Every `Addon` is an `AddonSummary`, too.

    Attributes:
        id: Id (`ad-…`; old ones have 24 hex digits).
        app_id: Id of the app.
        resource_id: Name of the resource at the provider, such as `my-app-3083`.
        plan: Its plan, in short.
        addon_provider: Its provider, in short.
    """

    # Bindable for the sake of `Addon`: two bases with slots of their own can't be joined.

    id: str
    app_id: str
    resource_id: str | None = None
    plan: Plan
    addon_provider: AddonProvider


@attrs.define(kw_only=True)
class Addon(AddonSummary, Waitable):
    """An addon of an app, such as its database.

    `wait` ends with `running`, and fails with `suspended`. The answer of `addons.update` is waited
    for until the addon runs on its new plan; for a database on dedicated resources, until that is
    `running` again.

    Attributes:
        id: Id (`ad-…`; old ones have 24 hex digits).
        app_id: Id of the app.
        resource_id: Name of the resource at the provider, such as `my-app-3083`.
        status: State: `running`, `provisioning`, `suspended` or another word.
        plan: Its plan, in short.
        addon_provider: Its provider, in short.
        provisioned_at: When it was added.
        deprovisioned_at: When it was removed or replaced.
        updated_at: Last change.
        hds_resource: Whether it may hold health data (HDS).
        token: Token for the database API, good for one hour; only in the answer of `addons.token`.
            A secret.
        sso_url: URL of its dashboard, good for one hour; only in the answer of `addons.sso`. A
            secret.
        message: What the provider says; only in the answers of `create`, `update` and `resume`.
        variables: Names of the app's variables that changed; only in the answers of `create` and
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
