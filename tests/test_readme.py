"""The README's example runs as a reader runs it: pasted into a new notebook, in a kernel that has seen nothing else."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.S)
# So many epochs, and the sources' size, are not for a test.
SMALLER = {'"laptop"': '"smoke"', "epochs=20": "epochs=1, steps_per_epoch=1", "batch_size=64": "batch_size=2"}


@pytest.mark.slow
def test_the_readmes_example_trains_and_shows_its_pictures(tmp_path):
    assert len(BLOCKS) == 2
    example, own = BLOCKS
    for full, small in SMALLER.items():
        example, own = example.replace(full, small), own.replace(full, small)
    own = own.replace("make_dcgan_generator()", "make_mlp_generator()")
    own = own.replace("make_dcgan_discriminator(norm=None, dropout=0)", "make_mlp_critic()")
    notebook = nbformat.v4.new_notebook()
    sources = (example, "wl.plot_images(gan.sample(25))", own)
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    pictures = [sum("image/png" in output.get("data", {}) for output in cell.outputs) for cell in notebook.cells]
    assert pictures == [2, 1, 0]  # the live grid and the curves, then the samples
