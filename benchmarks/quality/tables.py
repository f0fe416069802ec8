"""What the runs of time_to_quality.py come to: how much sooner the recipe is there, and all of it as Markdown."""

from markdown_table import markdown_table
from step_cost_tables import heading

RECIPE = "laptop recipe"
DATA = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "mnist_m": "digits over a photograph, 32×32×3"}


def sooner(runs):
    """How near each published recipe comes in its minutes, and how much sooner ours is there.

    The recipe is there at the first mark at which its samples are at least as near, in the slowest of its seeds.

    Returns:
        {published recipe: {"steps", "step", "seconds", "frechet", "recipe_seconds", "times"}}: the steps of the run;
        where it is nearest, which need not be its end; and None for the last two if one seed never is as near.
    """
    seeds = [run["rows"] for run in runs if run["name"] == RECIPE]
    found = {}
    for run in runs:
        if run["group"] != "published" or not seeds:
            continue
        nearest = min(run["rows"], key=lambda row: row["frechet"])
        reached = [
            min((row["seconds"] for row in rows if row["frechet"] <= nearest["frechet"]), default=None)
            for rows in seeds
        ]
        slowest = None if None in reached else max(reached)
        times = slowest and round(nearest["seconds"] / slowest, 1)
        found[run["name"]] = {"steps": run["rows"][-1]["step"], **nearest, "recipe_seconds": slowest, "times": times}
    return found


def as_markdown(record):
    """Every table of a record, with its machine."""
    installed = {name: version for name, version in record["versions"].items() if version}
    parts = [
        "# How soon there are digits",
        heading(record | {"versions": installed}),
        f"Fréchet distance of {record['samples']:,} samples to the test images in a classifier's features. Seconds and "
        "minutes are steps times what a step takes.",
    ]
    groups = {run["group"] for run in record["runs"]}
    if "choices" in groups:
        parts += ["## One pass over 60,000 digits", "Each line keeps what stands above it.", choices_table(record)]
    if groups & {"minutes", "other"}:
        parts += ["## Whole runs", runs_table(record)]
    if record["sooner"]:
        parts += ["## Published recipes", published_table(record)]
    return "\n\n".join(parts) + "\n"


def choices_table(record):
    last = {run["name"]: run["rows"][-1] for run in record["runs"] if run["group"] == "choices"}
    return markdown_table(
        ("settings", "Fréchet distance", "seconds of training"),
        [(name, f"{row['frechet']:.1f}", f"{row['seconds']:.0f}") for name, row in last.items()],
    )


def runs_table(record):
    """One line for all seeds of a run: the median, and in brackets the least and the largest."""
    columns = ("run", "data", "steps", "minutes", "Fréchet distance", "of real training images")
    rows = []
    for name, runs in _whole_runs(record).items():
        last = runs[0]["rows"][-1]
        length = f"{last['step']:,}", f"{last['seconds'] / 60:.1f}"
        rows.append((name.partition(" on ")[0], DATA[runs[0]["data"]], *length, spread(_ends(runs)), _floor(runs)))
    return markdown_table(columns, rows, left=2)


def summary_table(record, full):
    """What README shows: the recipe on each data set, the full recipe, and how near the published ones come.

    Args:
        record: of time_to_quality.py.
        full: the record of full_recipe.py.
    """
    columns = ("trained by", "on", "minutes", "Fréchet distance", "of real images")
    steps = full["runs"][0]["rows"][-1][0]
    minutes = f"{steps * full['seconds_per_step'] / 60:.1f}"
    ends, floors = [run["rows"][-1][1] for run in full["runs"]], sorted(one["frechet"] for one in full["real"])
    rows = [("full recipe", DATA["mnist"], minutes, spread(ends), f"{floors[len(floors) // 2]:.1f}")]
    for name, runs in _whole_runs(record).items():
        if name.startswith(RECIPE):
            minutes = f"{runs[0]['rows'][-1]['seconds'] / 60:.1f}"
            rows.append((RECIPE, DATA[runs[0]["data"]], minutes, spread(_ends(runs)), _floor(runs)))
    for run in record["runs"]:
        if run["group"] == "published":
            found = record["sooner"][run["name"]]
            distances = f"{found['frechet']:.1f}", _floor([run])
            rows.append((run["name"], DATA[run["data"]], f"{found['seconds'] / 60:.1f}", *distances))
    return markdown_table(columns, rows, left=2)


def _whole_runs(record):
    """{name: its runs, one for each seed}"""
    whole = [run for run in record["runs"] if run["group"] in ("minutes", "other")]
    return {name: [run for run in whole if run["name"] == name] for name in dict.fromkeys(run["name"] for run in whole)}


def _ends(runs):
    return [run["rows"][-1]["frechet"] for run in runs]


def spread(distances):
    """The median of the seeds, and in brackets the least and the largest."""
    ends = sorted(distances)
    others = f" ({ends[0]:.1f} to {ends[-1]:.1f}, {len(ends)} seeds)" if len(ends) > 1 else ""
    return f"{ends[len(ends) // 2]:.1f}{others}"


def _floor(runs):
    return f"{runs[0]['floor']:.1f}"


def published_table(record):
    columns = (
        "recipe",
        "steps in 30 minutes",
        "nearest Fréchet distance",
        "after minutes",
        "the laptop recipe is there after",
        "times sooner",
    )
    rows = []
    for name, found in record["sooner"].items():
        there = "not in its run", ""
        if found["times"] is not None:
            there = f"{found['recipe_seconds']:.0f} s", f"{found['times']:.0f}"
        rows.append((name, f"{found['steps']:,}", f"{found['frechet']:.1f}", f"{found['seconds'] / 60:.0f}", *there))
    return markdown_table(columns, rows)
