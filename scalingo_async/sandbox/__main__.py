"""`python -m scalingo_async.sandbox`: serve a sandbox until Ctrl-C or while a program runs."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from shlex import quote
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from scalingo_async.sandbox.server.rate_limit import RateLimit

if TYPE_CHECKING:
    from scalingo_async.sandbox.sandbox import Sandbox
    from scalingo_async.sandbox.server.requests import RequestRecord

__all__ = ["main"]

_Handler = Callable[[int, FrameType | None], object]

_LAST_PORT = 65_535
_NOT_FOUND = 127


def _powershell_quote(value: str) -> str:
    quoted = value.replace("'", "''")
    return f"'{quoted}'"


_FORMATS: dict[str, Callable[[str, str], str]] = {
    "sh": lambda name, value: f"export {name}={quote(value)}",
    "dotenv": lambda name, value: f"{name}={quote(value)}",
    "powershell": lambda name, value: f"$env:{name} = {_powershell_quote(value)}",
}
"""How a variable is printed: for a shell, for an `.env` file, for PowerShell."""


def _limit(text: str) -> RateLimit | None:
    try:
        return RateLimit.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _not_negative(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number, 0 or more")
    return value


def _positive(text: str) -> float:
    value = _not_negative(text)
    if not value:
        raise argparse.ArgumentTypeError("must be greater than 0")
    return value


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def _port(text: str) -> int:
    port = _count(text)
    if port > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port: the highest is {_LAST_PORT}")
    return port


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scalingo_async.sandbox",
        description=(
            "Serve an in-memory Scalingo until Ctrl-C. Prints the environment variables that point "
            "a client at it, as lines for a shell. With a command after `--`, runs that command "
            "with the variables set instead, and exits when it exits."
        ),
    )
    add = parser.add_argument
    add(
        "command",
        nargs="*",
        metavar="-- COMMAND",
        help="program to run, such as: -- python a.py",
    )
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=0, help="port to listen on (default: a free one)")
    add("--apps", type=_count, default=25, help="number of apps (default: %(default)s)")
    add(
        "--app",
        action="append",
        metavar="NAME",
        help="name of an app to create, may be repeated (default: my-app)",
    )
    add(
        "--format",
        choices=list(_FORMATS),
        default="sh",
        help="format of the printed variables (default: %(default)s)",
    )
    add("--log", action="store_true", help="print a line for each request to standard error")
    add(
        "--rate-limit",
        type=_limit,
        default="60/60s",
        metavar="N/TIME",
        help="requests per time window and token, or none (default: %(default)s)",
    )
    add(
        "--latency",
        type=_not_negative,
        default=0.0,
        metavar="MS",
        help="milliseconds that each request is delayed (default: 0)",
    )
    add("--seed", default="0", help="seed for generated ids and names (default: %(default)s)")
    add(
        "--bearer-lifetime",
        type=_positive,
        default=3600.0,
        metavar="S",
        help="lifetime of bearer tokens in seconds (default: 3600)",
    )
    add(
        "--operation-time",
        type=_not_negative,
        default=0.5,
        metavar="S",
        help="duration of operations in seconds (default: %(default)s)",
    )
    add(
        "--log-every",
        type=_positive,
        metavar="S",
        help="write a line to the log of every app each S seconds",
    )
    add(
        "--one-off-joined-head",
        action="store_true",
        help="send the first output of one-off containers together with the response head",
    )
    add(
        "--bearer-on-database-api",
        action="store_true",
        help="accept users' bearer tokens on the database API, for new official JavaScript clients",
    )
    add(
        "--exec",
        action="store_true",
        help=(
            "DANGEROUS: run the commands of one-off containers on this machine, as you; "
            "only for --host 127.0.0.1, ::1 or localhost"
        ),
    )
    return parser


def _log(record: "RequestRecord") -> None:
    query = "&".join(f"{name}={value}" for name, value in record.query.items())
    words = [
        record.method,
        f"{record.path}?{query}" if query else record.path,
        str(record.status or "cut off"),
        record.operation or "(no such route)",
    ]
    if record.fault is not None:
        words.append(f"(fault: {record.fault})")
    line = "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in " ".join(words)
    )
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def _on_signals(interrupt: _Handler, terminate: _Handler) -> Generator[None]:
    """Call one function on Ctrl-C and another when the process is asked to terminate."""
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, interrupt),
        signal.SIGTERM: signal.signal(signal.SIGTERM, terminate),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a program until it exits; a termination signal is passed on to it."""
    try:
        process = subprocess.Popen(command, env={**os.environ, **variables})  # noqa: S603 - the user asked for it
    except OSError as error:
        sys.stderr.write(f"Can't run {command[0]}: {error.strerror}\n")
        return _NOT_FOUND

    def interrupt(_number: int, _frame: object) -> None:
        """Do nothing: Ctrl-C reaches every process at the terminal, so the program handles it."""

    def terminate(_number: int, _frame: object) -> None:
        process.terminate()

    with _on_signals(interrupt, terminate):
        code = process.wait()
    return code if code >= 0 else 128 - code


