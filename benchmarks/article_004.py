"""Article 004's settings in small, and one of them changed at a time: what makes its losses run away?

    python benchmarks/article_004.py [--steps 3000] [--work FOLDER] [--only NAME …]

The article's printed losses grow over its 100 epochs: the generator's from 37 to 7302, the Wasserstein estimate from 16
to 1760. ARTICLE holds all of its settings but the sizes. The drift needs many updates, so the networks are a
quarter as wide as the laptop recipe's, without its Dense layer, and the batch is half of its; the digits are the sample
that ships with wganlib. CHANGES says what each run changes, towards the course's setting (ε has no run of its own: no
weight moves otherwise with it than without). All make as many generator updates, and each is made with three seeds.

Of every run: the mean of each logged number in every twentieth of it; at LOOKS evenly spaced steps the estimate and
the mean gradient norm as the critic has them in training mode, where the loss is taken, and in inference mode, where
the article takes its penalty; and the Fréchet distance of 1,000 samples to 1,000 test digits at the end.

A run that already exists in --work is not made again, so a stopped script goes on where it stopped. The results go
into the package, where chapter 07 reads them with wl.course.load_record("article_004").
"""

import argparse
import json
from functools import partial
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import keras
import numpy as np
import tensorflow as tf
from kept_runs import kept, rounded
from surroundings import surroundings

from wganlib.training.adversarial_model import batch_size_of
from wganlib.training.draws import SAMPLE

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "article_004.json"
STEPS, SEEDS, PARTS, LOOKS, COUNT = 3000, (0, 1, 2), 20, 10, 1000
LAPTOP = wl.recipe("laptop")
GENERATOR_FILTERS, CRITIC_FILTERS, BATCH = (
    LAPTOP.generator_filters // 4,
    LAPTOP.critic_filters // 4,
    LAPTOP.batch_size // 2,
)
ARTICLE = {
    "latent": "uniform",
    "rates": (2e-4, 2e-4),
    "beta_1": 0.9,
    "beta_2": 0.999,
    "norm": "batch",
    "dropout": 0.3,
    "one_tape": True,
    "inference_penalty": True,
    "epsilon": 0.0,
    "n_critic": 1,
}
# What the course has in their place; of the critic updates, which are one in its recipe, too, a step towards the paper.
MENDED = {
    "latent": "normal",
    "rates": (LAPTOP.learning_rate, LAPTOP.critic_learning_rate),
    "beta_1": LAPTOP.beta_1,
    "beta_2": LAPTOP.beta_2,
    "norm": None,
    "dropout": LAPTOP.dropout,
    "one_tape": False,
    "inference_penalty": False,
    "n_critic": 2,
}
CHANGES = {
    "article 004": (),
    "no BatchNorm": ("norm",),
    "penalty in training mode": ("inference_penalty",),
    "β₁ = 0": ("beta_1",),
    "β₂ = 0.9": ("beta_2",),
    "the course's rates": ("rates",),
    "n_critic 2": ("n_critic",),
    "fresh fakes for the generator": ("one_tape",),
    "no dropout": ("dropout",),
    "z ~ N(0, 1)": ("latent",),
}


def settings(name):
    """{setting: value} of a run."""
    return ARTICLE | {key: MENDED[key] for key in CHANGES[name]}


class ArticleWGANGP(wl.WGANGP):
    """WGAN-GP with article 004's loop, each habit of which can be left.

    Args:
        one_tape: the generator's gradient is taken from the fakes, and through the critic, of the critic's update.
        inference_penalty: the penalty sees the critic in inference mode.
        epsilon: under the root of the gradient norm.
        networks, options: as `wl.WGANGP` takes them.
    """

    def __init__(self, *networks, one_tape, inference_penalty, epsilon, **options):
        super().__init__(*networks, allow_batch_norm=True, **options)
        self.one_tape, self.inference_penalty, self.epsilon = one_tape, inference_penalty, epsilon
        self.joint_pass = False  # the article passes real and fake apart

    def both_losses(self, real, fake, draw):
        """(the critic's loss, the generator's, what the critic logs), from one pass of either batch."""
        of_real, of_fake = self.values(real), self.values(fake)
        estimate = -wl.losses.wasserstein_critic_loss(of_real, of_fake)
        between = wl.losses.interpolate(real, fake, self.draw_alpha(batch_size_of(real), draw))
        norms = wl.losses.gradient_norms(
            lambda images: self.critic(images, training=not self.inference_penalty), between, self.epsilon
        )
        penalty = wl.losses.penalty_of_norms(norms)
        logs = {"wasserstein": estimate, "gradient_penalty": penalty, "gradient_norm": tf.reduce_mean(norms)}
        return self.gp_weight * penalty - estimate, self.generator_loss(of_fake), logs

    def critic_loss(self, real, fake, draw):
        loss, _, logs = self.both_losses(real, fake, draw)
        return loss, logs

    @tf.autograph.experimental.do_not_convert
    def train_step(self, data):
        if not self.one_tape:
            return super().train_step(data)
        samples = self.samples_of(data)
        *earlier, real = self.rounds(samples)
        for draw, batch in enumerate(earlier):
            self._update_critic(batch, tf.constant(draw, tf.int64))
        draw = tf.constant(len(earlier), tf.int64)
        networks = (self.critic, self.generator)
        with tf.GradientTape() as critic_tape, tf.GradientTape() as generator_tape:
            fake = self.make_samples(self.draw_latent(batch_size_of(real), draw))
            critic_loss, generator_loss, logs = self.both_losses(real, fake, draw)
        # Both before either is applied: the article's generator follows the critic as it was.
        of_critic = critic_tape.gradient(critic_loss, self.critic.trainable_variables)
        of_generator = generator_tape.gradient(generator_loss, self.generator.trainable_variables)
        optimizers = (self.critic_optimizer, self.generator_optimizer)
        for optimizer, gradients, network in zip(optimizers, (of_critic, of_generator), networks, strict=True):
            optimizer.apply(gradients, network.trainable_variables)
        logs |= {"critic_loss": critic_loss, "generator_loss": generator_loss, "loss": critic_loss + generator_loss}
        with tf.control_dependencies(tf.nest.flatten(samples)):  # as `AdversarialModel.train_step` has it
            self.step.assign_add(1)
        for tracker in self.trackers:
            tracker.update_state(logs[tracker.name])
        return {tracker.name: tracker.result() for tracker in self.trackers}


