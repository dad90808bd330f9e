"""The pages of the example services, in a browser; each service is started by one command."""

import subprocess
from contextlib import contextmanager
from itertools import count

import httpx
import pytest
from chromium import chromium
from programs import BARE, EXAMPLES, free_port, started

from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.browser

SECRET = "a-long-random-text-that-is-secret"
SERVICES = {
    "fastapi": ("fastapi_service/fastapi_app.py", "Application startup complete"),
    "aiohttp": ("aiohttp_service/aiohttp_app.py", "Running on"),
}
PATIENCE = 30
"""How long something may take to show, in seconds; nothing takes a third of it."""

CONTRAST = """
const channel = (value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const colour = (text) => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const found = colour(getComputedStyle(at).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found;
  }
  return [255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = [];
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
  const [one, other] = [light(colour(getComputedStyle(element).color)), light(behind(element))];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  found.push([ratio, walker.currentNode.data.trim()]);
}
return found;
"""


NOTES = """
for (const note of document.querySelectorAll(".note")) {
  note.hidden = false;
  note.innerHTML = "<strong>This page is out of date.</strong> Why <code>abc</code>";
}
"""


AT_END = """
const log = document.getElementById("log");
return log.scrollTop > 0 && log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
"""


@pytest.fixture
def browser(tmp_path):
    with chromium(tmp_path) as browser:
        yield browser


@contextmanager
def service(kind, **environ):
    """A service that runs; gives its URL, and what it has said."""
    program, said = SERVICES[kind]
    port = str(free_port())
    with started([str(EXAMPLES / program)], {"PORT": port, **environ}, said) as heard:
        yield f"http://127.0.0.1:{port}", heard


def run_curl(heard):
    (line,) = [line for line in heard if "curl " in line]
    send = ["bash", "-c", line.partition(": ")[2]]
    environ = {**BARE, "NO_PROXY": "*"}
    return subprocess.run(send, env=environ, capture_output=True, text=True, check=True).stdout


def wait(browser, condition):
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    ignored = [StaleElementReferenceException]
    return WebDriverWait(browser, PATIENCE, 0.1, ignored).until(condition)


def text_of(browser, name):
    return browser.find_element("id", name).text


def screen(browser, width, scheme="light"):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def complaints(browser, *, but=()):
    """What the console says; answers that are errors are there as of the network."""
    return [entry for entry in browser.get_log("browser") if entry["source"] not in but]


@pytest.mark.parametrize("kind", SERVICES)
def test_an_app_is_restarted_and_what_happens_shows_without_a_reload(kind, browser):
    from selenium.webdriver import Keys

    with service(kind, WEBHOOK_SECRET=SECRET) as (url, heard):
        screen(browser, 390)
        browser.get(url)
        assert browser.title == "My apps"
        assert len(browser.find_elements("css selector", "#apps tr")) == 8
        assert text_of(browser, "sum").startswith("8 apps, 8 running")
        assert text_of(browser, "events") == "none yet"
        assert f"{url}/webhooks/scalingo/{SECRET}" in text_of(browser, "url")

        name = browser.find_element("css selector", "#apps a").text
        browser.find_element("id", f"open-{name}").click()
        assert browser.find_element("tag name", "h1").text == name
        assert text_of(browser, "state").startswith("running")
        assert "web-1" in text_of(browser, "log")

        # By keyboard alone, in three steps, of which the first can be taken back.
        browser.find_element("id", "restart").send_keys(Keys.ENTER)
        wait(browser, lambda b: b.title == f"Restart {name}?")
        browser.find_element("id", "cancel").send_keys(Keys.ENTER)
        wait(browser, lambda b: b.title == name)
        browser.find_element("id", "restart").send_keys(Keys.ENTER)
        wait(browser, lambda b: b.title == f"Restart {name}?")
        browser.find_element("id", "confirm").send_keys(Keys.ENTER)
        wait(browser, lambda b: b.title == name)
        browser.execute_script("window.same = true")
        assert browser.current_url == f"{url}/apps/{name}"
        assert text_of(browser, "state").startswith("restarting")
        wait(browser, lambda b: text_of(b, "state").startswith("running"))

        browser.find_element("link text", "All apps").click()
        wait(browser, lambda b: b.title == "My apps")
        browser.execute_script("window.same = true")
        link = browser.find_element("id", f"restart-{name}")
        browser.execute_script("arguments[0].focus()", link)
        for number in (1, 2):
            assert run_curl(heard) == "204\n"
            wait(browser, lambda b, n=number: text_of(b, "events").count("my-app") == n)
        event = {
            "id": "event-1",
            "created_at": "2026-02-12T18:05:14.226+01:00",
            "type": "restart",
            "app_name": f"{name} <script>document.title = 'taken'</script>",
            "type_data": {"reason": "user_restart"},
        }
        answer = httpx.post(f"{url}/webhooks/scalingo/{SECRET}", json=event, trust_env=False)
        assert answer.status_code == 204
        shown = f"2026-02-12 17:05:14 UTC restart {name} <script>"
        wait(browser, lambda b: text_of(b, "events").startswith(shown))
        assert browser.title == "My apps", "nothing that came is run"
        assert "restarting" not in text_of(browser, "apps")
        assert httpx.post(f"{url}/apps/{name}/restart", trust_env=False).status_code == 303
        wait(browser, lambda b: "restarting" in text_of(b, "apps"))
        assert browser.execute_script("return window.same"), "it is the same page still"
        focused = browser.switch_to.active_element.get_attribute("id")
        assert focused == f"restart-{name}", "who uses the keyboard stays where they are"
        assert complaints(browser) == []


