"""Faults on demand: what goes wrong, on which operations, how many times."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

__all__ = ["Fault", "FaultKind", "Faults"]

FaultKind = Literal[
    "status",
    "429",
    "html",
    "garbage",
    "half_body",
    "stall",
    "wrong_length",
    "close_before",
    "close_after",
    "cut",
    "delay",
]

_SIZED = frozenset({"cut", "stall", "wrong_length"})
_EXECUTED = _SIZED | {"garbage", "half_body", "close_after", "delay"}


@dataclass(slots=True, eq=False)
class Fault:
    """One fault that `Sandbox.inject` set up.

    The kinds, and whether the operation takes place:

    - `status`: answers with a status (and the platform's usual body for it); not executed.
    - `429`: answers 429 with the text `Retry later`; not executed.
    - `html`: answers with an HTML page, as a proxy in trouble does, status 502 unless another
      is given; not executed.
    - `close_before`: cuts the connection before anything happens; not executed.
    - `close_after`: **executes** the operation, then cuts the connection without an answer.
    - `half_body`: **executes** it, sends the head and half of the body, and cuts; of a stream
      it sends half of the first message.
    - `cut`: **executes** it, sends the head and so much of the stream (`messages` or `bytes`),
      of the body or of what a one-off container says (`bytes`), and cuts.
    - `stall`: **executes** it, sends the head and so much of the body (`bytes`), and then nothing
      more; over a socket.
    - `wrong_length`: **executes** it, and answers with a body of so many `bytes`: cut short
      without a sign of it, or filled up with zeros.
    - `garbage`: **executes** it, and answers 200 with a body that isn't JSON.
    - `delay`: waits, then goes on as if nothing were wrong.

    Any kind may wait first (`delay`). Nothing that is not executed counts against the rate
    limit or needs a valid credential: it stands for trouble in front of the platform.

    Attributes:
        operation: The operation's id, or a pattern such as `variables.*` or `*`.
        kind: What goes wrong.
        status: The status to answer with.
        body: The body to answer with: text, bytes, or anything that JSON can express.
        headers: More headers for the answer.
        times: How many requests it hits; `None` for all of them.
        after: How many matching requests it lets pass first.
        delay: Seconds to wait first.
        messages: How many messages of a stream a cut lets pass, keepalives included.
        bytes: How many bytes a cut lets pass behind the head, be it in the middle of a
            character: of a body, of server-sent events, or of the frames of a websocket. The
            same for what stalls or has the wrong length.
        hits: How many requests it has hit.
    """

    operation: str
    kind: FaultKind
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    times: int | None = 1
    after: int = 0
    delay: float = 0.0
    messages: int | None = None
    bytes: int | None = None
    hits: int = 0
    _seen: int = 0
    _remove: "Callable[[Fault], None] | None" = None

    @property
    def executes(self) -> bool:
        """Whether the operation takes place in spite of the fault."""
        return self.kind in _EXECUTED

    def remove(self) -> None:
        """Take the fault away; requests that it already hit stay as they are."""
        if self._remove is not None:
            self._remove(self)
            self._remove = None

    def take(self, operation: str) -> bool:
        """Say whether this request of `operation` is hit, and count it if so."""
        if not fnmatchcase(operation, self.operation):
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        self._seen += 1
        if self._seen <= self.after:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults of one sandbox, oldest first. The first that matches a request hits it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def inject(
        self,
        operation: str,
        *,
        kind: FaultKind | None = None,
        status: int | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = 1,
        after: int = 0,
        delay: float = 0.0,
        messages: int | None = None,
        bytes: int | None = None,
    ) -> Fault:
        """Set up a fault; see `Sandbox.inject`."""
        limits = [row for row in (messages, bytes) if row is not None]
        if kind is None and limits:
            kind = "cut"
        if kind is None:
            kind = "status" if status is not None or body is not None else "delay"
        if kind not in get_args(FaultKind):
            raise ValueError(f"No such fault: {kind!r}; there are {', '.join(get_args(FaultKind))}")
        if kind == "delay" and not delay:
            raise ValueError("Say what goes wrong: a status, a kind or a delay")
        if kind == "status" and status is None:
            status = 200
        if kind == "429":
            status = 429
        if min(delay, after) < 0 or (times is not None and times < 1):
            raise ValueError("delay and after can't be negative, and times is at least 1")
        if len(limits) > 1 or min(limits, default=0) < 0 or (limits and kind not in _SIZED):
            raise ValueError("A cut takes messages or bytes, which can't be negative")
        if kind in {"stall", "wrong_length"} and bytes is None:
            raise ValueError(f"Say after how many bytes: {kind}")
        fault = Fault(
            operation,
            kind,
            status,
            body,
            dict(headers or {}),
            times,
            after,
            delay,
            messages,
            bytes,
            _remove=self._forget,
        )
        self._faults.append(fault)
        return fault

    def take(self, operation: str) -> Fault | None:
        """Return the fault that hits this request of `operation`, and count the hit."""
        for fault in self._faults:
            if fault.take(operation):
                return fault
        return None

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def _forget(self, fault: Fault) -> None:
        if fault in self._faults:
            self._faults.remove(fault)
