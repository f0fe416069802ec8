"""The longer sweeps of chapter 12: how often to train the critic, how deep it may be, how to bound its slope, and text.

    python benchmarks/four_questions.py [--quick] [--work FOLDER] [--only PART …]

Each question has a file in benchmarks/four_questions. A run that is in --work already is not made again, so a stopped
script goes on where it stopped. The result is wganlib/assets/records/four_questions.json, which chapter 12 reads with
load_record("four_questions"): "critic_steps", "critic_depth", "lipschitz", "text" and "text_crossed", each as its file
describes it, with the date on which it was measured. --only measures some parts and leaves the others as they are;
--quick makes a few steps of everything, prints the result and writes no record. Nothing here needs a quiet machine but
the cost of an update in "lipschitz".
"""

import argparse
import importlib
import json
import sys
from pathlib import Path

from kept_runs import add_to_record
from surroundings import surroundings

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "wganlib" / "assets" / "records" / "four_questions.json"
PARTS = ("critic_steps", "critic_depth", "lipschitz", "text", "text_crossed")

# After this file's own folder, in which the folder of the same name is not a module.
sys.path.append(str(Path(__file__).with_suffix("")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "four_questions")
    parser.add_argument("--only", nargs="+", metavar="PART", choices=PARTS, help="some parts")
    arguments = parser.parse_args()
    work = arguments.work / "quick" if arguments.quick else arguments.work
    record = surroundings()
    for part in arguments.only or PARTS:
        record[part] = {"date": record["date"]} | importlib.import_module(part).measure(arguments.quick, work)
    if arguments.quick:
        print(json.dumps(record, ensure_ascii=False))
    else:
        add_to_record(RECORD, record)


if __name__ == "__main__":
    main()
