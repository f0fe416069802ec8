"""Keeps the numbers of every iteration."""

from array import array

import keras
import numpy as np


class IterationHistory(keras.callbacks.Callback):
    """Keeps the logged numbers of every iteration, where Keras' History keeps one number an epoch.

    With steps_per_execution = k there is one record every k steps, their mean. A second `fit` adds to the first's.

    Attributes:
        steps: int array (n,), the trainer's step counter after each record.
        curves: {name: float array (n,)}.
    """

    def __init__(self):
        super().__init__()
        # One row of doubles a record, 8 bytes a number: where its epoch began, steps since then, the logged numbers.
        self._names, self._rows = (), array("d")

    @property
    def _table(self):
        return np.array(self._rows).reshape(-1, 2 + len(self._names))

    def on_epoch_begin(self, epoch, logs=None):
        self._start = int(self.model.step.numpy())

    def on_train_batch_end(self, batch, logs=None):
        # Keras' logs are means since the epoch began; `curves` undoes that. "loss" is the sum of two others.
        self._names = self._names or tuple(name for name in logs if name != "loss")
        numbers = (float(logs[name]) for name in self._names)
        self._rows.extend((self._start, steps_until(batch, self.model), *numbers))

    def on_epoch_end(self, epoch, logs=None):
        # The last execution of an epoch may have made fewer steps than the others.
        last = len(self._rows) - 2 - len(self._names)
        if last >= 0 and self._rows[last] == self._start:
            self._rows[last + 1] = int(self.model.step.numpy()) - self._start

    @property
    def steps(self):
        return self._table[:, :2].sum(axis=1).astype(int)

    @property
    def curves(self):
        starts, counts, *values = self._table.T
        length = np.diff(counts, prepend=0)
        # Two new trainers begin their epochs at the same step.
        first = (np.diff(starts, prepend=-1) != 0) | (length <= 0)
        length[first] = counts[first]
        totals = {name: mean * counts for name, mean in zip(self._names, values, strict=True)}
        return {name: np.where(first, total, np.diff(total, prepend=0.0)) / length for name, total in totals.items()}

    def get_state(self):
        """All records as arrays, for `ExactResume`."""
        table = self._table
        return {
            "names": np.array(self._names, dtype=np.str_),
            "places": table[:, :2].astype(np.int64),
            "values": table[:, 2:],
        }

    def set_state(self, state):
        """Go on from what `get_state` returned."""
        self._names = tuple(map(str, state["names"]))
        self._rows = array("d", np.hstack([state["places"], state["values"]]).ravel())


def steps_until(batch, model):
    """Steps of this epoch that are made when Keras reports `batch`.

    With steps_per_execution = k it reports every k steps, and calls them by the first (Keras 3.10) or the last of them.
    """
    return (batch // model.steps_per_execution + 1) * model.steps_per_execution
