"""The trainers: against loops written by hand, against closed forms, and the promises of the docstrings."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from same_numbers import assert_same

from wganlib.callbacks.history import IterationHistory
from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator
from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator
from wganlib.training.input_pipeline import batches
from wganlib.training.trainers import GAN, WGAN, WGANGP

ALL = ("gan", "wgan", "wgangp")
GRAPH = {"jit_compile": False}


def weights(model):
    """All trained numbers of a trainer or network in one vector."""
    return np.concatenate([variable.numpy().ravel() for variable in model.trainable_variables])


def fitted(trainer, images, adam, batch_size=4, compiling=None, **options):
    """Compiled and fitted: 40 images make 5 steps an epoch with n_critic 2 and batches of 4.

    Eagerly unless told otherwise: the graph gives the same numbers (below), and tracing it takes longer than the steps.
    """
    trainer.compile(adam(), adam(), **(compiling or {"run_eagerly": True}))
    trainer.fit(batches(images, trainer, batch_size), verbose=0, **options)
    return trainer


# What the loop does.


def by_hand(kind, trainer, images, steps, adam):
    """`steps` steps of the papers' Algorithms 1 in plain TensorFlow; only z and α come from the trainer."""
    generator, critic = trainer.generator, trainer.critic
    of_generator, of_critic = adam(), adam()
    elements = iter(batches(images, trainer, 4))
    for step in range(steps):
        element = next(elements).numpy()
        rounds = [element[update :: trainer.n_critic] for update in range(trainer.n_critic)]
        for draw, real in enumerate(rounds):
            fake = generator(trainer.draw_latent(4, draw, step), training=True)
            with tf.GradientTape() as tape:
                of_real, of_fake = critic(real, training=True), critic(fake, training=True)
                if kind == "gan":
                    loss = -tf.reduce_mean(tf.math.log_sigmoid(of_real) + tf.math.log_sigmoid(-of_fake))
                else:
                    loss = tf.reduce_mean(of_fake - of_real)
                if kind == "wgangp":
                    alpha = tf.reshape(trainer.draw_alpha(4, draw, step), (4, 1, 1, 1))
                    between = alpha * real + (1 - alpha) * fake
                    with tf.GradientTape() as inner:
                        inner.watch(between)
                        values = critic(between, training=True)
                    slopes = tf.norm(tf.reshape(inner.gradient(values, between), (4, -1)), axis=1)
                    loss += 10 * tf.reduce_mean((slopes - 1) ** 2)
            of_critic.apply(tape.gradient(loss, critic.trainable_variables), critic.trainable_variables)
            if kind == "wgan":
                for variable in critic.trainable_variables:
                    variable.assign(np.clip(variable.numpy(), -0.01, 0.01))
        with tf.GradientTape() as tape:
            of_fake = critic(generator(trainer.draw_latent(4, trainer.n_critic, step), training=True), training=True)
            loss = -tf.reduce_mean(tf.math.log_sigmoid(of_fake) if kind == "gan" else of_fake)
        of_generator.apply(tape.gradient(loss, generator.trainable_variables), generator.trainable_variables)


@pytest.mark.parametrize("kind", ALL)
def test_fit_gives_the_numbers_of_a_loop_written_by_hand(kind, make_trainer, images, adam):
    ours = fitted(make_trainer(kind, n_critic=2), images, adam)
    hand = make_trainer(kind, n_critic=2)
    start = weights(hand)
    by_hand(kind, hand, images, 5, adam)
    assert np.abs(weights(hand) - start).max() > 0.01
    np.testing.assert_allclose(weights(ours), weights(hand), rtol=1e-4, atol=1e-5)
    for a, b in zip(ours.generator.get_weights(), hand.generator.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)  # with BatchNorm's moving statistics


class Watched(WGANGP):
    """Notes what every critic update sees and every z that is drawn."""

    def critic_loss(self, real, fake, draw):
        self.seen.append((real.numpy(), fake.numpy()))
        return super().critic_loss(real, fake, draw)

    def draw_latent(self, *args, **options):
        z = super().draw_latent(*args, **options)
        self.drawn.append(z.numpy())
        return z


