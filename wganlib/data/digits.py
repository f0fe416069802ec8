"""The digits: from tensorflow-datasets where it has them or can get them, else the sample that ships here."""

import hashlib
import os
import socket
import threading
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from wganlib._arguments import check_choice, check_flag
from wganlib._output import say
from wganlib.data.pixels import to_samples

SPLITS = ("train", "test")
SOURCES = ("auto", "tfds", "sample")
# Over the arrays of assets/digits.npz, as tools/build_digits.py prints it.
SAMPLE_SHA256 = "8ca5f34c16371e23948d0613a4dad6a4ebef9f4b5ac1e7db6c1215dba36028be"
# Where TFDS downloads MNIST from; asked only whether it answers at all.
TFDS_HOST = ("storage.googleapis.com", 443)


def load_digits(split="train", source="auto", *, labels=False, verbose=True):
    """The MNIST digits (LeCun & Cortes, CC BY-SA 3.0), scaled for a generator that ends in tanh.

    "auto" takes what tensorflow-datasets (TFDS) has prepared on this machine; else lets TFDS download it, where the
    network answers within two seconds; else takes the sample in this package: the first 1,000 training and the first
    200 test images of each digit. It prints which one it took.

    Args:
        split: "train" or "test".
        source: "auto", or "tfds" or "sample" to insist on one.
        labels: whether to return the labels too.
        verbose: whether to print where the digits come from.

    Returns:
        float32 images (n, 28, 28, 1) in [−1, 1]; with labels=True the pair (images, uint8 labels (n,)).
        n is 60,000 / 10,000 from TFDS and 10,000 / 2,000 from the sample.

    Raises:
        ValueError: an unknown split or source, or a shipped sample whose hash is wrong.
        ConnectionError: source="tfds", nothing is prepared, and the network does not answer.
        ModuleNotFoundError: source="tfds" without tensorflow-datasets.
    """
    check_choice("split", split, SPLITS)
    check_choice("source", source, SOURCES)
    labels, verbose = check_flag("labels", labels), check_flag("verbose", verbose)
    if source == "auto":
        source, origin = _choose_source()
    else:
        origin = "as asked"
    if source == "tfds":
        try:
            images, targets = _from_tfds(split, origin, verbose)
        except Exception as problem:
            if origin != "downloaded":
                raise
            # A network that answers need not let a download through.
            source, origin = "sample", f"the download failed: {type(problem).__name__}"
    if source == "sample":
        images, targets = _from_sample(split)
    if verbose:
        place = "the sample that ships with wganlib" if source == "sample" else "tensorflow-datasets"
        say(f"MNIST: {len(images):,} {split} images from {place} ({origin})")
    images = to_samples(images)[..., None]
    return (images, targets) if labels else images


def _choose_source():
    if find_spec("tensorflow_datasets") is None:
        return "sample", "tensorflow-datasets is not installed"
    if _prepared_folder():
        return "tfds", "prepared on this machine"
    if _network_answers():
        return "tfds", "downloaded"
    return "sample", "offline; they are enough for the course"


def _tfds_folder():
    return Path(os.environ.get("TFDS_DATA_DIR", "~/tensorflow_datasets")).expanduser() / "mnist"


def _prepared_folder():
    """The newest version of MNIST that TFDS has prepared here, or None."""
    # A look at the folder: importing TFDS to ask would cost seconds. A broken download leaves "incomplete.…" there.
    found = sorted(_tfds_folder().glob("[0-9]*/dataset_info.json"))
    return found[-1].parent if found else None


def _network_answers(seconds=2.0):
    answered = threading.Event()

    def knock():
        try:
            socket.create_connection(TFDS_HOST, timeout=seconds).close()
            answered.set()
        except OSError:
            pass

    # A thread, because looking a name up can take longer than any timeout that a socket knows.
    knocking = threading.Thread(target=knock, daemon=True)
    knocking.start()
    knocking.join(seconds)
    return answered.is_set()


def _from_sample(split):
    path = files("wganlib") / "assets" / "digits.npz"
    digest = hashlib.sha256()
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in sorted(archive.files)}
    for name, array in arrays.items():
        digest.update(name.encode())
        digest.update(array.tobytes())
    if digest.hexdigest() != SAMPLE_SHA256:
        raise ValueError("The shipped digits.npz is damaged (its hash is wrong): install wganlib again.")
    return arrays[f"{split}_images"], arrays[f"{split}_labels"]


def _from_tfds(split, origin, verbose):
    if find_spec("tensorflow_datasets") is None:
        raise ModuleNotFoundError("source='tfds' needs tensorflow-datasets: pip install 'wganlib[notebooks]'.")
    folder = _prepared_folder()
    if folder is None:
        if origin == "as asked" and not _network_answers():
            raise ConnectionError(
                f"TFDS has not prepared MNIST in {_tfds_folder()} and the network does not answer. Connect and try "
                "again, or take source='sample', the 12,000 digits that ship with wganlib."
            )
        if verbose:
            say(f"Downloading MNIST (11 MB) through tensorflow-datasets into {_tfds_folder()} …")
    import tensorflow_datasets as tfds

    if folder is None:
        builder = tfds.builder("mnist", data_dir=_tfds_folder().parent)
        builder.download_and_prepare()
    else:
        # Not by name: TFDS may know a newer version by now, and would go and look for it.
        builder = tfds.builder_from_directory(folder)
    arrays = tfds.as_numpy(builder.as_dataset(split=split, batch_size=-1))
    return arrays["image"][..., 0], arrays["label"].astype(np.uint8)
