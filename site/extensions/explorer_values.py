"""What the controls of an explorer hold on the site: their labels, their values' texts, where they start."""

from itertools import product

import ipywidgets as widgets
import numpy as np

ORDERED = (
    widgets.IntSlider,
    widgets.FloatSlider,
    widgets.FloatLogSlider,
    widgets.SelectionSlider,
)


def describe(explorer):
    """(record, settings): what the page has to know, and for each picture the values that `still` takes."""
    values = {name: list(chosen) for name, chosen in explorer.idea.items()}
    controls = [
        {
            "name": name,
            "label": label(explorer.controls[name], name),
            "ordered": isinstance(explorer.controls[name], ORDERED),
            "labels": [text(explorer.controls[name], value) for value in held],
            "start": nearest(explorer.controls[name].value, held),
        }
        for name, held in values.items()
    ]
    resting = {name: control for name, control in explorer.controls.items() if name not in values}
    record = {
        "controls": controls,
        "alt": explorer.alt,
        "resting": [
            [label(control, name), text(control, explorer.held.get(name, control.value))]
            for name, control in resting.items()
        ],
    }
    settings = [dict(zip(values, chosen, strict=True)) | explorer.held for chosen in product(*values.values())]
    return record, settings


def options(control):
    """[(text, value)] of a control that offers a list."""
    return [option if isinstance(option, tuple) else (str(option), option) for option in control.options]


def label(control, name):
    return control.description or name.replace("_", " ")


def text(control, value):
    """A value as the control writes it."""
    if hasattr(control, "options"):
        return next((text for text, offered in options(control) if offered == value), str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}"


def nearest(start, values):
    """Where the control's start, or what lies nearest to it, stands in the list."""
    if start in values:
        return values.index(start)
    numbers = all(isinstance(value, (int, float)) for value in [start, *values])
    return int(np.argmin([abs(value - start) for value in values])) if numbers else 0
