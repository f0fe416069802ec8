"""The conditional WGAN-GP: labels go where they should, its step by hand, and what every trainer promises."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from same_numbers import assert_same

import wganlib as wl
from wganlib.callbacks import CriticGap
from wganlib.networks import make_class_generator, make_projection_critic
from wganlib.training import ConditionalWGANGP
from wganlib.training.input_pipeline import batches
from wganlib.training.recipes import SMOKE

SMALL = {"n_blocks": 1, "kernel_size": 4, "stem": False}
LABELS = np.arange(40) % 3


def make(kind=ConditionalWGANGP, **options):
    """An uncompiled trainer of three classes whose weights are always the same."""
    keras.utils.set_random_seed(1)
    generator = make_class_generator(wl.make_dcgan_generator(3 + 3, (8, 8, 1), 4, norm="batch", **SMALL), 3)
    critic = make_projection_critic(wl.make_dcgan_discriminator((8, 8, 1), 4, norm=None, dropout=0, **SMALL), 3)
    return kind(generator, critic, **{"n_critic": 2, **options})


def fitted(trainer, images, adam, epochs=1, callbacks=(), **compiling):
    trainer.compile(adam(), adam(), **(compiling or {"run_eagerly": True}))
    trainer.fit(images, LABELS[: len(images)], batch_size=4, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return trainer


# Labels.


def test_every_image_keeps_its_label(images):
    trainer = make()
    for pair in batches(images, trainer, 4, labels=LABELS):
        for (real, labels), update in zip(trainer.rounds(trainer.samples_of(pair)), range(2), strict=True):
            places = [np.flatnonzero((images == image).all((1, 2, 3)))[0] for image in real.numpy()]
            np.testing.assert_array_equal(np.argmax(labels, axis=1), LABELS[places])
            np.testing.assert_array_equal(real, pair[0][update::2])


def test_the_images_come_in_the_order_that_they_have_without_labels(images):
    trainer = make()
    plain = wl.WGANGP(*SMOKE.networks((8, 8, 1)), n_critic=2)
    for (pair, _), alone in zip(batches(images, trainer, 4, labels=LABELS), batches(images, plain, 4), strict=True):
        np.testing.assert_array_equal(pair, alone)


def test_what_an_element_holds_beside_images_and_labels_is_ignored(images):
    trainer = make()
    pair = images[:8], LABELS[:8]
    for one, other in zip(trainer.samples_of(pair), trainer.samples_of((*pair, LABELS[:8])), strict=True):
        np.testing.assert_array_equal(one, other)


def test_generated_images_carry_the_labels_of_the_real_ones(images):
    trainer = make()
    real = trainer.rounds(trainer.samples_of((images[:8], LABELS[:8])))[1]
    z = trainer.latent_for(4, real, 0).numpy()
    np.testing.assert_array_equal(z[:, 3:], np.eye(3)[LABELS[:8][1::2]])
    np.testing.assert_array_equal(z[:, :3], trainer.draw_latent(4, 0)[:, :3])


def test_fit_gives_the_numbers_of_a_loop_written_by_hand(images, adam):
    """Two critic updates and one of the generator, on pairs of an image and its label."""
    ours, hand = make(gp_every=2), make(gp_every=2)
    labels = np.array([0, 0, 1, 1, 2, 2, 0, 1])
    ours.compile(adam(), adam(), run_eagerly=True)
    ours.fit(images[:8], labels, batch_size=4, verbose=0)
    of_critic, of_generator = adam(), adam()
    real_images, real_labels = next(iter(batches(images[:8], hand, 4, labels=labels)))

    def value(samples, classes):
        return tf.gather(hand.critic(samples, training=True), classes, axis=1, batch_dims=1)

    def fakes(draw, classes):
        z = hand.draw_latent(4, draw).numpy()
        z[:, 3:] = np.eye(3)[classes]
        return hand.generator(z, training=True)

    for draw in range(2):
        real, classes = real_images[draw::2], real_labels[draw::2].numpy()
        fake = fakes(draw, classes)
        with tf.GradientTape() as tape:
            alpha = tf.reshape(hand.draw_alpha(2, draw), (2, 1, 1, 1))
            between = alpha * real[::2] + (1 - alpha) * fake[::2]
            with tf.GradientTape() as inner:
                inner.watch(between)
                values = value(between, classes[::2])
            slopes = tf.norm(tf.reshape(inner.gradient(values, between), (2, -1)), axis=1)
            loss = tf.reduce_mean(value(fake, classes) - value(real, classes))
            loss += 10 * tf.reduce_mean((slopes - 1) ** 2)
        variables = hand.critic.trainable_variables
        of_critic.apply(tape.gradient(loss, variables), variables)
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(value(fakes(2, classes), classes))
    variables = hand.generator.trainable_variables
    of_generator.apply(tape.gradient(loss, variables), variables)
    for one, other in zip(ours.trainable_variables, hand.trainable_variables, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_it_learns_which_class_is_which(adam):
    # One grey for each class, and a little noise.
    rng, labels = np.random.default_rng(0), np.arange(300) % 3
    images = (labels - 1.0)[:, None, None, None] * 0.6 + rng.normal(0, 0.05, (300, 8, 8, 1))
    trainer = make(n_critic=1, ema_decay=0.9)
    trainer.compile(adam(2e-3), adam(4e-3), jit_compile=False)
    trainer.fit(images.astype("float32"), labels, batch_size=20, epochs=15, verbose=0)
    means = [trainer.sample(30, labels=label).mean() for label in range(3)]
    np.testing.assert_allclose(means, [-0.6, 0, 0.6], atol=0.2)
    mixed = trainer.sample(6, labels=[0, 2, 0, 2, 0, 2]).mean((1, 2, 3))
    assert max(mixed[::2]) < min(mixed[1::2])


def test_samples_of_a_seed_have_the_same_noise_whatever_the_class(images):
    trainer = make()
    first, again, other = (trainer.sample(4, seed=1, labels=label) for label in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3
    np.testing.assert_array_equal(trainer.sample(4, seed=1, labels=[0, 0, 0, 1])[:3], first[:3])
    assert trainer.sample(5).shape == (5, 8, 8, 1)


# What every trainer promises.


@pytest.mark.slow
def test_a_run_repeats_and_its_graph_has_the_numbers_of_eager_steps(images, adam):
    eager, again = (fitted(make(ema_decay=0.9), images, adam) for _ in range(2))
    assert_same(eager, again)
    assert_same(fitted(make(ema_decay=0.9), images, adam, jit_compile=False), eager, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_xla_and_graph_give_the_same_weights(images, adam):
    augment = ["translation", "cutout", "colour"]
    runs = [fitted(make(augment=augment), images, adam, jit_compile=compiled) for compiled in (True, False)]
    assert_same(*runs, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
def test_several_steps_at_a_time_change_nothing(images, adam):
    compiling = {"jit_compile": False}
    one = fitted(make(), images, adam, epochs=2, **compiling)
    three = fitted(make(), images, adam, epochs=2, steps_per_execution=3, **compiling)
    assert_same(one, three)


@pytest.mark.slow
def test_the_step_is_traced_once(images, adam):
    class Counting(ConditionalWGANGP):
        traces = 0

        def train_step(self, data):
            self.traces += 1
            return super().train_step(data)

    trainer = fitted(make(Counting), images, adam, epochs=2, jit_compile=False)
    trainer.fit(images, LABELS, batch_size=4, verbose=0)
    assert trainer.traces == 1 and int(trainer.step.numpy()) == 15


@pytest.mark.slow
def test_a_resumed_run_has_the_weights_of_an_unbroken_one(images, adam, tmp_path):
    whole = fitted(make(), images, adam, epochs=2)
    fitted(make(), images, adam, callbacks=[wl.ExactResume(tmp_path)])
    resumed = fitted(make(), images, adam, epochs=2, callbacks=[wl.ExactResume(tmp_path)])
    assert_same(resumed, whole)
    other = make()
    other.compile(adam(), adam(), run_eagerly=True)
    with pytest.raises(ValueError, match=r"data\.labels"):
        other.fit(images, LABELS[::-1], batch_size=4, epochs=2, verbose=0, callbacks=[wl.ExactResume(tmp_path)])


def test_one_made_from_its_config_reads_the_same_classes():
    made = ConditionalWGANGP.from_config(make(ema_decay=0.9).get_config())
    assert made.n_classes == 3
    np.testing.assert_array_equal(made.sample(2, labels=1), made.sample(2, labels=[1, 1]))


def test_a_generator_within_another_network_reads_its_classes():
    trainer = make()
    wrapped = keras.Sequential([keras.Input((6,)), trainer.generator])
    assert ConditionalWGANGP(wrapped, trainer.critic).n_classes == 3


@pytest.mark.slow
def test_a_saved_trainer_goes_on(images, adam, tmp_path):
    trainer = fitted(make(ema_decay=0.9, augment=["flip"]), images, adam)
    trainer.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert type(loaded) is ConditionalWGANGP and loaded.n_classes == 3
    for one in (trainer, loaded):
        one.fit(images, LABELS, batch_size=4, verbose=0)
    assert_same(loaded, trainer)
    np.testing.assert_array_equal(loaded.sample(3, labels=2), trainer.sample(3, labels=2))


def test_mixed_precision_trains_with_a_float32_penalty(images, adam):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        trainer = make(augment=["colour"])
        trainer.compile(adam(), adam(), jit_compile=False)
        before = trainer.critic.get_weights()
        logs = trainer.train_step((tf.constant(images[:8]), tf.constant(LABELS[:8])))
    finally:
        keras.config.set_dtype_policy("float32")
    assert all(np.isfinite(float(value)) and value.dtype == tf.float32 for value in logs.values())
    assert any(np.abs(old - new).max() > 1e-4 for old, new in zip(before, trainer.critic.get_weights(), strict=True))


def test_a_data_set_of_pairs_is_trained_on(images, adam):
    trainer = make()
    trainer.compile(adam(), adam(), run_eagerly=True)
    data = tf.data.Dataset.from_tensor_slices((images, LABELS.astype("uint8"))).batch(8, drop_remainder=True)
    trainer.fit(data, verbose=0)
    assert int(trainer.step.numpy()) == 5


def test_a_recipe_builds_it(images):
    trainer = SMOKE.build((16, 16, 3), n_classes=4)
    assert type(trainer) is ConditionalWGANGP and trainer.n_classes == 4
    assert trainer.z_size == 3 * SMOKE.z_size + 4
    assert trainer.sample(2, labels=[3, 0]).shape == (2, 16, 16, 3)
    assert wl.step_flops(trainer, 8).total > wl.step_flops(SMOKE.build((16, 16, 3)), 8).total


@pytest.mark.slow
def test_it_is_examined_and_diagnosed_at_its_labels(images, adam):
    trainer, gap = make(n_critic=2), CriticGap(images, images[::-1], labels=LABELS, held_out_labels=LABELS[::-1])
    history = wl.IterationHistory()
    before = fitted(trainer, images, adam, epochs=2, callbacks=[gap, history]).get_weights()
    found = wl.examine(trainer, images, LABELS)
    assert found.kind == "WGANGP" and found.coupling == 0 and found.off_line < 1e-5
    assert not found.shared_alpha and not found.repeated_latent and found.repeated_real == 0
    assert found.reported_slope == pytest.approx(found.slope_there, rel=1e-3)
    np.testing.assert_allclose(gap.seen, gap.unseen, rtol=1e-4, atol=1e-5)  # the same images
    values = trainer.critic(images).numpy()[np.arange(40), LABELS].mean()
    fakes = trainer.sample(500, labels=np.resize(LABELS, 500))
    fakes = trainer.critic(fakes).numpy()[np.arange(500), np.resize(LABELS, 500)].mean()
    assert gap.seen[-1] == pytest.approx(values - fakes, rel=1e-3)
    assert wl.diagnose(history, trainer, images, gap=gap, labels=LABELS).verdict
    for old, new in zip(before, trainer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    with pytest.raises(ValueError, match="must be given the labels"):
        wl.examine(trainer, images)
    with pytest.raises(ValueError, match="`labels` must be classes from 0 to 2"):
        fitted(trainer, images, adam, callbacks=[CriticGap(images, images)])


# What is refused.


@pytest.mark.parametrize(
    "labels, words",
    [
        (None, "must be given the labels of its images"),
        (LABELS[:39], r"one whole number for each of the 40 images. Received: shape \(39,\)"),
        (LABELS + 1, "between 0 and 2. Received: values from 1 to 3"),
        (np.minimum(np.arange(40), 1), "each of the 3 classes at least twice.*class 2 with 0 of 40"),
        (np.r_[2, np.arange(39) % 2], "class 2 with 1 of 40 images"),
        (LABELS / 1.0, "array of whole numbers"),
    ],
)
def test_labels_that_do_not_match_are_refused(labels, words, images, adam):
    trainer = make()
    trainer.compile(adam(), adam(), run_eagerly=True)
    with pytest.raises(ValueError, match=words):
        trainer.fit(images, labels, batch_size=4, verbose=0)
    assert int(trainer.step.numpy()) == 0


def test_data_sets_without_labels_are_refused(images, adam):
    trainer = make()
    trainer.compile(adam(), adam(), run_eagerly=True)
    slices = tf.data.Dataset.from_tensor_slices
    for elements in (images, (images, LABELS / 1.0), (images, np.eye(3, dtype=int)[LABELS])):
        with pytest.raises(ValueError, match="must be images and their labels"):
            trainer.fit(slices(elements).batch(8, drop_remainder=True), verbose=0)
    with pytest.raises(ValueError, match="between 0 and 2"):
        trainer.fit(slices((images, LABELS + 1)).batch(8, drop_remainder=True), verbose=0)
    with pytest.raises(ValueError, match="`y` must be left out for a data set"):
        trainer.fit(slices((images, LABELS)).batch(8, drop_remainder=True), LABELS, verbose=0)


def test_fit_says_how_images_and_labels_are_passed(images, adam):
    trainer = make()
    trainer.compile(adam(), adam(), run_eagerly=True)
    with pytest.raises(ValueError, match=r"`y` their labels. Received: a tuple of two for `x`.*fit\(images, labels\)"):
        trainer.fit((images, LABELS), verbose=0)
    with pytest.raises(ValueError, match=r"takes images and their labels alone, without weights.*validation_data="):
        trainer.fit(images, LABELS, validation_data=images, verbose=0)
    of_dicts = tf.data.Dataset.from_tensor_slices({"image": images, "label": LABELS}).batch(8)
    with pytest.raises(
        ValueError, match=r"must be images and their labels.*\(element\['image'\], element\['label'\]\)"
    ):
        trainer.fit(of_dicts, verbose=0)
    plain = wl.WGANGP(*SMOKE.networks((8, 8, 1)))
    plain.compile(run_eagerly=True)
    with pytest.raises(ValueError, match=r"without labels.*Received: y=.*train a wganlib.training.ConditionalWGANGP"):
        plain.fit(images, LABELS, verbose=0)
    with pytest.raises(ValueError, match=r"one tensor of samples.*lambda element: element\['image'\]\)"):
        plain.fit(of_dicts, verbose=0)


def test_a_label_out_of_range_in_a_later_element_stops_the_run(images, adam):
    trainer = make()
    trainer.compile(adam(), adam(), jit_compile=False)
    late = LABELS.copy()
    late[20] = 3
    with pytest.raises(tf.errors.InvalidArgumentError, match="must lie between 0 and 2"):
        trainer.fit(tf.data.Dataset.from_tensor_slices((images, late)).batch(8), verbose=0)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (None, "given the labels"),
        (np.eye(3, dtype=int)[LABELS[:8]], "one whole number for each"),
        (LABELS[:8] + 1, "and 2"),
    ],
)
def test_a_single_step_refuses_such_labels_too(labels, words, images, adam):
    trainer = make()
    trainer.compile(adam(), adam(), run_eagerly=True)
    with pytest.raises(ValueError, match=words):
        trainer.train_on_batch(images[:8], labels)
    trainer.train_on_batch(images[:8], LABELS[:8])
    assert int(trainer.step.numpy()) == 1


def test_networks_that_ask_for_no_class_are_refused():
    generator, critic = SMOKE.networks((8, 8, 1))
    with pytest.raises(ValueError, match=r"a value for each class.*Received"):
        ConditionalWGANGP(generator, critic)
    with pytest.raises(ValueError, match="one number per sample"):
        wl.WGANGP(generator, make().critic)
    with pytest.raises(ValueError, match="more than 30 entries"):
        ConditionalWGANGP(generator, make_projection_critic(critic, 30))
    with pytest.raises(ValueError, match=r"one of 3 classes, as make_class_generator\(…, 3\).*Received: one of none"):
        ConditionalWGANGP(generator, make_projection_critic(critic, 3))
    with pytest.raises(ValueError, match=r"must read one of 3 classes.*Received: one of 5\."):
        ConditionalWGANGP(make_class_generator(generator, 5), make_projection_critic(critic, 3))
    with pytest.raises(ValueError, match="must be left out for a WGANGP"):
        batches(np.zeros((40, 8, 8, 1)) - 0.5, wl.WGANGP(generator, critic), 4, labels=LABELS)
