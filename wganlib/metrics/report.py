"""What a set of images was measured to be: the table, the protocol that its numbers were made by."""

from dataclasses import dataclass, field
from html import escape
from textwrap import wrap

from wganlib.metrics.classes import ClassBalance
from wganlib.metrics.kernel import with_error
from wganlib.metrics.memorisation import SPACES, NearestTraining
from wganlib.metrics.patches import SIDE, PatchDistance

K, K_COVERAGE, SUBSETS = 3, 5, 10  # of the neighbours' measures, of the kernel distance
FEWEST = 2 * SUBSETS  # images of a set that is measured
OF_FEATURES = ("frechet", "kernel", "kernel_error", "precision", "recall", "density", "coverage")
HEAD = (("Measure", "left"), ("Value", "right"), ("Equal counts", "right"), ("Real", "right"), ("Best", "left"))


@dataclass(frozen=True)
class Halves:
    """Samples, and real images, held against the same random half of the reference.

    Attributes:
        count: how many images there are in each of the three sets.
        samples: {measure: value} of as many samples against the half.
        real: {measure: value} of the other half of the reference against it: the best to hope for at this count.
    """

    count: int
    samples: dict
    real: dict


@dataclass(frozen=True, eq=False)
class Report:
    """The measures of one set of samples; prints as a table, shows as one in a notebook.

    A measure that the features do not give is None.

    Attributes:
        frechet: `frechet_distance`, 0 at best, biased upwards by about c/n.
        kernel, kernel_error: `kernel_distance` and its standard error, 0 at best on average.
        precision, recall: `precision_recall` with k = 3, in [0, 1].
        density, coverage: `density_coverage` with k = 5; best_coverage: what the reference's own distribution gets.
        classes: the `ClassBalance`; classes.shares, classes.covered, classes.missing, classes.total_variation.
        patches: the `PatchDistance`; None for digits.
        nearest: the `NearestTraining`, or None without training images.
        halves: the `Halves`, which hold samples and real images against one half of the reference at equal counts; None
            where the images are too few.
        features: whose features they are, in words; n_features: how many there are of each image, or 0.
        count, reference_count, seed: how many samples and reference images, and the seed of all that is drawn.
        subset_size: how many images each subset of the kernel distance has.
    """

    frechet: float | None
    kernel: float | None
    kernel_error: float | None
    precision: float | None
    recall: float | None
    density: float | None
    coverage: float | None
    best_coverage: float | None
    classes: ClassBalance | None
    patches: PatchDistance | None
    nearest: NearestTraining | None = field(repr=False)
    halves: Halves | None = field(repr=False)
    features: str
    n_features: int
    caution: str = field(repr=False)
    count: int
    reference_count: int
    seed: int
    subset_size: int | None

    @property
    def classes_covered(self):
        """How many classes are covered: `class_balance` says what that means. None without classes."""
        return None if self.classes is None else self.classes.covered

    @property
    def copies(self):
        """`NearestTraining.copies`, or None without training images."""
        return None if self.nearest is None else self.nearest.copies

    @property
    def protocol(self):
        """How the numbers were made, in one line."""
        parts = [f"{self.count:,} samples, {self.reference_count:,} reference images"]
        if self.n_features:
            parts.insert(0, f"{self.n_features:,} features of {self.features}")
            parts.append(
                f"kernel distance over {SUBSETS} disjoint subsets of {self.subset_size:,}, seed {self.seed}; precision "
                f"and recall k = {K}, density and coverage k = {K_COVERAGE}"
            )
        if self.classes is not None:
            parts.append(f"covered: at least {self.classes.threshold:g} of the reference's share")
        if self.patches is not None:
            parts.append(
                f"patches: {self.patches.n_patches:,} of {SIDE}×{SIDE} on each level from either set, "
                f"{self.patches.n_directions} directions, seed {self.seed}"
            )
        if self.nearest is not None:
            parts.append(
                f"copies: nearer in {SPACES[self.nearest.space]} to one of {self.nearest.train_count:,} training images"
                f"{self.nearest.proportion} than 99 % of the reference images are"
            )
        if self.halves is None:
            parts.append(f"equal counts: left out, for they take {2 * FEWEST} reference images")
        else:
            parts.append(
                f"equal counts: {self.halves.count:,} samples against a random half of the reference of as many; real: "
                f"the other half against it, seed {self.seed}"
            )
        return "; ".join(parts) + "."

    def rows(self):
        """(measure, value, the same at equal counts, real images at equal counts, what to hope for), as text."""
        whole = _texts(self._figures())
        halves = (_texts(self.halves.samples), _texts(self.halves.real)) if self.halves else ({}, {})
        best = {
            "Fréchet distance": "0; too large by about c/n",
            "Kernel distance": "0 on average",
            "Precision": "quality, up to 1",
            "Recall": "diversity, up to 1",
            "Density": "quality, 1",
            "Coverage": f"diversity, {self.best_coverage or 1:.3f} for real images",
            "Classes covered": self._missing(),
        }
        table = [
            (name, value, *(half.get(name, "") for half in halves), best.get(name, "0"))
            for name, value in whole.items()
        ]
        if self.nearest is not None:
            table.append(("Copies of training images", f"{self.nearest.copies:.1%}", "", "", "1 % without memorising"))
            table.append(("Nearer than held-out images", f"{self.nearest.nearer:.3f}", "", "", "0.5, 1 for copies"))
        return table

    def as_dict(self):
        """The numbers and the protocol as plain Python values, for JSON or a table of several generators."""
        numbers = {name: getattr(self, name) for name in (*OF_FEATURES, "best_coverage")}
        if self.classes is not None:
            numbers |= {
                "classes_covered": self.classes.covered,
                "missing_classes": list(self.classes.missing),
                "class_shares": self.classes.shares.tolist(),
                "class_total_variation": self.classes.total_variation,
            }
        if self.patches is not None:
            numbers["patches"] = _by_level(self.patches)
        halves = self.halves
        return numbers | {
            "copies": self.copies,
            "nearer": None if self.nearest is None else self.nearest.nearer,
            "halves": halves and {"count": halves.count, "samples": halves.samples, "real": halves.real},
            "count": self.count,
            "reference_count": self.reference_count,
            "train_count": None if self.nearest is None else self.nearest.train_count,
            "seed": self.seed,
            "protocol": self.protocol,
        }

    def _figures(self):
        found = {name: getattr(self, name) for name in OF_FEATURES if self.n_features}
        return found | of_classes(self.classes) | of_patches(self.patches)

    def _missing(self):
        lost = self.classes.missing if self.classes else ()
        return f"missing: {', '.join(map(str, lost))}" if lost else "all"

    def __str__(self):
        table = [tuple(name for name, _ in HEAD), *self.rows()]
        widths = [max(len(row[column]) for row in table) for column in range(4)]
        lines = [
            "  ".join(
                [f"{name:<{widths[0]}}", *(f"{text:>{width}}" for text, width in zip(texts, widths[1:], strict=True))]
            )
            + f"  {best}"
            for name, *texts, best in table
        ]
        rule = "─" * max(map(len, lines))
        below = [line for text in (self.protocol, self.caution) for line in wrap(text, 90)]
        return "\n".join([lines[0], rule, *lines[1:], rule, *below])

    def _repr_html_(self):
        def row(tag, cells):
            sides = (side for _, side in HEAD)
            return "".join(
                f"<{tag} style='text-align:{side}'>{escape(cell)}</{tag}>"
                for cell, side in zip(cells, sides, strict=True)
            )

        body = "".join(f"<tr>{row('td', cells)}</tr>" for cells in self.rows())
        return (
            f"<table><thead><tr>{row('th', [name for name, _ in HEAD])}</tr></thead><tbody>{body}</tbody></table>"
            f"<p style='max-width:60em'><small>{escape(f'{self.protocol} {self.caution}'.strip())}</small></p>"
        )


