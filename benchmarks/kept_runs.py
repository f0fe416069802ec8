"""Runs that are in the work folder already are not made again, and parts of a record that are not measured stay."""

import json
import time
from pathlib import Path

from wganlib._saving import whole_file


def kept(folder, name, make):
    """The result of `make()`, from folder/name.json if it is there; else it is made, and kept there."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    if not path.exists():
        result = make()
        with whole_file(path) as whole:
            whole.write_text(json.dumps(result), encoding="utf-8")
        print(f"{time.strftime('%H:%M:%S')} {name}: made", flush=True)
    return json.loads(path.read_text(encoding="utf-8"))


def add_to_record(path, parts):
    """Write a record's parts, and leave its others as they are."""
    already = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    with whole_file(path) as whole:
        whole.write_text(json.dumps(already | parts, ensure_ascii=False) + "\n", encoding="utf-8")


def rounded(value, digits=4):
    """Numbers to so many significant digits, in lists and dictionaries too."""
    if isinstance(value, dict):
        return {name: rounded(inner, digits) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner, digits) for inner in value]
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value
