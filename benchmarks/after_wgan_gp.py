"""What came after WGAN-GP, on the laptop recipe's networks: hinge, relativistic pairing, R1, R1 + R2, R3GAN's loss.

    python benchmarks/after_wgan_gp.py [--steps 1200] [--seeds 3] [--work FOLDER]

Every training has the laptop recipe's networks, batch and moving average, and takes --steps steps. Seed 0 trains on
digits at the recipe's rates and at a quarter of them; the better of the two is the method's, for the other seeds and
for emoji. Quality is the Fréchet distance of digits in the features of the shipped classifier, and of emoji the
distance in patches to those held out; both are looked at five times in a run. The methods' steps are timed in turns.
A run that is in --work already is not made again. The record "after_wgan_gp" is what chapter 13 quotes.
"""

import argparse
import json
import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import keras
import numpy as np
from few_pictures import emoji
from kept_runs import kept, rounded
from recipe_critic import recipe_critic
from surroundings import surroundings

from wganlib.data import save_grid

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "after_wgan_gp.json"
WORK = ROOT / "runs" / "after_wgan_gp"
SAMPLES, LOOKS, LOOKED_AT = 2000, 5, 500
GAMMA = 1.0  # of R1 and R2
FACTORS = (1.0, 0.25)  # of the recipe's learning rates

# What each trains with beside the recipe, and whether its critic is spectrally normalised, as hinge was published.
METHODS = {
    "WGAN-GP": (wl.WGANGP, {"gp_weight": 10.0, "gp_every": 4}, None),
    "hinge": (wl.GAN, {"loss": "hinge"}, "spectral"),
    "relativistic": (wl.GAN, {"loss": "relativistic"}, None),
    "GAN + R1": (wl.GAN, {"r1_weight": GAMMA, "gp_every": 4}, None),
    "GAN + R1 + R2": (wl.GAN, {"r1_weight": GAMMA, "r2_weight": GAMMA, "gp_every": 4}, None),
    "R3GAN's loss": (
        wl.GAN,
        {"loss": "relativistic", "r1_weight": GAMMA, "r2_weight": GAMMA, "gp_every": 4},
        None,
    ),
}


def build(recipe, images, method, seed=0):
    """The recipe's networks and optimisers in a method's trainer."""
    kind, options, norm = METHODS[method]
    base = recipe.build(images, seed=seed)
    keras.utils.set_random_seed(seed)
    critic = recipe_critic(recipe, images.shape[1:], norm)
    trainer = kind(base.generator, critic, n_critic=recipe.n_critic, ema_decay=recipe.ema_decay, seed=seed, **options)
    optimizers = (type(one).from_config(one.get_config()) for one in (base.generator_optimizer, base.critic_optimizer))
    trainer.compile(*optimizers, jit_compile=base.get_compile_config()["jit_compile"])
    return trainer


def digits():
    """(training digits, a function samples → distance, a function samples → {measure: value})."""
    train, test = (wl.load_digits(split, "sample", verbose=False) for split in ("train", "test"))
    known = wl.metrics.digit_features(test)[0]

    def distance(samples):
        return float(wl.metrics.frechet_distance(wl.metrics.digit_features(samples)[0], known))

    def measures(samples):
        report = wl.metrics.measure(samples, test)
        return {name: getattr(report, name) for name in ("frechet", "precision", "recall", "classes_covered")}

    return train, distance, measures


def emoji_by_group():
    """The same of emoji, whose distance is that in patches."""
    train, held_out = emoji()

    def distance(samples):
        return float(wl.metrics.patch_distance(samples, held_out).mean)

    return train, distance, lambda samples: {"patches": distance(samples)}


SETS = {"digits": digits, "emoji": emoji_by_group}


class Looks(keras.callbacks.Callback):
    """After each epoch: the step, and the distance of some samples."""

    def __init__(self, distance):
        super().__init__()
        self.distance, self.found = distance, []

    def on_epoch_end(self, epoch, logs=None):
        samples = self.model.sample(LOOKED_AT, seed=2)
        distance = self.distance(samples) if np.isfinite(samples).all() else np.inf  # a run that has diverged
        self.found.append([int(self.model.step.numpy()), distance])


