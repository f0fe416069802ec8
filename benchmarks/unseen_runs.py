"""Scores wl.diagnose on runs that its thresholds have not seen.

    python benchmarks/unseen_runs.py [--work FOLDER]     (about 25 minutes on 2 free cores)

The thresholds of wganlib/diagnosis/health.py were set between the runs of record_health_runs.py ("seen" in the record).
Here are the same set-ups under other seeds ("seeds"), set-ups with other data, networks, rates and batches ("set-ups"),
and mistakes for which diagnose has no test ("mistakes"): any alarm counts there. The right verdict of each run was
written down before it was made, and no threshold has been changed since. (Once one was: on runs of seeds 10 and 11 the
swing of the estimate, then held against its present level and not against its highest, called ten of the twelve healthy
runs of other set-ups oscillating. These are new runs.) A run that is in --work already is not made again.
"""

import argparse
import json
from functools import partial
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import keras
import numpy as np
import record_health_runs as seen
import tensorflow as tf
from kept_runs import kept, rounded
from record_health_runs import (
    BROKEN,
    AlphaPerPixel,
    FrozenLatent,
    InferencePenalty,
    NeverClipped,
    NoEpsilon,
    NormalAlpha,
    PenaltyByHand,
    SameReal,
    WrongAxis,
    WrongSign,
    adam,
)
from surroundings import surroundings

from wganlib.course.widgets.clinic import load_clinic
from wganlib.diagnosis import health

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "unseen_runs.json"
WORK = ROOT / "runs" / "unseen_runs"
SEEDS = (20, 21)
COUNT = 500  # samples whose distance from as many real ones is measured
THRESHOLDS = (
    *("SHORTEST", "GROWTH", "SWING", "SURE", "SLACK", "GENTLE", "COUPLED"),
    *("MISREPORTED", "OVERFIT", "CERTAIN", "NARROW", "CROWDED"),
)


# Three set-ups that no threshold was set on: a function of the class and of what is wrong with the critic, each.


def swiss(cls=wl.WGANGP, seed=0, beta_1=0.0, **critic):
    """The Swiss roll, one wide hidden layer more, tanh, five critic updates, λ = 10."""
    keras.utils.set_random_seed(seed)
    generator = wl.make_mlp_generator(4, (2,), (64, 64, 64), activation="tanh", output=None)
    return compiled(cls, generator, dense_critic((64, 64, 64), **critic), seed, 5, 10.0, 5e-4, beta_1), roll(), 64


def grid(cls=wl.WGANGP, seed=0, beta_1=0.0, **critic):
    """25 Gaussians, 256 units, ReLU, two critic updates, λ = 0.5."""
    keras.utils.set_random_seed(seed)
    generator = wl.make_mlp_generator(2, (2,), (256, 256), activation="relu", output=None)
    return compiled(cls, generator, dense_critic((256, 256), **critic), seed, 2, 0.5, 2e-3, beta_1), modes(), 256


def digits(cls=wl.WGANGP, seed=0, beta_1=0.0, norm=None, dropout=0.0, **last):
    """Digits at half their size, convolutions, two critic updates, λ = 10."""
    keras.utils.set_random_seed(seed)
    small = {"n_filters": 16, "n_blocks": 1, "stem": False, "kernel_size": 4}
    generator = wl.make_dcgan_generator(8, seen.IMAGE, **small)
    critic = ended(wl.make_dcgan_discriminator(seen.IMAGE, norm=norm, dropout=dropout, **small), **last)
    return compiled(cls, generator, critic, seed, 2, 10.0, 2e-3, beta_1), seen.small_digits(), 32


def roll():
    return wl.data.toys.swiss_roll(20_000, seed=1)


def modes():
    return wl.data.toys.twenty_five_gaussians(20_000, seed=1)


def dense_critic(units, norm=None, dropout=0.0, **last):
    stack = [keras.Input((2,))]
    for width in units:
        stack.append(keras.layers.Dense(width))
        stack += [keras.layers.BatchNormalization()] * (norm == "batch")
        stack += [keras.layers.LayerNormalization()] * (norm == "layer")
        stack.append(keras.layers.LeakyReLU())
        stack += [keras.layers.Dropout(dropout)] * (dropout > 0)
    return ended(keras.Sequential([*stack, keras.layers.Dense(1)]), **last)


