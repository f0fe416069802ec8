"""What the set-up cell does, on whatever machine: seeds, style, device."""

import random

import IPython
import keras
import matplotlib as mpl
import numpy as np
import pytest
import tensorflow as tf
from IPython.core.formatters import DisplayFormatter

import wganlib as wl
from wganlib import devices
from wganlib.plots.style import BLUE


@pytest.fixture
def restore():
    """The style and TensorFlow's log level, as they were."""
    level = tf.get_logger().level
    with mpl.rc_context():
        yield
    tf.get_logger().setLevel(level)


def test_start_prints_what_runs_here_and_returns_the_budget(restore, capsys, monkeypatch):
    monkeypatch.setenv("WGANLIB_BUDGET", "smoke")
    budget = wl.course.start()
    assert budget.name == "smoke"
    first, second, third = capsys.readouterr().out.splitlines()
    assert f"TensorFlow {tf.__version__} · Keras {keras.__version__}" in first
    assert second == f"device: {wl.devices.describe_device()}"
    assert third == "budget: smoke (from WGANLIB_BUDGET)"
    assert wl.course.start("full").name == "full"


def test_start_seeds_everything_that_draws(restore, capsys):
    def draws(seed):
        wl.course.start("smoke", seed=seed)
        weight = keras.layers.Dense(3)
        weight.build((None, 2))
        return [random.random(), *np.random.rand(2), *tf.random.normal((2,)).numpy(), *weight.kernel.numpy().ravel()]  # noqa: NPY002

    first = draws(1)
    assert draws(1) == first
    assert not set(draws(2)) & set(first)


def test_start_sets_the_style(restore, capsys):
    mpl.rcdefaults()
    wl.course.start("smoke")
    assert mpl.rcParams["axes.prop_cycle"].by_key()["color"][0] == BLUE
    assert not mpl.rcParams["axes.spines.top"]


class Shell:
    """What `start` asks of a notebook's shell."""

    kernel = object()

    def __init__(self):
        self.magics, self.display_formatter = [], DisplayFormatter()

    def run_line_magic(self, name, line):
        self.magics.append((name, line))


def test_in_a_notebook_a_figure_is_shown_and_said_in_words(restore, capsys, monkeypatch):
    shell = Shell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    wl.course.start("smoke")
    assert shell.magics == [("matplotlib", "inline")]
    for figure in (mpl.figure.Figure(), wl.plots.new_figure()[0]):
        figure.suptitle("A title")
        assert shell.display_formatter.format(figure)[0]["text/plain"] == "Figure: A title"


def test_a_machine_without_a_gpu_counts_its_cores(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    monkeypatch.setattr(devices.os, "cpu_count", lambda: 6)
    assert wl.devices.describe_device() == "CPU, 6 cores"
    wl.devices.use_gpu_memory_as_needed()


def test_every_gpu_is_named_and_takes_memory_as_needed(monkeypatch):
    details, grown = {"a": {"device_name": "Tesla T4"}, "b": {}}, []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: list(details))
    monkeypatch.setattr(tf.config.experimental, "get_device_details", details.get)
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda gpu, grow: grown.append((gpu, grow)))
    assert wl.devices.describe_device() == "GPU (Tesla T4, unknown model)"
    wl.devices.use_gpu_memory_as_needed()
    assert grown == [("a", True), ("b", True)]


def test_a_gpu_that_is_in_use_stays_as_it_is(monkeypatch):
    def refuse(gpu, grow):
        raise RuntimeError("Physical devices cannot be modified after being initialized")

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["a"])
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", refuse)
    wl.devices.use_gpu_memory_as_needed()
