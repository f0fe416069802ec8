"""Leaves the theme's source maps out: two megabytes that only its developers read."""

from pathlib import Path


def setup(app):
    app.connect("build-finished", remove)
    return {"parallel_read_safe": True}


def remove(app, exception):
    if exception is None and app.builder.format == "html":
        for source_map in Path(app.outdir, "_static").rglob("*.map"):
            source_map.unlink()
