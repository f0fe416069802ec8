"""Checks for chapter 10, bigger machines."""

import json

import numpy as np
import tensorflow as tf

from wganlib import losses
from wganlib.course.checks.verdict import NOT_YET, Verdict, compare, not_a_function, raised, unanswered

HOSTS = ("10.0.0.1:2222", "10.0.0.2:2222", "10.0.0.3:2222")


def check_convolution_flops(answer):
    """Exercise 1: FLOP of Conv2D(32, 4, strides=2, padding="same") on 64 images of 32×32×3, forward."""
    right = 2 * 64 * 16 * 16 * 4 * 4 * 3 * 32
    return compare(
        answer,
        right,
        f"2 · 64 · 16² · 4² · 3 · 32 = {right:,}: wl.networks.layer_flops counts the same.",
        [
            (right / 2, "These are multiply-adds; each is two FLOP."),
            (right / 64, "That is one image; the batch has 64."),
            (right / 128, "These are the multiply-adds of one image: twice that in FLOP, and 64 images."),
            (right * 4, "At stride 2 the output has 16×16 places, not 32×32."),
            (right / 3, "Each output pixel sums over all three input channels."),
            (right / 32, "Each of the 32 filters makes a map of its own."),
        ],
        tolerance=1e-9,
    )


def check_replica_loss(answer):
    """Exercise 2: a function (real_values, fake_values, replicas) → a replica's critic loss, such that the sum over the
    replicas is the WGAN critic's loss of the whole batch."""
    if unanswered(answer):
        return NOT_YET
    if not callable(answer):
        return not_a_function(answer, "(real_values, fake_values, replicas)")
    rng = np.random.default_rng(0)
    real, fake = (tf.constant(rng.normal(mean, 1, size=(12, 1)), tf.float32) for mean in (1.0, -1.0))
    for replicas in (3, 1, 4):
        parts = zip(tf.split(real, replicas), tf.split(fake, replicas), strict=True)
        try:
            shares = [np.asarray(answer(*part, replicas), dtype=float) for part in parts]
        except Exception as error:  # whatever the reader's function raises is part of the answer
            return raised(error)
        if any(share.shape != () for share in shares):
            return Verdict(False, f"One number for a replica is needed; the shape is {shares[0].shape}: take means.")
        whole = float(losses.wasserstein_critic_loss(real, fake))
        verdict = compare(
            sum(shares),
            whole,
            "The shares of 1, 3 and 4 replicas add up to the loss of the whole batch.",
            [
                (replicas * whole, f"The sum of {replicas} replicas' means is {replicas} times too large: divide."),
                (-whole, "The sign: the critic's loss is mean D(fake) − mean D(real), which is minimised."),
                (-replicas * whole, "The sign is turned, and the mean of each part is not yet divided."),
                (12 * whole, "These are sums over the samples: take means, then divide by the replicas."),
                (whole / replicas, "Divided twice: the mean over a part, then once by the replicas, is enough."),
            ],
        )
        if not verdict:
            return verdict
    return verdict


def check_tf_config(answer):
    """Exercise 3: TF_CONFIG of the second of the three workers HOSTS, as a dictionary or as JSON text."""
    if unanswered(answer):
        return NOT_YET
    if isinstance(answer, (str, bytes)):
        try:
            answer = json.loads(answer)
        except ValueError as problem:
            return Verdict(False, f"This text is not JSON ({problem}): make it with json.dumps of a dictionary.")
    if not isinstance(answer, dict):
        return Verdict(False, f"A dictionary or its JSON text was expected, this is {type(answer).__name__}.")
    for part in ("cluster", "task"):
        if not isinstance(answer.get(part), dict):
            return Verdict(False, f'TF_CONFIG is {{"cluster": {{…}}, "task": {{…}}}}: {part!r} must be a dict.')
    workers = answer["cluster"].get("worker")
    if not isinstance(workers, (list, tuple)):
        return Verdict(False, 'The cluster lists all workers under "worker": {"worker": ["host:port", …]}.')
    workers = list(workers)
    if sorted(map(str, workers)) == sorted(HOSTS) and workers != list(HOSTS):
        return Verdict(False, "All three are there, in another order: every worker must have the same list.")
    if workers != list(HOSTS):
        return Verdict(
            False, f"The list of workers should be {list(HOSTS)}; yours is {workers!r}. It names all of them."
        )
    task = answer["task"]
    if task.get("type") != "worker":
        return Verdict(False, f'The task\'s type is "worker", as in the cluster; yours is {task.get("type")!r}.')
    if isinstance(task.get("index"), str):
        return Verdict(False, f"The index is a number, not text: {task['index']!r}.")
    if task.get("index") == 2:
        return Verdict(False, "Index 2 is the third worker: counting starts at 0.")
    if task.get("index") != 1 or isinstance(task.get("index"), bool):
        return Verdict(False, f"The second worker has index 1, its place in the list; yours is {task.get('index')!r}.")
    return Verdict(True, "Worker 1 of three. On the other machines only the index differs: 0 and 2.")
