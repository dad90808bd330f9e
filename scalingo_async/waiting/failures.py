"""Errors of waiting; they hold the thing that was waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic

from scalingo_async._core.lazy import LazyModule
from scalingo_async.errors import ScalingoError
from scalingo_async.models.operations import Operation

__all__ = [
    "DeploymentFailedError",
    "OneOffFailedError",
    "OperationFailedError",
    "OperationTimeoutError",
]

# A type checker doesn't know what a caught error was waiting for.
if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from scalingo_async.models import containers, deployments

    T_co = TypeVar("T_co", default=Any, covariant=True)
else:
    from typing import TypeVar

    containers = LazyModule("scalingo_async.models.containers")
    deployments = LazyModule("scalingo_async.models.deployments")

    T_co = TypeVar("T_co", covariant=True)


class OperationFailedError(ScalingoError, Generic[T_co]):
    """The operation that you waited for has failed.

    To a type checker, `OperationFailedError[Addon]` is the error of an addon. If you catch it
    without a type, `thing` has the type `Any`.

    Attributes:
        thing: The thing that was waited for, in its final state: an `Operation`, an `Addon`, …
        operation: The same, if it is an operation on an app; otherwise `None`.
    """

    if TYPE_CHECKING:
        thing: T_co
    else:
        thing = None
    operation: Operation | None = None


class DeploymentFailedError(OperationFailedError["deployments.Deployment"]):
    """A deployment did not end in `success`.

    Attributes:
        deployment: The deployment in its final state; `thing` is the same.
        status: Its state, such as `build-error`.
        output: The last lines of its build log, at most fifty, without colours; empty if there is
            none, or it could not be fetched.
    """

    deployment: deployments.Deployment
    status: str | None = None
    output: str = ""


class OperationTimeoutError(ScalingoError, TimeoutError, Generic[T_co]):
    """The operation that you waited for did not end in time; it may still be in progress.

    To a type checker, `OperationTimeoutError[Addon]` is the error of an addon. If you catch it
    without a type, `thing` has the type `Any`.

    Attributes:
        thing: The thing that was waited for, in its last known state; `None` if it was never seen.
        operation: The same, if it is an operation on an app; otherwise `None`.
        looks: How many times it was polled, at least once.
        held: Seconds in which the client itself held the requests back, for example in the queue of
            its rate limit. They don't count towards the timeout.
    """

    if TYPE_CHECKING:
        thing: T_co
    else:
        thing = None
    operation: Operation | None = None
    looks: int = 0
    held: float = 0.0


class OneOffFailedError(ScalingoError):
    """The command of a one-off container ended with an exit status other than 0.

    Attributes:
        exit_code: The exit status.
        output: The end of its output, at most 64 KiB.
        container: The container.
    """

    exit_code: int
    output: bytes = b""
    container: containers.Container
