"""What the example services share: what they know, their pages, and who may restart an app."""

import json
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser

import anyio
import pytest
from example_programs import EXAMPLES, run
from sandbox_client import client_of

from scalingo_async import WebhookReceiver
from scalingo_async.sandbox import Sandbox

sys.path.append(str(EXAMPLES))

from service_page import known as knowing
from service_page.known import Knowledge, Known
from service_page.pages import (
    HEADERS,
    STATIC,
    Webhook,
    app_page,
    apps_page,
    confirm_page,
    is_from_here,
    problem_page,
)
from service_page.problems import Problem, ProblemError
from service_page.site import Site
from service_page.store import InMemory

HERE = "http://127.0.0.1:8000"
SECRET = "a-long-random-text-that-is-secret"
HOSTILE = "</a><script src=//evil.example></script><img src=x onerror=run()>\"' &amp;"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def known(clock):
    return Knowledge(InMemory(clock))


@pytest.fixture
def sandbox():
    return Sandbox(apps=3, rate_limit=None, operation_time=3600)


@pytest.mark.anyio
async def test_however_many_browsers_look_the_apps_are_read_once_in_five_seconds(
    sandbox, known, clock
):
    site = Site(known)
    async with client_of(sandbox) as client:
        for seconds in (0, 4.9, 0.2, 4.7, 0.4):
            clock.now += seconds
            async with anyio.create_task_group() as browsers:
                for _ in range(20):
                    browsers.start_soon(site.home, client, HERE)
        assert sandbox.count("apps.list") == 3


@pytest.mark.anyio
async def test_logs_are_read_once_in_ten_seconds_for_all(sandbox, known, clock):
    site, name = Site(known), sandbox.apps()[0].name
    sandbox.write_log(name, "\x1b[31mred\x1b[0m & <b>\x07", source="web-1")
    async with client_of(sandbox) as client:
        for seconds in (0, 9.9, 0.2):
            clock.now += seconds
            for _ in range(5):
                page = await site.app(client, name)
        assert sandbox.count("logs.get_url") == 2
    assert "<b>web-1</b> red &amp; &lt;b&gt;\n" in page, "nothing of what colours a terminal"


@pytest.mark.anyio
async def test_a_restart_shows_at_once_and_an_event_within_a_second(sandbox, known, clock):
    site, name = Site(known), sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        assert 'data-state="restarting"' not in await site.home(client, HERE)
        assert await site.restart(client, name, {}) == f"/apps/{name}"
        assert 'data-state="restarting"' in await site.app(client, name)
        assert sandbox.count("apps.list") == 2

        receiver = WebhookReceiver(SECRET)
        for number in range(30):
            event = {"id": f"e-{number}", "type": "restart", "app_name": name}
            event |= {"created_at": "2026-02-12T18:05:14+01:00", "type_data": {}}
            body, headers = json.dumps(event).encode(), {"content-type": "application/json"}
            await receiver.deliver(known.add_event, headers, body, secret=SECRET)
            await site.home(client, HERE)
        assert sandbox.count("apps.list") == 2, "many events at once are no reason to read often"
        clock.now += 1.1
        page = await site.home(client, HERE)
        assert sandbox.count("apps.list") == 3
    assert page.count("<b>restart</b>") == 20, "the last ones"
    assert "2026-02-12 17:05:14 UTC" in page


