"""tools/lab.py: a reader's copies follow the chapters, and nothing that was done in them is lost."""

from pathlib import Path

import nbformat
import pytest
from lab import COPIES, ROOT, copy_chapters, trust_chapters
from nbformat.sign import NotebookNotary


@pytest.fixture
def folders(tmp_path):
    originals = tmp_path / "notebooks"
    originals.mkdir()
    for name in ("00_a.ipynb", "01_b.ipynb"):
        (originals / name).write_text(f"first {name}")
    return originals, tmp_path / "mine"


def notebook_of(source):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])


def texts(folder):
    return {path.name: path.read_text() for path in Path(folder).glob("*.ipynb")}


def test_the_chapters_are_copied_and_left_alone_until_they_change(folders):
    originals, copies = folders
    assert copy_chapters(originals, copies) == {}
    assert texts(copies) == texts(originals)
    (copies / "00_a.ipynb").write_text("my work")
    assert copy_chapters(originals, copies) == {}
    assert texts(copies) == {"00_a.ipynb": "my work", "01_b.ipynb": "first 01_b.ipynb"}


def test_a_renewed_chapter_replaces_an_untouched_copy_and_keeps_one_that_was_worked_in(folders):
    originals, copies = folders
    copy_chapters(originals, copies)
    for round_, work in enumerate(("my work", "more work")):
        (copies / "00_a.ipynb").write_text(work)
        for path in originals.iterdir():
            path.write_text(f"renewed {round_}")
        kept = copy_chapters(originals, copies)
        assert list(kept) == ["00_a.ipynb"] and texts(copies)[kept["00_a.ipynb"]] == work
        assert texts(copies)["00_a.ipynb"] == texts(copies)["01_b.ipynb"] == f"renewed {round_}"
    assert sorted(texts(copies).values()) == ["more work", "my work", "renewed 1", "renewed 1"]


def test_a_copy_that_was_deleted_comes_back_and_what_is_the_readers_own_stays(folders):
    originals, copies = folders
    copy_chapters(originals, copies)
    (copies / "00_a.ipynb").unlink()
    (copies / "ideas.ipynb").write_text("mine")
    copy_chapters(originals, copies)
    assert texts(copies) == {**texts(originals), "ideas.ipynb": "mine"}


def test_git_ignores_the_copies():
    assert f"{COPIES}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_outputs_that_a_chapter_comes_with_are_trusted_in_its_copy(tmp_path):
    originals, copies = tmp_path / "notebooks", tmp_path / "mine"
    originals.mkdir()
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("course.quiz('01')")]), originals / "a.ipynb"
    )
    notary = NotebookNotary(data_dir=str(tmp_path), db_file=":memory:")
    copy_chapters(originals, copies)
    assert not notary.check_signature(nbformat.read(copies / "a.ipynb", as_version=4))
    trust_chapters(originals, notary)
    assert notary.check_signature(nbformat.read(copies / "a.ipynb", as_version=4))
    nbformat.write(notebook_of("another's"), copies / "a.ipynb")
    assert not notary.check_signature(nbformat.read(copies / "a.ipynb", as_version=4))