def ended(critic, activation=None, zeros=False):
    if zeros:
        critic.layers[-1].kernel.assign(0 * critic.layers[-1].kernel)
    return critic if activation is None else keras.Sequential([critic, keras.layers.Activation(activation)])


def compiled(cls, generator, critic, seed, n_critic, gp_weight, rate, beta_1):
    options = {"n_critic": n_critic, "ema_decay": 0.99, "seed": seed}
    if issubclass(cls, wl.WGANGP):
        options |= {"gp_weight": gp_weight, "allow_batch_norm": True}
    elif issubclass(cls, wl.WGAN):
        options |= {"clip": 0.05}
    else:
        del options["n_critic"]
    trainer = cls(generator, critic, **options)
    trainer.compile(adam(rate, beta_1), adam(2 * rate, beta_1), jit_compile=False)
    return trainer


# Mistakes that no verdict was written for.


class AddedPenalty(PenaltyByHand):
    """λ with the wrong sign: steep is rewarded."""

    def critic_loss(self, real, fake, draw):
        _, logs = super().critic_loss(real, fake, draw)
        return -logs["wasserstein"] - self.gp_weight * logs["gradient_penalty"], logs


class AtFakes(PenaltyByHand):
    """The penalty is measured at the generated samples alone, which lie on the line, at its end."""

    def mix(self, real, fake, draw):
        return tf.identity(fake)


class SquareForgotten(PenaltyByHand):
    """The mean of the norms minus 1, squared afterwards: steep and flat places may cancel."""

    def critic_loss(self, real, fake, draw):
        _, logs = super().critic_loss(real, fake, draw)
        return -logs["wasserstein"] + self.gp_weight * (logs["gradient_norm"] - 1) ** 2, logs


class NoGenerator(wl.WGANGP):
    """The generator's loss is cut off from its weights."""

    def generator_loss(self, fake_values):
        return super().generator_loss(tf.stop_gradient(fake_values)) + 0 * tf.reduce_mean(fake_values)


class FakesSwapped(wl.WGANGP):
    """Half of the batch that is called real is generated."""

    def critic_loss(self, real, fake, draw):
        half = real.shape[0] // 2
        return super().critic_loss(tf.concat([real[:half], fake[:half]], 0), fake, draw)


def unscaled():
    """Real points ten times as far out as those that will be asked for: a scaling that was forgotten."""
    trainer, real, batch = grid(seed=20)
    return trainer, 10 * real, batch


# {name: (what makes it, right verdict)}; "any" is any alarm.
SET_UPS = {
    "α from a normal, Swiss roll": (partial(swiss, NormalAlpha, 20), "mismeasured"),
    "α per pixel, digits": (partial(digits, AlphaPerPixel, 20), "mismeasured"),
    "norm over the wrong axis, digits": (partial(digits, WrongAxis, 20), "mismeasured"),
    "no ε, 25 Gaussians": (partial(grid, NoEpsilon, 20, zeros=True), "nan"),
    "BatchNorm in the critic, digits": (partial(digits, seed=20, norm="batch"), "coupled"),
    "BatchNorm in the critic, Swiss roll": (partial(swiss, seed=20, norm="batch"), "coupled"),
    "penalty in inference mode, digits": (partial(digits, InferencePenalty, 20, dropout=0.3), "mismeasured"),
    "wrong sign, 25 Gaussians": (partial(grid, WrongSign, 20), "diverging"),
    "wrong sign, digits": (partial(digits, WrongSign, 20), "diverging"),
    "never clipped, Swiss roll": (partial(swiss, NeverClipped, 20), "unclipped"),
    "z never redrawn, digits": (partial(digits, FrozenLatent, 20), "stale"),
    "sigmoid on the critic, 25 Gaussians": (partial(grid, seed=20, activation="sigmoid"), "saturated"),
    "tanh on the critic, digits": (partial(digits, seed=20, activation="tanh"), "saturated"),
    "momentum too high, Swiss roll": (partial(swiss, wl.WGAN, 20, beta_1=0.9), "oscillating"),
    "momentum too high, 25 Gaussians": (partial(grid, wl.WGAN, 20, beta_1=0.9), "oscillating"),
    "one real batch for all, Swiss roll": (partial(swiss, SameReal, 20), "stale"),
    **{f"WGAN-GP, Swiss roll, seed {seed}": (partial(swiss, seed=seed), "healthy") for seed in SEEDS},
    **{f"WGAN-GP, 25 Gaussians, seed {seed}": (partial(grid, seed=seed), "healthy") for seed in SEEDS},
    **{f"WGAN-GP, digits, seed {seed}": (partial(digits, seed=seed), "healthy") for seed in SEEDS},
    "WGAN-GP, LayerNorm, Swiss roll": (partial(swiss, seed=20, norm="layer"), "healthy"),
    "WGAN-GP, dropout, 25 Gaussians": (partial(grid, seed=20, dropout=0.3), "healthy"),
    "WGAN, Swiss roll": (partial(swiss, wl.WGAN, 20), "healthy"),
    "WGAN, 25 Gaussians": (partial(grid, wl.WGAN, 20), "healthy"),
    "GAN, Swiss roll": (partial(swiss, wl.GAN, 20, beta_1=0.5), "healthy"),
    "GAN, digits": (partial(digits, wl.GAN, 20, beta_1=0.5, norm="batch"), "healthy"),
}
MISTAKES = {
    "λ with the wrong sign": (partial(grid, AddedPenalty, 20), "any"),
    "penalty at the fakes alone": (partial(grid, AtFakes, 20), "any"),
    "square after the mean": (partial(grid, SquareForgotten, 20), "any"),
    "generator's gradient cut off": (partial(grid, NoGenerator, 20), "any"),
    "half of the real batch generated": (partial(grid, FakesSwapped, 20), "any"),
    "real samples not scaled": (unscaled, "any"),
}


