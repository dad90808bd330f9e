"""Models: the URL of a database's logs."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "DatabaseLogsUrl",
]


@attrs.define(kw_only=True)
class DatabaseLogsUrl(Model):
    """The URL of a database's logs.

    Attributes:
        url: URL of the logs, which contains a token; a secret. Pass it to `logs.dump`.
    """

    url: str = attrs.field(repr=masked)
