"""The pages of the example services, in a browser; each service is started by one command."""

import shutil

import httpx
import pytest
from programs import EXAMPLES, free_port, started

pytestmark = pytest.mark.browser

SECRET = "a-long-random-text-that-is-secret"
SERVICES = {
    "fastapi": ("fastapi_service/fastapi_app.py", "Application startup complete"),
    "aiohttp": ("aiohttp_service/aiohttp_app.py", "Running on"),
}


@pytest.fixture
def browser(tmp_path):
    # Where these tests are left out, it need not be installed.
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.fail("Chromium is missing: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", f"--user-data-dir={tmp_path}"):
        options.add_argument(argument)
    browser = Chrome(options, ChromeService(driver))
    try:
        yield browser
    finally:
        browser.quit()


@pytest.mark.parametrize("kind", SERVICES)
def test_a_page_shows_apps_restarts_one_and_shows_what_the_webhook_got(kind, browser):
    from selenium.webdriver.support.ui import WebDriverWait

    program, said = SERVICES[kind]
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    with started([str(EXAMPLES / program)], {"PORT": port, "WEBHOOK_SECRET": SECRET}, said):
        browser.get(url)
        assert browser.title == "My apps"
        assert len(browser.find_elements("tag name", "tr")) == 8
        assert browser.find_element("id", "events").text == "none yet"
        name = browser.find_element("css selector", "tr td").text

        button = browser.find_element("tag name", "button")
        button.click()
        WebDriverWait(browser, 20).until(lambda b: not _is_there(button))
        assert browser.current_url == f"{url}/"

        event = {
            "id": "event-1",
            "created_at": "2026-02-12T18:05:14.226+01:00",
            "type": "restart",
            "app_name": f"{name} <script>document.title = 'taken'</script>",
            "type_data": {"reason": "user_restart"},
        }
        answer = httpx.post(f"{url}/webhooks/scalingo/{SECRET}", json=event, trust_env=False)
        assert answer.status_code == 204
        browser.refresh()
        line = browser.find_element("css selector", "#events li").text
        assert line.startswith(f"2026-02-12 18:05:14+01:00 restart {name} <script>")
        assert browser.title == "My apps", "nothing that came is run"


def _is_there(element) -> bool:
    from selenium.common.exceptions import StaleElementReferenceException

    try:
        return element.is_enabled()
    except StaleElementReferenceException:
        return False
