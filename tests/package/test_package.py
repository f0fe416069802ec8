"""The wheel and the sdist hold what they should and no more, and the wheel works where nothing else is installed."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What a reader who knows only the package would do.
SCRIPT = """
import sys
import numpy as np
import wganlib as wl

assert wl.__file__.startswith(sys.prefix), wl.__file__
digits = wl.load_digits(source="sample")
assert wl.load_emoji(64).shape == (1377, 64, 64, 3)
generator = wl.load_pretrained()
assert generator.predict(wl.sample_latent(generator, 2), verbose=0).shape == (2, 28, 28, 1)
trainer = wl.recipe("smoke").build(seed=0)
trainer.fit(wl.batches(digits[:256], trainer, 16, steps_per_epoch=2), verbose=0)
assert int(trainer.step.numpy()) == 2
features, classes = wl.metrics.digit_features(digits[:20])
assert len(wl.course.quizzes.load_quiz("05")) >= 4
assert "<svg" in wl.course.load_figure("generator").data
assert wl.course.widgets.ClinicExplorer().png[:4] == b"\\x89PNG"
assert not wl.course.checks.check_lipschitz_bound(...).ok
print("works", wl.__version__)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """(wheel of the checkout, sdist of the checkout, wheel of that sdist)."""
    one, two = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("sdist")
    for arguments in (["--wheel", "--outdir", one], ["--outdir", two]):
        done = subprocess.run([sys.executable, "-m", "build", *arguments, ROOT], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
    (wheel,), (sdist,), (again,) = one.glob("*.whl"), two.glob("*.tar.gz"), two.glob("*.whl")
    return wheel, sdist, again


def tracked(*places):
    """The files under these places, as a clean clone has them."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *places]
        found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
        return {name for name in found if (ROOT / name).is_file()}
    pytest.skip("only a git clone knows which of its files belong to it")


def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def test_the_wheel_holds_the_package_its_assets_and_figures_and_nothing_else(built):
    figures = {f"wganlib/{name}" for name in tracked("images") if name.endswith(".svg")}
    expected = tracked("wganlib") | figures
    inside = {name for name in names(built[0]) if ".dist-info/" not in name}
    assert inside - expected == set() and expected - inside == set()
    licences = {Path(name).name for name in names(built[0]) if "/licenses/" in name}
    assert licences == {"LICENSE", "NOTICE"}


def test_the_sdist_holds_the_repository_and_nothing_else(built):
    with tarfile.open(built[1]) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames() if not archive.getmember(name).isdir()}
    expected = tracked()
    assert inside - expected == {"PKG-INFO"} and expected - inside == set()


def test_the_wheel_of_the_sdist_is_the_wheel_of_the_checkout(built):
    assert names(built[2]) == names(built[0])
    with zipfile.ZipFile(built[0]) as one, zipfile.ZipFile(built[2]) as two:
        different = [name for name in one.namelist() if one.read(name) != two.read(name)]
    assert different == []


def test_the_wheel_works_in_an_empty_environment(built, tmp_path):
    python = tmp_path / "empty" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "empty"], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, built[0]], check=True)
    away = tmp_path / "away"
    away.mkdir()
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([python, "-c", SCRIPT], cwd=away, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "works" in done.stdout and list(away.iterdir()) == []
