"""Trains the twelve broken set-ups of chapter 11, two unlucky and ten healthy ones, and records what diagnose reads:
their curves (the mean of every two steps) and the examination of the trainer, in wganlib/assets/clinic.npz.

    python benchmarks/record_health_runs.py [name …]     (none named: all; about 4 minutes on 2 cores)
    python benchmarks/record_health_runs.py --laptop     (the laptop recipe, for tests/diagnosis; 6 minutes)

The explorer of chapter 11 shows the recorded runs; tests/diagnosis/test_health.py asks for the right verdict on each.
"""

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import wganlib as wl

ROOT = Path(__file__).resolve().parents[1]
ASSET = ROOT / "wganlib" / "assets" / "clinic.npz"
WIDTH = (128, 128)
STEPS = 700


def adam(rate, beta_1=0.0):
    return keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=0.9)


def points():
    """Eight Gaussians, each ten times as wide as the authors': quick to learn."""
    return wl.data.toys.eight_gaussians(20_000, seed=1, std=0.1)


def small_digits():
    """The shipped digits at half their size: (n, 14, 14, 1)."""
    digits = wl.load_digits(verbose=False)
    return digits.reshape(-1, 14, 2, 14, 2, 1).mean((2, 4)).astype("float32")


def networks(shape=(2,), seed=0, batch_norm=False, dropout=0.0, last=None):
    """A generator and a critic, fully connected. `last` holds options of the critic's last layer."""
    keras.utils.set_random_seed(seed)
    image = len(shape) > 1
    generator = wl.make_mlp_generator(
        20 if image else 8, shape, WIDTH, activation="relu", output="tanh" if image else None
    )
    stack = [keras.Input(shape), keras.layers.Flatten()]
    for units in WIDTH:
        stack.append(keras.layers.Dense(units))
        stack += [keras.layers.BatchNormalization()] * batch_norm
        stack.append(keras.layers.LeakyReLU())
        stack += [keras.layers.Dropout(dropout)] * (dropout > 0)
    stack.append(keras.layers.Dense(1, **(last or {})))
    return generator, keras.Sequential(stack)


class PenaltyByHand(wl.WGANGP):
    """WGANGP with its penalty written out, so that a subclass can spoil one part of it."""

    def mix(self, real, fake, draw):
        return wl.losses.interpolate(real, fake, self.draw_alpha(real.shape[0], draw))

    def slopes(self, between):
        return wl.losses.gradient_norms(lambda x: self.critic(x, training=True), between)

    def critic_loss(self, real, fake, draw):
        estimate = -wl.losses.wasserstein_critic_loss(*self.critic_values(real, fake))
        norms = self.slopes(self.mix(real, fake, draw))
        penalty = tf.reduce_mean((norms - 1) ** 2)
        logs = {"wasserstein": estimate, "gradient_penalty": penalty, "gradient_norm": tf.reduce_mean(norms)}
        return -estimate + self.gp_weight * penalty, logs


class NormalAlpha(wl.WGANGP):
    def draw_alpha(self, count, draw=0, step=None):
        return tf.random.normal((count,))


class AlphaPerPixel(PenaltyByHand):
    def mix(self, real, fake, draw):
        alpha = tf.random.uniform(tf.shape(real))
        return alpha * real + (1 - alpha) * fake


class WrongAxis(PenaltyByHand):
    def slopes(self, between):
        with tf.GradientTape() as tape:
            tape.watch(between)
            values = self.critic(between, training=True)
        return tf.sqrt(tf.reduce_sum(tape.gradient(values, between) ** 2, axis=-1) + 1e-12)


class NoEpsilon(PenaltyByHand):
    def slopes(self, between):
        return wl.losses.gradient_norms(lambda x: self.critic(x, training=True), between, epsilon=0.0)


class InferencePenalty(PenaltyByHand):
    def slopes(self, between):
        return wl.losses.gradient_norms(self.critic, between)


class WrongSign(wl.WGANGP):
    def generator_loss(self, fake_values):
        return tf.reduce_mean(fake_values)


class NeverClipped(wl.WGAN):
    def after_critic_update(self):
        for weight in self.critic.trainable_variables:
            weight = tf.clip_by_value(weight, -self.clip, self.clip)


class FrozenLatent(wl.WGANGP):
    def draw_latent(self, count, draw=0, step=None, purpose=0):
        if purpose:  # samples are drawn afresh
            return super().draw_latent(count, draw, step, purpose)
        return tf.constant(np.random.normal(size=(count, self.z_size)), tf.float32)  # noqa: NPY002


class SameReal(wl.WGANGP):
    def rounds(self, samples):
        return [super().rounds(samples)[0]] * self.n_critic


def penalised(cls=wl.WGANGP, shape=(2,), seed=0, beta_1=0.0, batch=128, options=None, **of_networks):
    """A compiled WGANGP with the chapter's settings: (trainer, real samples, batch size)."""
    image = len(shape) > 1
    trainer = cls(
        *networks(shape, seed, **of_networks),
        n_critic=3,
        gp_weight=10.0 if image else 1.0,
        ema_decay=0.99,
        seed=seed,
        **(options or {}),
    )
    trainer.compile(adam(1e-3, beta_1), adam(2e-3, beta_1), jit_compile=False)
    return trainer, small_digits() if image else points(), 64 if image else batch


def clipped(cls=wl.WGAN, seed=0, beta_1=0.0):
    trainer = cls(*networks(seed=seed), n_critic=3, clip=0.1, ema_decay=0.99, seed=seed)
    trainer.compile(adam(2e-3, beta_1), adam(2e-3, beta_1), jit_compile=False)
    return trainer, points(), 128


