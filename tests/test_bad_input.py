"""Bad input is refused kindly: what a reader can get wrong raises a sentence of ours, and nothing has happened yet.

TABLE holds one line for each public function: arguments that work, and for each argument a strategy for values that do
not. Hypothesis draws from them; every value must raise from a frame of wganlib, in a sentence that shows what was
passed, and must leave the arguments, trainers included, as they were.
"""

import contextlib
import functools
import importlib
import inspect
import re
import traceback
from pathlib import Path

import hypothesis.strategies as st
import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings

import wganlib
from wganlib._arguments import show
from wganlib.course import checks, dirac_gan
from wganlib.data import toys
from wganlib.training import recipes
from wganlib.training.adversarial_model import AdversarialModel
from wganlib.training.conditional import ConditionalWGANGP
from wganlib.training.input_pipeline import batches
from wganlib.training.trainers import GAN, WGANGP

ACCEPTED = (ValueError, FileNotFoundError, TypeError)
HOME = Path(wganlib.__file__).parent
quietly = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

# Good arguments.

RNG = np.random.default_rng(0)
IMAGES = np.tanh(RNG.normal(size=(12, 8, 8, 1))).astype(np.float32)
MANY = np.tanh(RNG.normal(size=(20, 8, 8, 1))).astype(np.float32)
DIGITS = np.tanh(RNG.normal(size=(24, 28, 28, 1))).astype(np.float32)
POINTS = RNG.normal(size=(8, 2)).astype(np.float32)
FEATURES = RNG.normal(size=(40, 3))
VALUES = RNG.normal(size=(6, 1)).astype(np.float32)
MATRIX = RNG.normal(size=(4, 4))
KERNEL = RNG.normal(size=(2, 2))
P, Q, PLACES = np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.25, 0.25]), np.array([0.0, 1.0, 3.0])
COSTS = np.abs(PLACES[:, None] - PLACES)
CLASSES = np.arange(20) % 10
SOFTMAX = np.array([[0.5, 0.25, 0.25], [0.125, 0.375, 0.5]])


class Made:
    """Something that costs time to build: it is built where it is first used, and only once."""

    def __init__(self, build):
        self.build = functools.cache(build)


def built(value):
    return value.build() if isinstance(value, Made) else value


SMALL = {"n_blocks": 1, "kernel_size": 4, "stem": False}
GENERATOR = Made(lambda: wganlib.make_dcgan_generator(3, (8, 8, 1), 4, norm=None, **SMALL))
CRITIC = Made(lambda: wganlib.make_dcgan_discriminator((8, 8, 1), 4, norm=None, **SMALL))
ROOMY = Made(lambda: wganlib.make_mlp_generator(12, (8, 8, 1), (3,)))
FLAT = Made(lambda: wganlib.make_mlp_critic((64,), (3,)))
DEEP = Made(lambda: wganlib.make_residual_critic((2,), 4, 3))


def make_compiled():
    trainer = WGANGP(built(GENERATOR), built(CRITIC), n_critic=2)
    trainer.compile(jit_compile=False)
    return trainer


def make_conditional():
    trainer = ConditionalWGANGP(built(CLASS_GENERATOR), built(PROJECTION_CRITIC), n_critic=1)
    trainer.compile(jit_compile=False)
    return trainer


def make_grid():
    grid = wganlib.SampleGrid()
    grid.set_state({"epochs": np.array([0]), "frames": IMAGES[None], "seen": np.array(0)})
    return grid


TRAINER = Made(make_compiled)
CLASS_GENERATOR = Made(lambda: wganlib.networks.make_class_generator(built(ROOMY), 4))
PROJECTION_CRITIC = Made(lambda: wganlib.networks.make_projection_critic(built(CRITIC), 4))
CONDITIONAL = Made(make_conditional)
HISTORY = Made(lambda: type("History", (), {"steps": np.arange(3), "curves": {"wasserstein": np.zeros(3)}})())
MODES = toys.eight_gaussian_modes()

# Bad arguments: strategies.

NAN, INF = float("nan"), float("inf")
NO_ARRAY = ["text", b"bytes", {"a": 1}, object(), [[1.0], [1.0, 2.0]], {1, 2}, 1j]


def without_none(values, none):
    return values if none else [*values, None]


def counts(at_least=1, none=False):
    fixed = [True, False, 1.5, 2.0, NAN, INF, "3", "", [2], (1, 2), 2j, np.array([3, 4]), np.float32(2)]
    return st.sampled_from(without_none(fixed, none)) | st.integers(-(10**20), at_least - 1) | st.floats()


def is_not_infinite(value):
    return not (isinstance(value, float) and value == INF)


def numbers(above=None, at_least=None, below=None, at_most=None, none=False):
    fixed = [True, NAN, INF, -INF, "0.1", [1.0], (1.0, 2.0), 1j, np.array([0.5, 0.5]), 10**400]
    found = st.sampled_from(without_none(fixed, none))
    if above is not None:
        found |= st.floats(max_value=above)
    if at_least is not None:
        found |= st.floats(max_value=at_least, exclude_max=True)
    if below is not None:
        found |= st.floats(min_value=below)
    if at_most is not None:
        found |= st.floats(min_value=at_most, exclude_min=True)
    return found


def names(*allowed, none=False):
    fixed = [0, 2.5, True, ["a"], np.array(["a", "b"]), b"valid", {}]
    text = st.text("abcdeSPN _-.0é∞\n", max_size=12).filter(lambda text: text not in allowed)
    return st.sampled_from(without_none(fixed, none)) | text


def arrays(good, *others, none=False, finite=True, empty=True, deeper=True):
    """Arrays that are spoilt in one way: the dtype, a masked value, one more axis, no sample, one value that is not
    finite; and what is not an array at all."""
    good = np.asarray(good)
    spoilt = [good.astype(complex), good.astype(str), good.astype(object), good.astype(bool)]
    spoilt.append(np.ma.array(good, mask=np.arange(good.size).reshape(good.shape) == 0))
    spoilt += [good[:0]] * empty + [good[None, None, None]] * deeper
    found = st.sampled_from(without_none([*spoilt, *NO_ARRAY, *others], none))

    def put(place, value):
        array = good.astype(np.float64)
        array.flat[place] = value
        return array

    if finite:
        found |= st.builds(put, st.integers(0, good.size - 1), st.sampled_from([NAN, INF, -INF]))
    return found


def pictures(good, *others, **options):
    """Images that are spoilt, also by their range or their channels."""
    pixels = (good + 1) * 127.5
    ranges = [pixels, pixels.astype(np.uint8), (good + 1) / 2, 3 * good]
    shapes = [good[..., 0], np.repeat(good, 3, axis=-1), good[:, ::2], good[0]]
    return arrays(good, *ranges, *shapes, *others, **options)


def probabilities(good):
    return arrays(good, good / 2, -good, good[None], [2.0, -1.0], [])


def rows_of_probabilities(good, *others):
    return arrays(good, good / 2, -good, good[0], np.log(good), *others)


def models(*others):
    """Anything but a built network with one input and one output, and whatever else does not fit here."""

    def two_inputs():
        ends = [keras.Input((2,)), keras.Input((2,))]
        return keras.Model(ends, keras.layers.Add()(ends))

    odd = ["model", 3, NAN, [3], np.zeros(3), abs, keras.Model]
    odd += [
        Made(lambda: keras.Sequential([keras.layers.Dense(3)])),
        Made(two_inputs),
        Made(lambda: keras.layers.Dense(2)),
    ]
    return st.sampled_from([*odd, None, *others])


