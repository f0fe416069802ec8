import numpy as np
import pytest
import tensorflow as tf

from wganlib.course import checks
from wganlib.losses import non_saturating_generator_loss


@pytest.mark.parametrize("form", [list, tuple, np.array, tf.constant])
def test_best_discriminator_right(form):
    assert checks.check_best_discriminator(form([0.75, 0.5, 0.0]))


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        ([0.25, 0.5, 1.0], "Upside down"),
        ([1.5, 1.0, 0.0], "Twice"),
        ([0.6, 0.4, 0.0], "p_r itself"),
        ([0.4, 0.4, 0.2], "mean of the two"),
        ([0.75, 0.5], "shape"),
        ("half", "expected"),
        ([0.7, 0.5, 0.0], "first"),
    ],
)
def test_best_discriminator_wrong(answer, says):
    verdict = checks.check_best_discriminator(answer)
    assert not verdict and says in verdict.message


@pytest.mark.parametrize("answer", [np.log(2) - 0.1, 0.593, tf.constant(0.5931), "0.5931"])
def test_js_from_loss_right(answer):
    assert checks.check_js_from_loss(answer)


@pytest.mark.parametrize(
    "answer, says",
    [
        (None, "Not answered"),
        (2 * np.log(2) - 0.2, "divide by 2"),
        ((np.log(2) - 0.1) / np.log(2), "bits"),
        (np.log(2) + 0.1, "sign"),
        (0.1, "constant"),
        (np.log(2) - 0.2, "halved"),
        (np.nan, "finite"),
        ([0.593], "shape"),
        (9, "too large"),
    ],
)
def test_js_from_loss_wrong(answer, says):
    verdict = checks.check_js_from_loss(answer)
    assert not verdict and says in verdict.message


def test_generator_loss_right():
    assert checks.check_generator_loss(non_saturating_generator_loss)
    assert checks.check_generator_loss(lambda a: -tf.reduce_mean(tf.math.log_sigmoid(a)))
    entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    assert checks.check_generator_loss(lambda a: entropy(tf.ones_like(a), a))


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (0.3, "function"),
        (lambda a: -tf.reduce_mean(tf.math.log(tf.sigmoid(a))), "softplus"),
        (lambda a: -tf.reduce_mean(tf.math.log(tf.clip_by_value(tf.sigmoid(a), 1e-38, 1.0))), "softplus"),
        (lambda a: tf.reduce_mean(tf.nn.softplus(a)), "1 − D for D"),
        (lambda a: -tf.reduce_mean(tf.nn.softplus(a)), "saturating"),
        (lambda a: tf.reduce_mean(tf.math.log_sigmoid(a)), "sign"),
        (lambda a: tf.reduce_sum(tf.nn.softplus(-a)), "sum"),
        (lambda a: tf.nn.softplus(-a), "mean over the batch"),
        (lambda a: tf.reduce_mean(tf.nn.softplus(-a)) / np.log(2), "bits"),
        (lambda a: -tf.reduce_mean(a), "WGAN"),
        (lambda a: np.logaddexp(0, -a.numpy()).mean(), "differentiate"),
        (lambda a: None, "return missing"),
        (lambda a: "loss", "expected"),
        (lambda: 0.0, "TypeError"),
        (lambda a: undefined, "NameError"),  # noqa: F821
    ],
)
def test_generator_loss_wrong(answer, says):
    verdict = checks.check_generator_loss(answer)
    assert not verdict and says in verdict.message


def smoothed(r, g, label):
    return label * r / (r + g)


def test_smoothed_discriminator_right():
    assert checks.check_smoothed_discriminator(smoothed)
    assert checks.check_smoothed_discriminator(lambda *args: smoothed(*args).tolist())


def test_the_smoothed_optimum_is_where_a_search_finds_it():
    """Against a brute search for the D that maximises the smoothed objective."""
    candidates = np.linspace(1e-4, 1 - 1e-4, 9999)

    def search(real, fake, label):
        value = np.log(candidates) * (label * real)[:, None]
        value += np.log(1 - candidates) * ((1 - label) * real + fake)[:, None]
        return np.round(candidates[value.argmax(1)], 3)

    real, fake = np.array([0.8, 0.4, 0.1]), np.array([0.1, 0.4, 0.6])
    np.testing.assert_allclose(search(real, fake, 0.9), smoothed(real, fake, 0.9), atol=1e-3)


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        ([0.5], "function"),
        (lambda r, g, label: r / (r + g), "label is missing"),
        (lambda r, g, label: label * r / (label * r + g), "below"),
        (lambda r, g, label: (label * r + (1 - label) * g) / (r + g), "both sides"),
        (lambda r, g, label: 1 - smoothed(r, g, label), "Upside down"),
        (lambda r, g: r, "TypeError"),
        (lambda r, g, label: 0.5, "shape"),
        (lambda r, g, label: None, "return missing"),
    ],
)
def test_smoothed_discriminator_wrong(answer, says):
    verdict = checks.check_smoothed_discriminator(answer)
    assert not verdict and says in verdict.message


def extragradient(x, y, rate):
    ahead_x, ahead_y = x - rate * y, y + rate * x
    return x - rate * ahead_y, y + rate * ahead_x


def test_extragradient_right():
    verdict = checks.check_extragradient(extragradient)
    assert verdict
    # Each step multiplies x + iy by 1 − η² + iη.
    assert f"{abs(1 - 0.01 + 0.1j) ** 500:.4f}" in verdict.message
    assert checks.check_extragradient(lambda *args: np.array(extragradient(*args)))


@pytest.mark.parametrize(
    "answer, says",
    [
        (..., "Not answered"),
        (1.0, "function"),
        (lambda x, y, rate: (x - rate * y, y + rate * x), "simultaneous"),
        (lambda x, y, rate: (x - rate * y, y + rate * (x - rate * y)), "alternating"),
        (lambda x, y, rate: extragradient(x, y, -rate), "signs"),
        (lambda x, y, rate: (x - 2 * rate * y - rate**2 * x, y + 2 * rate * x - rate**2 * y), "two plain"),
        (lambda x, y, rate: x, "shape"),
        (lambda x, y: (x, y), "TypeError"),
        (lambda x, y, rate: None, "return missing"),
    ],
)
def test_extragradient_wrong(answer, says):
    verdict = checks.check_extragradient(answer)
    assert not verdict and says in verdict.message
