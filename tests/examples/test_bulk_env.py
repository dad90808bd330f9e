"""The program examples/bulk_env.py, run as a user runs it."""

from pathlib import Path

import example_programs
import pytest

from scalingo_async.sandbox import Sandbox


@pytest.fixture
def platform():
    with Sandbox(apps=8, rate_limit=None).running() as sandbox:
        for number, app in enumerate(sandbox.apps()[:5]):
            app.name = f"shop-{number}"
        yield sandbox


def run(platform, *arguments, said="", fresh=False, **environ):
    return example_programs.run(
        "bulk_env.py",
        *arguments,
        sandbox=platform,
        given=said,
        fresh=fresh,
        COLUMNS="120",
        **environ,
    )


def changed(platform, name="CANARY"):
    return sorted(app.name for app in platform.apps() if app.variable(name))


SHOPS = [f"shop-{number}" for number in range(5)]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_it_sets_variables_on_what_matches(platform, backend):
    done = run(platform, "shop-*", "CANARY=s3cr3t", "WORKERS=4", "--backend", backend)
    assert (done.returncode, done.stderr) == (0, "")
    assert changed(platform) == SHOPS
    assert changed(platform, "WORKERS") == SHOPS
    assert "CANARY, WORKERS on 5 apps: 5 requests, 0 min at least." in done.stdout
    assert "5/5" in done.stdout
    assert "5 changed, 0 would be changed, 0 were changed before, 0 failed" in done.stdout
    assert "s3cr3t" not in done.stdout


def test_a_dry_run_changes_nothing(platform):
    done = run(platform, "shop-*", "CANARY=1", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 changed, 5 would be changed" in done.stdout
    assert platform.count("variables.*") == 0


def test_it_goes_on_where_it_was(platform, tmp_path):
    journal = str(tmp_path / "journal")
    platform.inject("variables.bulk_update", status=422, body={"errors": {"x": ["no"]}}, times=2)
    done = run(platform, "shop-*", "CANARY=-", "--resume", journal, said="s3cr3t\n")
    assert (done.returncode, done.stderr) == (1, "")
    assert "3 changed" in done.stdout
    assert "2 failed" in done.stdout
    assert "s3cr3t" not in done.stdout + Path(journal).read_text("utf-8")
    other = run(platform, "shop-*", "CANARY=other", "--resume", journal)
    assert (other.returncode, "with other parameters" in other.stderr) == (1, True)
    platform.forget_requests()
    done = run(platform, "shop-*", "CANARY=-", "--resume", journal, said="s3cr3t\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 changed, 0 would be changed, 3 were changed before, 0 failed" in done.stdout
    assert platform.count("variables.bulk_update") == 2
    assert changed(platform) == SHOPS


def test_all_regions(platform):
    done = run(platform, "*", "CANARY=1", "--all-regions", fresh=True)
    assert (done.returncode, done.stderr) == (0, "")
    everywhere = [app for region in platform.world.regions for app in platform.apps(region)]
    assert all(app.variable("CANARY") for app in everywhere)
    assert len(everywhere) > 8


def test_nothing_matches(platform):
    done = run(platform, "nothing-*", "CANARY=1")
    assert (done.returncode, done.stdout) == (0, "No app matches nothing-*.\n")


def test_what_is_wrong_is_said_in_a_line(platform):
    done = run(platform, "shop-*", "CANARY")
    assert done.returncode == 2
    assert "'CANARY' is not NAME=value" in done.stderr
    done = run(platform, "*", "CANARY=1", SCALINGO_API_TOKEN="tk-us-wrong")
    assert (done.returncode, "401" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
