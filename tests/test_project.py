"""The files around the package agree with each other."""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import stamp_address  # noqa: E402


def pyproject():
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def makefile():
    return (ROOT / "Makefile").read_text(encoding="utf-8")


def test_conda_and_make_install_the_same():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (by_pip,) = (entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    (conda_target,) = [re.sub(r"^-e ", "", entry) for entry in by_pip]
    (make_target,) = re.findall(r'^\$\(STAMP\):.*?-e "([^"]+)"', makefile(), flags=re.M | re.S)
    assert conda_target == make_target
    (python,) = [entry for entry in environment["dependencies"] if isinstance(entry, str) and "python=" in entry]
    lowest = tuple(int(part) for part in re.findall(r"\d+", pyproject()["project"]["requires-python"]))
    assert tuple(int(part) for part in python.split("=")[1].split(".")) >= lowest


def test_what_is_installed_covers_the_other_extras():
    extras = pyproject()["project"]["optional-dependencies"]
    assert "wganlib[lab]" in extras["test"] and "wganlib[notebooks]" in extras["lab"]
    assert extras["gpu"] == ["tensorflow[and-cuda]>=2.19"]


def test_every_page_holds_the_one_address():
    url = stamp_address.address()
    for page in stamp_address.pages():
        text = page.read_text(encoding="utf-8")
        assert stamp_address.stamped(text, url) == text, f"{page.name} holds another address: run `make address`"


def test_stamping_changes_badges_and_set_up_cells():
    page = (
        "[![x](https://colab.research.google.com/assets/colab-badge.svg)]"
        "(https://colab.research.google.com/github/a/b/blob/main/notebooks/00.ipynb) "
        '%pip install --quiet \\"wganlib[notebooks] @ git+https://github.com/a/b\\"'
    )
    stamped = stamp_address.stamped(page, "https://github.com/new-owner/new.repo")
    assert "colab.research.google.com/github/new-owner/new.repo/blob/main/notebooks/00.ipynb" in stamped
    assert 'git+https://github.com/new-owner/new.repo\\"' in stamped
    assert "a/b" not in stamped
    local = stamp_address.stamped(page, "file:///somewhere/clone")
    assert "git+file:///somewhere/clone" in local and "github/a/b/blob" in local


def test_a_badge_stands_for_every_notebook_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"/blob/main/notebooks/{path.name}" in readme, f"{path.name} has no Colab badge in the README"


def test_make_targets_that_the_readme_names_exist():
    targets = set(re.findall(r"^([a-z-]+):", makefile(), flags=re.M))
    readme = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", readme))
    assert named and named <= targets, named - targets


def promises():
    """{promise: the tests that CONTRIBUTING.md names for it}, from its table."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## What is promised")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", section, flags=re.M)[2:]
    return {promise: re.findall(r"`([^`]+)`", tests) for promise, tests in rows}


def test_each_promise_names_tests_that_exist():
    assert len(promises()) >= 10
    for promise, tests in promises().items():
        assert tests, f"no test holds: {promise}"
        for named in tests:
            path, _, function = named.partition("::")
            source = (ROOT / path).read_text(encoding="utf-8")
            assert not function or f"\ndef {function}(" in source, f"{named} does not exist"


def test_ci_runs_every_test_target():
    rules = dict(re.findall(r"^(test[a-z-]*):(.*(?:\n\t.*)*)", makefile(), flags=re.M))
    ran = set(re.findall(r"^ *step make (test[a-z-]*)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), flags=re.M))
    for target in list(ran):  # what it needs, or makes
        ran |= rules.keys() & set(re.findall(r"test-[a-z]+", rules[target].replace(".venv-", "")))
    assert ran == rules.keys()


def test_the_notice_travels_with_the_data():
    assert "NOTICE" in pyproject()["project"]["license-files"]
    assert "MNIST" in (ROOT / "NOTICE").read_text(encoding="utf-8")
