"""Figures in a notebook that has seen nothing else: each appears once, and none is left open."""

import nbformat
import pytest
from nbclient import NotebookClient

SET_UP = """
import numpy as np
import wganlib as wl
images = np.linspace(-1, 1, 64).reshape(4, 4, 4)
"""
SAVE = """
import matplotlib.pyplot as plt
wl.plot_images(images)
plt.savefig("saved.png")
assert np.ptp(plt.imread("saved.png")[..., :3]) == 1  # a blank page is all white
"""
TRAINING = """
networks = wl.make_mlp_generator(4, (4, 4, 1), (8,)), wl.make_mlp_critic((4, 4, 1), (8,))
gan = wl.WGANGP(*networks, n_critic=1)
gan.compile()
shown = [wl.SampleGrid(count=4, show=True), wl.LiveCurves(seconds=0)]
gan.fit(np.zeros((16, 4, 4, 1), "float32"), batch_size=4, epochs=2, verbose=0, callbacks=shown)
"""
EXPLORER = """
explorer = wl.course.widgets.PenaltyExplorer()
explorer.controls["distance"].value += 1
explorer.figure.axes[0].get_xlabel()
"""
# A cell and the pictures that it shows.
CELLS = [
    (SET_UP, 0),
    ("wl.plot_images(images)", 1),
    ("wl.plot_images(images);", 1),
    ("wl.plot_images(images)\nprint('after it')", 1),
    ("for _ in range(25):\n    wl.plot_images(images)", 25),
    (SAVE, 1),
    ("for _ in range(2):\n    wl.plot_images(images)\n    plt.show()", 2),
    ("display(wl.plot_images(images))", 1),
    ("display(wl.plot_images(images), display_id='place').update(wl.plot_images(images))", 1),
    ("plt.plot([1, 2])\nwl.plot_images(images)", 2),
    ("figure, axes = wl.plots.new_figure(3, 2)\nfigure", 1),
    ("figure", 1),
    ("wl.networks.plot_network(wl.make_mlp_critic())\nprint('after it')", 1),
    (EXPLORER, 0),
    ("explorer.still()\nprint('after it')", 1),
    (TRAINING, 2),
    ("wl.plot_images(images)\nplt.close()", 0),
    ("assert plt.get_fignums() == []", 0),
]
# Where the environment names a backend that shows nothing, a figure is still shown as a cell's value.
UNSEEN_CELLS = [
    (SET_UP, 0),
    ("wl.plot_images(images)", 1),
    ("for _ in range(25):\n    wl.plot_images(images)", 0),
    (SAVE, 0),
    (TRAINING, 2),
    ("assert len(plt.get_fignums()) == 1", 0),
]


def pictures(outputs):
    return sum("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.slow
@pytest.mark.parametrize(("cells", "backend"), [(CELLS, ""), (UNSEEN_CELLS, "agg")])
def test_a_cell_shows_its_figures_once(cells, backend, tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", backend)  # an empty one counts as none
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source, _ in cells]
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = [(cell.source, pictures(cell.outputs)) for cell in notebook.cells]
    assert shown == cells
    assert [output for cell in notebook.cells for output in cell.outputs if output.get("name") == "stderr"] == []
