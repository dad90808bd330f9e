"""The example for Celery with a real broker: in processes and in threads."""

from contextlib import contextmanager

import pytest
from frameworks import require
from programs import EXAMPLES, started

from scalingo_async import NotFoundError
from scalingo_async.sandbox import Sandbox

pytestmark = [pytest.mark.frameworks, pytest.mark.redis]

POOLS = {"prefork": 2, "threads": 4}


@pytest.fixture(params=POOLS)
def pool(request):
    require()
    return request.param


@pytest.fixture
def sandbox():
    with Sandbox(apps=3, rate_limit=None, operation_time=0.1).running() as sandbox:
        yield sandbox


@contextmanager
def worker(pool, environ):
    """A worker with a pool of some kind."""
    command = ["-m", "celery", "--workdir", str(EXAMPLES / "celery_worker"), "--app", "tasks"]
    command += ["worker", "--pool", pool, "--concurrency", str(POOLS[pool]), "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # It shows those of tasks that fail.
    with started(command, environ, "ready.", tracebacks=True):
        yield


def test_tasks(pool, server, sandbox):
    from celery import Celery, group, signature
    from celery.exceptions import SoftTimeLimitExceeded

    url = f"redis+socket://{server.socket}"
    names = [app.name for app in sandbox.apps()]
    with (
        worker(pool, {**sandbox.environ(), "REDIS_URL": url}),
        Celery(broker=url, backend=url) as app,
    ):

        def ask(task, *args, **kwargs):
            return app.send_task(f"tasks.{task}", args, kwargs)

        # Many at a time: each process has one client, and makes one exchange. All of this test
        # stays below the sixty requests a minute that one process may send.
        asked = [ask("list_apps") for _ in range(16)]
        answers = [result.get(timeout=30) for result in asked]
        assert all(answer["names"] == names for answer in answers)
        processes = {answer["worker"] for answer in answers}
        assert len(processes) == (2 if pool == "prefork" else 1)
        assert sandbox.exchanges == len(processes)

        jobs = group(signature("tasks.restart", (name,), app=app) for name in names)
        assert jobs.apply_async().get(timeout=30) == ["running"] * len(names)
        assert sandbox.count("apps.restart") == len(names)
        assert ask("restart_all").get(timeout=30) == {}
        assert sandbox.count("apps.restart") == 2 * len(names)
        sandbox.inject("apps.restart", status=422, times=1)
        assert len(ask("restart_all").get(timeout=30)) == 1
        assert ask("scale", names[0], web=2).get(timeout=30) is None

        # JSON keeps the class of an error and its message.
        with pytest.raises(NotFoundError, match="app not found"):
            ask("restart", "no-such-app").get(timeout=30)

        sandbox.inject("apps.scale", status=503, times=1)
        assert ask("scale", names[0], web=3).get(timeout=30) is None
        sent = [request for request in sandbox.requests if request.operation == "apps.scale"]
        assert [request.status for request in sent] == [202, 503, 202]

        if pool == "prefork":
            sandbox.settings.operation_time = 3600
            endless = app.send_task("tasks.restart", [names[0]], soft_time_limit=1)
            with pytest.raises(SoftTimeLimitExceeded):
                endless.get(timeout=30)
            # Both processes go on with their clients.
            answers = [ask("list_apps") for _ in range(8)]
            assert all(result.get(timeout=30)["names"] == names for result in answers)
            assert sandbox.exchanges == len(processes)
