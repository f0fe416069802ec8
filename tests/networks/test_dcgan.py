import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator

TINY = dict(n_filters=16, n_blocks=2)


def trainable(model):
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype("float32")


def test_generator_has_the_sources_counts():
    model = make_dcgan_generator()
    assert model.count_params() == 817_824
    assert trainable(model) == 804_832


def test_resizing_keeps_a_plain_map_plain():
    model = make_dcgan_generator(3, (16, 16, 3), 4, n_blocks=1, kernel_size=4, stem=False, resize=True)
    kinds = (keras.layers.Conv2D, keras.layers.UpSampling2D)
    convolution, larger = (layer for layer in model.layers if isinstance(layer, kinds))
    assert convolution.kernel.shape == (3, 3, 4, 2)
    plain = keras.ops.broadcast_to(noise(2, 1, 1, 4), (2, 8, 8, 4))
    inside = larger(convolution(plain)).numpy()[:, 4:-4, 4:-4]
    assert np.abs(inside).max() > 0.01
    np.testing.assert_allclose(inside, np.broadcast_to(inside[:, :1, :1], inside.shape), atol=1e-6)


def test_resizing_needs_two_pixels_of_kernel():
    with pytest.raises(ValueError, match="at least 2 with resize=True"):
        make_dcgan_generator(kernel_size=1, resize=True)


def test_discriminator_has_the_sources_counts():
    model = make_dcgan_discriminator()
    assert model.count_params() == 1_040_385
    assert trainable(model) == 1_039_489


def test_generator_walks_through_the_sources_shapes():
    shapes = [layer.output.shape[1:] for layer in make_dcgan_generator().layers]
    seen = list(dict.fromkeys(shapes))
    assert seen == [(6272,), (7, 7, 128), (14, 14, 64), (28, 28, 32), (28, 28, 1)]


def test_discriminator_walks_through_the_sources_shapes():
    shapes = [layer.output.shape[1:] for layer in make_dcgan_discriminator().layers]
    seen = list(dict.fromkeys(shapes))
    assert seen == [(28, 28, 64), (14, 14, 128), (7, 7, 256), (1, 1, 1), (1,)]


def test_the_source_normalises_everything_but_the_ends():
    generator, discriminator = make_dcgan_generator(), make_dcgan_discriminator()
    batch_norms = lambda model: sum(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)  # noqa: E731
    assert batch_norms(generator) == 4
    assert batch_norms(discriminator) == 3
    assert not any(layer.use_bias for layer in generator.layers if hasattr(layer, "use_bias"))
    assert all(layer.use_bias for layer in discriminator.layers if hasattr(layer, "use_bias"))
    slopes = [layer.negative_slope for layer in generator.layers if isinstance(layer, keras.layers.LeakyReLU)]
    assert slopes == pytest.approx([0.3] * 4)
    rates = [layer.rate for layer in discriminator.layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == pytest.approx([0.3] * 2)


@pytest.mark.slow
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("side", "n_blocks"), [(28, 1), (28, 2), (32, 2), (32, 3), (64, 3), (64, 4), (128, 4)])
def test_every_size_fits_both(side, n_blocks, channels):
    size = (side, side, channels)
    generator = make_dcgan_generator(7, size, n_filters=16, n_blocks=n_blocks)
    critic = make_dcgan_discriminator(size, n_filters=2, n_blocks=n_blocks)
    images = generator(noise(3, 7))
    assert images.shape == (3, *size)
    assert np.abs(images).max() <= 1
    values = critic(images)
    assert values.shape == (3, 1)
    assert values.dtype == "float32"


def test_an_image_need_not_be_square():
    generator = make_dcgan_generator(5, (16, 32, 3), **TINY)
    assert generator.output_shape == (None, 16, 32, 3)
    assert make_dcgan_discriminator((16, 32, 3), **TINY)(generator(noise(2, 5))).shape == (2, 1)


def test_images_are_bounded_and_values_are_not():
    generator, critic = make_dcgan_generator(**TINY), make_dcgan_discriminator(**TINY)
    images = np.asarray(generator(1000 * noise(8, 20)))
    assert -1 <= images.min() < 0 < images.max() <= 1
    assert np.abs(critic(1000 * noise(8, 28, 28, 1))).max() > 1


