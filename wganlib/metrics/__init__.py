"""How good is a generator of images: distances between sets of images, in a network's features or in patches.

`measure(images, reference)` computes everything at once: for digits in the features of a small digit classifier, for
other images by `features="patches"`, `features="inception"`, or a model or function of one's own. One by one:
`frechet_distance`, `kernel_distance`, `precision_recall`, `density_coverage` on features (n, d) of any kind,
`class_balance` on classes, `inception_score` and `mode_score` on class probabilities, `patch_distance` and
`nearest_training` on images; `digit_features` makes features and classes of digits, `inception_features` Inception's of
any images. `ngram_divergence` measures text.

Distances in one kind of features are comparable with one another, and not with a published "FID".
"""

from wganlib.metrics.classes import ClassBalance, class_balance
from wganlib.metrics.features import digit_features, load_digit_classifier
from wganlib.metrics.frechet import FrechetLimit, frechet_distance, frechet_limit
from wganlib.metrics.inception import inception_features
from wganlib.metrics.kernel import KernelDistance, kernel_distance, squared_mmd
from wganlib.metrics.measurement import measure
from wganlib.metrics.memorisation import NearestTraining, nearest_neighbours, nearest_training
from wganlib.metrics.neighbours import (
    DensityCoverage,
    PrecisionRecall,
    density_coverage,
    expected_coverage,
    precision_recall,
)
from wganlib.metrics.ngrams import ngram_counts, ngram_divergence
from wganlib.metrics.patches import PatchDistance, patch_distance
from wganlib.metrics.report import Halves, Report
from wganlib.metrics.scores import inception_score, mode_score

__all__ = [
    "ClassBalance",
    "DensityCoverage",
    "FrechetLimit",
    "Halves",
    "KernelDistance",
    "NearestTraining",
    "PatchDistance",
    "PrecisionRecall",
    "Report",
    "class_balance",
    "density_coverage",
    "digit_features",
    "expected_coverage",
    "frechet_distance",
    "frechet_limit",
    "inception_features",
    "inception_score",
    "kernel_distance",
    "load_digit_classifier",
    "measure",
    "mode_score",
    "nearest_neighbours",
    "nearest_training",
    "ngram_counts",
    "ngram_divergence",
    "patch_distance",
    "precision_recall",
    "squared_mmd",
]
