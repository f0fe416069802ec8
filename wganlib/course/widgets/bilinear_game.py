"""Explorer of chapter 04: gradient steps in the game min over x, max over y of x · y, the smallest that does not
converge."""

import ipywidgets as widgets
import numpy as np

from wganlib._arguments import check_choice, check_count, check_number
from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, GREEN, GREY, INK, RED

RULES = ("simultaneous", "alternating")


def bilinear_path(learning_rate, steps, rule="simultaneous"):
    """Play min over x, max over y of x · y by gradient steps from (1, 0).

    Simultaneous: both players use the other's old place; every step multiplies the distance from (0, 0) by √(1 + η²).
    Alternating: y answers the x that has just moved; x² + y² − η x y never changes, so the path stays on an ellipse as
    long as η < 2 (Gidel et al. 2018, arXiv 1807.04740).

    Args:
        learning_rate: η > 0.
        steps: how many, ≥ 1.
        rule: "simultaneous" or "alternating".

    Returns:
        (steps + 1, 2): the start and the place after each step.

    Raises:
        ValueError: an argument out of range.
    """
    check_number("learning_rate", learning_rate, above=0)
    check_choice("rule", rule, RULES)
    x, y = 1.0, 0.0
    path = [(x, y)]
    for _ in range(check_count("steps", steps)):
        moved = x - learning_rate * y  # ∂(xy)/∂x = y, downhill
        y = y + learning_rate * (x if rule == "simultaneous" else moved)  # ∂(xy)/∂y = x, uphill
        x = moved
        path.append((x, y))
    return np.array(path)


def draw_bilinear_game(learning_rate, steps, rule):
    """The explorer's figure. Axes: 0 the path in the plane, 1 its distance from the equilibrium."""
    path = bilinear_path(learning_rate, steps, rule)
    distance = np.linalg.norm(path, axis=1)
    figure = blank_figure(9, 4.2)  # fixed places: a constrained layout is slow under a slider
    left, right = figure.add_axes((0.08, 0.14, 0.36, 0.76)), figure.add_axes((0.56, 0.14, 0.42, 0.76))
    left.plot(*path.T, ".-", color=BLUE, linewidth=1, markersize=4)
    left.plot(*path[0], "o", color=GREEN, label="start")
    left.plot(*path[-1], "s", color=RED, label=f"after {steps} steps")
    left.plot(0, 0, "+", color=INK, markersize=14, markeredgewidth=2, label="equilibrium")
    reach = 1.15 * max(1.0, np.abs(path).max())
    left.set(
        xlim=(-1.17 * reach, 1.17 * reach),
        ylim=(-reach, reach * 1.34),
        xlabel="x, who minimises",
        ylabel="y, who maximises",
    )
    left.set_title(f"{rule.capitalize()} steps, η = {learning_rate:g}")
    left.legend(loc="upper center", ncols=3, fontsize=9, columnspacing=0.8, handletextpad=0.3)
    right.plot(distance, color=BLUE, label="measured")
    if rule == "simultaneous":
        formula = np.sqrt(1 + learning_rate**2) ** np.arange(steps + 1)
        right.plot(formula, color=GREY, linestyle="--", label="√(1 + η²) per step")
    right.set(yscale="log", xlabel="step", ylabel="distance from the equilibrium")
    right.set_ylim(min(0.5, 0.8 * distance.min()), 1.3 * max(2.0, distance.max()))
    right.set_title(f"It ends {distance[-1]:.3g} times as far away as it began", fontsize=11)
    right.legend(loc="upper left")
    return figure


class BilinearExplorer(Explorer):
    """Choose the learning rate, the number of steps and who moves when, in the game min max x · y."""

    idea = {"learning_rate": [0.02, 0.06, 0.1, 0.14, 0.2, 0.26, 0.32, 0.38, 0.44, 0.5], "rule": RULES}

    def __init__(self):
        options = {"continuous_update": False, **SLIDER}
        super().__init__(
            draw_bilinear_game,
            {
                "learning_rate": widgets.FloatSlider(
                    value=0.1, min=0.02, max=0.5, step=0.02, description="η", **options
                ),
                "steps": widgets.IntSlider(value=200, min=10, max=400, step=10, description="steps", **options),
                "rule": widgets.Dropdown(options=RULES, value=RULES[0], description="steps are", **SLIDER),
            },
            alt="The path of two players in the plane, and their distance from the equilibrium after each step.",
        )
