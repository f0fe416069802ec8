"""Chapter 09's exercises: right answers in several forms, and the mistakes that people make."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import wganlib as wl
from wganlib.course.checks import check_saved_state, check_scaled_pictures, check_smallest_map, check_steps_per_epoch
from wganlib.course.checks.own_images import STATE, WHY

NEEDED = {name for name, needed in STATE.items() if needed}


def test_steps_agree_with_the_data_set_that_batches_makes():
    trainer = wl.WGANGP(wl.make_mlp_generator(2, (2,), (2,)), wl.make_mlp_critic((2,), (2,)), n_critic=2)
    steps = len(wl.batches(np.zeros((3700, 2), np.float32), trainer, 64))
    for form in (steps, float(steps), np.int64(steps), tf.constant(steps)):
        assert check_steps_per_epoch(form)


@pytest.mark.parametrize(
    ("answer", "says"), [(57, "n_critic = 2"), (28.90625, "round down"), (29, "left out"), (19, "no real images")]
)
def test_wrong_steps(answer, says):
    assert says in check_steps_per_epoch(answer).message


def test_the_smallest_map_is_the_one_that_the_recipe_begins_with():
    generator, _ = wl.recipe("laptop").networks((96, 128, 3))
    first = next(layer.output.shape[1:3] for layer in generator.layers if len(layer.output.shape) == 4)
    for form in (first, list(first), np.array(first)):
        assert check_smallest_map(form)


@pytest.mark.parametrize(
    ("answer", "says"),
    [((8, 6), "Height comes first"), ((12, 16), "once more"), ((3, 4), "below 4"), ((5, 5), "as often"), (6, "A pair")],
)
def test_another_map(answer, says):
    verdict = check_smallest_map(answer)
    assert not verdict and says in verdict.message


@pytest.mark.parametrize("form", [set, list, tuple, frozenset])
def test_the_saved_state(form):
    assert check_saved_state(form(NEEDED))


@pytest.mark.parametrize("name", STATE)
def test_one_thing_too_many_or_too_few(name):
    message = check_saved_state(NEEDED ^ {name}).message
    assert name in message and WHY[name] in message


def test_what_is_said_to_be_needed_is_what_exact_resume_saves(make_trainer, tmp_path, images):
    trainer = make_trainer("wgangp", n_critic=1, ema_decay=0.9)
    trainer.compile(jit_compile=False)
    trainer.fit(images, batch_size=40, verbose=0, callbacks=[wl.ExactResume(tmp_path)])
    with np.load(tmp_path / "epoch_0001.npz") as state:
        saved = sum(state[name].size for name in state.files if "/" in name)
        largest = max(state[name].size for name in state.files if "/" in name)
    networks = [trainer.generator, trainer.critic, trainer.averaged_generator]
    held = sum(weight.numpy().size for network in networks for weight in network.weights)
    held += sum(v.numpy().size for o in (trainer.critic_optimizer, trainer.generator_optimizer) for v in o.variables)
    assert saved >= held + 1 and largest < images.size


def scaled_from(pictures, scale):
    values = np.asarray(scale(pictures))
    return values if values.ndim == 4 else values[..., None]


def test_scaled_pictures():
    assert check_scaled_pictures(lambda x: scaled_from(x, lambda x: x.astype("float32") / 127.5 - 1))
    assert check_scaled_pictures(lambda x: scaled_from(x, lambda x: np.float32(2) * (x / np.float32(255)) - 1))
    assert check_scaled_pictures(lambda x: tf.constant(scaled_from(x, lambda x: x / 127.5 - 1), tf.float32))
    rescale = keras.layers.Rescaling(1 / 127.5, -1)
    assert check_scaled_pictures(lambda x: rescale(scaled_from(x, np.asarray)))


def test_what_load_images_makes_of_the_same_pictures_passes(tmp_path):
    from PIL import Image

    def through_a_folder(pictures):
        folder = tmp_path / str(pictures.ndim)
        folder.mkdir()
        for number, picture in enumerate(pictures):
            Image.fromarray(picture).save(folder / f"{number}.png")
        return wl.load_images(folder, verbose=False)

    assert check_scaled_pictures(through_a_folder)


@pytest.mark.parametrize(
    ("scale", "says"),
    [
        (lambda x: x.astype("float32"), "still 0 … 255"),
        (lambda x: x.astype("float32") / 255, "[0, 1]"),
        (lambda x: x.astype("float32") / 127.5, "now subtract 1"),
        (lambda x: x.astype("float32") - 127.5, "ends are at ±127.5"),
        (lambda x: x.astype("float32") / 128 - 1, "255 steps"),
        (lambda x: 1 - x.astype("float32") / 127.5, "exchanged"),
        (lambda x: 2.0 * (x - x.min()) / np.ptp(x) - 1, "another folder"),
        (lambda x: 2 * x / 255 - 1, "wraps around"),
        (lambda x: (x / 127.5 - 1) ** 3, "127.5 − 1 is right"),
        (lambda x: x / 127.5 - 1, "in float64"),
        (lambda x: (x / 127.5 - 1).astype("float16"), "in float16"),
        (lambda x: x // 127, "uint8"),
    ],
)
def test_wrong_scales(scale, says):
    verdict = check_scaled_pictures(lambda pictures: scaled_from(pictures, scale))
    assert not verdict and says in verdict.message


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda x: np.float32(x) / 127.5 - 1, "wants the channel axis"),
        (lambda x: (np.float32(x) / 127.5 - 1)[..., None], "already"),
        (lambda x: (np.float32(x) / 127.5 - 1)[0], "should be"),
        (lambda x: "pictures", "An array was expected"),
        (lambda: 0, "raised TypeError"),
        (lambda x: np.subtract(x, 1, out=x), "a copy"),
    ],
)
def test_wrong_shapes_and_worse(wrong, says):
    verdict = check_scaled_pictures(wrong)
    assert not verdict and says in verdict.message
