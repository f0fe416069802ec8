import keras
import numpy as np
import pytest
import tensorflow as tf

import wganlib as wl
from wganlib.layers.spectral import SPECTRAL
from wganlib.networks import conditional, make_projection_critic

SIZE = (8, 8, 1)
SMALL = {"n_blocks": 1, "kernel_size": 4, "stem": False}


def networks(norm="batch", n_classes=3, z_size=7, channels=1):
    keras.utils.set_random_seed(1)
    generator = wl.make_dcgan_generator(z_size, (8, 8, channels), 4, **SMALL)
    critic = wl.make_dcgan_discriminator((8, 8, channels), 4, norm=norm, dropout=0, **SMALL)
    return (
        conditional.make_conditional_generator(generator, n_classes),
        conditional.make_conditional_critic(critic, n_classes),
        generator,
        critic,
    )


@pytest.fixture
def samples(images):
    return conditional.attach_labels(images, np.arange(40) % 3, n_classes=3)


def test_a_label_is_attached_behind_the_pixels(images):
    labels = np.arange(40) % 3
    samples = conditional.attach_labels(images, labels, n_classes=3)
    assert samples.shape == (40, 67) and samples.dtype == np.float32
    np.testing.assert_array_equal(samples[:, :64], images.reshape(40, 64))
    np.testing.assert_array_equal(samples[:, 64:], keras.utils.to_categorical(labels, 3))


def test_detaching_undoes_attaching(images):
    labels = np.random.default_rng(0).integers(0, 10, 40).astype(np.uint8)
    back, classes = conditional.detach_labels(conditional.attach_labels(images, labels), SIZE)
    np.testing.assert_array_equal(back, images)
    np.testing.assert_array_equal(classes, labels)


def test_the_generator_hands_on_the_class_it_draws():
    generator, _, inner, _ = networks()
    z = np.random.default_rng(0).normal(size=(50, 7)).astype("float32")
    chosen = z[:, -3:].argmax(1)
    images, classes = conditional.detach_labels(generator(z), SIZE)
    np.testing.assert_array_equal(classes, chosen)
    seen = np.concatenate([z[:, :4], np.eye(3, dtype="float32")[chosen]], axis=1)
    np.testing.assert_allclose(images, inner(seen), atol=1e-6)


def values_of_each_class(critic, inner, images):
    """All the outputs of a conditional critic, through the inner critic's own layers and a matrix product."""
    signal = images
    for layer in inner.layers[:-2]:
        signal = layer(signal)
    kernel, bias = critic.get_layer("value_of_each_class").get_weights()
    return signal.numpy().reshape(len(images), -1) @ kernel + bias


@pytest.mark.parametrize("channels", [1, 3])
def test_the_label_says_which_output_counts(images, channels):
    pictures = np.concatenate([images, -images, images / 2], axis=-1)[..., :channels]
    _, critic, _, inner = networks(channels=channels)
    values = values_of_each_class(critic, inner, pictures)
    for label in range(3):
        samples = conditional.attach_labels(pictures, np.full(40, label), n_classes=3)
        back, _ = conditional.detach_labels(samples, (8, 8, channels))
        np.testing.assert_array_equal(back, pictures)
        np.testing.assert_allclose(critic(samples)[:, 0], values[:, label], atol=1e-5)
    assert np.abs(values[:, 0] - values[:, 1]).max() > 1e-3


def test_other_critics_work_too(samples):
    for inner in (
        wl.make_mlp_critic(SIZE, (5,)),
        wl.make_dcgan_discriminator(SIZE, 4, norm="spectral", **SMALL),
        wl.make_dcgan_discriminator(SIZE, 4, norm="layer", **SMALL),
    ):
        critic = conditional.make_conditional_critic(inner, 3)
        assert critic(samples).shape == (40, 1)
        spectral = [isinstance(layer, SPECTRAL) for layer in inner.layers if layer.weights]
        now = [isinstance(layer, SPECTRAL) for layer in critic.layers if layer.weights]
        assert now == spectral