@pytest.fixture(scope="module")
def watched(make_trainer, images, adam):
    networks = make_trainer()
    trainer = Watched(networks.generator, networks.critic, n_critic=5)
    trainer.seen, trainer.drawn = [], []
    return fitted(trainer, images, adam)


def test_n_critic_updates_for_each_generator_update(watched):
    assert int(watched.step.numpy()) == 2
    assert int(watched.generator_optimizer.iterations.numpy()) == 2
    assert int(watched.critic_optimizer.iterations.numpy()) == 10
    assert len(watched.seen) == 10


def test_every_critic_update_sees_other_real_images(watched, images):
    real = np.concatenate([real for real, _ in watched.seen])
    assert len(np.unique(real.reshape(40, -1), axis=0)) == 40
    np.testing.assert_array_equal(np.sort(real.ravel()), np.sort(images.ravel()))


def test_every_update_draws_its_own_z(watched):
    z = np.concatenate(watched.drawn)
    assert z.shape == (2 * (5 + 1) * 4, 3)
    assert len(np.unique(z, axis=0)) == len(z)


def test_the_fakes_of_an_update_are_those_of_the_generator_as_it_is(make_trainer, images, adam):
    # Stale fakes would be those of the generator before its last update.
    networks = make_trainer(norm=None)
    trainer = Watched(networks.generator, networks.critic, n_critic=1)
    trainer.seen, trainer.drawn = [], []
    trainer.compile(adam(), adam(), run_eagerly=True)
    for _ in range(2):
        expected = trainer.generator(WGANGP.draw_latent(trainer, 4)).numpy()
        trainer.train_step(tf.constant(images[:4]))
        np.testing.assert_allclose(trainer.seen[-1][1], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ALL)
def test_each_update_moves_its_own_network_only(kind, make_trainer, images, adam):
    trainer = make_trainer(kind)
    trainer.compile(adam(), adam())
    generator, critic = weights(trainer.generator), weights(trainer.critic)
    trainer._update_critic(tf.constant(images[:4]), 0)
    np.testing.assert_array_equal(weights(trainer.generator), generator)
    assert np.abs(weights(trainer.critic) - critic).max() > 1e-3
    critic = weights(trainer.critic)
    trainer._update_generator(4, tf.constant(images[:4]))
    np.testing.assert_array_equal(weights(trainer.critic), critic)
    assert np.abs(weights(trainer.generator) - generator).max() > 1e-3


def test_clipping_holds_every_weight(make_trainer, images, adam):
    trainer = make_trainer("wgan", n_critic=2, clip=0.03)
    assert np.abs(weights(trainer.critic)).max() > 0.1
    fitted(trainer, images, adam)
    critic = np.abs(weights(trainer.critic))
    assert critic.max() == np.float32(0.03)
    assert np.mean(critic == np.float32(0.03)) > 0.05  # the pile at ±c
    assert np.abs(weights(trainer.generator)).max() > 0.1


@pytest.mark.parametrize("kind", ALL)
def test_logs_are_what_the_losses_say(kind, make_trainer, images, adam):
    trainer = make_trainer(kind, norm=None, n_critic=1)
    trainer.compile(adam(), adam())
    real, fake = tf.constant(images[:8]), trainer.generator(trainer.draw_latent(8))
    of_real, of_fake = np.asarray(trainer.critic(real)), np.asarray(trainer.critic(fake))
    logs = {name: float(value) for name, value in trainer.train_step(real).items()}
    if kind == "gan":
        expected = np.logaddexp(0, -of_real).mean() + np.logaddexp(0, of_fake).mean()
        np.testing.assert_allclose(logs["critic_loss"], expected, rtol=1e-5)
        return
    np.testing.assert_allclose(logs["wasserstein"], of_real.mean() - of_fake.mean(), rtol=1e-4, atol=1e-6)
    penalty = logs.get("gradient_penalty", 0)
    np.testing.assert_allclose(logs["critic_loss"], -logs["wasserstein"] + 10 * penalty, rtol=1e-5)


