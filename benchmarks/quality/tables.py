"""What the runs of time_to_quality.py come to: how much sooner the recipe is there, and all of it as Markdown."""

RECIPE = "laptop recipe"
DATA = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "mnist_m": "MNIST-M, 32×32×3"}


def sooner(runs):
    """{published recipe: {"frechet", "seconds", "recipe_seconds", "times"}}: where it ends, and when ours is there.

    The recipe is there at the first mark at which its samples are at least as near, in the slowest of its seeds;
    `recipe_seconds` and `times` are None if one seed never is.
    """
    seeds = [run["rows"] for run in runs if run["name"] == RECIPE]
    found = {}
    for run in runs:
        if run["group"] != "published" or not seeds:
            continue
        end = run["rows"][-1]
        reached = [
            min((row["seconds"] for row in rows if row["frechet"] <= end["frechet"]), default=None) for rows in seeds
        ]
        slowest = None if None in reached else max(reached)
        times = slowest and round(end["seconds"] / slowest, 1)
        found[run["name"]] = end | {"recipe_seconds": slowest, "times": times}
    return found


def as_markdown(record):
    """Every table of a record, with its machine."""
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items() if version)
    parts = [
        "# How soon there are digits",
        f"{record['device']}; {versions}; {record['date']}. Written by `make bench`.",
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
    lines = ["| settings | Fréchet distance | seconds of training |", "| --- | ---: | ---: |"]
    for run in record["runs"]:
        if run["group"] == "choices":
            last = run["rows"][-1]
            lines.append(f"| {run['name']} | {last['frechet']:.1f} | {last['seconds']:.0f} |")
    return "\n".join(lines)


def runs_table(record):
    """One line for all seeds of a run: the median, and in brackets the least and the largest."""
    lines = [
        "| run | data | steps | minutes | Fréchet distance | of real training images |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    whole = [run for run in record["runs"] if run["group"] in ("minutes", "other")]
    for name in dict.fromkeys(run["name"] for run in whole):
        runs = [run for run in whole if run["name"] == name]
        last, first = runs[0]["rows"][-1], runs[0]
        ends = sorted(run["rows"][-1]["frechet"] for run in runs)
        spread = f" ({ends[0]:.1f} to {ends[-1]:.1f}, {len(ends)} seeds)" if len(ends) > 1 else ""
        lines.append(
            f"| {name.partition(' on ')[0]} | {DATA[first['data']]} | {last['step']:,} | {last['seconds'] / 60:.1f} | "
            f"{ends[len(ends) // 2]:.1f}{spread} | {first['floor']:.1f} |"
        )
    return "\n".join(lines)


def published_table(record):
    lines = [
        "| recipe | steps | minutes | Fréchet distance | the laptop recipe is there after | times sooner |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, found in record["sooner"].items():
        there = (
            "not in its run | " if found["times"] is None else f"{found['recipe_seconds']:.0f} s | {found['times']:.0f}"
        )
        minutes = f"{found['seconds'] / 60:.0f}"
        lines.append(f"| {name} | {found['step']:,} | {minutes} | {found['frechet']:.1f} | {there} |")
    return "\n".join(lines)
