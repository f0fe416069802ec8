"""The text networks: shapes, the residual block against NumPy, the paper's sizes, and training by WGANGP and GAN."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import wganlib as wl
from wganlib.data.text import encode_text
from wganlib.networks.text import make_text_critic, make_text_generator

SMALL = {"length": 6, "alphabet_size": 30, "filters": 4, "n_blocks": 2}


def test_the_generator_makes_distributions():
    samples = make_text_generator(8, **SMALL)(np.random.default_rng(0).normal(size=(3, 8))).numpy()
    assert samples.shape == (3, 6, 30) and samples.dtype == np.float32
    assert (samples >= 0).all()
    np.testing.assert_allclose(samples.sum(-1), 1, rtol=1e-6)


def test_the_paper_s_sizes():
    # Dense 128 → 32·512; 10 convolutions 5·512·512; 512 → 30; biases. Critic: 30 → 512; the same; 32·512 → 1.
    blocks = 10 * (5 * 512 * 512 + 512)
    assert make_text_generator().count_params() == 129 * 32 * 512 + blocks + 513 * 30
    assert make_text_critic().count_params() == 31 * 512 + blocks + 32 * 512 + 1


def test_the_critic_against_numpy():
    keras.utils.set_random_seed(0)
    critic = make_text_critic(6, 30, 4, 1)
    rng = np.random.default_rng(1)
    critic.set_weights([rng.normal(size=w.shape) for w in critic.get_weights()])
    text = rng.uniform(size=(2, 6, 30)).astype(np.float32)
    (k0, b0, k1, b1, k2, b2, k3, b3) = critic.get_weights()

    def convolve(x, kernel, bias):
        reach = len(kernel) // 2
        padded = np.pad(x, ((0, 0), (reach, reach), (0, 0)))
        return sum(padded[:, i : i + x.shape[1]] @ part for i, part in enumerate(kernel)) + bias

    x = convolve(text, k0, b0)
    inner = convolve(np.maximum(convolve(np.maximum(x, 0), k1, b1), 0), k2, b2)
    expected = (x + 0.3 * inner).reshape(2, -1) @ k3 + b3
    np.testing.assert_allclose(critic(text), expected, rtol=1e-4, atol=1e-4)


def test_nothing_flows_back_from_the_relus_slope():
    """TensorFlow's relu sends zeros back instead, which every layer before would multiply out."""
    x = tf.constant([[-1.0, 2.0]])
    found = {}
    for name, layer in {"keras": keras.layers.ReLU(), "ours": wl.layers.LeakyReLU(negative_slope=0.0)}.items():
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                value = layer(x)
            slope = inner.gradient(value, x)
        found[name] = value.numpy().tolist(), slope.numpy().tolist(), outer.gradient(slope, x)
    assert found["ours"] == ([[0, 2]], [[0, 1]], None)
    assert found["keras"][:2] == found["ours"][:2] and found["keras"][2] is not None
    names = [type(layer) for layer in make_text_critic(**SMALL).layers]
    assert keras.layers.ReLU not in names and names.count(wl.layers.LeakyReLU) == 4


@pytest.fixture(scope="module")
def one_hot():
    rng = np.random.default_rng(0)
    return encode_text(["".join(rng.choice(list(wl.data.ALPHABET), 6)) for _ in range(64)])


@pytest.mark.parametrize("kind", [wl.GAN, wl.WGANGP])
@pytest.mark.slow
def test_text_trains_with_the_trainers(kind, one_hot):
    keras.utils.set_random_seed(0)
    trainer = kind(make_text_generator(8, **SMALL), make_text_critic(**SMALL), n_critic=2, ema_decay=0.9)

    def kernels():
        networks = trainer.generator, trainer.critic
        return [w.copy() for network in networks for w in network.get_weights() if w.ndim > 1]

    before = kernels()
    trainer.compile(jit_compile=False)
    history = trainer.fit(one_hot, batch_size=8, verbose=0)
    assert all(np.isfinite(values).all() for values in history.history.values())
    # Kernels: the last bias of a Wasserstein critic has no gradient.
    assert all((a != b).any() for a, b in zip(kernels(), before, strict=True))
    assert trainer.sample(3).shape == (3, 6, 30)


def test_the_penalty_takes_one_norm_over_places_and_characters(one_hot):
    critic = make_text_critic(**SMALL)
    real, fake = tf.constant(one_hot[:5]), tf.constant(make_text_generator(8, **SMALL)(np.ones((5, 8))))
    alpha = tf.constant([0.0, 0.2, 0.5, 0.9, 1.0])
    norms = wl.losses.gradient_norms(critic, wl.losses.interpolate(real, fake, alpha))
    between = alpha[:, None, None] * real + (1 - alpha[:, None, None]) * fake
    with tf.GradientTape() as tape:
        tape.watch(between)
        values = critic(between)
    gradients = tape.gradient(values, between).numpy().reshape(5, -1)
    np.testing.assert_allclose(norms, np.linalg.norm(gradients, axis=1), rtol=1e-5)
    expected = np.mean((np.linalg.norm(gradients, axis=1) - 1) ** 2)
    np.testing.assert_allclose(wl.losses.gradient_penalty(critic, real, fake, alpha), expected, rtol=1e-4)


def test_its_flops_by_hand():
    generator, critic = make_text_generator(8, **SMALL), make_text_critic(**SMALL)
    blocks = 4 * 2 * 6 * 5 * 4 * 4
    counts = [sum(map(wl.networks.layer_flops, network.layers)) for network in (generator, critic)]
    assert counts == [2 * 8 * 24 + blocks + 2 * 6 * 4 * 30, 2 * 6 * 30 * 4 + blocks + 2 * 24]


def test_scaling_a_block_bends_nothing():
    """Rescaling has one slope everywhere: it adds no work to the penalty."""
    layers = [keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(1)]
    plain = keras.Sequential(layers)
    scaled = keras.Sequential([*layers[:2], keras.layers.Rescaling(0.3), layers[2]])
    counts = [
        wl.step_flops(wl.WGANGP(wl.make_mlp_generator(2, (4,), ()), critic), 8).total for critic in (plain, scaled)
    ]
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 0}, "`length` must be"),
        ({"alphabet_size": 1}, "`alphabet_size` must be a whole number of at least 2"),
        ({"filters": 1.5}, "`filters` must be"),
        ({"n_blocks": 0}, "`n_blocks` must be"),
        ({"kernel_size": -1}, "`kernel_size` must be"),
    ],
)
@pytest.mark.parametrize("make", [make_text_generator, make_text_critic])
def test_sizes_out_of_range_are_refused(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)


def test_a_latent_size_out_of_range_is_refused():
    with pytest.raises(ValueError, match="`z_size` must be"):
        make_text_generator(0)


def test_they_are_saved_and_loaded(tmp_path):
    for network, shape in ((make_text_generator(8, **SMALL), (2, 8)), (make_text_critic(**SMALL), (2, 6, 30))):
        network.save(tmp_path / "network.keras")
        x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
        np.testing.assert_array_equal(keras.models.load_model(tmp_path / "network.keras")(x), network(x))
