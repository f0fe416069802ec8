"""Every loss against NumPy, the penalty against closed forms and finite differences."""

import ast
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from wganlib import losses

REAL = np.array([[1.5], [-0.3], [0.0], [2.2]], "float32")
FAKE = np.array([[-1.0], [0.4], [3.0], [-2.5], [0.1]], "float32")


def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype(float)))


@pytest.mark.parametrize("label", [1.0, 0.9])
def test_minimax_discriminator_loss(label):
    of_real = label * np.log(sigmoid(REAL)) + (1 - label) * np.log(1 - sigmoid(REAL))
    expected = -of_real.mean() - np.log(1 - sigmoid(FAKE)).mean()
    np.testing.assert_allclose(losses.minimax_discriminator_loss(REAL, FAKE, label), expected, rtol=1e-6)


def test_an_undecided_discriminator_pays_two_log_two():
    nothing = np.zeros((3, 1), "float32")
    np.testing.assert_allclose(losses.minimax_discriminator_loss(nothing, nothing), 2 * np.log(2), rtol=1e-6)


def test_generator_losses():
    np.testing.assert_allclose(losses.minimax_generator_loss(FAKE), np.log(1 - sigmoid(FAKE)).mean(), rtol=1e-6)
    np.testing.assert_allclose(losses.non_saturating_generator_loss(FAKE), -np.log(sigmoid(FAKE)).mean(), rtol=1e-6)
    np.testing.assert_allclose(losses.wasserstein_generator_loss(FAKE), -FAKE.mean(), rtol=1e-6)


def test_hinge_discriminator_loss():
    expected = np.maximum(0, 1 - REAL).mean() + np.maximum(0, 1 + FAKE).mean()
    np.testing.assert_allclose(losses.hinge_discriminator_loss(REAL, FAKE), expected, rtol=1e-6)
    nothing = np.zeros((3, 1), "float32")
    assert float(losses.hinge_discriminator_loss(nothing, nothing)) == 2


def test_relativistic_loss_holds_each_sample_against_its_own_rival():
    winners, losers = REAL, FAKE[:4]
    expected = -np.log(sigmoid(winners - losers)).mean()
    np.testing.assert_allclose(losses.relativistic_loss(winners, losers), expected, rtol=1e-6)
    np.testing.assert_allclose(losses.relativistic_loss(winners, winners), np.log(2), rtol=1e-6)
    # A constant added to all values is no better.
    np.testing.assert_allclose(losses.relativistic_loss(winners + 5, losers + 5), expected, rtol=1e-5)


@pytest.mark.parametrize("losers", [FAKE, FAKE[:1], FAKE[:4, 0]])
def test_relativistic_loss_refuses_anything_but_pairs(losers):
    with pytest.raises(ValueError, match="must be pairs"):
        losses.relativistic_loss(REAL, losers)


def test_wasserstein_critic_loss_weighs_each_batch_by_its_own_size():
    np.testing.assert_allclose(losses.wasserstein_critic_loss(REAL, FAKE), FAKE.mean() - REAL.mean(), rtol=1e-6)


