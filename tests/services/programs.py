"""Programs that run beside a test."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
BARE = {name: value for name, value in os.environ.items() if not name.startswith("SCALINGO_")}
LIMIT = 80.0
"""How long a program may run, in seconds. None of them takes a third of it."""

ENDING = 5.0
"""How long processes have to show where they stand before they are killed, in seconds."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def started(
    command: list[str],
    environ: dict[str, str],
    said: str,
    times: int = 1,
    *,
    tracebacks: bool = False,
    limit: float = LIMIT,
    ending: signal.Signals = signal.SIGINT,
) -> Iterator[list[str]]:
    """Run a program until the block ends; the block begins when it has said something so often.

    The block is given the lines that it has said by then.

    It is ended by a signal. It shows no tracebacks, unless `tracebacks` says that it may. One that runs for longer than the
    limit shows where all threads of its processes stand, and is killed.
    """
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**BARE, **environ, "PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A group of its own, with its workers.
        start_new_session=True,
    )
    assert process.stdout is not None
    heard: list[str] = []
    late: list[float] = []

    def end() -> None:
        late.append(limit)
        with suppress(ProcessLookupError):
            # Workers have handlers of their own for other signals; Python's is for this one.
            os.killpg(process.pid, signal.SIGSEGV)
            over.wait(ENDING)
            os.killpg(process.pid, signal.SIGKILL)

    over = threading.Event()
    watch = threading.Timer(limit, end)
    watch.start()
    try:
        for line in process.stdout:
            heard.append(line)
            if sum(said in each for each in heard) == times:
                break
        else:
            raise AssertionError("".join(heard))
        yield heard[:]
    finally:
        process.send_signal(ending)
        # It ends, if not by itself then at the limit.
        rest, _ = process.communicate()
        over.set()
        watch.cancel()
        watch.join()
        heard.append(rest)
        # Pytest shows it when something fails.
        print("".join(heard))
    assert not late, f"it ran for more than {limit} s:\n{''.join(heard)}"
    assert tracebacks or "Traceback" not in "".join(heard), "".join(heard)
