"""The entry points for blocking programs: `Client` and `WebhookReceiver`."""

from __future__ import annotations

import inspect
from typing import Any, Self

from scalingo_async import webhooks
from scalingo_async._core.secrets import RedactedDict, hide
from scalingo_async.blocking.facade import Facade, dressed, facade, facade_class
from scalingo_async.blocking.portal import Door
from scalingo_async.blocking.threads import in_threads
from scalingo_async.client import AsyncClient
from scalingo_async.types import UNSET, Secret

# The stub has their types.
_ClientBase: Any = facade_class(AsyncClient)
_ReceiverBase: Any = facade_class(webhooks.WebhookReceiver)


class Client(_ClientBase):  # type: ignore[misc]
    """A client of the Scalingo API for blocking programs: each call returns when it is done.

        with Client.from_env() as client:
            for app in client.apps.list():
                print(app.name)

    It is an `AsyncClient` with its own event loop in its own thread, which starts with the first
    call. Threads can share it. A forked process opens its own connections at its first call, and
    doesn't touch those of its parent. The arguments are those of `AsyncClient`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        args, kwargs = tuple(map(hide, args)), RedactedDict(kwargs)
        client = AsyncClient(*args, **kwargs)
        Facade.__init__(self, Door(client, facade), client)

    @classmethod
    def from_env(cls, **kwargs: Any) -> Self:
        """Make a client from environment variables, like `AsyncClient.from_env`."""
        client, made = AsyncClient.from_env(**RedactedDict(kwargs)), cls.__new__(cls)
        Facade.__init__(made, Door(client, facade), client)
        return made

    def close(self) -> None:
        """End the calls in progress, close the connections, and end the thread.

        Calls in progress raise `ClientClosedError`. A second call does nothing.
        """
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def __repr__(self) -> str:
        # Error reporters also inspect a client that could not be created.
        thing = self.__dict__.get("_thing", "<AsyncClient, not created>")
        return repr(thing).replace("AsyncClient", type(self).__name__, 1)


class WebhookReceiver(_ReceiverBase):  # type: ignore[misc]
    """Receives the requests of a webhook, like `scalingo_async.WebhookReceiver`.

    The arguments are the same; the methods `add` and `discard` of `seen` may block.
    """

    def __init__(self, secret: str | Secret, **kwargs: Any) -> None:
        kwargs = RedactedDict(kwargs)
        seen = kwargs.get("seen", UNSET)
        if callable(getattr(seen, "add", None)) and not inspect.iscoroutinefunction(seen.add):
            kwargs["seen"] = _Seen(seen)
        receiver = webhooks.WebhookReceiver(secret, **kwargs)
        Facade.__init__(self, Door(None, facade), receiver)


class _Seen:
    def __init__(self, seen: Any) -> None:
        self.add, self.discard = in_threads(seen.add), in_threads(seen.discard)


dressed(Client.__init__, AsyncClient.__init__, 1)
dressed(WebhookReceiver.__init__, webhooks.WebhookReceiver.__init__, 1)
