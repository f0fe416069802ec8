"""A run that was stopped, or killed, ends as one that was not; what does not fit is refused and stays as it was."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from wganlib.callbacks import resume
from wganlib.callbacks.history import IterationHistory
from wganlib.callbacks.pictures import SampleGrid
from wganlib.callbacks.resume import ExactResume
from wganlib.networks.mlp import make_mlp_generator
from wganlib.training.input_pipeline import batches
from wganlib.training.trainers import WGANGP

KILLS = {"GAN": 3, "WGAN": 3, "WGANGP": 7}
OPTIMIZERS = ("critic_optimizer", "generator_optimizer")


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
    assert len(report["killed"]) == KILLS[kind] and len(set(report["killed"])) > KILLS[kind] // 2
    # Weights, averages, counters, optimisers, Dropout's generator and the recorded curves.
    assert report["compared"] > 20 and report["different"] == []
    assert report["left"] == ["epoch_0059.npz", "epoch_0060.npz"]


@pytest.fixture
def ready(images, adam):
    """A function that builds a compiled trainer and its data, the same every time but for what it is told; an epoch has
    two steps. There are averages of BatchNormalization, and a state of Dropout."""

    def build(rate=1e-3, batch=4, pool=images[:16], steps=None, n_critic=2, **options):
        keras.utils.set_random_seed(5)
        made = [
            layers.Dense(4, "relu"),
            layers.BatchNormalization(),
            layers.Dense(64, "tanh"),
            layers.Reshape((8, 8, 1)),
        ]
        value = [layers.Flatten(), layers.Dense(4, "relu"), layers.Dropout(0.3), layers.Dense(1)]
        generator = keras.Sequential([keras.Input((3,)), *made])
        critic = keras.Sequential([keras.Input((8, 8, 1)), *value])
        trainer = WGANGP(generator, critic, n_critic=n_critic, **options)
        trainer.compile(adam(rate), adam(rate), run_eagerly=True)  # tracing takes longer than these steps
        return trainer, batches(pool, trainer, batch, steps_per_epoch=steps)

    return build


@pytest.fixture
def small(adam):
    """A function that builds a compiled trainer on points, with any critic, and its data; an epoch has one step.

    Keras names the layers of each one differently.
    """

    def build(critic=plain, gp_every=1, run_eagerly=True, jit_compile=False):
        keras.utils.set_random_seed(5)
        trainer = WGANGP(make_mlp_generator(3, (2,), (4,), output=None), critic(), n_critic=1, gp_every=gp_every)
        trainer.compile(adam(1e-3), adam(1e-3), run_eagerly=run_eagerly, jit_compile=jit_compile)
        points = np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
        return trainer, batches(points, trainer, 4)

    return build


def fit(pair, folder, epochs, before=(), after=(), **options):
    """A `fit` with callbacks listed before and after ExactResume, which all of them may be."""
    trainer, data = pair
    callbacks = [*options.get("also", ()), *before, ExactResume(folder, **options), *after]
    return trainer, trainer.fit(data, epochs=epochs, verbose=0, callbacks=callbacks)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def assert_same(a, b):
    """The same weights, averages, counters and optimisers, learning rates included."""
    for one, other in ((a, b), *((getattr(a, name), getattr(b, name)) for name in OPTIMIZERS)):
        for x, y in zip(one.variables, other.variables, strict=True):
            np.testing.assert_array_equal(x.numpy(), y.numpy())


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_next_fit_without_it_starts_at_epoch_0(ready, tmp_path):
    fit(ready(), tmp_path, 2)
    trainer, data = ready()
    fit((trainer, data), tmp_path, 3)
    assert trainer.fit(data, epochs=1, verbose=0).epoch == [0]


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(
    "change, words",
    [
        ({"seed": 9}, "seed is 0 in the saved run, 9 now"),
        ({"n_critic": 1, "batch": 8}, "n_critic is 2 in the saved run, 1 now"),
        ({"gp_weight": 5.0}, "gp_weight is 10.0 in the saved run, 5.0 now"),
        ({"batch": 2}, "data.batch_size is 4 in the saved run, 2 now"),
        ({"steps": 1}, "steps_per_epoch is 2 in the saved run, 1 now"),
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


@pytest.mark.slow
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
    with full_disk(), pytest.warns(UserWarning, match="epoch 2 could not be saved.*Make room"):
        trainer, history = fit(pair, tmp_path, 2)
    assert history.epoch == [1] and int(trainer.step.numpy()) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["epoch_0001.npz"]
    assert (tmp_path / "epoch_0001.npz").read_bytes() == before
    # With room again it goes on from the epoch that was saved.
    _, history = fit(ready(), tmp_path, 2)
    assert history.epoch == [1] and (tmp_path / "epoch_0002.npz").exists()


@pytest.mark.parametrize("before, words", [(0, "no other in"), (1, "epoch 1 is the last in")])
def test_a_state_with_nan_is_not_saved_and_that_is_said(small, tmp_path, before, words):
    trainer, data = small()
    if before:
        fit((trainer, data), tmp_path, before)
    kernel = trainer.critic.trainable_variables[0]
    # The last update of an epoch breaks a weight, of which its logs know nothing.
    broken = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: kernel.assign(np.full(kernel.shape, np.nan))
    )
    with pytest.warns(UserWarning, match=f"not finite.*{words}"):
        fit((trainer, data), tmp_path, before + 1, after=[broken])
    assert names_in(tmp_path) == ["epoch_0001.npz"][:before]


def test_finite_weights_are_saved_whatever_the_logs_say(small, tmp_path):
    spoil = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(critic_loss=float("nan")))
    fit(small(), tmp_path, 1, before=[spoil])
    assert names_in(tmp_path) == ["epoch_0001.npz"]


@pytest.mark.parametrize("every", [0, -1, 1.5, "2"])
def test_every_is_a_count(every, tmp_path):
    with pytest.raises(ValueError, match=r"`every` must be a whole number of at least 1"):
        ExactResume(tmp_path, every=every)


@pytest.mark.slow
def test_every_second_epoch_and_the_last_are_saved(ready, tmp_path):
    fit(ready(), tmp_path, 5, every=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch_0004.npz", "epoch_0005.npz"]


def test_a_state_waits_for_its_seconds(small, tmp_path):
    seen = []
    note = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append(names_in(tmp_path)[:-1]))
    fit(small(), tmp_path, 5, before=[note], seconds=1000)
    assert seen == [[], *[["epoch_0001.npz"]] * 4]  # less the lock
    assert names_in(tmp_path) == ["epoch_0001.npz", "epoch_0005.npz"]


class Interrupt(keras.callbacks.Callback):
    """Ctrl-C amid the third epoch of one step."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.step.numpy() == 3:
            raise KeyboardInterrupt


