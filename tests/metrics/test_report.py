"""Everything at once: sets of digits whose answer is known, the table, the protocol, what is refused."""

import dataclasses
import json
from html import unescape

import numpy as np
import pytest

from wganlib import metrics
from wganlib.data.digits import load_digits
from wganlib.metrics import measure


@pytest.fixture(scope="module")
def digits():
    """(train, test, test labels): 1,500 and 1,000 digits, in an order in which any part is like the whole."""
    train = load_digits("train", "sample", verbose=False)
    test, labels = load_digits("test", "sample", labels=True, verbose=False)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(test))[:1000]
    return train[rng.permutation(len(train))[:1500]], test[order], labels[order]


@pytest.fixture(scope="module")
def real(digits):
    """New real digits: the best that a generator can be."""
    train, test, _ = digits
    return measure(test[:500], test[500:], train=train, seed=3)


def test_each_number_is_that_of_its_function(digits, real):
    train, test, _ = digits
    (a, classes), (b, reference_classes) = (metrics.digit_features(part) for part in (test[:500], test[500:]))
    kernel = metrics.kernel_distance(a, b, seed=3)
    expected = {
        "frechet": metrics.frechet_distance(a, b),
        "kernel": kernel.value,
        "kernel_error": kernel.error,
        "precision": metrics.precision_recall(a, b).precision,
        "recall": metrics.precision_recall(a, b).recall,
        "density": metrics.density_coverage(a, b).density,
        "coverage": metrics.density_coverage(a, b).coverage,
        "best_coverage": metrics.expected_coverage(500, 500),
        "classes_covered": 10,
        "missing_classes": [],
        "class_total_variation": metrics.class_balance(classes, reference_classes).total_variation,
        "copies": metrics.nearest_training(test[:500], train, test[500:]).copies,
        "nearer": metrics.nearest_training(test[:500], train, test[500:]).nearer,
        "count": 500,
        "reference_count": 500,
        "train_count": 1500,
        "seed": 3,
    }
    found = json.loads(json.dumps(real.as_dict()))
    assert set(found) == {*expected, "class_shares", "protocol"}
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-6), name
    assert sum(found["class_shares"]) == pytest.approx(1)
    for name in ("frechet", "kernel", "precision", "coverage", "classes_covered", "copies"):
        assert getattr(real, name) == found[name]


def test_a_set_against_itself(digits):
    found = measure(digits[1], digits[1])
    np.testing.assert_allclose(found.frechet, 0, atol=1e-3)
    assert (found.precision, found.recall, found.coverage) == (1, 1, 1)
    assert found.classes.total_variation == 0
    assert found.kernel < 3 * found.kernel_error
    assert found.nearest is None and found.copies is None


def test_a_missing_class_is_found_and_costs_diversity_only(digits, real):
    _, test, labels = digits
    samples, reference = test[:500][labels[:500] != 4], test[500:]
    found = measure(samples, reference)
    assert found.classes.missing == (4,)
    assert found.classes_covered == 9
    assert found.frechet > 2 * real.frechet
    assert found.recall < real.recall - 0.04
    assert found.coverage < real.coverage - 0.04
    assert found.precision > real.precision - 0.03
    assert "missing: 4" in str(found)


def test_copies_of_training_images_are_found(digits, real):
    train, test, _ = digits
    found = measure(train[:300], test, train=train)
    assert found.copies > 0.99
    assert real.copies < 0.04
    # They are real digits: nothing else gives them away.
    assert found.precision > 0.8


def test_noise_has_no_precision(digits):
    _, test, _ = digits
    found = measure(np.random.default_rng(0).uniform(-1, 1, (300, 28, 28, 1)), test)
    assert found.precision < 0.02
    assert found.coverage < 0.02
    assert found.classes_covered < 10


def test_the_table_holds_every_number_and_the_protocol(real):
    text, html = str(real), unescape(real._repr_html_())
    for shown in (text, html):
        for name, value, _ in real.rows():
            assert name in shown and value in shown
    flat = " ".join(text.split())
    for part in (
        "500 samples, 500 reference images",
        "10 disjoint subsets of 50, seed 3",
        "precision and recall k = 3, density and coverage k = 5",
        "one of 1,500 training images",
        "no number here compares with an FID or KID of Inception's",
    ):
        assert part in flat and part in html
    assert html.count("<tr>") == len(real.rows()) + 1 == 11
    assert html.count("<td") == 3 * 10


def test_a_report_repeats_and_cannot_be_changed(digits):
    first, again, other = (measure(digits[1][:200], digits[1][200:500], seed=seed) for seed in (0, 0, 1))
    assert first.as_dict() == again.as_dict()
    assert other.kernel != first.kernel
    assert (other.frechet, other.precision) == (first.frechet, first.precision)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.frechet = 0.0


def test_bad_images_are_refused(digits):
    test = digits[1]
    broken = test[:40].copy()
    broken[3, 5, 5] = np.nan
    cases = [
        (
            test[:40, ::2, ::2],
            test,
            r"`images` must be digits.*Received: samples of shape \(14, 14, 1\)",
        ),
        ((test[:40] + 1) / 2, test, r"`images`: Images must be scaled to \[−1, 1\]. Received: values in \[0, 1\]"),
        (((test[:40] + 1) * 127.5).astype("uint8"), test, "`images`: .*from 0 to 255.*Divide by 127.5"),
        (test[:40], (test + 1) * 127.5, "`reference`: .*Divide by 127.5"),
        (broken, test, "`images`: Samples must be finite"),
        (test[:19], test, "`images` must be at least 20 images.*Received: 19"),
        (test[:40], test[:5], "`reference` must be at least 20 images.*Received: 5"),
        (test[:0], test, "`images`: Samples must be a non-empty batch"),
        (["four"], test, "`images` must be an array of numbers"),
    ]
    for images, reference, message in cases:
        with pytest.raises(ValueError, match=message):
            measure(images, reference)
    with pytest.raises(ValueError, match=r"`train` must be digits.*28, 28"):
        measure(test[:40], test, train=test[..., 0])
    with pytest.raises(ValueError, match="`space` must be one of"):
        measure(test[:40], test, train=test, space="time")