@pytest.mark.parametrize("kind", SERVICES)
def test_pages_say_what_is_wrong_and_recover(kind, browser):
    with Sandbox(apps=3, rate_limit=None).running() as sandbox:
        name = sandbox.apps()[0].name
        environ = {**sandbox.environ(), "WEBHOOK_SECRET": SECRET}
        with service(kind, **environ) as (url, heard):
            assert SECRET not in "".join(heard)
            numbers = count()

            def happens():
                """Let an event come: what is shown is read again within a second."""
                event = {"id": f"event-{next(numbers)}", "type": "restart", "app_name": name}
                event |= {"created_at": "2026-02-12T18:05:14+01:00", "type_data": {}}
                sent = httpx.post(f"{url}/webhooks/scalingo/{SECRET}", json=event, trust_env=False)
                assert sent.status_code == 204

            fault = sandbox.inject("apps.list", status=503, times=None)
            browser.get(url)
            assert browser.title == "Scalingo has a problem"
            problem = text_of(browser, "problem")
            assert "Scalingo responded with an error." in problem
            asked = [r.headers["x-request-id"] for r in sandbox.requests]
            assert problem.partition("Request id: ")[2] in asked
            fault.remove()
            happens()
            wait(browser, lambda b: b.get(url) or b.title == "My apps")
            assert SECRET not in browser.page_source

            screen(browser, 390)
            browser.get(f"{url}/apps/{name}")
            browser.execute_script("window.same = true")
            assert text_of(browser, "note") == ""
            limited = {"status": 429, "headers": {"Retry-After": "1"}}
            fault = sandbox.inject("apps.list", times=None, **limited)
            happens()
            wait(browser, lambda b: "This page is out of date." in text_of(b, "note"))
            assert "The rate limit of the account is used up" in text_of(browser, "note")
            fault.remove()
            sandbox.write_log(name, "a line of just now", source="web-1")
            happens()
            wait(browser, lambda b: text_of(b, "note") == "")
            wait(browser, lambda b: "a line of just now" in text_of(b, "log"))
            assert browser.execute_script(AT_END), "the newest line can be seen"

            fault = sandbox.inject("apps.list", status=200, body={"apps": []}, times=None)
            happens()
            said = "This page is out of date. No such app. The account has no app with this name. "
            wait(browser, lambda b: text_of(b, "lost").startswith(f"{said}Request id: "))
            assert "a line of just now" in text_of(browser, "log"), "it stays"
            fault.remove()
            happens()
            wait(browser, lambda b: text_of(b, "lost") == "")
            assert browser.execute_script("return window.same"), "it is the same page still"

            # A page of another site can't restart anything.
            form = f"<form method=post action={url}/apps/{name}/restart><button>win</button></form>"
            browser.get(f"data:text/html,{form}")
            browser.find_element("tag name", "button").click()
            wait(browser, lambda b: b.title == "Request from another site")
            assert sandbox.count("apps.restart") == 0
            assert complaints(browser, but=("network",)) == []

            browser.get(f"{url}/apps/{name}")
        wait(browser, lambda b: "The service does not respond." in text_of(b, "lost"))
        assert "a line of just now" in text_of(browser, "log")


