"""Each notebook in JupyterLab and Chromium: it runs, every explorer answers to every control, the quiz answers."""

from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
SECONDS = 900  # for all cells of one notebook, at the smoke budget on a slow machine


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_everything_on_it_is_alive(path, open_notebook, request):
    source = path.read_text(encoding="utf-8")
    notebook = open_notebook(path.name)
    notebook.run_all(SECONDS)
    assert notebook.errors() == []
    assert notebook.not_run() == 0
    assert notebook.dead() == []
    explorers = notebook.pictures().count()
    assert explorers >= 1, "the page shows no explorer"
    moved = [(number, *answer) for number in range(explorers) for answer in notebook.try_explorer(number)]
    assert moved, "the explorers have no controls"
    assert [(number, control) for number, control, changed in moved if not changed] == []
    assert notebook.scrolling_explorers() == []
    assert notebook.page.locator('.jp-Notebook [title="null"]').count() == 0
    questions = notebook.page.locator(".jp-Notebook .Quiz").count()
    assert bool(questions) == ("course.quiz(" in source)
    assert notebook.mute_questions() == []
    if request.config.getoption("--pages"):
        notebook.read_through()
    assert notebook.dead() == [] and notebook.errors() == []
