"""The image sets of time_to_quality.py, and features of a classifier in which their distances are measured."""

import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from matplotlib import cbook, image

import wganlib as wl

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from build_classifier import build
from build_digits import from_idx, scaled

SIZES = {"mnist": (28, 28, 1), "fashion_mnist": (28, 28, 1), "mnist_m": (32, 32, 3)}


def load_set(name, idx=None, folder=None):
    """(training images, test images, training labels) of one of SIZES, float32 in [−1, 1].

    Digits come from `idx`, a folder with the four original files (checked by hash), Fashion-MNIST from `folder`, where
    fashion_mnist.npz holds uint8 arrays train, test, train_labels; what is not there comes through tensorflow-datasets.
    """
    if name == "mnist_m":
        train, test, labels = load_set("mnist", idx)
        return over_photograph(train, seed=0), over_photograph(test, seed=1), labels
    if name == "mnist" and idx is not None:
        splits = from_idx(idx)
        arrays = splits["train"][0], splits["test"][0], splits["train"][1]
    elif name == "mnist":
        train, labels = wl.load_digits("train", source="tfds", labels=True)
        return train, wl.load_digits("test", source="tfds"), labels
    elif folder is not None and (Path(folder) / f"{name}.npz").is_file():
        with np.load(Path(folder) / f"{name}.npz", allow_pickle=False) as kept:
            arrays = kept["train"], kept["test"], kept["train_labels"]
    else:
        import tensorflow_datasets as tfds

        splits = {split: tfds.as_numpy(tfds.load(name, split=split, batch_size=-1)) for split in ("train", "test")}
        arrays = splits["train"]["image"], splits["test"]["image"], splits["train"]["label"]
    return scaled(arrays[0]), scaled(arrays[1]), np.asarray(arrays[2])


def over_photograph(digits, seed):
    """MNIST-M in the manner of Ganin et al. 2016 (arXiv 1505.07818, §5.2): |digit − patch of a colour photograph|.

    Their patches are of BSDS500's photographs; these are of the one that Matplotlib ships, Grace Hopper's.

    Args:
        digits: (n, 28, 28, 1) in [−1, 1].
        seed: of the patches' places.

    Returns:
        float32 (n, 32, 32, 3) in [−1, 1].
    """
    side = SIZES["mnist_m"][0]
    photograph = image.imread(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    patches = np.lib.stride_tricks.sliding_window_view(photograph, (side, side), (0, 1))  # (y, x, 3, side, side)
    random = np.random.default_rng(seed)
    places = [random.integers(0, count, len(digits)) for count in patches.shape[:2]]
    margin = (side - digits.shape[1]) // 2
    brightness = np.pad((digits + 1) / 2, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    colours = patches[tuple(places)].transpose(0, 2, 3, 1) / np.float32(255)
    return 2 * np.abs(brightness - colours) - 1


def features_of(name, train, labels, work):
    """A function images → (n, 64) features: the shipped digit classifier's, or those of a small one trained here."""
    if name == "mnist":
        return lambda images: wl.metrics.digit_features(images)[0]
    path = Path(work) / f"{name}_classifier.keras"
    if not path.exists():
        _train_classifier(train, labels).save(path)
    classifier = keras.models.load_model(path, compile=False)
    model = keras.Model(classifier.inputs, classifier.get_layer("features").output)
    apply = tf.function(lambda images: model(images, training=False), reduce_retracing=True)
    return lambda images: np.concatenate([apply(images[i : i + 500]) for i in range(0, len(images), 500)])


def _train_classifier(images, labels):
    """The digit classifier's architecture, three passes over another set."""
    keras.utils.set_random_seed(1)
    classifier = build(images.shape[1:])
    classifier.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    classifier.fit(images, labels, batch_size=128, epochs=3, verbose=2)
    return classifier
