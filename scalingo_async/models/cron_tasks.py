"""Models: cron tasks of an app, and the jobs in them."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "CronJob",
    "CronTasks",
]


@attrs.define(kw_only=True)
class CronJob(Model):
    """A scheduled task of an app.

    Attributes:
        command: Cron expression, then the command.
        size: Name of the container size.
        last_execution_date: When it last ran.
        next_execution_date: When it will run next.
    """

    command: str
    size: str | None = None
    last_execution_date: datetime | None = None
    next_execution_date: datetime | None = None


@attrs.define(kw_only=True)
class CronTasks(Model):
    """The scheduled tasks of an app, from the `cron.json` of its deployment.

    Attributes:
        jobs: The tasks.
        deployment_id: Id of the deployment that contains the `cron.json`.
    """

    jobs: list[CronJob] | None = None
    deployment_id: str | None = None
