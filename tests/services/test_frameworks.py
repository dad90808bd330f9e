"""The examples for Django, Celery, Flask and notebooks, run as their users run them."""

import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from frameworks import require
from programs import BARE, EXAMPLES, free_port, started
from webhook_headers import FRAMEWORKS

from scalingo_async import WebhookContentTypeError
from scalingo_async.blocking import WebhookReceiver
from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.frameworks

DJANGO = EXAMPLES / "django_project"
WORKERS, THREADS = 2, 4

USED_BEFORE_THE_FORK = """
def when_ready(server):
    from hosting.scalingo import client

    client.apps.list().page()
    print("used in the parent", flush=True)
"""


@pytest.fixture(autouse=True)
def _packages():
    require()


@pytest.fixture
def sandbox():
    with Sandbox(apps=3, rate_limit=None, operation_time=0.1).running() as sandbox:
        yield sandbox


@contextmanager
def gunicorn(environ, folder, application, *options):
    """Two workers of four threads each; gives what sends requests to them."""
    port = free_port()
    command = ["-m", "gunicorn", application, "--chdir", str(folder), "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--no-control-socket"]
    # SIGINT would let a thread of gunicorn take its pool's lock twice, now and then, and wait for ever.
    ending = signal.SIGTERM
    with started([*command, *options], environ, "Booting worker", WORKERS, ending=ending):
        yield f"http://127.0.0.1:{port}"


def from_all(url):
    """Ask until each worker has answered, many at a time; returns how often each did."""
    workers = Counter()
    # A connection that is kept would keep to its worker.
    limits = httpx.Limits(max_keepalive_connections=0)
    with (
        httpx.Client(limits=limits, trust_env=False, timeout=30) as http,
        ThreadPoolExecutor(WORKERS * THREADS) as threads,
    ):
        # More would be held back by the clients' own limit, sixty a minute.
        for _ in range(2):
            for answer in threads.map(http.get, [url] * 24):
                assert answer.status_code == 200, answer.text
                workers[answer.json()["worker"]] += 1
            if len(workers) == WORKERS:
                return workers
    raise AssertionError(f"one worker answered all: {workers}")


@pytest.mark.parametrize("preloaded", [False, True])
def test_django_with_gunicorn(sandbox, tmp_path, preloaded):
    options = []
    if preloaded:
        (tmp_path / "gunicorn.conf.py").write_text(USED_BEFORE_THE_FORK)
        options = ["--preload", "--config", str(tmp_path / "gunicorn.conf.py")]
    name = sandbox.apps()[0].name
    with gunicorn(sandbox.environ(), DJANGO, "project.wsgi", *options) as url:
        from_all(f"{url}/apps")
        # Each process has one client: it makes one exchange, whichever thread comes first.
        assert sandbox.exchanges == WORKERS + preloaded
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            for _ in range(3):
                # Each request of an async view has an event loop of its own here.
                assert http.get(f"/apps/{name}").json() == {"name": name, "status": "running"}
            for changed in (["A", "B"], ["B"], []):
                values = {"A": "1", "B": str(len(changed))} if changed else {"A": "1", "B": "1"}
                answer = http.post(f"/apps/{name}/configure", data=values)
                assert answer.json() == {"changed": changed, "status": "running"}
            assert http.get("/apps/no-such-app").status_code == 404
            assert http.post("/apps/no-such-app/configure").status_code == 404
            assert http.get("/apps/%2e%2e").status_code == 404
            # A name that no variable can have.
            assert http.post(f"/apps/{name}/configure", data={"": "1"}).status_code == 400
            sandbox.inject("apps.get", status=500, times=10)
            failed = http.get(f"/apps/{name}")
            assert failed.status_code == 502
            assert failed.headers["content-type"] == "application/problem+json"
    assert sandbox.count("apps.restart") == 2


def test_django_with_asgi(sandbox):
    port = free_port()
    command = ["-m", "uvicorn", "project.asgi:application", "--app-dir", str(DJANGO)]
    command += ["--port", str(port)]
    environ = {**sandbox.environ(), "PYTHONWARNINGS": "error::ResourceWarning"}
    name = sandbox.apps()[0].name
    with started(command, environ, "Application startup complete"):
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            for _ in range(3):
                found = http.get("/containers").json()["containers"]
                assert set(found) == {app.name for app in sandbox.apps()}
                assert http.get(f"/apps/{name}").json() == {"name": name, "status": "running"}
                assert len(http.get("/apps").json()["apps"]) == len(found)


