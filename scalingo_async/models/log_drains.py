"""Models: log drains of apps and addons."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "LogDrain",
]


@attrs.define(kw_only=True)
class LogDrain(Model):
    """An external service that gets the logs of an app or of an addon.

    Attributes:
        url: URL of the service, with its credentials; a secret. It has no other id.
        app_id: Id of the app; for drains of an addon too.
    """

    url: str = attrs.field(repr=masked)
    app_id: str | None = None
