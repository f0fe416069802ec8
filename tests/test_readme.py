"""What README and CONTRIBUTING show as code works as a reader runs it; Python in a notebook that has seen nothing."""

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
import stamp_address
from nbclient import NotebookClient
from PIL import Image

from wganlib.course.quizzes import load_quiz

ROOT = Path(__file__).resolve().parents[1]
TEXT = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "CONTRIBUTING.md"))
# (language, block, None) or (None, None, `span`), as they stand on the pages.
FENCE, SPAN = r"^```(\w*)\n(.*?)^```$", r"`([^`\n]+)`"
CODE = [match.groups() for match in re.finditer(f"{FENCE}|{SPAN}", TEXT, flags=re.S | re.M)]
BLOCKS = [(language, block) for language, block, _ in CODE if block is not None]
SPANS = [span for *_, span in CODE if span is not None]
PROGRAMS = ("make ", "python ", "pip ", ".venv/bin/pip ", "conda ")
COMMANDS = sorted(
    {line for language, block in BLOCKS if language == "sh" for line in block.splitlines() if line.strip()}
    | {span for span in SPANS if span.startswith(PROGRAMS)}
)
TRAINS = [command for command in COMMANDS if command.startswith("python -m wganlib.")]

# So many epochs, and the sources' size, are not for a test; and what a reader is to fill in.
SMALLER = {
    '"laptop"': '"smoke"',
    "batch_size=64, epochs=20": "batch_size=2, epochs=1, steps_per_epoch=1",
    "wl.make_dcgan_generator(), wl.make_dcgan_discriminator(norm=None, dropout=0)": (
        "wl.make_mlp_generator(), wl.make_mlp_critic()"
    ),
    '"gradient_penalty")': '"gradient_penalty", steps=2)',
    "FeatureMatchingGAN(…": "FeatureMatchingGAN(gan.generator, wl.make_dcgan_discriminator()",
    "WGANGP(…": "WGANGP(gan.generator, gan.critic",
    "wl.GAN(…": "wl.GAN(gan.generator, gan.critic",
    "discriminator(…, ": "discriminator(",
    "ngram_divergence(…": "ngram_divergence(text, text, 2",
}
# What the calls outside the blocks take for granted.
AT_HAND = """
from pathlib import Path
import numpy as np
from PIL import Image

Path("folder/cats").mkdir(parents=True)
Image.new("L", (40, 30)).save("folder/cats/picture.png")
samples, test_digits, images = digits[:40], digits[40:80], digits[80:120]
critic = wl.make_mlp_critic((2,), (4,))
real, fake = np.zeros((8, 2), "float32"), np.ones((8, 2), "float32")
text, batch_size = wl.load_text(16)[1][:50], 32
"""


def cells():
    """The Python of both pages in their order: blocks, and calls of wganlib in the text."""
    sources = [block or span for language, block, span in CODE if language == "python" or str(span).startswith("wl.")]
    last = max(index for index, source in enumerate(sources) if "\n" in source)
    sources.insert(last + 1, AT_HAND)
    for full, small in SMALLER.items():
        assert any(full in source for source in sources), f"the pages do not say {full} any more"
        sources = [source.replace(full, small) for source in sources]
    return sources


def test_every_block_says_what_it_is():
    assert {language for language, _ in BLOCKS} == {"python", "sh", "text"}
    assert re.findall(r"^(?:~~~| {4}\S).*", re.sub(FENCE, "", TEXT, flags=re.S | re.M), flags=re.M) == []
    assert len(COMMANDS) >= 15 and sum("wl." in source for source in cells()) >= 15
    assert [source for source in cells() if "…" in source] == []  # SMALLER fills every gap


