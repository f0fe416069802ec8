"""The site as `make site` has built it, opened from its folder in Chromium from the system's packages."""

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from site_page import SitePage

SITE = Path(__file__).resolve().parents[2] / "runs" / "site" / "html"
SHOTS = SITE.parent / "screenshots"
# Without a sandbox of its own, which root and most containers cannot give it; it meets no page but ours.
SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def chromium():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("There is no Chromium on the PATH: apt-get install chromium (or brew, dnf, …) installs it.", False)


@pytest.fixture(scope="session")
def site():
    """The folder of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail("There is no site: `make site` builds it.", False)
    return SITE


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)


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
