"""The distance between sets of digits: against closed forms, SciPy and the labels."""

import numpy as np
import pytest
from scipy import linalg, stats

from wganlib.data import load_digits
from wganlib.metrics import digit_distance, digit_features, frechet_distance, load_digit_classifier


@pytest.fixture(scope="module")
def digits():
    return load_digits("test", "sample", labels=True, verbose=False)


def gaussians(seed, count=400, size=5, shift=0.0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(count, size)) @ generator.normal(size=(size, size)) + shift


def by_scipy(a, b):
    """Heusel et al. 2017, eq. 6, with the matrix root of SciPy."""
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = linalg.sqrtm(cov_a @ cov_b).real
    return np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(cov_a + cov_b - 2 * root)


@pytest.mark.parametrize("shift", [0.0, 2.0])
def test_frechet_distance_against_scipy(shift):
    a, b = gaussians(0), gaussians(1, shift=shift)
    np.testing.assert_allclose(frechet_distance(a, b), by_scipy(a, b), rtol=1e-8)
    np.testing.assert_allclose(frechet_distance(b, a), frechet_distance(a, b), rtol=1e-8)


def test_sets_of_different_sizes():
    a, b = gaussians(0, 300), gaussians(1, 700)
    np.testing.assert_allclose(frechet_distance(a, b), by_scipy(a, b), rtol=1e-8)


def test_frechet_distance_in_one_dimension():
    # (μ₁ − μ₂)² + (σ₁ − σ₂)²
    a, b = gaussians(0, size=1), 3 + 2 * gaussians(1, size=1)
    expected = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
    np.testing.assert_allclose(frechet_distance(a, b), expected, rtol=1e-9)


def test_frechet_distance_of_diagonal_gaussians_in_closed_form():
    scales, generator = np.array([1.0, 2.0, 0.5]), np.random.default_rng(0)
    # Whitened, so that mean and covariance are exactly 0 and 1.
    raw = generator.normal(size=(500, 3))
    white = (raw - raw.mean(0)) @ linalg.inv(linalg.sqrtm(np.cov(raw, rowvar=False)))
    mean = np.array([1.0, -2.0, 0.0])
    expected = np.sum(mean**2) + np.sum((1 - scales) ** 2)
    np.testing.assert_allclose(frechet_distance(white, white * scales + mean), expected, rtol=1e-9)


@pytest.mark.parametrize("count", [400, 4])  # with 4 points in 5 dimensions the covariance has no inverse
def test_a_set_is_at_no_distance_from_itself_or_its_reordering(count):
    a = gaussians(0, count)
    np.testing.assert_allclose(frechet_distance(a, a), 0, atol=1e-6)
    np.testing.assert_allclose(frechet_distance(a, a[::-1]), 0, atol=1e-6)


@pytest.mark.parametrize(
    ("a", "b"), [((5, 3), (5, 4)), ((5,), (5,)), ((1, 3), (5, 3)), ((5, 3), (0, 3)), ((5, 3, 1), (5, 3, 1))]
)
def test_sets_that_cannot_be_compared_are_refused(a, b):
    with pytest.raises(ValueError, match=r"Two sets \(n, d\) and \(m, d\) with n, m ≥ 2 are needed"):
        frechet_distance(np.zeros(a), np.zeros(b))


def test_the_classifier_knows_99_of_100_shipped_test_digits(digits):
    images, labels = digits
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
    images = digits[0]
    half, other = images[::2], images[1::2]
    noise = np.random.default_rng(0)
    distances = [digit_distance(half, other)]
    for amount in (0.1, 0.2, 0.4):
        spoilt = np.clip(half + noise.normal(0, 2 * amount, half.shape), -1, 1)
        distances.append(digit_distance(spoilt, other))
    assert stats.spearmanr(distances, range(4)).statistic == 1
    assert distances[-1] > 10 * distances[0]


def test_missing_classes_move_a_set_away(digits):
    images, labels = digits
    whole = digit_distance(images[labels < 5][::2], images[labels < 5][1::2])
    assert digit_distance(images[labels < 5], images[labels >= 5]) > 10 * whole


def test_images_of_another_kind_are_refused(digits):
    images = digits[0]
    with pytest.raises(ValueError, match=r"takes samples of shape \(28, 28, 1\); these have shape \(14, 14, 1\)"):
        digit_features(images[:, ::2, ::2])
    with pytest.raises(ValueError, match=r"scaled to \[−1, 1\]"):
        digit_features((images + 1) / 2)
