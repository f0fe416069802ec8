"""A reader who stops a training cell at any moment can run it again, and the run ends as one that was not stopped."""

import os
import random
import time

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.slow

# Epochs that a run has saved when it is interrupted: the first ones while it builds and traces the step.
AT = (0, 0, 10, 25, 45, 65)
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

def run(trainer, data, folder):
    history = wl.IterationHistory()
    trainer.fit(data, epochs=EPOCHS, verbose=0, callbacks=[history, wl.ExactResume(folder, also=[history])])
    return history

trainer, data = build()
""".replace("EPOCHS", "80")
COMPARE = """
history = run(trainer, data, "states")
other, data = build()
whole = run(other, data, "whole")
assert int(trainer.step.numpy()) == int(other.step.numpy()) == 400
for a, b in zip(trainer.get_weights(), other.get_weights(), strict=True):
    np.testing.assert_array_equal(a, b)
np.testing.assert_array_equal(history.curves["wasserstein"], whole.curves["wasserstein"])
"""


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


def ask(client, code):
    """The answer to a cell; what comes right after an error the kernel throws away unread."""
    while (found := answer(client, client.execute(code)))[0] == "aborted":
        time.sleep(0.1)
    return found


def wait_for(path, seconds=300):
    """Until there is such a file, or a later state in its place: of the saved ones only two are kept."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() or (path.parent.is_dir() and max(path.parent.glob("epoch_*.npz"), default=path) > path):
            return
        time.sleep(0.002)
    raise AssertionError(f"{path.name} did not come")


def test_a_cell_that_is_interrupted_at_any_moment_can_be_run_again(kernel, tmp_path):
    manager, client = kernel
    assert answer(client, client.execute(PREPARE)) == ("ok", None, "")
    chance, stopped = random.Random(1), 0
    for attempt, epochs in enumerate(AT):
        request = client.execute(f'open("begun_{attempt}", "w").close(); run(trainer, data, "states")')
        wait_for(tmp_path / f"begun_{attempt}")
        if epochs:
            wait_for(tmp_path / "states" / f"epoch_{epochs:04d}.npz")
        time.sleep(chance.uniform(0, 0.1))
        manager.interrupt_kernel()
        status, name, text = answer(client, request)
        assert (status, name) in {("error", "KeyboardInterrupt"), ("ok", None)}, text
        stopped += status == "error"
        code = "assert all(np.isfinite(weights).all() for weights in trainer.get_weights())"
        assert ask(client, code) == ("ok", None, "")
    assert stopped >= 4, f"only {stopped} of {len(AT)} runs were interrupted"
    assert answer(client, client.execute(COMPARE)) == ("ok", None, "")
    saved = sorted(path.name for path in (tmp_path / "states").iterdir())
    assert saved == ["epoch_0079.npz", "epoch_0080.npz"]
    with np.load(tmp_path / "states" / saved[-1], allow_pickle=False) as state:
        assert int(state["epoch"]) == 80
