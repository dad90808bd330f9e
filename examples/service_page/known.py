"""The state that pages show: read once for all browsers and all processes.

However many browsers are open, the list of apps is read at most every `APPS_EVERY` seconds, and the
log of an app at most every `LOG_EVERY` seconds. If no page is open, nothing is read.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING, TypeAlias

import anyio

from scalingo_async import RequestOptions, ScalingoError, SharedStateError
from service_page.problems import Problem, problem_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scalingo_async import AsyncClient
    from scalingo_async.models import Event
    from service_page.store import Store

APPS_EVERY = 5.0
LOG_EVERY = 10.0
SOON = 1.0

# A page shows the last known state rather than wait; the next turn tries again.
READ: RequestOptions = {"deadline": 8, "max_retries": 0}

LINES = 50

Row: TypeAlias = dict[str, str]

# Colours of a terminal, and other control characters.
CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Known:
    """Rows, when they were read, and what went wrong since.

    Attributes:
        rows: The rows; `None` if they could never be read.
        at: When they were read, in seconds since 1970.
        problem: Why the last try failed; `None` if it succeeded.
    """

    rows: list[Row] | None
    at: float
    problem: Problem | None = None


class Knowledge:
    """The apps, the last lines of their logs, and the last events."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._locks: defaultdict[str, anyio.Lock] = defaultdict(anyio.Lock)

    async def apps(self, client: AsyncClient) -> Known:
        """Return the apps, by name."""

        async def read() -> list[Row]:
            found = [
                {"name": app.name, "status": app.status or "unknown", "url": app.url or ""}
                async for app in client.apps.list(**READ)
            ]
            return sorted(found, key=lambda row: row["name"])

        return await self._known("service:apps", APPS_EVERY, read)

    async def log(self, client: AsyncClient, app: str) -> Known:
        """Return the last lines of an app's log, oldest first."""

        async def read() -> list[Row]:
            return [
                {
                    "at": line.timestamp.astimezone(UTC).isoformat() if line.timestamp else "",
                    "source": line.source or "",
                    "text": CONTROL.sub("", line.message),
                }
                for line in await client.logs.lines(app, n=LINES, **READ)
            ]

        return await self._known(f"service:log:{app}", LOG_EVERY, read)

    async def changed(self, app: str, *, now: bool = False) -> None:
        """Read the apps, and the log of this one, again soon, or at once."""
        # If this fails, they are read again when the turn ends.
        with suppress(SharedStateError):
            for key in ("service:apps", f"service:log:{app}"):
                await self._store.end_turn(key, 0.0 if now else SOON)

    async def add_event(self, event: Event) -> None:
        """Add an event."""
        row = {
            "at": event.created_at.isoformat(),
            "type": event.type,
            "app": event.app_name or "",
        }
        await self._store.push("service:events", json.dumps(row))
        await self.changed(row["app"])

    async def events(self) -> list[Row]:
        """Return the last events, newest first."""
        return [json.loads(text) for text in await self._store.list("service:events")]

    async def _known(
        self, key: str, every: float, read: Callable[[], Awaitable[list[Row]]]
    ) -> Known:
        """Return what is stored; the first caller that finds it too old reads it again."""
        lock, kept = self._locks[key], await self._load(key)
        if kept is not None and lock.locked():
            # Another request reads it: show what there is, and do not wait.
            return kept
        async with lock:
            mine = await self._store.take_turn(key, every)
            kept = await self._load(key)
            if kept is not None and not mine:
                return kept
            try:
                known = Known(await read(), time.time())
            except ScalingoError as error:
                # The next turn tries again.
                rows, at = (kept.rows, kept.at) if kept else (None, time.time())
                known = Known(rows, at, problem_of(error))
            await self._store.save(key, json.dumps(asdict(known)))
            return known

    async def _load(self, key: str) -> Known | None:
        text = await self._store.load(key)
        if text is None:
            return None
        found = json.loads(text)
        problem = Problem(**found["problem"]) if found["problem"] else None
        return Known(found["rows"], found["at"], problem)
