"""What the scripts in benchmarks/ measured: small records that ship with the package, for chapters and README."""

import json
from importlib.resources import files

from wganlib._arguments import check_choice

RECORDS = files("wganlib") / "assets" / "records"


def record_names():
    """The names of the records that ship, sorted; each is written by the script of its name in benchmarks/."""
    return sorted(place.name.removesuffix(".json") for place in RECORDS.iterdir() if place.name.endswith(".json"))


def load_record(name):
    """A benchmark's record, as benchmarks/<name>.py wrote it.

    Args:
        name: one of `record_names()`, e.g. "compare_trainers".

    Returns:
        A dictionary; every record has "date", "device" and "versions", and what the script's first lines describe.

    Raises:
        ValueError: there is no record of that name.
    """
    check_choice("name", name, tuple(record_names()))
    return json.loads((RECORDS / f"{name}.json").read_text(encoding="utf-8"))
