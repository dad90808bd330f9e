"""Models: apps, as the provider of an addon sees them."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "ProviderApp",
]


@attrs.define(kw_only=True)
class ProviderApp(Model):
    """An app, as the provider of one of its addons sees it.

    The list has `app_id`; a single one has `id`, which may be an id of another platform.

    Attributes:
        addon_provider_id: Id of the provider.
        app_id: Id of the app, in the list.
        id: Id of the app, when asked for alone.
        name: Name of the app, when asked for alone.
        owner_email: E-mail address of the app's owner, when asked for alone.
        plan: Name of the plan.
        config: Variables that the addon has set, when asked for alone; secrets.
    """

    addon_provider_id: str
    app_id: str | None = None
    id: str | None = None
    name: str | None = None
    owner_email: str | None = None
    plan: str
    config: dict[str, str] | None = attrs.field(default=None, repr=masked)
