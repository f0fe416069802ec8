"""Ways to be Lipschitz: how much of a known distance a critic finds under each, how steep it is, what a step costs, and
what a generator learns from it.

Every run is kept in the work folder as soon as it is done, so that a stopped measurement goes on. `measure` returns

    "pairs": {name: exact W}
    "rates": {way: {learning rate: found}} of the search, seed 9, pair "ring"
    "found": {way: {pair: {"raw": estimate / W, "fair": estimate / steepest slope / W, one for each seed, "slopes": 5 %,
        mean, 95 %, largest}}}, "curves": {way: [[updates, fair] …]} on the ring
    "milliseconds": {way: of processor time per update}, all ways in turn, the least of some rounds
    "samples": {way: {"points": (n, 2) generated ones, "distance": [W to the data, by seed], "modes": [covered, …]}}
"""

import time
from functools import partial

import keras
import numpy as np
from kept_runs import kept, rounded
from keras import layers

import wganlib as wl

HIDDEN = (64, 64, 64)
BATCH = 128
SEEDS, SAMPLE_SEEDS = (0, 1, 2), (0, 1)
SAMPLE_STEPS = 1000
# name: (layer, activation, constraint, settings)
WAYS = {
    "clipping 0.01": ("dense", "relu", "clipping", {"clip": 0.01}),
    "clipping 0.1": ("dense", "relu", "clipping", {"clip": 0.1}),
    "penalty": ("dense", "relu", "gradient_penalty", {}),
    "one-sided penalty": ("dense", "relu", "gradient_penalty", {"one_sided": True}),
    "spectral, ReLU": ("spectral", "relu", None, {}),
    "spectral, MaxMin": ("spectral", "maxmin", None, {}),
    "Keras' spectral, ReLU": ("keras spectral", "relu", None, {}),
    "orthonormal, ReLU": ("orthonormal", "relu", None, {}),
    "orthonormal, MaxMin": ("orthonormal", "maxmin", None, {}),
}
RATES = {"clipping": (0.01, 0.03), "other": (1e-3, 3e-3, 1e-2)}  # clipping: times c
GENERATING = ("clipping 0.1", "penalty", "one-sided penalty", "spectral, ReLU", "orthonormal, MaxMin")


def make_critic(layer, activation, inputs, hidden=HIDDEN):
    """An MLP critic of one kind of layer and one activation."""

    def connect(units):
        if layer == "orthonormal":
            return wl.layers.OrthonormalDense(units)
        if layer == "spectral":
            return wl.layers.SpectralDense(units, kernel_initializer="he_normal")
        dense = layers.Dense(units, kernel_initializer="he_normal")
        return layers.SpectralNormalization(dense) if layer == "keras spectral" else dense

    stack = [keras.Input((inputs,))]
    for units in hidden:
        stack += [connect(units), wl.layers.GroupSort() if activation == "maxmin" else wl.layers.LeakyReLU(0.0)]
    return keras.Sequential([*stack, connect(1)], name="critic")


def parallel_lines(n, theta):
    """Uniform points on two vertical lines in the plane, theta apart (arXiv 1701.07875, example 1)."""
    heights = np.random.default_rng(1).uniform(size=(2, n))
    return [np.stack([np.full(n, x), y], axis=1).astype("float32") for x, y in zip((0.0, theta), heights, strict=True)]


