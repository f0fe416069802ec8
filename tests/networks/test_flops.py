"""The counts against the graph that TensorFlow builds for a step, and against sums worked out by hand."""

import dataclasses
import math

import keras
import pytest
import tensorflow as tf
from keras import layers

import wganlib as wl
from wganlib.networks.flops import count_step
from wganlib.training.feature_matching import FeatureMatchingGAN

BATCH = 6


def network_flops(model):
    return sum(map(wl.networks.layer_flops, model.layers))


def products(function, *specs):
    """FLOP of the matrix products and convolutions that a function's outputs and side effects really need."""
    return products_of(tf.function(function, autograph=False).get_concrete_function(*specs).graph)


def products_of(graph):
    """Walks back from what leaves a graph, also through the functions that it calls: what nobody asks for is not
    computed."""
    waiting, seen, flops = [tensor.op for tensor in graph.outputs] + list(graph.control_outputs), set(), 0
    while waiting:
        op = waiting.pop()
        if op in seen:
            continue
        seen.add(op)
        waiting += [tensor.op for tensor in op.inputs] + list(op.control_inputs)
        shapes = [tensor.shape for tensor in op.inputs]
        called = [value.func.name for value in op.node_def.attr.values() if value.HasField("func")]
        flops += sum(products_of(graph._get_function(name).graph) for name in called)
        if op.type == "MatMul":
            rows = shapes[0][1] if op.get_attr("transpose_a") else shapes[0][0]
            flops += 2 * rows * math.prod(shapes[1]) if rows else 0
        elif op.type == "Conv2D":  # image, kernel → map
            flops += 2 * math.prod(op.outputs[0].shape[:3]) * math.prod(shapes[1])
        elif op.type == "Conv2DBackpropInput":  # size, kernel, map → image
            flops += 2 * math.prod(shapes[2][:3]) * math.prod(shapes[1])
        elif op.type == "Conv2DBackpropFilter":  # image, size, map → kernel
            flops += 2 * math.prod(shapes[2][:3]) * math.prod(op.outputs[0].shape)
    return flops


def in_the_graph(trainer):
    trainer.compile(jit_compile=False)
    samples = tf.TensorSpec((trainer.n_critic * BATCH, *trainer.critic.input_shape[1:]), tf.float32)
    return products(trainer.train_step, samples)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("gan", {"critic_norm": "batch"}),
        ("wgan", {"n_critic": 3, "ema_decay": 0.9}),
        ("wgangp", {"n_critic": 2}),
        ("wgangp", {"n_critic": 1, "dropout": 0.3, "channels": 3}),
        ("wgangp", {"n_critic": 2, "critic_norm": "layer"}),
        ("wgangp", {"n_critic": 2, "gp_every": 4}),
    ],
)
def test_a_step_has_just_the_products_that_are_counted(make_trainer, kind, settings):
    trainer = make_trainer(kind, **settings)
    assert wl.step_flops(trainer, BATCH).total == in_the_graph(trainer)


@pytest.mark.slow
@pytest.mark.parametrize("layer", [None, 0, 1])
def test_matched_features_cost_a_pass_over_real_samples_up_to_their_layer(make_trainer, layer):
    plain = make_trainer("gan")
    names = [part.name for part in plain.critic.layers if part.weights]
    name = None if layer is None else names[layer]
    matched = FeatureMatchingGAN(plain.generator, plain.critic, feature_layer=name)
    assert wl.step_flops(matched, BATCH).total == in_the_graph(matched)
    first, last = 2 * 16 * 16 * 4, 2 * 64
    more = wl.step_flops(matched, BATCH).total - wl.step_flops(plain, BATCH).total
    assert more == BATCH * (first + last if layer == 1 else first)


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["linear", "leaky_relu", "relu", "tanh"])
def test_a_critic_with_bends_costs_a_second_way_back(activation):
    generator = wl.make_mlp_generator(3, (2,), (5, 7), output=None)
    critic = wl.make_mlp_critic((2,), (11, 13), activation=activation)
    trainer = wl.WGANGP(generator, critic, n_critic=2)
    assert wl.step_flops(trainer, BATCH).total == in_the_graph(trainer)
    dense = [2 * 2 * 11, 2 * 11 * 13, 2 * 13]
    by_hand = 2 * sum(dense) - dense[-1] + (activation != "linear") * (2 * (dense[0] + dense[1]) - dense[0])
    assert wl.step_flops(trainer, BATCH).penalty_backward == 2 * BATCH * by_hand


def test_leaky_relu_of_keras_costs_what_ours_does_not(make_trainer):
    ours = make_trainer("wgangp", n_critic=1)
    stack = [
        layers.LeakyReLU(negative_slope=0.3) if isinstance(layer, layers.LeakyReLU) else layer
        for layer in ours.critic.layers
    ]
    theirs = wl.WGANGP(ours.generator, keras.Sequential([keras.Input((8, 8, 1)), *stack]), n_critic=1)
    assert wl.step_flops(theirs, BATCH).total == in_the_graph(theirs)
    first, last = (2 * 16 * 16 * 4, 2 * 64)
    assert wl.step_flops(theirs, BATCH).total - wl.step_flops(ours, BATCH).total == BATCH * first
    assert wl.step_flops(ours, BATCH).penalty_backward == BATCH * (2 * first + last)


