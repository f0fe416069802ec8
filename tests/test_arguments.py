"""The checks of every door: what passes, in which form, and what is refused."""

import numpy as np
import pytest

from wganlib._arguments import (
    as_rng,
    as_tuple,
    check_count,
    check_flag,
    check_network,
    check_number,
    check_samples,
    check_sizes,
    show,
)
from wganlib.networks.mlp import make_mlp_critic

IMAGES = np.linspace(-1, 1, 2 * 64).reshape(2, 8, 8, 1)


def test_what_was_received_fits_into_a_sentence():
    assert show(np.zeros((200, 3), "float32")) == "ndarray of shape (200, 3) and dtype float32"
    assert "2.5" in show(np.float64(2.5))  # a scalar by its value
    assert len(show(list(range(10_000)))) < 60


def test_what_passes_has_the_form_that_is_worked_with():
    assert type(check_count("n", np.int64(3))) is int
    assert check_flag("flag", np.bool_(True)) is True and check_flag("flag", 0) is False
    assert check_sizes("sizes", [128, np.int32(64)]) == (128, 64)
    generator = np.random.default_rng(1)
    assert as_rng(generator) is generator and as_rng(7).integers(1000) == np.random.default_rng(7).integers(1000)
    assert check_network("critic", make_mlp_critic((8, 8, 1), (4,))) == ((8, 8, 1), (1,))


@pytest.mark.parametrize(
    "check",
    [
        lambda: check_count("n", True),
        lambda: check_count("n", 3.0),
        lambda: check_number("x", "3"),
        lambda: check_number("x", 10**400),  # beyond any float
        lambda: check_number("x", float("nan")),
        lambda: check_flag("flag", "False"),
        lambda: as_tuple("names", "abc", "must be names"),  # not three names
        lambda: as_rng(True),
    ],
)
def test_what_python_would_take_for_something_else_is_refused(check):
    with pytest.raises(ValueError, match=r"must be .*\. Received: "):
        check()


@pytest.mark.parametrize("value", [0, 1])
def test_a_bound_belongs_to_the_range_where_the_sentence_says_so(value):
    assert check_number("x", value, at_least=value) == check_number("x", value, at_most=value) == value
    with pytest.raises(ValueError, match=f"`x` must be a number above {value}. Received: {value}."):
        check_number("x", value, above=value)
    with pytest.raises(ValueError, match=f"`x` must be a number of at least 0 and below {value}. Received: {value}."):
        check_number("x", value, at_least=0, below=value)


def test_good_samples_pass_as_float32():
    samples = check_samples(IMAGES, (8, 8, 1))
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples, IMAGES, rtol=1e-6)
    single = IMAGES.astype("float32")
    assert check_samples(single) is single  # no copy of a large array
    np.testing.assert_array_equal(check_samples(np.array([[1], [5]])), [[1], [5]])  # points may be of any size
