"""Explorer: what slope does a critic settle on when its slope is penalised?"""

import ipywidgets as widgets
import numpy as np

from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, FAKE, GREY, REAL, RED


def critic_objective(slope, distance, gp_weight, one_sided=False):
    """The WGAN-GP critic loss of D(x) = slope · x on two point masses a `distance` apart.

    −distance · slope + λ (slope − 1)², or with one_sided=True λ max(0, slope − 1)² (arXiv 1704.00028, eq. 3). The
    gradient norm of this critic is |slope| everywhere, so the penalty needs no sampling.
    """
    excess = np.maximum(0, slope - 1) if one_sided else slope - 1
    return -distance * slope + gp_weight * excess**2


def best_slope(distance, gp_weight):
    """Where `critic_objective` is least: 1 + distance / (2 λ), for either form of the penalty (λ > 0)."""
    return 1 + distance / (2 * gp_weight)


class PenaltyExplorer(Explorer):
    """Sliders for the distance between two points, λ and the form of the penalty; shows the critic's loss over its
    slope, with the slope it settles on and the distance it then reports."""

    idea = {"gp_weight": (10 ** np.arange(-1, 2.2, 0.2)).tolist(), "distance": (1, 4, 10)}

    def __init__(self):
        controls = {
            "distance": widgets.FloatSlider(value=4, min=0.5, max=10, step=0.5, description="distance W", **SLIDER),
            "gp_weight": widgets.FloatLogSlider(value=10, min=-1, max=2, step=0.1, description="λ", **SLIDER),
            "one_sided": widgets.Checkbox(value=False, description="one-sided", indent=False),
        }
        super().__init__(draw_penalty, controls, alt="The critic's loss as a function of its slope, with its minimum")


def draw_penalty(distance, gp_weight, one_sided):
    """The figure of `PenaltyExplorer`: objective over slope, and the critic with the best slope."""
    best = best_slope(distance, gp_weight)
    slopes = np.linspace(0, max(2.5, 1.3 * best), 300)
    figure = blank_figure(9, 3.4)  # fixed margins: a move of the slider should not wait for layout
    figure.subplots_adjust(left=0.09, right=0.99, bottom=0.16, top=0.9, wspace=0.2)
    left, right = figure.subplots(ncols=2)
    left.plot(slopes, critic_objective(slopes, distance, gp_weight, one_sided), color=BLUE)
    left.plot(best, critic_objective(best, distance, gp_weight, one_sided), "o", color=RED)
    left.axvline(1, color=GREY, linestyle="--", linewidth=1)
    left.set(xlabel="slope of the critic", ylabel="critic loss", title=f"The loss is least at slope {best:.2f}")
    places = np.array([0, distance])
    right.plot(places, places, color=GREY, linestyle="--", label=f"slope 1: W = {distance:.2f}")
    right.plot(places, best * places, color=RED, label=f"this critic: {best * distance:.2f}")
    right.plot(0, 0, "o", color=FAKE)
    right.plot(distance, 0, "o", color=REAL)
    for name, place in {"fake": 0, "real": distance}.items():
        right.annotate(name, (place, 0), textcoords="offset points", xytext=(0, -16), ha="center")
    right.set_ylim(-0.22 * best * distance, 1.08 * best * distance)
    right.set(xlabel="x", ylabel="D(x)", title=f"It reports {100 * (best - 1):.0f} % too much")
    right.legend(loc="upper left")
    return figure
