"""Logs as clients read them: the last lines as text, or a continuous stream."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, text_response
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.server.routing import Peek
from scalingo_async.sandbox.server.streams import Stream
from scalingo_async.sandbox.world.logs import MOST_LINES, Log, LogLine

__all__ = ["as_text", "log_response", "streamed"]

_SECOND = 1_000_000_000
_DEFAULT_LINES = 100
#: The number of messages per batch.
_MESSAGES = 20


def streamed(peek: Peek) -> str | None:
    """Distinguish server-sent events from a dump: both have the same URL."""
    return "logs.stream_sse" if _true(peek.query.get("stream")) else None


def log_response(call: Call, log: Log, alive: Callable[[], bool]) -> Response:
    """Respond with the last lines of a log, and follow it if the query asks for that.

    Args:
        call: The request.
        log: The log.
        alive: Returns whether the source of the log still exists.
    """
    if not log.end:
        status = call.world.settings.no_log_status
        if status == 204:
            return Response(status_code=204)
        raise Refusal(status, {"error": "not found"})
    names = frozenset(name for name in (call.query("filter") or "").split("|") if name)
    follow = _true(call.query("stream"))
    # The official command-line tool requests the history first and follows without an `n`.
    lines_wanted = _number(call.query("n"), 0 if follow else _DEFAULT_LINES)
    start = log.start_of_last(lines_wanted, lambda line: _wanted(line, names))
    if follow:
        return Stream(call.world, _LogFeed(call, log, names, start, alive), call.request)
    lines, _ = log.read(start, MOST_LINES)
    return text_response(as_text(line for line in lines if _wanted(line, names)))


@dataclass(slots=True, eq=False)
class _LogFeed:
    """The lines of a log, from a given one, as messages."""

    call: Call
    log: Log
    names: frozenset[str]
    next: int
    alive: Callable[[], bool]

    def read(self) -> Iterable[str] | None:
        size = self.call.world.settings.lines_per_message
        lines, self.next = self.log.read(self.next, _MESSAGES * size)
        if not lines and not self.alive():
            return None
        return self._messages(lines, size)

    def keepalive(self) -> str:
        return _message("ping", int(self.call.now * _SECOND))

    def _messages(self, lines: list[LogLine], size: int) -> Iterator[str]:
        wanted = [line for line in lines if _wanted(line, self.names)]
        for start in range(0, len(wanted), size):
            part = wanted[start : start + size]
            yield _message("log", part[-1].nanoseconds, as_text(part))


def as_text(lines: Iterable[LogLine]) -> str:
    """Format lines as the platform's log servers do, with nanoseconds."""
    return "".join(
        f"{_moment(line.nanoseconds, ' ')} +0000 UTC [{line.source}] {line.text}\n"
        for line in lines
    )


def _message(event: str, nanoseconds: int, log: str | None = None) -> str:
    content = {"event": event} if log is None else {"event": event, "log": log}
    return orjson.dumps({**content, "timestamp": f"{_moment(nanoseconds, 'T')}Z"}).decode()


def _moment(nanoseconds: int, between: str) -> str:
    seconds, rest = divmod(nanoseconds, _SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d{between}%H:%M:%S}.{rest:09}"


def _wanted(line: LogLine, names: frozenset[str]) -> bool:
    if not names or line.source in names:
        return True
    kind, _, index = line.source.rpartition("-")
    return index.isdigit() and kind in names


def _true(value: str | None) -> bool:
    return value is not None and value.lower() in {"true", "1", "yes"}


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default
