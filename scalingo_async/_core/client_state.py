"""The state of a client and its copies: connections, tokens, limits, and closing them."""

from __future__ import annotations

import warnings
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

import anyio

from scalingo_async._core.cancellation import is_cancelled
from scalingo_async._core.event_loop import current_event_loop, new_scope
from scalingo_async._core.fetched_once import FetchedOnce
from scalingo_async._core.secrets import without_frames
from scalingo_async._core.tracing import LAST_RESPONSES
from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.errors import (
    APIConnectionError,
    ClientClosedError,
    ConfigurationError,
    EventLoopError,
    StrayCancellationError,
)
from scalingo_async.hosts import RegionList
from scalingo_async.middleware.authentication.app_ids import AppIds
from scalingo_async.middleware.authentication.token_cache import TokenCaches
from scalingo_async.middleware.error_mapping import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from scalingo_async.hosts import HostLookup
    from scalingo_async.request import Handler, Request, Response
    from scalingo_async.sharing import RateLimiter
    from scalingo_async.transports.base import Transport
    from scalingo_async.types import Secret


class ClientState(Uncopyable):
    """The state behind a client; it lives as long as one event loop.

    Args:
        make_transport: Makes the transport when the first request needs it.
        make_upgrade_transport: Makes the transport for upgraded connections, likewise.
        given: Whether the user passed an object that may have its own connections.
    """

    def __init__(
        self,
        make_transport: Callable[[], Transport],
        make_upgrade_transport: Callable[[], Transport],
        *,
        given: bool = False,
    ) -> None:
        self._make_transport = make_transport
        self._make_upgrade_transport = make_upgrade_transport
        self._given = given
        self._of_parent = False
        self.closed = False
        self.app_ids = AppIds()
        self.limiters: dict[Hashable, RateLimiter] = {}
        self._begin()
        # By region: the client's own, and those that were asked for.
        self.lookups: dict[str, HostLookup] = {}
        # The API token that a login has made: one is enough for all exchanges.
        self.login_token: Secret | None = None

    def _begin(self) -> None:
        """Create the objects that belong to one event loop."""
        self._transport: Transport | None = None
        self._upgrade_transport: Transport | None = None
        self._event_loop: object = None
        self._active: set[anyio.CancelScope] = set()
        self.tokens = TokenCaches()
        self.regions = RegionList()
        # The platform's catalogues, by the URL of their API and what they are of.
        self.catalogues: dict[Hashable, FetchedOnce[Any]] = {}

    def renew(self) -> object:
        """Start again in a forked process; return the parent's objects, which must stay open.

        The user's own objects still belong to the parent, which `check` reports.
        """
        left = (self._transport, self._upgrade_transport, self._active, self.tokens)
        self._of_parent = self._given
        # The client and its copies hold the dict itself.
        self.limiters.clear()
        self._begin()
        return left

    def check(self) -> None:
        """Refuse to work for a closed client, or for a second event loop.

        Raises:
            ClientClosedError: The client was closed.
            ConfigurationError: The process was forked, and what the user gave is the parent's.
            EventLoopError: The client was used in another event loop before.
        """
        if self.closed:
            raise ClientClosedError("this client is closed; make a new one")
        if self._of_parent:
            raise ConfigurationError(
                "this client was used before the process was forked, and its transport, limiters "
                "or token store have connections that belong to the parent: make a client in each "
                "process"
            )
        loop = current_event_loop()
        if self._event_loop is None:
            self._event_loop = loop
        elif self._event_loop is not loop:
            raise EventLoopError(
                "this client was used in another event loop, and its connections belong to that "
                "one; make a client in each event loop"
            )

    def catalogue(self, key: Hashable) -> FetchedOnce[Any]:
        """Return the cache of one of the platform's lists, for the lifetime of the client."""
        return self.catalogues.setdefault(key, FetchedOnce())

    async def perform(self, handler: Handler, request: Request) -> Response:
        """Send a request through a chain, unless the client is closed meanwhile.

        Its response is recorded if something collects the responses of a call.
        """
        self.check()
        response: Response | None = None
        cancellation: BaseException | None = None
        with new_scope() as scope:
            self._active.add(scope)
            try:
                # As `attributed` does, in a frame less.
                response = await handler(request)
            except StrayCancellationError:
                pass
            except (Exception, GeneratorExit):
                raise
            except anyio.get_cancelled_exc_class() as error:
                cancellation = without_frames(error)
            finally:
                self._active.discard(scope)
            if cancellation is not None and await is_cancelled():
                raise cancellation
        if response is not None:
            if response.request is None:
                response.request = request
            noted = LAST_RESPONSES.get()
            if noted is not None:
                noted.append(response)
            return response
        if scope.cancelled_caught:
            raise ClientClosedError("the client was closed during the call")
        # Of a middleware, a transport or a store of the user: how far it came is not known.
        problem = APIConnectionError(
            "the call ended in a cancellation that nobody asked for: a middleware or a "
            "transport waited for something that had been cancelled",
            phase=request.state.phase,
        )
        describe(problem, request)
        raise problem

    def send(self, request: Request) -> Awaitable[Response]:
        """Pass a request to the transport: the end of the chain."""
        if request.upgrade:
            if self._upgrade_transport is None:
                self._check_open()
                self._upgrade_transport = self._make_upgrade_transport()
            return self._upgrade_transport.send(request)
        if self._transport is None:
            self._check_open()
            self._transport = self._make_transport()
        return self._transport.send(request)

    def _check_open(self) -> None:
        if self.closed:
            # The call went on after `aclose`, its cancellation still to come.
            raise ClientClosedError("the client was closed during the call")

    async def aclose(self) -> None:
        """End all calls and close the connections; a second call does nothing."""
        if self.closed:
            return
        self.closed = True
        for scope in self._active:
            scope.cancel()
        opened = (self._transport, self._upgrade_transport)
        self._transport = self._upgrade_transport = None
        for transport in opened:
            if transport is not None:
                with anyio.CancelScope(shield=True):
                    await transport.aclose()

    def __del__(self) -> None:
        # What was never initialized is thrown away as well.
        made = vars(self)
        if made.get("_transport") is not None or made.get("_upgrade_transport") is not None:
            warnings.warn(
                "a Scalingo client was forgotten: use `async with`, or call `aclose()`",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )
