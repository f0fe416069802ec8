"""Explorers: one idea under sliders, one file each. They draw with matplotlib and need a running kernel to move."""

from wganlib.widgets.explorer import Explorer

__all__ = ["Explorer"]
