"""A stop by hand that waits for a step to end.

TensorFlow keeps in Python which graph is being built. An interrupt in the middle of that can leave the graph open, and
then nothing that the process computes later has a value, or a lock closed.
"""

import contextlib
import inspect
import signal
import threading


@contextlib.contextmanager
def interrupts_wait():
    """Hold back an interrupt (Ctrl-C, or Jupyter's ■) until the end of the block; a second one comes through at once.

    Yields:
        A function without arguments that lets through the one that waits, where nothing is half done.
    """
    handler = signal.getsignal(signal.SIGINT)
    # Only the main thread may set handlers; what the system itself handles, or ignores, is left alone.
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield lambda: None
        return
    if hasattr(handler, "let_through"):  # of a block around this one, which holds back already
        yield handler.let_through
        return
    waiting = []

    def hold(number, frame):
        if waiting:
            waiting.clear()
            handler(number, frame)
        else:
            waiting.append(number)

    def let_through():
        if waiting:
            handler(waiting.pop(), inspect.currentframe())

    hold.let_through = let_through
    signal.signal(signal.SIGINT, hold)
    try:
        yield let_through
    finally:
        signal.signal(signal.SIGINT, handler)
        let_through()
