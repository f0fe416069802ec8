"""Feature matching and the other tricks of a trainer: gradients by hand, features by hand, every mixture trains."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from convolutions import count_convolutions

from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator
from wganlib.networks.features import critic_with_features
from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator
from wganlib.networks.projection import make_class_generator, make_projection_critic
from wganlib.training.conditional import ConditionalWGANGP
from wganlib.training.feature_matching import FeatureMatching, FeatureMatchingGAN
from wganlib.training.trainers import GAN, WGAN, WGANGP

PLAIN = {"gan": GAN, "wgan": WGAN, "wgangp": WGANGP}
KINDS = {name: type(f"FeatureMatching{kind.__name__}", (FeatureMatching, kind), {}) for name, kind in PLAIN.items()}


def images(count, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (count, 8, 8, 1)).astype("float32")


# The generator's loss.


def linear_trainer(kind, **options):
    """Generator G(z) = A z, critic D(x) = w · leaky(B x): small enough to differentiate with a pencil."""
    keras.utils.set_random_seed(3)
    kinds = KINDS if options else PLAIN
    trainer = kinds[kind](
        make_mlp_generator(3, (2,), (), output=None), make_mlp_critic((2,), (4,)), n_critic=1, **options
    )
    trainer.compile(keras.optimizers.SGD(1.0), keras.optimizers.SGD(0.0), run_eagerly=True)
    return trainer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("adversarial_weight", [0.0, 0.5, 1.0])
def test_the_generators_step_is_the_gradient_worked_out_by_hand(kind, adversarial_weight):
    trainer = linear_trainer(kind, feature_matching=3.0, adversarial_weight=adversarial_weight)
    real = np.random.default_rng(1).normal(size=(16, 2)).astype("float32")
    z = trainer.draw_latent(16, 1).numpy()
    kernel, bias = trainer.generator.layers[0].get_weights()
    (b, c), (w, v) = (layer.get_weights() for layer in trainer.critic.layers[1:])
    if kind == "wgan":  # its weights are clipped before the generator's turn
        b, c, w, v = (np.clip(value, -0.01, 0.01) for value in (b, c, w, v))
    fake = z @ kernel + bias

    def leaky(x):
        return np.where(x > 0, x, 0.2 * x)  # Keras' "leaky_relu"

    def slopes(x):
        return np.where(x > 0, 1.0, 0.2)

    gap = leaky(real @ b + c).mean(0) - leaky(fake @ b + c).mean(0)
    of_matching = -2 * gap / len(z)  # ∂‖gap‖² / ∂features of one sample
    values = leaky(fake @ b + c) @ w + v
    # ∂softplus(−D)/∂D = −sigmoid(−D), and −1 for −mean D.
    of_value = -1 / (1 + np.exp(values)) if kind == "gan" else -np.ones_like(values)
    of_hidden = 3.0 * of_matching + adversarial_weight * of_value / len(z) * w.T
    expected = z.T @ (of_hidden * slopes(fake @ b + c) @ b.T)
    logs = trainer.train_step(tf.constant(real))
    moved = kernel - trainer.generator.layers[0].get_weights()[0]
    assert np.abs(expected).max() > 1e-6
    np.testing.assert_allclose(moved, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())
    np.testing.assert_allclose(float(logs["feature_matching"]), (gap**2).sum(), rtol=1e-4)
    own = np.logaddexp(0, -values).mean() if kind == "gan" else -values.mean()
    np.testing.assert_allclose(
        float(logs["generator_loss"]), adversarial_weight * own + 3 * (gap**2).sum(), rtol=1e-4, atol=1e-6
    )


@pytest.mark.slow
def test_feature_matching_alone_brings_the_means_together():
    trainer = linear_trainer("gan", feature_matching=1.0, adversarial_weight=0.0)
    trainer.compile(keras.optimizers.Adam(0.02), keras.optimizers.SGD(0.0), jit_compile=False)
    real = np.random.default_rng(1).normal(2.0, 0.3, (512, 2)).astype("float32")
    trainer.fit(real, batch_size=64, epochs=40, verbose=0)
    features = critic_with_features(trainer.critic)
    before = linear_trainer("gan")
    gaps = [
        np.linalg.norm(np.mean(features(real)[0], 0) - np.mean(features(made.sample(512))[0], 0))
        for made in (before, trainer)
    ]
    assert gaps[1] < gaps[0] / 10, gaps


def test_the_critics_weights_are_counted_once():
    plain, matched = linear_trainer("gan"), linear_trainer("gan", feature_matching=1.0)
    assert [w.shape for w in matched.weights] == [w.shape for w in plain.weights]
    assert len(matched.weights) == len({id(weight) for weight in matched.weights})
    assert matched.logged == ("critic_loss", "generator_loss", "feature_matching")


def test_weights_saved_with_feature_matching_load_without_it(tmp_path):
    matched, plain = linear_trainer("gan", feature_matching=1.0), linear_trainer("gan")
    matched.critic.layers[1].kernel.assign_add(tf.ones((2, 4)))
    matched.save_weights(tmp_path / "run.weights.h5")
    plain.load_weights(tmp_path / "run.weights.h5")
    for one, other in zip(plain.critic.get_weights(), matched.critic.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def convolutions(kind, **options):
    """How many forward passes of the critic's first convolution one traced step holds."""
    keras.utils.set_random_seed(0)
    critic = make_dcgan_discriminator((8, 8, 1), 4, 1, norm=None, dropout=0.0, stem=False, kernel_size=3)
    # No convolution of its own, so that every Conv2D is the critic's (two in each pass).
    kinds = KINDS if options else PLAIN
    trainer = kinds[kind](make_mlp_generator(3, (8, 8, 1), ()), critic, n_critic=2, **options)
    trainer.compile(jit_compile=False)
    traced = tf.function(trainer.train_step).get_concrete_function(tf.constant(images(8)))
    return count_convolutions(traced)["Conv2D"] / 2


