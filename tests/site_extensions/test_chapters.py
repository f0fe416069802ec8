"""A notebook becomes a page: what needs a kernel or a network is exchanged, all else is left as it was run."""

import json
from pathlib import Path

import chapters
import pytest
from explorer_html import explorer_html

ROOT = Path(__file__).resolve().parents[2]
RECORD = {
    "controls": [
        {"name": "gap", "label": "distance", "ordered": True, "labels": ["0", "1", "2"], "start": 1},
        {"name": "rule", "label": "rule", "ordered": False, "labels": ["a", "b"], "start": 1},
    ],
    "alt": "A curve",
    "resting": [["steps", "200"]],
    "width": 900,
    "height": 400,
}


@pytest.fixture
def page(monkeypatch):
    """A chapter with an explorer and a quiz as a page, though no picture has been drawn."""
    monkeypatch.setattr("explorer_html.pictures_of", lambda name: RECORD)
    path = ROOT / "notebooks" / "04_gan.ipynb"
    return chapters.as_page(json.loads(path.read_text(encoding="utf-8")), path.name)


def outputs(page, kind):
    return [
        output["data"][kind]
        for cell in page["cells"]
        for output in cell.get("outputs", [])
        if kind in output.get("data", {})
    ]


def test_an_explorer_is_its_pictures_where_there_are_some(page):
    assert not [words for words in outputs(page, "text/plain") if "to move it" in words]
    (explorer,) = [html for html in outputs(page, "text/html") if "/BilinearExplorer/" in html]
    # Control after control, the last one runs fastest: 1 · 2 + 1.
    assert 'src="../_static/explorers/BilinearExplorer/003.webp"' in explorer
    assert 'type="range"' in explorer and "<select" in explorer and "steps 200" in explorer


def test_an_explorer_without_pictures_is_named(monkeypatch):
    monkeypatch.setattr("explorer_html.pictures_of", lambda name: None)
    with pytest.raises(ValueError, match="no pictures of MineExplorer"):
        explorer_html("MineExplorer", "../")


def test_the_quiz_needs_no_script_of_the_notebook(page):
    assert outputs(page, "application/javascript") == []
    assert sum('class="quiz"' in html for html in outputs(page, "text/html")) == 1


def test_the_badge_becomes_a_link_where_the_address_is_known(monkeypatch):
    source = "# 04 · Title\n\n[![Open in Colab](https://x/colab-badge.svg)](https://x/y.ipynb)\n\nText."
    monkeypatch.setattr(chapters, "public_address", lambda: None)
    unknown = chapters.with_links(source, "04_gan.ipynb")
    assert unknown.startswith("# 04 · Title\n") and unknown.endswith("Text.")
    assert "olab" not in unknown and "../../notebooks/04_gan.ipynb" in unknown
    monkeypatch.setattr(chapters, "public_address", lambda: "https://github.com/a/b")
    assert "https://colab.research.google.com/github/a/b/blob/main/notebooks/04_gan.ipynb" in chapters.with_links(
        source, "04_gan.ipynb"
    )


def test_a_link_to_a_heading_is_written_as_the_site_names_it(page):
    assert "(00_start_here.ipynb#the-map)" in page["cells"][0]["source"]
    assert "(00_start_here.ipynb#the-map)" in page["cells"][-1]["source"]


def test_a_quiz_is_shown_once_though_its_style_is_html_too():
    source = 'course.quiz("04")'
    shown = [chapters.as_shown({"data": {"text/html": text}}, source) for text in ("<style>a {}</style>", "<div>")]
    assert [len(outputs) for outputs in shown] == [0, 1]


def test_text_and_figures_are_as_they_were_run(page):
    notebook = json.loads((ROOT / "notebooks" / "04_gan.ipynb").read_text(encoding="utf-8"))
    for kind in ("image/png", "image/svg+xml"):
        assert outputs(page, kind) == outputs(notebook, kind)
    texts = [
        [o["text"] for c in book["cells"] for o in c.get("outputs", []) if "text" in o] for book in (page, notebook)
    ]
    assert texts[0] == texts[1]


def folded_inputs(page):
    return [index for index, cell in enumerate(page["cells"]) if "hide-input" in cell["metadata"].get("tags", [])]


def test_the_set_up_is_folded_and_what_jupyterlab_folds(page):
    assert folded_inputs(page) == [1]
    notebook = json.loads((ROOT / "notebooks" / "11_find_the_bug.ipynb").read_text(encoding="utf-8"))
    hidden = [i for i, cell in enumerate(notebook["cells"]) if cell["metadata"].get("jupyter", {}).get("source_hidden")]
    assert len(hidden) >= 12
    assert folded_inputs(chapters.as_page(notebook, "11_find_the_bug.ipynb")) == [1, *hidden]
