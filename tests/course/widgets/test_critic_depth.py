import keras
import numpy as np
import pytest
import tensorflow as tf

from wganlib.course.widgets import CriticDepthExplorer
from wganlib.course.widgets.critic_depth import SMALLEST, WIDTH, first_kernels, gradient_by_depth
from wganlib.layers.orthonormal import GroupSort, OrthonormalDense
from wganlib.losses import gradient_norms
from wganlib.networks.residual import gradient_by_block, make_residual_critic


@pytest.mark.parametrize(("activation", "name"), [("ReLU", "relu"), ("leaky ReLU", "leaky_relu")])
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("depth", [4, 12])
def test_gradients_are_those_of_the_keras_critic_with_these_kernels(activation, name, residual, depth):
    kernels = first_kernels(depth, 0.2, residual, False)
    critic = make_residual_critic((2,), depth, WIDTH, residual=residual, activation=name)
    critic.set_weights([part for kernel in kernels for part in (kernel, np.zeros(kernel.shape[1]))])
    samples = np.random.default_rng(0).normal(size=(20, 2))
    found = gradient_by_depth(kernels, samples, residual, activation)
    np.testing.assert_allclose(found, gradient_by_block(critic, samples), rtol=1e-4)


def test_the_first_kernels_have_the_variances_of_the_keras_critic():
    keras.utils.set_random_seed(0)
    for residual in (True, False):
        weights = make_residual_critic((2,), 12, WIDTH, residual=residual).get_weights()[::2]
        for ours, theirs in zip(first_kernels(12, None, residual, False), weights, strict=True):
            assert ours.shape == theirs.shape
            assert ours.std() == pytest.approx(theirs.std(), rel=0.35 if ours.size < 200 else 0.06)


def test_gradients_of_the_sorting_critic_are_those_of_keras():
    kernels = first_kernels(8, None, False, True)
    stack = [keras.Input((2,)), OrthonormalDense(WIDTH, 20, use_bias=False)]
    for kernel in kernels[1:]:
        stack += [GroupSort(), OrthonormalDense(kernel.shape[1], 20, use_bias=False)]
    net = keras.Sequential(stack)
    net.set_weights(kernels)
    samples = np.random.default_rng(0).normal(size=(20, 2)).astype("float32")
    found = gradient_by_depth(kernels, samples, False, "GroupSort, orthonormal")
    np.testing.assert_allclose(found[0], gradient_norms(net, tf.constant(samples)).numpy().mean(), rtol=1e-3)
    np.testing.assert_allclose(found[1:], 1, atol=1e-9)  # nothing is lost behind the stem


def seen(explorer):
    (ax,) = explorer.figure.axes
    (line,) = [line for line in ax.lines if len(line.get_xdata()) > 2]
    return line.get_ydata(), explorer.figure.get_suptitle(), [text.get_text() for text in ax.texts]


def test_depth_and_clip_move_the_curve():
    explorer = CriticDepthExplorer()
    at_first, title, _ = seen(explorer)
    assert len(at_first) == 16 and "32 layers, plain, ReLU" in title
    explorer.controls["clip"].value = 0.01
    small, title, texts = seen(explorer)
    assert small[0] < 1e-6 * at_first[0] and "±0.01" in title
    assert small[0] < SMALLEST and any("float32" in text for text in texts)
    explorer.controls["depth"].value = 8
    shallow, title, texts = seen(explorer)
    assert len(shallow) == 4 and shallow[0] > small[0] and not texts


def test_the_factor_of_a_clipped_plain_critic_is_the_rule_of_the_chapter():
    # 0.001 is far inside He's spread: nearly all weights stand at ±c, with random signs; two layers a block.
    explorer = CriticDepthExplorer()
    values, _, _ = seen_of(explorer.still(depth=64, clip=0.001, residual=False, activation="ReLU"))
    factor = (values[0] / values[-1]) ** (1 / (len(values) - 1))
    assert factor == pytest.approx((0.001 * np.sqrt(WIDTH / 2)) ** 2, rel=0.1)


def seen_of(figure):
    return seen(type("Shown", (), {"figure": figure}))


def test_shortcuts_keep_the_gradient_and_sorting_keeps_it_exactly():
    explorer = CriticDepthExplorer()
    explorer.controls["depth"].value = 128
    explorer.controls["clip"].value = 0.01
    plain, _, _ = seen(explorer)
    explorer.controls["residual"].value = True
    residual, title, _ = seen(explorer)
    assert "residual" in title
    assert residual[0] == pytest.approx(residual[-1], rel=0.3) and plain[0] < 1e-100
    explorer.controls["residual"].value = False
    explorer.controls["activation"].value = "GroupSort, orthonormal"
    kept, title, _ = seen(explorer)
    np.testing.assert_allclose(kept, 1, atol=1e-9)
    assert "clipped" not in title and explorer.controls["clip"].disabled
    explorer.controls["activation"].value = "leaky ReLU"
    leaky, _, _ = seen(explorer)
    assert not explorer.controls["clip"].disabled and leaky[0] != plain[0]
