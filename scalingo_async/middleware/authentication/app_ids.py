"""Authentication: which app a name stands for, so that one token serves both spellings.

Addon tokens are exchanged for an app and an addon, and an app is given by its id or by its name.
What the platform has said of a name lately is enough to use one token for both. A name is never
guessed: one that the platform has said nothing of gets a token of its own, from the platform,
which refuses it if the addon is another app's.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.middleware.authentication.lifetime import MUST_REFRESH

TRUSTED_FOR: Final = 3600.0 - MUST_REFRESH
"""Seconds that a name is taken for the same app, as it may be given to another one.

A token is used for as long, and an exchange by name says it anew: so a name costs no more exchanges
than it would alone.
"""


class AppIds(Uncopyable):
    """The ids of apps by their names, for a while; the oldest are forgotten beyond a number.

    Args:
        limit: How many are kept.
        clock: A monotonic clock, in seconds.
    """

    __slots__ = ("_clock", "_ids", "_limit")

    def __init__(self, limit: int = 4096, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._ids: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    def learn(self, api: str, name: str, app_id: str) -> None:
        """Note what the platform has just said of a name.

        Args:
            api: The URL of the region's database API.
            name: The name.
            app_id: The id.
        """
        key = (api, name)
        self._ids[key] = (app_id, self._clock() + TRUSTED_FOR)
        self._ids.move_to_end(key)
        if len(self._ids) > self._limit:
            self._ids.popitem(last=False)

    def forget(self, api: str, name: str) -> None:
        """Forget a name: it stands for nothing any more, or for another app."""
        self._ids.pop((api, name), None)

    def id_of(self, api: str, app: str) -> str:
        """Return the id of an app; what was given if that is an id, or a name of no known app."""
        found = self._ids.get((api, app))
        if found is None:
            return app
        app_id, until = found
        return app_id if self._clock() < until else app
