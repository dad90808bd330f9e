"""Errors about things that were waited for; they hold the thing."""

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

# Of an error that was caught nobody knows what was waited for.
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
    """What was waited for ended badly.

    `OperationFailedError[Addon]` is, to a type checker, that of an addon. Caught without saying so
    it is one of anything, and `thing` can be used as what it is.

    Attributes:
        thing: What was waited for, in its final state: an `Operation`, an `Addon`, …
        operation: The same, when it is an operation on an app; otherwise `None`.
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
        output: The last lines of its build log, fifty at most, without colours; empty when there
            is none, or it could not be fetched.
    """

    deployment: deployments.Deployment
    status: str | None = None
    output: str = ""


class OperationTimeoutError(ScalingoError, TimeoutError, Generic[T_co]):
    """What was waited for did not end in time; it may still go on.

    `OperationTimeoutError[Addon]` is, to a type checker, that of an addon. Caught without saying so
    it is one of anything, and `thing` can be used as what it is.

    Attributes:
        thing: What was waited for, as it was last seen; `None` when it never was.
        operation: The same, when it is an operation on an app; otherwise `None`.
        looks: How many times it was asked for: once at least.
        held: Seconds in which the client itself held these questions back, in the queue of its
            rate limit for example. They do not count on the timeout.
    """

    if TYPE_CHECKING:
        thing: T_co
    else:
        thing = None
    operation: Operation | None = None
    looks: int = 0
    held: float = 0.0


class OneOffFailedError(ScalingoError):
    """The command of a one-off container ended with another exit status than 0.

    Attributes:
        exit_code: The exit status.
        output: The last of what it printed: 64 KiB at most.
        container: The container.
    """

    exit_code: int
    output: bytes = b""
    container: containers.Container
