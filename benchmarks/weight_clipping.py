"""Chapter 06's runs on digits with three seeds: what of its tables is the method's, and what the seed's.

    python benchmarks/weight_clipping.py [--work FOLDER] [--only NAME …]

Two games on one generator and one critic, the laptop networks and settings of the chapter, on the sample that ships
with wganlib. RUNS says what differs. Of every run: the Fréchet distance of 1,000 samples to 1,000 test digits at
STEPS, the trainer's own estimate around those steps (of W, or log 2 − loss / 2 of JS), how varied the samples are at
the end, and for the clipped ones where the critic's weights stood: before training (at ±c or beyond), after the first
clip, after the training.

A run that already exists in --work is not made again, so a stopped script goes on where it stopped. The results go
into the package, where the chapter reads them with wl.course.load_record("weight_clipping").
"""

import argparse
import json
from functools import partial
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import keras
import numpy as np
from kept_runs import kept, rounded
from quality.run import QualityCurve
from surroundings import surroundings

from wganlib.training.trainers import wgan_optimizer

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "wganlib" / "assets" / "records" / "weight_clipping.json"
STEPS = (0, 10, 20, 40, 80, 120, 160, 200, 240, 280, 320)
SEEDS = (0, 1, 2)
COUNT = 1000
CLIP, RATE, FILTERS = 0.02, 1e-3, 16
SMALL = {"stem": False, "kernel_size": 4}
# name: (game, generator, critic updates per step, whether the critic starts inside the box)
RUNS = {
    "GAN, DCGAN": ("GAN", "DCGAN", 1, False),
    "GAN, no BatchNorm": ("GAN", "no BatchNorm", 1, False),
    "GAN, MLP": ("GAN", "MLP", 1, False),
    "WGAN, DCGAN": ("WGAN", "DCGAN", 5, False),
    "WGAN, no BatchNorm": ("WGAN", "no BatchNorm", 5, False),
    "WGAN, MLP": ("WGAN", "MLP", 5, False),
    "WGAN, DCGAN, n_critic 1": ("WGAN", "DCGAN", 1, False),
    "WGAN, DCGAN, inside": ("WGAN", "DCGAN", 5, True),
}


def build(game, kind, n_critic, inside, seed):
    """A compiled trainer as in the chapter."""
    keras.utils.set_random_seed(seed)
    if kind == "MLP":
        generator = wl.make_mlp_generator(hidden_units=(8 * FILTERS,) * 3, activation="relu")
    else:
        norm = None if kind == "no BatchNorm" else "batch"
        generator = wl.make_dcgan_generator(n_filters=2 * FILTERS, norm=norm, **SMALL)
    critic = wl.make_dcgan_discriminator(n_filters=FILTERS, norm=None, dropout=0, **SMALL)
    if inside:
        start_inside(critic, CLIP, seed)
    if game == "GAN":
        trainer = wl.GAN(generator, critic, n_critic=n_critic, seed=seed)
        optimizers = (keras.optimizers.Adam(RATE, beta_1=0.5) for _ in range(2))
    else:
        trainer = wl.WGAN(generator, critic, n_critic=n_critic, clip=CLIP, seed=seed)
        optimizers = (wgan_optimizer(RATE) for _ in range(2))
    trainer.compile(*optimizers, jit_compile=True, steps_per_execution=10)
    return trainer


def start_inside(critic, c, seed):
    """Spread the kernels evenly over the box; the first clip then moves none of them."""
    rng = np.random.default_rng(seed)
    critic.set_weights([rng.uniform(-c, c, w.shape) if w.ndim > 1 else w for w in critic.get_weights()])


def all_weights(network):
    return np.concatenate([part.ravel() for part in network.get_weights()])


def where_weights_stand(first, last, c):
    """Shares of all weights at ±c, within 1 %: after the first clip and at the end, and which came and went."""
    clipped = np.clip(first, -c, c)
    before, after = np.abs(clipped) > 0.99 * c, np.abs(last) > 0.99 * c
    return {
        "first_clip": before.mean(),
        "end": after.mean(),
        "came": (~before & after).mean(),
        "left": (before & ~after).mean(),
        "never_moved": (clipped == last).mean(),
    }


def distance(trainer, features):
    """Of a trainer's samples to the digits that have these features."""
    return wl.metrics.frechet_distance(wl.metrics.digit_features(trainer.sample(COUNT, seed=9))[0], features)


def run(game, kind, n_critic, inside, seed):
    digits, test_digits = wl.load_digits(source="sample"), wl.load_digits("test", source="sample")
    features = wl.metrics.digit_features(test_digits[:COUNT])[0]
    trainer = build(game, kind, n_critic, inside, seed)
    first = all_weights(trainer.critic)
    curve, history = QualityCurve(partial(distance, features=features), STEPS), wl.IterationHistory()
    feed = wl.batches(digits, trainer, 64, steps_per_epoch=STEPS[-1])
    trainer.fit(feed, verbose=0, callbacks=[curve, history])
    estimates = history.curves["wasserstein"] if game == "WGAN" else np.log(2) - history.curves["critic_loss"] / 2
    near = [np.abs(history.steps - step) <= 0.15 * step for step in STEPS[1:]]
    samples = trainer.sample(COUNT, seed=9)
    shares = np.bincount(wl.metrics.digit_features(samples)[1], minlength=10) / COUNT
    result = {
        "seed": seed,
        "frechet": [distance for _, distance in curve.rows],
        "estimates": [float(estimates[mask].mean()) for mask in near],
        "classes": int(np.sum(shares >= 0.01)),
        "spread": float(samples.std(axis=0).mean() / test_digits.std(axis=0).mean()),
    }
    if game == "WGAN":
        weights = where_weights_stand(first, all_weights(trainer.critic), CLIP)
        result["weights"] = {name: float(share) for name, share in weights.items()}
    keras.backend.clear_session()
    return rounded(result)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "weight_clipping")
    parser.add_argument("--only", nargs="*", choices=RUNS, help="make these runs alone, and no record")
    arguments = parser.parse_args()
    runs = {
        name: [kept(arguments.work, f"{name}, {seed}", partial(run, *RUNS[name], seed)) for seed in SEEDS]
        for name in arguments.only or RUNS
    }
    if not arguments.only:
        record = surroundings() | {"steps": STEPS, "count": COUNT, "clip": CLIP, "runs": runs}
        RESULTS.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
