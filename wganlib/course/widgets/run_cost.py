"""Explorer: will it fit, and how long will it take? Work, time and memory of a training that is only planned."""

import math
from functools import partial

import ipywidgets as widgets

from wganlib._arguments import check_number
from wganlib.course.widgets.explorer import SLIDER, Explorer
from wganlib.networks.flops import count_step
from wganlib.networks.stages import plan_discriminator, plan_generator
from wganlib.plots.figures import blank_figure
from wganlib.plots.style import BLUE, GREEN, GREY, INK, ORANGE, RED

# Image side → how often it is halved: down to a map of 7×7 or 8×8 cells.
BLOCKS = {28: 2, 32: 2, 64: 3, 128: 4}
FILTERS = (16, 32, 64, 128, 256)
SIZES = (1000, 2000, 4000, 10_000, 60_000, 200_000, 1_000_000)  # images in a folder
LAPTOP_RATE = 100e9  # FLOP per second, about what chapters 09 and 10 measure on two CPU cores
BYTES = 4  # of a float32
FIRST, LAST = 0.1, 4e10  # seconds, the ends of the scale of time
# Where a scale of seconds has names.
MARKS = {
    1: "1 s",
    60: "1 min",
    3600: "1 h",
    86_400: "1 day",
    7 * 86_400: "1 week",
    365 * 86_400: "1 year",
    3650 * 86_400: "10 years",
}


