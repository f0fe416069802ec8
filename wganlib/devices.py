"""Which device the work runs on, and how it shares a GPU's memory."""

import contextlib
import os
import platform
import warnings

import tensorflow as tf


def use_gpu_memory_as_needed():
    """Let TensorFlow take GPU memory as it needs it instead of all at once. Without a GPU this does nothing."""
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # the GPU is already in use: its setting stays as it is
            tf.config.experimental.set_memory_growth(gpu, True)


def onednn_is_on():
    """Whether this process has oneDNN's convolutions: as TF_ENABLE_ONEDNN_OPTS said when TensorFlow was loaded, else as
    TensorFlow chose for the processor."""
    try:
        from tensorflow.python.util import _pywrap_util_port
    except ImportError:  # it is not a public module: where it has moved, nobody is warned
        return True
    return bool(_pywrap_util_port.IsMklEnabled())


def warn_if_convolutions_are_slow():
    """Warn where TensorFlow was loaded without oneDNN, nobody asked for that, and oneDNN would be faster.

    It is where wganlib turns it on: on Intel's and AMD's processors, without a GPU.
    """
    declined = os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1").lower() in ("0", "false")
    if declined or onednn_is_on() or platform.machine() not in ("x86_64", "AMD64"):
        return
    if not tf.config.list_physical_devices("GPU"):
        warnings.warn(
            "TensorFlow was imported before wganlib and runs without oneDNN's convolutions: on this processor a "
            "training takes up to 2.6 times as long. Import wganlib first, or set the environment variable "
            "TF_ENABLE_ONEDNN_OPTS=1 before Python starts.",
            stacklevel=3,
        )


def xla_pays():
    """Whether XLA is expected to make a training step faster than TensorFlow's own graph.

    It is on a GPU, and on a CPU without oneDNN. Its convolutions are slower than oneDNN's, which `import wganlib` turns
    on where it can, and it has to compile first (benchmarks/step_cost.py measures both). With oneDNN only the smallest
    networks gain from it: pass jit_compile=True.
    """
    return bool(tf.config.list_physical_devices("GPU")) or not onednn_is_on()


def describe_device():
    """One line that names what the training runs on, e.g. "CPU, 2 cores" or "GPU (Tesla T4)"."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU, {os.cpu_count()} cores"
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", "unknown model") for gpu in gpus]
    return "GPU (" + ", ".join(names) + ")"
