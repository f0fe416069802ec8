"""GAN, WGAN, WGAN-GP and spectral normalisation on digits: one generator, one critic, one budget, one grid of rates.

    python benchmarks/compare_trainers.py [--work FOLDER]

The table of chapter 08. Every method gets the laptop recipe's networks (under spectral normalisation the critic's with
normalised weights), its z, batch and moving average, one critic update a step, as many steps, and the same RATES to
choose from: each is the generator's, and the critic's is twice it, as in the recipe. Every method runs at every rate
for SEARCH_STEPS with SEARCH_SEEDS; the rate with the lowest mean Fréchet distance is its own, and with it runs of STEPS
are made with SEEDS. What differs is the loss, and the optimiser's momenta, which are each paper's. Spectral
normalisation comes with the hinge loss that it was published with.

Training is on the sample that ships with wganlib; the measures compare as many samples as there are shipped test digits
with those, and so does "real" with training digits drawn at random. A run that is in --work already is not made again.
The results go into the package, where chapter 08 reads them with wl.course.load_record("compare_trainers").
"""

import argparse
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import keras
import numpy as np
from kept_runs import kept, rounded
from recipe_critic import recipe_critic
from scipy.special import softmax
from surroundings import surroundings

from wganlib.training.recipes import LAPTOP
from wganlib.training.trainers import wgan_optimizer

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "wganlib" / "assets" / "records" / "compare_trainers.json"
STEPS, SEARCH_STEPS = 624, 312
SEEDS, SEARCH_SEEDS = (1, 2, 3), (11,)
RATES = (2e-4, 6e-4, 2e-3, 6e-3)
REAL_DRAWS = 3
# Momenta from the papers: DCGAN (arXiv 1511.06434), WGAN (1701.07875), WGAN-GP (1704.00028), and for spectral
# normalisation those of its paper's setting C (1802.05957, table 1).
METHODS = {
    "GAN": wl.GAN,
    "WGAN": partial(wl.WGAN, clip=0.01),
    "WGAN-GP": partial(wl.WGANGP, gp_weight=LAPTOP.gp_weight, gp_every=LAPTOP.gp_every),
    "spectral norm": partial(wl.GAN, loss="hinge"),
}
MOMENTA = {"WGAN": None, "WGAN-GP": {"beta_1": 0.0, "beta_2": 0.9}}
DCGAN = {"beta_1": 0.5, "beta_2": 0.999}


def build(method, rate, steps, seed, recipe=LAPTOP):
    """A compiled trainer: the recipe's networks under one loss."""
    recipe = replace(recipe, learning_rate=rate, critic_learning_rate=2 * rate, steps=steps)
    keras.utils.set_random_seed(seed)
    generator, critic = recipe.networks()
    if method == "spectral norm":
        keras.utils.set_random_seed(seed)
        critic = recipe_critic(recipe, (28, 28, 1), "spectral")
    trainer = METHODS[method](generator, critic, n_critic=1, ema_decay=recipe.ema_decay, seed=seed)
    trainer.compile(*(optimizer(method, each, steps) for each in (rate, 2 * rate)))
    return trainer


def optimizer(method, rate, steps):
    """The method's optimiser; as in the recipe, its rate falls linearly to a fiftieth."""
    schedule = keras.optimizers.schedules.PolynomialDecay(rate, steps, rate / 50)
    momenta = MOMENTA.get(method, DCGAN)
    return wgan_optimizer(schedule) if momenta is None else keras.optimizers.Adam(schedule, **momenta)


def trained_samples(method, rate, steps, seed):
    """As many samples of a training as there are test digits, or None where it diverged."""
    trainer = build(method, rate, steps, seed)
    digits = wl.load_digits("train", "sample", verbose=False)
    trainer.fit(wl.batches(digits, trainer, LAPTOP.batch_size, steps_per_epoch=steps), verbose=0)
    samples = trainer.sample(len(wl.load_digits("test", "sample", verbose=False)), seed=seed)
    keras.backend.clear_session()
    return samples if np.isfinite(samples).all() else None


def searched(method, rate, seed):
    """The Fréchet distance after a short training; None where it diverged."""
    samples = trained_samples(method, rate, SEARCH_STEPS, seed)
    if samples is None:
        return None
    test = wl.load_digits("test", "sample", verbose=False)
    return wl.metrics.frechet_distance(*(wl.metrics.digit_features(images)[0] for images in (samples, test)))


def run(method, rate, seed):
    """The measures of a training."""
    found = {"method": method, "learning_rate": rate, "seed": seed}
    return found | measures(trained_samples(method, rate, STEPS, seed))


def measures(samples):
    """What is measured of a set of digits against the shipped test digits, with the protocol."""
    test = wl.load_digits("test", "sample", verbose=False)
    report = wl.metrics.measure(samples, test, seed=0).as_dict()
    report.pop("seed")
    own, real = (softmax(wl.metrics.load_digit_classifier().predict(x, verbose=0), axis=1) for x in (samples, test))
    scores = {"inception_score": wl.metrics.inception_score(own), "mode_score": wl.metrics.mode_score(own, real)}
    return report | scores


def best_rate(by_rate):
    """The rate with the lowest mean distance; a run that diverged is infinitely far."""
    means = {rate: np.mean([np.inf if value is None else value for value in found]) for rate, found in by_rate.items()}
    return min(means, key=means.get)


def real_digits():
    """The measures of training digits, drawn at random, several times."""
    digits, test = (wl.load_digits(split, "sample", verbose=False) for split in ("train", "test"))
    return [measures(np.random.default_rng(seed).permutation(digits)[: len(test)]) for seed in range(REAL_DRAWS)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "compare_trainers")
    work = parser.parse_args().work

    def name(method, rate, steps, seed):
        return f"{method.replace(' ', '_')}_{rate:g}_{steps}_{seed}"

    search = {
        method: {
            rate: [
                kept(work, name(method, rate, SEARCH_STEPS, seed), partial(searched, method, rate, seed))
                for seed in SEARCH_SEEDS
            ]
            for rate in RATES
        }
        for method in METHODS
    }
    rates = {method: best_rate(by_rate) for method, by_rate in search.items()}
    runs = [
        kept(work, name(method, rate, STEPS, seed), partial(run, method, rate, seed))
        for seed in SEEDS
        for method, rate in rates.items()
    ]
    record = surroundings() | {
        "steps": STEPS,
        "n_critic": 1,
        "batch_size": LAPTOP.batch_size,
        "search": {"steps": SEARCH_STEPS, "seeds": SEARCH_SEEDS, "frechet_by_rate": rounded(search)},
        "real": rounded(kept(work, "real", real_digits)),
        "runs": rounded(runs, 6),
    }
    RESULTS.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
