"""What watches a training shows what happened in it."""

from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from wganlib import callbacks
from wganlib.batches import batches
from wganlib.callbacks import HealthAlarm, IterationHistory, LiveCurves, SampleGrid, TimeLeft

STEPS = 5  # an epoch of 40 images


def quick(make_trainer, adam, **options):
    trainer = make_trainer(n_critic=2)
    trainer.compile(adam(), adam(), **{"jit_compile": False, **options})
    return trainer


@pytest.fixture(scope="module")
def truth(make_trainer, images, adam):
    """Every step's own numbers, from calling the step itself with fresh means: {name: (10,)}."""
    trainer = quick(make_trainer, adam)
    step, rows = tf.function(trainer.train_step), []
    for _ in range(2):
        for element in batches(images, trainer, 4):
            trainer.reset_metrics()
            rows.append({name: float(value) for name, value in step(element).items()})
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@pytest.fixture(scope="module")
def watched(make_trainer, images, adam, tmp_path_factory):
    """One training of two epochs, and another of one, under every callback at once."""
    folder = tmp_path_factory.mktemp("grids") / "new"
    trainer = quick(make_trainer, adam)
    history, grid = IterationHistory(), SampleGrid(count=6, folder=folder)
    samples = [trainer.sample(6)]
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: samples.append(trainer.sample(6)))
    both = {"verbose": 0, "callbacks": [history, grid, note, HealthAlarm(every=1)]}
    trainer.fit(batches(images, trainer, 4), epochs=2, **both)
    two_epochs = history.steps.copy(), history.curves
    trainer.fit(batches(images, trainer, 4), epochs=1, **both)
    return trainer, history, grid, samples, folder, two_epochs


# IterationHistory.


def test_the_history_has_every_steps_own_numbers(watched, truth):
    steps, curves = watched[5]
    np.testing.assert_array_equal(steps, np.arange(1, 11))
    assert set(curves) == {"wasserstein", "gradient_penalty", "gradient_norm", "critic_loss", "generator_loss"}
    for name, curve in curves.items():
        np.testing.assert_allclose(curve, truth[name], rtol=1e-4, atol=1e-5, err_msg=name)
    # Not the running means that Keras logs.
    assert np.abs(curves["wasserstein"][1:5] - np.cumsum(truth["wasserstein"])[1:5] / np.arange(2, 6)).max() > 1e-2


def test_a_second_fit_adds_to_the_history(watched):
    history, (_, curves) = watched[1], watched[5]
    np.testing.assert_array_equal(history.steps, np.arange(1, 16))
    for name, curve in curves.items():
        np.testing.assert_array_equal(history.curves[name][:10], curve)