@pytest.mark.parametrize("kind", SERVICES)
def test_pages_work_without_script(kind, browser):
    with Sandbox(apps=2, rate_limit=None, operation_time=3600).running() as sandbox:
        name = sandbox.apps()[0].name
        # A secret that is empty is none.
        with service(kind, **sandbox.environ(), WEBHOOK_SECRET="") as (url, heard):
            assert run_curl(heard) == "204\n", "only here the secret is told"
            assert "$WEBHOOK_SECRET" in httpx.get(url, trust_env=False).text
            off = {"value": True}
            browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", off)
            browser.get(url)
            assert "Reload the page" in browser.find_element("tag name", "body").text
            browser.find_element("id", f"restart-{name}").click()
            wait(browser, lambda b: b.title == f"Restart {name}?")
            browser.find_element("id", "confirm").click()
            wait(browser, lambda b: b.title == name)
            assert text_of(browser, "state").startswith("restarting")
            assert sandbox.count("apps.restart") == 1

            with httpx.Client(base_url=url, trust_env=False) as http:
                for path, status in (
                    ("/", 200),
                    (f"/apps/{name}", 200),
                    ("/apps", 200),
                    ("/health", 200),
                    ("/static/page.css", 200),
                    ("/static/..%2Fpages.py", 404),
                    ("/apps/nothing", 404),
                    ("/nothing", 404),
                ):
                    answer = http.get(path)
                    assert answer.status_code == status
                    policy = answer.headers["content-security-policy"]
                    assert policy.startswith(
                        "default-src 'none'; script-src 'self'; style-src 'self'"
                    )
                    assert answer.headers["cache-control"] == "no-store"
                sandbox.inject("events.*", status=503, times=None)
                answer = http.get("/health")
                assert (answer.status_code, answer.json()["cause"]) == (503, "platform")


def test_pages_can_be_read_on_any_screen_light_and_dark(browser):
    """They are the same in both services."""
    with Sandbox(apps=3, rate_limit=None, operation_time=3600).running() as sandbox:
        names = [app.name for app in sandbox.apps()]
        sandbox.write_log(names[0], "x" * 500, source="web-1")
        with service("aiohttp", **sandbox.environ()) as (url, _):
            httpx.post(f"{url}/apps/{names[0]}/restart", trust_env=False)
            paths = ("", f"/apps/{names[0]}", f"/apps/{names[0]}/restart", "/apps/nothing")
            for width in (1280, 390):
                for scheme in ("light", "dark"):
                    screen(browser, width, scheme)
                    for path in paths:
                        browser.get(f"{url}{path}")
                        browser.execute_script(NOTES)
                        found = browser.execute_script(CONTRAST)
                        assert len(found) > 3
                        assert [text for ratio, text in found if ratio < 4.5] == []
                        wide = "return document.documentElement.scrollWidth"
                        assert browser.execute_script(wide) <= width
                        for button in browser.find_elements("class name", "button"):
                            if button.is_displayed():
                                assert button.accessible_name.strip()
                                assert 44 <= button.size["height"] < 60
            screen(browser, 1280)
            browser.get(url)
            found = browser.find_elements("css selector", "#apps .button")
            assert [button.accessible_name for button in found] == [
                f"Restart {name}" for name in sorted(names)
            ]
            assert complaints(browser, but=("network",)) == []
