"""Models: payloads of the events of addons."""

import attrs

from scalingo_async.models.events.data import EventData

__all__ = [
    "AddonUpdatedData",
    "DeleteAddonData",
    "NewAddonData",
    "ResumeAddonData",
    "SuspendAddonData",
    "UpgradeAddonData",
]


@attrs.define(kw_only=True)
class NewAddonData(EventData):
    """The payload of `new_addon` events: an addon was added.

    Attributes:
        addon_provider_name: Name of the provider.
        plan_name: Name of the plan.
        resource_id: Name of the resource at the addon provider.
    """

    addon_provider_name: str | None = None
    plan_name: str | None = None
    resource_id: str | None = None


@attrs.define(kw_only=True)
class UpgradeAddonData(EventData):
    """The payload of `upgrade_addon` events: the plan of an addon changed.

    Attributes:
        addon_provider_name: Name of the provider.
        plan_name: Name of the plan, in some responses.
        resource_id: Name of the resource at the addon provider.
        old_plan_name: Name of the old plan.
        new_plan_name: Name of the new plan.
    """

    addon_provider_name: str | None = None
    plan_name: str | None = None
    resource_id: str | None = None
    old_plan_name: str
    new_plan_name: str


@attrs.define(kw_only=True)
class DeleteAddonData(EventData):
    """The payload of `delete_addon` events: an addon was removed.

    Attributes:
        addon_provider_name: Name of the provider.
        plan_name: Name of the plan.
        resource_id: Name of the resource at the addon provider.
    """

    addon_provider_name: str | None = None
    plan_name: str | None = None
    resource_id: str | None = None


@attrs.define(kw_only=True)
class ResumeAddonData(EventData):
    """The payload of `resume_addon` events: a suspended addon runs again.

    Attributes:
        addon_provider_name: Name of the provider.
        plan_name: Name of the plan.
        resource_id: Name of the resource at the addon provider.
    """

    addon_provider_name: str | None = None
    plan_name: str | None = None
    resource_id: str | None = None


@attrs.define(kw_only=True)
class SuspendAddonData(EventData):
    """The payload of `suspend_addon` events: an addon was suspended.

    Attributes:
        addon_provider_name: Name of the provider.
        plan_name: Name of the plan.
        resource_id: Name of the resource at the addon provider.
        reason: Reason.
    """

    addon_provider_name: str | None = None
    plan_name: str | None = None
    resource_id: str | None = None
    reason: str | None = None


@attrs.define(kw_only=True)
class AddonUpdatedData(EventData):
    """The payload of `addon_updated` events: an addon changed.

    Attributes:
        addon_id: Id of the addon.
        addon_plan_name: Name of the plan.
        addon_resource_id: Name of the resource at the addon provider.
        addon_provider_id: Id of the provider.
        addon_provider_name: Name of the provider.
        status: Old and new state; absent or empty if something else changed.
        attributes_changed: Names of the changed attributes.
    """

    addon_id: str
    addon_plan_name: str | None = None
    addon_resource_id: str | None = None
    addon_provider_id: str | None = None
    addon_provider_name: str | None = None
    status: list[str] | None = None
    attributes_changed: list[str] | None = None
