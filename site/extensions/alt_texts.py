"""What is read to those who cannot see a figure: its titles as the notebook holds them, or else where it stands."""

import re

PICTURES = ("image/png", "image/svg+xml", "image/jpeg", "image/gif")
HEADING = re.compile(r"(?m)^#{1,4} +(.+)$")
FENCE = re.compile(r"(?ms)^```.*?^```")
TOLD = "Figure: "  # as wganlib.course.figures.describe_figure begins


def describe_figures(cells):
    """Give each code cell that shows a picture MyST-NB's setting for its alt text, where it has none."""
    heading = "this chapter"
    for cell in cells:
        if cell["cell_type"] == "markdown":
            heading = last_heading(cell["source"]) or heading
        elif shows_a_picture(cell):
            image = cell["metadata"].setdefault("mystnb", {}).setdefault("image", {})
            image.setdefault("alt", told(cell["outputs"]) or fallback(cell["source"], heading))


def last_heading(source):
    """The last heading of a Markdown cell in plain words, or None."""
    found = HEADING.findall(FENCE.sub("", source))
    return re.sub(r"[*`$\\]", "", found[-1]).strip() if found else None


def shows_a_picture(cell):
    return any(set(PICTURES) & set(output.get("data", {})) for output in cell["outputs"])


def told(outputs):
    """What the figures said of themselves when the notebook was run, or ""."""
    texts = ["".join(output.get("data", {}).get("text/plain", "")) for output in outputs]
    return " ".join(text for text in texts if text.startswith(TOLD))


def fallback(source, heading):
    """What the cell's code tells of its figure: a drawing's name, an explorer, a title; and the section."""
    drawing = re.search(r"load_figure\(\"(\w+)\"\)", source)
    title = re.search(r"title=f?\"([^\"{]+)\"|set_title\(\"([^\"{]+)\"", source)
    if drawing:
        return f"Drawing: {drawing[1].replace('_', ' ')}"
    if ".still(" in source:
        return f"One picture of the explorer in the section “{heading}”"
    if title:
        return f"Figure: {title[1] or title[2]}"
    return f"Figure in the section “{heading}”"
