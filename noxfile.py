"""The project's tasks. Run it with nox, or with Python alone: `python3 noxfile.py -s tests`.

As a program, it first installs nox in `.nox/`, so it only needs Python and a package index.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOX = "nox[uv]>=2025.5" if os.environ.get("NOX_WITH_UV") else "nox>=2025.5"


def bootstrap() -> None:
    """Create a virtual environment with nox, and continue there."""
    if sys.version_info < (3, 11):
        sys.exit("This project needs Python 3.11 or newer.")
    home = HERE / ".nox" / "bootstrap"
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    if (
        subprocess.run(
            [str(python), "-c", "import nox"], check=False, capture_output=True
        ).returncode
        if python.exists()
        else True
    ):
        print("Installing nox in .nox/ (once) ...", flush=True)
        home.parent.mkdir(exist_ok=True)
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(home)],
            check=False,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            sys.exit(
                f"python -m venv failed:\n{made.stdout}{made.stderr}\nOn Debian and Ubuntu it is a "
                "separate package: apt install python3-venv"
            )
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NOX],
            check=True,
        )
    arguments = [str(python), "-m", "nox", "-f", str(HERE / "noxfile.py"), *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.call(arguments))
    os.execv(arguments[0], arguments)


try:
    import nox
except ModuleNotFoundError:
    if __name__ != "__main__":
        raise
    bootstrap()
    raise

nox.needs_version = ">=2025.5"
nox.options.sessions = ["lint", "typing", "tests_all", "tests_min_deps", "docs"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False

PROJECT = nox.project.load_toml(HERE / "pyproject.toml")
LOWEST = [
    # The lowest versions that pyproject.toml allows, and an anyio that works with all of them.
    requirement.split(",")[0].replace(">=", "==")
    for requirement in PROJECT["project"]["dependencies"]
]


PROMISED = {
    classifier.rpartition(" ")[2]
    for classifier in PROJECT["project"]["classifiers"]
    if classifier.startswith("Programming Language :: Python :: 3.")
}


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group."""
    return list(nox.project.dependency_groups(PROJECT, name))


@nox.session
def demo(session: nox.Session) -> None:
    """Run the tour: the client's main job, against the sandbox over real sockets."""
    session.install("-e", ".[sandbox,rich]")
    session.run("python", "examples/tour.py", *session.posargs)


@nox.session
def fastapi_service(session: nox.Session) -> None:
    """Run the FastAPI example: a service with a page, by default against the sandbox."""
    session.install("-e", ".[sandbox,fastapi,redis]")
    session.run("python", "examples/fastapi_service/fastapi_app.py", *session.posargs)


@nox.session
def aiohttp_service(session: nox.Session) -> None:
    """Run the aiohttp example: a service with a page, by default against the sandbox."""
    session.install("-e", ".[sandbox,aiohttp,redis]")
    session.run("python", "examples/aiohttp_service/aiohttp_app.py", *session.posargs)


TESTED = ".[sandbox,aiohttp,fastapi,httpx2,http2,opentelemetry,redis]"

WITHOUT = " and ".join(
    f"not {need}"
    for need in ("javascript", "redis", "browser", "checkers", "tables", "frameworks", "wheel")
)

