"""What the distances take for a distribution, a sample or a matrix of costs."""

import numpy as np
import pytest

from wganlib.distances.inputs import as_costs, as_pair, as_points, as_probabilities, as_samples


def test_probabilities_of_float32_sum_to_one_in_float64():
    rounded = np.full(1000, 1e-3, "float32")
    assert rounded.sum(dtype=float) != 1
    exact = as_probabilities("p", rounded)
    assert exact.dtype == float and exact.sum() == pytest.approx(1, abs=1e-15)


def test_counts_are_not_taken_for_probabilities():
    with pytest.raises(ValueError, match=r"`q` must sum to 1\. Received: a sum of 6\. Divide counts by their sum"):
        as_pair([0.5, 0.25, 0.25], [1, 2, 3])


def test_a_vector_is_so_many_points_on_a_line():
    x, y = as_samples([1, 2, 3], np.zeros((5, 1), "float32"))
    np.testing.assert_array_equal(x, [[1.0], [2.0], [3.0]])
    assert x.dtype == y.dtype == float
    with pytest.raises(ValueError, match="points in 1 and 2 dimensions"):
        as_samples([1, 2], [[1, 2]])
    with pytest.raises(ValueError, match="Flatten images"):
        as_points("x", np.zeros((2, 8, 8)))


def test_costs_have_a_row_for_each_place_of_p_and_are_not_negative():
    assert as_costs([[0, 1, 2], [1, 0, 1]], 2, 3).dtype == float
    with pytest.raises(ValueError, match=r"a row for each entry of `p`.* shape \(2, 3\)\. Received: shape \(3, 2\)"):
        as_costs(np.ones((3, 2)), 2, 3)
    with pytest.raises(ValueError, match=r"at least 0\. Received: values from -1 to 2"):
        as_costs([[-1, 2]], 1, 2)