def test_a_sigmoid_at_the_end_bends_too():
    critic = keras.Sequential([keras.Input((2,)), layers.Dense(5, "tanh"), layers.Dense(1, "sigmoid")])
    trainer = wl.WGANGP(wl.make_mlp_generator(3, (2,), (5,), output=None), critic, n_critic=1)
    assert wl.step_flops(trainer, BATCH).total == in_the_graph(trainer)


def test_the_parts_add_up(make_trainer):
    flops = wl.step_flops(make_trainer("wgangp", n_critic=2), BATCH)
    parts = dataclasses.asdict(flops)
    assert sum(parts.values()) == flops.critic_updates + flops.generator_update == flops.total
    forward = sum(count for name, count in parts.items() if name == "fakes" or name.endswith("_forward"))
    assert forward + flops.backward == flops.total
    assert 0 < flops.penalty < flops.critic_updates


def test_layers_against_the_graph():
    model = keras.Sequential(
        [
            keras.Input((12, 10, 4)),
            layers.Conv2D(6, 3, strides=2, padding="valid"),
            layers.Conv2DTranspose(5, (4, 2), strides=2, padding="same"),
            layers.BatchNormalization(),
            layers.SpectralNormalization(layers.Conv2D(3, 5, padding="same")),
            layers.Flatten(),
            layers.Dense(7),
        ]
    )
    for layer in model.layers:
        if not isinstance(layer, layers.SpectralNormalization):  # its power iteration has products too
            found = products(
                lambda x, layer=layer: layer(x, training=False), tf.TensorSpec((1, *layer.input.shape[1:]))
            )
            assert wl.networks.layer_flops(layer) == found, layer.name
    plain = layers.Conv2D(3, 5, padding="same")
    plain(tf.zeros((1, *model.layers[3].input.shape[1:])))
    assert wl.networks.layer_flops(model.layers[3]) == 2 * 10 * 8 * 5 * 5 * 5 * 3


def test_grouped_and_depthwise_convolutions():
    model = keras.Sequential(
        [keras.Input((8, 8, 4)), layers.Conv2D(6, 3, padding="same", groups=2), layers.DepthwiseConv2D(3)]
    )
    assert wl.networks.layer_flops(model.layers[0]) == 2 * 64 * 9 * 2 * 6
    assert wl.networks.layer_flops(model.layers[1]) == 2 * 36 * 9 * 6


def test_minibatch_discrimination_counts_its_matrix():
    model = wl.make_mlp_critic((4,), (6,), minibatch_discrimination=3)
    assert network_flops(model) == 2 * (4 * 6 + 6 * 3 * 5 + 9)


def test_models_within_models(make_trainer):
    conditional = wl.networks.conditional
    generator = conditional.make_conditional_generator(wl.make_mlp_generator(12, (8, 8, 1), (3,)))
    critic = conditional.make_conditional_critic(make_trainer("gan").critic)
    trainer = wl.GAN(generator, critic)
    assert wl.step_flops(trainer, BATCH).total == in_the_graph(trainer)
    assert wl.step_flops(trainer, BATCH).fakes == 2 * BATCH * (12 * 3 + 3 * 64)


def test_the_sources_networks_agree_with_their_plans():
    for build, plan in (
        (wl.make_dcgan_generator, wl.networks.plan_generator),
        (wl.make_dcgan_discriminator, wl.networks.plan_discriminator),
    ):
        assert network_flops(build()) == 2 * sum(stage.multiply_adds for stage in plan())


def test_work_grows_with_batch_and_updates():
    one, more = count_step([3, 5], [7, 0, 2], 1), count_step([3, 5], [7, 0, 2], 4, n_critic=5)
    assert more.critic_updates == 20 * one.critic_updates and more.generator_update == 4 * one.generator_update


def test_a_network_without_products_is_refused():
    generator = keras.Sequential([keras.Input((4,)), layers.Reshape((2, 2, 1))])
    with pytest.raises(ValueError, match="must have layers with products in both networks"):
        wl.step_flops(wl.GAN(generator, wl.make_mlp_critic((2, 2, 1), (3,))), BATCH)


@pytest.mark.parametrize("layer", [layers.LSTM(3), layers.MultiHeadAttention(2, 3)])
def test_an_unknown_layer_is_not_counted_as_nothing(layer):
    sequence = keras.Input((4, 5))
    model = keras.Model(sequence, layer(sequence, sequence) if "attention" in layer.name else layer(sequence))
    with pytest.raises(ValueError, match="whose products are not known"):
        network_flops(model)
