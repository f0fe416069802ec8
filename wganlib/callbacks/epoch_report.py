"""One line an epoch: the losses, and what the critic makes of real and of generated samples."""

import time

import keras

from wganlib._arguments import check_count
from wganlib._output import is_terminal, say


class EpochReport(keras.callbacks.Callback):
    """Prints one line an epoch, as the loop of the course's article 004 does.

        epoch   7/20    0.9 min  generator    -1.32  critic    -0.61  [D(real)    2.05  D(fake)    1.32]

    The numbers are the epoch's means, the minutes count from the start of `fit`. D(fake) is minus the generator's loss,
    D(real) that plus the Wasserstein estimate. Where the losses do not tell them (`GAN`, or a generator's loss with
    feature matching) the line ends before the bracket.

    Args:
        every: epochs between two lines; the last epoch of a `fit` has one in any case.

    Attributes:
        lines: what was printed.
    """

    def __init__(self, every=1):
        super().__init__()
        self.every = check_count("every", every)
        self.lines = []

    def on_train_begin(self, logs=None):
        self._began = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        done, epochs = epoch + 1, self.params["epochs"]
        if done % self.every and done != epochs:
            return
        numbers = {name: float(value) for name, value in logs.items()}
        minutes = (time.monotonic() - self._began) / 60
        line = f"epoch {done:3d}/{epochs}  {minutes:5.1f} min"
        line += f"  generator {numbers['generator_loss']:8.2f}  critic {numbers['critic_loss']:8.2f}"
        if "wasserstein" in numbers and "feature_matching" not in numbers:
            of_fake = -numbers["generator_loss"]
            line += f"  [D(real) {of_fake + numbers['wasserstein']:7.2f}  D(fake) {of_fake:7.2f}]"
        self.lines.append(line)
        # On a terminal the line of `TimeLeft` may stand there.
        say(f"\r\033[K{line}" if is_terminal() else line)
