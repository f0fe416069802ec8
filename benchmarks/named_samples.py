"""How many emoji of a generator can be named: sheets for those who look, and how far their names agree.

    python benchmarks/named_samples.py [--work FOLDER]

Makes a sheet of 32 numbered pictures, none chosen, for each of SHEETS: three of the generator that ships, one each of
own_images.py's generators at 32 pixels, from the same z, and one of real emoji, drawn at random. Whoever looks has one
sheet alone and knows of no other look. A look is a file beside the sheet, SHEET_1.txt, SHEET_2.txt, with a line
"number: name, certainty" for each picture: the certainty, in per cent, that another strict viewer would give the same
name, and "-" for the name if one could not tell from the picture alone. A colour, a plain shape or a guess is no name.

Where each sheet has two looks, the record "named_samples" is made, which chapter 09 quotes: all looks, and which
samples have the same name at both, word for word. The looks on record were those of a model that describes pictures,
started afresh for each. After another training the old looks hold no more: remove them.
"""

import argparse
import re
from pathlib import Path

import numpy as np
from kept_runs import add_to_record
from PIL import Image, ImageDraw
from surroundings import surroundings

import wganlib as wl
from wganlib.data.pixels import to_pixels

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "named_samples.json"
WORK = ROOT / "runs" / "named_samples"
COUNT, COLUMNS, SIDE = 32, 8, 32  # of a sheet's pictures, which have 32×32 pixels
SHEETS = ("seed_1", "seed_2", "seed_3", "emoji_wide", "emoji_shorter", "emoji_mirrored", "emoji_32", "real")


def pictures(name):
    """A sheet's pictures, uint8 (32, 32, 32, 3): of the shipped generator, real ones, or from a grid in images/."""
    if name.startswith("seed_"):
        generator = wl.load_pretrained("emoji")
        z = wl.sample_latent(generator, COUNT, seed=int(name[-1]))
        return to_pixels(generator.predict(z, verbose=0))
    if name == "real":
        emoji = wl.load_emoji(SIDE)
        return to_pixels(emoji[np.random.default_rng(1).choice(len(emoji), COUNT, replace=False)])
    grid = np.asarray(Image.open(ROOT / "images" / f"{name}.png").convert("RGB"))[::2, ::2]  # each pixel is 2×2 there
    return grid.reshape(-1, SIDE, COLUMNS, SIDE, 3).swapaxes(1, 2).reshape(COUNT, SIDE, SIDE, 3)


def sheet(pixels):
    """The pictures as one, four times as large, smoothly, with their numbers."""
    large, margin = 4 * SIDE, 22
    cell = large + margin
    picture = Image.new("RGB", (COLUMNS * cell, COUNT // COLUMNS * cell), (235, 235, 235))
    draw = ImageDraw.Draw(picture)
    for number, sample in enumerate(pixels):
        down, across = divmod(number, COLUMNS)
        enlarged = Image.fromarray(sample).resize((large, large), Image.Resampling.BICUBIC)
        picture.paste(enlarged, (across * cell + margin // 2, down * cell + 18))
        draw.text((across * cell + 12, down * cell + 4), str(number + 1), fill=(0, 0, 0))
    return picture


def read_look(text):
    """[(name, certainty) of sample 1, of sample 2, …] of a look; the name is "-" where there is none."""
    found = re.findall(r"^(\d+): *([^\s,][^,\n]*), *(\d+)", text, re.MULTILINE)
    named = {int(number): (name.strip().lower(), int(certainty)) for number, name, certainty in found}
    if sorted(named) != list(range(1, COUNT + 1)):
        raise ValueError(f"A look must name the samples 1 to {COUNT}, one a line. Received: {sorted(named)}.")
    return [named[number] for number in sorted(named)]


def agreement(looks):
    """(number, name, lowest certainty) of each sample that has one name at all looks, one after the other."""
    for number, found in enumerate(zip(*looks, strict=True), 1):
        names, certainties = zip(*found, strict=True)
        if len(set(names)) == 1 and "-" not in names:
            yield number, names[0], min(certainties)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK)
    work = parser.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in SHEETS:
        sheet(pictures(name)).save(work / f"{name}.png")
        looks = [read_look(path.read_text(encoding="utf-8")) for path in sorted(work.glob(f"{name}_[12].txt"))]
        if len(looks) == 2:
            found[name] = {"looks": looks, "alike": list(agreement(looks))}
            print(f"{name}: {len(found[name]['alike'])} of {COUNT} named alike")
        else:
            print(f"{work / name}.png waits for two looks")
    if len(found) == len(SHEETS):
        add_to_record(RECORD, surroundings() | {"samples": COUNT, "sheets": found})


if __name__ == "__main__":
    main()
