"""Chapter 09's exercises: right answers in several forms, and the mistakes that people make."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import wganlib as wl
from wganlib.checks import (
    check_convolution_flops,
    check_replica_loss,
    check_saved_state,
    check_steps_per_epoch,
    check_tf_config,
)
from wganlib.checks.own_images import HOSTS, STATE, WHY

NEEDED = {name for name, needed in STATE.items() if needed}
CONFIG = {"cluster": {"worker": list(HOSTS)}, "task": {"type": "worker", "index": 1}}
EVERY = [check_steps_per_epoch, check_convolution_flops, check_saved_state, check_replica_loss, check_tf_config]


@pytest.mark.parametrize("check", EVERY)
@pytest.mark.parametrize("answer", [..., None])
def test_not_answered(check, answer):
    assert not check(answer)
    assert "Not answered" in check(answer).message


@pytest.mark.parametrize("check", EVERY)
@pytest.mark.parametrize("answer", [3, "text", b"x", [1, 2], object(), {}, np.zeros(3), 1j, len, float("nan")])
def test_nonsense_gets_a_sentence(check, answer):
    verdict = check(answer)
    assert not verdict and len(verdict.message.split()) >= 4


def test_steps_agree_with_the_data_set_that_batches_makes():
    trainer = wl.WGANGP(wl.make_mlp_generator(2, (2,), (2,)), wl.make_mlp_critic((2,), (2,)), n_critic=2)
    steps = len(wl.batches(np.zeros((3700, 2), np.float32), trainer, 64))
    for form in (steps, float(steps), np.int64(steps), tf.constant(steps)):
        assert check_steps_per_epoch(form)


@pytest.mark.parametrize(
    ("answer", "says"), [(57, "n_critic = 2"), (28.90625, "round down"), (29, "left out"), (19, "no real images")]
)
def test_wrong_steps(answer, says):
    assert says in check_steps_per_epoch(answer).message


def test_flops_agree_with_layer_flops():
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(32, 4, strides=2, padding="same")])
    assert check_convolution_flops(64 * wl.layer_flops(model.layers[0]))


@pytest.mark.parametrize(
    ("factor", "says"),
    [(1 / 2, "multiply-adds"), (1 / 64, "one image"), (4, "16×16"), (1 / 3, "channels"), (1 / 32, "filters")],
)
def test_wrong_flops(factor, says):
    assert says in check_convolution_flops(factor * 2 * 64 * 256 * 16 * 96).message


@pytest.mark.parametrize("form", [set, list, tuple, frozenset])
def test_the_saved_state(form):
    assert check_saved_state(form(NEEDED))


@pytest.mark.parametrize("name", STATE)
def test_one_thing_too_many_or_too_few(name):
    message = check_saved_state(NEEDED ^ {name}).message
    assert name in message and WHY[name] in message


def test_what_is_said_to_be_needed_is_what_exact_resume_saves(make_trainer, tmp_path, images):
    trainer = make_trainer("wgangp", n_critic=1, ema_decay=0.9)
    trainer.compile(jit_compile=False)
    trainer.fit(images, batch_size=40, verbose=0, callbacks=[wl.ExactResume(tmp_path)])
    with np.load(tmp_path / "epoch_0001.npz") as state:
        saved = sum(state[name].size for name in state.files if "/" in name)
        largest = max(state[name].size for name in state.files if "/" in name)
    networks = [trainer.generator, trainer.critic, trainer.averaged_generator]
    held = sum(weight.numpy().size for network in networks for weight in network.weights)
    held += sum(v.numpy().size for o in (trainer.optimizer, trainer.generator_optimizer) for v in o.variables)
    assert saved >= held + 1 and largest < images.size


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
