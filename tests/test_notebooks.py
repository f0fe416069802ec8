"""The form of the chapters: what every notebook has, and that its committed outputs come from one clean run."""

import contextlib
import io
import re
from pathlib import Path

import nbformat
import pytest

import wganlib as wl

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SET_UP = """\
# Set-up: the same in JupyterLab, in Colab (where it installs the package first) and under test.
try:
    import wganlib as wl
except ModuleNotFoundError:
    %pip install --quiet "wganlib[notebooks] @ git+ADDRESS"
    import wganlib as wl

budget = wl.start()"""
SOLUTION = re.compile(r"<details>\s*<summary>Solution</summary>\s*\n\n(.*?)</details>", re.S)
CODE = re.compile(r"```python\n(.*?)```", re.S)


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


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 2


@every_notebook
def test_the_first_cell_says_what_to_expect(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith(f"# {path.stem[:2]} · ")
    assert f"/blob/main/notebooks/{path.name})" in first.source
    for word in ("able to", "CPU", "GPU"):
        assert word in first.source


@every_notebook
def test_the_set_up_cell_is_the_same_everywhere(path):
    source = code_cells(path)[0].source.strip()
    assert re.sub(r"git\+[^\"]+", "git+ADDRESS", source) == SET_UP


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


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.stem[:2] != "00"], ids=lambda path: path.stem)
def test_exercises_and_quiz(path):
    sources = [cell.source for cell in code_cells(path)]
    exercises = [source for source in sources if re.search(r"^my_\w+ = \.\.\.", source, re.M)]
    # In chapter 10 each bug is an exercise: at least the ten that the curriculum asks for.
    fewest, most = (10, 12) if path.stem[:2] == "10" else (3, 5)
    assert fewest <= len(exercises) <= most
    assert all("wl.checks.check_" in source for source in exercises)
    assert len(SOLUTION.findall(markdown(path))) == len(exercises)
    assert any(f'wl.quiz("{path.stem[:2]}")' in source for source in sources)


@every_notebook
def test_drawn_figures_exist(path):
    for name in re.findall(r"wl\.load_figure\(\"([^\"]+)\"\)", "\n".join(cell.source for cell in code_cells(path))):
        wl.load_figure(name)


@pytest.mark.parametrize("blocks", list(solutions()))
def test_the_solution_passes_its_check(blocks):
    assert len(blocks) == 1, "a solution is one fenced Python block"
    *lines, last = blocks[0].strip().splitlines()
    with contextlib.redirect_stdout(io.StringIO()):
        names = {"wl": wl, "budget": wl.choose_budget("smoke")}
        exec("\n".join(lines), names)
        verdict = eval(last, names)
    assert isinstance(verdict, wl.checks.Verdict), f"the last line is not a check: {last}"
    assert verdict.ok, verdict.message
