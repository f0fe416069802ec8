"""A training that is stopped by hand at any moment can be run again, and ends as one that was not stopped."""

import os
import random
import signal
import threading
import time

import keras
import numpy as np
import pytest
import tensorflow as tf
from jupyter_client.manager import start_new_kernel

import wganlib as wl
from wganlib.training.critic_fit import CriticFit
from wganlib.training.interrupts import interrupts_wait

# Epochs that a run has saved when it is interrupted; at 0 a new trainer is, while it builds and traces its step. The
# first run saves some: what has no saved state goes on from the step it had.
AT, EPOCHS = (10, 0, 0, 0, 25, 45, 65), 300
PREPARE = """
import keras, numpy as np, tensorflow as tf
import wganlib as wl
tf.config.experimental.enable_op_determinism()

def build():
    keras.utils.set_random_seed(3)
    points = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    trainer = wl.WGANGP(wl.make_mlp_generator(4, (2,), (8,), output=None), wl.make_mlp_critic((2,), (8,)), n_critic=2)
    trainer.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3), jit_compile=False)
    return trainer, wl.batches(points, trainer, 8, steps_per_epoch=5)

class Resume(wl.ExactResume):
    tell = None

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        if self.tell and epoch + 1 >= self.tell:
            self.tell = None
            print("reached", flush=True)

def run(trainer, data, folder, tell=None):
    history = wl.IterationHistory()
    resume = Resume(folder, also=[history])
    resume.tell = tell  # the epoch after whose state this is printed, or that of a later one
    print("begun", flush=True)
    trainer.fit(data, epochs=epochs, verbose=0, callbacks=[history, resume])
    return history

trainer, data = build()
"""
COMPARE = """
history = run(trainer, data, "states")
other, data = build()
whole = run(other, data, "whole")
assert int(trainer.step.numpy()) == int(other.step.numpy()) == 5 * epochs
for a, b in zip(trainer.get_weights(), other.get_weights(), strict=True):
    np.testing.assert_array_equal(a, b)
np.testing.assert_array_equal(history.curves["wasserstein"], whole.curves["wasserstein"])
"""


@pytest.fixture
def interrupts():
    """How often Python's handler of an interrupt has been called; it raises, as Python's own."""
    calls, before = [], signal.getsignal(signal.SIGINT)

    def stop(number, frame):
        calls.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    yield calls
    after = signal.signal(signal.SIGINT, before)
    assert after is stop


def test_an_interrupt_waits_until_it_is_let_through_or_for_the_end(interrupts):
    with interrupts_wait() as let_through:
        let_through()
        signal.raise_signal(signal.SIGINT)
        assert not interrupts
        with pytest.raises(KeyboardInterrupt):
            let_through()
        let_through()
    assert len(interrupts) == 1
    ended = False
    with pytest.raises(KeyboardInterrupt), interrupts_wait():
        signal.raise_signal(signal.SIGINT)
        ended = True
    assert ended and len(interrupts) == 2


def test_a_second_interrupt_comes_through_at_once(interrupts):
    waited = []
    with pytest.raises(KeyboardInterrupt), interrupts_wait():
        signal.raise_signal(signal.SIGINT)
        waited.append("first")
        signal.raise_signal(signal.SIGINT)
        waited.append("second")
    assert waited == ["first"] and len(interrupts) == 1


def test_a_wait_within_another_is_one_wait(interrupts):
    waited = []
    with pytest.raises(KeyboardInterrupt), interrupts_wait(), interrupts_wait() as let_through:
        signal.raise_signal(signal.SIGINT)
        waited.append("first")
        let_through()
        waited.append("not let through")
    assert waited == ["first"] and len(interrupts) == 1
    with pytest.raises(KeyboardInterrupt), interrupts_wait(), interrupts_wait():
        signal.raise_signal(signal.SIGINT)
        waited.append("first")
        signal.raise_signal(signal.SIGINT)
        waited.append("second")
    assert waited == ["first", "first"] and len(interrupts) == 2


def test_an_error_ends_the_wait_as_well(interrupts):
    with pytest.raises(KeyboardInterrupt) as stopped, interrupts_wait():
        signal.raise_signal(signal.SIGINT)
        raise ValueError("of the block")
    assert isinstance(stopped.value.__context__, ValueError)


