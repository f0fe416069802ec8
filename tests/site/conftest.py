"""The site as `make site` has built it, opened from its folder in Chromium from the system's packages."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from site_page import SitePage
from system_chromium import launch_chromium

SITE = Path(__file__).resolve().parents[2] / "runs" / "site" / "html"
SHOTS = SITE.parent / "screenshots"


@pytest.fixture(scope="session")
def site():
    """The folder of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail("There is no site: `make site` builds it.", False)
    return SITE


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        yield launch_chromium(playwright)


@pytest.fixture(scope="session")
def axe():
    """axe-core's script."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def open_page(site, browser):
    """open_page("index.html", width=390, theme="dark") → a `SitePage`."""
    contexts = []

    def open_one(name, width=1440, theme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        SHOTS.mkdir(exist_ok=True)
        shot = re.sub(r"[^A-Za-z0-9]+", "_", name.partition(".")[0])
        return SitePage(context.new_page(), site, name, SHOTS / f"{shot}_{width}_{theme}.png")

    yield open_one
    for context in contexts:
        context.close()