@pytest.mark.parametrize("kind", ["gan", "wgan"])
def test_it_costs_a_pass_up_to_the_matched_layer_and_nothing_when_it_is_off(kind):
    # Two critic updates with real and fake in one pass, and the generator's.
    assert convolutions(kind) == 3
    # Real samples go up to the matched layer, the first of two.
    assert convolutions(kind, feature_matching=1.0) == 3.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"feature_matching": 0}, r"`feature_matching` must be a number above 0\. Received: 0"),
        ({"feature_matching": -1.0}, r"`feature_matching` must be a number above 0\. Received: -1.0"),
        ({"feature_matching": float("nan")}, r"`feature_matching` must be a number above 0\. Received: nan"),
        ({"adversarial_weight": -1}, r"`adversarial_weight` must be a number of at least 0\. Received: -1"),
        ({"feature_matching": 1.0, "feature_layer": "no"}, "no.*layer|layer.*'no'"),
    ],
)
def test_settings_that_mean_nothing_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        linear_trainer("gan", **options)


def test_the_gan_with_feature_matching_is_the_mixture():
    assert FeatureMatchingGAN.__mro__[1:3] == (FeatureMatching, GAN)


def test_settings_name_it_only_where_it_is_on():
    assert "feature_matching" not in linear_trainer("gan").settings()
    found = linear_trainer("gan", feature_matching=2.0).settings()
    assert (found["feature_matching"], found["feature_layer"], found["adversarial_weight"]) == (2.0, None, 1.0)


# Every trick with every trainer.

TRICKS = {
    "minibatch discrimination": ({"minibatch_discrimination": 3}, {}),
    "feature matching": ({}, {"feature_matching": 0.1}),
    "spectral norm": ({"norm": "spectral"}, {}),
    "moving average": ({}, {"ema_decay": 0.9}),
    "all": (
        {"norm": "spectral", "minibatch_discrimination": 3},
        {"ema_decay": 0.9, "feature_matching": 0.1, "adversarial_weight": 0.5},
    ),
}


