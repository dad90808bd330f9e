"""`Client`: all that `AsyncClient` does, for programs that block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scalingo_async._core.secrets import RedactedDict
from scalingo_async.blocking.facade import Facade, concealment, dressed, facade, facade_class
from scalingo_async.blocking.portal import Door
from scalingo_async.client import AsyncClient

if TYPE_CHECKING:
    from typing import Self

    from scalingo_async.blocking.facade import Facade

    Base = Facade
else:
    Base = facade_class(AsyncClient)


_SETTINGS: Final = concealment(AsyncClient.__init__)


class Client(Base):
    """A client of the Scalingo API for programs that block: each call returns when it is done.

        with Client.from_env() as client:
            for app in client.apps.list():
                print(app.name)

    It is an `AsyncClient` with an event loop in a thread of its own, which begins with the first
    call. Threads share it. A forked process makes its own connections at its first call, and leaves
    those of its parent alone.

    The arguments are those of `AsyncClient`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = RedactedDict(kwargs)
        if _SETTINGS is not None:
            args = _SETTINGS.conceal(args, kwargs)
        self._stand_for(AsyncClient(*args, **kwargs))

    @classmethod
    def from_env(cls, **kwargs: Any) -> Self:
        """Make a client of what the environment says, as `AsyncClient.from_env` does."""
        client = cls.__new__(cls)
        client._stand_for(  # noqa: SLF001
            AsyncClient.from_env(**RedactedDict(kwargs))
        )
        return client

    def _stand_for(self, client: AsyncClient) -> None:
        door = Door(client, facade)
        super().__init__(door, client, door.client)

    def close(self) -> None:
        """End the calls that are under way, close the connections, and end the thread.

        Calls that are under way raise `ClientClosedError`. A second time does nothing.
        """
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def __repr__(self) -> str:
        # Reporters of errors look at a client that could not be made as well.
        thing = getattr(self, "_thing", "<AsyncClient, not made>")
        return repr(thing).replace("AsyncClient", type(self).__name__, 1)


dressed(Client.__init__, "__init__", AsyncClient.__init__, 1)