def test_a_critic_with_batch_norm_sees_real_and_fake_apart(make_trainer, images):
    trainer = make_trainer("gan", critic_norm="batch")
    real, fake = images[:8], images[8:16] / 10
    of_real, of_fake = trainer.critic_values(real, fake)
    np.testing.assert_allclose(of_real, trainer.critic(real, training=True), rtol=1e-5)
    np.testing.assert_allclose(of_fake, trainer.critic(fake, training=True), rtol=1e-5)
    together = trainer.critic(np.concatenate([real, fake]), training=True)
    assert np.abs(together[:8] - of_real).max() > 1e-3


def test_one_pass_is_two_passes_where_samples_do_not_mix(make_trainer, images):
    trainer = make_trainer("wgangp", critic_norm="layer")
    assert trainer.joint_pass
    for values, batch in zip(trainer.critic_values(images[:8], images[8:16]), (images[:8], images[8:16]), strict=True):
        np.testing.assert_allclose(values, trainer.critic(batch, training=True), rtol=1e-4, atol=1e-6)


# Randomness.


def test_a_seeded_run_repeats_exactly(make_trainer, images, adam):
    runs = [fitted(make_trainer(n_critic=2, dropout=0.3, seed=seed), images, adam) for seed in (7, 7, 8)]
    assert_same(*runs[:2])
    assert np.abs(weights(runs[2]) - weights(runs[0])).max() > 1e-3


# How the step is compiled.


class Counting(WGANGP):
    traces = 0

    def train_step(self, data):
        self.traces += 1
        return super().train_step(data)


def test_the_step_is_traced_once(make_trainer, images, adam):
    networks = make_trainer()
    trainer = fitted(Counting(networks.generator, networks.critic, n_critic=2), images, adam, compiling=GRAPH, epochs=3)
    trainer.fit(batches(images, trainer, 4), epochs=2, verbose=0)
    trainer.sample(3)
    trainer.fit(batches(images, trainer, 4), epochs=1, verbose=0)
    assert int(trainer.step.numpy()) == 30
    assert trainer.traces == 1


def test_the_critics_update_is_traced_once_however_often_a_step_makes_it(make_trainer, images, adam):
    class CountingLosses(WGANGP):
        losses = 0

        def critic_loss(self, real, fake, draw):
            self.losses += 1
            return super().critic_loss(real, fake, draw)

    networks = make_trainer()
    trainer = CountingLosses(networks.generator, networks.critic, n_critic=5)
    trainer.compile(adam(), adam(), jit_compile=False)
    tf.function(trainer.train_step).get_concrete_function(tf.constant(images[:20]))
    assert trainer.losses == 1


def operations(function):
    """The kinds of operation in a traced function and in the functions that it calls."""
    graph = function.graph.as_graph_def()
    inner = [node for body in graph.library.function for node in body.node_def]
    return {node.op for node in (*graph.node, *inner)}


HOST = {"PyFunc", "EagerPyFunc", "PyFuncStateless", "PrintV2", "Print"}


@pytest.mark.parametrize("kind", ALL)
def test_the_step_never_waits_for_the_host(kind, make_trainer, images, adam):
    trainer = make_trainer(kind, n_critic=2, dropout=0.3, ema_decay=0.9)
    trainer.compile(adam(), adam())
    found = operations(tf.function(trainer.train_step).get_concrete_function(tf.constant(images[:8])))
    assert "Conv2D" in found
    assert not found & HOST
    asking = tf.function(lambda x: tf.numpy_function(np.sin, [x], tf.float32)).get_concrete_function(images[0])
    assert operations(asking) & HOST


@pytest.fixture(scope="module")
def graph_run(make_trainer, images, adam):
    return fitted(make_trainer(n_critic=2, ema_decay=0.9), images, adam, epochs=2, compiling=GRAPH)


