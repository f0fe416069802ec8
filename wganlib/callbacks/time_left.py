"""The progress of a training on the terminal, with the time left."""

import math
import time

import keras

from wganlib._arguments import as_tuple, check_number
from wganlib._output import is_terminal, say
from wganlib.callbacks.history import steps_until


class TimeLeft(keras.callbacks.Callback):
    """One line on the terminal that is rewritten as the training goes on: how far, the numbers, the time left.

    Of data that do not know their length it shows the step within the epoch, without a total and the time left.

    Args:
        watch: the logged numbers to show.
        seconds: between two updates.
    """

    def __init__(self, watch=("wasserstein", "gradient_norm"), seconds=1.0):
        super().__init__()
        self.watch = as_tuple("watch", watch, "must be names of logged numbers, e.g. ('wasserstein',)", str)
        self.seconds = check_number("seconds", seconds, at_least=0)

    def on_train_begin(self, logs=None):
        self._began, self._shown = None, 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        now, steps = time.monotonic(), self.params["steps"]
        done, total = steps_until(batch, self.model), math.inf
        if steps is not None:
            done, total = self._epoch * steps + min(done, steps), self.params["epochs"] * steps
        if self._began is None:
            # From the end of the first step, which holds the compilation.
            self._began, self._first = now, done
            if done < total:
                return
        if now - self._shown < self.seconds and done < total:
            return
        self._shown = now
        parts = [f"epoch {self._epoch + 1}/{self.params['epochs']}", f"step {done}" + f"/{total}" * (steps is not None)]
        parts += [f"{name} {float(logs[name]):.3g}" for name in self.watch if name in logs]
        if steps is not None:
            left = (now - self._began) / max(1, done - self._first) * (total - done)
            parts.append(f"{int(left // 60)}:{int(left % 60):02d} left")
        in_place = is_terminal("stderr")
        say(("\r\033[K" if in_place else "") + "  ".join(parts), end="" if in_place else "\n", stream="stderr")

    def on_train_end(self, logs=None):
        if self._shown and is_terminal("stderr"):
            say("", stream="stderr")
