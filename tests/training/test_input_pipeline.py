"""What a trainer is fed: every image once an epoch, in an order that the seed and the step decide; nothing unscaled."""

import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from wganlib.training.input_pipeline import as_steps, batches


@pytest.fixture
def trainer(make_trainer):
    return make_trainer(n_critic=2, seed=5)


def numbered(count):
    """Images that carry their own number, scaled into [−1, 1]."""
    images = np.full((count, 8, 8, 1), -1.0, "float32")
    images[:, 0, 0, 0] = np.arange(count) / 500
    return images


def order(data):
    """The numbers of the images in an epoch, by step: (steps, images per step)."""
    return np.array([np.rint(500 * element.numpy()[:, 0, 0, 0]) for element in data], dtype=int)


def test_an_element_holds_the_images_of_one_step(trainer):
    data = batches(numbered(40), trainer, 4)
    assert len(data) == 5
    assert data.element_spec == tf.TensorSpec((8, 8, 8, 1), tf.float32)
    # Not only the first pixel's number comes through.
    images = numbered(40)
    for element in data:
        for image in element.numpy():
            np.testing.assert_array_equal(image, images[round(500 * image[0, 0, 0])])


def test_no_tuning_thread_runs_that_the_end_of_an_epoch_would_wait_for(trainer):
    assert batches(numbered(40), trainer, 4).options().autotune.enabled is False


def test_an_epoch_is_a_permutation_and_the_next_is_another(trainer):
    data = batches(numbered(40), trainer, 4)
    epochs = []
    for step in (0, 5, 10):
        trainer.step.assign(step)
        epochs.append(order(data).ravel())
        np.testing.assert_array_equal(np.sort(epochs[-1]), np.arange(40))
        assert not np.array_equal(epochs[-1], np.arange(40))
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert np.mean(epochs[a] == epochs[b]) < 0.3


def test_the_order_is_a_function_of_seed_and_step(trainer, make_trainer):
    first = order(batches(numbered(40), trainer, 4))
    np.testing.assert_array_equal(order(batches(numbered(40), make_trainer(n_critic=2, seed=5), 4)), first)
    assert not np.array_equal(order(batches(numbered(40), make_trainer(n_critic=2, seed=6), 4)), first)


def test_a_run_that_stopped_in_mid_epoch_goes_on_there(trainer):
    data = batches(numbered(40), trainer, 4)
    first = order(data)
    trainer.step.assign(5)
    second = order(data)
    trainer.step.assign(3)
    np.testing.assert_array_equal(order(data), np.concatenate([first[3:], second[:3]]))


def test_images_that_fill_no_step_are_left_out_in_turn(trainer):
    data = batches(numbered(43), trainer, 4)
    assert len(data) == 5
    left_out = set()
    for epoch in range(12):
        trainer.step.assign(5 * epoch)
        seen = order(data).ravel()
        assert len(np.unique(seen)) == 40
        left_out |= set(range(43)) - set(seen)
    assert len(left_out) > 10


def test_orders_do_not_come_back_and_favour_no_place(trainer):
    # One long data set instead of 300 short ones: its "epoch" is 300 passes over 8 images, a step each.
    passes = order(batches(numbered(8), trainer, 4, steps_per_epoch=300))
    np.testing.assert_array_equal(np.sort(passes), np.broadcast_to(np.arange(8), (300, 8)))
    # Of 8! = 40,320 orders, 300 draws repeat one about once.
    assert len(np.unique(passes, axis=0)) > 290
    for followed in (passes, np.diff(passes) % 8):
        values = np.unique(followed)
        counts = np.array([[np.sum(column == value) for value in values] for column in followed.T])
        assert stats.chisquare(counts.ravel()).pvalue > 0.001


def test_an_epoch_may_be_shorter_or_longer_than_a_pass(trainer):
    whole = order(batches(numbered(40), trainer, 4))
    np.testing.assert_array_equal(order(batches(numbered(40), trainer, 4, steps_per_epoch=2)), whole[:2])
    longer = order(batches(numbered(40), trainer, 4, steps_per_epoch=7))
    np.testing.assert_array_equal(longer[:5], whole)
    assert len(longer) == 7


