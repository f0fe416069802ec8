"""The figure of chapter 06 says what the trainers do by default."""

import importlib
import re
import sys
from pathlib import Path

import pytest

import wganlib as wl

IMAGES = Path(__file__).resolve().parents[2] / "images"


@pytest.fixture(scope="module")
def texts():
    sys.path.insert(0, str(IMAGES))
    drawing = importlib.import_module("drawings.wgan")
    sys.path.remove(str(IMAGES))
    return [text.get_text() for text in drawing.five_changes().axes[0].texts]


def trainer(kind):
    made = kind(wl.make_mlp_generator(2, (2,), (3,), output=None), wl.make_mlp_critic((2,), (3,)))
    made.compile()
    return made


def test_five_changes_are_numbered(texts):
    numbers = [text for text in texts if re.fullmatch(r"\d", text)]
    # What is taken away or replaced is numbered in both rows; the clip is new.
    assert sorted(numbers) == ["1", "1", "2", "2", "3", "4", "4", "5", "5"]


def test_the_settings_are_those_of_the_trainers(texts):
    wgan, gan = trainer(wl.WGAN), trainer(wl.GAN)
    everything = " ".join(texts).replace("−", "-")
    assert re.findall(r"(\d+) updates? of D", everything) == [str(gan.n_critic), str(wgan.n_critic)]
    assert f"[-{wgan.clip}, {wgan.clip}]" in everything
    assert float(re.search(r"rate (\S+)", everything)[1]) == pytest.approx(float(wgan.optimizer.learning_rate))
    assert type(wgan.optimizer).__name__.lower() == "rmsprop" and "RMSProp" in everything
    assert float(re.search(r"β₁ = (\S+)", everything)[1]) == gan.optimizer.beta_1
