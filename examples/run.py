"""Run a command in a one-off container, like `scalingo run`.

    python examples/run.py --app my-app python manage.py migrate
    python examples/run.py --app my-app bash
    pg_dump mine | python examples/run.py --app my-app 'psql "$DATABASE_URL"' > restored.log

In a terminal, you type into the command: Ctrl-C and the size of the window are passed on as well.
With pipes, the command gets your standard input and writes to your standard output. The exit status
is that of the command. The token comes from SCALINGO_API_TOKEN, the region from SCALINGO_REGION.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import termios
from contextlib import contextmanager, nullcontext, suppress
from select import PIPE_BUF
from typing import TYPE_CHECKING

import anyio

from scalingo_async import UNSET, AsyncClient, ScalingoError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from scalingo_async import ClientSettings, Terminal

STDIN, STDOUT = 0, 1
END = b"\x04"


@contextmanager
def unprocessed(descriptor: int) -> Generator[None]:
    """Pass on every key while a block runs, and always restore the terminal."""
    before = termios.tcgetattr(descriptor)
    changed = termios.tcgetattr(descriptor)
    # Output is still processed, because the container's lines may end with only a line feed.
    changed[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INPCK | termios.ISTRIP | termios.IXON)
    changed[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    try:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, changed)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


async def type_in(terminal: Terminal) -> None:
    """Send standard input to the container, including its end."""
    last = b"\n"
    while True:
        # Input that epoll can't wait for, such as a file, is always ready.
        with suppress(PermissionError):
            await anyio.wait_readable(STDIN)
        data = os.read(STDIN, 65_536)
        if not data:
            break
        last = data[-1:]
        await terminal.send(data)
    # It only works at the beginning of a line.
    await terminal.send(END if last == b"\n" else END * 2)


async def show(data: bytes) -> None:
    """Write all bytes to standard output."""
    while data:
        with suppress(PermissionError):
            await anyio.wait_writable(STDOUT)
        # A pipe accepts this much at once; more could block everything else.
        data = data[os.write(STDOUT, data[:PIPE_BUF]) :]


class Conversation:
    """The connection between this terminal, or these pipes, and the container's terminal.

    Attributes:
        ended_by: The signal that ended this program.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.ended_by: int | None = None
        self._terminal = terminal

    async def hold(self) -> None:
        """Copy bytes in both directions until the command has ended."""
        problem: ScalingoError | OSError | None = None
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._heed_signals, tasks.cancel_scope)
            tasks.start_soon(self._type_in)
            try:
                async for data in self._terminal:
                    await show(data)
            except (ScalingoError, OSError) as error:
                # Raised inside, it would be part of an exception group.
                problem = error
            tasks.cancel_scope.cancel()
        if problem is not None:
            raise problem

    async def _type_in(self) -> None:
        # If the connection breaks, the reading task notices it as well.
        with suppress(ScalingoError):
            await type_in(self._terminal)

    async def _heed_signals(self, scope: anyio.CancelScope) -> None:
        """Pass on signals for the command, and end on signals for this program."""
        passed_on = {
            signal.SIGINT: self._terminal.interrupt,
            signal.SIGQUIT: self._terminal.quit,
            signal.SIGWINCH: self._resize,
        }
        ending = (signal.SIGTERM, signal.SIGHUP)
        with anyio.open_signal_receiver(*passed_on, *ending) as signals:
            async for number in signals:
                if number in ending:
                    self.ended_by = number
                    scope.cancel()
                    return
                with suppress(ScalingoError, OSError):
                    await passed_on[number]()

    async def _resize(self) -> None:
        size = os.get_terminal_size(STDIN)
        await self._terminal.resize(size.columns, size.lines)


async def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    # One word is a whole command line, several are its words.
    command = options.command[0] if len(options.command) == 1 else shlex.join(options.command)
    env = dict(options.env)
    size = options.size or UNSET
    settings: ClientSettings = {"region": options.region} if options.region else {}
    async with AsyncClient.from_env(**settings) as client:
        if options.detached:
            result = await client.one_offs.run(
                options.app, command, env=env, size=size, detached=True
            )
            print(f"Started {result.container.label}; its output goes to the logs of the app")
            return 0
        interactive = os.isatty(STDIN)
        # Terminals that don't know their size report 0.
        window = os.get_terminal_size(STDIN) if interactive else None
        async with client.one_offs.terminal(
            options.app,
            command,
            columns=(window.columns or 80) if window else None,
            rows=(window.lines or 24) if window else None,
            env=env,
            size=size,
            files=options.file,
        ) as terminal:
            conversation = Conversation(terminal)
            with unprocessed(STDIN) if interactive else nullcontext():
                await conversation.hold()
            if conversation.ended_by is not None:
                return 128 + conversation.ended_by
            return await terminal.wait()


def variable(text: str) -> tuple[str, str]:
    """Read NAME=VALUE."""
    name, mark, value = text.partition("=")
    if not name or not mark:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    made = argparse.ArgumentParser(
        description="Run a command in a one-off container of a Scalingo app.",
        usage="%(prog)s [options] --app APP command ...",
        epilog="The token comes from SCALINGO_API_TOKEN. The exit status is that of the command, "
        "or 1 if it could not be run.",
    )
    add = made.add_argument
    add("--app", "-a", default=os.environ.get("SCALINGO_APP"), help="the app; or SCALINGO_APP")
    add("--region", help="the region; or SCALINGO_REGION")
    add("--size", "-s", help="size of the container (default: M)")
    add(
        *("--env", "-e"),
        type=variable,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable for the command; may be repeated",
    )
    add(
        *("--file", "-f"),
        action="append",
        default=[],
        help="a file to upload to /tmp/uploads; may be repeated",
    )
    add("--detached", "-d", action="store_true", help="start it in the background")
    add("command", nargs=argparse.REMAINDER, help="the command, after all options")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return the exit status."""
    made = parser()
    options = made.parse_args(arguments)
    if options.command[:1] == ["--"]:
        del options.command[0]
    if not options.app or not options.command:
        made.error("an app and a command are required")
    if options.detached and options.file:
        made.error("a detached container can't get files")
    try:
        return anyio.run(run, options)
    except (ScalingoError, OSError) as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
