"""The stream of an app's deployments, without any I/O: frames, events and duplicates."""

from __future__ import annotations

from array import array
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from scalingo_async._core.decoding import converters, json
from scalingo_async._core.decoding.mismatch import MismatchError, mismatch
from scalingo_async._core.display import Shown
from scalingo_async._core.secrets import hidden_frames
from scalingo_async.errors import ResponseTooLargeError
from scalingo_async.models.deployments import (
    Deployment,
    DeploymentStreamLog,
    DeploymentStreamMessage,
    DeploymentStreamNew,
    DeploymentStreamStatus,
)
from scalingo_async.streams.decoding import reading
from scalingo_async.waiting.deployment_states import is_final

__all__ = [
    "DeploymentEvent",
    "DeploymentLog",
    "DeploymentStarted",
    "DeploymentStatus",
    "Log",
    "New",
    "SeenLines",
    "Status",
    "news_of",
    "read_frame",
    "read_news",
]

T = TypeVar("T")

_STREAM: Final = "deployments"

_REMEMBERED: Final = 1 << 20
"""Lines that are compared after a disconnect, at eight bytes each; the rest is counted."""


# -- what a follower gets --------------------------------------------------------------------------


@attrs.frozen
class DeploymentStarted(Shown):
    """The deployment that the stream follows; it comes first, and once.

    Attributes:
        deployment: The deployment at the moment when the stream was opened.
    """

    deployment: Deployment

    @property
    def deployment_id(self) -> str:
        """Id of the deployment."""
        return self.deployment.id


@attrs.frozen
class DeploymentLog(Shown):
    """A piece of the build log, usually one line.

    Attributes:
        deployment_id: Id of the deployment.
        content: Text; it may hold several lines, with their ends, and ANSI colours.
    """

    deployment_id: str
    content: str


@attrs.frozen
class DeploymentStatus(Shown):
    """The state of the deployment has changed; a final state comes last.

    Attributes:
        deployment_id: Id of the deployment.
        status: State: `queued`, `building`, `pushing`, `starting`, `success`, `crashed-error`,
            `timeout-error`, `build-error`, `hook-error`, `aborted` or a newer one.
    """

    deployment_id: str
    status: str

    @property
    def final(self) -> bool:
        """Whether the deployment has ended."""
        return is_final(self.status)

    @property
    def succeeded(self) -> bool:
        """Whether it has succeeded."""
        return self.status == "success"


DeploymentEvent: TypeAlias = DeploymentStarted | DeploymentLog | DeploymentStatus


# -- frames ------------------------------------------------------------------------------------


@attrs.frozen
class New:
    """A frame: a deployment starts."""

    deployment_id: str


@attrs.frozen
class Log:
    """A frame: a piece of a build log."""

    deployment_id: str | None
    content: str


@attrs.frozen
class Status:
    """A frame: a new state."""

    deployment_id: str | None
    status: str


@hidden_frames
def read_frame(text: str, most: int = json.MAX_JSON_VALUES) -> DeploymentStreamMessage:
    """Read a frame of the stream.

    Raises:
        ResponseDecodeError: It has another shape.
        ResponseTooLargeError: It has more values than allowed.
    """

    def read() -> DeploymentStreamMessage:
        return _decode(DeploymentStreamMessage, json.loads(text.encode(), most))

    return reading(_STREAM, read)


@hidden_frames
def news_of(message: DeploymentStreamMessage) -> New | Log | Status | None:
    """Return the content of a frame; `None` for a keepalive and for unknown kinds.

    Raises:
        ResponseDecodeError: Its content doesn't fit its kind.
    """
    match message.type:
        case "new":
            return New(reading(_STREAM, lambda: _new_id(message)))
        case "log":
            log = reading(_STREAM, lambda: _decode(DeploymentStreamLog, message.data, "data"))
            return Log(message.id or None, log.content)
        case "status":
            status = reading(_STREAM, lambda: _decode(DeploymentStreamStatus, message.data, "data"))
            return Status(message.id or None, status.status)
        case _:
            return None


@hidden_frames
def read_news(text: str, most: int = json.MAX_JSON_VALUES) -> tuple[New | Log | Status | None]:
    """Read a frame of the stream and its content.

    Raises:
        ResponseDecodeError: It has another shape.
        ResponseTooLargeError: It has more values than allowed.
    """
    return (news_of(read_frame(text, most)),)


def _new_id(message: DeploymentStreamMessage) -> str:
    """Return the id in a `new` frame, which has the id alone or the whole deployment."""
    found: Any = _decode(DeploymentStreamNew, message.data, "data").deployment
    path: list[str | int] = ["data", "deployment"]
    if found.__class__ is dict:
        found = found.get("id")
        path.append("id")
    if found.__class__ is str and found:
        return str(found)
    problem = mismatch("the id of a deployment", found)
    problem.path = path
    raise problem


def _decode(kind: type[T], data: object, *path: str) -> T:
    try:
        value: T = converters.hook(kind)(data)
    except MismatchError as problem:
        problem.path[:0] = path
        raise
    return value


# -- duplicates ------------------------------------------------------------------------------------


class SeenLines:
    """Recognizes the lines of a build log that were seen before.

    A new connection sends the log from its first line, and so does the complete log, which is
    fetched if the end was missed. Lines are compared one by one, without surrounding whitespace,
    and equal ones are left out. The comparison stops at the first difference: a line may be shown
    twice, but is never lost.

    Args:
        remembered: How many lines are compared; those beyond are only counted.
    """

    __slots__ = ("_at", "_count", "_keys", "_remembered")

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._keys = array("q")
        self._count = 0
        self._at: int | None = None

    def repeat(self) -> None:
        """Expect the log from its first line."""
        self._at = 0

    def take(self, content: str) -> str:
        """Note a piece of the log; return the part that is new, which may be empty.

        Raises:
            ResponseTooLargeError: The piece has more lines than could be compared.
        """
        if not content:
            return ""
        if content.count("\n") > _REMEMBERED:
            raise ResponseTooLargeError(f"a build log has more than {_REMEMBERED} lines at once")
        lines = content.removesuffix("\n").split("\n")
        new = [line for line in lines if self._is_new(hash(line.strip()))]
        if len(new) == len(lines):
            return content
        return "\n".join(new) + "\n" if new else ""

    def _is_new(self, key: int) -> bool:
        at = self._at
        if at is not None:
            known = at < len(self._keys)
            if at < self._count and (not known or self._keys[at] == key):
                self._at = at + 1
                return False
            self._at = None
        self._count += 1
        if len(self._keys) < self._remembered:
            self._keys.append(key)
        return True
