"""Pages in a real browser, as people see them and as axe-core checks them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium(profile: Path) -> Iterator[webdriver.Chrome]:
    """A browser without a window, which asks nobody for anything."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()


def open_page(browser: webdriver.Chrome, page: Path, width: int) -> None:
    """A page as wide as a screen of so many pixels."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(page.as_uri())


def require_accessible(browser: webdriver.Chrome, width: int, *, rules: int = 20) -> None:
    """Nothing when axe-core finds neither fault nor doubt on the open page, and it fits its screen.

    Args:
        browser: with the page open.
        width: of the screen.
        rules: how many rules must have had something to look at; fewer would prove nothing.
    """
    browser.execute_script(_axe_core())
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run(document, {runOnly: arguments[0]}).then(done)", _RULES
    )
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found["violations"]] == []
    assert found["incomplete"] == []
    assert len(found["passes"]) > rules
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def _axe_core() -> str:
    """axe-core as a package for testing ships it; found without importing that package."""
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None, "install the development requirements"
    assert spec.submodule_search_locations is not None
    return (Path(spec.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8")