def original(seed=0, loss="non_saturating", rate=1e-3, critic_rate=1e-3, shape=(2,)):
    trainer = wl.GAN(*networks(shape, seed), loss=loss, seed=seed)
    optimizers = (keras.optimizers.Adam(rate, beta_1=0.5), keras.optimizers.Adam(critic_rate, beta_1=0.5))
    trainer.compile(*optimizers, jit_compile=False)
    return trainer, small_digits() if len(shape) > 1 else points(), 128


IMAGE = (14, 14, 1)
# name: (how to make the trainer, the verdict that is right); another seed is one more argument
BROKEN = {
    "α from a normal": (partial(penalised, NormalAlpha), "mismeasured"),
    "α per pixel": (partial(penalised, AlphaPerPixel, IMAGE), "mismeasured"),
    "norm over the wrong axis": (partial(penalised, WrongAxis, IMAGE), "mismeasured"),
    "no ε": (partial(penalised, NoEpsilon, last={"kernel_initializer": "zeros"}), "nan"),
    "BatchNorm in the critic": (
        partial(penalised, shape=IMAGE, batch_norm=True, options={"allow_batch_norm": True}),
        "coupled",
    ),
    "penalty in inference mode": (partial(penalised, InferencePenalty, dropout=0.3), "mismeasured"),
    "wrong sign": (partial(penalised, WrongSign), "diverging"),
    "never clipped": (partial(clipped, NeverClipped), "unclipped"),
    "z never redrawn": (partial(penalised, FrozenLatent), "stale"),
    "sigmoid on the critic": (partial(penalised, last={"activation": "sigmoid"}), "saturated"),
    "momentum too high": (partial(clipped, beta_1=0.9), "oscillating"),
    "one real batch for all": (partial(penalised, SameReal, batch=16), "stale"),
}
HEALTHY = {
    **{f"WGAN-GP, seed {seed}": (partial(penalised, seed=seed), "healthy") for seed in range(4)},
    **{f"WGAN, seed {seed}": (partial(clipped, seed=seed), "healthy") for seed in range(2)},
    **{f"GAN, seed {seed}": (partial(original, seed), "healthy") for seed in range(2)},
    "WGAN-GP, dropout": (partial(penalised, seed=4, dropout=0.3), "healthy"),
    "WGAN-GP, small digits": (partial(penalised, shape=IMAGE, seed=5), "healthy"),
}
# No mistakes in the code, but settings that end badly: chapters 04 and 08.
UNLUCKY = {
    "GAN, collapsed": (partial(original, 1, rate=5e-3), "collapsed"),
    "GAN, saturated": (partial(original, 0, "minimax", 1e-5, 2e-3, IMAGE), "saturated"),
}
RUNS = BROKEN | UNLUCKY | HEALTHY


def train(make):
    """Train what `make` makes: (its curves, the mean of every two steps; the trainer; the real samples)."""
    np.random.seed(0)  # noqa: NPY002 (one of the broken set-ups draws from it)
    trainer, real, batch = make()
    history = wl.IterationHistory()
    data = wl.batches(real, trainer, batch, steps_per_epoch=STEPS)
    trainer.fit(data, verbose=0, callbacks=[history])
    pairs = {n: v.reshape(-1, 2).mean(1).astype("float32") for n, v in history.curves.items()}
    return pairs, trainer, real


def record(name):
    """Train one of RUNS: (curves, Examination)."""
    curves, trainer, real = train(RUNS[name][0])
    return curves, wl.examine(trainer, real)


def record_laptop():
    """Train the laptop recipe and keep its curves, the mean of every two steps, for tests/diagnosis/test_health.py."""
    recipe, digits = wl.recipe("laptop"), wl.load_digits()
    trainer, history = recipe.build(seed=0), wl.IterationHistory()
    data = recipe.batches(digits, trainer)
    trainer.fit(data, epochs=recipe.epochs(len(digits)), verbose=0, callbacks=[history])
    curves = {name: values.reshape(-1, 2).mean(1).astype("float32") for name, values in history.curves.items()}
    np.savez_compressed(ROOT / "tests" / "diagnosis" / "laptop_run.npz", **curves)
    print(wl.diagnose(history, trainer, digits))


def main(names):
    if names == ["--laptop"]:
        return record_laptop()
    unknown = set(names) - set(RUNS)
    if unknown:
        sys.exit(f"No run is named {', '.join(sorted(unknown))}: there are {', '.join(RUNS)}")
    arrays = dict(np.load(ASSET)) if ASSET.exists() else {}
    for name in names or RUNS:
        curves, examination = record(name)
        arrays = {key: value for key, value in arrays.items() if key.split("/")[0] != name}
        arrays |= {f"{name}/{curve}": values for curve, values in curves.items()}
        arrays[f"{name}/examination"] = np.array(json.dumps(asdict(examination)))
        arrays[f"{name}/expected"] = np.array(RUNS[name][1])
        report = wl.diagnose(curves, examination)
        print(f"{name}: {report.verdict} (expected {RUNS[name][1]}); curves alone: {wl.diagnose(curves).verdict}")
    order = {name: place for place, name in enumerate(RUNS)}
    np.savez_compressed(ASSET, **dict(sorted(arrays.items(), key=lambda item: order[item[0].split("/")[0]])))


if __name__ == "__main__":
    main(sys.argv[1:])