KEEP_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Tests start many interpreters, and each would compile the package again."""


# Some tests wait for other programs, so there is one process more than processors.
PROCESSES = len(getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)) + 1
PARALLEL = ("-q", "-n", str(PROCESSES), "--dist", "worksteal")


def pytest(session: nox.Session, *arguments: str, **env: str) -> None:
    """Run pytest in several processes; arguments after `--` replace these."""
    env = {**KEEP_COMPILED, **env}
    session.run("python", "-m", "pytest", *(session.posargs or PARALLEL), *arguments, env=env)


def interpreters() -> dict[str, str]:
    """Find each CPython from 3.11 on: the path of its newest release, by `3.11`, `3.12`..."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or Path.home() / ".local/share/uv/python")
    candidates = [
        sys.executable,
        *(shutil.which(f"python3.{minor}") or "" for minor in range(11, 30)),
        *(str(path) for path in (*pyenv.glob("3.*/bin/python"), *uv.glob("*/bin/python3"))),
    ]
    # Debian's Python can't create environments without a separate package.
    question = (
        "import ensurepip, sys, venv; "
        "print(sys.implementation.name, *sys.version_info[:4], sys._base_executable)"
    )
    found: dict[tuple[int, int], tuple[int, str]] = {}
    for candidate in filter(None, candidates):
        asked = subprocess.run(
            [candidate, "-c", question], check=False, capture_output=True, text=True
        )
        if asked.returncode:
            continue
        name, major, minor, micro, level, path = asked.stdout.strip().split(" ", 5)
        version = (int(major), int(minor))
        if name == "cpython" and level == "final" and version >= (3, 11):
            found[version] = max(found.get(version, (-1, "")), (int(micro), path))
    return {f"{major}.{minor}": path for (major, minor), (_, path) in sorted(found.items())}


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests that need only Python, on the Python that runs nox."""
    session.install("-e", TESTED, *group("test"))
    pytest(session)


def on_each(session: nox.Session, found: dict[str, str], in_full: str | None = None) -> None:
    """Run `tests` on each of the Pythons, by `3.11`, `3.12`..., and fail if it failed on any.

    On the version `in_full`, sweeps run in their long form.
    """
    results: dict[str, str] = {}
    for version, path in found.items():
        session.log(f"Python {version} is {path}")
        command = [sys.executable, "-m", "nox", "-f", str(HERE / "noxfile.py"), "-s", "tests"]
        command += ["--force-python", path, "--envdir", str(HERE / ".nox" / version)]
        words = [*session.posargs]
        if version == in_full:
            words = [*(words or PARALLEL), "--long"]
        ended = subprocess.run([*command, "--", *words], check=False)
        results[version] = "failed" if ended.returncode else "passed"
    session.log("; ".join(f"Python {version}: {result}" for version, result in results.items()))
    if "failed" in results.values():
        session.error("tests failed on some Pythons")


@nox.session(venv_backend="none")
def tests_all(session: nox.Session) -> None:
    """Run `tests` on every Python from 3.11 on that is installed."""
    found = interpreters()
    if missing := PROMISED - set(found):
        session.warn(f"not found, so not tested: Python {', '.join(sorted(missing))}")
    on_each(session, found)


@nox.session(venv_backend="none")
def tests_others(session: nox.Session) -> None:
    """Run `tests` on every Python that `tests_all` finds, except the one that runs nox.

    On the newest of them, the sweeps run in full, which includes `tests_long`. Without another
    Python, `tests_long` runs instead.
    """
    found = interpreters()
    if missing := PROMISED - set(found):
        session.warn(f"not found, so not tested: Python {', '.join(sorted(missing))}")
    found.pop(f"{sys.version_info.major}.{sys.version_info.minor}", None)
    if not found:
        session.notify("tests_long")
    # They are sorted.
    on_each(session, found, in_full=next(reversed(found), None))


@nox.session
def tests_long(session: nox.Session) -> None:
    """Run the sweeps that have a short form in full; `tests/sweeps.py` lists them."""
    session.install("-e", TESTED, *group("test"))
    pytest(session, "--long", "-m", f"sweep and {WITHOUT}")


def in_random_order(session: nox.Session, *arguments: str, **env: str) -> None:
    """Run pytest in another order each time; nox shows the seed, which repeats it."""
    chosen = any(word.startswith("--randomly-seed") for word in session.posargs)
    seed = [] if chosen else [f"--randomly-seed={random.randrange(1 << 32)}"]
    pytest(session, *seed, *arguments, **env)


@nox.session
def tests_random_order(session: nox.Session) -> None:
    """Run the tests in another order, with other examples, each time; a seed repeats the order."""
    session.install("-e", TESTED, *group("test"), *group("random_order"))
    in_random_order(session, "--hypothesis-profile=random")


NOT_MEASURED = (
    "tests/docs",
    "tests/examples",
    "tests/files",
    "tests/integrations",
    "tests/live",
    "tests/packaging",
    "tests/sandbox",
    "tests/test_secrets.py",
)
"""Tests that reach no additional branch of the core: a tracer would halve their speed."""


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the tests in random order; every branch of the core must be covered."""
    session.install("-e", TESTED, *group("test"), *group("random_order"))
    session.run("coverage", "erase")
    # The tracer of `sys.monitoring` supports branches from 3.14 on.
    core = "sysmon" if sys.version_info >= (3, 14) else "ctrace"
    measure = ("--cov=scalingo_async", "--cov-branch", "--cov-report=")
    others = [f"--ignore={path}" for path in NOT_MEASURED]
    in_random_order(session, *others, *measure, COVERAGE_CORE=core)
    if not session.posargs:
        in_random_order(session, *NOT_MEASURED)
    session.run(
        "coverage",
        "report",
        "--include=scalingo_async/_core/*,scalingo_async/middleware/*,scalingo_async/request.py",
        "--fail-under=100",
        "--show-missing",
        "--skip-covered",
    )


