"""Runs the set-up cell of a notebook where nothing is installed, as Colab would: make set-up-proof

Makes an empty virtual environment (Python and ipykernel alone, which Colab has), takes the set-up cell with this
clone's last commit in the place of the public address, runs it there, and loads and draws digits from another folder.
It installs TensorFlow anew, which takes minutes; the tests do not call it.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from stamp_address import ROOT, stamped_notebook

NOTEBOOK = ROOT / "notebooks" / "00_start_here.ipynb"
# With a host: pip before 24 takes no git+file URL without one.
LOCAL = ROOT.as_uri().replace("file:///", "file://localhost/")
AFTERWARDS = """
import pathlib
assert "site-packages" in wl.__file__, wl.__file__
wl.plot_images(wl.load_pretrained().predict(wl.sample_latent(wl.load_pretrained(), 4), verbose=0))
print(wl.load_digits(source="sample").shape, wl.course.load_figure("generator") is not None)
print(len(wl.course.quizzes.load_quiz("07")))
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder) / "empty", with_pip=True)
        python = Path(folder) / "empty" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "ipykernel"], check=True)
        subprocess.run([python, "-m", "ipykernel", "install", "--prefix", folder, "--name", "empty"], check=True)
        with_address = stamped_notebook(NOTEBOOK.read_text(encoding="utf-8"), NOTEBOOK.name, LOCAL)
        cells = nbformat.reads(with_address, as_version=4).cells
        set_up = next(cell.source for cell in cells if cell.cell_type == "code")
        notebook = nbformat.v4.new_notebook()
        for source in (set_up, AFTERWARDS):
            notebook.cells.append(nbformat.v4.new_code_cell(source))
        client = NotebookClient(notebook, timeout=1800, kernel_name="empty", resources={"metadata": {"path": folder}})
        client.create_kernel_manager()
        client.km.kernel_spec_manager.kernel_dirs.insert(0, str(Path(folder) / "share" / "jupyter" / "kernels"))
        client.execute()
        for cell in notebook.cells:
            print("".join(output.get("text", "") for output in cell.outputs if output.get("name") == "stdout"))


if __name__ == "__main__":
    main()
