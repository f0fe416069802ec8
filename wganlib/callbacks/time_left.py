"""The progress of a training on the terminal, with the time left."""

import time

import keras

from wganlib._arguments import as_tuple, check_number
from wganlib._output import is_terminal, say
from wganlib.callbacks.history import steps_until


class TimeLeft(keras.callbacks.Callback):
    """One line on the terminal that is rewritten as the training goes on: how far, the numbers, the time left.

    Args:
        watch: the logged numbers to show.
        seconds: between two updates.
    """

    def __init__(self, watch=("wasserstein", "gradient_norm"), seconds=1.0):
        super().__init__()
        self.watch = as_tuple("watch", watch, "must be names of logged numbers, e.g. ('wasserstein',)", str)
        self.seconds = check_number("seconds", seconds, at_least=0)

    def on_train_begin(self, logs=None):
        self._began, self._shown, self._done = None, 0.0, 0
        self._total = self.params["epochs"] * self.params["steps"]

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        now = time.monotonic()
        steps = self.params["steps"]
        done = self._epoch * steps + min(steps_until(batch, self.model), steps)
        if self._began is None:
            # From the end of the first step, which holds the compilation.
            self._began, self._first = now, done
            if done < self._total:
                return
        if now - self._shown < self.seconds and done < self._total:
            return
        self._shown = now
        left = (now - self._began) / max(1, done - self._first) * (self._total - done)
        numbers = "  ".join(f"{name} {float(logs[name]):.3g}" for name in self.watch if name in logs)
        in_place = is_terminal("stderr")
        start = "\r\033[K" if in_place else ""
        say(
            f"{start}epoch {self._epoch + 1}/{self.params['epochs']}  step {done}/{self._total}  {numbers}  "
            f"{int(left // 60)}:{int(left % 60):02d} left",
            end="" if in_place and done < self._total else "\n",
            stream="stderr",
        )
