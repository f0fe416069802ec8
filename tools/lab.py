"""Opens the course in JupyterLab, on a copy of the chapters: python tools/lab.py [what `jupyter lab` takes …]

To run a chapter is to change its file, and git would not pull over that. So the chapters are copied into my_notebooks/,
which git ignores. Where a chapter has been renewed, an untouched copy follows it, and one that was worked in is kept
beside it, under a name with the date.
"""

import hashlib
import itertools
import json
import os
import shutil
import sys
import time
from pathlib import Path

import nbformat
from jupyterlab.labapp import LabApp
from nbformat.sign import NotebookNotary

ROOT = Path(__file__).resolve().parents[1]
COPIES = "my_notebooks"
FIRST = "00_start_here.ipynb"


def copy_chapters(originals, copies):
    """Bring the copies up to date, and return {chapter: the name under which work in an older one is kept}."""
    copies.mkdir(exist_ok=True)
    record = copies / ".copied.json"  # {chapter: hash of the original that was copied}
    copied = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    kept = {}
    for original in sorted(originals.glob("*.ipynb")):
        copy, new, old = copies / original.name, _hash(original), copied.get(original.name)
        if copy.is_file() and new != old and _hash(copy) not in (new, old):
            kept[original.name] = copy.rename(_free_name(copy)).name
        if not copy.is_file() or new != old:
            shutil.copyfile(original, copy)
        copied[original.name] = new
    record.write_text(json.dumps(copied, indent=1) + "\n", encoding="utf-8")
    return kept


def _hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _free_name(path):
    day = time.strftime("%Y-%m-%d")
    for number in itertools.count(1):
        # The date first: a tab shows the beginning of a name.
        free = path.with_name(f"until_{day}{f'_{number}' if number > 1 else ''}_{path.name}")
        if not free.exists():
            return free


def trust_chapters(originals, notary=None):
    """Let JupyterLab show the outputs that the chapters come with as it shows those of a reader's own: the quizzes."""
    notary = notary or NotebookNotary()
    for original in originals.glob("*.ipynb"):
        notary.sign(nbformat.read(original, as_version=4))


def main(arguments):
    for name, before in copy_chapters(ROOT / "notebooks", ROOT / COPIES).items():
        print(f"{name} has been renewed. What you did in it is in {COPIES}/{before}.")
    trust_chapters(ROOT / "notebooks")
    print(f"The chapters are in {COPIES}/, copies that you can change as you like. Ctrl-C twice ends JupyterLab.")
    os.chdir(ROOT)
    # The address that is printed opens the first chapter, too.
    LabApp.launch_instance([f"--LabApp.default_url=/lab/tree/{COPIES}/{FIRST}", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
