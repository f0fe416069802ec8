"""Grids of samples, their animation, and live curves."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from wganlib.callbacks import pictures
from wganlib.callbacks.pictures import LiveCurves, SampleGrid
from wganlib.data.pixels import to_pixels, to_samples
from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator
from wganlib.plots.figures import plot_images
from wganlib.training.input_pipeline import batches
from wganlib.training.trainers import WGANGP


def test_the_grid_keeps_the_same_z_as_the_generator_learns(watched):
    _, _, grid, samples, _, _ = watched
    assert grid.epochs == [0, 1, 2, 3]
    for frame, expected in zip(grid.frames, samples, strict=True):
        np.testing.assert_array_equal(frame, to_samples(to_pixels(expected)))
    assert all(np.abs(a - b).max() > 1e-3 for a, b in pairwise(samples))


def test_a_second_fit_replaces_no_file_of_the_first(watched):
    folder = watched[4]
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["epoch_0000.png", "epoch_0001.png", "epoch_0002.png", "epoch_0003.png"]
    assert len({path.read_bytes() for path in folder.iterdir()}) == 4
    with Image.open(folder / "epoch_0000.png") as picture:
        assert min(picture.size) > 100


def test_the_animation_has_every_frame(watched, tmp_path):
    grid = watched[2]
    grid.save_gif(tmp_path / "run.gif", milliseconds=120, scale=3)
    with Image.open(tmp_path / "run.gif") as animation:
        assert animation.n_frames == 4
        assert animation.size == (3 * 8 * 3, 2 * 8 * 3)  # six images in three columns
        assert animation.info["loop"] == 0
        for index, frame in enumerate(grid.frames):
            animation.seek(index)
            assert animation.info["duration"] == (120 if index < 3 else 2000)
            grey = np.asarray(animation.convert("L"))[::3, ::3]
            np.testing.assert_array_equal(grey[:8, :8], to_pixels(frame[0, ..., 0]))
            np.testing.assert_array_equal(grey[8:, 16:], to_pixels(frame[5, ..., 0]))


def test_colour_frames_make_a_colour_animation(tmp_path):
    grid = SampleGrid()
    red = np.full((1, 4, 4, 3), -1.0)
    red[..., 0] = 1
    grid.set_state({"epochs": np.arange(2), "frames": np.array([red, -red]), "seen": np.array(1)})
    grid.save_gif(tmp_path / "colour.gif", scale=1)
    with Image.open(tmp_path / "colour.gif") as animation:
        assert np.asarray(animation.convert("RGB"))[0, 0].tolist() == [255, 0, 0]
        animation.seek(1)
        assert np.asarray(animation.convert("RGB"))[0, 0].tolist() == [0, 255, 255]


def test_every_counts_epochs(quick, images):
    trainer, grid = quick(), SampleGrid(count=2, every=2)
    data = batches(images, trainer, 4, steps_per_epoch=1)
    trainer.fit(data, epochs=3, verbose=0, callbacks=[grid])
    assert grid.epochs == [0, 2]
    trainer.fit(data, epochs=1, verbose=0, callbacks=[grid])
    assert grid.epochs == [0, 2, 4]
    resumed = SampleGrid(count=2, every=2)
    trainer.fit(data, initial_epoch=6, epochs=8, verbose=0, callbacks=[resumed])
    assert resumed.epochs == [6, 8]


def test_a_grid_says_of_how_many_epochs_it_is_in_as_many_columns_as_asked(quick, images, tmp_path, monkeypatch):
    drawn = []

    def draw(samples, columns, title):
        drawn.append((columns, title))
        return plot_images(samples, columns, title=title)

    monkeypatch.setattr(pictures, "plot_images", draw)
    trainer, grid = quick(), SampleGrid(count=2, folder=tmp_path, columns=1)
    data = batches(images, trainer, 4, steps_per_epoch=1)
    trainer.fit(data, epochs=2, verbose=0, callbacks=[grid])
    trainer.fit(data, epochs=1, verbose=0, callbacks=[grid])
    titles = ["epoch 0 of 2", "epoch 1 of 2", "epoch 2 of 2", "epoch 3 of 3"]
    assert drawn == [(1, title) for title in titles]


def test_impossible_grids_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"`count` must be a whole number of at least 1\. Received: 0"):
        SampleGrid(count=0)
    with pytest.raises(ValueError, match=r"`every` must be a whole number of at least 1\. Received: 0"):
        SampleGrid(every=0)
    with pytest.raises(ValueError, match="at least one frame"):
        SampleGrid().save_gif(tmp_path / "none.gif")


def test_frames_are_kept_as_pixels_and_a_state_with_samples_is_read(watched):
    grid = watched[2]
    state = grid.get_state()
    assert state["frames"].dtype == np.uint8 and state["frames"].shape == (4, 6, 8, 8, 1)
    before = state | {"frames": np.array(watched[3])}  # as states were written before
    for saved in (state, before):
        resumed = SampleGrid(count=6)
        resumed.set_state(saved)
        np.testing.assert_array_equal(resumed.frames, grid.frames)
        assert resumed.epochs == grid.epochs and resumed.get_state()["frames"].dtype == np.uint8


def test_points_are_not_images(adam):
    trainer = WGANGP(make_mlp_generator(3, (2,), (4,)), make_mlp_critic((2,), (4,)), n_critic=1)
    trainer.compile(adam(), adam(), run_eagerly=True)
    with pytest.raises(ValueError, match=r"generator of images .*Received: one of samples of shape \(2,\)\."):
        trainer.fit(np.zeros((4, 2), np.float32), batch_size=4, verbose=0, callbacks=[SampleGrid()])
    assert int(trainer.step.numpy()) == 0


class Screen:
    """Stands where the notebook would show a picture."""

    def __init__(self):
        self.pictures = []

    def update(self, figure):
        self.pictures.append(figure)


def test_live_curves_draw_what_they_hold(quick, images, monkeypatch):
    screen = Screen()
    monkeypatch.setattr(pictures, "_open_display", lambda: screen)
    live = LiveCurves(seconds=0)
    trainer = quick()
    trainer.fit(batches(images, trainer, 4), verbose=0, callbacks=[live])
    assert len(screen.pictures) == 5 + 1
    assert [len(figure.axes[0].lines[0].get_xdata()) for figure in screen.pictures] == [1, 2, 3, 4, 5, 5]
    np.testing.assert_array_equal(screen.pictures[-1].axes[0].lines[0].get_ydata(), live.curves["wasserstein"])


def test_outside_a_notebook_nothing_is_drawn_or_printed(quick, images, capsys, monkeypatch):
    monkeypatch.setattr(pictures, "plot_images", None)
    monkeypatch.setattr(pictures, "plot_curves", None)
    trainer = quick()
    shown = [LiveCurves(seconds=0), SampleGrid(count=2, show=True)]
    trainer.fit(batches(images, trainer, 4, steps_per_epoch=1), verbose=0, callbacks=shown)
    assert len(shown[0].steps) == 1 and shown[1].epochs == [0, 1]
    assert capsys.readouterr().out == ""


def test_saving_grids_leaves_pyplot_alone(quick, images, tmp_path):
    plt.close("all")
    ones_own, trainer = plt.figure(), quick()
    data = batches(images, trainer, 4, steps_per_epoch=1)
    trainer.fit(data, verbose=0, callbacks=[SampleGrid(count=2, folder=tmp_path)])
    assert plt.get_fignums() == [ones_own.number]
    plt.close(ones_own)


@pytest.mark.slow
def test_a_full_disk_costs_pictures_not_the_training(quick, images, full_disk, tmp_path):
    trainer, grid = quick(), SampleGrid(count=2, folder=tmp_path)
    data = batches(images, trainer, 4, steps_per_epoch=1)
    trainer.fit(data, verbose=0, callbacks=[grid])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with full_disk(500), pytest.warns(UserWarning, match=r"epoch_0002\.png could not be written"):
        trainer.fit(data, verbose=0, callbacks=[grid])
    assert grid.epochs == [0, 1, 2]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    trainer.fit(data, verbose=0, callbacks=[grid])
    assert sorted(path.name for path in tmp_path.iterdir()) == [*sorted(before), "epoch_0003.png"]
