"""Explorer of chapter 04: the best discriminator between two densities, and the gradient it leaves the generator."""

from functools import lru_cache

import ipywidgets as widgets
import numpy as np
from scipy.special import expit

from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.distances import js_divergence
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import FAKE, GREEN, GREY, INK, ORANGE, REAL

X = np.linspace(-12, 24, 1801)  # holds all of both densities, wherever the sliders put them
GAPS = np.linspace(0.02, 8, 80)
VIEW = (-4, 12)
LOOKS = ((ORANGE, "-", "o"), (GREEN, "--", "s"))  # of the saturating and the other loss: colour, line, marker


def log_density(x, mean, std):
    """Logarithm of the normal density: shaped like x."""
    return -(((x - mean) / std) ** 2) / 2 - np.log(std * np.sqrt(2 * np.pi))


def best_logit(x, gap, fake_std):
    """The logit of D* = p_r / (p_r + p_g), which is log p_r − log p_g (arXiv 1406.2661, proposition 1).

    Args:
        x: where, any shape.
        gap: centre of the fake density; the real one stands at 0, with standard deviation 1.
        fake_std: standard deviation of the fake one, > 0.
    """
    return log_density(x, 0.0, 1.0) - log_density(x, gap, fake_std)


def mean_gradients(gap, fake_std):
    """What the best discriminator tells a generator G(z) = gap + fake_std · z about its `gap`.

    Returns:
        (saturating, non-saturating): ∂/∂gap of E log(1 − D(G(z))) and of −E log D(G(z)), with D held at D* for the
        current gap, as in training; per unit of x.
    """
    logit = best_logit(X, gap, fake_std)
    slope = -X + (X - gap) / fake_std**2
    mass = np.exp(log_density(X, gap, fake_std))
    mass /= mass.sum()
    # d log(1 − σ(a)) / da = −σ(a) and d(−log σ(a)) / da = −(1 − σ(a)) = −σ(−a)
    return float(-(mass * expit(logit) * slope).sum()), float(-(mass * expit(-logit) * slope).sum())


def js_of_pair(gap, fake_std):
    """Jensen–Shannon divergence of the two densities, in nats."""
    pair = [np.exp(log_density(X, mean, std)) for mean, std in ((0.0, 1.0), (gap, fake_std))]
    return js_divergence(*(mass / mass.sum() for mass in pair))


@lru_cache(maxsize=16)  # they stay while the gap moves
def _curves(fake_std):
    return np.abs([mean_gradients(other, fake_std) for other in GAPS])


def draw_best_discriminator(gap, fake_std):
    """The explorer's figure. Axes: 0 densities, 1 the best D, 2 the two gradients over the gap."""
    figure = blank_figure(9, 4.6)  # fixed places: a constrained layout is slow under a slider
    above, below = figure.add_axes((0.08, 0.58, 0.40, 0.34)), figure.add_axes((0.08, 0.12, 0.40, 0.34))
    right = figure.add_axes((0.59, 0.12, 0.39, 0.80))
    for ax in (above, below):
        ax.set(xlim=VIEW, xticks=range(-4, 13, 4))
    for name, mean, std, colour in (("real", 0.0, 1.0, REAL), ("fake", gap, fake_std, FAKE)):
        density = np.exp(log_density(X, mean, std))
        above.plot(X, density, color=colour, label=name)
        above.fill_between(X, density, color=colour, alpha=0.2)
    js = js_of_pair(gap, fake_std)
    above.set(ylim=(0, 1.25 * max(1.0, 1 / fake_std) / np.sqrt(2 * np.pi)), ylabel="density")
    above.set_title(f"JS = {js:.3f} of at most {np.log(2):.3f} nats")
    above.legend(loc="upper right")
    below.plot(X, expit(best_logit(X, gap, fake_std)), color=INK)
    below.axhline(0.5, color=GREY, linestyle="--", linewidth=1)
    best_loss = 2 * np.log(2) - 2 * js
    below.set(ylim=(-0.05, 1.05), xlabel="x", ylabel="D*(x)")
    below.set_title(f"The best D; its loss is {best_loss:.3f} nats", fontsize=11)

    curves = _curves(fake_std)
    here, lowest = np.abs(mean_gradients(gap, fake_std)), curves.min()
    names = ("log(1 − D), saturating", "−log D, non-saturating")
    for name, look, curve, value in zip(names, LOOKS, curves.T, here, strict=True):
        colour, line, marker = look
        right.semilogy(GAPS, curve, line, color=colour)
        right.plot([gap], [max(value, lowest)], marker if value >= lowest else "v", color=colour, markersize=8)
        right.plot([], [], line, marker=marker, color=colour, label=f"{name}: {value:.2g}")
    # They move with the width of the fakes only, so the axis stands still under the gap.
    right.set(xlim=(-0.2, 8.2), ylim=(lowest / 3, 50), xlabel="distance between the centres")
    right.set(ylabel="|∂ loss / ∂ centre of the fakes|")
    right.set_title("What is left for the generator")
    right.minorticks_off()
    right.legend(loc="lower left", fontsize=9)
    return figure


class DiscriminatorExplorer(Explorer):
    """Move and widen the fakes: the best discriminator, JS, and the gradients of both generator losses."""

    idea = {"gap": np.arange(0, 8.5, 0.5).tolist(), "fake_std": (0.5, 1, 2)}

    def __init__(self):
        options = {"continuous_update": False, **SLIDER}
        super().__init__(
            draw_best_discriminator,
            {
                "gap": widgets.FloatSlider(value=3, min=0, max=8, step=0.25, description="distance", **options),
                "fake_std": widgets.FloatSlider(
                    value=0.5, min=0.25, max=2, step=0.25, description="std of fakes", **options
                ),
            },
            alt="A real and a fake density, the best discriminator between them, and the gradient of two generator "
            "losses as the fakes are moved away.",
        )
