import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.optimize import linprog

from wganlib import losses
from wganlib.course.widgets import ClippingExplorer
from wganlib.course.widgets.clipping import WIDTH, critic_loss_gradients, gaussian_points, train_clipped_critic


def as_keras(critic):
    hidden = [
        layer
        for kernel in critic.kernels[:-1]
        for layer in (keras.layers.Dense(kernel.shape[1]), keras.layers.LeakyReLU(0.2))
    ]
    model = keras.Sequential([keras.Input((1,)), *hidden, keras.layers.Dense(1)])
    model.set_weights([part for pair in zip(critic.kernels, critic.biases, strict=True) for part in pair])
    return model


def estimate(critic, real, fake):
    return critic(real).mean() - critic(fake).mean()


@pytest.mark.parametrize("hidden", [1, 3])
def test_values_and_gradients_are_those_of_keras(hidden):
    real, fake = gaussian_points(0.8)
    critic = train_clipped_critic(real, fake, 0.3, hidden, steps=3)
    model = as_keras(critic)
    x = np.linspace(-1, 1, 9)
    np.testing.assert_allclose(critic(x), model(x[:, None].astype("float32"))[:, 0], rtol=1e-4, atol=1e-5)
    with tf.GradientTape() as tape:
        values = (model(tf.constant(part[:, None], tf.float32)) for part in (real, fake))
        loss = losses.wasserstein_critic_loss(*values)
    expected = tape.gradient(loss, model.trainable_variables)
    found = critic_loss_gradients(real, fake, critic.kernels, critic.biases)
    for ours, theirs in zip(found, [*expected[::2], *expected[1::2]], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5)


def test_one_hidden_layer_comes_near_the_best_in_the_box():
    # With one hidden layer every unit may be chosen alone: c · units · the best |mean difference| of one unit. The best
    # unit is found on a grid, which holds the corners of the box; here it is linear on all of both samples.
    real, fake = gaussian_points(0.8)
    clip = 0.1
    best = 0
    for w in np.linspace(-clip, clip, 41):
        for b in np.linspace(-clip, clip, 41):
            unit = [np.where(w * x + b > 0, w * x + b, 0.2 * (w * x + b)).mean() for x in (real, fake)]
            best = max(best, clip * WIDTH * abs(unit[0] - unit[1]))
    found = estimate(train_clipped_critic(real, fake, clip, 1), real, fake)
    assert 0.9 * best < found < 1.001 * best


def test_no_weight_leaves_the_box_and_no_slope_its_bound():
    for clip in (0.01, 0.1):
        critic = train_clipped_critic(*gaussian_points(0.4), clip, 2)
        assert np.abs(critic.weights).max() <= clip
        x = np.linspace(-1, 1, 201)
        slopes = np.diff(critic(x)) / np.diff(x)
        assert 0 < np.abs(slopes).max() <= clip * (WIDTH * clip) ** 2 * (1 + 1e-9)


def test_the_estimate_never_beats_the_steepest_slope_times_w():
    real, fake = gaussian_points(0.6)
    # W of two samples on a line as its own linear programme: the best prices with slope 1 between neighbours.
    points, order = np.unique(np.concatenate([real, fake]), return_inverse=True)
    mass = np.bincount(order, weights=np.r_[np.full(len(real), 1 / len(real)), np.full(len(fake), -1 / len(fake))])
    steps = np.diff(np.eye(len(points)), axis=0)
    limits = np.r_[np.diff(points), np.diff(points)]
    dual = linprog(-mass, A_ub=np.r_[steps, -steps], b_ub=limits, bounds=[(0, 0)] + [(None, None)] * (len(points) - 1))
    assert -dual.fun == pytest.approx(0.6)
    for hidden in (1, 2, 4):
        found = estimate(train_clipped_critic(real, fake, 0.05, hidden), real, fake)
        assert found <= -dual.fun * 0.05 * (WIDTH * 0.05) ** hidden


def test_the_spikes_at_the_limits_are_the_trainings_and_not_the_first_clips():
    points = gaussian_points(0.8)
    for clip, hidden in ((0.01, 2), (0.1, 3)):
        untrained = train_clipped_critic(*points, clip, hidden, steps=0)
        assert np.abs(untrained.weights).max() <= clip and untrained.share_at(clip) < 0.03
        assert train_clipped_critic(*points, clip, hidden).share_at(clip) > 0.9
    # Four layers in a small box: the gradient is smaller than the optimiser's ε, and no weight gets anywhere.
    assert train_clipped_critic(*points, 0.001, 4).share_at(0.001) < 0.03


@pytest.mark.parametrize("arguments, says", [((0, 2), "above 0"), ((-1, 2), "above 0"), ((0.1, 0), "at least 1")])
def test_settings_out_of_range_are_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        train_clipped_critic(*gaussian_points(1), *arguments)


def test_moving_a_slider_trains_another_critic():
    explorer = ClippingExplorer()

    def seen():
        left, right = explorer.figure.axes
        lines = {line.get_label(): line for line in left.lines}
        heights = np.array([patch.get_height() for patch in right.patches])
        return lines["the critic"].get_ydata(), heights, left.get_title()

    at_first, heights, title = seen()
    picture = explorer.png
    explorer.controls["clip"].value = 0.01
    flat, other_heights, other_title = seen()
    assert np.ptp(flat) < 0.01 * np.ptp(at_first)
    assert title != other_title and explorer.png != picture
    # Two spikes: the outermost bars hold most of the weights, many more than at the start, when all bars were even.
    (start,) = {line.get_ydata()[0] for line in explorer.figure.axes[1].lines}
    assert start == pytest.approx(heights.sum() / 40)
    assert heights[[0, -1]].sum() > 0.75 * heights.sum() and other_heights[[0, -1]].sum() > 0.8 * other_heights.sum()
    explorer.controls["hidden"].value = 4
    deep, deep_heights, _ = seen()
    assert np.ptp(deep) < 0.1 * np.ptp(flat) and deep_heights.sum() > 2 * heights.sum()
    explorer.controls["distance"].value = 0.3
    assert "W = 0.30" in seen()[2]


def test_the_scaled_critic_reports_w():
    explorer = ClippingExplorer()
    real, fake = gaussian_points(0.8)
    (scaled,) = [line for line in explorer.still(clip=0.03, distance=0.8).axes[0].lines if "÷" in line.get_label()]
    values = [np.interp(points, *scaled.get_data()).mean() for points in (real, fake)]
    assert values[0] - values[1] == pytest.approx(0.8, rel=0.01)
