"""The log of article 004: its lines, and that what follows from them agrees with itself."""

import numpy as np

from wganlib.course import load_article_log


def test_the_log_is_that_of_the_article():
    log = load_article_log()
    np.testing.assert_array_equal(log["epoch"], np.arange(1, 101))
    lines = {1: (1.58, 186.47, -305.89, -204.71, -186.47), 70: (111.90, 1815.22, 155.57, 1589.90, -1815.22)}
    lines[100] = (159.90, 7301.76, -1722.93, 5541.48, -7301.76)
    for epoch, line in lines.items():
        names = ("minutes", "generator_loss", "critic_loss", "d_real", "d_fake")
        assert tuple(log[name][epoch - 1] for name in names) == line


def test_its_columns_agree_with_each_other():
    log = load_article_log()
    # The generator's loss and D-Fake are of the same samples, and the penalty is a square.
    np.testing.assert_array_equal(log["generator_loss"], -log["d_fake"])
    assert (log["gradient_penalty"] >= 0).all() and (np.diff(log["minutes"]) > 0).all()
    loss = log["d_real"] + log["d_fake"] + 10 * log["gradient_penalty"]
    np.testing.assert_allclose(loss, log["critic_loss"], rtol=1e-12)