@pytest.fixture(scope="module")
def eager_run(make_trainer, images, adam):
    trainer = make_trainer(n_critic=2, ema_decay=0.9)
    trainer.compile(adam(), adam(), run_eagerly=True)
    trainer.fit(images, batch_size=4, epochs=2, verbose=0)  # an array, where the others have a data set
    return trainer


@pytest.mark.slow
def test_steps_per_execution_changes_nothing(graph_run, make_trainer, images, adam):
    # 5 steps an epoch: the last execution of each makes two.
    fused = fitted(
        make_trainer(n_critic=2, ema_decay=0.9), images, adam, epochs=2, compiling=GRAPH | {"steps_per_execution": 3}
    )
    assert_same(fused, graph_run, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_running_eagerly_on_an_array_changes_nothing(graph_run, eager_run):
    assert_same(eager_run, graph_run, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_xla_and_graph_give_the_same_weights(graph_run, make_trainer, images, adam):
    # With BatchNorm in the generator: ten steps of its batch and moving statistics, and of the moving average.
    compiled = fitted(make_trainer(n_critic=2, ema_decay=0.9), images, adam, epochs=2, compiling={"jit_compile": True})
    assert_same(compiled, graph_run, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
def test_dropout_under_xla_drops_anew_at_every_call(make_trainer, images, adam):
    # Its masks are not those of a graph (Keras draws them from TensorFlow's uniform floats, which differ under XLA),
    # so weights cannot be compared. What can: as many draws were made, and the masks are random with the right rate.
    trainer = fitted(make_trainer(n_critic=1, dropout=0.5), images, adam, compiling={"jit_compile": True})
    assert np.isfinite(weights(trainer)).all()
    layer = next(layer for layer in trainer.critic.layers if isinstance(layer, keras.layers.Dropout))
    # In each of ten steps: real with fake, the penalty, the generator's update.
    assert int(layer.seed_generator.state.numpy()[1]) == 10 * 3
    twice = tf.function(lambda x: (layer(x, training=True), layer(x, training=True)), jit_compile=True)
    one, other = (np.asarray(mask) for mask in twice(tf.ones((100, 20))))
    for mask in (one, other):
        assert set(np.unique(mask)) == {0.0, 2.0}
        assert abs(mask.mean() - 1) < 0.1
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.1


# What it learns.


@pytest.mark.slow
@pytest.mark.parametrize(("gp_weight", "expected"), [(100, 2.0), (10, 2.2)])
def test_the_critic_estimates_the_distance_of_two_gaussians(gp_weight, expected):
    # N(0, 1) and N(2, 1) are |μ₁ − μ₂| = 2 apart. A linear critic of slope s costs −2 s + λ (s − 1)², so that the best
    # one has s = 1 + 2 / (2 λ): at λ = 10 the penalty lets it be ten per cent too steep.
    keras.utils.set_random_seed(2)
    generator = make_mlp_generator(1, (1,), (), output=None)
    generator.set_weights([np.ones((1, 1)), np.zeros(1)])
    real = np.random.default_rng(0).normal(2, 1, (20_000, 1)).astype("float32")
    critic = make_mlp_critic((1,), (32, 32))
    if np.diff(critic(np.array([[0.0], [2.0]])).numpy()[:, 0]) < 0:
        # The slope −1 costs no penalty either, and between it and +1 lies a wall of height λ: start on the right side.
        critic.layers[-1].set_weights([-w for w in critic.layers[-1].get_weights()])
    trainer = WGANGP(generator, critic, n_critic=1, gp_weight=gp_weight)
    trainer.compile(keras.optimizers.SGD(0.0), keras.optimizers.Adam(2e-3, beta_1=0.0), jit_compile=False)
    trainer.fit(batches(real, trainer, 200), epochs=5, verbose=0)
    np.testing.assert_array_equal(generator.get_weights()[0], [[1]])
    estimate = np.mean(trainer.critic(real)) - np.mean(trainer.critic(trainer.sample(20_000)))
    np.testing.assert_allclose(estimate, expected, rtol=0.05)


@pytest.fixture(scope="module")
def digits_run():
    """200 steps on the shipped digits, and the generator as it was before them."""
    from wganlib.data.digits import load_digits

    digits = load_digits(source="sample", verbose=False)
    keras.utils.set_random_seed(4)
    trainer = WGANGP(
        make_dcgan_generator(16, n_filters=32, kernel_size=4, stem=False),
        make_dcgan_discriminator(n_filters=16, norm=None, dropout=0.0, kernel_size=4, stem=False),
        n_critic=2,
        ema_decay=0.9,
    )
    adam = [keras.optimizers.Adam(2e-3, beta_1=0.0, beta_2=0.9) for _ in range(2)]
    trainer.compile(*adam, jit_compile=False)
    untrained = trainer.sample(1000)
    history = IterationHistory()
    data = batches(digits, trainer, 25)
    assert len(data) == 200
    trainer.fit(data, verbose=0, callbacks=[history])
    return trainer, history.curves, untrained


@pytest.mark.slow
def test_two_hundred_steps_lower_the_wasserstein_estimate(digits_run):
    _, curves, _ = digits_run
    estimate = curves["wasserstein"]
    assert len(estimate) == 200
    # It rises while the critic learns to tell, then falls as the generator does.
    assert estimate[-20:].mean() < 0.5 * estimate[:50].max()
    assert 0.5 < curves["gradient_norm"][-20:].mean() < 1.5


@pytest.mark.slow
def test_two_hundred_steps_bring_samples_nearer_to_the_digits(digits_run):
    from wganlib.data.digits import load_digits
    from wganlib.metrics import digit_features, frechet_distance

    trainer, _, untrained = digits_run
    real, *generated = (
        digit_features(images)[0]
        for images in (load_digits("test", "sample", verbose=False)[:1000], untrained, trainer.sample(1000))
    )
    before, after = (frechet_distance(features, real) for features in generated)
    assert after < before / 3, (before, after)


# The moving average.


def test_the_average_is_the_recursion_and_what_sample_uses(make_trainer, images, adam):
    trainer = make_trainer(n_critic=2, ema_decay=0.6)
    trainer.compile(adam(), adam(), run_eagerly=True)
    average = [w.astype(float) for w in trainer.generator.get_weights()]
    for step in range(8):
        trainer.train_step(tf.constant(images[:8]))
        decay = min(0.6, (1 + step) / (10 + step))
        average = [decay * a + (1 - decay) * w for a, w in zip(average, trainer.generator.get_weights(), strict=True)]
    for ours, expected in zip(trainer.averaged_generator.get_weights(), average, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-6)
    z = trainer.draw_latent(5)
    samples = trainer.generate(z)
    np.testing.assert_allclose(samples, trainer.averaged_generator(z, training=False), rtol=1e-4, atol=1e-5)
    assert np.abs(samples - trainer.generator(z, training=False)).max() > 1e-3


def test_without_an_average_sample_uses_the_generator(make_trainer):
    trainer = make_trainer()
    assert trainer.averaged_generator is trainer.generator
    z = trainer.draw_latent(4)
    np.testing.assert_allclose(trainer.generate(z), trainer.generator(z, training=False), rtol=1e-5, atol=1e-6)


def test_sample_repeats_for_a_seed(make_trainer):
    trainer = make_trainer(n_critic=2, ema_decay=0.9)
    first = trainer.sample(6)
    assert first.shape == (6, 8, 8, 1)
    assert isinstance(first, np.ndarray)
    trainer.step.assign(12)  # a z that moved with the training could not show its progress
    np.testing.assert_array_equal(trainer.sample(6), first)
    assert np.abs(trainer.sample(6, seed=1) - first).max() > 1e-3


def test_generating_in_parts_changes_nothing(make_trainer):
    trainer = make_trainer()
    z = trainer.draw_latent(7)
    np.testing.assert_allclose(trainer.generate(z, batch_size=3), trainer.generate(z), rtol=1e-5, atol=1e-6)


# Going on.


class StopAfter(keras.callbacks.Callback):
    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def on_train_batch_end(self, batch, logs=None):
        self.model.stop_training = batch + 1 == self.steps


@pytest.mark.slow
def test_a_second_fit_goes_on_where_the_first_stopped(eager_run, make_trainer, images, adam, tmp_path):
    trainer = fitted(make_trainer(n_critic=2, ema_decay=0.9), images, adam, epochs=1)
    assert int(trainer.step.numpy()) == 5
    trainer.save_weights(tmp_path / "run.weights.h5")
    trainer.fit(batches(images, trainer, 4), epochs=1, verbose=0)
    assert int(trainer.step.numpy()) == 10
    assert_same(trainer, eager_run)
    # And so does another process that loads the weights: they hold the counter and both optimisers' state.
    other = make_trainer(n_critic=2, ema_decay=0.9, weights=5)
    other.compile(adam(), adam(), run_eagerly=True)
    other.load_weights(tmp_path / "run.weights.h5")
    other.fit(batches(images, other, 4), verbose=0)
    assert_same(other, eager_run)


@pytest.mark.slow
def test_an_interrupted_epoch_goes_on_where_it_stopped(eager_run, make_trainer, images, adam):
    trainer = fitted(make_trainer(n_critic=2, ema_decay=0.9), images, adam, callbacks=[StopAfter(3)])
    assert int(trainer.step.numpy()) == 3
    trainer.fit(batches(images, trainer, 4), epochs=2, verbose=0, callbacks=[StopAfter(5)])
    trainer.fit(batches(images, trainer, 4), verbose=0, callbacks=[StopAfter(2)])
    assert int(trainer.step.numpy()) == 10
    assert_same(trainer, eager_run)


# Mixed precision.


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_trains_with_a_float32_penalty(policy, make_trainer, images, adam):
    keras.config.set_dtype_policy(policy)
    try:
        trainer = make_trainer(n_critic=2, ema_decay=0.9)
        assert trainer.critic.layers[0].compute_dtype == policy.removeprefix("mixed_")
        trainer.compile(adam(), adam(), jit_compile=False)
        before = weights(trainer.generator), weights(trainer.critic)
        step = tf.function(trainer.train_step)
        for _ in range(3):
            logs = step(tf.constant(images[:8]))
        loss, parts = trainer.critic_loss(images[:8], trainer.generator(trainer.draw_latent(8)), 0)
    finally:
        keras.config.set_dtype_policy("float32")
    for optimizer in (trainer.critic_optimizer, trainer.generator_optimizer):
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer) == (policy == "mixed_float16")
    assert loss.dtype == parts["gradient_penalty"].dtype == tf.float32
    assert all(np.isfinite(float(value)) for value in logs.values())
    assert {variable.dtype for variable in trainer.trainable_variables} == {"float32"}
    for network, old in zip((trainer.generator, trainer.critic), before, strict=True):
        assert np.isfinite(weights(network)).all()
        assert np.abs(weights(network) - old).max() > 1e-4


# What is refused, and what is built where nothing was asked.


def networks(size=(4, 4, 1)):
    return make_mlp_generator(2, size, (3,)), make_mlp_critic(size, (3,))


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (GAN, "n_critic", 0),
        (GAN, "n_critic", 1.5),
        (GAN, "latent", "gauss"),
        (GAN, "ema_decay", 1.0),
        (GAN, "ema_decay", -0.1),
        (GAN, "loss", "least squares"),
        (GAN, "real_label", 0),
        (GAN, "real_label", 1.1),
        (WGAN, "clip", 0),
        (WGAN, "clip", float("nan")),
        (WGANGP, "gp_weight", -1),
        (WGANGP, "gp_weight", float("nan")),
        (WGANGP, "target", -1),
    ],
)
def test_settings_out_of_range_are_refused(kind, name, value):
    with pytest.raises(ValueError, match=rf"^`{name}` must be .+\. Received: {value!r}\.$"):
        kind(*networks(), **{name: value})


