"""The form of the chapters: what every notebook has, and that its committed outputs come from one clean run."""

import contextlib
import io
import itertools
import os
import re
from pathlib import Path

import nbformat
import pytest
from run_notebooks import METADATA, clean, leave_the_budget_to_the_machine
from stamp_address import address, set_up

import wganlib as wl

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SET_UP = f"{set_up(address())}\nfrom wganlib import course\n\nbudget = course.start()"
# Cells that nbval treats in a way of their own.
MAP = "00_start_here.ipynb"
STILL = re.compile(r"\*The explorer [^*]+\* \S")
TAGS = {"nbval-check-output", "nbval-ignore-output", "nbval-raises-exception", "nbval-skip"}
SOLUTION = re.compile(r"<details>\s*<summary>Solution</summary>\s*\n\n(.*?)</details>", re.S)
CODE = re.compile(r"```python\n(.*?)```", re.S)
# What is not running text in a Markdown cell, and its links.
NOT_PROSE = re.compile(r"(?ms)^```.*?^```|`[^`\n]+`|^#{1,6} [^\n]*$")
LINK = re.compile(r"\[[^]]*\]\(([^)]*)\)")
CHAPTERS_NAMED = re.compile(r"\b[Cc]hapters?\s+\d\d(?:\s+\([^()]*\))?(?:(?:,\s+|,?\s+and\s+|\s+to\s+)\d\d\b)*")


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code" and cell.source.strip()]


def markdown(path):
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def solutions():
    for path in NOTEBOOKS:
        for number, body in enumerate(SOLUTION.findall(markdown(path)), 1):
            yield pytest.param(CODE.findall(body), id=f"{path.stem}-{number}")


every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_chapters_are_numbered_without_a_gap():
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"{number:02d}" for number in range(14)]


@pytest.mark.parametrize("path", [*NOTEBOOKS, ROOT / "README.md"], ids=lambda path: path.stem)
def test_links_lead_to_chapters_that_exist(path):
    text = readme() if path.suffix == ".md" else markdown(path)
    linked = re.findall(r"\]\(([^)\s]*\.ipynb)[^)\s]*\)", text)
    assert linked
    for link in linked:
        local = ROOT / "notebooks" / link.partition("/blob/main/notebooks/")[2] if "://" in link else path.parent / link
        assert local.is_file(), f"{path.name} links to {link}"


def test_the_readme_lists_the_chapters_in_order():
    rows = re.findall(r"^\| \[(\d\d) · [^]]+\]\(notebooks/([^)]+)\)[^|]* \| [^|]+ \|$", readme(), flags=re.M)
    assert rows == [(path.stem[:2], path.name) for path in NOTEBOOKS]


def test_the_first_chapter_lists_all_of_them_in_order():
    rows = re.findall(r"^\| \[(\d\d) · [^]]+\]\(([^)]+)\) \|", markdown(NOTEBOOKS[0]), flags=re.M)
    assert rows == [(path.stem[:2], path.name) for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS[:-1], ids=lambda path: path.stem)
def test_a_chapter_names_the_next(path):
    (following,) = re.findall(r"^\*\*Next\b.*?\]\((\S+\.ipynb)\)", markdown(path), flags=re.M)
    assert following == NOTEBOOKS[NOTEBOOKS.index(path) + 1].name


def anchors(path):
    """The addresses of a chapter's headings, as JupyterLab gives them."""
    return {heading.strip().replace(" ", "-") for heading in re.findall(r"^#{1,6} (.+)$", markdown(path), flags=re.M)}


@every_notebook
def test_its_first_and_last_cell_lead_to_its_neighbours_and_the_map(path):
    place = NOTEBOOKS.index(path)
    before = [NOTEBOOKS[place - 1].name] if place else []
    after = [other.name for other in NOTEBOOKS[place + 1 : place + 2]]
    map_link = "#The-map" if path.name == MAP else f"{MAP}#The-map"
    for cell in (read(path).cells[0], read(path).cells[-1]):
        (line,) = [line for line in cell.source.splitlines() if "[The map](" in line]
        assert LINK.findall(line) == [*before, map_link, *after]
        assert line.startswith("← ") == bool(before) and line.endswith(" →") == bool(after)


@every_notebook
def test_a_link_to_a_heading_finds_it(path):
    for target in LINK.findall(markdown(path)):
        name, has_anchor, anchor = target.partition("#")
        if has_anchor and "://" not in target:
            assert anchor in anchors(path.parent / name if name else path), target


@every_notebook
def test_a_chapter_that_is_spoken_of_is_a_link(path):
    here = path.stem[:2]
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            # A number in place of each link, so that the second of "chapters [05](…) and 07" is seen.
            named = " ".join(CHAPTERS_NAMED.findall(LINK.sub(here, NOT_PROSE.sub("", cell.source))))
            assert set(re.findall(r"\b\d\d\b", named)) <= {here}, cell.source


