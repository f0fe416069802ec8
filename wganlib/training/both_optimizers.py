"""What Keras finds as a GAN's `optimizer`, where there are two."""

import contextlib

import keras
import numpy as np

SETS_THE_RATE = (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau)


class BothOptimizers(keras.optimizers.Optimizer):
    """Generator's and critic's optimisers, as Keras' `fit` and its callbacks see them. It makes no updates itself.

    Args:
        generator_optimizer, critic_optimizer: Keras optimisers, built.

    Attributes:
        learning_rate: the critic's, as a float that also has `assign` and `numpy`. Setting it scales both networks'
            rates by one factor: 2e-3 and 4e-3 stay 1 : 2 under `LearningRateScheduler` and `ReduceLROnPlateau`. A
            ValueError where a schedule sets one of them, or where the critic was compiled with 0, which no factor
            changes.
        iterations: training steps, for TensorBoard.
        ratio: the generator's rate over the critic's, when it was last asked for and the latter was above 0; None
            before, and where a schedule sets one of them.
        use_ema: whether either keeps an average of its network's weights (`SwapEMAWeights` exchanges them).
    """

    def __init__(self, generator_optimizer, critic_optimizer):
        super().__init__(learning_rate=0.0, name="both_optimizers")
        self.generator_optimizer, self.critic_optimizer = generator_optimizer, critic_optimizer
        # What SwapEMAWeights asks for, under Keras' own names.
        self._averaging = [o for o in map(_inner, (generator_optimizer, critic_optimizer)) if o.use_ema]
        self.use_ema = bool(self._averaging)
        self._trainable_variables = [v for o in self._averaging for v in o._trainable_variables]
        self._model_variables_moving_average = [v for o in self._averaging for v in o._model_variables_moving_average]
        self.ratio = None
        with contextlib.suppress(ValueError):  # which only a callback's user is to hear
            self._current_ratio()
        self.built = True

    @property
    def variables(self):
        """None of its own: each optimiser saves its state."""
        return []

    @property
    def iterations(self):
        return self.generator_optimizer.iterations

    @property
    def learning_rate(self):
        return _Rate(self.critic_optimizer.learning_rate, self)

    @learning_rate.setter
    def learning_rate(self, rate):
        ratio = self._current_ratio()
        self.critic_optimizer.learning_rate = float(rate)
        self.generator_optimizer.learning_rate = float(rate) * ratio

    def _current_ratio(self):
        for name in ("generator_optimizer", "critic_optimizer"):
            rate = _inner(getattr(self, name))._learning_rate
            if callable(rate):
                raise ValueError(
                    f"Either a schedule or a callback must set the learning rate. Received: a callback, and a {name} "
                    f"with {type(rate).__name__}. Compile it with a number, or leave the callback out."
                )
        if self.learning_rate > 0:
            generator_rate = float(np.asarray(self.generator_optimizer.learning_rate))
            self.ratio = generator_rate / self.learning_rate
        if self.ratio is None:
            raise ValueError(
                "The critic's learning rate must be above 0 for a callback to scale both networks' rates. Received: 0."
            )
        return self.ratio

    def check_callbacks(self, callbacks):
        """Refuse, before the first step, what Keras' callbacks could not do later.

        Raises:
            ValueError: a callback for the learning rate where a schedule sets it, or `SwapEMAWeights` without averages.
        """
        for callback in callbacks:
            if isinstance(callback, SETS_THE_RATE):
                self._current_ratio()
            # Of the critic's alone, Keras up to 3.13 would put the averages into the generator.
            if isinstance(callback, keras.callbacks.SwapEMAWeights) and not _inner(self.generator_optimizer).use_ema:
                raise ValueError(
                    "SwapEMAWeights must have an average of the generator's weights to exchange. Received: a "
                    "generator_optimizer without use_ema=True."
                )

    def finalize_variable_values(self, var_list):
        """At the end of `fit`: where an optimiser has use_ema, its network gets the average."""
        for optimizer in self._averaging:
            optimizer.finalize_variable_values(optimizer._trainable_variables)


class _Rate(float):
    """A learning rate as a number, with what callbacks ask of Keras' variable."""

    def __new__(cls, rate, both):
        number = super().__new__(cls, np.asarray(rate))  # a distributed one, too
        number.both = both
        return number

    def assign(self, rate):
        self.both.learning_rate = rate

    def numpy(self):
        return np.float32(self)


def _inner(optimizer):
    return getattr(optimizer, "inner_optimizer", optimizer)  # of a LossScaleOptimizer
