"""What shows a training as it goes on: samples from a fixed z, live curves."""

import time
import warnings

import keras
import numpy as np

from wganlib._arguments import check_count, check_flag, check_number, check_path, check_seed
from wganlib._saving import whole_file
from wganlib.callbacks.history import IterationHistory
from wganlib.data.image_writer import save_animation
from wganlib.data.pixels import to_pixels, to_samples
from wganlib.plots.figures import outside_pyplot, plot_curves, plot_images


class SampleGrid(keras.callbacks.Callback):
    """Draws images from one fixed z as the training goes on.

    Args:
        count: samples in the grid, ≥ 1.
        every: epochs between two grids; the state before training is always kept.
        folder: where to save epoch_0000.png, …; None saves nothing. It is made. A picture that cannot be written, on a
            full disk for example, only warns: the training goes on.
        show: whether to show the newest grid in the notebook, in place. Outside a notebook nothing is shown.
        seed: of the fixed z.
        columns: samples in a row of the grid; None makes it about square.

    Attributes:
        epochs: the epochs that were kept.

    Raises:
        ValueError: on `fit`, a generator of anything but images.
    """

    def __init__(self, count=25, every=1, folder=None, show=False, seed=0, columns=None):
        super().__init__()
        self.columns = None if columns is None else check_count("columns", columns)
        self.count, self.every = check_count("count", count), check_count("every", every)
        self.show, self.seed = check_flag("show", show), check_seed("seed", seed)
        self.folder = None if folder is None else check_path("folder", folder)
        self.epochs, self._pixels, self._seen = [], [], 0

    @property
    def frames(self):
        """The samples of each epoch in `epochs`: a list of float32 (count, height, width, 1 or 3) in [−1, 1].

        They are rounded to the 256 levels of a file's pixels, as which they are kept.
        """
        return [to_samples(pixels) for pixels in self._pixels]

    def on_train_begin(self, logs=None):
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        self._display = _open_display() if self.show else None

    def on_epoch_begin(self, epoch, logs=None):
        if not self.epochs:
            self._seen = epoch
        self._planned = self._seen + self.params["epochs"] - epoch
        if not self.epochs:
            self._keep(epoch)

    def on_epoch_end(self, epoch, logs=None):
        # Not Keras' number: it starts at 0 again in a second `fit`, whose grids would replace the first's.
        self._seen += 1
        if self._seen % self.every == 0:
            self._keep(self._seen)

    def _keep(self, epoch):
        samples = self.model.sample(self.count, seed=self.seed)
        if samples.ndim != 4 or samples.shape[-1] not in (1, 3):
            raise ValueError(
                "SampleGrid must be given to a generator of images (height, width, 1 or 3). Received: one of samples "
                f"of shape {samples.shape[1:]}. Leave it out."
            )
        self.epochs.append(epoch)
        self._pixels.append(to_pixels(samples))
        if self.folder is None and self._display is None:
            return
        with outside_pyplot():
            figure = plot_images(samples, self.columns, title=f"epoch {epoch} of {self._planned}")
        if self.folder is not None:
            self._save(figure, self.folder / f"epoch_{epoch:04d}.png")
        if self._display is not None:
            self._display.update(figure)

    def _save(self, figure, path):
        try:
            with whole_file(path) as place:
                figure.savefig(place, dpi=100)
        except OSError as problem:
            warnings.warn(f"{problem} The training goes on without this picture.", stacklevel=2)

    def get_state(self):
        """The frames as pixels, for `ExactResume`."""
        return {"epochs": np.array(self.epochs), "frames": np.array(self._pixels), "seen": np.array(self._seen)}

    def set_state(self, state):
        """Go on from what `get_state` returned."""
        frames = state["frames"]  # samples in a state from before they were kept as pixels
        self._pixels = list(frames if frames.dtype == np.uint8 else to_pixels(frames))
        self.epochs, self._seen = [int(epoch) for epoch in state["epochs"]], int(state["seen"])

    def save_gif(self, path, milliseconds=250, scale=2):
        """Save the frames as an animation, the last one held for two seconds.

        Args:
            path: of the .gif file; an existing one is replaced.
            milliseconds: per frame.
            scale: pixels of the animation per pixel of an image.

        Raises:
            ValueError: no frame was kept yet, or a number out of range.
            OSError: the file cannot be written; one that was there stays.
        """
        if not self.epochs:
            raise ValueError("There must be at least one frame: pass this callback to fit first. Received: none yet.")
        save_animation(self.frames, path, milliseconds, scale)


class LiveCurves(IterationHistory):
    """An `IterationHistory` that draws its curves in the notebook, in place, every few seconds.

    Outside a notebook it draws nothing.

    Args:
        seconds: between two drawings, ≥ 0; the last state is always drawn.
    """

    def __init__(self, seconds=3.0):
        super().__init__()
        self.seconds = check_number("seconds", seconds, at_least=0)

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self._display, self._drawn = _open_display(), time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        super().on_train_batch_end(batch, logs)
        if time.monotonic() - self._drawn >= self.seconds:
            self._draw()

    def on_train_end(self, logs=None):
        super().on_train_end(logs)
        self._draw()

    def _draw(self):
        if self._display is not None and len(self.steps):
            with outside_pyplot():
                self._display.update(plot_curves(self))
        self._drawn = time.monotonic()


def _open_display():
    """A `_Display` in a notebook, None elsewhere."""
    from IPython import get_ipython

    return _Display() if hasattr(get_ipython(), "kernel") else None


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
