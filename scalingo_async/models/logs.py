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
    """Where the logs of an app can be read.

    Attributes:
        logs_url: URL of the logs, with a token of its own; a secret.
        app: The app in short; `None` without its id and name.
    """

    logs_url: str = attrs.field(repr=masked)
    app: AppSummary | None = attrs.field(default=None, metadata={"lenient": True})


@attrs.define(kw_only=True)
class LogEvent(Model):
    """A frame of the stream of logs.

    Attributes:
        event: Kind of frame: `log`, `ping` or another word, which is to be ignored.
        name: Kind of frame, as the documentation calls it; for frames without `event`.
        log: One line or more, in `log` frames.
        timestamp: When it was sent.
    """

    event: Literal["log", "ping"] | str | None = None
    name: Literal["log", "ping"] | str | None = None
    log: str | None = None
    timestamp: datetime | None = None


@attrs.define(kw_only=True)
class LogsArchive(Model):
    """A file of old logs.

    Attributes:
        url: URL of the file, good for 60 minutes; a secret.
        size: Size, in bytes as it seems.
        from_: About when its first line was written, such as `Fri Mar 24 14:00:00 +0000 UTC 2017`.
        to: About when its last line was written, in the same form.
    """

    url: str = attrs.field(repr=masked)
    size: int | None = None
    from_: str | None = attrs.field(default=None, metadata={"key": "from"})
    to: str | None = None
