"""Models: stacks and scheduled tasks."""

from datetime import date, datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "CronJob",
    "CronTasks",
    "Stack",
]


@attrs.define(kw_only=True)
class Stack(Model):
    """A base image that apps are built on and run on.

    Attributes:
        id: Id (`st-…`).
        name: Name, such as `scalingo-22`.
        base_image: Docker image.
        default: Whether new apps get it.
        created_at: Creation.
        description: Description.
        deprecated_at: Day on which it is deprecated, which may lie ahead; `None` when it is not.
    """

    id: str
    name: str
    base_image: str | None = None
    default: bool | None = None
    created_at: datetime | None = None
    description: str | None = None
    deprecated_at: date | None = None


@attrs.define(kw_only=True)
class CronJob(Model):
    """A scheduled task of an app.

    Attributes:
        command: Cron expression, then the command.
        size: Name of the container size.
        last_execution_date: Last run.
        next_execution_date: Next run.
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
        deployment_id: Id of the deployment that they come from.
    """

    jobs: list[CronJob] | None = None
    deployment_id: str | None = None
