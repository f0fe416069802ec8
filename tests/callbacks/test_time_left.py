"""Progress on the terminal."""

import io
import sys

import pytest
import tensorflow as tf

from wganlib.callbacks.time_left import TimeLeft
from wganlib.training.input_pipeline import batches


@pytest.mark.slow
@pytest.mark.parametrize("fused", [1, 3])
def test_time_left_counts_every_step_once(quick, fused, images, capsys):
    trainer = quick(**({} if fused == 1 else {"jit_compile": False, "steps_per_execution": fused}))
    trainer.fit(batches(images, trainer, 4), epochs=2, verbose=0, callbacks=[TimeLeft(seconds=0)])
    lines = capsys.readouterr().err.splitlines()
    shown = [line for line in lines if "step " in line and " left" in line]
    done = [int(line.split("step ")[1].split("/")[0]) for line in shown]
    # The first step is the start of the clock, because it holds the compilation.
    assert done == ([2, 3, 4, 5, 6, 7, 8, 9, 10] if fused == 1 else [5, 8, 10])
    assert all("/10 " in line and "wasserstein " in line and "gradient_norm " in line for line in shown)
    assert shown[-1].startswith("epoch 2/2")
    assert shown[-1].endswith("0:00 left")


def test_time_left_shows_a_run_of_one_step(quick, images, capsys):
    trainer = quick()
    trainer.fit(batches(images, trainer, 4, steps_per_epoch=1), verbose=0, callbacks=[TimeLeft()])
    assert "step 1/1" in capsys.readouterr().err


@pytest.mark.slow
def test_time_left_of_data_that_do_not_know_their_length(quick, images, capsys):
    trainer = quick()
    data = tf.data.Dataset.from_tensor_slices(images).batch(8, drop_remainder=True).filter(lambda batch: True)
    trainer.fit(data, epochs=2, verbose=0, callbacks=[TimeLeft(seconds=0)])
    shown = [line for line in capsys.readouterr().err.splitlines() if "wasserstein " in line]
    places = [line.split("  wasserstein ")[0] for line in shown]
    assert places == [f"epoch {epoch}/2  step {step}" for epoch in (1, 2) for step in range(1, 6)][1:]
    assert not any("left" in line for line in shown)


class Teletype(io.StringIO):
    def isatty(self):
        return True


class Broken(Teletype):
    """A terminal that has been closed."""

    def flush(self):
        raise OSError


def test_time_left_rewrites_its_line_on_a_terminal(quick, images, monkeypatch):
    trainer = quick()
    monkeypatch.setattr(sys, "stderr", Teletype())
    trainer.fit(batches(images, trainer, 4), verbose=0, callbacks=[TimeLeft(seconds=0)])
    written = sys.stderr.getvalue()
    assert written.count("\r") == 4 and written.count("\n") == 1 and written.endswith("left\n")


@pytest.mark.parametrize("stderr", [lambda: None, Broken], ids=["none", "broken"])
def test_time_left_that_nobody_sees_lets_the_training_end(quick, stderr, images, monkeypatch):
    trainer = quick()
    monkeypatch.setattr(sys, "stderr", stderr())
    trainer.fit(batches(images, trainer, 4), verbose=0, callbacks=[TimeLeft(seconds=0)])
    assert int(trainer.step.numpy()) == 5
