"""What `features` may stand for: names, models, functions, and in what words the protocol says so."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.metrics import digit_features
from wganlib.metrics.embedding import choose_embedding

IMAGES = np.tanh(np.random.default_rng(0).normal(size=(5, 8, 8, 1))).astype("float32")
POOL = keras.layers.GlobalAveragePooling2D


def test_the_name_of_the_digit_classifier_gives_features_and_classes():
    digits = np.tanh(np.random.default_rng(0).normal(size=(5, 28, 28, 1))).astype("float32")
    features, classes = choose_embedding("digits").apply(digits)
    np.testing.assert_array_equal(features, digit_features(digits)[0])
    np.testing.assert_array_equal(classes, digit_features(digits)[1])


def test_a_model_is_called_in_inference_mode_and_left_as_it_is():
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dropout(0.9), layers.BatchNormalization(), layers.Dense(3)]
    )
    before = model.get_weights()
    features, classes = choose_embedding(model).apply(IMAGES)
    np.testing.assert_allclose(features, model(IMAGES, training=False), rtol=1e-5, atol=1e-6)
    assert classes is None
    for weight, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, old)


def test_a_function_gets_the_images_and_gives_its_name():
    def corners(images):
        return images[:, 0, 0]

    found = choose_embedding(corners)
    np.testing.assert_array_equal(found.apply(IMAGES)[0], IMAGES[:, 0, 0])
    assert "corners" in found.words


def test_a_function_that_changes_its_images_changes_no_others():
    def scale(images):
        images += 1
        return images[:, 0, 0]

    before = IMAGES.copy()
    choose_embedding(scale).apply(IMAGES)
    np.testing.assert_array_equal(IMAGES, before)


def test_rows_of_several_lengths_are_refused_and_those_of_bfloat16_taken():
    with pytest.raises(ValueError, match="one row of numbers for each image"):
        choose_embedding(lambda images: [[1.0] * (1 + i % 2) for i in range(len(images))]).apply(IMAGES)
    found, _ = choose_embedding(lambda images: tf.cast(images[:, 0, 0], tf.bfloat16)).apply(IMAGES)
    np.testing.assert_allclose(found, IMAGES[:, 0, 0], rtol=1e-2)


class OfAnySize(keras.Model):
    """A subclass, whose shapes Keras does not know."""

    def call(self, images):
        return tf.reduce_mean(images, axis=(1, 2))


BUILT = OfAnySize()
BUILT(IMAGES)


@pytest.mark.parametrize("model", [BUILT, keras.Sequential([keras.Input((None, None, 1)), POOL()])])
def test_models_of_any_size_are_taken(model):
    embedding = choose_embedding(model)
    found, _ = embedding.apply(embedding.check("images", IMAGES))
    np.testing.assert_allclose(found, IMAGES.mean((1, 2)), rtol=1e-4, atol=1e-6)


def test_models_of_other_shapes_are_refused():
    colour = choose_embedding(keras.Sequential([keras.Input((None, None, 3)), POOL()]))
    with pytest.raises(ValueError, match=r"`samples` must be images of shape \(None, None, 3\).*Received.*shape"):
        colour.check("samples", IMAGES)
    image = keras.Input(IMAGES.shape[1:])
    with pytest.raises(ValueError, match="one input and one output"):
        choose_embedding(keras.Model(image, [POOL()(image), POOL()(image)]))


@pytest.mark.parametrize("features", ["fid", 3, None, keras.layers.Dense, keras.layers.Dense(2), OfAnySize(), IMAGES])
def test_anything_else_is_refused(features):
    with pytest.raises(ValueError, match="`features` must be one of 'digits', 'inception', 'patches'"):
        choose_embedding(features)
