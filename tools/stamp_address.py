"""Stamps the repository's public address into every badge and set-up cell.

    make address URL=https://github.com/you/repository     writes it to pyproject.toml first, then stamps
    make address                                            stamps what pyproject.toml holds

pyproject.toml ([project.urls] Repository) is the one place that holds the address.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = ROOT / "pyproject.toml"
URL = re.compile(r'(?m)^Repository = "([^"]+)"$')
GITHUB = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")
# Colab opens notebooks of GitHub repositories by owner and name; pip installs from any git URL.
BADGE = re.compile(r"colab\.research\.google\.com/github/[\w.-]+/[\w.-]+/blob/")
INSTALL = re.compile(r"@ git\+[^\s\"'\\#]+")


def address():
    """The public address as pyproject.toml holds it."""
    return URL.search(PYPROJECT.read_text(encoding="utf-8")).group(1)


def stamped(text, url):
    """The text of a notebook or page with every badge and set-up cell at this address."""
    if GITHUB.fullmatch(url):
        text = BADGE.sub(f"colab.research.google.com/github/{url.removeprefix('https://github.com/')}/blob/", text)
    return INSTALL.sub(f"@ git+{url}", text)


def pages(root=ROOT):
    """The files that hold the address: the notebooks and the README."""
    return [*sorted((root / "notebooks").glob("*.ipynb")), root / "README.md"]


def main(arguments):
    if arguments:
        url = arguments[0].rstrip("/").removesuffix(".git")
        if not GITHUB.fullmatch(url):
            sys.exit(f"{url} is not of the form https://github.com/owner/repository, which Colab's badges need.")
        PYPROJECT.write_text(URL.sub(f'Repository = "{url}"', PYPROJECT.read_text(encoding="utf-8")), encoding="utf-8")
    for page in pages():
        before = page.read_text(encoding="utf-8")
        after = stamped(before, address())
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"stamped {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
