"""What a training step costs: against other loops, against the machine, with and without real data, and as it grows.

    python benchmarks/step_cost.py [--quick] [--only PART …] [--work FOLDER]

Machines are noisy, so what is compared is timed in turns within one process, several times over, and told as medians
of ratios. The machine's own rate, its best matrix product, is measured in the same run. Parts:

    loops-sources, loops-laptop    the sources' loop, eager and in tf.function; a Keras train_step in the manner of the
                                   public example; PyTorch; ours through `fit` and bare. benchmarks/loops has one file
                                   for each; tests/benchmarks proves that all make the same step. All of TensorFlow's
                                   have oneDNN's convolutions, which `import wganlib` turns on.
    without-sources, -laptop       ours and the eager loop without oneDNN: as TensorFlow itself chooses on processors
                                   that have no AVX-512
    data                           `fit` on real digits through wl.batches against `fit` on one constant batch
    work-…                         ours as batch, filters, image and n_critic grow

Each part runs in a process of its own and is kept in --work until all are there, so a stopped script goes on where it
stopped. The result is wganlib/assets/records/step_cost.json (load_record("step_cost")), and the same as tables in
benchmarks/step_cost.md. On a machine with a GPU it fills the record's "gpu" part instead, and leaves the rest.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "step_cost.json"
TABLES = ROOT / "benchmarks" / "step_cost.md"
# (rounds, steps per timing)
EFFORT = {
    **{"loops-sources": (5, 2), "loops-laptop": (7, 60), "without-sources": (3, 1), "without-laptop": (5, 30)},
    **{"data": (7, 312), "work": (7, None)},
}
QUICK = {
    **{"loops-sources": (1, 1), "loops-laptop": (3, 10), "without-sources": (1, 1), "without-laptop": (3, 10)},
    **{"data": (3, 20), "work": (3, None)},
}
WORK_SECONDS = 2.0
# Every axis passes through the laptop recipe, written as 1 or as its own value.
AXES = {
    "batch": (16, 32, 64, 128, 256, 512),
    "filters": (0.5, 1, 2, 4),
    "image": (28, 40, 52, 64),
    "n_critic": (1, 2, 5, 10),
}
PARTS = (
    "loops-laptop",
    "data",
    *(f"work-{axis}-{value:g}" for axis, values in AXES.items() for value in values),
    "without-laptop",
    "without-sources",
    "loops-sources",
)


def takes_xla(problem):
    """Whether wganlib would let XLA compile this step."""
    return problem.recipe.build(problem.image_size).jit_compile


def ways(problem, on_gpu):
    """{name: loop} of one size; None for a loop that cannot run here. The first is what the others are held against."""
    import keras
    from loops import pytorch
    from loops.eager import EagerLoop
    from loops.graph import GraphLoop
    from loops.keras_example import KerasExampleLoop
    from loops.ours import BareLoop, FitLoop

    pays = takes_xla(problem)
    chosen, other = ("XLA", "graph") if pays else ("graph", "XLA")
    made = {
        f"wganlib: fit, {chosen}": problem.for_loop(FitLoop, jit_compile=pays),
        f"wganlib: the bare function, {chosen}": problem.for_loop(BareLoop, jit_compile=pays),
        f"wganlib: fit, {other}": problem.for_loop(FitLoop, jit_compile=not pays),
    }
    if problem.recipe.name == "laptop":
        made[f"wganlib: fit, {chosen}, 10 steps per execution"] = problem.for_loop(
            FitLoop, jit_compile=pays, steps_per_execution=10
        )
    if on_gpu:
        keras.config.set_dtype_policy("mixed_float16")
        made["wganlib: fit, XLA, mixed precision"] = problem.for_loop(FitLoop, jit_compile=True)
        keras.config.set_dtype_policy("float32")
    made |= {
        "sources' loop, eager": problem.for_loop(EagerLoop),
        "sources' loop in tf.function": problem.for_loop(GraphLoop),
        "Keras' example, fit": problem.for_loop(KerasExampleLoop),
        "PyTorch": problem.for_loop(pytorch.TorchLoop) if pytorch.available() else None,
    }
    return made


def side_by_side(problem, loops, rounds, steps):
    """Loops in turns with the machine's best matrix product; the first is what the others are held against."""
    import numpy as np
    from loops.matmul import matmul_rates
    from loops.timing import interleave, ratio, summary

    from wganlib.networks.flops import step_flops

    recipe, images = problem.recipe, problem.images()
    runs = {name: (lambda n, loop=loop: loop.run(images, n)) for name, loop in loops.items() if loop is not None}
    rates = []
    runs["matmul"] = lambda n: rates.append(matmul_rates(0.3))
    times = interleave(runs, rounds, steps)
    rate = float(np.median([max(found.values()) for found in rates]))
    reference = next(iter(loops))
    flops = step_flops(loops[reference].trainer, recipe.batch_size).total
    rows = []
    for name, loop in loops.items():
        if loop is None:
            rows.append({"loop": name, "milliseconds": None})
            continue
        seconds = float(np.median(times[name]))
        rows.append(
            {
                "loop": name,
                **summary(times[name]),
                "images_per_second": round(recipe.n_critic * recipe.batch_size / seconds, 1),
                "ratio": round(ratio(times[name], times[reference]), 3),
                "of_matmul": round(flops / seconds / rate, 3),
            }
        )
    return {
        "batch_size": recipe.batch_size,
        "n_critic": recipe.n_critic,
        "gflop": round(flops / 1e9, 3),
        "matmul_gflops": round(rate / 1e9, 1),
        "matmul_by": max(rates[-1], key=rates[-1].get),
        "rounds": rounds,
        "steps": steps,
        "rows": rows,
    }


