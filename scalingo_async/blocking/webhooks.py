"""`WebhookReceiver` for programs that block: handlers, and what remembers events, are plain."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from scalingo_async import webhooks
from scalingo_async._core.secrets import RedactedDict
from scalingo_async.blocking.facade import dressed, facade, facade_class
from scalingo_async.blocking.portal import Door
from scalingo_async.blocking.threads import in_threads
from scalingo_async.types import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_async.blocking.facade import Facade
    from scalingo_async.types import Secret

    Base = Facade
else:
    Base = facade_class(webhooks.WebhookReceiver)


class WebhookReceiver(Base):
    """Takes what comes to a webhook, as `scalingo_async.WebhookReceiver` does.

    The arguments are the same; `seen` may be something whose `add` and `discard` block.
    """

    def __init__(self, secret: str | Secret, **kwargs: Any) -> None:
        kwargs = RedactedDict(kwargs)
        seen = kwargs.get("seen", UNSET)
        if callable(getattr(seen, "add", None)) and not inspect.iscoroutinefunction(seen.add):
            kwargs["seen"] = _Seen(seen.add, seen.discard)
        receiver = webhooks.WebhookReceiver(secret, **kwargs)
        super().__init__(Door(None, facade), receiver, lambda: receiver)


class _Seen:
    """What remembers events in threads."""

    def __init__(self, add: Callable[[str], bool], discard: Callable[[str], None]) -> None:
        self.add, self.discard = in_threads(add), in_threads(discard)


dressed(WebhookReceiver.__init__, "__init__", webhooks.WebhookReceiver.__init__, 1)
