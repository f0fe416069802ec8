"""Which convolutions TensorFlow is loaded with, and when XLA compiles a step."""

import platform
import subprocess
import sys

import pytest
import tensorflow as tf

from wganlib.devices import xla_pays
from wganlib.training.recipes import FULL, LAPTOP, SMOKE

ON_CPU = not tf.config.list_physical_devices("GPU")
LOADED = """
import os
{first}
import wganlib
print(os.environ.get("TF_ENABLE_ONEDNN_OPTS"))
"""


@pytest.mark.slow
@pytest.mark.parametrize("own, said", [(None, "1"), ("0", "0")])
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="oneDNN is for these processors")
def test_the_import_asks_for_onednn_unless_the_reader_has_chosen(own, said, monkeypatch):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    if own is not None:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", own)
    done = subprocess.run([sys.executable, "-c", LOADED.format(first="")], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == said
    assert done.stderr == "", "the import is quiet"
    if own is None:
        late = LOADED.format(first="import tensorflow")
        done = subprocess.run([sys.executable, "-c", late], capture_output=True, text=True, check=True)
        assert done.stdout.split()[0] == "None", "TensorFlow was there first: what is said now would be wrong"


TRAINED = """
import wganlib as wl
size = (8, 8, 1)
networks = wl.make_dcgan_generator(4, size, 4, 1), wl.make_dcgan_discriminator(size, 4, 1, norm=None, dropout=0)
trainer = wl.WGANGP(*networks)
trainer.compile()
images = wl.load_digits(verbose=False)[:40, :8, :8]
trainer.fit(wl.batches(images, trainer, 8), verbose=0)
import sys
assert "scipy.stats" not in sys.modules  # an eighth of the import's time
"""


@pytest.mark.slow
def test_a_training_says_nothing_and_loads_nothing_that_it_can_do_without():
    done = subprocess.run([sys.executable, "-c", TRAINED], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(not ON_CPU, reason="on a GPU it always pays")
@pytest.mark.parametrize("onednn, pays", [("1", False), ("0", True)])
def test_xla_pays_on_a_cpu_without_onednn_alone(monkeypatch, onednn, pays):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", onednn)
    assert xla_pays() is pays


@pytest.mark.skipif(not ON_CPU, reason="on a GPU it always pays")
@pytest.mark.parametrize("asked, found", [("auto", False), (True, True), (False, False)])
def test_a_trainer_is_compiled_by_xla_when_asked(make_trainer, monkeypatch, asked, found):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    trainer = make_trainer("wgan")
    trainer.compile(jit_compile=asked)
    assert trainer.jit_compile is found


@pytest.mark.skipif(not ON_CPU, reason="on a GPU it always pays")
@pytest.mark.parametrize("onednn, found", [("1", [False, False, False]), ("0", [False, True, True])])
def test_recipes_take_xla_where_it_pays(monkeypatch, onednn, found):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", onednn)
    assert [recipe.build().jit_compile for recipe in (SMOKE, LAPTOP, FULL)] == found
