"""What the set-up cell of every notebook calls."""

import platform

import keras
import tensorflow as tf
from matplotlib.figure import Figure

from wganlib._arguments import check_seed
from wganlib._output import say
from wganlib.course.figures import describe_figure
from wganlib.devices import describe_device, use_gpu_memory_as_needed
from wganlib.plots.style import use_style
from wganlib.training.budgets import choose_budget


def start(budget=None, seed=1):
    """Prepare a notebook: seeds, figure style, GPU memory; print what runs here; return the budget.

    Args:
        budget: "smoke", "laptop", "full" or None (see `choose_budget`).
        seed: for Python, NumPy and TensorFlow.

    Raises:
        ValueError: an unknown budget, or a seed out of range.
    """
    chosen, seed = choose_budget(budget), check_seed("seed", seed)
    use_gpu_memory_as_needed()
    # Its hint about retracing takes the steps of different models for one function.
    tf.get_logger().setLevel("ERROR")
    keras.utils.set_random_seed(seed)
    _show_figures_in_notebook()
    use_style()
    say(
        f"Python {platform.python_version()} · TensorFlow {tf.__version__} · Keras {keras.__version__}\n"
        f"device: {describe_device()}\n"
        f"budget: {chosen}"
    )
    return chosen


def _show_figures_in_notebook():
    """Make a notebook draw a Figure that ends a cell, with its titles as the text beside the picture.

    Without this it prints the Figure's name until pyplot has been used.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if hasattr(shell, "kernel"):
        shell.run_line_magic("matplotlib", "inline")
        in_words = shell.display_formatter.formatters["text/plain"]
        in_words.for_type(Figure, lambda figure, printer, cycle: printer.text(describe_figure(figure)))
