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
AT_ONCE = 256  # images whose pyramid is made at a time
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
    check_holds_patches("samples", sets["samples"])
    channels = sets["samples"].shape[-1]
    directions = random_directions(SIDE * SIDE * channels, n_directions, rng).astype(np.float32)
    sizes = [level.shape[1:3] for level in laplacian_pyramid(sets["samples"][:1])]
    # Level by level for both sets, in the order in which they have always been drawn.
    drawn = [[_draw_places(size, n_patches, rng) for _ in sets] for size in sizes]
    patches = [_cut(images, places) for images, places in zip(sets.values(), zip(*drawn, strict=True), strict=True)]
    values = [sliced_wasserstein(*map(_normalised, level), directions) for level in zip(*patches, strict=True)]
    return PatchDistance(tuple(sizes), tuple(values), n_patches, n_directions, None if rng is seed else seed)


def check_holds_patches(name, images):
    """Refuse images (n, height, width, channels) that are smaller than a patch."""
    height, width = images.shape[1:3]
    if min(height, width) < SIDE:
        raise ValueError(
            f"`{name}` must be images of at least {SIDE}×{SIDE} pixels, the size of a patch. Received: "
            f"{height}×{width}."
        )


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


def _draw_places(size, n_patches, rng):
    """The top and the left edge of patches at random places in images of a size (height, width): (2, n_patches)."""
    return np.array([rng.integers(side - SIDE + 1, size=n_patches) for side in size])


def _cut(images, places):
    """Patches of every level of the images' pyramid at its places: arrays (n_patches, SIDE, SIDE, channels)."""
    n_patches, steps = places[0].shape[1], np.arange(SIDE)
    which = np.arange(n_patches) * len(images) // n_patches  # rising: patches of neighbouring images are neighbours
    found = [np.empty((n_patches, SIDE, SIDE, images.shape[-1]), np.float32) for _ in places]
    for start in range(0, len(images), AT_ONCE):
        here = slice(*np.searchsorted(which, (start, start + AT_ONCE)))
        pyramid = laplacian_pyramid(images[start : start + AT_ONCE])
        for patches, level, (tops, lefts) in zip(found, pyramid, places, strict=True):
            rows, columns = (edges[here, None] + steps for edges in (tops, lefts))
            patches[here] = level[(which[here] - start)[:, None, None], rows[:, :, None], columns[:, None, :]]
    return found


def _normalised(patches):
    """Each channel at mean 0 and standard deviation 1, a constant one at 0: (n, SIDE · SIDE · channels)."""
    mean = patches.mean(axis=(0, 1, 2), dtype=np.float64)
    spread = patches.std(axis=(0, 1, 2), dtype=np.float64)
    scaled = (patches - mean) / np.where(spread > 1e-6, spread, 1)
    return scaled.astype(np.float32).reshape(len(patches), -1)
