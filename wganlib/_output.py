"""Text on its way out never ends a training: what a stream cannot take is written as it can be, or is lost."""

import contextlib
import sys


def let_streams_take_any_text():
    """Let stdout write what its encoding lacks (β and − in Windows' cp1252) as Python's stderr does: \\u03b2, \\u2212.

    For what others print: a report, a diagnosis, a network's summary.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # none, not Python's own, or closed
            if stream.errors == "strict":
                stream.reconfigure(errors="backslashreplace")


def say(text, *, end="\n", stream="stdout"):
    """Print a text to sys.stdout or sys.stderr, as they are at the moment: perhaps none, closed, or a broken pipe."""
    file = _Forgiving(getattr(sys, stream))
    file.write(f"{text}{end}")
    file.flush()


def is_terminal(stream="stdout"):
    """Whether sys.stdout or sys.stderr is a terminal, where a line can be rewritten."""
    return _Forgiving(getattr(sys, stream)).isatty()


@contextlib.contextmanager
def streams_may_fail():
    """While others print, Keras' progress bar above all: what sys.stdout or sys.stderr cannot take is lost."""
    with contextlib.redirect_stdout(_Forgiving(sys.stdout)), contextlib.redirect_stderr(_Forgiving(sys.stderr)):
        yield


class _Forgiving:
    """A stream in front of another, which may be none, closed, or a broken pipe."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                self._stream.write(text.encode("ascii", "backslashreplace").decode())
        return len(text)

    def flush(self):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            self._stream.flush()

    def isatty(self):
        with contextlib.suppress(AttributeError, ValueError):
            return self._stream.isatty()
        return False
