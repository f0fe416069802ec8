"""Chromium from the system's packages, for the notebooks' pages and the site's."""

import shutil

import pytest

# Without a sandbox of its own, which root and most containers cannot give it; it meets no page but ours.
SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def launch_chromium(playwright):
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return playwright.chromium.launch(executable_path=path, args=SWITCHES)
    pytest.fail("There is no Chromium on the PATH: apt-get install chromium (or brew, dnf, …) installs it.", False)
