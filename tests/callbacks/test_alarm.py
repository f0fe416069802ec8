"""A broken run is stopped and explained."""

import io
import sys

import keras
import numpy as np
import pytest

from wganlib.callbacks.alarm import HealthAlarm
from wganlib.training.input_pipeline import batches


class Spoil(keras.callbacks.Callback):
    """Breaks the generator after a number of steps, as an exploding gradient would."""

    def __init__(self, after):
        super().__init__()
        self.after, self.steps = after, 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.steps == self.after:
            variable = self.model.generator.trainable_variables[0]
            variable.assign(np.full(variable.shape, np.nan))


@pytest.mark.parametrize(("every", "stopped"), [(1, 3), (2, 4), (100, 5)])
def test_the_alarm_stops_a_broken_run_and_names_causes(quick, every, stopped, images, capsys):
    trainer, alarm = quick(), HealthAlarm(every=every)
    # Broken after step 2: step 3 is the first whose numbers show it.
    trainer.fit(batches(images, trainer, 4), epochs=4, verbose=0, callbacks=[Spoil(2), alarm])
    assert int(trainer.step.numpy()) == stopped
    printed = capsys.readouterr().out
    assert printed == alarm.message + "\n"
    assert printed.startswith(f"Stopped at step {stopped}: ")
    assert "wasserstein" in printed
    for cause in ("no ε", "learning rate", "β₁", "not scaled to [−1, 1]"):
        assert cause in printed


@pytest.mark.slow
def test_the_alarm_leaves_a_healthy_run_alone(watched):
    assert int(watched[0].step.numpy()) == 15
    alarm = HealthAlarm()
    alarm.on_train_begin()
    alarm.on_epoch_end(0, {"wasserstein": -1e30})
    assert alarm.message is None


@pytest.mark.parametrize("broken, named", [("critic_loss", "critic_loss"), ("", "loss")])
def test_the_sum_of_the_losses_is_named_where_it_alone_is_broken(quick, broken, named, capsys):
    alarm = HealthAlarm()
    alarm.set_model(quick())
    alarm.on_train_begin()
    logs = {"critic_loss": 1.0, "generator_loss": 2.0, "loss": np.nan}
    alarm.on_epoch_end(0, logs | ({broken: np.inf} if broken else {}))
    assert alarm.message.startswith(f"Stopped at step 0: {named} not finite")


def test_the_alarm_stops_a_run_whose_output_cannot_take_it(quick, images, monkeypatch):
    trainer, alarm = quick(), HealthAlarm(every=1)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))
    trainer.fit(batches(images, trainer, 4), verbose=0, callbacks=[Spoil(1), alarm])
    assert trainer.stop_training and "β₁" in alarm.message
    assert sys.stdout.buffer.getvalue().startswith(b"Stopped at step 2: ")
