"""Chromium from the system's packages, and one JupyterLab for all notebooks."""

import shutil
from pathlib import Path

import pytest
from lab_server import Lab
from notebook_page import NotebookPage
from playwright.sync_api import sync_playwright
from system_chromium import launch_chromium

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "runs" / "browser"


def pytest_addoption(parser):
    parser.addoption("--pages", action="store_true", help="screenshots of each notebook from top to bottom, too")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    running = Lab(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        yield launch_chromium(playwright)


@pytest.fixture(scope="session")
def visitor(browser):
    """A browser's profile: what one notebook's page has loaded of JupyterLab is there for the next."""
    return browser.new_context(viewport={"width": 1366, "height": 900})


@pytest.fixture
def open_notebook(lab, visitor):
    """open_notebook(name) → a `NotebookPage`, whose screenshots go to runs/browser/<name>/."""
    opened = []

    def open_one(name):
        shots = SHOTS / Path(name).stem
        shutil.rmtree(shots, ignore_errors=True)
        shots.mkdir(parents=True)
        page = visitor.new_page()
        page.set_default_timeout(120_000)
        opened.append(NotebookPage(page, lab, name, shots))
        opened[-1].open()
        return opened[-1]

    yield open_one
    for notebook in opened:
        notebook.shoot("last")
        notebook.page.close()
    lab.end_kernels()
