"""Figure of chapter 07: how soon there are digits, from the record of benchmarks/time_to_quality.py."""

import numpy as np

from wganlib.course.records import load_record
from wganlib.plots.figures import new_figure
from wganlib.plots.style import BLUE, GREEN, GREY, INK, ORANGE, PINK

LOOKS = {"article 004": (ORANGE, "s"), "WGAN-GP paper": (GREEN, "^"), "Keras example": (PINK, "D")}
NEEDED = {"minutes", "published"}


def curve(run):
    """(minutes, Fréchet distance) of a run."""
    return np.array([(row["seconds"] / 60, row["frechet"]) for row in run["rows"]]).T


def seeds_of_the_recipe(record):
    """The curves of the laptop recipe, one a seed."""
    return [curve(run) for run in record["runs"] if run["name"] == "laptop recipe"]


def time_to_quality(record=None):
    """Distance over minutes; `record` is what load_record("time_to_quality") gives."""
    record = load_record("time_to_quality") if record is None else record
    figure, ax = new_figure(9, 4.6)
    for run in record["runs"]:
        if run["group"] == "published":
            colour, marker = LOOKS[run["name"]]
            ax.loglog(*curve(run), color=colour, marker=marker, markersize=4, label=run["name"])
    for run in record["runs"]:
        if run["name"] == "first settings, constant rate":  # they end nearer than with a falling one
            ax.loglog(*curve(run), "o--", color=INK, markersize=4, label="the course's first settings")
    seeds = seeds_of_the_recipe(record)
    minutes, distances = seeds[0][0], np.array([distance for _, distance in seeds])
    ax.fill_between(minutes, distances.min(0), distances.max(0), color=BLUE, alpha=0.3, linewidth=0)
    label = f"the laptop recipe, {len(seeds)} seeds"
    ax.loglog(minutes, np.median(distances, 0), "o-", color=BLUE, markersize=4, label=label)
    floor = next(run["floor"] for run in record["runs"] if run["data"] == "mnist")
    ax.axhline(floor, color=GREY, linestyle="--", linewidth=1.2)
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "ha": "right"}
    ax.annotate("real training digits", (1, floor), (-4, 4), color=GREY, fontsize=9, **place)
    ax.set(xlabel="minutes of training, 2 CPU cores", ylabel="Fréchet distance to the test digits")
    times = [found["times"] for found in record["sooner"].values()]
    if all(times):
        ax.set_title(f"Nearer than published recipes come in 30 minutes, at least {min(times):.0f} times sooner")
    ticks = [0.25, 0.5, 1, 2, 4, 8, 15, 30]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xticks([], minor=True)
    ax.legend(fontsize=9, loc="lower left", bbox_to_anchor=(0, 0.06))
    return figure


# Nothing to draw before these groups were run.
FIGURES = {"time_to_quality": time_to_quality} if NEEDED.issubset(load_record("time_to_quality")["groups"]) else {}
