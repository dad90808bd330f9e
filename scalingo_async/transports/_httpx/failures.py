"""Translate the exceptions of httpx and httpx2."""

from __future__ import annotations

import functools
from typing import Any

from scalingo_async.errors import APIConnectionError
from scalingo_async.request import Phase
from scalingo_async.transports.failures import connection_error


class ErrorTable:
    """The translations for one of the modules."""

    def __init__(self, lib: Any) -> None:
        self._timeouts: tuple[type[Exception], ...] = (lib.TimeoutException, TimeoutError)
        self._known: tuple[tuple[type[Exception], Phase], ...] = (
            (lib.ConnectError, Phase.CONNECT),
            (lib.ConnectTimeout, Phase.CONNECT),
            (lib.ProxyError, Phase.CONNECT),
            (lib.UnsupportedProtocol, Phase.CONNECT),
            (lib.InvalidURL, Phase.CONNECT),
            (lib.PoolTimeout, Phase.POOL),
            (lib.WriteError, Phase.WRITE),
            (lib.WriteTimeout, Phase.WRITE),
            (lib.ReadError, Phase.READ),
            (lib.ReadTimeout, Phase.READ),
            (lib.RemoteProtocolError, Phase.READ),
        )

    @staticmethod
    @functools.cache
    def of(lib: Any) -> ErrorTable:
        """Return those of a module."""
        return ErrorTable(lib)

    def translate(
        self, error: Exception, phase: Phase, known: Phase | None = None
    ) -> APIConnectionError:
        """Make the exception for a failure.

        Args:
            error: What the module raised.
            phase: Where the request was, for kinds that do not tell.
            known: Where the request was, whatever the kind.
        """
        for kind, where in self._known:
            if isinstance(error, kind):
                phase = where
                break
        phase = known or phase
        timeout = isinstance(error, self._timeouts)
        return connection_error(error, phase, timeout=timeout)
