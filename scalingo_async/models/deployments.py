"""Models: deployments, and the messages of their stream."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal

import attrs

from scalingo_async.models.base import Model, Waitable
from scalingo_async.types import JSONValue

__all__ = [
    "Deployment",
    "DeploymentLinks",
    "DeploymentPusher",
    "DeploymentStreamLog",
    "DeploymentStreamMessage",
    "DeploymentStreamNew",
    "DeploymentStreamPing",
    "DeploymentStreamStatus",
]


@attrs.define(kw_only=True)
class DeploymentPusher(Model):
    """The user who deployed.

    Attributes:
        id: Id of the user; `None` for technical users.
        username: User name.
        email: E-mail address.
    """

    id: str | None = None
    username: str
    email: str


@attrs.define(kw_only=True)
class DeploymentLinks(Model):
    """Links to a deployment's related resources.

    Attributes:
        output: URL of the build log.
    """

    output: str


@attrs.define(kw_only=True)
class Deployment(Waitable):
    """A deployment of an app: a version of its code that is built and started.

    `success`, the four states that end in `-error`, `aborted`, and any unknown state are final;
    only `success` means success. An app that hasn't started after 60 seconds ends in
    `timeout-error`. `wait` follows these rules; it raises `DeploymentFailedError`, which contains
    the last lines of the build log.

    Attributes:
        id: Id, a UUID.
        app_id: Id of the app.
        created_at: When it started.
        finished_at: When it ended; `None` while it runs.
        status: State: `queued`, `building`, `pushing`, `starting`, `success`, `crashed-error`,
            `timeout-error`, `build-error`, `hook-error`, `aborted` or another value.
        git_ref: Commit, or the free text given with an archive.
        previous_git_ref: `git_ref` of the previous deployment; `None` for the first.
        type: Origin: `archive`, `oneclick` or another value.
        image: Docker image.
        registry: Host of the Docker registry.
        duration: Duration, in whole seconds; 0 while it runs.
        postdeploy_hook: Command of the postdeploy hook.
        image_size: Size of the image in bytes.
        stack_base_image: Stack image that it was built on.
        pusher: The user who deployed.
        links: Where to find what belongs to it; `None` in some lists.
    """

    _source: ClassVar[str] = "client.deployments.get"

    id: str
    app_id: str
    created_at: datetime
    finished_at: datetime | None = None
    status: (
        Literal[
            "queued",
            "building",
            "pushing",
            "starting",
            "success",
            "crashed-error",
            "timeout-error",
            "build-error",
            "hook-error",
            "aborted",
        ]
        | str
        | None
    ) = None
    git_ref: str | None = None
    previous_git_ref: str | None = None
    type: Literal["archive", "oneclick"] | str | None = None
    image: str | None = None
    registry: str | None = None
    duration: timedelta | None = None
    postdeploy_hook: str | None = None
    image_size: int | None = None
    stack_base_image: str | None = None
    pusher: DeploymentPusher | None = None
    links: DeploymentLinks | None = None


@attrs.define(kw_only=True)
class DeploymentStreamMessage(Model):
    """A frame of the stream of deployments.

    Attributes:
        type: Kind of frame: `new`, `log`, `status`, `ping` or another value, which clients should
            ignore.
        id: Id of the deployment, in `log` and `status` frames.
        data: Content, which depends on the kind, with the fields of `DeploymentStreamNew`,
            `DeploymentStreamLog`, `DeploymentStreamStatus` or `DeploymentStreamPing`.
    """

    type: Literal["new", "log", "status", "ping"] | str
    id: str | None = None
    data: JSONValue = None


@attrs.define(kw_only=True)
class DeploymentStreamNew(Model):
    """The content of a `new` frame: a deployment started.

    Attributes:
        deployment: The id of the deployment, or the deployment as an object.
    """

    deployment: JSONValue


@attrs.define(kw_only=True)
class DeploymentStreamLog(Model):
    """The content of a `log` frame: a piece of the build log.

    Attributes:
        content: Text; it may contain line breaks and ANSI colours.
    """

    content: str


@attrs.define(kw_only=True)
class DeploymentStreamStatus(Model):
    """The content of a `status` frame: the state of a deployment changed.

    Attributes:
        status: State: `queued`, `building`, `pushing`, `starting`, `success`, `crashed-error`,
            `timeout-error`, `build-error`, `hook-error`, `aborted` or another value.
    """

    status: (
        Literal[
            "queued",
            "building",
            "pushing",
            "starting",
            "success",
            "crashed-error",
            "timeout-error",
            "build-error",
            "hook-error",
            "aborted",
        ]
        | str
    )


@attrs.define(kw_only=True)
class DeploymentStreamPing(Model):
    """The content of a `ping` frame, a keepalive.

    Attributes:
        ts: Time of the platform, in seconds since 1970.
    """

    ts: int
