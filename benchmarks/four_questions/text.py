"""Text: a WGAN-GP of characters and standard GANs with the same networks, at the same FLOP.

At each mark: the Jensen–Shannon divergence of the n-grams of 2,048 samples to the held-out text, n = 1 … 4, in bits;
four samples; how sure the generator's softmax is (mean largest probability); and how well the critic tells 1,024
held-out windows from as many samples, as they are and with every sample moved to its nearest corner (argmax). "Tells"
is the share of pairs (real, generated) in which the real one gets the larger value: 0.5 for a blind critic, 1 for a
perfect one, whatever its scale.
"""

from pathlib import Path

import keras
import numpy as np
from kept_runs import kept, rounded

import wganlib as wl
from wganlib.data.text import ALPHABET, decode_text, encode_text, load_text
from wganlib.metrics.ngrams import ngram_divergence
from wganlib.networks.text import make_text_critic, make_text_generator

LENGTH, FILTERS, BLOCKS, BATCH, LATENT = 16, 32, 2, 64, 32
RATE, FACTOR, N_CRITIC, GP_EVERY = 2e-3, 2, 1, 4
STEPS = 10_000  # of the WGAN-GP; the GAN makes as many as cost the same; text_crossed.py asks what makes the difference
# The standard GAN twice: with everything as in the WGAN-GP, and at the rate that DCGAN takes (arXiv 1511.06434).
RUNS = {"WGANGP": (wl.WGANGP, RATE), "GAN": (wl.GAN, RATE), "GAN_slow": (wl.GAN, 2e-4)}
MARKS = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
SAMPLES, PAIRS, SHOWN = 2048, 1024, 4


def build(kind, length=LENGTH, filters=FILTERS, rate=RATE, jit_compile=True, seed=0):
    """A compiled trainer of text: kind is a class of trainers, the rest the same for all."""
    keras.utils.set_random_seed(seed)
    trainer = kind(
        make_text_generator(LATENT, length, len(ALPHABET), filters, BLOCKS),
        make_text_critic(length, len(ALPHABET), filters, BLOCKS),
        n_critic=N_CRITIC,
        seed=seed,
        ema_decay=0.99,
        **kind_options(kind),
    )
    trainer.compile(*(keras.optimizers.Adam(r, 0.5, 0.9) for r in (rate, FACTOR * rate)), jit_compile=jit_compile)
    return trainer


def kind_options(kind):
    """The penalty on a part of the batch; and a WGAN is not clipped: its loss alone."""
    return {"gp_every": GP_EVERY} if issubclass(kind, wl.WGANGP) else {"clip": None} if kind is wl.WGAN else {}


def run(kind, steps, train, held_out, marks=MARKS, **options):
    """Train, and measure at these shares of the steps."""
    trainer, rows = build(kind, **options), []
    data, real = encode_text(train), encode_text(held_out[:PAIRS])
    for mark in marks:
        made, until = int(trainer.step), max(1, round(mark * steps))
        if until > made:
            trainer.fit(wl.batches(data, trainer, BATCH, steps_per_epoch=until - made), verbose=0)
        samples = trainer.sample(SAMPLES)
        strings = decode_text(samples)
        rows.append(
            {
                "step": until,
                "divergence": [ngram_divergence(strings, held_out, n) for n in (1, 2, 3, 4)],
                "samples": strings[:SHOWN],
                "sure": float(samples.max(-1).mean()),
                "tells": tells(trainer.critic, real, samples[:PAIRS]),
                "tells_corners": tells(trainer.critic, real, encode_text(strings[:PAIRS])),
            }
        )
        print(kind.__name__, rows[-1]["step"], rows[-1]["divergence"], flush=True)
    return rows


def tells(critic, real, fake):
    """The share of pairs (real, generated) in which the critic gives the real one more; ties count half."""
    of_real, of_fake = (critic.predict(x, verbose=0, batch_size=256).ravel() for x in (real, fake))
    order = np.sort(of_fake)
    below, up_to = np.searchsorted(order, of_real, "left"), np.searchsorted(order, of_real, "right")
    return float((below + up_to).mean() / (2 * len(order)))


def measure(quick=False, work="runs/four_questions"):
    """The record's part "text"."""
    folder, options = Path(work) / "text", {"filters": 4, "jit_compile": False} if quick else {}
    train, held_out = load_text(LENGTH, verbose=False)
    steps = 8 if quick else STEPS
    flops = {kind: wl.step_flops(build(kind, **options), BATCH).total for kind in (wl.WGANGP, wl.GAN)}
    counts = {kind: int(steps * flops[wl.WGANGP] / flop) for kind, flop in flops.items()}
    rows = {
        name: kept(
            folder,
            f"{name}_{counts[kind]}",
            lambda kind=kind, rate=rate: rounded(run(kind, counts[kind], train, held_out, rate=rate, **options), 3),
        )
        for name, (kind, rate) in RUNS.items()
    }
    floor = [ngram_divergence(train[:: len(train) // SAMPLES][:SAMPLES], held_out, n) for n in (1, 2, 3, 4)]
    settings = {
        "length": LENGTH,
        "filters": FILTERS,
        "blocks": BLOCKS,
        "batch": BATCH,
        "rates": {name: rate for name, (_, rate) in RUNS.items()},
    }
    settings |= {"factor": FACTOR, "n_critic": N_CRITIC, "gp_every": GP_EVERY, "samples": SAMPLES}
    gflop = flops[wl.WGANGP] * steps / 1e9
    return rounded({"settings": settings, "gflop": gflop, "floor": floor, "runs": rows}, 3)
