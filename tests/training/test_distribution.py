"""One device, two devices or two workers: the same images, z and α, and so the same weights.

float32 sums in another order differ by a few units in the last place; TOLERANCE is the largest difference of a weight
after four steps. BatchNormalization is left out here: it takes its statistics from a replica's part of the batch,
unless it is built with synchronized=True.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow


SCRIPT = Path(__file__).with_name("distributed_steps.py")
TOLERANCE = 2e-5


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start(*arguments, **environment):
    return subprocess.Popen(
        [sys.executable, SCRIPT, *map(str, arguments)],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """{"one/GAN": {name: array}, "two/GAN": …, "workers/WGANGP": …}."""
    folder = tmp_path_factory.mktemp("distribution")
    hosts = [f"127.0.0.1:{port}" for port in free_ports(2)]
    workers = [
        start(
            "worker",
            folder / "workers.npz",
            TF_CONFIG=json.dumps({"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}}),
        )
        for index in range(2)
    ]
    processes = [*workers, start("devices", folder / "devices.npz")]
    try:
        for process in processes:
            _, errors = process.communicate(timeout=300)
            assert process.returncode == 0, errors[-3000:]
    finally:
        for process in processes:
            process.kill()
    found = {}
    for file in ("devices.npz", "workers.npz"):
        with np.load(folder / file) as arrays:
            for key in arrays.files:
                how, kind, name = key.split("/")
                found.setdefault(f"{how}/{kind}", {})[name] = arrays[key]
    return found


@pytest.mark.parametrize("run", ["two/GAN", "two/WGAN", "two/WGANGP", "two/Conditional", "workers/WGANGP"])
def test_two_replicas_make_the_updates_of_one_device_with_the_whole_batch(runs, run):
    many, one = runs[run], runs[f"one/{run.split('/')[1]}"]
    assert (int(one["replicas"]), int(many["replicas"])) == (1, 2)
    assert int(many["step"]) == int(one["step"]) == 4
    weights = [name for name in one if name.isdigit()]
    assert len(weights) > 15
    for name in weights:
        np.testing.assert_allclose(many[name], one[name], atol=TOLERANCE, rtol=0)
    np.testing.assert_allclose(many["curves"], one["curves"], atol=1e-4)


def test_the_weights_did_move(runs):
    assert not np.array_equal(runs["one/GAN"]["000"], runs["one/WGAN"]["000"])
