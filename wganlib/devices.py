"""Which device the work runs on, and how it shares a GPU's memory."""

import contextlib
import os

import tensorflow as tf


def use_gpu_memory_as_needed():
    """Let TensorFlow take GPU memory as it needs it instead of all at once. Without a GPU this does nothing."""
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # the GPU is already in use: its setting stays as it is
            tf.config.experimental.set_memory_growth(gpu, True)


def xla_pays(*networks):
    """Whether XLA is expected to make a training step of these networks faster than TensorFlow's own graph.

    On a GPU it is. On a CPU it spares small networks the way from operation to operation, but its convolutions are
    slower than oneDNN's, which `import wganlib` turns on (benchmarks/step_cost.py measures both).
    """
    if tf.config.list_physical_devices("GPU") or os.environ.get("TF_ENABLE_ONEDNN_OPTS") != "1":
        return True
    kernels = (weight for network in networks for weight in network.trainable_variables)
    return not any(len(kernel.shape) == 4 for kernel in kernels)


def describe_device():
    """One line that names what the training runs on, e.g. "CPU, 2 cores" or "GPU (Tesla T4)"."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU, {os.cpu_count()} cores"
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", "unknown model") for gpu in gpus]
    return "GPU (" + ", ".join(names) + ")"
