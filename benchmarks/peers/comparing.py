"""All clients in turns against one server: the cost of a call, and 500 lists of 100 objects."""

from __future__ import annotations

import json
from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.peers.environments import BARE, OURS, OURS_AIOHTTP, PEERS, Peer, command
from benchmarks.rows import Row, Samples, alternate, compared, not_run, why
from benchmarks.serving import Process, serving

if TYPE_CHECKING:
    from collections.abc import Iterable

PART, LISTS_PART = "peers", "lists"

LISTS = 500
"""Lists of 100 objects; each round times a fifth of them and multiplies the time."""

FASTER = 0.8
"""The bound: less than this part of the time of each other client."""

OVER_AIOHTTP = frozenset({"javascript"})
"""The baseline of the faster transport, whose HTTP parser is written in C."""

LISTS_IN_FLIGHT = 10


class Client:
    """A client in its process."""

    def __init__(self, peer: Peer, process: Process) -> None:
        self.name = peer.name
        self._process = process
        self.version: str = self._read()["version"]

    def _read(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._process.read_line())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def cost(self, **order: Any) -> dict[str, float]:
        """Let it measure one call, in CPU seconds and wall-clock seconds."""
        self._process.write_line(json.dumps(order))
        return self._read()


class Measurement:
    """One measurement that all clients make.

    Attributes:
        cpu: The CPU time of the calls for each client, for all measurements.
    """

    def __init__(
        self, part: str, title: str, figure: str, bound: float, rounds: int, **order: Any
    ) -> None:
        self.part = part
        self.title = title
        self.figure = figure
        self.bound = bound
        self.rounds = rounds
        self.order = order
        self.cpu: Samples = {}

    def samples(self, clients: Iterable[Client]) -> tuple[Samples, dict[str, str]]:
        """Measure in turns; also return why some could not be measured."""
        failed: dict[str, str] = {}
        self.cpu = {}

        def measure(client: Client) -> float:
            if client.name in failed:
                return float("nan")
            try:
                cost = client.cost(**self.order)
            except Exception as error:
                failed[client.name] = why(error)
                return float("nan")
            self.cpu.setdefault(client.name, []).append(cost["cpu"])
            return cost[self.figure]

        contenders = {client.name: lambda client=client: measure(client) for client in clients}
        samples = alternate(self.rounds + 1, contenders)
        # The first round is a warm-up: node compiles code that runs often.
        return {name: found[1:] for name, found in samples.items() if name not in failed}, failed


def single(*, quick: bool) -> list[Measurement]:
    """Return the measurements of single calls."""
    return [
        Measurement(
            PART,
            f"CPU of a call, {in_flight} in flight",
            "cpu",
            1.0,
            3 if quick else 11,
            call="get",
            calls=200,
            in_flight=in_flight,
        )
        for in_flight in (1, 50)
    ]


def listing(*, quick: bool) -> list[Measurement]:
    """Return the measurements of lists."""
    return [
        Measurement(
            LISTS_PART,
            f"wall time of {LISTS} lists of 100, {LISTS_IN_FLIGHT} in flight",
            "wall",
            FASTER,
            2 if quick else 7,
            call="list",
            calls=LISTS // 5,
            in_flight=LISTS_IN_FLIGHT,
        )
    ]


def rows(*, quick: bool, names: Iterable[str] = ()) -> list[Row]:
    """Measure single calls, with all peers or the selected ones."""
    return _rows_of(single(quick=quick), names)


def list_rows(*, quick: bool, names: Iterable[str] = ()) -> list[Row]:
    """Measure lists, with all peers or the selected ones."""
    return _rows_of(listing(quick=quick), names)


def _rows_of(measurements: Iterable[Measurement], names: Iterable[str]) -> list[Row]:
    wanted = [peer for peer in PEERS if not names or peer.name in names]
    absent: dict[str, str] = {}
    found: list[Row] = []
    with ExitStack() as stack:
        server = stack.enter_context(serving())
        clients: list[Client] = []
        for peer in (BARE, OURS, OURS_AIOHTTP, *wanted):
            try:
                process = Process(command(peer, server.url))
                stack.callback(process.close)
                clients.append(Client(peer, process))
            except Exception as error:
                absent[peer.name] = why(error)
        for measurement in measurements:
            served = server.stats()["served"]
            samples, failed = measurement.samples(clients)
            _check(server.stats()["served"] - served, measurement, samples)
            found += _rows(measurement, samples, {**absent, **failed}, clients, wanted)
    return found


def _check(served: int, measurement: Measurement, samples: Samples) -> None:
    """Make sure that no client used a cache.

    Raises:
        RuntimeError: The server saw fewer requests than there were calls.
    """
    least = len(samples) * (measurement.rounds + 1) * measurement.order["calls"]
    if served < least:
        raise RuntimeError(f"{least} calls reached the server as {served} requests")


def _rows(
    measurement: Measurement,
    samples: Samples,
    failed: dict[str, str],
    clients: Iterable[Client],
    wanted: Iterable[Peer],
) -> list[Row]:
    versions = {client.name: client.version for client in clients}
    whole = measurement.figure == "wall"
    times = LISTS if whole else 1
    samples = {name: [times * value for value in values] for name, values in samples.items()}
    found: list[Row] = []
    bounded: list[tuple[str, str, bool]] = []
    for peer in wanted:
        fast = peer.name in OVER_AIOHTTP
        bounded.append((OURS.name, peer.name, not fast))
        if fast:
            bounded.append((OURS_AIOHTTP.name, peer.name, True))
    for name, rival, counts in (
        (OURS.name, BARE.name, False),
        (OURS_AIOHTTP.name, BARE.name, False),
        *bounded,
    ):
        against = f"{rival} {versions.get(rival, '')}".strip()
        over = "over aiohttp, " if name == OURS_AIOHTTP.name else ""
        title = f"{measurement.title}: {over}÷ {against}"
        bound = measurement.bound if counts else None
        missing = failed.get(name) or failed.get(rival)
        if missing is not None:
            found += not_run(measurement.part, {title: bound}, missing)
            continue
        cpu = [a / b for a, b in zip(measurement.cpu[name], measurement.cpu[rival], strict=True)]
        notes: dict[str, Any] = {"cpu_ratio": round(median(cpu[1:]), 4)}
        if rival != BARE.name and BARE.name in samples:
            bare = median(samples[BARE.name])
            notes["added_ours"] = median(samples[name]) - bare
            notes["added_theirs"] = median(samples[rival]) - bare
        found.append(
            compared(
                samples,
                name,
                rival,
                part=measurement.part,
                what=title,
                against="",
                bound=bound,
                strict=True,
                notes=notes,
            )
        )
    return found