@pytest.mark.anyio
async def test_nobody_waits_who_has_something_to_show(sandbox, known, clock):
    site, name = Site(known), sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        await site.home(client, HERE)
        clock.now += 6
        stalled = sandbox.inject("apps.list", kind="stall", bytes=0)
        ended = anyio.Event()

        async def first():
            await site.home(client, HERE)
            ended.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(first)
            while not stalled.hits:
                await anyio.lowlevel.checkpoint()
            assert name in await site.home(client, HERE)
            assert not ended.is_set()
            tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_what_was_known_stays_on_the_page_when_it_cannot_be_read_again(sandbox, known, clock):
    site, name = Site(known), sandbox.apps()[0].name
    async with client_of(sandbox) as client:
        await site.home(client, HERE)
        fault = sandbox.inject("apps.list", status=503, times=None)
        clock.now += 6
        for _ in range(5):
            page = await site.home(client, HERE)
        assert fault.hits == 1, "the next one who asks is that of the next turn"
        assert name in page
        assert "This page is out of date." in page
        assert "Scalingo responded with an error." in page
        assert re.search("Request id: <code>[0-9a-f-]{20,}</code>", page)
        fault.remove()
        clock.now += 6
        assert "This page is out of date." not in await site.home(client, HERE)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "status", "title"),
    [
        ({"status": 503}, 502, "Scalingo has a problem"),
        ({"kind": "close_before"}, 502, "Scalingo can't be reached"),
        ({"status": 429, "headers": {"Retry-After": "7"}}, 429, "Too many requests"),
        ({"status": 401}, 502, "The token is refused"),
        ({"status": 402}, 502, "Request refused"),
    ],
    ids=["failed", "unreachable", "limited", "refused", "unpaid"],
)
async def test_what_can_never_be_read_is_a_page_that_says_what_happened(
    sandbox, known, fault, status, title
):
    hits = sandbox.inject("apps.list", times=None, **fault)
    async with client_of(sandbox) as client:
        for _ in range(3):
            with pytest.raises(ProblemError) as caught:
                await Site(known).home(client, HERE)
        asked = hits.hits
        with pytest.raises(ProblemError):
            await Site(known).home(client, HERE)
        assert hits.hits == asked, "a problem is kept as well"
    problem = caught.value.problem
    assert (problem.status, problem.title) == (status, title)
    assert problem.retry_after == ("7" if status == 429 else None)
    page = problem_page(problem)
    assert problem.title in page.replace("&#x27;", "'")
    assert ("Try again in 7 s." in page) == (status == 429)


@pytest.mark.anyio
async def test_an_app_that_is_not_there_is_a_404_and_takes_no_request_of_its_own(sandbox, known):
    site = Site(known)
    async with client_of(sandbox) as client:
        for view in (site.app, site.confirm):
            with pytest.raises(ProblemError) as caught:
                await view(client, "../nothing")
            assert caught.value.problem.status == 404
        with pytest.raises(ProblemError) as caught:
            await site.restart(client, "nothing", {})
        assert caught.value.problem.status == 404
        assert [request.operation for request in sandbox.requests if "log" in request.path] == []


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({"sec-fetch-site": "same-origin", "origin": HERE, "host": "127.0.0.1:8000"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": HERE, "host": "127.0.0.1:8000"}, False),
        ({"origin": HERE, "host": "127.0.0.1:8000"}, True),
        ({"origin": "https://apps.example.com", "host": "apps.example.com"}, True),
        ({"origin": "http://127.0.0.1:9000", "host": "127.0.0.1:8000"}, False),
        ({"origin": "https://evil.example", "host": "127.0.0.1:8000"}, False),
        ({"origin": "null", "host": "127.0.0.1:8000"}, False),
        ({"origin": "", "host": ""}, False),
        ({"host": "127.0.0.1:8000"}, True),
    ],
)
def test_a_restart_comes_from_this_service_or_from_no_browser(headers, answer):
    assert is_from_here(headers) is answer


@pytest.mark.anyio
async def test_nothing_is_restarted_for_a_page_elsewhere(sandbox, known):
    async with client_of(sandbox) as client:
        name = sandbox.apps()[0].name
        with pytest.raises(ProblemError) as caught:
            await Site(known).restart(client, name, {"origin": "https://evil.example"})
    assert caught.value.problem.status == 403
    assert sandbox.count() == 0