def in_small_wrong_ways(session: nox.Session, *arguments: str) -> None:
    """Run the tests against mutants of the package."""
    session.install("-e", TESTED, *group("test"))
    # The tracer of `sys.monitoring` can't tell which test reached a line.
    env = {"PYTHONDONTWRITEBYTECODE": "", "COVERAGE_CORE": "ctrace"}
    session.run("python", "-m", "tests.mutation", *arguments, *session.posargs, env=env)


@nox.session
def mutation(session: nox.Session) -> None:
    """Check that the tests catch every mutant of the core; this takes an hour."""
    in_small_wrong_ways(session)


@nox.session
def mutation_sample(session: nox.Session) -> None:
    """Check that the tests catch one in 64 of these mutants, the same ones each time."""
    in_small_wrong_ways(session, "--sample")


@nox.session
def tests_min_deps(session: nox.Session) -> None:
    """Run the tests with the lowest versions that pyproject.toml allows, without the slow ones."""
    session.install("-e", TESTED, *group("test"), *LOWEST)
    # These test pages, programs and the sandbox, through the client that the others test.
    others = [
        f"--ignore=tests/{name}" for name in ("docs", "examples", "live", "packaging", "sandbox")
    ]
    pytest(session, "-x", "-m", f"not slow and {WITHOUT}", *others)


@nox.session
def tests_javascript(session: nox.Session) -> None:
    """Run the official JavaScript client against the sandbox; this needs Node.js and npm."""
    session.install("-e", ".[sandbox]", *group("test"))
    session.run("python", "-m", "pytest", "-q", "-m", "javascript", "tests/js", *session.posargs)


@nox.session
def tests_services(session: nox.Session) -> None:
    """Run the tests with a Redis, Django, Celery, Flask and gunicorn; this needs redis-server."""
    if shutil.which("redis-server") is None:
        session.error("redis-server is missing: apt-get install redis-server")
    session.install("-e", TESTED, *group("test"), *group("frameworks"))
    # Tests selected after `--` may be in only one of the two.
    codes = [0, 5] if session.posargs else [0]
    where = session.posargs or ("tests/services", "tests/docs/test_examples.py")
    for chosen in (
        # They count requests in windows of a second, so they run alone.
        ("redis and not frameworks",),
        # They mostly wait for processes.
        ("frameworks", "-n", "2", "--dist", "worksteal"),
    ):
        # A test that hangs prints the stacks of its threads, and ends.
        limits = ("-o", "faulthandler_timeout=100", "-o", "faulthandler_exit_on_timeout=true")
        command = ("python", "-m", "pytest", "-q", *limits, "-m", *chosen, *where)
        session.run(*command, success_codes=codes, env=KEEP_COMPILED)


