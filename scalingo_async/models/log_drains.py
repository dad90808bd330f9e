"""Models: log drains of apps and addons."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "LogDrain",
]


@attrs.define(kw_only=True)
class LogDrain(Model):
    """An external service that receives the logs of an app or an addon.

    Attributes:
        url: URL of the service, with its credentials; a secret. It is also the id of the drain.
        app_id: Id of the app, also for drains of an addon.
    """

    url: str = attrs.field(repr=masked)
    app_id: str | None = None
