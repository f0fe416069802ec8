"""Which device the work runs on, and how it shares a GPU's memory."""

import contextlib
import os

import tensorflow as tf

from wganlib.arithmetic import step_flops

SMALL_STEP = 5e7  # FLOP


def use_gpu_memory_as_needed():
    """Let TensorFlow take GPU memory as it needs it instead of all at once. Without a GPU this does nothing."""
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # the GPU is already in use: its setting stays as it is
            tf.config.experimental.set_memory_growth(gpu, True)


def xla_pays(trainer, batch_size=64):
    """Whether XLA is expected to make a trainer's step faster than TensorFlow's own graph.

    On a GPU it is. On a CPU it spares the smallest steps the way from operation to operation, but its convolutions are
    slower than oneDNN's, which `import wganlib` turns on: from SMALL_STEP on the graph is at least as fast, and it has
    not to be compiled (benchmarks/step_cost.py measures both).

    Args:
        trainer: a GAN, WGAN or WGANGP.
        batch_size: real images per critic update, if it is known.
    """
    if tf.config.list_physical_devices("GPU") or os.environ.get("TF_ENABLE_ONEDNN_OPTS") != "1":
        return True
    try:
        return step_flops(trainer, batch_size).total < SMALL_STEP
    except ValueError:  # layers whose work is not known
        return True


def describe_device():
    """One line that names what the training runs on, e.g. "CPU, 2 cores" or "GPU (Tesla T4)"."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU, {os.cpu_count()} cores"
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", "unknown model") for gpu in gpus]
    return "GPU (" + ", ".join(names) + ")"
