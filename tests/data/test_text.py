"""The text that ships with Python, cleaned, split and cut; one-hot vectors and back."""

import numpy as np
import pytest

from wganlib.data import text
from wganlib.data.text import ALPHABET, clean_paragraphs, decode_text, encode_text, load_text, split_topics, windows
from wganlib.metrics import ngram_divergence


@pytest.fixture(scope="module")
def loaded():
    return load_text(16, verbose=False)


def test_windows_have_their_length_and_the_alphabet(loaded):
    for part in loaded:
        assert {len(window) for window in part} == {16}
        assert set("".join(part)) <= set(ALPHABET)
        assert not any("  " in window for window in part)


def test_there_is_enough_of_it_on_both_sides(loaded):
    train, held_out = loaded
    assert len(train) > 10_000 and 0.1 < len(held_out) / (len(train) + len(held_out)) < 0.35


def test_no_window_is_in_both(loaded):
    train, held_out = loaded
    assert not set(train) & set(held_out)


def test_it_is_english(loaded):
    train, held_out = loaded
    assert " the" in " ".join(held_out)
    assert ngram_divergence(train, held_out, 1) < 0.02


def test_it_says_where_the_text_comes_from(capsys):
    train, _ = load_text(32)
    said = capsys.readouterr().out
    assert f"{len(train):,} windows of 32 characters" in said and "Python" in said


def test_the_same_text_each_time(loaded):
    assert load_text(16, verbose=False) == loaded


def test_paragraphs_are_cleaned_and_code_is_left_out():
    topic = (
        'The "for" statement\n*******************\n\nIt is *used* to iterate over; all of the\n   items in a list!\n\n'
        "   for_stmt ::= x\n\n   x = 1\n\n   >>> list\n\nYou’re done, see the page. New in version 3.5.\n\n"
        "12345 67890\n"
    )
    assert clean_paragraphs(topic) == [
        "the for statement",
        "it is used to iterate over all of the items in a list",
        "you're done, see the page. new in version",
    ]


def test_no_paragraph_is_on_both_sides_or_twice():
    paragraphs = {
        "a": ["shared by a and b", "only a"],
        "b": ["shared by a and b", "only b", "only b"],
        "c": ["only c", "only a"],
        "d": ["only d"],
    }
    for share in (0.1, 0.3, 0.5, 0.7):
        kept, unseen = split_topics(paragraphs, share)
        assert not set(kept) & set(unseen)
        assert sorted(kept + unseen) == sorted({text for each in paragraphs.values() for text in each})
        total = sum(map(len, kept + unseen))
        assert sum(map(len, unseen)) >= share * total


def test_a_window_begins_at_each_word():
    assert windows(["an apple a day", "no"], 7) == ["an appl", "apple a"]
    assert windows(["an apple a day"], 8)[-1] == "apple a "
    assert windows(["abc"], 3) == ["abc"]


def test_windows_that_chance_put_on_both_sides_are_not_trained_on(monkeypatch):
    import pydoc_data.topics

    topics = {name: f"the same words and {name}" for name in ("one", "two", "three", "four")}
    monkeypatch.setattr(pydoc_data.topics, "topics", topics)
    train, held_out = load_text(8, verbose=False)
    assert "the same" in held_out and "the same" not in train
    with pytest.raises(ValueError, match="No paragraph has 60 characters on both sides"):
        load_text(60, verbose=False)


def test_one_hot_by_hand():
    encoded = encode_text(["a b", "z.'"])
    assert encoded.shape == (2, 3, len(ALPHABET)) and encoded.dtype == np.float32
    expected = [[ALPHABET.index(c) for c in text] for text in ("a b", "z.'")]
    np.testing.assert_array_equal(encoded.argmax(-1), expected)
    np.testing.assert_array_equal(encoded.sum(-1), 1)
    assert set(np.unique(encoded)) == {0, 1}


def test_there_and_back(loaded):
    some = loaded[1][:50]
    assert decode_text(encode_text(some)) == some


def test_a_softmax_becomes_its_most_probable_characters(loaded):
    some = loaded[1][:20]
    noise = np.random.default_rng(0).uniform(0, 0.4, (20, 16, len(ALPHABET)))
    soft = np.exp(4 * encode_text(some) + noise)
    assert decode_text(soft / soft.sum(-1, keepdims=True)) == some


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: load_text(0), "`length` must be a whole number"),
        (lambda: load_text(100_000, verbose=False), "smaller length"),
        (lambda: encode_text("abc"), "`strings` must be a list"),
        (lambda: encode_text([]), "one length"),
        (lambda: encode_text(["ab", "abc"]), r"lengths \[2, 3\]"),
        (lambda: encode_text(["Ab"]), r"with \['A'\] in it"),
        (lambda: decode_text(np.zeros((2, 3))), r"Received: shape \(2, 3\)"),
        (lambda: decode_text(np.zeros((2, 3, 5))), r"\(2, 3, 5\)"),
        (lambda: decode_text(np.full((1, 3, 30), np.nan)), "NaN"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_alphabet_has_no_character_twice():
    assert len(set(ALPHABET)) == len(ALPHABET) == len(text.PLACES) == 30
