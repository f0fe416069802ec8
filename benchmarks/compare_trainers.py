"""GAN, WGAN, WGAN-GP and WGAN with spectral norm on digits: one generator, one critic, one budget, three seeds.

    python benchmarks/compare_trainers.py --idx FOLDER [--work FOLDER]

The table of chapter 08. Every method gets the networks of the first laptop settings (the critic of "spectral norm" with
normalised weights), the same z, batch, moving average and number of steps, and as many critic updates a step. What
differs is the loss, and the optimiser: each method's momenta are its paper's, and its learning rate is the best of
RATES in a shorter search with a seed of its own. Training is on the sample that ships with wganlib; the measures
compare 10,000 generated with all 10,000 test digits, from FOLDER with the four original MNIST files (checked by hash
as in tools/build_digits.py), or, without --idx, from tensorflow-datasets.

A run that is there already in --work is not made again, so a stopped script goes on where it stopped. The results go
into the package, where chapter 08 reads them with wl.course.load_record("compare_trainers"); the curves stay in --work.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import keras
import numpy as np
from quality.sets import load_set, scaled
from surroundings import surroundings

from wganlib._saving import whole_file
from wganlib.training.recipes import FIRST_LAPTOP

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "wganlib" / "assets" / "records" / "compare_trainers.json"
STEPS, SEARCH_STEPS = 780, 390
SEEDS, SEARCH_SEED = (1, 2, 3), 0
SAMPLES = 10_000
# Momenta from the papers: DCGAN (arXiv 1511.06434), WGAN (1701.07875), WGAN-GP (1704.00028), and for the spectral
# norm those of its paper's setting C (1802.05957, table 1). ε of RMSProp: see `WGAN.default_optimizer`.
METHODS = {
    "GAN": lambda rate: keras.optimizers.Adam(rate, beta_1=0.5),
    "WGAN": lambda rate: keras.optimizers.RMSprop(rate, rho=0.99, epsilon=1e-16),
    "WGAN-GP": lambda rate: keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9),
    "spectral norm": lambda rate: keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.999),
}
RATES = {
    "GAN": (2e-4, 6e-4, 2e-3),
    "WGAN": (2e-4, 6e-4, 2e-3),
    "WGAN-GP": (6e-4, 2e-3),
    "spectral norm": (6e-5, 2e-4, 6e-4, 2e-3),
}


def build(method, rate, steps, seed):
    """A compiled trainer: the shared networks under one loss."""
    recipe = replace(FIRST_LAPTOP, steps=steps)
    like = recipe.build(seed=seed)
    critic = like.critic
    if method == "spectral norm":
        keras.utils.set_random_seed(seed)
        networks = {"kernel_size": recipe.kernel_size, "stem": recipe.stem}
        critic = wl.make_dcgan_discriminator((28, 28, 1), recipe.critic_filters, norm="spectral", dropout=0, **networks)
    shared = {"n_critic": recipe.n_critic, "ema_decay": recipe.ema_decay, "seed": seed}
    trainer = {
        "GAN": lambda: wl.GAN(like.generator, critic, **shared),
        "WGAN": lambda: wl.WGAN(like.generator, critic, clip=0.01, **shared),
        "WGAN-GP": lambda: wl.WGANGP(like.generator, critic, gp_weight=recipe.gp_weight, **shared),
        "spectral norm": lambda: wl.WGAN(like.generator, critic, clip=None, **shared),
    }[method]()

    def optimizer(updates):
        return METHODS[method](keras.optimizers.schedules.PolynomialDecay(rate, updates, rate / 50))

    trainer.compile(optimizer(steps), optimizer(steps * recipe.n_critic))
    return trainer, recipe


def train(method, rate, steps, seed, digits, samples):
    """One run: (uint8 samples (samples, 28, 28), curves at every 10th step)."""
    trainer, recipe = build(method, rate, steps, seed)
    history = wl.IterationHistory()
    data = recipe.batches(digits, trainer)
    trainer.fit(data, epochs=recipe.epochs(len(digits)), verbose=0, callbacks=[history, wl.HealthAlarm()])
    images = trainer.sample(samples, seed=seed)
    curves = {name: curve[::10].round(4).tolist() for name, curve in history.curves.items()}
    return np.round((images[..., 0] + 1) * 127.5).astype(np.uint8), curves


def run(folder, method, rate, steps, seed, digits, samples):
    """`train`, kept in a file of the work folder; made once."""
    path = folder / f"{method.replace(' ', '_')}_{rate:g}_{steps}_{seed}.npz"
    if not path.exists():
        images, curves = train(method, rate, steps, seed, digits, samples)
        keras.backend.clear_session()
        with whole_file(path) as partial:
            np.savez_compressed(partial, images=images, curves=json.dumps(curves))
        print(f"{time.strftime('%H:%M:%S')} {path.stem}", flush=True)
    with np.load(path) as kept:
        return kept["images"], json.loads(str(kept["curves"]))


def search(folder, digits, features):
    """The best learning rate of each method, and what every one came to."""
    found = {}
    for method, rates in RATES.items():
        found[method] = {}
        for rate in rates:
            images, _ = run(folder, method, rate, SEARCH_STEPS, SEARCH_SEED, digits, 2_000)
            distance = wl.metrics.frechet_distance(wl.metrics.digit_features(scaled(images))[0], features)
            found[method][rate] = round(distance, 1)
            print(f"{method} {rate:g}: Fréchet distance {distance:.1f}", flush=True)
    return {method: min(scores, key=scores.get) for method, scores in found.items()}, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idx", type=Path, help="folder with the four original MNIST files; default: TFDS")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "compare_trainers")
    parser.add_argument("--train-only", action="store_true", help="make the runs, measure nothing but the search")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    digits = wl.load_digits(source="sample")
    _, reference, _ = load_set("mnist", arguments.idx)
    sample_features = wl.metrics.digit_features(wl.load_digits("test", source="sample"))[0]
    rates, searched = search(arguments.work, digits, sample_features)
    rows = []
    for seed in SEEDS:
        for method, rate in rates.items():
            images, _ = run(arguments.work, method, rate, STEPS, seed, digits, SAMPLES)
            if arguments.train_only:
                continue
            report = wl.metrics.measure(scaled(images), reference, train=digits, seed=0)
            # The training's seed in place of the measure's, which the protocol names.
            rows.append({"method": method, **report.as_dict(), "seed": seed, "learning_rate": rate})
            print(method, seed, report, flush=True)
    if arguments.train_only:
        return
    record = surroundings() | {
        "steps": STEPS,
        "n_critic": FIRST_LAPTOP.n_critic,
        "batch_size": FIRST_LAPTOP.batch_size,
        "search": {"steps": SEARCH_STEPS, "seed": SEARCH_SEED, "frechet_by_rate": searched},
        "runs": rows,
    }
    RESULTS.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
