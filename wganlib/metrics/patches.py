"""The distance between sets of images in their patches, scale by scale: no network, any images."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from wganlib._arguments import as_rng, check_count
from wganlib.distances.samples import random_directions
from wganlib.metrics.inputs import as_images_of_one_size

SIDE = 7  # of a patch, in pixels
SMALLEST = 14  # the smaller side of the coarsest level, at least
BLUR = np.array([1, 4, 6, 4, 1], np.float32) / 16  # of the pyramid, along either axis
CHUNK = 16  # directions that are sorted at a time


@dataclass(frozen=True)
class PatchDistance:
    """What `patch_distance` found.

    Attributes:
        sizes: ((height, width), …) of the pyramid's levels, the finest first.
        values: the sliced Wasserstein distance of the patches of each level.
        n_patches, n_directions, seed: the protocol; so many patches of either set were compared on a level. The seed is
            None where a generator was given.
    """

    sizes: tuple
    values: tuple
    n_patches: int
    n_directions: int
    seed: int | None

    @property
    def mean(self):
        """The mean over the levels."""
        return float(np.mean(self.values))

    def __str__(self):
        levels = ", ".join(
            f"{1000 * value:.1f} at {height}×{width}"
            for (height, width), value in zip(self.sizes, self.values, strict=True)
        )
        return (
            f"{levels} (10³ × sliced Wasserstein distance of {self.n_patches:,} patches of {SIDE}×{SIDE} from either "
            f"set in {self.n_directions} directions{'' if self.seed is None else f', seed {self.seed}'})"
        )


def patch_distance(samples, reference, n_patches=16_384, n_directions=128, seed=0):
    """Sliced Wasserstein distance of the patches of a Laplacian pyramid (Karras et al. 2018, arXiv 1710.10196, §5).

    Every image becomes a pyramid: its details at full size, what is left at half of that, and so on. On each level
    patches of 7×7 pixels are cut out at random places, each channel of a set's patches is given mean 0 and standard
    deviation 1, and the two sets are compared by the mean Wasserstein-1 distance of their projections on random
    directions. Large values at the finest level mean other edges and noise, at the coarsest other shapes. The mean
    colour, and which patch stands where, are not seen.

    Args:
        samples, reference: (n, height, width, channels) and (m, height, width, channels) in [−1, 1], at least 7×7. The
            paper halves down to 16×16, here until the next half would be smaller than 14 pixels.
        n_patches: patches of either set on a level, spread evenly over its images. The paper takes 128 from each of
            8,192 images.
        n_directions: how many, ≥ 1. The paper takes 512.
        seed: of places and directions, for NumPy's default generator; or a generator.

    Returns:
        A `PatchDistance`. Two finite sets of one distribution have a distance above 0: compare equal counts.

    Raises:
        ValueError: no images, images of another range or of two sizes, smaller than a patch, or a count out of range.
    """
    sets = as_images_of_one_size({"samples": samples, "reference": reference})
    n_patches, n_directions = check_count("n_patches", n_patches), check_count("n_directions", n_directions)
    rng = as_rng(seed)
    height, width, channels = sets["samples"].shape[1:]
    if min(height, width) < SIDE:
        raise ValueError(
            f"`samples` must be images of at least {SIDE}×{SIDE} pixels, the size of a patch. Received: "
            f"{height}×{width}."
        )
    directions = random_directions(SIDE * SIDE * channels, n_directions, rng).astype(np.float32)
    values, sizes = [], []
    for levels in zip(*(laplacian_pyramid(images) for images in sets.values()), strict=True):
        patches = [_normalised(_cut(level, n_patches, rng)) for level in levels]
        values.append(sliced_wasserstein(*patches, directions))
        sizes.append(levels[0].shape[1:3])
    return PatchDistance(tuple(sizes), tuple(values), n_patches, n_directions, None if rng is seed else seed)


def laplacian_pyramid(images):
    """The levels of a Laplacian pyramid (Burt & Adelson 1983), the finest first: their sum, scaled up, is the images.

    Args:
        images: float32 (n, height, width, channels).
    """
    levels = []
    while min(images.shape[1:3]) >= 2 * SMALLEST:
        coarse = _blur(images, BLUR)[:, ::2, ::2]
        levels.append(images - scale_up(coarse, images.shape))
        images = coarse
    return [*levels, images]


def scale_up(coarse, shape):
    """The coarser level of a pyramid at the shape of the finer one."""
    fine = np.zeros(shape, np.float32)
    fine[:, ::2, ::2] = coarse
    return _blur(fine, 2 * BLUR)


def sliced_wasserstein(x, y, directions):
    """The mean Wasserstein-1 distance of the projections of two sets (n, d) on unit vectors (d, n_directions).

    As `wganlib.distances.em_sliced`, for sets whose projections on all directions at once would take too much memory.
    """
    total = 0.0
    for start in range(0, directions.shape[1], CHUNK):
        some = directions[:, start : start + CHUNK]
        a, b = (np.sort((points @ some).T, axis=1) for points in (x, y))
        total += np.abs(a - b).mean(axis=1, dtype=np.float64).sum()
    return float(total / directions.shape[1])


def _blur(images, kernel):
    for axis in (1, 2):
        images = ndimage.convolve1d(images, kernel, axis=axis, mode="mirror")
    return images


def _cut(images, n_patches, rng):
    """Patches at random places: (n_patches, SIDE, SIDE, channels)."""
    count, height, width, _ = images.shape
    which = (np.arange(n_patches) * count // n_patches)[:, None, None]
    tops, lefts = (rng.integers(side - SIDE + 1, size=n_patches) for side in (height, width))
    steps = np.arange(SIDE)
    return images[which, (tops[:, None] + steps)[:, :, None], (lefts[:, None] + steps)[:, None, :]]


def _normalised(patches):
    """Each channel at mean 0 and standard deviation 1, a constant one at 0: (n, SIDE · SIDE · channels)."""
    mean = patches.mean(axis=(0, 1, 2), dtype=np.float64)
    spread = patches.std(axis=(0, 1, 2), dtype=np.float64)
    scaled = (patches - mean) / np.where(spread > 1e-6, spread, 1)
    return scaled.astype(np.float32).reshape(len(patches), -1)