def plan_networks(side, channels, n_filters, stem):
    """The stages of generator and critic: n_filters in the generator's first map, half as many in the critic's."""
    options = dict(n_blocks=BLOCKS[side], kernel_size=5 if stem else 4, stem=stem)
    shape = (side, side, channels)
    generator = plan_generator(20, shape, n_filters, norm="batch", **options)
    return generator, plan_discriminator(shape, n_filters // 2, norm=None, dropout=0, **options)


def plan_step(side, channels, n_filters, batch_size, n_critic, stem=False):
    """The `StepFlops` of a WGAN-GP step with these networks (see `plan_networks`)."""
    generator, critic = ([stage.flops for stage in plan] for plan in plan_networks(side, channels, n_filters, stem))
    return count_step(generator, critic, batch_size, n_critic=n_critic, active_layers=len(critic) - 1)


def plan_memory(side, channels, n_filters, batch_size, images, stem=False):
    """What a run has to hold at least, in bytes: {"images": …, "networks": …, "layer outputs": …}.

    All in float32: the images; of every parameter its value, Adam's two means and its gradient, and the generator's
    moving average; of every layer its output before and after the activation, for real, generated and mixed samples.
    What the libraries take for themselves, some hundred megabytes, and their working memory come on top.
    """
    generator, critic = plan_networks(side, channels, n_filters, stem)
    parameters = [sum(stage.parameters for stage in plan) for plan in (generator, critic)]
    outputs = 2 * sum(math.prod(stage.shape) for stage in critic) + side * side * channels
    return {
        "images": BYTES * images * side * side * channels,
        "networks": BYTES * (5 * parameters[0] + 4 * parameters[1]),
        "layer outputs": BYTES * 3 * batch_size * outputs,
    }


def draw_run_cost(side, channels, n_filters, batch_size, n_critic, images, epochs, stem, rate):
    """The figure of `RunCostExplorer`; rate in FLOP per second."""
    flops = plan_step(side, channels, n_filters, batch_size, n_critic, stem)
    memory = plan_memory(side, channels, n_filters, batch_size, images, stem)
    steps = images // (n_critic * batch_size)
    epoch = steps * flops.total / rate
    figure = blank_figure(9.3, 5.0)  # fixed margins: a move should not wait for a layout
    figure.subplots_adjust(left=0.17, right=0.98, bottom=0.11, top=0.92, wspace=0.45, hspace=0.75)
    grid = figure.add_gridspec(2, 2)
    work, held, clock = (figure.add_subplot(place) for place in (grid[0, 0], grid[0, 1], grid[1, :]))
    parts = {
        "fakes": flops.fakes,
        "critic": flops.critic_forward + flops.critic_backward,
        "penalty": flops.penalty,
        "generator": flops.generator_update,
    }
    _bars(work, {name: count / 1e9 for name, count in parts.items()}, (ORANGE, BLUE, RED, GREEN))
    work.set(xlabel="GFLOP per step", title=f"{_short(flops.total / 1e9)} GFLOP a step")
    total = sum(memory.values())
    unit, name = (2**30, "GiB") if total > 2**31 else (2**20, "MiB")
    _bars(held, {part: count / unit for part, count in memory.items()}, (GREY, GREEN, BLUE))
    held.set(xlabel=name, title=f"At least {_short(total / unit)} {name} to hold")
    speeds = {"this machine": 1, "10 times as fast": 10, "100 times as fast": 100}
    for place, factor in enumerate(speeds.values() if steps else ()):
        seconds = epochs * epoch / factor
        clock.barh(-place, max(seconds, FIRST), height=0.5, color=BLUE if factor == 1 else GREY)
        clock.text(max(seconds, FIRST) * 1.3, -place, duration(seconds), va="center", fontsize=10, color=INK)
    clock.set_xscale("log")
    clock.set(xlim=(FIRST, LAST), ylim=(-len(speeds) + 0.4, 0.6))
    clock.set_yticks([-place for place in range(len(speeds))], list(speeds))
    clock.set_xticks(list(MARKS), list(MARKS.values()))
    clock.minorticks_off()
    clock.grid(axis="y", visible=False)
    clock.set_axisbelow(True)
    clock.set_xlabel("time for all epochs")
    pace = f"{steps:,} steps, {duration(epoch)} an epoch at {_short(rate / 1e9)} GFLOP/s"
    if steps:
        clock.set_title(f"{pace}: {duration(epochs * epoch)} in all")
    else:
        needed = f"{n_critic} × {batch_size} = {n_critic * batch_size:,}"
        clock.set_title(f"{images:,} images are too few: one step takes {needed}")
    return figure


class RunCostExplorer(Explorer):
    """Choose images, networks and training: what a step calculates, what has to be held, how long a run takes.

    Args:
        rate: FLOP per second that a training step reaches here: `step_flops(…).total` divided by a step's time.
    """

    idea = {"images": SIZES, "side": list(BLOCKS)}

    @classmethod
    def for_site(cls):
        return cls(LAPTOP_RATE)

    def __init__(self, rate):
        draw = partial(draw_run_cost, rate=check_number("rate", rate, above=0))
        choices = {
            "side": (list(BLOCKS), 32, "image side"),
            "channels": ([("1 (grey)", 1), ("3 (colour)", 3)], 3, "channels"),
            "n_filters": (list(FILTERS), 64, "n_filters"),
            "batch_size": ([16, 32, 64, 128, 256], 64, "batch size"),
            "n_critic": ([1, 2, 3, 5, 10], 2, "n_critic"),
            "images": ([(f"{size:,}", size) for size in SIZES], 4000, "images"),
            "epochs": ([1, 5, 20, 50, 100, 500], 20, "epochs"),
            "stem": ([("no", False), ("yes, kernel 5", True)], False, "stem"),
        }
        controls = {
            name: widgets.SelectionSlider(options=options, value=value, description=text, **SLIDER)
            for name, (options, value, text) in choices.items()
        }
        super().__init__(draw, controls, alt="Work per step, memory and running time of the planned training")


def duration(seconds):
    """A time in words: "0.4 s", "7 min", "3.2 h", "5 days", "3 years"."""
    for name, length, limit in (
        ("s", 1, 100),
        ("min", 60, 6000),
        ("h", 3600, 48 * 3600),
        ("days", 86_400, 700 * 86_400),
    ):
        if seconds < limit:
            return f"{_short(seconds / length)} {name}"
    return f"{_short(seconds / (365 * 86_400))} years"


def _bars(ax, values, colours):
    names = list(values)
    ax.barh(names, list(values.values()), color=colours)
    ax.invert_yaxis()
    ax.set_xlim(0, 1.25 * max(values.values()))
    for place, value in enumerate(values.values()):
        ax.text(value, place, f" {_short(value)}", va="center", fontsize=9.5, color=INK)
    ax.grid(axis="y", visible=False)
    ax.set_axisbelow(True)


def _short(number):
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"
