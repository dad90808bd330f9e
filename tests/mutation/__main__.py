"""Changes the package in small wrong ways, and tells which changes no test notices.

    python -m tests.mutation                     # every mutant of every group; takes a while
    python -m tests.mutation "rate limit"        # those of one group
    python -m tests.mutation --sample            # a few of each group, the same each time
    python -m tests.mutation codec --third       # every third one
    python -m tests.mutation --write             # record the figures, and who notices the sample
    python -m tests.mutation --section           # print what is recorded, as Markdown

A mutant that survives must be in `survivors.toml`, with the reason; any other one fails the run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.mutation import record
from tests.mutation.groups import GROUPS
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.runner import Known, Verdict, known, learn, preload, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PROCESSES: Final = 2
_PART: Final = 100
"""How many mutants of a full run a process tries before it ends."""


def main() -> int:
    """Run what the command line asks for; return the status of the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--sample", action="store_true", help="only the mutants that CI tries")
    parser.add_argument("--third", action="store_true", help="only every third mutant")
    parser.add_argument("--write", action="store_true", help="record the figures")
    parser.add_argument("--section", action="store_true", help="print what is recorded")
    options = parser.parse_args()
    if options.section:
        print(record.section())
        return 0
    names = options.groups or list(GROUPS)
    if strange := set(names) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(strange))}")
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets is the same in each run.
        again = [sys.executable, "-m", "tests.mutation", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": "0"})
    began = time.monotonic()
    preload()
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        # Files that tests leave behind when they are ended go with it.
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        found = tried(names, Path(folder), sample=options.sample, third=options.third)
    if options.write:
        record.write(found, whole=not options.sample)
    complaints = record.complaints(found, whole=not options.sample)
    print(record.summary(found), *complaints, sep="\n")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if complaints else 0


def tried(
    names: Sequence[str], folder: Path, *, sample: bool, third: bool = False
) -> dict[str, list[Verdict]]:
    """Try the mutants of some groups."""
    chosen = {
        name: [
            mutant
            for module in GROUPS[name].modules
            for mutant in mutants(module)
            if not sample or record.in_sample(mutant)
        ][:: 3 if third else 1]
        for name in names
    }
    if not sample:
        side_by_side([lambda name=name: learn(GROUPS[name], _told(folder, name)) for name in names])
    notes = [
        (name, folder / f"{name} {start}.verdicts", chosen[name][start : start + _PART])
        for name in names
        for start in range(0, len(chosen[name]), _PART)
    ]
    side_by_side(
        [
            lambda note=note: _try(*note, Known() if sample else known(_told(folder, note[0])))
            for note in notes
        ]
    )
    found: dict[str, list[Verdict]] = {name: [] for name in names}
    for name, path, part in notes:
        by_key = {mutant.key: mutant for mutant in part}
        for line in path.read_text("utf-8").splitlines():
            key, result, test = json.loads(line)
            found[name].append(Verdict(by_key[tuple(key)], result, test))
    return found


def _told(folder: Path, name: str) -> Path:
    return folder / f"{name}.known"


def _try(name: str, path: Path, part: Sequence[Mutant], told: Known) -> None:
    with path.open("w", encoding="utf-8") as out:
        for verdict in serve(GROUPS[name], part, told, record.killers()):
            out.write(json.dumps([verdict.mutant.key, verdict.result, verdict.test]) + "\n")
            if verdict.result == "survived" and not record.reason(verdict.mutant):
                print(f"survived: {verdict.mutant}", flush=True)
    print(f"{name}: {len(part)} tried", flush=True)


def side_by_side(works: Sequence[Callable[[], object]]) -> None:
    """Run each in a process of its own, some at a time.

    Raises:
        RuntimeError: One failed.
    """
    running: set[int] = set()
    failed = False
    for work in works:
        while len(running) >= _PROCESSES:
            failed |= _ended(running)
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                work()
                status = 0
            except Exception:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        running.add(pid)
    while running:
        failed |= _ended(running)
    if failed:
        raise RuntimeError("a process failed; it has said why")


def _ended(running: set[int]) -> bool:
    pid, status = os.wait()
    running.discard(pid)
    return status != 0


if __name__ == "__main__":
    sys.exit(main())