def measure_loops(size, rounds, steps):
    """The loops side by side at one size."""
    import tensorflow as tf
    from convolutions import count_convolutions, fewest_convolutions
    from loops.eager import EagerLoop
    from loops.ours import BareLoop
    from loops.problem import SIZES

    problem = SIZES[size]
    images = problem.images()
    found = side_by_side(problem, ways(problem, bool(tf.config.list_physical_devices("GPU"))), rounds, steps)
    # Counted in traced graphs; what the eager loop runs is all that its tracing meets.
    bare, eager = problem.for_loop(BareLoop), problem.for_loop(EagerLoop)
    ours = tf.function(bare.trainer.train_step).get_concrete_function(images)
    theirs = tf.function(eager.update).get_concrete_function(images)
    return found | {
        "convolutions": {
            "fewest": fewest_convolutions(bare.generator, bare.critic, problem.recipe.n_critic),
            "wganlib": count_convolutions(ours),
            "sources' loop in tf.function": count_convolutions(theirs),
            "sources' loop, eager": count_convolutions(theirs, run=False),
        },
    }


def measure_without(size, rounds, steps):
    """Ours and the eager loop in a process without oneDNN."""
    from loops.eager import EagerLoop
    from loops.ours import FitLoop
    from loops.problem import SIZES

    problem = SIZES[size]
    loops = {
        "wganlib: fit, XLA": problem.for_loop(FitLoop, jit_compile=True),
        "wganlib: fit, graph": problem.for_loop(FitLoop, jit_compile=False),
        "sources' loop, eager": problem.for_loop(EagerLoop),
    }
    return side_by_side(problem, loops, rounds, steps)


def measure_data(rounds, steps):
    """Steps on real digits against steps on a constant batch."""
    from loops.ours import FitLoop
    from loops.problem import SMALL
    from loops.timing import interleave, ratio, summary

    import wganlib as wl

    digits, images = wl.load_digits(source="sample"), SMALL.images()
    real, constant = (SMALL.for_loop(FitLoop, jit_compile=takes_xla(SMALL)) for _ in range(2))

    data = wl.batches(digits, real.trainer, SMALL.recipe.batch_size, steps_per_epoch=steps)
    runs = {
        "real digits": lambda _: real.trainer.fit(data, verbose=0),
        "constant batch": lambda count: constant.run(images, count),
    }
    times = interleave(runs, rounds, steps)
    return {
        "rounds": rounds,
        "steps": steps,
        **{name: summary(seconds) for name, seconds in times.items()},
        "ratio": round(ratio(times["real digits"], times["constant batch"]), 4),
    }


