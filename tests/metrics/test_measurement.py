"""Everything at once: sets of images whose answer is known, the best to hope for beside it, what is refused."""

import json

import keras
import numpy as np
import pytest
import scipy

from wganlib import metrics
from wganlib.data.digits import load_digits
from wganlib.data.emoji import load_emoji
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
    assert set(found) == {*expected, "class_shares", "halves", "protocol"}
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


def test_a_report_repeats(digits):
    first, again, other = (measure(digits[1][:200], digits[1][200:500], seed=seed) for seed in (0, 0, 1))
    assert first.as_dict() == again.as_dict()
    assert other.kernel != first.kernel
    assert (other.frechet, other.precision) == (first.frechet, first.precision)


@pytest.fixture(scope="module")
def emoji():
    """(samples, reference) of 200 and 400 emoji 32×32, in an order in which any part is like the whole, and the groups
    of the samples."""
    images, groups, _ = load_emoji(labels=True)
    order = np.random.default_rng(0).permutation(len(images))[:600]
    return images[order[:200]], images[order[200:]], groups[order[:200]]


def pooled(images):
    """The mean colour of every 8×8 pixels."""
    count, height, width, channels = images.shape
    return images.reshape(count, height // 8, 8, width // 8, 8, channels).mean((2, 4)).reshape(count, -1)


def test_equal_counts_are_those_of_the_two_functions(digits):
    _, test, _ = digits
    halves = measure(test[:300], test[300:700], seed=5).halves
    rng = np.random.default_rng(5)
    order = rng.permutation(400)
    half, other = test[300:700][order[:200]], test[300:700][order[200:]]
    some = test[:300][rng.permutation(300)[:200]]
    a, b, c = (metrics.digit_features(part)[0] for part in (some, half, other))
    assert halves.count == 200
    assert halves.samples["frechet"] == pytest.approx(metrics.frechet_distance(a, b), rel=1e-5)
    assert halves.real["frechet"] == pytest.approx(metrics.frechet_distance(c, b), rel=1e-5)
    assert halves.real["kernel"] == pytest.approx(metrics.kernel_distance(c, b, seed=5).value, rel=1e-4)


@pytest.mark.slow
def test_real_images_are_as_good_as_real_images_at_equal_counts(emoji):
    halves = measure(emoji[0], emoji[1], features=pooled).halves
    assert halves.count == 200
    assert halves.samples["frechet"] == pytest.approx(halves.real["frechet"], rel=0.5)
    assert halves.samples["patches"]["32×32"] == pytest.approx(halves.real["patches"]["32×32"], rel=0.5)


def test_too_few_reference_images_are_not_halved(digits):
    found = measure(digits[1][:40], digits[1][40:79])
    assert found.halves is None and found.as_dict()["halves"] is None
    assert all(row[2] == row[3] == "" for row in found.rows())


@pytest.mark.slow
def test_any_model_and_any_function_make_features(emoji):
    samples, reference, _ = emoji
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.AveragePooling2D(8), keras.layers.Flatten()])
    by_model, by_function = (measure(samples, reference, features=features) for features in (model, pooled))
    assert by_function.frechet == pytest.approx(metrics.frechet_distance(pooled(samples), pooled(reference)), rel=1e-6)
    assert by_model.frechet == pytest.approx(by_function.frechet, rel=1e-3)
    assert by_model.patches.values == by_function.patches.values
    assert by_function.patches.values == metrics.patch_distance(samples, reference).values
    assert by_function.classes is None and by_function.classes_covered is None
    found = json.loads(json.dumps(by_function.as_dict()))
    assert set(found["patches"]) == {"32×32", "16×16"} and "classes_covered" not in found
    assert "48 features of the function pooled" in found["protocol"]


def test_patches_need_no_features(emoji):
    found = measure(*emoji[:2], features="patches")
    assert found.frechet is found.precision is found.subset_size is None
    assert [row[0] for row in found.rows()] == ["Patches at 32×32, × 10³", "Patches at 16×16, × 10³"]
    assert found.halves.real["patches"].keys() == {"32×32", "16×16"}
    assert "features" not in found.protocol


