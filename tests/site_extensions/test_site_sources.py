"""The pages beside conf.py say what is there: their code compiles, their names exist, their lists are whole."""

import re
from pathlib import Path

import pytest

import wganlib as wl

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "site"
PAGES = [path for path in sorted(SITE.rglob("*.md")) if path.parent.name != "chapters"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_code_compiles_and_names_exist(path):
    text = path.read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, flags=re.S):
        compile(block, path.name, "exec")
    for dotted in re.findall(r"\bwl\.([A-Za-z_][\w.]*\w)", text):
        thing = wl
        for name in dotted.split("."):
            thing = getattr(thing, name)


def test_the_first_page_lists_the_chapters_in_order():
    linked = re.findall(
        r"^\| \[(\d\d) · [^]]+\]\(chapters/([^)]+)\)", (SITE / "index.md").read_text("utf-8"), flags=re.M
    )
    assert linked == [(path.name[:2], path.name) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


def test_the_api_has_a_page_for_each_room():
    rooms = {path.parent.name for path in (ROOT / "wganlib").glob("*/__init__.py")} - {"assets"}
    rooms |= {"losses", "devices"}
    listed = re.findall(
        r"\.\. room:: wganlib\.(\w+)", "\n".join(p.read_text("utf-8") for p in (SITE / "api").glob("*.rst"))
    )
    assert set(listed) == rooms