def measure_work(axis, value, rounds):
    """One size of the laptop recipe: time, arithmetic and memory of the bare step."""
    import numpy as np
    from loops.matmul import matmul_rates
    from loops.memory import peak, reset_peak
    from loops.ours import BareLoop
    from loops.problem import Problem
    from loops.timing import interleave, summary

    from wganlib.networks.flops import step_flops
    from wganlib.training.recipes import LAPTOP

    changes = {
        "batch": {"batch_size": int(value)},
        "filters": {
            "generator_filters": int(LAPTOP.generator_filters * value),
            "critic_filters": int(LAPTOP.critic_filters * value),
        },
        "image": {"n_blocks": 2},
        "n_critic": {"n_critic": int(value)},
    }[axis]
    side = int(value) if axis == "image" else 28
    problem = Problem(replace(LAPTOP, **changes), (side, side, 1))
    images, loop = problem.images(), problem.for_loop(BareLoop, jit_compile=takes_xla(problem))
    loop.run(images, 1)  # compiled, which takes memory of its own
    start = time.perf_counter()
    loop.run(images, 1)
    steps = max(1, round(WORK_SECONDS / (time.perf_counter() - start)))
    reset_peak()
    rates = []
    runs = {"step": lambda n: loop.run(images, n), "matmul": lambda n: rates.append(matmul_rates(0.2))}
    seconds = interleave(runs, rounds, steps)["step"]
    flops = step_flops(loop.trainer, problem.recipe.batch_size).total
    rate = float(np.median([max(found.values()) for found in rates]))
    return {
        "axis": axis,
        "value": value,
        **summary(seconds),
        "gflop": round(flops / 1e9, 3),
        "of_matmul": round(flops / float(np.median(seconds)) / rate, 3),
        "peak_mb": round(peak()),
    }


def measure(part, quick):
    effort = QUICK if quick else EFFORT
    kind, _, rest = part.partition("-")
    if kind == "without":
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
    import wganlib  # noqa: F401 - before TensorFlow: it chooses how that is loaded

    if kind == "loops":
        return measure_loops(rest, *effort[part])
    if kind == "without":
        return measure_without(rest, *effort[part])
    if kind == "data":
        return measure_data(*effort["data"])
    axis, _, value = rest.rpartition("-")
    return measure_work(axis, float(value), effort["work"][0])


def run_part(part, quick, work):
    """Measure a part in a process of its own, unless it is in `work` already."""
    from kept_runs import kept

    def measured():
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        command = [sys.executable, __file__, "--measure", part, *(["--quick"] if quick else [])]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1]) | {"load_before": load}

    return kept(work, f"{part}{'-quick' if quick else ''}", measured)


def assemble(parts):
    """The measurements of one machine as a record."""
    from surroundings import surroundings

    record = surroundings() | {"loops": {}, "without": {}, "data": None, "work": []}
    for name, result in parts.items():
        kind, _, size = name.partition("-")
        if kind in ("loops", "without"):
            record[kind][size] = result
        elif name == "data":
            record["data"] = result
        else:
            record["work"].append(result)
    return record


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few repeats: minutes, and rough numbers")
    parser.add_argument("--only", nargs="+", metavar="PART", choices=PARTS, help="some parts; writes no record")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "step_cost")
    parser.add_argument("--measure", metavar="PART", choices=PARTS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure, arguments.quick)))
        return
    import tensorflow as tf
    from step_cost_tables import as_markdown

    arguments.work.mkdir(parents=True, exist_ok=True)
    parts = {part: run_part(part, arguments.quick, arguments.work) for part in arguments.only or PARTS}
    record = assemble(parts)
    if not arguments.only:
        if tf.config.list_physical_devices("GPU"):
            if not RECORD.exists():
                sys.exit("The record starts with a CPU: run once with CUDA_VISIBLE_DEVICES=-1 first.")
            record = json.loads(RECORD.read_text(encoding="utf-8")) | {"gpu": record}
        else:
            before = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
            record["gpu"] = before.get("gpu")
        RECORD.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
        TABLES.write_text(as_markdown(record), encoding="utf-8")
        for part in PARTS:  # the next run starts over
            (arguments.work / f"{part}{'-quick' if arguments.quick else ''}.json").unlink()
    print(as_markdown(record))


if __name__ == "__main__":
    main()
