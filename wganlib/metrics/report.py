"""All measures of a generator of digits at once, with the protocol that makes the numbers mean something."""

from dataclasses import dataclass, field
from html import escape
from textwrap import wrap

import numpy as np

from wganlib._arguments import check_choice, check_seed
from wganlib.metrics.classes import ClassBalance, class_balance
from wganlib.metrics.features import digit_features
from wganlib.metrics.frechet import frechet_distance
from wganlib.metrics.inputs import as_digits
from wganlib.metrics.kernel import kernel_distance
from wganlib.metrics.memorisation import SPACES, NearestTraining, nearest_training
from wganlib.metrics.neighbours import expected_coverage, precision_recall_density_coverage

K, K_COVERAGE, SUBSETS = 3, 5, 10
FEWEST = 2 * SUBSETS
HEAD = (("Measure", "left"), ("Value", "right"), ("Best", "left"))
NOT_INCEPTION = "These features are the digit classifier's: no number here compares with an FID or KID of Inception's."


@dataclass(frozen=True, eq=False)
class Report:
    """The measures of one set of samples; prints as a table, shows as one in a notebook.

    Attributes:
        frechet: `frechet_distance`, 0 at best, biased upwards by about c/n.
        kernel, kernel_error: `kernel_distance` and its standard error, 0 at best on average.
        precision, recall: `precision_recall` with k = 3, in [0, 1].
        density, coverage: `density_coverage` with k = 5; best_coverage: what the reference's own distribution gets.
        classes: the `ClassBalance`; classes.shares, classes.covered, classes.missing, classes.total_variation.
        nearest: the `NearestTraining`, or None without training images.
        count, reference_count, seed: how many samples and reference images, and the seed of the kernel's subsets.
    """

    frechet: float
    kernel: float
    kernel_error: float
    precision: float
    recall: float
    density: float
    coverage: float
    best_coverage: float
    classes: ClassBalance
    nearest: NearestTraining | None = field(repr=False)
    count: int
    reference_count: int
    seed: int
    subset_size: int

    @property
    def classes_covered(self):
        """How many classes are covered: `class_balance` says what that means."""
        return self.classes.covered

    @property
    def copies(self):
        """`NearestTraining.copies`, or None without training images."""
        return None if self.nearest is None else self.nearest.copies

    @property
    def protocol(self):
        """How the numbers were made, in one line."""
        line = (
            f"64 features of wganlib's digit classifier; {self.count:,} samples, {self.reference_count:,} reference "
            f"images; kernel distance over {SUBSETS} disjoint subsets of {self.subset_size:,}, seed {self.seed}; "
            f"precision and recall k = {K}, density and coverage k = {K_COVERAGE}; covered: at least "
            f"{self.classes.threshold:g} of the reference's share"
        )
        if self.nearest is not None:
            line += (
                f"; copies: nearer in {self.nearest.space} to one of {self.nearest.train_count:,} training images than "
                "99 % of the reference images are"
            )
        return line + "."

    def rows(self):
        """(measure, value, what to hope for) of each line of the table, as text."""
        table = [
            ("Fréchet distance", f"{self.frechet:.2f}", "0; too large by about c/n"),
            ("Kernel distance", f"{self.kernel:.2f} ± {self.kernel_error:.2f}", "0 on average"),
            ("Precision", f"{self.precision:.3f}", "quality, up to 1"),
            ("Recall", f"{self.recall:.3f}", "diversity, up to 1"),
            ("Density", f"{self.density:.3f}", "quality, 1"),
            ("Coverage", f"{self.coverage:.3f}", f"diversity, {self.best_coverage:.3f} for real images"),
            ("Classes covered", f"{self.classes.covered} of {self.classes.n_classes}", self._missing()),
            ("Class shares, total variation", f"{self.classes.total_variation:.3f}", "0"),
        ]
        if self.nearest is not None:
            table.append(("Copies of training images", f"{self.nearest.copies:.1%}", "1 % without memorising"))
            table.append(("Nearer than held-out images", f"{self.nearest.nearer:.3f}", "0.5, 1 for copies"))
        return table

    def as_dict(self):
        """The numbers and the protocol as plain Python values, for JSON or a table of several generators."""
        names = ("frechet", "kernel", "kernel_error", "precision", "recall", "density", "coverage", "best_coverage")
        numbers = {name: getattr(self, name) for name in names}
        numbers |= {
            "classes_covered": self.classes.covered,
            "missing_classes": list(self.classes.missing),
            "class_shares": self.classes.shares.tolist(),
            "class_total_variation": self.classes.total_variation,
            "copies": self.copies,
            "nearer": None if self.nearest is None else self.nearest.nearer,
        }
        return numbers | {
            "count": self.count,
            "reference_count": self.reference_count,
            "train_count": None if self.nearest is None else self.nearest.train_count,
            "seed": self.seed,
            "protocol": self.protocol,
        }

    def _missing(self):
        return f"missing: {', '.join(map(str, self.classes.missing))}" if self.classes.missing else "all"

    def __str__(self):
        table = [tuple(name for name, _ in HEAD), *self.rows()]
        widths = [max(len(row[column]) for row in table) for column in range(2)]
        lines = [f"{name:<{widths[0]}}  {value:>{widths[1]}}  {best}" for name, value, best in table]
        rule = "─" * max(map(len, lines))
        below = [line for text in (self.protocol, NOT_INCEPTION) for line in wrap(text, 90)]
        return "\n".join([lines[0], rule, *lines[1:], rule, *below])

    def _repr_html_(self):
        cells = "".join(
            f"<tr><td style='text-align:left'>{escape(name)}</td><td style='text-align:right'>{escape(value)}</td>"
            f"<td style='text-align:left'>{escape(best)}</td></tr>"
            for name, value, best in self.rows()
        )
        head = "".join(f"<th style='text-align:{side}'>{name}</th>" for name, side in HEAD)
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>"
            f"<p style='max-width:60em'><small>{escape(self.protocol)} {escape(NOT_INCEPTION)}</small></p>"
        )


