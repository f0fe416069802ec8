"""Differentiable augmentation: each image against NumPy, its gradient, its draws, and the trainings that have it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from same_numbers import assert_same, everything

from wganlib.callbacks.resume import ExactResume
from wganlib.training.augmentation import AUGMENTATIONS, DIFFERENTIABLE, NUMBERS, augment_images
from wganlib.training.feature_matching import FeatureMatchingGAN
from wganlib.training.input_pipeline import batches
from wganlib.training.trainers import GAN, WGANGP

RNG = np.random.default_rng(0)
COLOURED = np.tanh(RNG.normal(size=(60, 16, 8, 3))).astype("float32")
DRAWN = RNG.uniform(size=(60, NUMBERS)).astype("float32")
# The order of the numbers.
RIGHT, DOWN, ACROSS, ALONG, BRIGHTNESS, SATURATION, CONTRAST, SIDE = range(NUMBERS)


def by_numpy(image, augmentations, numbers):
    """One image, pixel by pixel."""
    height, width, _ = image.shape
    if "flip" in augmentations and numbers[SIDE] >= 0.5:
        image = image[:, ::-1]
    if "colour" in augmentations:
        image = image + (numbers[BRIGHTNESS] - 0.5)
        grey = image.mean(axis=2, keepdims=True)
        image = grey + (image - grey) * 2 * numbers[SATURATION]
        image = image.mean() + (image - image.mean()) * (numbers[CONTRAST] + 0.5)
    if "translation" in augmentations:
        far = {height: round(height / 8), width: round(width / 8)}
        down, right = (
            int(numbers[which] * (2 * far[side] + 1)) - far[side] for which, side in ((DOWN, height), (RIGHT, width))
        )
        moved = np.zeros_like(image)
        for row in range(height):
            for column in range(width):
                if 0 <= row - down < height and 0 <= column - right < width:
                    moved[row, column] = image[row - down, column - right]
        image = moved
    if "cutout" in augmentations:
        image = image.copy()
        top, left = (int(numbers[which] * (side + 1)) - side // 4 for which, side in ((ACROSS, height), (ALONG, width)))
        image[max(0, top) : max(0, top + height // 2), max(0, left) : max(0, left + width // 2)] = 0
    return image


@pytest.mark.parametrize("augmentations", [*((name,) for name in AUGMENTATIONS), DIFFERENTIABLE, AUGMENTATIONS])
def test_every_image_is_changed_as_its_numbers_say(augmentations):
    found = augment_images(COLOURED, augmentations, DRAWN).numpy()
    expected = [by_numpy(image, augmentations, numbers) for image, numbers in zip(COLOURED, DRAWN, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert np.mean(np.abs(found - COLOURED).max((1, 2, 3)) > 0.01) > 0.4


def test_without_a_name_nothing_changes():
    np.testing.assert_array_equal(augment_images(COLOURED, (), DRAWN), COLOURED)


def test_a_number_next_to_1_stays_inside():
    numbers = np.full((1, NUMBERS), 1 - 2.0**-24, np.float32)
    for augmentations in (("translation",), ("cutout",)):
        found = augment_images(np.ones((1, 136, 136, 1), np.float32), augmentations, numbers).numpy()
        assert 0 < found.mean() < 1
    shifted = augment_images(np.ones((1, 136, 136, 1), np.float32), ("translation",), numbers).numpy()
    assert shifted[0, :17].max() == 0 and shifted[0, 17:, 17:].min() == 1


def test_shifts_are_all_as_frequent_and_go_no_farther_than_an_eighth():
    numbers = np.random.default_rng(1).uniform(size=(2000, NUMBERS)).astype("float32")
    images = np.ones((2000, 8, 8, 1), np.float32)
    shifted = augment_images(images, ("translation",), numbers).numpy()[..., 0]
    lost = 64 - shifted.sum((1, 2))
    # 0 for no shift, 8 along one axis, 15 along both: 1, 4 and 4 of 9.
    shares = [np.mean(lost == count) for count in (0, 8, 15)]
    np.testing.assert_allclose(shares, [1 / 9, 4 / 9, 4 / 9], atol=0.04)


def test_small_images_are_shifted_too():
    numbers = np.random.default_rng(1).uniform(size=(200, NUMBERS)).astype("float32")
    shifted = augment_images(np.ones((200, 4, 4, 1), np.float32), ("translation",), numbers).numpy()
    assert set(np.unique(shifted.sum((1, 2, 3)))) == {9, 12, 16}  # by a pixel along both axes, one or none


def test_the_gradient_goes_through():
    images, numbers = tf.constant(COLOURED[:4]), tf.constant(DRAWN[:4])
    weight = np.random.default_rng(2).normal(size=images.shape).astype("float32")
    with tf.GradientTape() as tape:
        tape.watch(images)
        total = tf.reduce_sum(weight * augment_images(images, AUGMENTATIONS, numbers))
    gradient = tape.gradient(total, images).numpy()
    step = np.random.default_rng(3).normal(size=images.shape).astype("float32")
    ends = [
        np.sum(weight * augment_images(images + sign * 1e-2 * step, AUGMENTATIONS, numbers).numpy(), dtype=float)
        for sign in (1, -1)
    ]
    # The change is affine in the image, so the difference is exact up to rounding.
    assert (ends[0] - ends[1]) / 2e-2 == pytest.approx(float(np.sum(gradient * step)), rel=1e-3)


@pytest.mark.slow
def test_xla_changes_images_and_gradients_alike():
    def both(images, numbers):
        with tf.GradientTape() as tape:
            tape.watch(images)
            changed = augment_images(images, AUGMENTATIONS, numbers)
            total = tf.reduce_sum(changed**2)
        return changed, tape.gradient(total, images)

    arguments = tf.constant(COLOURED), tf.constant(DRAWN)
    for one, other in zip(both(*arguments), tf.function(both, jit_compile=True)(*arguments), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


# The trainings.


def augmented(make_trainer, kind="wgangp", augment=AUGMENTATIONS, **options):
    return make_trainer(kind, n_critic=2, augment=augment, **options)


def fitted(trainer, images, adam, epochs=1, callbacks=(), **compiling):
    trainer.compile(adam(), adam(), **(compiling or {"run_eagerly": True}))
    trainer.fit(batches(images, trainer, 4), epochs=epochs, verbose=0, callbacks=list(callbacks))
    return trainer


def test_every_draw_changes_real_and_generated_samples_in_its_own_way(make_trainer, images):
    trainer = augmented(make_trainer)
    same = tf.constant(np.repeat(images[:1], 4, axis=0))
    seen = [trainer.augmented(same, same, draw, step) for draw in (0, 1) for step in (0, 1)]
    flat = np.concatenate([part.numpy().reshape(4, -1) for pair in seen for part in pair])
    assert len(np.unique(flat, axis=0)) == len(flat) == 32
    again = trainer.augmented(same, same, 1, 1)
    np.testing.assert_array_equal(again[0], seen[3][0])
    other = augmented(make_trainer, seed=1).augmented(same, same)
    assert np.abs(other[0] - seen[0][0]).max() > 0.01


def test_the_penalty_is_taken_between_the_augmented_pairs_that_the_losses_see(make_trainer, images, adam):
    """A step by hand: what `augmented` gives goes into the critic's loss, the penalty and the generator's loss."""
    ours, hand = augmented(make_trainer), augmented(make_trainer)
    fitted(ours, images[:8], adam)
    of_critic, of_generator = adam(), adam()
    element = next(iter(batches(images[:8], hand, 4))).numpy()
    for draw in range(2):
        real, fake = hand.augmented(element[draw::2], hand.generator(hand.draw_latent(4, draw), training=True), draw)
        with tf.GradientTape() as tape:
            alpha = tf.reshape(hand.draw_alpha(4, draw), (4, 1, 1, 1))
            between = alpha * real + (1 - alpha) * fake
            with tf.GradientTape() as inner:
                inner.watch(between)
                values = hand.critic(between, training=True)
            slopes = tf.norm(tf.reshape(inner.gradient(values, between), (4, -1)), axis=1)
            loss = tf.reduce_mean(hand.critic(fake) - hand.critic(real)) + 10 * tf.reduce_mean((slopes - 1) ** 2)
        variables = hand.critic.trainable_variables
        of_critic.apply(tape.gradient(loss, variables), variables)
    with tf.GradientTape() as tape:
        _, fake = hand.augmented(element[1::2], hand.generator(hand.draw_latent(4, 2), training=True), 2)
        loss = -tf.reduce_mean(hand.critic(fake))
    variables = hand.generator.trainable_variables
    of_generator.apply(tape.gradient(loss, variables), variables)
    for one, other in zip(ours.trainable_variables, hand.trainable_variables, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gan", "wgan", "wgangp"])
def test_every_trainer_takes_it(kind, make_trainer, images, adam):
    trainer, plain = (fitted(augmented(make_trainer, kind, chosen), images, adam) for chosen in (DIFFERENTIABLE, ()))
    assert all(np.isfinite(array).all() for array in everything(trainer))
    assert max(np.abs(a - b).max() for a, b in zip(everything(trainer), everything(plain), strict=True)) > 1e-3


def test_feature_matching_compares_augmented_samples(make_trainer, images, adam):
    seen = []

    class Watched(FeatureMatchingGAN):
        def generator_objective(self, fake, real):
            seen.append(real.numpy())
            return super().generator_objective(fake, real)

    networks = make_trainer("gan")
    trainer = fitted(Watched(networks.generator, networks.critic, augment=["cutout"]), images[:4], adam)
    assert int(trainer.step.numpy()) == 1
    assert all((part == 0).sum() >= 4 for part in seen[0])  # a quarter of the square stays inside at least
    assert not (images == 0).any()


@pytest.mark.slow
def test_a_run_repeats_and_its_graph_has_the_numbers_of_eager_steps(make_trainer, images, adam):
    eager, again = (fitted(augmented(make_trainer), images, adam) for _ in range(2))
    assert_same(eager, again)
    graph = fitted(augmented(make_trainer), images, adam, jit_compile=False)
    assert_same(graph, eager, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_a_resumed_run_has_the_weights_of_an_unbroken_one(make_trainer, images, adam, tmp_path):
    whole = fitted(augmented(make_trainer), images, adam, epochs=2)
    fitted(augmented(make_trainer), images, adam, callbacks=[ExactResume(tmp_path)])
    resumed = fitted(augmented(make_trainer), images, adam, epochs=2, callbacks=[ExactResume(tmp_path)])
    assert_same(resumed, whole)
    with pytest.raises(ValueError, match="augment"):
        fitted(augmented(make_trainer, augment=["flip"]), images, adam, callbacks=[ExactResume(tmp_path)])


@pytest.mark.slow
def test_a_saved_trainer_goes_on_augmenting(make_trainer, images, adam, tmp_path):
    trainer = fitted(augmented(make_trainer, augment=("cutout", "translation")), images, adam)
    trainer.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert loaded.augment == trainer.augment == ("translation", "cutout")  # the order of the names does not count
    for one in (trainer, loaded):
        one.fit(batches(images, one, 4), verbose=0)
    assert_same(loaded, trainer)
    copy = WGANGP.from_config(trainer.get_config())
    assert copy.augment == trainer.augment


def test_mixed_precision_augments_in_float32(make_trainer, images, adam):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        trainer = augmented(make_trainer)
        real, fake = trainer.augmented(images[:4], trainer.make_samples(trainer.draw_latent(4)))
        trainer.compile(adam(), adam(), jit_compile=False)
        logs = trainer.train_step(tf.constant(images[:8]))
    finally:
        keras.config.set_dtype_policy("float32")
    assert real.dtype == fake.dtype == tf.float32
    assert all(np.isfinite(float(value)) for value in logs.values())


@pytest.mark.slow
def test_the_compiled_step_is_traced_once_and_asks_no_host(make_trainer, images, adam):
    class Counting(WGANGP):
        traces = 0

        def train_step(self, data):
            self.traces += 1
            return super().train_step(data)

    networks = make_trainer()
    trainer = Counting(networks.generator, networks.critic, n_critic=2, augment=AUGMENTATIONS)
    fitted(trainer, images, adam, epochs=2, jit_compile=False)
    assert trainer.traces == 1
    graph = tf.function(trainer.train_step).get_concrete_function(tf.constant(images[:8])).graph.as_graph_def()
    kinds = {node.op for body in graph.library.function for node in body.node_def} | {node.op for node in graph.node}
    assert "GatherV2" in kinds
    assert not kinds & {"PyFunc", "EagerPyFunc", "PyFuncStateless", "PrintV2"}


def test_bad_augmentations_are_refused(make_trainer):
    for augment in (["noise"], "flip", ["flip", "flip"], 3, None, [1]):
        with pytest.raises(ValueError, match="`augment` must be a list of some of 'translation'"):
            augmented(make_trainer, augment=augment)
    points = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    critic = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"must be empty unless the samples are images.*\(2,\)"):
        GAN(points, critic, augment=["flip"])


def test_an_unknown_augmentation_is_refused():
    with pytest.raises(ValueError, match="`augmentations` must be a list of some of"):
        augment_images(COLOURED, ("noise",), DRAWN)
