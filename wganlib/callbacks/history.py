"""Keeps the numbers of every iteration."""

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
        self._records = []

    def on_epoch_begin(self, epoch, logs=None):
        self._start = int(self.model.step.numpy())

    def on_train_batch_end(self, batch, logs=None):
        # Keras' logs are means since the epoch began; `curves` undoes that.
        self._records.append((self._start, steps_until(batch, self.model), dict(logs)))

    def on_epoch_end(self, epoch, logs=None):
        # The last execution of an epoch may have made fewer steps than the others.
        if self._records and self._records[-1][0] == self._start:
            start, _, last = self._records[-1]
            self._records[-1] = start, int(self.model.step.numpy()) - start, last

    @property
    def steps(self):
        return np.array([start + count for start, count, _ in self._records], dtype=int)

    @property
    def curves(self):
        if not self._records:
            return {}
        starts, counts = (np.array([record[i] for record in self._records]) for i in (0, 1))
        first = np.diff(starts, prepend=-1) != 0
        length = np.diff(counts, prepend=0)
        length[first] = counts[first]
        curves = {}
        for name in self._records[0][2]:
            total = np.array([float(logs[name]) for _, _, logs in self._records]) * counts
            curves[name] = np.where(first, total, np.diff(total, prepend=0.0)) / length
        return curves

    def get_state(self):
        """All records as arrays, for `ExactResume`."""
        names = list(self._records[0][2]) if self._records else []
        values = [[float(logs[name]) for name in names] for _, _, logs in self._records]
        places = np.array([record[:2] for record in self._records], dtype=np.int64).reshape(-1, 2)
        return {"names": np.array(names, dtype=np.str_), "places": places, "values": np.array(values)}

    def set_state(self, state):
        """Go on from what `get_state` returned."""
        names = [str(name) for name in state["names"]]
        self._records = [
            (int(start), int(count), dict(zip(names, values, strict=True)))
            for (start, count), values in zip(state["places"], state["values"], strict=True)
        ]


def steps_until(batch, model):
    """Steps of this epoch that are made when Keras reports `batch`.

    With steps_per_execution = k it reports every k steps, and calls them by the first (Keras 3.10) or the last of them.
    """
    return (batch // model.steps_per_execution + 1) * model.steps_per_execution
