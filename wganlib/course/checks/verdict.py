"""What every exercise check returns, and the comparison that most of them need."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Verdict:
    """The answer to a reader's answer: true or false as a condition, a sentence on the page.

    Attributes:
        ok: whether the answer is right.
        message: what there is to say about it.
        answered: whether there was an answer.
    """

    ok: bool
    message: str
    answered: bool = True

    def __bool__(self):
        return self.ok

    def __repr__(self):
        sign = "✓" if self.ok else "✗" if self.answered else "○"
        return f"{sign} {self.message}"


def unanswered(answer):
    """Whether the reader has left the placeholder (`...` or None) in place."""
    return answer is Ellipsis or answer is None


NOT_YET = Verdict(
    False, "Not answered yet: put your answer in place of the dots and run the cell again.", answered=False
)


NOT_DIFFERENTIABLE = "TensorFlow cannot differentiate your function: use tf.… operations instead of NumPy."


def not_a_function(answer, arguments):
    """The verdict on anything but a function of these arguments."""
    return Verdict(
        False,
        f"A function of {arguments} was expected, but this is {type(answer).__name__}: leave out the parentheses "
        "behind its name, so that the check can call it.",
    )


def raised(error, case=""):
    """The verdict on a reader's function that raised this; `case` says for what, as in "For n = 3"."""
    return Verdict(False, f"{_yours(case)} raised {type(error).__name__}: {error}")


def call(function, arguments, *values, case=""):
    """(what a reader's function gives for these values, None), or (None, the verdict that says why it gives nothing).

    Args:
        function: the reader's answer.
        arguments: what it is to be a function of, in words.
        values: what it is called with.
        case: how a verdict on this call begins, as in "For n = 3"; "" where it need not be told from others.
    """
    if unanswered(function):
        return None, NOT_YET
    if not callable(function):
        return None, not_a_function(function, arguments)
    try:
        with np.errstate(all="ignore"):
            value = function(*values)
    except Exception as error:  # whatever the reader's code raises belongs on the page, not in a traceback from here
        return None, raised(error, case)
    if value is None:
        return None, Verdict(False, f"{_yours(case)} returns None: is the return missing?")
    return value, None


def _yours(case):
    return f"{case}: your function" if case else "Your function"


def compare(answer, expected, right, hints=(), tolerance=1e-5):
    """Judge a numeric answer given in any sensible form (number, list, tuple, array, tensor).

    Args:
        answer: what the reader gave.
        expected: the right number or array.
        right: the sentence for a right answer.
        hints: pairs (wrong value, what went wrong), for the mistakes that people make.
        tolerance: the absolute and relative difference that still counts as equal.

    Returns:
        A `Verdict` that says what is wrong: the type, the shape, the known mistake, or the first wrong value.
    """
    if unanswered(answer):
        return NOT_YET
    expected = np.asarray(expected, dtype=float)
    try:
        given = np.asarray(answer, dtype=float)
    except Exception:  # whatever a reader's function returned
        return Verdict(False, f"A number or an array was expected, but this is {type(answer).__name__}: {answer!r}.")
    if given.shape != expected.shape:
        return Verdict(False, f"The shape is {given.shape}, but it should be {expected.shape}.")
    if not np.isfinite(given).all():
        return Verdict(False, "Not every value is finite: look for a division by zero or a logarithm of zero.")
    close = np.isclose(given, expected, rtol=tolerance, atol=tolerance)
    if close.all():
        return Verdict(True, right)
    for wrong, reason in hints:
        wrong = np.asarray(wrong, dtype=float)
        if wrong.shape == given.shape and np.allclose(given, wrong, rtol=tolerance, atol=tolerance):
            return Verdict(False, reason)
    if expected.ndim == 0:
        return Verdict(False, f"{given:g} is {'too large' if given > expected else 'too small'}.")
    off = np.argwhere(~close)
    place = tuple(off[0].tolist())
    return Verdict(
        False,
        f"{len(off)} of {close.size} values {'is' if len(off) == 1 else 'are'} off. The first of them, {list(place)}, "
        f"is {given[place]:g}: too {'large' if given[place] > expected[place] else 'small'}.",
    )


def norm_at_zero(function, shape):
    """A reader's norms of zero gradients of this shape, and what is wrong with their own gradient there.

    Returns:
        (array of norms, a sentence or "").
    """
    zeros = tf.zeros(shape)
    with tf.GradientTape() as tape:
        tape.watch(zeros)
        norms = tf.convert_to_tensor(function(zeros))
    slope = tape.gradient(norms, zeros)
    problem = ""
    if slope is None:
        problem = NOT_DIFFERENTIABLE
    elif not np.isfinite(np.asarray(slope)).all():
        problem = "Right numbers, but at a zero gradient the slope of the root is NaN: keep it from 0, with ε inside."
    return np.asarray(norms), problem
