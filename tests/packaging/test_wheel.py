"""What is published installs into an empty environment, is complete, and runs the tour."""

import email.parser
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "scalingo_async"

pytestmark = pytest.mark.wheel


def run(*command, cwd, **env):
    # Nothing of this environment, nor of the clone, may help.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "SCALINGO"))}
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=inherited | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the source archive and the wheel, which is built from that archive."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def clean(wheel, tmp_path_factory):
    """A Python that has the wheel with the extras of the tour, and nothing else."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", f"{wheel}[sandbox,rich]", cwd=home)
    return python


def test_twine_finds_nothing_wrong(built):
    run(sys.executable, "-m", "twine", "check", "--strict", *built.iterdir(), cwd=built)


def test_the_wheel_has_all_files_of_the_package_and_no_others(wheel):
    tree = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == tree
    assert {"scalingo_async/py.typed", "scalingo_async/blocking/__init__.pyi"} <= packed


def test_the_source_archive_has_what_the_tests_read(built):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    listed = run("git", "ls-files", cwd=ROOT).splitlines()
    assert sorted({name for name in listed if not name.startswith(".")} - names) == []


def test_the_metadata_say_what_the_project_says(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = email.parser.Parser().parsestr(archive.read(name).decode())
    version = (PACKAGE / "_version.py").read_text("utf-8").split('"')[-2]
    assert metadata["Version"] == version
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert "sandbox" in metadata.get_all("Provides-Extra")
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_tour_runs_from_the_wheel(clean, tmp_path):
    for name in ("tour.py", "deploy_me"):
        run("cp", "-r", ROOT / "examples" / name, tmp_path, cwd=tmp_path)
    where = run(clean, "-c", "import scalingo_async; print(scalingo_async.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(clean.parents[1])
    assert run(clean, "tour.py", cwd=tmp_path)


def test_the_commands_are_installed(clean, tmp_path):
    assert "--port" in run(clean.parent / "scalingo-sandbox", "--help", cwd=tmp_path)
    program = "from importlib.metadata import entry_points as e; print(e(group='pytest11'))"
    assert "scalingo_async.pytest_plugin" in run(clean, "-c", program, cwd=tmp_path)
