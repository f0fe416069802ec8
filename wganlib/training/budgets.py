"""How much work a notebook does here: smoke (a test), laptop (a CPU, minutes) or full (a GPU, wider networks)."""

import os
from dataclasses import dataclass

from wganlib._arguments import check_choice, show

NAMES = ("smoke", "laptop", "full")
VARIABLE = "WGANLIB_BUDGET"


@dataclass(frozen=True)
class Budget:
    """The chosen amount of work. `pick` returns the value that belongs to it."""

    name: str
    reason: str

    def __post_init__(self):
        check_choice("name", self.name, NAMES)

    def pick(self, *, smoke, laptop, full):
        """The one of three values that fits this budget, e.g. `epochs = budget.pick(smoke=1, laptop=20, full=100)`."""
        return {"smoke": smoke, "laptop": laptop, "full": full}[self.name]

    def __str__(self):
        return f"{self.name} ({self.reason})"


def choose_budget(name=None):
    """Choose the budget: by name, else by the environment variable WGANLIB_BUDGET, else by hardware.

    Args:
        name: "smoke", "laptop", "full", or None to choose by environment and hardware.

    Returns:
        A `Budget`: "full" where TensorFlow sees a GPU, "laptop" elsewhere, unless told otherwise.

    Raises:
        ValueError: another name, or another value of the variable.
    """
    origin = "asked for"
    if name is None and os.environ.get(VARIABLE):
        name, origin = os.environ[VARIABLE], f"from {VARIABLE}"
    if name is None:
        import tensorflow as tf

        gpu = bool(tf.config.list_physical_devices("GPU"))
        return Budget("full", "a GPU was found") if gpu else Budget("laptop", "no GPU was found")
    if not isinstance(name, str) or name not in NAMES:
        raise ValueError(f"The budget must be one of {', '.join(map(repr, NAMES))}. Received: {show(name)} ({origin}).")
    return Budget(name, origin)
