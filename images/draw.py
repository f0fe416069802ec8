"""Draws every figure of this folder: python images/draw.py [name …]

A figure is a function without arguments in drawings/ that returns a matplotlib Figure; each file there lists its own in
FIGURES = {"name": function}. The SVGs carry no date, so drawing them again changes nothing unless the drawing changed.
"""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from wganlib.plots.style import use_style  # noqa: E402


def all_figures():
    """{name: function} over all files in drawings/."""
    figures = {}
    for path in sorted((HERE / "drawings").glob("[a-z]*.py")):
        figures.update(importlib.import_module(f"drawings.{path.stem}").FIGURES)
    return figures


def main(names):
    use_style()
    figures = all_figures()
    for name in names or figures:
        figures[name]().savefig(HERE / f"{name}.svg", metadata={"Date": None, "Creator": None})
        print(f"images/{name}.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
