import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator
from wganlib.networks.receptive_field import receptive_fields
from wganlib.networks.stages import plan_discriminator


def chain(side, layers):
    """Convolutions with all weights one: nothing cancels, so a gradient is zero only where nothing is seen."""
    stack = [keras.Input((side, side, 1))]
    for kernel, stride, padding in layers:
        stack.append(keras.layers.Conv2D(1, kernel, strides=stride, padding=padding, kernel_initializer="ones"))
    return keras.Sequential(stack)


def measured(model, unit, side):
    image = tf.zeros((1, side, side, 1))
    with tf.GradientTape() as tape:
        tape.watch(image)
        value = model(image)[0, unit, unit, 0]
    seen = np.flatnonzero(np.abs(tape.gradient(value, image)[0, :, :, 0].numpy()).sum(axis=1))
    return int(seen[0]), int(seen[-1])


@pytest.mark.slow
@pytest.mark.parametrize("side", [28, 31, 32])
@pytest.mark.parametrize(
    "layers",
    [
        [(5, 1, "same")],
        [(5, 1, "same"), (5, 2, "same"), (5, 2, "same")],
        [(4, 2, "same"), (4, 2, "same")],
        [(3, 3, "same"), (2, 2, "same"), (3, 1, "valid")],
        [(5, 2, "valid"), (3, 2, "valid")],
        [(2, 2, "same"), (3, 1, "same")],
    ],
)
def test_every_units_field_is_where_its_gradient_is(side, layers):
    model = chain(side, layers)
    field = receptive_fields(model)[-1]
    for unit in range(model.output_shape[1]):
        assert field.pixels(unit) == measured(model, unit, side)


def test_the_sources_discriminator():
    fields = receptive_fields(plan_discriminator())
    assert [(field.size, field.step) for field in fields] == [(5, 1), (9, 2), (17, 4), (41, 4)]
    assert fields[-1].pixels(0) == (0, 27)


def test_a_model_and_its_plan_agree():
    options = dict(input_size=(32, 16, 3), n_filters=4, kernel_size=4)
    model = make_dcgan_discriminator(**options)
    for axis in (0, 1):
        assert receptive_fields(model, axis) == receptive_fields(plan_discriminator(**options), axis)
    assert receptive_fields(model, 0)[-1].length == 32
    assert receptive_fields(model, 1)[-1].length == 16


def test_a_generator_is_refused():
    with pytest.raises(ValueError, match="Received: Dense as layer 1"):
        receptive_fields(make_dcgan_generator(n_filters=16))
