"""Measures a set of images against real ones: everything at once, and the best to hope for beside it."""

from dataclasses import dataclass

import numpy as np

from wganlib._arguments import check_choice, check_seed
from wganlib.metrics.classes import class_balance
from wganlib.metrics.embedding import choose_embedding
from wganlib.metrics.frechet import frechet_distance
from wganlib.metrics.inputs import as_images_of_one_size
from wganlib.metrics.kernel import kernel_distance
from wganlib.metrics.memorisation import SPACES, nearest_training
from wganlib.metrics.neighbours import expected_coverage, precision_recall_density_coverage
from wganlib.metrics.patches import SIDE, check_holds_patches, patch_distance
from wganlib.metrics.report import FEWEST, K_COVERAGE, OF_FEATURES, SUBSETS, Halves, K, Report, of_classes, of_patches


def measure(images, reference, *, features="digits", train=None, space="pixels", seed=0):
    """Measure a generator's images against real ones that it was not trained on.

    10,000 against 10,000 digits take about a minute on two cores. Numbers compare only at equal counts, against the
    same reference, in the same features. The best to hope for stands beside every one: real images, half of the
    reference against its other half, and as many samples against that half.

    Args:
        images: (n, height, width, channels) in [−1, 1], generated, n ≥ 20.
        reference: (m, height, width, channels) in [−1, 1], real and held out of training, m ≥ 20, better twice as many
            as samples.
        features: whose view of the images is measured:
            "digits": the shipped digit classifier's, 64 numbers, for digits of 28×28 alone; it tells classes, too.
            "inception": `inception_features`, where Inception's weights are on this machine.
            "patches": none; `patch_distance` alone, which takes no network and any images of at least 7×7.
            A Keras model images → (batch, d), or a function (n, height, width, channels) → (n, d).
            All but digits get the distance in patches, too.
        train: (t, height, width, channels), the training images, to look for copies of them; None does not look.
        space: where the nearest training image is sought: "pixels", "coarse" or "features", as of `nearest_training`.
        seed: of the kernel distance's subsets, of patches and halves.

    Returns:
        A `Report`.

    Raises:
        ValueError: images of another shape or range ([0, 1] and [0, 255] too), NaN, or too few of them; features that
            are none, or that make anything but one row of numbers for each image.
        FileNotFoundError: Inception without its weights.
    """
    check_choice("space", space, SPACES)
    seed = check_seed("seed", seed)
    embedding = choose_embedding(features)
    images, reference = embedding.check("images", images), embedding.check("reference", reference)
    as_images_of_one_size({"images": images, "reference": reference})
    if embedding.apply is None:
        check_holds_patches("images", images)
    for name, values in (("images", images), ("reference", reference)):
        if len(values) < FEWEST:
            raise ValueError(f"`{name}` must be at least {FEWEST} images, better 2,000. Received: {len(values)}.")
    if space == "features" and embedding.apply is None:
        raise ValueError(
            f"`space` must be 'pixels' or 'coarse' with features={features!r}, which makes none. Received: {space!r}."
        )
    # The features first: what is wrong with them shows before the long search.
    sets = [_Set(part, *(embedding.apply(part) if embedding.apply else (None, None))) for part in (images, reference)]
    nearest = None if train is None else nearest_training(images, train, reference, space, features)
    found, kernel, classes, patches = _compare(*sets, features, seed)
    return Report(
        **{name: found.get(name) for name in OF_FEATURES},
        best_coverage=expected_coverage(len(images), len(reference), K_COVERAGE) if kernel else None,
        classes=classes,
        patches=patches,
        nearest=nearest,
        halves=_halves(*sets, features, seed),
        features=embedding.words,
        n_features=0 if kernel is None else sets[0].features.shape[1],
        caution=embedding.caution,
        count=len(images),
        reference_count=len(reference),
        seed=seed,
        subset_size=None if kernel is None else kernel.subset_size,
    )


@dataclass
class _Set:
    """Images, their features (n, d) and classes (n,), or None for either."""

    images: np.ndarray
    features: np.ndarray | None
    classes: np.ndarray | None

    def part(self, indices):
        return _Set(*(None if all_ is None else np.asarray(all_)[indices] for all_ in vars(self).values()))


def _compare(samples, reference, features, seed):
    """({measure: value}, KernelDistance, ClassBalance, PatchDistance), each of the last three or None."""
    found, kernel, classes, patches = {}, None, None, None
    if samples.features is not None:
        of_both = samples.features, reference.features
        kernel = kernel_distance(*of_both, SUBSETS, seed=seed)
        fidelity, filling = precision_recall_density_coverage(*of_both, K, K_COVERAGE)
        found = {
            "frechet": frechet_distance(*of_both),
            "kernel": kernel.value,
            "kernel_error": kernel.error,
            "precision": fidelity.precision,
            "recall": fidelity.recall,
            "density": filling.density,
            "coverage": filling.coverage,
        }
    if samples.classes is not None:
        classes = class_balance(samples.classes, reference.classes)
    # The digit classifier sees more of a digit than its patches show.
    large_enough = samples.features is None or min(samples.images.shape[1:3]) >= SIDE
    if features != "digits" and large_enough:
        patches = patch_distance(samples.images, reference.images, seed=seed)
    return found | of_classes(classes) | of_patches(patches), kernel, classes, patches


def _halves(samples, reference, features, seed):
    count = min(len(samples.images), len(reference.images) // 2)
    if count < FEWEST:
        return None
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(reference.images))
    some = samples.part(rng.permutation(len(samples.images))[:count])
    half, other = reference.part(order[:count]), reference.part(order[count : 2 * count])
    return Halves(count, *(_compare(part, half, features, seed)[0] for part in (some, other)))
