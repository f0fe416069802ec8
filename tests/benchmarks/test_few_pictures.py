"""benchmarks/few_pictures.py: small runs of the kind that it makes. Nothing is timed here."""

from dataclasses import replace

import few_pictures
import numpy as np
import pytest
import same_minutes

from wganlib.training.recipes import SMOKE

TINY = replace(SMOKE, name="tiny", steps=2, steps_per_epoch=1)


def test_held_out_emoji_are_not_training_emoji():
    train, held_out = few_pictures.emoji()
    assert train.shape == (1177, 32, 32, 3) and held_out.shape == (200, 32, 32, 3)
    flat = {image.tobytes() for image in train}
    assert not any(image.tobytes() in flat for image in held_out)


@pytest.mark.slow
def test_copies_are_counted_beside_real_pictures_at_equal_counts():
    train, held_out = few_pictures.emoji()
    found = few_pictures.measures(train[:60], train, held_out[:80])
    assert found["copies"] > 0.9 and found["coarse"]["copies"] > 0.9 and found["halves"]["count"] == 40
    assert set(found["patches"]) == {"32×32", "16×16"}


@pytest.mark.slow
def test_every_run_is_made_once_with_augmentation_and_without(tmp_path, monkeypatch):
    monkeypatch.setattr(few_pictures, "SAMPLES", 64)
    monkeypatch.setattr(few_pictures, "FEW", 20)
    monkeypatch.setattr(same_minutes, "seconds_per_step", lambda *_: 30.0)
    train, held_out = (part[:40, ::2, ::2] for part in few_pictures.emoji())
    found = few_pictures.runs(TINY, train, held_out, minutes=1, seeds=1, work=tmp_path)
    assert list(found) == ["20", "20_augmented", "40", "40_augmented"]
    for (one,) in found.values():
        assert one["steps"] == 2 and one["verdicts"] and np.isfinite(one["gap"]).all()
    assert (tmp_path / "20_augmented_seed_0.png").is_file()
    monkeypatch.setattr(type(TINY), "build", lambda *_, **__: pytest.fail("trained again"))
    assert few_pictures.runs(TINY, train, held_out, minutes=1, seeds=1, work=tmp_path) == found
