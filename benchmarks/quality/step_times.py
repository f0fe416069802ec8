"""What a step of each recipe takes, in turns, so that the recipes' minutes can be compared."""

import time
from pathlib import Path

import keras
import tensorflow as tf
from kept_runs import kept
from loops.problem import the_same
from loops.timing import interleave, summary

SECONDS, ROUNDS = 3.0, 5  # of every recipe in each of the rounds


def step_times(recipes, work):
    """{name: {"milliseconds": median, "quartiles": [low, high]}} of a step of `fit`; measured once per work folder.

    The machine should do nothing else meanwhile; afterwards it may, since a run's minutes are its steps times this.

    Args:
        recipes: {name: (make, image_size)}; make(image_size, seed) → (compiled trainer, batch size, …).
        work: folder that keeps the result.
    """

    def measured():
        runs, counts = {}, {}
        for name, (make, image_size) in recipes.items():
            runs[name], counts[name] = _timed(make, image_size)
            print(f"{time.strftime('%H:%M:%S')} {name}: {counts[name]} steps a round", flush=True)
        times = interleave(runs, ROUNDS, 1)
        keras.backend.clear_session()
        return {name: summary(times[name] / counts[name]) for name in recipes}

    found = kept(work, "step_times", measured)
    missing = [name for name in recipes if name not in found]
    if missing:
        place, names = Path(work) / "step_times.json", ", ".join(missing)
        raise SystemExit(f"{place} has no times for {names}. Remove the file, so that all are measured again.")
    return found


def _timed(make, image_size):
    """(a function that fits some steps, how many): about SECONDS."""
    trainer, batch_size, *_ = make(image_size, 0)
    images = tf.random.stateless_uniform((trainer.n_critic * batch_size, *image_size), (0, 0), -1.0, 1.0)

    def fit(steps):
        # One batch over and over: `step_cost.py` shows that real data cost no more.
        start = time.perf_counter()
        trainer.fit(the_same(images, steps), verbose=0)
        return time.perf_counter() - start

    fit(2)  # compiles
    short, count = fit(2), 1
    if short < SECONDS:
        # What `fit` takes before its first step is in both.
        count = max(1, round(SECONDS * 10 / max(fit(12) - short, 1e-3)))
    return (lambda _: fit(count)), count