def test_a_state_that_waits_is_written_when_the_fit_is_interrupted(small, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        fit(small(), tmp_path, 5, before=[Interrupt()], after=[IterationHistory()], seconds=1000)
    assert names_in(tmp_path) == ["epoch_0001.npz", "epoch_0002.npz"]
    resumed, history = fit(small(), tmp_path, 5, after=[IterationHistory()])
    assert history.epoch == [2, 3, 4]
    assert_same(resumed, fit(small(), tmp_path / "whole", 5)[0])


def test_ctrl_c_amid_the_writing_loses_no_state(small, tmp_path, monkeypatch):
    read, calls = resume._read, []

    def once(path):
        calls.append(path)
        return _interrupt() if len(calls) == 1 else read(path)

    monkeypatch.setattr(resume, "_read", once)
    with pytest.raises(KeyboardInterrupt):
        fit(small(), tmp_path, 5)
    assert names_in(tmp_path) == ["epoch_0001.npz"] and len(calls) == 2


def test_the_last_finite_state_waits_no_longer(small, tmp_path):
    pair = small()
    kernel = pair[0].critic.trainable_variables[0]
    spoil = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: epoch == 2 and kernel.assign(np.full(kernel.shape, np.nan))
    )
    with pytest.warns(UserWarning, match="after epoch 3, .*not finite: epoch 2 is the last"):
        fit(pair, tmp_path, 3, before=[spoil], seconds=1000)
    assert names_in(tmp_path) == ["epoch_0001.npz", "epoch_0002.npz"]


def test_a_callback_without_a_state_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"callbacks with get_state and set_state.*TerminateOnNaN"):
        ExactResume(tmp_path, also=[keras.callbacks.TerminateOnNaN()])


def test_the_epoch_at_which_a_later_callback_stops_is_saved(small, tmp_path):
    pair = small()
    stop = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: setattr(pair[0], "stop_training", True))
    fit(pair, tmp_path, 9, every=5, after=[stop])
    assert names_in(tmp_path) == ["epoch_0001.npz"]


# What makes two runs the same.


