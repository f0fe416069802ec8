"""The nearest training image of each sample: does the generator make images, or repeat them?"""

from dataclasses import dataclass

import numpy as np
import scipy
import tensorflow as tf

from wganlib._arguments import as_finite, check_choice
from wganlib.metrics.embedding import choose_embedding
from wganlib.metrics.inputs import as_images_of_one_size
from wganlib.metrics.neighbours import BLOCK, squared_radii

COARSE = 8  # rows and columns that are left of a coarse image
SPACES = {"pixels": "pixels", "coarse": f"{COARSE}×{COARSE} pixels of one contrast", "features": "features"}  # in words
TINY = 1e-3  # of lengths and distances in coarse images: below it there are rounding errors


@dataclass(frozen=True, eq=False)
class NearestTraining:
    """What `nearest_training` found.

    Attributes:
        indices: (n,) the nearest training image of each sample.
        distances: (n,) the Euclidean distance to it.
        held_out_distances: (m,) the same for real images that were not trained on.
        copies: share of samples nearer to a training image than 99 of 100 held-out images are: about 0.01 without
            memorising, 1 where every sample is a copy. Of coarse images in proportion to the nearest held-out image.
        nearer: the chance that a sample is nearer to its training image than a held-out image to its own, ties counted
            half: 0.5 without memorising, 1 where every sample is a copy, below 0.5 where samples are unlike digits.
        space: "pixels", "coarse" or "features".
        train_count: how many training images there were.
    """

    indices: np.ndarray
    distances: np.ndarray
    held_out_distances: np.ndarray
    copies: float
    nearer: float
    space: str
    train_count: int

    @property
    def proportion(self):
        """What `copies` sets the distances against, in words that a sentence takes in; empty for most spaces."""
        return ", in proportion to the nearest held-out image," if self.space == "coarse" else ""

    def __str__(self):
        return (
            f"{self.copies:.1%} of {len(self.distances):,} samples are nearer to a training image{self.proportion} "
            f"than 99 % of {len(self.held_out_distances):,} held-out images are (1 % without memorising); a sample is "
            f"nearer than a held-out image with a chance of {self.nearer:.2f} (Euclidean distance in "
            f"{SPACES[self.space]} to {self.train_count:,} training images)"
        )


def nearest_training(images, train, held_out, space="pixels", features="digits"):
    """Find each sample's nearest training image, and compare with real images that were not trained on.

    A sample near a training image proves nothing by itself: new real images lie near old ones too. How near is read off
    held-out images. `copies` takes the distance that only 1 % of them fall below; `nearer` is the Mann–Whitney
    statistic that Meehan et al. 2020 (arXiv 2004.05675) test for data-copying, over the whole space at once. Both need
    about a hundred held-out images or more, and see only what the space sees: in pixels an image under noise or
    shifted by one pixel is far away, in features it is near.

    Coarse images let noise, blur, brightness and contrast pass for nothing. What noise is left takes a copy away from
    all images alike, so `copies` goes by the distance to the nearest training image over that to the nearest held-out
    one, in both of which it is. Shifted copies may be missed, and so may copies of an image that has doubles among the
    held-out.

    Args:
        images: (n, height, width, channels) in [−1, 1], the samples.
        train: (t, height, width, channels), what the generator was trained on.
        held_out: (m, height, width, channels), real images that it was not trained on, e.g. test digits.
        space: "pixels"; "coarse", the means of 8×8 parts of the image, each channel less its mean, all scaled to length
            1; or "features".
        features: whose features, as `measure` takes them; "digits" are those of the digit classifier.

    Returns:
        A `NearestTraining`.

    Raises:
        ValueError: images of another shape or range, an unknown space, features that do not fit the images, or for
            coarse images a single one held out.
    """
    check_choice("space", space, SPACES)
    embedding = choose_embedding(features)
    sets = {"images": images, "train": train, "held_out": held_out}
    if space == "features":
        if embedding.apply is None:
            raise ValueError(f"`features` must make features for space='features'. Received: {features!r}.")
        sets = {name: embedding.check(name, values) for name, values in sets.items()}
    sets = as_images_of_one_size(sets)
    if space == "coarse" and len(held_out) < 2:
        raise ValueError(f"`held_out` must be at least 2 images, better 100. Received: {len(held_out)}.")
    in_space = {
        "pixels": lambda values: values.reshape(len(values), -1),
        "coarse": _coarse,
        "features": lambda values: embedding.apply(values)[0],
    }[space]
    images, train, held_out = map(in_space, sets.values())
    indices, distances = nearest_neighbours(images, train)
    _, usual = nearest_neighbours(held_out, train)
    near, near_usually = distances, usual
    if space == "coarse":
        near = near / np.maximum(nearest_neighbours(images, held_out)[1], TINY)
        near_usually = near_usually / np.maximum(np.sqrt(squared_radii(held_out, [1])[0]), TINY)
    copies = float(np.mean(near <= np.quantile(near_usually, 0.01)))
    # Mann–Whitney's U from the ranks: O(n log n), ties counted half.
    ranks = scipy.stats.rankdata(np.concatenate([usual, distances]))[: len(usual)].sum()
    nearer = float((ranks - len(usual) * (len(usual) + 1) / 2) / (len(usual) * len(distances)))
    return NearestTraining(indices, distances, usual, copies, nearer, space, len(train))


def _coarse(images):
    """(n, COARSE · COARSE · channels), of length 1, or about 0 of an image of one colour."""
    small = tf.image.resize(images, (COARSE, COARSE), "area").numpy()
    small -= small.mean((1, 2), keepdims=True)
    small = small.reshape(len(small), -1)
    return small / np.maximum(np.linalg.norm(small, axis=1, keepdims=True), TINY)


def nearest_neighbours(points, candidates):
    """The nearest candidate of each point: (int indices (n,), float64 distances (n,)).

    Which one is found in float32, for speed; how far it is is computed in float64.

    Args:
        points, candidates: (n, d) and (m, d).

    Raises:
        ValueError: sets that do not fit each other, are empty, or have NaN in them.
    """
    pair = (("points", points), ("candidates", candidates))
    points, candidates = (as_finite(name, values).astype(np.float32, copy=False) for name, values in pair)
    shapes = points.shape + candidates.shape
    if points.ndim != 2 or candidates.ndim != 2 or points.shape[1] != candidates.shape[1] or 0 in shapes:
        raise ValueError(
            "`points` and `candidates` must have shapes (n, d) and (m, d), n, m ≥ 1. Received: shapes "
            f"{points.shape} and {candidates.shape}."
        )
    centre = candidates.mean(0)
    centred = candidates - centre
    sizes = np.einsum("ij,ij->i", centred, centred)
    indices, distances = np.empty(len(points), int), np.empty(len(points))
    step = max(1, min(1000, 2 * BLOCK // len(candidates)))
    for start in range(0, len(points), step):
        part = slice(start, start + step)
        # ‖x‖² is the same for all candidates.
        scores = (-2 * (points[part] - centre)) @ centred.T
        scores += sizes
        indices[part] = scores.argmin(1)
        difference = points[part].astype(np.float64) - candidates[indices[part]]
        distances[part] = np.sqrt(np.einsum("ij,ij->i", difference, difference))
    return indices, distances