def make_pairs():
    """Pairs of sets whose distance is known: {name: (real, fake, exact W, where W comes from)}."""
    rng = np.random.default_rng(5)
    shift = rng.standard_normal(8)
    shift *= 2 / np.linalg.norm(shift)
    clouds = rng.standard_normal((2, 4096, 8))
    clouds -= clouds.mean(axis=1, keepdims=True)  # the samples' means differ by the shift exactly
    points = rng.uniform(-1, 1, (2, 16, 2)).astype("float32")
    plan = wl.distances.em_plan(*[np.full(16, 1 / 16)] * 2, wl.distances.euclidean_costs(*points))
    ring = wl.data.toys.eight_gaussians(512, seed=1, std=0.1)
    blob = (0.25 * np.random.default_rng(2).standard_normal((512, 2))).astype("float32")
    return {
        "Gaussians": ((clouds[0] + shift).astype("float32"), clouds[1].astype("float32"), 2.0),
        "lines": (*parallel_lines(512, 1.0), 1.0),
        "points": (*np.tile(points, (1, 32, 1)), plan.cost),
        "ring": (ring, blob, wl.distances.em_samples(ring, blob)),
    }


class Bench:
    """One way, compiled once for all pairs of a dimension."""

    def __init__(self, way, pair):
        self.layer, self.activation, constraint, settings = WAYS[way]
        self.scale = settings.get("clip", 1.0)  # clipping takes its rate times c
        critic = make_critic(self.layer, self.activation, pair[0].shape[1])
        options = {"batch_size": BATCH, "learning_rate": 1.0, "jit_compile": True} | settings
        self.fit = wl.training.CriticFit(critic, *pair[:2], constraint, **options)

    def restart(self, pair, rate, seed):
        keras.utils.set_random_seed(seed)
        weights = make_critic(self.layer, self.activation, pair[0].shape[1]).get_weights()
        self.fit.restart(weights, *pair[:2], seed=seed)
        self.fit.optimizer.learning_rate = rate * self.scale

    def readings(self, pair, rate, seed, moments):
        """Estimate / W, and divided by the steepest slope found, at some moments of one run."""
        self.restart(pair, rate, seed)
        found = []
        for moment in moments:
            self.fit.train(moment - self.fit.updates)
            slopes = self.fit.slopes()
            share = self.fit.estimate() / pair[2]
            found.append([moment, *rounded([share, share / float(slopes.max())], 3)])
        spread = [np.quantile(slopes, 0.05), slopes.mean(), np.quantile(slopes, 0.95), slopes.max()]
        return {"found": found, "slopes": rounded([float(value) for value in spread], 3)}


def measure_costs(pair, rates, steps, rounds):
    """{way: milliseconds of processor time per update}, the least of some rounds through all ways."""
    benches = {way: Bench(way, pair) for way in WAYS}
    for way, bench in benches.items():
        bench.restart(pair, rates[way], 0)
        bench.fit.train(steps)  # compiled here
    times = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, bench in benches.items():
            began = time.process_time()
            bench.fit.train(steps)
            times[way].append(time.process_time() - began)
    return {way: round(1000 * min(found) / steps, 3) for way, found in times.items()}


def measure_way(way, pairs, moments, seeds):
    """The search and the runs of one way."""
    _, _, constraint, _ = WAYS[way]
    benches = {pair[0].shape[1]: None for pair in pairs.values()}
    for pair in pairs.values():
        benches[pair[0].shape[1]] = benches[pair[0].shape[1]] or Bench(way, pair)
    flat = benches[2]
    rates = {
        f"{rate:g}": flat.readings(pairs["ring"], rate, 9, moments)["found"][-1][1:]
        for rate in RATES["clipping" if constraint == "clipping" else "other"]
    }
    best = float(max(rates, key=lambda rate: rates[rate][1]))
    runs = [
        {"pair": name, "way": way, "seed": seed} | benches[pair[0].shape[1]].readings(pair, best, seed, moments)
        for name, pair in pairs.items()
        for seed in seeds
    ]
    return {"rates": rates, "best": best, "runs": runs}