def trainer_with(kind, trick):
    of_critic, of_trainer = TRICKS[trick]
    of_critic = {"norm": None, **of_critic}
    if kind == "wgangp" and trick == "all":
        of_critic.pop("minibatch_discrimination")
    keras.utils.set_random_seed(1)
    small = {"n_blocks": 1, "kernel_size": 4, "stem": False}
    kinds = KINDS if "feature_matching" in of_trainer else PLAIN
    return kinds[kind](
        make_dcgan_generator(3, (8, 8, 1), 4, **small),
        make_dcgan_discriminator((8, 8, 1), 4, dropout=0.0, **small, **of_critic),
        n_critic=1,
        **of_trainer,
    )


def after_a_step(kind, trick, **way):
    """One step of training; returns what it logged and all weights, after a look at both."""
    trainer = trainer_with(kind, trick)
    start = trainer.generator.get_weights(), trainer.critic.get_weights()
    optimizers = (keras.optimizers.Adam(1e-2, beta_1=0.5, beta_2=0.9, epsilon=1e-3) for _ in range(2))
    trainer.compile(*optimizers, **way)
    trainer.fit(images(4), batch_size=4, verbose=0)
    logs = trainer.history.history
    assert int(trainer.step.numpy()) == 1
    assert all(np.isfinite(values).all() for values in logs.values())
    assert ("feature_matching" in logs) == isinstance(trainer, FeatureMatching)
    for network, before in zip((trainer.generator, trainer.critic), start, strict=True):
        now = network.get_weights()
        assert all(np.isfinite(weight).all() for weight in now)
        assert max(np.abs(a - b).max() for a, b in zip(now, before, strict=True)) > 1e-4
    return [*logs.values(), *trainer.get_weights()]


@pytest.mark.parametrize(
    ("kind", "trick"),
    [(kind, trick) for kind in KINDS for trick in TRICKS if (kind, trick) != ("wgangp", "minibatch discrimination")],
)
def test_every_trick_trains_a_step(kind, trick):
    after_a_step(kind, trick, run_eagerly=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_all_tricks_together_train_the_same_step_eager_and_under_xla(kind):
    eager, compiled = (after_a_step(kind, "all", **way) for way in ({"run_eagerly": True}, {"jit_compile": True}))
    for one, other in zip(eager, compiled, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_a_penalty_refuses_minibatch_discrimination_unless_told():
    with pytest.raises(ValueError, match=r"MinibatchDiscrimination.*Build it without minibatch_discrimination"):
        trainer_with("wgangp", "minibatch discrimination")
    networks = trainer_with("gan", "minibatch discrimination")
    assert not networks.joint_pass
    allowed = WGANGP(networks.generator, networks.critic, n_critic=1, allow_batch_norm=True)
    assert not allowed.joint_pass
    allowed.compile(jit_compile=False)
    allowed.fit(images(8), batch_size=4, verbose=0)
    assert all(np.isfinite(values).all() for values in allowed.history.history.values())


def test_real_and_fake_pass_apart_where_samples_are_compared():
    trainer = trainer_with("gan", "minibatch discrimination")
    real, fake = images(4), images(4, seed=1) / 5
    for values, batch in zip(trainer.critic_values(real, fake), (real, fake), strict=True):
        np.testing.assert_allclose(values, trainer.critic(batch, training=True), rtol=1e-5, atol=1e-6)
    together = trainer.critic(np.concatenate([real, fake]), training=True)
    assert np.abs(together[:4] - trainer.critic(real, training=True)).max() > 1e-5


def test_a_critic_with_a_value_for_each_class_is_refused():
    class Both(FeatureMatching, ConditionalWGANGP):
        pass

    size = {"n_filters": 4, "kernel_size": 4, "stem": False}
    generator = make_class_generator(make_dcgan_generator(3 + 3, (8, 8, 1), **size), 3)
    critic = make_projection_critic(make_dcgan_discriminator((8, 8, 1), norm=None, **size), 3)
    with pytest.raises(ValueError, match="one with 3, a value for each class"):
        Both(generator, critic)
