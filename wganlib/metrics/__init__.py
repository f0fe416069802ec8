"""How good is a generator of digits: distances between sets of images in the features of a small digit classifier.

`measure(images, reference)` computes everything at once. One by one: `frechet_distance`, `kernel_distance`,
`precision_recall`, `density_coverage` on features (n, d) of any kind, `class_balance` on classes, `nearest_training` on
digits; `digit_features` makes features and classes of digits. `ngram_divergence` measures text.

Distances in these features are comparable with one another, and not with an "FID", which uses the Inception network.
"""

from wganlib.metrics.classes import ClassBalance, class_balance
from wganlib.metrics.features import digit_features, load_digit_classifier
from wganlib.metrics.frechet import FrechetLimit, frechet_distance, frechet_limit
from wganlib.metrics.kernel import KernelDistance, kernel_distance, squared_mmd
from wganlib.metrics.memorisation import NearestTraining, nearest_neighbours, nearest_training
from wganlib.metrics.neighbours import (
    DensityCoverage,
    PrecisionRecall,
    density_coverage,
    expected_coverage,
    precision_recall,
)
from wganlib.metrics.ngrams import ngram_counts, ngram_divergence
from wganlib.metrics.report import Report, measure

__all__ = [
    "ClassBalance",
    "DensityCoverage",
    "FrechetLimit",
    "KernelDistance",
    "NearestTraining",
    "PrecisionRecall",
    "Report",
    "class_balance",
    "density_coverage",
    "digit_features",
    "expected_coverage",
    "frechet_distance",
    "frechet_limit",
    "kernel_distance",
    "load_digit_classifier",
    "measure",
    "nearest_neighbours",
    "nearest_training",
    "ngram_counts",
    "ngram_divergence",
    "precision_recall",
    "squared_mmd",
]
