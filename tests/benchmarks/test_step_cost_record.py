"""benchmarks/step_cost.py from its parts to record, tables and figure, on invented numbers: nothing is timed here."""

import importlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
import step_cost
from loops.timing import interleave, ratio, summary
from step_cost_tables import as_markdown

from wganlib.course.records import load_record


def invented(part):
    """What a part would have measured, with numbers that a reader of the tables can find again."""
    kind, _, rest = part.partition("-")
    if kind in ("loops", "without"):
        counts = {"Conv2D": 20, "Conv2DBackpropInput": 22, "Conv2DBackpropFilter": 15}
        row = {"milliseconds": 123.4, "quartiles": [120.0, 130.0], "images_per_second": 1037.2}
        return {
            **{"batch_size": 64, "n_critic": 2, "gflop": 6.976, "matmul_gflops": 88.8, "matmul_by": "NumPy, 2048"},
            "rows": [
                {"loop": "ours", **row, "ratio": 1.0, "of_matmul": 0.637},
                {"loop": "PyTorch", "milliseconds": None},
            ],
            "convolutions": {"fewest": counts},
        }
    if kind == "data":
        times = {name: {"milliseconds": 124.5, "quartiles": [1, 2]} for name in ("real digits", "constant batch")}
        return times | {"ratio": 1.0123}
    axis, _, value = rest.rpartition("-")
    work = 7 * float(value) + 1
    return {
        **{"axis": axis, "value": float(value), "gflop": work, "milliseconds": 20 * work},
        **{"quartiles": [0, 0], "of_matmul": 0.55, "peak_mb": 800 + int(work)},
    }


@pytest.fixture
def record():
    return step_cost.assemble({part: invented(part) for part in step_cost.PARTS}) | {"gpu": None}


def test_the_record_says_where_and_when_and_survives_json(record):
    assert json.loads(json.dumps(record)) == record
    assert record["device"] and record["date"] and record["versions"]["tensorflow"]
    assert set(record["loops"]) == {"sources", "laptop"}
    assert len(record["work"]) == sum(len(values) for values in step_cost.AXES.values())


def test_the_tables_hold_the_numbers_and_say_what_was_not_run(record):
    text = as_markdown(record)
    for expected in (
        "| ours | 123 | 1037 | 1.00 | 64% |",
        "| PyTorch | not run |",
        "+1.2%",
        "| fewest | 20 | 22 | 15 | 57 |",
    ):
        assert expected in text
    assert "| batch | 512 | 3585.00 |" in text and "| filters | × 0.5 |" in text
    assert "On a GPU\n\nNot run" in text
    assert record["versions"]["tensorflow"] in text and record["date"] in text
    with_gpu = as_markdown(record | {"gpu": record | {"device": "GPU (invented)"}})
    assert "GPU (invented)" in with_gpu and "Not run" not in with_gpu.split("GPU (invented)")[0]


def test_a_part_that_was_measured_is_not_measured_again(tmp_path, monkeypatch):
    asked = []

    class Done:
        stdout = 'what a library printed\n{"milliseconds": 1}\n'

    monkeypatch.setattr(step_cost.subprocess, "run", lambda command, **_: asked.append(command) or Done())
    first = step_cost.run_part("data", False, tmp_path)
    assert step_cost.run_part("data", False, tmp_path) == first and first["milliseconds"] == 1
    assert len(asked) == 1 and asked[0][-1] == "data"
    step_cost.run_part("data", True, tmp_path)  # a quick one is no substitute
    assert len(asked) == 2


def test_the_figure_shows_the_record(record):
    drawing = importlib.import_module("drawings.step_cost")
    time, memory = drawing.step_cost(record).axes
    drawn = {line.get_label().split(":")[0]: line.get_xydata() for line in time.get_lines()}
    np.testing.assert_allclose(drawn["batch 16 … 512"][:, 1], 20 * (7 * np.array(step_cost.AXES["batch"]) + 1))
    assert "power 1.00" in time.get_lines()[0].get_label()
    assert "4.4 GB at most, for batch 512" in memory.get_title()


def test_the_exponent_is_that_of_a_power_law():
    drawing = importlib.import_module("drawings.step_cost")
    rows = [{"gflop": work, "milliseconds": 3 * work**0.8} for work in (1.0, 2.0, 5.0)]
    assert drawing.exponent(rows) == pytest.approx(0.8)


def test_things_are_timed_in_turns_after_a_first_call():
    calls = []
    runs = {name: (lambda steps, name=name: calls.append((name, steps))) for name in "ab"}
    times = interleave(runs, rounds=2, steps=5)
    assert calls == [("a", 5), ("b", 5)] * 3
    assert set(times) == {"a", "b"} and all(len(seconds) == 2 for seconds in times.values())


def test_ratios_compare_within_a_round():
    # Both slowed down tenfold in the last rounds: their ratio was 2 throughout, as a ratio of medians would not tell.
    reference = np.array([1.0, 1.0, 10.0, 10.0])
    assert ratio(2 * reference, reference) == 2
    assert ratio([2, 2, 20, 20, 2], [1, 1, 10, 10, 1]) == 2
    assert summary([0.001, 0.002, 0.003]) == {"milliseconds": 2.0, "quartiles": [1.5, 2.5]}


@pytest.mark.parametrize("part", step_cost.PARTS)
def test_every_part_names_a_measurement(part, monkeypatch):
    asked = {}
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    for name in ("loops", "without", "data", "work"):
        monkeypatch.setattr(step_cost, f"measure_{name}", lambda *a, name=name: asked.update({name: a}))
    step_cost.measure(part, quick=True)
    kind = part.split("-")[0]
    assert list(asked) == [kind]
    if kind == "work":
        axis, value, rounds = asked["work"]
        assert value in step_cost.AXES[axis] and rounds >= 3
    elif kind != "data":
        assert asked[kind][0] in ("sources", "laptop")
    assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == ("0" if kind == "without" else "1")


def test_the_tables_are_those_of_the_record():
    kept = load_record("step_cost")
    folder = Path(__file__).resolve().parents[2]
    assert as_markdown(kept) == (folder / "benchmarks" / "step_cost.md").read_text(encoding="utf-8")


def test_the_recorded_step_makes_no_convolution_too_many():
    for loops in load_record("step_cost")["loops"].values():
        assert loops["convolutions"]["wganlib"] == loops["convolutions"]["fewest"]
