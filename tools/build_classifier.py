"""Trains wganlib/assets/digit_classifier.keras, the classifier in whose features the course measures distances.

    python tools/build_classifier.py --idx FOLDER [--epochs 12]

FOLDER holds the four original MNIST files, checked by hash as in build_digits.py. It trains on all 60,000 training
images, shifted by up to two pixels, and prints the accuracy on the 10,000 test images. It is used for measuring only:
its test set plays no part in choosing anything.
"""

import argparse
import json
import zipfile
from pathlib import Path

import keras
import tensorflow as tf
from build_digits import ROOT, from_idx, scaled
from keras import layers

TARGET = ROOT / "wganlib" / "assets" / "digit_classifier.keras"


def build(image_size=(28, 28, 1)):
    """Images in [−1, 1] → 10 logits; the layer "features" gives the 64 numbers in which distances are measured."""

    def block(filters, strides):
        return [
            layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]

    return keras.Sequential(
        [
            keras.Input(image_size),
            *block(16, 1),
            *block(32, 2),
            *block(32, 1),
            *block(64, 2),
            *block(64, 2),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(64, activation="relu", name="features"),
            layers.Dense(10, name="logits"),
        ],
        name="digit_classifier",
    )


def shifted(image, label):
    """The image moved by up to two pixels each way."""
    padded = tf.pad(image, ((2, 2), (2, 2), (0, 0)), constant_values=-1.0)
    return tf.image.random_crop(padded, (28, 28, 1)), label


# What newer versions of Keras write into a network's configuration although it is at its default, and Keras 3.10, which
# Colab has and pyproject.toml allows, refuses to read.
NEWER = {"input_axes", "output_axes", "quantization_config", "renorm", "renorm_clipping", "renorm_momentum"}


def without_newer(configuration):
    """A network's configuration, as read from JSON, without the entries in NEWER."""
    if isinstance(configuration, dict):
        return {name: without_newer(value) for name, value in configuration.items() if name not in NEWER}
    if isinstance(configuration, list):
        return [without_newer(value) for value in configuration]
    return configuration


def compress(path):
    """Rewrite a .keras file, a zip archive without compression, with it, and so that Keras 3.10 can read it too."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["config.json"] = json.dumps(without_newer(json.loads(members["config.json"]))).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idx", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(1)
    splits = {
        split: (scaled(images), labels.astype("int32")) for split, (images, labels) in from_idx(arguments.idx).items()
    }
    images, labels = splits["train"]
    data = (
        tf.data.Dataset.from_tensor_slices((images, labels))
        .shuffle(60_000, seed=1)
        .map(shifted, num_parallel_calls=2)
        .batch(128, drop_remainder=True)
        .prefetch(4)
    )
    steps = len(images) // 128 * arguments.epochs
    classifier = build()
    classifier.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    classifier.fit(data, epochs=arguments.epochs, verbose=2)
    _, accuracy = classifier.evaluate(*splits["test"], batch_size=500, verbose=0)
    # Without the optimiser the file is a third of the size.
    bare = keras.Sequential.from_config(classifier.get_config())
    bare.set_weights(classifier.get_weights())
    bare.save(arguments.out)
    compress(arguments.out)
    print(
        f"test accuracy {accuracy:.4f}, {classifier.count_params():,} parameters, "
        f"{arguments.out.name} {arguments.out.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
