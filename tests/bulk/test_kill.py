"""SIGKILL at random points: the job goes on where it was, and nothing is done twice."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from sweeps import sweep

from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.slow

APPS = 12


def restarts(sandbox, name):
    app = sandbox.get_app(name)
    return sum(
        event.type == "restart"
        for event in sandbox.world.default_region.events
        if event.app_id == app.id
    )


@pytest.mark.sweep
@pytest.mark.parametrize("backend", ["asyncio", "trio", "blocking"])
def test_killed_at_random_points_every_app_is_restarted_exactly_once(backend, tmp_path):
    chance = random.Random(backend)
    with Sandbox(apps=30, rate_limit=None, operation_time=0).running() as sandbox:
        names = [app.name for app in sandbox.apps() if app.containers][:APPS]
        assert len(names) == APPS
        with subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("killed.py"))],
            env={**os.environ, **sandbox.environ(), "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as runner:

            def run(fuse, before, journal):
                order = {
                    "backend": backend,
                    "fuse": fuse,
                    "before": before,
                    "journal": str(journal),
                }
                runner.stdin.write(json.dumps(order) + "\n")
                runner.stdin.flush()
                return json.loads(runner.stdout.readline())

            def job(number, fuses):
                """Do a job that is killed at each of these calls; returns how often it was."""
                journal = tmp_path / f"{number}.jsonl"
                before = {name: restarts(sandbox, name) for name in names}
                sandbox.forget_requests()
                codes = [run(fuse, before, journal)[0] for fuse in fuses]
                code, calls = run(0, before, journal)
                assert code == 0
                assert {
                    name: restarts(sandbox, name) - before[name] for name in names
                } == dict.fromkeys(names, 1)
                assert sandbox.count("apps.restart") == APPS
                assert set(codes) <= {-9, 0}
                return codes.count(-9), calls

            # What is loaded at first is not the job, and makes calls as well.
            job(0, [])
            _, calls = job(1, [])
            kills, jobs = 0, 2
            while kills < sweep("kills of a bulk job"):
                kills += job(jobs, [chance.randrange(1, calls) for _ in range(5)])[0]
                jobs += 1
            runner.stdin.close()
        assert runner.returncode == 0
    assert jobs < 20