def test_fused_steps_are_recorded_as_their_means(make_trainer, images, adam, truth):
    trainer, history = quick(make_trainer, adam, steps_per_execution=3), IterationHistory()
    trainer.fit(batches(images, trainer, 4), epochs=2, verbose=0, callbacks=[history])
    # Five steps an epoch: three, then the two that are left.
    np.testing.assert_array_equal(history.steps, [3, 5, 8, 10])
    for name, curve in history.curves.items():
        expected = [truth[name][first:last].mean() for first, last in ((0, 3), (3, 5), (5, 8), (8, 10))]
        np.testing.assert_allclose(curve, expected, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("numbers", [(0, 3), (2, 5)])
def test_keras_may_name_an_execution_by_its_first_or_its_last_step(numbers):
    class Three:
        steps_per_execution = 3

    assert [callbacks._steps_until(number, Three) for number in numbers] == [3, 6]


def test_an_empty_history_is_empty():
    history = IterationHistory()
    assert history.curves == {}
    assert len(history.steps) == 0


# SampleGrid.


def test_the_grid_keeps_the_same_z_as_the_generator_learns(watched):
    _, _, grid, samples, _, _ = watched
    assert grid.epochs == [0, 1, 2, 3]
    for frame, expected in zip(grid.frames, samples, strict=True):
        np.testing.assert_array_equal(frame, expected)
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
            first = np.clip((frame[0, ..., 0] + 1) * 127.5, 0, 255)
            np.testing.assert_allclose(grey[:8, :8], first, atol=2)
            np.testing.assert_allclose(grey[8:, 16:], np.clip((frame[5, ..., 0] + 1) * 127.5, 0, 255), atol=2)


def test_colour_frames_make_a_colour_animation(tmp_path):
    grid = SampleGrid()
    red = np.full((1, 4, 4, 3), -1.0)
    red[..., 0] = 1
    grid.frames = [red, -red]
    grid.save_gif(tmp_path / "colour.gif", scale=1)
    with Image.open(tmp_path / "colour.gif") as animation:
        assert np.asarray(animation.convert("RGB"))[0, 0].tolist() == [255, 0, 0]
        animation.seek(1)
        assert np.asarray(animation.convert("RGB"))[0, 0].tolist() == [0, 255, 255]


def test_every_counts_epochs(make_trainer, images, adam):
    trainer, grid = quick(make_trainer, adam, run_eagerly=True), SampleGrid(count=2, every=2)
    data = batches(images, trainer, 4, steps_per_epoch=1)
    trainer.fit(data, epochs=3, verbose=0, callbacks=[grid])
    assert grid.epochs == [0, 2]
    trainer.fit(data, epochs=1, verbose=0, callbacks=[grid])
    assert grid.epochs == [0, 2, 4]
    resumed = SampleGrid(count=2, every=2)
    trainer.fit(data, initial_epoch=6, epochs=8, verbose=0, callbacks=[resumed])
    assert resumed.epochs == [6, 8]


def test_impossible_grids_are_refused(tmp_path):
    with pytest.raises(ValueError, match="count must be a whole number of at least 1; 0"):
        SampleGrid(count=0)
    with pytest.raises(ValueError, match="every must be a whole number of at least 1; 0"):
        SampleGrid(every=0)
    with pytest.raises(ValueError, match="no frame yet"):
        SampleGrid().save_gif(tmp_path / "none.gif")


# HealthAlarm.


class Spoil(keras.callbacks.Callback):
    """Breaks the generator after a number of steps, as an exploding gradient would."""

    def __init__(self, after):
        super().__init__()
        self.after, self.steps = after, 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.steps == self.after:
            variable = self.model.generator.trainable_variables[0]
            variable.assign(np.full(variable.shape, np.nan))


@pytest.mark.parametrize(("every", "stopped"), [(1, 3), (2, 4), (100, 5)])
def test_the_alarm_stops_a_broken_run_and_names_causes(every, stopped, make_trainer, images, adam, capsys):
    trainer, alarm = quick(make_trainer, adam, run_eagerly=True), HealthAlarm(every=every)
    # Broken after step 2: step 3 is the first whose numbers show it.
    trainer.fit(batches(images, trainer, 4), epochs=4, verbose=0, callbacks=[Spoil(2), alarm])
    assert int(trainer.step.numpy()) == stopped
    printed = capsys.readouterr().out
    assert printed == alarm.message + "\n"
    assert printed.startswith(f"Stopped at step {stopped}: ")
    assert "wasserstein" in printed
    for cause in ("no ε", "learning rate", "β₁", "not scaled to [−1, 1]"):
        assert cause in printed


def test_the_alarm_leaves_a_healthy_run_alone(watched):
    assert int(watched[0].step.numpy()) == 15
    alarm = HealthAlarm()
    alarm.on_train_begin()
    alarm.on_epoch_end(0, {"wasserstein": -1e30})
    assert alarm.message is None


# LiveCurves and TimeLeft.


class Screen:
    """Stands where the notebook would show a picture."""

    def __init__(self):
        self.pictures = []

    def update(self, figure):
        self.pictures.append(figure)


@pytest.mark.parametrize("shared", [True, False])
def test_live_curves_draw_what_the_history_holds(shared, make_trainer, images, adam, monkeypatch):
    screen = Screen()
    monkeypatch.setattr(callbacks, "_Display", lambda: screen)
    trainer, history = quick(make_trainer, adam, run_eagerly=True), IterationHistory()
    live = LiveCurves(history if shared else None, seconds=0)
    trainer.fit(batches(images, trainer, 4), verbose=0, callbacks=[history, live] if shared else [live])
    assert len(screen.pictures) == STEPS + 1
    assert [len(figure.axes[0].lines[0].get_xdata()) for figure in screen.pictures] == [1, 2, 3, 4, 5, 5]
    np.testing.assert_array_equal(screen.pictures[-1].axes[0].lines[0].get_ydata(), live.history.curves["wasserstein"])
    assert (live.history is history) == shared


def test_live_curves_and_grids_do_not_need_a_notebook(make_trainer, images, adam, capsys):
    trainer = quick(make_trainer, adam, run_eagerly=True)
    shown = [LiveCurves(seconds=1e9), SampleGrid(count=2, show=True)]
    trainer.fit(batches(images, trainer, 4, steps_per_epoch=1), verbose=0, callbacks=shown)
    assert capsys.readouterr().out.count("Figure(") == 3  # two grids and the curves at the end


@pytest.mark.parametrize("fused", [1, 3])
def test_time_left_counts_every_step_once(fused, make_trainer, images, adam, capsys):
    trainer = quick(make_trainer, adam, steps_per_execution=fused, run_eagerly=fused == 1)
    trainer.fit(batches(images, trainer, 4), epochs=2, verbose=0, callbacks=[TimeLeft(seconds=0)])
    lines = capsys.readouterr().err.splitlines()
    shown = [line for line in lines if "step " in line and " left" in line]
    done = [int(line.split("step ")[1].split("/")[0]) for line in shown]
    # The first step is the start of the clock, because it holds the compilation.
    assert done == ([2, 3, 4, 5, 6, 7, 8, 9, 10] if fused == 1 else [5, 8, 10])
    assert all("/10 " in line and "wasserstein " in line and "gradient_norm " in line for line in shown)
    assert shown[-1].startswith("epoch 2/2")
    assert shown[-1].endswith("0:00 left")


def test_time_left_shows_a_run_of_one_step(make_trainer, images, adam, capsys):
    trainer = quick(make_trainer, adam, run_eagerly=True)
    trainer.fit(batches(images, trainer, 4, steps_per_epoch=1), verbose=0, callbacks=[TimeLeft()])
    assert "step 1/1" in capsys.readouterr().err
