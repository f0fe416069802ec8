"""The log of article 004's run, the backbone of the course's sources, as the article prints it."""

import csv
from importlib.resources import files

import numpy as np


def load_article_log():
    """What article 004's WGAN-GP printed after each of its 100 epochs of MNIST, and what follows from it.

    Returns:
        {name: float array (100,)}: "epoch" from 1, "minutes" since the start, "generator_loss", "critic_loss", and
        "d_real" and "d_fake" in the article's signs, −mean D(x) and mean D(G(z)). From these "wasserstein",
        mean D(x) − mean D(G(z)), and "gradient_penalty" without its weight of 10.
    """
    with (files("wganlib") / "assets" / "article_004.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    log = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    log["wasserstein"] = -(log["d_real"] + log["d_fake"])
    log["gradient_penalty"] = (log["critic_loss"] + log["wasserstein"]) / 10
    return log
