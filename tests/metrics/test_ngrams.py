"""N-grams of text: counts by hand, the divergence against its definition, its bounds, and what is refused."""

import numpy as np
import pytest
from scipy.stats import entropy

from wganlib.metrics import ngram_counts, ngram_divergence

SAMPLES = ["the cat sat", "on a mat", "that sat"]
HELD_OUT = ["a cat sat on the mat", "the hat"]


def test_counts_by_hand():
    assert ngram_counts(["abab", "b"], 1) == {"a": 2, "b": 3}
    assert ngram_counts(["abab", "b"], 2) == {"ab": 2, "ba": 1}


def test_no_run_reaches_from_one_text_into_the_next():
    assert "ba" not in ngram_counts(["ab", "ab"], 2)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_divergence_is_the_mean_relative_entropy_to_the_mixture_in_bits(n):
    def frequencies(texts, runs):
        found = [text[i : i + n] for text in texts for i in range(len(text) - n + 1)]
        return np.array([found.count(run) / len(found) for run in runs])

    runs = sorted({t[i : i + n] for t in SAMPLES + HELD_OUT for i in range(len(t) - n + 1)})
    p, q = frequencies(SAMPLES, runs), frequencies(HELD_OUT, runs)
    expected = sum(entropy(part, (p + q) / 2, base=2) for part in (p, q)) / 2
    np.testing.assert_allclose(ngram_divergence(SAMPLES, HELD_OUT, n), expected, rtol=1e-12)


def test_a_case_by_hand():
    # P = (1, 0), Q = (½, ½), M = (¾, ¼): ½ log₂ 4/3 + ½ (½ log₂ 2/3 + ½ log₂ 2)
    expected = 0.5 * np.log2(4 / 3) + 0.25 * np.log2(2 / 3) + 0.25
    np.testing.assert_allclose(ngram_divergence(["aaaa"], ["ab"], 1), expected)


def test_its_bounds():
    np.testing.assert_allclose(ngram_divergence(["abc"], ["xyz"], 2), 1)
    assert ngram_divergence(HELD_OUT, HELD_OUT, 3) == 0


def test_it_is_symmetric_and_does_not_depend_on_the_order_or_the_form():
    forwards = ngram_divergence(SAMPLES, HELD_OUT, 2)
    np.testing.assert_allclose(forwards, ngram_divergence(HELD_OUT, SAMPLES, 2))
    np.testing.assert_allclose(forwards, ngram_divergence(tuple(SAMPLES[::-1]), np.array(HELD_OUT), 2))


def test_numbers_give_what_the_strings_give():
    strings = (["abca", "bbcc"], ["ccab", "aaaa"])
    numbers = [np.array([[ord(c) - 97 for c in text] for text in texts]) for texts in strings]
    for n in (1, 2, 3):
        np.testing.assert_allclose(ngram_divergence(*numbers, n), ngram_divergence(*strings, n))
    np.testing.assert_allclose(ngram_divergence(numbers[0].tolist(), numbers[1], 2), ngram_divergence(*strings, 2))


def test_it_sees_no_more_than_n_characters():
    assert ngram_divergence(["abab"], ["baba"], 1) == 0
    assert ngram_divergence(["abab"], ["baba"], 2) > 0


@pytest.mark.parametrize(
    ("samples", "n", "message"),
    [
        ("abc", 1, "`samples` must be strings.*Received: a single text"),
        ([], 1, r"at least one text. Received: \[\]"),
        (["ab", "a"], 3, "a text of at least n = 3 characters. Received: at most 2"),
        (["abc"], 0, "`n` must be a whole number"),
        (["abc"], 1.0, "`n` must be a whole number"),
        ([["a", "b"]], 1, "`samples` must be an array of whole numbers"),
        (np.zeros((2, 3, 4)), 1, "`samples` must be an array of whole numbers"),
        (np.zeros((2, 3, 4), int), 1, r"shape \(2, 3, 4\).*decode_text"),
        (np.zeros((2, 3), int), 1, "both be numbers. Received: numbers, .* and strings"),
        (np.full((2, 3), -1), 1, "0 to 55295. Received: values from -1 to -1"),
        (["abc", 3], 1, "samples"),
        (None, 1, "samples"),
    ],
)
def test_anything_but_texts_is_refused(samples, n, message):
    with pytest.raises(ValueError, match=message):
        ngram_divergence(samples, HELD_OUT, n)
