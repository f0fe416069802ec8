"""The numbers that the playground's tests compare with are those that wganlib and POT give."""

import json

import numpy as np
import write_playground_fixture


def numbers(value):
    """All numbers of nested lists and dictionaries, in one order."""
    if isinstance(value, dict):
        value = [value[name] for name in sorted(value)]
    if isinstance(value, list):
        return [number for part in value for number in numbers(part)]
    return [value]


def test_the_stored_numbers_are_wganlibs():
    stored = json.loads(write_playground_fixture.TARGET.read_text(encoding="utf-8"))
    made = write_playground_fixture.fixture()
    assert stored["games"].keys() == made["games"].keys()
    np.testing.assert_allclose(numbers(stored), numbers(made), rtol=1e-5, atol=1e-6)
