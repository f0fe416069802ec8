"""Explorer of chapter 06: what does clipping do to a critic? It is trained again at every move, in NumPy."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import ipywidgets as widgets
import numpy as np
import scipy

from wganlib._arguments import check_count, check_number
from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, FAKE, GREY, INK, ORANGE, REAL

STD = 0.1  # of both Gaussians
WIDTH = 32  # units of a hidden layer
POINTS = 41  # of each Gaussian: its quantiles, so that the estimate has no sampling noise
STEPS = 120
LEAK = 0.2  # slope of the leaky ReLU below 0, Keras' default
X = np.linspace(-1.2, 1.2, 121)


@dataclass(frozen=True)
class ClippedCritic:
    """A leaky-ReLU network on the line with every weight in [−c, c].

    Attributes:
        kernels, biases: of each layer, hidden layers first.
    """

    kernels: tuple
    biases: tuple

    def __call__(self, x):
        """The critic's values at x (n,), shape (n,)."""
        return _forward(np.asarray(x, dtype=float)[:, None], self.kernels, self.biases)[-1][:, 0]

    @property
    def weights(self):
        """All kernels and biases as one vector."""
        return np.concatenate([part.ravel() for part in (*self.kernels, *self.biases)])

    def share_at(self, clip):
        """The share of its weights within 1 % of ±clip."""
        return np.mean(np.abs(self.weights) > 0.99 * clip)


def gaussian_points(distance):
    """Quantiles of the real and the fake Gaussian, whose means lie `distance` apart around 0: two (POINTS,) arrays."""
    z = STD * scipy.stats.norm.ppf((np.arange(POINTS) + 0.5) / POINTS)
    return z + distance / 2, z - distance / 2


def train_clipped_critic(real, fake, clip, hidden, steps=STEPS):
    """Maximise mean f(real) − mean f(fake) by RMSProp, clipping every weight after each step (arXiv 1701.07875,
    Algorithm 1, lines 2 to 8) on the whole sample.

    Args:
        real, fake: (n,) and (m,) points on the line.
        clip: c > 0.
        hidden: number of hidden layers, ≥ 1, of WIDTH leaky-ReLU units each.
        steps: updates; each moves a weight by about c / 30, so that it can cross the box.

    Returns:
        A `ClippedCritic`. Its first kernels are spread evenly over the box, so that what stands at ±c at the end
        was brought there by the training: the first clip of Keras' own first weights would put most of them there.

    Raises:
        ValueError: clip or hidden out of range.
    """
    check_number("clip", clip, above=0)
    check_count("hidden", hidden)
    rng = np.random.default_rng(0)
    sizes = [1] + [WIDTH] * hidden + [1]
    kernels = [rng.uniform(-clip, clip, shape) for shape in pairwise(sizes)]
    biases = [np.zeros(size) for size in sizes[1:]]
    parameters = [*kernels, *biases]
    squares = [np.zeros_like(part) for part in parameters]
    for _ in range(steps):
        gradients = critic_loss_gradients(real, fake, kernels, biases)
        for part, square, gradient in zip(parameters, squares, gradients, strict=True):
            square += 0.1 * (gradient**2 - square)
            part -= clip / 30 * gradient / (np.sqrt(square) + 1e-8)
            np.clip(part, -clip, clip, out=part)
    return ClippedCritic(tuple(kernels), tuple(biases))


def critic_loss_gradients(real, fake, kernels, biases):
    """The gradient of mean f(fake) − mean f(real): a list of the kernels' gradients, then the biases'."""
    outputs = _forward(np.concatenate([real, fake])[:, None], kernels, biases)
    signal = np.concatenate([np.full(len(real), -1 / len(real)), np.full(len(fake), 1 / len(fake))])[:, None]
    of_kernels, of_biases = [], []
    for layer in reversed(range(len(kernels))):
        of_kernels.insert(0, outputs[layer].T @ signal)
        of_biases.insert(0, signal.sum(axis=0))
        signal = (signal @ kernels[layer].T) * np.where(outputs[layer] > 0, 1, LEAK)  # unused below the first layer
    return of_kernels + of_biases


