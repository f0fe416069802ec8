"""A run that was stopped, or killed, ends as one that was not; what does not fit is refused and stays as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from wganlib.callbacks.history import IterationHistory
from wganlib.callbacks.pictures import SampleGrid
from wganlib.callbacks.resume import ExactResume
from wganlib.training.batches import batches

KILLS = {"GAN": 6, "WGAN": 7, "WGANGP": 7}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
@pytest.mark.parametrize("kind", KILLS)
def test_a_run_killed_at_random_moments_ends_with_the_weights_of_one_that_was_not(kind, tmp_path):
    script = Path(__file__).with_name("killed_runs.py")
    done = subprocess.run(
        [sys.executable, script, kind, tmp_path, str(KILLS[kind])], capture_output=True, text=True, timeout=580
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert len(report["killed"]) == KILLS[kind] and len(set(report["killed"])) > 3
    # Weights, averages, counters, optimisers, Dropout's generator and the recorded curves.
    assert report["compared"] > 20 and report["different"] == []
    assert report["left"] == ["epoch_0059.npz", "epoch_0060.npz"]


@pytest.fixture
def ready(make_trainer, images, adam):
    """A function that builds a compiled trainer and its data, the same every time but for what it is told; an epoch has
    two steps."""

    def build(rate=1e-3, batch=4, pool=images[:16], **options):
        keras.utils.set_random_seed(5)
        trainer = make_trainer(**{"n_critic": 2, **options})
        trainer.compile(adam(rate), adam(rate), run_eagerly=True)  # tracing takes longer than these steps
        return trainer, batches(pool, trainer, batch)

    return build


def fit(pair, folder, epochs, **options):
    trainer, data = pair
    callback = ExactResume(folder, **options)
    return trainer, trainer.fit(data, epochs=epochs, verbose=0, callbacks=[*options.get("also", ()), callback])


def test_a_run_is_extended_in_place_and_its_callbacks_remember(ready, tmp_path, capsys):
    whole, both = IterationHistory(), (IterationHistory(), SampleGrid(count=2))
    unbroken, _ = fit(ready(), tmp_path / "whole", 3, also=(whole,))
    fit(ready(), tmp_path / "b", 2, also=both)
    again = (IterationHistory(), SampleGrid(count=2))
    resumed, history = fit(ready(), tmp_path / "b", 3, also=again)
    assert "Going on after epoch 2, step 4" in capsys.readouterr().out
    assert history.epoch == [2]
    for a, b in zip(resumed.get_weights(), unbroken.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(again[0].steps, whole.steps)
    for name, curve in whole.curves.items():
        np.testing.assert_array_equal(again[0].curves[name], curve)
    assert again[1].epochs == [0, 1, 2, 3] and np.array_equal(again[1].frames[:3], both[1].frames)


def test_a_finished_run_is_not_trained_again(ready, tmp_path):
    first, _ = fit(ready(), tmp_path, 2)
    second, history = fit(ready(), tmp_path, 2)
    assert history.epoch == [] and int(second.step.numpy()) == int(first.step.numpy())
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_interrupted_fit_goes_on_from_the_last_saved_epoch(ready, tmp_path):
    pair = ready()

    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.model.step.numpy() == 3:  # amid the second epoch
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pair[0].fit(pair[1], epochs=3, verbose=0, callbacks=[ExactResume(tmp_path), Interrupt()])
    assert int(pair[0].step.numpy()) == 3
    resumed, _ = fit(pair, tmp_path, 3)
    unbroken, _ = fit(ready(), tmp_path / "whole", 3)
    for a, b in zip(resumed.get_weights(), unbroken.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_next_fit_without_it_starts_at_epoch_0(ready, tmp_path):
    fit(ready(), tmp_path, 2)
    trainer, data = ready()
    fit((trainer, data), tmp_path, 3)
    assert trainer.fit(data, epochs=1, verbose=0).epoch == [0]


def test_a_resumed_fit_that_is_interrupted_leaves_no_epoch_behind(ready, tmp_path):
    fit(ready(), tmp_path, 2)
    trainer, data = ready()
    stop = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: _interrupt())
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(data, epochs=3, verbose=0, callbacks=[ExactResume(tmp_path), stop])
    assert trainer.fit(data, epochs=1, verbose=0).epoch == [0]
    # Nor does one that never came to its first epoch.
    trainer._initial_epoch = 2
    assert fit((trainer, data), tmp_path / "new", 1)[1].epoch == [0]


def _interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "change, words",
    [
        ({"seed": 9}, "seed is 0 in the saved run, 9 now"),
        ({"n_critic": 1, "batch": 8}, "n_critic is 2 in the saved run, 1 now"),
        ({"gp_weight": 5.0}, "gp_weight is 10.0 in the saved run, 5.0 now"),
        ({"rate": 2e-3}, "learning_rate is 0.001"),
        ({"batch": 2}, "data.batch_size is 4 in the saved run, 2 now"),
    ],
)
def test_another_run_is_refused_with_the_difference_named(ready, tmp_path, change, words):
    fit(ready(), tmp_path, 1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    trainer, data = ready(**change)
    weights = trainer.get_weights()
    with pytest.raises(ValueError, match="must hold a run with the same settings") as problem:
        fit((trainer, data), tmp_path, 2)
    assert words in str(problem.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    for a, b in zip(trainer.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_other_images_are_refused(ready, images, tmp_path):
    fit(ready(), tmp_path, 1)
    with pytest.raises(ValueError, match=r"data\.checksum"):
        fit(ready(pool=images[15::-1].copy()), tmp_path, 2)


def test_a_truncated_state_falls_back_to_the_one_before(ready, tmp_path):
    fit(ready(), tmp_path, 2)
    newest = tmp_path / "epoch_0002.npz"
    newest.write_bytes(newest.read_bytes()[:-200])
    with pytest.warns(UserWarning, match="epoch_0002.npz cannot be read"):
        resumed, history = fit(ready(), tmp_path, 2)
    assert history.epoch == [1]
    unbroken, _ = fit(ready(), tmp_path / "whole", 2)
    for a, b in zip(resumed.get_weights(), unbroken.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.filterwarnings("ignore:.*cannot be read")
@pytest.mark.parametrize("content", [b"", b"not an archive", "npz", "pickle"])
def test_foreign_files_are_refused_and_kept(ready, tmp_path, content):
    path = tmp_path / "epoch_0003.npz"
    if content == "npz":
        np.savez(path, a=np.zeros(3))
    elif content == "pickle":
        np.savez(path, format=np.array([{}], dtype=object), settings="{}", epoch=3)
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"At least one state must be readable"):
        fit(ready(), tmp_path, 1)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_refused_before_training(ready, tmp_path):
    (tmp_path / "file").write_text("in the way")
    trainer, data = ready()
    with pytest.raises(OSError, match="Name a folder that can be written"):
        fit((trainer, data), tmp_path / "file" / "run", 1)
    assert int(trainer.step.numpy()) == 0


@pytest.mark.slow
def test_a_full_disk_warns_keeps_what_was_there_and_the_training_goes_on(ready, tmp_path, full_disk):
    fit(ready(), tmp_path, 1)
    before = (tmp_path / "epoch_0001.npz").read_bytes()
    pair = ready()
    with full_disk(), pytest.warns(UserWarning, match="epoch 2 could not be saved.*make room"):
        trainer, history = fit(pair, tmp_path, 2)
    assert history.epoch == [1] and int(trainer.step.numpy()) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["epoch_0001.npz"]
    assert (tmp_path / "epoch_0001.npz").read_bytes() == before
    # With room again it goes on from the epoch that was saved.
    _, history = fit(ready(), tmp_path, 2)
    assert history.epoch == [1] and (tmp_path / "epoch_0002.npz").exists()


def test_a_state_with_nan_is_not_saved(ready, tmp_path):
    trainer, data = ready()
    fit((trainer, data), tmp_path, 1)
    kernel = trainer.critic.trainable_variables[0]

    class Break(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            kernel.assign(np.full(kernel.shape, np.nan))

    trainer.fit(data, epochs=2, verbose=0, callbacks=[Break(), ExactResume(tmp_path)])
    assert [path.name for path in tmp_path.iterdir()] == ["epoch_0001.npz"]


@pytest.mark.parametrize("every", [0, -1, 1.5, "2"])
def test_every_is_a_count(every, tmp_path):
    with pytest.raises(ValueError, match=r"`every` must be a whole number of at least 1"):
        ExactResume(tmp_path, every=every)


def test_every_second_epoch_and_the_last_are_saved(ready, tmp_path):
    fit(ready(), tmp_path, 5, every=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch_0004.npz", "epoch_0005.npz"]


def test_a_callback_without_a_state_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"callbacks with get_state and set_state.*TerminateOnNaN"):
        ExactResume(tmp_path, also=[keras.callbacks.TerminateOnNaN()])
