"""A sandbox of its own process, with apps that write logs, and with faults at random.

It reads commands from standard input, a line each, and answers each with a line of JSON. It ends
with its input.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from typing import Any

from scalingo_async.sandbox import Sandbox

FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 401},
    {"kind": "429"},
    {"kind": "html"},
    {"kind": "garbage"},
    {"kind": "half_body"},
    {"kind": "close_before"},
    {"kind": "close_after"},
    {"kind": "stall", "bytes": 10},
    {"kind": "wrong_length", "bytes": 100},
    {"kind": "delay", "delay": 0.2},
    {"kind": "cut", "messages": 1},
    {"kind": "cut", "bytes": 1},
    {"kind": "cut", "bytes": 700},
    {"kind": "cut", "bytes": 9_000},
]

OPERATIONS = [
    "apps.*",
    "variables.*",
    "tokens.exchange",
    "logs.get_url",
    "logs.stream_*",
    "logs.*",
    "databases.*",
    "databases.backups.*",
    "deployments.*",
    "one_offs.*",
    "operations.*",
    "sources.*",
    "*",
]

PAUSE = (0.02, 0.3)
"""Seconds between two things that go wrong."""


class Troubled:
    """What happens to a sandbox by itself.

    Args:
        seed: Chooses what goes wrong, and in which order.
    """

    def __init__(self, seed: str) -> None:
        self.sandbox = Sandbox(
            apps=8,
            seed=seed,
            rate_limit=None,
            operation_time=0.1,
            bearer_lifetime=5,
            addon_token_lifetime=7,
        )
        self.sandbox.settings.keepalive = 0.5
        self.sandbox.settings.backup_size = 50_000
        self._random = random.Random(seed)
        self._stormy = threading.Event()
        self._over = threading.Event()
        self._faults = self._cuts = self._expired = self._written = 0
        # Those that may still hit something.
        self._injected: list[Any] = []
        names = self.names
        self._numbers = dict.fromkeys(names, 0)

    @property
    def names(self) -> list[str]:
        return [app.name for app in self.sandbox.apps()]

    def live(self) -> None:
        """Write logs, and let things go wrong; in a thread."""
        rng = self._random
        names = self.names
        next_trouble = 0.0
        while not self._over.wait(0.02):
            name = names[rng.randrange(2)]
            self._numbers[name] += 1
            self._written += 1
            self.sandbox.write_log(name, f"canary-line number={self._numbers[name]}")
            if self._stormy.is_set() and time.monotonic() >= next_trouble:
                next_trouble = time.monotonic() + rng.uniform(*PAUSE)
                self._trouble(rng)

    def _trouble(self, rng: random.Random) -> None:
        chance = rng.random()
        if chance < 0.04:
            self._expired += self.sandbox.expire_bearers()
        elif chance < 0.06:
            self.sandbox.expire_urls()
        elif chance < 0.10:
            self._cuts += self.sandbox.cut_streams()
        elif chance < 0.13:
            self.sandbox.fail_next_operation()
        elif chance < 0.16:
            self.sandbox.fail_next_deployment()
        else:
            fault = self.sandbox.inject(
                rng.choice(OPERATIONS), times=rng.randint(1, 3), **rng.choice(FAULTS)
            )
            self._injected.append(fault)
            # Those that nothing has run into yet would add up.
            if len(self._injected) > 6:
                self._forget(self._injected.pop(0))

    def _forget(self, fault: Any) -> None:
        fault.remove()
        self._faults += fault.hits

    def answer(self, command: str) -> Any:
        """Carry a command out; returns what is to be answered."""
        sandbox = self.sandbox
        if command == "storm":
            self._stormy.set()
        elif command == "calm":
            self._stormy.clear()
            while self._injected:
                self._forget(self._injected.pop())
            sandbox.clear_faults()
        elif command == "figures":
            hits = sum(fault.hits for fault in self._injected)
            return {
                "requests": sandbox.count(executed=False),
                "faults": self._faults + hits + self._cuts,
                "expired": self._expired,
                "exchanges": sandbox.exchanges,
                "written": self._written,
                "streams": sandbox.open_streams,
            }
        else:
            raise ValueError(command)
        return None

    def serve(self) -> None:
        """Serve until the input ends."""
        with self.sandbox.running():
            thread = threading.Thread(target=self.live)
            thread.start()
            try:
                say({"environ": self.sandbox.environ(), "names": self.names})
                for line in sys.stdin:
                    say(self.answer(line.strip()))
            finally:
                self._over.set()
                thread.join()


def say(answer: Any) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    Troubled(sys.argv[1]).serve()
