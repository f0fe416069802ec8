"""What the guide's table says of Keras and the three trainers holds, row by row: the tests are made from the table."""

import copy
import csv
import functools
import inspect
import pickle
import re
from pathlib import Path

import keras
import numpy as np
import pytest

from wganlib.training.trainers import GAN, WGAN, WGANGP

GUIDE = (Path(__file__).resolve().parents[2] / "site" / "guides" / "keras.md").read_text(encoding="utf-8")
LINES = [line for line in GUIDE.splitlines() if line.startswith("| `")]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES]
KINDS = {"GAN": GAN, "WGAN": WGAN, "WGANGP": WGANGP}
CHECKS = {}
# In the plane: one step an epoch
POINTS = np.random.default_rng(0).normal(size=(12, 2)).astype("float32")


def check(row):
    """The test of a row, which is named by the code in its first column."""
    return lambda function: CHECKS.setdefault(row, function)


def make_trainer(kind, **options):
    """An uncompiled trainer of the smallest networks, whose weights are always the same."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    critic = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    return KINDS[kind](generator, critic, n_critic=1, **options)


def fitted(kind, generator=None, critic=None, epochs=2, callbacks=(), **options):
    """A trainer after `fit`, eagerly, with options for its optimisers, for `fit` and for itself."""
    trainer = make_trainer(kind, **options)
    trainer.compile(*map(optimizer, (generator, critic)), run_eagerly=True)
    trainer.fit(POINTS, batch_size=12, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return trainer


@functools.cache
def plain(kind):
    """The same without anything but an average added, to be compared with and left as it is."""
    return fitted(kind, ema_decay=0.9)


def optimizer(options):
    return keras.optimizers.Adam(**{"learning_rate": 1e-2, "epsilon": 1e-3} | (options or {}))


def rates(trainer):
    return [float(one.learning_rate.numpy()) for one in (trainer.generator_optimizer, trainer.critic_optimizer)]


def same(first, second):
    """Whether two lists of weights hold the same numbers."""
    return all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


def all_variables(trainer):
    optimizers = trainer.generator_optimizer.variables + trainer.critic_optimizer.variables
    return [variable.numpy() for variable in (*trainer.weights, *optimizers)]


@check("keras.callbacks.LearningRateScheduler(schedule)")
def check_scheduler(kind):
    halves = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    trainer = fitted(kind, {"learning_rate": 2e-3}, {"learning_rate": 4e-3}, callbacks=[halves])
    np.testing.assert_allclose(rates(trainer), [5e-4, 1e-3], rtol=1e-6)


@check('keras.callbacks.ReduceLROnPlateau("loss")')
def check_plateau(kind):
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=0, min_delta=1e9)
    trainer = fitted(kind, {"learning_rate": 6e-3}, {"learning_rate": 2e-3}, epochs=3, callbacks=[plateau])
    np.testing.assert_allclose(rates(trainer), [1.5e-3, 5e-4], rtol=1e-6)


@check("keras.optimizers.schedules")
def check_schedule(kind):
    falls = keras.optimizers.schedules.ExponentialDecay(1e-2, decay_steps=2, decay_rate=0.5)
    trainer = fitted(kind, {"learning_rate": falls}, {"learning_rate": 4e-3})
    assert float(trainer.generator_optimizer.learning_rate) == pytest.approx(5e-3)
    assert float(trainer.critic_optimizer.learning_rate.numpy()) == pytest.approx(4e-3)
    for callback in (keras.callbacks.LearningRateScheduler(abs), keras.callbacks.ReduceLROnPlateau("loss")):
        for two in (({"learning_rate": falls}, None), (None, {"learning_rate": falls})):
            trainer = make_trainer(kind)
            trainer.compile(*map(optimizer, two))
            with pytest.raises(ValueError, match="ExponentialDecay"):
                trainer.fit(POINTS, batch_size=12, verbose=0, callbacks=[callback])
            assert int(trainer.step.numpy()) == 0


@check("use_ema=True")
def check_average(kind):
    without = plain(kind)
    averaged = fitted(kind, generator={"use_ema": True, "ema_momentum": 0.9})
    # The average is put in its place at the end of `fit`, where the critic has long learned from the other.
    assert same(without.critic.get_weights(), averaged.critic.get_weights())
    averages = [variable.numpy() for variable in averaged.generator_optimizer._model_variables_moving_average]
    assert same(averages, [variable.numpy() for variable in averaged.generator.trainable_variables])
    assert not same(averages, [variable.numpy() for variable in without.generator.trainable_variables])
    averaged = fitted(kind, critic={"use_ema": True, "ema_momentum": 0.9})
    assert same(without.generator.get_weights(), averaged.generator.get_weights())
    assert not same(without.critic.get_weights(), averaged.critic.get_weights())


@check("keras.callbacks.SwapEMAWeights()")
def check_swap(kind):
    seen = []

    class See(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            seen.append(kernels(self.model.generator))

        def on_epoch_end(self, epoch, logs=None):
            seen.append(kernels(self.model.generator))

    swap = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
    average = {"use_ema": True, "ema_momentum": 0.9}
    trainer = fitted(kind, generator=average, epochs=3, callbacks=[swap, See()])
    _, _, _, after_two, again, after_three = seen
    assert not same(after_two, again)  # the averages at an epoch's end, the trained weights in the next
    assert same(after_three, kernels(trainer.generator))


@check("weight_decay=0.1")
def check_decay(kind):
    decay = {"weight_decay": 10.0, "learning_rate": 1e-3}
    with_decay, without = fitted(kind, generator=decay), fitted(kind, generator={"learning_rate": 1e-3})
    size = [float(np.abs(one.generator.get_weights()[0]).sum()) for one in (with_decay, without)]
    assert size[0] < size[1]


@check("global_clipnorm=1.0")
def check_clipping(kind):
    still = {"global_clipnorm": 1e-12}
    clipped, without = fitted(kind, generator=still), plain(kind)
    start = fitted(kind, {"learning_rate": 0.0}, {"learning_rate": 0.0})
    moved = [np.abs(a - b).max() for a, b in zip(kernels(clipped.generator), kernels(start.generator), strict=True)]
    assert max(moved) < 1e-6
    assert not same(kernels(without.generator), kernels(start.generator))
    assert not same(kernels(clipped.critic), kernels(start.critic))


def kernels(network):
    return [variable.numpy() for variable in network.trainable_variables]


@check("gradient_accumulation_steps=2")
def check_accumulation(kind):
    trainer = fitted(kind, {"gradient_accumulation_steps": 4}, {"gradient_accumulation_steps": 2}, epochs=4)
    assert int(trainer.generator_optimizer.iterations) == 1
    assert int(trainer.critic_optimizer.iterations) == 2


@check("keras.callbacks.TerminateOnNaN()")
def check_nan(kind):
    trainer = fitted(kind, epochs=1)
    kernel = trainer.critic.trainable_variables[0]
    kernel.assign(np.full(kernel.shape, np.nan))
    before = int(trainer.step.numpy())
    trainer.fit(POINTS, batch_size=12, epochs=3, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()])
    assert int(trainer.step.numpy()) == before + 1


@check('keras.callbacks.ModelCheckpoint("gan.keras")')
def check_checkpoint(kind, tmp_path):
    path = tmp_path / "gan.keras"
    trainer = fitted(kind, ema_decay=0.9, callbacks=[keras.callbacks.ModelCheckpoint(path)])
    loaded = keras.models.load_model(path)
    assert type(loaded) is type(trainer) and loaded.settings() == trainer.settings()
    assert same(all_variables(trainer), all_variables(loaded))
    # And goes on as the one that it was saved from.
    loaded.run_eagerly = True
    for one in (trainer, loaded):
        one.fit(POINTS, batch_size=12, verbose=0)
    assert same(all_variables(trainer), all_variables(loaded))


@check('keras.callbacks.ModelCheckpoint("gan.weights.h5", save_weights_only=True)')
def check_weights(kind, tmp_path):
    path = tmp_path / "gan.weights.h5"
    trainer = fitted(kind, ema_decay=0.9, callbacks=[keras.callbacks.ModelCheckpoint(path, save_weights_only=True)])
    other = fitted(kind, ema_decay=0.9, epochs=1)
    assert not same(trainer.get_weights(), other.get_weights())
    other.load_weights(path)
    assert same(all_variables(trainer), all_variables(other))


@check("keras.callbacks.BackupAndRestore(folder)")
def check_backup(kind, tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise KeyboardInterrupt

    trainer = fitted(kind, epochs=2)
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        fitted(kind, epochs=2, callbacks=[backup, Stop()])
    resumed = fitted(kind, epochs=2, callbacks=[keras.callbacks.BackupAndRestore(tmp_path / "backup")])
    assert same(trainer.get_weights(), resumed.get_weights())


@check('keras.callbacks.EarlyStopping("loss", restore_best_weights=True)')
def check_early_stopping(kind):
    stop = keras.callbacks.EarlyStopping("loss", patience=1, min_delta=1e9, restore_best_weights=True)
    trainer = fitted(kind, epochs=5, callbacks=[stop])
    assert stop.stopped_epoch == 1
    assert same(trainer.get_weights(), fitted(kind, epochs=1).get_weights())


@check("keras.callbacks.TensorBoard(folder)")
def check_tensorboard(kind, tmp_path):
    fitted(kind, callbacks=[keras.callbacks.TensorBoard(tmp_path, update_freq=1, write_steps_per_second=True)])
    assert any(path.stat().st_size > 500 for path in tmp_path.rglob("events.*"))


@check('keras.callbacks.CSVLogger("log.csv")')
def check_csv(kind, tmp_path):
    trainer = fitted(kind, callbacks=[keras.callbacks.CSVLogger(tmp_path / "log.csv")])
    with open(tmp_path / "log.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 and {"critic_loss", "generator_loss"} <= rows[0].keys()
    assert float(rows[-1]["critic_loss"]) == pytest.approx(trainer.history.history["critic_loss"][-1])


@check('gan.save("gan.keras"), keras.models.load_model("gan.keras")')
def check_saving(kind, tmp_path):
    trainer = plain(kind)
    trainer.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert same(all_variables(trainer), all_variables(loaded))
    assert loaded.critic_optimizer.get_config() == trainer.critic_optimizer.get_config()
    bare = keras.models.load_model(tmp_path / "gan.keras", compile=False)
    assert not bare.compiled and same(bare.get_weights(), trainer.get_weights())
    np.testing.assert_array_equal(bare.sample(3), trainer.sample(3))


@check("gan(z), gan.predict(z)")
def check_samples(kind):
    trainer = plain(kind)
    z = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    expected = trainer.averaged_generator(z, training=False)
    np.testing.assert_array_equal(trainer(z), expected)
    np.testing.assert_array_equal(trainer(z, training=True), expected)
    np.testing.assert_array_equal(trainer.predict(z, verbose=0), expected)


@check("type(gan).from_config(gan.get_config()), keras.models.clone_model(gan)")
def check_clone(kind):
    trainer = plain(kind)
    for copied in (type(trainer).from_config(trainer.get_config()), keras.models.clone_model(trainer)):
        assert type(copied) is type(trainer) and copied.settings() == trainer.settings()
        assert [v.shape for v in copied.weights] == [v.shape for v in trainer.weights]
        assert int(copied.step.numpy()) == 0
        assert not same(kernels(copied.critic), kernels(trainer.critic))


@check("copy.deepcopy(gan), pickle.dumps(gan)")
def check_copy(kind):
    trainer = plain(kind)
    for copied in (copy.deepcopy(trainer), pickle.loads(pickle.dumps(trainer))):
        assert copied.critic is not trainer.critic
        assert same(all_variables(copied), all_variables(trainer))


@check('keras.mixed_precision.set_global_policy("mixed_float16")')
def check_half(kind, float16_networks):
    trainer = fitted(kind, epochs=5)  # the first ones find a scale
    assert trainer.critic.compute_dtype == "float16"
    assert all(np.isfinite(values).all() for values in trainer.history.history.values())
    assert trainer.critic_optimizer.inner_optimizer.iterations.numpy() > 0


@pytest.fixture
def float16_networks():
    """Networks of one's own that end in float16, unlike those of our builders."""
    keras.mixed_precision.set_global_policy("mixed_float16")
    yield
    keras.mixed_precision.set_global_policy("float32")


@check("gan.evaluate(images)")
def check_evaluate(kind):
    trainer = fitted(kind, epochs=1)
    for call in (trainer.evaluate, trainer.test_on_batch):
        with pytest.raises(ValueError, match="metrics"):
            call(POINTS)


@check("gan.compile(optimizer, loss, metrics)")
def check_compile(kind):
    for wrong in ({"optimizer": "adam"}, {"loss": "mse"}, {"metrics": ["mae"]}, {"d_optimizer": "adam"}):
        with pytest.raises(ValueError, match=f"generator_optimizer.*{next(iter(wrong))}"):
            make_trainer(kind).compile(**wrong)


def test_each_row_has_a_test_and_each_test_a_row():
    assert [re.fullmatch("`(.*)`", row[0])[1] for row in ROWS] == list(CHECKS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_what_the_table_says(row, kind, request):
    code, promise = row[0].strip("`"), dict(zip(KINDS, row[1:4], strict=True))[kind]
    assert promise in ("yes", "refused")
    function = CHECKS[code]
    fixtures = list(inspect.signature(function).parameters)[1:]
    function(kind, **{name: request.getfixturevalue(name) for name in fixtures})
