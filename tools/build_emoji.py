"""Builds wganlib/assets/emoji.webp and emoji.csv, the small set of colour pictures that the package ships.

    python tools/build_emoji.py                   gets two Debian packages by `apt-get download`
    python tools/build_emoji.py --debs FOLDER     takes them from a folder

The pictures are the bitmaps of Noto Color Emoji, names and groups are Unicode's. Either package is checked by its
SHA-256. Of every emoji that is one character (with or without a variation selector) the bitmap of 136×128 pixels is
drawn on white, cut to its middle 128×128, which holds all that is not white, and halved. They are stored without loss,
in Unicode's order, on one sheet, and the result must hash to wganlib.data.emoji.EMOJI_SHA256.
"""

import argparse
import csv
import hashlib
import io
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from wganlib.data.emoji import COLUMNS, SIDE, content_hash

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "wganlib" / "assets"
FONT = "fonts-noto-color-emoji=2.042-0+deb12u1", "a5ab0f69c7938423862320d9aca5dd187b3fd879d6a9a57dd52e17c3fa8d2751"
UNICODE = "unicode-data=15.0.0-1", "5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc"
DRAWN = (136, 128)  # at size 109, the only one that the font has
VARIATION_SELECTOR = "\ufe0f"
LINE = re.compile(r"(?P<codes>[0-9A-F ]+?) *; fully-qualified +# \S+ E[\d.]+ (?P<name>.+)")


def read_from(package, folder, path):
    """The content of one file of a Debian package, if the package's hash is the stated one."""
    named, expected = package
    name, version = named.split("=")
    deb = folder / f"{name}_{version}_all.deb"
    if not deb.exists():
        subprocess.run(["apt-get", "download", named], cwd=folder, check=True)
    found = hashlib.sha256(deb.read_bytes()).hexdigest()
    if found != expected:
        raise SystemExit(f"{deb.name} has SHA-256 {found}, expected {expected}: this is not the original file.")
    content = subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return archive.extractfile(path).read()


def single_emoji(text):
    """(character, name, group) of each emoji of one character, from Unicode's emoji-test.txt, in its order."""
    found, group = [], None
    for line in text.splitlines():
        if line.startswith("# group: "):
            group = line.removeprefix("# group: ")
        elif match := LINE.fullmatch(line):
            character = "".join(chr(int(code, 16)) for code in match["codes"].split()).replace(VARIATION_SELECTOR, "")
            if len(character) == 1:
                found.append((character, match["name"], group))
    return found


def draw(character, font):
    """One emoji on white, uint8 (SIDE, SIDE, 3)."""
    bitmap = Image.new("RGBA", DRAWN)
    ImageDraw.Draw(bitmap).text((0, 0), character, font=font, embedded_color=True)
    margin = (DRAWN[0] - DRAWN[1]) // 2
    middle = margin, 0, DRAWN[0] - margin, DRAWN[1]
    left, _, right, _ = bitmap.getbbox()
    assert margin <= left and right <= DRAWN[0] - margin, f"{character} would be cut"
    picture = Image.alpha_composite(Image.new("RGBA", DRAWN, "white"), bitmap).convert("RGB").crop(middle)
    return np.asarray(picture.reduce(DRAWN[1] // SIDE))


def as_sheet(pixels):
    """(n, SIDE, SIDE, 3) → one picture, row by row; places that are left over are white."""
    rows = -(-len(pixels) // COLUMNS)
    places = np.full((rows * COLUMNS, *pixels.shape[1:]), 255, np.uint8)
    places[: len(pixels)] = pixels
    sheet = places.reshape(rows, COLUMNS, SIDE, SIDE, 3).swapaxes(1, 2)
    return Image.fromarray(sheet.reshape(rows * SIDE, COLUMNS * SIDE, 3))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--debs", type=Path, help="folder with the two Debian packages")
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as downloads:
        folder = arguments.debs or Path(downloads)
        font_file = read_from(FONT, folder, "./usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
        listed = read_from(UNICODE, folder, "./usr/share/unicode/emoji/emoji-test.txt").decode()
    font = ImageFont.truetype(io.BytesIO(font_file), 109)
    rows = single_emoji(listed)
    pixels = np.stack([draw(character, font) for character, _, _ in rows])
    as_sheet(pixels).save(arguments.out / "emoji.webp", lossless=True, quality=100, method=6)
    with open(arguments.out / "emoji.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["character", "name", "group"])
        writer.writerows(rows)
    size = sum((arguments.out / f"emoji.{suffix}").stat().st_size for suffix in ("webp", "csv"))
    print(f"{len(rows):,} emoji, {size:,} bytes")
    print("SHA-256 of pixels, names and groups:", content_hash(pixels, rows))


if __name__ == "__main__":
    main()
