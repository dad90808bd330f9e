"""`python -m scalingo_async.sandbox`: serve a sandbox until Ctrl-C."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from itertools import count
from shlex import quote
from typing import TYPE_CHECKING, TextIO

from scalingo_async.sandbox.server.rate_limit import RateLimit

if TYPE_CHECKING:
    from scalingo_async.sandbox.sandbox import Sandbox

__all__ = ["main"]

_LAST_PORT = 65_535


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
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 up")
    return value


def _positive(text: str) -> float:
    value = _not_negative(text)
    if not value:
        raise argparse.ArgumentTypeError("it has to be more than 0")
    return value


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def _port(text: str) -> int:
    port = _count(text)
    if port > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port: they end at {_LAST_PORT}")
    return port


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scalingo_async.sandbox",
        description=(
            "Serve an in-memory Scalingo until Ctrl-C. It prints the environment variables that "
            "point a client at it, as lines for a shell."
        ),
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=0, help="port to listen on (default: a free one)")
    add("--apps", type=_count, default=25, help="how many apps there are (default: %(default)s)")
    add(
        "--rate-limit",
        type=_limit,
        default="60/60s",
        metavar="N/TIME",
        help="requests per time and token, or none (default: %(default)s)",
    )
    add(
        "--latency",
        type=_not_negative,
        default=0.0,
        metavar="MS",
        help="milliseconds that each request waits (default: 0)",
    )
    add("--seed", default="0", help="makes ids and names (default: %(default)s)")
    add(
        "--bearer-lifetime",
        type=_positive,
        default=3600.0,
        metavar="S",
        help="seconds that bearer tokens are good for (default: 3600)",
    )
    add(
        "--operation-time",
        type=_not_negative,
        default=0.5,
        metavar="S",
        help="seconds that operations take (default: %(default)s)",
    )
    add(
        "--log-every",
        type=_positive,
        metavar="S",
        help="let every app write a line to its log, each so many seconds",
    )
    add(
        "--bearer-on-database-api",
        action="store_true",
        help="let user's tokens into the database API, for new official JavaScript clients",
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


def _write_everywhere(sandbox: "Sandbox", line: str) -> None:
    with sandbox.world.lock:
        for region in sandbox.world.regions:
            for app in sandbox.apps(region):
                sandbox.write_log(app.id, line, region=region)


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None) -> int:
    """Run the command.

    Args:
        arguments: What was written after the command; `sys.argv` by default.
        out: Where the environment variables are printed; the standard output by default.

    Returns:
        The exit status: 0 after Ctrl-C, 1 when it can't run.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        # The server belongs to the check: it needs more packages than the sandbox in process.
        import_module("scalingo_async.sandbox.server.sockets")
        from scalingo_async.sandbox import Sandbox
        from scalingo_async.sandbox.server.sockets import only_this_machine
    except ModuleNotFoundError as error:
        from scalingo_async.sandbox.extras import install_hint

        sys.stderr.write(f"{install_hint(error)}\n")
        return 1
    if options.exec and not only_this_machine(options.host):
        parser.error(f"--exec runs commands on this machine: not for --host {options.host}")
    sandbox = Sandbox(
        apps=options.apps,
        seed=options.seed,
        rate_limit=options.rate_limit,
        bearer_lifetime=options.bearer_lifetime,
        latency=options.latency / 1000,
        operation_time=options.operation_time,
        bearer_on_database_api=options.bearer_on_database_api,
        exec=options.exec,
    )
    stop = threading.Event()

    def interrupt(_number: int, _frame: object) -> None:
        stop.set()

    handlers = {
        number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with sandbox.running(host=options.host, port=options.port):
            for name, value in sandbox.environ().items():
                print(f"export {name}={quote(value)}", file=out)
            print(f"# Serving {options.apps} apps until Ctrl-C", file=out, flush=True)
            for number in count():
                if stop.wait(options.log_every):
                    break
                _write_everywhere(sandbox, f"request {number} served")
    except OSError as error:
        sys.stderr.write(f"Can't listen on {options.host}:{options.port}: {error}\n")
        if options.port:
            sys.stderr.write("Give another --port, or none: then it takes a free one.\n")
        return 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return 0


if __name__ == "__main__":
    sys.exit(main())
