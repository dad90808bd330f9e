"""Models: consents for Scalingo's staff to access an app's data."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "DataAccessConsent",
]


@attrs.define(kw_only=True)
class DataAccessConsent(Model):
    """The consent for Scalingo's staff to access an app until a date.

    Attributes:
        app_id: Id of the app, in the form `ap-…`.
        user_id: Id of the user who gave the consent.
        databases_until: When the consent for the databases ends; `None` if there is none.
        containers_until: When the consent for the containers ends; `None` if there is none.
    """

    app_id: str
    user_id: str
    databases_until: datetime | None = None
    containers_until: datetime | None = None
