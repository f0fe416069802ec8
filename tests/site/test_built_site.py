"""The files of the built site: every link leads somewhere, nothing is loaded from elsewhere, it is not too large."""

from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

MOST_MEGABYTES = 60
NOTEBOOK_LEFTOVERS = ("to move it, run the cells above", "OWNER/REPOSITORY/blob", "colab-badge.svg")


class Links(HTMLParser):
    """Of one page: where it leads, what it loads, and which places it has."""

    def __init__(self, path):
        super().__init__()
        self.leads, self.loads, self.places = [], [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.places |= {values[name] for name in ("id", "name") if values.get(name)}
        if tag == "a" and values.get("href"):
            self.leads.append(values["href"])
        elif tag in ("script", "img", "iframe", "source") and values.get("src"):
            self.loads.append(values["src"])
        elif tag == "link" and values.get("rel") in ("stylesheet", "preload", "icon") and values.get("href"):
            self.loads.append(values["href"])


@pytest.fixture(scope="module")
def pages(site):
    """{path: Links} of every page that we make."""
    return {path: Links(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}


def test_every_link_leads_to_a_place_that_exists(pages):
    broken = []
    for path, page in pages.items():
        for link in [*page.leads, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            there = target.is_file()
            if there and parts.fragment and target in pages:
                there = unquote(parts.fragment) in pages[target].places
            if not there:
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(pages):
    assert [link for page in pages.values() for link in page.loads if urlsplit(link).scheme not in ("", "data")] == []


def test_every_chapter_guide_and_name_has_its_place(site, pages):
    import wganlib

    names = {path.relative_to(site).as_posix() for path in pages}
    chapters = sorted(name for name in names if name.startswith("chapters/"))
    assert [name[9:11] for name in chapters] == [f"{number:02d}" for number in range(14)]
    assert {"guides/own_images.html", "guides/resume.html", "guides/devices.html", "guides/promises.html"} <= names
    linked = {link.rpartition("#")[2] for link in Links(site / "api" / "index.html").leads}
    for name in wganlib.__all__:
        assert any(link.endswith((f".{name}", f"-wganlib.{name}")) for link in linked), name


def test_no_page_shows_what_only_a_kernel_can_keep(pages):
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert [words for words in NOTEBOOK_LEFTOVERS if words in text] == [], path.name


def test_it_is_not_too_large(site):
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6
    assert size <= MOST_MEGABYTES
    assert not list(site.rglob("*.map"))