class Looks(keras.callbacks.Callback):
    """At the end of each epoch: the critic's estimate and mean gradient norm in both modes, on one batch."""

    def __init__(self, real):
        super().__init__()
        self.real, self.found = tf.constant(real), []

    def on_epoch_end(self, epoch, logs=None):
        model = self.model
        # A pass in training mode moves BatchNorm's averages, which are put back.
        averages = {network: network.get_weights() for network in (model.generator, model.critic)}
        fake = model.make_samples(model.draw_latent(len(self.real), step=epoch, purpose=SAMPLE))
        between = wl.losses.interpolate(self.real, fake, model.draw_alpha(len(self.real), step=epoch))
        look = {"step": int(model.step.numpy())}
        for mode, training in (("training", True), ("inference", False)):
            values = partial(model.critic, training=training)
            estimate = -float(wl.losses.wasserstein_critic_loss(values(self.real), values(fake)))
            norm = float(tf.reduce_mean(wl.losses.gradient_norms(values, between)))
            look[mode] = {"wasserstein": estimate, "gradient_norm": norm}
            for network, weights in averages.items():
                network.set_weights(weights)
        self.found.append(look)


def build(chosen, seed):
    """A compiled trainer with these settings."""
    keras.utils.set_random_seed(seed)
    shared = {"kernel_size": LAPTOP.kernel_size, "stem": LAPTOP.stem}
    trainer = ArticleWGANGP(
        wl.make_dcgan_generator(LAPTOP.z_size, n_filters=GENERATOR_FILTERS, **shared),
        wl.make_dcgan_discriminator(n_filters=CRITIC_FILTERS, norm=chosen["norm"], dropout=chosen["dropout"], **shared),
        seed=seed,
        **{name: chosen[name] for name in ("latent", "one_tape", "inference_penalty", "epsilon", "n_critic")},
    )
    optimizers = (keras.optimizers.Adam(rate, chosen["beta_1"], chosen["beta_2"]) for rate in chosen["rates"])
    trainer.compile(*optimizers, jit_compile=False, steps_per_execution=10)
    return trainer


def run(name, steps, seed):
    digits, test_digits = (wl.load_digits(split, "sample", verbose=False) for split in ("train", "test"))
    trainer, history, looks = build(settings(name), seed), wl.IterationHistory(), Looks(digits[:256])
    feed = wl.batches(digits, trainer, BATCH, steps_per_epoch=max(1, steps // LOOKS))
    trainer.fit(feed, epochs=LOOKS, verbose=0, callbacks=[history, looks])
    samples = wl.metrics.digit_features(trainer.sample(COUNT, seed=9))[0]
    distance = wl.metrics.frechet_distance(samples, wl.metrics.digit_features(test_digits[:COUNT])[0])
    curves = {
        name: [float(part.mean()) for part in np.array_split(curve, min(PARTS, len(curve)))]
        for name, curve in history.curves.items()
    }
    keras.backend.clear_session()
    return rounded({"seed": seed, "curves": curves, "looks": looks.found, "frechet": float(distance)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "article_004")
    parser.add_argument("--only", nargs="*", choices=CHANGES, help="make these runs alone, and no record")
    arguments = parser.parse_args()
    runs = {name: [] for name in arguments.only or CHANGES}
    for seed in SEEDS:
        for name, found in runs.items():
            file = f"{name}, {arguments.steps}, {seed}"
            found.append(kept(arguments.work, file, partial(run, name, arguments.steps, seed)))
    if not arguments.only:
        record = surroundings() | {"steps": arguments.steps, "count": COUNT, "runs": runs}
        RECORD.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
