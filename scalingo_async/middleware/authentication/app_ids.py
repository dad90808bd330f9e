"""Authentication: the ids of apps by name, so that one token works for both spellings.

Addon tokens belong to an app and an addon, and an app is given by its id or its name. If a recent
response of the platform has mapped the name to the id, one token is used for both. A name is never
guessed: an unknown one gets its own token from the platform, which refuses it if the addon belongs
to another app.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from scalingo_async._core.uncopyable import Uncopyable
from scalingo_async.middleware.authentication.lifetime import MUST_REFRESH

TRUSTED_FOR: Final = 3600.0 - MUST_REFRESH
"""Seconds for which a name counts as the same app, because another app may get it.

A token lasts as long, and each exchange by name confirms it, so this costs no additional exchanges.
"""


class AppIds(Uncopyable):
    """A cache of the ids of apps by name, limited in time and number.

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
        """Note the id of a name from a response of the platform.

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
        """Forget a name: it no longer exists, or belongs to another app."""
        self._ids.pop((api, name), None)

    def id_of(self, api: str, app: str) -> str:
        """Return the id of an app; the argument itself if it is an id or an unknown name."""
        found = self._ids.get((api, app))
        if found is None:
            return app
        app_id, until = found
        return app_id if self._clock() < until else app
