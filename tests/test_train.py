"""The main job without a notebook, as a reader would call it."""

import csv
import json
import subprocess
import sys

import keras
import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "first"
    command = [sys.executable, "-m", "wganlib.train", "--budget", "smoke", "--source", "sample", "--run", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder, done, command


def test_it_leaves_what_it_promises(run):
    folder, done, _ = run
    promised = (
        "generator.keras critic.keras history.csv iterations.csv settings.json samples.png curves.png training.gif"
    )
    assert {path.name for path in folder.iterdir()} == set(promised.split())
    assert str(folder) in done.stdout
    assert "left" in done.stderr


def test_the_networks_load_and_draw(run):
    folder, _, _ = run
    images = keras.models.load_model(folder / "generator.keras").predict(np.zeros((2, 20)), verbose=0)
    assert images.shape == (2, 28, 28, 1) and np.abs(images).max() <= 1
    assert keras.models.load_model(folder / "critic.keras").predict(images, verbose=0).shape == (2, 1)


def test_the_records_agree(run):
    folder, _, _ = run
    settings = json.loads((folder / "settings.json").read_text())
    epochs = list(csv.DictReader((folder / "history.csv").open()))
    iterations = list(csv.DictReader((folder / "iterations.csv").open()))
    assert len(epochs) == settings["epochs"]
    assert [int(row["step"]) for row in iterations] == list(
        range(1, settings["epochs"] * settings["steps_per_epoch"] + 1)
    )
    last = [float(row["wasserstein"]) for row in iterations[-settings["steps_per_epoch"] :]]
    assert np.mean(last) == pytest.approx(float(epochs[-1]["wasserstein"]), rel=1e-3, abs=1e-4)
    assert settings["recipe"]["name"] == "smoke"
    with Image.open(folder / "training.gif") as animation:
        assert animation.n_frames == settings["epochs"] + 1


def test_a_second_run_does_not_overwrite_the_first(run):
    folder, _, command = run
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 2 and "holds a run already" in again.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