def data_sets():
    """Data sets that WGANGP with n_critic = 2 on 8×8×1 cannot be trained on."""

    def of(values, size=4, **options):
        return Made(lambda: tf.data.Dataset.from_tensor_slices(values).batch(size, drop_remainder=True, **options))

    return st.sampled_from(
        [
            Made(lambda: tf.data.Dataset.from_tensor_slices(IMAGES)),  # not batched
            of(IMAGES, 3),  # no two equal shares
            of(IMAGES, 100),  # not one batch
            of(IMAGES.astype(np.float64)),
            of((IMAGES * 127).astype(np.uint8)),
            of(np.repeat(IMAGES, 3, axis=-1)),
            of(IMAGES[:, :4]),
            of(IMAGES.astype(str)),
            of({"image": IMAGES}),
            Made(lambda: tf.data.Dataset.from_tensor_slices(IMAGES).batch(4, drop_remainder=True).repeat()),  # endless
            Made(lambda: tf.data.Dataset.from_tensor_slices(IMAGES).batch(4).filter(lambda batch: False)),  # empty
            Made(
                lambda: tf.data.Dataset.from_generator(lambda: iter([IMAGES]), output_types=tf.float32)
            ),  # of any shape
        ]
    )


NO_JIT = st.sampled_from(["yes", "", 2, 0, None, NAN, [], b"auto"])
FLAGS = st.sampled_from(["yes", "False", "", 2, -1, NAN, 0.5, [], None, np.array([1, 0])])
SEEDS = st.sampled_from([-1, 2**32, 1.5, "1", NAN, True, None, [1], 1j]) | st.integers(max_value=-1) | st.floats()
RANDOM = st.sampled_from([-1, 1.5, "1", NAN, True, None, [1], np.array([1, 2])]) | st.integers(max_value=-1)
TEXTS = st.sampled_from([3, 1.5, True, ["a"], b"text", {}])
PATHS = st.sampled_from([3, 1.5, True, ["a"], {}, "", "a\0b", object(), 1j])
SIZES = st.sampled_from(
    [0, -3, 2.5, True, "28", "ab", (28,), (28, 28), (0, 28, 1), (28, -28, 1), (28.0, 28, 1), NAN, [], None]
)
ROWS = st.sampled_from([3, "128", (0,), (-1,), (2.5,), (True,), ("8",), (NAN,), None, [[8]]])
ACTIVATIONS = st.sampled_from([3, "no_such_activation", "tanhh", [], 1.5, b"relu", np.zeros(2)])
CHANNELS_OFF = Made(lambda: wganlib.make_mlp_critic((8, 8, 3), (3,)))
TWO_VALUES = Made(lambda: keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]))
OPTIMIZERS = st.sampled_from(
    ["addam", 1e-4, 0, True, [], object(), keras.optimizers.Adam, Made(lambda: make_used()), np.zeros(2)]
)
FIT_BAD = dict(
    critic=models(TWO_VALUES, CRITIC), real=arrays(POINTS, POINTS[:, :1]), fake=arrays(POINTS, POINTS[:, :1]),
    constraint=names("clipping", "gradient_penalty", none=True), one_sided=FLAGS, batch_size=counts(),
    learning_rate=numbers(above=0, none=True), optimizer=OPTIMIZERS, clip=numbers(above=0),
    gp_weight=numbers(at_least=0), seed=SEEDS, jit_compile=FLAGS,
)  # fmt: skip


SOFT = np.full((2, 3, 30), 1 / 30, np.float32)
TEXT_SMALL = dict(length=3, filters=2, n_blocks=1)
TEXT_BAD = dict(length=counts(), alphabet_size=counts(2), filters=counts(), n_blocks=counts(), kernel_size=counts())
NO_STRINGS = st.sampled_from([3, None, True, "one text", b"so", [], [3], [b"so"], [None], {}, object(), 1.5])
NO_TEXTS = NO_STRINGS | st.sampled_from(
    [
        ["a"],
        np.zeros((2, 3)) + 0.5,
        np.array([[-1, 2]]),
        np.array([1, 2]),
        np.zeros((0, 3), int),
        np.array([[10**6, 1]]),
    ]
)


def make_used():
    """An optimiser that holds the state of another training."""
    optimizer = keras.optimizers.Adam()
    optimizer.build([keras.Variable(np.zeros(2))])
    return optimizer


GENERATOR_BAD = dict(
    z_size=counts(), output_size=SIZES, n_filters=counts(), n_blocks=counts() | st.sampled_from([5, 17, 10**9]),
    norm=names("batch", "layer", none=True), kernel_size=counts(), stem=FLAGS,
)  # fmt: skip
CRITIC_BAD = dict(
    input_size=SIZES, n_filters=counts(), n_blocks=counts() | st.sampled_from([5, 17, 10**9]),
    norm=names("batch", "layer", "spectral", none=True), dropout=numbers(at_least=0, below=1), kernel_size=counts(),
    stem=FLAGS,
)  # fmt: skip
NO_AUGMENTATIONS = st.sampled_from(["flip", 3, None, True, ["noise"], ["flip", "flip"], [3], NAN, [None], b"flip"])
NETWORKS = dict(generator=GENERATOR, critic=CRITIC)
TRAINER_BAD = dict(
    generator=models(CRITIC), critic=models(CHANNELS_OFF, TWO_VALUES), n_critic=counts(),
    latent=names("normal", "uniform"), ema_decay=numbers(at_least=0, below=1, none=True), seed=SEEDS,
    augment=NO_AUGMENTATIONS,
)  # fmt: skip
FOLDER_BAD = dict(
    folder=PATHS | st.sampled_from(["no/such/folder", __file__]),
    size=counts(none=True) | st.sampled_from([(0, 3), (3,), (2.5, 3), ("a", "b"), (True, 3)]),
    channels=st.sampled_from([0, 2, 4, True, 1.0, "1", NAN, [1]]), labels=FLAGS, skip_unreadable=FLAGS, verbose=FLAGS,
)  # fmt: skip
NO_FEATURES = models(CRITIC, abs, lambda images: images.mean((1, 2, 3)) * NAN) | names("digits", "inception", "patches")
POINTS_BAD = arrays(POINTS, POINTS[:, :, None])
FEATURES_BAD = arrays(FEATURES, FEATURES[0], FEATURES[:, :0], FEATURES[:1, :2])

