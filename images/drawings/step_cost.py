"""Figure of chapter 10: time and memory of a step as its work grows, from the record of benchmarks/step_cost.py."""

import numpy as np

from wganlib.course.records import load_record, record_names
from wganlib.plots.figures import new_figure
from wganlib.plots.style import BLUE, GREEN, GREY, ORANGE, RED

# axis of the record: (how the legend names it, colour, marker)
AXES = {
    "batch": ("batch", BLUE, "o"),
    "filters": ("filters, ×", RED, "s"),
    "image": ("image side", GREEN, "D"),
    "n_critic": ("n_critic", ORANGE, "^"),
}


def exponent(rows):
    """How the time grows with the work over these rows: t ∝ work^exponent, fitted on a log-log scale."""
    work, time = (np.log([row[key] for row in rows]) for key in ("gflop", "milliseconds"))
    return np.polyfit(work, time, 1)[0]


def step_cost(record=None):
    """Both panels; `record` is what load_record("step_cost") gives."""
    record = load_record("step_cost") if record is None else record
    rows = record["work"]
    figure, (time, memory) = new_figure(9, 4, ncols=2)
    for axis, (name, colour, marker) in AXES.items():
        chosen = sorted((row for row in rows if row["axis"] == axis), key=lambda row: row["value"])
        work = [row["gflop"] for row in chosen]
        low, high = chosen[0]["value"], chosen[-1]["value"]
        label = f"{name} {low:g} … {high:g}: power {exponent(chosen):.2f}"
        time.loglog(work, [row["milliseconds"] for row in chosen], color=colour, marker=marker, ms=5, label=label)
        memory.semilogx(work, [row["peak_mb"] for row in chosen], color=colour, marker=marker, ms=5)
    span = np.array([min(row["gflop"] for row in rows), max(row["gflop"] for row in rows)])
    pace = np.median([row["milliseconds"] / row["gflop"] for row in rows])
    time.loglog(span, pace * span, color=GREY, linestyle="--", linewidth=1.2, zorder=0, label="in proportion")
    time.set(xlabel="work of a step (GFLOP)", ylabel="time of a step (ms)")
    time.set_title(f"All axes together: time grows as work$^{{{exponent(rows):.2f}}}$")
    time.set_ylim(top=6 * max(row["milliseconds"] for row in rows))  # room for the legend
    time.legend(fontsize=9, loc="upper left")
    memory.set(xlabel="work of a step (GFLOP)", ylabel="peak memory of the process (MB)", ylim=(0, None))
    most = max(rows, key=lambda row: row["peak_mb"])
    memory.set_title(f"Memory: {most['peak_mb'] / 1e3:.1f} GB at most, for {AXES[most['axis']][0]} {most['value']:g}")
    return figure


# Nothing to draw before the benchmark was run.
FIGURES = {"step_cost": step_cost} if "step_cost" in record_names() else {}