def _write_everywhere(sandbox: "Sandbox", line: str) -> None:
    with sandbox.world.lock:
        for region in sandbox.world.regions:
            for app in sandbox.apps(region):
                sandbox.write_log(app.id, line, region=region)


def _sandbox(parser: argparse.ArgumentParser, options: argparse.Namespace) -> "Sandbox":
    from scalingo_async.sandbox import Sandbox

    try:
        sandbox = Sandbox(
            apps=options.apps,
            names=options.app or (["my-app"] if options.apps else []),
            seed=options.seed,
            rate_limit=options.rate_limit,
            bearer_lifetime=options.bearer_lifetime,
            latency=options.latency / 1000,
            operation_time=options.operation_time,
            bearer_on_database_api=options.bearer_on_database_api,
            exec=options.exec,
        )
    except ValueError as error:
        parser.error(str(error))
    sandbox.settings.one_off_joined_head = options.one_off_joined_head
    if options.log:
        sandbox.on_request(_log)
    return sandbox


def _keep_writing(sandbox: "Sandbox", seconds: float, stop: threading.Event) -> None:
    for number in count():
        if stop.wait(seconds):
            break
        _write_everywhere(sandbox, f"request {number} served")


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None) -> int:
    """Run the command-line program.

    Args:
        arguments: The command-line arguments; `sys.argv` by default.
        out: The stream that the environment variables are printed to; standard output by default.

    Returns:
        The exit status: 0 after Ctrl-C, 1 if the sandbox can't run, or that of the program if one
            was given.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        # The check includes the server: it needs more packages than a sandbox in process.
        import_module("scalingo_async.sandbox.server.sockets")
        from scalingo_async.sandbox.server.sockets import only_this_machine
    except ModuleNotFoundError as error:
        from scalingo_async.sandbox.extras import install_hint

        sys.stderr.write(f"{install_hint(error)}\n")
        return 1
    if options.exec and not only_this_machine(options.host):
        parser.error(f"--exec runs commands on this machine: not with --host {options.host}")
    sandbox = _sandbox(parser, options)
    stop = threading.Event()

    def interrupt(_number: int, _frame: object) -> None:
        stop.set()

    try:
        with (
            _on_signals(interrupt, interrupt),
            sandbox.running(host=options.host, port=options.port),
        ):
            if options.log_every:
                writing = (sandbox, options.log_every, stop)
                threading.Thread(target=_keep_writing, args=writing, daemon=True).start()
            if options.command:
                return _run(options.command, sandbox.environ())
            for name, value in sandbox.environ().items():
                print(_FORMATS[options.format](name, value), file=out)
            print(f"# Serving {len(sandbox.apps())} apps until Ctrl-C", file=out, flush=True)
            stop.wait()
    except OSError as error:
        sys.stderr.write(f"Can't listen on {options.host}:{options.port}: {error}\n")
        if options.port:
            sys.stderr.write("Choose another --port, or leave it out to use a free one.\n")
        return 1
    finally:
        stop.set()
    return 0


if __name__ == "__main__":
    sys.exit(main())