def test_asking_keeps_the_noise_and_gives_the_class():
    generator, *_ = networks()
    z = np.random.default_rng(2).normal(size=(6, 7)).astype("float32")
    asked = conditional.ask_for(z, 2, n_classes=3)
    np.testing.assert_array_equal(asked[:, :4], z[:, :4])
    np.testing.assert_array_equal(conditional.detach_labels(generator(asked), SIZE)[1], 2)
    mixed = conditional.ask_for(tf.constant(z), [0, 1, 2, 2, 1, 0], n_classes=3)
    np.testing.assert_array_equal(conditional.detach_labels(generator(mixed), SIZE)[1], [0, 1, 2, 2, 1, 0])
    assert z[0, -1] != 0 and not np.isin(z[:, -3:], (0, 1)).any(), "the reader's z must stay as it was"


@pytest.mark.parametrize("latent", ["normal", "uniform"])
def test_left_to_chance_every_class_is_equally_likely(latent):
    generator, critic, *_ = networks()
    gan = wl.GAN(generator, critic, latent=latent)
    classes = conditional.detach_labels(generator(gan.draw_latent(9000)), SIZE)[1]
    counts = np.bincount(classes, minlength=3)
    assert np.abs(counts - 3000).max() < 5 * np.sqrt(9000 * (1 / 3) * (2 / 3))


@pytest.mark.parametrize("kind", ["GAN", "WGAN", "WGANGP"])
@pytest.mark.slow
def test_every_trainer_trains_it(samples, adam, kind):
    generator, critic, inner, _ = networks(norm="batch" if kind == "GAN" else None)
    trainer = getattr(wl, kind)(generator, critic, n_critic=1, ema_decay=0.5)
    trainer.compile(adam(), adam(), jit_compile=False)
    before = [weight.numpy().copy() for weight in (*inner.trainable_weights, *critic.trainable_weights)]
    trainer.fit(samples, batch_size=8, verbose=0)
    after = [*inner.trainable_weights, *critic.trainable_weights]
    changed = [not np.allclose(a, b, atol=1e-7) for a, b in zip(before, after, strict=True)]
    assert np.mean(changed) > 0.9, "training must reach both networks"
    assert np.isfinite(trainer.sample(4)).all()


@pytest.mark.slow
def test_xla_and_the_graph_make_the_same_run(samples, adam):
    weights = []
    for jit_compile in (False, True):
        keras.utils.set_random_seed(1)
        trainer = wl.GAN(
            conditional.make_conditional_generator(wl.make_mlp_generator(7, SIZE, (8,)), 3),
            conditional.make_conditional_critic(wl.make_mlp_critic(SIZE, (8,)), 3),
        )
        trainer.compile(adam(), adam(), jit_compile=jit_compile)
        trainer.fit(samples, batch_size=8, verbose=0)
        weights.append(trainer.generator.get_weights())
    for graph, xla in zip(*weights, strict=True):
        np.testing.assert_allclose(graph, xla, atol=1e-4)


def test_batch_norm_inside_is_noticed(samples):
    generator, critic, *_ = networks(norm="batch")
    assert not wl.GAN(generator, critic).joint_pass
    with pytest.raises(ValueError, match="BatchNormalization"):
        wl.WGANGP(generator, critic)


def test_both_networks_are_saved_and_loaded(tmp_path, samples):
    generator, critic, *_ = networks()
    z = np.random.default_rng(0).normal(size=(3, 7)).astype("float32")
    for model, inputs in ((generator, z), (critic, samples)):
        model.save(tmp_path / "network.keras")
        loaded = keras.models.load_model(tmp_path / "network.keras", compile=False)
        np.testing.assert_allclose(loaded(inputs), model(inputs), atol=1e-6)


