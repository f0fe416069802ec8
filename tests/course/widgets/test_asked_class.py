import numpy as np

from wganlib.course.widgets import AskedClassExplorer
from wganlib.metrics import digit_features


def test_digit_and_noise_are_asked_for():
    asked = []

    def draw_digit(digit, count, seed):
        asked.append((digit, count, seed))
        return np.zeros((count, 4, 4, 1), np.float32)

    explorer = AskedClassExplorer(draw_digit)
    explorer.controls["digit"].value = 3
    explorer.still(digit=5, seed=2)
    assert asked == [(7, 8, 0), (3, 8, 0), (5, 8, 2)]


def test_the_generator_of_the_site_draws_what_it_is_asked_for():
    explorer = AskedClassExplorer.for_site()
    right = [(digit_features(explorer._draw_digit(digit, 50, seed=1))[1] == digit).mean() for digit in range(10)]
    assert np.mean(right) >= 0.9 and min(right) >= 0.75
