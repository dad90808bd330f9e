"""The page of examples/report.py in a browser: its tables sort, by mouse and by keyboard."""

import example_programs
import pytest
from chromium import chromium

from scalingo_async.sandbox import Sandbox

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A report, as a URL."""
    folder = tmp_path_factory.mktemp("report")
    with Sandbox(apps=10, rate_limit=None).running() as sandbox:
        for number, app in enumerate(sandbox.apps()):
            # Text that would come in another order: shop-2 is before shop-10.
            app.name = f"shop-{number + 1}"
            if app.last_deployed_at is not None:
                app.last_deployed_at -= (number * 7 % 10) * 86_400
        done = example_programs.run("report.py", sandbox=sandbox, folder=folder, fresh=True)
    assert done.returncode == 0
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def table(browser, name="apps"):
    return browser.find_element("css selector", f'[aria-labelledby="{name}"] table')


def column(browser, key):
    """Return what is in a column of the apps, from the top."""
    heads = [
        head.get_attribute("data-key") for head in table(browser).find_elements("tag name", "th")
    ]
    rows = f"tbody td:nth-child({heads.index(key) + 1})"
    return [cell.text for cell in table(browser).find_elements("css selector", rows)]


def head(browser, key):
    return table(browser).find_element("css selector", f'th[data-key="{key}"]')


def orders(browser):
    """Return which columns say that they are sorted."""
    heads = table(browser).find_elements("css selector", "th[aria-sort]")
    return {each.get_attribute("data-key"): each.get_attribute("aria-sort") for each in heads}


def test_a_click_sorts_and_another_one_turns_it_round(page, browser):
    browser.get(page)
    assert browser.title == "Account report"
    assert orders(browser) == {}
    names = [f"shop-{number}" for number in range(1, 11)]

    head(browser, "app").find_element("tag name", "button").click()
    assert orders(browser) == {"app": "ascending"}
    assert [name for name in column(browser, "app") if name in names] == names
    head(browser, "app").find_element("tag name", "button").click()
    assert orders(browser) == {"app": "descending"}
    assert [name for name in column(browser, "app") if name in names] == names[::-1]

    # By number, and what is not known comes last in both directions.
    for order in ("ascending", "descending"):
        head(browser, "days").find_element("tag name", "button").click()
        assert orders(browser) == {"days": order}
        *known, last = column(browser, "days")
        assert last == "-"
        found = [int(text) for text in known]
        assert found == sorted(found, reverse=order == "descending")
        assert len(set(found)) > 5
    costs = {}
    for order in ("ascending", "descending"):
        head(browser, "cost").find_element("tag name", "button").click()
        costs[order] = [float(text.partition(" ")[0]) for text in column(browser, "cost")]
    assert costs["ascending"] == sorted(costs["ascending"])
    assert costs["descending"] == costs["ascending"][::-1]


def test_the_keyboard_sorts(page, browser):
    from selenium.webdriver import ActionChains, Keys

    browser.get(page)
    before = column(browser, "app")
    frame = browser.find_element("css selector", '[aria-labelledby="apps"]')
    browser.execute_script("arguments[0].focus()", frame)
    # The frame, which the arrow keys scroll, then the headings one by one.
    ActionChains(browser).send_keys(Keys.TAB, Keys.TAB, Keys.TAB).perform()
    assert browser.switch_to.active_element.text.startswith("Project")
    back = ActionChains(browser).key_down(Keys.SHIFT).send_keys(Keys.TAB, Keys.TAB)
    back.key_up(Keys.SHIFT).perform()
    for key, order in [(Keys.ENTER, "ascending"), (Keys.SPACE, "descending")]:
        ActionChains(browser).send_keys(key).perform()
        assert orders(browser) == {"app": order}
        assert browser.switch_to.active_element.text.startswith("App"), "the focus stays"
    after = column(browser, "app")
    assert after != before
    assert sorted(after) == sorted(before)


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_and_wide_tables_scroll_in_their_frame(page, browser, width):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(page)
    try:
        room = "return [innerWidth, arguments[0].scrollWidth - arguments[0].clientWidth]"
        page_itself = browser.find_element("tag name", "html")
        assert browser.execute_script(room, page_itself) == [width, 0]
        wide = "return arguments[0].scrollWidth > arguments[0].clientWidth"
        frame = browser.find_element("css selector", '[aria-labelledby="apps"]')
        assert browser.execute_script(wide, frame)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_its_policy_lets_the_page_work_and_nothing_else(page, browser):
    browser.get(page)
    assert [line for line in browser.get_log("browser") if line["level"] == "SEVERE"] == []
    assert browser.find_elements("css selector", "th button")
    colour = "return getComputedStyle(document.querySelector('.frame')).overflowX"
    assert browser.execute_script(colour) == "auto", "the style sheet is in force"
    browser.execute_script(
        "const added = document.createElement('script');"
        "added.textContent = 'document.title = `taken`'; document.body.append(added);"
        "document.body.append(Object.assign(new Image(), {src: 'https://example.com/x.png'}))"
    )
    assert browser.title == "Account report"
    refused = [line["message"] for line in browser.get_log("browser")]
    assert sum("Content Security Policy" in message for message in refused) == 2


def test_without_scripts_it_is_whole(page, browser):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(page)
        assert head(browser, "app").text == "App"
        assert browser.find_elements("css selector", "th button") == []
        assert len(column(browser, "app")) == 12
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
