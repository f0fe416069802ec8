"""What Keras sees of a GAN's two optimisers. What its callbacks do with it: test_keras_contract.py."""

import copy

import keras
import numpy as np
import pytest

from wganlib.training.both_optimizers import BothOptimizers


@pytest.fixture
def pair():
    """pair(generator's rate, critic's rate) → (both, the generator's optimiser, the critic's)."""

    def make(generator_rate, critic_rate, generator_average=False, critic_average=False):
        generator_optimizer = keras.optimizers.Adam(generator_rate, use_ema=generator_average)
        two = generator_optimizer, keras.optimizers.SGD(critic_rate, use_ema=critic_average)
        for optimizer in two:
            optimizer.build([keras.Variable([1.0])])
        return BothOptimizers(*two), *two

    return make


def rate(optimizer):
    return float(optimizer.learning_rate.numpy())


def test_it_reads_the_critics_rate_and_scales_both(pair):
    both, generator, critic = pair(2e-3, 4e-3)
    assert both.learning_rate == pytest.approx(4e-3)
    both.learning_rate = 1e-3
    assert (rate(generator), rate(critic)) == pytest.approx((5e-4, 1e-3))


def test_the_rate_is_assigned_and_read_as_keras_variable(pair):
    both, generator, critic = pair(2e-3, 4e-3)
    both.learning_rate.assign(1e-3)
    assert (rate(generator), rate(critic)) == pytest.approx((5e-4, 1e-3))
    assert both.learning_rate.numpy() == np.float32(1e-3)
    assert float(keras.ops.convert_to_tensor(both.learning_rate)) == pytest.approx(1e-3)


def test_the_ratio_is_the_one_at_that_moment(pair):
    both, generator, critic = pair(1e-3, 1e-3)
    generator.learning_rate = 3e-3
    both.learning_rate = 2e-3
    assert (rate(generator), rate(critic)) == pytest.approx((6e-3, 2e-3))


def test_a_rate_of_0_from_the_beginning_cannot_be_scaled(pair):
    both, generator, critic = pair(1e-3, 0.0)
    with pytest.raises(ValueError, match="above 0"):
        both.learning_rate = 1e-3
    assert (rate(generator), rate(critic)) == pytest.approx((1e-3, 0.0))


def test_a_warm_up_from_0_keeps_the_ratio(pair):
    both, generator, critic = pair(2e-3, 4e-3)
    both.learning_rate = 0.0
    assert (rate(generator), rate(critic)) == (0.0, 0.0)
    both.learning_rate = 1e-3
    assert (rate(generator), rate(critic)) == pytest.approx((5e-4, 1e-3))


def test_rates_that_were_set_to_0_by_hand_keep_the_ratio(pair):
    both, generator, critic = pair(2e-3, 4e-3)
    generator.learning_rate = critic.learning_rate = 0.0
    both.learning_rate = 1e-3
    assert (rate(generator), rate(critic)) == pytest.approx((5e-4, 1e-3))


def test_the_ratio_goes_with_a_model_that_is_saved_at_rate_0(make_trainer, adam, tmp_path):
    trainer = make_trainer()
    trainer.compile(adam(2e-3), adam(4e-3))
    trainer.optimizer.learning_rate = 0.0
    trainer.save_weights(tmp_path / "still.weights.h5")
    other = make_trainer()
    other.compile(adam(2e-3), adam(4e-3))
    other.load_weights(tmp_path / "still.weights.h5")
    assert rate(other.critic_optimizer) == 0
    for again in (copy.deepcopy(trainer), other):
        again.optimizer.learning_rate = 1e-3
        assert (rate(again.generator_optimizer), rate(again.critic_optimizer)) == pytest.approx((5e-4, 1e-3))


def test_averages_are_exchanged_where_the_generator_has_one(pair):
    swap = [keras.callbacks.SwapEMAWeights()]
    with pytest.raises(ValueError, match="use_ema=True"):
        pair(1e-3, 1e-3)[0].check_callbacks(swap)
    with pytest.raises(ValueError, match="use_ema=True"):
        pair(1e-3, 1e-3, critic_average=True)[0].check_callbacks(swap)
    pair(1e-3, 1e-3, generator_average=True)[0].check_callbacks(swap)


def test_it_has_no_state_of_its_own(pair):
    both, generator, _ = pair(1e-3, 1e-3)
    assert both.variables == [] and both.iterations is generator.iterations
    assert isinstance(both, keras.optimizers.Optimizer)  # or TensorBoard would log no rate
