"""Follow the log of an app or a database, like `tail -f`.

    python examples/tail.py my-app
    python examples/tail.py my-app --filter "web|router" -n 100
    python examples/tail.py my-app --addon ad-1234 --no-follow

The token comes from SCALINGO_API_TOKEN, or from the login of the official command line tool.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import anyio

from scalingo_async import AsyncClient, ScalingoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_async import LogLine

COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        epilog="The token comes from SCALINGO_API_TOKEN, or from the login of the official command "
        "line tool. Ctrl-C ends it.",
    )
    parser.add_argument("app", help="id or name of the app")
    parser.add_argument("--addon", metavar="ID", help="follow this database of the app instead")
    parser.add_argument("-n", type=int, default=20, help="lines of history (default: %(default)s)")
    parser.add_argument("--filter", metavar="WHAT", help='such as web-1, web, router, "web|worker"')
    parser.add_argument("--no-follow", action="store_true", help="show the history and exit")
    parser.add_argument("--plain", action="store_true", help="no colours, unchanged lines")
    return parser.parse_args(given)


def show(line: LogLine, *, plain: bool) -> None:
    if plain or line.timestamp is None or line.source is None:
        print(line.raw, flush=True)
        return
    colour = COLOURS[sum(line.source.encode()) % len(COLOURS)]
    time = line.timestamp.astimezone().strftime("%H:%M:%S")
    print(f"\x1b[2m{time}\x1b[0m \x1b[{colour}m{line.source:>12}\x1b[0m {line.message}", flush=True)


async def tail(options: argparse.Namespace) -> None:
    plain = options.plain or not sys.stdout.isatty()
    app, addon, about = options.app, options.addon, {"n": options.n, "filter": options.filter}
    async with AsyncClient.from_env(cli_login=True) as client:
        if options.no_follow:
            lines = (
                await client.databases.log_lines(app, addon, **about)
                if addon
                else await client.logs.lines(app, **about)
            )
            for line in lines:
                show(line, plain=plain)
            return
        stream = (
            client.databases.stream_logs(app, addon, **about)
            if addon
            else client.logs.stream(app, **about)
        )
        async with stream:
            async for line in stream:
                show(line, plain=plain)


def main(given: Sequence[str] | None = None) -> int:
    try:
        anyio.run(tail, arguments(given))
    except (KeyboardInterrupt, BrokenPipeError):
        return 130
    except ScalingoError as error:
        print(f"tail: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
