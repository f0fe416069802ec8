"""How much a generator's text is like real text: the Jensen–Shannon divergence of their character n-grams."""

from collections import Counter

import numpy as np

from wganlib._arguments import as_numbers, as_tuple, check_count, show
from wganlib.distances import js_divergence

LARGEST_CODE = 0xD7FF  # up to here every number is a character of its own


def ngram_counts(texts, n):
    """How often each run of n neighbouring characters occurs; no run reaches from one text into the next.

    Args:
        texts: strings of any lengths, or whole numbers ≥ 0 of shape (texts, length), one for each character.
        n: how many characters a run has, ≥ 1.

    Returns:
        A Counter {run: count}; runs are strings, of `chr(number)` where the texts are numbers.

    Raises:
        ValueError: not texts, or texts that are all shorter than n.
    """
    return _count("texts", _as_texts("texts", texts)[0], check_count("n", n))


def ngram_divergence(samples, held_out, n):
    """The Jensen–Shannon divergence between the n-grams of samples and those of held-out text.

    The measure of text in the code of the WGAN-GP paper (Gulrajani et al. 2017, arXiv 1704.00028, §5.5). As there it
    is in bits: 0 for equal frequencies, 1 where no n-gram occurs in both. It sees n characters at a time, so a word can
    be real and the sentence nonsense; and copies of the training text get the best values.

    A finite sample never reaches 0, less so the larger n is. Take the floor for comparison: as many windows of training
    text in the place of the samples.

    Args:
        samples: strings, or whole numbers ≥ 0 of shape (texts, length); see `ngram_counts`.
        held_out: the same of real text that nothing was trained on.
        n: length of the n-grams, ≥ 1; 1 to 4 there.

    Returns:
        A float in [0, 1] (bits).

    Raises:
        ValueError: what `ngram_counts` refuses, or strings against numbers.
    """
    n = check_count("n", n)
    asked = samples, held_out
    (samples, kind), (held_out, other) = _as_texts("samples", samples), _as_texts("held_out", held_out)
    if kind != other:
        raise ValueError(
            "`samples` and `held_out` must both be strings or both be numbers. Received: "
            f"{kind}, {show(asked[0])}, and {other}, {show(asked[1])}."
        )
    counts = _count("samples", samples, n), _count("held_out", held_out, n)
    runs = list(counts[0] | counts[1])
    p, q = (np.array([counted[run] for run in runs]) / counted.total() for counted in counts)
    return js_divergence(p, q, base=2)


def _as_texts(name, texts):
    """Texts as a list of strings, and whether they were "strings" or "numbers"."""
    rule = "must be strings, or whole numbers of shape (texts, length)"
    if isinstance(texts, (str, bytes)):
        raise ValueError(f"`{name}` {rule}. Received: a single text, {show(texts)}. Put it in a list.")
    if all(isinstance(text, str) for text in texts) if isinstance(texts, (list, tuple)) else _holds_text(texts):
        strings = as_tuple(name, texts, rule, str)
        if not strings:
            raise ValueError(f"`{name}` must hold at least one text. Received: {show(texts)}.")
        return strings, "strings"
    codes = as_numbers(name, texts, whole=True)
    if codes.ndim != 2 or codes.size == 0:
        raise ValueError(f"`{name}` {rule}. Received: {show(texts)}. Turn one-hot vectors to strings by decode_text.")
    if codes.min() < 0 or codes.max() > LARGEST_CODE:
        raise ValueError(
            f"`{name}` must be numbers of characters, 0 to {LARGEST_CODE}. Received: values from {codes.min()} to "
            f"{codes.max()}."
        )
    return ["".join(map(chr, row)) for row in codes.tolist()], "numbers"


def _holds_text(array):
    return getattr(getattr(array, "dtype", None), "kind", None) in ("U", "T", "O")


def _count(name, texts, n):
    counts = Counter(text[start : start + n] for text in texts for start in range(len(text) - n + 1))
    if not counts:
        raise ValueError(
            f"`{name}` must have a text of at least n = {n} characters. Received: at most {max(map(len, texts))}."
        )
    return counts
