"""What watches a training: every iteration's numbers, samples from a fixed z, live curves, a health alarm."""

import sys
import time

import keras
import numpy as np

from wganlib.arguments import as_tuple, check_count, check_flag, check_number, check_path, check_seed, show
from wganlib.plots import plot_curves, plot_images
from wganlib.saving import whole_file


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
        self._records.append((self._start, _steps_until(batch, self.model), dict(logs)))

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


class SampleGrid(keras.callbacks.Callback):
    """Draws samples from one fixed z as the training goes on.

    Args:
        count: samples in the grid, ≥ 1.
        every: epochs between two grids; the state before training is always kept.
        folder: where to save epoch_0000.png, …; None saves nothing.
        show: whether to show the newest grid in the notebook, in place.
        seed: of the fixed z.

    Attributes:
        epochs: the epochs that were kept. frames: their samples, arrays (count, …) in [−1, 1].
    """

    def __init__(self, count=25, every=1, folder=None, show=False, seed=0):
        super().__init__()
        self.count, self.every = check_count("count", count), check_count("every", every)
        self.show, self.seed = check_flag("show", show), check_seed("seed", seed)
        self.folder = None if folder is None else check_path("folder", folder)
        self.epochs, self.frames, self._seen = [], [], 0

    def on_train_begin(self, logs=None):
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        self._display = _Display() if self.show else None

    def on_epoch_begin(self, epoch, logs=None):
        if not self.frames:
            self._seen = epoch
            self._keep(epoch)

    def on_epoch_end(self, epoch, logs=None):
        # Not Keras' number: it starts at 0 again in a second `fit`, whose grids would replace the first's.
        self._seen += 1
        if self._seen % self.every == 0:
            self._keep(self._seen)

    def _keep(self, epoch):
        samples = self.model.sample(self.count, seed=self.seed)
        self.epochs.append(epoch)
        self.frames.append(samples)
        if self.folder is None and self._display is None:
            return
        figure = plot_images(samples, title=f"after {epoch} epoch{'s' * (epoch != 1)}")
        if self.folder is not None:
            figure.savefig(self.folder / f"epoch_{epoch:04d}.png", dpi=100)
        if self._display is not None:
            self._display.update(figure)

    def get_state(self):
        """The frames as arrays, for `ExactResume`."""
        return {"epochs": np.array(self.epochs), "frames": np.array(self.frames), "seen": np.array(self._seen)}

    def set_state(self, state):
        """Go on from what `get_state` returned."""
        self.epochs, self.frames = [int(epoch) for epoch in state["epochs"]], list(state["frames"])
        self._seen = int(state["seen"])

    def save_gif(self, path, milliseconds=250, scale=2):
        """Save the frames as an animation, the last one held for two seconds.

        Args:
            path: of the .gif file; one that is there is replaced.
            milliseconds: per frame.
            scale: pixels of the animation per pixel of an image.

        Raises:
            ValueError: no frame was kept yet, or a number that makes no sense.
            OSError: the file cannot be written; one that was there stays.
        """
        from PIL import Image

        path = check_path("path", path)
        milliseconds, scale = check_count("milliseconds", milliseconds), check_count("scale", scale)
        if not self.frames:
            raise ValueError("There is no frame yet: pass this callback to fit first.")

        pictures = [Image.fromarray(_tile(frame)) for frame in self.frames]
        pictures = [p.resize((p.width * scale, p.height * scale), Image.Resampling.NEAREST) for p in pictures]
        pause = [milliseconds] * (len(pictures) - 1) + [2000]
        with whole_file(path) as place:
            pictures[0].save(place, "GIF", save_all=True, append_images=pictures[1:], duration=pause, loop=0)


class LiveCurves(keras.callbacks.Callback):
    """Draws the curves of a running training in the notebook, in place, every few seconds.

    Args:
        history: an `IterationHistory` among the same callbacks, before this one; None makes its own.
        seconds: between two drawings; the last state is always drawn.
    """

    def __init__(self, history=None, seconds=3.0):
        super().__init__()
        if not (history is None or isinstance(history, IterationHistory)):
            raise ValueError(f"history must be an IterationHistory or None; {show(history)} is neither.")
        self._own = history is None
        self.history = history or IterationHistory()
        self.seconds = check_number("seconds", seconds, at_least=0)

    def set_model(self, model):
        super().set_model(model)
        if self._own:
            self.history.set_model(model)

    def on_train_begin(self, logs=None):
        self._display, self._drawn = _Display(), time.monotonic()

    def on_epoch_begin(self, epoch, logs=None):
        if self._own:
            self.history.on_epoch_begin(epoch, logs)

    def on_train_batch_end(self, batch, logs=None):
        if self._own:
            self.history.on_train_batch_end(batch, logs)
        if time.monotonic() - self._drawn >= self.seconds:
            self._draw()

    def on_epoch_end(self, epoch, logs=None):
        if self._own:
            self.history.on_epoch_end(epoch, logs)

    def on_train_end(self, logs=None):
        self._draw()

    def _draw(self):
        if len(self.history.steps):
            self._display.update(plot_curves(self.history))
        self._drawn = time.monotonic()


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
        if broken and self.message is None:
            step = int(self.model.step.numpy())
            self.message = f"Stopped at step {step}: {', '.join(broken)} not finite. {self.causes}"
            self.model.stop_training = True
            print(self.message)


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
        done = self._epoch * steps + min(_steps_until(batch, self.model), steps)
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
        end = "\n" if done >= self._total or not sys.stderr.isatty() else ""
        start = "\r\033[K" if sys.stderr.isatty() else ""
        print(
            f"{start}epoch {self._epoch + 1}/{self.params['epochs']}  step {done}/{self._total}  {numbers}  "
            f"{int(left // 60)}:{int(left % 60):02d} left",
            end=end,
            file=sys.stderr,
            flush=True,
        )


def _steps_until(batch, model):
    """Steps of this epoch that are made when Keras reports `batch`.

    With steps_per_execution = k it reports every k steps, and calls them by the first (Keras 3.10) or the last of them.
    """
    return (batch // model.steps_per_execution + 1) * model.steps_per_execution


class _Display:
    """One place on the page whose picture is replaced."""

    def __init__(self):
        self._handle = None

    def update(self, figure):
        from IPython.display import display

        if self._handle is None:
            self._handle = display(figure, display_id=True)
        else:
            self._handle.update(figure)


def _tile(images):
    """One uint8 picture from images (n, h, w, 1 or 3) in [−1, 1], about square."""
    pixels = np.clip((images + 1) * 127.5, 0, 255).astype(np.uint8)
    columns = int(np.ceil(np.sqrt(len(pixels))))
    rows = int(np.ceil(len(pixels) / columns))
    height, width, channels = pixels.shape[1:]
    canvas = np.zeros((rows * columns, height, width, channels), np.uint8)
    canvas[: len(pixels)] = pixels
    canvas = canvas.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    canvas = canvas.reshape(rows * height, columns * width, channels)
    return canvas[..., 0] if channels == 1 else canvas