def test_points_need_no_scaling(make_trainer):
    from wganlib.networks.mlp import make_mlp_critic, make_mlp_generator
    from wganlib.training.trainers import WGAN

    trainer = WGAN(make_mlp_generator(2, (2,), (3,), output=None), make_mlp_critic((2,), (3,)), n_critic=1)
    points = np.random.default_rng(0).normal(0, 30, (12, 2))
    element = next(iter(batches(points, trainer, 12))).numpy()
    assert element.dtype == np.float32
    np.testing.assert_allclose(np.sort(element, axis=0), np.sort(points, axis=0), rtol=1e-6)


GOOD = np.linspace(-1, 1, 40 * 64).reshape(40, 8, 8, 1)


def spoilt(value):
    images = GOOD.copy()
    images[3, 1, 2, 0] = value
    return images


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ((GOOD + 1) * 127.5, r"scaled to \[−1, 1\]\. Received: values from 0 to 255\. Divide by 127\.5 and subtract 1"),
        (((GOOD + 1) * 127.5).astype("uint8"), r"Received: values from 0 to 255\. Divide by 127\.5"),
        ((GOOD + 1) / 2, r"Received: values in \[0, 1\]\. Use 2 \* images − 1"),
        (3 * GOOD, r"Received: values from -3 to 3\. Scale them first"),
        (spoilt(np.nan), "NaN or infinite: clean them first"),
        (spoilt(np.inf), "NaN or infinite: clean them first"),
        (GOOD * 1e300, "NaN or infinite: clean them first"),  # in float32
        (np.ma.masked_greater(GOOD, 0.9), rf"without masked values\. Received: .* with {(GOOD > 0.9).sum()} of them"),
        (GOOD[:0], r"non-empty batch .* shape \(0, 8, 8, 1\)"),
        (np.float32(1), r"non-empty batch .* shape \(\)"),
        (GOOD.astype(str), "must be an array of numbers"),
        (GOOD[:7], r"2 × 4 = 8\. Received: 7 images\. Use a batch_size of at most 3"),
        (np.repeat(GOOD, 3, axis=-1), r"takes samples of shape \(8, 8, 1\)\. Received: samples of shape \(8, 8, 3\)"),
        (GOOD[..., 0], r"takes samples of shape \(8, 8, 1\)\. Received: samples of shape \(8, 8\)"),
        (GOOD[:, :4], r"takes samples of shape \(8, 8, 1\)\. Received: samples of shape \(4, 8, 1\)"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_bad_images_are_refused_with_the_remedy(images, message, trainer):
    with pytest.raises(ValueError, match=message):
        batches(images, trainer, 4)


def test_a_masked_array_without_masked_values_is_an_array(trainer):
    whole = np.ma.array(GOOD)
    assert batches(whole, trainer, 4).settings == batches(GOOD, trainer, 4).settings


def test_fewer_images_than_critic_updates_names_no_impossible_batch_size(make_trainer):
    with pytest.raises(ValueError, match=r"n_critic × batch_size = 3 × 4 = 12\. Received: 2 images") as caught:
        batches(GOOD[:2], make_trainer(n_critic=3), 4)
    assert "a smaller n_critic" in str(caught.value)


@pytest.mark.parametrize("size", [0, -4, 2.5, "4", None])
def test_a_batch_size_that_is_not_a_count_is_refused(size, trainer):
    with pytest.raises(ValueError, match="`batch_size` must be a whole number of at least 1"):
        batches(GOOD, trainer, size)


@pytest.mark.parametrize("steps", [0, -1, 1.5])
def test_a_number_of_steps_that_is_not_a_count_is_refused(steps, trainer):
    with pytest.raises(ValueError, match="`steps_per_epoch` must be a whole number of at least 1, or None"):
        batches(GOOD, trainer, 4, steps_per_epoch=steps)


# Memory.


def test_the_images_go_with_the_data_set(trainer):
    class Watched(np.ndarray):
        """An array that a weak reference can follow."""

    images = GOOD.astype("float32").view(Watched)
    followed = weakref.ref(images)
    for _ in range(2):
        data = batches(images, trainer, 4)
        assert len(list(data)) == 5
    del images, data
    gc.collect()
    assert followed() is None


def test_an_iterator_keeps_the_images_of_a_data_set_that_nobody_else_holds(trainer):
    elements = iter(batches(GOOD, trainer, 4))
    gc.collect()
    assert len(list(elements)) == 5


def test_a_mapped_file_is_read_image_by_image(trainer, tmp_path):
    path = tmp_path / "images.npy"
    np.save(path, GOOD.astype("float16"))
    mapped = np.load(path, mmap_mode="r")
    data = batches(mapped, trainer, 4)
    assert data.feed.images is mapped
    in_memory = batches(np.asarray(mapped).astype("float32"), trainer, 4)
    for one, other in zip(data, in_memory, strict=True):
        np.testing.assert_array_equal(one, other)
    np.save(path, 3 * GOOD)
    with pytest.raises(ValueError, match=r"scaled to \[−1, 1\]"):
        batches(np.load(path, mmap_mode="r"), trainer, 4)


# What a user feeds instead.


@pytest.fixture
def counter(trainer, monkeypatch):
    """A trainer that takes what it is fed and learns nothing from it."""
    nothing = {name: tf.constant(0.0) for name in trainer.logged}
    monkeypatch.setattr(trainer, "_update_critic", lambda real, draw: nothing)
    monkeypatch.setattr(trainer, "_update_generator", lambda count, real: {"generator_loss": tf.constant(0.0)})
    trainer.compile(run_eagerly=True)
    return trainer


@pytest.mark.filterwarnings("error::UserWarning")  # Keras' "ran out of data"
def test_a_ragged_end_is_dropped_and_every_step_has_one_size(trainer, counter):
    ragged = tf.data.Dataset.from_tensor_slices(numbered(41)).batch(8)
    data, steps = as_steps(ragged, trainer)
    assert data.element_spec.shape == (8, 8, 8, 1) and steps is None
    np.testing.assert_array_equal(order(data), np.arange(40).reshape(5, 8))
    counter.fit(ragged, epochs=2, verbose=0)
    assert int(counter.step.numpy()) == 10


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (127.5 * (numbered(40) + 1), "0 to 255|Divide by 127.5"),
        ((numbered(40) + 1) / 2, r"\[0, 1\]"),
        (np.where(np.arange(40)[:, None, None, None] == 3, np.float32("nan"), numbered(40)), "finite"),
    ],
    ids=["0 to 255", "0 to 1", "NaN"],
)
def test_the_values_of_its_first_element_are_looked_at(images, message, trainer):
    data = tf.data.Dataset.from_tensor_slices(images.astype("float32")).batch(8)
    trainer.compile()
    with pytest.raises(ValueError, match=message):
        trainer.fit(data, verbose=0)
    assert int(trainer.step.numpy()) == 0


