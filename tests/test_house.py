"""The house: short lists of names, rooms that load when they are asked for, tests that mirror the code."""

import importlib
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import wganlib

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "wganlib"
ROOMS = sorted(info.name for info in pkgutil.walk_packages(wganlib.__path__, "wganlib.") if info.ispkg)
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_importing_the_library_does_not_load_the_course():
    script = "import wganlib, sys; assert not any(m.startswith('wganlib.course') for m in sys.modules); wganlib.course"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_library_shows_few_names_and_all_of_them_are_there():
    assert len(wganlib.__all__) <= 45
    assert len(set(wganlib.__all__)) == len(wganlib.__all__)
    assert dir(wganlib) == sorted([*wganlib.__all__, "course"])  # what a notebook completes wl. to
    for room in ["wganlib", *ROOMS]:
        module = importlib.import_module(room)
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{room} lists {name}, which it does not have"


def pages():
    """{name: code and prose} of README and the chapters."""
    found = {"README": (ROOT / "README.md").read_text(encoding="utf-8")}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[path.stem] = "\n".join("".join(cell["source"]) for cell in cells)
    return found


def test_each_of_these_names_is_used_where_readers_meet_it():
    text = "\n".join(pages().values())
    unused = [name for name in wganlib.__all__ if not re.search(rf"\b(wl\.{name}\b|from wganlib\.{name} import)", text)]
    assert unused == []


@pytest.mark.parametrize(("page", "text"), pages().items(), ids=list(pages()))
def test_a_page_writes_listed_names_by_their_shortest_way(page, text):
    """`wl.X` or `wl.room.X`, as the lists of `wl` and of the room have it; the course may open what belongs to it."""
    for first, second in re.findall(r"\bwl\.(\w+)(?:\.(\w+))?", text):
        assert first in [*wganlib.__all__, "course"], f"wl.{first}"
        listed = getattr(getattr(wganlib, first), "__all__", None)  # of a room; wl.losses shows what it defines
        if first != "course" and listed and second:
            assert second in listed, f"wl.{first}.{second}"
            assert second not in wganlib.__all__, f"wl.{first}.{second} is wl.{second}"
    for room, names in re.findall(r"^ *from wganlib\.(\w[\w.]*) import (.+)$", text, flags=re.M):
        if room.split(".")[0] != "course":
            assert room in wganlib.__all__, f"from wganlib.{room} import"
            assert set(re.findall(r"\w+", names)) <= set(getattr(wganlib, room).__all__), (
                f"from wganlib.{room}: {names}"
            )
    assert not re.search(r"^ *import wganlib\.", text, flags=re.M)


@pytest.mark.parametrize("room", ["wganlib", *ROOMS])
def test_no_name_hides_a_module(room):
    module = importlib.import_module(room)
    inside = {info.name for info in pkgutil.iter_modules(module.__path__)}
    hiding = [name for name in inside & set(vars(module)) if vars(module)[name] is not sys.modules[f"{room}.{name}"]]
    assert hiding == [], "import and attribute would give two things"


def test_no_two_classes_or_functions_of_the_library_share_a_name():
    owners = {}
    for path in PACKAGE.rglob("*.py"):
        if not path.name.startswith("_"):
            for name in re.findall(r"^(?:class|def) ([A-Za-z]\w*)", path.read_text(encoding="utf-8"), flags=re.M):
                if name != "main":  # of a module that is a command
                    owners.setdefault(name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: paths for name, paths in owners.items() if len(paths) > 1} == {}


def test_tests_mirror_the_package():
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE).with_suffix("")
        if path.name == "__init__.py":
            continue
        expected = place.parent / f"test_{place.name.lstrip('_')}.py"
        assert (ROOT / "tests" / expected).is_file(), f"no tests/{expected} for wganlib/{place}.py"


def test_the_map_of_contributing_names_every_file_of_the_package():
    drawn = CONTRIBUTING.partition("\nwganlib/\n")[2].partition("\nsite/")[0]
    assert set(re.findall(r"\w+\.py", drawn)) == {path.name for path in PACKAGE.glob("*.py")}
    rooms = dict(re.findall(r"^  (\w+)/ +(\w.*(?:\n   .*)*)", drawn, flags=re.M))
    assert set(rooms) == {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    for room, words in rooms.items():
        files = {path.stem for path in (PACKAGE / room).glob("*.py")} - {"__init__"}
        named = re.sub(r"\(.*?\)", "", words, flags=re.S).split()
        assert sorted(named) == sorted(files), f"the map's line of {room}/"
