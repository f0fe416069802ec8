"""benchmarks/named_samples.py: what a look says, and what two of them have in common."""

import named_samples
import pytest


def look(**names):
    return "\n".join(f"{number}: {names.get(f'n{number}', '-')}, 50" for number in range(1, named_samples.COUNT + 1))


def test_a_sample_counts_where_every_look_has_the_same_name():
    looks = [
        named_samples.read_look(look(n1="Heart", n2="clock", n3="face")),
        named_samples.read_look(look(n1="heart", n2="watch")),
    ]
    assert named_samples.agreement(looks) == [1]


def test_a_look_names_every_sample_or_says_that_it_cannot():
    with pytest.raises(ValueError, match="samples 1 to 32"):
        named_samples.read_look("1: heart\n2: -")
