"""Nothing in the step is calculated twice or thrown away: its convolutions, counted in the traced graph."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from convolutions import count_convolutions, fewest_convolutions
from loops.problem import SIZES, with_keras_activations

from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator
from wganlib.training.trainers import WGANGP

pytestmark = pytest.mark.slow


def traced(trainer, adam, images):
    trainer.compile(adam(), adam(), jit_compile=False)
    return tf.function(trainer.train_step).get_concrete_function(tf.constant(images))


# The tiny networks: a Dense layer and two transposed convolutions, T1 and T2 (TensorFlow's Conv2DBackpropInput); a
# critic of two convolutions, C1 and C2.
#
#                                            Conv2D        …BackpropInput     …BackpropFilter
# critic update
#   generator forward                                      T1, T2
#   critic on real and generated as one      C1, C2
#   back to the kernels                                    C2                 C2, C1
#   critic on the points in between          C1                                               (C2 only makes the value)
#   back to the points: the slope                          C2, C1
#   derivative of that, by the kernels       C1                               C1, C2
#                                            = 4           = 5                = 4
# generator's update
#   generator forward, critic forward        C1, C2        T1, T2
#   back through the critic                                C2, C1
#   back through the generator               T2, T1                           T2, T1
#                                            = 4           = 4                = 2
FEWEST = {
    1: {"Conv2D": 8, "Conv2DBackpropInput": 9, "Conv2DBackpropFilter": 6},
    2: {"Conv2D": 12, "Conv2DBackpropInput": 14, "Conv2DBackpropFilter": 10},
}


@pytest.mark.parametrize("n_critic", FEWEST)
def test_the_step_makes_no_convolution_too_many(n_critic, make_trainer, adam, images):
    trainer = make_trainer(n_critic=n_critic)
    assert count_convolutions(traced(trainer, adam, images[: 4 * n_critic])) == FEWEST[n_critic]
    assert fewest_convolutions(trainer.generator, trainer.critic, n_critic) == FEWEST[n_critic]


def test_a_dense_layer_in_the_critic_needs_every_convolution_of_the_penalty(adam, images):
    keras.utils.set_random_seed(1)
    small = {"n_blocks": 1, "kernel_size": 4, "stem": False}
    critic = make_dcgan_discriminator((8, 8, 1), 4, norm=None, dropout=0.0, hidden_units=5, **small)
    trainer = WGANGP(make_dcgan_generator(3, (8, 8, 1), 4, **small), critic, n_critic=1, gp_every=2)
    # One convolution C1 under Dense layers. Critic update: T1, T2; C1 and its kernel; C1 in between, back to the
    # points, the kernel and C1 once more. Generator's update: T1, T2, C1; back to the images; T2, T1 and their kernels.
    fewest = {"Conv2D": 3 + 1 + 2, "Conv2DBackpropInput": 2 + 1 + 2 + 1, "Conv2DBackpropFilter": 2 + 2}
    assert count_convolutions(traced(trainer, adam, images[:4])) == fewest
    assert fewest_convolutions(trainer.generator, critic, 1) == fewest


def test_the_moving_average_and_dropout_add_none(make_trainer, adam, images):
    trainer = make_trainer(n_critic=2, ema_decay=0.9, dropout=0.3)
    assert count_convolutions(traced(trainer, adam, images[:8])) == FEWEST[2]


@pytest.mark.parametrize("name", SIZES)
def test_at_the_sizes_that_are_measured_too(name, adam):
    problem = SIZES[name]
    generator, critic = problem.networks()
    trainer = WGANGP(generator, critic, n_critic=problem.recipe.n_critic)
    counted = count_convolutions(traced(trainer, adam, problem.images()))
    assert counted == fewest_convolutions(generator, critic, problem.recipe.n_critic)


def test_keras_own_leaky_relu_sends_zeros_back_through_every_layer(make_trainer, adam, images):
    ours = make_trainer()
    theirs = WGANGP(ours.generator, with_keras_activations(ours.critic), n_critic=1)
    more = count_convolutions(traced(theirs, adam, images[:4]))
    # From the last activation down to the first kernel: back to the kernel of C1, nothing more in so small a net.
    assert more == FEWEST[1] | {"Conv2DBackpropFilter": FEWEST[1]["Conv2DBackpropFilter"] + 1}


def test_what_nothing_depends_on_is_not_counted_as_run():
    images, kernel = tf.ones((1, 4, 4, 1)), tf.Variable(tf.ones((2, 2, 1, 1)))

    @tf.function
    def called(x):
        return tf.nn.conv2d(x, kernel, 1, "SAME")

    @tf.function
    def twice(x):
        tf.nn.conv2d(x, 3 * kernel, 1, "SAME")
        kernel.assign_add(tf.reshape(tf.nn.conv2d(x, kernel, 1, "VALID")[:, :2, :2], (2, 2, 1, 1)))
        return called(x)

    concrete = twice.get_concrete_function(images)
    assert count_convolutions(concrete)["Conv2D"] == 2
    assert count_convolutions(concrete, run=False)["Conv2D"] == 3


def test_the_step_compiles_as_one_piece_so_nothing_in_it_returns_to_python(make_trainer, adam, images):
    # XLA refuses a function with any operation that only the host can make.
    trainer = make_trainer(n_critic=2, ema_decay=0.9)
    trainer.compile(adam(), adam())
    tf.function(trainer.train_step, jit_compile=True)(tf.constant(images[:8]))
    assert int(trainer.step.numpy()) == 1

    class Asking(WGANGP):
        def after_critic_update(self):
            self.step.assign_add(tf.ensure_shape(tf.numpy_function(lambda: np.int64(0), [], tf.int64), ()))

    asking = Asking(trainer.generator, trainer.critic, n_critic=1)
    asking.compile(adam(), adam())
    with pytest.raises(tf.errors.InvalidArgumentError, match="PyFunc"):
        tf.function(asking.train_step, jit_compile=True)(tf.constant(images[:4]))


def test_the_copy_with_keras_layers_is_the_same_network(make_trainer, images):
    critic = make_trainer().critic
    copy = with_keras_activations(critic)
    assert any(type(layer) is keras.layers.LeakyReLU for layer in copy.layers)
    assert not any(type(layer).__module__.startswith("wganlib") for layer in copy.layers)
    tf.debugging.assert_near(copy(images), critic(images), atol=1e-6)
