"""Models: the URL of an app's logs, events of the log stream, log archives."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.apps import AppSummary
from scalingo_async.models.base import Model, masked

__all__ = [
    "LogEvent",
    "LogsArchive",
    "LogsUrl",
]


@attrs.define(kw_only=True)
class LogsUrl(Model):
    """The URL of an app's logs.

    Attributes:
        logs_url: URL of the logs, which contains a token; a secret.
        app: The app as a summary; `None` without its id and name.
    """

    logs_url: str = attrs.field(repr=masked)
    app: AppSummary | None = attrs.field(default=None, metadata={"lenient": True})


@attrs.define(kw_only=True)
class LogEvent(Model):
    """A frame of the stream of logs.

    Attributes:
        event: Kind of frame: `log`, `ping` or another value, which clients should ignore.
        name: Kind of frame, under the documented key, in frames without `event`.
        log: One or more lines, in `log` frames.
        timestamp: When it was sent.
    """

    event: Literal["log", "ping"] | str | None = None
    name: Literal["log", "ping"] | str | None = None
    log: str | None = None
    timestamp: datetime | None = None


@attrs.define(kw_only=True)
class LogsArchive(Model):
    """An archive of old logs.

    Attributes:
        url: URL of the file, valid for 60 minutes; a secret.
        size: Size, apparently in bytes.
        from_: Approximate time of its first line, such as `Fri Mar 24 14:00:00 +0000 UTC 2017`.
        to: Approximate time of its last line, in the same format.
    """

    url: str = attrs.field(repr=masked)
    size: int | None = None
    from_: str | None = attrs.field(default=None, metadata={"key": "from"})
    to: str | None = None
