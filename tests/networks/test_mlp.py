import keras
import numpy as np
import pytest

from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator


def noise(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


def test_counts_and_shapes():
    generator = make_mlp_generator(z_size=20, output_size=(28, 28, 1), hidden_units=(128,))
    assert generator.count_params() == 20 * 128 + 128 + 128 * 784 + 784
    critic = make_mlp_critic((28, 28, 1), hidden_units=(128,))
    assert critic.count_params() == 784 * 128 + 128 + 128 + 1
    images = generator(noise(3, 20))
    assert images.shape == (3, 28, 28, 1)
    assert np.abs(images).max() <= 1
    assert critic(images).shape == (3, 1)


def test_a_net_equals_its_matrices():
    generator = make_mlp_generator(4, (2,), hidden_units=(8, 6), activation="relu", output=None)
    (w1, b1), (w2, b2), (w3, b3) = (layer.get_weights() for layer in generator.layers if layer.weights)
    z = noise(5, 4)
    hidden = np.maximum(np.maximum(z @ w1 + b1, 0) @ w2 + b2, 0)
    np.testing.assert_allclose(generator(z), hidden @ w3 + b3, rtol=1e-5, atol=1e-6)


def test_a_net_without_hidden_layers_is_linear():
    critic = make_mlp_critic((2,), hidden_units=())
    kernel, bias = critic.get_weights()
    points = noise(4, 2)
    np.testing.assert_allclose(critic(points), points @ kernel + bias, rtol=1e-5, atol=1e-6)


def test_saved_and_loaded(tmp_path):
    for model, inputs in ((make_mlp_generator(), noise(2, 20)), (make_mlp_critic(), noise(2, 28, 28, 1))):
        model.save(tmp_path / "model.keras")
        np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(inputs), model(inputs))


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: make_mlp_generator(0), "`z_size` must be a whole number of at least 1. Received: 0."),
        (lambda: make_mlp_generator(hidden_units=128), "`hidden_units` must be a tuple of whole numbers, e.g. (128,)."),
        (lambda: make_mlp_generator(hidden_units=(128, 0)), "`hidden_units[1]` must be a whole number of at least 1."),
        (lambda: make_mlp_generator(output_size=2), "`output_size` must be a tuple of whole numbers, e.g. (128,)."),
        (lambda: make_mlp_generator(output="tanhh"), '`output` must be a name that Keras knows, e.g. "tanh"'),
        (lambda: make_mlp_critic(input_size=(2.0,)), "`input_size[0]` must be a whole number of at least 1."),
        (lambda: make_mlp_critic(hidden_units="128"), "Received: '128'."),
    ],
)
def test_bad_sizes_are_refused(build, sentence):
    with pytest.raises(ValueError) as refusal:
        build()
    assert sentence in str(refusal.value)