# One line for each function: its name, arguments that work, and bad values for each argument.
TABLE = {
    # data
    "batches": (
        dict(images=IMAGES, trainer=TRAINER, batch_size=2),
        dict(
            images=pictures(IMAGES, IMAGES[:3]), trainer=models(CRITIC), batch_size=counts() | st.integers(7, 10**9),
            steps_per_epoch=counts(none=True), labels=st.sampled_from([CLASSES[:12], [0] * 12, 3, "labels"]),
        ),
    ),
    "load_digits": (
        dict(split="test", source="sample", verbose=False),
        dict(split=names("train", "test"), source=names("auto", "tfds", "sample"), labels=FLAGS, verbose=FLAGS),
    ),
    "load_emoji": (
        {}, dict(size=counts() | st.sampled_from([16, 28, 33, 128, (32, 32), None, np.float32(32)]), labels=FLAGS),
    ),
    "load_pretrained": (dict(path="digits"), dict(path=PATHS | st.sampled_from(["no/such/file", __file__, "."]))),
    "load_images": (
        None,  # tests/data/test_image_folder.py reads folders
        FOLDER_BAD,
    ),
    "data.cache_images": (
        None,  # tests/data/test_image_cache.py reads folders
        FOLDER_BAD | dict(cache=PATHS),
    ),
    "data.save_images": (
        dict(images=IMAGES, folder="made", labels=np.arange(12) % 2, names=["a", "b"]),
        dict(
            images=arrays(IMAGES, (IMAGES + 1) * 127.5, IMAGES[..., 0], IMAGES[:, :0], np.zeros((2, 3, 3, 2))),
            folder=PATHS,
            labels=arrays(np.arange(12) % 2, np.arange(11), np.arange(12) - 1, np.arange(12), np.arange(12.0)),
            names=st.sampled_from(["ab", 3, ["a"], ["a", "a"], ["a", "b/c"], ["a", ".."], ["a", ""], [1, 2], [None]]),
        ),
    ),
    "data.save_grid": (
        dict(images=IMAGES, path="grid.png"),
        dict(
            images=arrays(IMAGES, (IMAGES + 1) * 127.5, IMAGES[..., 0], np.zeros((2, 3, 3, 2)), finite=False),
            path=PATHS, columns=counts(none=True), scale=counts(),
        ),
    ),
    "data.save_animation": (
        dict(frames=[IMAGES, -IMAGES], path="run.gif"),
        dict(
            frames=st.sampled_from([3, "frames", [], [IMAGES, IMAGES[:3]], [IMAGES[..., 0]], [(IMAGES + 1) * 127.5]]),
            path=PATHS, milliseconds=counts(), scale=counts(), last=counts(),
        ),
    ),
    "data.toys.eight_gaussian_modes": ({}, dict(std=numbers(above=0))),
    "data.toys.twenty_five_gaussian_modes": ({}, dict(std=numbers(above=0))),
    "data.toys.eight_gaussians": (dict(n=5), dict(n=counts(), seed=RANDOM, std=numbers(above=0))),
    "data.toys.twenty_five_gaussians": (dict(n=5), dict(n=counts(), seed=RANDOM, std=numbers(above=0))),
    "data.toys.swiss_roll": (dict(n=5), dict(n=counts(), seed=RANDOM)),
    "data.toys.two_gaussians_1d": (
        dict(n=5),
        dict(
            n=counts(), seed=RANDOM, means=st.sampled_from([3, "ab", (1,), (1, 2, 3), (NAN, 1), None]),
            stds=st.sampled_from([1.0, (0, 1), (1, -1), (1,), (INF, 1), ("a", "b"), None]),
        ),
    ),
    "data.toys.Modes": (dict(centres=POINTS, std=1.0), dict(centres=arrays(POINTS), std=numbers(above=0))),
    "data.toys.Modes.sample": (dict(self=MODES, n=4), dict(n=counts(), seed=RANDOM)),
    "data.toys.count_modes": (
        dict(samples=POINTS, modes=MODES),
        dict(
            samples=arrays(POINTS, POINTS[:, :1]), modes=arrays(POINTS), at_least=counts(),
        ),
    ),
    # networks
    "make_dcgan_generator": (dict(n_filters=4, n_blocks=1), GENERATOR_BAD | dict(resize=FLAGS)),
    "make_dcgan_discriminator": (
        dict(n_filters=4, n_blocks=1),
        CRITIC_BAD | dict(hidden_units=counts(none=True), minibatch_discrimination=counts(none=True)),
    ),
    "make_mlp_generator": (
        dict(z_size=2),
        dict(z_size=counts(), output_size=ROWS, hidden_units=ROWS, activation=ACTIVATIONS, output=ACTIVATIONS),
    ),
    "make_mlp_critic": (
        {},
        dict(input_size=ROWS, hidden_units=ROWS, activation=ACTIVATIONS, minibatch_discrimination=counts(none=True)),
    ),
    "networks.plan_generator": ({}, GENERATOR_BAD),
    "networks.plan_discriminator": ({}, CRITIC_BAD | dict(hidden_units=counts(none=True))),
    "layers.MinibatchDiscrimination": (dict(num_kernels=3), dict(num_kernels=counts(), kernel_dim=counts())),
    "make_residual_critic": (
        dict(depth=4, width=3),
        dict(
            input_size=ROWS | st.just((28, 28)), depth=counts(4) | st.sampled_from([5, 7]), width=counts(),
            residual=FLAGS, norm=names("layer", "spectral", none=True), activation=names("relu", "leaky_relu"),
            stride=counts(), scaled=FLAGS,
        ),
    ),
    "networks.gradient_by_block": (
        dict(critic=DEEP, samples=POINTS), dict(critic=models(CRITIC), samples=arrays(POINTS, POINTS[:, :1])),
    ),
    "layers.GroupSort": ({}, dict(group_size=counts(none=True))),
    "layers.OrthonormalDense": (dict(units=3), dict(units=counts(), iterations=counts(), use_bias=FLAGS)),
    "layers.SpectralDense": (dict(units=3), dict(units=counts(), use_bias=FLAGS)),
    "layers.SpectralConv2D": (
        dict(filters=3, kernel_size=2), dict(filters=counts(), use_bias=FLAGS)
    ),
    "training.CriticFit": (dict(critic=DEEP, real=POINTS, fake=POINTS), FIT_BAD),
    "fit_critic": (dict(critic=DEEP, real=POINTS, fake=POINTS, steps=1), dict(FIT_BAD, steps=counts())),
    "load_text": (
        dict(verbose=False),
        dict(length=counts() | st.just(10**6), verbose=FLAGS),
    ),
    "encode_text": (
        dict(strings=["so ", "be,"]), dict(strings=NO_STRINGS | st.sampled_from([["so", "not"], ["SO"], ["é"], [""]])),
    ),
    "decode_text": (
        dict(samples=SOFT), dict(samples=arrays(SOFT, SOFT[0], SOFT[..., :-1], SOFT[:, :0])),
    ),
    "make_text_generator": (TEXT_SMALL, dict(z_size=counts(), **TEXT_BAD)),
    "make_text_critic": (TEXT_SMALL, TEXT_BAD),
    "metrics.ngram_counts": (dict(texts=["so ", "be"], n=2), dict(texts=NO_TEXTS, n=counts() | st.just(4))),
    "metrics.ngram_divergence": (
        dict(samples=["so "], held_out=["be"], n=2),
        dict(
            samples=NO_TEXTS, held_out=NO_TEXTS | st.just(np.array([[1, 2]])), n=counts() | st.just(4),
        ),
    ),
    "networks.read_stages": (dict(model=CRITIC), dict(model=models())),
    "networks.receptive_fields": (
        dict(model=CRITIC), dict(model=models(GENERATOR, []), axis=counts(0) | st.integers(2)),
    ),
    "networks.receptive_field.Field.pixels": (
        dict(self=wganlib.networks.receptive_field.Field(3, 1, 0, 8), unit=1), dict(unit=counts(0)),
    ),
    "networks.critic_with_features": (
        dict(critic=CRITIC), dict(critic=models(), layer=names(none=True)),
    ),
    "invert": (
        dict(generator=GENERATOR, images=IMAGES[:2], steps=2, starts=2),
        dict(
            generator=models(CRITIC),
            images=arrays(IMAGES, (IMAGES + 1) * 127.5, IMAGES[..., 0], IMAGES[:, :4], np.repeat(IMAGES, 3, axis=-1)),
            steps=counts(), starts=counts(), learning_rate=numbers(above=0), seed=RANDOM,
        ),
    ),
    "networks.export_network": (
        dict(network=GENERATOR, path="exported"),
        dict(network=models(), path=PATHS | st.sampled_from(["a.keras", "a.h5"])),
    ),
    "networks.make_class_generator": (
        dict(generator=ROOMY, n_classes=4),
        dict(generator=models(GENERATOR, CRITIC), n_classes=counts(2) | st.integers(12, 99)),
    ),
    "networks.make_projection_critic": (
        dict(critic=CRITIC, n_classes=4), dict(critic=models(GENERATOR, TWO_VALUES, FLAT), n_classes=counts(2)),
    ),
    "networks.conditional.attach_labels": (
        dict(images=IMAGES, labels=np.arange(12) % 10),
        dict(
            images=arrays(IMAGES, (IMAGES + 1) * 127.5, IMAGES[:3]),
            labels=st.sampled_from(
                [np.arange(12.0), np.arange(12), [11] * 12, [-1] * 12, [0], "labels", None, [True] * 12]
            ),
            n_classes=counts(2),
        ),
    ),
    "networks.conditional.detach_labels": (
        dict(samples=np.zeros((2, 74), np.float32), image_size=(8, 8, 1)),
        dict(samples=arrays(np.zeros((2, 74)), np.zeros((2, 64)), finite=False, empty=False), image_size=SIZES),
    ),
    "networks.conditional.make_conditional_generator": (
        dict(generator=ROOMY), dict(generator=models(GENERATOR, CRITIC), n_classes=counts(2) | st.integers(12, 99)),
    ),
    "networks.conditional.make_conditional_critic": (
        dict(critic=CRITIC), dict(critic=models(GENERATOR, TWO_VALUES, FLAT), n_classes=counts(2)),
    ),
    "networks.conditional.ask_for": (
        dict(z=np.zeros((4, 13), np.float32), classes=3),
        dict(
            z=arrays(np.zeros((4, 13)), np.zeros((4, 10)), empty=False),
            classes=st.sampled_from([10, -1, 1.5, "3", [1, 2], None, True, [0, 0, 0, 10]]), n_classes=counts(2),
        ),
    ),
    "course.load_figure": (None, dict(name=names() | st.none())),
    "course.quizzes.load_quiz": (dict(chapter="05"), dict(chapter=names("05") | st.none())),
    "course.quiz": (None, dict(chapter=names())),
    # trainers
    "GAN": (
        NETWORKS,
        TRAINER_BAD
        | dict(
            loss=names("non_saturating", "minimax", "hinge", "relativistic"), real_label=numbers(above=0, at_most=1),
            r1_weight=numbers(at_least=0), r2_weight=numbers(at_least=0), gp_every=counts(),
        ),
    ),
    "FeatureMatchingGAN": (
        NETWORKS,
        dict(
            generator=models(CRITIC), critic=models(CHANNELS_OFF, TWO_VALUES),
            feature_matching=numbers(above=0), adversarial_weight=numbers(at_least=0), feature_layer=names(none=True),
        ),
    ),
    "WGAN": (NETWORKS, TRAINER_BAD | dict(clip=numbers(above=0, none=True))),
    "WGANGP": (
        NETWORKS,
        TRAINER_BAD
        | dict(
            gp_weight=numbers(at_least=0), target=numbers(at_least=0), one_sided=FLAGS, gp_every=counts(),
            allow_batch_norm=FLAGS,
        ),
    ),
    "training.ConditionalWGANGP": (
        dict(generator=CLASS_GENERATOR, critic=PROJECTION_CRITIC),
        dict(generator=models(CRITIC), critic=models(CRITIC, CHANNELS_OFF)),
    ),
    "training.ConditionalWGANGP.sample": (
        dict(self=CONDITIONAL, count=4),
        dict(
            count=counts(), seed=SEEDS,
            labels=st.sampled_from([4, -1, 1.5, "3", [1, 2], True, [0, 0, 0, 4], [[1]], {}, [None] * 4]),
        ),
    ),
    "training.ConditionalWGANGP.fit": (
        dict(self=CONDITIONAL, x=IMAGES, y=np.arange(12) % 4, batch_size=4, verbose=0),
        dict(
            x=pictures(IMAGES, IMAGES[:3]),
            y=arrays(
                np.arange(12) % 4, np.arange(11) % 4, np.arange(12) % 5, np.arange(12) % 3, np.arange(12) % 4 - 1,
                np.minimum(np.arange(12), 3), np.arange(12) % 4 + 0.0,
            ),
            batch_size=counts(none=True) | st.integers(13, 10**9), epochs=counts(),
        ),
    ),
    "WGANGP.compile": (
        dict(self=TRAINER, jit_compile=False),
        dict(
            generator_optimizer=OPTIMIZERS, critic_optimizer=OPTIMIZERS, jit_compile=NO_JIT,
            steps_per_execution=counts(), run_eagerly=FLAGS, auto_scale_loss=FLAGS,
        ),
    ),
    "WGANGP.fit": (
        dict(self=TRAINER, x=IMAGES, batch_size=6, verbose=0),
        dict(
            x=pictures(IMAGES, IMAGES[:3], 3, list("abc")),
            batch_size=counts(none=True) | st.integers(7, 10**9), epochs=counts(),
            steps_per_epoch=counts(none=True), y=st.just(CLASSES), validation_split=st.just(0.2),
            initial_epoch=counts(0), callbacks=st.sampled_from([3, "alarm", wganlib.HealthAlarm, [3], {}]),
        ),
    ),
    "WGANGP.sample": (dict(self=TRAINER, count=2), dict(count=counts(), seed=SEEDS)),
    "WGANGP.generate": (
        dict(self=TRAINER, z=np.zeros((2, 3), np.float32)),
        dict(z=arrays(np.zeros((2, 3)), np.zeros((2, 4)), np.zeros(3)), batch_size=counts()),
    ),
    # training
    "SampleGrid": (
        {}, dict(count=counts(), every=counts(), folder=PATHS, show=FLAGS, seed=SEEDS, columns=counts(none=True)),
    ),
    "SampleGrid.save_gif": (
        None, dict(path=PATHS, milliseconds=counts(), scale=counts()),
    ),
    "LiveCurves": ({}, dict(seconds=numbers(at_least=0))),
    "HealthAlarm": ({}, dict(every=counts())),
    "callbacks.EpochReport": ({}, dict(every=counts())),
    "callbacks.TimeLeft": (
        {}, dict(watch=st.sampled_from(["wasserstein", 3, [1], None, NAN, [None]]), seconds=numbers(at_least=0)),
    ),
    "callbacks.CriticGap": (
        dict(train=IMAGES, held_out=MANY),
        dict(
            train=pictures(IMAGES, IMAGES[:1]), held_out=pictures(IMAGES, IMAGES[:1]), every=counts(), count=counts(2),
            seed=SEEDS, labels=st.sampled_from([CLASSES, 3, "labels", [1.5] * 12]),
            held_out_labels=st.sampled_from([CLASSES[:3], 3, "labels", [1.5] * 20]),
        ),
    ),
    "ExactResume": (
        dict(folder="states"),
        dict(
            folder=PATHS, every=counts(), also=st.sampled_from([3, "ab", [3], None, [keras.callbacks.History]]),
            seconds=numbers(at_least=0),
        ),
    ),
    "examine": (
        dict(trainer=TRAINER, real=MANY),
        dict(trainer=models(CRITIC), real=pictures(MANY, MANY[:9]), labels=st.sampled_from([CLASSES, 3, "labels"])),
    ),
    "diagnose": (
        dict(history={"wasserstein": [1.0] * 30}, samples=MANY, real=MANY),
        dict(
            history=st.sampled_from(
                [
                    3, "history", None, [1.0], {"loss": [1.0]}, {"wasserstein": []}, {"wasserstein": "ab"},
                    {"wasserstein": [1.0], "generator_loss": [1.0, 2.0]},
                ]
            ),
            trainer=st.sampled_from([3, "trainer", [], {}]), labels=st.sampled_from([CLASSES, 3, "labels"]),
            gap=st.sampled_from([3, "gap", [1.0], {"seen": [1.0]}, wganlib.HealthAlarm, NAN]),
            samples=arrays(MANY, none=True, finite=False),
            real=pictures(MANY, MANY[:9]),
        ),
    ),
    "training.Budget": (dict(name="smoke", reason="asked for"), dict(name=names("smoke", "laptop", "full"))),
    "training.choose_budget": ({}, dict(name=names("smoke", "laptop", "full", none=True))),
    "recipe": (dict(name="smoke"), dict(name=names("smoke", "laptop", "pictures", "full", "sources"))),
    "training.Recipe": (
        {name: getattr(recipes.SMOKE, name) for name in recipes.Recipe.__dataclass_fields__},
        dict.fromkeys(
            ("z_size", "generator_filters", "critic_filters", "kernel_size", "n_critic", "gp_every", "batch_size",
             "steps", "steps_per_execution"),
            counts(),
        )
        | dict.fromkeys(("stem", "decay", "resize"), FLAGS)
        | dict.fromkeys(("dropout", "beta_1", "beta_2"), numbers(at_least=0, below=1))
        | dict(
            generator_norm=names("batch", "layer", none=True), gp_weight=numbers(at_least=0),
            learning_rate=numbers(above=0), critic_learning_rate=numbers(above=0),
            ema_decay=numbers(at_least=0, below=1, none=True),
            steps_per_epoch=counts(none=True), n_blocks=counts(none=True), critic_hidden_units=counts(none=True),
            augment=NO_AUGMENTATIONS,
        ),
    ),
    "training.Recipe.networks": (dict(self=recipes.SMOKE), dict(images=SIZES, n_classes=counts(2, none=True))),
    "training.Recipe.build": (None, dict(images=SIZES, seed=SEEDS, n_classes=counts(2, none=True))),
    "training.Recipe.epochs": (dict(self=recipes.SMOKE, images=100), dict(images=counts())),
    "training.Recipe.in_whole_epochs": (dict(self=recipes.SMOKE, images=100), dict(images=counts())),
    "training.Recipe.batches": (
        dict(self=recipes.SMOKE, images=np.tile(IMAGES, (2, 1, 1, 1)), trainer=TRAINER),
        dict(images=pictures(IMAGES), trainer=models(), labels=st.sampled_from([CLASSES, 3, "labels"])),
    ),
    "course.start": (None, dict(budget=names("smoke", "laptop", "full", none=True), seed=SEEDS)),
    "generate.generate": (
        None,  # tests/test_generate.py reads a run
        dict(
            run=PATHS | st.just("no/such/run"), out=PATHS, count=counts(), seed=SEEDS,
            export=names("saved_model", "onnx", none=True), label=TEXTS,
        ),
    ),
    "train.train": (
        None,  # tests/test_train.py trains
        dict(
            plan=names(), images=arrays(IMAGES, IMAGES[..., 0], IMAGES[0], (IMAGES + 1) * 127.5),
            run=PATHS, seed=SEEDS, resume=FLAGS, labels=st.sampled_from([CLASSES, 3, "labels"]),
            classes=st.sampled_from([3, "ab", [1, 2], ["a", "b"], None]),
        ),
    ),
    # distances
    **{
        f"distances.{name}": (dict(p=P, q=Q), dict(p=probabilities(P), q=probabilities(Q), **more))
        for name, more in (
            ("total_variation", {}), ("monotone_plan", {}), ("cross_entropy", dict(base=numbers(above=1, none=True))),
            ("kl_divergence", dict(base=numbers(above=1, none=True))),
            ("js_divergence", dict(base=numbers(above=1, none=True))),
        )
    },
    "distances.entropy": (dict(p=P), dict(p=probabilities(P), base=numbers(above=1, none=True))),
    "distances.em_cdf": (
        dict(p=P, q=Q, positions=PLACES),
        dict(p=probabilities(P), q=probabilities(Q), positions=arrays(PLACES, PLACES[:2], COSTS)),
    ),
    "distances.em_plan": (
        dict(p=P, q=Q, costs=COSTS), dict(p=probabilities(P), q=probabilities(Q), costs=arrays(COSTS, -COSTS, PLACES)),
    ),
    "distances.em_dual": (
        dict(p=P, q=Q, costs=COSTS),
        dict(p=probabilities(P), q=probabilities(Q), costs=arrays(COSTS, -COSTS, COSTS**2, COSTS + 1)),
    ),
    "distances.euclidean_costs": (dict(x=POINTS), dict(x=POINTS_BAD, y=arrays(POINTS, POINTS[:, :, None], none=True))),
    "distances.em_samples": (
        dict(x=POINTS, y=-POINTS), dict(x=POINTS_BAD, y=POINTS_BAD | st.sampled_from([POINTS[:3], POINTS[:, :1]])),
    ),
    "distances.em_sinkhorn": (
        dict(x=POINTS, y=-POINTS, epsilon=1.0),
        dict(x=POINTS_BAD, y=POINTS_BAD, epsilon=numbers(above=0), max_iterations=counts()),
    ),
    "distances.em_sliced": (
        dict(x=POINTS, y=-POINTS), dict(x=POINTS_BAD, y=POINTS_BAD, n_directions=counts(), seed=RANDOM),
    ),
    "distances.random_directions": (
        dict(dimension=2, n_directions=5), dict(dimension=counts(), n_directions=counts(), seed=RANDOM),
    ),
    # metrics
    "metrics.frechet_distance": (
        dict(features_a=FEATURES, features_b=-FEATURES), dict(features_a=FEATURES_BAD, features_b=FEATURES_BAD),
    ),
    "metrics.frechet_limit": (
        dict(samples=FEATURES, reference=-FEATURES),
        dict(
            samples=FEATURES_BAD, reference=FEATURES_BAD, points=counts(2), seed=RANDOM,
        ),
    ),
    "metrics.squared_mmd": (
        dict(samples=FEATURES, reference=-FEATURES), dict(samples=FEATURES_BAD, reference=FEATURES_BAD),
    ),
    "metrics.kernel_distance": (
        dict(samples=FEATURES, reference=-FEATURES),
        dict(
            samples=FEATURES_BAD, reference=FEATURES_BAD, subsets=counts(2) | st.integers(21, 10**9),
            subset_size=counts(2, none=True) | st.integers(5, 10**9), seed=RANDOM,
        ),
    ),
    "metrics.precision_recall": (
        dict(samples=FEATURES, reference=-FEATURES),
        dict(samples=FEATURES_BAD, reference=FEATURES_BAD, k=counts() | st.integers(40, 10**9)),
    ),
    "metrics.density_coverage": (
        dict(samples=FEATURES, reference=-FEATURES),
        dict(samples=FEATURES_BAD, reference=FEATURES_BAD, k=counts() | st.integers(40, 10**9)),
    ),
    "metrics.expected_coverage": (
        dict(n_samples=9, n_reference=9),
        dict(n_samples=counts(), n_reference=counts(6), k=counts() | st.integers(9, 10**9)),
    ),
    "metrics.class_balance": (
        dict(classes=CLASSES, reference_classes=CLASSES),
        dict.fromkeys(
            ("classes", "reference_classes"), arrays(CLASSES, CLASSES + 1, CLASSES - 1, CLASSES / 2, CLASSES[:, None])
        )
        | dict(n_classes=counts() | st.integers(1, 9), threshold=numbers(above=0, at_most=1)),
    ),
    "metrics.inception_score": (dict(probabilities=SOFTMAX), dict(probabilities=rows_of_probabilities(SOFTMAX))),
    "metrics.mode_score": (
        dict(probabilities=SOFTMAX, reference_probabilities=SOFTMAX[::-1]),
        dict.fromkeys(("probabilities", "reference_probabilities"), rows_of_probabilities(SOFTMAX, SOFTMAX[:, :2] * 2)),
    ),
    "metrics.digit_features": (dict(images=DIGITS), dict(images=pictures(DIGITS, IMAGES), batch_size=counts())),
    "metrics.measure": (
        dict(images=DIGITS, reference=DIGITS),
        dict(
            images=pictures(DIGITS, DIGITS[:9]), reference=pictures(DIGITS, DIGITS[:9]),
            train=pictures(DIGITS, none=True), space=names("pixels", "coarse", "features"), seed=SEEDS,
            features=NO_FEATURES,
        ),
    ),
    "metrics.patch_distance": (
        dict(samples=IMAGES, reference=MANY, n_directions=2, n_patches=9),
        dict(
            samples=pictures(IMAGES, IMAGES[:, :6, :6]), reference=pictures(IMAGES), n_patches=counts(),
            n_directions=counts(), seed=RANDOM,
        ),
    ),
    "metrics.inception_features": (
        None,  # tests/metrics/test_inception.py has weights for it
        dict(
            images=arrays(IMAGES, (IMAGES + 1) * 127.5, IMAGES[..., 0], np.zeros((2, 8, 8, 2), np.float32) - 0.5),
            batch_size=counts(),
        ),
    ),
    "metrics.nearest_training": (
        dict(images=DIGITS, train=DIGITS, held_out=DIGITS, space="features"),
        dict.fromkeys(("images", "train", "held_out"), pictures(DIGITS))
        | dict(space=names("pixels", "coarse", "features"), features=NO_FEATURES),
    ),
    "metrics.nearest_neighbours": (
        dict(points=POINTS, candidates=POINTS), dict(points=arrays(POINTS), candidates=arrays(POINTS, POINTS[:, :1])),
    ),
    # convolution
    "course.convolution.output_size": (
        dict(size=4, kernel_size=3, stride=2),
        dict(
            size=counts(), kernel_size=counts(), stride=counts(), padding=names("valid", "same"),
            output_padding=counts(0, none=True).filter(lambda value: value is not False) | st.integers(2, 99),
        ),
    ),
    "course.convolution.correlate": (
        dict(image=MATRIX, kernel=KERNEL),
        dict(image=arrays(MATRIX, MATRIX[0]), kernel=arrays(KERNEL, MATRIX[:2], np.ones((9, 9)))),
    ),
    "course.convolution.insert_zeros": (
        dict(image=MATRIX, stride=2), dict(image=arrays(MATRIX, MATRIX[0]), stride=counts()),
    ),
    "course.convolution.spread_and_pad": (
        dict(image=MATRIX, kernel_size=2),
        dict(image=arrays(MATRIX), kernel_size=counts(), stride=counts(), padding=names("valid", "same")),
    ),
    "course.convolution.conv_transpose": (
        dict(image=MATRIX, kernel=KERNEL),
        dict(
            image=arrays(MATRIX), kernel=arrays(KERNEL, MATRIX[:2]), stride=counts(), padding=names("valid", "same"),
            output_padding=counts(0, none=True),
        ),
    ),
    "course.convolution.conv_matrix": (
        dict(kernel=KERNEL, input_size=4),
        dict(
            kernel=arrays(KERNEL, MATRIX[:2], np.ones((9, 9))), input_size=counts(), stride=counts(),
            padding=names("valid", "same"),
        ),
    ),
    "course.convolution.overlap_counts": (
        dict(size=3, kernel_size=2),
        dict(size=counts(), kernel_size=counts(), stride=counts(), padding=names("valid", "same")),
    ),
    # the Dirac-GAN
    "course.dirac_gan.field": (
        dict(theta=1.0, psi=0.5, method="GAN"),
        dict(
            theta=arrays([1.0], empty=False, deeper=False), psi=arrays([0.5], empty=False, deeper=False),
            method=names(*dirac_gan.METHODS), weight=numbers(at_least=0),
        ),
    ),
    "course.dirac_gan.best_critic": (
        dict(theta=1.0, method="GAN + R1"),
        dict(theta=numbers(), method=names(*dirac_gan.METHODS), weight=numbers(at_least=0)),
    ),
    "course.dirac_gan.path": (
        dict(method="GAN", steps=2),
        dict(
            method=names(*dirac_gan.METHODS), rate=numbers(above=0), weight=numbers(at_least=0),
            updates=names(*dirac_gan.UPDATES), n_critic=counts().filter(is_not_infinite), steps=counts(),
            start=st.sampled_from([1.0, (1.0,), (1.0, 2.0, 3.0), (NAN, 0.0), ("1", 0.0), None, "start"]),
        ),
    ),
    "course.dirac_gan.update_matrix": (
        dict(method="GAN"),
        dict(
            method=names(*dirac_gan.METHODS), rate=numbers(above=0), weight=numbers(at_least=0),
            updates=names(*dirac_gan.UPDATES), n_critic=counts().filter(is_not_infinite),
        ),
    ),
    # arithmetic
    "networks.layer_flops": (
        dict(layer=Made(lambda: built(CRITIC).layers[0])),
        dict(layer=models(CRITIC, Made(lambda: keras.layers.Flatten()))),
    ),
    "step_flops": (
        dict(trainer=TRAINER, batch_size=2), dict(trainer=models(CRITIC), batch_size=counts()),
    ),
    # the rest
    "course.load_record": (dict(name="compare_trainers"), dict(name=names(*wganlib.course.records.record_names()))),
    "slerp": (
        dict(start=np.array([1.0, 0, 0]), end=np.array([0.0, 1, 0]), positions=[0, 0.5]),
        dict(
            start=arrays(np.ones(3), np.zeros(3), np.ones(2)),
            end=arrays(np.ones(3), np.zeros(3), np.array([2.0, 0, 0])),
            positions=arrays(np.array([0, 1.0]), [1.5], [-0.1]),
        ),
    ),
    "sample_latent": (
        dict(generator=GENERATOR, count=2), dict(generator=models(CRITIC), count=counts(), seed=RANDOM),
    ),
    "course.compare_code": (
        dict(before="a = 1", after="a = 2"),
        dict(
            before=st.sampled_from([len, 3, None, 1.5, [1]]), after=st.sampled_from([len, 3, None, {}]),
            titles=st.sampled_from(["ab", 3, ("a",), ("a", "b", "c"), (1, 2), [None, "b"]]),
        ),
    ),
    "plot_images": (
        dict(images=IMAGES[:2]),
        dict(
            images=arrays(IMAGES, (IMAGES + 1) * 127.5, np.zeros((2, 3, 3, 2)), IMAGES[0, 0], finite=False),
            columns=counts(none=True), labels=st.sampled_from([3, ["one"], "ab", [], ["a"] * 5]), title=TEXTS,
            size=numbers(above=0), row_labels=st.sampled_from([3, "ab", [1, 2], [None]]),
        ),
    ),
    "plot_curves": (
        dict(history=HISTORY),
        dict(
            history=st.sampled_from([3, "history", None, {"wasserstein": [1.0]}, [1.0]]),
            names=st.sampled_from([["accuracy"], "wasserstein", 3, [], [3], [None]]),
            steps_per_epoch=numbers(above=0, none=True),
        ),
    ),
    "networks.plot_network": (
        dict(model=CRITIC),
        dict(
            model=models([]), title=TEXTS, notes=st.sampled_from([["a"], [], 3, "abc", [1, 2, 3]]),
            image=arrays(MATRIX, MATRIX[..., None], none=True, empty=False), width=numbers(at_least=3, none=True),
        ),
    ),
    "course.widgets.LatentExplorer": (
        dict(generators=Made(lambda: {"one": built(GENERATOR)})), dict(generators=models(GENERATOR) | st.just({})),
    ),
    "course.widgets.RunCostExplorer": (dict(rate=1e10), dict(rate=numbers(above=0))),
}  # fmt: skip

