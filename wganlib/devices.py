"""Which device the work runs on, and how it shares a GPU's memory."""

import contextlib
import os

import tensorflow as tf


def use_gpu_memory_as_needed():
    """Let TensorFlow take GPU memory as it needs it instead of all at once. Without a GPU this does nothing."""
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # the GPU is already in use: its setting stays as it is
            tf.config.experimental.set_memory_growth(gpu, True)


def xla_pays():
    """Whether XLA is expected to make a training step faster than TensorFlow's own graph: on a GPU.

    On a CPU its convolutions are slower than oneDNN's, which `import wganlib` turns on, and it has to compile first
    (benchmarks/step_cost.py measures both). Only the smallest networks gain from it there: pass jit_compile=True.
    """
    return bool(tf.config.list_physical_devices("GPU")) or os.environ.get("TF_ENABLE_ONEDNN_OPTS") != "1"


def describe_device():
    """One line that names what the training runs on, e.g. "CPU, 2 cores" or "GPU (Tesla T4)"."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU, {os.cpu_count()} cores"
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", "unknown model") for gpu in gpus]
    return "GPU (" + ", ".join(names) + ")"
