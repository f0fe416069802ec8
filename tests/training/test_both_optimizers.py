"""What Keras sees of a GAN's two optimisers. What its callbacks do with it: test_keras_contract.py."""

import keras
import pytest

from wganlib.training.both_optimizers import BothOptimizers


@pytest.fixture
def pair():
    """pair(generator's rate, critic's rate) → (both, the generator's optimiser, the critic's)."""

    def make(generator_rate, critic_rate):
        two = keras.optimizers.Adam(generator_rate), keras.optimizers.SGD(critic_rate)
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


def test_the_ratio_is_the_one_at_that_moment(pair):
    both, generator, critic = pair(1e-3, 1e-3)
    generator.learning_rate = 3e-3
    both.learning_rate = 2e-3
    assert (rate(generator), rate(critic)) == pytest.approx((6e-3, 2e-3))


def test_a_rate_of_0_cannot_be_scaled(pair):
    both, generator, critic = pair(1e-3, 0.0)
    with pytest.raises(ValueError, match="above 0"):
        both.learning_rate = 1e-3
    assert (rate(generator), rate(critic)) == pytest.approx((1e-3, 0.0))


def test_it_has_no_state_of_its_own(pair):
    both, generator, _ = pair(1e-3, 1e-3)
    assert both.variables == [] and both.iterations is generator.iterations
    assert isinstance(both, keras.optimizers.Optimizer)  # or TensorBoard would log no rate
