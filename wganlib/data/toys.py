"""Toy distributions whose answer is known: 2-D sets on which a GAN's mode collapse can be seen and counted, and pairs
whose distance has a closed form.

The constants of the three 2-D sets are those of the WGAN-GP authors' toy experiments (Gulrajani et al. 2017,
arXiv 1704.00028, section 4; the file gan_toy.py of their code), so that pictures can be laid beside the paper's.
Everything is drawn by a NumPy Generator: the same seed gives the same points. All samples are float32.
"""

from dataclasses import dataclass

import numpy as np

from wganlib._arguments import as_finite, as_numbers, as_rng, as_tuple, check_count, check_number, show


@dataclass(frozen=True)
class Modes:
    """Equally likely round Gaussians.

    Attributes:
        centres: (k, d), where the modes are.
        std: standard deviation of each mode along each axis, > 0.
    """

    centres: np.ndarray
    std: float

    def __post_init__(self):
        centres = as_finite("centres", self.centres)
        if centres.ndim != 2 or centres.size == 0:
            raise ValueError(f"`centres` must have shape (modes, d). Received: shape {centres.shape}.")
        object.__setattr__(self, "centres", centres)  # a list becomes an array
        check_number("std", self.std, above=0)

    def sample(self, n, seed=0):
        """Draw (n, d) points, float32; `seed` is an int or a NumPy Generator."""
        n, rng = check_count("n", n), as_rng(seed)
        chosen = self.centres[rng.integers(len(self.centres), size=n)]
        return (chosen + self.std * rng.standard_normal(chosen.shape)).astype(np.float32)


@dataclass(frozen=True)
class ModeCount:
    """What `count_modes` found.

    Attributes:
        covered: number of modes with enough high-quality samples.
        n_modes: number of modes there are.
        high_quality: fraction of the samples that are high quality, in [0, 1].
    """

    covered: int
    n_modes: int
    high_quality: float

    def __str__(self):
        return f"{self.covered} of {self.n_modes} modes covered, {self.high_quality:.1%} high-quality samples"


def eight_gaussian_modes(std=0.02):
    """Eight modes on a circle, counter-clockwise from the right; `std` is before the division by 1.414 that gives the
    whole set a standard deviation near 1 along each axis (authors' value 0.02; a wider one is easier to learn)."""
    angles = np.arange(8) * np.pi / 4
    centres = 2.0 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return Modes(centres / 1.414, check_number("std", std, above=0) / 1.414)


def twenty_five_gaussian_modes(std=0.05):
    """Twenty-five modes on a 5 × 5 grid, row by row from the bottom left; `std` is before the division by 2.828
    (authors' value 0.05)."""
    steps = 2.0 * np.arange(-2, 3)
    centres = np.stack([axis.ravel() for axis in np.meshgrid(steps, steps)], axis=1)
    return Modes(centres / 2.828, check_number("std", std, above=0) / 2.828)


def eight_gaussians(n, seed=0, std=0.02):
    """Draw from `eight_gaussian_modes(std)`: (n, 2) float32.

    Args:
        n: number of points, ≥ 1.
        seed: an int or a NumPy Generator.
        std: of each mode before scaling, > 0.

    Raises:
        ValueError: n or std out of range.
    """
    return eight_gaussian_modes(std).sample(n, seed)


def twenty_five_gaussians(n, seed=0, std=0.05):
    """Draw from `twenty_five_gaussian_modes(std)`: (n, 2) float32. Arguments as in `eight_gaussians`."""
    return twenty_five_gaussian_modes(std).sample(n, seed)


def swiss_roll(n, seed=0):
    """Draw from a spiral seen from its end: (n, 2) float32, within about ±2.

    Point = (t cos t, t sin t) with t uniform in [1.5π, 4.5π], plus Gaussian noise of standard deviation 0.25, divided
    by 7.5. This is the first and third coordinate of Marsland's Swiss roll, as in scikit-learn's `make_swiss_roll`.

    Args:
        n: number of points, ≥ 1.
        seed: an int or a NumPy Generator.

    Raises:
        ValueError: n out of range.
    """
    n, rng = check_count("n", n), as_rng(seed)
    t = rng.uniform(1.5 * np.pi, 4.5 * np.pi, size=n)
    points = np.stack([t * np.cos(t), t * np.sin(t)], axis=1) + 0.25 * rng.standard_normal((n, 2))
    return (points / 7.5).astype(np.float32)


def two_gaussians_1d(n, means=(-1.0, 1.0), stds=(1.0, 1.0), seed=0):
    """Two 1-D Gaussians. With equal standard deviations their earth mover's distance is |μ₁ − μ₂|.

    Args:
        n: number of points of each, ≥ 1.
        means: (μ_real, μ_fake).
        stds: (σ_real, σ_fake), > 0.
        seed: an int or a NumPy Generator.

    Returns:
        Two independent samples (real, fake), each (n, 1) float32, as a critic takes them.

    Raises:
        ValueError: n or a standard deviation out of range.
    """
    n, rng = check_count("n", n), as_rng(seed)
    means, stds = _pair("means", means), _pair("stds", stds)
    for mean, std in zip(means, stds, strict=True):
        check_number("means", mean)
        check_number("stds", std, above=0)
    pair = [mean + std * rng.standard_normal((n, 1)) for mean, std in zip(means, stds, strict=True)]
    return pair[0].astype(np.float32), pair[1].astype(np.float32)


def count_modes(samples, modes, at_least=1):
    """Count modes covered and high-quality samples, by the convention of VEEGAN (Srivastava et al. 2017,
    arXiv 1705.07761, section 4.1; PacGAN, arXiv 1712.04086, keeps it): a sample is high quality if it lies within three
    standard deviations of its nearest mode, and a mode is covered if it is nearest to at least one of those.

    Even a perfect generator misses 1 %: a round 2-D Gaussian has exp(−9/2) of its mass beyond three σ. With modes as
    narrow as the authors' 0.02 the fraction is strict: count with the `std` that you trained on.

    Args:
        samples: (n, d), finite; d as in `modes`.
        modes: a `Modes`, e.g. `eight_gaussian_modes()`.
        at_least: how many high-quality samples make a mode covered, ≥ 1.

    Returns:
        A `ModeCount`.

    Raises:
        ValueError: samples of the wrong shape or not finite, or something other than `Modes`.
    """
    if not isinstance(modes, Modes):
        raise ValueError(f"`modes` must be a Modes, e.g. eight_gaussian_modes(). Received: {show(modes)}.")
    at_least = check_count("at_least", at_least)
    samples = as_numbers("samples", samples).astype(np.float64)
    dimension = modes.centres.shape[1]
    if samples.ndim != 2 or samples.shape[1] != dimension or len(samples) == 0:
        raise ValueError(f"`samples` must have shape (n, {dimension}), n ≥ 1. Received: shape {samples.shape}.")
    if not np.isfinite(samples).all():
        raise ValueError("`samples` must be finite, but some are NaN or infinite: the generator has diverged.")
    distances = np.linalg.norm(samples[:, None] - modes.centres[None], axis=2)
    good = distances.min(axis=1) <= 3 * modes.std
    per_mode = np.bincount(distances.argmin(axis=1)[good], minlength=len(modes.centres))
    return ModeCount(int((per_mode >= at_least).sum()), len(modes.centres), float(good.mean()))


def _pair(name, values):
    rule = "must be two numbers, (real, fake)"
    pair = as_tuple(name, values, rule)
    if len(pair) != 2:
        raise ValueError(f"`{name}` {rule}. Received: {show(values)}.")
    return pair
