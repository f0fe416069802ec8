"""Draws the pictures of one explorer by its own code, for each combination of the values that its `idea` names."""

MOST = 80
DPI = 120


def draw(name, folder):
    """Draw 000.webp, 001.webp, … of the explorer of this class; returns (what the page has to know, how many)."""
    import matplotlib

    matplotlib.use("agg")
    from explorer_values import describe

    from wganlib.course import widgets
    from wganlib.plots.figures import outside_pyplot
    from wganlib.plots.style import use_style

    use_style()
    with outside_pyplot():
        explorer = getattr(widgets, name).for_site()
        record, settings = describe(explorer)
        if len(settings) > MOST:
            raise ValueError(f"{name} has {len(settings)} pictures, more than {MOST}. Name fewer values in its `idea`.")
        for number, values in enumerate(settings):
            picture = as_picture(explorer.still(**values))
            picture.save(folder / f"{number:03d}.webp", lossless=True, quality=30, method=2)
    # Shown at the size of the notebook's pictures.
    sides = {"width": round(picture.width * 100 / DPI), "height": round(picture.height * 100 / DPI)}
    return record | sides, len(settings)


def as_picture(figure):
    """A Figure as an RGB image of Pillow."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
