"""Explorer of chapter 08: a cloud of fakes against a cloud of real points; what does each measure notice?"""

import ipywidgets as widgets
import numpy as np
from matplotlib.collections import EllipseCollection

from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.metrics import density_coverage, expected_coverage, frechet_distance, nearest_neighbours, precision_recall
from wganlib.metrics.neighbours import squared_radii
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import FAKE, GREY, INK, ORANGE, REAL

MODES = 5
STD = 0.25  # of a real mode along each axis; the modes stand on a circle of radius 2
K, K_COVERAGE = 3, 5  # the papers'
VIEW = 4.2
OUTLIERS = 3.6 * np.stack([np.cos(angles := 0.3 + np.arange(4) * np.pi / 2), np.sin(angles)], axis=1)


def mode_centres():
    """Where the modes stand: (5, 2), counter-clockwise from the top."""
    angles = np.pi / 2 + 2 * np.pi * np.arange(MODES) / MODES
    return 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def make_clouds(count, modes, spread, outliers):
    """Real points on all five modes and fakes on the first `modes` of them: two arrays (count, 2), the same draws
    whatever the modes, spread and outliers.

    Args:
        count: points in each cloud, ≥ 6 (coverage asks for a fifth neighbour).
        modes: how many modes the generator has kept, 1 to 5.
        spread: standard deviation of a fake mode, in units of the real one's; 0 puts every fake on a centre.
        outliers: how many of the fakes stand far away from everything, 0 to 4.

    Raises:
        ValueError: an argument out of range.
    """
    if count <= K_COVERAGE or not 1 <= modes <= MODES or not 0 <= outliers <= len(OUTLIERS) or spread < 0:
        raise ValueError(
            f"`count` must be at least {K_COVERAGE + 1}, `modes` from 1 to {MODES}, `spread` at least 0 and `outliers` "
            f"from 0 to {len(OUTLIERS)}. Received: {count}, {modes}, {spread} and {outliers}."
        )
    rng = np.random.default_rng(0)
    centres, member = mode_centres(), np.arange(count)
    real = centres[member % MODES] + STD * rng.standard_normal((count, 2))
    fake = centres[member % modes] + spread * STD * rng.standard_normal((count, 2))
    fake[:outliers] = OUTLIERS[:outliers]
    return real, fake


def measure_clouds(real, fake):
    """What each measure says: {name: value} for "Fréchet", "precision", "recall", "coverage" and "modes"."""
    fidelity = precision_recall(fake, real, K)
    nearest, _ = nearest_neighbours(fake, mode_centres())
    shares = np.bincount(nearest, minlength=MODES) / len(fake)
    return {
        "Fréchet": frechet_distance(fake, real),
        "precision": fidelity.precision,
        "recall": fidelity.recall,
        "coverage": density_coverage(fake, real, K_COVERAGE).coverage,
        "modes": int((shares >= 0.25 / MODES).sum()),  # the rule of wganlib.metrics.class_balance
    }


def draw_measures(count, modes, spread, outliers):
    """The figure of `MetricsExplorer`.

    Axes: 0 the real points' balls with the fakes in and outside of them (precision), 1 the fakes' balls with the real
    points in and outside (recall), 2 bars of precision, recall and coverage, a line where real points would be.
    """
    real, fake = make_clouds(count, modes, spread, outliers)
    found = measure_clouds(real, fake)
    figure = blank_figure(9, 3.7)  # fixed places: a slider should not wait for the layout
    left, middle = (figure.add_axes((x, 0.13, 0.33, 0.75)) for x in (0.05, 0.40))
    _draw_balls(left, real, fake, REAL, FAKE)
    left.set_title(f"Precision {found['precision']:.2f}: fakes in real balls", fontsize=10)
    left.set_ylabel("x₂")
    _draw_balls(middle, fake, real, FAKE, REAL)
    middle.set_title(f"Recall {found['recall']:.2f}: real in fake balls", fontsize=10)
    middle.set_yticklabels([])
    right = figure.add_axes((0.835, 0.29, 0.14, 0.47))
    names = ("precision", "recall", "coverage")
    right.barh(names, [found[name] for name in names], color=(FAKE, REAL, ORANGE), height=0.6)
    best = expected_coverage(len(fake), len(real), K_COVERAGE)
    right.plot([best, best], [1.6, 2.4], color=INK, linewidth=1.5)
    right.set(xlim=(0, 1.02), xticks=[0, 0.5, 1])
    right.invert_yaxis()
    right.grid(axis="y", visible=False)
    right.set_axisbelow(True)
    figure.text(0.74, 0.90, f"Fréchet distance {found['Fréchet']:.3g}", fontsize=11, fontweight="bold", color=INK)
    figure.text(0.74, 0.82, f"modes covered: {found['modes']} of {MODES}", fontsize=10, color=INK)
    figure.text(
        0.74,
        0.03,
        "×  outside every ball\n▎ coverage to expect of real\n    points as many as these",
        fontsize=9,
        color=GREY,
    )
    return figure


def _draw_balls(ax, owners, others, of_owners, of_others):
    """Balls to the third neighbour around one cloud; the other's points filled where they lie in one."""
    radii = np.sqrt(squared_radii(owners, [K])[0])
    inside = (np.linalg.norm(others[:, None] - owners, axis=2) <= radii).any(1)
    balls = EllipseCollection(
        2 * radii,
        2 * radii,
        np.zeros(len(radii)),
        offsets=owners,
        units="xy",
        offset_transform=ax.transData,
        facecolor=of_owners,
        edgecolor="none",
        alpha=0.12,
    )
    ax.add_collection(balls)
    ax.plot(*others[inside].T, ".", color=of_others, markersize=5, label="inside")
    ax.plot(*others[~inside].T, "x", color=INK, markersize=4, markeredgewidth=0.9, label="outside")
    ax.set(xlim=(-VIEW, VIEW), ylim=(-VIEW, VIEW), aspect="equal", xlabel="x₁", xticks=[-2, 0, 2], yticks=[-2, 0, 2])


class MetricsExplorer(Explorer):
    """Sliders for the number of points, the modes that the generator has kept, the spread of its points and a few
    outliers; shows the balls of precision and recall, and what Fréchet distance, coverage and a count of modes say."""

    idea = {"modes": range(1, MODES + 1), "spread": (0, 0.2, 0.5, 0.8, 1, 1.5, 2, 3)}

    def __init__(self):
        count = {"options": [30, 60, 125, 250, 500], "value": 125, "description": "points n"}
        controls = {
            "count": widgets.SelectionSlider(**count, **SLIDER),
            "modes": widgets.IntSlider(value=MODES, min=1, max=MODES, description="modes kept", **SLIDER),
            "spread": widgets.FloatSlider(value=1.0, min=0, max=3, step=0.1, description="spread", **SLIDER),
            "outliers": widgets.IntSlider(value=0, min=0, max=len(OUTLIERS), description="outliers", **SLIDER),
        }
        alt = (
            "Real and generated points in the plane with the balls of precision and recall, bars of precision, recall "
            "and coverage, and the Fréchet distance"
        )
        super().__init__(draw_measures, controls, alt=alt)
