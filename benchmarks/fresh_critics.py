"""Does W track quality? Critics trained alone on snapshots of a generator, beside the one that trained it.

    python benchmarks/fresh_critics.py [--steps 1560] [--updates 300] [--work FOLDER]

The laptop recipe at a quarter of its width trains on the sample of digits that ships with wganlib, with three seeds. At
AT, as shares of the run, the averaged generator and the critic are kept. On each snapshot a critic is trained alone
between digits and samples: a fresh one with each of the seeds CRITICS, and the run's own, which goes on from where it
was. Each is read READINGS times on the way, on samples and test digits that it has not seen: half of them choose its
best reading, the other half give it. Beside them stand the running critic's estimate and the generator's loss around
that step, and the Fréchet distance of 2,000 samples to the 2,000 test digits.

What already exists in --work is not made again, so a stopped script goes on where it stopped. The results go into the
package, where chapter 07 reads them with wl.course.load_record("fresh_critics").
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
from surroundings import surroundings

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "fresh_critics.json"
STEPS, SEEDS, CRITICS = 1560, (0, 1, 2), (0, 1)
AT = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
UPDATES, READINGS, HELD_OUT = 300, 4, 1000
LAPTOP = wl.recipe("laptop")


def recipe(steps):
    """The laptop recipe at a quarter of its width and half of its batch, in epochs of a tenth of the run."""
    narrow = {
        name: getattr(LAPTOP, name) // 4 for name in ("generator_filters", "critic_filters", "critic_hidden_units")
    }
    return replace(
        LAPTOP, steps=steps, steps_per_epoch=max(1, steps // 10), batch_size=LAPTOP.batch_size // 2, **narrow
    )


class Snapshots(keras.callbacks.Callback):
    """The weights of the averaged generator and of the critic after these steps: {step: (weights, weights)}."""

    def __init__(self, steps):
        super().__init__()
        self.steps, self.weights = set(steps), {}

    def on_train_batch_end(self, batch, logs=None):
        step = int(self.model.step.numpy())
        if step in self.steps:
            self.weights[step] = self.model.averaged_generator.get_weights(), self.model.critic.get_weights()


def train(plan, digits, seed, work):
    """One run; its snapshots go into work, what its curves say around them is returned."""
    trainer = plan.build(seed=seed)
    snapshots = Snapshots(max(1, round(share * plan.steps)) for share in AT)
    history = wl.IterationHistory()
    trainer.fit(plan.batches(digits, trainer), epochs=10, verbose=0, callbacks=[history, snapshots])
    found = {name: [] for name in ("step", "wasserstein", "generator_loss")}
    for step, both in sorted(snapshots.weights.items()):
        for network, weights in zip(("generator", "critic"), both, strict=True):
            np.savez(place(work, network, plan, seed, step), *weights)
        near = np.abs(history.steps - step) <= 0.15 * step
        found["step"].append(step)
        for name in ("wasserstein", "generator_loss"):
            found[name].append(float(history.curves[name][near].mean()))
    return found


def place(work, network, plan, seed, step):
    return Path(work) / f"{network} {plan.steps}, {seed}, {step}.npz"


def kept_weights(*which):
    with np.load(place(*which)) as file:
        return [file[name] for name in file.files]


def best_reading(fit, to_choose, to_read, updates):
    """What a critic reports on the pair `to_read` where it is at its best, which is where `to_choose` says so."""
    readings = []
    for _ in range(READINGS):
        fit.train(max(1, updates // READINGS))
        readings.append([estimate(fit.critic, *pair) for pair in (to_choose, to_read)])
    return max(readings)[1]


def estimate(critic, real, fake):
    """mean D(real) − mean D(fake) of samples that the critic has not been trained on."""
    of_real, of_fake = (critic.predict(samples, batch_size=500, verbose=0) for samples in (real, fake))
    return float(of_real.mean() - of_fake.mean())


def look(plan, digits, test_digits, seed, step, work, updates):
    """The Fréchet distance of a snapshot's samples, and what critics find that are trained on it alone."""
    generator, critic = plan.networks()
    generator.set_weights(kept_weights(work, "generator", plan, seed, step))
    fakes = generator.predict(wl.sample_latent(generator, len(digits) // 2, seed=3), batch_size=500, verbose=0)
    features = [wl.metrics.digit_features(images)[0] for images in (fakes[: len(test_digits)], test_digits)]
    to_choose, to_read = (
        (test_digits[half::2][:HELD_OUT], fakes[-2 * HELD_OUT :][half::2][:HELD_OUT]) for half in (0, 1)
    )
    fit = wl.training.CriticFit(critic, digits, fakes[: -2 * HELD_OUT], batch_size=plan.batch_size)
    fresh = []
    for one in CRITICS:
        keras.utils.set_random_seed(one)
        fit.restart(plan.networks()[1].get_weights(), seed=one)
        fresh.append(best_reading(fit, to_choose, to_read, updates))
    fit.restart(kept_weights(work, "critic", plan, seed, step))
    own = best_reading(fit, to_choose, to_read, updates)
    keras.backend.clear_session()
    return {"frechet": float(wl.metrics.frechet_distance(*features)), "fresh": fresh, "own": own}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--updates", type=int, default=UPDATES, help="of a critic on a snapshot")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "fresh_critics")
    arguments = parser.parse_args()
    digits, test_digits = (wl.load_digits(split, "sample", verbose=False) for split in ("train", "test"))
    plan, work = recipe(arguments.steps), arguments.work
    runs = []
    for seed in SEEDS:
        run = kept(work, f"{plan.steps}, {seed}", partial(train, plan, digits, seed, work))
        looks = []
        for step in run["step"]:
            name = f"{plan.steps}, {seed}, {step}, {arguments.updates}"
            looks.append(
                kept(work, name, partial(look, plan, digits, test_digits, seed, step, work, arguments.updates))
            )
        runs.append({"seed": seed, **run, **{name: [one[name] for one in looks] for name in looks[0]}})
    record = surroundings() | {"steps": plan.steps, "updates": arguments.updates, "runs": rounded(runs)}
    RECORD.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
