"""Scheduled tasks."""

from dataclasses import dataclass

__all__ = [
    "CronJob",
]


@dataclass(slots=True, eq=False)
class CronJob:
    """A task of an app's `cron.json`; `command` begins with its cron expression."""

    command: str
    size: str | None = None
