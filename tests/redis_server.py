"""A redis-server of a test's own, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from redis.asyncio import Redis

BINARY = shutil.which("redis-server")
MISSING = "redis-server is missing: apt-get install redis-server"


class RedisServer:
    """Starts and stops a Redis that keeps nothing on disk.

    Attributes:
        socket: Where it listens; the same after it was started anew.
    """

    def __init__(self) -> None:
        # Paths of sockets have to be short.
        self.folder = Path(tempfile.mkdtemp(prefix="redis"))
        self.socket = str(self.folder / "s")
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        assert BINARY is not None, MISSING
        self.process = subprocess.Popen(
            [
                BINARY,
                "--port",
                "0",
                "--unixsocket",
                self.socket,
                "--save",
                "",
                "--dir",
                self.folder,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "ready to accept" in line.lower():
                return
        raise AssertionError("redis-server did not start")

    def stop(self) -> None:
        """End it at once; what it held is gone."""
        if self.process is not None:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """Let it answer nothing, although it is there."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def client(self, **settings) -> Redis:
        return Redis(unix_socket_path=self.socket, **settings)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