@pytest.mark.parametrize(
    "images, labels, says",
    [
        (np.zeros((4, 8, 8)), [0, 1, 2, 0], "height, width, channels.*Received: shapes"),
        (np.zeros((4, 8, 8, 1)), [0, 1, 2], r"\(3,\)"),
        (np.zeros((2, 8, 8, 1)), [0, 3], "`labels` must lie between 0 and 2"),
        (np.zeros((2, 8, 8, 1)), [-1, 2], "values from -1 to 2"),
        (np.zeros((2, 8, 8, 1)), [0.5, 1.0], "`labels` must be an array of whole numbers"),
    ],
)
def test_labels_that_cannot_be_attached(images, labels, says):
    with pytest.raises(ValueError, match=says):
        conditional.attach_labels(images, labels, n_classes=3)


def test_samples_that_hold_no_label():
    with pytest.raises(ValueError, match=r"784 \+ classes.*Received: shape \(2, 784\)"):
        conditional.detach_labels(np.zeros((2, 784)))


@pytest.mark.parametrize(
    "z, classes, says",
    [
        (np.zeros((2, 3)), 0, "noise"),
        (np.zeros(7), 0, "noise"),
        (np.zeros((2, 7)), [0, 1, 2], r"\(3,\)"),
        (np.zeros((2, 7)), 3, "`classes` must lie between 0 and 2"),
        (np.zeros((2, 7)), "seven", "`classes` must be an array of whole numbers"),
    ],
)
def test_classes_that_cannot_be_asked_for(z, classes, says):
    with pytest.raises(ValueError, match=says):
        conditional.ask_for(z, classes, n_classes=3)


@pytest.mark.parametrize("make", [conditional.make_conditional_critic, make_projection_critic])
@pytest.mark.parametrize(
    "end, says",
    [
        (
            [
                keras.Sequential(
                    [keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.Dense(1)], name="within"
                )
            ],
            "must be a Dense or a convolutional one.*Received: 'within', a Sequential.*one by one",
        ),
        ([keras.layers.Flatten(), keras.layers.Dense(1), keras.layers.PReLU(name="bent")], "Received: 'bent', a PReLU"),
        ([keras.layers.Flatten(), keras.layers.Dense(1, "relu")], "without an activation.*one that ends in relu"),
        ([keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")], "without an activation.*one that ends in sigmoid"),
        ([keras.layers.Conv2D(1, 8, activation="tanh"), keras.layers.Flatten()], "Received: one that ends in tanh"),
        (
            [keras.layers.Conv2D(1, 3), keras.layers.GlobalAveragePooling2D(name="mean")],
            "only Flatten and Reshape may stand. Received: 'mean', a GlobalAveragePooling2D",
        ),
    ],
)
def test_critics_whose_end_would_be_thrown_away(make, end, says):
    with pytest.raises(ValueError, match=says):
        make(keras.Sequential([keras.Input(SIZE), *end]), 3)


def test_networks_that_cannot_be_made_conditional():
    with pytest.raises(ValueError, match="z_size=30"):
        conditional.make_conditional_generator(wl.make_dcgan_generator(10, SIZE, 4, **SMALL))
    with pytest.raises(ValueError, match="must make images"):
        conditional.make_conditional_generator(wl.make_mlp_generator(20, (2,)))
    with pytest.raises(ValueError, match=r"must be a keras\.Sequential"):
        conditional.make_conditional_critic(wl.make_mlp_critic((2,)))
    functional = wl.make_dcgan_discriminator(SIZE, 4, **SMALL)
    with pytest.raises(ValueError, match="Received: Functional"):
        conditional.make_conditional_critic(keras.Model(functional.inputs, functional.outputs))
    with pytest.raises(ValueError, match="`n_classes`"):
        conditional.make_conditional_critic(wl.make_dcgan_discriminator(SIZE, 4, **SMALL), n_classes=1)
