"""Models: consents to access by Scalingo's staff to the data of an app."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "DataAccessConsent",
]


@attrs.define(kw_only=True)
class DataAccessConsent(Model):
    """The permission for Scalingo's staff to look into an app, until a date.

    Attributes:
        app_id: Id of the app, in the form `ap-…`.
        user_id: Id of the user who gave the permission.
        databases_until: End of the permission for the databases; `None` when there is none.
        containers_until: End of the permission for the containers; `None` when there is none.
    """

    app_id: str
    user_id: str
    databases_until: datetime | None = None
    containers_until: datetime | None = None
