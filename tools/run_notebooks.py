"""Executes notebooks from top to bottom and saves their outputs in place, ready to commit.

    python tools/run_notebooks.py [notebooks/07_wgan_gp.ipynb …]     (none named: all of notebooks/)

The budget comes from WGANLIB_BUDGET, and a chapter prints so, unless this machine chooses the same one by itself. A
notebook in which a cell fails is left as it was.
"""

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
# What JupyterLab writes when a kernel of ipykernel starts: with this in the file, opening a chapter changes nothing.
# The version is that of the Python which made the outputs.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.11.7",
    },
}
WIDGET = "application/vnd.jupyter.widget-view+json"


def leave_the_budget_to_the_machine():
    """Forget a WGANLIB_BUDGET that the machine chooses anyway, so that a chapter prints what a reader's prints."""
    from wganlib.training.budgets import VARIABLE, choose_budget

    asked = os.environ.pop(VARIABLE, "")
    if asked and asked != choose_budget().name:
        os.environ[VARIABLE] = asked


def clean(notebook):
    """Take out what only says when and where the notebook ran, and join the pieces of one stream."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for noise in ("execution", "ExecuteTime", "collapsed", "scrolled"):
            cell.metadata.pop(noise, None)
        if cell.cell_type != "code":
            continue
        joined = []
        for output in cell.outputs:
            # Of an explorer its words remain: a page without its kernel would say that a model was not found.
            output.get("data", {}).pop(WIDGET, None)
            last = joined[-1] if joined else None
            if last and output.output_type == "stream" == last.output_type and output.name == last.name:
                last.text += output.text
            else:
                joined.append(output)
        cell.outputs = joined


def run(path):
    """Execute one notebook in its own folder and save it; returns the minutes it took."""
    notebook = nbformat.read(path, as_version=4)
    began = time.monotonic()
    NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    clean(notebook)
    nbformat.write(notebook, path)
    return (time.monotonic() - began) / 60


def main(names):
    paths = [Path(name) for name in names] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    failed = []
    leave_the_budget_to_the_machine()
    for path in paths:
        try:
            print(f"{path.name}: {run(path):.1f} min", flush=True)
        except CellExecutionError as error:
            failed.append(path.name)
            print(f"{path.name}: failed\n{error}", flush=True)
    if failed:
        sys.exit(f"{len(failed)} of {len(paths)} notebooks failed: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
