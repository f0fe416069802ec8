"""An explorer without a kernel: its pictures under the controls that carry its idea, moved by explorer.js."""

import html
import json

from explorer_pictures import pictures_of


def explorer_html(name, root):
    """The explorer of this class; `root` leads from the page to the top."""
    pictures = pictures_of(name)
    if pictures is None:
        raise ValueError(
            f"The site has no pictures of {name}. An explorer in a page must be one of wganlib.course.widgets, with an "
            "`idea`."
        )
    controls = "".join(control_html(control) for control in pictures["controls"])
    start = start_number(pictures["controls"])
    folder = f"{root}_static/explorers/{name}/"
    size = f'width="{pictures["width"]}" height="{pictures["height"]}"'
    return (
        f'<figure class="explorer" data-folder="{folder}"><div class="explorer-controls">{controls}</div>'
        f'<img src="{folder}{start:03d}.webp" alt="{html.escape(pictures["alt"])}" {size} loading="lazy" '
        f'decoding="async"><figcaption>{caption(pictures)}</figcaption></figure>'
    )


def control_html(control):
    """A slider, or a list to choose from where the values have no order."""
    label, labels = html.escape(control["label"]), control["labels"]
    if control["ordered"]:
        start, shown = control["start"], html.escape(labels[control["start"]])
        texts = html.escape(json.dumps(labels, ensure_ascii=False))
        return (
            f'<label><span>{label}</span><input type="range" min="0" max="{len(labels) - 1}" value="{start}" '
            f'data-count="{len(labels)}" data-labels="{texts}" aria-valuetext="{shown}">'
            f"<output>{shown}</output></label>"
        )
    options = "".join(
        f'<option value="{index}"{" selected" * (index == control["start"])}>{html.escape(text)}</option>'
        for index, text in enumerate(labels)
    )
    return f'<label><span>{label}</span><select data-count="{len(labels)}">{options}</select></label>'


def start_number(controls):
    """The picture that is shown first; they are numbered with the last control running fastest."""
    number = 0
    for control in controls:
        number = number * len(control["labels"]) + control["start"]
    return number


def caption(pictures):
    """Which controls rest on the page, so that nobody looks for them."""
    resting = ", ".join(f"{html.escape(label)} {html.escape(value)}" for label, value in pictures["resting"])
    return "Move it." + (f" The other controls move in the notebook; here they rest: {resting}." if resting else "")
