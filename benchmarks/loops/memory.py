"""The most memory that a process or a GPU held, in MB."""

import sys
from pathlib import Path

import tensorflow as tf

PEAK_RESET = Path("/proc/self/clear_refs")
STATUS = Path("/proc/self/status")


def reset_peak():
    """Count from now on, where the system can (Linux, GPUs); elsewhere the peak is that of the process's life."""
    for gpu in tf.config.list_logical_devices("GPU"):
        tf.config.experimental.reset_memory_stats(gpu.name.removeprefix("/device:"))
    if PEAK_RESET.exists():
        PEAK_RESET.write_text("5")


def peak():
    """MB since `reset_peak`: of the GPU's memory where there is one, else of this process's resident memory."""
    gpus = tf.config.list_logical_devices("GPU")
    if gpus:
        return tf.config.experimental.get_memory_info(gpus[0].name.removeprefix("/device:"))["peak"] / 1e6
    if STATUS.exists():
        return int(STATUS.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1e6 if sys.platform == "darwin" else used * 1024 / 1e6