class Elements(HTMLParser):
    """Collects the elements of a page, and what the policy would keep from working."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.inline = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.found.append((tag, given))
        if any(name == "style" or name.startswith("on") for name in given) or (
            tag in {"script", "style"} and "src" not in given
        ):
            self.inline.append(tag)


def pages(text):
    row = {"name": text, "status": text, "url": f"https://{text}"}
    event = {"at": "2026-02-12T18:05:14+01:00", "type": text, "app": text}
    line = {"at": "2026-02-12T18:05:14+01:00", "source": text, "text": text}
    problem = Problem(502, text, text, text)
    apps = Known([row], 0.0, problem)
    log = Known([line, {**line, "at": ""}], 0.0, problem)
    return {
        "apps": apps_page(apps, [event], Webhook(HERE, SECRET)),
        "app": app_page(row, apps, log, [event]),
        "confirm": confirm_page(row),
        "problem": problem_page(problem),
    }


@pytest.mark.parametrize("kind", pages(""))
def test_nothing_of_what_comes_from_elsewhere_becomes_part_of_a_page(kind):
    hostile, tame = Elements(pages(HOSTILE)[kind]), Elements(pages("tame")[kind])
    assert [tag for tag, _ in hostile.found] == [tag for tag, _ in tame.found]
    assert [sorted(given) for _, given in hostile.found] == [
        sorted(given) for _, given in tame.found
    ]
    assert hostile.inline == []


@pytest.mark.parametrize("kind", pages(""))
def test_each_page_is_whole(kind):
    page = pages("tame")[kind]
    found = Elements(page).found
    ids = [given["id"] for _, given in found if "id" in given]
    assert len(ids) == len(set(ids))
    assert page.startswith("<!doctype html>")
    assert ("html", {"lang": "en"}) in found
    assert [tag for tag, _ in found].count("h1") == 1
    files = [given.get("href") or given["src"] for tag, given in found if tag in {"link", "script"}]
    assert {STATIC / name.removeprefix("/static/") for name in files} == set(STATIC.iterdir())


def test_a_url_that_is_no_web_page_is_no_link():
    known = Known([], 0.0)
    row = {"name": "my-app", "status": "running", "url": "javascript:run()"}
    assert "javascript:" not in app_page(row, known, known, [])


def test_the_policy_lets_nothing_in_from_elsewhere():
    policy = dict(
        part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert {*policy.values()} == {"'none'", "'self'"}


def given_to_curl(line):
    shell = ["bash", "-c", f"curl() {{ printf '%s\\0' \"$@\"; }}; {line}"]
    environ = {"WEBHOOK_SECRET": SECRET}
    ended = subprocess.run(shell, env=environ, capture_output=True, text=True, check=True)
    return ended.stdout.split("\0")


@pytest.mark.anyio
@pytest.mark.parametrize("secret", [SECRET, None], ids=["shown", "hidden"])
@pytest.mark.parametrize("app", ["my-app", "o'clock"])
async def test_the_line_for_a_shell_sends_events_that_the_receiver_takes(secret, app):
    line = Webhook(HERE, secret).curl(app)
    assert ("WEBHOOK_SECRET" in line) == (secret is None)
    found = []
    for _ in range(2):
        given = given_to_curl(line)
        header, body, url = given[given.index("-H") + 1], given[given.index("-d") + 1], given[-2]
        assert url == f"{HERE}/webhooks/scalingo/{SECRET}"
        name, _, value = header.partition(": ")
        receiver = WebhookReceiver(SECRET)
        event = await receiver.receive({name: value}, body.encode(), secret=SECRET)
        found.append(event)
    assert [event.app_name for event in found] == [app, app]
    assert all(re.fullmatch(r"try-\d+", event.id) for event in found)


def test_a_url_that_a_shell_would_take_for_more_is_quoted():
    line = Webhook("http://x$(touch /tmp/y)", SECRET).curl("my-app")
    assert shlex.split(line)[-1] == f"http://x$(touch /tmp/y)/webhooks/scalingo/{SECRET}"


@pytest.mark.anyio
async def test_a_secret_is_on_the_page_only_when_everybody_may_see_it(sandbox, known):
    async with client_of(sandbox) as client:
        page = await Site(known, SECRET).home(client, HERE)
        assert page.count(f"{HERE}/webhooks/scalingo/{SECRET}") == 2
        page = await Site(known, None, "https://apps.example.com/").home(client, HERE)
    assert SECRET not in page
    assert "https://apps.example.com/webhooks/scalingo/$WEBHOOK_SECRET" in page


def test_what_is_read_stays_far_below_the_quota():
    """The service's own limit is 60 a minute: one browser on a page of an app, and room for more."""
    assert 60 / knowing.APPS_EVERY + 60 / knowing.LOG_EVERY <= 20


@pytest.mark.parametrize(
    "program", ["fastapi_service/fastapi_app.py", "aiohttp_service/aiohttp_app.py"]
)
def test_services_tell_how_they_are_set_up(program):
    ended = run(program, "--help")
    assert ended.returncode == 0
    for word in ("SCALINGO_API_TOKEN", "REDIS_URL", "TOKEN_KEY", "WEBHOOK_SECRET", "PUBLIC_URL"):
        assert word in ended.stdout


def test_services_take_no_arguments():
    assert run("aiohttp_service/aiohttp_app.py", "--nothing").returncode == 2
