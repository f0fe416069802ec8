"""A reader who stops a training cell at any moment can run it again, and the run ends as one that was not stopped."""

import os
import random
import time

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.slow

# Epochs that a run has saved when it is interrupted: the first ones while it builds and traces the step. Many are left:
# an interrupt that comes as a cell ends, as on a busy machine, can cost the kernel its reply.
AT, EPOCHS = (0, 0, 10, 25, 45, 65), 300
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
    trainer.fit(data, epochs=EPOCHS, verbose=0, callbacks=[history, resume])
    return history

trainer, data = build()
""".replace("EPOCHS", str(EPOCHS))
COMPARE = """
history = run(trainer, data, "states")
other, data = build()
whole = run(other, data, "whole")
assert int(trainer.step.numpy()) == int(other.step.numpy()) == 5 * EPOCHS
for a, b in zip(trainer.get_weights(), other.get_weights(), strict=True):
    np.testing.assert_array_equal(a, b)
np.testing.assert_array_equal(history.curves["wasserstein"], whole.curves["wasserstein"])
""".replace("EPOCHS", str(EPOCHS))


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


def test_a_cell_that_is_interrupted_at_any_moment_can_be_run_again(kernel, tmp_path):
    manager, client = kernel
    assert answer(client, client.execute(PREPARE)) == ("ok", None, "")
    chance, stopped = random.Random(1), 0
    for epochs in AT:
        # An error is no reason for the kernel to pass over the next cell.
        request = client.execute(f'run(trainer, data, "states", tell={epochs})', stop_on_error=False)
        wait_for("reached" if epochs else "begun", client, request)
        time.sleep(chance.uniform(0, 0.1))
        manager.interrupt_kernel()
        status, name, text = answer(client, request)
        assert (status, name) in {("error", "KeyboardInterrupt"), ("ok", None)}, text
        stopped += status == "error"
        code = "assert all(np.isfinite(weights).all() for weights in trainer.get_weights())"
        assert answer(client, client.execute(code)) == ("ok", None, "")
    assert stopped >= 4, f"only {stopped} of {len(AT)} runs were interrupted"
    assert answer(client, client.execute(COMPARE)) == ("ok", None, "")
    saved = sorted(path.name for path in (tmp_path / "states").iterdir())
    assert saved == [f"epoch_{EPOCHS - 1:04d}.npz", f"epoch_{EPOCHS:04d}.npz"]
    with np.load(tmp_path / "states" / saved[-1], allow_pickle=False) as state:
        assert int(state["epoch"]) == EPOCHS
