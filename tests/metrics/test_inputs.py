"""What the measures take for digits, images or features."""

import numpy as np
import pytest

from wganlib.metrics.inputs import as_digits, as_feature_pair, as_features, as_images_of_one_size

DIGITS = np.linspace(-1, 1, 2 * 784).reshape(2, 28, 28, 1)


def test_digits_pass_as_float32():
    found = as_digits("images", DIGITS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, DIGITS, atol=1e-7)


@pytest.mark.parametrize(
    ("digits", "remedy"),
    [
        (DIGITS[..., 0], r"Add a last axis: images\[\.\.\., None\]"),
        (((DIGITS + 1) * 127.5).astype("uint8"), r"Divide by 127\.5 and subtract 1"),
        ((DIGITS + 1) / 2, r"Use 2 \* images − 1"),
    ],
)
def test_digits_as_other_libraries_have_them_are_named_with_the_remedy(digits, remedy):
    with pytest.raises(ValueError, match=f"`reference`.*{remedy}"):
        as_digits("reference", digits)


def test_of_several_sets_the_one_of_another_size_is_named():
    sets = {"images": DIGITS, "reference": DIGITS[:1], "held_out": DIGITS[:, :14]}
    with pytest.raises(
        ValueError, match=r"`held_out` must have .* `images`, \(28, 28, 1\)\. Received: .* \(14, 28, 1\)"
    ):
        as_images_of_one_size(sets)
    assert list(as_images_of_one_size({name: sets[name] for name in ("images", "reference")})) == [
        "images",
        "reference",
    ]


def test_features_are_many_enough_finite_and_of_one_width():
    features = np.eye(4, 3, dtype="float32")
    assert as_features("samples", features, at_least=4).dtype == float
    with pytest.raises(ValueError, match=r"`samples` must have at least 5 samples for k = 4\. Received: 4"):
        as_features("samples", features, 5, " for k = 4")
    with pytest.raises(ValueError, match="has the generator diverged"):
        as_features("samples", features * np.nan)
    with pytest.raises(ValueError, match=r"`a` and `b` must have equally many features\. Received: 3 and 2"):
        as_feature_pair(features, features[:, :2], names=("a", "b"))
