"""Real commands in one-off containers: a local process with a pseudo-terminal."""

import errno
import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.abc
from anyio.lowlevel import checkpoint

from scalingo_async.sandbox.behaviour.shell import Screen
from scalingo_async.sandbox.world.one_offs import OneOff

try:
    import fcntl
    import pty
    import struct
    import termios
except ModuleNotFoundError:  # Windows
    raise ModuleNotFoundError("Real commands need a system with pseudo-terminals") from None

__all__ = ["execute"]

_PIECE = 16 * 1024
_PATIENCE = 0.5
"""Seconds that a process has to exit after its terminal is closed, and its output to arrive."""

# The first shell makes the terminal the controlling terminal of a new session, so that ^C sends a
# signal; then it becomes the shell that runs the command.
_START = 'exec <>"$0" >&0 2>&1; exec /bin/sh -c "$1"'


async def execute(one_off: OneOff, screen: Screen) -> int:
    """Run the command of a container as a local process; returns its exit code.

    The process and its files are removed when this returns or is cancelled.
    """
    with tempfile.TemporaryDirectory(prefix="one-off-", ignore_cleanup_errors=True) as folder:
        environ = await anyio.to_thread.run_sync(_prepare, one_off, Path(folder))
        master, slave = pty.openpty()
        terminal = _Terminal(master, slave)
        try:
            terminal.resize(one_off.width, one_off.height)
            process = await anyio.open_process(
                ["/bin/sh", "-c", _START, os.ttyname(slave), one_off.container.command],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            one_off.resized = terminal.resize
            try:
                return await _attend(process, terminal, screen)
            finally:
                one_off.resized = None
                await _end(process, terminal)
        finally:
            terminal.close()


async def _attend(process: anyio.abc.Process, terminal: "_Terminal", screen: Screen) -> int:
    """Copy bytes between the terminal and the attached client until the process exits."""
    code = 0

    async def show() -> None:
        while data := await terminal.read():
            await screen.send(data)

    async def type_in() -> None:
        while True:
            await terminal.write(await screen.receive())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(type_in)
        async with anyio.create_task_group() as output:
            output.start_soon(show)
            code = await process.wait()
            _kill(process.pid, signal.SIGHUP)
            # All output is read before the terminal reports that it has been closed.
            terminal.let_go()
        tasks.cancel_scope.cancel()
    return 128 - code if code < 0 else code


async def _end(process: anyio.abc.Process, terminal: "_Terminal") -> None:
    """Terminate the process and the foreground processes of its terminal, and reap it."""
    with anyio.CancelScope(shield=True):
        if process.returncode is None:
            foreground = terminal.foreground()
            for number in (signal.SIGHUP, signal.SIGKILL):
                for group in {process.pid, foreground}:
                    _kill(group, number)
                with anyio.move_on_after(_PATIENCE):
                    await process.wait()
                    break
            await process.wait()
        _kill(process.pid, signal.SIGKILL)
        await process.aclose()


def _kill(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group, if it exists and isn't ours."""
    if group > 1 and group != os.getpgrp():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def _prepare(one_off: OneOff, folder: Path) -> dict[str, str]:
    """Write the uploaded files to disk; returns the environment of the command."""
    uploads = folder / "uploads"
    uploads.mkdir()
    for name, content in one_off.files.items():
        (uploads / name).write_bytes(content)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    # Names and values that an environment can't hold are left out: the platform refuses them
    # earlier.
    wanted = {
        name: value
        for name, value in one_off.environ().items()
        if name and "=" not in name and "\0" not in name + value
    }
    return {**kept, "HOME": str(folder), **wanted, "UPLOADS": str(uploads)}


class _Terminal:
    """Our side of a pseudo-terminal."""

    def __init__(self, master: int, slave: int) -> None:
        self._master = master
        self._slave: int | None = slave
        self._silence = anyio.CancelScope()
        os.set_blocking(master, False)
        settings = termios.tcgetattr(slave)
        # Output is passed on as the command wrote it: a line feed isn't converted.
        settings[1] &= ~termios.OPOST
        termios.tcsetattr(slave, termios.TCSANOW, settings)

    async def read(self) -> bytes:
        """Return its output; empty when no process has it open any more."""
        while True:
            try:
                data = os.read(self._master, _PIECE)
            except BlockingIOError:
                with self._wait():
                    await anyio.wait_readable(self._master)
                    continue
                return b""
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                return b""
            else:
                await checkpoint()
                return data

    def _wait(self) -> anyio.CancelScope:
        """Limit the wait for more output after closing: a daemon may keep the other side open."""
        self._silence = anyio.CancelScope()
        if self._slave is None:
            self._silence.deadline = anyio.current_time() + _PATIENCE
        return self._silence

    async def write(self, data: bytes) -> None:
        """Write input."""
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                await anyio.wait_writable(self._master)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                return

    def resize(self, width: int, height: int) -> None:
        """Resize it; the foreground process gets SIGWINCH."""
        size = struct.pack("HHHH", height, width, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def foreground(self) -> int:
        """Return the foreground process group, or 0 if there is none."""
        try:
            return os.tcgetpgrp(self._master)
        except OSError:
            return 0

    def let_go(self) -> None:
        """Close the side of the process."""
        if self._slave is not None:
            slave, self._slave = self._slave, None
            os.close(slave)
            self._silence.deadline = anyio.current_time() + _PATIENCE

    def close(self) -> None:
        """Close both sides."""
        self.let_go()
        os.close(self._master)
