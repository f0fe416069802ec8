"""Draws images/explorer.gif, README's picture of an explorer: python images/explorer.py

Chapter 05's explorer of distances, its slider moved there and back, drawn by the explorer's own code as for the site.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("agg")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "site" / "extensions"))

from explorer_drawing import as_picture  # noqa: E402

from wganlib.course.widgets import DistancesExplorer  # noqa: E402
from wganlib.plots.figures import outside_pyplot  # noqa: E402
from wganlib.plots.style import use_style  # noqa: E402

WIDTH = 640
COLOURS = 64
PAUSE = 200  # milliseconds a picture is shown


def pictures():
    """The explorer's figure at each place of its slider, as images of Pillow."""
    explorer = DistancesExplorer()
    places = explorer.idea["q_centre"]
    with outside_pyplot():
        for place in [*places, *places[-2:0:-1]]:
            picture = as_picture(explorer.still(q_centre=place, shape="box"))
            yield picture.resize((WIDTH, round(picture.height * WIDTH / picture.width))).quantize(COLOURS)


def main():
    use_style()
    first, *others = pictures()
    first.save(HERE / "explorer.gif", save_all=True, append_images=others, duration=PAUSE, loop=0, optimize=True)
    print("images/explorer.gif")


if __name__ == "__main__":
    main()
