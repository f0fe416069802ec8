"""Figure of chapter 05: what TV, KL, JS and EM measure, on the chapter's worked example."""

import numpy as np

from wganlib.distances import em_cdf, js_divergence, kl_divergence, total_variation
from wganlib.plots.figures import new_figure
from wganlib.plots.style import FAKE, GREY, INK, LINE, ORANGE, PAPER, REAL

P, Q, X = np.full(3, 1 / 3), np.array([0.2, 0.5, 0.3]), np.array([1, 2, 3])
WIDTH = 0.32


def four_distances():
    figure, axes = new_figure(9, 6.4, nrows=2, ncols=2)
    tv, kl, js, em = axes.flat

    low, high = np.minimum(P, Q), np.maximum(P, Q)
    tv.bar(X, low, 0.6, color=LINE)
    for name, more, colour in (("more in P", P > Q, REAL), ("more in Q", Q > P, FAKE)):
        tv.bar(X[more], (high - low)[more], 0.6, bottom=low[more], color=colour)
        for x, top in zip(X[more], high[more], strict=True):
            tv.text(x, top + 0.01, name, ha="center", va="bottom", fontsize=10)
    for x in X:
        tv.text(x, 0.09, "shared", ha="center", fontsize=10)
    tv.set_title(f"TV: half of what is not shared, {total_variation(P, Q):.4f}", fontsize=10.5)
    tv.set_ylabel("probability")

    terms = P * np.log(P / Q)
    kl.bar(X, terms, 0.6, color=[REAL if term > 0 else FAKE for term in terms])
    kl.axhline(0, color=INK, linewidth=0.8)
    for x, term in zip(X, terms, strict=True):
        kl.text(
            x,
            term + (0.008 if term > 0 else -0.008),
            f"{term:+.3f}".replace("-", "−"),
            ha="center",
            va="bottom" if term > 0 else "top",
            fontsize=10,
        )
    kl.set_ylim(-0.19, 0.22)
    kl.set_title(f"KL(P‖Q): the sum of the bars, {kl_divergence(P, Q):.4f} nats", fontsize=10.5)
    kl.set_ylabel("p log(p / q) in nats")

    middle = (P + Q) / 2
    for name, side, mass, colour in (("P", -WIDTH / 2, P, REAL), ("Q", WIDTH / 2, Q, FAKE)):
        js.bar(X + side, mass, WIDTH, color=colour)
        for x in X:
            js.text(x + side, 0.04, name, ha="center", fontsize=10, fontweight="bold", color=PAPER)
    js.hlines(middle, X - WIDTH, X + WIDTH, color=INK, linewidth=2.5)
    for x, height in zip(X, middle, strict=True):
        js.text(x + WIDTH + 0.03, height, "M", va="center", fontsize=10, fontweight="bold")
    js.set_title(f"JS: mean KL from P, Q to M, {js_divergence(P, Q):.4f} nats", fontsize=10.5)
    js.set_ylabel("probability")

    edges = np.concatenate([[0.5], np.repeat(X, 2), [3.5]])
    heights = [np.repeat(np.concatenate([[0], np.cumsum(mass)]), 2) for mass in (P, Q)]
    em.fill_between(edges, *heights, color=ORANGE, alpha=0.6)
    em.plot(edges, heights[0], color=REAL)
    em.plot(edges, heights[1], "--", color=FAKE)
    for x, y, name in ((1.5, 0.37, "CDF of P"), (1.5, 0.12, "CDF of Q"), (1.5, 0.245, "area between")):
        em.text(x, y, name, ha="center", fontsize=10)
    em.set_title(f"EM: area between the CDFs, {em_cdf(P, Q, X):.4f}", fontsize=10.5)
    em.set_ylabel("cumulative probability")

    for ax in axes.flat:
        ax.set(xticks=X, xlim=(0.4, 3.6), xlabel="point x")
        ax.set_axisbelow(True)
        ax.grid(axis="x", visible=False)
        ax.tick_params(colors=GREY, labelcolor=INK)
    for ax in (tv, js):
        ax.set_ylim(0, 0.58)
    return figure


FIGURES = {"four_distances": four_distances}
