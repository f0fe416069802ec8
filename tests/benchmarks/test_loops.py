"""The loops that benchmarks/step_cost.py compares: all of them make the same step."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from loops import pytorch
from loops.eager import EagerLoop
from loops.graph import GraphLoop
from loops.keras_example import KerasExampleLoop
from loops.ours import BareLoop, FitLoop
from loops.problem import SIZES, Draws

from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator

pytestmark = pytest.mark.slow

BATCH, N_CRITIC = 4, 2
STEP = {"n_critic": N_CRITIC, "gp_weight": 10.0, "gp_every": 2}


def networks(kernel_size=4, stem=False, hidden=None):
    keras.utils.set_random_seed(1)
    options = {"n_blocks": 1, "kernel_size": kernel_size, "stem": stem}
    return (
        make_dcgan_generator(3, (8, 8, 1), 4, **options),
        make_dcgan_discriminator((8, 8, 1), 4, norm=None, dropout=0.0, hidden_units=hidden, **options),
    )


class Prescribed(Draws):
    """What our trainer draws in its first steps, in the order in which a loop asks for it."""

    def __init__(self, trainer):
        self.trainer, self.asked_z, self.asked_alpha = trainer, 0, 0

    def z(self, count, z_size):
        step, draw = divmod(self.asked_z, N_CRITIC + 1)
        self.asked_z += 1
        return self.trainer.draw_latent(count, draw, step)

    def alpha(self, count):
        step, draw = divmod(self.asked_alpha, N_CRITIC)
        self.asked_alpha += 1
        return tf.reshape(self.trainer.draw_alpha(count, draw, step), (-1, 1, 1, 1))


def after(loop, optimizers, real, steps=1, draws=True, of=networks, **options):
    """The trained weights of generator and critic after `steps` steps of a loop."""
    if draws:
        trainer = BareLoop(*of(), **STEP, optimizers=optimizers, jit_compile=False).trainer
        options["draws"] = Prescribed(trainer)
    made = loop(*of(), **STEP, optimizers=optimizers, **options)
    made.run(real, steps)
    return made


def trained(loop):
    return [v.numpy() for network in (loop.generator, loop.critic) for v in network.trainable_variables]


@pytest.fixture(scope="module")
def optimizers(adam):
    return lambda: (adam(1e-2), adam(2e-2))


@pytest.fixture(scope="module")
def real(images):
    return tf.constant(images[: N_CRITIC * BATCH])


@pytest.fixture(scope="module")
def ours(optimizers, real):
    return trained(after(BareLoop, optimizers, real, draws=False, jit_compile=False))


WAYS = {
    "eager": (EagerLoop, {}),
    "in tf.function": (GraphLoop, {}),
    "Keras' example": (KerasExampleLoop, {"jit_compile": False}),
    "Keras' example under XLA": (KerasExampleLoop, {"jit_compile": True}),
    "our fit": (FitLoop, {"draws": False, "jit_compile": False}),
    "our step under XLA": (BareLoop, {"draws": False, "jit_compile": True}),
}


@pytest.mark.parametrize("name", WAYS)
def test_every_loop_makes_the_same_step(name, ours, optimizers, real):
    loop, options = WAYS[name]
    before = [v.numpy() for network in networks() for v in network.trainable_variables]
    for mine, other, start in zip(ours, trained(after(loop, optimizers, real, **options)), before, strict=True):
        # The critic's last bias shifts real and generated values alike: it never moves.
        assert np.abs(mine - start).max() > 1e-3 or mine.size == 1
        np.testing.assert_allclose(other, mine, rtol=1e-4, atol=2e-5)


def test_another_penalty_weight_would_show(ours, optimizers, real):
    settings = STEP | {"gp_weight": 9.0}
    loop = EagerLoop(*networks(), **settings, optimizers=optimizers, draws=Prescribed(fresh(optimizers)))
    loop.run(real, 1)
    assert max(np.abs(a - b).max() for a, b in zip(trained(loop), ours, strict=True)) > 1e-4


def fresh(optimizers):
    return BareLoop(*networks(), **STEP, optimizers=optimizers, jit_compile=False).trainer


@pytest.mark.parametrize(("kernel_size", "stem", "hidden"), [(4, False, 5), (5, True, None)])
def test_the_pytorch_loop_makes_the_same_step(kernel_size, stem, hidden, optimizers, real):
    pytest.importorskip("torch")

    def of():
        return networks(kernel_size, stem, hidden)

    made = after(pytorch.TorchLoop, optimizers, real, steps=2, of=of)
    expected = after(EagerLoop, optimizers, real, steps=2, of=of)
    for network, theirs in ((expected.generator, made.generator), (expected.critic, made.critic)):
        parameters = list(theirs.parameters())
        assert len(parameters) == len(network.trainable_variables)
        for mine, other in zip(network.trainable_variables, parameters, strict=True):
            axes = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[len(mine.shape)]
            np.testing.assert_allclose(other.detach().numpy(), mine.numpy().transpose(axes), rtol=1e-3, atol=1e-4)


def test_a_layer_without_a_translation_is_named():
    pytest.importorskip("torch")
    with pytest.raises(ValueError, match="Softmax"):
        pytorch.translate(keras.Sequential([keras.Input((3,)), keras.layers.Softmax()]))


@pytest.mark.parametrize("name", SIZES)
def test_the_sizes_are_those_of_the_recipes_and_nothing_random_is_in_the_nets(name):
    problem = SIZES[name]
    generator, critic = problem.networks()
    assert problem.images().shape == (problem.recipe.n_critic * problem.recipe.batch_size, 28, 28, 1)
    kinds = {type(layer).__name__ for layer in critic.layers}
    assert "Dropout" not in kinds and "BatchNormalization" not in kinds
    assert any(isinstance(layer, keras.layers.BatchNormalization) for layer in generator.layers)
    if name == "sources":  # its article prints these parameter counts (the critic's without BatchNorm)
        assert generator.count_params() == 817_824
        assert critic.count_params() == 1_040_385 - (256 + 512 + 1024)