# Public names that have no line, each with its reason.
NOTHING_TO_GET_WRONG = "takes no argument"
RESULT = "what a function returns: readers do not build it"
WITHOUT = {
    "layers.LeakyReLU": "Keras' own layer, with Keras' checks",
    "training.FusedAdam": "hands its arguments to Keras' Adam",
    "training.AdversarialModel": "the base of GAN, WGAN and WGANGP, which have lines",
    "training.augment_images": "a part of the step; its names are checked as the trainers' `augment`, which has lines",
    "training.FeatureMatching": "a mixin, met through FeatureMatchingGAN",
    "plots.new_figure": "hands its arguments to matplotlib",
    "course.folded": "folds what a chapter prints, whatever it is",
    "course.widgets.AskedClassExplorer": "takes a chapter's own function, which draws",
    "course.widgets.Explorer": "the frame of the explorers, which hand it what they have checked",
    **dict.fromkeys(
        tuple(f"networks.conditional.{layer}" for layer in ("EntryOfLabel", "OneHotOfLargest", "TakeEntries")),
        "a layer of the conditional networks, built by their makers",
    ),
    **dict.fromkeys(
        (
            "IterationHistory", "course.load_article_log", "data.emoji_names", "plots.use_style",
            "metrics.load_digit_classifier",
            *(
                f"course.widgets.{name}Explorer"
                for name in (
                    "BatchNormalisation", "Bilinear", "Clipping", "CriticDepth", "Discriminator", "Clinic", "Dirac",
                    "Distances", "Metrics", "Network", "Penalty", "TransposedConvolution",
                )
            ),
        ),
        NOTHING_TO_GET_WRONG,
    ),
    **dict.fromkeys(
        (
            "diagnosis.Diagnosis", "diagnosis.Examination", "distances.DualSolution", "distances.TransportPlan",
            "metrics.ClassBalance", "metrics.DensityCoverage", "metrics.FrechetLimit", "metrics.KernelDistance",
            "metrics.Halves", "metrics.NearestTraining", "metrics.PatchDistance", "metrics.PrecisionRecall",
            "metrics.Report", "networks.Inversion",
            "networks.StepFlops",
            "data.toys.ModeCount",
        ),
        RESULT,
    ),
}  # fmt: skip
# The doors: what a notebook reaches by `wl.` and by the rooms' own lists. Losses are pure functions, which
# tests/test_losses.py holds; an exercise's check gets a verdict, see below.
ROOMS = (
    "", "callbacks", "course", "course.convolution", "course.dirac_gan", "course.widgets", "data", "data.toys",
    "diagnosis", "distances", "layers", "metrics", "networks", "networks.conditional", "plots", "training",
)  # fmt: skip
# Of the trainers' methods, those for a user; the others are Keras' or parts of the step.
METHODS = ("compile", "fit", "sample", "generate")