def test_labels_behind_the_samples_are_let_through(trainer, counter):
    labelled = tf.data.Dataset.from_tensor_slices((numbered(16), np.arange(16))).batch(4)
    data, _ = as_steps(labelled, trainer)
    assert [element[0].shape for element in data] == [(4, 8, 8, 1)] * 4
    counter.fit(labelled, verbose=0)
    assert int(counter.step.numpy()) == 4


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("kind", ["array", "batches", "data set", "endless", "from a generator"])
def test_an_epoch_has_the_steps_that_it_was_asked_for(kind, trainer, counter):
    """Twelve steps of eight images, of which there are 40."""
    images = numbered(40)
    data = tf.data.Dataset.from_tensor_slices(images).batch(8)
    feeds = {
        "array": images,
        "batches": batches(images, trainer, 4),
        "data set": data,
        "endless": data.repeat(),
        "from a generator": tf.data.Dataset.from_generator(
            lambda: iter(data), output_signature=tf.TensorSpec((None, 8, 8, 1), tf.float32)
        ),
    }
    seen = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(int(counter.step.numpy())))
    size = {"batch_size": 4} if kind == "array" else {}
    counter.fit(feeds[kind], epochs=3, steps_per_epoch=4, verbose=0, callbacks=[callback], **size)
    assert seen == [4, 8, 12]