def test_networks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"generator of samples of shape \(4, 4, 1\), a critic of \(4, 4, 3\)"):
        GAN(networks()[0], networks((4, 4, 3))[1])
    wide = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="one number per sample"):
        GAN(networks()[0], wide)


def test_a_discriminator_that_ends_in_a_sigmoid_is_refused(make_trainer):
    critic = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")])
    generator = make_trainer().generator
    with pytest.raises(ValueError, match="ends in sigmoid"):
        GAN(generator, critic)
    WGANGP(generator, critic)  # unwise, which `wganlib.examine` says, and no wrong formula


def test_regularizers_are_a_part_of_the_loss():
    """With losses of 0, a gradient step on λ · w² takes 2 · rate · λ of every kernel away."""

    class Nothing(WGAN):
        def critic_loss(self, real, fake, draw):
            return 0.0 * tf.reduce_sum(self.values(real)), {"wasserstein": tf.constant(0.0)}

        def generator_loss(self, fake_values):
            return 0.0 * tf.reduce_sum(fake_values)

    square = keras.regularizers.L2(0.5)
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_regularizer=square)])
    critic = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_regularizer=square)])
    trainer = Nothing(generator, critic, n_critic=1, clip=None)
    trainer.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), run_eagerly=True)
    before = [network.get_weights()[0] for network in (generator, critic)]
    trainer.fit(np.zeros((4, 2), np.float32), batch_size=4, verbose=0)
    for network, kernel in zip((generator, critic), before, strict=True):
        np.testing.assert_allclose(network.get_weights()[0], 0.9 * kernel, rtol=1e-6)


