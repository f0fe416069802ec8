"""Class balance: shares by hand, the convention of "covered", the total variation against its formula."""

import numpy as np
import pytest

from wganlib.metrics import class_balance

EVEN = np.repeat(np.arange(10), 100)


def test_shares_and_total_variation():
    classes = np.repeat([0, 1, 2], [5, 3, 2])
    found = class_balance(classes, [0, 1, 1, 2], n_classes=3)
    np.testing.assert_allclose(found.shares, [0.5, 0.3, 0.2])
    np.testing.assert_allclose(found.reference_shares, [0.25, 0.5, 0.25])
    np.testing.assert_allclose(found.total_variation, 0.25)
    assert (found.count, found.reference_count) == (10, 4)


def test_a_set_is_balanced_against_itself():
    found = class_balance(EVEN, EVEN)
    assert (found.covered, found.n_classes, found.missing, found.total_variation) == (10, 10, (), 0)


def test_the_missing_class_is_named():
    found = class_balance(EVEN[EVEN != 7], EVEN)
    assert (found.covered, found.missing) == (9, (7,))
    np.testing.assert_allclose(found.total_variation, 0.1)
    assert "9 of 10 classes covered, missing 7" in str(found)


@pytest.mark.parametrize(("sevens", "missing"), [(24, (7,)), (25, ())])
def test_a_quarter_of_the_references_share_is_enough(sevens, missing):
    classes = np.concatenate([EVEN[EVEN != 7], np.full(sevens, 7), np.full(100 - sevens, 8)])
    assert class_balance(classes, EVEN).missing == missing


def test_the_threshold_is_a_choice():
    classes = np.concatenate([EVEN[EVEN != 7], np.full(1, 7), np.full(99, 8)])
    assert class_balance(classes, EVEN, threshold=0.01).covered == 10
    assert class_balance(classes, EVEN, threshold=0.25).covered == 9
    assert class_balance(EVEN, EVEN, threshold=1).covered == 10


def test_a_class_that_the_reference_lacks_is_not_asked_for():
    found = class_balance([0, 0, 1], [0, 0, 0])
    assert (found.covered, found.n_classes, found.missing) == (1, 1, ())
    np.testing.assert_allclose(found.total_variation, 1 / 3)


@pytest.mark.parametrize(
    ("classes", "options", "message"),
    [
        ([0.0, 1.0], {}, "`classes` must be an array of whole numbers. Received: dtype float64"),
        (np.zeros(0, int), {}, "n ≥ 1"),
        ([[1, 2]], {}, r"Received: shape \(1, 2\)"),
        ([0, 10], {}, "`classes` must lie between 0 and 9, with n_classes=10. Received: values from 0 to 10"),
        ([-1, 1], {}, "values from -1 to 1"),
        ([1], {"threshold": 0}, "`threshold` must be a number above 0 and of at most 1. Received: 0"),
        ([1], {"threshold": 1.5}, "`threshold`.*Received: 1.5"),
        ([1], {"n_classes": 0}, "`n_classes` must be a whole number"),
    ],
)
def test_anything_but_classes_is_refused(classes, options, message):
    with pytest.raises(ValueError, match=message):
        class_balance(classes, [0, 1], **options)
