"""One look for every figure: an Okabe–Ito palette that colour-blind readers can tell apart, legible sizes."""

# Okabe & Ito 2008, https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PINK, GREY = "#56B4E9", "#CC79A7", "#6B7280"
INK, PAPER, LINE = "#1F2933", "#FFFFFF", "#CBD2D9"
PALETTE = (BLUE, ORANGE, GREEN, RED, SKY, PINK, GREY)

# What each thing is always drawn in.
REAL, FAKE = BLUE, RED


def use_style():
    """Set matplotlib's defaults to the course's look (a white card, so that it reads on light and dark pages)."""
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=PALETTE),
            "figure.facecolor": PAPER,
            "savefig.facecolor": PAPER,
            "figure.dpi": 100,
            "figure.figsize": (7.5, 4.2),
            "figure.constrained_layout.use": True,
            "font.size": 11,
            "axes.titlesize": 12,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.edgecolor": GREY,
            "axes.labelcolor": INK,
            "text.color": INK,
            "axes.grid": True,
            "grid.color": LINE,
            "grid.linewidth": 0.6,
            "axes.spines.top": False,
            "axes.spines.right": False,
            # A ground without an edge: no grid line runs through the words.
            "legend.frameon": True,
            "legend.facecolor": PAPER,
            "legend.edgecolor": "none",
            "legend.framealpha": 0.9,
            "lines.linewidth": 1.8,
            "image.cmap": "gray",
            "svg.fonttype": "path",
            "svg.hashsalt": "wganlib",
        }
    )
