"""The longer sweeps of chapter 11: how often to train the critic, how deep it may be, how to bound its slope, and text.

    python benchmarks/four_questions.py [--quick] [--work FOLDER]

Each question has a file in benchmarks/four_questions. A run that is in --work already is not made again, so a stopped
script goes on where it stopped. The result is wganlib/assets/records/four_questions.json, which chapter 11 reads with
wl.load_record("four_questions"): "critic_steps", "critic_depth", "lipschitz" and "text", each as its file describes it.
--quick makes a few steps of everything and writes no record. Nothing here needs a quiet machine but the cost of an
update in "lipschitz".
"""

import argparse
import importlib
import json
import sys
from pathlib import Path

from surroundings import surroundings

from wganlib.saving import whole_file

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "four_questions.json"
PARTS = ("critic_steps", "critic_depth", "lipschitz", "text")

# After this file's own folder, in which the folder of the same name is no module.
sys.path.append(str(Path(__file__).with_suffix("")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "four_questions")
    arguments = parser.parse_args()
    work = arguments.work / "quick" if arguments.quick else arguments.work
    record = surroundings() | {part: importlib.import_module(part).measure(arguments.quick, work) for part in PARTS}
    if not arguments.quick:
        with whole_file(RECORD) as partial:
            partial.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    for part in PARTS:
        print(f"{part}: {len(json.dumps(record[part])):,} bytes")


if __name__ == "__main__":
    main()
