"""Imports TensorFlow without its start-up chatter, which would stand in a notebook above the reader's first output, and
with oneDNN's convolutions. Refuses a Keras that runs on something else."""

import contextlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

# What TensorFlow 2.19 and 2.21 write while they are loaded, at whatever log level.
CHATTER = (
    "^(WARNING: All log messages before absl|I[0-9]{4} |E[0-9]{4} .*Unable to register cu[A-Z]+ factory"
    "|W[0-9]{4} .*computation placer already registered)"
)


def import_tensorflow_quietly():
    """Import TensorFlow; what its C++ side writes to stderr meanwhile is passed on, less the informational lines.

    Returns:
        Whether this was the first import.

    Raises:
        ImportError: Keras runs, or would run, on another backend than TensorFlow, or with channels first.
    """
    _check_keras_settings()
    # What goes wrong raises an exception. What C++ logs as an error beside it is none, such as oneDNN's remark that it
    # leaves integers to others.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules:
        return False
    # Intel's and AMD's processors without AVX-512 get them only when asked, and they are the faster ones there, too:
    # benchmarks/step_cost.py measures it. A reader's own setting stays.
    if platform.machine() in ("x86_64", "AMD64"):
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # stderr is closed, or there is no grep, as on Windows: then all is shown
            stack.enter_context(_without_chatter())
        import tensorflow  # noqa: F401
    return True


@contextlib.contextmanager
def _without_chatter():
    """Lead file descriptor 2 through grep: a process of its own, which passes on the last words of one that aborts."""
    command = ["grep", "-avE", "--line-buffered", CHATTER]
    with open(os.dup(2), "wb", buffering=0) as stderr:
        grep = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stderr, stderr=subprocess.DEVNULL)
        os.dup2(grep.stdin.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr.fileno(), 2)
            grep.stdin.close()
            # What another thread has started meanwhile may hold the pipe open for long: grep then goes on for it.
            with contextlib.suppress(subprocess.TimeoutExpired):
                grep.wait(timeout=1)


def _check_keras_settings():
    backend, data_format = _keras_settings()
    if backend != "tensorflow":
        raise ImportError(
            f"Keras must run on TensorFlow for wganlib. Received: the backend {backend!r}. Set the environment "
            "variable KERAS_BACKEND=tensorflow before Keras is imported; in a notebook, restart the kernel first."
        )
    if data_format != "channels_last":
        raise ImportError(
            f"Keras' image_data_format must be 'channels_last' for wganlib. Received: {data_format!r}. Change it in "
            "~/.keras/keras.json, or call keras.config.set_image_data_format('channels_last') first."
        )


def _keras_settings():
    """(backend, image data format): what Keras says once it is loaded, else what it is going to find."""
    if "keras" in sys.modules:
        config = sys.modules["keras"].config
        return config.backend(), config.image_data_format()
    folder = os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    try:
        found = dict(json.loads(Path(folder, "keras.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # no such file, or no settings in it: Keras has its own word on that
        found = {}
    backend = os.environ.get("KERAS_BACKEND") or found.get("backend", "tensorflow")
    return backend, found.get("image_data_format", "channels_last")
