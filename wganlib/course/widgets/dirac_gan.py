"""Explorer of chapter 13: the Dirac-GAN, where two players circle a point, find it or stop beside it."""

import ipywidgets as widgets
import numpy as np

from wganlib.course.dirac_gan import METHODS, START, UPDATES, field, path, update_matrix
from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, GREEN, GREY, INK, LINE, RED

STEPS = 400
GRID = np.linspace(-1.75, 1.75, 11)
OFFERED = (*METHODS[2:], *METHODS[:2])  # those with a penalty first: γ changes nothing about the others


def draw_dirac_gan(method, weight, rate, updates, n_critic):
    """The explorer's figure. Axes: 0 the field and the path, 1 the generator's error, 2 the step's eigenvalues.

    Raises:
        ValueError: a best critic was asked for where there is none.
    """
    n_critic = np.inf if n_critic == "best" else n_critic
    places = path(method, rate, weight, updates, n_critic, STEPS)
    figure = blank_figure(9.6, 3.6)  # fixed places: a constrained layout is slow under a slider
    plane = figure.add_axes((0.07, 0.15, 0.27, 0.73))
    error = figure.add_axes((0.425, 0.15, 0.24, 0.73))
    circle = figure.add_axes((0.77, 0.15, 0.22, 0.73))
    draw_field(plane, method, weight)
    plane.plot(*places.T, color=BLUE, linewidth=1.2)
    plane.plot(*START, "o", color=GREEN, label="start")
    plane.plot(*places[-1], "s", color=RED, label=f"after {STEPS}")
    plane.legend(loc="upper center", ncols=2, fontsize=8, columnspacing=0.8, handletextpad=0.2)
    plane.set_title("where the two go", fontsize=11)
    sizes = np.abs(places[:, 0])
    error.plot(sizes, color=BLUE, linewidth=1.2)
    error.set(yscale="log", ylim=(1e-5, 5), xlabel="generator step", ylabel="|θ|, its distance from the data")
    error.set_title(f"|θ| ≤ {sizes[-100:].max():.2g} in the last 100", fontsize=11)
    draw_eigenvalues(circle, method, weight, rate, updates, n_critic)
    return figure


def draw_field(ax, method, weight):
    """Arrows of one length in the directions in which the players step, from (θ, ψ), and the equilibrium."""
    theta, psi = np.meshgrid(GRID, GRID)
    arrows = np.array(field(theta, psi, method, weight))
    arrows = arrows / np.maximum(np.linalg.norm(arrows, axis=0), 1e-12)
    ax.quiver(theta, psi, *arrows, color=LINE, angles="xy", scale=16, width=0.006)
    ax.plot(0, 0, "+", color=INK, markersize=12, markeredgewidth=2)
    ax.set(xlim=(-2, 2), ylim=(-2, 2.6), xlabel="θ, the generator's point", ylabel="ψ, the critic's slope")


def draw_eigenvalues(ax, method, weight, rate, updates, n_critic):
    """The eigenvalues of a step at the equilibrium, and the circle that they have to be in."""
    angles = np.linspace(0, 2 * np.pi, 200)
    ax.plot(np.cos(angles), np.sin(angles), color=GREY, linestyle="--", linewidth=1)
    ax.set(xlim=(-1.3, 1.3), ylim=(-1.3, 1.3), xlabel="real part", ylabel="imaginary part", aspect="equal")
    try:
        eigenvalues = np.linalg.eigvals(update_matrix(method, rate, weight, updates, n_critic))
    except ValueError:
        ax.text(0, 0, "no derivative\nat the equilibrium", ha="center", va="center", fontsize=9)
        ax.set_title("eigenvalues: none", fontsize=11)
        return
    ax.plot(eigenvalues.real, eigenvalues.imag, "D", color=RED)
    ax.set_title(f"eigenvalues up to {np.abs(eigenvalues).max():.4f}", fontsize=11)


class DiracExplorer(Explorer):
    """Choose the method, its penalty's weight, the learning rate, who answers whom and how often the critic moves."""

    idea = {"rate": np.arange(0.05, 0.51, 0.05).tolist(), "method": OFFERED}

    def __init__(self):
        options = {"continuous_update": False, **SLIDER}
        super().__init__(
            draw_dirac_gan,
            {
                "method": widgets.Dropdown(options=OFFERED, value="WGAN-GP", description="method", **SLIDER),
                "weight": widgets.FloatSlider(value=1, min=0.1, max=3, step=0.1, description="penalty γ", **options),
                "rate": widgets.FloatSlider(value=0.1, min=0.05, max=0.5, step=0.05, description="rate η", **options),
                "updates": widgets.Dropdown(options=UPDATES, value=UPDATES[1], description="updates", **SLIDER),
                "n_critic": widgets.Dropdown(
                    options=[("1", 1), ("5", 5), ("∞, the best critic", "best")],
                    value=1,
                    description="n_critic",
                    **SLIDER,
                ),
            },
            alt="The path of generator and critic in the plane, the generator's error, and the eigenvalues of a step.",
        )