def plain():
    return keras.Sequential([keras.Input((2,)), layers.Dense(4, "relu"), layers.Dense(1)])


def nested():
    inner = keras.Input((2,))
    body = keras.Model(inner, layers.Dense(4, "relu")(inner))
    return keras.Sequential([keras.Input((2,)), body, layers.Dense(1)])


def test_the_names_that_keras_gives_do_not_count(small, tmp_path):
    fit(small(nested), tmp_path, 1)
    resumed, history = fit(small(nested), tmp_path, 2)
    assert history.epoch == [1]
    assert_same(resumed, fit(small(nested), tmp_path / "whole", 2)[0])


@pytest.mark.slow
def test_a_learning_rate_is_a_part_of_the_state(small, tmp_path, capsys):
    halve = lambda: keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)  # noqa: E731
    unbroken, _ = fit(small(), tmp_path / "whole", 4, after=[halve()])
    same, again = small(), small()
    fit(same, tmp_path / "a", 2, after=[halve()])
    # The same cell again, with the trainer as it is; and one that builds it again, after some other rates.
    assert_same(fit(same, tmp_path / "a", 3, after=[halve()])[0], fit(small(), tmp_path / "b", 3, after=[halve()])[0])
    again[0].critic_optimizer.learning_rate = 0.5
    capsys.readouterr()
    assert_same(fit(again, tmp_path / "a", 4, after=[halve()])[0], unbroken)
    assert "critic 0.000125, not 0.5" in capsys.readouterr().out


def test_a_state_of_the_version_before_is_read(small, tmp_path):
    history = IterationHistory()
    trainer, _ = fit(small(), tmp_path, 1, also=[history])
    path = tmp_path / "epoch_0001.npz"
    with np.load(path) as archive:
        state = dict(archive)
    settings = json.loads(str(state["settings"]))
    # Which did not know of these, and kept Keras' own configurations.
    for name in ("gp_every", "wiring", "steps_per_epoch", "computed_with", "callbacks"):
        del settings[name]
    for name in ("generator", "critic"):
        network = getattr(trainer, name)
        settings[name] = [[type(layer).__name__, layer.get_config()] for layer in network.layers]
        settings[f"{name}_optimizer"] = keras.optimizers.serialize(getattr(trainer, f"{name}_optimizer"))
    np.savez(path, **state | {"settings": json.dumps(settings, default=str)})
    with pytest.raises(ValueError, match="gp_every is 1 in the saved run, 2 now"):
        fit(small(gp_every=2), tmp_path, 2)
    again = IterationHistory()
    resumed, fitted = fit(small(), tmp_path, 2, also=[again])
    assert fitted.epoch == [1] and again.steps.tolist() == [1, 2]
    assert_same(resumed, fit(small(), tmp_path / "whole", 2)[0])


def test_a_state_of_half_precision_is_read(small, tmp_path):
    keras.config.set_dtype_policy("bfloat16")
    try:
        first, _ = fit(small(), tmp_path, 1)
        second, history = fit(small(), tmp_path, 1)
    finally:
        keras.config.set_dtype_policy("float32")
    assert history.epoch == []
    assert_same(first, second)


# What cannot be restored to the last bit is said.


def test_nothing_is_said_of_a_run_that_is_restored(small, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(small(), tmp_path, 1, also=[IterationHistory()])
        fit(small(), tmp_path, 2, also=[IterationHistory()])


def test_a_data_set_of_ones_own_is_said_before_the_first_step(small, tmp_path):
    trainer, _ = small()
    data = tf.data.Dataset.from_tensor_slices(np.ones((4, 2), np.float32)).shuffle(4).batch(4)
    steps = []
    note = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: steps.append(batch))
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "A run resumed from")
        with pytest.raises(UserWarning, match="order of your own data set"):
            fit((trainer, data), tmp_path, 1, after=[note])
    assert steps == []


def test_another_way_of_computing_is_said(small, tmp_path):
    fit(small(), tmp_path, 1)
    with pytest.warns(UserWarning, match="jit_compile is False in the saved run, True now"):
        _, history = fit(small(run_eagerly=False, jit_compile=True), tmp_path, 1)
    assert history.epoch == []


# What other callbacks remember.


def test_a_callback_may_be_listed_after_it(ready, tmp_path):
    fit(ready(steps=1), tmp_path, 2, after=[SampleGrid(count=2), IterationHistory()])
    grid, history = SampleGrid(count=2), IterationHistory()
    fit(ready(steps=1), tmp_path, 3, after=[grid, history])
    assert grid.epochs == [0, 1, 2, 3] and len(grid.frames) == 4
    assert history.steps.tolist() == [1, 2, 3]


