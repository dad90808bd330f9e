"""Plot the metrics of an app: a container's CPU and memory, and the router's traffic, as a PNG.

    python examples/metrics.py my-app
    python examples/metrics.py my-app --container worker-2 --hours 24 -o worker.png

The token comes from SCALINGO_API_TOKEN, the region from SCALINGO_REGION. The program needs
matplotlib: pip install matplotlib. It takes six requests.
"""

# matplotlib doesn't have types for some arguments.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from scalingo_async import AsyncClient, ScalingoError, bulk
from scalingo_async.models import MetricPoint

try:
    from matplotlib import rcParams
    from matplotlib.figure import Figure
    from matplotlib.ticker import EngFormatter
except ModuleNotFoundError:
    sys.exit("This program needs matplotlib: pip install matplotlib")

if TYPE_CHECKING:
    from scalingo_async.pagination import Page, Paginator

BLUE, ORANGE, RED = "#2a6fdb", "#e08a1e", "#c8322b"


def container(text: str) -> tuple[str, int]:
    """Read `web-1`."""
    kind, _, number = text.rpartition("-")
    if not kind or not number.isdecimal() or not int(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not the name of a container, such as web-1")
    return kind, int(number)


class Options(argparse.Namespace):
    """The options of the command line."""

    app: str
    container: tuple[str, int]
    hours: int
    output: str


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    made = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        epilog="The token comes from SCALINGO_API_TOKEN. The program needs matplotlib: pip install "
        "matplotlib.",
    )
    made.add_argument("app", help="name or id of the app")
    made.add_argument(
        "--container",
        type=container,
        default=("web", 1),
        metavar="NAME",
        help="the container, such as worker-2 (default: web-1)",
    )
    made.add_argument(
        "--hours", type=int, default=3, help="hours to look back (default: %(default)s)"
    )
    made.add_argument(
        "-o", "--output", default="metrics.png", help="the PNG file (default: %(default)s)"
    )
    return made


async def fetch(client: AsyncClient, options: Options) -> dict[str, Page[MetricPoint]]:
    """Fetch all series concurrently."""
    app, since, metrics = options.app, options.hours, client.metrics
    asked: dict[str, Paginator[MetricPoint]] = {
        "cpu": metrics.get_for_container(app, "cpu", *options.container, since=since),
        "memory": metrics.get_for_container(app, "memory", *options.container, since=since),
        "all": metrics.get(app, "router", status_code="all", since=since),
        "4XX": metrics.get(app, "router", status_code="4XX", since=since),
        "5XX": metrics.get(app, "router", status_code="5XX", since=since),
    }

    async def ask(name: str) -> Page[MetricPoint]:
        return await asked[name]

    return {outcome.item: outcome.unwrap() for outcome in await bulk.map(ask, list(asked))}


def draw(series: dict[str, Page[MetricPoint]], options: Options) -> Figure:
    """Draw the series: four plots on top of each other, with the same time axis."""
    rcParams["date.converter"] = "concise"
    figure = Figure(figsize=(10, 9), layout="constrained")
    cpu, memory, traffic, errors = figure.subplots(4, sharex=True)
    figure.suptitle(f"{options.app}, the last {options.hours} h (UTC)")
    name = "{}-{}".format(*options.container)

    cpu.plot(*MetricPoint.columns(series["cpu"]), color=BLUE)
    cpu.set(title=f"CPU of {name}", ylabel="%")
    memory.plot(*MetricPoint.columns(series["memory"]), color=BLUE)
    memory.set(title=f"Memory of {name}")
    memory.yaxis.set_major_formatter(EngFormatter(unit="B"))
    traffic.plot(*MetricPoint.columns(series["all"]), color=BLUE)
    traffic.set(title="Traffic of the router", ylabel="requests")
    for status, colour in [("4XX", ORANGE), ("5XX", RED)]:
        errors.plot(*MetricPoint.columns(series[status]), label=status, color=colour)
    errors.set(title="Errors of the router", ylabel="requests")
    errors.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    for axes in (cpu, memory, traffic, errors):
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, alpha=0.3)
        axes.margins(x=0)
    return figure


async def run(options: Options) -> int:
    """Fetch and plot the metrics; return the exit status."""
    async with AsyncClient.from_env(user_agent="metrics-example/1") as client:
        series = await fetch(client, options)
    if not any(series.values()):
        print(f"metrics: {options.app} has no metrics for that time", file=sys.stderr)
        return 1
    draw(series, options).savefig(options.output, dpi=120)
    print(f"{options.output}: {sum(map(len, series.values()))} points")
    return 0


def main() -> int:
    """Run the program; return its exit status."""
    options = parser().parse_args(namespace=Options())
    if not Path(options.output).parent.is_dir():
        print(f"metrics: there is no directory {Path(options.output).parent}", file=sys.stderr)
        return 1
    try:
        return anyio.run(run, options)
    except KeyboardInterrupt:
        return 130
    except (ScalingoError, OSError, ValueError) as error:
        print(f"metrics: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
