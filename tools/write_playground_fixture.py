"""Writes tests/playground/from_wganlib.json: what wganlib and POT compute, for the playground's tests to reach as well.

    python tools/write_playground_fixture.py

For each game of site/playground it holds weights, points and, from wganlib's losses, penalty, layers and optimisers,
the losses, their gradients and the critic's weights after two updates; and POT's distances of some pairs of samples.
"""

import json
from pathlib import Path

import wganlib  # noqa: F401 - before Keras, as in the notebooks

# isort: split

import keras
import numpy as np
import ot
import tensorflow as tf

from wganlib import losses
from wganlib.layers.spectral import SpectralDense
from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator
from wganlib.training.trainers import GAN, WGAN, WGANGP, clip_weights

TARGET = Path(__file__).resolve().parents[1] / "tests" / "playground" / "from_wganlib.json"
Z_SIZE, WIDTH, BATCH, RATE, CLIP, LAMBDA = 4, 6, 12, 0.01, 0.1, 3.0
GAMES = {
    "minimax": (losses.minimax_discriminator_loss, losses.minimax_generator_loss, GAN, {"loss": "minimax"}),
    "nonsaturating": (losses.minimax_discriminator_loss, losses.non_saturating_generator_loss, GAN, {}),
    "clipping": (losses.wasserstein_critic_loss, losses.wasserstein_generator_loss, WGAN, {"clip": CLIP}),
    "penalty": (losses.wasserstein_critic_loss, losses.wasserstein_generator_loss, WGANGP, {"gp_weight": LAMBDA}),
    "spectral": (losses.wasserstein_critic_loss, losses.wasserstein_generator_loss, WGANGP, {}),
}


def spectral_critic():
    layers = [SpectralDense(WIDTH, activation="leaky_relu"), SpectralDense(WIDTH, activation="leaky_relu")]
    return keras.Sequential([keras.Input((2,)), *layers, SpectralDense(1)])


def drawn_weights(network, rng):
    """Weights, biases too, of a size at which every part of a gradient counts."""
    for variable in network.trainable_variables:
        variable.assign(rng.normal(scale=0.5, size=variable.shape))


def play(game, rng):
    """What wganlib computes for one game, as plain lists."""
    of_critic, of_generator, trainer, options = GAMES[game]
    generator = make_mlp_generator(Z_SIZE, (2,), (WIDTH, WIDTH), output=None)
    critic = spectral_critic() if game == "spectral" else make_mlp_critic((2,), (WIDTH, WIDTH))
    for network in (generator, critic):
        drawn_weights(network, rng)
    vectors = [variable for variable in critic.non_trainable_variables if "vector_u" in variable.path]
    for vector in vectors:
        vector.assign(rng.normal(size=vector.shape))
    optimizer = trainer(generator, critic, **options).default_optimizer()
    optimizer.learning_rate = RATE
    real, z = rng.normal(size=(BATCH, 2)).astype("float32"), rng.normal(size=(BATCH, Z_SIZE)).astype("float32")
    alpha, fake = rng.uniform(size=BATCH).astype("float32"), generator(z)
    given = {
        "generator": weights(generator),
        "critic": weights(critic),
        "vectors": [plain(vector) for vector in vectors],
        "real": plain(real),
        "z": plain(z),
        "alpha": plain(alpha),
    }

    def critic_loss():
        loss = of_critic(critic(real), critic(fake))
        return loss + LAMBDA * losses.gradient_penalty(critic, real, fake, alpha) if game == "penalty" else loss

    with tf.GradientTape(persistent=True) as tape:
        made = generator(z)
        generator_loss = of_generator(critic(made))
    expected = {
        "fake": plain(made),
        "generator_loss": float(generator_loss),
        "generator_gradients": plain_all(tape.gradient(generator_loss, generator.trainable_variables)),
        "advice": plain(-BATCH * tape.gradient(generator_loss, made)),
        "norms": plain(losses.gradient_norms(critic, real)),
    }
    for update in (1, 2):
        with tf.GradientTape() as tape:
            loss = critic_loss()
        gradients = tape.gradient(loss, critic.trainable_variables)
        if update == 1:
            expected |= {"critic_loss": float(loss), "critic_gradients": plain_all(gradients)}
        critic(real, training=True)  # one round of the power iteration, where there is one
        optimizer.apply(gradients, critic.trainable_variables)
        if game == "clipping":
            clip_weights(critic, CLIP)
    return {"given": given, "expected": expected | {"critic_after_two_updates": weights(critic)}}


def exact_distances(rng):
    pairs = [(rng.normal(size=(n, 2)), 1 + 0.5 * rng.normal(size=(n, 2))) for n in (1, 2, 7, 60, 200)]
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    pairs += [(corners, corners), (np.repeat(corners, 5, axis=0), np.tile(corners[[0, 3]], (10, 1)))]
    return [
        {
            "real": x.ravel().tolist(),
            "fake": y.ravel().tolist(),
            "distance": ot.emd2([], [], ot.dist(x, y, "euclidean")),
        }
        for x, y in pairs
    ]


def plain(tensor):
    return [float(f"{number:.9g}") for number in np.asarray(tensor, np.float64).ravel()]


def plain_all(tensors):
    return [plain(tensor) for tensor in tensors]


def weights(network):
    return plain_all(network.trainable_variables)


def fixture():
    """All of it, the same at every call."""
    rng = np.random.default_rng(0)
    settings = {"zSize": Z_SIZE, "width": WIDTH, "batch": BATCH, "rate": RATE, "c": CLIP, "lambda": LAMBDA}
    games = {game: play(game, rng) for game in GAMES}
    return {"settings": settings, "games": games, "distances": exact_distances(rng)}


if __name__ == "__main__":
    TARGET.write_text(json.dumps(fixture()) + "\n", encoding="utf-8")
    print(f"Wrote {TARGET}")
