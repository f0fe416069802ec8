"""One training whose samples are measured on the way; made once, and resumed where it was stopped."""

import math
import shutil
import time

import keras
import numpy as np
from kept_runs import kept

import wganlib as wl

SAMPLES = 10_000
# Seconds of training at which the samples are measured.
MARKS = (15, 30, 60, 96, 132, 192, 300, 450, 600, 900, 1200, 1800)
SAVED_EVERY = 120  # seconds of training


class QualityCurve(keras.callbacks.Callback):
    """Measures the samples after the given steps, 0 before the training, and ends it after the last of them.

    Args:
        distance: function(trainer) → Fréchet distance of its samples.
        steps: where to measure.

    Attributes:
        rows: [(step, distance), …].
    """

    def __init__(self, distance, steps):
        super().__init__()
        self.distance, self.steps, self.rows = distance, sorted(set(steps)), []

    def on_train_begin(self, logs=None):
        if int(self.model.step.numpy()) == 0:
            self.on_train_batch_end(-1)

    def on_train_batch_end(self, batch, logs=None):
        step = int(self.model.step.numpy())
        if step in self.steps:
            self.rows.append((step, self.distance(self.model)))
            print(f"  {time.strftime('%H:%M:%S')} step {step}: {self.rows[-1][1]:.2f}", flush=True)
        self.model.stop_training = self.model.stop_training or step >= self.steps[-1]

    def get_state(self):
        return {"rows": np.array(self.rows, np.float64).reshape(-1, 2)}

    def set_state(self, state):
        self.rows = [(int(step), float(distance)) for step, distance in state["rows"]]


def measured_steps(seconds_per_step, steps=None, limit=None):
    """The steps at MARKS of training time, up to the last step or the last second."""
    last = steps if limit is None else round(limit / seconds_per_step)
    return [*(step for step in (round(mark / seconds_per_step) for mark in MARKS) if 0 < step < last), last]


def run(name, make, images, distance, seed, limit, seconds_per_step, work):
    """A training to its last step, or for `limit` seconds, as its own report.

    Args:
        name: of the run; with the seed it names its file in `work`.
        make: function(image_size, seed) → (compiled trainer, batch size, steps or None).
        images: float32 (n, height, width, channels).
        distance: as in `QualityCurve`.
        seconds_per_step: turns steps into seconds.

    Returns:
        {"trainer", "batch_size", "parameters", "steps": [[step, distance], …]}
    """
    key = f"{name.replace(' ', '_')}_{seed}"
    states = work / "states" / key

    def trained():
        trainer, batch_size, steps = make(images.shape[1:], seed)
        curve = QualityCurve(distance, measured_steps(seconds_per_step, steps, limit))
        last = curve.steps[-1]
        epoch = min(last, max(1, round(SAVED_EVERY / seconds_per_step)))
        trainer.fit(
            wl.batches(images, trainer, batch_size, steps_per_epoch=epoch),
            epochs=math.ceil(last / epoch),
            verbose=0,
            callbacks=[curve, wl.HealthAlarm(), wl.ExactResume(states, also=[curve])],
        )
        found = {
            "trainer": trainer.settings(),
            "batch_size": batch_size,
            "parameters": [trainer.generator.count_params(), trainer.critic.count_params()],
            "steps": curve.rows,
        }
        keras.backend.clear_session()
        return found

    found = kept(work, key, trained)
    shutil.rmtree(states, ignore_errors=True)
    return found
