"""For trainings that are compared after the same minutes: their arguments, and how many steps that is here."""

import argparse
from dataclasses import replace
from pathlib import Path

from kept_runs import kept

from wganlib.train import seconds_per_step


def read_arguments(description, work, parts=(), minutes=10):
    """--minutes of each training, --seeds, the folder --work, and where there are parts, --only some of them."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--work", type=Path, default=work)
    if parts:
        parser.add_argument("--only", nargs="+", metavar="PART", choices=parts, default=parts, help="some parts")
    return parser.parse_args()


def with_steps(plan, images, minutes, work, name, labels=None, n_classes=None):
    """The recipe with as many steps as last so many minutes; they are timed once, and kept under the name."""

    def timed():
        seconds = seconds_per_step(plan, images, plan.build(images, n_classes=n_classes), labels)
        return {"steps": max(1, round(60 * minutes / seconds))}

    return replace(plan, steps=kept(work, f"{name}_length", timed)["steps"])
