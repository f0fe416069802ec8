"""Which convolutions TensorFlow is loaded with, and when XLA compiles a step."""

import platform
import re
import subprocess
import sys
import warnings

import pytest
import tensorflow as tf

from wganlib import devices
from wganlib.training.recipes import FULL, LAPTOP, SMOKE

ON_CPU = not tf.config.list_physical_devices("GPU")
X86 = platform.machine() in ("x86_64", "AMD64")
# With ONEDNN_VERBOSE=1 oneDNN writes a line to stdout for each thing that it computes.
LOADED = """
{first}
import wganlib
import numpy as np, tensorflow as tf
tf.nn.conv2d(np.ones((4, 16, 16, 8), "float32"), np.ones((3, 3, 8, 8), "float32"), 1, "SAME")
print("said:", wganlib.devices.onednn_is_on())
"""


def loaded(first=""):
    """(whether oneDNN is said to be on, whether it computes the convolutions, stderr) of a new process."""
    command = [sys.executable, "-c", LOADED.format(first=first)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return "said: True" in done.stdout, re.search("onednn_verbose.*convolution", done.stdout) is not None, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not X86 or not ON_CPU, reason="oneDNN is for these processors")
def test_the_import_asks_for_onednn_unless_the_reader_has_chosen(monkeypatch):
    monkeypatch.setenv("ONEDNN_VERBOSE", "1")
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    assert loaded() == (False, False, "")
    declined = loaded(first="import tensorflow")
    assert declined[:2] == (False, False) and "wganlib" not in declined[2]
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS")
    assert loaded() == (True, True, ""), "the import is quiet"
    # Too late to choose: TensorFlow is as it is on this processor.
    said, computes, errors = loaded(first="import tensorflow")
    assert said is computes
    assert errors.count("imported before wganlib") == (not computes)


@pytest.mark.parametrize(
    "on, asked, machine, gpus, warns",
    [
        (False, None, "x86_64", [], True),
        (False, None, "AMD64", [], True),
        (False, "1", "x86_64", [], True),  # said after TensorFlow was loaded
        (True, None, "x86_64", [], False),
        (False, "0", "x86_64", [], False),
        (False, "false", "x86_64", [], False),
        (False, None, "arm64", [], False),
        (False, None, "aarch64", [], False),
        (False, None, "x86_64", ["GPU:0"], False),
    ],
)
def test_slow_convolutions_are_warned_about_where_they_could_be_faster(on, asked, machine, gpus, warns, monkeypatch):
    monkeypatch.setattr(devices, "onednn_is_on", lambda: on)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: gpus)
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    if asked is not None:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", asked)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        devices.warn_if_convolutions_are_slow()
    assert len(said) == warns


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
@pytest.mark.parametrize("onednn, pays", [(True, False), (False, True)])
def test_xla_pays_on_a_cpu_without_onednn_alone(monkeypatch, onednn, pays):
    monkeypatch.setattr(devices, "onednn_is_on", lambda: onednn)
    assert devices.xla_pays() is pays


@pytest.mark.skipif(not ON_CPU, reason="on a GPU it always pays")
@pytest.mark.parametrize("asked, found", [("auto", False), (True, True), (False, False)])
def test_a_trainer_is_compiled_by_xla_when_asked(make_trainer, monkeypatch, asked, found):
    monkeypatch.setattr(devices, "onednn_is_on", lambda: True)
    trainer = make_trainer("wgan")
    trainer.compile(jit_compile=asked)
    assert trainer.jit_compile is found


@pytest.mark.skipif(not ON_CPU, reason="on a GPU it always pays")
@pytest.mark.parametrize("onednn, found", [(True, [False, False, False]), (False, [False, True, True])])
def test_recipes_take_xla_where_it_pays(monkeypatch, onednn, found):
    monkeypatch.setattr(devices, "onednn_is_on", lambda: onednn)
    assert [recipe.build().jit_compile for recipe in (SMOKE, LAPTOP, FULL)] == found
