"""Running the programs of examples/ as a user runs them."""

import os
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"
BARE = {name: value for name, value in os.environ.items() if not name.startswith("SCALINGO_")}


def environment(sandbox=None, **more):
    """Return the environment that points a program at a sandbox."""
    found = sandbox.environ() if sandbox is not None else {}
    return {**BARE, "COLUMNS": "100", "NO_PROXY": "*", **found, **more}


def run(program, *arguments, sandbox=None, **more):
    """Run a program to its end."""
    return subprocess.run(
        [sys.executable, str(EXAMPLES / program), *arguments],
        env=environment(sandbox, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
