"""Each repair of chapter 11: the check fails on the bug and on its relatives, and passes on more than one fix."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.course import checks


def critic(shape=(2,), hidden=2, norm=None, **last):
    layers = [keras.Input(shape), keras.layers.Flatten()]
    for _ in range(hidden):
        layers += [keras.layers.Dense(16), *([norm()] if norm else []), keras.layers.LeakyReLU()]
    return keras.Sequential([*layers, keras.layers.Dense(1, **last)])


def watched(function):
    def gradients(net, between):
        with tf.GradientTape() as tape:
            tape.watch(between)
            values = function(net, between)
        return tape.gradient(values, between)

    return gradients


def assign_with_minimum(net, c):
    for weight in net.trainable_variables:
        weight.assign(tf.maximum(-c, tf.minimum(weight, c)))


def assign_from_lists(net, c):
    for layer in net.layers:
        for weight in layer.trainable_variables:
            weight.assign(keras.ops.clip(weight, -c, c))


def rebind(net, c):
    for weight in net.trainable_variables:
        weight = tf.clip_by_value(weight, -c, c)


def kernels_only(net, c):
    for weight in net.trainable_variables:
        if len(weight.shape) == 2 and weight.shape[1] == 3:
            weight.assign(tf.clip_by_value(weight, -c, c))


def scale_down(net, c):
    for weight in net.trainable_variables:
        weight.assign(weight * c)


def by_where(gradients):
    total = tf.reduce_sum(tf.reshape(gradients, (len(gradients), -1)) ** 2, 1)
    return tf.where(total > 0, tf.sqrt(tf.where(total > 0, total, 1.0)), 0.0)


def all_axes(gradients):
    return list(range(1, len(gradients.shape)))


def norm_with(epsilon=1e-12, axes=all_axes, root=tf.sqrt):
    return lambda g: root(tf.reduce_sum(g**2, axis=axes(g)) + epsilon)


def normal_latent(n, d):
    return np.random.normal(size=(n, d))  # noqa: NPY002


GENERATOR = tf.random.Generator.from_seed(1)
RIGHT = {
    "check_alpha": [
        lambda n: tf.random.uniform((n,)),
        lambda n: np.random.default_rng().random(n),
        lambda n: GENERATOR.uniform((n,)),
        lambda n: tf.random.uniform((n, 1, 1, 1)),
    ],
    "check_mix": [
        lambda x, y: y + tf.random.uniform([len(x)] + [1] * (len(x.shape) - 1)) * (x - y),
        lambda x, y: tf.einsum("n,n...->n...", a := tf.random.uniform((64,)), x) + tf.einsum("n,n...->n...", 1 - a, y),
        lambda x, y: x + np.random.default_rng().random((64,) + (1,) * (len(x.shape) - 1)).astype("float32") * (y - x),
    ],
    "check_slopes": [
        norm_with(),
        norm_with(0.0),
        by_where,
        lambda g: tf.norm(tf.reshape(g, (len(g), -1)), axis=1),
        lambda g: tf.norm(tf.reshape(g, (len(g), -1)) + 1e-9, axis=1),
    ],
    "check_slopes_at_zero": [norm_with(1e-8), by_where],
    "check_uncoupled_critic": [
        lambda: critic((14, 14, 1)),
        lambda: critic((14, 14, 1), norm=keras.layers.LayerNormalization),
        critic((14, 14, 1)),
    ],
    "check_penalised_gradient": [
        watched(lambda net, x: net(x, training=True)),
        lambda net, x: tf.gradients(net(x, training=True), x) if not tf.executing_eagerly() else tape_of_sum(net, x),
    ],
    "check_wgan_generator_loss": [
        lambda v: -tf.reduce_mean(v),
        lambda v: -np.mean(v),
        lambda v: keras.ops.mean(-v),
    ],
    "check_clip": [assign_with_minimum, assign_from_lists],
    "check_latent": [
        lambda n, d: tf.random.normal((n, d)),
        lambda n, d: keras.random.normal((n, d), seed=SEEDS),
        lambda n, d: tf.math.erfinv(tf.random.uniform((n, d), -1, 1)) * 2**0.5,
    ],
    "check_unbounded_critic": [lambda: critic(), lambda: critic(activation="linear"), critic()],
    "check_optimizer": [
        keras.optimizers.RMSprop(1e-3),
        keras.optimizers.Adam(1e-3, beta_1=0.0),
        keras.optimizers.SGD(0.1),
        lambda: keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.9),
    ],
    "check_rounds": [
        lambda x, n: tf.split(x, n),
        lambda x, n: np.asarray(x).reshape(n, -1, 2),
        lambda x, n: [x[i::n] for i in range(n)],
    ],
}
SEEDS = keras.random.SeedGenerator(1)


def tape_of_sum(net, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(net(x, training=True))
    return tape.gradient(total, [x])


WRONG = {
    "check_alpha": [
        (lambda n: tf.random.normal((n,)), "outside [0, 1]"),
        (lambda n: np.random.default_rng(0).random(n), "same numbers"),
        (lambda n: tf.random.uniform(()), "one each"),
        (lambda n: tf.random.uniform((n, 28, 28, 1)), "one each"),
        (lambda n: tf.random.uniform((n,), -1, 1), "outside [0, 1]"),
        (lambda n: tf.random.uniform((n,)) ** 2, "unevenly"),
        (lambda n: tf.clip_by_value(tf.random.normal((n,)), 0, 1), "unevenly"),
    ],
    "check_mix": [
        (lambda x, y: (a := tf.random.uniform(tf.shape(x))) * x + (1 - a) * y, "leave the straight line"),
        (lambda x, y: (a := tf.random.uniform(())) * x + (1 - a) * y, "All 64 points"),
        (lambda x, y: x + tf.random.normal([64] + [1] * (len(x.shape) - 1)) * (y - x), "beyond an end"),
        (lambda x, y: (a := tf.random.uniform((64, 1))) * x + (1 - a) * y, ""),
        (lambda x, y: x[:3], "shape of its ends"),
        (lambda x, y: x + 0.5 * tf.random.uniform([64] + [1] * (len(x.shape) - 1)) * (y - x), "0.29"),
    ],
    "check_slopes": [
        (norm_with(axes=lambda g: -1), "every axis but the first"),
        (norm_with(axes=lambda g: None), "axis 0"),
        (norm_with(axes=lambda g: [1, 2, 3]), "raised"),
        (norm_with(root=lambda s: s), "squares"),
        (lambda g: np.linalg.norm(np.reshape(g, (len(g), -1)), axis=1), "differentiate"),
        (norm_with(0.1), "values are off"),
    ],
    "check_slopes_at_zero": [
        (norm_with(0.0), "NaN"),
        (norm_with(axes=lambda g: -1), "every axis but the first"),
        (lambda g: tf.norm(tf.reshape(g, (len(g), -1)), axis=1), "NaN"),
    ],
    "check_uncoupled_critic": [
        (lambda: critic((14, 14, 1), norm=keras.layers.BatchNormalization), "depends on the other samples"),
        (lambda: critic((14, 14, 1), hidden=0), "hidden layer is gone"),
        (lambda: critic((2,)), "must take (batch, 14, 14, 1)"),
        (lambda: 3, "Keras model"),
    ],
    "check_penalised_gradient": [
        (watched(lambda net, x: net(x)), "inference mode"),
        (watched(lambda net, x: net(x, training=False)), "inference mode"),
        (watched(lambda net, x: net(tf.stop_gradient(x), training=True)), "The gradient is None"),
        (lambda net, x: net(x, training=True), "shape"),
    ],
    "check_wgan_generator_loss": [
        (lambda v: tf.reduce_mean(v), "flee"),
        (lambda v: -tf.reduce_sum(v), "sum"),
        (lambda v: -v, ""),
        (lambda v: tf.reduce_mean(tf.nn.softplus(-v)), "too large"),
    ],
    "check_clip": [
        (rebind, "as they were"),
        (kernels_only, "clip kernels and biases alike"),
        (scale_down, "changed too"),
        (lambda net, c: net.set_weights([np.clip(w, -c, c) for w in net.get_weights()]), "raised"),
    ],
    "check_latent": [
        (normal_latent, "constant"),
        (lambda n, d: tf.random.uniform((n, d)), "mean"),
        (lambda n, d: tf.random.normal((d, n)), "shape"),
    ],
    "check_unbounded_critic": [
        (lambda: critic(activation="sigmoid"), "bounds them"),
        (lambda: critic(activation="tanh"), "bounds them"),
        (lambda: critic(activation="softplus"), "one side"),
        (lambda: critic((3,)), "must take"),
    ],
    "check_optimizer": [
        (keras.optimizers.Adam(1e-3), "momentum"),
        (keras.optimizers.Adam(1e-3, beta_1=0.5), "momentum"),
        (keras.optimizers.SGD(0.1, momentum=0.9), "momentum"),
        (keras.optimizers.SGD(0.0), "learning rate is 0"),
        ("no such optimiser", "optimiser was expected"),
        (7, "optimiser was expected"),
    ],
    "check_rounds": [
        (lambda x, n: [x[: len(x) // n]] * n, "Only"),
        (lambda x, n: [x] * n, "shape"),
        (lambda x, n: [x], "batches"),
        (lambda x, n: 3, "raised"),
    ],
}


def pairs(table):
    return [
        pytest.param(name, answer, id=f"{name}-{i}") for name, all_ in table.items() for i, answer in enumerate(all_)
    ]


def test_each_repair_has_right_and_wrong_answers():
    assert set(RIGHT) == set(WRONG) and len(RIGHT) == 12
    assert all(len(answers) >= 2 for answers in RIGHT.values())


@pytest.mark.parametrize("name, answer", pairs(RIGHT))
def test_a_repair_passes(name, answer):
    verdict = getattr(checks, name)(answer)
    assert verdict, verdict.message


@pytest.mark.parametrize("name, answer", pairs(WRONG))
def test_the_bug_fails_and_is_explained(name, answer):
    answer, says = answer
    verdict = getattr(checks, name)(answer)
    assert not verdict and says in verdict.message, verdict.message


@pytest.mark.parametrize("name", RIGHT)
def test_an_empty_answer_and_a_strange_one(name):
    check = getattr(checks, name)
    assert "Not answered" in check(...).message
    for strange in (3.5, [1, 2], "text", lambda: 1 / 0):
        verdict = check(strange)
        assert not verdict and verdict.message