def test_the_readme_counts_what_the_course_has():
    chapters = sorted((ROOT / "notebooks").glob("*.ipynb"))
    cells = [cell for path in chapters for cell in nbformat.read(path, 4).cells]
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    explorers = len(re.findall(r"\bwidgets\.\w*Explorer\(", code))
    exercises = len(re.findall(r"^course\.checks\.check_", code, flags=re.M))
    questions = sum(len(load_quiz(path.stem[:2])) for path in chapters[1:])
    found = (
        f"{explorers} explorers with sliders, {exercises} exercises that check themselves, {questions} quiz questions"
    )
    assert found in " ".join(TEXT.split()), found


@pytest.mark.slow
def test_the_python_of_the_pages_runs_and_shows_its_pictures(tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells()]
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    for cell in notebook.cells:
        pictures = sum("image/png" in output.get("data", {}) for output in cell.outputs)
        assert pictures == cell.source.count("wl.plot_") + cell.source.count("show=True"), cell.source


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in TRAINS])
def test_a_command_of_the_pages_is_understood(command, pyproject):
    words = shlex.split(command.replace("…", "x"), comments=True)
    program = Path(words[0]).name
    if program == "make":
        assert done("make", "--dry-run", "--always-make", *words[1:]) == 0
    elif program == "pip":
        check_extras(words, pyproject["project"]["optional-dependencies"])
    elif program == "git":
        assert words[:3] == ["git", "clone", stamp_address.address()] and words[4:] == ["&&", "cd", words[3]]
    elif program == "python":
        assert words[1:] == ["-m", "venv", ".venv"] or (ROOT / words[1]).is_file()
    else:
        assert words[:4] == ["conda", "env", "create", "-f"] and (ROOT / words[4]).is_file()


@pytest.mark.slow
def test_a_run_of_the_pages_is_begun_goes_on_and_draws_as_they_say(tmp_path):
    generate, train = (shlex.split(command)[1:] for command in sorted(TRAINS))
    minutes = train.index("--minutes")
    train[minutes : minutes + 2] = ["--steps", "4"]  # an hour is not for a test
    (tmp_path / "folder").mkdir()
    for number, pixels in enumerate(np.random.default_rng(0).integers(0, 255, (20, 40, 30, 3), np.uint8)):
        Image.fromarray(pixels).save(tmp_path / "folder" / f"{number}.png")
    for words in (train, [*train, "--resume"], generate):
        assert done(sys.executable, *words, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache")) == 0
    run = tmp_path / "runs" / "mine"
    assert (run / "generator.keras").is_file()
    assert {"grid.png", "interpolation.gif"} <= {path.name for path in (run / "generated_seed_7").iterdir()}


def test_a_setting_of_make_changes_what_it_does_and_names_what_exists():
    made = sorted({command.split()[1] for command in COMMANDS if command.startswith("make ")})
    found = 0
    for span in SPANS:
        words = span.replace("…", "x").split()
        for setting in words:
            name, _, value = setting.partition("=")
            if not (name.isalpha() and name.isupper() and value):
                continue
            found += 1
            # Of the command that it stands in; where it stands alone, of any that the pages name.
            targets = words[1:2] if words[0] == "make" else made
            assert any(plan(target, setting) != plan(target) for target in targets), f"make knows no {setting}"
            assert not value.startswith(("tests/", "notebooks/")) or (ROOT / value).exists()
    assert found >= 10


@cache
def plan(*words):
    """What make would do if nothing were there yet."""
    command = ["make", "--dry-run", "--always-make", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def done(*words, cwd=ROOT, **environment):
    """The exit status of a program."""
    environment = {**os.environ, "WGANLIB_BUDGET": "smoke", **environment}
    process = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True)
    print(process.stdout, process.stderr)
    return process.returncode


def check_extras(words, extras):
    """The arguments of pip name some of these extras."""
    from packaging.requirements import Requirement

    assert words[1] == "install"
    what = words[-1] if words[2] != "-e" else f"wganlib{words[3].removeprefix('.')}"
    asked = Requirement(what)
    assert asked.name == "wganlib" and asked.extras
    assert asked.extras <= extras.keys()
