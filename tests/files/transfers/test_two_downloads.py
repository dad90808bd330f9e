"""Two resumable downloads to one target: what one reports is whole, whatever the other does."""

import fcntl
import json
import os
import subprocess
import sys
import threading
from contextvars import ContextVar

import anyio
import anyio.to_thread
import pytest
from instruments.wire import serving
from storage import CONTENT, Storage, client_of, left_in
from sweeps import sweep

from scalingo_async import IncompleteDownloadError, InvalidArgumentError

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

STEPS = [
    (os, "open"),
    (os, "stat"),
    (os, "lstat"),
    (os, "fstat"),
    (os, "close"),
    (os, "link"),
    (os, "unlink"),
    (os, "replace"),
    (os, "ftruncate"),
    (os, "fsync"),
    (os, "write"),
    (fcntl, "flock"),
]
LONG = 30
"""Seconds after which a test that hangs fails."""


class Run:
    """One download; it can be stopped in front of any of its steps on files.

    Args:
        name: How it is called in messages.
        stop: The step that it is stopped in front of; `None` for never.
        meanwhile: What is done there.
    """

    def __init__(self, name, stop=None, meanwhile=None):
        self.name = name
        self.stop = stop
        self.meanwhile = meanwhile
        self.steps = 0
        self.outcome = None

    def step(self):
        self.steps += 1
        if self.steps - 1 == self.stop:
            self.meanwhile()

    async def __call__(self, url, path, **options):
        token = RUN.set(self)
        try:
            async with client_of(url) as client:
                await client.sources.download(url, path, resume=True, **options)
            # At this very moment it has to be whole.
            RUN.set(None)
            self.outcome = "whole" if path.read_bytes() == CONTENT else "CUT"
        except (InvalidArgumentError, IncompleteDownloadError) as error:
            self.outcome = str(error)
        finally:
            RUN.reset(token)


RUN = ContextVar("RUN", default=None)


@pytest.fixture
def stepping(monkeypatch):
    for module, name in STEPS:
        real = getattr(module, name)

        def stepwise(*args, real=real, **kwargs):
            run = RUN.get()
            if run is not None and threading.current_thread() is not threading.main_thread():
                run.step()
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, stepwise)


def begin(folder):
    """Leave behind what an earlier download would have kept."""
    for left in folder.iterdir():
        left.unlink()
    (folder / "file.part").write_bytes(CONTENT[:1000])
    note = json.dumps({"etag": '"v1"', "total": len(CONTENT)})
    (folder / "file.part.json").write_text(note)


def judge(folder, *runs):
    said = [f"{run.name} at {run.stop}: {run.outcome}" for run in runs]
    for run in runs:
        allowed = run.outcome == "whole" or any(
            words in (run.outcome or "")
            for words in (
                "another download is writing",
                "overwrite=True",
                "max_retries are used up",
            )
        )
        assert allowed, said
    assert any(run.outcome == "whole" for run in runs), said
    assert left_in(folder) == {"file": len(CONTENT)}, said


async def test_what_somebody_else_writes_at_any_step_is_not_replaced(backend, tmp_path, stepping):
    path = tmp_path / "file"
    counts = {True: 0, False: 0}
    step = 0
    # It comes in one piece, so that the steps are the same each time.
    async with serving(Storage(content=b"few")) as wire:
        while True:
            appeared = False

            def appear():
                nonlocal appeared
                try:
                    with path.open("xb") as file:
                        file.write(b"mine")
                    appeared = True
                except FileExistsError:
                    pass

            run = Run("it", step, appear)
            await run(wire.url, path)
            if run.steps <= step:
                break
            said = f"at step {step}: {run.outcome}"
            assert path.read_bytes() == (b"mine" if appeared else b"few"), said
            assert ("overwrite=True" in run.outcome) == appeared, said
            counts[appeared] += 1
            step += 1
            for left in tmp_path.iterdir():
                left.unlink()
    assert counts[True] > 5, "too few steps were tried before the end"
    assert counts[False] > 0, "no step was tried behind the end"


@pytest.mark.sweep
@pytest.mark.parametrize(("anyio_backend", "overwrite"), [("asyncio", False), ("trio", True)])
async def test_two_in_one_process_at_every_step(tmp_path, stepping, overwrite):
    """The second begins in front of a step of the first, and is stopped in front of one of its own."""
    path = tmp_path / "file"

    async def both(url, first_stop, second_stop):
        begin(tmp_path)
        going_on, reached = threading.Event(), threading.Event()

        def in_second():
            reached.set()
            assert going_on.wait(LONG)

        def in_first():
            thread.start()
            assert reached.wait(LONG)

        def run_second():
            try:
                anyio.run(second_alone)
            finally:
                reached.set()

        async def second_alone():
            await second(url, path, overwrite=overwrite)

        first = Run("first", first_stop, in_first)
        second = Run("second", second_stop, in_second)
        thread = threading.Thread(target=run_second)
        await first(url, path, overwrite=overwrite)
        going_on.set()
        if thread.ident is not None:
            await anyio.to_thread.run_sync(thread.join, LONG)
            judge(tmp_path, first, second)
        return first.steps, second.steps, thread.ident is not None

    gap = sweep("steps of one of two downloads")
    pairs = 0
    async with serving(Storage()) as wire:
        steps, _, _ = await both(wire.url, None, None)
        assert steps > 20
        for first_stop in range(steps):
            second_stop = first_stop % gap
            while True:
                _, reached, begun = await both(wire.url, first_stop, second_stop)
                pairs += begun
                if second_stop >= reached:
                    break
                second_stop += gap
    assert pairs > steps


PROGRAM = """
import sys, anyio
sys.path[:0] = {path!r}
from storage import CONTENT, client_of
from test_two_downloads import Run
from pathlib import Path

async def main():
    for line in sys.stdin:
        url, path = line.split()
        run = Run("other")
        await run(url, Path(path), overwrite=True)
        print(run.outcome, flush=True)

anyio.run(main)
"""


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_two_processes_at_every_step(tmp_path, stepping):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "file"
    other = subprocess.Popen(  # noqa: ASYNC220 - started before anything is awaited
        [sys.executable, "-c", PROGRAM.format(path=sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other, other.stdin, other.stdout:
        async with serving(Storage()) as wire:
            stop, begun = 0, True
            while begun:
                begin(folder)
                second = Run("second")

                def meanwhile(second=second):
                    other.stdin.write(f"{wire.url} {path}\n")
                    other.stdin.flush()
                    second.outcome = other.stdout.readline().strip()

                first = Run("first", stop, meanwhile)
                await first(wire.url, path, overwrite=True)
                begun = second.outcome is not None
                if begun:
                    judge(folder, first, second)
                    stop += 1
    assert stop > 20


async def test_a_part_that_was_replaced_meanwhile_gets_no_name(backend, tmp_path):
    path = tmp_path / "file"

    def meanwhile(progress):
        if progress.done == progress.total:
            (tmp_path / "file.part").unlink()
            (tmp_path / "file.part").write_bytes(b"somebody else's")

    async with serving(Storage()) as wire, client_of(wire.url) as client:
        with pytest.raises(FileNotFoundError, match="removed or replaced"):
            await client.sources.download(wire.url, path, resume=True, on_progress=meanwhile)
    assert (tmp_path / "file.part").read_bytes() == b"somebody else's"
    assert not path.exists()
