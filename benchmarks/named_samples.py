"""How many of the shipped generator's emoji can be named: sheets for those who look, and how far their names agree.

    python benchmarks/named_samples.py [--work FOLDER]

Makes the sheets seed_1.png, seed_2.png and seed_3.png, each of 32 numbered samples, none chosen. Whoever looks has one
sheet alone, knows of no other look, and writes seed_1_….txt with a line "number: name" for each sample, its name "-"
where the picture alone would not be named so: a colour, a plain shape or a guess is no name. Where each sheet has two
looks or more, the record "named_samples" is made, which chapter 09 quotes: all names, and the numbers of the samples
that have the same one at every look.
"""

import argparse
import re
from pathlib import Path

import wganlib as wl  # before Keras: it chooses how TensorFlow is loaded

# isort: split

import numpy as np
from kept_runs import add_to_record
from PIL import Image, ImageDraw
from surroundings import surroundings

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "named_samples.json"
WORK = ROOT / "runs" / "named_samples"
SEEDS, COUNT = (1, 2, 3), 32


def sheet(seed):
    """The samples that chapter 09 draws from this seed as one picture, four times as large and with their numbers."""
    generator = wl.load_pretrained("emoji")
    samples = generator.predict(wl.sample_latent(generator, COUNT, seed=seed), verbose=0)
    pixels = ((np.clip(samples, -1, 1) + 1) * 127.5).round().astype("uint8")
    side, cell = 4 * pixels.shape[1], 4 * pixels.shape[1] + 22
    picture = Image.new("RGB", (8 * cell, COUNT // 8 * cell), (235, 235, 235))
    draw = ImageDraw.Draw(picture)
    for number, sample in enumerate(pixels):
        down, across = divmod(number, 8)
        enlarged = Image.fromarray(sample).resize((side, side), Image.Resampling.BICUBIC)
        picture.paste(enlarged, (across * cell + 11, down * cell + 18))
        draw.text((across * cell + 12, down * cell + 4), str(number + 1), fill=(0, 0, 0))
    return picture


def read_look(text):
    """The names [of sample 1, of sample 2, …] that a look gives, "-" where there is none."""
    lines = dict(re.findall(r"^(\d+): *([^,\n]+)", text, re.MULTILINE))
    if sorted(map(int, lines)) != list(range(1, COUNT + 1)):
        raise ValueError(f"A look must name the samples 1 to {COUNT}, one a line. Received: {sorted(lines)}.")
    return [lines[str(number)].strip().lower() for number in range(1, COUNT + 1)]


def agreement(looks):
    """The numbers of the samples that have one name at all looks."""
    return [
        number for number, names in enumerate(zip(*looks, strict=True), 1) if len(set(names)) == 1 and "-" not in names
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK)
    work = parser.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    found = {}
    for seed in SEEDS:
        sheet(seed).save(work / f"seed_{seed}.png")
        looks = [read_look(path.read_text(encoding="utf-8")) for path in sorted(work.glob(f"seed_{seed}_*.txt"))]
        if len(looks) < 2:
            print(f"{work / f'seed_{seed}.png'} waits for looks: there are {len(looks)}, and two are needed")
            continue
        found[str(seed)] = {"looks": looks, "alike": agreement(looks)}
        print(f"seed {seed}: {len(found[str(seed)]['alike'])} of {COUNT} named alike at {len(looks)} looks")
    if len(found) == len(SEEDS):
        add_to_record(RECORD, surroundings() | {"samples": COUNT, "seeds": found})


if __name__ == "__main__":
    main()