@pytest.mark.slow
def test_noise_and_blur_move_a_set_away_the_more_there_is_of_them(emoji):
    samples, reference, _ = emoji
    noise = np.random.default_rng(0).normal(size=samples.shape)
    noisy = [np.clip(samples + amount * noise, -1, 1) for amount in (0, 0.3, 1.0)]
    blurred = [scipy.ndimage.gaussian_filter(samples, (0, sigma, sigma, 0)) for sigma in (0, 0.7, 2)]
    of_noisy = [measure(images, reference, features=pooled) for images in noisy]
    finest = [[report.patches.values[0] for report in of_noisy]]
    finest.append([metrics.patch_distance(images, reference).values[0] for images in blurred])
    for values in finest:
        assert sorted(values) == values and values[-1] > 3 * values[0]
    distances = [report.frechet for report in of_noisy]
    assert sorted(distances) == distances and distances[-1] > 1.5 * distances[0]


@pytest.mark.slow
def test_a_missing_group_and_duplicates_cost_diversity(emoji):
    samples, reference, groups = emoji
    real = measure(samples, reference, features=pooled)
    largest = np.bincount(groups).argmax()
    without, duplicates = samples[groups != largest], np.repeat(samples[:20], 10, axis=0)
    lacking, repeated = (measure(images, reference, features=pooled) for images in (without, duplicates))
    assert lacking.coverage < real.coverage - 0.05 and lacking.frechet > real.frechet
    assert repeated.coverage < real.coverage / 2 and repeated.recall < 0.05
    assert repeated.kernel > real.kernel + 3 * real.kernel_error


@pytest.mark.slow
def test_copies_are_counted_among_any_images(emoji):
    samples, reference, _ = emoji
    rng = np.random.default_rng(0)
    noisy = np.clip(samples + rng.normal(0, 0.05, samples.shape), -1, 1)
    for space in ("pixels", "features"):
        found = measure(noisy, reference, features=pooled, train=samples, space=space)
        assert found.copies > 0.9 and found.nearest.space == space
    assert measure(reference[:200], reference[200:], features="patches", train=samples).copies < 0.05


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
        ((test[:40] + 1) / 2, test, r"`images` must be scaled to \[−1, 1\]. Received: values in \[0, 1\]"),
        (((test[:40] + 1) * 127.5).astype("uint8"), test, "`images` must be scaled.*from 0 to 255.*Divide by 127.5"),
        (test[:40], (test + 1) * 127.5, "`reference` must be scaled.*Divide by 127.5"),
        (broken, test, "`images` must be finite"),
        (test[:19], test, "`images` must be at least 20 images.*Received: 19"),
        (test[:40], test[:5], "`reference` must be at least 20 images.*Received: 5"),
        (test[:0], test, "`images` must be a non-empty batch"),
        (["four"], test, "`images` must be an array of numbers"),
    ]
    for images, reference, message in cases:
        with pytest.raises(ValueError, match=message):
            measure(images, reference)
    with pytest.raises(ValueError, match=r"`train` must be images.*28, 28"):
        measure(test[:40], test, train=test[..., 0])
    with pytest.raises(ValueError, match="`space` must be one of"):
        measure(test[:40], test, train=test, space="time")


def test_features_that_do_not_fit_the_images_are_refused(emoji):
    samples, reference, _ = emoji
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    flat = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.AveragePooling2D(8)])
    cases = {
        "as the model in `features` takes them": model,
        "images → .batch, d.*GlobalAveragePooling": flat,
        r"one row of numbers for each image, shape \(200, d\)": lambda images: images,
        "finite numbers": lambda images: np.full((len(images), 2), np.nan),
        "must be one of 'digits'": "fid",
    }
    for message, features in cases.items():
        with pytest.raises(ValueError, match=message):
            measure(samples, reference, features=features)
    with pytest.raises(ValueError, match=r"`reference` must have the size and channels of `images`, \(32, 32, 3\)"):
        measure(samples, reference[:, ::2, ::2], features="patches")
    with pytest.raises(ValueError, match=r"`images` must be images of at least 7×7 pixels.*Received: 6×32\."):
        measure(samples[:, :6], reference[:, :6], features="patches")
    with pytest.raises(ValueError, match="`space` must be 'pixels' or 'coarse'"):
        measure(samples, reference, features="patches", train=samples, space="features")
