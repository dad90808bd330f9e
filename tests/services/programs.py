"""Programs that run beside a test."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
BARE = {name: value for name, value in os.environ.items() if not name.startswith("SCALINGO_")}


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
) -> Iterator[None]:
    """Run a program until the block ends; the block begins when it has said something so often.

    It shows no tracebacks, unless `tracebacks` says that it may.
    """
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**BARE, **environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    heard: list[str] = []
    try:
        for line in process.stdout:
            heard.append(line)
            if sum(said in each for each in heard) == times:
                break
        else:
            raise AssertionError("".join(heard))
        yield
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
        heard.append(rest)
        # Pytest shows it when something fails.
        print("".join(heard))
    assert tracebacks or "Traceback" not in "".join(heard), "".join(heard)
