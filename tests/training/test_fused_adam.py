import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.training.fused_adam import FusedAdam

VALUES = [np.random.default_rng(0).normal(size=shape).astype("float32") for shape in ((3, 4), (4,))]


def trained(kind, steps=4, compiled=False, **options):
    """The variables, and the optimiser's, after some steps against the same gradients."""
    variables = [keras.Variable(value) for value in VALUES]
    optimizer = kind(**{"learning_rate": 0.1} | options)
    optimizer.build(variables)

    def step(scale):
        optimizer.apply([scale * tf.sin(5 * variable.value) for variable in variables], variables)

    step = tf.function(step, jit_compile=True) if compiled else step
    for number in range(steps):
        step(tf.constant(10.0**-number))
    return [variable.numpy() for variable in (*variables, *optimizer.variables)]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"beta_1": 0.0, "beta_2": 0.9, "epsilon": 1e-3},
        {"weight_decay": 0.1},
        {"global_clipnorm": 0.5},
        {"use_ema": True, "ema_momentum": 0.5},
        {"gradient_accumulation_steps": 2},
        {"amsgrad": True},
        {"learning_rate": keras.optimizers.schedules.PolynomialDecay(0.1, 3)},
    ],
    ids=lambda options: ", ".join(options) or "plain",
)
def test_it_is_keras_adam(options):
    found, expected = (trained(kind, **options) for kind in (FusedAdam, keras.optimizers.Adam))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-5)


def test_xla_compiles_it():
    for one, other in zip(trained(FusedAdam, compiled=True), trained(FusedAdam), strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-5)


def test_sparse_gradients_are_applied():
    def looked_up(kind):
        table = keras.Variable(VALUES[0])
        optimizer = kind(0.1)
        optimizer.build([table])
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.gather(table.value, [0, 2]) ** 2)
        optimizer.apply(tape.gradient(loss, [table.value]), [table])
        return table.numpy()

    np.testing.assert_allclose(looked_up(FusedAdam), looked_up(keras.optimizers.Adam), rtol=1e-6)


def test_it_makes_fewer_operations():
    def operations(kind):
        variable = keras.Variable(VALUES[0])
        optimizer = kind(0.1)
        optimizer.build([variable])
        return len(
            tf.function(lambda: optimizer.apply([variable.value], [variable]))
            .get_concrete_function()
            .graph.get_operations()
        )

    assert operations(FusedAdam) < operations(keras.optimizers.Adam)


def test_it_is_saved():
    config = keras.optimizers.serialize(FusedAdam(0.25, beta_1=0.0))
    loaded = keras.optimizers.deserialize(config)
    assert type(loaded) is FusedAdam and (float(loaded.learning_rate), loaded.beta_1) == (0.25, 0.0)
