"""benchmarks/conditional_training.py: small runs of the kind that it makes. Nothing is timed here."""

from dataclasses import replace

import conditional_training
import numpy as np
import pytest
import same_minutes

from wganlib.training.recipes import SMOKE

TINY = replace(SMOKE, name="tiny", steps=2, steps_per_epoch=1)


class Copier:
    """In a trainer's place: draws real images, of the class that is asked for."""

    def __init__(self, images, labels):
        self.images, self.labels, self.n_classes = images, labels, int(labels.max()) + 1

    def sample(self, count, seed=0, *, labels=None):
        asked = np.resize(np.arange(self.n_classes) if labels is None else labels, count)
        return np.stack([self.images[self.labels == label][place % 20] for place, label in enumerate(asked)])


@pytest.mark.slow
def test_real_digits_are_drawn_as_asked(monkeypatch):
    monkeypatch.setattr(conditional_training, "SAMPLES", 100)
    monkeypatch.setattr(conditional_training, "OF_EACH", 20)
    train, (images, labels) = conditional_training.digits()
    found = conditional_training.digit_measures(Copier(*train), (images[:100], labels[:100]))
    assert found["as_asked"] > 0.95 and len(found["as_asked_of_each"]) == 10
    shifted = conditional_training.digit_measures(Copier(train[0], (train[1] + 1) % 10), (images[:100], labels[:100]))
    assert shifted["as_asked"] < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("name", ["digits", "emoji"])
def test_both_kinds_of_run_are_made_once(name, tmp_path, monkeypatch):
    monkeypatch.setattr(conditional_training, "SAMPLES", 40)
    monkeypatch.setattr(conditional_training, "OF_EACH", 4)
    monkeypatch.setattr(same_minutes, "seconds_per_step", lambda *_: 30.0)
    found = conditional_training.runs(TINY, name, minutes=1, seeds=1, work=tmp_path)
    assert [one["steps"] for (one,) in found.values()] == [2, 2]
    measure = {"digits": "frechet", "emoji": "patches"}[name]
    assert all(one[measure] > 0 for (one,) in found.values())
    assert (tmp_path / f"{name}_conditional_seed_0.png").is_file()
    monkeypatch.setattr(type(TINY), "build", lambda *_, **__: pytest.fail("trained again"))
    assert conditional_training.runs(TINY, name, minutes=1, seeds=1, work=tmp_path) == found
