"""The digit classifier's view of digits, and what the Fréchet distance makes of it."""

import numpy as np
import pytest
from scipy import stats

from wganlib.data.digits import load_digits
from wganlib.metrics import digit_features, frechet_distance, load_digit_classifier


@pytest.fixture(scope="module")
def digits():
    """(images, their features, labels)."""
    images, labels = load_digits("test", "sample", labels=True, verbose=False)
    return images, digit_features(images)[0], labels


def test_the_classifier_knows_99_of_100_shipped_test_digits(digits):
    images, _, labels = digits
    features, classes = digit_features(images)
    assert features.shape == (2000, 64)
    assert features.dtype == np.float32
    assert np.mean(classes == labels) >= 0.99


def test_features_and_classes_are_the_classifiers_own(digits):
    images = digits[0][:30]
    features, classes = digit_features(images, batch_size=7)
    logits = load_digit_classifier()(images, training=False).numpy()
    np.testing.assert_array_equal(classes, logits.argmax(1))
    kernel, bias = load_digit_classifier().get_layer("logits").get_weights()
    np.testing.assert_allclose(features @ kernel + bias, logits, rtol=1e-3, atol=1e-3)
    assert features.min() == 0  # they come out of a ReLU


def test_spoiling_digits_moves_them_away(digits):
    images, features, _ = digits
    noise = np.random.default_rng(0)
    distances = [frechet_distance(features[::2], features[1::2])]
    for amount in (0.1, 0.2, 0.4):
        spoilt = np.clip(images[::2] + noise.normal(0, 2 * amount, images[::2].shape), -1, 1)
        distances.append(frechet_distance(digit_features(spoilt)[0], features[1::2]))
    assert stats.spearmanr(distances, range(4)).statistic == 1
    assert distances[-1] > 10 * distances[0]


def test_missing_classes_move_a_set_away(digits):
    _, features, labels = digits
    low, high = features[labels < 5], features[labels >= 5]
    assert frechet_distance(low, high) > 10 * frechet_distance(low[::2], low[1::2])


def test_images_of_another_kind_are_refused(digits):
    images = digits[0]
    with pytest.raises(ValueError, match=r"digits of shape \(28, 28, 1\). Received: samples of shape \(14, 14, 1\)"):
        digit_features(images[:, ::2, ::2])
    with pytest.raises(ValueError, match=r"scaled to \[−1, 1\]"):
        digit_features((images + 1) / 2)