CASES = [(name, argument) for name, (_, bad) in TABLE.items() for argument in bad]


def resolve(name):
    """ "data.toys.Modes.sample" → the function: a module as long as there is one, then attributes."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, -1, -1):
        with contextlib.suppress(ModuleNotFoundError):
            found = importlib.import_module(".".join(["wganlib", *parts[:cut]]))
            return functools.reduce(getattr, parts[cut:], found)


# Arguments of functions that are not called with good ones here.
STARTED = {
    "load_images": dict(folder="no/such/folder"),
    "data.cache_images": dict(folder="no/such/folder"),
    "course.load_figure": dict(name="none"),
    "course.quiz": dict(chapter="none"),
    "training.Recipe.build": dict(self=recipes.SMOKE),
    "SampleGrid.save_gif": dict(self=Made(make_grid), path="a.gif"),
    "course.start": {},
    "generate.generate": dict(run="no/such/run"),
    "metrics.inception_features": dict(images=IMAGES),
    "train.train": dict(plan=wganlib.recipe("smoke"), images=IMAGES, run="no/such/run"),
}


def arguments(name):
    good = TABLE[name][0]
    return {key: built(value) for key, value in (STARTED[name] if good is None else good).items()}


def state(value):
    """All of an argument that a call might change."""
    if isinstance(value, AdversarialModel):
        parts = [value.generator, value.critic, value.averaged_generator]
        parts += [value.critic_optimizer, value.generator_optimizer] if value.compiled else []
        variables = [value.step, *(variable for part in parts for variable in part.variables)]
        return [variable.numpy().tobytes() for variable in variables]
    if isinstance(value, keras.Model):
        return [weight.numpy().tobytes() for weight in value.weights]  # not the counters of Dropout's random numbers
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.tobytes(), value.shape, value.dtype
    if isinstance(value, (list, tuple, dict)):
        return repr(value)
    return None


def traces(value):
    """Ways in which a sentence can show what was passed: (texts, numbers as they would be written)."""
    texts, figures = (
        {show(value), type(value).__name__, *([value, Path(value).name] if isinstance(value, str) else [])},
        set(),
    )
    if inspect.isfunction(value):
        texts.add("the critic's answer")  # what it returned is shown
    if isinstance(value, (list, tuple, dict)):
        texts |= {show(entry) for entry in value} | {type(entry).__name__ for entry in value}
        texts |= {entry for entry in value if isinstance(entry, str)}
        figures.add(str(len(value)))
    if isinstance(value, tf.data.Dataset):
        spec = value.element_spec
        texts.add(show(spec))
        if isinstance(spec, tf.TensorSpec) and spec.shape.rank:
            figures.add(str(spec.shape[0]))
    elif isinstance(value, keras.Model):
        if value.built and not isinstance(value, AdversarialModel):
            shapes = value.input_shape, value.output_shape
            texts |= {str(part) for shape in shapes if isinstance(shape, tuple) for part in (shape, shape[1:])}
            figures |= {str(side) for shape in shapes if isinstance(shape, tuple) for side in shape}
            texts |= {layer.name for layer in value.layers} | {type(layer).__name__ for layer in value.layers}
    elif isinstance(value, (np.ndarray, np.generic, list, tuple)):
        with contextlib.suppress(ValueError):  # lists of unequal lengths
            array = np.asarray(value)
            texts |= {str(array.dtype), str(array.shape), str(array.shape[1:])}
            figures |= {str(side) for side in array.shape}
            if array.dtype.kind in "fiu" and array.size:
                found = array.astype(float)
                figures |= {f"{number:g}" for number in (found.min(), found.max(), found.sum())}
                if not np.isfinite(found).all():
                    texts |= {"NaN", "infinite"}
                elif found.min() >= 0:
                    texts.add("[0, 1]")  # a range that images may have by mistake
    return texts, figures


def refusal(call, given):
    """What a call raises: an error of ours, in words, that shows `given`; nothing may have changed on the way."""
    with pytest.raises(ACCEPTED) as caught:
        call()
    error = caught.value
    innermost = traceback.extract_tb(error.__traceback__)[-1]
    assert HOME in Path(innermost.filename).parents, f"raised in {innermost.filename}:{innermost.lineno}: {error!r}"
    assert error.__cause__ is None, f"shows the traceback of {error.__cause__!r}"
    assert error.__suppress_context__ or error.__context__ is None, f"shows the traceback of {error.__context__!r}"
    sentence = str(error)
    texts, figures = traces(given)
    shown = any(text in sentence for text in texts) or figures & set(re.findall(r"-?\d[\w.+-]*\w|\d", sentence))
    assert shown, f"does not show {show(given)}: {sentence}"
    return sentence


@pytest.mark.parametrize(("name", "argument"), CASES, ids=lambda part: part)
@quietly
@given(data=st.data())
def test_bad_input_is_refused_in_words_before_anything_happens(name, argument, data):
    given_ = built(data.draw(TABLE[name][1][argument]))
    everything = arguments(name) | {argument: given_}
    before = {key: state(value) for key, value in everything.items()}
    refusal(lambda: resolve(name)(**everything), given_)
    assert {key: state(value) for key, value in everything.items()} == before
    assert not Path("no").exists()


@pytest.mark.parametrize("name", [name for name, (good, _) in TABLE.items() if good is not None])
def test_the_good_arguments_of_the_table_are_accepted(name, tmp_path, monkeypatch):
    # Else a refusal above would prove nothing.
    monkeypatch.chdir(tmp_path)
    resolve(name)(**arguments(name))


def test_every_door_has_a_line():
    doors = {}  # the shortest name of each
    for room in ROOMS:
        place = importlib.import_module(f"wganlib.{room}" if room else "wganlib")
        public = getattr(place, "__all__", None) or [
            name for name, value in vars(place).items() if getattr(value, "__module__", None) == place.__name__
        ]
        for name in public:
            value = getattr(place, name)
            if callable(value) and not name.startswith("_"):
                doors.setdefault(id(value), f"{room}.{name}".lstrip("."))
    doors = set(doors.values()) | {f"WGANGP.{name}" for name in METHODS}
    lacking = doors - set(TABLE) - set(WITHOUT)
    assert not lacking, f"Give these a line in TABLE, or a reason in WITHOUT: {sorted(lacking)}"
    gone = set(WITHOUT) - doors
    assert not gone, f"These are in WITHOUT and no longer there: {sorted(gone)}"


# Handed on to Keras as they are.
KERAS_CHECKS = {
    "WGANGP.fit": {"verbose"},
    "training.ConditionalWGANGP.fit": {"verbose", "callbacks"},
    "layers.SpectralConv2D": {"kernel_size"},
}


def test_every_argument_of_a_listed_function_is_tried_or_stands_for_keras():
    """Booleans, sizes and names that nobody checks would slip in unseen."""
    free = {
        "self",
        "options",
        "others",
        "args",
        "name",
        "reason",
        "purpose",
        "kernel_initializer",
        "values",
        "output_padding",
    }
    lacking = {}
    for name, (_, bad) in TABLE.items():
        parameters = set(inspect.signature(resolve(name)).parameters) - free - set(bad) - KERAS_CHECKS.get(name, set())
        if parameters:
            lacking[name] = parameters
    assert not lacking


# What is about more than one argument.


@quietly
@given(data=data_sets())
def test_a_data_set_is_looked_at_before_the_first_step(data):
    trainer, data = built(TRAINER), built(data)
    before = state(trainer)
    refusal(lambda: trainer.fit(data, verbose=0), data)
    assert state(trainer) == before


class Endless(keras.utils.PyDataset):
    """As ImageDataGenerator.flow makes it: what is asked for is there, and its iterator has no end."""

    def __len__(self):
        return 10

    def __getitem__(self, index):
        return IMAGES[:4]

    def __iter__(self):
        while True:
            yield IMAGES[:4]


@pytest.mark.parametrize("data", [Endless(), (IMAGES for _ in range(3)), iter([IMAGES]), {"image": IMAGES}])
def test_anything_but_an_array_or_a_data_set_is_refused_unread(data):
    trainer = built(TRAINER)
    assert "array" in refusal(lambda: trainer.fit(data, verbose=0), data)


def test_fit_before_compile_says_so():
    trainer = GAN(built(GENERATOR), built(CRITIC))
    before = state(trainer)
    assert "compile()" in refusal(lambda: trainer.fit(IMAGES, batch_size=4), trainer)
    assert state(trainer) == before and int(trainer.step.numpy()) == 0


def test_fit_has_no_use_for_labels_by_place():
    trainer = built(TRAINER)
    data = batches(IMAGES, trainer, 2)
    assert "labels" in refusal(lambda: trainer.fit(data, CLASSES), CLASSES)


def test_one_optimiser_cannot_serve_two_networks_or_two_trainings():
    trainer, adam = built(TRAINER), keras.optimizers.Adam()
    before = state(trainer)
    refusal(lambda: trainer.compile(adam, adam), adam)
    other = GAN(built(GENERATOR), wganlib.make_mlp_critic((8, 8, 1), (2,)))
    refusal(lambda: other.compile(critic_optimizer=trainer.critic_optimizer), trainer.critic_optimizer)
    assert state(trainer) == before
    trainer.compile(trainer.generator_optimizer, trainer.critic_optimizer, jit_compile=False)  # its own may stay
    assert state(trainer) == before


# Exercises: an answer is never refused with an error, it gets a verdict.

NONSENSE = st.sampled_from(
    [
        *NO_ARRAY, [], NAN, INF, True, -1, 10**30, IMAGES, [None], "", (1, 2, 3), np.zeros(0), [NAN] * 4,
        abs, lambda *arguments: None, lambda *arguments: "text", lambda *arguments: 1 / 0, lambda *arguments: NAN,
        lambda *arguments: np.zeros((2, 3)), lambda *arguments: arguments, keras.Model, "generator",
        [[1], [2, 3]], {}, {"a": 1}, b"x", 1j, object(), np.zeros((2, 2)), [1.0, NAN, 2.0, 3.0],
    ]
)  # fmt: skip


CHECKS = [name for name in checks.__all__ if name != "Verdict"]


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("placeholder", [..., None])
def test_what_stands_for_an_answer_is_none_yet(name, placeholder):
    verdict = getattr(checks, name)(placeholder)
    assert not verdict and "Not answered" in verdict.message


@pytest.mark.parametrize("name", CHECKS)
@quietly
@given(answer=NONSENSE)
def test_nonsense_for_an_answer_gets_a_verdict(name, answer):
    verdict = getattr(checks, name)(answer)
    assert isinstance(verdict, checks.Verdict) and not verdict
    assert len(verdict.message.split()) >= 4