@pytest.mark.parametrize("kernel_size", [2, 3, 4, 7])
def test_kernel_size_counts_as_height_times_width(kernel_size):
    filters, base = 16, 7 * 7
    generator = make_dcgan_generator(20, n_filters=filters, n_blocks=2, kernel_size=kernel_size)
    kernels = filters * filters + filters * filters // 2 + filters // 2 * filters // 4 + filters // 4
    norms = 4 * (base * filters + filters + filters // 2 + filters // 4)
    assert generator.count_params() == 20 * base * filters + kernel_size**2 * kernels + norms
    assert generator.output_shape == (None, 28, 28, 1)
    critic = make_dcgan_discriminator(n_filters=8, kernel_size=kernel_size)
    kernels = 8 + 8 * 16 + 16 * 32
    assert critic.count_params() == kernel_size**2 * kernels + 5 * (8 + 16 + 32) + base * 32 + 1


@pytest.mark.parametrize("norm", ["batch", "layer", None])
def test_generator_norms(norm):
    model = make_dcgan_generator(norm=norm, **TINY)
    kinds = {type(layer).__name__ for layer in model.layers}
    assert ("BatchNormalization" in kinds) == (norm == "batch")
    assert ("GroupNormalization" in kinds) == (norm == "layer")
    # With a norm a bias would do nothing; without one every layer has its own.
    assert all(layer.use_bias == (norm is None) for layer in model.layers if hasattr(layer, "use_bias"))
    assert model(noise(2, 20)).shape == (2, 28, 28, 1)


@pytest.mark.parametrize("norm", ["batch", "layer", "spectral", None])
def test_only_batch_norm_lets_a_critic_see_its_neighbours(norm):
    critic = make_dcgan_discriminator(norm=norm, dropout=0.0, **TINY)
    pair, other = noise(2, 28, 28, 1), noise(2, 28, 28, 1, seed=1)
    other[0] = pair[0]
    # Spectral normalisation moves its vector at every training call: it is compared at rest.
    training = norm != "spectral"
    same = np.allclose(critic(pair, training=training)[0], critic(other, training=training)[0], atol=1e-6)
    assert same == (norm != "batch")


def test_layer_norm_takes_its_statistics_over_height_width_and_channels():
    critic = make_dcgan_discriminator(norm="layer", **TINY)
    norm = next(layer for layer in critic.layers if isinstance(layer, keras.layers.GroupNormalization))
    inputs = noise(3, 28, 28, 16) * 4 + 2
    mean, variance = inputs.mean((1, 2, 3), keepdims=True), inputs.var((1, 2, 3), keepdims=True)
    np.testing.assert_allclose(norm(inputs), (inputs - mean) / np.sqrt(variance + norm.epsilon), atol=1e-5)
    assert norm.count_params() == 2 * 16


@pytest.mark.parametrize("hidden_units", [None, 5])
def test_spectral_norm_brings_every_kernels_largest_singular_value_to_one_whatever_its_scale(hidden_units):
    critic = make_dcgan_discriminator(norm="spectral", dropout=0.0, hidden_units=hidden_units, **TINY)
    normalised = [layer for layer in critic.layers if layer.weights]
    assert len(normalised) == 4 + (hidden_units is not None)
    images = noise(3, 28, 28, 1)
    one_round = tf.function(lambda: critic(images, training=True))  # of the power iteration
    for _ in range(300):
        one_round()
    for layer in normalised:
        kernel = np.asarray(layer.divided_kernel(training=False))
        assert np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), 2) == pytest.approx(1, abs=0.02)
    before = critic(images).numpy()
    for layer in normalised:
        layer.kernel.assign(7 * layer.kernel)
    np.testing.assert_allclose(critic(images), before, rtol=1e-4)


def test_dropout_can_be_left_out():
    count = lambda model: sum(isinstance(layer, keras.layers.Dropout) for layer in model.layers)  # noqa: E731
    assert count(make_dcgan_discriminator(dropout=0.5, **TINY)) == 2
    without = make_dcgan_discriminator(dropout=0, norm=None, **TINY)
    assert count(without) == 0
    images = noise(4, 28, 28, 1)
    np.testing.assert_array_equal(without(images, training=True), without(images, training=False))


def test_without_its_stem_each_net_loses_one_convolution():
    generator = make_dcgan_generator(stem=False)
    assert generator.count_params() == 817_824 - 5 * 5 * 128 * 128 - 4 * 128
    critic = make_dcgan_discriminator(stem=False, n_filters=64)
    assert critic.output_shape == (None, 1)
    assert [layer.filters for layer in critic.layers if hasattr(layer, "filters")] == [64, 128, 1]


@pytest.mark.parametrize("norm", ["batch", "layer", "spectral", None])
def test_a_saved_critic_comes_back_equal(tmp_path, norm):
    critic = make_dcgan_discriminator(norm=norm, **TINY)
    critic(noise(4, 28, 28, 1), training=True)  # so that moving averages and u are no longer at their start
    critic.save(tmp_path / "critic.keras")
    images = noise(5, 28, 28, 1, seed=1)
    back = keras.models.load_model(tmp_path / "critic.keras")
    np.testing.assert_array_equal(back(images), critic(images))
    assert back.count_params() == critic.count_params()