class AddsItsSize(keras.layers.Layer):
    def call(self, samples):
        self.add_loss(tf.reduce_mean(tf.square(samples)))
        return samples


@pytest.mark.parametrize("layer", [AddsItsSize, lambda: keras.layers.Dense(2, activity_regularizer="l2")])
@pytest.mark.parametrize("place", ["generator", "critic"])
@pytest.mark.parametrize("kind", [WGAN, WGANGP])
def test_losses_that_a_layer_adds_are_refused_before_the_first_step(layer, place, kind):
    made, one = keras.layers.Dense(2), keras.layers.Dense(1)
    generator = keras.Sequential([keras.Input((3,)), made, *([layer()] if place == "generator" else [])])
    critic = keras.Sequential([keras.Input((2,)), *([layer()] if place == "critic" else []), one])
    trainer = kind(generator, critic, n_critic=1)
    trainer.compile()
    before = trainer.get_weights()
    with pytest.raises(ValueError, match=r"activity_regularizer or add_loss.*layers add 1"):
        trainer.fit(np.zeros((4, 2), np.float32), batch_size=4, verbose=0)
    for old, new in zip(before, trainer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_step_may_be_made_by_hand_on_an_array(make_trainer, images, adam):
    trainer = make_trainer(n_critic=2)
    trainer.compile(adam(), adam(), run_eagerly=True)
    logs = trainer.train_on_batch(images[:8], return_dict=True)
    assert int(trainer.step.numpy()) == 1 and np.isfinite(logs["critic_loss"])
    with pytest.raises(ValueError, match="float32 batches"):
        trainer.train_on_batch(images[:8].astype("float64"))


def test_arguments_of_fit_have_keras_places(make_trainer, images):
    trainer, history = make_trainer("gan"), IterationHistory()
    trainer.compile(run_eagerly=True)
    trainer.fit(images, None, 20, 2, 0, [history])
    assert int(trainer.step.numpy()) == 4 == len(history.steps)


def test_xla_is_not_asked_for_several_replicas(make_trainer, monkeypatch):
    monkeypatch.setattr("wganlib.training.adversarial_model.xla_pays", lambda: True)
    trainer = make_trainer("gan")
    trainer.compile()
    assert trainer.jit_compile
    monkeypatch.setattr(tf.distribute.Strategy, "num_replicas_in_sync", 2)
    trainer.compile()
    assert not trainer.jit_compile


def test_an_optimiser_may_stay_when_a_layer_is_frozen(make_trainer):
    trainer = make_trainer("gan")
    trainer.compile()
    trainer.critic.layers[0].trainable = False
    trainer.compile(trainer.generator_optimizer, trainer.critic_optimizer)


def test_networks_of_another_scope_are_refused(make_trainer):
    outside = make_trainer("gan")
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        with pytest.raises(ValueError, match="`generator` must be built in the scope"):
            GAN(outside.generator, outside.critic)
        inside = make_trainer("gan")
        with pytest.raises(ValueError, match="`critic` must be built in the scope"):
            GAN(inside.generator, outside.critic)


def test_a_penalty_refuses_a_critic_whose_samples_see_each_other(make_trainer):
    with pytest.raises(ValueError, match=r"BatchNormalization.*norm=None"):
        make_trainer("wgangp", critic_norm="batch")
    assert not make_trainer("wgangp", critic_norm="batch", allow_batch_norm=True).joint_pass
    for norm in ("layer", "spectral", None):
        assert make_trainer("wgangp", critic_norm=norm).joint_pass


def test_batches_that_cannot_be_shared_are_refused(make_trainer, images, adam):
    trainer = make_trainer(n_critic=3)
    trainer.compile(adam(), adam(), jit_compile=False)
    with pytest.raises(ValueError, match=r"n_critic = 3.*8 samples"):
        trainer.train_step(tf.constant(images[:8]))


def test_fit_says_what_is_wrong_with_an_array(make_trainer, images, adam):
    trainer = make_trainer()
    trainer.compile(adam(), adam())
    with pytest.raises(ValueError, match=r"scaled to \[−1, 1\].*Divide by 127.5"):
        trainer.fit((images + 1) * 127.5, batch_size=4)
    with pytest.raises(ValueError, match="must be left out for a data set"):
        trainer.fit(batches(images, trainer, 4), batch_size=4)


def test_one_optimiser_cannot_serve_both(make_trainer):
    both = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="an optimiser each"):
        make_trainer().compile(both, both)