def generate(way, rate, steps, seed, count=500):
    """Train a small generator of eight Gaussians against such a critic; its samples and how far they are."""
    data = wl.data.toys.eight_gaussians(20_000, seed=1, std=0.1)
    layer, activation, constraint, settings = WAYS[way]
    keras.utils.set_random_seed(seed)
    networks = (
        wl.make_mlp_generator(4, (2,), (64, 64), activation="relu", output=None),
        make_critic(layer, activation, 2),
    )
    shared = {"n_critic": 5, "seed": seed}
    if constraint == "gradient_penalty":
        trainer = wl.WGANGP(*networks, **settings, **shared)
    else:
        trainer = wl.WGAN(*networks, clip=settings.get("clip"), **shared)
    if constraint == "clipping":
        optimizers = [keras.optimizers.RMSprop(1e-3, rho=0.99, epsilon=1e-16) for _ in range(2)]
    else:
        optimizers = [keras.optimizers.Adam(r, beta_1=0.0, beta_2=0.9) for r in (1e-3, rate)]
    trainer.compile(*optimizers, jit_compile=True, steps_per_execution=min(50, steps))
    trainer.fit(wl.batches(data, trainer, 64, steps_per_epoch=steps), verbose=0)
    samples = trainer.sample(count, seed=1)
    covered = wl.data.toys.count_modes(samples, wl.data.toys.eight_gaussian_modes(0.1))
    return {
        "distance": round(wl.distances.em_samples(samples, data[:count]), 4),
        "modes": covered.covered,
        "high_quality": round(covered.high_quality, 3),
        "points": samples[:150].astype(float).round(2).tolist() if seed == 0 else None,
    }


def name_of(*parts):
    """A file's name for a run."""
    return "_".join(map(str, parts)).replace(" ", "_").replace(",", "").replace("'", "")


def measure(quick=False, folder="runs/four_questions"):
    """Search, runs, costs, samples; see the first lines."""
    pairs, moments = make_pairs(), (3, 5) if quick else (250, 500, 1000, 2000)
    seeds = SEEDS[:1] if quick else SEEDS
    parts = {
        way: kept(folder, name_of("lipschitz", way), partial(measure_way, way, pairs, moments, seeds)) for way in WAYS
    }
    rates = {way: part["best"] for way, part in parts.items()}
    steps, rounds = (5, 1) if quick else (300, 7)
    costs = kept(folder, "lipschitz_costs", partial(measure_costs, pairs["ring"], rates, steps, rounds))
    samples = {}
    for way in GENERATING:
        rate = parts[way]["best"]
        made = [
            kept(
                folder, name_of("samples", way, seed), partial(generate, way, rate, 5 if quick else SAMPLE_STEPS, seed)
            )
            for seed in (SEEDS[:1] if quick else SAMPLE_SEEDS)
        ]
        samples[way] = {key: [run[key] for run in made] for key in ("distance", "modes", "high_quality")}
        samples[way]["points"] = rounded(made[0]["points"][:100], 3)
    return {
        "pairs": {name: round(float(pair[2]), 4) for name, pair in pairs.items()},
        "hidden": HIDDEN,
        "batch_size": BATCH,
        "updates": moments[-1],
        "rates": {way: part["rates"] for way, part in parts.items()},
        "best": rates,
        "found": {way: {name: of_pair(part["runs"], name) for name in pairs} for way, part in parts.items()},
        "curves": {way: curve(part["runs"], "ring") for way, part in parts.items()},
        "milliseconds": costs,
        "sample_steps": SAMPLE_STEPS,
        "samples": samples,
    }


def of_pair(runs, name):
    """The last readings of the runs on one pair: of each seed, and the mean of the slopes."""
    runs = [run for run in runs if run["pair"] == name]
    raw, fair = ([run["found"][-1][column] for run in runs] for column in (1, 2))
    slopes = np.mean([run["slopes"] for run in runs], axis=0)
    return {"raw": raw, "fair": fair, "slopes": rounded([float(slope) for slope in slopes], 3)}


def curve(runs, name):
    """[[updates, mean of estimate / steepest slope / W] …] on one pair."""
    found = np.mean([run["found"] for run in runs if run["pair"] == name], axis=0)
    return [[int(moment), round(float(fair), 4)] for moment, _, fair in found]
