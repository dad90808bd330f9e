"""Start our own processes, and end them in any case."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from benchmarks.server import STATS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent


class Process:
    """A child process with a line protocol that ends when its standard input is closed."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self._child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=None if environment is None else dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def read_line(self) -> str:
        """Read a line.

        Raises:
            RuntimeError: The process has ended; its last output is in the message.
        """
        line = cast("IO[str]", self._child.stdout).readline()
        if not line:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(5)
            words = cast("IO[str]", self._child.stderr).read().strip().splitlines()
            raise RuntimeError(words[-1] if words else f"it ended with {self._child.returncode}")
        return line

    def write_line(self, line: str) -> None:
        """Write a line."""
        stdin = cast("IO[str]", self._child.stdin)
        with contextlib.suppress(BrokenPipeError):
            stdin.write(line + "\n")
            stdin.flush()

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(BrokenPipeError):
            cast("IO[str]", self._child.stdin).close()
        try:
            self._child.wait(3)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        for stream in (self._child.stdout, self._child.stderr):
            cast("IO[str]", stream).close()


class Server:
    """The server with canned responses, in its process."""

    def __init__(self, url: str) -> None:
        self.url = url

    def stats(self) -> dict[str, int]:
        """Return how many requests were served and refused."""
        import json

        with urllib.request.urlopen(self.url + STATS_PATH, timeout=10) as answer:
            counts: dict[str, int] = json.load(answer)
        return counts

    @property
    def options(self) -> dict[str, Any]:
        """The arguments that point `AsyncClient` at this server, without pacing."""
        return {
            "api_token": "tk-us-0123456789abcdef",
            "api_url": self.url,
            "auth_url": self.url + "/auth",
            "database_url": self.url,
            "rate_limit": None,
        }


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """Run the server while the block runs."""
    process = Process([sys.executable, "-m", "benchmarks.server", *arguments])
    try:
        port = int(process.read_line())
        scheme = "https" if "--tls" in arguments else "http"
        yield Server(f"{scheme}://127.0.0.1:{port}")
    finally:
        process.close()