def test_the_minimax_gradient_vanishes_where_the_other_does_not():
    # d/df log(1 − D) = −D and d/df (−log D) = −(1 − D) with D = sigmoid(f).
    logits = tf.constant([[-20.0], [-2.0], [0.0], [2.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        saturating = losses.minimax_generator_loss(logits)
        other = losses.non_saturating_generator_loss(logits)
    d = sigmoid(logits.numpy())
    np.testing.assert_allclose(tape.gradient(saturating, logits), -d / 4, rtol=1e-5)
    np.testing.assert_allclose(tape.gradient(other, logits), -(1 - d) / 4, rtol=1e-5)


def test_losses_from_logits_stay_finite_however_sure_the_critic_is():
    sure = np.full((4, 1), 500.0, "float32")
    assert losses.minimax_discriminator_loss(sure, -sure).numpy() == 0
    np.testing.assert_allclose(losses.minimax_discriminator_loss(-sure, sure), 1000)
    np.testing.assert_allclose(losses.minimax_generator_loss(sure), -500)
    np.testing.assert_allclose(losses.non_saturating_generator_loss(-sure), 500)


def test_feature_matching_loss():
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=(6, 5)), generator.normal(size=(4, 5))
    expected = np.linalg.norm(real.mean(0) - fake.mean(0)) ** 2
    np.testing.assert_allclose(losses.feature_matching_loss(real, fake), expected)


def test_half_precision_features_do_not_overflow():
    real, fake = tf.fill((4, 1000), tf.constant(10.0, tf.float16)), tf.fill((4, 1000), tf.constant(-10.0, tf.float16))
    loss = losses.feature_matching_loss(real, fake)
    assert loss.dtype == tf.float32
    assert float(loss) == 400_000


# The penalty's parts.

SHAPE = (6, 4, 3, 2)  # no two axes alike, so that a mixed-up axis shows


def samples(seed=0, shape=SHAPE):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def test_interpolation_runs_from_fake_to_real():
    real, fake = samples(0), samples(1)
    alpha = np.array([0, 0.25, 0.5, 0.75, 1, 0.1], "float32")
    expected = np.stack([a * r + (1 - a) * f for a, r, f in zip(alpha, real, fake, strict=True)])
    np.testing.assert_allclose(losses.interpolate(real, fake, alpha), expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(losses.interpolate(real, fake, np.ones(6)), real)
    np.testing.assert_array_equal(losses.interpolate(real, fake, np.zeros(6)), fake)


@pytest.mark.parametrize("shape", [SHAPE, (6, 5), (6, 1)])
def test_the_norm_is_over_every_axis_of_one_sample(shape):
    # D(x) = ½ ‖x‖² has the gradient x: the norm of each sample is its own length.
    points = samples(shape=shape)
    norms = losses.gradient_norms(
        lambda x: tf.reduce_sum(x**2, axis=range(1, len(shape)))[:, None] / 2, tf.constant(points)
    )
    assert norms.shape == (6,)
    assert norms.dtype == tf.float32
    np.testing.assert_allclose(norms, [np.sqrt(np.sum(p.astype(float) ** 2)) for p in points], rtol=1e-5)


def linear(weights):
    return lambda x: tf.reshape(x, (len(x), -1)) @ tf.reshape(tf.cast(weights, x.dtype), (-1, 1))


@pytest.mark.parametrize("length", [0.2, 1.0, 3.5])
def test_a_linear_critic_has_a_penalty_in_closed_form(length):
    weights = np.random.default_rng(3).normal(size=SHAPE[1:])
    weights *= length / np.linalg.norm(weights)
    penalty = losses.gradient_penalty(linear(weights), samples(0), samples(1))
    np.testing.assert_allclose(penalty, (length - 1) ** 2, atol=2e-6)
    one_sided = losses.gradient_penalty(linear(weights), samples(0), samples(1), one_sided=True)
    np.testing.assert_allclose(one_sided, max(0, length - 1) ** 2, atol=2e-6)


def test_the_penalty_is_the_mean_over_samples_of_the_squared_excess():
    norms = np.array([0.0, 0.5, 1.0, 3.0], "float32")
    np.testing.assert_allclose(losses.penalty_of_norms(norms), np.mean([1, 0.25, 0, 4]))
    np.testing.assert_allclose(losses.penalty_of_norms(norms, one_sided=True), np.mean([0, 0, 0, 4]))
    np.testing.assert_allclose(losses.penalty_of_norms(norms, target=0.0), np.mean(norms**2))
    np.testing.assert_allclose(losses.penalty_of_norms(norms, target=2.0), np.mean([4, 2.25, 1, 1]))


@pytest.mark.parametrize("length", [0.0, 0.2, 3.5])
def test_r1_of_a_linear_critic_is_its_squared_slope(length):
    weights = np.random.default_rng(3).normal(size=SHAPE[1:])
    weights *= length / np.linalg.norm(weights)
    penalty = losses.penalty_of_norms(losses.gradient_norms(linear(weights), samples(0)), target=0.0)
    np.testing.assert_allclose(penalty, length**2, rtol=1e-5, atol=2e-12)


@pytest.fixture(scope="module")
def tanh_critic():
    """A critic in Keras, and its value and gradient norms in NumPy, float64, from the same weights."""
    keras.utils.set_random_seed(5)
    critic = keras.Sequential([keras.Input((3, 2)), keras.layers.Flatten()])
    critic.add(keras.layers.Dense(7, activation="tanh", kernel_initializer="glorot_normal", bias_initializer="normal"))
    critic.add(keras.layers.Dense(1))

    def value(x, w1, b1, w2, b2):
        return np.tanh(x.reshape(len(x), -1) @ w1 + b1) @ w2 + b2

    return critic, value


def weights_of(critic):
    return [weight.astype(float) for weight in critic.get_weights()]


def test_gradient_norms_against_finite_differences(tanh_critic):
    critic, value = tanh_critic
    points = samples(2, (5, 3, 2))
    weights, step, squares = weights_of(critic), 1e-5, np.zeros(5)
    for index in np.ndindex(3, 2):
        move = np.zeros((3, 2))
        move[index] = step
        squares += ((value(points + move, *weights) - value(points - move, *weights))[:, 0] / (2 * step)) ** 2
    np.testing.assert_allclose(losses.gradient_norms(critic, tf.constant(points)), np.sqrt(squares), rtol=1e-5)


def test_the_penaltys_own_gradient_against_finite_differences(tanh_critic):
    # The derivative with respect to the critic's weights goes through the derivative with respect to its input.
    critic, _ = tanh_critic
    real, fake = samples(3, (5, 3, 2)), samples(4, (5, 3, 2))
    alpha = np.linspace(0.1, 0.9, 5).astype("float32")
    between = alpha[:, None, None] * real + (1 - alpha[:, None, None]) * fake

    def penalty(w1, b1, w2, b2):
        hidden = np.tanh(between.reshape(5, -1).astype(float) @ w1 + b1)
        gradient = ((1 - hidden**2) * w2[:, 0]) @ w1.T
        return np.mean((np.linalg.norm(gradient, axis=1) - 1) ** 2)

    with tf.GradientTape() as tape:
        ours = losses.gradient_penalty(critic, real, fake, alpha)
    variables = [variable.value for variable in critic.trainable_variables]
    gradients = tape.gradient(ours, variables, unconnected_gradients="zero")  # the last bias plays no part
    weights = weights_of(critic)
    np.testing.assert_allclose(ours, penalty(*weights), rtol=1e-5)
    for which, gradient in enumerate(gradients):
        for index in np.ndindex(tuple(gradient.shape)):
            ends = []
            for step in (1e-5, -1e-5):
                moved = [w.copy() for w in weights]
                moved[which][index] += step
                ends.append(penalty(*moved))
            np.testing.assert_allclose(gradient.numpy()[index], (ends[0] - ends[1]) / 2e-5, rtol=1e-3, atol=1e-6)


def dead_critic():
    weight = tf.Variable(tf.zeros((24, 1)))
    return weight, lambda x: tf.reshape(x, (len(x), -1)) @ weight


def penalty_and_gradient(measure):
    weight, critic = dead_critic()
    with tf.GradientTape() as tape:
        penalty = measure(critic)
    return penalty.numpy(), tape.gradient(penalty, weight).numpy()


def test_a_zero_gradient_gives_finite_numbers():
    penalty, gradient = penalty_and_gradient(lambda critic: losses.gradient_penalty(critic, samples(0), samples(1)))
    np.testing.assert_allclose(penalty, 1, rtol=1e-5)
    assert np.isfinite(gradient).all()


def test_without_epsilon_a_zero_gradient_gives_nan():
    penalty, gradient = penalty_and_gradient(
        lambda critic: losses.penalty_of_norms(losses.gradient_norms(critic, samples(0), epsilon=0.0))
    )
    assert penalty == 1
    assert np.isnan(gradient).all()


def test_epsilon_does_not_move_a_norm_of_one():
    weights = np.zeros(24)
    weights[7] = 1
    np.testing.assert_allclose(losses.gradient_norms(linear(weights), tf.constant(samples())), np.ones(6), rtol=1e-7)


def mixing_weights(**options):
    """The α that a penalty drew, per element, read from the critic's input: real is 1 everywhere, fake 0."""
    seen = []

    def critic(x):
        seen.append(x.numpy())
        return tf.reduce_sum(x, axis=(1, 2, 3))[:, None]

    losses.gradient_penalty(critic, np.ones((500, 4, 3, 2), "float32"), np.zeros((500, 4, 3, 2), "float32"), **options)
    return seen[0]


def test_alpha_is_one_uniform_number_per_sample():
    tf.random.set_seed(1)
    mixed = mixing_weights()
    alpha = mixed[:, 0, 0, 0]
    np.testing.assert_array_equal(mixed, np.broadcast_to(alpha[:, None, None, None], mixed.shape))  # not per pixel
    assert len(np.unique(alpha)) > 490  # not per batch
    assert stats.kstest(alpha, "uniform").pvalue > 0.01  # not from a normal


def test_alpha_is_drawn_anew():
    assert not np.allclose(mixing_weights(), mixing_weights())


def test_alpha_can_be_given():
    alpha = np.linspace(0, 1, 500, dtype="float32")
    np.testing.assert_allclose(mixing_weights(alpha=alpha)[:, 2, 1, 0], alpha)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_the_norm_is_taken_in_float32_of_narrower_samples(dtype):
    # Squared in float16 this gradient would overflow: 300² > 65,504.
    def critic(x):
        return tf.cast(tf.reduce_sum(x * tf.cast(300, dtype), axis=(1, 2, 3)), tf.float32)

    penalty = losses.gradient_penalty(critic, tf.cast(samples(0), dtype), tf.cast(samples(1), dtype))
    assert penalty.dtype == tf.float32
    np.testing.assert_allclose(penalty, (300 * np.sqrt(24) - 1) ** 2, rtol=0.02)


# What would give a silently wrong number is refused, and little else: a student reads losses.py as a lesson.


@pytest.mark.parametrize(
    "call",
    [
        lambda: losses.minimax_generator_loss(np.zeros((4, 2), "float32")),
        lambda: losses.non_saturating_generator_loss(np.zeros((4, 1, 1), "float32")),
        lambda: losses.wasserstein_critic_loss(REAL, np.zeros((4, 2), "float32")),
        lambda: losses.wasserstein_critic_loss(REAL, FAKE.astype("float64")),
        lambda: losses.minimax_discriminator_loss(REAL, FAKE.astype("float16")),
        lambda: losses.interpolate(samples(0), samples(1)[:1], np.zeros(6, "float32")),
        lambda: losses.interpolate(samples(0), samples(1).astype("float64"), np.zeros(6, "float32")),
        lambda: losses.interpolate(samples(0), samples(1), np.zeros(1, "float32")),
        lambda: losses.interpolate(samples(0), samples(1), np.zeros(SHAPE, "float32")),
        lambda: losses.interpolate(samples(0), samples(1), np.float32(0.5)),
        lambda: losses.feature_matching_loss(samples(shape=(6, 5)), samples(shape=(6, 1))),
    ],
)
def test_what_would_broadcast_to_a_wrong_number_is_refused(call):
    with pytest.raises(ValueError, match=r"must .*Received"):
        call()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_losses_take_every_float(dtype):
    real, fake = tf.cast(REAL, dtype), tf.cast(FAKE, dtype)
    coarse = {"float16": 1e-2, "bfloat16": 5e-2}.get(dtype, 1e-6)
    of_real = 0.9 * np.log(sigmoid(REAL)) + 0.1 * np.log(1 - sigmoid(REAL))
    expected = -of_real.mean() - np.log(1 - sigmoid(FAKE)).mean()
    np.testing.assert_allclose(float(losses.minimax_discriminator_loss(real, fake, 0.9)), expected, rtol=coarse)
    np.testing.assert_allclose(
        float(losses.wasserstein_critic_loss(real, fake)), FAKE.mean() - REAL.mean(), rtol=coarse, atol=coarse
    )
    wide = dtype if dtype == "float64" else "float32"
    matched = losses.feature_matching_loss(real, fake)
    assert matched.dtype == losses.gradient_norms(lambda x: x * x, real).dtype == wide
    np.testing.assert_allclose(float(matched), ((REAL.mean(0) - FAKE.mean(0)) ** 2).sum(), rtol=10 * coarse)


def test_checks_are_less_than_a_fifth_of_the_code():
    tree = ast.parse(Path(losses.__file__).read_text(encoding="utf-8"))
    checks, code = set(), set()
    for node in ast.walk(tree):
        # A statement, but no docstring; of one that holds others, its first lines.
        if isinstance(node, ast.stmt) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            last = node.body[0].lineno - 1 if hasattr(node, "body") else node.end_lineno
            code |= set(range(node.lineno, last + 1))
        if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise):
            checks |= set(range(node.lineno, node.end_lineno + 1))
    assert checks and len(checks) < 0.2 * len(code), f"{len(checks)} of {len(code)} lines of losses.py are checks"
