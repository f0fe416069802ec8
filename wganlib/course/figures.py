"""The drawn figures of `images/`, found beside a checkout or inside the installed package; a figure in words."""

import textwrap
from pathlib import Path

from wganlib._arguments import show

PLACES = (Path(__file__).parents[1] / "images", Path(__file__).parents[2] / "images")


def load_figure(name):
    """A drawn figure by its name without the ending, as an object that a notebook shows.

    Raises:
        FileNotFoundError: there is no such figure; the message lists those there are.
    """
    from IPython.display import SVG

    for place in PLACES:
        if (place / f"{name}.svg").is_file():
            return SVG(filename=str(place / f"{name}.svg"))
    there = sorted({path.stem for place in PLACES for path in place.glob("*.svg")})
    raise FileNotFoundError(f"There is no figure {show(name)}. Available: {', '.join(there) or 'none'}.")


def describe_figure(figure):
    """What a matplotlib figure says of itself in words: its titles, or else what its axes show, as "Figure: …".

    A notebook keeps this beside the picture, and the site reads it to those who cannot see it.
    """
    titles = [figure.get_suptitle()]
    titles += [ax.get_title(place) for ax in figure.axes for place in ("left", "center", "right")]
    axes = [f"{ax.get_ylabel()} over {ax.get_xlabel()}" for ax in figure.axes if ax.get_xlabel() and ax.get_ylabel()]
    told = dict.fromkeys(filter(None, titles)) or dict.fromkeys(axes)
    words = "; ".join(told).replace("$", "").replace("\\", "")
    return f"Figure: {textwrap.shorten(words, 250, placeholder=' …') or 'without a title'}"
