"""Every iteration's own numbers."""

import tracemalloc

import keras
import numpy as np
import pytest

from wganlib.callbacks.history import IterationHistory, steps_until
from wganlib.training.input_pipeline import batches


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


@pytest.mark.slow
def test_a_history_of_two_new_trainers_has_the_numbers_of_both(quick, images, truth):
    history = IterationHistory()
    for _ in range(2):
        trainer = quick()
        trainer.fit(batches(images, trainer, 4), verbose=0, callbacks=[history])
    for name, curve in history.curves.items():
        np.testing.assert_allclose(curve, np.tile(truth[name][:5], 2), rtol=1e-4, atol=1e-5, err_msg=name)


def test_fused_steps_are_recorded_as_their_means(quick, images, truth):
    trainer, history = quick(jit_compile=False, steps_per_execution=3), IterationHistory()
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

    assert [steps_until(number, Three) for number in numbers] == [3, 6]


def test_an_empty_history_is_empty():
    history = IterationHistory()
    assert history.curves == {}
    assert len(history.steps) == 0


def test_a_million_steps_take_less_than_a_hundred_megabytes():
    class Model:
        steps_per_execution = 1
        step = keras.Variable(0)

    history, steps = IterationHistory(), 20_000
    history.set_model(Model())
    names = ("wasserstein", "gradient_penalty", "gradient_norm", "critic_loss", "generator_loss")
    tracemalloc.start()
    history.on_epoch_begin(0)
    for batch in range(steps):
        history.on_train_batch_end(batch, {name: batch + 0.5 for name in names})
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size * 1_000_000 / steps < 100e6
    assert len(history.steps) == steps and set(history.curves) == set(names)
