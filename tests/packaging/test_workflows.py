"""The workflows name sessions that exist, and run all that `.ci/run` runs."""

import re
from pathlib import Path

import yaml
from nox_sessions import sessions

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"

ELSEWHERE = {"tests_others"}
"""The matrix of interpreters is in its place."""


def workflow(name):
    return yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))


def checked():
    jobs = workflow("ci.yml")["jobs"]
    runs = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    return {*jobs["checks"]["strategy"]["matrix"]["session"]} | {
        *re.findall(r"noxfile\.py -s (\w+)", "\n".join(runs))
    }


def test_all_files_are_yaml():
    files = [*(ROOT / ".github").rglob("*.yml")]
    assert len(files) >= 5
    assert all(isinstance(yaml.safe_load(path.read_text("utf-8")), dict) for path in files)


def test_the_sessions_exist():
    assert checked() <= sessions()


def test_everything_that_the_script_runs_is_run():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    named = re.findall(r"^(?:session|together) (.+)$", script, re.MULTILINE)
    assert {name for line in named for name in line.split()} - ELSEWHERE <= checked()


def test_every_promised_python_is_in_the_matrix():
    classifiers = (ROOT / "pyproject.toml").read_text("utf-8")
    promised = re.findall(r"Programming Language :: Python :: (3\.\d+)", classifiers)
    assert workflow("ci.yml")["jobs"]["tests"]["strategy"]["matrix"]["python"] == promised


def test_only_the_jobs_that_publish_may_ask_for_an_identity():
    jobs = workflow("release.yml")["jobs"]
    assert workflow("release.yml")["permissions"] == {}
    may = {name for name, job in jobs.items() if "id-token" in job["permissions"]}
    assert may == {"build", "publish"}
    assert jobs["publish"]["environment"] == "pypi"
    assert all("secrets" not in str(job) for job in jobs.values())
