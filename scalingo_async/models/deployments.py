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
    """Who deployed.

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
    """Where to find what belongs to a deployment.

    Attributes:
        output: URL of the build log.
    """

    output: str


@attrs.define(kw_only=True)
class Deployment(Waitable):
    """A deployment of an app: a version of its code, built and started.

    `success`, the four words that end in `-error`, `aborted`, and any unknown word are final
    states; only `success` is a success. An app that is not up after 60 seconds ends in
    `timeout-error`. `wait` goes by that; it fails with a `DeploymentFailedError`, which has the
    last lines of the build log.

    Attributes:
        id: Id, a UUID.
        app_id: Id of the app.
        created_at: Start.
        finished_at: End; `None` while it goes on.
        status: State: `queued`, `building`, `pushing`, `starting`, `success`, `crashed-error`,
            `timeout-error`, `build-error`, `hook-error`, `aborted` or another word.
        git_ref: Commit, or the free text that was given with an archive.
        previous_git_ref: Reference of the deployment before; `None` for the first.
        type: Where it came from: `archive`, `oneclick` or another word.
        image: Docker image.
        registry: Host of the Docker registry.
        duration: How long it took, in whole seconds; 0 while it goes on.
        postdeploy_hook: Command of the postdeploy hook.
        image_size: Size of the image in bytes.
        stack_base_image: Image of the stack that it was built on.
        pusher: Who deployed.
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
        type: Kind of frame: `new`, `log`, `status`, `ping` or another word, which is to be ignored.
        id: Id of the deployment, in `log` and `status` frames.
        data: Content, which depends on the kind: that of `DeploymentStreamNew`,
            `DeploymentStreamLog`, `DeploymentStreamStatus` or `DeploymentStreamPing`.
    """

    type: Literal["new", "log", "status", "ping"] | str
    id: str | None = None
    data: JSONValue = None


@attrs.define(kw_only=True)
class DeploymentStreamNew(Model):
    """The content of a `new` frame: a deployment begins.

    Attributes:
        deployment: The id of the deployment, or the deployment as an object.
    """

    deployment: JSONValue


@attrs.define(kw_only=True)
class DeploymentStreamLog(Model):
    """The content of a `log` frame: a piece of the build log.

    Attributes:
        content: Text; it may hold line ends and ANSI colours.
    """

    content: str


@attrs.define(kw_only=True)
class DeploymentStreamStatus(Model):
    """The content of a `status` frame: a deployment has another state.

    Attributes:
        status: State: `queued`, `building`, `pushing`, `starting`, `success`, `crashed-error`,
            `timeout-error`, `build-error`, `hook-error`, `aborted` or another word.
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
    """The content of a `ping` frame: the connection is alive.

    Attributes:
        ts: The platform's time, in seconds since 1970.
    """

    ts: int
