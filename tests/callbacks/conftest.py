"""A training under every callback at once, and what each of its steps gave. 40 images: an epoch has five steps."""

import contextlib

import keras
import numpy as np
import pytest

from wganlib.callbacks import HealthAlarm, IterationHistory, SampleGrid
from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator
from wganlib.training.input_pipeline import batches
from wganlib.training.trainers import WGANGP


@pytest.fixture(scope="session")
def quick(adam):
    """quick(jit_compile=False, …) → a compiled trainer, run eagerly unless told otherwise; n_critic is 2."""

    def make(**options):
        keras.utils.set_random_seed(1)
        trainer = WGANGP(make_mlp_generator(3, (8, 8, 1), (4,)), make_mlp_critic((8, 8, 1), (4,)), n_critic=2)
        trainer.compile(adam(), adam(), **(options or {"run_eagerly": True}))
        return trainer

    return make


@pytest.fixture(scope="session")
def truth(quick, images):
    """Every step's own numbers, from calling the step itself with fresh means: {name: (10,)}."""
    trainer = quick()
    rows = []
    for _ in range(2):
        for element in batches(images, trainer, 4):
            trainer.reset_metrics()
            rows.append({name: float(value) for name, value in trainer.train_step(element).items()})
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@pytest.fixture(scope="session")
def watched(quick, images, tmp_path_factory):
    """One training of two epochs, and another of one, under every callback at once."""
    folder = tmp_path_factory.mktemp("grids") / "new"
    trainer = quick()
    history, grid = IterationHistory(), SampleGrid(count=6, folder=folder)
    samples = [trainer.sample(6)]
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: samples.append(trainer.sample(6)))
    both = {"verbose": 0, "callbacks": [history, grid, note, HealthAlarm(every=1)]}
    trainer.fit(batches(images, trainer, 4), epochs=2, **both)
    two_epochs = history.steps.copy(), history.curves
    trainer.fit(batches(images, trainer, 4), epochs=1, **both)
    return trainer, history, grid, samples, folder, two_epochs


@pytest.fixture
def locked_elsewhere():
    """with locked_elsewhere(folder): the folder is locked, as if by another process. The lock's file stays there."""
    fcntl = pytest.importorskip("fcntl")

    @contextlib.contextmanager
    def lock(folder):
        with open(folder / "lock", "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    return lock
