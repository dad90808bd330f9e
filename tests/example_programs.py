"""Running the programs of examples/ as a user runs them.

`run(..., fresh=True)` starts an interpreter, as a user does. Without it the program runs in a fork
of one that has loaded its modules already, which is as much a process of its own and costs a
tenth; and waits for operations soon look, for a sandbox is done with one long before the platform
would be. Each program has a test of its main work that is fresh.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"
BARE = {name: value for name, value in os.environ.items() if not name.startswith("SCALINGO_")}
PATIENCE = 60
FIRST_PAUSE = 0.05


def environment(sandbox=None, **more):
    """Return the environment that points a program at a sandbox."""
    found = sandbox.environ() if sandbox is not None else {}
    return {**BARE, "COLUMNS": "100", "NO_PROXY": "*", **found, **more}


class _Interpreter:
    """The warm interpreter: one for all tests of this process, from the first one's use on."""

    def __init__(self):
        self._socket, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", str(Path(__file__).with_name("forked_programs.py"))],
            stdin=theirs,
            env={**BARE, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,
        )
        theirs.close()
        atexit.register(self._end)

    def _end(self):
        self._socket.close()
        self._process.wait()

    def order(self, order, descriptors):
        text = json.dumps(order).encode()
        socket.send_fds(self._socket, [len(text).to_bytes(4, "big")], descriptors)
        self._socket.sendall(text)


_warm = None


class Process:
    """A program that runs, in a fork of the warm interpreter; much like `subprocess.Popen`.

    Args:
        program: Its name in examples/.
        arguments: Its arguments.
        environ: All of its environment.
        folder: Its current folder; ours by default.
        stdin: A descriptor; a pipe by default, as for the other two.
        stdout: A descriptor.
        stderr: A descriptor.
        terminal: Whether the standard input is the terminal of a session of its own.
        without: Modules that it does not find.
    """

    def __init__(
        self,
        program,
        *arguments,
        environ,
        folder=None,
        stdin=None,
        stdout=None,
        stderr=None,
        terminal=False,
        without=(),
    ):
        global _warm
        if _warm is None:
            _warm = _Interpreter()
        self.returncode = None
        self.stdin = self.stdout = self.stderr = None
        reading, status = os.pipe()
        self._status = os.fdopen(reading, "rb", buffering=0)
        given, theirs = [stdin, stdout, stderr], [status]
        if stdin is None:
            given[0], ours = os.pipe()
            self.stdin = os.fdopen(ours, "wb", buffering=0)
            theirs.append(given[0])
        if stdout is None:
            ours, given[1] = os.pipe()
            self.stdout = os.fdopen(ours, "rb")
            theirs.append(given[1])
        if stderr is None:
            ours, given[2] = os.pipe()
            self.stderr = os.fdopen(ours, "rb")
            theirs.append(given[2])
        order = {
            "program": str(EXAMPLES / program),
            "arguments": arguments,
            "environ": environ,
            "folder": str(folder or Path.cwd()),
            "first_pause": FIRST_PAUSE,
            "terminal": terminal,
            "without": without,
        }
        _warm.order(order, [*given, status])
        for descriptor in theirs:
            os.close(descriptor)
        self.pid = int(self._line())

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if any(failure):
            self.kill()
        try:
            self.wait()
        finally:
            for file in (self.stdin, self.stdout, self.stderr, self._status):
                if file is not None:
                    file.close()

    def _line(self):
        line = b""
        while not line.endswith(b"\n"):
            piece = self._status.read(1)
            assert piece, "the warm interpreter has ended"
            line += piece
        return line

    def poll(self):
        """Return the exit status, if it has ended."""
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self.returncode = int(self._line())
        return self.returncode

    def wait(self, timeout=PATIENCE):
        """Wait for the exit status."""
        if self.returncode is None:
            ready, _, _ = select.select([self._status], [], [], timeout)
            if not ready:
                self.kill()
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self.poll()
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def communicate(self, given=b""):
        """Hand it its input, and return what it says, when it has ended."""
        with ThreadPoolExecutor(2) as readers:
            said = [
                readers.submit(file.read) if file else None for file in (self.stdout, self.stderr)
            ]
            if self.stdin is not None:
                with suppress(BrokenPipeError):
                    self.stdin.write(given)
                self.stdin.close()
            # The readers end with it.
            self.wait()
            return [future and future.result() for future in said]


def run(program, *arguments, sandbox=None, fresh=False, folder=None, given="", without=(), **more):
    """Run a program to its end; see the top of this module for `fresh`."""
    environ = environment(sandbox, **more)
    if fresh:
        return subprocess.run(
            [sys.executable, str(EXAMPLES / program), *arguments],
            env=environ,
            cwd=folder,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    how = {"environ": environ, "folder": folder, "without": without}
    with Process(program, *arguments, **how) as process:
        said = [data.decode() for data in process.communicate(given.encode())]
    return subprocess.CompletedProcess([program, *arguments], process.returncode, *said)
