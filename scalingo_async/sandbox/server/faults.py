"""Injected faults: their kind, the operations they affect, and how often."""

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
    """A fault that was injected with `Sandbox.inject`.

    The kinds, and whether the operation is executed:

    - `status`: responds with a status (and the platform's usual body for it); not executed.
    - `429`: responds with 429 and the text `Retry later`; not executed.
    - `html`: responds with an HTML page, as a failing proxy does; the status is 502 unless another
      is given; not executed.
    - `close_before`: cuts the connection before the operation; not executed.
    - `close_after`: **executes** the operation, then cuts the connection without a response.
    - `half_body`: **executes** it, sends the head and half of the body, then cuts the connection;
      of a stream, it sends half of the first message.
    - `cut`: **executes** it, sends the head and part of the stream (`messages` or `bytes`), of the
      body or of a one-off container's output (`bytes`), then cuts the connection.
    - `stall`: **executes** it, sends the head and the first `bytes` of the body, then sends nothing
      more; only over a socket.
    - `wrong_length`: **executes** it, and sends a body of exactly `bytes` bytes: silently
      truncated, or padded with zeros.
    - `garbage`: **executes** it, and responds with 200 and a body that isn't JSON.
    - `delay`: waits, then handles the request normally.

    Any kind can wait first (`delay`). Requests that aren't executed don't count against the rate
    limit and don't need a valid credential: they simulate failures in front of the platform.

    Attributes:
        operation: The operation's id, or a pattern such as `variables.*` or `*`.
        kind: The kind of fault.
        status: The status of the response.
        body: The body of the response: a string, bytes, or JSON data.
        headers: Additional response headers.
        times: The number of requests to affect; `None` for all.
        after: The number of matching requests to let through first.
        delay: The delay before the fault, in seconds of real time.
        messages: For a cut: the number of messages of a stream to send first, including keepalives.
        bytes: The number of bytes to send after the head, of a body, of server-sent events or of
            websocket frames; it may end inside a character. It applies to `cut`, `stall` and
            `wrong_length`.
        hits: The number of requests affected so far.
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
        """Whether the operation is executed despite the fault."""
        return self.kind in _EXECUTED

    def remove(self) -> None:
        """Remove the fault; requests that were already affected stay as they are."""
        if self._remove is not None:
            self._remove(self)
            self._remove = None

    def take(self, operation: str) -> bool:
        """Return whether this request of `operation` is affected, and count it if so."""
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
    """The faults of one sandbox, oldest first. The first matching fault applies."""

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
        """Add a fault; see `Sandbox.inject`."""
        limits = [row for row in (messages, bytes) if row is not None]
        if kind is None and limits:
            kind = "cut"
        if kind is None:
            kind = "status" if status is not None or body is not None else "delay"
        if kind not in get_args(FaultKind):
            kinds = ", ".join(get_args(FaultKind))
            raise ValueError(f"Unknown fault: {kind!r}; use one of {kinds}")
        if kind == "delay" and not delay:
            raise ValueError("A fault needs a status, a kind or a delay")
        if kind == "status" and status is None:
            status = 200
        if kind == "429":
            status = 429
        if min(delay, after) < 0 or (times is not None and times < 1):
            raise ValueError("delay and after can't be negative, and times must be at least 1")
        if len(limits) > 1 or min(limits, default=0) < 0 or (limits and kind not in _SIZED):
            raise ValueError("A cut takes either messages or bytes, and neither can be negative")
        if kind in {"stall", "wrong_length"} and bytes is None:
            raise ValueError(f"A {kind} fault needs bytes")
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
        """Return the fault that applies to this request of `operation`, and count the hit."""
        for fault in self._faults:
            if fault.take(operation):
                return fault
        return None

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def _forget(self, fault: Fault) -> None:
        if fault in self._faults:
            self._faults.remove(fault)
