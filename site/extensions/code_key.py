"""A key of the code behind a module of wganlib: it changes when one of the files that it imports does."""

import ast
import hashlib
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("matplotlib", "numpy", "scipy", "pillow", "ipywidgets")


def key_of(module, also=()):
    """The key of a file: of its code, of what it imports of wganlib, of the assets and of the libraries' versions."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    assets = (ROOT / "wganlib" / "assets").glob("*.*")
    for path in sorted({*files_behind(Path(module)), *assets, *map(Path, also)}):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def files_behind(module):
    """A file of wganlib and all the others that it imports, directly or not; the package's own __init__ excepted."""
    seen, waiting = set(), [Path(module)]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += imported_files(path)
    return seen


def imported_files(path):
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wganlib"):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found += [file for name in names if (file := file_of(name))]
    return found


def file_of(name):
    """The file of a module by its dotted name; None for anything but a module, and for wganlib itself."""
    place = ROOT.joinpath(*name.split("."))
    if name == "wganlib":
        return None
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)