def of_classes(classes):
    """{measure: value} of a `ClassBalance` or None."""
    if classes is None:
        return {}
    return {
        "classes_covered": classes.covered,
        "n_classes": classes.n_classes,
        "class_total_variation": classes.total_variation,
    }


def of_patches(patches):
    """{measure: value} of a `PatchDistance` or None."""
    return {} if patches is None else {"patches": _by_level(patches)}


def _by_level(patches):
    return {f"{height}×{width}": value for (height, width), value in zip(patches.sizes, patches.values, strict=True)}


def _texts(found):
    """{name in the table: value as text} of measures."""
    texts = {}
    if "frechet" in found:
        texts |= {
            "Fréchet distance": f"{found['frechet']:.4g}",
            "Kernel distance": with_error(found["kernel"], found["kernel_error"]),
        }
        texts |= {name.capitalize(): f"{found[name]:.3f}" for name in ("precision", "recall", "density", "coverage")}
    if "class_total_variation" in found:
        texts |= {
            "Classes covered": f"{found['classes_covered']} of {found['n_classes']}",
            "Class shares, total variation": f"{found['class_total_variation']:.3f}",
        }
    levels = found.get("patches", {})
    return texts | {f"Patches at {level}, × 10³": f"{1000 * value:.1f}" for level, value in levels.items()}