def _forward(x, kernels, biases):
    outputs = [x]
    for kernel, bias in zip(kernels[:-1], biases[:-1], strict=True):
        sums = outputs[-1] @ kernel + bias
        outputs.append(np.maximum(sums, LEAK * sums))
    return [*outputs, outputs[-1] @ kernels[-1] + biases[-1]]


@lru_cache(maxsize=256)
def _trained(clip, distance, hidden):
    return train_clipped_critic(*gaussian_points(distance), clip, hidden)


def draw_clipping(clip, distance, hidden):
    """The figure of `ClippingExplorer`: the critic beside the best one, and its weights.

    Axes: 0 the best f (slope 1), the critic, the critic divided by its factor, and the two Gaussians below;
    1 histogram of the weights.
    """
    real, fake = gaussian_points(distance)
    critic = _trained(clip, distance, hidden)
    reported = critic(real).mean() - critic(fake).mean()
    factor = reported / distance
    values = critic(X) - (critic(real).mean() + critic(fake).mean()) / 2
    figure = blank_figure(9, 3.7)  # fixed margins: a slider should not wait for the layout
    figure.subplots_adjust(left=0.08, right=0.99, bottom=0.15, top=0.9, wspace=0.2)
    left, right = figure.subplots(ncols=2)
    left.plot(X, X, "--", color=GREY, label="best f, slope 1")
    if factor > 0:
        left.plot(X, values / factor, color=ORANGE, linestyle="-.", linewidth=1.3, label="critic ÷ factor")
    left.plot(X, values, color=INK, label="the critic")
    for mean, colour, name in ((distance / 2, REAL, "real"), (-distance / 2, FAKE, "fake")):
        left.fill_between(X, -1.5, -1.5 + 0.4 * np.exp(-((X - mean) ** 2) / (2 * STD**2)), color=colour, alpha=0.5)
        left.text(mean, -1.08, name, color=colour, ha="center", va="bottom", fontsize=10)
    left.set(xlim=(X[0], X[-1]), ylim=(-1.5, 1.5), xlabel="x", ylabel="D(x), centred")
    left.set_title(f"W = {distance:.2f}; it reports {reported:.2g}, {factor:.2g} × W", fontsize=11)
    left.legend(loc="upper left", fontsize=9)
    right.hist(critic.weights / clip, bins=np.linspace(-1, 1, 41), color=BLUE, label="trained")
    right.axhline(critic.weights.size / 40, linestyle="--", color=INK, linewidth=1.3, label="at the start: even")
    right.set(xlabel="weight ÷ c", ylabel="number of weights", xlim=(-1.1, 1.1))
    right.set_ylim(top=1.25 * right.get_ylim()[1])  # room for the legend
    right.set_title(f"{100 * critic.share_at(clip):.0f} % of {critic.weights.size:,} weights at ±c", fontsize=11)
    right.legend(loc="upper center", fontsize=9)
    return figure


class ClippingExplorer(Explorer):
    """Sliders for c, for the distance of two Gaussians and for the depth; shows the clipped critic that training finds,
    the best 1-Lipschitz f, the factor between what it reports and W, and where its weights have gone."""

    idea = {"clip": (10 ** np.arange(-3, 0.25, 0.25)).tolist(), "hidden": (1, 2, 4)}

    def __init__(self):
        controls = {
            "clip": widgets.FloatLogSlider(value=0.1, min=-3, max=0, step=0.25, description="c", **SLIDER),
            "distance": widgets.FloatSlider(value=0.8, min=0.1, max=1.6, step=0.1, description="distance W", **SLIDER),
            "hidden": widgets.IntSlider(value=2, min=1, max=4, description="hidden layers", **SLIDER),
        }
        alt = "A clipped critic beside the best 1-Lipschitz function, and the histogram of its weights"
        super().__init__(draw_clipping, controls, alt=alt)
