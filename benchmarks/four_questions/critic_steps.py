"""How often to train the critic: equal compute, by clipping and by the penalty, against a faster critic (TTUR).

A rule is (n_critic, factor): so many critic updates per generator update, at factor × the generator's learning rate.
All runs of a method stop at the same FLOP (`wl.step_flops`), whatever number of steps that is. Three seeds each; a row
has their medians at each moment, and what each seed ended with ("ends").

toys    8 Gaussians; every rule at two learning rates; the exact W of 1,000 generated points at six moments, and what
        the critic says of the same points
digits  the laptop recipe's networks, by the penalty; the Fréchet distance at three moments (the recipe's rates fall
        to the end)
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from kept_runs import kept, rounded
from toy_training import MODES, POINTS, ToyTraining, reference

import wganlib as wl
from wganlib.training.recipes import LAPTOP

RULES = [(1, 1), (2, 1), (3, 1), (5, 1), (10, 1), (1, 3), (1, 10)]
RATES = {"gradient_penalty": (1e-3, 3e-3), "clipping": (3e-4, 1e-3)}
# Compute at which a toy run is measured, as a share of all of it; in all as much as TOY_STEPS steps of n_critic = 1.
SHARES = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
TOY_STEPS, SEEDS = 5000, 3
DIGIT_SHARES = (1 / 4, 1 / 2, 1)
DIGIT_STEPS = 1000
DIGIT_RULES = {"gradient_penalty": [(1, 2), (5, 1), (1, 1), (2, 1)]}


def measure_toys(folder, quick=False):
    """{"gflop": …, "shares": …, "floor": …, "rows": one for each method, rate and rule}.

    The floor is what a perfect generator would get: W of 1,000 draws, ten times.
    """
    total_steps, seeds, rates = (
        (40, 1, {name: r[1:2] for name, r in RATES.items()}) if quick else (TOY_STEPS, SEEDS, RATES)
    )
    rows, gflop = [], {}
    for method in RATES:
        training = ToyTraining(method, width=8 if quick else 64)
        compute = training.flops(1) * total_steps
        gflop[method] = compute / 1e9
        for rate in rates[method]:
            for n_critic, factor in RULES:
                runs = [
                    kept(
                        folder,
                        f"toy_{method}_{rate:g}_{n_critic}_{factor}_{seed}_{total_steps}",
                        partial(toy_run, training, n_critic, factor, rate, compute, seed),
                    )
                    for seed in range(seeds)
                ]
                exact = np.array([run["exact"] for run in runs])
                estimate, slope = (np.array([run[name] for run in runs]) for name in ("estimate", "slope"))
                rows.append(
                    {
                        "method": method,
                        "rate": rate,
                        "n_critic": n_critic,
                        "factor": factor,
                        "steps": runs[0]["steps"],
                        "exact": np.median(exact, axis=0).tolist(),
                        "ends": exact[:, -1].tolist(),
                        # How far off the estimate is, and the share of W that the critic proves: estimate / slope ≤ W.
                        "error": np.median(np.abs(estimate / exact - 1), axis=0).tolist(),
                        "proven": np.median(estimate / slope / exact, axis=0).tolist(),
                    }
                )
    floor = [wl.distances.em_samples(MODES.sample(POINTS, seed=100 + seed), reference(seed)) for seed in range(10)]
    return {"gflop": gflop, "shares": list(SHARES), "floor": floor, "seeds": seeds, "rows": rows}


def toy_run(training, n_critic, factor, rate, compute, seed):
    """One run, measured at SHARES of its compute."""
    training.begin(seed, rate, rate * factor)
    steps, found, made = int(compute // training.flops(n_critic)), [], 0
    for share in SHARES:
        until = max(1, round(share * steps))
        training.train(*(np.int32(number) for number in (made, until, n_critic, seed)))
        found.append(training.measure(seed))
        made = until
    exact, estimate, slope = (list(column) for column in zip(*found, strict=True))
    return {"steps": steps, "exact": exact, "estimate": estimate, "slope": slope}


def measure_digits(folder, quick=False):
    """{"gflop": …, "shares": …, "rows": one for each method and rule}."""
    total_steps, seeds, rules = (8, 1, {"gradient_penalty": [(1, 1)]}) if quick else (DIGIT_STEPS, SEEDS, DIGIT_RULES)
    digits, test = (wl.load_digits(split, "sample", verbose=False) for split in ("train", "test"))
    features = wl.metrics.digit_features(test)[0]
    rows, gflop = [], {}
    for method, chosen in rules.items():
        compute = wl.step_flops(digit_trainer(1, 1, 1), LAPTOP.batch_size).total * total_steps
        gflop[method] = compute / 1e9
        for n_critic, factor in chosen:
            runs = [
                kept(
                    folder,
                    f"digits_{method}_{n_critic}_{factor}_{seed}_{total_steps}",
                    partial(digit_run, digits, features, n_critic, factor, compute, seed),
                )
                for seed in range(seeds)
            ]
            distances = np.array([run["frechet"] for run in runs])
            rows.append(
                {
                    "method": method,
                    "n_critic": n_critic,
                    "factor": factor,
                    "steps": runs[0]["steps"],
                    "frechet": np.median(distances, axis=0).tolist(),
                    "ends": distances[:, -1].tolist(),
                }
            )
    return {"gflop": gflop, "shares": list(DIGIT_SHARES), "samples": len(test), "seeds": seeds, "rows": rows}


def digit_trainer(n_critic, factor, steps, seed=0):
    """The laptop recipe's networks and learning rate with another rule."""
    rate = factor * LAPTOP.learning_rate
    return replace(LAPTOP, n_critic=n_critic, critic_learning_rate=rate, steps=steps).build(seed=seed)


def digit_run(digits, features, n_critic, factor, compute, seed):
    """One run, measured at DIGIT_SHARES of its compute."""
    flops = wl.step_flops(digit_trainer(n_critic, factor, 1), LAPTOP.batch_size).total
    steps, distances, made = int(compute // flops), [], 0
    trainer = digit_trainer(n_critic, factor, steps, seed)
    for share in DIGIT_SHARES:
        until = max(made + 1, round(share * steps))
        trainer.fit(wl.batches(digits, trainer, LAPTOP.batch_size, steps_per_epoch=until - made), verbose=0)
        samples = wl.metrics.digit_features(trainer.sample(len(features)))[0]
        distances.append(wl.metrics.frechet_distance(samples, features))
        made = until
    return {"steps": made, "frechet": distances}


def measure(quick=False, work="runs/four_questions"):
    """The record's part "critic_steps"."""
    folder = Path(work) / "critic_steps"
    return rounded({"toys": measure_toys(folder, quick), "digits": measure_digits(folder, quick)}, 3)