@pytest.mark.parametrize("norm", ["batch", "layer", None])
def test_a_saved_generator_comes_back_equal(tmp_path, norm):
    generator = make_dcgan_generator(norm=norm, **TINY)
    generator(noise(4, 20), training=True)
    generator.save(tmp_path / "generator.keras")
    z = noise(5, 20, seed=1)
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "generator.keras")(z), generator(z))


def test_outputs_stay_float32_under_mixed_precision():
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        generator, critic = make_dcgan_generator(**TINY), make_dcgan_discriminator(**TINY)
        assert generator.compute_dtype == "bfloat16"
        images = generator(noise(2, 20))
        assert images.dtype == "float32"
        assert critic(images).dtype == "float32"
    finally:
        keras.mixed_precision.set_global_policy("float32")


def test_numpy_integers_are_whole_numbers():
    model = make_dcgan_generator(np.int64(20), np.array([28, 28, 1]), np.int32(16), np.int64(2))
    assert model.output_shape == (None, 28, 28, 1)


GENERATOR_REFUSALS = {
    "`z_size` must be a whole number of at least 1. Received: 0.": dict(z_size=0),
    "`z_size` must be a whole number of at least 1. Received: 2.5.": dict(z_size=2.5),
    "`z_size` must be a whole number of at least 1. Received: True.": dict(z_size=True),
    "`n_filters` must be a whole number of at least 1. Received: '64'.": dict(n_filters="64"),
    "`kernel_size` must be a whole number of at least 1. Received: (5, 5).": dict(kernel_size=(5, 5)),
    "`n_blocks` must be a whole number of at least 1. Received: 0.": dict(n_blocks=0),
    "`n_blocks` must be at most 16: each block halves or doubles the image. Received: 17.": dict(n_blocks=17),
    "`output_size[2]` must be a whole number of at least 1. Received: 0.": dict(output_size=(28, 28, 0)),
    "must be (height, width, channels), e.g. (28, 28, 1). Received: (28, 28).": dict(output_size=(28, 28)),
    "`output_size` must be (height, width, channels), e.g. (28, 28, 1). Received: 28.": dict(output_size=28),
    "divisible by 2**n_blocks = 4. Received: 30×28 with n_blocks=2. 32×28 would work": dict(output_size=(30, 28, 1)),
    "divisible by 2**n_blocks = 8. Received: 28×28 with n_blocks=3. 32×32 would work": dict(n_blocks=3),
    "divisible by 2**n_blocks = 4, since each block halves it. Received: 30. 32 would": dict(n_filters=30),
    "divisible by 2**n_blocks = 4, since each block halves it. Received: 1. 4 would": dict(n_filters=1),
    "`norm` must be one of 'batch', 'layer', None. Received: 'spectral'.": dict(norm="spectral"),
    "`norm` must be one of 'batch', 'layer', None. Received: 'none'.": dict(norm="none"),
}
CRITIC_REFUSALS = {
    "`n_filters` must be a whole number of at least 1. Received: -8.": dict(n_filters=-8),
    "`kernel_size` must be a whole number of at least 1. Received: 0.": dict(kernel_size=0),
    "`n_blocks` must be a whole number of at least 1. Received: 1.5.": dict(n_blocks=1.5),
    "`hidden_units` must be a whole number of at least 1. Received: 0.": dict(hidden_units=0),
    "`input_size` must be (height, width, channels), e.g. (28, 28, 1). Received: (784,).": dict(input_size=(784,)),
    "divisible by 2**n_blocks = 16. Received: 28×28 with n_blocks=4. 32×32 would work": dict(n_blocks=4),
    "`norm` must be one of 'batch', 'layer', None, 'spectral'. Received: 'instance'.": dict(norm="instance"),
    "`dropout` must be a number of at least 0 and below 1. Received: 1.": dict(dropout=1),
    "`dropout` must be a number of at least 0 and below 1. Received: -0.1.": dict(dropout=-0.1),
    "`dropout` must be a number of at least 0 and below 1. Received: None.": dict(dropout=None),
}


@pytest.mark.parametrize("sentence", GENERATOR_REFUSALS)
def test_generator_says_what_it_refuses(sentence):
    with pytest.raises(ValueError) as refusal:
        make_dcgan_generator(**GENERATOR_REFUSALS[sentence])
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("sentence", CRITIC_REFUSALS)
def test_critic_says_what_it_refuses(sentence):
    with pytest.raises(ValueError) as refusal:
        make_dcgan_discriminator(**CRITIC_REFUSALS[sentence])
    assert sentence in str(refusal.value)


def test_the_size_that_a_refusal_names_works():
    with pytest.raises(ValueError, match="32×64 would work"):
        make_dcgan_generator(output_size=(30, 66, 1), n_filters=32, n_blocks=4)
    make_dcgan_generator(output_size=(32, 64, 1), n_filters=32, n_blocks=4)