def run(recipe, data, method, factor, seed, work, name):
    """One training: the distances on its way, its measures at the end."""
    images, distance, measures = data

    def trained():
        rates = {name: getattr(recipe, name) * factor for name in ("learning_rate", "critic_learning_rate")}
        plan = replace(recipe, **rates)
        trainer = build(plan, images, method, seed)
        looks = Looks(distance)
        # Not plan.batches, whose epoch is at most one pass: few emoji would end the run early.
        data = wl.batches(images, trainer, plan.batch_size, steps_per_epoch=plan.steps_per_epoch)
        trainer.fit(data, epochs=LOOKS, verbose=0, callbacks=[looks])
        samples = trainer.sample(SAMPLES, seed=1)
        save_grid(samples[:64], Path(work) / f"{name}.png", scale=2)
        measured = measures(samples) if np.isfinite(samples).all() else {}
        return {"seed": seed, "factor": factor, "looks": looks.found, **measured}

    return kept(work, name, trained)


def runs(recipe, steps, seeds, work):
    """{"digits": {method: [run of each seed, …]}, "emoji": …, "searched": {method: {factor: distance}}}."""
    recipe = replace(recipe, steps=steps, steps_per_epoch=max(1, steps // LOOKS))
    data = {name: load() for name, load in SETS.items()}
    found = {"digits": {}, "emoji": {}, "searched": {}}
    for method in METHODS:
        tried = {}
        for factor in FACTORS:
            tried[factor] = run(recipe, data["digits"], method, factor, 0, work, file_name("digits", method, factor, 0))
        found["searched"][method] = {str(factor): one["looks"][-1][1] for factor, one in tried.items()}
        factor = min(tried, key=lambda factor: tried[factor]["looks"][-1][1])
        for name, one in data.items():
            of_seed = partial(run, recipe, one, method, factor)
            found[name][method] = [of_seed(seed, work, file_name(name, method, factor, seed)) for seed in range(seeds)]
    return found


def step_milliseconds(recipe, images, rounds=5, steps=50):
    """{method: milliseconds of a step}: of several rounds, in which the methods take turns, the fastest."""
    trainers = {method: build(recipe, images, method) for method in METHODS}
    fastest = dict.fromkeys(METHODS, np.inf)
    for number in range(rounds + 1):
        for method, trainer in trainers.items():
            data = wl.batches(images, trainer, recipe.batch_size, steps_per_epoch=steps)
            began = time.perf_counter()
            trainer.fit(data, verbose=0)
            if number:  # the first round compiles
                fastest[method] = min(fastest[method], 1000 * (time.perf_counter() - began) / steps)
    return fastest


def file_name(data, method, factor, seed):
    """The name of a run's files."""
    short = "".join(letter for letter in method.lower().replace(" ", "_") if letter.isalnum() or letter == "_")
    return f"{data}_{short}_{factor:g}_seed_{seed}"


def real_against_real():
    """{"digits": Fréchet distance, "emoji": distance in patches} of as many training pictures, drawn at random."""
    rng = np.random.default_rng(0)
    floors = {}
    for name, load in SETS.items():
        images, distance, _ = load()
        floors[name] = distance(images[rng.choice(len(images), min(SAMPLES, len(images)), replace=False)])
    return floors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=WORK)
    arguments = parser.parse_args()
    recipe = wl.recipe("laptop")
    found = runs(recipe, arguments.steps, arguments.seeds, arguments.work)
    record = surroundings() | {
        "steps": arguments.steps,
        "samples": SAMPLES,
        "looked_at": LOOKED_AT,
        "gamma": GAMMA,
        "factors": list(FACTORS),
        "recipe": asdict(recipe),
        "real": rounded(real_against_real()),
        "milliseconds": rounded(kept(arguments.work, "milliseconds", partial(step_milliseconds, recipe, digits()[0]))),
        "runs": rounded(found),
    }
    RECORD.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in SETS:
        for method, several in found[name].items():
            print(f"{name:8s}{method:16s}", [float(f"{one['looks'][-1][1]:.3g}") for one in several])


if __name__ == "__main__":
    main()
