"""Short pieces of English text for a GAN: from Python's own help pages, as one-hot arrays, and back to strings.

The text is that of `pydoc_data.topics`, what `help("for")` prints: every Python has it, so nothing is downloaded. It is
the language reference in the words of its authors (© Python Software Foundation, PSF licence), about 250,000
characters when it is cleaned. It differs a little from one Python version to the next, and so does every number that
is measured on it.
"""

import platform
import re
import zlib

import numpy as np

from wganlib._arguments import as_finite, as_tuple, check_count, check_flag, show
from wganlib._output import say

# A space, the letters and three marks: what is left of the text when it is cleaned.
ALPHABET = " abcdefghijklmnopqrstuvwxyz.,'"
PLACES = {character: place for place, character in enumerate(ALPHABET)}
# A paragraph is prose if this share of its characters is in the alphabet; below are tables, grammar and code.
PROSE = 0.9
HELD_OUT = 0.15  # share of the text that is not trained on


def load_text(length=16, *, verbose=True):
    """Windows of cleaned English text, for training and held out.

    Each topic is cut into paragraphs; grammar, code and tables are left out, and a paragraph that several topics share
    counts once. Letters become small, what is not in `ALPHABET` becomes a space, several spaces one. A window begins at
    each word of a paragraph from which `length` characters are left.

    The split is by topics: some, chosen by a hash of their names, are held out until they have 15 % of the
    characters. Chance and idioms ("is called with the") would still put a few equal windows on both sides, so training
    windows that occur in the held-out text are left out. No window is in both lists.

    Args:
        length: characters in a window, ≥ 1.
        verbose: whether to print how much text there is, and from which Python.

    Returns:
        (train, held_out), two lists of strings of `length` characters, in the order of the text.

    Raises:
        ValueError: a length that no paragraph has.
    """
    length = check_count("length", length)
    verbose = check_flag("verbose", verbose)
    from pydoc_data.topics import topics

    kept, unseen = split_topics({name: clean_paragraphs(text) for name, text in topics.items()}, HELD_OUT)
    train, test = (windows(paragraphs, length) for paragraphs in (kept, unseen))
    known = set(test)
    train = [window for window in train if window not in known]
    if not train or not test:
        raise ValueError(f"No paragraph has {length} characters on both sides of the split: take a smaller length.")
    if verbose:
        version = platform.python_version()
        say(
            f"Text: {len(train):,} windows of {length} characters to train on, {len(test):,} held out, from the help "
            f"pages of Python {version}"
        )
    return train, test


def clean_paragraphs(text):
    """The prose of one topic: a list of paragraphs, each a string over `ALPHABET` without two spaces in a row."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.splitlines() if not re.fullmatch(r"\s*[*=\-~^]{3,}\s*", line)]
        block = " ".join(lines).lower()
        if "::=" in block or ">>>" in block or "=" in block:
            continue
        # Quotation marks and the stars of emphasis stand around words and leave no gap.
        plain = re.sub(r"\s+", " ", re.sub(r'["“”*`]', "", block).replace("’", "'")).strip()
        if plain and sum(character in PLACES for character in plain) >= PROSE * len(plain):
            cleaned = "".join(character if character in PLACES else " " for character in plain)
            # What was dropped leaves gaps, and marks that now stand alone.
            found.append(re.sub(r" +", " ", re.sub(r"( +[.,])+ ", " ", cleaned + " ")).strip())
    return found


def split_topics(paragraphs, share):
    """Two lists of paragraphs, to train on and held out; none is in both, and none twice.

    Args:
        paragraphs: {topic: its paragraphs}.
        share: of the characters to hold out; topics are added until it is reached.
    """
    # A hash, because neighbours in the alphabet ("numeric-types", "numbers") share their subject.
    order = sorted(paragraphs, key=lambda name: zlib.crc32(name.encode()))
    total = sum(len(text) for text in dict.fromkeys(text for name in order for text in paragraphs[name]))
    unseen, size = {}, 0
    while order and size < share * total:
        unseen |= dict.fromkeys(paragraphs[order.pop(0)])
        size = sum(map(len, unseen))
    kept = dict.fromkeys(text for name in order for text in paragraphs[name] if text not in unseen)
    return list(kept), list(unseen)


def windows(paragraphs, length):
    """Every window of `length` characters that begins at a word and ends within its paragraph."""
    found = []
    for text in paragraphs:
        starts = [0, *(place + 1 for place, character in enumerate(text) if character == " ")]
        found += [text[start : start + length] for start in starts if start + length <= len(text)]
    return found


def encode_text(strings):
    """Strings of one length as one-hot vectors.

    Args:
        strings: strings over `ALPHABET`, all of one length.

    Returns:
        float32 (n, length, 30): 1 at the character's place in `ALPHABET`, 0 elsewhere.

    Raises:
        ValueError: no strings, lengths that differ, or a character that is not in the alphabet.
    """
    asked = strings
    strings = as_tuple("strings", strings, "must be a list of strings, e.g. from load_text", str)
    lengths = {len(string) for string in strings}
    if len(lengths) != 1 or lengths == {0}:
        raise ValueError(
            f"`strings` must all have one length of at least 1. Received: {show(asked)}, with lengths "
            f"{sorted(lengths)[:5]}. Cut them first."
        )
    strange = set("".join(strings)) - PLACES.keys()
    if strange:
        raise ValueError(
            f"`strings` must be written in the alphabet {ALPHABET!r}. Received: {show(asked)}, with "
            f"{show(sorted(strange))} in it. Lower-case and clean the text."
        )
    places = np.array([[PLACES[character] for character in string] for string in strings])
    return np.eye(len(ALPHABET), dtype=np.float32)[places]


def decode_text(samples):
    """The strings of one-hot vectors, or of a generator's softmax: at each place the most probable character.

    Args:
        samples: (n, length, 30).

    Returns:
        A list of n strings.

    Raises:
        ValueError: another shape, NaN or infinite.
    """
    samples = as_finite("samples", samples)
    if samples.ndim != 3 or samples.shape[-1] != len(ALPHABET) or 0 in samples.shape:
        raise ValueError(
            f"`samples` must have shape (n, length, {len(ALPHABET)}), n ≥ 1. Received: shape {samples.shape}."
        )
    return ["".join(ALPHABET[place] for place in row) for row in samples.argmax(-1)]