@nox.session
def tests_browser(session: nox.Session) -> None:
    """Test the pages of the examples in a browser; this needs Chromium and its driver."""
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        session.error("Chromium is missing: apt-get install chromium chromium-driver")
    extras = ".[sandbox,aiohttp,fastapi,redis,rich]"
    session.install("-e", extras, *group("test"), *group("browser"))
    # They wait for pages more than they work.
    parallel = session.posargs or ("-n", "2", "--dist", "worksteal")
    pages = ("tests/services", "tests/examples")
    session.run("python", "-m", "pytest", "-q", "-m", "browser", *pages, *parallel)


@nox.session
def tests_tables(session: nox.Session) -> None:
    """Run the tests that draw, and those with pandas and polars."""
    session.install("-e", ".[sandbox,redis]", *group("test"), *group("tables"))
    where = ("tests/docs", "tests/examples")
    session.run("python", "-m", "pytest", "-q", "-m", "tables", *where, *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build and check the package, and run the tour from the wheel in a clean environment."""
    session.install("-e", ".[sandbox]", *group("test"), *group("publish"))
    session.run("python", "-m", "pytest", "-q", "-m", "wheel", "tests/packaging", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style of the code."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def typing(session: nox.Session) -> None:
    """Check the types, with two type checkers: the package, its examples, the documentation."""
    session.install(
        "-e",
        ".[sandbox,aiohttp,fastapi,httpx2,opentelemetry,redis]",
        *group("typing"),
        *group("test"),
        *group("tables"),
    )
    session.run("mypy")
    session.run("pyright", "--pythonpath", str(Path(session.bin) / "python"))
    session.run("python", "-m", "pytest", "-q", "-m", "checkers", "tests/docs", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Check the dependencies for known vulnerabilities; this needs a network."""
    session.install("-e", f".[{','.join(PROJECT['project']['optional-dependencies'])}]")
    listing = (
        "from importlib.metadata import distributions as all\n"
        "rows = {f'{one.name}=={one.version}' for one in all() if one.name != 'scalingo-async'}\n"
        "print('\\n'.join(sorted(rows)))"
    )
    installed = session.run("python", "-c", listing, silent=True)
    versions = Path(session.create_tmp()) / "installed.txt"
    versions.write_text(str(installed), "utf-8")
    # Only now, because pip-audit's own dependencies aren't installed by users.
    session.install(*group("audit"))
    session.run("pip-audit", "--no-deps", "--disable-pip", "-r", str(versions), *session.posargs)


@nox.session
def stubs(session: nox.Session) -> None:
    """Write the stubs of the blocking client, and the `Raises` sections of the resources."""
    session.install("-e", TESTED, *group("test"))
    session.run("python", "tests/raises.py")
    session.run("python", "-m", "tests.blocking.stub")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation, and look at the site; a warning is an error."""
    session.install(
        "-e", ".[sandbox,aiohttp,fastapi,httpx2,opentelemetry,redis,rich]", *group("docs")
    )
    site = "docs/_build/html"
    session.run("sphinx-build", "-W", "--keep-going", "-n", "-j", "auto", "docs", site)
    session.run("python", "-m", "tests.docs.site", site)


@nox.session
def soak(session: nox.Session) -> None:
    """Soak test: everything at once over sockets for a minute (`-- MINUTES`); nothing may leak."""
    session.install("-e", ".[sandbox,aiohttp]", *group("test"))
    session.run("python", "-m", "tests.soak", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz untrusted input with hypothesis: the same each time, or for `-- MINUTES`."""
    session.install("-e", TESTED, *group("test"))
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session
def live(session: nox.Session) -> None:
    """Survey the real platform, reads only; this needs SCALINGO_API_TOKEN."""
    session.install("-e", ".")
    session.run("python", "-m", "tests.live.survey", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure the client against bare libraries and other clients; print one table."""
    session.install("-e", ".[aiohttp]", *group("benchmarks"))
    session.run("python", "-m", "benchmarks", *session.posargs)


if __name__ == "__main__":
    nox.main()
