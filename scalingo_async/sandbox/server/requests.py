"""What the sandbox remembers of the requests it got."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

__all__ = ["RequestRecord", "Requests"]

#: Headers that are worth keeping and can't hold a secret.
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
    """One request. No token, password or body is in it.

    Attributes:
        method: The HTTP method.
        path: The path as it came, percent-encoded.
        query: The query parameters, tokens blanked out.
        operation: The id of the operation, or an empty text for an unknown route.
        api: Which API: `regional`, `database`, `auth`, `billing`, `logs` or `one_offs`.
        region: The region, or `None` outside of the regional and database APIs.
        request_id: The id in the answer's `X-Request-Id`.
        headers: A few harmless headers, with lower-case names.
        authorization: The scheme of the credential (`bearer`, `basic`…), or `None`.
        time: When it was dealt with, by the sandbox's clock.
        limit_key: What it was counted under for the rate limit, if it was.
        status: The status of the answer, or `None` when there was none.
        executed: Whether the operation's code ran and succeeded.
        refused: Whether it was one too many for the rate limit.
        fault: The kind of the fault that hit it, if any.
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
    """The last requests, and counts of all of them.

    Attributes:
        listener: Called with each request once it has its answer, or was cut off without one.
    """

    records: deque[RequestRecord] = field(
        default_factory=lambda: deque[RequestRecord](maxlen=100_000)
    )
    arrived: Counter[str] = field(default_factory=Counter[str])
    executed: Counter[str] = field(default_factory=Counter[str])
    refused: int = 0
    listener: Callable[[RequestRecord], object] | None = None

    def end(self, record: RequestRecord, status: int | None) -> None:
        """Note how a request was answered; `None` when it was cut off."""
        record.status = status
        if self.listener is not None:
            self.listener(record)

    def open(self, record: RequestRecord) -> None:
        """Note a request that has arrived."""
        self.records.append(record)
        self.arrived[record.operation] += 1

    def done(self, record: RequestRecord) -> None:
        """Note that the operation of a request was carried out."""
        record.executed = True
        self.executed[record.operation] += 1

    def refuse(self, record: RequestRecord) -> None:
        """Note that the rate limit refused a request."""
        record.refused = True
        self.refused += 1

    def count(self, operation: str, *, executed: bool = True) -> int:
        """Add up the requests of the operations that a pattern matches."""
        counts = self.executed if executed else self.arrived
        return sum(count for name, count in counts.items() if fnmatchcase(name, operation))

    def busiest(self, seconds: float) -> int:
        """Return the largest number of limited requests of one credential in any such window."""
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
        """Forget everything."""
        self.records.clear()
        self.arrived.clear()
        self.executed.clear()
        self.refused = 0