@pytest.mark.slow
def test_keras_callbacks_go_on_counting(small, tmp_path):
    def make():
        # No epoch is an improvement by so much: every second one divides the rate by ten.
        mode = {"monitor": "critic_loss", "mode": "min"}
        plateau = keras.callbacks.ReduceLROnPlateau(factor=0.1, patience=2, min_delta=9.0, cooldown=1, **mode)
        return plateau, keras.callbacks.EarlyStopping(patience=90, **mode)

    whole, other = make(), make()
    unbroken, _ = fit(small(), tmp_path / "whole", 6, after=whole)
    for epochs in (2, 3, 5, 6):
        other = make()
        resumed, _ = fit(small(), tmp_path / "a", epochs, after=other)
    assert_same(resumed, unbroken)
    for name in ("best", "wait", "cooldown_counter"):
        assert [getattr(one, name, None) for one in other] == [getattr(one, name, None) for one in whole]
    assert float(unbroken.critic_optimizer.learning_rate) < 1e-3


@pytest.mark.slow
def test_an_average_that_is_exchanged_at_each_epochs_end_is_resumed(ready, adam, tmp_path):
    """SwapEMAWeights overwrites the trained weights at the end of what it takes for the last epoch."""

    def train(folder, epochs):
        trainer, data = ready()
        average = keras.optimizers.Adam(1e-3, use_ema=True, ema_momentum=0.9)
        trainer.compile(average, adam(1e-3), run_eagerly=True)
        seen = []
        note = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: seen.append(trainer.generator.get_weights()[0])
        )
        swap = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
        callbacks = [swap, note, *([ExactResume(folder)] if folder else [])]
        trainer.fit(data, epochs=epochs, verbose=0, callbacks=callbacks)
        return trainer, seen

    plain, seen = train(None, 2)
    unbroken, _ = train(tmp_path / "whole", 2)
    train(tmp_path / "a", 1)
    resumed, seen_again = train(tmp_path / "a", 2)
    assert_same(resumed, unbroken)
    # As without ExactResume, others see the average and `fit` ends with it.
    np.testing.assert_array_equal(seen_again[-1], seen[-1])
    for a, b in zip(resumed.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_run_that_early_stopping_has_ended_stays_ended(small, tmp_path):
    def stop(patience):  # no epoch is an improvement by so much
        return keras.callbacks.EarlyStopping("critic_loss", mode="min", patience=patience, min_delta=9.0)

    assert fit(small(), tmp_path, 5, after=[stop(2)])[1].epoch == [0, 1, 2]
    for _ in range(2):
        resumed, history = fit(small(), tmp_path, 5, after=[stop(2)])
        assert history.epoch == [] and int(resumed.step.numpy()) == 3
    assert fit(small(), tmp_path, 5, after=[stop(3)])[1].epoch == [3]
    assert fit(small(), tmp_path, 5)[1].epoch == [4]


class Remembers(keras.callbacks.Callback):
    def __init__(self, **state):
        super().__init__()
        self.state = state

    def get_state(self):
        return self.state

    def set_state(self, state):
        self.state = state


def test_what_a_callback_remembers_need_not_be_an_array(small, tmp_path):
    state = {"best": None, "seen": [1, "b", None], "uneven": [[1], [2, 3]], "name": "é", "end": "a\0"}
    state |= {"large": [2**63, -1, 2**70], "flags": [True, 2], "rates": {"a": 0.1, "b": {"c": np.inf}}}
    curve, dates = np.arange(3, dtype="float16"), np.array(["2017-01-26"], "datetime64[D]")
    nested = {"table": [np.float32(0.1), np.eye(2)], "pair": (1, (2, 3))}
    fit(small(), tmp_path, 1, also=[Remembers(curve=curve, dates=dates, **nested, **state)])
    again = Remembers()
    fit(small(), tmp_path, 1, also=[again])
    for name, array in {"curve": curve, "dates": dates}.items():
        found = again.state.pop(name)
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, array)
    lists = {"table": [float(np.float32(0.1)), [[1.0, 0.0], [0.0, 1.0]]], "pair": [1, [2, 3]]}
    assert repr(dict(sorted(again.state.items()))) == repr(dict(sorted((state | lists).items())))


