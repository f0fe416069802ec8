"""The drawn figures of `images/`, found beside a checkout or inside the installed package."""

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
