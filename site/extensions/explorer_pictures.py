"""Draws the explorers' pictures before the pages are read, by the explorers' own code, two at a time; keeps them."""

import json
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from code_key import key_of
from explorer_drawing import draw

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WIDGETS = ROOT / "wganlib" / "course" / "widgets"
KEPT = ROOT / "runs" / "site" / "pictures"  # of _static/explorers/, one folder an explorer


def setup(app):
    # Before the chapters, which ask for the pictures' numbers.
    app.connect("config-inited", draw_all, priority=100)
    app.connect("build-finished", copy_all)
    return {"parallel_read_safe": True}


def draw_all(app=None, config=None):
    """Draw what has no pictures, or pictures that another code has drawn."""
    began = time.monotonic()
    missing = [name for name in explorers_with_an_idea() if not is_kept(name)]
    if not missing:
        return
    # Not forked: TensorFlow's threads would be missing in the copy.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        count = sum(pool.map(draw_and_keep, missing))
    print(f"drew {count} pictures of {len(missing)} explorers in {time.monotonic() - began:.0f} s", file=sys.stderr)


def explorers_with_an_idea():
    """The classes of `wganlib.course.widgets` that name the controls which carry their idea."""
    from wganlib.course import widgets

    return [name for name in widgets.__all__ if getattr(widgets, name).idea]


def is_kept(name):
    found = pictures_of(name)
    return found is not None and found["key"] == class_key(name)


def class_key(name):
    """A key of the code that draws this explorer's pictures."""
    from wganlib.course import widgets

    module = getattr(widgets, name).__module__.rpartition(".")[2]
    return key_of(WIDGETS / f"{module}.py", also=[HERE / "explorer_drawing.py", HERE / "explorer_values.py"])


def pictures_of(name):
    """What is kept of an explorer's pictures: labels, sizes, key; None where there are none."""
    record = KEPT / str(name) / "pictures.json"
    return json.loads(record.read_text(encoding="utf-8")) if record.is_file() else None


def draw_and_keep(name):
    """All pictures of one explorer, and what the page has to know; returns how many. In a process of its own."""
    folder = KEPT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    record, count = draw(name, folder)
    record["key"] = class_key(name)
    (folder / "pictures.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return count


def copy_all(app, exception):
    """Put the pictures beside the pages."""
    if exception is None and app.builder.format == "html":
        shutil.copytree(
            KEPT,
            Path(app.outdir) / "_static" / "explorers",
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("*.json"),
        )
