"""The set-up cell in Colab's environment: it installs the package, and exchanges nothing that Colab's kernel runs on.

`make test-colab` runs this. The environment holds colab.txt's versions, a google.colab module that stands in for
Colab's own, and no wganlib.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from stamp_address import stamped_notebook

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LISTED = """
import json
from importlib.metadata import distributions
print(json.dumps({found.metadata["Name"]: found.version for found in distributions()}))
"""
AFTERWARDS = """
import google.colab
assert google.colab.STANDS_IN and "site-packages" in wl.__file__
explorer = wl.course.widgets.DistancesExplorer()
before = explorer.png
explorer.controls["q_centre"].value += 0.5
assert explorer.png != before
wl.course.quiz("05")
explorer
"""


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """The environment's Python."""
    folder = tmp_path_factory.mktemp("colab") / "environment"
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    python = folder / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--seed", "--python", sys.executable, folder], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, "-r", HERE / "colab.txt"], check=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    (packages / "google" / "colab").mkdir(parents=True)
    (packages / "google" / "colab" / "__init__.py").write_text("STANDS_IN = True\n")
    kernel = [python, "-m", "ipykernel", "install", "--prefix", folder, "--name", "colab"]
    subprocess.run(kernel, check=True, capture_output=True)
    return python


def installed(python):
    return json.loads(subprocess.run([python, "-c", LISTED], check=True, capture_output=True, text=True).stdout)


def test_the_set_up_cell_installs_the_package_and_exchanges_nothing(colab, tmp_path):
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    chapter = ROOT / "notebooks" / "00_start_here.ipynb"
    with_address = stamped_notebook(chapter.read_text(encoding="utf-8"), chapter.name, "https://github.com/a/b")
    set_up = next(cell.source for cell in nbformat.reads(with_address, as_version=4).cells if cell.cell_type == "code")
    local, changed = re.subn(r"git\+[^\"]+", wheel.as_uri(), set_up)
    assert changed == 1 and "%pip install" in local
    before = installed(colab)
    assert "wganlib" not in before and before["ipywidgets"] == "7.7.1"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (local, AFTERWARDS)])
    client = NotebookClient(notebook, timeout=900, kernel_name="colab", resources={"metadata": {"path": str(tmp_path)}})
    client.create_kernel_manager()
    client.km.kernel_spec_manager.kernel_dirs.insert(0, str(colab.parents[1] / "share" / "jupyter" / "kernels"))
    client.execute(env={**os.environ, "WGANLIB_BUDGET": "smoke"})
    printed = "".join(output.get("text", "") for output in notebook.cells[0].outputs)
    assert f"TensorFlow {before['tensorflow']} · Keras {before['keras']}" in printed and "budget: smoke" in printed
    shown = [output.get("data", {}) for output in notebook.cells[1].outputs]
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)
    after = installed(colab)
    assert {name: version for name, version in after.items() if before.get(name) not in (None, version)} == {}
    assert "wganlib" in after and "jupyterquiz" in {name.lower() for name in after}
