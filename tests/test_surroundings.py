"""What the package leaves alone: files outside the run folder and the user's cache, the network, pickles."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import wganlib
from wganlib.data import digits

FILES = sorted(Path(wganlib.__file__).parent.rglob("*.py"))
# A session as in the notebooks. An audit hook hears of every file that Python opens for writing and of every address.
SESSION = """
import json, os, sys
heard = []

def hear(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        heard.append(f"{event} {arguments[-1] if event == 'socket.connect' else arguments[:2]}")

sys.addaudithook(hear)
import wganlib as wl

budget = wl.course.start("smoke")
digits = wl.load_digits(source="sample")
run = "runs/mine"
trainer = wl.recipe(budget.name).build(seed=0)
history, grid = wl.IterationHistory(), wl.SampleGrid(count=4, folder=f"{run}/samples")
callbacks = [history, grid, wl.ExactResume(f"{run}/states", also=[history, grid]), wl.HealthAlarm(), wl.LiveCurves()]
trainer.fit(wl.batches(digits[:200], trainer, 16, steps_per_epoch=2), epochs=2, verbose=0, callbacks=callbacks)
grid.save_gif(f"{run}/training.gif")
wl.diagnose(history, trainer=trainer, real=digits[:200])
wl.plot_curves(history)
wl.course.widgets.DistancesExplorer()
wl.course.quizzes.load_quiz("05")
wl.course.load_figure("generator")
wl.metrics.digit_features(wl.load_pretrained().predict(wl.sample_latent(wl.load_pretrained(), 4), verbose=0))
print(json.dumps(heard))
"""


def calls(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), {word.arg: ast.unparse(word.value) for word in node.keywords}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.slow
def test_a_session_writes_to_its_run_folder_and_the_users_cache_alone_and_uses_no_network(tmp_path):
    home, here, temporary = (tmp_path / name for name in ("home", "here", "temporary"))
    for folder in (home, here, temporary):
        folder.mkdir()
    own = {"HOME": str(home), "USERPROFILE": str(home), "TMPDIR": str(temporary), "TFDS_DATA_DIR": str(home / "tfds")}
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MPL", "KERAS", "IPYTHON"))
    }
    done = subprocess.run(
        [sys.executable, "-c", SESSION], cwd=here, env={**kept, **own}, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert {path.name for path in here.iterdir()} == {"runs"}
    run = {str(path.relative_to(here / "runs" / "mine")) for path in here.rglob("*") if path.is_file()}
    samples = {f"samples/epoch_000{number}.png" for number in range(3)}
    assert run == {"training.gif", "states/epoch_0001.npz", "states/epoch_0002.npz", *samples}
    # Matplotlib's font list, Keras' and IPython's own settings.
    assert {path.name for path in home.iterdir()} <= {".cache", ".config", ".keras", ".matplotlib", ".ipython"}
    # TensorFlow's autograph imports what it rewrites from a temporary file, and Python leaves its bytecode there.
    left = [path.name for path in temporary.rglob("*") if path.is_file()]
    assert [name for name in left if not (name.startswith("__autograph") and name.endswith(".pyc"))] == []


def test_only_the_digits_know_of_a_network():
    network = {"socket", "urllib", "requests", "http", "ftplib", "tensorflow_datasets", "ssl", "httpx"}
    users = {path.name: network & set(imported(path)) for path in FILES if network & set(imported(path))}
    assert users == {"digits.py": {"socket", "tensorflow_datasets"}}
    fetching = [(path.name, name) for path in FILES for name, _ in calls(path) if "get_file" in name]
    assert fetching == []


def test_pickles_and_code_in_files_are_never_trusted():
    trusting = {"pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle", "torch"}
    assert {path.name: trusting & set(imported(path)) for path in FILES if trusting & set(imported(path))} == {}
    for path in FILES:
        for name, words in calls(path):
            if name.endswith("np.load"):
                assert words.get("allow_pickle", "False") == "False", path
            assert not name.endswith("enable_unsafe_deserialization"), path
            assert words.get("safe_mode", "True") == "True", path
            assert name not in {"eval", "os.system"}, path


@pytest.mark.parametrize("verbose", [True, False])
def test_a_download_is_announced_and_its_hashes_are_checked(verbose, monkeypatch, tmp_path, capsys):
    said, asked = [], []

    def download_and_prepare(**options):
        said.append(capsys.readouterr().out)
        asked.append(options)

    arrays = {"image": np.zeros((2, 28, 28, 1), np.uint8), "label": np.zeros(2, np.uint8)}
    builder = SimpleNamespace(download_and_prepare=download_and_prepare, as_dataset=lambda **options: arrays)
    tfds = SimpleNamespace(builder=lambda name, data_dir: builder, as_numpy=lambda dataset: dataset)
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", tfds)
    monkeypatch.setattr(digits, "find_spec", lambda name: True)
    monkeypatch.setattr(digits, "_network_answers", lambda: True)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    assert digits.load_digits("test", verbose=verbose).shape == (2, 28, 28, 1)
    if verbose:
        assert "Downloading MNIST (11 MB)" in said[0] and str(tmp_path) in said[0]
    # TFDS compares what it downloads with the hashes it ships, unless an option says otherwise.
    assert asked == [{}]
