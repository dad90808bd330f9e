"""Models: the URL of a database's logs."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "DatabaseLogsUrl",
]


@attrs.define(kw_only=True)
class DatabaseLogsUrl(Model):
    """Where the logs of a database can be read.

    Attributes:
        url: URL of the logs, with a token of its own; a secret. `logs.dump` takes it.
    """

    url: str = attrs.field(repr=masked)
