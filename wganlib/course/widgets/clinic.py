"""Explorer: a recorded run, healthy or broken. What can be said of it, after how many steps, and from what?"""

import io
import json
import textwrap
from functools import cache
from importlib.resources import files

import ipywidgets as widgets
import numpy as np

from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.diagnosis.examination import Examination
from wganlib.diagnosis.health import diagnose
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, GREEN, GREY, INK, RED

STEPS_PER_VALUE = 2  # a recorded value is the mean of two steps
# One of each kind of trouble, and who is well.
TYPICAL = (
    "never clipped",
    "α per pixel",
    "no ε",
    "BatchNorm in the critic",
    "penalty in inference mode",
    "wrong sign",
    "z never redrawn",
    "sigmoid on the critic",
    "momentum too high",
    "one real batch for all",
    "GAN, collapsed",
    "GAN, saturated",
    "WGAN-GP, seed 0",
    "WGAN, seed 0",
    "GAN, seed 0",
)
TITLES = {
    "wasserstein": "Wasserstein estimate",
    "gradient_norm": "mean gradient norm, as logged",
    "critic_loss": "discriminator loss",
    "generator_loss": "generator loss",
}


@cache
def load_clinic():
    """The recorded runs: {name: (curves, Examination, the right verdict)}, made by benchmarks/record_health_runs.py."""
    arrays = np.load(io.BytesIO((files("wganlib") / "assets" / "clinic.npz").read_bytes()))
    runs = {}
    for key in arrays.files:
        name, part = key.split("/")
        curves, other = runs.setdefault(name, ({}, {}))
        (curves if arrays[key].ndim else other)[part] = arrays[key]
    return {
        name: (curves, Examination(**json.loads(str(other["examination"]))), str(other["expected"]))
        for name, (curves, other) in runs.items()
    }


class ClinicExplorer(Explorer):
    """Choose one of the recorded runs, how many of its steps are seen, and whether the trainer itself may be examined;
    shows two curves and the verdict of `wganlib.diagnose`."""

    idea = {"steps": (100, 200, 400, 700), "patient": TYPICAL}

    def __init__(self):
        runs = load_clinic()
        names = [name for name, (_, _, expected) in runs.items() if expected != "healthy"]
        names += [name for name in runs if name not in names]
        controls = {
            "patient": widgets.Dropdown(options=names, value="never clipped", description="patient", **SLIDER),
            "steps": widgets.IntSlider(value=700, min=40, max=700, step=20, description="steps seen", **SLIDER),
            "inside": widgets.Checkbox(value=False, description="examine the trainer too", indent=False),
        }
        super().__init__(draw_patient, controls, alt="Two curves of a run and the verdict on it")


def draw_patient(patient, steps, inside):
    """The figure of `ClinicExplorer`: the curves up to `steps`, the rest of them pale, and the report in words."""
    curves, examination, _ = load_clinic()[patient]
    seen = max(1, steps // STEPS_PER_VALUE)
    cut = {name: values[:seen] for name, values in curves.items()}
    report = diagnose(cut, examination if inside else None)
    names = ("wasserstein", "gradient_norm") if "gradient_norm" in curves else ("wasserstein", "generator_loss")
    names = names if "wasserstein" in curves else ("critic_loss", "generator_loss")
    figure = blank_figure(9, 4.4)
    figure.subplots_adjust(left=0.08, right=0.975, bottom=0.46, top=0.92, wspace=0.2)
    for ax, name in zip(figure.subplots(ncols=2), names, strict=True):
        places = np.arange(1, len(curves[name]) + 1) * STEPS_PER_VALUE
        ax.plot(places, curves[name], color=GREY, alpha=0.55, linewidth=1)
        ax.plot(places[:seen], cut[name], color=BLUE, linewidth=1.2)
        ax.axvline(places[seen - 1], color=GREY, linestyle="--", linewidth=1)
        if name == "gradient_norm":
            ax.axhline(1, color=GREY, linestyle=":", linewidth=1)
        finite = np.abs(curves[name][np.isfinite(curves[name])])
        if finite.size and finite.max() > 100:
            ax.set_yscale("symlog", linthresh=10)
            ax.yaxis.get_major_locator().set_params(numticks=6)
            # The default's margin, a twentieth of the largest value, would go down through as many decades.
            ax.set_ylim(2 * min(np.nanmin(curves[name]), 0), 2 * np.nanmax(curves[name]))
        if not finite.size:
            ax.text(0.5, 0.5, "NaN", transform=ax.transAxes, ha="center", color=RED, fontsize=14)
            ax.set_yticks([])
        ax.set(xlabel="step", title=TITLES[name], xlim=(0, places[-1]))
    colour = GREEN if report.verdict == "healthy" else RED
    asked = "from curves and trainer" if inside else "from the curves alone"
    figure.text(0.02, 0.3, f"verdict {asked}: {report.verdict}", fontsize=13, fontweight="bold", color=colour)
    lines = [line for sentence in report.evidence for line in textwrap.wrap(f"• {sentence}", 122)]
    figure.text(0.02, 0.265, "\n".join(lines[:7]), fontsize=9.5, color=INK, va="top", linespacing=1.4)
    return figure
