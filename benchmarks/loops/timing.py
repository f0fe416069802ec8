"""Timing of several things side by side on a machine that others use too: interleaved, repeated, medians."""

import time

import numpy as np


def interleave(runs, rounds, steps):
    """Time each of `runs` once per round, so that whatever disturbs the machine disturbs all of them.

    Args:
        runs: {name: function(steps)}; a first call of each, which traces and compiles, is not timed.
        rounds: how often every one is timed.
        steps: how many steps a timing spans.

    Returns:
        {name: seconds per step in each round (rounds,)}
    """
    for run in runs.values():
        run(steps)
    times = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run(steps)
            times[name].append((time.perf_counter() - start) / steps)
    return {name: np.array(seconds) for name, seconds in times.items()}


def summary(seconds):
    """Median and quartiles of repeated timings, in milliseconds."""
    low, middle, high = np.percentile(1e3 * np.asarray(seconds), (25, 50, 75))
    return {"milliseconds": round(middle, 2), "quartiles": [round(low, 2), round(high, 2)]}


def ratio(seconds, reference):
    """How many times `reference` takes in `seconds`: the median over the rounds, each compared within itself."""
    return float(np.median(np.asarray(seconds) / np.asarray(reference)))
