"""The record of the requests that the sandbox received."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

__all__ = ["RequestRecord", "Requests"]

#: Headers that are worth recording and can't contain a secret.
KEPT_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "content-length",
        "content-type",
        "host",
        "origin",
        "transfer-encoding",
        "user-agent",
        "x-dry-run",
        "x-request-id",
    }
)


@dataclass(slots=True, eq=False)
class RequestRecord:
    """A recorded request. It contains no token, password or body.

    Attributes:
        method: The HTTP method.
        path: The path as sent, percent-encoded.
        query: The query parameters, with tokens masked.
        operation: The id of the operation, or an empty string for an unknown route.
        api: The API: `regional`, `database`, `auth`, `billing`, `logs` or `one_offs`.
        region: The region, or `None` for APIs other than the regional and database ones.
        request_id: The `X-Request-Id` of the response.
        headers: A few headers that hold no secrets, with lower-case names.
        authorization: The scheme of the credential (`bearer`, `basic`…), or `None`.
        time: When it was handled, by the sandbox's clock.
        limit_key: The key it was counted under for the rate limit, if it was counted.
        status: The status of the response, or `None` without a response.
        executed: Whether the operation was executed successfully.
        refused: Whether the rate limit refused it.
        fault: The kind of the fault that affected it, if any.
    """

    method: str
    path: str
    query: Mapping[str, str]
    operation: str
    api: str
    region: str | None
    request_id: str
    headers: Mapping[str, str]
    authorization: str | None
    time: float
    limit_key: tuple[str, str, str] | None = None
    status: int | None = None
    executed: bool = False
    refused: bool = False
    fault: str | None = None


@dataclass(slots=True)
class Requests:
    """The most recent requests, and the counts of all requests.

    Attributes:
        listener: Called with each request after its response, or after it was cut without one.
    """

    records: deque[RequestRecord] = field(
        default_factory=lambda: deque[RequestRecord](maxlen=100_000)
    )
    arrived: Counter[str] = field(default_factory=Counter[str])
    executed: Counter[str] = field(default_factory=Counter[str])
    refused: int = 0
    listener: Callable[[RequestRecord], object] | None = None

    def end(self, record: RequestRecord, status: int | None) -> None:
        """Record the status of a response; `None` if the connection was cut."""
        record.status = status
        if self.listener is not None:
            self.listener(record)

    def open(self, record: RequestRecord) -> None:
        """Record a request that has arrived."""
        self.records.append(record)
        self.arrived[record.operation] += 1

    def done(self, record: RequestRecord) -> None:
        """Record that the operation of a request was executed."""
        record.executed = True
        self.executed[record.operation] += 1

    def refuse(self, record: RequestRecord) -> None:
        """Record that the rate limit refused a request."""
        record.refused = True
        self.refused += 1

    def count(self, operation: str, *, executed: bool = True) -> int:
        """Count the requests of the operations that match a pattern."""
        counts = self.executed if executed else self.arrived
        return sum(count for name, count in counts.items() if fnmatchcase(name, operation))

    def busiest(self, seconds: float) -> int:
        """Return the highest number of limited requests of one credential in any such window."""
        times: dict[tuple[str, str, str], list[float]] = {}
        for record in self.records:
            if record.limit_key is not None:
                times.setdefault(record.limit_key, []).append(record.time)
        most = 0
        for moments in times.values():
            moments.sort()
            first = 0
            for last, moment in enumerate(moments):
                while moments[first] <= moment - seconds:
                    first += 1
                most = max(most, last - first + 1)
        return most

    def clear(self) -> None:
        """Clear everything."""
        self.records.clear()
        self.arrived.clear()
        self.executed.clear()
        self.refused = 0
