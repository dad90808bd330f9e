"""Do everything at once for some minutes, and see that nothing is left of it.

    python -m tests.soak 5
    python -m tests.soak 0.5 --seed 7

A sandbox in a process of its own writes logs and breaks at random. Three clients on event loops
(asyncio over httpx and over aiohttp, trio over httpx) and one that blocks, which threads share, call,
follow logs and deployments, work through lists, download, upload, and are cancelled now and then.
They rest a dozen times: then the memory of this process is looked at.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import wait
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import trio

from .leaking import LEAKS, Leak
from .measures import Sample, descriptors, growth, leaks, more, second_half, settled, threads, types
from .watch import Watch
from .worlds import LONGEST, PROGRAM, AsyncWorld, BlockingWorld, Place, World, fill_the_pool

ROUNDS = 12
"""So many times the memory is looked at."""

SHORTEST = 0.3
"""Seconds that a round takes at least."""

PATIENCE = 30.0
"""Seconds in which what was closed has to be gone: a machine may be busy."""

WARM_UP = 2.0


def resting_threads() -> dict[str, int]:
    """Count the threads that trio keeps for a while."""
    return {name: count for name, count in threads().items() if name.startswith("Trio thread")}


class Platform:
    """The process with the sandbox."""

    def __init__(self, seed: str) -> None:
        command = [sys.executable, "-m", f"{__package__}.troubled", seed]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        begun = self._read()
        self.environ: dict[str, str] = begun["environ"]
        self.names: list[str] = begun["names"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def tell(self, command: str) -> Any:
        assert self._process.stdin is not None
        print(command, file=self._process.stdin, flush=True)
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the sandbox has ended")
        return json.loads(line)

    def streams(self) -> dict[str, int]:
        return {"streams": self.tell("figures")["streams"]}


class Soak:
    """The whole of it.

    Args:
        minutes: How long.
        seed: Chooses what is done, and what goes wrong.
        leak: What is to be leaked, to see it found.
        folder: A folder of its own.
    """

    def __init__(self, minutes: float, seed: str, leak: Leak | None, folder: Path) -> None:
        self.seconds = 60 * minutes
        self.seed = seed
        self.leak = leak
        self.watch = Watch()
        self.samples: list[Sample] = []
        self.before: dict[str, int] = {}
        self.after: dict[str, int] = {}
        self.figures: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.left: list[str] = []
        self._types: list[Counter[str]] = []
        self._folder = folder / "files"
        self._temporary = folder / "temporary"
        self._program = folder / "program"
        for each in (self._folder, self._temporary, self._program):
            each.mkdir()
        for name, text in PROGRAM.items():
            (self._program / name).write_text(text, encoding="utf-8")

    def run(self) -> None:
        tempfile.tempdir = str(self._temporary)
        try:
            with Platform(self.seed) as platform, self.watch.on():
                self._run(platform)
        finally:
            tempfile.tempdir = None

    def _run(self, platform: Platform) -> None:
        self.watch.also(platform.environ["SCALINGO_API_TOKEN"])
        place = Place(platform.environ, platform.names, self._folder, self._program, self.watch)
        # What is made once stays: modules, caches, pools of threads.
        with ExitStack() as stack:
            worlds = [stack.enter_context(world) for world in self._worlds(place)]
            self._round(worlds, WARM_UP, calm=True)
            fill_the_pool()
        settled(resting_threads, {}, PATIENCE)
        outside = self._outside()
        with ExitStack() as stack:
            worlds = [stack.enter_context(world) for world in self._worlds(place)]
            self._work(worlds, platform)
        self.before |= outside
        self.after.update(settled(self._outside, outside, PATIENCE))
        if more(self.before, self.after):
            self.left = self._named()

    def _worlds(self, place: Place) -> list[World]:
        return [
            AsyncWorld("httpx", place, self.seed, "asyncio"),
            AsyncWorld("aiohttp", place, self.seed, "asyncio"),
            AsyncWorld("trio", place, self.seed, "trio"),
            BlockingWorld("blocking", place, self.seed),
        ]

    def _work(self, worlds: list[World], platform: Platform) -> None:
        settled(lambda: {world.name: world.places() for world in worlds}, {}, PATIENCE)
        self.before = self._inside(worlds, platform)
        streams = 0
        begun = platform.tell("figures")
        end = time.monotonic() + self.seconds
        for number in range(ROUNDS):
            platform.tell("storm")
            # What is under way is finished, which takes from the rounds that follow.
            left = end - time.monotonic()
            self._round(worlds, max(SHORTEST, left / (ROUNDS - number)))
            platform.tell("calm")
            if self.leak is not None:
                self.leak(worlds, platform.environ)
            # A later storm would cut those that are left.
            found = settled(platform.streams, {}, 0 if streams else PATIENCE)
            streams = max(streams, found["streams"])
            self.samples.append(Sample.take(platform.tell("figures")["requests"]))
            if number in {ROUNDS // 2, ROUNDS - 1}:
                self._types.append(types())
        self.after = dict(settled(lambda: self._inside(worlds, platform), self.before, PATIENCE))
        self.after["streams"] = max(streams, self.after["streams"])
        ended = platform.tell("figures")
        self.figures.update({name: ended[name] - begun[name] for name in ended})
        del self.figures["streams"]
        for world in worlds:
            for worker in world.workers:
                self.figures.update(worker.figures)
                self.errors.update(worker.errors)

    def _round(self, worlds: list[World], seconds: float, *, calm: bool = False) -> None:
        until = time.monotonic() + seconds
        futures = [each for world in worlds for each in world.begin(until, calm=calm)]
        done, hanging = wait(futures, seconds + 2 * LONGEST)
        if hanging:
            raise TimeoutError(f"{len(hanging)} workers hang")
        for future in done:
            future.result()

    def _inside(self, worlds: list[World], platform: Platform) -> dict[str, int]:
        """Look at what clients have while they are open and at rest."""
        found = platform.streams()
        for world in worlds:
            found[f"tasks, {world.name}"] = world.tasks()
            found[f"places of the rate limit, {world.name}"] = world.places()
        return found

    def _outside(self) -> dict[str, int]:
        """Look at what there is when everything is closed."""
        open_now = descriptors()
        running = threads()
        # Those of a pool are kept for a while, and ended when more are needed.
        pooled = running.pop("AnyIO worker thread", 0)
        files = [each.name for each in (*self._folder.iterdir(), *self._temporary.iterdir())]
        return {
            "sockets": open_now.pop("socket", 0),
            "other descriptors": open_now.total(),
            "threads": running.total(),
            "threads of pools": pooled,
            "temporary files": len(files),
        }

    def _named(self) -> list[str]:
        """Name what there is, to say what is left."""
        files = [*self._folder.iterdir(), *self._temporary.iterdir()]
        open_now = (f"{count} {kind}" for kind, count in descriptors().items())
        running = (f"{count} {name}" for name, count in threads().items())
        return [*open_now, *running, *(f"file {each.name}" for each in files)]

    # -- what came of it -------------------------------------------------------------------------

    def verdict(self) -> list[str]:
        """Return what is wrong; nothing when all is well."""
        wrong = [
            f"{name}: {self.before.get(name, 0)} before, {self.after[name]} after"
            for name in more(self.before, self.after)
        ]
        if self.left:
            wrong.append(f"what there is now: {', '.join(self.left)}")
        wrong += [f"memory: {what}" for what in leaks(self.samples).values()]
        wrong += [
            f"{kind}: {self.watch.counts[kind]}\n    " + "\n    ".join(what)
            for kind, what in self.watch.problems.items()
        ]
        if self.watch.lines < self.figures["requests"]:
            wrong.append("hardly anything was logged: the canaries were not looked for")
        if wrong and len(self._types) == 2:
            grown = more(*self._types)
            most = Counter(grown).most_common(8)
            wrong.append(f"objects that there are more of: {dict(most)}")
        return wrong

    def table(self) -> str:
        """Return what was done, and what was held before and after."""
        rows: list[tuple[str, str]] = [
            (said, f"{self.figures[name]:,}") for name, said in DONE.items()
        ]
        rows.append(("log lines looked at", f"{self.watch.lines:,}"))
        errors = ", ".join(f"{name} {count}" for name, count in self.errors.most_common())
        text = "\n".join(f"{name:<28} {value:>12}" for name, value in rows)
        text += f"\n\nerrors that are documented: {errors or 'none'}\n\n"
        deeds = {n: c for n, c in sorted(self.figures.items()) if n not in DONE}
        text += f"done: {', '.join(f'{name} {count}' for name, count in deeds.items())}\n\n"
        text += f"{'':<40} {'before':>10} {'after':>10}\n"
        text += "\n".join(
            f"{name:<40} {value:>10} {self.after.get(name, '?'):>10}"
            for name, value in self.before.items()
        )
        half = second_half(self.samples)
        if half:
            for name in ("blocks", "bytes"):
                slope = growth([(each.requests, getattr(each, name)) for each in half])
                first, last = getattr(half[0], name), getattr(half[-1], name)
                text += f"\n{f'memory, {name}':<40} {first:>10,} {last:>10,}"
                text += f"   {slope:+,.0f} for each 1,000 requests"
        return text


DONE = {
    "requests": "requests",
    "faults": "faults",
    "exchanges": "tokens exchanged",
    "expired": "tokens that expired early",
    "cancelled": "things cancelled",
    "items": "items of bulk work",
    "lines": "lines of streams",
    "bytes": "bytes of files",
    "written": "lines that apps wrote",
}
"""What the table tells first, by the names of the figures."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=1.0, help="1 by default")
    parser.add_argument("--seed", help="chooses what is done, and what goes wrong")
    parser.add_argument("--leak", choices=LEAKS, help="leak this, to see that it is found")
    arguments = parser.parse_args()
    if not Path("/proc/self/fd").is_dir():
        parser.error("this needs Linux: it looks into /proc")
    # Trio keeps its threads for ten seconds.
    vars(trio._core._thread_cache)["IDLE_TIMEOUT"] = 1
    seed = arguments.seed or str(random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="soak"))
    leak = LEAKS[arguments.leak]() if arguments.leak else None
    soak = Soak(arguments.minutes, seed, leak, folder)
    try:
        soak.run()
    finally:
        shutil.rmtree(folder)
    print(soak.table())
    wrong = soak.verdict()
    for what in wrong:
        print(f"\nLEFT OR WRONG: {what}")
    print(
        f"\n{'failed' if wrong else 'nothing is left'}; --seed {seed} repeats the choices, not the timing"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