def test_optimisers_may_be_named(make_trainer):
    trainer = make_trainer()
    trainer.compile("rmsprop", "rmsprop")
    assert trainer.generator_optimizer is not trainer.critic_optimizer
    assert {type(o) for o in (trainer.generator_optimizer, trainer.critic_optimizer)} == {keras.optimizers.RMSprop}


def test_the_papers_settings_are_the_defaults(make_trainer):
    found = {}
    for kind in ALL:
        trainer = make_trainer(kind)
        trainer.compile()
        for optimizer in (trainer.generator_optimizer, trainer.critic_optimizer):
            config = optimizer.get_config()
            found[kind] = {name: config.get(name) for name in ("learning_rate", "beta_1", "beta_2", "rho")}
            found[kind]["name"] = (
                "adam" if isinstance(optimizer, keras.optimizers.Adam) else type(optimizer).__name__.lower()
            )
        found[kind]["n_critic"] = trainer.n_critic
    # arXiv 1511.06434 §4; 1701.07875 Algorithm 1; 1704.00028 Algorithm 1.
    expected = {
        "gan": {"name": "adam", "learning_rate": 2e-4, "beta_1": 0.5, "beta_2": 0.999, "rho": None, "n_critic": 1},
        "wgan": {"name": "rmsprop", "learning_rate": 5e-5, "beta_1": None, "beta_2": None, "rho": 0.99, "n_critic": 5},
        "wgangp": {"name": "adam", "learning_rate": 1e-4, "beta_1": 0.0, "beta_2": 0.9, "rho": None, "n_critic": 5},
    }
    for kind, settings in expected.items():
        for name, value in settings.items():
            assert found[kind][name] == (pytest.approx(value) if isinstance(value, float) else value), (kind, name)
    assert make_trainer("wgan").clip == 0.01
    assert make_trainer("wgangp").gp_weight == 10