def test_batches_of_another_trainer_follow_the_one_that_is_fitted(make_trainer, counter, monkeypatch):
    """As where the cell that builds a GAN is run again, and the one that makes its data is not."""
    images = numbered(40)
    data = batches(images, make_trainer(n_critic=1, seed=1), 4)
    seen, step = [], counter.train_step
    monkeypatch.setattr(counter, "train_step", lambda element: seen.append(order([element])[0]) or step(element))
    counter.compile(run_eagerly=True)
    counter.fit(data, epochs=2, verbose=0)
    counter.step.assign(0)
    np.testing.assert_array_equal(seen, order(batches(images, counter, 4, steps_per_epoch=20)))


def test_the_first_element_alone_is_looked_at(trainer):
    read = []

    def elements():
        for number in range(5):
            read.append(number)
            yield numbered(8)

    spec = tf.TensorSpec((8, 8, 8, 1), tf.float32)
    as_steps(tf.data.Dataset.from_generator(elements, output_signature=spec), trainer)
    assert len(read) <= 2


def test_a_data_set_that_is_not_kept_says_so(make_trainer, images):
    trainer = make_trainer()
    trainer.compile(run_eagerly=True)
    data = tf.data.Dataset.range(2).flat_map(lambda _: batches(images, trainer, 4))
    with pytest.raises(tf.errors.OpError, match="must be kept"):
        trainer.fit(data, verbose=0)


# Pixels in a file.


@pytest.fixture
def pixels(tmp_path):
    """(an array of pixels, the same as a file)."""
    array = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 1), dtype=np.uint8)
    array.tofile(tmp_path / "pixels")
    return array, np.memmap(tmp_path / "pixels", np.uint8, "r", shape=array.shape)


def test_a_file_of_pixels_gives_the_very_batches_of_the_samples_in_memory(trainer, pixels):
    array, file = pixels
    in_memory, from_file = (batches(images, trainer, 4) for images in (array / np.float32(127.5) - 1, file))
    assert in_memory.settings == from_file.settings, "so that a run begun with one resumes with the other"
    for one, other in zip(in_memory, from_file, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_file_of_pixels_is_not_read_as_a_whole(trainer, pixels, monkeypatch):
    from wganlib.training import input_pipeline as module

    counts = []
    scale = module.to_samples
    monkeypatch.setattr(module, "to_samples", lambda images: counts.append(len(images)) or scale(images))
    data = batches(pixels[1], trainer, 4)
    counts.clear()
    next(iter(data))
    assert counts and set(counts) == {8}


def test_fit_takes_a_file_of_pixels(trainer, pixels):
    trainer.compile(jit_compile=False)
    trainer.fit(pixels[1], batch_size=4, verbose=0)
    assert int(trainer.step.numpy()) == 5


@pytest.mark.parametrize("change", [lambda file: np.array(file), lambda file: file[..., 0], lambda file: file[:, :4]])
def test_pixels_in_memory_or_of_another_shape_are_refused(change, trainer, pixels):
    with pytest.raises(ValueError):
        batches(change(pixels[1]), trainer, 4)


# Data sets that a strategy has distributed.


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.map(lambda x: x * np.nan), "NaN"),
        (lambda data: data.map(lambda x: 127.5 * (x + 1)), "Divide by 127.5"),
        (lambda data: data.map(lambda x: x[:, :4]), "float32 batches"),
        (lambda data: data.map(lambda x: x[1:]), "equal parts"),
        (lambda data: data.take(0), "at least one element"),
        (lambda data: data.repeat(), "steps_per_epoch"),
    ],
)
def test_a_distributed_data_set_is_looked_at(change, message, make_trainer, images):
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    with strategy.scope():
        trainer = make_trainer("gan", n_critic=2)
    data = tf.data.Dataset.from_tensor_slices(images).batch(20)
    with pytest.raises(ValueError, match=message):
        as_steps(strategy.experimental_distribute_dataset(change(data)), trainer)
    good = strategy.experimental_distribute_dataset(data)
    assert as_steps(good, trainer) == (good, None)
