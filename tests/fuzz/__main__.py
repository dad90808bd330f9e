"""Run the targets: the same examples each time, or others for some minutes.

    python -m tests.fuzz
    python -m tests.fuzz 20
    python -m tests.fuzz 5 --target journals --seed 7

The minutes are shared out among the targets. What fails is shown with its arguments: keep it beside
its target, as `@found(...)`.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from pathlib import Path

from .running import EXAMPLES, SECONDS, SEED

TIMES = "12"
"""So many times the examples of `nox -s tests`: half a minute or so."""

TARGETS = 18
"""So many share the minutes; a test counts them."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", help="by default, a minute at most")
    parser.add_argument("--seed", help="chooses the examples, when minutes are given")
    parser.add_argument(
        "--target", help="those with this word in their names; each for all the minutes"
    )
    arguments = parser.parse_args()
    os.environ[EXAMPLES] = TIMES
    chosen = ["-k", arguments.target] if arguments.target else []
    if arguments.minutes is not None:
        many = 1 if arguments.target else TARGETS
        seed = arguments.seed or str(random.SystemRandom().randrange(1 << 32))
        print(f"seed {seed}", flush=True)
        os.environ |= {SEED: seed, SECONDS: str(60 * arguments.minutes / many)}
    options = ["-q", "--durations=0", "--durations-min=0.05", "-p", "no:randomly"]
    command = [sys.executable, "-m", "pytest", *options, *chosen, str(Path(__file__).parent)]
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main())
