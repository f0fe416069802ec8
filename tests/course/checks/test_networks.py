import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import wganlib as wl
from wganlib.course.checks import (
    check_critic,
    check_layer_count,
    check_receptive_field,
    check_shapes,
    check_small_generator,
)

SHAPES = [(8, 8, 256), (8, 8, 256), (16, 16, 128), (32, 32, 64), (64, 64, 32), (64, 64, 3)]


@pytest.mark.parametrize("form", [tuple, list, np.array, tf.constant])
def test_layer_count_right(form):
    layer = layers.Conv2DTranspose(32, 4, strides=2, padding="same", use_bias=False)
    model = keras.Sequential([keras.Input((7, 7, 64)), layer, layers.BatchNormalization()])
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert check_layer_count(form([model.count_params(), trainable]))


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((32832, 32896), "wrong way round"),
        ((32768, 32768), "kernel alone"),
        ((32896, 32896), "moving mean"),
        ((32832, 32832), "total also counts"),
        ((32928, 32864), "bias"),
        ((33024, 32896), "32 channels that come out"),
        ((8320, 8256), "16 places"),
        ((32896, 5), "trainable count is too small"),
        ((99999, 5), "total is too large"),
        ((1, 5), "cannot be smaller"),
        (32896, "Two numbers"),
    ],
)
def test_layer_count_wrong(answer, word):
    verdict = check_layer_count(answer)
    assert not verdict
    assert word in verdict.message


def test_shapes_right():
    assert check_shapes(SHAPES)
    assert check_shapes(np.array(SHAPES))
    assert check_shapes([(None, *shape) for shape in SHAPES])
    assert check_shapes([tf.TensorShape(shape) for shape in SHAPES])
    model = wl.make_dcgan_generator(64, (64, 64, 3), 256, 3)
    assert check_shapes([stage.shape for stage in wl.networks.read_stages(model)])


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (SHAPES[1:], "stem"),
        (SHAPES[2:], "There are 6 maps, and you have 4"),
        ([(256, 8, 8), *SHAPES[1:]], "channels first"),
        ([(8, 8, 256), (16, 16, 256), *SHAPES[2:]], "Map 2 has the wrong height"),
        ([*SHAPES[:2], (16, 16, 256), *SHAPES[3:]], "Map 3 has 256 channels; they start at 256"),
        ([*SHAPES[:5], (64, 64, 1)], "the image has 3"),
        ([*SHAPES[:5], (64, 64)], "Map 6 should be"),
    ],
)
def test_shapes_wrong(answer, word):
    verdict = check_shapes(answer)
    assert not verdict
    assert word in verdict.message


def by_recursion(pairs):
    size = 1
    for kernel, stride in reversed(pairs):
        size = (size - 1) * stride + kernel
    return size


def test_receptive_field_right():
    assert check_receptive_field(by_recursion)
    assert check_receptive_field(lambda pairs: np.array([by_recursion(pairs)]))
    assert check_receptive_field(lambda pairs: tf.constant(by_recursion(pairs)))


def late(pairs):
    size, step = 1, 1
    for kernel, stride in pairs:
        step *= stride
        size += (kernel - 1) * step
    return size


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda pairs: 1 + sum(kernel - 1 for kernel, _ in pairs), "strides play no part"),
        (late, "add first"),
        (lambda pairs: by_recursion(pairs) - 1, "start from 1"),
        (lambda pairs: [5, 9, 17], "one number was expected"),
        (lambda pairs: None, "return"),
        (lambda pairs: pairs[7], "IndexError"),
        (lambda pairs: "five", "a number was expected"),
        (lambda pairs: 100, "each layer adds"),
    ],
)
def test_receptive_field_wrong(function, word):
    verdict = check_receptive_field(function)
    assert not verdict
    assert word in verdict.message


def small(**options):
    settings = dict(z_size=32, output_size=(32, 32, 3), n_filters=32, n_blocks=3, kernel_size=4, stem=False)
    return wl.make_dcgan_generator(**{**settings, **options})


def test_small_generator_right():
    assert check_small_generator(small())
    assert check_small_generator(small(kernel_size=2, stem=True))
    by_hand = keras.Sequential(
        [
            keras.Input((32,)),
            layers.Dense(8 * 8 * 8, activation="relu"),
            layers.Reshape((8, 8, 8)),
            layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(3, 4, strides=2, padding="same"),
            layers.Activation("tanh"),
        ]
    )
    assert check_small_generator(by_hand)


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: small(n_filters=128), "at most 50,000"),
        (lambda: small(kernel_size=5), "uneven"),
        (lambda: small(output_size=(32, 32, 1)), "returns (32, 32, 1)"),
        (lambda: small(z_size=20), "takes (20,)"),
        (lambda: wl.make_mlp_generator(32, (32, 32, 3), (8,), output=None), "end in tanh"),
        (lambda: wl.make_mlp_generator(32, (32, 32, 3), (8,), output="sigmoid"), "not a sigmoid"),
        (lambda: wl.make_dcgan_generator, "This is a function"),
        (lambda: keras.Sequential([layers.Dense(3)]), "keras.Input"),
    ],
)
def test_small_generator_wrong(build, word):
    verdict = check_small_generator(build())
    assert not verdict
    assert word in verdict.message


def critic(*stack, last=None):
    return keras.Sequential([keras.Input((28, 28, 1)), *stack, last or layers.Dense(1)])


def strided(filters):
    return layers.Conv2D(filters, 5, strides=2, padding="same", activation="leaky_relu")


def test_critic_right():
    assert check_critic(critic(strided(8), strided(16), layers.Flatten()))
    assert check_critic(critic(strided(8), layers.LayerNormalization(), layers.Dropout(0.3), layers.Flatten()))
    assert check_critic(critic(strided(8), layers.GlobalAveragePooling2D()))
    assert check_critic(wl.make_dcgan_discriminator(n_filters=16, norm="spectral", stem=False))
    assert check_critic(wl.make_mlp_critic(hidden_units=(64,)))


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: critic(strided(8), layers.BatchNormalization(), layers.Flatten()), "mixes the batch"),
        (lambda: critic(strided(8), layers.Flatten(), last=layers.Dense(1, activation="sigmoid")), "unbounded"),
        (lambda: critic(strided(8), layers.Flatten(), layers.Dense(1), last=layers.Activation("tanh")), "unbounded"),
        (lambda: critic(strided(8), layers.Flatten(), last=layers.Dense(1, activation="softplus")), "unbounded"),
        (lambda: critic(strided(8), layers.Cropping2D(5), layers.Flatten()), "of 784 pixels"),
        (lambda: critic(strided(64), strided(128), layers.Flatten()), "at most 100,000"),
        (lambda: critic(layers.Flatten(), last=layers.Dense(2)), "returns (2,)"),
    ],
)
def test_critic_wrong(build, word):
    verdict = check_critic(build())
    assert not verdict
    assert word in verdict.message


def test_the_readers_critic_is_left_as_it_was():
    model = critic(strided(4), layers.BatchNormalization(), layers.Flatten())
    before = model.get_weights()
    check_critic(model)
    for was, stays in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(was, stays)
