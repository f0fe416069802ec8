"""benchmarks/own_images.py: its measure of a checkerboard, and a small run of the kind that it makes."""

from dataclasses import replace

import few_pictures
import numpy as np
import own_images
import pytest
import same_minutes

from wganlib.training.recipes import SMOKE


def test_a_checkerboard_is_all_of_one_frequency():
    rows, columns = np.indices((8, 8))
    fine, coarse = ((-1.0) ** (rows // cell + columns // cell) for cell in (1, 2))
    found = [own_images.checkerboard(board[None, ..., None]) for board in (fine, coarse)]
    assert found[0] == {"2": 1.0, "4": 0.0} and found[1]["2"] == 0 and found[1]["4"] == pytest.approx(0.25)
    noise = np.random.default_rng(0).normal(size=(200, 8, 8, 1))
    assert own_images.checkerboard(noise)["2"] == pytest.approx(1 / 63, rel=0.2)


@pytest.mark.slow
def test_a_run_is_made_once_and_measured_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(own_images, "SAMPLES", 64)
    monkeypatch.setitem(own_images.PARTS, "32", (32, replace(SMOKE, name="tiny", steps_per_epoch=1, resize=True)))
    monkeypatch.setattr(same_minutes, "seconds_per_step", lambda *_: 5.0)
    monkeypatch.setattr(own_images, "emoji", lambda size: tuple(part[:40] for part in few_pictures.emoji(size)))
    (found,) = own_images.runs("32", minutes=1, seeds=1, work=tmp_path)
    assert len(set(found["patches_of_other_z"])) == own_images.OTHERS
    assert found["steps"] == found["patches"][-1][0] == 12 and len(found["patches"]) == 10
    assert found["end"]["count"] == 64 and np.isfinite(found["gap"]).all()
    for name in ("32_seed_0.png", "32_seed_0_nearest.png", "32_seed_0.keras"):
        assert (tmp_path / name).is_file()
    monkeypatch.setattr(own_images, "trained", lambda *_: pytest.fail("trained again"))
    assert own_images.runs("32", minutes=1, seeds=1, work=tmp_path) == [found]
