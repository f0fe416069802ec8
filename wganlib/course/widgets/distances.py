"""Explorer of chapter 05: two densities on a line, four distances and the plan that moves one onto the other."""

from functools import lru_cache

import ipywidgets as widgets
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.distances import em_cdf, js_divergence, kl_divergence, total_variation
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import FAKE, GREY, INK, REAL

EDGES = np.linspace(-10, 10, 401)
X = (EDGES[1:] + EDGES[:-1]) / 2
CENTRES = np.linspace(-4, 4, 33)  # of Q, for the curves
VIEW = (-7, 7)  # what is shown of the grid
LINES = 20  # of the plan
BOX = 2 * np.sqrt(3)  # width of the box of standard deviation 1


def density_on_grid(shape, centre, width):
    """Probabilities of the grid's bins, (400,): a "Gaussian" or a "box" with this mean and standard deviation."""
    if shape == "box":
        mass = np.diff(np.clip((EDGES - centre) / (BOX * width), -0.5, 0.5))
        return mass / mass.sum()
    return np.exp(_log_gaussian(centre, width))


def _log_gaussian(centre, width):
    logs = -(((X - centre) / width) ** 2) / 2
    return logs - np.log(np.exp(logs).sum())


# The unit, the top of the axis and its ticks for each distance.
MEASURES = {
    "TV": ("", 1.15, (0, 0.5, 1)),
    "KL(P‖Q)": (" nats", 15.0, (0, 5, 10, 15)),
    "JS": (" nats", 0.8, (0, 0.3, 0.6)),
    "EM": ("", 8.0, (0, 4, 8)),
}


def measure_densities(shape, p_centre, p_width, q_centre, q_width):
    """The distances of the two densities on the grid: a list in the order of `MEASURES`."""
    p, q = density_on_grid(shape, p_centre, p_width), density_on_grid(shape, q_centre, q_width)
    if shape == "box":
        kl = kl_divergence(p, q)
    else:  # from the logarithms: beyond 38 standard deviations a density rounds to 0, and KL would be infinite
        log_p, log_q = _log_gaussian(p_centre, p_width), _log_gaussian(q_centre, q_width)
        kl = float(p @ (log_p - log_q))
    return [total_variation(p, q), kl, js_divergence(p, q), em_cdf(p, q, X)]


def draw_distances(shape, p_centre, p_width, q_centre, q_width):
    """The explorer's figure: densities, transport plan, and each distance as Q is moved.

    Axes: 0 densities, 1 plan, 2 to 5 the distances of `MEASURES` against Q's centre, a dot where Q stands.
    """
    p, q = density_on_grid(shape, p_centre, p_width), density_on_grid(shape, q_centre, q_width)
    # Fixed places: the constrained layout measures every label three times, too slow under a slider.
    figure = blank_figure(9, 5.4)
    _draw_densities(figure.add_axes((0.08, 0.53, 0.39, 0.40)), p, q)
    _draw_plan(figure.add_axes((0.56, 0.53, 0.42, 0.40)), p, q)
    curves = _curves(shape, p_centre, p_width, q_width)
    here = measure_densities(shape, p_centre, p_width, q_centre, q_width)
    for column, (name, (unit, top, ticks)) in enumerate(MEASURES.items()):
        ax = figure.add_axes((0.08 + 0.24 * column, 0.1, 0.185, 0.25))
        _draw_curve(ax, name, unit, top, ticks, curves[:, column], q_centre, here[column])
    return figure


@lru_cache(maxsize=64)  # they stay while Q's centre moves
def _curves(shape, p_centre, p_width, q_width):
    return np.array([measure_densities(shape, p_centre, p_width, centre, q_width) for centre in CENTRES])


def _draw_densities(ax, p, q):
    step = X[1] - X[0]
    for name, mass, colour, dashes in (("P", p, REAL, "-"), ("Q", q, FAKE, "--")):
        ax.plot(X, mass / step, dashes, color=colour, label=name)
        ax.fill_between(X, mass / step, color=colour, alpha=0.2)
    ax.set(xlim=VIEW, ylim=(0, 1.3 * max(p.max(), q.max()) / step), xlabel="x", ylabel="density")
    ax.set(xticks=[-5, 0, 5], title="P and Q")
    ax.yaxis.set_major_locator(MaxNLocator(3))
    ax.legend(loc="upper right", ncols=2)


def _draw_plan(ax, p, q):
    levels = (np.arange(LINES) + 0.5) / LINES
    start, end = (np.interp(levels, np.cumsum(mass), EDGES[1:]) for mass in (p, q))
    lines = [[(a, 1), (b, 0)] for a, b in zip(start, end, strict=True)]
    ax.add_collection(LineCollection(lines, color=GREY, linewidth=1))
    ax.scatter(start, np.ones(LINES), s=14, color=REAL, zorder=3)
    ax.scatter(end, np.zeros(LINES), s=14, color=FAKE, zorder=3)
    ax.set(xlim=VIEW, ylim=(-0.12, 1.12), xlabel="x", xticks=[-5, 0, 5], yticks=[0, 1], yticklabels=["Q", "P"])
    ax.set_title(f"EM's plan, {100 // LINES} % of the mass a line")


def _draw_curve(ax, name, unit, top, ticks, curve, here, value):
    finite = np.isfinite(curve)
    ax.plot(CENTRES, np.where(finite, curve, np.nan), color=INK)
    ax.set(xlim=(-4.3, 4.3), ylim=(-0.04 * top, top), xlabel="centre of Q", xticks=[-4, 0, 4], yticks=ticks)
    if np.isfinite(value):
        ax.plot([here], [min(value, top)], "o" if value <= top else "^", color=FAKE, markersize=8, clip_on=False)
        ax.set_title(f"{name} = {value:.3g}{unit}", fontsize=11)
    else:
        ax.set_title(f"{name} = ∞", fontsize=11)
    if not finite.any():
        ax.text(0, top / 2, "∞: P has mass\nwhere Q has none", ha="center", va="center", fontsize=9, color=GREY)


class DistancesExplorer(Explorer):
    """Move and widen P and Q (Gaussians or boxes); watch TV, KL, JS, EM and the transport plan."""

    idea = {"q_centre": np.arange(-4, 4.5, 0.5).tolist(), "shape": ("Gaussian", "box")}

    def __init__(self):
        super().__init__(
            draw_distances,
            {  # in this order P and Q have a row each where three sliders fit the page
                "p_centre": _slider(-4, 4, -2, "P centre"),
                "p_width": _slider(0.25, 2, 0.5, "P std"),
                "shape": widgets.Dropdown(options=["Gaussian", "box"], value="Gaussian", description="shape", **SLIDER),
                "q_centre": _slider(-4, 4, 2, "Q centre"),
                "q_width": _slider(0.25, 2, 0.5, "Q std"),
            },
            alt="Two densities on a line, the plan that moves one onto the other, and total variation, KL, JS and "
            "earth mover's distance as one of them is moved.",
        )


def _slider(low, high, value, label):
    return widgets.FloatSlider(
        value=value, min=low, max=high, step=0.25, description=label, continuous_update=False, **SLIDER
    )
