"""How much memory a folder of pictures takes in training, and how long a step waits for them.

    python benchmarks/image_cache.py [--count 20000] [--size 64] [--steps 20] [--in-memory]

Makes a folder of JPEGs (96×96, colour), reads it by `wganlib.data.cache_images` (by `load_images` with --in-memory),
trains a small WGAN-GP for a few steps and prints what that took. Memory is what the system cannot take back: RssAnon
in /proc/self/status, read every 20 ms, so this runs on Linux. The last line says how much of the file is in memory
besides, which makes room for whatever else needs it.
"""

import argparse
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from PIL import Image

import wganlib as wl

SIDE = 96
FILTERS = 16


def make_folder(folder, count):
    """JPEGs of coloured blots, no two the same."""
    rng = np.random.default_rng(0)
    for number in range(count):
        blots = Image.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8))
        place = folder / f"{number % 10}"
        place.mkdir(exist_ok=True)
        blots.resize((SIDE, SIDE), Image.Resampling.BILINEAR).save(place / f"{number:06d}.jpg", quality=85)


def memory(kind):
    """RssAnon or RssFile of this process, in MB."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{kind}:")]
    return int(line.split()[1]) / 1000


class Peak(threading.Thread):
    """The most memory that the process has had."""

    def __init__(self):
        super().__init__(daemon=True)
        self.megabytes = 0.0
        self.start()

    def run(self):
        while True:
            self.megabytes = max(self.megabytes, memory("RssAnon"))
            time.sleep(0.02)


def seconds(work):
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--in-memory", action="store_true")
    chosen = parser.parse_args()
    shape = (chosen.size, chosen.size, 3)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "pictures"
        folder.mkdir()
        make_folder(folder, chosen.count)
        gan = wl.WGANGP(
            wl.make_dcgan_generator(64, shape, FILTERS, n_blocks=3),
            wl.make_dcgan_discriminator(shape, FILTERS, 3, norm=None),
            n_critic=1,
        )
        gan.compile(jit_compile=False)
        before, peak = memory("RssAnon"), Peak()
        if chosen.in_memory:
            read = lambda: wl.load_images(folder, chosen.size)  # noqa: E731
        else:
            read = lambda: wl.data.cache_images(folder, chosen.size, cache=Path(temporary) / "cache")  # noqa: E731
        first, images = seconds(read)
        reading = peak.megabytes - before
        again, images = seconds(read)
        data = wl.batches(images, gan, chosen.batch, steps_per_epoch=chosen.steps)
        feed, _ = seconds(lambda: [data.feed(step) for step in range(chosen.steps)])
        before_fit = memory("RssAnon")
        gan.fit(data, epochs=1, verbose=0)  # builds the step
        step, _ = seconds(lambda: gan.fit(data, epochs=1, verbose=0))
        print(
            f"{chosen.count:,} pictures of {chosen.size}×{chosen.size}, {images.nbytes / 1e6:,.0f} MB as {images.dtype}"
        )
        print(f"read in {first:.1f} s, the second time in {again:.1f} s")
        print(
            f"memory: {before:,.0f} MB before, {reading:,.0f} more while they were read, {before_fit:,.0f} before fit"
        )
        print(f"memory: at most {peak.megabytes:,.0f} MB, with the training")
        print(f"a step takes {1000 * step / chosen.steps:,.0f} ms, its pictures {1000 * feed / chosen.steps:.1f} ms")
        print(f"the file's pages in memory, with the program's: {memory('RssFile'):,.0f} MB")


if __name__ == "__main__":
    main()
