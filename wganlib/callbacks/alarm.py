"""Stops a training whose numbers are no longer finite."""

import keras
import numpy as np

from wganlib._arguments import check_count
from wganlib._output import say


class HealthAlarm(keras.callbacks.Callback):
    """Stops a training whose numbers are no longer finite, and says what usually causes it.

    Args:
        every: steps between two looks; a look waits for the step, so it is not made at each one.

    Attributes:
        message: None, or what was wrong.
    """

    causes = (
        "Usual causes: no ε under the root of the gradient norm (zero gradient), a learning rate that is too high, "
        "a momentum β₁ far above 0 under a penalty, or images that are not scaled to [−1, 1]."
    )

    def __init__(self, every=100):
        super().__init__()
        self.every = check_count("every", every)
        self.message = None

    def on_train_begin(self, logs=None):
        self.message, self._looked = None, 0

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 - self._looked >= self.every:
            self._looked = batch + 1
            self._look(logs)

    def on_epoch_end(self, epoch, logs=None):
        self._looked = 0
        self._look(logs)

    def _look(self, logs):
        broken = [name for name, value in (logs or {}).items() if not np.isfinite(float(value))]
        broken = [name for name in broken if name != "loss"] or broken  # "loss" is the sum of two others
        if broken and self.message is None:
            step = int(self.model.step.numpy())
            self.message = f"Stopped at step {step}: {', '.join(broken)} not finite. {self.causes}"
            self.model.stop_training = True
            say(self.message)
