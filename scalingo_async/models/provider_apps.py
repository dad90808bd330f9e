"""Models: apps, as seen by an addon provider."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "ProviderApp",
]


@attrs.define(kw_only=True)
class ProviderApp(Model):
    """An app, as seen by the provider of one of its addons.

    In the list, `app_id` is set; in the result of `get`, `id`, which may be an id of another
    platform.

    Attributes:
        addon_provider_id: Id of the provider.
        app_id: Id of the app, in the list.
        id: Id of the app, in the result of `get`.
        name: Name of the app, in the result of `get`.
        owner_email: E-mail address of the app's owner, in the result of `get`.
        plan: Name of the plan.
        config: Variables that the addon has set, in the result of `get`; secrets.
    """

    addon_provider_id: str
    app_id: str | None = None
    id: str | None = None
    name: str | None = None
    owner_email: str | None = None
    plan: str
    config: dict[str, str] | None = attrs.field(default=None, repr=masked)
