"""The table of a report and its protocol, made of numbers that need no measuring."""

import dataclasses
import json
from html import unescape

import numpy as np
import pytest

from wganlib.metrics import Halves, NearestTraining, PatchDistance, Report, class_balance

FIGURES = {
    "frechet": 12.34,
    "kernel": 3.21,
    "kernel_error": 0.45,
    "precision": 0.611,
    "recall": 0.722,
    "density": 0.833,
    "coverage": 0.944,
}
CLASSES = np.arange(40) % 10


@pytest.fixture
def report():
    nearest = NearestTraining(np.zeros(40, int), np.ones(40), np.ones(30), 0.015, 0.51, "pixels", 1500)
    of_classes = {"classes_covered": 9, "n_classes": 10, "class_total_variation": 0.066}
    equal, real = ({name: value + step for name, value in FIGURES.items()} | of_classes for step in (0.01, 0.02))
    return Report(
        **FIGURES,
        best_coverage=0.978,
        classes=class_balance(CLASSES[CLASSES != 4], CLASSES),
        patches=None,
        nearest=nearest,
        halves=Halves(25, equal, real),
        features="wganlib's digit classifier",
        n_features=64,
        caution="no FID",
        count=500,
        reference_count=600,
        seed=3,
        subset_size=50,
    )


def test_the_table_holds_every_number_and_the_protocol(report):
    text, html = str(report), unescape(report._repr_html_())
    for shown in (text, html):
        for row in report.rows():
            assert all(cell in shown for cell in row)
    flat = " ".join(text.split())
    for part in (
        "64 features of wganlib's digit classifier",
        "500 samples, 600 reference images",
        "10 disjoint subsets of 50, seed 3",
        "precision and recall k = 3, density and coverage k = 5",
        "one of 1,500 training images",
        "equal counts: 25 samples",
        "no FID",
    ):
        assert part in flat and part in html
    assert "missing: 4" in text
    assert html.count("<tr>") == len(report.rows()) + 1 == 11
    assert html.count("<td") == 5 * 10
    assert report.rows()[0][1:4] == ("12.34", "12.35", "12.36")


def test_a_report_without_features_shows_patches_alone(report):
    patches = PatchDistance(((32, 32), (16, 16)), (0.0123, 0.0045), 640, 128, 3)
    nothing = dict.fromkeys((*FIGURES, "best_coverage", "classes", "nearest", "halves", "subset_size"))
    found = dataclasses.replace(report, **nothing, patches=patches, n_features=0, caution="")
    assert [row[:2] for row in found.rows()] == [
        ("Patches at 32×32, × 10³", "12.3"),
        ("Patches at 16×16, × 10³", "4.5"),
    ]
    assert "640 of 7×7 on each level from either set, 128 directions, seed 3" in found.protocol
    assert found.classes_covered is found.copies is None
    assert json.loads(json.dumps(found.as_dict()))["patches"] == {"32×32": 0.0123, "16×16": 0.0045}
    assert "None" not in str(found) + found._repr_html_()


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (3.21, 0.45, "3.21 ± 0.45"),
        (0.007753, 3.3, "0.0 ± 3.3"),
        (1234, 56.7, "1234 ± 57"),
        (-71234, 560, "-71230 ± 560"),
    ],
)
def test_the_kernel_distance_has_the_places_of_its_error(report, value, error, shown):
    found = dataclasses.replace(report, kernel=value, kernel_error=error)
    assert dict(row[:2] for row in found.rows())["Kernel distance"] == shown


def test_what_equal_counts_need_is_said_where_there_are_none(report):
    assert (
        "equal counts: left out, for they take 40 reference images" in dataclasses.replace(report, halves=None).protocol
    )
