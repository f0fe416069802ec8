"""Where the digits come from, and that they come as they should: without a network, and through TFDS."""

import hashlib
import io
import socket
import zipfile

import numpy as np
import pytest

from wganlib.data import digits
from wganlib.data.digits import load_digits


@pytest.fixture
def no_network(monkeypatch):
    """Any look for another machine fails the test."""

    def refuse(*args, **options):
        raise AssertionError(f"The network was touched: {args}")

    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def nothing_prepared(monkeypatch, tmp_path):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "empty"))


@pytest.mark.parametrize(("split", "count"), [("train", 10_000), ("test", 2_000)])
def test_the_sample_is_what_a_generator_with_tanh_needs(split, count, no_network, capsys):
    images, labels = load_digits(split, "sample", labels=True)
    assert images.shape == (count, 28, 28, 1)
    assert images.dtype == np.float32
    assert images.min() == -1
    assert images.max() == 1
    assert labels.shape == (count,)
    assert labels.dtype == np.uint8
    np.testing.assert_array_equal(np.bincount(labels), [count // 10] * 10)
    # Scaled from bytes, nothing lost: x = b / 127.5 − 1.
    grey = (images.astype(float) + 1) * 127.5
    np.testing.assert_allclose(grey, np.rint(grey), atol=1e-4)
    assert len(np.unique(np.rint(grey))) == 256
    # White on black: the background is −1.
    assert np.mean(images == -1) > 0.7
    assert capsys.readouterr().out == (
        f"MNIST: {count:,} {split} images from the sample that ships with wganlib (as asked)\n"
    )


def test_without_labels_it_returns_images_alone_and_can_be_silent(capsys):
    images = load_digits("test", "sample", verbose=False)
    assert isinstance(images, np.ndarray)
    assert capsys.readouterr().out == ""


def test_a_damaged_sample_is_refused(monkeypatch, tmp_path):
    (tmp_path / "assets").mkdir()
    target = tmp_path / "assets" / "digits.npz"
    monkeypatch.setattr(digits, "files", lambda package: tmp_path)
    arrays = dict(np.load(digits.Path(digits.__file__).parents[1] / "assets" / "digits.npz"))
    np.savez(target, **arrays)  # another compression, the same digits
    assert len(load_digits("test", "sample", verbose=False)) == 2000
    arrays["test_images"][7, 14, 14] ^= 1
    np.savez(target, **arrays)
    for split in ("train", "test"):
        with pytest.raises(ValueError, match=r"damaged .*install wganlib again"):
            load_digits(split, "sample", verbose=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dev",), "`split` must be one of 'train', 'test'. Received: 'dev'"),
        (("train", "web"), "`source` must be one of .*Received: 'web'"),
    ],
)
def test_unknown_names_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_digits(*arguments)


# Which source "auto" takes.


def test_auto_without_a_network_takes_the_sample(nothing_prepared, monkeypatch, capsys):
    monkeypatch.setattr(digits, "_network_answers", lambda: False)
    assert len(load_digits("test")) == 2000
    assert "the sample that ships with wganlib (offline; they are enough for the course)" in capsys.readouterr().out


def test_auto_without_tfds_takes_the_sample(monkeypatch, no_network, capsys):
    monkeypatch.setattr(digits, "find_spec", lambda name: None)
    assert len(load_digits("test")) == 2000
    assert "(tensorflow-datasets is not installed)" in capsys.readouterr().out


def test_auto_whose_download_fails_takes_the_sample(nothing_prepared, monkeypatch, capsys):
    def fail(split, origin, verbose):
        assert origin == "downloaded"
        raise OSError("503")

    monkeypatch.setattr(digits, "_network_answers", lambda: True)
    monkeypatch.setattr(digits, "_from_tfds", fail)
    assert len(load_digits("test")) == 2000
    assert "the sample that ships with wganlib (the download failed: OSError)" in capsys.readouterr().out


def test_auto_with_a_network_downloads(nothing_prepared, monkeypatch, capsys):
    pixels, labels = np.zeros((3, 28, 28), np.uint8), np.arange(3, dtype=np.uint8)
    monkeypatch.setattr(digits, "_network_answers", lambda: True)
    monkeypatch.setattr(digits, "_from_tfds", lambda split, origin, verbose: (pixels, labels))
    assert load_digits("test").shape == (3, 28, 28, 1)
    assert "from tensorflow-datasets (downloaded)" in capsys.readouterr().out


def test_tfds_without_data_and_network_says_what_to_do(nothing_prepared, monkeypatch):
    monkeypatch.setattr(digits, "_network_answers", lambda: False)
    with pytest.raises(ConnectionError, match=r"has not prepared MNIST in .*empty.*source='sample'"):
        load_digits("test", "tfds")


def test_tfds_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setattr(digits, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'wganlib\[notebooks\]'"):
        load_digits("test", "tfds")


def test_a_network_that_answers_is_one_that_can_be_connected_to(monkeypatch):
    class Line:
        def close(self):
            pass

    def unreachable(address, timeout):
        raise OSError("unreachable")

    monkeypatch.setattr(socket, "create_connection", lambda address, timeout: Line())
    assert digits._network_answers()
    monkeypatch.setattr(socket, "create_connection", unreachable)
    assert not digits._network_answers()


def test_a_name_server_that_never_answers_is_not_waited_for(monkeypatch):
    import threading

    hang_up = threading.Event()

    def wait(address, timeout):
        hang_up.wait(60)
        raise OSError("gave up")

    monkeypatch.setattr(socket, "create_connection", wait)
    try:
        assert not digits._network_answers(seconds=0.1)
        assert not hang_up.is_set()
    finally:
        hang_up.set()


# TFDS itself, on a data set of its own format that is on disk.


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A small "mnist" as TFDS writes it: the folder and what is in it."""
    tfds = pytest.importorskip("tensorflow_datasets")
    import tensorflow as tf

    folder = tmp_path_factory.mktemp("tfds")
    generator = np.random.default_rng(0)
    content = {
        split: (generator.integers(0, 256, (count, 28, 28, 1), dtype=np.uint8), generator.integers(0, 10, count))
        for split, count in (("train", 30), ("test", 12))
    }
    tfds.dataset_builders.store_as_tfds_dataset(
        name="mnist",
        version="3.0.1",
        data_dir=folder,
        features=tfds.features.FeaturesDict(
            {"image": tfds.features.Image(shape=(28, 28, 1)), "label": tfds.features.ClassLabel(num_classes=10)}
        ),
        split_datasets={
            split: tf.data.Dataset.from_tensor_slices({"image": images, "label": labels})
            for split, (images, labels) in content.items()
        },
        disable_shuffling=True,
    )
    return folder, content


@pytest.mark.parametrize(("source", "reason"), [("tfds", "as asked"), ("auto", "prepared on this machine")])
@pytest.mark.parametrize("split", ["train", "test"])
def test_what_tfds_has_prepared_is_read_without_a_network(
    split, source, reason, prepared, monkeypatch, no_network, capsys
):
    folder, content = prepared
    monkeypatch.setenv("TFDS_DATA_DIR", str(folder))
    images, labels = load_digits(split, source, labels=True)
    pixels, expected = content[split]
    assert images.dtype == np.float32
    np.testing.assert_allclose(images, pixels / 127.5 - 1, atol=1e-6)
    np.testing.assert_array_equal(labels, expected)
    assert labels.dtype == np.uint8
    assert f"{len(pixels)} {split} images from tensorflow-datasets ({reason})" in capsys.readouterr().out


def test_a_broken_download_is_not_taken_for_a_data_set(monkeypatch, tmp_path, capsys):
    # TFDS prepares in "incomplete.…" and renames that folder at the end.
    broken = tmp_path / "mnist" / "incomplete.ABCDEF_3.0.1"
    broken.mkdir(parents=True)
    (broken / "dataset_info.json").write_text("{}")
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(digits, "_network_answers", lambda: False)
    assert len(load_digits("test")) == 2000
    assert "offline" in capsys.readouterr().out


# The shipped file.


def test_the_shipped_file_is_small_and_its_hash_is_the_stated_one():
    path = digits.Path(digits.__file__).parents[1] / "assets" / "digits.npz"
    assert path.stat().st_size < 2_000_000
    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            digest.update(name.removesuffix(".npy").encode())
            digest.update(np.load(io.BytesIO(archive.read(name)), allow_pickle=False).tobytes())
    assert digest.hexdigest() == digits.SAMPLE_SHA256


def test_no_digit_is_shipped_twice():
    arrays = np.load(digits.Path(digits.__file__).parents[1] / "assets" / "digits.npz")
    everything = np.concatenate([arrays["train_images"], arrays["test_images"]])
    assert everything.dtype == np.uint8
    assert len({image.tobytes() for image in everything}) == 12_000
