"""Every page in Chromium, opened from its folder as a visitor without a network would."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [f"chapters/{path.stem}.html" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
SOURCES = [path for ending in ("md", "rst") for path in sorted((ROOT / "site").rglob(f"*.{ending}"))]
OTHERS = [path.relative_to(ROOT / "site").with_suffix(".html").as_posix() for path in SOURCES]
OTHERS = [name for name in OTHERS if not name.startswith(("chapters/", "playground"))]
PAGES = [*OTHERS, "search.html", *CHAPTERS]
# The colours of code are the same on every page, and take axe-core longest.
WITH_CODE = ("chapters/00_start_here.html", "chapters/05_distances.html", "guides/own_images.html", "api/losses.html")
LOOKS = ((1440, "light"), (390, "dark"))


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_says_nothing_on_the_console_and_leaves_nobody_out(name, width, theme, open_page, axe):
    page = open_page(name, width, theme)
    assert page.overhang() <= 0
    # Which takes by far the longest: each page in one of the looks, whose colours are the same on all.
    if PAGES.index(name) % 2 == LOOKS.index((width, theme)):
        assert page.barriers(axe, exclude=("mjx-container", *(() if name in WITH_CODE else ("div.highlight",)))) == []
    assert page.complaints == [] and page.foreign == []


@pytest.mark.parametrize("name", ["index.html", *CHAPTERS])
def test_sliders_change_the_picture(name, open_page):
    page = open_page(name)
    explorers = page.explorers()
    assert explorers, "there is no explorer"
    moved = [answer for explorer in explorers for answer in page.moves(explorer)]
    assert moved and [label for label, changed in moved if not changed] == []
    assert page.complaints == []


@pytest.mark.parametrize("name", CHAPTERS[1:])
def test_each_question_of_the_quiz_answers(name, open_page):
    page = open_page(name).page
    questions = json.loads((ROOT / "wganlib/assets/quizzes" / f"{name[9:11]}.json").read_text(encoding="utf-8"))
    fieldsets = page.locator(".question").all()
    assert len(fieldsets) == len(questions)
    for asked, shown in zip(questions, fieldsets, strict=True):
        for index, answer in enumerate(asked["answers"]):
            if asked["type"] == "numeric":
                shown.locator("input").fill(str(answer.get("value", 987654)))
                shown.locator("input").press("Enter")
            else:
                shown.locator("button").nth(index).click()
            feedback = shown.locator(".feedback")
            assert feedback.inner_text().startswith("✓" if answer.get("correct") else "✗")
            assert len(feedback.inner_text()) > 5


@pytest.mark.parametrize("name", CHAPTERS[1:2])
def test_solutions_are_folded_and_unfold(name, open_page):
    page = open_page(name).page
    solution = page.locator("details", has_text="Solution").first
    code = solution.locator(".highlight").first
    assert not code.is_visible()
    solution.locator("summary").click()
    assert code.is_visible()


def test_formulas_are_set(open_page):
    page = open_page("chapters/07_wgan_gp.html").page
    page.locator("mjx-container svg").first.wait_for()
    assert page.locator("mjx-merror").count() == 0


def test_the_search_finds_a_phrase_of_a_chapter(open_page):
    page = open_page("search.html?q=gradient+penalty").page
    page.locator("#search-results li").first.wait_for()
    found = page.locator("#search-results a").evaluate_all("links => links.map(link => link.href)")
    assert any("07_wgan_gp.html" in link for link in found)


def test_the_theme_can_be_changed(open_page):
    page = open_page("index.html").page
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(ground) != before