def test_an_ignored_interrupt_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts_wait():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_may_train(interrupts):
    done = []

    def train():
        with interrupts_wait() as let_through:
            let_through()
            done.append(True)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert done


class InterruptedWhileTraced(wl.WGANGP):
    """Its first step is interrupted while its graph is built."""

    interrupted = False

    def train_step(self, data):
        if not self.interrupted:
            self.interrupted = True
            signal.raise_signal(signal.SIGINT)
        return super().train_step(data)


def test_a_step_is_built_and_made_before_a_training_stops(interrupts):
    keras.utils.set_random_seed(0)
    points = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    trainer = InterruptedWhileTraced(
        wl.make_mlp_generator(4, (2,), (8,), output=None), wl.make_mlp_critic((2,), (8,)), n_critic=1
    )
    trainer.compile(jit_compile=False)
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(points, batch_size=8, verbose=0)
    assert tf.executing_eagerly() and int(trainer.step.numpy()) == 1
    trainer.fit(points, batch_size=8, steps_per_epoch=4, verbose=0)  # by the graph that has been built
    assert int(trainer.step.numpy()) == 5 and len(interrupts) == 1


def test_a_critic_is_trained_to_the_end_of_a_call(interrupts):
    class Interrupted(keras.layers.Dense):
        interrupted = False

        def call(self, inputs, training=None):
            if training and not self.interrupted:
                self.interrupted = True
                signal.raise_signal(signal.SIGINT)
            return super().call(inputs)

    fit = CriticFit(keras.Sequential([keras.Input((2,)), Interrupted(1)]), np.ones((8, 2)), np.zeros((8, 2)), None)
    with pytest.raises(KeyboardInterrupt):
        fit.train(3)
    assert tf.executing_eagerly() and fit.updates == int(fit.optimizer.iterations.numpy()) == 3


@pytest.fixture
def kernel(tmp_path):
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path), env=dict(os.environ))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def answer(client, request):
    """(status, name of the error, its text) of a cell that was sent."""
    while True:
        reply = client.get_shell_msg(timeout=300)
        if reply["parent_header"].get("msg_id") == request:
            content = reply["content"]
            return content["status"], content.get("ename"), "\n".join(content.get("traceback", []))[-3000:]


def wait_for(line, client, request):
    """Until a cell that was sent has printed this line, or has ended."""
    while True:
        message = client.get_iopub_msg(timeout=300)
        kind, content = message["msg_type"], message["content"]
        if message["parent_header"].get("msg_id") != request:
            continue
        if kind == "stream" and line in content["text"].splitlines():
            return
        if kind == "status" and content["execution_state"] == "idle":
            return


@pytest.mark.slow
def test_a_cell_that_is_interrupted_at_any_moment_can_be_run_again(kernel, tmp_path):
    manager, client = kernel
    assert answer(client, client.execute(f"epochs = {EPOCHS}\n{PREPARE}")) == ("ok", None, "")
    chance, stopped = random.Random(1), 0
    for epochs in AT:
        new = "" if epochs else "trainer, data = build()\n"  # whose step is not built yet
        # An error is no reason for the kernel to pass over the next cell.
        request = client.execute(f'{new}run(trainer, data, "states", tell={epochs})', stop_on_error=False)
        wait_for("reached" if epochs else "begun", client, request)
        time.sleep(chance.uniform(0, 0.1 if epochs else 1))
        manager.interrupt_kernel()
        status, name, text = answer(client, request)
        assert (status, name) in {("error", "KeyboardInterrupt"), ("ok", None)}, text
        stopped += status == "error"
        code = "assert all(np.isfinite(weights).all() for weights in trainer.get_weights())"
        assert answer(client, client.execute(code)) == ("ok", None, "")
    assert stopped >= 5, f"only {stopped} of {len(AT)} runs were interrupted"
    assert answer(client, client.execute(COMPARE)) == ("ok", None, "")
    saved = sorted(path.name for path in (tmp_path / "states").iterdir())
    assert saved == [f"epoch_{EPOCHS - 1:04d}.npz", f"epoch_{EPOCHS:04d}.npz"]
    with np.load(tmp_path / "states" / saved[-1], allow_pickle=False) as state:
        assert int(state["epoch"]) == EPOCHS
