"""Stamps the repository's public address into every set-up cell, and brings the Colab badges.

    make address URL=https://github.com/you/repository     writes it to pyproject.toml first, then stamps
    make address                                            stamps what pyproject.toml holds

pyproject.toml ([project.urls] Repository) is the one place that holds the address. As long as that is a placeholder,
no chapter installs from it, and neither a chapter nor the README's table of them shows a badge, which would lead
nowhere.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = ROOT / "pyproject.toml"
PLACEHOLDER = "OWNER/REPOSITORY"
URL = re.compile(r'(?m)^Repository = "([^"]+)"$')
GITHUB = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")
# Colab opens notebooks of GitHub repositories by owner and name; pip installs from any git URL.
COLAB = "https://colab.research.google.com"
BADGE = re.compile(rf"\[!\[Open in Colab\]\({COLAB}/assets/colab-badge\.svg\)\]\({COLAB}/github/[^)]+\)")
PLACE = re.compile(r"colab\.research\.google\.com/github/[\w.-]+/[\w.-]+/blob/")
# A chapter's row in a page's table, and the badge behind its link.
ROW = re.compile(rf"(?m)^(\| \[\d\d · [^]]+\]\(notebooks/([\w.]+)\))(?: {BADGE.pattern})? \|")
# What a chapter's first code cell begins with.
SET_UP = re.compile(r"(?s)\A# Set-up.*?(?=\nfrom wganlib import course\n)")
SET_UP_HERE = """\
# Set-up: the same in every chapter.
import wganlib as wl"""
SET_UP_ANYWHERE = """\
# Set-up: the same in JupyterLab, in Colab (where it installs the package first) and under test.
try:
    import wganlib as wl
except ModuleNotFoundError:
    %pip install --quiet "wganlib[notebooks] @ git+ADDRESS"
    import wganlib as wl"""
# What pip installs from, and git clones.
SOURCE = re.compile(r"(@ git\+|git clone )[^\s\"'\\#]+")


def address():
    """The public address as pyproject.toml holds it."""
    return URL.search(PYPROJECT.read_text(encoding="utf-8")).group(1)


def set_up(url):
    """What a chapter's set-up cell begins with; it installs the package where there is an address to install from."""
    return SET_UP_HERE if PLACEHOLDER in url else SET_UP_ANYWHERE.replace("ADDRESS", url)


def badge(name, url):
    """The Colab badge of the chapter in this file, in Markdown; "" where Colab could not open it."""
    if not GITHUB.fullmatch(url) or PLACEHOLDER in url:
        return ""
    place = url.removeprefix("https://github.com/")
    return f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({COLAB}/github/{place}/blob/main/notebooks/{name})"


def stamped(text, url):
    """A text with every badge that it has, and every command that installs or clones, at this address."""
    if GITHUB.fullmatch(url):
        text = PLACE.sub(f"colab.research.google.com/github/{url.removeprefix('https://github.com/')}/blob/", text)
    return SOURCE.sub(lambda found: found[1] + url, text)


def stamped_notebook(text, name, url):
    """A notebook's text at this address: set-up cell, and the badge under the title, or gone without an address."""
    notebook = json.loads(stamped(text, url))
    first, code = notebook["cells"][0], next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["source"] = SET_UP.sub(lambda _: set_up(url), "".join(code["source"])).splitlines(keepends=True)
    title, _, rest = BADGE.sub("", "".join(first["source"])).partition("\n")
    parts = [title, badge(name, url), rest.strip()]
    first["source"] = "\n\n".join(filter(None, parts)).splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def stamped_table(text, url):
    """A page's text at this address, each chapter's badge behind its link in the table, or gone."""
    return ROW.sub(lambda row: f"{row[1]} {badge(row[2], url)}".rstrip() + " |", stamped(text, url))


def stamped_page(path, url):
    """The text that a notebook or page has at this address."""
    text = path.read_text(encoding="utf-8")
    return stamped_notebook(text, path.name, url) if path.suffix == ".ipynb" else stamped_table(text, url)


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
        after = stamped_page(page, address())
        if after != page.read_text(encoding="utf-8"):
            page.write_text(after, encoding="utf-8")
            print(f"stamped {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
