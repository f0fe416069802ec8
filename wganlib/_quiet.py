"""Imports TensorFlow without its start-up chatter, which would stand in a notebook above the reader's first output, and
with oneDNN's convolutions."""

import os
import platform
import re
import sys
import tempfile

CHATTER = re.compile(
    rb"^(WARNING: All log messages before absl|I\d{4} |E\d{4} .*(cuInit|Unable to register cu\w+ factory)"
    rb"|W\d{4} .*computation placer already registered)"
)


def import_tensorflow_quietly():
    """Import TensorFlow; what its C++ side writes to stderr meanwhile is passed on, less the informational lines."""
    # What goes wrong raises an exception. What C++ logs as an error beside it is none, such as oneDNN's remark that it
    # leaves integers to others.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules:
        return
    # Intel's and AMD's processors without AVX-512 get them only when asked, and they are the faster ones there, too:
    # benchmarks/step_cost.py measures it. A reader's own setting stays.
    if platform.machine() in ("x86_64", "AMD64"):
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            import tensorflow as tf

            tf.config.list_physical_devices("GPU")  # without a GPU driver this complains once per process
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            caught.seek(0)
            for line in caught:
                if not CHATTER.match(line):
                    os.write(2, line)
