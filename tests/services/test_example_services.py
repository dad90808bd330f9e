"""The example services, run as users run them: four workers, one Redis, one quota."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import anyio
import httpx
import pytest
from cryptography.fernet import Fernet
from programs import EXAMPLES, free_port, started
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis_server import RedisServer
from sandbox_client import client_of

from scalingo_async.sandbox import Sandbox

sys.path.append(str(EXAMPLES))

from service_page import known as knowing
from service_page.known import Knowledge
from service_page.problems import ProblemError
from service_page.site import Site
from service_page.store import InRedis

pytestmark = [pytest.mark.asyncio, pytest.mark.redis]

SECRET = "a-long-random-text-that-is-secret"
WORKERS = 4
LOAD = 160


@contextmanager
def fastapi(environ: dict[str, str]) -> Iterator[list[str]]:
    """One uvicorn with four workers on one port."""
    port = str(free_port())
    command = ["-m", "uvicorn", "fastapi_app:app", "--app-dir", str(EXAMPLES / "fastapi_service")]
    command += ["--port", port, "--workers", str(WORKERS), "--no-access-log"]
    with started(command, environ, "Application startup complete", WORKERS):
        yield [f"http://127.0.0.1:{port}"]


@contextmanager
def aiohttp(environ: dict[str, str]) -> Iterator[list[str]]:
    """Four processes on four ports."""
    with ExitStack() as stack:
        urls: list[str] = []
        for _ in range(WORKERS):
            port = str(free_port())
            command = [str(EXAMPLES / "aiohttp_service" / "aiohttp_app.py")]
            stack.enter_context(started(command, {**environ, "PORT": port}, "Running on"))
            urls.append(f"http://127.0.0.1:{port}")
        yield urls


SERVICES = {"fastapi": fastapi, "aiohttp": aiohttp}


def event(number: int) -> dict[str, object]:
    return {
        "id": f"event-{number}",
        "created_at": "2026-02-12T18:05:14.226+01:00",
        "type": "restart",
        "app_name": f"<app {number}>",
        "type_data": {"reason": "user_restart"},
    }


@pytest.mark.parametrize("kind", SERVICES)
async def test_workers_share_one_quota_even_when_redis_is_started_anew(kind, server: RedisServer):
    with Sandbox(apps=3, rate_limit="20/1s").running() as sandbox:
        environ = {
            **sandbox.environ(),
            "REDIS_URL": f"unix://{server.socket}",
            "TOKEN_KEY": Fernet.generate_key().decode(),
            "WEBHOOK_SECRET": SECRET,
            "RATE_LIMIT": "20/1s",
            # All come at once, and each is to have its turn.
            "MAX_WAIT": "30",
        }
        statuses: list[int] = []
        half_way = anyio.Event()

        async def get(http: httpx.AsyncClient, url: str) -> None:
            answer = await http.get(f"{url}/apps")
            statuses.append(answer.status_code)
            if len(statuses) == LOAD * 3 // 4:
                half_way.set()

        with SERVICES[kind](environ) as urls:
            limits = httpx.Limits(max_connections=40, max_keepalive_connections=0)
            async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as http:
                # At first undisturbed: no refusal at all, and one exchange.
                async with anyio.create_task_group() as tasks:
                    for number in range(LOAD // 2):
                        tasks.start_soon(get, http, urls[number % len(urls)])
                assert sandbox.refused == 0
                assert sandbox.exchanges == 1
                # Then Redis ends in the middle, and comes back with nothing in its memory.
                async with anyio.create_task_group() as tasks:
                    for number in range(LOAD // 2):
                        tasks.start_soon(get, http, urls[number % len(urls)])
                    await half_way.wait()
                    server.stop()
                    # A worker that asks now finds nobody; the others wait for their turn.
                    await anyio.sleep(1)
                    server.start()
                assert statuses == [200] * LOAD, "no 429 reaches a user"
                # The workers had a token each, or exchanged one for themselves at the most.
                assert sandbox.exchanges <= 1 + WORKERS

                path = f"/webhooks/scalingo/{SECRET}"
                for number in (1, 2, 1, 2):
                    url = urls[number % len(urls)]
                    answer = await http.post(f"{url}{path}", json=event(number))
                    assert answer.status_code == 204
                wrong = await http.post(f"{urls[0]}/webhooks/scalingo/guess", json=event(3))
                assert wrong.status_code == 404


@pytest.mark.parametrize("kind", SERVICES)
async def test_workers_show_the_same_events(kind, server: RedisServer):
    with Sandbox(apps=2, rate_limit=None, operation_time=3600).running() as sandbox:
        environ = {
            **sandbox.environ(),
            "REDIS_URL": f"unix://{server.socket}",
            "TOKEN_KEY": Fernet.generate_key().decode(),
            "WEBHOOK_SECRET": SECRET,
        }
        with SERVICES[kind](environ) as urls:
            limits = httpx.Limits(max_keepalive_connections=0)
            async with httpx.AsyncClient(limits=limits, trust_env=False, timeout=30) as http:
                for number in (1, 2, 1, 2, 1):
                    url = f"{urls[number % len(urls)]}/webhooks/scalingo/{SECRET}"
                    assert (await http.post(url, json=event(number))).status_code == 204
                for number in range(8):
                    page = (await http.get(urls[number % len(urls)])).text
                    assert page.count("<b>restart</b>") == 2
                    assert "&lt;app 1&gt;" in page
                name = sandbox.apps()[0].name
                answer = await http.post(f"{urls[0]}/apps/{name}/restart")
                assert (answer.status_code, answer.headers["location"]) == (303, f"/apps/{name}")
                for number in range(4):
                    page = (await http.get(f"{urls[number % len(urls)]}/apps/{name}")).text
                    assert 'data-state="restarting"' in page, "all workers know at once"
                ready = await http.get(f"{urls[0]}/health")
                assert (ready.status_code, ready.json()["cause"]) == (200, None)
                listed = (await http.get(f"{urls[-1]}/apps")).json()
                assert {app["name"] for app in listed} == {app.name for app in sandbox.apps()}
        assert sandbox.count("apps.restart") == 1
        assert sandbox.exchanges == 1
        asked = [r for r in sandbox.requests if r.operation == "apps.list"]
        assert all(len(r.headers["x-request-id"]) == 32 for r in asked)


@pytest.fixture
def sites(redis, monkeypatch):
    """What two processes would have; what is read stays fresh."""
    monkeypatch.setattr(knowing, "APPS_EVERY", 3600.0)
    monkeypatch.setattr(knowing, "LOG_EVERY", 3600.0)
    return [Site(Knowledge(InRedis(redis))) for _ in range(2)]


async def test_what_one_worker_has_read_all_show(sites):
    sandbox = Sandbox(apps=2, rate_limit=None, operation_time=3600)
    name = sandbox.apps()[0].name
    sandbox.write_log(name, "a line", source="web-1")
    async with client_of(sandbox) as client:
        for _ in range(5):
            for site in sites:
                assert name in await site.home(client, "http://here")
                assert "a line" in await site.app(client, name)
        assert (sandbox.count("apps.list"), sandbox.count("logs.get_url")) == (1, 1)
        await sites[0].restart(client, name, {})
        for site in sites:
            assert 'data-state="restarting"' in await site.home(client, "http://here")
        assert sandbox.count("apps.list") == 2


async def test_what_one_worker_could_not_read_all_say(sites):
    sandbox = Sandbox(apps=2, rate_limit=None)
    fault = sandbox.inject("apps.list", status=503, times=None)
    async with client_of(sandbox) as client:
        said = []
        for site in sites:
            with pytest.raises(ProblemError) as caught:
                await site.home(client, "http://here")
            said.append(caught.value.problem)
    assert said[0] == said[1]
    assert fault.hits == 1


async def test_without_redis_a_page_says_so(server):
    sandbox = Sandbox(apps=2, rate_limit=None)
    name = sandbox.apps()[0].name
    server.stop()
    # It tries once.
    async with server.client(retry=Retry(NoBackoff(), 0)) as redis, client_of(sandbox) as client:
        site = Site(Knowledge(InRedis(redis)))
        with pytest.raises(ProblemError) as caught:
            await site.home(client, "http://here")
        assert caught.value.problem.status == 503
        # What works without it does.
        assert await site.restart(client, name, {}) == f"/apps/{name}"
    assert sandbox.count("apps.restart") == 1