# The healthy runs beside which chapter 11 looks at its patients.
CONTROLS = {
    "WGAN-GP": seen.penalised,
    "WGAN-GP, small digits": partial(seen.penalised, shape=seen.IMAGE),
    "WGAN-GP, dropout": partial(seen.penalised, dropout=0.3),
    "WGAN-GP, batch of 16": partial(seen.penalised, batch=16),
    "WGAN": seen.clipped,
}
OTHER_SEEDS = {
    f"{name}, seed {seed}": (partial(make, seed=seed), right)
    for name, (make, right) in (BROKEN | {name: (make, "healthy") for name, make in CONTROLS.items()}).items()
    for seed in SEEDS
}


def distance(samples, real):
    """Exact earth mover's distance of COUNT samples from as many real ones; None for samples that are not finite."""
    samples, real = (np.reshape(x[:COUNT], (COUNT, -1)) for x in (samples, real))
    return wl.distances.em_samples(samples, real) if np.isfinite(samples).all() else None


def judged(curves, examination):
    """What diagnose says of a run, without and with its trainer."""
    report = wl.diagnose(curves, examination)
    return {"by_curves": wl.diagnose(curves).verdict, "found": list(report.found), "evidence": report.evidence[0]}


def made(make):
    curves, trainer, real = seen.train(make)
    found = judged(curves, wl.examine(trainer, real))
    return found | {"distance": distance(trainer.sample(COUNT, seed=3), real)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--only", help="make the runs of this group alone, and no record")
    arguments = parser.parse_args()
    work, groups = arguments.work, {"set-ups": SET_UPS, "mistakes": MISTAKES, "seeds": OTHER_SEEDS}
    if arguments.only:
        for name, (make, _) in groups[arguments.only].items():
            kept(work, f"{arguments.only} {name}", partial(made, make))
        return
    runs = [
        {"group": "seen", "name": name, "right": right} | judged(curves, examination)
        for name, (curves, examination, right) in load_clinic().items()
    ]
    for group, plans in groups.items():
        for name, (make, right) in plans.items():
            runs.append(
                {"group": group, "name": name, "right": right} | kept(work, f"{group} {name}", partial(made, make))
            )
    record = surroundings() | {
        "samples": COUNT,
        "seeds": SEEDS,
        "thresholds": {name: getattr(health, name) for name in THRESHOLDS},
        "runs": rounded(runs),
    }
    RECORD.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    for run in record["runs"]:
        print(f"{run['group']:9s}{run['name']:40s}{run['right']:12s}{', '.join(run['found'])}")


if __name__ == "__main__":
    main()
