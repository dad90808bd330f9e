"""Metrics: generated, and the same each time for the same moment."""

import math
import random
from dataclasses import dataclass

from scalingo_async.sandbox.behaviour.call import Call
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal

__all__ = ["METRICS", "Metric", "Wave", "hours_back", "limit_text", "series"]

_MOST_HOURS = 72
_DEFAULT_HOURS = 3
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric for alerts and autoscalers."""

    id: str
    label: str
    suffix: str
    type: str
    recommended: float


METRICS = {
    metric.id: metric
    for metric in (
        Metric("cpu", "CPU", "%", "global", 0.9),
        Metric("memory", "RAM", "%", "global", 0.9),
        Metric("swap", "Swap", "%", "global", 0.1),
        Metric("p95_response_time", "Response Time", "ms", "router", 500),
        Metric("5XX", "5xx Errors", "", "router", 10),
        Metric("all", "Requests per Minute", "rpm", "router", 1000),
        Metric("rpm_per_container", "RPM per Container", "rpm", "router", 150),
    )
}


@dataclass(frozen=True, slots=True)
class Wave:
    """Values that rise and fall in the course of a day."""

    low: float
    high: float
    whole: bool = False

    def at(self, seed: str, time: float) -> float:
        """Return the value at a time; the same for the same seed."""
        noise = random.Random(f"{seed}:{time:.0f}").random()
        share = 0.25 + 0.25 * math.sin(2 * math.pi * time / _DAY) + 0.5 * noise
        value = self.low + (self.high - self.low) * share
        return round(value) if self.whole else round(value, 6)


def series(
    seed: str, wave: Wave, *, now: float, begin: float, hours: int, last: bool
) -> list[Json]:
    """Return the points of the last hours, oldest first, none before `begin`."""
    step = max(60, hours * 15)
    end = now // step * step
    count = hours * 3600 // step
    times = [end - back * step for back in range(count - 1, -1, -1)]
    times = [time for time in times if time >= begin]
    return [
        {"time": iso(time), "value": wave.at(seed, time)} for time in times[-1 if last else 0 :]
    ]


def hours_back(call: Call) -> int:
    """Return the number of hours that the query asks for."""
    since = call.query("since")
    if since is None:
        return _DEFAULT_HOURS
    if since.isascii() and since.isdigit() and 1 <= int(since[:9]) <= _MOST_HOURS:
        return int(since)
    raise Refusal.bad_request(f"'since' should be a number of hours from 1 to {_MOST_HOURS}")


def limit_text(metric: str, value: float) -> str:
    """Format a limit for display; limits of resources are fractions."""
    known = METRICS.get(metric)
    if known is None or not known.suffix:
        return f"{value:g}"
    return f"{value * 100:g}%" if known.type == "global" else f"{value:g} {known.suffix}"
