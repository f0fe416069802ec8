"""Writes wganlib/assets/class_generator.keras, which draws the site's pictures of chapter 04's last explorer.

    python tools/build_class_generator.py [--work FOLDER]

It is the generator of seed 0 of benchmarks/conditional_training.py's conditional training on digits, in --work, made
with the laptop recipe in its RECIPES: the full one's is too large to ship beside the other assets.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from build_classifier import compress  # noqa: E402
from conditional_training import WORK  # noqa: E402

TARGET = ROOT / "wganlib" / "assets" / "class_generator.keras"
RUN = "digits_conditional_seed_0"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    shutil.copyfile(arguments.work / f"{RUN}.keras", arguments.out)
    compress(arguments.out)
    measures = json.loads((arguments.work / f"{RUN}.json").read_text(encoding="utf-8"))
    print(json.dumps(measures, indent=2), f"\n{arguments.out.name}: {arguments.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
