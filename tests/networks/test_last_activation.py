"""What a network ends in, however it is written."""

import keras
import pytest
from keras import layers

from wganlib.networks.last_activation import bounding_activation


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ([layers.Dense(1)], None),
        ([layers.Dense(1, "relu")], None),
        ([layers.Dense(4, "sigmoid"), layers.Dense(1)], None),
        ([layers.Dense(1, "sigmoid")], "sigmoid"),
        ([layers.Dense(1), layers.Activation("tanh")], "tanh"),
        ([layers.Dense(1), layers.Softmax()], "softmax"),
        ([layers.Dense(1, "hard_sigmoid"), layers.Activation("linear", dtype="float32")], "hardsigmoid"),
        ([layers.Dense(1), layers.Activation("linear", dtype="float32")], None),
        ([layers.Dense(1, "sigmoid"), layers.Reshape((1,)), layers.Flatten()], "sigmoid"),
    ],
)
def test_a_bounded_end_is_found(end, expected, nested):
    network = keras.Sequential([keras.Input((3,)), *end])
    if nested:
        network = keras.Sequential([keras.Input((3,)), network])
    assert bounding_activation(network) == expected


def test_an_operation_at_the_end_is_found():
    inputs = keras.Input((3,))
    network = keras.Model(inputs, keras.ops.sigmoid(layers.Dense(1)(inputs)))
    assert bounding_activation(network) == "sigmoid"
