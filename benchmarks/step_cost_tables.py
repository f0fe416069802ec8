"""The record of benchmarks/step_cost.py as Markdown tables."""

from markdown_table import markdown_table

NOT_RUN = "not run"
SIZES = {"laptop": "the laptop recipe", "sources": "the sources' size"}


def as_markdown(record):
    """Every table of a record, with its machine."""
    parts = ["# What a training step costs", heading(record)]
    for size, loops in record["loops"].items():
        parts += [f"## Side by side at {SIZES[size]}", loops_table(loops), convolutions_table(loops)]
    for size, loops in record["without"].items():
        parts += [f"## Without oneDNN, at {SIZES[size]}", loops_table(loops)]
    if record["data"]:
        parts += ["## Real data against a constant batch", data_sentence(record["data"])]
    if record["work"]:
        parts += ["## As the work grows (laptop recipe, the bare function)", work_table(record["work"])]
    if record.get("gpu"):
        parts += ["# On a GPU", as_markdown(record["gpu"] | {"gpu": None}).split("\n", 2)[2]]
    else:
        parts += ["## On a GPU", f"{NOT_RUN.capitalize()}: no table without a machine that has one."]
    return "\n\n".join(parts) + "\n"


def heading(record):
    """One line: device, versions, date."""
    named = {name: version or "not installed" for name, version in record["versions"].items()}
    return (
        f"{record['device']}; "
        + ", ".join(f"{name} {version}" for name, version in named.items())
        + (f"; {record['date']}. Written by `make bench`.")
    )


def loops_table(loops):
    work = (
        f"{loops['n_critic']} × critic + 1 × generator on batches of {loops['batch_size']}, {loops['gflop']:.1f} GFLOP "
        f"a step; the machine's best matrix product makes {loops['matmul_gflops']:.0f} GFLOP/s "
        f"({loops['matmul_by']})."
    )
    columns = ("loop", "ms a step", "real images/s", "time, ours = 1", "of the matrix product's rate")
    rows = []
    for row in loops["rows"]:
        numbers = NOT_RUN, "", "", ""
        if row["milliseconds"] is not None:
            pace = f"{row['milliseconds']:.0f}", f"{row['images_per_second']:.0f}"
            numbers = *pace, f"{row['ratio']:.2f}", f"{row['of_matmul']:.0%}"
        rows.append((row["loop"], *numbers))
    return f"{work}\n\n{markdown_table(columns, rows)}"


def convolutions_table(loops):
    rows = []
    for name, counts in loops["convolutions"].items():
        numbers = [counts[kind] for kind in ("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")]
        rows.append((name, *map(str, numbers), str(sum(numbers))))
    return markdown_table(("convolutions a step", "forward", "by input", "by kernel", "together"), rows)


def data_sentence(data):
    return (
        f"A step of `fit` on digits through `wl.batches` takes {data['real digits']['milliseconds']:.1f} ms, on one "
        f"constant batch {data['constant batch']['milliseconds']:.1f} ms: {data['ratio'] - 1:+.1%}."
    )


def work_table(work):
    columns = ("", "value", "GFLOP a step", "ms a step", "of the matrix product's rate", "peak memory, MB")
    rows = []
    for row in work:
        value = f"× {row['value']:g}" if row["axis"] == "filters" else f"{row['value']:g}"
        cost = f"{row['gflop']:.2f}", f"{row['milliseconds']:.0f}", f"{row['of_matmul']:.0%}", str(row["peak_mb"])
        rows.append((row["axis"], value, *cost))
    return markdown_table(columns, rows)
