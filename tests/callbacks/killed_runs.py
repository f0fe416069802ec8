"""Run by test_resume.py: trains in child processes, kills them at random moments, lets the next one go on.

    python tests/callbacks/killed_runs.py KIND FOLDER KILLS

Prints a line of JSON: where each child was killed, and whether the weights in the end are those of an unbroken run.
"""

import contextlib
import json
import os
import random
import signal
import sys
import time
import warnings
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import wganlib as wl

EPOCHS, STEPS = 60, 2
KINDS = {
    "GAN": lambda nets: wl.GAN(*nets, seed=3),
    "WGAN": lambda nets: wl.WGAN(*nets, seed=3, n_critic=2, ema_decay=0.9),
    "WGANGP": lambda nets: wl.WGANGP(*nets, seed=3, n_critic=2),
}


class ToldResume(wl.ExactResume):
    """Writes a byte into a pipe after each state."""

    def __init__(self, folder, also, pipe):
        super().__init__(folder, also=also)
        self.pipe = pipe

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        os.write(self.pipe, b".")


def train(kind, folder, pipe, epochs=EPOCHS):
    """A run on points, with Dropout in the critic for its stateful random generator, and Adam for its slots."""
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(7)
    points = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    critic = [keras.Input((2,)), keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.3), keras.layers.Dense(1)]
    trainer = KINDS[kind]((wl.make_mlp_generator(4, (2,), (8,), output=None), keras.Sequential(critic)))
    trainer.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3), jit_compile=False)
    history = wl.IterationHistory()
    data = wl.batches(points, trainer, 4, steps_per_epoch=STEPS)
    trainer.fit(data, epochs=epochs, verbose=0, callbacks=[history, ToldResume(folder, [history], pipe)])


def child(kind, folder):
    """(process, states): `train` in a forked process, which has imported TensorFlow and not used it yet, and a file in
    which there is a byte for each state that it has saved."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return process, os.fdopen(reader, "rb", buffering=0)
    code = 1
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            train(kind, folder, writer)
        code = 0
    finally:
        os._exit(code)


def ending(process, states):
    """The status with which a child ends; the pipe is closed after that, or the child could write no more."""
    with states:
        return os.waitpid(process, 0)[1]


def newest(folder):
    return max(map(str, folder.glob("epoch_*.npz")), default="")


def main(kind, folder, kills):
    warnings.simplefilter("error")
    chance = random.Random(kind)
    broken, whole = folder / "broken", folder / "whole"
    killed = []
    while len(killed) < kills:
        process, states = child(kind, broken)
        # Mostly amid its epochs and writes; now and then while it builds its networks or reads the state.
        early = killed and chance.random() < 0.25
        if early:
            time.sleep(chance.uniform(0, 2))
        elif not states.read(1):
            raise RuntimeError("a child ended by itself before it was killed")
        time.sleep(chance.uniform(0, 0.2))
        os.kill(process, signal.SIGKILL)
        status = ending(process, states)
        if not os.WIFSIGNALED(status):
            raise RuntimeError("a child ended before it was killed: more epochs are needed")
        killed.append(Path(newest(broken)).name)
    for place in (broken, whole):
        status = ending(*child(kind, place))
        if status:
            raise RuntimeError(f"the last child of {place} ended with {status}")
    last = f"epoch_{EPOCHS:04d}.npz"
    with np.load(broken / last) as a, np.load(whole / last) as b:
        different = [name for name in b.files if name not in a.files or not np.array_equal(a[name], b[name])]
        weights = len(b.files)
    left = sorted(path.name for path in broken.iterdir())
    print(json.dumps({"killed": killed, "different": different, "compared": weights, "left": left}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