ENDLESS = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    "state",
    [
        {"best": object()},
        {"best": {1: 2}},
        {"best": b"ab\0"},
        {"best": [1j]},
        {"best": np.ma.array([1, 2], mask=[False, True])},
        {"best\0": np.arange(2)},
        {"best.npy": np.arange(2)},
        {"best": {1, 2}},
        {"best": np.array([None])},
        {"best": ENDLESS},
        {1: "one"},
        [1, 2],
        None,
    ],
)
def test_what_a_file_would_not_give_back_is_refused_before_training(small, tmp_path, state):
    trainer, data = small()
    callback = Remembers()
    callback.state = state
    with pytest.raises(ValueError, match=r"must give a dict of arrays, or of what JSON can hold.*Remembers"):
        fit((trainer, data), tmp_path, 1, also=[callback])
    assert int(trainer.step.numpy()) == 0 and names_in(tmp_path) == []


def test_a_callback_that_cannot_tell_what_it_remembers_does_not_end_a_training(small, tmp_path):
    class Fails(Remembers):
        def on_train_batch_end(self, batch, logs=None):
            self.state = None

    with pytest.warns(UserWarning, match="could not be saved"):
        trainer, _ = fit(small(), tmp_path, 2, also=[Fails()])
    assert int(trainer.step.numpy()) == 2 and names_in(tmp_path) == []


def test_a_callback_that_the_state_does_not_know_is_said(small, tmp_path):
    fit(small(), tmp_path, 1)
    with pytest.warns(UserWarning, match="the state of IterationHistory"):
        fit(small(), tmp_path, 1, also=[IterationHistory()])


@pytest.mark.slow
def test_an_epoch_that_was_stopped_within_is_repeated(ready, tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = int(self.model.step.numpy()) == 3

    whole, _ = fit(ready(), tmp_path / "whole", 3)
    with pytest.warns(UserWarning, match="after 1 of its 2 steps"):
        fit(ready(), tmp_path / "stopped", 3, after=[Stop()])
    assert names_in(tmp_path / "stopped") == ["epoch_0001.npz"]
    resumed, _ = fit(ready(), tmp_path / "stopped", 3)
    assert int(resumed.step.numpy()) == 6
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


# The states in the folder.


def test_a_damaged_state_pushes_no_readable_one_out(small, tmp_path):
    (tmp_path / "epoch_0009.npz").write_bytes(b"damaged")
    with pytest.raises(ValueError, match="At least one state must be readable"), pytest.warns(UserWarning):
        fit(small(), tmp_path, 1)
    (tmp_path / "epoch_0009.npz").rename(tmp_path / "later")
    fit(small(), tmp_path, 2)
    (tmp_path / "later").rename(tmp_path / "epoch_0009.npz")
    with pytest.warns(UserWarning, match="epoch_0009.npz cannot be read"):
        fit(small(), tmp_path, 4)
    assert names_in(tmp_path) == ["epoch_0003.npz", "epoch_0004.npz", "epoch_0009.npz"]


def test_an_old_state_that_cannot_be_removed_stays_without_a_word(small, tmp_path, monkeypatch):
    def refuse(path, missing_ok=False):
        raise PermissionError(13, "another program has it open", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fit(small(), tmp_path, 4)[1].epoch == [0, 1, 2, 3]
    states = [name for name in names_in(tmp_path) if name.startswith("epoch")]
    assert states == [f"epoch_000{epoch}.npz" for epoch in (1, 2, 3, 4)]


def test_a_state_that_cannot_be_read_back_replaces_nothing(small, tmp_path, monkeypatch):
    fit(small(), tmp_path, 2)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(np, "savez", lambda place, **state: Path(place).write_bytes(b"torn"))
    with pytest.warns(UserWarning, match="after epoch 4 could not be saved"):
        _, history = fit(small(), tmp_path, 4)
    assert history.epoch == [2, 3]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_another_process_trains_in_is_refused(small, tmp_path, locked_elsewhere):
    trainer, data = small()
    with locked_elsewhere(tmp_path), pytest.raises(BlockingIOError, match="one training at a time"):
        fit((trainer, data), tmp_path, 1)
    assert int(trainer.step.numpy()) == 0
    assert fit((trainer, data), tmp_path, 1)[1].epoch == [0]


def test_an_interrupted_fit_lets_go_of_its_folder(small, tmp_path, locked_elsewhere):
    stop = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: _interrupt())
    with pytest.raises(KeyboardInterrupt):
        fit(small(), tmp_path, 1, after=[stop])
    with locked_elsewhere(tmp_path):
        pass
