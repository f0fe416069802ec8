"""Chapter 10's exercises: right answers in several forms, and the mistakes that people make."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import wganlib as wl
from wganlib.course.checks import check_convolution_flops, check_replica_loss, check_tf_config
from wganlib.course.checks.bigger_machines import HOSTS

CONFIG = {"cluster": {"worker": list(HOSTS)}, "task": {"type": "worker", "index": 1}}


def test_flops_agree_with_layer_flops():
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(32, 4, strides=2, padding="same")])
    assert check_convolution_flops(64 * wl.networks.layer_flops(model.layers[0]))


@pytest.mark.parametrize(
    ("factor", "says"),
    [(1 / 2, "multiply-adds"), (1 / 64, "one image"), (4, "16×16"), (1 / 3, "channels"), (1 / 32, "filters")],
)
def test_wrong_flops(factor, says):
    assert says in check_convolution_flops(factor * 2 * 64 * 256 * 16 * 96).message


def mean_share(real, fake, replicas):
    return (tf.reduce_mean(fake) - tf.reduce_mean(real)) / replicas


def test_the_replica_loss():
    assert check_replica_loss(mean_share)
    assert check_replica_loss(lambda real, fake, n: (np.mean(fake) - np.mean(real)) / n)
    assert check_replica_loss(lambda real, fake, n: wl.losses.wasserstein_critic_loss(real, fake) / n)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda real, fake, n: mean_share(real, fake, 1), "3 times too large"),
        (lambda real, fake, n: -mean_share(real, fake, n), "sign"),
        (lambda real, fake, n: -mean_share(real, fake, 1), "not yet divided"),
        (lambda real, fake, n: tf.reduce_sum(fake - real), "take means"),
        (lambda real, fake, n: mean_share(real, fake, n * n), "Divided twice"),
        (lambda real, fake, n: mean_share(real, fake, 3), "too"),
        (lambda real, fake, n: fake - real, "shape"),
        (lambda real: real, "raised TypeError"),
    ],
)
def test_wrong_replica_losses(wrong, says):
    verdict = check_replica_loss(wrong)
    assert not verdict and says in verdict.message


def test_the_configuration_of_a_worker():
    assert check_tf_config(CONFIG)
    assert check_tf_config(json.dumps(CONFIG))
    assert check_tf_config({**CONFIG, "cluster": {"worker": HOSTS}})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"task": {"type": "worker", "index": 2}}, "starts at 0"),
        ({"task": {"type": "worker", "index": 0}}, "index 1"),
        ({"task": {"type": "worker", "index": "1"}}, "not text"),
        ({"task": {"type": "chief", "index": 1}}, "type"),
        ({"task": {"index": 1}}, "type"),
        ({"task": 1}, "task"),
        ({"cluster": {"worker": [HOSTS[1]]}}, "names all"),
        ({"cluster": {"worker": HOSTS[::-1]}}, "order"),
        ({"cluster": {"workers": HOSTS}}, '"worker"'),
        ({"cluster": list(HOSTS)}, "cluster"),
    ],
)
def test_wrong_configurations(changes, says):
    verdict = check_tf_config(CONFIG | changes)
    assert not verdict and says in verdict.message
