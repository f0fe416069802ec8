"""Figure of chapter 05: what TV, KL, JS and EM measure, on the chapter's worked example."""

import numpy as np

from wganlib.distances import em_cdf, js_divergence, kl_divergence, total_variation
from wganlib.plots.figures import new_figure
from wganlib.plots.style import FAKE, GREY, INK, ORANGE, REAL

P, Q, X = np.full(3, 1 / 3), np.array([0.2, 0.5, 0.3]), np.array([1, 2, 3])
WIDTH = 0.32


def four_distances():
    figure, axes = new_figure(9, 6.4, nrows=2, ncols=2)
    tv, kl, js, em = axes.flat

    low, high = np.minimum(P, Q), np.maximum(P, Q)
    tv.bar(X, low, 0.6, color="#E4E7EB", label="shared")
    for name, more, colour in (("more in P", P > Q, REAL), ("more in Q", Q > P, FAKE)):
        tv.bar(X[more], (high - low)[more], 0.6, bottom=low[more], color=colour, label=name)
    tv.set_title(f"TV: half of what is not shared, {total_variation(P, Q):.4f}", fontsize=10.5)
    tv.set_ylabel("probability")
    tv.legend(fontsize=9, loc="upper left")

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
    js.bar(X - WIDTH / 2, P, WIDTH, color=REAL, label="P")
    js.bar(X + WIDTH / 2, Q, WIDTH, color=FAKE, label="Q")
    js.hlines(middle, X - WIDTH, X + WIDTH, color=INK, linewidth=2.5, label="M, the mean")
    js.set_title(f"JS: mean KL from P, Q to M, {js_divergence(P, Q):.4f} nats", fontsize=10.5)
    js.set_ylabel("probability")
    js.legend(fontsize=9, loc="upper left")

    edges = np.concatenate([[0.5], np.repeat(X, 2), [3.5]])
    heights = [np.repeat(np.concatenate([[0], np.cumsum(mass)]), 2) for mass in (P, Q)]
    em.fill_between(edges, *heights, color=ORANGE, alpha=0.6, label="area between")
    em.plot(edges, heights[0], color=REAL, label="CDF of P")
    em.plot(edges, heights[1], color=FAKE, label="CDF of Q")
    em.set_title(f"EM: area between the CDFs, {em_cdf(P, Q, X):.4f}", fontsize=10.5)
    em.set_ylabel("cumulative probability")
    em.legend(fontsize=9, loc="upper left")

    for ax in axes.flat:
        ax.set(xticks=X, xlim=(0.4, 3.6), xlabel="point x")
        ax.grid(axis="x", visible=False)
        ax.tick_params(colors=GREY, labelcolor=INK)
    for ax in (tv, js):
        ax.set_ylim(0, 0.66)
    return figure


FIGURES = {"four_distances": four_distances}