@every_notebook
def test_every_paper_is_a_link(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            plain = LINK.sub("", NOT_PROSE.sub("", cell.source))
            assert re.findall(r"\b\d{4}\.\d{4,5}\b|\b10\.\d{4,9}/\S+", plain) == []


def test_the_metadata_is_what_ipykernel_tells_jupyterlab():
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelspec import get_kernel_dict

    spec, version = get_kernel_dict(), METADATA["language_info"]["version"]
    assert METADATA["kernelspec"] == {"name": "python3", **{key: spec[key] for key in ("display_name", "language")}}
    assert METADATA["language_info"] == {**IPythonKernel.language_info, "version": version}


@every_notebook
def test_opening_it_in_jupyterlab_changes_nothing(path):
    book = read(path)
    assert book.metadata == METADATA
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    cleaned = read(path)
    clean(cleaned)
    assert cleaned == book


@pytest.mark.parametrize(("gpus", "asked", "left"), [(0, "laptop", None), (0, "full", "full"), (1, "laptop", "laptop")])
def test_a_budget_that_the_machine_chooses_anyway_is_left_to_it(gpus, asked, left, monkeypatch):
    import tensorflow as tf

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: ["GPU"] * gpus)
    monkeypatch.setenv("WGANLIB_BUDGET", asked)
    leave_the_budget_to_the_machine()
    assert os.environ.get("WGANLIB_BUDGET") == left


@every_notebook
def test_what_nbval_is_told_stands_in_tags(path):
    for cell in read(path).cells:
        assert "NBVAL_" not in cell.source
        assert set(cell.metadata.get("tags", [])) <= TAGS
    assert any("tags" in cell.metadata for cell in code_cells(path))


@every_notebook
def test_a_code_cell_fits_on_a_screen(path):
    assert max(len(cell.source.splitlines()) for cell in code_cells(path)) < 40


@every_notebook
def test_the_first_cell_says_what_to_expect(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith(f"# {path.stem[:2]} · ")
    assert "able to" in first.source
    assert re.search(r"^\*\*Time:\*\* .+ to run on a laptop\b", first.source, re.M)


@every_notebook
def test_the_set_up_cell_is_the_same_everywhere(path):
    assert code_cells(path)[0].source.strip() == SET_UP


@every_notebook
def test_outputs_come_from_one_clean_run(path):
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    assert any({"image/png", "image/svg+xml"} & set(output.get("data", {})) for output in outputs)
    texts = [output.get("text", "") + str(output.get("data", {}).get("text/plain", "")) for output in outputs]
    for text in texts:
        assert not re.search(r"(?:/home|/root|/tmp|/Users|/content|/work)/\w|[A-Z]:\\\\", text), text[:300]
    assert "budget: laptop" in texts[0]


@every_notebook
def test_it_ends_with_what_is_known_and_references(path):
    text = markdown(path)
    assert "What you now know" in text
    assert re.search(r"arXiv[: ]*\[?\d{4}\.\d{4,5}", text), "no reference by arXiv number"


@every_notebook
def test_an_explorer_has_a_static_twin(path):
    sources = "\n".join(cell.source for cell in code_cells(path))
    assert "Explorer(" in sources and ".still(" in sources
    cells = read(path).cells
    for before, cell in itertools.pairwise(cells):
        if cell.cell_type == "code" and ".still(" in cell.source:
            assert before.cell_type == "markdown" and STILL.match(before.source.splitlines()[-1])


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.stem[:2] != "00"], ids=lambda path: path.stem)
def test_exercises_and_quiz(path):
    sources = [cell.source for cell in code_cells(path)]
    exercises = [source for source in sources if re.search(r"^my_\w+ = \.\.\.", source, re.M)]
    # In chapter 11 each bug is an exercise: at least the ten that the curriculum asks for, and two that ask which.
    fewest, most = (10, 14) if path.stem[:2] == "11" else (3, 5)
    assert fewest <= len(exercises) <= most
    assert all("course.checks.check_" in source for source in exercises)
    assert len(SOLUTION.findall(markdown(path))) == len(exercises)
    quizzes = [number for source in sources for number in re.findall(r"\bcourse\.quiz\(\"(\d\d)\"\)", source)]
    assert quizzes == [path.stem[:2]]
    assert wl.course.quizzes.load_quiz(path.stem[:2])


@every_notebook
def test_drawn_figures_exist(path):
    for name in re.findall(r"course\.load_figure\(\"([^\"]+)\"\)", "\n".join(cell.source for cell in code_cells(path))):
        wl.course.load_figure(name)


@pytest.mark.parametrize("blocks", list(solutions()))
def test_the_solution_passes_its_check(blocks):
    assert len(blocks) == 1, "a solution is one fenced Python block"
    *lines, last = blocks[0].strip().splitlines()
    with contextlib.redirect_stdout(io.StringIO()):
        names = {"wl": wl, "course": wl.course, "budget": wl.training.choose_budget("smoke")}
        exec("\n".join(lines), names)
        verdict = eval(last, names)
    assert isinstance(verdict, wl.course.checks.Verdict), f"the last line is not a check: {last}"
    assert verdict.ok, verdict.message
