"""Which classes a generator makes, and how often."""

from dataclasses import dataclass

import numpy as np

from wganlib._arguments import as_numbers, check_count, check_number
from wganlib.distances import total_variation


@dataclass(frozen=True, eq=False)
class ClassBalance:
    """What `class_balance` found.

    Attributes:
        shares, reference_shares: (n_classes,), each summing to 1.
        covered: how many classes are covered; n_classes: how many the reference has.
        missing: the classes of the reference that are not covered, as a tuple.
        total_variation: ½ Σ |share − reference share|, in [0, 1]: the share of samples in the wrong class.
        threshold, count, reference_count: the protocol.
    """

    shares: np.ndarray
    reference_shares: np.ndarray
    covered: int
    n_classes: int
    missing: tuple
    total_variation: float
    threshold: float
    count: int
    reference_count: int

    def __str__(self):
        missing = f", missing {', '.join(map(str, self.missing))}" if self.missing else ""
        return (
            f"{self.covered} of {self.n_classes} classes covered{missing}; total variation {self.total_variation:.3f} "
            f"from the reference's shares ({self.count:,} and {self.reference_count:,} samples)"
        )


def class_balance(classes, reference_classes, n_classes=10, threshold=0.25):
    """Compare how often each class occurs among samples and in a reference.

    A class counts as covered if its share of the samples is at least `threshold` times its share in the reference: a
    convention of this course. One lucky sample, or one that the classifier got wrong, does not make a class covered, as
    it would if any sample did; a generator that makes a digit four times too rarely has nearly lost it.

    Args:
        classes, reference_classes: (n,) and (m,) whole numbers in [0, n_classes), e.g. from `digit_features`.
        n_classes: how many classes there are.
        threshold: in (0, 1].

    Returns:
        A `ClassBalance`.

    Raises:
        ValueError: not vectors of classes, or a threshold out of range.
    """
    n_classes = check_count("n_classes", n_classes)
    check_number("threshold", threshold, above=0, at_most=1)
    (count, shares), (reference_count, expected) = (
        _shares(name, values, n_classes)
        for name, values in (("classes", classes), ("reference_classes", reference_classes))
    )
    present = expected > 0
    lost = present & (shares < threshold * expected)
    return ClassBalance(
        shares,
        expected,
        int((present & ~lost).sum()),
        int(present.sum()),
        tuple(np.flatnonzero(lost).tolist()),
        total_variation(shares, expected),
        threshold,
        count,
        reference_count,
    )


def _shares(name, classes, n_classes):
    classes = as_numbers(name, classes, whole=True)
    if classes.ndim != 1 or len(classes) == 0:
        raise ValueError(
            f"`{name}` must be whole numbers of shape (n,), n ≥ 1, e.g. the second result of digit_features. Received: "
            f"shape {classes.shape}."
        )
    if classes.min() < 0 or classes.max() >= n_classes:
        raise ValueError(
            f"`{name}` must lie between 0 and {n_classes - 1}, with n_classes={n_classes}. Received: values from "
            f"{classes.min()} to {classes.max()}."
        )
    return len(classes), np.bincount(classes, minlength=n_classes) / len(classes)
