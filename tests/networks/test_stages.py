import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.ops import get_stats_for_node_def

from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator
from wganlib.networks.mlp import make_mlp_critic
from wganlib.networks.stages import plan_discriminator, plan_generator, read_stages

GENERATORS = [
    {},
    dict(norm="layer"),
    dict(norm=None, kernel_size=4),
    dict(z_size=7, output_size=(32, 32, 3), n_filters=32, n_blocks=3, stem=False),
    dict(output_size=(64, 32, 3), n_filters=16, n_blocks=4, kernel_size=3),
]
CRITICS = [
    {},
    dict(norm="layer", dropout=0),
    dict(norm=None, kernel_size=4, dropout=0.5),
    dict(norm="spectral", n_filters=16),
    dict(input_size=(32, 32, 3), n_filters=8, n_blocks=3, stem=False),
    dict(input_size=(64, 32, 3), n_filters=4, n_blocks=4, kernel_size=3, norm="spectral", stem=False),
    dict(norm=None, n_filters=8, dropout=0, kernel_size=4, stem=False, hidden_units=256),
    dict(n_filters=8, hidden_units=5),
    dict(norm="spectral", n_filters=8, n_blocks=1, hidden_units=5),
]


@pytest.mark.parametrize("options", GENERATORS, ids=str)
def test_the_planned_generator_is_the_built_one(options):
    model = make_dcgan_generator(**options)
    plan = plan_generator(**options)
    assert plan == read_stages(model)
    assert sum(stage.parameters for stage in plan) == model.count_params()
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert sum(stage.weights + stage.norm_weights for stage in plan) == trained


@pytest.mark.parametrize("options", CRITICS, ids=str)
def test_the_planned_discriminator_is_the_built_one(options):
    model = make_dcgan_discriminator(**options)
    plan = plan_discriminator(**options)
    assert plan == read_stages(model)
    assert sum(stage.parameters for stage in plan) == model.count_params()
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert sum(stage.weights + stage.norm_weights for stage in plan) == trained


@pytest.mark.parametrize(
    ("model", "inputs"),
    [
        (make_dcgan_generator(n_filters=16), (1, 20)),
        (make_dcgan_discriminator(n_filters=8, norm=None), (1, 28, 28, 1)),
        (make_mlp_critic(hidden_units=(32, 16)), (1, 28, 28, 1)),
    ],
    ids=["generator", "critic", "mlp"],
)
def test_multiply_adds_are_what_tensorflow_counts_in_the_graph(model, inputs):
    graph = tf.function(lambda x: model(x)).get_concrete_function(tf.TensorSpec(inputs)).graph
    matmuls = ("MatMul", "Conv2D", "Conv2DBackpropInput")
    # TensorFlow's own registry of costs: a multiplication and an addition are two operations.
    counted = 0
    for node in graph.get_operations():
        if node.type in matmuls:
            counted += get_stats_for_node_def(graph, node.node_def, "flops").value
    assert counted > 0
    assert 2 * sum(stage.multiply_adds for stage in read_stages(model)) == counted


def test_a_chain_with_flatten_and_activations_is_read():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
            keras.layers.LayerNormalization(),
            keras.layers.Activation("tanh"),
        ]
    )
    first, second = read_stages(model)
    assert (first.operation, first.kernel, first.stride, first.padding) == ("Conv2D", (3, 3), 2, "same")
    assert first.weights == 3 * 3 * 4 + 4
    assert second.weights == 64 * 10 + 10
    assert (second.norm_weights, second.frozen) == (20, 0)
    assert first.after == ("relu",)
    assert second.after == ("LayerNorm", "tanh")


def test_frozen_layers_count_as_frozen():
    model = make_dcgan_generator(n_filters=16)
    model.trainable = False
    assert all(stage.weights == 0 for stage in read_stages(model))
    assert sum(stage.frozen for stage in read_stages(model)) == model.count_params()


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ([keras.layers.Flatten()], "must have a Dense layer or a convolution. Received: '"),
        ([keras.layers.Embedding(10, 4)], "chain of Dense layers and convolutions.*Received: Embedding"),
        (
            [keras.layers.Dense(4), keras.layers.PReLU()],
            "chain of Dense layers.*Received: PReLU 'p_re_lu",
        ),
    ],
)
def test_anything_but_a_chain_is_refused(layers, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_stages(keras.Sequential([keras.Input((3,)), *layers]))


@pytest.mark.parametrize(
    ("plan", "build", "options"),
    [
        (plan_generator, make_dcgan_generator, dict(n_filters=30)),
        (plan_generator, make_dcgan_generator, dict(norm="spectral")),
        (plan_discriminator, make_dcgan_discriminator, dict(n_blocks=3)),
        (plan_discriminator, make_dcgan_discriminator, dict(dropout=1.0)),
        (plan_discriminator, make_dcgan_discriminator, dict(hidden_units=0)),
    ],
)
def test_a_plan_refuses_what_its_builder_refuses(plan, build, options):
    with pytest.raises(ValueError) as planned:
        plan(**options)
    with pytest.raises(ValueError) as built:
        build(**options)
    assert str(planned.value) == str(built.value)
