"""A job that is killed in its midst, again and again: run by test_kill.py in a process of its own.

Each line of the input asks for a run: after how many function calls it kills itself, 0 for never.
The answer is its exit code, and how many calls it made when it came to its end. A run is a fork,
which costs less than a new interpreter.
"""

import gc
import json
import os
import signal
import sys
import threading
from importlib import import_module

import anyio

from scalingo_async import AsyncClient, bulk
from scalingo_async.blocking import Client
from scalingo_async.blocking import bulk as blocking_bulk
from scalingo_async.transports.httpx import default_ssl_context

LOADED = {"anyio", "cattrs", "h11", "httpcore", "httpx", "orjson", "scalingo_async", "trio"}

calls = 0


def arm(fuse: int) -> None:
    """Kill this process at the given function call from here on, in whatever thread that is."""

    def count(frame: object, event: str, argument: object) -> None:
        global calls
        if event == "call":
            calls += 1
            if calls == fuse:
                os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(count)
    sys.setprofile(count)


async def restarts(client: AsyncClient, name: str) -> int:
    """Count the restarts that the platform knows of."""
    return sum([event.type == "restart" async for event in client.events.list(name)])


async def work(order: dict) -> None:
    async with AsyncClient.from_env(rate_limit=None, trust_env=False) as client:

        async def was_done(name: str) -> bool:
            return await restarts(client, name) > order["before"][name]

        arm(order["fuse"])
        report = await bulk.map(
            client.apps.restart,
            list(order["before"]),
            concurrency=3,
            journal=order["journal"],
            on_unknown=was_done,
        )
        sys.setprofile(None)
        threading.setprofile(None)
        assert report.summary.ok, report.summary


def block(order: dict) -> None:
    """Do the same with the blocking client."""
    with Client.from_env(rate_limit=None, trust_env=False) as client:

        def was_done(name: str) -> bool:
            events = client.events.list(name)
            return sum(event.type == "restart" for event in events) > order["before"][name]

        arm(order["fuse"])
        report = blocking_bulk.map(
            client.apps.restart,
            list(order["before"]),
            concurrency=3,
            journal=order["journal"],
            on_unknown=was_done,
        ).report()
        sys.setprofile(None)
        threading.setprofile(None)
        assert report.summary.ok, report.summary


def fork(order: dict) -> tuple[int, dict]:
    """Do an order in a process of its own; returns its exit code and what it had to say."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if order["backend"] == "blocking":
                block(order)
            else:
                anyio.run(work, order, backend=order["backend"])
            said = {"calls": calls, "modules": sorted(sys.modules)}
            os.write(writing, json.dumps(said).encode())
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = json.loads(pipe.read() or "{}")
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said


def main() -> None:
    # All runs have it from here: to read all certificates takes as long as half a job.
    default_ssl_context()
    for line in sys.stdin:
        code, said = fork(json.loads(line))
        # The next run has to load nothing: it is to be killed at its work.
        for module in said.pop("modules", ()):
            if module.partition(".")[0] in LOADED:
                import_module(module)
        # A fork need not look at, and so copy, what is there already.
        gc.freeze()
        print(json.dumps([code, said.get("calls", 0)]), flush=True)


if __name__ == "__main__":
    main()