def measure(images, reference, *, train=None, space="pixels", seed=0):
    """Measure a generator's digits against real ones it was not trained on.

    10,000 against 10,000 images take well under a minute on two cores. Numbers compare only at equal counts, against
    the same reference. Measure real digits the same way first (training against test digits): that is the best to hope.

    Args:
        images: (n, 28, 28, 1) in [−1, 1], generated, n ≥ 20.
        reference: (m, 28, 28, 1) in [−1, 1], real and held out of training, m ≥ 20.
        train: (t, 28, 28, 1) in [−1, 1], the training images, to look for copies of them; None does not look.
        space: where the nearest training image is sought, "pixels" or "features".
        seed: of the kernel distance's subsets.

    Returns:
        A `Report`.

    Raises:
        ValueError: images of another shape or range ([0, 1] and [0, 255] too), NaN, or too few of them.
    """
    check_choice("space", space, SPACES)
    seed = check_seed("seed", seed)
    images, reference = as_digits("images", images), as_digits("reference", reference)
    for name, values in (("images", images), ("reference", reference)):
        if len(values) < FEWEST:
            raise ValueError(f"`{name}` must be at least {FEWEST} images, better 2,000. Received: {len(values)}.")
    nearest = None if train is None else nearest_training(images, train, reference, space)
    features, classes = digit_features(images)
    of_reference, reference_classes = digit_features(reference)
    kernel = kernel_distance(features, of_reference, SUBSETS, seed=seed)
    fidelity, filling = precision_recall_density_coverage(features, of_reference, K, K_COVERAGE)
    return Report(
        frechet=frechet_distance(features, of_reference),
        kernel=kernel.value,
        kernel_error=kernel.error,
        precision=fidelity.precision,
        recall=fidelity.recall,
        density=filling.density,
        coverage=filling.coverage,
        best_coverage=expected_coverage(len(images), len(reference), K_COVERAGE),
        classes=class_balance(np.asarray(classes), np.asarray(reference_classes)),
        nearest=nearest,
        count=len(images),
        reference_count=len(reference),
        seed=seed,
        subset_size=kernel.subset_size,
    )