def test_django_command(sandbox):
    def run(*arguments, **more):
        environ = {**BARE, **sandbox.environ(), **more}
        command = [sys.executable, "-W", "error::ResourceWarning", "manage.py", "list_apps"]
        return subprocess.run(
            [*command, *arguments], cwd=DJANGO, env=environ, capture_output=True, text=True
        )

    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(f"{app.name} {app.status}\n" for app in sandbox.apps())
    assert run("--status", "stopped").stdout == ""
    failed = run(SCALINGO_API_TOKEN="wrong")
    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)
    assert failed.stderr.startswith("CommandError: ")


def test_django_tests():
    """As the page runs them: the command line serves the sandbox, with its `my-app`."""
    command = [sys.executable, "-m", "scalingo_async.sandbox", "--apps", "1", "--operation-time"]
    command += ["0.1", "--", sys.executable, "-W", "error::ResourceWarning", "manage.py", "test"]
    done = subprocess.run(command, cwd=DJANGO, env=BARE, capture_output=True, text=True)
    assert (done.returncode, "Ran 2 tests" in done.stderr) == (0, True), done.stderr


def test_flask_with_gunicorn(sandbox):
    environ = {**sandbox.environ(), "WEBHOOK_SECRET": "a-long-random-text-that-is-secret"}
    name = sandbox.apps()[0].name
    with gunicorn(environ, EXAMPLES / "flask_service", "flask_app:create_app()") as url:
        from_all(f"{url}/apps")
        assert sandbox.exchanges == WORKERS
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            assert http.post(f"/apps/{name}/restart").json()["status"] == "running"
            assert http.post("/apps/no-such-app/restart").status_code == 404
            assert http.get("/apps/no-such-app/log").status_code == 404
            assert http.get(f"/apps/{name}/log").text.count(" started\n")
            event = {
                "id": "event-1",
                "created_at": "2026-02-12T18:05:14.226+01:00",
                "type": "restart",
                "app_name": name,
                "type_data": {"reason": "user_restart"},
            }
            path = "/webhooks/scalingo/"
            secret = environ["WEBHOOK_SECRET"]
            assert http.post(f"{path}{secret}", json=event).status_code == 204
            assert http.post(f"{path}a-guess", json=event).status_code == 404
            assert http.post(f"{path}{secret}", content=b"").status_code == 400
            sandbox.inject("apps.list", status=500, times=10)
            failed = http.get("/apps")
            assert failed.status_code == 502
            assert failed.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_receiver_takes_headers_as_they_are(framework, monkeypatch):
    receiver = WebhookReceiver("a-long-random-text-that-is-secret")
    secret = "a-long-random-text-that-is-secret"
    receiver.admit(FRAMEWORKS[framework](), secret=secret)
    monkeypatch.setattr("webhook_headers.ENVIRON", {"CONTENT_TYPE": "text/html"})
    with pytest.raises(WebhookContentTypeError):
        receiver.admit(FRAMEWORKS[framework](), secret=secret)


def test_a_notebook(sandbox, monkeypatch):
    import nbclient
    import nbformat

    for variable, value in sandbox.environ().items():
        monkeypatch.setenv(variable, value)
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=60).execute()
    shown = [
        output["data"]["text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]
    names = [app.name for app in sandbox.apps()]
    assert shown[0] == "True"
    assert all(name in shown[1] and name in shown[2] for name in names)
    assert shown[3:] == ["'running'", str(len(names))]
    assert sandbox.count("apps.restart") == 1


def test_an_interrupted_cell(sandbox, monkeypatch):
    from jupyter_client.manager import start_new_kernel

    for variable, value in sandbox.environ().items():
        monkeypatch.setenv(variable, value)
    sandbox.settings.operation_time = 3600
    name = sandbox.apps()[0].name
    waiting = threading.Event()
    sandbox.on_request(lambda r: waiting.set() if r.operation == "operations.get" else None)
    manager, kernel = start_new_kernel()
    try:

        def run(source):
            return kernel.execute_interactive(source, timeout=30, output_hook=lambda _: None)

        prepared = "from scalingo_async.blocking import Client; client = Client.from_env()"
        assert run(prepared)["content"]["status"] == "ok"
        asked = kernel.execute(f"client.apps.restart({name!r}).wait(timeout=None)")
        assert waiting.wait(30)
        manager.interrupt_kernel()
        answer = kernel.get_shell_msg(timeout=30)
        assert answer["parent_header"]["msg_id"] == asked
        assert answer["content"]["ename"] == "KeyboardInterrupt"
        again = run(f"assert client.apps.get({name!r}).name == {name!r}; client.close()")
        assert again["content"]["status"] == "ok"
    finally:
        kernel.stop_channels()
        manager.shutdown_kernel(now=True)
