"""benchmarks/conditional_training.py: its measures on cases with known answers. Nothing is trained or timed here."""

import conditional_training
import numpy as np


def test_a_set_is_of_the_group_whose_mean_is_nearest():
    images, groups = np.linspace(-1, 1, 6).reshape(6, 1, 1, 1) * np.ones((1, 4, 4, 1)), np.array([0, 0, 1, 1, 2, 2])
    sets = [images[:2], images[4:], images[4:]]
    assert conditional_training.own_group_nearest(sets, images, groups) == [True, False, True]


def test_samples_have_the_shares_of_the_groups():
    class Asked:
        n_classes = 9

        def sample(self, count, seed, labels):
            shares.append(np.bincount(np.broadcast_to(labels, count), minlength=9) / count)
            return np.zeros((count, 32, 32, 3), np.float32)

    shares, (train, held_out) = [], conditional_training.emoji()
    found = conditional_training.emoji_measures(Asked(), train, held_out)
    np.testing.assert_allclose(shares[0], np.bincount(train[1]) / len(train[1]), atol=0.04)
    assert [one.argmax() for one in shares[1:]] == list(range(9))
    assert found["halves"]["count"] == 100 and sum(found["own_group_nearest_of_real"]) >= 6
