"""Errors about things that were waited for; they hold the thing."""

from __future__ import annotations

from scalingo_async.errors import ScalingoError
from scalingo_async.models.containers import Container
from scalingo_async.models.deployments import Deployment
from scalingo_async.models.operations import Operation

__all__ = [
    "DeploymentFailedError",
    "OneOffFailedError",
    "OperationFailedError",
    "OperationTimeoutError",
]


class OperationFailedError(ScalingoError):
    """What was waited for ended badly.

    Attributes:
        thing: What was waited for, in its final state: an `Operation`, an `Addon`, …
        operation: The same, when it is an operation on an app; otherwise `None`.
    """

    thing: object = None
    operation: Operation | None = None


class DeploymentFailedError(OperationFailedError):
    """A deployment did not end in `success`.

    Attributes:
        deployment: The deployment in its final state; `thing` is the same.
        status: Its state, such as `build-error`.
        output: The last lines of its build log, fifty at most, without colours; empty when there
            is none, or it could not be fetched.
    """

    deployment: Deployment
    status: str | None = None
    output: str = ""


class OperationTimeoutError(ScalingoError, TimeoutError):
    """What was waited for did not end in time; it may still go on.

    Attributes:
        thing: What was waited for, as it was last seen; `None` when it never was.
        operation: The same, when it is an operation on an app; otherwise `None`.
    """

    thing: object = None
    operation: Operation | None = None


class OneOffFailedError(ScalingoError):
    """The command of a one-off container ended with another exit status than 0.

    Attributes:
        exit_code: The exit status.
        output: The last of what it printed: 64 KiB at most.
        container: The container.
    """

    exit_code: int
    output: bytes = b""
    container: Container
